"""Contracts: their tables, one column per fact of api.rules.records: same names, same units."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from api.kit.columns import Identified, Json, text_enum
from api.rules.records import Kind

LONG_AGO = date(1, 1, 1)
# SQLite keeps these rows in their key itself: read by contract, and written twice as fast.
CLUSTERED = {"sqlite_with_rowid": False}
NONE_SAID = {"server_default": "0"}
_WAITING: dict[str, Any] = {
    f"{engine}_where": sa.text("opens_on IS NOT NULL") for engine in ("sqlite", "postgresql")
}


class Origin(StrEnum):
    """Where a contract comes from."""

    FORM = "form"
    IMPORT = "import"


class Contract(Identified, table=True):
    """A contract or a concession of a buyer, also below the threshold of publication."""

    __table_args__ = (
        sa.UniqueConstraint("buyer_id", "reference"),
        sa.Index("ix_contract_external", "buyer_id", "external_id", unique=True),
        sa.Index("ix_contract_register", "buyer_id", "listed_on", "id"),
        sa.Index("ix_contract_consultation", "buyer_id", "consultation_reference"),
    )

    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    directorate_id: UUID | None = Field(
        default=None, foreign_key="directorate.id", ondelete="RESTRICT", index=True
    )
    kind: Kind = Field(sa_type=text_enum(Kind, 20))
    reference: str = Field(max_length=64)
    # The name of the contract in the software of the buyer that writes it here.
    external_id: str | None = Field(default=None, max_length=120)
    subject: str | None = Field(default=None, sa_type=sa.Text)
    nature: str | None = Field(default=None, max_length=60)
    cpv: str | None = Field(default=None, max_length=60)
    procedure: str | None = Field(default=None, max_length=120)
    techniques: list[str] | None = Field(default=None, sa_type=Json)
    execution_modalities: list[str] | None = Field(default=None, sa_type=Json)
    framework_reference: str | None = Field(default=None, max_length=64)
    ccag: str | None = Field(default=None, max_length=80)
    offers_received: int | None = None
    advance_granted: bool | None = None
    advance_rate: int | None = None
    eu_share: int | None = None
    french_share: int | None = None
    grouping: str | None = Field(default=None, max_length=60)
    place_code: str | None = Field(default=None, max_length=60)
    place_kind: str | None = Field(default=None, max_length=60)
    months: int | None = None
    notified_on: date | None = None
    starts_on: date | None = None
    published_on: date | None = None
    amount: int | None = Field(default=None, sa_type=sa.BigInteger)
    subsidy: int | None = Field(default=None, sa_type=sa.BigInteger)
    price_types: list[str] | None = Field(default=None, sa_type=Json)
    price_form: str | None = Field(default=None, max_length=60)
    subcontracting_declared: bool | None = None
    consultation_reference: str | None = Field(default=None, max_length=64)
    lot_number: int | None = None
    purchase_family: str | None = Field(default=None, max_length=120)
    project_id: UUID | None = Field(
        default=None, foreign_key="project.id", ondelete="SET NULL", index=True
    )
    # Its marks once more, in bits (api.reference.marks): figures read them of each contract.
    marks_told: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs=NONE_SAID)
    marks_yes: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs=NONE_SAID)
    # The day that orders the register: notified_on, or LONG_AGO while it is unknown.
    listed_on: date
    origin: Origin = Field(sa_type=text_enum(Origin, 20))
    search_text: str = Field(sa_type=sa.Text)
    # Hash of the record last imported: the same file again changes nothing, even once corrected.
    imported_hash: str | None = Field(default=None, max_length=32)
    version: int = 1


class ContractSupplier(SQLModel, table=True):
    """A supplier who holds a contract, in the order of the notice."""

    __tablename__ = "contract_supplier"
    __table_args__ = CLUSTERED

    contract_id: UUID = Field(primary_key=True, foreign_key="contract.id", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    supplier_id: UUID = Field(foreign_key="supplier.id", ondelete="RESTRICT", index=True)


class ContractMark(SQLModel, table=True):
    """What is said of a contract under one code of the nomenclature; no row is "not said"."""

    __tablename__ = "contract_mark"
    __table_args__ = CLUSTERED

    contract_id: UUID = Field(primary_key=True, foreign_key="contract.id", ondelete="CASCADE")
    code: str = Field(primary_key=True, max_length=40)
    value: bool


class Amendment(SQLModel, table=True):
    """A modification of a contract: the new totals."""

    contract_id: UUID = Field(primary_key=True, foreign_key="contract.id", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    number: int | None
    notified_on: date | None
    published_on: date | None
    months: int | None
    amount: int | None = Field(sa_type=sa.BigInteger)
    suppliers: list[list[str | None]] | None = Field(sa_type=Json)
    purpose: str | None = Field(sa_type=sa.Text)


class Subcontract(SQLModel, table=True):
    """An act of subcontracting; the subcontractor is [type, identifier, name]."""

    contract_id: UUID = Field(primary_key=True, foreign_key="contract.id", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    number: int | None
    subcontractor: list[str | None] | None = Field(sa_type=Json)
    months: int | None
    notified_on: date | None
    published_on: date | None
    amount: int | None = Field(sa_type=sa.BigInteger)
    price_variation: str | None = Field(max_length=60)


class SubcontractChange(SQLModel, table=True):
    """A change of an act of subcontracting."""

    __tablename__ = "subcontract_change"

    contract_id: UUID = Field(primary_key=True, foreign_key="contract.id", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    number: int | None
    notified_on: date | None
    published_on: date | None
    months: int | None
    amount: int | None = Field(sa_type=sa.BigInteger)


class ConcessionYear(SQLModel, table=True):
    """Yearly execution data of a concession; a tariff is [title, cents]."""

    __tablename__ = "concession_year"

    contract_id: UUID = Field(primary_key=True, foreign_key="contract.id", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    published_on: date | None
    investment: int | None = Field(sa_type=sa.BigInteger)
    tariffs: list[list[Any]] = Field(sa_type=Json)


class ConfirmedAmount(SQLModel, table=True):
    """An amount of a contract that somebody says to be true, however absurd (api.rules.amounts).

    Of that amount only: another one is in doubt again.
    """

    __tablename__ = "confirmed_amount"

    contract_id: UUID = Field(primary_key=True, foreign_key="contract.id", ondelete="CASCADE")
    amount: int = Field(primary_key=True, sa_type=sa.BigInteger)
    confirmed_at: datetime


class ContractDocument(SQLModel, table=True):
    """What is published of a contract: its DECP object as JSON, or what holds it back.

    ``digest`` stands for the DECP object: another digest, another object. ``dropped`` are the rules
    of the national consolidation that it fails whatever the day, ``due_on`` the last day to publish
    it in time (api.rules.decp); ``rules`` is the number of the rules it was written by.

    Derived by api.contracts.writing from the other tables, in the transaction of each change, so
    that publishing copies text and never computes (docs/decisions/0005).
    """

    __tablename__ = "contract_document"

    contract_id: UUID = Field(primary_key=True, foreign_key="contract.id", ondelete="CASCADE")
    decp: str | None = Field(sa_type=sa.Text)
    digest: str | None = Field(default=None, max_length=32)
    withheld: list[list[str]] | None = Field(sa_type=Json)
    dropped: list[list[str]] | None = Field(default=None, sa_type=Json)
    due_on: date | None = None
    rules: int = Field(default=0, sa_column_kwargs=NONE_SAID)


class RegisterEntry(SQLModel, table=True):
    """What the feed of the register last said of a contract, which may be there no more.

    ``position`` orders the feed: an entry that changes goes to its end (docs/decisions/0023).
    """

    __tablename__ = "register_entry"
    __table_args__ = (sa.Index("ix_register_entry_place", "buyer_id", "position"), CLUSTERED)

    contract_id: UUID = Field(primary_key=True)
    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    kind: Kind = Field(sa_type=text_enum(Kind, 20))
    reference: str = Field(max_length=64)
    version: int
    removed: bool
    position: int = Field(sa_type=sa.BigInteger, unique=True)
    at: datetime


class PublicEntry(SQLModel, table=True):
    """What is public of a contract, under the number by which others know it.

    ``digest`` is that of the DECP object that is public, None while none is; ``opens_on`` the day
    to come from which one will be. ``position`` and ``at``: as of RegisterEntry, None for what was
    never public. ``contract_id`` may be there no more, nor be the first of its number.
    """

    __tablename__ = "public_entry"
    __table_args__ = (sa.Index("ix_public_entry_opening", "opens_on", **_WAITING), CLUSTERED)

    buyer_id: UUID = Field(primary_key=True, foreign_key="organisation.id", ondelete="RESTRICT")
    reference: str = Field(primary_key=True, max_length=64)
    contract_id: UUID = Field(index=True)
    kind: Kind = Field(sa_type=text_enum(Kind, 20))
    digest: str | None = Field(max_length=32)
    opens_on: date | None
    position: int | None = Field(sa_type=sa.BigInteger, unique=True)
    at: datetime | None
