"""Spending: what a buyer mandated to a payee in a year."""

from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from api.kit.columns import Identified, text_enum


class Section(StrEnum):
    """Section of the budget."""

    OPERATING = "operating"
    INVESTMENT = "investment"


class Spending(Identified, table=True):
    """An amount mandated in a civil year to a payee, in cents."""

    __table_args__ = (sa.Index("ix_spending_register", "buyer_id", "year", "id"),)

    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    year: int
    payee_siret: str | None = Field(default=None, max_length=14, index=True)
    payee_name: str | None = Field(default=None, max_length=300)
    amount: int = Field(sa_type=sa.BigInteger)
    contract_id: UUID | None = Field(default=None, foreign_key="contract.id", ondelete="SET NULL")
    family: str | None = Field(default=None, max_length=120)
    directorate_id: UUID | None = Field(
        default=None, foreign_key="directorate.id", ondelete="SET NULL"
    )
    section: Section | None = Field(default=None, sa_type=text_enum(Section))
    source: str | None = Field(default=None, max_length=120)
