"""What is said of a beneficiary from outside, and what their facilitator is answered."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.kit.columns import Day, Flag, Hours, Month, Siret, Text, Whole
from api.kit.days import today
from api.rules.hours.figures import BIRTH_BAND
from api.rules.hours.vocabulary import (
    EmploymentKind,
    ExitCheckpoint,
    ExitSituation,
    Modality,
    PublicFamily,
    Qualification,
    Sex,
    StatementState,
    TrainingKind,
)

# A day of an insertion path; anything else is a slip of the keyboard.
Dated = Annotated[Day, Field(ge=date(1990, 1, 1), le=date(2100, 12, 31))]
Reason = Annotated[Text, Field(min_length=3, max_length=300)]

FACILITATOR = "SIRET de la structure pour laquelle vous agissez ; inutile si vous n’en avez qu’une."
WHY = "Reste au journal : dites pourquoi, sans nommer la personne."


class EligibilityState(StrEnum):
    """Where the window of eligibility stands today."""

    ELIGIBLE = "eligible"
    ENDING = "ending"
    OVER = "over"
    UNKNOWN = "unknown"


class BeneficiaryFacts(BaseModel):
    """The coarse facts of a person; none of them names anybody."""

    model_config = ConfigDict(extra="forbid")

    external_ref: Annotated[Text, Field(min_length=1, max_length=80)] | None = Field(
        default=None,
        title="Référence dans votre outil",
        description="Propre à votre structure, sans nom ni prénom.",
    )
    sex: Sex | None = Field(default=None, title="Sexe")
    birth_band: Annotated[Whole, Field(ge=1900, le=2100)] | None = Field(
        default=None,
        title="Tranche de naissance",
        description="Première année d’une tranche de cinq ans : 1990 pour 1990 à 1994.",
    )
    public: PublicFamily | None = Field(default=None, title="Famille de publics")
    qualification: Qualification | None = Field(default=None, title="Niveau de qualification")
    qpv: Flag | None = Field(default=None, title="Habite un quartier prioritaire")
    qpv_code: Annotated[Text, Field(min_length=1, max_length=12)] | None = Field(
        default=None, title="Code du quartier prioritaire"
    )
    entered_on: Dated | None = Field(default=None, title="Date d’entrée dans le parcours")
    eligibility_months: Whole = Field(
        default=24, ge=1, le=60, title="Durée d’éligibilité (mois)", description="24 en général."
    )
    informed_on: Dated | None = Field(
        default=None,
        title="Personne informée le",
        description="Jour où la personne a été informée du traitement de ses données ; à dire "
        "avant de déclarer ses premières heures.",
    )

    @field_validator("birth_band")
    @classmethod
    def _band(cls, value: int | None) -> int | None:
        if value is not None and value % BIRTH_BAND:
            raise ValueError(
                "n’est pas le début d’une tranche de cinq ans. Donnez une année en 0 ou en 5 : "
                "1990 pour une naissance de 1990 à 1994."
            )
        return value


class BeneficiaryCreate(BeneficiaryFacts):
    """A person to follow; the pseudonym is drawn, never given."""

    facilitator_siret: Siret | None = Field(
        default=None, title="SIRET du facilitateur", description=FACILITATOR
    )


class BeneficiaryChange(BeneficiaryFacts):
    """The fields to change; those left out stay as they are."""

    objected: Flag = Field(
        default=False,
        title="Opposition",
        description="La personne s’oppose au traitement : elle quitte les listes, ses heures "
        "restent, sans nom.",
    )
    reason: Reason | None = Field(
        default=None,
        title="Motif",
        description="Obligatoire pour changer l’entrée, la durée d’éligibilité ou la famille de "
        "publics d’une personne qui a des heures validées. " + WHY,
    )


class EmploymentFacts(BaseModel):
    """What is said of an employment contract, but its start."""

    model_config = ConfigDict(extra="forbid")

    employer_siret: Siret | None = Field(default=None, title="SIRET de l’employeur")
    employer_name: Annotated[Text, Field(min_length=1, max_length=300)] | None = Field(
        default=None, title="Nom de l’employeur"
    )
    modality: Modality | None = Field(default=None, title="Modalité")
    kind: EmploymentKind | None = Field(default=None, title="Type de contrat de travail")
    ends_on: Dated | None = Field(default=None, title="Fin")
    weekly: Hours | None = Field(
        default=None, title="Heures par semaine", description="Plus de 0, 48 au plus."
    )

    @field_validator("weekly")
    @classmethod
    def _week(cls, value: Hours | None) -> Hours | None:
        if value is not None and not 0 < value <= 48:
            raise ValueError("n’est pas compris entre 0 et 48 heures.")
        return value


class EmploymentCreate(EmploymentFacts):
    """An employment contract."""

    starts_on: Dated = Field(title="Début")


class EmploymentChange(EmploymentFacts):
    """The fields of an employment contract to change; those left out stay as they are."""

    # Left out, it is not read; null is refused, since a contract has a start.
    starts_on: Dated = Field(default_factory=today, title="Début")


class TrainingCreate(BaseModel):
    """A training followed."""

    model_config = ConfigDict(extra="forbid")

    kind: TrainingKind = Field(title="Nature")
    title: Annotated[Text, Field(min_length=1, max_length=200)] | None = Field(
        default=None, title="Intitulé"
    )
    hours: Hours | None = Field(default=None, title="Heures")
    certified: Flag | None = Field(default=None, title="Certification obtenue")
    ended_on: Dated | None = Field(default=None, title="Terminée le")

    @field_validator("hours")
    @classmethod
    def _length(cls, value: Hours | None) -> Hours | None:
        if value is not None and not 0 < value <= 5000:
            raise ValueError("n’est pas compris entre 0 et 5 000 heures.")
        return value


class ExitPut(BaseModel):
    """What became of the person; "unknown" says that the question was asked in vain."""

    model_config = ConfigDict(extra="forbid")

    situation: ExitSituation = Field(title="Situation")
    observed_on: Dated | None = Field(default=None, title="Constatée le")
    source: Annotated[Text, Field(min_length=1, max_length=120)] | None = Field(
        default=None, title="Source"
    )


class EmploymentRead(BaseModel):
    """An employment contract, as answered."""

    id: UUID
    beneficiary_id: UUID
    employer_siret: str | None = Field(title="SIRET de l’employeur")
    employer_name: str | None = Field(title="Nom de l’employeur")
    modality: Modality | None = Field(title="Modalité")
    kind: EmploymentKind | None = Field(title="Type de contrat de travail")
    starts_on: Day = Field(title="Début")
    ends_on: Day | None = Field(title="Fin")
    weekly: Hours | None = Field(title="Heures par semaine")


class TrainingRead(BaseModel):
    """A training, as answered."""

    id: UUID
    beneficiary_id: UUID
    kind: TrainingKind = Field(title="Nature")
    title: str | None = Field(title="Intitulé")
    hours: Hours | None = Field(title="Heures")
    certified: bool | None = Field(title="Certification obtenue")
    ended_on: Day | None = Field(title="Terminée le")


class ExitRead(BaseModel):
    """What became of the person at a checkpoint, as answered."""

    checkpoint: ExitCheckpoint = Field(title="Échéance")
    situation: ExitSituation = Field(title="Situation")
    observed_on: Day | None = Field(title="Constatée le")
    source: str | None = Field(title="Source")


class MonthRead(BaseModel):
    """The hours of the person for one clause and one month."""

    month: Month = Field(title="Mois")
    clause_id: UUID | None = Field(
        title="Clause", description="Absente quand le mandat de l’acheteur est terminé."
    )
    clause_title: str | None = Field(title="Intitulé de la clause")
    state: StatementState = Field(title="État de la déclaration")
    hours: Hours = Field(title="Heures travaillées")
    training_hours: Hours = Field(title="Heures de formation")
    counted: Hours = Field(title="Heures comptées")


class BeneficiaryItem(BaseModel):
    """A person in a list."""

    id: UUID
    version: int
    pseudonym: str = Field(title="Pseudonyme")
    external_ref: str | None = Field(title="Référence dans votre outil")
    sex: Sex | None = Field(title="Sexe")
    birth_band: int | None = Field(title="Tranche de naissance")
    public: PublicFamily | None = Field(title="Famille de publics")
    qualification: Qualification | None = Field(title="Niveau de qualification")
    qpv: bool | None = Field(title="Habite un quartier prioritaire")
    entered_on: Day | None = Field(title="Date d’entrée dans le parcours")
    eligible_until: Day | None = Field(title="Éligible jusqu’au")
    eligibility: EligibilityState = Field(title="Éligibilité")
    informed_on: Day | None = Field(title="Personne informée le")
    information_due: bool = Field(title="Information à faire")
    objected: bool = Field(title="Opposition")
    last_activity_on: Day | None = Field(title="Dernière activité")
    identity_kept: bool = Field(title="Identité conservée, scellée")
    erasure_due_on: Day | None = Field(
        title="Effacement annoncé pour le", description="Absent quand aucun n’est annoncé."
    )


class BeneficiaryRead(BeneficiaryItem):
    """A person, whole but for the identity and the detailed criteria."""

    qpv_code: str | None = Field(title="Code du quartier prioritaire")
    eligibility_months: int = Field(title="Durée d’éligibilité (mois)")
    employments: list[EmploymentRead] = Field(title="Contrats de travail")
    trainings: list[TrainingRead] = Field(title="Formations")
    exits: list[ExitRead] = Field(title="Sorties")
    months: list[MonthRead] = Field(title="Heures par mois")
    created_at: datetime
    updated_at: datetime


class BeneficiaryFilter(BaseModel):
    """Filters of the list of persons; all together, all optional."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[Text, Field(max_length=80)] | None = Field(
        default=None, description="Suite de lettres cherchée dans le pseudonyme et la référence."
    )
    state: EligibilityState | None = Field(
        default=None,
        description="Éligibilité aujourd’hui : en cours (fins proches comprises), se terminant "
        "dans les 60 jours, terminée, ou date d’entrée inconnue.",
    )
    objected: bool = Field(
        default=False,
        description="Vrai : les seules personnes qui se sont opposées, absentes sinon.",
    )
    purge: UUID | None = Field(
        default=None, description="Les personnes d’un effacement annoncé ou fait."
    )
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )
