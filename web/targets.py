"""Targets in words: their value in their unit, their year, what the document adds to them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from web import formats
from web.units import unit_for

# A target of which no year is printed: it is not said to be one of each year.
NO_YEAR = "sans année dans le document"
# The unit of what is reached or not, as a label is obtained: 1 is « oui ».
YES_NO = "oui/non"


def target_words(target: Mapping[str, Any]) -> str:
    """A target in its unit and year: « 30 % en 2026 », « 12 marchés/an », « 30 %, sans année »."""
    if target["year"]:
        return f"{target_value(target)} en{formats.FIXED}{target['year']}"
    yearly = is_yearly(target)
    return target_value(target) if yearly else f"{target_value(target)}, {NO_YEAR}"


def target_when(target: Mapping[str, Any]) -> str:
    """The year of a target, at the head of a line: « 2026 », « Chaque année », or that none is."""
    if target["year"]:
        return str(target["year"])
    return "Chaque année" if is_yearly(target) else NO_YEAR.capitalize()


def is_yearly(target: Mapping[str, Any]) -> bool:
    """Tell whether a target without a year is one of each year: its document says « par an »."""
    return str(target["unit"]).endswith(("/an", "/ an", "par an"))


def comparable(target: Mapping[str, Any] | None) -> bool:
    """Whether there is a target that a figure is compared with, not only shown beside it."""
    return target is not None and not target.get("beside")


def noted_targets(
    rows: Sequence[Mapping[str, Any]], told: str | None = None
) -> list[tuple[str, Mapping[str, Any]]]:
    """What the document adds to the targets of rows, each thing once: the years it is said of, and
    the first target that has it. ``told``: a note that stands elsewhere on the page."""
    found: dict[tuple[Any, Any], list[Mapping[str, Any]]] = {}
    for row in rows:
        target = row["target"]
        if target and (target["fte"] or target["note"] not in (None, told)):
            same = found.setdefault((target["note"], target["fte"]), [])
            if target not in same:
                same.append(target)
    return [(_all_of([target_when(one) for one in same]), same[0]) for same in found.values()]


def _all_of(years: Sequence[str]) -> str:
    *first, last = years
    return f"{', '.join(first)} et {last}" if first else last


def target_value(target: Mapping[str, Any]) -> str:
    """A target, or a figure that a document prints, in its unit."""
    unit, value = str(target["unit"]), target["value"]
    if unit == YES_NO:
        return formats.yes_no(Decimal(str(value)) != 0)
    if unit.startswith("%"):
        return formats.percent(value) + unit.removeprefix("%")
    if unit.startswith("€"):
        return formats.euros_short(value) + unit.removeprefix("€")
    return formats.measured(value, None, unit_for(str(value), unit))


def target_of_year(
    targets: Sequence[Mapping[str, Any]], year: int, siren: str | None = None
) -> Mapping[str, Any] | None:
    """The target written for a year or for every year: an organisation's own one comes first."""
    mine = [one for one in targets if one["siren"] in (siren, None)]
    found = [one for one in mine if one["year"] in (year, None)]
    found.sort(key=lambda one: (one["siren"] is None, one["year"] is None))
    return found[0] if found else None
