"""Insertion clauses of contracts, what changes their commitment, and their penalties."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from api.kit.columns import Identified, Json, text_enum
from api.rules.hours.vocabulary import (
    ChangeKind,
    ClauseStatus,
    ClauseType,
    EvidenceFrequency,
    PenaltyDecision,
    PenaltyMode,
    Unit,
)


class ClauseObject(StrEnum):
    """What the contract buys, as insertion is told apart by it."""

    WORKS = "works"
    SERVICES = "services"
    SUPPLIES = "supplies"
    INTELLECTUAL = "intellectual"
    PROJECT_MANAGEMENT = "project_management"


class Clause(Identified, table=True):
    """A clause of a contract or of one of its lots, entrusted to a facilitator.

    Hours are quarter-hours, amounts cents, shares millionths. ``engaged`` is what ``hours`` became
    after the changes to this day, written by the service at each change.
    """

    __table_args__ = (
        sa.Index("ix_clause_register", "buyer_id", "starts_on", "id"),
        sa.Index("ix_clause_followed", "facilitator_id", "buyer_id"),
    )

    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    contract_id: UUID = Field(foreign_key="contract.id", ondelete="RESTRICT", index=True)
    facilitator_id: UUID | None = Field(
        default=None, foreign_key="organisation.id", ondelete="RESTRICT"
    )
    title: str = Field(max_length=300)
    lot: str | None = Field(default=None, max_length=120)
    kind: ClauseType = Field(sa_type=text_enum(ClauseType))
    legal_basis: str | None = Field(default=None, max_length=60)
    object: ClauseObject | None = Field(default=None, sa_type=text_enum(ClauseObject))
    purchase_family: str | None = Field(default=None, max_length=120)
    unit: Unit = Field(sa_type=text_enum(Unit))
    hours: int | None = None
    share: int | None = None
    amount: int | None = Field(default=None, sa_type=sa.BigInteger)
    engaged: int | None = None
    by_orders: bool = False
    calculation: dict[str, Any] | None = Field(default=None, sa_type=Json)
    publics: list[str] = Field(default_factory=list, sa_type=Json)
    modalities: list[str] = Field(default_factory=list, sa_type=Json)
    priority_area: bool | None = None
    training_counted: bool = True
    eligibility_months: int = 24
    evidence_frequency: EvidenceFrequency = Field(sa_type=text_enum(EvidenceFrequency))
    evidence_days: int = 15
    penalty_mode: PenaltyMode | None = Field(default=None, sa_type=text_enum(PenaltyMode))
    penalty_amount: int | None = Field(default=None, sa_type=sa.BigInteger)
    penalty_share: int | None = None
    penalty_cap: int | None = Field(default=None, sa_type=sa.BigInteger)
    starts_on: date | None = None
    ends_on: date | None = None
    status: ClauseStatus = Field(sa_type=text_enum(ClauseStatus))
    version: int = 1


class ClauseChange(Identified, table=True):
    """An amendment, an order, a tranche, a termination or a correction of a clause.

    ``delta`` is what it adds to the commitment, in quarter-hours: derived from ``total`` or
    ``added`` by api.rules.hours.engagement each time the list changes.
    """

    __tablename__ = "clause_change"

    clause_id: UUID = Field(foreign_key="clause.id", ondelete="CASCADE", index=True)
    on: date
    sequence: int
    kind: ChangeKind = Field(sa_type=text_enum(ChangeKind))
    total: int | None = None
    added: int | None = None
    amount: int | None = Field(default=None, sa_type=sa.BigInteger)
    delta: int = 0
    reference: str | None = Field(default=None, max_length=120)
    reason: str | None = Field(default=None, sa_type=sa.Text)


class Penalty(Identified, table=True):
    """A penalty for hours not done or proofs not given: computed, then decided. Cents."""

    clause_id: UUID = Field(foreign_key="clause.id", ondelete="RESTRICT", index=True)
    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT", index=True)
    on: date
    basis: str = Field(sa_type=sa.Text)
    computed: int = Field(sa_type=sa.BigInteger)
    applied: int | None = Field(default=None, sa_type=sa.BigInteger)
    decision: PenaltyDecision | None = Field(default=None, sa_type=text_enum(PenaltyDecision))
    reason: str | None = Field(default=None, sa_type=sa.Text)
    act: str | None = Field(default=None, max_length=120)
