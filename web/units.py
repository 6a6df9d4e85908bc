"""A number in the unit it is counted in: « 30,49 % », « 1 340,25 h », « 1 contrat »."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from web import formats

PERCENT = "percent"
# « litiges pour 100 contrats »: percents told in words.
PER_HUNDRED = " pour 100 "
# Where the noun of a unit ends: « contrats | / objectif », « points | sur 20 ».
_NOUN = re.compile(r"^(?P<noun>.*?)(?P<rest>\s(?:/|de|par|pour|sur|en|à|\().*|\sd’.*|)$")
# What is out of something in one thing, but not in the sum of many.
_OUT_OF = re.compile(r"(?<=^points)(?: sur \d+| de %)$")
_PER = re.compile(r"\s+par\s+|\s+pour 1\s+(?!\d)|\s*/\s*")
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
    if (scale == PERCENT or unit.startswith("%")) and not points and PER_HUNDRED not in unit:
        # « % par contrat » is a mean; « % des marchés », what it is a share of, is told elsewhere.
        each = " en moyenne" if unit.startswith("% par ") else ""
        return formats.percent(value) + each
    noun = "points" if points and scale == PERCENT else unit
    return f"{formats.rounded(value)}{formats.FIXED}{unit_for(value, noun)}".rstrip()


def unit_for(value: str, unit: str) -> str:
    """A unit beside its number: « 1 contrat / objectif », « 2 contrats / objectif »."""
    if abs(Decimal(value)) >= 2:
        return unit
    found = _NOUN.match(unit)
    if found is None:
        return unit
    # « marchés et lots » is what there are of both: of one, it is « marché ou lot ».
    noun = found["noun"].replace(" et ", " ou ")
    words = [re.sub(r"\w+", lambda found: _singular(found[0]), one) for one in noun.split(" ")]
    return " ".join(words) + found["rest"]


def _singular(word: str) -> str:
    ends = len(word) > 3 and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if ends and word not in _INVARIABLE else word


def divided(unit: str | None) -> tuple[str, str]:
    """The units of the two numbers of a rate, empty when it does not tell them.

    « points par contrat »: points and contrats; « années »: années, of things that it leaves out.
    """
    of, _, by = _PER.sub("/", unit or "", count=1).partition("/")
    if "%" in of:
        return "", ""
    return of, " ".join(_plural(one) for one in by.split(" ")) if by else ""


def base_name(indicator: Mapping[str, Any]) -> str:
    """What an indicator calls the number it is divided by: « projets visés », « base » when its
    definition does not tell."""
    return str((indicator["definition"].get("units") or {}).get("base") or "base")


def of_two(definition: Mapping[str, Any], unit: str | None) -> tuple[str, str]:
    """The units of the two numbers of a declared rate: its definition's, else what its own says."""
    told = definition.get("units")
    return (str(told["value"]), str(told.get("base", ""))) if told else divided(unit)


def rate(value: object, base: object, unit: str | None, of: tuple[str, str]) -> str | None:
    """What a value declared with its base makes, in the ``unit`` of the figure: « 27,27 % »,
    « 77,53 g/convive »; None without a unit, or of a base of nothing."""
    if not unit or not Decimal(str(base)):
        return None
    made = Decimal(str(value)) / Decimal(str(base))
    if "%" in unit and "%" not in of[0]:
        return formats.percent(made * 100)
    if PER_HUNDRED in unit:
        return in_unit(f"{made * 100:f}", unit)
    if of[0] == of[1]:
        # Things over the same things, which the unit doesn't call a percentage: no rate to name.
        return None if of[0] else in_unit(f"{made:f}", unit)
    return in_unit(f"{made:f}", unit)


def two_and_rate(value: object, base: object, unit: str | None, of: tuple[str, str]) -> str:
    """« 9 sur 33 questionnaires, soit 27,27 % »."""
    made = rate(value, base, unit, of)
    words = two(value, base, of)
    return f"{words}, soit {made}" if made else words


def two(value: object, base: object, of: tuple[str, str]) -> str:
    """Two numbers of a rate: « 45 points sur 12 contrats », « 9 sur 33 services »."""
    return f"{_of_two(str(value), first_of(of))} sur {_of_two(str(base), of[1])}"


def first_of(of: tuple[str, str]) -> str:
    """The unit beside the first of two numbers: what both count is told once, euros twice."""
    return "" if of[0] == of[1] and not of[0].startswith("€") else added_up(of[0])


def added_up(unit: str) -> str:
    """What many « points sur 20 », or « points de % », are together: points, no more out of 20."""
    return _OUT_OF.sub("", unit)


def _of_two(value: str, unit: str) -> str:
    return in_unit(value, unit) if unit.startswith("€") else counted(value, unit)


def counted(value: str, unit: str) -> str:
    """A number and its noun, singular or plural, or the number alone."""
    return f"{formats.number(value)}{formats.FIXED}{unit_for(value, unit)}".rstrip()


def _plural(word: str) -> str:
    return word if word.endswith(("s", "x", "z")) else f"{word}s"
