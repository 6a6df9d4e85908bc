"""What is taken and given of contracts that another software writes here."""

import json
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from api.contracts.schemas import ContractNamed, ContractRead
from api.kit.columns import Siret, Text
from api.kit.problems import FieldError, ProblemBody, french_error

MAX_LINES = 1000

ExternalId = Annotated[
    Text, Field(min_length=1, max_length=120, pattern=r"^[0-9A-Za-z][0-9A-Za-z._:-]*$")
]
EXTERNAL_ID = (
    "L’identifiant du marché dans votre logiciel, propre à cet acheteur : lettres sans accent, "
    "chiffres, « . », « _ », « : » ou « - »."
)


class WriteOutcome(StrEnum):
    """What became of a contract that was sent."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class ContractUpserted(ContractRead):
    """A contract as it stands after it was sent."""

    outcome: WriteOutcome = Field(title="Ce que l’envoi a fait")


class ContractLine(ContractNamed):
    """A contract among many."""

    model_config = ConfigDict(extra="forbid")

    external_id: ExternalId = Field(title="Identifiant externe", description=EXTERNAL_ID)


class RefusedLine(ContractLine):
    """A line that is no contract: why, and a digest of what was sent. Never made from outside."""

    errors: list[FieldError] = Field(default=[])
    digest: str = ""


def _line(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """A line that does not validate is refused by itself, not the others with it."""
    try:
        return handler(value)
    except ValidationError as error:
        # Placed as if the line had been sent alone.
        told = [
            french_error({**one, "loc": ["body", *one["loc"]]})
            for one in error.errors(include_url=False)
        ]
        sent = json.dumps(value, sort_keys=True, default=str).encode("utf-8", "replace")
        return RefusedLine.model_construct(errors=told, digest=sha256(sent).hexdigest())


def _said(line: ContractLine) -> dict[str, Any]:
    if isinstance(line, RefusedLine):
        return {"digest": line.digest}
    return line.model_dump(mode="json", exclude_unset=True)


Line = Annotated[ContractLine, WrapValidator(_line), PlainSerializer(_said)]


class ContractsBulk(BaseModel):
    """Contracts of one buyer, to be written together."""

    model_config = ConfigDict(extra="forbid")

    buyer_siret: Siret = Field(title="SIRET de l’acheteur")
    lines: list[Line] = Field(
        min_length=1,
        max_length=MAX_LINES,
        title="Marchés",
        description=f"{MAX_LINES} au plus ; chacun est jugé pour lui-même.",
    )


class ContractLineResult(BaseModel):
    """What became of one line."""

    line: int = Field(title="Rang de la ligne", description="À partir de 1, dans l’ordre envoyé.")
    external_id: str | None = Field(
        title="Identifiant externe", description="`null` pour une ligne illisible."
    )
    outcome: WriteOutcome = Field(title="Ce que l’envoi a fait")
    contract_id: UUID | None = Field(title="Marché", description="`null` pour une ligne refusée.")
    version: int | None = Field(title="Version du marché")
    problem: ProblemBody | None = Field(
        title="Refus", description="Celui qu’aurait la ligne envoyée seule ; sinon `null`."
    )


class BulkResult(BaseModel):
    """What became of each line; the refused ones changed nothing."""

    created: int = Field(title="Nouveaux")
    updated: int = Field(title="Modifiés")
    unchanged: int = Field(title="Identiques")
    refused: int = Field(title="Refusés")
    lines: list[ContractLineResult] = Field(title="Lignes")
