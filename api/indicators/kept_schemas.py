"""Figures of other years, and of those that were kept when their year was closed."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field


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
        description="Ce qui manque ne peut qu’ajouter au nombre ou au total ; absent d’un point "
        "gardé avant que ce soit dit.",
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
    recalculated: PointRead | None = Field(
        default=None,
        title="Chiffre recalculé",
        description="Avec ce qui le borne ; absent quand le schéma n’a plus cet indicateur.",
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
