"""What is asked and answered of the restricted part: criteria, identity, export, erasures."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.insertion.beneficiaries.schemas import (
    FACILITATOR,
    WHY,
    BeneficiaryRead,
    Dated,
    Reason,
)
from api.kit.columns import Day, Flag, Hours, Month, Siret, Text
from api.rules.hours.vocabulary import Public

Name = Annotated[Text, Field(min_length=1, max_length=120)]


class ReadingReason(BaseModel):
    """Why something restricted is read."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason = Field(title="Motif", description=WHY)


class EligibilityCreate(BaseModel):
    """A criterion of eligibility and the proof seen; the paper itself is not kept."""

    model_config = ConfigDict(extra="forbid")

    criterion: Public = Field(title="Critère")
    proof: Annotated[Text, Field(min_length=1, max_length=120)] | None = Field(
        default=None, title="Justificatif vu", description="Sa nature : « attestation CAF »."
    )
    proof_on: Dated | None = Field(default=None, title="Date du justificatif")
    seen_on: Dated | None = Field(default=None, title="Vu le")
    certified: Flag | None = Field(default=None, title="Certifié par l’organisme")
    opinion: Annotated[Text, Field(min_length=3, max_length=2000)] | None = Field(
        default=None,
        title="Avis motivé",
        description="Obligatoire pour « autre personne, sur avis motivé ».",
    )


class EligibilityAdded(BaseModel):
    """That a criterion is kept; not which: an answer may be kept to be given again."""

    id: UUID
    beneficiary_id: UUID
    warnings: list[str] = Field(title="À vérifier")


class EligibilityRead(BaseModel):
    """A criterion of eligibility and its proof."""

    id: UUID
    criterion: Public = Field(title="Critère")
    label: str = Field(title="Intitulé du critère")
    sensitive: bool = Field(
        title="Sensible", description="Santé, justice, asile, enfance protégée, hébergement."
    )
    proof: str | None = Field(title="Justificatif vu")
    proof_on: Day | None = Field(title="Date du justificatif")
    seen_on: Day | None = Field(title="Vu le")
    certified: bool | None = Field(title="Certifié par l’organisme")
    opinion: str | None = Field(title="Avis motivé")
    author: str | None = Field(title="Enregistré par")
    created_at: datetime
    warnings: list[str] = Field(title="À vérifier")


class IdentityPut(BaseModel):
    """A name and a birth date, to be sealed."""

    model_config = ConfigDict(extra="forbid")

    last_name: Name = Field(title="Nom")
    first_name: Name = Field(title="Prénom")
    birth_date: Day = Field(title="Date de naissance")


class DuplicateSearch(IdentityPut):
    """Whom to look for."""

    facilitator_siret: Siret | None = Field(
        default=None, title="SIRET du facilitateur", description=FACILITATOR
    )


class IdentityKept(BaseModel):
    """That an identity is kept; never which."""

    beneficiary_id: UUID
    kept: bool = Field(title="Identité conservée, scellée")


class IdentityRead(BaseModel):
    """An identity, opened."""

    beneficiary_id: UUID
    last_name: str = Field(title="Nom")
    first_name: str = Field(title="Prénom")
    birth_date: Day = Field(title="Date de naissance")


class Duplicates(BaseModel):
    """Where the same person is already followed."""

    pseudonyms: list[str] = Field(title="Dans votre structure")
    elsewhere: bool = Field(title="Chez un autre facilitateur")


class ExportAsk(ReadingReason):
    """What to give the person."""

    identity: Flag = Field(default=False, title="Avec l’identité")


class TraceRead(BaseModel):
    """Something done about the person."""

    at: datetime = Field(title="Le")
    action: str = Field(title="Action")


class EmploymentMonthRead(BaseModel):
    """The hours attested for an employment contract and a month."""

    employment_id: UUID
    month: Month = Field(title="Mois")
    worked: Hours = Field(title="Heures attestées")


class BeneficiaryExport(BaseModel):
    """All that is kept of a person."""

    exported_at: datetime = Field(title="Fait le")
    beneficiary: BeneficiaryRead = Field(title="Personne")
    eligibility: list[EligibilityRead] = Field(title="Critères d’éligibilité")
    employment_months: list[EmploymentMonthRead] = Field(title="Heures attestées")
    identity: IdentityRead | None = Field(title="Identité")
    trace: list[TraceRead] = Field(title="Journal")


class PurgeState(StrEnum):
    """Where an erasure stands."""

    ANNOUNCED = "announced"
    CANCELLED = "cancelled"
    EXECUTED = "executed"


class PurgeCreate(BaseModel):
    """Whom to erase: the persons without activity since a day."""

    model_config = ConfigDict(extra="forbid")

    before: Dated | None = Field(
        default=None,
        title="Sans activité depuis le",
        description="Il y a 24 mois par défaut.",
    )
    facilitator_siret: Siret | None = Field(
        default=None, title="SIRET du facilitateur", description=FACILITATOR
    )


class PurgeRead(BaseModel):
    """An erasure, as answered."""

    id: UUID
    state: PurgeState = Field(title="État")
    before: Day = Field(title="Sans activité depuis le")
    due_on: Day = Field(title="Possible à partir du")
    count: int = Field(title="Personnes", description="Annoncées, puis effacées quand c’est fait.")
    digest: str = Field(
        title="Empreinte", description="SHA-256 des pseudonymes triés, un par ligne."
    )
    created_at: datetime = Field(title="Annoncé le")
    cancelled_at: datetime | None = Field(title="Annulé le")
    executed_at: datetime | None = Field(title="Fait le")


class PurgeAnnounced(PurgeRead):
    """An erasure that has just been announced."""

    pseudonyms: list[str] = Field(title="Pseudonymes")


class PurgeExecuted(PurgeRead):
    """An erasure that has just been done."""

    pseudonyms: list[str] = Field(title="Effacées")
    left_out: list[str] = Field(
        title="Laissées", description="Pseudonymes dont une activité est revenue depuis l’annonce."
    )
