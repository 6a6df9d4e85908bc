"""The rows behind a figure, in words: their day, and the number that each one brings."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from web import formats, units


def day(day: str | None, label: str) -> str:
    """The day of a row as its column says: « 03/11/2025 », or « novembre 2025 » of a month."""
    if label == "Mois" and day is not None:
        return formats.month(day[:7])
    return formats.short_day(day)


def has_corrections(rows: Iterable[Mapping[str, Any]], quantity: Mapping[str, Any] | None) -> bool:
    """Whether some of these rows take away hours that were declared before."""
    if quantity is None or quantity["scale"] != "hours":
        return False
    return any(one["weight"] is not None and Decimal(one["weight"]) < 0 for one in rows)


def number(value: str | None, quantity: Mapping[str, Any]) -> str:
    """What a row brings to what is added up: « 65 000,00 € », « 35,25 h », « 36 mois »; things that
    the column names are a bare number."""
    if value is None:
        return formats.UNKNOWN
    if quantity["scale"] == "euros":
        return formats.euros(value)
    named = quantity["scale"] == "whole" and quantity["unit"] != "mois"
    return units.in_unit(value, None if named else quantity["unit"], scale=quantity["scale"])
