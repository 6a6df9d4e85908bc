"""What the API gives of figures that were kept when a year was closed, and of what changed."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.indicators.kept_schemas import KeptFigure
from api.indicators.schemas import EvidenceState, ResultRead
from api.kit.columns import Day, Siret, Text, Whole
from api.kit.pages import Cursor, Limit
from api.schemes.schemas import IndicatorRead, SchemeOrganisation


class Against(StrEnum):
    """What kept figures are compared with."""

    PREVIOUS = "previous"
    TODAY = "today"


class FrozenFilter(BaseModel):
    """Which kept figures to list."""

    model_config = ConfigDict(extra="forbid")

    scheme: Annotated[Text, Field(max_length=60)] | None = Field(
        default=None, title="Code du schéma", description="Code du schéma."
    )
    organisation: Siret | None = Field(
        default=None, title="SIRET de l’organisation", description="SIRET de l’organisation."
    )
    year: int | None = Field(
        default=None, ge=1990, le=2100, title="Année", description="Année civile close."
    )
    cursor: Cursor = None
    limit: Limit = 50


class FrozenItem(BaseModel):
    """The figures kept of a scheme and a year, in a list."""

    id: UUID
    scheme: str = Field(title="Code du schéma")
    title: str = Field(title="Titre du schéma")
    organisation: SchemeOrganisation
    year: int = Field(title="Année")
    number: int = Field(title="Version", description="De 1 en 1 ; aucune n’est jamais changée.")
    reason: str | None = Field(
        title="Motif", description="Celui de la réouverture dont vient cette version."
    )
    closed_at: datetime = Field(title="Arrêtés le")
    standing: bool = Field(
        title="En vigueur", description="Faux : l’année a été rouverte depuis, ou close à nouveau."
    )
    sentence: str = Field(title="En clair", description="« tel que calculé le 3 mars 2026 ».")


class FrozenCounts(BaseModel):
    """How many rows stand behind a kept figure."""

    indicator_id: UUID
    counted: Whole = Field(title="Comptés")
    not_counted: Whole = Field(title="Non comptés")
    unknown: Whole = Field(title="À compléter")
    outside: Whole = Field(title="Hors du périmètre")


class FrozenRead(FrozenItem):
    """The figures kept of a scheme and a year, whole."""

    scheme_version: int = Field(title="Version du schéma")
    software_version: str = Field(title="Version du logiciel")
    as_of: Day = Field(title="Arrêté au")
    computed_at: datetime = Field(title="Calculé le")
    results: list[ResultRead]
    indicators: list[IndicatorRead] = Field(title="Indicateurs, avec leur définition d’alors")
    evidence: list[FrozenCounts] = Field(title="Pièces", description="Combien, par indicateur.")


class FrozenRow(BaseModel):
    """A row that stood behind a kept figure."""

    id: UUID
    fact: str = Field(title="Ce qui est regardé")
    reference: str | None = Field(title="Référence d’alors")
    # Rows that were kept before it existed are read again.
    title: str | None = Field(default=None, title="Intitulé d’alors")


class FrozenRows(BaseModel):
    """A page of the rows that stood behind a kept figure."""

    items: list[FrozenRow]
    next: str | None = Field(
        description="À passer dans « cursor » pour la page suivante ; absent à la dernière."
    )


class FrozenTogether(BaseModel):
    """What several organisations kept of the scheme that they share, recomputed as a whole."""

    scheme: str = Field(title="Code du schéma")
    year: int = Field(title="Année")
    kept: list[FrozenItem] = Field(title="Versions réunies", description="La dernière de chacune.")
    missing: list[SchemeOrganisation] = Field(
        title="Organisations sans chiffres arrêtés",
        description="Elles partagent le schéma, mais n’ont pas clos cette année.",
    )
    results: list[ResultRead] = Field(
        description="Recalculés des sommes gardées, jamais de la moyenne des taux."
    )


class EvidenceMoves(BaseModel):
    """The rows that came in a list of the evidence, and those that left it."""

    state: EvidenceState
    added: list[UUID] = Field(title="Ajoutées")
    removed: list[UUID] = Field(title="Retirées")


class FrozenChange(BaseModel):
    """What became of one indicator."""

    indicator_id: UUID
    code: str
    label: str = Field(title="Libellé")
    before: KeptFigure | None = Field(title="Avant", description="Absent : indicateur ajouté.")
    after: KeptFigure | None = Field(title="Après", description="Absent : indicateur retiré.")
    value_changed: bool = Field(title="Le chiffre a changé")
    definition_changed: bool = Field(title="La définition a changé")
    targets_changed: bool = Field(title="Les cibles ont changé")
    evidence: list[EvidenceMoves] = Field(title="Pièces ajoutées et retirées")


class FrozenDiff(BaseModel):
    """What changed between two versions, or from one to today."""

    against: Against = Field(title="Comparé à")
    before: FrozenItem = Field(title="Version de départ")
    after: FrozenItem | None = Field(title="Version d’arrivée", description="Absente : ce jour.")
    unchanged: int = Field(title="Indicateurs inchangés")
    changes: list[FrozenChange] = Field(title="Indicateurs changés")
