"""The purchase programme: what a buyer means to buy, and which actions of its scheme it targets."""

from datetime import date
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from api.kit.columns import Identified, text_enum


class ProjectState(StrEnum):
    """Where a purchase stands, from its survey to its contract."""

    SURVEYED = "surveyed"
    STUDIED = "studied"
    DECIDED = "decided"
    CONSULTATION = "consultation"
    NOTIFIED = "notified"
    ABANDONED = "abandoned"


# What is still to come: for who would answer, and for what may yet become a contract.
COMING = (
    ProjectState.SURVEYED,
    ProjectState.STUDIED,
    ProjectState.DECIDED,
    ProjectState.CONSULTATION,
)


class Project(Identified, table=True):
    """A purchase of the programme of a year; its contracts point at it.

    ``targeted``: on the list that the committee decided. ``anticipation_started_on`` and
    ``rated_on`` are compared with ``planned_on``, the day the contract is wanted.
    """

    __table_args__ = (
        sa.UniqueConstraint("buyer_id", "reference"),
        sa.Index("ix_project_register", "buyer_id", "year", "id"),
    )

    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    directorate_id: UUID | None = Field(
        default=None, foreign_key="directorate.id", ondelete="RESTRICT", index=True
    )
    reference: str = Field(max_length=64)
    title: str = Field(max_length=300)
    year: int
    purchase_family: str | None = Field(default=None, max_length=120)
    estimated_amount: int | None = Field(default=None, sa_type=sa.BigInteger)
    recurrent: bool | None = None
    state: ProjectState = Field(sa_type=text_enum(ProjectState))
    targeted: bool | None = None
    planned_on: date | None = None
    anticipation_started_on: date | None = None
    rated_on: date | None = None
    insertion_expertise: bool | None = None
    life_cycle_analysis: bool | None = None
    sustainable_assistance: bool | None = None
    comment: str | None = Field(default=None, sa_type=sa.Text)
    # Companies may know of it: nothing is public that nobody said to be.
    public: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    version: int = 1


class ProjectAction(SQLModel, table=True):
    """An action of a scheme that a project is to carry; ``done`` is not said while it runs.

    Two schemes may give the same code to different actions.
    """

    __tablename__ = "project_action"

    project_id: UUID = Field(primary_key=True, foreign_key="project.id", ondelete="CASCADE")
    scheme_id: UUID = Field(primary_key=True, foreign_key="scheme.id", ondelete="CASCADE")
    action: str = Field(primary_key=True, max_length=40)
    done: bool | None = None
