"""What the API takes and gives of evaluations of contracts."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    field_validator,
)

from api.evaluations.models import Side, Subject
from api.kit.columns import Siret, Text
from api.programme.schemas import NearDay, Words, never_null

SIDES: dict[Side, str] = {Side.BUYER: "Par l’acheteur", Side.SUPPLIER: "Par le titulaire"}
SUBJECTS: dict[Subject, str] = {
    Subject.EXECUTION: "Exécution du marché",
    Subject.NEGOTIATION: "Négociation",
    Subject.TIE_BREAK: "Départage d’offres à égalité",
}

_SCORE = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2})?", re.ASCII)


def _score(value: object) -> object:
    if value is None or isinstance(value, Decimal):
        return value
    written = isinstance(value, str) and _SCORE.fullmatch(value)
    if not written or Decimal(str(value)) > 20:
        raise ValueError("n’est pas une note entre 0 et 20. Exemple attendu : « 14.50 ».")
    return Decimal(str(value))


Score = Annotated[
    Decimal,
    BeforeValidator(_score),
    PlainSerializer(lambda v: f"{v:.2f}", return_type=str, when_used="json-unless-none"),
    WithJsonSchema({"type": "string", "pattern": r"^(1?[0-9](\.[0-9]{1,2})?|20(\.0{1,2})?)$"}),
]


class EvaluationFacts(BaseModel):
    """What is said of an evaluation beside its contract."""

    score: Score | None = Field(
        default=None,
        title="Note",
        description="Sur 20, de « 0.00 » à « 20.00 » ; vide si l’évaluation est sans note.",
    )
    comment: Words | None = Field(default=None, title="Commentaire")


class EvaluationCreate(EvaluationFacts):
    """An evaluation to enter."""

    model_config = ConfigDict(extra="forbid")

    contract_id: UUID = Field(title="Marché")
    done_on: NearDay = Field(title="Faite le")
    side: Side = Field(title="Qui évalue")
    subject: Subject = Field(title="Ce qui est évalué")


class EvaluationChange(EvaluationFacts):
    """The fields to change; the others stay as they are."""

    model_config = ConfigDict(extra="forbid")

    done_on: NearDay | None = Field(default=None, title="Faite le")
    side: Side | None = Field(default=None, title="Qui évalue")
    subject: Subject | None = Field(default=None, title="Ce qui est évalué")

    @field_validator("done_on", "side", "subject", mode="before")
    @classmethod
    def _said(cls, value: object) -> object:
        return never_null(value)


class EvaluationRead(EvaluationFacts):
    """An evaluation, as answered."""

    id: UUID
    version: int
    buyer_siret: str = Field(title="SIRET de l’acheteur")
    contract_id: UUID = Field(title="Marché")
    reference: str = Field(title="Numéro du marché")
    done_on: date = Field(title="Faite le")
    side: Side = Field(title="Qui évalue")
    side_label: str = Field(title="Qui évalue, en toutes lettres")
    subject: Subject = Field(title="Ce qui est évalué")
    subject_label: str = Field(title="Ce qui est évalué, en toutes lettres")
    editable: bool = Field(title="Modifiable par qui la lit")


class EvaluationFilter(BaseModel):
    """What a list of evaluations may be narrowed to."""

    model_config = ConfigDict(extra="forbid")

    buyer: Siret | None = Field(default=None, description="SIRET de l’acheteur.")
    contract: UUID | None = Field(default=None, description="Identifiant du marché.")
    year: Annotated[int, Field(ge=1990, le=2100)] | None = Field(
        default=None, description="Année de l’évaluation."
    )
    side: Side | None = Field(default=None, description="Qui évalue.")
    subject: Subject | None = Field(default=None, description="Ce qui est évalué.")
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )
