"""Spending: what a buyer mandated to a payee, and the contract it was paid under."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from api.kit.columns import Identified, now, text_enum


class Section(StrEnum):
    """Section of the budget."""

    OPERATING = "operating"
    INVESTMENT = "investment"


class JoinedBy(StrEnum):
    """How a spending found its contract; NONE: looked for, not found."""

    NUMBER = "number"
    SUPPLIER_PERIOD = "supplier_period"
    PERSON = "person"
    NONE = "none"


class JoinReason(StrEnum):
    """Why a spending stands under a contract, or under none (docs/decisions/0029)."""

    # By number.
    NUMBER = "number"
    SPELLING = "spelling"
    ZEROS = "zeros"
    INTERNAL = "internal"
    # By supplier and period.
    SIRET = "siret"
    SIREN = "siren"
    # By a person.
    GIVEN = "given"
    ATTACHED = "attached"
    DETACHED = "detached"
    ASIDE = "aside"
    # Not joined.
    SEVERAL_NUMBERS = "several_numbers"
    SEVERAL_CONTRACTS = "several_contracts"
    UNSURE_PERIOD = "unsure_period"
    OUTSIDE_PERIOD = "outside_period"
    NO_CONTRACT = "no_contract"
    UNKNOWN_NUMBER = "unknown_number"
    NO_PAYEE = "no_payee"


# What the machine said, and may say otherwise: a person's word is never among these.
BY_MACHINE = (JoinedBy.NUMBER, JoinedBy.SUPPLIER_PERIOD, JoinedBy.NONE)


class Spending(Identified, table=True):
    """An amount mandated in a civil year to a payee, in cents.

    ``joined_by`` is NULL until its contract is looked for.
    ``import_key`` is what a line is known by, entered or imported (``keys``), NULL without one.
    """

    __table_args__ = (
        sa.Index("ix_spending_register", "buyer_id", "year", "id"),
        sa.Index("ix_spending_contract_id", "contract_id"),
        sa.Index("ix_spending_import", "buyer_id", "import_key", unique=True),
        sa.Index("ix_spending_mandate", "buyer_id", "mandate_number"),
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
    mandate_number: str | None = Field(default=None, max_length=60)
    mandate_line: str | None = Field(default=None, max_length=20)
    contract_number: str | None = Field(default=None, max_length=64)
    paid_on: date | None = None
    import_key: str | None = Field(default=None, max_length=100)
    joined_by: JoinedBy | None = Field(default=None, sa_type=text_enum(JoinedBy))
    join_reason: JoinReason | None = Field(default=None, sa_type=text_enum(JoinReason))
    join_note: str | None = Field(default=None, max_length=300)
    joined_at: datetime | None = None


class ContractNumber(SQLModel, table=True):
    """Another number of a contract, as a financial software prints it: a person said so once."""

    __tablename__ = "contract_number"

    contract_id: UUID = Field(primary_key=True, foreign_key="contract.id", ondelete="CASCADE")
    number: str = Field(primary_key=True, max_length=64)
    created_at: datetime = Field(default_factory=now)
