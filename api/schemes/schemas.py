"""What the API gives of schemes and of their indicators."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from api.schemes.models import Target


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


class SchemeRead(SchemeItem):
    """A scheme, whole."""

    content: dict[str, Any] = Field(
        title="Axes, objectifs et actions",
        description="Tels qu’imprimés : « axes », « headline_targets », « baseline_figures », "
        "« targets_without_indicator ».",
    )


class TargetRead(BaseModel):
    """What an indicator must reach."""

    year: int | None = Field(title="Année", description="Absente : chaque année du schéma.")
    value: str = Field(title="Valeur", description="Texte décimal.")
    unit: str = Field(title="Unité")
    note: str | None


def target_read(target: Target) -> TargetRead:
    """A target as the API gives it."""
    return TargetRead(year=target.year, value=target.value, unit=target.unit, note=target.note)


class IndicatorRead(BaseModel):
    """An indicator: what it means, how it is computed, what it must reach."""

    id: UUID
    scheme: str = Field(title="Code du schéma")
    code: str
    label: str = Field(title="Libellé, mot pour mot")
    part: str | None = Field(title="Part du libellé mesurée ici")
    explanation: str = Field(title="En clair")
    kind: str
    unit: str
    direction: str
    nature: str | None
    perimeter: str = Field(title="Périmètre selon le document")
    note: str | None = Field(title="Remarque")
    source_line: int = Field(title="Ligne du document")
    actions: list[str] = Field(title="Codes des axes ou actions servis")
    targets: list[TargetRead]
    computed: bool = Field(title="Calculé par Spaser")
    awaits: str | None = Field(title="Donnée attendue, s’il n’est pas encore calculé")
    measure: str | None
    counted: str | None = Field(title="Ce qui est compté")
    looked_at: str | None = Field(title="Parmi quels contrats")
    formula: str | None = Field(title="Formule")
    definition: dict[str, Any] | None = Field(title="Définition structurée")
