"""The rows behind a figure, in words: their day, and the number that each one brings."""

from collections.abc import Mapping
from typing import Any

from web import formats, units


def day(day: str | None, label: str) -> str:
    """The day of a row as its column says: « 03/11/2025 », or « novembre 2025 » of a month."""
    if label == "Mois" and day is not None:
        return formats.month(day[:7])
    return formats.short_day(day)


def number(value: str | None, quantity: Mapping[str, Any]) -> str:
    """What a row brings to what is added up: « 65 000,00 € », « 35,25 h », « 36 mois »; things that
    the column names are a bare number."""
    if value is None:
        return formats.UNKNOWN
    if quantity["scale"] == "euros":
        return formats.euros(value)
    named = quantity["scale"] == "whole" and quantity["unit"] != "mois"
    return units.in_unit(value, None if named else quantity["unit"], scale=quantity["scale"])
