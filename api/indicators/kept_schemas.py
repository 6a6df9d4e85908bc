"""That figures are those kept when their year was closed, and what today would tell of them."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field


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
