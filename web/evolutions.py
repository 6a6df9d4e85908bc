"""What a figure became since another year: how sure it is, and the two levels it lies between."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from web import units

# What is counted or added up: answers that are missing can only add to the level of each year.
GROWING = frozenset({"count", "sum", "distinct"})
# In place of a change that nothing bounds.
NOT_KNOWN = "évolution inconnue"
_SINCE = f"{NOT_KNOWN} : "


def least_years(point: Mapping[str, Any], result: Mapping[str, Any]) -> tuple[bool, bool]:
    """Whether the level of the year, and that of the year it is compared with, are only the least
    they may be: the change may rise by what the first gains, and fall by what the other does."""
    if result["aggregate"] not in GROWING or not point["unknown"]:
        return False, False
    value = point["value"]
    return point.get("high") != value, point.get("low") != value


def is_unsure(point: Mapping[str, Any], result: Mapping[str, Any]) -> bool:
    """Whether a change is told by where it lies, not by its value: it may be none, or the other
    way; or it is that of two levels of which one at least may still grow."""
    if not result.get("compared") or not point.get("unknown") or point["value"] is None:
        return False
    low, high = point.get("low"), point.get("high")
    if low is not None and high is not None:
        crosses = low != high and Decimal(low) <= 0 <= Decimal(high)
        return crosses or any(least_years(point, result))
    return any(least_years(point, result))


def one_bound(result: Mapping[str, Any]) -> bool:
    """Whether a change is bounded on one side only, of what may as well rise as fall."""
    if not result.get("compared") or result["aggregate"] in GROWING:
        return False
    return bool(result["unknown"]) and (result["low"] is None) != (result["high"] is None)


def levels(result: Mapping[str, Any], year: int, running: str = "") -> str:
    """« au moins 6 consultations en 2025, au moins 8 consultations en 2024 ». ``running``: what is
    said of a year that is not over."""
    ours, theirs = least_years(result, result)
    unit = result["numerator_unit"]
    now = units.in_unit(result["numerator"], unit)
    then = units.in_unit(result["previous"] or result["denominator"], unit)
    joined = "" if ours or theirs else "contre "
    return (
        f"{'au moins ' if ours else ''}{now} en {year}{running}, "
        f"{joined}{'au moins ' if theirs else ''}{then} en {result['compared_year']}"
    )


def reason(told: str, result: Mapping[str, Any]) -> str:
    """Why there is no change: what is known of the year comes before what nobody declared of the
    other; nothing where it is of the year itself that something is missing."""
    known = result.get("compared_year") and result.get("numerator") is not None
    if not known or not told.startswith(_SINCE) or told.endswith(year := result["as_of"][:4]):
        return told
    level = units.in_unit(result["numerator"], result["numerator_unit"])
    return f"{_SINCE}{level} en {year}, {told.removeprefix(_SINCE)}"


def undeclared(result: Mapping[str, Any] | None) -> int | None:
    """The year of which nobody declared the level that a change starts from; None without one."""
    if result is None or result["value"] is not None or result.get("previous") is not None:
        return None
    year: int | None = result.get("compared_year")
    return year if str(result["reason"] or "").startswith(_SINCE) else None
