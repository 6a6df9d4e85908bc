"""What the API takes and gives of contracts: shapes apart from the tables."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.kit.columns import Day, Euros, Flag, OneOf, Share, Siret, Text, Whole
from api.rules.decp import labels
from api.rules.records import Kind

Months = Annotated[Whole, Field(ge=1, le=600)]
Amount = Annotated[Euros, Field(ge=0)]
Label = Annotated[Text, Field(max_length=60)]


class MarkState(StrEnum):
    """What is said of a contract under a mark."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class PartyIn(BaseModel):
    """A company, as a form or an integrator names it."""

    model_config = ConfigDict(extra="forbid")

    id_type: Annotated[str, OneOf(labels.ID_TYPES)] | None = Field(
        default=None, title="Type d’identifiant"
    )
    identifier: Text | None = Field(default=None, max_length=60, title="Identifiant")
    name: Text | None = Field(default=None, max_length=300, title="Nom")


class HolderIn(PartyIn):
    """The same, or a company that the contract already has."""

    id: UUID | None = Field(
        default=None,
        title="Fiche",
        description="Celle d’un titulaire que le contrat a déjà, telle que lue : il est gardé tel "
        "quel, aussi quand son nom n’est pas donné.",
    )


class ContractFacts(BaseModel):
    """The facts of a contract. All may be left out: what is not said stays unknown."""

    subject: Text | None = Field(default=None, max_length=1000, title="Objet")
    nature: Annotated[str, OneOf(labels.NATURES + labels.CONCESSION_NATURES)] | None = Field(
        default=None, title="Nature"
    )
    cpv: Annotated[Text, Field(pattern=r"^[0-9]{8}(-[0-9])?$")] | None = Field(
        default=None,
        title="Code CPV",
        description="Huit chiffres du vocabulaire commun des marchés publics, clé facultative.",
    )
    procedure: Annotated[str, OneOf(labels.PROCEDURES + labels.CONCESSION_PROCEDURES)] | None = (
        Field(default=None, title="Procédure")
    )
    techniques: list[Annotated[str, OneOf(labels.TECHNIQUES)]] | None = Field(
        default=None, max_length=10, title="Techniques d’achat"
    )
    execution_modalities: list[Annotated[str, OneOf(labels.EXECUTION_MODALITIES)]] | None = Field(
        default=None, max_length=10, title="Modalités d’exécution"
    )
    framework_reference: Annotated[Text, Field(min_length=1)] | None = Field(
        default=None, max_length=16, title="Numéro de l’accord-cadre"
    )
    ccag: Annotated[str, OneOf(labels.CCAGS)] | None = Field(
        default=None,
        title="CCAG",
        description="Cahier des clauses administratives générales de référence.",
    )
    offers_received: Annotated[Whole, Field(ge=1, le=100_000)] | None = Field(
        default=None, title="Nombre d’offres reçues"
    )
    advance_granted: Flag | None = Field(default=None, title="Avance accordée")
    advance_rate: Share | None = Field(
        default=None, title="Taux de l’avance", description="Entre 0 et 1 : 0.05 pour 5 %."
    )
    eu_share: Share | None = Field(
        default=None,
        title="Part de produits de l’Union européenne",
        description="Entre 0 et 1.",
    )
    french_share: Share | None = Field(
        default=None, title="Part de produits français", description="Entre 0 et 1."
    )
    grouping: Annotated[str, OneOf(labels.GROUPINGS)] | None = Field(
        default=None, title="Groupement d’opérateurs"
    )
    place_code: Label | None = Field(default=None, title="Code du lieu d’exécution")
    place_kind: Annotated[str, OneOf(labels.PLACE_KINDS)] | None = Field(
        default=None, title="Type de lieu d’exécution"
    )
    months: Months | None = Field(default=None, title="Durée", description="En mois entiers.")
    notified_on: Day | None = Field(
        default=None,
        title="Date de notification",
        description="Date de signature pour une concession.",
    )
    starts_on: Day | None = Field(
        default=None, title="Début d’exécution", description="Pour une concession."
    )
    published_on: Day | None = Field(
        default=None,
        title="Date de publication des données",
        description="Le marché est public à partir de ce jour.",
    )
    amount: Amount | None = Field(
        default=None,
        title="Montant HT",
        description="Montant notifié hors taxes, en euros ; valeur globale pour une concession.",
    )
    subsidy: Amount | None = Field(
        default=None, title="Subvention publique", description="En euros, pour une concession."
    )
    price_types: list[Annotated[str, OneOf(labels.PRICE_TYPES)]] | None = Field(
        default=None, max_length=10, title="Types de prix"
    )
    price_form: Annotated[str, OneOf(labels.PRICE_FORMS)] | None = Field(
        default=None, title="Forme du prix"
    )
    subcontracting_declared: Flag | None = Field(default=None, title="Sous-traitance déclarée")
    consultation_reference: Label | None = Field(default=None, title="Consultation")
    lot_number: Annotated[Whole, Field(ge=1, le=1000)] | None = Field(
        default=None, title="Numéro de lot"
    )
    directorate_id: UUID | None = Field(default=None, title="Direction")
    purchase_family: Annotated[Text, Field(min_length=1, max_length=120)] | None = Field(
        default=None, title="Famille d’achats"
    )
    project_id: UUID | None = Field(
        default=None,
        title="Projet d’achat",
        description="Le projet de la programmation dont vient ce contrat.",
    )


