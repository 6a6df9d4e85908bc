"""Evaluations of contracts: a mark given by the buyer, or by the supplier of its buyer."""

from datetime import date
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from api.kit.columns import Identified, text_enum


class Side(StrEnum):
    """Who evaluates."""

    BUYER = "buyer"
    SUPPLIER = "supplier"


class Subject(StrEnum):
    """What is evaluated."""

    EXECUTION = "execution"
    NEGOTIATION = "negotiation"
    TIE_BREAK = "tie_break"


class Evaluation(Identified, table=True):
    """A mark out of 20, in hundredths; NULL when the contract was evaluated without a mark."""

    __table_args__ = (sa.Index("ix_evaluation_register", "buyer_id", "done_on", "id"),)

    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    contract_id: UUID = Field(foreign_key="contract.id", ondelete="CASCADE", index=True)
    done_on: date
    side: Side = Field(sa_type=text_enum(Side))
    subject: Subject = Field(sa_type=text_enum(Subject))
    score: int | None = None
    comment: str | None = Field(default=None, sa_type=sa.Text)
    version: int = 1
