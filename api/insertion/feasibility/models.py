"""Studies of feasibility: parameters of the calculation, requests of buyers, answers."""

from datetime import date
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from api.kit.columns import Identified, Json, text_enum
from api.rules.hours.vocabulary import FeasibilityAnswer, RefusalReason


class FeasibilityDecision(StrEnum):
    """What the buyer does of the advice."""

    FOLLOWED = "followed"
    PARTLY_FOLLOWED = "partly_followed"
    NOT_FOLLOWED = "not_followed"


class CalculationParameter(Identified, table=True):
    """Usual values of a purchase family for an organisation; the last one said is the one used.

    Shares are millionths, the hourly cost is in cents. A new value is a new row: who said what,
    and when, stays.
    """

    __tablename__ = "calculation_parameter"

    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT", index=True)
    family: str = Field(max_length=120)
    labour_share: int
    rate: int
    hourly_cost: int
    note: str | None = Field(default=None, sa_type=sa.Text)
    person_id: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")


class FeasibilityRequest(Identified, table=True):
    """A buyer asks a facilitator whether a purchase can carry a clause; the answer is beside.

    The estimate is in cents, hours in quarter-hours, the rate in millionths.
    """

    __tablename__ = "feasibility_request"
    __table_args__ = (
        sa.Index("ix_feasibility_request_register", "buyer_id", "sent_on", "id"),
        sa.Index("ix_feasibility_request_followed", "facilitator_id", "buyer_id"),
    )

    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    directorate_id: UUID | None = Field(
        default=None, foreign_key="directorate.id", ondelete="RESTRICT"
    )
    facilitator_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    contract_id: UUID | None = Field(default=None, foreign_key="contract.id", ondelete="SET NULL")
    subject: str = Field(max_length=300)
    family: str | None = Field(default=None, max_length=120)
    cpv: str | None = Field(default=None, max_length=10)
    estimate: int | None = Field(default=None, sa_type=sa.BigInteger)
    months: int | None = None
    expected_on: date | None = None
    comment: str | None = Field(default=None, sa_type=sa.Text)
    sent_on: date
    due_on: date
    answered_on: date | None = None
    answer: FeasibilityAnswer | None = Field(default=None, sa_type=text_enum(FeasibilityAnswer))
    hours: int | None = None
    rate: int | None = None
    publics: list[str] | None = Field(default=None, sa_type=Json)
    modalities: list[str] | None = Field(default=None, sa_type=Json)
    refusal: RefusalReason | None = Field(default=None, sa_type=text_enum(RefusalReason))
    justification: str | None = Field(default=None, sa_type=sa.Text)
    decision: FeasibilityDecision | None = Field(
        default=None, sa_type=text_enum(FeasibilityDecision)
    )
    decided_on: date | None = None
    decision_comment: str | None = Field(default=None, sa_type=sa.Text)
    version: int = 1