class ContractNamed(ContractFacts):
    """The facts of a contract, under its number."""

    kind: Kind = Field(title="Type de contrat")
    reference: Annotated[Text, Field(min_length=1)] = Field(
        max_length=16,
        title="Numéro",
        description="Numéro du marché, 16 caractères au plus, unique chez l’acheteur.",
    )
    suppliers: list[HolderIn] = Field(default=[], max_length=100, title="Titulaires")


class ContractCreate(ContractNamed):
    """A new contract."""

    model_config = ConfigDict(extra="forbid")

    buyer_siret: Siret = Field(title="SIRET de l’acheteur")


class ContractChange(ContractFacts):
    """The fields to change; the others stay as they are."""

    model_config = ConfigDict(extra="forbid")

    suppliers: list[HolderIn] | None = Field(default=None, max_length=100, title="Titulaires")


class AmendmentIn(BaseModel):
    """A modification of a contract: new totals, never differences."""

    model_config = ConfigDict(extra="forbid")

    notified_on: Day = Field(title="Date de notification de l’avenant")
    published_on: Day | None = Field(default=None, title="Date de publication")
    months: Months | None = Field(default=None, title="Nouvelle durée", description="En mois.")
    amount: Amount | None = Field(
        default=None, title="Nouveau montant HT", description="Le nouveau total, en euros."
    )
    suppliers: list[PartyIn] | None = Field(
        default=None, max_length=100, title="Nouveaux titulaires"
    )
    purpose: Text | None = Field(default=None, max_length=1000, title="Objet de l’avenant")


class MarksIn(BaseModel):
    """What is said under each mark; the marks left out stay as they are."""

    model_config = ConfigDict(extra="forbid")

    marks: dict[Annotated[str, Field(max_length=40)], MarkState] = Field(
        title="Considérations", max_length=200
    )


class ContractSupplierRead(BaseModel):
    """A supplier of a contract."""

    id: UUID
    id_type: str | None
    identifier: str | None
    name: str | None
    size: str | None
    ess: bool | None
    sole_trader: bool | None = Field(description="Ce qui est dit : entreprise individuelle.")
    unnamed: bool = Field(
        description="Vrai : son nom est celui d’une personne, et n’est pas donné."
    )


class AmendmentRead(BaseModel):
    """A modification, as answered."""

    number: int | None = Field(title="Numéro")
    notified_on: Day | None = Field(title="Notifié le")
    published_on: Day | None = Field(title="Publié le")
    months: int | None = Field(title="Nouvelle durée (mois)")
    amount: Euros | None = Field(title="Nouveau montant HT")
    suppliers: list[PartyIn] | None = Field(title="Nouveaux titulaires")
    purpose: str | None = Field(title="Objet")


class SubcontractRead(BaseModel):
    """An act of subcontracting, as answered."""

    number: int | None = Field(title="Numéro")
    subcontractor: PartyIn | None = Field(title="Sous-traitant")
    months: int | None = Field(title="Durée (mois)")
    notified_on: Day | None = Field(title="Notifié le")
    published_on: Day | None = Field(title="Publié le")
    amount: Euros | None = Field(title="Montant HT")
    price_variation: str | None = Field(title="Variation du prix")


class SubcontractChangeRead(BaseModel):
    """A change of an act of subcontracting, as answered."""

    number: int | None = Field(title="Numéro de l’acte")
    notified_on: Day | None = Field(title="Notifié le")
    published_on: Day | None = Field(title="Publié le")
    months: int | None = Field(title="Nouvelle durée (mois)")
    amount: Euros | None = Field(title="Nouveau montant HT")


class TariffRead(BaseModel):
    """A price paid by the users of a concession."""

    title: str = Field(title="Intitulé")
    amount: Euros = Field(title="Tarif")


class ConcessionYearRead(BaseModel):
    """Yearly execution data of a concession, as answered."""

    published_on: Day | None = Field(title="Publié le")
    investment: Euros | None = Field(title="Dépenses d’investissement")
    tariffs: list[TariffRead] = Field(title="Tarifs")


class MarkRead(BaseModel):
    """One mark of the nomenclature and what is said of the contract under it."""

    code: str
    label: str = Field(title="Considération")
    theme: str = Field(title="Thème")
    state: MarkState = Field(title="Réponse")


