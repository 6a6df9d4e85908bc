"""What the API gives of clauses: the line of an overview, and the whole of one."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from api.insertion.clauses.gauges import Risk
from api.insertion.clauses.models import ClauseObject
from api.insertion.feasibility.schemas import Ratio, Total
from api.kit.columns import Euros, Month, Share
from api.rules.hours.vocabulary import (
    ChangeKind,
    ClauseStatus,
    ClauseType,
    EvidenceFrequency,
    Modality,
    PenaltyDecision,
    PenaltyMode,
    Public,
    Unit,
)


class ProjectionRead(BaseModel):
    """Where the present pace leads."""

    hours: Total = Field(title="Heures à la fin")
    rate: Ratio | None = Field(title="Taux à la fin", description="1.2 pour 120 %.")
    sentence: str = Field(title="En une phrase", description="Par exemple « à ce rythme, 62 % ».")


class ClauseItem(BaseModel):
    """A clause in a list, with its gauges of today."""

    id: UUID
    version: int
    title: str = Field(title="Intitulé")
    lot: str | None = Field(title="Lot")
    kind: ClauseType = Field(title="Type de clause")
    status: ClauseStatus = Field(title="État")
    contract_id: UUID
    contract_reference: str = Field(title="Numéro du marché")
    contract_subject: str | None = Field(title="Objet du marché")
    suppliers: str | None = Field(
        title="Titulaires", description="Noms des titulaires, séparés par « ; »."
    )
    buyer_siret: str | None
    buyer_name: str = Field(title="Acheteur")
    facilitator_siret: str | None
    facilitator_name: str | None = Field(title="Facilitateur")
    unit: Unit = Field(title="Unité de l’engagement")
    by_orders: bool = Field(title="Accord-cadre à bons de commande")
    starts_on: date | None = Field(title="Début")
    ends_on: date | None = Field(title="Fin")
    engaged: Total | None = Field(
        title="Heures engagées",
        description="Après les avenants, bons et corrections ; absent si on ne les connaît pas.",
    )
    due: Total | None = Field(
        title="Heures dues à ce jour",
        description="L’engagement, au prorata des jours écoulés ; absent si une date manque.",
    )
    declared: Total = Field(
        title="Heures déclarées",
        description="Soumises, à corriger ou validées. L’acheteur n’a que celles qui comptent.",
    )
    validated: Total = Field(
        title="Heures validées", description="Validées et comptées dans la clause."
    )
    missing: Total | None = Field(
        title="Heures manquantes", description="Ce qui reste à valider pour tenir l’engagement."
    )
    rate: Ratio | None = Field(
        title="Taux de réalisation", description="Validé ÷ engagé : 1.2 pour 120 %."
    )
    projection: ProjectionRead | None = Field(title="Projection")
    last_month: Month | None = Field(
        title="Dernier mois déclaré", description="Soumis, à corriger ou validé."
    )
    late_months: int | None = Field(
        title="Mois en retard",
        description="Mois dont le délai est passé sans déclaration soumise ; absent si le début "
        "de la clause est inconnu.",
    )
    closed_years: list[int] = Field(
        title="Années closes de l’acheteur", description="Aucune heure ne s’y déclare plus."
    )
    risk: Risk = Field(
        title="Avancement",
        description="« ahead » : le validé dépasse le dû, ou tout l’engagement est tenu ; "
        "« on_track » : il lui manque au plus 10 % de l’engagement ; « late » : davantage, ou la "
        "clause est finie et il manque des heures ; « unknown » : on ne peut pas le dire.",
    )


class CalculationTermsRead(BaseModel):
    """From what the hours were worked out, with the working."""

    amount: Euros | None = Field(title="Montant HT")
    labour_share: Share = Field(title="Part de main-d’œuvre")
    rate: Share = Field(title="Taux d’insertion")
    hourly_cost: Euros = Field(title="Coût horaire")
    hours: Total | None = Field(title="Heures calculées")
    formula: str | None = Field(title="Calcul")
    rounding: str | None = Field(title="Arrondi")


class EngagementChangeRead(BaseModel):
    """One change of the commitment."""

    id: UUID
    on: date = Field(title="Date d’effet")
    kind: ChangeKind = Field(title="Nature")
    total: Total | None = Field(title="Nouveau total d’heures")
    added: Total | None = Field(title="Heures ajoutées")
    amount: Euros | None = Field(title="Montant HT")
    delta: Total = Field(title="Effet sur l’engagement")
    reference: str | None = Field(title="Numéro")
    reason: str | None = Field(title="Motif")


class PenaltyRead(BaseModel):
    """A penalty, worked out then decided."""

    id: UUID
    on: date = Field(title="Date")
    basis: str = Field(title="Calcul")
    computed: Euros = Field(title="Montant calculé")
    applied: Euros | None = Field(title="Montant appliqué")
    decision: PenaltyDecision | None = Field(title="Décision")
    reason: str | None = Field(title="Motif")
    act: str | None = Field(title="Acte")


class ClausePermissions(BaseModel):
    """What who asks may do of the clause."""

    change: bool = Field(
        title="Modifier", description="La clause, ses avenants, ses bons et ses pénalités."
    )
    state_hours: bool = Field(title="Déclarer et valider des heures")


class ClauseRead(ClauseItem):
    """A clause, whole."""

    legal_basis: str | None = Field(title="Base juridique")
    object: ClauseObject | None = Field(title="Objet")
    purchase_family: str | None = Field(title="Famille d’achats")
    hours: Total | None = Field(title="Heures engagées à l’origine")
    share: Share | None = Field(title="Part des heures travaillées")
    amount: Euros | None = Field(title="Montant sous-traité HT")
    calculation: CalculationTermsRead | None = Field(title="Calcul des heures")
    elapsed: Ratio | None = Field(
        title="Durée écoulée", description="Part des jours de la clause, de 0 à 1."
    )
    publics: list[Public] = Field(title="Publics éligibles")
    modalities: list[Modality] = Field(title="Modalités permises")
    priority_area: bool | None = Field(title="Priorité aux quartiers prioritaires")
    training_counted: bool = Field(title="Heures de formation comptées")
    eligibility_months: int = Field(title="Durée d’éligibilité (mois)")
    evidence_frequency: EvidenceFrequency = Field(title="Fréquence des justificatifs")
    evidence_days: int = Field(title="Délai des justificatifs (jours)")
    penalty_mode: PenaltyMode | None = Field(title="Mode de pénalité")
    penalty_amount: Euros | None = Field(title="Montant de pénalité")
    penalty_share: Share | None = Field(title="Part de pénalité")
    penalty_cap: Euros | None = Field(title="Plafond des pénalités")
    changes: Annotated[
        list[EngagementChangeRead], Field(title="Modifications", description="Par date d’effet.")
    ]
    penalties: list[PenaltyRead] = Field(title="Pénalités")
    permissions: ClausePermissions = Field(title="Ce qui vous est permis")
    created_at: datetime
    updated_at: datetime
