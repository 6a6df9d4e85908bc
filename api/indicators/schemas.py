"""What the API gives of figures and of their evidence."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from api.kit.columns import Day, Euros
from api.schemes.schemas import SchemeOrganisation, TargetRead


class EvidenceState(StrEnum):
    """Where a contract stands in a figure."""

    COUNTED = "counted"
    NOT_COUNTED = "not_counted"
    UNKNOWN = "unknown"


class ResultRead(BaseModel):
    """A figure, how far it can be trusted, and what it must reach."""

    indicator_id: UUID
    code: str
    label: str
    unit: str
    measure: str | None
    value: str | None = Field(
        description="Texte décimal : nombre de contrats, euros ou pour cent selon « measure »."
    )
    numerator: str | None = Field(description="Contrats, ou euros pour un montant.")
    denominator: str | None = Field(description="Contrats, ou euros pour un montant.")
    unknown: int | None = Field(description="Contrats dont la réponse manque.")
    low: str | None = Field(description="La vraie valeur est au moins celle-ci.")
    high: str | None = Field(description="Et au plus celle-ci ; absente si rien ne la borne.")
    share: str | None = Field(description="La même figure en pour cent de son périmètre.")
    share_low: str | None
    share_high: str | None
    completeness: str | None = Field(description="Part des réponses connues, de 0 à 1.")
    reason: str | None = Field(description="Pourquoi il n’y a pas de valeur.")
    target: TargetRead | None = Field(
        description="La cible de l’année, ou de la plus proche après."
    )
    gap: str | None = Field(description="L’écart à la cible, en mots.")
    definition_version: int | None
    software_version: str
    computed_at: datetime


class SchemeResults(BaseModel):
    """All the figures of a scheme for a year and an organisation."""

    scheme: str
    year: int
    years: list[int] = Field(description="Années où cette organisation a notifié des contrats.")
    organisation: SchemeOrganisation
    results: list[ResultRead]


class ToFillRead(BaseModel):
    """What to say of a contract so that the figure knows it."""

    text: str
    field: str = Field(description="Nom du champ, ou « mark_CODE » pour une considération.")


class EvidenceItem(BaseModel):
    """A contract in the evidence of a figure."""

    contract_id: UUID
    reference: str
    subject: str | None
    amount: Euros | None
    notified_on: Day | None
    reasons: list[str] = Field(description="Pourquoi il n’est pas compté.")
    to_fill: list[ToFillRead] = Field(
        description="Ce qu’il faut dire pour le compter ou l’écarter."
    )
