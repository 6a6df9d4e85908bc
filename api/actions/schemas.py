"""What the API takes and gives of measures, of milestones and of their proofs."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.access.permissions import Role
from api.actions.models import ONCE
from api.actions.quantities import Quantity
from api.kit.columns import Day, Flag, Siret, Text, Whole
from api.rules.indicators.parts import MAX_PART

Year = Annotated[Whole, Field(ge=2000, le=2100)]
AskedYear = Annotated[int, Field(ge=2000, le=2100)]
LongText = Annotated[Text, Field(min_length=1, max_length=5000)]
SchemeCode = Annotated[Text, Field(min_length=1, max_length=60)]


# Parts of one figure.
MAX_ROWS = 60
# Once for all, or the year.
Period = Annotated[Text, Field(max_length=4, pattern=r"^(once|20[0-9]{2}|2100)$")]


class Strict(BaseModel):
    """Refuses fields that nobody knows."""

    model_config = ConfigDict(extra="forbid")


class PageFilter(Strict):
    """Where a page of a list begins, and how much it holds."""

    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )


class SaidFilter(PageFilter):
    """What a list of things said of indicators may be narrowed to."""

    organisation: Siret | None = Field(default=None, description="SIRET de l’organisation.")
    scheme: SchemeCode | None = Field(default=None, description="Code du schéma.")
    indicator: UUID | None = Field(default=None, description="Identifiant de l’indicateur.")


class MeasureFilter(SaidFilter):
    """What a list of measures may be narrowed to."""

    year: AskedYear | None = Field(default=None, description="Année de la mesure.")


class MilestoneFilter(SaidFilter):
    """What a list of milestones may be narrowed to."""

    period: Period | None = Field(
        default=None, description="« once » (une fois pour toutes) ou une année."
    )


class MeasurePartDeclare(Strict):
    """A part of a figure."""

    part: Annotated[Text, Field(min_length=1, max_length=MAX_PART)] = Field(
        title="Part", description="Ce que c’est : une famille d’achats, une direction…"
    )
    value: Quantity = Field(title="Valeur", description="Dans l’unité de l’indicateur.")
    base: Quantity | None = Field(
        default=None, title="Base", description="Le dénominateur, quand l’indicateur en attend un."
    )


class MeasurePartRead(BaseModel):
    """A part of a figure, as answered."""

    part: str = Field(title="Part")
    value: Quantity = Field(title="Valeur")
    base: Quantity | None = Field(title="Base")


class MeasureDeclare(Strict):
    """A figure of a year, or words, as people know it."""

    organisation: Siret = Field(title="SIRET de l’organisation")
    year: Year = Field(title="Année")
    value: Quantity | None = Field(
        default=None,
        title="Valeur",
        description="Dans l’unité de l’indicateur, six décimales au plus ; le numérateur "
        "quand l’indicateur attend aussi une base.",
    )
    base: Quantity | None = Field(
        default=None,
        title="Base",
        description="Le dénominateur, quand l’indicateur en attend un : le taux est calculé.",
    )
    words: LongText | None = Field(
        default=None, title="Liste", description="Quand l’indicateur attend une liste."
    )
    parts: Annotated[list[MeasurePartDeclare], Field(max_length=MAX_ROWS)] | None = Field(
        default=None,
        title="Parts",
        description="Quand l’indicateur se déclare part par part : toutes ses parts, chacune une "
        "fois. L’ensemble en est calculé, quand elles s’additionnent.",
    )
    source: Annotated[Text, Field(min_length=1, max_length=300)] | None = Field(
        default=None, title="Source", description="Logiciel, service ou document qui le dit."
    )
    comment: LongText | None = Field(default=None, title="Commentaire")


class MilestonePartSet(Strict):
    """A part of a milestone: done or not, or only named."""

    part: Annotated[Text, Field(min_length=1, max_length=MAX_PART)] = Field(
        title="Part", description="Ce que c’est : un secteur d’achat, un type de document…"
    )
    done: Flag | None = Field(
        default=None, title="Fait", description="null : on ne l’a pas encore dit."
    )
    done_on: Day | None = Field(
        default=None, title="Fait le", description="Obligatoire quand la part est faite."
    )
    comment: LongText | None = Field(default=None, title="Commentaire")


class MilestonePartRead(BaseModel):
    """A part of a milestone, as answered; who said it is told by a role, never by a name."""

    part: str = Field(title="Part")
    done: bool | None = Field(title="Fait")
    done_on: date | None = Field(title="Fait le")
    comment: str | None = Field(title="Commentaire")
    said_as: Role | None = Field(
        title="Dit au titre de",
        description="Le rôle de qui a répondu ; null tant que rien n’est dit.",
    )
    said_at: datetime | None = Field(title="Dit le")


class MilestoneSet(Strict):
    """Whether a milestone is reached; what is left out is erased."""

    organisation: Siret = Field(title="SIRET de l’organisation")
    period: Period = Field(
        default=ONCE,
        title="Période",
        description="« once » quand le jalon s’atteint une fois pour toutes, sinon l’année.",
    )
    done: Flag | None = Field(
        default=None, title="Fait", description="null : on ne l’a pas encore dit."
    )
    due_on: Day | None = Field(default=None, title="Échéance")
    done_on: Day | None = Field(
        default=None, title="Fait le", description="Obligatoire quand le jalon est fait."
    )
    comment: LongText | None = Field(default=None, title="Commentaire")
    parts: Annotated[list[MilestonePartSet], Field(max_length=MAX_ROWS)] = Field(
        default=[],
        title="Parts",
        description="Quand le jalon se dit part par part : toutes ses parts, chacune une fois, "
        "celles qui n’ont pas encore de réponse comprises. « done » et « done_on » s’en "
        "déduisent : ne les donnez pas. Sans part, le jalon se dit d’un seul tenant.",
    )


class ProofRead(BaseModel):
    """A file that proves what was said, without its content."""

    id: UUID
    name: str = Field(title="Nom du fichier")
    media_type: str = Field(title="Type")
    size: int = Field(title="Taille en octets")
    sha256: str = Field(title="Empreinte SHA-256")
    created_at: datetime = Field(title="Déposé le")


class OfIndicator(BaseModel):
    """What every answer about an indicator says of it."""

    id: UUID
    version: int
    organisation: str = Field(title="SIRET de l’organisation")
    organisation_name: str = Field(title="Nom de l’organisation")
    scheme: str = Field(title="Code du schéma")
    indicator_id: UUID = Field(
        title="Indicateur", description="Celui qui garde ce qui est dit, s’ils sont plusieurs."
    )
    code: str = Field(title="Code de l’indicateur")
    label: str = Field(title="Libellé")
    part: str | None = Field(title="Part du libellé mesurée ici")
    kind: str | None = Field(title="Nature du chiffre")
    unit: str | None = Field(title="Unité")
    comment: str | None = Field(title="Commentaire")
    said_by: str | None = Field(title="Déclaré par")
    said_at: datetime = Field(title="Déclaré le")
    proofs: list[ProofRead] = Field(title="Pièces")


class MeasureRead(OfIndicator):
    """A measure, as answered."""

    year: int = Field(title="Année")
    value: Quantity | None = Field(title="Valeur")
    base: Quantity | None = Field(title="Base")
    words: str | None = Field(title="Liste")
    parts: list[MeasurePartRead] = Field(
        title="Parts", description="Dans l’ordre où elles sont dites ; vide sans part."
    )
    source: str | None = Field(title="Source")


class MilestoneRead(OfIndicator):
    """A milestone, as answered."""

    period: str = Field(title="Période")
    done: bool | None = Field(
        title="Fait",
        description="Dit par parts : vrai quand toutes sont faites, faux dès que l’une ne l’est "
        "pas, null sinon.",
    )
    due_on: date | None = Field(title="Échéance")
    done_on: date | None = Field(title="Fait le")
    in_time: bool | None = Field(
        title="Dans les délais", description="null sans échéance ou tant que ce n’est pas fait."
    )
    parts: list[MilestonePartRead] = Field(
        title="Parts", description="Dans l’ordre où elles sont dites ; vide sans part."
    )


class ProofDeposit(BaseModel):
    """What makes two deposits of a proof the same, for repeated requests."""

    measure_id: UUID | None
    milestone_id: UUID | None
    name: str
    sha256: str
