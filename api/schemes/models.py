"""SPASER schemes: their tree, their indicators, their targets, who adopted them."""

from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from api.kit.columns import Identified, Json, text_enum


class Way(StrEnum):
    """How the figure of an indicator comes."""

    COMPUTED = "computed"
    CAPTURED = "captured"
    MILESTONE = "milestone"


class Scheme(Identified, table=True):
    """A SPASER; ``content`` holds its axes, objectives and actions as printed.

    A model of the catalogue has no owner. A scheme that a buyer made has one: it is changed as a
    ``draft`` (the catalogue's own format) and published version after version.
    """

    code: str = Field(max_length=60, unique=True)
    title: str = Field(max_length=500)
    author: str = Field(max_length=300)
    first_year: int
    last_year: int
    content: dict[str, Any] = Field(sa_type=Json)
    owner_id: UUID | None = Field(
        default=None, foreign_key="organisation.id", ondelete="RESTRICT", index=True
    )
    # The model of the catalogue, or the scheme, that it was made from.
    origin: str | None = Field(default=None, max_length=60)
    draft: dict[str, Any] | None = Field(default=None, sa_type=Json)
    version: int = 1


class SchemeVersion(Identified, table=True):
    """A scheme as it was published, whole, in the catalogue's own format."""

    __tablename__ = "scheme_version"
    __table_args__ = (sa.UniqueConstraint("scheme_id", "number"),)

    scheme_id: UUID = Field(foreign_key="scheme.id", ondelete="CASCADE")
    number: int
    content: dict[str, Any] = Field(sa_type=Json)
    reason: str | None = Field(default=None, sa_type=sa.Text)
    published_by: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")


class SchemeAdoption(SQLModel, table=True):
    """A scheme that an organisation made its own; several may share one."""

    __tablename__ = "scheme_adoption"

    scheme_id: UUID = Field(primary_key=True, foreign_key="scheme.id", ondelete="CASCADE")
    organisation_id: UUID = Field(
        primary_key=True, foreign_key="organisation.id", ondelete="CASCADE", index=True
    )


class Indicator(Identified, table=True):
    """An indicator of a scheme, with the definition that gives its figure.

    ``retired``: no longer in the scheme; kept for what was declared and frozen under it.
    """

    __table_args__ = (sa.UniqueConstraint("scheme_id", "code"),)

    scheme_id: UUID = Field(foreign_key="scheme.id", ondelete="CASCADE")
    position: int
    code: str = Field(max_length=40)
    label: str = Field(sa_type=sa.Text)
    content: dict[str, Any] = Field(sa_type=Json)
    definition: dict[str, Any] = Field(sa_type=Json)
    way: Way = Field(sa_type=text_enum(Way, 20))
    definition_number: int = 1
    retired: bool = False


class Target(Identified, table=True):
    """What an indicator must reach: a decimal text, for a year or (null) for each of them.

    ``siren``: for that organisation only; for the scheme when null. ``fte``: the full-time
    equivalents printed beside hours, as printed: text and number are kept apart. ``since``: the
    first year that it speaks of, when it is about nothing before.
    """

    indicator_id: UUID = Field(foreign_key="indicator.id", ondelete="CASCADE", index=True)
    year: int | None = None
    value: str = Field(max_length=40)
    unit: str = Field(max_length=80)
    note: str | None = Field(default=None, sa_type=sa.Text)
    siren: str | None = Field(default=None, max_length=9)
    fte: str | None = Field(default=None, max_length=10)
    since: int | None = None
