"""Declared quantities: decimal texts outside, whole millionths inside, whatever the unit."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

# In millionths, this still fits in a BIGINT.
MAX_QUANTITY = Decimal(1_000_000_000_000)
_MILLION = 1_000_000
_QUANTITY = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,6})?", re.ASCII)


def _quantity(value: object) -> object:
    if value is None or isinstance(value, Decimal):
        return value
    if not isinstance(value, str) or not _QUANTITY.fullmatch(value):
        raise ValueError(
            "n’est pas un nombre d’au plus six décimales. Exemple attendu : « 1250.5 »."
        )
    number = Decimal(value)
    if abs(number) > MAX_QUANTITY:
        raise ValueError("dépasse mille milliards.")
    return number


def quantity_text(number: Decimal) -> str:
    """A quantity in figures, without exponent nor idle zeros: ``12000.5``, ``100``."""
    return f"{number.normalize():f}" if number else "0"


def to_kept(number: Decimal | None) -> int | None:
    """A quantity of the outside as whole millionths: 0.05 -> 50000."""
    return None if number is None else int(number * _MILLION)


def to_told(millionths: int | None) -> Decimal | None:
    """Whole millionths as a quantity for the outside: 50000 -> 0.05."""
    return None if millionths is None else Decimal(millionths) / _MILLION


Quantity = Annotated[
    Decimal,
    BeforeValidator(_quantity),
    PlainSerializer(quantity_text, return_type=str, when_used="json-unless-none"),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]{1,13}(\.[0-9]{1,6})?$"}),
]
