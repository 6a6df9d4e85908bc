"""Parts of a figure in words: their own number, what it comes from, and what it became."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from web import figures, formats, units

_UNITS = {"euros": "€", "percent": "%", "hours": "heures"}


def value(part: Mapping[str, Any], result: Mapping[str, Any], name: str = "value") -> str:
    """The figure of a part in its unit: « 30,5 % », « 1 200 € », « 12 »."""
    told = part[name]
    if told is None:
        return "–"
    if result["aggregate"] in figures.SHARES:
        return formats.number(told) if name == "value" else formats.percent(told)
    return units.in_unit(told, _unit(part, result))


def _unit(part: Mapping[str, Any], result: Mapping[str, Any]) -> str | None:
    # A figure that compares has the unit of the comparison; its parts first say what they are.
    own = result["numerator_unit"] if result["compared"] else result["unit"]
    told: str | None = _UNITS.get(part.get("scale", ""), own)
    return told


def change(part: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """What became of a part: « +2,5 points », « +1 200 € », « −8 % »."""
    told = part["change"]
    if told is None:
        return "–"
    if result["aggregate"] in figures.SHARES:
        return figures.change(told)
    unit = "%" if result["compared"] == "rate" else _unit(part, result)
    if unit == "%" and result["compared"] != "rate":
        return figures.change(told)
    words = units.in_unit(told, unit)
    return f"+{words}" if Decimal(told) > 0 else words.replace("-", figures.MINUS)


def behind(part: Mapping[str, Any], result: Mapping[str, Any]) -> str | None:
    """The two numbers of a part declared with its base: « 1 sur 8 »; None without."""
    if part.get("base") is None:
        return None
    told = (result["numerator_unit"] or "", result["denominator_unit"] or "")
    of = told if any(told) else units.divided(result["unit"])
    return units.two(part["numerator"], part["base"], of)


def short(part: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """A part in a dashboard: its share in a breakdown, else its own figure, and what it became."""
    shared = result["aggregate"] in figures.SHARES and part["share"] is not None
    told = formats.percent(part["share"]) if shared else value(part, result)
    return told if part["change"] is None else f"{told} ({change(part, result)})"


def declared(measure: Mapping[str, Any], definition: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The parts of what was declared for a year, each with its words: « 1 sur 8 », « 12 € »."""
    return [
        (one["part"], _declared(one, measure, definition)) for one in measure.get("parts") or ()
    ]


def _declared(
    part: Mapping[str, Any], measure: Mapping[str, Any], definition: Mapping[str, Any]
) -> str:
    if part["base"] is not None:
        of = units.of_two(definition, measure["unit"])
        return units.two(part["value"], part["base"], of)
    return units.in_unit(part["value"], measure["unit"])
