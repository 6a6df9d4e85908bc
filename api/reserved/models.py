"""Reserved markets: what was reserved, what was not and why, and the sourcing that led there."""

from datetime import date
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from api.kit.columns import Identified, Json, text_enum
from api.rules.hours.vocabulary import RefusalReason


class LegalBasis(StrEnum):
    """Articles of the code de la commande publique that allow a reservation."""

    DISABLED = "L2113-12"
    INSERTION = "L2113-13"
    PRISON = "L2113-13-1"
    ESS = "L2113-15"
    CONCESSION_DISABLED = "L3113-1"
    CONCESSION_INSERTION = "L3113-2"
    CONCESSION_PRISON = "L3113-2-1"


class SourcingTool(StrEnum):
    """How structures were looked for."""

    INCLUSION_MARKET = "inclusion_market"
    OTHER = "other"


class SourcingResult(StrEnum):
    """What came of a sourcing."""

    RESERVED = "reserved"
    CLAUSE = "clause"
    OPEN = "open"
    ABANDONED = "abandoned"
    PENDING = "pending"


class Reservation(Identified, table=True):
    """A contract, or some of its lots, reserved to structures; ``share`` is in millionths."""

    __table_args__ = (
        sa.UniqueConstraint("contract_id", "basis"),
        sa.Index("ix_reservation_register", "buyer_id", "decided_on", "id"),
    )

    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    contract_id: UUID = Field(foreign_key="contract.id", ondelete="RESTRICT")
    basis: LegalBasis = Field(sa_type=text_enum(LegalBasis))
    lots: list[str] = Field(default_factory=list, sa_type=Json)
    structure_kinds: list[str] = Field(default_factory=list, sa_type=Json)
    share: int | None = None
    domain: str | None = Field(default=None, max_length=120)
    decided_on: date
    mention: str | None = Field(default=None, sa_type=sa.Text)
    comment: str | None = Field(default=None, sa_type=sa.Text)
    version: int = 1


class ReservableFamily(Identified, table=True):
    """A purchase family in which a buyer wants reservation proposed, or its absence justified."""

    __tablename__ = "reservable_family"
    __table_args__ = (sa.UniqueConstraint("buyer_id", "family"),)

    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    family: str = Field(max_length=120)
    cpv_prefixes: list[str] = Field(default_factory=list, sa_type=Json)
    note: str | None = Field(default=None, sa_type=sa.Text)


class NonReservation(Identified, table=True):
    """Why a purchase of a high-potential family was not reserved (MEL, action 2)."""

    __tablename__ = "non_reservation"
    __table_args__ = (sa.Index("ix_non_reservation_register", "buyer_id", "decided_on", "id"),)

    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    contract_id: UUID = Field(foreign_key="contract.id", ondelete="CASCADE", unique=True)
    family: str | None = Field(default=None, max_length=120)
    reason: RefusalReason = Field(sa_type=text_enum(RefusalReason))
    justification: str = Field(sa_type=sa.Text)
    decided_on: date


class Sourcing(Identified, table=True):
    """A search for structures before a consultation: who was asked, who answered."""

    __table_args__ = (sa.Index("ix_sourcing_register", "buyer_id", "done_on", "id"),)

    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    contract_id: UUID | None = Field(default=None, foreign_key="contract.id", ondelete="SET NULL")
    # What it prepares before there is a contract: whose it is, and of which family.
    project_id: UUID | None = Field(
        default=None, foreign_key="project.id", ondelete="SET NULL", index=True
    )
    done_on: date
    tool: SourcingTool = Field(sa_type=text_enum(SourcingTool))
    need: str = Field(max_length=300)
    domain: str | None = Field(default=None, max_length=120)
    address: str | None = Field(default=None, max_length=300)
    contacted: int | None = None
    interested: int | None = None
    ess_answers: int | None = None
    result: SourcingResult = Field(sa_type=text_enum(SourcingResult))
    comment: str | None = Field(default=None, sa_type=sa.Text)
    version: int = 1
