"""Figures of other years, and of those that were kept when their year was closed."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field


class PartRead(BaseModel):
    """A value told apart, in a list or a breakdown, or a part with a figure of its own."""

    key: str | None = Field(title="Code", description="Absent : non renseigné.")
    label: str = Field(title="Libellé")
    value: str | None = Field(
        title="Nombre, ou chiffre de la part", description="Dans l’unité de « scale »."
    )
    share: str | None = Field(title="Part de l’ensemble", description="En pour cent.")
    unknown: int | None = Field(
        default=None,
        title="Réponses qui manquent",
        description="À connaître pour que la part soit sûre, les deux années ensemble d’un chiffre "
        "comparé ; absent quand on ne sait pas desquelles elle dépend.",
    )
    previous_unknown: int | None = Field(
        default=None,
        title="Réponses qui manquent de l’année comparée",
        description="Parmi celles de « unknown ».",
    )
    previous: str | None = Field(
        title="Part de l’année comparée, ou chiffre de la part cette année-là"
    )
    change: str | None = Field(
        title="Évolution",
        description="D’une répartition, en points ; d’un chiffre, dans son unité, ou en pour cent "
        "quand l’indicateur compare en pour cent.",
    )
    scale: str = Field(
        default="number", title="Échelle", description="De la valeur : euros, percent, number…"
    )
    numerator: str | None = Field(
        default=None, title="Numérateur", description="D’un chiffre déclaré avec sa base."
    )
    base: str | None = Field(
        default=None, title="Base", description="D’un chiffre déclaré avec sa base."
    )


class PointRead(BaseModel):
    """The figure of another year."""

    year: int = Field(title="Année")
    value: str | None = Field(title="Valeur")
    share: str | None = Field(title="Part", description="En pour cent.")
    unknown: int = Field(title="Réponses qui manquent")
    firm: bool = Field(default=True, title="Chiffre assuré", description="Comme celui de l’année.")
    least: bool | None = Field(
        default=None,
        title="Valeur au moins atteinte",
        description="Ce qui manque ne peut qu’ajouter au nombre, au total, aux valeurs distinctes "
        "ou au rapport ; absent d’un point gardé avant que ce soit dit.",
    )
    low: str | None = Field(
        default=None,
        title="Borne basse",
        description="Comme celle de l’année ; absente aussi d’un point gardé avant qu’elle soit "
        "dite.",
    )
    high: str | None = Field(default=None, title="Borne haute", description="Comme la basse.")
    reason: str | None = Field(title="Pourquoi il n’y a pas de valeur")
    kept: bool = Field(
        default=False, title="Chiffre arrêté", description="Tel que calculé à la clôture."
    )


class KeptFigure(BaseModel):
    """A figure on one side of a comparison, and what its number is told by."""

    value: str | None = Field(title="Valeur")
    scale: str = Field(title="Échelle")
    words: list[str] = Field(title="En mots")
    parts: list[PartRead] = Field(title="Répartition")
    numerator: str | None = Field(title="Numérateur")
    denominator: str | None = Field(title="Dénominateur")
    unknown: int = Field(title="Réponses qui manquent")
    low: str | None = Field(title="Au moins")
    high: str | None = Field(title="Au plus")
    firm: bool = Field(
        default=True, title="Chiffre assuré", description="Faux : l’intervalle est à lire."
    )
    reason: str | None = Field(title="Pourquoi il n’y a pas de valeur")
    definition_number: int = Field(title="Rang de la définition")
    aggregate: str = Field(title="Calcul")
    kind: str = Field(title="Nature du chiffre")
    unit: str | None = Field(title="Unité")
    feminine: bool = Field(default=False, title="Nom féminin")
    compared: str | None = Field(title="Comparaison", description="difference ou rate.")
    compared_year: int | None = Field(default=None, title="Année comparée")


class KeptNote(BaseModel):
    """That a figure is the one kept when the year was closed, and whether today says the same."""

    id: UUID | None = Field(
        title="Version arrêtée", description="Absente : plusieurs organisations, ensemble."
    )
    sentence: str = Field(title="En clair", description="« tel que calculé le 3 mars 2026 ».")
    same: bool = Field(
        title="Le recalcul donne le même chiffre",
        description="Faux : le registre, la définition ou le calcul ont changé depuis la clôture.",
    )
    today: str | None = Field(
        title="Valeur recalculée", description="Dans l’unité du chiffre recalculé."
    )
    recalculated: KeptFigure | None = Field(
        default=None,
        title="Chiffre recalculé",
        description="Dans l’unité et par le calcul de la définition d’aujourd’hui, avec ce qui le "
        "borne ; absent quand le schéma n’a plus cet indicateur.",
    )
    compared: bool = Field(
        default=True,
        title="Recalculé et comparé",
        description="Faux : le schéma n’a plus cet indicateur, rien ne le recalcule.",
    )
    value_changed: bool = Field(
        default=False,
        title="La valeur elle-même change",
        description="Faux : elle est la même, ou seul change ce qui l’encadre ou l’explique.",
    )


class FrozenMark(BaseModel):
    """The figures of this year as they were kept when it was closed."""

    id: UUID | None = Field(
        title="Version arrêtée", description="Absente : plusieurs organisations, ensemble."
    )
    number: int | None = Field(title="Version", description="Absente : comme ci-dessus.")
    closed_at: datetime = Field(title="Arrêtés le")
    sentence: str = Field(title="En clair", description="« tel que calculé le 3 mars 2026 ».")
    shown: bool = Field(
        title="Ce sont eux qui sont donnés",
        description="Faux : recalculés d’aujourd’hui, parce que demandés ainsi ou pour une seule "
        "direction, qu’une clôture ne garde pas à part.",
    )
    changed: int | None = Field(
        title="Chiffres que le recalcul changerait", description="Absent : non comparés."
    )
