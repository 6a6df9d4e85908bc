"""What the API takes of clauses: terms, changes of the commitment, penalties, filters."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.insertion.clauses.models import ClauseObject
from api.insertion.feasibility.request_schemas import (
    Modalities,
    PlannedDay,
    Publics,
    SomeHours,
    Told,
    Words,
)
from api.insertion.feasibility.schemas import Cost, Family, Part, Spent
from api.kit.columns import Euros, Flag, Hours, Siret, Text, Whole
from api.rules.hours.vocabulary import (
    ChangeKind,
    ClauseStatus,
    ClauseType,
    EvidenceFrequency,
    PenaltyDecision,
    PenaltyMode,
    Unit,
)

MAX_PAGE = 500
Title = Annotated[Text, Field(min_length=1, max_length=300)]
Reference = Annotated[Text, Field(max_length=120)]
# Times a million hours, it still fits the column.
UnitPrice = Annotated[Euros, Field(gt=0, le=1_000_000)]


class CalculationTerms(BaseModel):
    """From what the hours of a clause are worked out."""

    model_config = ConfigDict(extra="forbid")

    amount: Spent | None = Field(
        default=None,
        title="Montant HT",
        description="En euros. Facultatif pour un accord-cadre à bons de commande seulement : "
        "chaque bon donne le sien.",
    )
    labour_share: Part = Field(title="Part de main-d’œuvre", description="Entre 0 et 1.")
    rate: Part = Field(title="Taux d’insertion", description="Entre 0 et 1 : 0.05 pour 5 %.")
    hourly_cost: Cost = Field(title="Coût horaire", description="En euros par heure.")


class ClauseTerms(BaseModel):
    """What may be said of a clause. All may be left out: what is not said stays unknown."""

    lot: Reference | None = Field(
        default=None, title="Lot", description="Le lot qui porte la clause ; vide : tout le marché."
    )
    legal_basis: Annotated[Text, Field(max_length=60)] | None = Field(
        default=None, title="Base juridique", description="Par exemple « L2112-2 »."
    )
    object: ClauseObject | None = Field(default=None, title="Objet du marché")
    purchase_family: Family | None = Field(default=None, title="Famille d’achats")
    hours: SomeHours | None = Field(
        default=None,
        title="Heures engagées à l’origine",
        description="Pour l’unité « hours » seulement ; sans elles, le calcul les donne. À laisser "
        "vide pour un accord-cadre à bons de commande : ses bons font son engagement.",
    )
    share: Part | None = Field(
        default=None,
        title="Part des heures travaillées",
        description="Pour l’unité « hours_share » seulement : au-dessus de 0, jusqu’à 1.",
    )
    amount: Spent | None = Field(
        default=None,
        title="Montant sous-traité HT",
        description="Pour l’unité « subcontracted_amount » seulement, en euros.",
    )
    calculation: CalculationTerms | None = Field(
        default=None,
        title="Calcul des heures",
        description="Montant × part de main-d’œuvre × taux ÷ coût horaire, pour l’unité « hours ».",
    )
    priority_area: Flag | None = Field(
        default=None, title="Priorité aux habitants des quartiers prioritaires (QPV)"
    )
    penalty_mode: PenaltyMode | None = Field(default=None, title="Mode de pénalité")
    penalty_amount: UnitPrice | None = Field(
        default=None,
        title="Montant de pénalité",
        description="En euros, par heure manquante ou par jour de retard.",
    )
    penalty_share: Part | None = Field(
        default=None,
        title="Part de pénalité",
        description="Part du montant du marché, pour le mode « percentage ».",
    )
    penalty_cap: Spent | None = Field(
        default=None,
        title="Plafond des pénalités",
        description="En euros, pour toutes les pénalités de la clause ensemble.",
    )
    facilitator_siret: Siret | None = Field(
        default=None,
        title="SIRET du facilitateur",
        description="Il doit avoir un mandat en cours de l’acheteur ; à la création, le seul qui "
        "en a un est choisi d’office.",
    )
    starts_on: PlannedDay | None = Field(default=None, title="Début", description="Jour inclus.")
    ends_on: PlannedDay | None = Field(default=None, title="Fin", description="Jour inclus.")


class ClauseCreate(ClauseTerms):
    """A new clause."""

    model_config = ConfigDict(extra="forbid")

    contract_id: UUID = Field(title="Marché")
    title: Title = Field(title="Intitulé")
    kind: ClauseType = Field(title="Type de clause")
    unit: Unit = Field(
        default=Unit.HOURS,
        title="Unité de l’engagement",
        description="Chaque unité demande sa valeur, et elle seule : « hours », « share » ou "
        "« amount ».",
    )
    by_orders: Flag = Field(
        default=False,
        title="Accord-cadre à bons de commande",
        description="L’engagement vient alors des seuls bons de commande.",
    )
    publics: Publics = Field(default=[], title="Publics éligibles")
    modalities: Modalities = Field(default=[], title="Modalités permises")
    training_counted: Flag = Field(default=True, title="Heures de formation comptées")
    eligibility_months: Annotated[Whole, Field(ge=1, le=60)] = Field(
        default=24, title="Durée d’éligibilité", description="En mois, de 1 à 60."
    )
    evidence_frequency: EvidenceFrequency = Field(
        default=EvidenceFrequency.MONTHLY, title="Fréquence des justificatifs"
    )
    evidence_days: Annotated[Whole, Field(ge=0, le=366)] = Field(
        default=15,
        title="Délai des justificatifs",
        description="En jours après la fin du mois ou du trimestre.",
    )
    status: ClauseStatus = Field(default=ClauseStatus.NOTIFIED, title="État")


class ClauseChangeIn(ClauseTerms):
    """The fields to change; the others stay as they are, ``null`` erases what may be unknown."""

    model_config = ConfigDict(extra="forbid")

    title: Title | None = Field(default=None, title="Intitulé")
    kind: ClauseType | None = Field(default=None, title="Type de clause")
    unit: Unit | None = Field(default=None, title="Unité de l’engagement")
    by_orders: Flag | None = Field(default=None, title="Accord-cadre à bons de commande")
    publics: Publics | None = Field(default=None, title="Publics éligibles")
    modalities: Modalities | None = Field(default=None, title="Modalités permises")
    training_counted: Flag | None = Field(default=None, title="Heures de formation comptées")
    eligibility_months: Annotated[Whole, Field(ge=1, le=60)] | None = Field(
        default=None, title="Durée d’éligibilité", description="En mois, de 1 à 60."
    )
    evidence_frequency: EvidenceFrequency | None = Field(
        default=None, title="Fréquence des justificatifs"
    )
    evidence_days: Annotated[Whole, Field(ge=0, le=366)] | None = Field(
        default=None, title="Délai des justificatifs", description="En jours."
    )
    status: ClauseStatus | None = Field(default=None, title="État")


class EngagementChangeIn(BaseModel):
    """What moves the commitment of a clause after its notification."""

    model_config = ConfigDict(extra="forbid")

    kind: ChangeKind = Field(
        title="Nature",
        description="Un bon de commande ou une tranche ajoute des heures ; un avenant, une "
        "résiliation ou une correction dit le nouveau total.",
    )
    on: PlannedDay = Field(title="Date d’effet", description="Au plus tard aujourd’hui.")
    total: Annotated[Hours, Field(ge=0)] | None = Field(
        default=None, title="Nouveau total d’heures", description="Jamais la différence."
    )
    added: Annotated[Hours, Field(ge=0)] | None = Field(
        default=None, title="Heures ajoutées", description="Par le bon ou la tranche."
    )
    amount: Spent | None = Field(
        default=None,
        title="Montant HT du bon ou de la tranche",
        description="En euros ; sans heures ajoutées, le calcul de la clause les en déduit.",
    )
    reference: Reference | None = Field(default=None, title="Numéro")
    reason: Told | None = Field(default=None, title="Motif")


class PenaltyCreate(BaseModel):
    """A penalty to work out by the mode of the clause."""

    model_config = ConfigDict(extra="forbid")

    on: PlannedDay = Field(title="Date", description="Au plus tard aujourd’hui.")
    missing_hours: SomeHours | None = Field(
        default=None,
        title="Heures manquantes",
        description="Par heure manquante : à défaut, ce qui manque aujourd’hui à l’engagement.",
    )
    late_days: Annotated[Whole, Field(ge=1, le=3660)] | None = Field(
        default=None,
        title="Jours de retard",
        description="Par jour de retard des justificatifs : obligatoire.",
    )
    base_amount: Spent | None = Field(
        default=None,
        title="Montant de référence HT",
        description="En pourcentage : à défaut, le montant notifié du marché.",
    )
    act: Reference | None = Field(default=None, title="Acte", description="Référence du courrier.")


class PenaltyChange(BaseModel):
    """What the buyer decides of a penalty."""

    model_config = ConfigDict(extra="forbid")

    decision: PenaltyDecision = Field(title="Décision")
    applied: Annotated[Euros, Field(ge=0)] | None = Field(
        default=None,
        title="Montant appliqué",
        description="Obligatoire pour une pénalité réduite : au-dessus de 0 et moins que le "
        "montant calculé.",
    )
    reason: Words | None = Field(
        default=None,
        title="Motif",
        description="Obligatoire pour une pénalité réduite ou remise.",
    )
    act: Reference | None = Field(default=None, title="Acte", description="Référence du courrier.")


class ClauseSort(StrEnum):
    """The order of a list."""

    START = "start"
    RISK = "risk"


class ClauseFilter(BaseModel):
    """Filters of the clauses; all together, all optional."""

    model_config = ConfigDict(extra="forbid")

    buyer: Siret | None = Field(default=None, description="SIRET de l’acheteur.")
    facilitator: Siret | None = Field(default=None, description="SIRET du facilitateur.")
    contract_id: UUID | None = Field(default=None, description="Marché qui porte la clause.")
    status: ClauseStatus | None = Field(default=None, description="État de la clause.")
    q: Annotated[Text, Field(max_length=200)] | None = Field(
        default=None,
        description="Mots cherchés dans l’intitulé, et dans le numéro, l’objet et les titulaires "
        "du marché.",
    )
    sort: ClauseSort = Field(
        default=ClauseSort.START,
        description="« start » : de la plus récente à la plus ancienne ; « risk » : de la plus en "
        "retard à la plus en avance, l’inconnu à la fin.",
    )
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = Field(
        default=50,
        description="Nombre d’éléments par page, 500 au plus : ce qu’un facilitateur suit tient en "
        "une page.",
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente, pour le même ordre."
    )
