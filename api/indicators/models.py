"""What is kept of figures: frozen years, comments, saved views. Figures themselves are computed."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from api.kit.columns import Identified, Json


class FrozenFigures(Identified, table=True):
    """The figures of a scheme and a year as they were when the year was closed.

    ``content`` holds results, definitions and ids of evidence; ``created_at`` is when. Closed
    again, a year has another version, with its ``reason``; none is ever changed.
    """

    __tablename__ = "frozen_figures"
    __table_args__ = (sa.UniqueConstraint("scheme_id", "organisation_id", "year", "number"),)

    scheme_id: UUID = Field(foreign_key="scheme.id", ondelete="RESTRICT")
    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT", index=True)
    closing_id: UUID = Field(foreign_key="closing.id", ondelete="RESTRICT", index=True)
    year: int
    number: int
    reason: str | None = Field(default=None, sa_type=sa.Text)
    content: dict[str, Any] = Field(sa_type=Json)


class FrozenStatutory(Identified, table=True):
    """What the rates of article L2111-3 were made of, of a year, when the year was closed.

    ``content`` holds the sums of each category; a year closed again has another version.
    """

    __tablename__ = "frozen_statutory"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "year", "number"),)

    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    closing_id: UUID = Field(foreign_key="closing.id", ondelete="RESTRICT", index=True)
    year: int
    number: int
    content: dict[str, Any] = Field(sa_type=Json)


class IndicatorComment(Identified, table=True):
    """What somebody of an organisation says of a figure."""

    __tablename__ = "indicator_comment"

    indicator_id: UUID = Field(foreign_key="indicator.id", ondelete="CASCADE", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT", index=True)
    person_id: UUID = Field(foreign_key="person.id", ondelete="RESTRICT")
    year: int | None = None
    text: str = Field(sa_type=sa.Text)


class SavedView(Identified, table=True):
    """A dashboard with its filters, under a name; ``shared``: the whole organisation has it."""

    __tablename__ = "saved_view"

    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="CASCADE", index=True)
    person_id: UUID = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    name: str = Field(max_length=120)
    query: dict[str, Any] = Field(sa_type=Json)
    shared: bool = False
