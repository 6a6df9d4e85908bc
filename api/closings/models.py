"""Closed years: from then on the figures of a buyer's year stay as they were."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from api.kit.columns import Identified, Siret, Text, Whole


class Closing(Identified, table=True):
    """The closing of a year by a buyer; reopened when ``reopened_at`` is said."""

    __table_args__ = (
        sa.Index(
            "uq_closing_standing",
            "organisation_id",
            "year",
            unique=True,
            sqlite_where=sa.text("reopened_at IS NULL"),
            postgresql_where=sa.text("reopened_at IS NULL"),
        ),
    )

    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    year: int
    closed_by: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")
    reopened_at: datetime | None = None
    reopened_by: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")
    reason: str | None = Field(default=None, sa_type=sa.Text)


class ClosingCreate(SQLModel):
    """A year to close."""

    model_config = {"extra": "forbid"}

    organisation: Siret = Field(title="SIRET de l’acheteur", max_length=14)
    year: Whole = Field(ge=2000, le=2100, title="Année")


class ClosingReopen(SQLModel):
    """Why a closed year is opened again."""

    model_config = {"extra": "forbid"}

    reason: Text = Field(min_length=3, max_length=2000, title="Motif")


class ClosingRead(SQLModel):
    """A closing, as answered."""

    id: UUID
    organisation: str = Field(title="SIRET de l’acheteur")
    year: int = Field(title="Année")
    closed_at: datetime = Field(title="Close le")
    reopened_at: datetime | None = Field(title="Rouverte le")
    reason: str | None = Field(title="Motif de réouverture")
