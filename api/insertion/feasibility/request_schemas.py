"""What the API takes and gives of requests of feasibility."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.insertion.feasibility.models import FeasibilityDecision
from api.insertion.feasibility.schemas import Family, Months, Part, Spent
from api.kit.columns import Day, Euros, Hours, Share, Siret, Text
from api.rules.hours.vocabulary import FeasibilityAnswer, Modality, Public, RefusalReason

EARLIEST: Final = date(1990, 1, 1)
LATEST: Final = date(2100, 12, 31)
# Months and years are counted from these days: none may lead out of the calendar.
PlannedDay = Annotated[Day, Field(ge=EARLIEST, le=LATEST)]
Told = Annotated[Text, Field(max_length=4000)]
Words = Annotated[Text, Field(min_length=1, max_length=4000)]
Publics = Annotated[list[Public], Field(max_length=len(Public))]
Modalities = Annotated[list[Modality], Field(max_length=len(Modality))]
SomeHours = Annotated[Hours, Field(gt=0)]


class RequestState(StrEnum):
    """Where a request stands; one that is late is no longer told waiting."""

    WAITING = "waiting"
    LATE = "late"
    ANSWERED = "answered"


class FeasibilityRequestCreate(BaseModel):
    """A purchase to study."""

    model_config = ConfigDict(extra="forbid")

    buyer_siret: Siret = Field(title="SIRET de l’acheteur")
    facilitator_siret: Siret | None = Field(
        default=None,
        title="SIRET du facilitateur",
        description="Inutile quand un seul facilitateur a un mandat en cours de cet acheteur.",
    )
    directorate_id: UUID | None = Field(
        default=None,
        title="Direction",
        description="La direction qui demande : la sienne, pour un compte de direction.",
    )
    contract_id: UUID | None = Field(
        default=None, title="Marché", description="Le marché concerné, s’il est déjà au registre."
    )
    subject: Annotated[Text, Field(min_length=1, max_length=300)] = Field(title="Objet de l’achat")
    family: Family | None = Field(default=None, title="Famille d’achats")
    cpv: Annotated[Text, Field(pattern=r"^[0-9]{8}(-[0-9])?$")] | None = Field(
        default=None, title="Code CPV", description="Huit chiffres, clé facultative."
    )
    estimate: Spent | None = Field(
        default=None, title="Montant estimé HT", description="En euros, sur toute la durée."
    )
    months: Months | None = Field(default=None, title="Durée", description="En mois entiers.")
    expected_on: PlannedDay | None = Field(
        default=None, title="Lancement prévu", description="Date de consultation prévue."
    )
    comment: Told | None = Field(default=None, title="Précisions")
    sent_on: PlannedDay | None = Field(
        default=None, title="Date de la demande", description="Aujourd’hui par défaut."
    )
    due_on: PlannedDay | None = Field(
        default=None,
        title="Réponse attendue le",
        description="Vingt-huit jours après la demande par défaut.",
    )


class FeasibilityAnswerIn(BaseModel):
    """What the facilitator advises."""

    model_config = ConfigDict(extra="forbid")

    answer: FeasibilityAnswer = Field(title="Avis")
    hours: SomeHours | None = Field(default=None, title="Volume d’heures proposé")
    rate: Part | None = Field(
        default=None, title="Taux proposé", description="Part des heures travaillées, de 0 à 1."
    )
    publics: Publics | None = Field(default=None, title="Publics proposés")
    modalities: Modalities | None = Field(default=None, title="Modalités proposées")
    refusal: RefusalReason | None = Field(
        default=None,
        title="Motif",
        description="Obligatoire pour l’avis « none » (aucune clause), et pour lui seul.",
    )
    justification: Words | None = Field(
        default=None,
        title="Justification",
        description="Obligatoire pour l’avis « none » (aucune clause).",
    )


class FeasibilityDecisionIn(BaseModel):
    """What the buyer does of the advice."""

    model_config = ConfigDict(extra="forbid")

    decision: FeasibilityDecision = Field(title="Suite donnée")
    comment: Words | None = Field(
        default=None,
        title="Commentaire",
        description="Obligatoire quand l’avis n’est pas suivi.",
    )


class RequestPermissions(BaseModel):
    """What who asks may do of the request."""

    answer: bool = Field(title="Répondre")
    decide: bool = Field(title="Décider")


class FeasibilityRequestItem(BaseModel):
    """A request in a list."""

    id: UUID
    version: int
    buyer_siret: str | None
    buyer_name: str = Field(title="Acheteur")
    facilitator_siret: str | None
    facilitator_name: str = Field(title="Facilitateur")
    directorate_id: UUID | None
    directorate_name: str | None = Field(title="Direction")
    contract_id: UUID | None
    contract_reference: str | None = Field(title="Marché")
    subject: str = Field(title="Objet de l’achat")
    family: str | None = Field(title="Famille d’achats")
    estimate: Euros | None = Field(title="Montant estimé HT")
    sent_on: date = Field(title="Demandé le")
    due_on: date = Field(title="Réponse attendue le")
    answered_on: date | None = Field(title="Répondu le")
    state: RequestState = Field(title="État")
    late_days: int = Field(
        title="Jours de retard",
        description="De la réponse, donnée ou attendue ; 0 quand elle est à temps.",
    )
    answer: FeasibilityAnswer | None = Field(title="Avis")
    decision: FeasibilityDecision | None = Field(title="Suite donnée")


class FeasibilityRequestRead(FeasibilityRequestItem):
    """A request, whole."""

    cpv: str | None = Field(title="Code CPV")
    months: int | None = Field(title="Durée (mois)")
    expected_on: date | None = Field(title="Lancement prévu")
    comment: str | None = Field(title="Précisions")
    hours: Hours | None = Field(title="Volume d’heures proposé")
    rate: Share | None = Field(title="Taux proposé")
    publics: list[Public] | None = Field(title="Publics proposés")
    modalities: list[Modality] | None = Field(title="Modalités proposées")
    refusal: RefusalReason | None = Field(title="Motif")
    justification: str | None = Field(title="Justification")
    decided_on: date | None = Field(title="Décidé le")
    decision_comment: str | None = Field(title="Commentaire de la suite")
    permissions: RequestPermissions = Field(title="Ce qui vous est permis")


class RequestFilter(BaseModel):
    """Filters of the requests; all together, all optional."""

    model_config = ConfigDict(extra="forbid")

    state: RequestState | None = Field(
        default=None,
        description="« waiting » : réponse attendue, dans les temps ; « late » : en retard ; "
        "« answered » : répondue.",
    )
    buyer: Siret | None = Field(default=None, description="SIRET de l’acheteur.")
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )
