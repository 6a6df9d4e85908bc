"""Pages of a list by keyset: the cursor holds the sort key of the last row, never an offset."""

import base64
import binascii
from typing import Annotated, Generic, TypeVar

import msgspec
from fastapi import Query
from pydantic import BaseModel, Field

from api.kit.problems import FieldError, Invalid

T = TypeVar("T")

MAX_LIMIT = 100


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T] = Field(description="Les éléments de la page.")
    next: str | None = Field(
        description="À passer dans « cursor » pour la page suivante ; absent à la dernière."
    )


Limit = Annotated[
    int, Query(ge=1, le=MAX_LIMIT, description="Nombre d’éléments par page, 100 au plus.")
]
Cursor = Annotated[
    str | None, Query(max_length=400, description="Valeur de « next » de la page précédente.")
]


def encode_cursor(*key: str | None) -> str:
    """Make a cursor of the last row's sort key."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def decode_cursor(cursor: str | None, length: int) -> list[str | None] | None:
    """Read a cursor back.

    Raises Invalid when it is not one of ours.
    """
    if cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key = msgspec.json.decode(raw, type=list[str | None])
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise bad_cursor() from error
    if len(key) != length or any(part and "\x00" in part for part in key):
        raise bad_cursor()
    return key


def bad_cursor() -> Invalid:
    """The refusal of a cursor that is not ours."""
    message = "n’est pas un curseur donné par « next »."
    return Invalid(errors=[FieldError(loc=["query", "cursor"], message=message)])