class IssueRead(BaseModel):
    """What is wrong or missing: stable code, field, French sentence."""

    code: str
    field: str
    message: str


class DoubtRead(BaseModel):
    """An amount that cannot be true: no sum counts it, unless somebody says that it is."""

    amount: Euros = Field(title="Montant")
    amendment: int | None = Field(title="Rang de l’avenant", description="Nul : du contrat.")
    code: str
    message: str = Field(title="Pourquoi")
    confirmed: bool = Field(title="Dit exact")


class ContractRead(ContractFacts):
    """A contract, whole. ``withheld`` are the rules that keep it out of the published DECP file;
    ``dropped`` and ``altered`` are warnings about what becomes of it beyond."""

    id: UUID
    version: int
    buyer_siret: str
    buyer_name: str
    kind: Kind = Field(title="Type de contrat")
    reference: str = Field(title="Numéro")
    external_id: str | None = Field(
        title="Identifiant externe", description="Celui du logiciel qui écrit ce marché ici."
    )
    cpv: str | None = Field(title="Code CPV")  # as received: an import never repairs it
    cpv_label: str | None = Field(title="Intitulé CPV")
    origin: str = Field(title="Origine")
    editable: bool = Field(title="Modifiable par la personne qui demande")
    suppliers: list[ContractSupplierRead] = Field(title="Titulaires")
    marks: list[MarkRead] = Field(title="Considérations")
    amendments: list[AmendmentRead] = Field(title="Avenants")
    subcontracts: list[SubcontractRead] = Field(title="Sous-traitance")
    subcontract_changes: list[SubcontractChangeRead] = Field(
        title="Modifications de sous-traitance"
    )
    concession_years: list[ConcessionYearRead] = Field(title="Données d’exécution")
    doubts: list[DoubtRead] = Field(title="Montants qui ne peuvent être vrais")
    withheld: list[IssueRead] = Field(title="Ce qui retient la publication")
    dropped: list[IssueRead] = Field(
        title="Ce qui l’écarterait de la consolidation nationale",
        description="Avertissements : le contrat est publié ici malgré eux.",
    )
    altered: list[IssueRead] = Field(
        title="Ce que la consolidation nationale ne reprendrait pas tel quel",
        description="Pour information : le contrat est publié ici entier.",
    )
    publication_due_on: Day | None = Field(
        title="Dernier jour pour publier",
        description="Pour le contrat, sinon pour le premier de ses avenants sans date de "
        "publication ; nul quand tout est publié ou qu’aucun délai n’est connu.",
    )
    created_at: datetime
    updated_at: datetime


class ContractItem(BaseModel):
    """A contract in a list."""

    id: UUID
    buyer_siret: str
    buyer_name: str
    kind: Kind
    reference: str
    subject: str | None
    nature: str | None
    procedure: str | None
    cpv: str | None
    amount: Euros | None
    notified_on: Day | None
    months: int | None
    suppliers: str | None = Field(description="Noms des titulaires, séparés par « ; ».")
    publishable: bool = Field(description="Complet selon le format DECP 2022.")
    version: int


class ContractFilter(BaseModel):
    """Filters of the register; all together, all optional."""

    model_config = ConfigDict(extra="forbid")

    buyer: Siret | None = Field(default=None, description="SIRET de l’acheteur.")
    q: Annotated[Text, Field(max_length=200)] | None = Field(
        default=None, description="Mots cherchés dans le numéro, l’objet et les titulaires."
    )
    year: Annotated[int, Field(ge=1990, le=2100)] | None = Field(
        default=None, description="Année de notification."
    )
    kind: Kind | None = Field(default=None, description="Marché ou concession.")
    nature: Label | None = Field(default=None, description="Nature, comme écrite au format DECP.")
    procedure: Annotated[Text, Field(max_length=120)] | None = Field(
        default=None, description="Procédure, comme écrite au format DECP."
    )
    amount_min: Euros | None = Field(default=None, description="Montant HT au moins égal à.")
    amount_max: Euros | None = Field(default=None, description="Montant HT au plus égal à.")
    mark: Annotated[Text, Field(max_length=40)] | None = Field(
        default=None, description="Code d’une considération ; voir « mark_state »."
    )
    mark_state: MarkState = Field(
        default=MarkState.YES, description="Réponse cherchée pour « mark »."
    )
    consultation: Annotated[Text, Field(min_length=1, max_length=64)] | None = Field(
        default=None, description="Référence de la consultation, telle qu’écrite au marché."
    )
    project: UUID | None = Field(default=None, description="Identifiant du projet d’achat.")
    publishable: bool | None = Field(
        default=None, description="Vrai : complet pour la publication ; faux : retenu."
    )
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )
