"""What the API gives of schemes and of their indicators."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.kit.columns import Document, Siret, Text, Whole
from api.rules.hours.figures import fte_consistency
from api.schemes.diff import Change, Thing
from api.schemes.models import Target, Way


class SchemeOrganisation(BaseModel):
    """An organisation that adopted a scheme."""

    siret: str | None
    name: str


class SchemeItem(BaseModel):
    """A scheme, in a list."""

    code: str
    title: str = Field(title="Titre")
    author: str = Field(title="Collectivité qui l’a publié")
    first_year: int = Field(title="Première année")
    last_year: int = Field(title="Dernière année")
    organisations: list[SchemeOrganisation] = Field(
        title="Organisations de la personne qui demande"
    )
    indicators: int = Field(title="Nombre d’indicateurs")
    computed: int = Field(title="Dont calculés par Spaser")
    origin: str | None = Field(title="Code du modèle dont il est parti")
    published: bool = Field(
        title="Publié", description="Faux : un brouillon de votre organisation."
    )


class SchemeRead(SchemeItem):
    """A scheme, whole."""

    version: int = Field(title="Numéro de la dernière version")
    content: dict[str, Any] = Field(
        title="Axes, objectifs et actions",
        description="Tels qu’imprimés : « axes », « headline_targets », « baseline_figures », "
        "« targets_without_indicator ».",
    )


class TargetRead(BaseModel):
    """What an indicator must reach."""

    year: int | None = Field(
        title="Année",
        description="Absente : le document n’en donne pas ; « /an » dans l’unité "
        "dit une cible de chaque année.",
    )
    value: str = Field(title="Valeur", description="Texte décimal.")
    unit: str = Field(title="Unité")
    note: str | None
    siren: str | None = Field(
        title="SIREN de l’organisation", description="Absent : le schéma entier."
    )
    # Figures that were kept before these three existed are read again.
    beside: bool = Field(
        default=False,
        title="Montrée à côté",
        description="Elle est dans une autre unité que le chiffre : rien ne lui est comparé.",
    )
    fte: str | None = Field(
        default=None,
        title="ETP imprimés",
        description="Équivalents temps plein imprimés à côté des heures, tels quels.",
    )
    since: int | None = Field(
        default=None,
        title="Première année visée",
        description="Le document ne parle pas des années d’avant : aucune projection ne part de "
        "leurs chiffres.",
    )
    fte_warning: str | None = Field(
        default=None,
        title="Désaccord des ETP",
        description="Ce qui ne s’accorde pas entre les heures et les ETP imprimés ; absent si tout "
        "s’accorde.",
    )


def target_read(target: Target, beside: bool) -> TargetRead:
    """A target as the API gives it; ``beside``: see ``gaps.is_beside``."""
    return TargetRead(
        beside=beside,
        year=target.year,
        value=target.value,
        unit=target.unit,
        note=target.note,
        siren=target.siren,
        fte=target.fte,
        since=target.since,
        fte_warning=target.fte and fte_consistency(target.value, target.fte),
    )


class PublishedRead(BaseModel):
    """A value of an indicator that the document prints for a past year."""

    year: int = Field(title="Année")
    value: str = Field(title="Valeur")
    source_line: int | None = Field(title="Ligne du document")
    note: str | None


class IndicatorRead(BaseModel):
    """An indicator: what it means, how its figure comes, what it must reach."""

    id: UUID
    scheme: str = Field(title="Code du schéma")
    code: str
    label: str = Field(title="Libellé, mot pour mot")
    # Indicators that were registered before these two existed are read again.
    printed: list[str] = Field(
        default=[],
        title="Morceaux imprimés",
        description="Ce que le document imprime, quand le libellé ne s’y lit pas d’un seul tenant.",
    )
    printed_under: str | None = Field(
        default=None,
        title="Titre imprimé au-dessus",
        description="Quand ce n’est pas un axe, un objectif ou une action servis.",
    )
    part: str | None = Field(title="Part du libellé mesurée ici")
    explanation: str = Field(title="En clair")
    kind: str = Field(title="Nature du chiffre", description="count, percentage, amount, hours…")
    unit: str | None = Field(title="Unité")
    direction: str = Field(title="Sens souhaité", description="up, down ou none.")
    frequency: str | None = Field(title="Fréquence")
    nature: str | None = Field(
        title="Réalisation ou effet", description="Comme le document le dit, sinon absent."
    )
    perimeter: str = Field(title="Périmètre")
    source_kind: str
    source: str = Field(title="D’où vient le chiffre")
    source_printed: bool = Field(
        default=False,
        title="Source dite par le document",
        description="Faux : c’est la lecture de qui a transcrit le document.",
    )
    note: str | None = Field(title="Remarque")
    source_line: int | None = Field(title="Ligne du document")
    actions: list[str] = Field(title="Codes des axes, objectifs ou actions servis")
    targets: list[TargetRead]
    published: list[PublishedRead] = Field(title="Valeurs imprimées dans le document")
    way: Way = Field(title="Comment vient le chiffre")
    fact: str = Field(title="Ce qui est regardé")
    aggregate: str = Field(title="Calcul")
    same_as: str | None = Field(title="Code de l’indicateur dont la définition est reprise")
    told_under: UUID = Field(
        title="Indicateur sous lequel on répond", description="Lui-même, sauf définition reprise."
    )
    counted: str | None = Field(title="Ce qui est compté")
    looked_at: str | None = Field(title="Parmi quoi")
    formula: str | None = Field(title="Formule")
    definition: dict[str, Any] = Field(title="Définition structurée")
    definition_number: int = Field(title="Rang de la définition")


class DefinitionRead(BaseModel):
    """A definition that an indicator had."""

    number: int = Field(title="Rang de la définition")
    version: int = Field(title="Version du schéma qui l’a écrite")
    since: datetime = Field(title="Publiée le")
    reason: str | None = Field(title="Motif de la version")
    same_as: str | None = Field(title="Code de l’indicateur dont la définition était reprise")
    counted: str | None = Field(
        title="Ce qui est compté",
        description="Absent, comme la formule : Spaser ne lit plus les mots de cette définition.",
    )
    looked_at: str | None = Field(title="Parmi quoi")
    formula: str | None = Field(title="Formule")
    definition: dict[str, Any] = Field(title="Définition structurée")


class SchemeCreate(BaseModel):
    """A scheme to make from another one."""

    model_config = ConfigDict(extra="forbid")

    organisation: Siret = Field(title="SIRET de l’organisation", max_length=14)
    origin: Text = Field(title="Code du schéma de départ", max_length=60)
    title: Text = Field(title="Titre", min_length=3, max_length=500)
    code: Annotated[Text, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)] | None = Field(
        default=None, title="Code", description="Fait du titre et des années, à défaut."
    )
    first_year: Whole = Field(title="Première année", ge=2000, le=2100)
    last_year: Whole = Field(title="Dernière année", ge=2000, le=2100)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_year < self.first_year:
            raise ValueError("La dernière année précède la première.")
        return self


class DraftChange(BaseModel):
    """The whole content of a draft, in the catalogue's format."""

    model_config = ConfigDict(extra="forbid")

    content: Document = Field(title="Schéma entier")


class DraftIndicator(BaseModel):
    """An indicator of a draft, in the catalogue's format."""

    model_config = ConfigDict(extra="forbid")

    indicator: Document = Field(title="Indicateur")


class DraftRead(BaseModel):
    """The draft of a scheme."""

    code: str
    title: str = Field(title="Titre")
    origin: str | None = Field(title="Code du modèle dont il est parti")
    revision: int = Field(title="Révision", description="Celle de l’ETag.")
    updated_at: datetime = Field(title="Modifié le")
    content: dict[str, Any] = Field(title="Schéma entier")


class SchemePublish(BaseModel):
    """Why a version is published."""

    model_config = ConfigDict(extra="forbid")

    reason: Text = Field(title="Motif", min_length=3, max_length=2000)


class VersionRead(BaseModel):
    """A version of a scheme, in a list."""

    number: int = Field(title="Numéro")
    published_at: datetime = Field(title="Publiée le")
    reason: str | None = Field(title="Motif")


class DifferenceRead(BaseModel):
    """One change between two versions."""

    change: Change = Field(title="Changement", description="added, removed ou changed.")
    thing: Thing = Field(title="Objet")
    code: str
    field: str | None = Field(
        title="Champ",
        description="Absent : l’objet entier. « under » : l’objet au-dessus, quand il est déplacé. "
        "« axes », « objectives », « indicators », et « actions » d’un objectif : leur ordre.",
    )
    before: Any = Field(title="Avant")
    after: Any = Field(title="Après")


class SchemeDiff(BaseModel):
    """What changed from one version to another, or to the draft."""

    scheme: str
    first: int = Field(title="Version de départ")
    second: int | None = Field(title="Version d’arrivée", description="Absente : le brouillon.")
    differences: list[DifferenceRead] = Field(title="Changements")


class AdoptionCreate(BaseModel):
    """An organisation that makes a scheme its own."""

    model_config = ConfigDict(extra="forbid")

    organisation: Siret = Field(title="SIRET de l’organisation", max_length=14)
