"""Persons followed by a facilitator, under a pseudonym; a name is optional, sealed and apart."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from api.kit.columns import Identified, text_enum
from api.rules.hours.vocabulary import (
    EmploymentKind,
    ExitCheckpoint,
    ExitSituation,
    Modality,
    Public,
    PublicFamily,
    Qualification,
    Sex,
    TrainingKind,
)


class Beneficiary(Identified, table=True):
    """A person known by a drawn pseudonym and coarse facts; unknown facts are NULL.

    ``birth_band`` is the first year of a band of five ("1990" for 1990 to 1994). ``public`` is the
    coarse family; the criterion itself is in ``Eligibility``.
    """

    __table_args__ = (sa.UniqueConstraint("facilitator_id", "external_ref"),)

    facilitator_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    pseudonym: str = Field(max_length=20, unique=True)
    external_ref: str | None = Field(default=None, max_length=80)
    sex: Sex | None = Field(default=None, sa_type=text_enum(Sex))
    birth_band: int | None = None
    public: PublicFamily | None = Field(default=None, sa_type=text_enum(PublicFamily))
    qualification: Qualification | None = Field(default=None, sa_type=text_enum(Qualification))
    qpv: bool | None = None
    qpv_code: str | None = Field(default=None, max_length=12)
    entered_on: date | None = None
    eligibility_months: int = 24
    eligible_until: date | None = None
    informed_on: date | None = None
    objected: bool = False
    last_activity_on: date | None = None
    # The erasure that is announced for the person, or the last one that was done.
    purge_id: UUID | None = Field(
        default=None, foreign_key="purge.id", ondelete="SET NULL", index=True
    )
    version: int = 1


class Eligibility(Identified, table=True):
    """Why a person is eligible: the detailed criterion and the proof seen; the owner's alone."""

    beneficiary_id: UUID = Field(foreign_key="beneficiary.id", ondelete="CASCADE", index=True)
    criterion: Public = Field(sa_type=text_enum(Public))
    proof: str | None = Field(default=None, max_length=120)
    proof_on: date | None = None
    seen_on: date | None = None
    certified: bool | None = None
    opinion: str | None = Field(default=None, sa_type=sa.Text)
    person_id: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")


class BeneficiaryIdentity(SQLModel, table=True):
    """A name and a birth date, sealed with a key of the row's own; ``lookup`` is a keyed hash."""

    __tablename__ = "beneficiary_identity"

    beneficiary_id: UUID = Field(primary_key=True, foreign_key="beneficiary.id", ondelete="CASCADE")
    facilitator_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    sealed: bytes
    lookup: str = Field(max_length=64, index=True)


class Employment(Identified, table=True):
    """An employment contract of a person; its hours may be shared between several clauses."""

    facilitator_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT", index=True)
    beneficiary_id: UUID = Field(foreign_key="beneficiary.id", ondelete="CASCADE", index=True)
    employer_siret: str | None = Field(default=None, max_length=14)
    employer_name: str | None = Field(default=None, max_length=300)
    modality: Modality | None = Field(default=None, sa_type=text_enum(Modality))
    kind: EmploymentKind | None = Field(default=None, sa_type=text_enum(EmploymentKind))
    starts_on: date
    ends_on: date | None = None
    weekly: int | None = None


class EmploymentMonth(SQLModel, table=True):
    """The quarter-hours attested for one month of an employment: what clauses can share at most."""

    __tablename__ = "employment_month"

    employment_id: UUID = Field(primary_key=True, foreign_key="employment.id", ondelete="CASCADE")
    month: date = Field(primary_key=True)
    worked: int


class Training(Identified, table=True):
    """A training of a person, in quarter-hours."""

    beneficiary_id: UUID = Field(foreign_key="beneficiary.id", ondelete="CASCADE", index=True)
    kind: TrainingKind = Field(sa_type=text_enum(TrainingKind))
    title: str | None = Field(default=None, max_length=200)
    hours: int | None = None
    certified: bool | None = None
    ended_on: date | None = None


class BeneficiaryExit(SQLModel, table=True):
    """What became of a person at the end, 6 and 12 months after; "unknown" is an answer."""

    __tablename__ = "beneficiary_exit"

    beneficiary_id: UUID = Field(primary_key=True, foreign_key="beneficiary.id", ondelete="CASCADE")
    checkpoint: ExitCheckpoint = Field(primary_key=True, sa_type=text_enum(ExitCheckpoint))
    situation: ExitSituation = Field(sa_type=text_enum(ExitSituation))
    observed_on: date | None = None
    source: str | None = Field(default=None, max_length=120)


class Purge(Identified, table=True):
    """An erasure of what names or describes persons no longer followed: announced, then done.

    ``count`` and ``digest`` (SHA-256 of the sorted pseudonyms) are the proof that stays.
    """

    facilitator_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT", index=True)
    before: date
    due_on: date
    count: int
    digest: str = Field(max_length=64)
    executed_at: datetime | None = None
    cancelled_at: datetime | None = None
    person_id: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")
    executed_by: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")
