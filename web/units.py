"""A number in the unit it is counted in: « 30,49 % », « 1 340,25 h », « 1 contrat »."""

import re
from decimal import Decimal

from web import formats

PERCENT = "percent"
# Where the noun of a unit ends: « contrats | / objectif », « points | sur 20 ».
_NOUN = re.compile(r"^(?P<noun>.*?)(?P<rest>\s(?:/|de|par|sur|en|à|\().*|\sd’.*|)$")
_INVARIABLE = frozenset({"mois", "fois", "cas", "avis", "accès", "recours"})


def in_unit(
    value: str | None, unit: str | None, *, scale: str = "", kind: str = "", short: bool = False
) -> str:
    """A number in its unit, or in that of its scale (whole, euros, hours, percent…).

    ``kind``: a difference of percents is in points. ``short``: an amount from a million on is told
    in millions. None is « non renseigné ».
    """
    if value is None:
        return formats.UNKNOWN
    unit = unit or ""
    if scale == "euros" or unit.startswith("€"):
        return formats.measured_short(value, "amount") if short else formats.euros_short(value)
    if scale == "hours" or unit == "heures":
        return formats.hours(value)
    points = kind == "delta" and unit.startswith("point")
    if (scale == PERCENT or unit.startswith("%")) and not points:
        return formats.percent(value)
    noun = "points" if points and scale == PERCENT else unit
    return f"{formats.rounded(value)}{formats.FIXED}{unit_for(value, noun)}".rstrip()


def unit_for(value: str, unit: str) -> str:
    """A unit beside its number: « 1 contrat / objectif », « 2 contrats / objectif »."""
    if abs(Decimal(value)) >= 2:
        return unit
    found = _NOUN.match(unit)
    if found is None:
        return unit
    words = [_singular(one) for one in found["noun"].split(" ")]
    return " ".join(words) + found["rest"]


def _singular(word: str) -> str:
    ends = len(word) > 3 and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if ends and word not in _INVARIABLE else word
