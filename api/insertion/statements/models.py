"""Monthly statements of hours, and their lines."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from api.kit.columns import Identified, new_id, now, text_enum
from api.rules.hours.vocabulary import Modality, PublicFamily, Sex, StatementState


class StatementSource(StrEnum):
    """By which way a statement came."""

    SITE = "site"
    API = "api"
    FILE = "file"
    COMPANY = "company"


_STANDING = sa.text("state <> 'rejected'")


class Statement(Identified, table=True):
    """The hours of one clause for one month, by one facilitator; one stands at a time (R-H4)."""

    __table_args__ = (
        sa.Index(
            "uq_statement_standing",
            "clause_id",
            "facilitator_id",
            "month",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
        sa.Index("ix_statement_register", "buyer_id", "month", "id"),
        sa.Index("ix_statement_followed", "facilitator_id", "month", "id"),
    )

    clause_id: UUID = Field(foreign_key="clause.id", ondelete="RESTRICT", index=True)
    facilitator_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    month: date
    state: StatementState = Field(sa_type=text_enum(StatementState))
    source: StatementSource = Field(sa_type=text_enum(StatementSource))
    comment: str | None = Field(default=None, sa_type=sa.Text)
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")
    person_id: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")
    version: int = 1


class HoursLine(SQLModel, table=True):
    """Quarter-hours of one person, or of several together, for a clause and a month.

    The keys of its statement are repeated, so that figures read one table. ``counted`` is
    what the clause gets: the hours, with training where the clause counts it, or nothing when
    ``outside`` says why (R-H3). A corrective line holds the difference and what it corrects.
    """

    __tablename__ = "hours_line"
    __table_args__ = (
        # Everything that the hours of a buyer are added up from, but the state of their statement.
        sa.Index(
            "ix_hours_line_buyer",
            "buyer_id",
            "month",
            "statement_id",
            "outside",
            "counted",
            "training",
        ),
        sa.Index("ix_hours_line_facilitator", "facilitator_id", "month"),
        sa.Index("ix_hours_line_beneficiary", "beneficiary_id", "month"),
        sa.Index("ix_hours_line_employment", "employment_id", "month"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    statement_id: UUID = Field(foreign_key="statement.id", ondelete="CASCADE", index=True)
    clause_id: UUID = Field(foreign_key="clause.id", ondelete="RESTRICT", index=True)
    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    facilitator_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    month: date
    position: int
    beneficiary_id: UUID | None = Field(
        default=None, foreign_key="beneficiary.id", ondelete="RESTRICT"
    )
    employment_id: UUID | None = Field(
        default=None, foreign_key="employment.id", ondelete="SET NULL"
    )
    persons: int | None = None
    sex: Sex | None = Field(default=None, sa_type=text_enum(Sex))
    public: PublicFamily | None = Field(default=None, sa_type=text_enum(PublicFamily))
    modality: Modality | None = Field(default=None, sa_type=text_enum(Modality))
    hours: int
    training: int = 0
    counted: int
    outside: str | None = Field(default=None, max_length=40)
    corrects_id: UUID | None = Field(default=None, foreign_key="hours_line.id", ondelete="RESTRICT")
    reason: str | None = Field(default=None, sa_type=sa.Text)
    created_at: datetime = Field(default_factory=now)
    person_id: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")
