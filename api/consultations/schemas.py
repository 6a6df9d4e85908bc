"""What the API takes and gives of consultations."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.consultations.models import Outcome
from api.contracts.schemas import MarkRead
from api.kit.columns import Euros, Flag, OneOf, Siret, Text, Whole
from api.programme.schemas import Amount, Family, NearDay, Reference, Title, Words, never_null
from api.rules.decp import labels

OUTCOMES: dict[Outcome, str] = {
    Outcome.RUNNING: "En cours",
    Outcome.AWARDED: "Attribuée",
    Outcome.UNSUCCESSFUL: "Infructueuse",
    Outcome.ABANDONED: "Déclarée sans suite",
}

Quantity = Annotated[Whole, Field(ge=0, le=1_000_000)]


class ConsultationFacts(BaseModel):
    """What is said of a consultation; what is left out stays unknown."""

    directorate_id: UUID | None = Field(default=None, title="Direction")
    project_id: UUID | None = Field(
        default=None, title="Projet d’achat", description="Un projet du même acheteur."
    )
    procedure: Annotated[str, OneOf(labels.PROCEDURES + labels.CONCESSION_PROCEDURES)] | None = (
        Field(default=None, title="Procédure")
    )
    techniques: list[Annotated[str, OneOf(labels.TECHNIQUES)]] | None = Field(
        default=None, max_length=10, title="Techniques d’achat"
    )
    purchase_family: Family | None = Field(default=None, title="Famille d’achats")
    estimated_amount: Amount | None = Field(
        default=None, title="Montant estimé HT", description="Hors taxes, en euros."
    )
    lots: Annotated[Whole, Field(ge=1, le=1000)] | None = Field(
        default=None, title="Nombre de lots", description="1 pour une consultation non allotie."
    )
    downloads: Quantity | None = Field(
        default=None,
        title="Retraits du dossier",
        description="Entreprises ayant téléchargé le dossier de consultation.",
    )
    offers: Quantity | None = Field(default=None, title="Offres reçues")
    sme_offers: Quantity | None = Field(
        default=None,
        title="Offres de petites et moyennes entreprises",
        description="Parmi les offres reçues.",
    )
    irregular_offers: Quantity | None = Field(
        default=None, title="Offres irrégulières", description="Parmi les offres reçues."
    )
    outcome: Outcome | None = Field(default=None, title="Issue")
    variants_allowed: Flag | None = Field(default=None, title="Variantes permises")
    variants_received: Quantity | None = Field(default=None, title="Variantes reçues")
    variants_retained: Quantity | None = Field(
        default=None, title="Variantes retenues", description="Parmi les variantes reçues."
    )
    variant_bidders: Quantity | None = Field(
        default=None,
        title="Candidats ayant proposé une variante",
        description="Chacun en a proposé au moins une.",
    )
    negotiation_allowed: Flag | None = Field(
        default=None, title="Négociation permise", description="Le règlement la prévoit."
    )
    negotiated: Flag | None = Field(default=None, title="Négociation menée")
    refined_lots: Flag | None = Field(
        default=None,
        title="Allotissement affiné",
        description="Les lots ont été découpés pour que de petites entreprises puissent répondre.",
    )
    sourced: Flag | None = Field(
        default=None, title="Précédée d’un sourcing", description="Entreprises sondées avant."
    )
    comment: Words | None = Field(default=None, title="Commentaire")


class ConsultationCreate(ConsultationFacts):
    """A consultation to enter."""

    model_config = ConfigDict(extra="forbid")

    buyer_siret: Siret = Field(title="SIRET de l’acheteur")
    reference: Reference = Field(
        title="Référence", description="Celle que portent ses marchés, unique chez l’acheteur."
    )
    title: Title = Field(title="Intitulé")
    launched_on: NearDay = Field(
        title="Lancée le", description="Jour de l’envoi de l’avis ou des invitations."
    )


class ConsultationChange(ConsultationFacts):
    """The fields to change; the others stay as they are."""

    model_config = ConfigDict(extra="forbid")

    reference: Reference | None = Field(default=None, title="Référence")
    title: Title | None = Field(default=None, title="Intitulé")
    launched_on: NearDay | None = Field(default=None, title="Lancée le")

    @field_validator("reference", "title", "launched_on", mode="before")
    @classmethod
    def _said(cls, value: object) -> object:
        return never_null(value)


class ConsultationItem(BaseModel):
    """A consultation in a list."""

    id: UUID
    version: int
    buyer_siret: str = Field(title="SIRET de l’acheteur")
    buyer_name: str = Field(title="Acheteur")
    reference: str = Field(title="Référence")
    title: str = Field(title="Intitulé")
    launched_on: date = Field(title="Lancée le")
    procedure: str | None = Field(title="Procédure")
    estimated_amount: Euros | None = Field(title="Montant estimé HT")
    lots: int | None = Field(title="Nombre de lots")
    offers: int | None = Field(title="Offres reçues")
    outcome: Outcome | None = Field(title="Issue")
    outcome_label: str | None = Field(title="Issue, en toutes lettres")
    directorate_id: UUID | None = Field(title="Direction")
    project_id: UUID | None = Field(title="Projet d’achat")


class ConsultationContract(BaseModel):
    """A contract that bears the reference of a consultation."""

    id: UUID
    reference: str = Field(title="Numéro")
    lot_number: int | None = Field(title="Numéro de lot")
    subject: str | None = Field(title="Objet")
    amount: Euros | None = Field(title="Montant HT")
    notified_on: date | None = Field(title="Notifié le")


class ConsultationRead(ConsultationItem):
    """A consultation, whole, with what is said under each mark and the contracts it gave."""

    directorate: str | None = Field(title="Nom de la direction")
    project: str | None = Field(title="Numéro du projet d’achat")
    techniques: list[str] | None = Field(title="Techniques d’achat")
    purchase_family: str | None = Field(title="Famille d’achats")
    downloads: int | None = Field(title="Retraits du dossier")
    sme_offers: int | None = Field(title="Offres de petites et moyennes entreprises")
    irregular_offers: int | None = Field(title="Offres irrégulières")
    variants_allowed: bool | None = Field(title="Variantes permises")
    variants_received: int | None = Field(title="Variantes reçues")
    variants_retained: int | None = Field(title="Variantes retenues")
    variant_bidders: int | None = Field(title="Candidats ayant proposé une variante")
    negotiation_allowed: bool | None = Field(title="Négociation permise")
    negotiated: bool | None = Field(title="Négociation menée")
    refined_lots: bool | None = Field(title="Allotissement affiné")
    sourced: bool | None = Field(title="Précédée d’un sourcing")
    comment: str | None = Field(title="Commentaire")
    marks: list[MarkRead] = Field(title="Considérations")
    contracts: list[ConsultationContract] = Field(
        title="Marchés",
        description="Ceux qui portent cette référence, dans l’ordre des lots ; mille au plus.",
    )
    editable: bool = Field(title="Modifiable par qui la lit")
    created_at: datetime = Field(title="Saisie le")
    updated_at: datetime = Field(title="Modifiée le")


class ConsultationFilter(BaseModel):
    """What a list of consultations may be narrowed to."""

    model_config = ConfigDict(extra="forbid")

    buyer: Siret | None = Field(default=None, description="SIRET de l’acheteur.")
    year: Annotated[int, Field(ge=1990, le=2100)] | None = Field(
        default=None, description="Année du lancement."
    )
    outcome: Outcome | None = Field(default=None, description="Issue.")
    project: UUID | None = Field(default=None, description="Identifiant du projet d’achat.")
    q: Annotated[Text, Field(max_length=200)] | None = Field(
        default=None, description="Mots cherchés dans la référence et l’intitulé."
    )
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )
