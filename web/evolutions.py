"""What a figure became since another year: how sure it is, and the two levels it lies between."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from web import formats, units

# What is counted or added up: answers that are missing can only add to the level of each year.
GROWING = frozenset({"count", "sum", "distinct"})
# Of a number of rows up to this one, a rate says little: it is told with them.
FEW_ROWS = 3
FORMER_ROWS = "previous_rests_on"
KNOWN_ONLY = "selon les réponses connues"
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


def partial_years(result: Mapping[str, Any]) -> tuple[bool, bool]:
    """Whether the level of the year, and that of the year it is compared with, are those of the
    answers that are known, and may be more or less once the others are: an average, a rate."""
    sure = result["low"] is not None and result["low"] == result["high"]
    if result["aggregate"] in GROWING or not result["unknown"] or sure:
        return False, False
    former = result.get("previous_unknown")
    # Kept before each year said its own: one of them at least is not sure.
    return (True, True) if former is None else (result["unknown"] > former, former > 0)


def levels(result: Mapping[str, Any], year: int, running: str = "") -> str:
    """« au moins 6 consultations en 2025, au moins 8 consultations en 2024 », « selon les réponses
    connues, 3,1 offres en 2025, contre 2,4 offres en 2024 ». ``running``: what is said of a year
    that is not over."""
    least, partial = least_years(result, result), partial_years(result)
    told = (
        (result["numerator"], f"en {year}{running}", "rests_on"),
        (result["previous"] or result["denominator"], f"en {result['compared_year']}", FORMER_ROWS),
    )
    now, then = (
        f"{'au moins ' if own else ''}{_level(*one, result)}"
        f"{f' {KNOWN_ONLY}' if some and not all(partial) else ''}"
        for one, own, some in zip(told, least, partial, strict=True)
    )
    return (
        f"{f'{KNOWN_ONLY}, ' if all(partial) else ''}{now}, {'' if any(least) else 'contre '}{then}"
    )


def _level(value: str, when: str, name: str, result: Mapping[str, Any]) -> str:
    few = few_rows(result, name)
    return f"{units.in_unit(value, result['numerator_unit'])} {when}{f' ({few})' if few else ''}"


def few_rows(result: Mapping[str, Any], name: str = "rests_on") -> str | None:
    """« sur 2 évaluations »: what a rate or an average of so few rows rests on; None of more, or of
    what is neither. ``name``: whether it is of the year, or of the one it is compared with."""
    rows = result.get(name)
    if rows is None or not 0 < rows <= FEW_ROWS or not _is_rate(result):
        return None
    if result["aggregate"] == "ratio":
        of = units.in_unit(str(rows), result["denominator_unit"])
    elif result["aggregate"] == "reached":
        of = formats.plural(rows, "cible échue", "cibles échues")
    else:
        of = formats.plural(rows, result["noun"], result["plural"])
    return f"sur {of}"


def _is_rate(result: Mapping[str, Any]) -> bool:
    if result["aggregate"] == "ratio":
        return not result["compared"] and bool(result["denominator_unit"])
    rates = ("share", "sum_share", "average", "reached")
    return result["aggregate"] in rates or result["scale"] == units.PERCENT


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
