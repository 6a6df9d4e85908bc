"""How codes, words, years and numbers are written in the document of a scheme."""

import re
from collections.abc import Collection
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from api.rules.indicators.strict import refusal

Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Year = Annotated[int, Field(ge=2000, le=2100)]
Line = Annotated[int, Field(ge=1)]
Odd = Annotated[int, Field(ge=1, le=17)]


def refused(what: str, at: str = "", allowed: Collection[str] = ()) -> PydanticCustomError:
    return refusal("scheme", what, allowed, at)


def _in_quotes(value: object) -> object:
    if not isinstance(value, str):
        raise refused("un nombre s’écrit en texte décimal, entre guillemets : '25'")
    return value


def _nine_digits(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{9}", value):
        raise refused("un SIREN a neuf chiffres, sans espace")
    return value


Number = Annotated[Decimal, BeforeValidator(_in_quotes)]
Siren = Annotated[str, BeforeValidator(_nine_digits)]
