"""What the API gives of figures and of their evidence."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.indicators.due_schemas import DueTargetRead
from api.indicators.evidence_schemas import EvidenceItem
from api.indicators.kept_schemas import FrozenMark, KeptNote, PartRead, PointRead
from api.kit.columns import Day, Document, Siret, Text, Whole
from api.schemes.models import Way
from api.schemes.schemas import SchemeOrganisation, TargetRead
from api.schemes.words import Kind


class EvidenceState(StrEnum):
    """Where a row stands in a figure; outside: of the year, but not of the perimeter."""

    COUNTED = "counted"
    NOT_COUNTED = "not_counted"
    UNKNOWN = "unknown"
    OUTSIDE = "outside"


class SupposedRead(PointRead):
    """A figure with the two numbers it comes from."""

    numerator: str | None = Field(title="Numérateur")
    denominator: str | None = Field(title="Dénominateur")


class ProjectionRead(BaseModel):
    """Where the known years lead: a straight line, not a fact."""

    year: int = Field(title="Année visée")
    value: str = Field(title="Valeur projetée")
    years: list[int] = Field(title="Années sur lesquelles elle repose")
    sentence: str | None = Field(title="En clair")


class ResultRead(BaseModel):
    """A figure, how far it can be trusted, and what it must reach."""

    indicator_id: UUID
    code: str
    label: str
    unit: str | None
    kind: str = Field(description="Nature du chiffre : count, percentage, amount, hours…")
    way: Way = Field(title="Comment vient le chiffre")
    fact: str = Field(title="Ce qui est regardé")
    aggregate: str = Field(title="Calcul")
    scale: str = Field(
        title="Échelle",
        description="Ce que comptent les nombres : whole, euros, hours, score, percent, number.",
    )
    noun: str = Field(title="Nom d’une ligne", description="« marché », « consultation »…")
    plural: str = Field(title="Son pluriel")
    feminine: bool = Field(
        default=False, title="Nom féminin", description="« 6 entreprises comptées »."
    )
    value: str | None = Field(description="Texte décimal, dans l’unité de « scale ».")
    words: list[str] = Field(title="En mots", description="D’une liste, d’un oui ou non.")
    parts: list[PartRead] = Field(
        title="Répartition",
        description="Les valeurs distinctes qui se comptent : les cent plus fréquentes.",
    )
    parted_by: str | None = Field(default=None, title="Ce que nomment les parts : « direction »")
    numerator: str | None = Field(title="Numérateur")
    numerator_unit: str | None = Field(
        default=None,
        title="Unité du numérateur, et de l’année comparée",
        description="« € », « heures », « % », ou ce qui est compté, au pluriel.",
    )
    denominator: str | None = Field(title="Dénominateur")
    denominator_unit: str | None = Field(
        default=None, title="Unité du dénominateur", description="Comme celle du numérateur."
    )
    unknown: int = Field(description="Lignes dont la réponse manque.")
    low: str | None = Field(description="La vraie valeur est au moins celle-ci.")
    high: str | None = Field(description="Et au plus celle-ci ; absente si rien ne la borne.")
    share: str | None = Field(description="Le même chiffre en pour cent de son périmètre.")
    share_low: str | None
    share_high: str | None
    compared_year: int | None = Field(
        default=None, title="Année comparée", description="Absente : le chiffre n’est pas comparé."
    )
    previous: str | None = Field(title="Valeur comparée", description="Celle de l’autre année.")
    compared: str | None = Field(title="Comparaison", description="difference ou rate.")
    previous_unknown: int | None = Field(
        default=None,
        title="Réponses qui manquent de l’année comparée",
        description="Parmi celles de « unknown ».",
    )
    rests_on: int | None = Field(
        default=None,
        title="Sur combien de lignes repose le taux",
        description="Celles, connues, dont le chiffre est une part, une moyenne, un rapport ou "
        "un simple compte.",
    )
    previous_rests_on: int | None = Field(default=None, title="Le même nombre, de l’année comparée")
    completeness: str | None = Field(description="Part des réponses connues, de 0 à 1.")
    # Figures that were kept before it existed are read again.
    firm: bool = Field(
        default=True,
        title="Chiffre assuré",
        description="Faux quand au plus la moitié des réponses est connue : c’est l’intervalle "
        "qu’il faut lire, non la valeur.",
    )
    to_complete: int | None = Field(
        title="Lignes à compléter",
        description="Combien de réponses porteraient la complétude à 95 % ; absent si elle y est.",
    )
    reason: str | None = Field(description="Pourquoi il n’y a pas de valeur.")
    target: TargetRead | None = Field(
        description="La cible de l’année, ou de la plus proche après."
    )
    gap: str | None = Field(description="L’écart à la cible, en mots.")
    met: bool | None = Field(title="Cible atteinte")
    met_due: bool | None = Field(
        default=None,
        title="Dernière cible échue atteinte",
        description="À la fin de l’année, quelles que soient les réponses qui manquent ; absent : "
        "aucune cible n’est échue, ou ces réponses peuvent en décider.",
    )
    due: list[DueTargetRead] = Field(
        default=[],
        title="Cibles échues",
        description="D’un chiffre qui compte les cibles atteintes : celles qu’il regarde.",
    )
    later: bool = Field(
        default=False,
        title="Étape postérieure à l’année",
        description="Faite, ou attendue, après la fin de l’année donnée : elle n’est pas de cette "
        "année.",
    )
    series: list[PointRead] = Field(
        title="Années précédentes", description="Depuis l’année demandée par « since »."
    )
    projection: ProjectionRead | None = Field(title="Projection à la prochaine cible")
    definition_version: int = Field(title="Version du vocabulaire")
    definition_number: int = Field(title="Rang de la définition")
    software_version: str
    as_of: Day = Field(title="Arrêté au")
    computed_at: datetime
    kept: KeptNote | None = Field(
        default=None,
        title="Chiffre arrêté",
        description="Présent : l’année est close, et ce chiffre est celui de la clôture.",
    )


class SchemeResults(BaseModel):
    """All the figures of a scheme for a year, and one organisation or several together."""

    scheme: str
    year: int
    years: list[int] = Field(description="Années où ces organisations ont notifié des contrats.")
    organisation: SchemeOrganisation
    organisations: list[SchemeOrganisation] = Field(
        title="Organisations comptées", description="Plusieurs : mesurées ensemble."
    )
    together: bool = Field(title="Mesurées ensemble")
    register_moved_at: datetime | None = Field(
        title="Dernier changement du registre des contrats",
        description="De ces organisations, quelle que soit l’année. Nul : rien n’y a jamais été "
        "inscrit.",
    )
    frozen: FrozenMark | None = Field(
        title="Chiffres arrêtés",
        description="Ceux de la clôture, quand l’année est close : ils sont donnés, sauf demande "
        "contraire (« recalculated »).",
    )
    results: list[ResultRead]


class PreviewCreate(BaseModel):
    """A definition to try before it is kept."""

    model_config = ConfigDict(extra="forbid")

    organisation: Siret = Field(title="SIRET de l’acheteur", max_length=14)
    year: Whole = Field(ge=1990, le=2100, title="Année")
    definition: Document = Field(title="Définition")
    kind: Kind = Field(default=Kind.COUNT, title="Nature du chiffre")
    unit: Text = Field(default="", max_length=60, title="Unité")
    scheme: Text | None = Field(
        default=None,
        max_length=60,
        title="Code du schéma",
        description="Celui, publié ou en brouillon, dont l’indicateur sera : il dit la première "
        "année d’un cumul et les actions dont il est question. Sans lui, une définition qui en "
        "dépend n’a pas de chiffre.",
    )
    indicator: Text | None = Field(
        default=None,
        max_length=40,
        title="Code de l’indicateur",
        description="Celui du schéma dont on essaie une autre définition : ce qui a déjà "
        "été déclaré sous lui est montré.",
    )


class PreviewRead(BaseModel):
    """What a definition would give."""

    counted: str = Field(title="Ce qui est compté")
    looked_at: str = Field(title="Parmi quoi")
    formula: str = Field(title="Formule")
    way: Way
    scale: str
    value: str | None
    words: list[str]
    parts: list[PartRead]
    numerator: str | None
    denominator: str | None
    unknown: int
    low: str | None
    high: str | None
    completeness: str | None
    firm: bool = Field(title="Chiffre assuré", description="Faux : l’intervalle est à lire.")
    reason: str | None
    rows: dict[EvidenceState, int] = Field(title="Lignes comptées, non comptées, à compléter")
    examples: list[EvidenceItem] = Field(title="Premières lignes comptées")


class WhatIfCreate(BaseModel):
    """Rows that would be counted."""

    model_config = ConfigDict(extra="forbid")

    organisation: Siret = Field(title="SIRET de l’acheteur", max_length=14)
    year: Whole = Field(ge=1990, le=2100, title="Année")
    rows: list[UUID] = Field(default_factory=list, max_length=500, title="Lignes qui compteraient")
    projects: list[UUID] = Field(
        default_factory=list, max_length=500, title="Projets d’achat qui compteraient"
    )
    programme: bool = Field(
        default=False,
        title="Tout le programme de l’année",
        description="Les autres projets de l’année deviendraient aussi des contrats : ils entrent "
        "dans la base sans être comptés, sauf si ce que l’on en sait suffit à les compter.",
    )


class WhatIfRead(BaseModel):
    """A figure today, and as it would be: a supposition, kept nowhere."""

    before: SupposedRead
    after: SupposedRead
    scale: str
    gap_before: str | None
    gap_after: str | None
    counted: int = Field(title="Lignes et projets cochés qui changeraient le chiffre")
    joined: int = Field(title="Autres projets du programme entrés dans la base")
    left_out: int = Field(
        title="Lignes et projets sans effet",
        description="Déjà comptés, hors du périmètre, ou qui ne sont pas de cet acheteur ni de "
        "cette année.",
    )
