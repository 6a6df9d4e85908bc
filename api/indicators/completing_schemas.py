"""What the API gives of the answers that figures wait for."""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from api.indicators.evidence_schemas import ToFillRead
from api.kit.columns import Day, Euros


class SuggestionRead(BaseModel):
    """A mark to say of a row, with what the buyer usually says of rows of its family."""

    code: str
    label: str = Field(title="Considération")
    help: str = Field(title="Aide")
    waits: int = Field(title="Indicateurs qui l’attendent")
    usual: bool | None = Field(title="Réponse habituelle", description="Jamais appliquée seule.")
    alike: int | None = Field(title="Marchés qui la portent")
    of: int | None = Field(title="Parmi combien")
    family: str | None = Field(title="Famille")


class Qualified(StrEnum):
    """What the considerations are said of."""

    CONTRACT = "contract"
    CONSULTATION = "consultation"


class ToQualifyRow(BaseModel):
    """A contract or a consultation that indicators wait for."""

    id: UUID
    version: int = Field(title="Version", description="À renvoyer avec les réponses.")
    reference: str | None
    title: str | None = Field(title="Objet")
    day: Day | None = Field(title="Notifié le, ou lancée le")
    amount: Euros | None
    directorate_id: UUID | None
    waits: int = Field(title="Indicateurs qui l’attendent")
    effect: str = Field(
        title="Effet sur la complétude",
        description="Ce qu’y gagnerait, en points et en moyenne, la complétude des indicateurs : "
        "les fiches viennent dans cet ordre.",
    )
    marks: list[SuggestionRead] = Field(title="Considérations à dire")
    others: list[ToFillRead] = Field(title="Autres champs à remplir")


class DirectorateCompleteness(BaseModel):
    """How complete the answers of a directorate are, over the indicators of a scheme."""

    directorate_id: UUID | None = Field(description="Absente : fiches sans direction.")
    name: str | None
    known: int = Field(title="Réponses connues")
    unknown: int = Field(title="Réponses qui manquent")
    rows: int = Field(title="Fiches à compléter")
    completeness: str = Field(title="Complétude", description="De 0 à 1.")
    to_complete: int | None = Field(
        title="Fiches qui porteraient la complétude à 95 %",
        description="Au plus court : les plus attendues d’abord. Absent si elle y est déjà.",
    )


class ToQualify(BaseModel):
    """What to say first for the figures of a scheme and a year to be complete."""

    scheme: str
    year: int
    about: Qualified = Field(title="Marchés, ou consultations")
    total: int = Field(title="Fiches à compléter")
    rows: list[ToQualifyRow] = Field(title="Les plus attendus d’abord")
    directorates: list[DirectorateCompleteness]
