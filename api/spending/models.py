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
    """An amount mandated in a civil year to a payee, in cents.

    ``import_key`` is what a line of a file is known by, NULL for what was entered otherwise;
    ``contract_reference`` the number of contract that the file gives, matched or not.
    """

    __table_args__ = (
        sa.Index("ix_spending_register", "buyer_id", "year", "id"),
        sa.Index("ix_spending_import", "buyer_id", "import_key", unique=True),
    )

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
    mandate_number: str | None = Field(default=None, max_length=40)
    mandate_line: str | None = Field(default=None, max_length=20)
    contract_reference: str | None = Field(default=None, max_length=64)
    import_key: str | None = Field(default=None, max_length=100)
