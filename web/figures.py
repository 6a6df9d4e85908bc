"""Figures of indicators in words and in place: value, interval, target, years and their axis."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from web import charts, evolutions, formats, units
from web.sureness import LEAST, is_firm, is_least, none_known
from web.targets import comparable
from web.units import PERCENT, unit_for

MINUS = "\u2212"
# Kinds that are said, not measured: nothing of them lies between two numbers.
TOLD = frozenset({"boolean", "list"})
# Values told apart: what there is beside them has no interval of its own.
SHARES = frozenset({"breakdown", "distinct"})
# In place of a value that too few answers make, and that nothing bounds.
FEW = "trop peu de réponses"
# Why a year has no value of its own.
HALF = "au plus la moitié des réponses est connue"
NOT_COMPUTABLE = "non calculable"
# Facts without rows to show: those of the indicator itself, and persons, who are only counted.
ROWLESS = frozenset({"measure", "milestone", "target", "beneficiary"})

_WAYS = re.compile(r"\b(?:augmentation|hausse|diminution|baisse|réduction)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Axis:
    """What to draw of a result: all in the same unit, percents or that of the figure."""

    value: str | None
    low: str | None
    high: str | None
    target: str | None
    percents: bool


def has_figure(result: Mapping[str, Any] | None) -> bool:
    """Tell whether a result says something: a number, words or parts."""
    if result is None:
        return False
    if result["value"] is not None and not tells_alone(result, result):
        return headline(result) not in (FEW, evolutions.NOT_KNOWN)
    return bool(result["value"] is not None or result["words"] or result["parts"])


def opens(result: Mapping[str, Any]) -> bool:
    """Tell whether a figure opens onto the rows behind it."""
    return result["fact"] not in ROWLESS


def told(result: Mapping[str, Any], *, short: bool = False) -> str | None:
    """The figure of a result in its own unit or in words; None when there is none.

    A breakdown has no figure of its own: its parts are told beside it.
    """
    words: Sequence[str] = result["words"]
    if result["kind"] in TOLD and words:
        listed = ", ".join(words)
        return f"{LEAST}{listed}" if is_least(result, result) else listed
    if result["value"] is not None:
        return headline(result, short=short)
    return ", ".join(words) or None


def headline(result: Mapping[str, Any], *, short: bool = False) -> str:
    """The value; while too few answers are known for it to be told alone, where it lies."""
    return figure_of(result, result, short=short)


def figure_of(point: Mapping[str, Any], result: Mapping[str, Any], *, short: bool = False) -> str:
    """The figure of a year in the one form it has wherever it stands: large, in the table of years,
    beside another; of few answers, or of a change that these may undo, where it lies."""
    if tells_alone(point, result):
        return shown(point, result, short=short)
    there = {**result, "value": None, "low": None, "high": None, **point}
    bounds = None if evolutions.one_bound(there) else bounds_of(there, short=short)
    if bounds is None and there["low"] is None and is_least(point, result):
        # Kept before its bounds were.
        return shown(point, result, short=short)
    return bounds or (evolutions.NOT_KNOWN if is_firm(point) else FEW)


def tells_alone(point: Mapping[str, Any], result: Mapping[str, Any]) -> bool:
    """Tell whether the value of a year is told, and not only where it lies."""
    return is_firm(point) and not evolutions.is_unsure(point, result)


def of_year(point: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """The figure of a year in the table of years, with its share and where it lies, or that few
    answers make it."""
    words = figure_of(point, result)
    if not tells_alone(point, result):
        return words if words == FEW or is_firm(point) else f"{words} ({HALF})"
    # The bounds of its share are those of the year of the page alone.
    unshared = {"share_low": None, "share_high": None}
    between = interval({**result, "low": None, "high": None, **point, **unshared})
    share = share_beside(point, result)
    return f"{words}{f', {share}' if share else ''}{f' ({between})' if between else ''}"


def shown(point: Mapping[str, Any], result: Mapping[str, Any], *, short: bool = False) -> str:
    """The number of a year in words; of what may only rise as answers come, the least it is."""
    if result["kind"] == "delta" and not Decimal(point["value"]):
        return "sans changement"
    words = worded(point["value"], result, short=short)
    if not is_least(point, result):
        return words
    return f"{LEAST}{words}" if Decimal(point["value"]) else _nothing_yet(point, result, short)


def _nothing_yet(point: Mapping[str, Any], result: Mapping[str, Any], short: bool) -> str:
    """« aucun connu, jusqu’à 3 possibles »: none is known to count, and answers are missing."""
    high, none = point.get("high"), none_known(result)
    if result["aggregate"] == "sum":
        return f"{none}, jusqu’à {worded(high, result, short=short)} possibles" if high else none
    if result["aggregate"] == "ratio" or result["scale"] == PERCENT:
        return f"{none}, jusqu’à {worded(high, result, short=short)}" if high else none
    possible = "possible" if high and Decimal(high) < 2 else "possibles"
    return f"{none}, jusqu’à {formats.number(high)} {possible}" if high else none


def is_running(result: Mapping[str, Any], year: int) -> bool:
    """Tell whether a year was not over yet when its figure was computed."""
    return not result.get("kept") and formats.local_day(result["computed_at"])[:4] == str(year)


def known_value(
    point: Mapping[str, Any] | None, result: Mapping[str, Any], name: str = "value"
) -> str | None:
    """The number of a year that may be told and drawn; None where too few answers are known."""
    if point is None or not tells_alone(point, result):
        return None
    value: str | None = point[name]
    return value


def two_sizes(result: Mapping[str, Any], *, short: bool = False) -> tuple[str, str]:
    """The figure of a result as what is told large, and what follows: its unit, its share."""
    words = told(result, short=short) or ""
    if result.get("aggregate") == "done" and result["parts"]:
        # How many parts are done, then what the others are.
        first, *rest = result["words"]
        return str(first), ", ".join(rest)
    if result["value"] is None or result["kind"] in TOLD:
        return words, ""
    number, _, unit = words.partition(formats.FIXED)
    share = share_beside(result, result) if is_firm(result) else shares_beside(result)
    return number, ", ".join(one for one in (unit, share) if one)


def rests_on(result: Mapping[str, Any]) -> str | None:
    """« sur 2 évaluations », beside a rate of so few; of a change, those of either year."""
    if result["value"] is None or not tells_alone(result, result):
        return None
    now = evolutions.few_rows(result)
    if not result["compared"]:
        return now
    then = evolutions.few_rows(result, evolutions.FORMER_ROWS)
    of_year = f"{now} en {result['as_of'][:4]}" if now else None
    of_former = f"{then} en {result['compared_year']}" if then else None
    return ", ".join(filter(None, (of_year, of_former))) or None


def worded(value: str | None, result: Mapping[str, Any], *, short: bool = False) -> str:
    """A number of a result in its unit: « 30,49 % », « 1 340,25 h », « +2 titulaires ».

    ``short``: an amount from a million on is told in millions.
    """
    if value is None:
        return formats.UNKNOWN
    if result["kind"] == "boolean":
        return formats.yes_no(Decimal(value) != 0)
    kind = result["kind"]
    words = units.in_unit(value, result["unit"], scale=result["scale"], kind=kind, short=short)
    if kind != "delta":
        return words
    return f"+{words}" if Decimal(value) > 0 else words.replace("-", MINUS)


def behind(value: str | None, unit: str | None) -> str:
    """A number behind a figure: « 432 476 € », « 14 marchés », or bare when nothing names it."""
    return units.in_unit(value, unit)


def both(result: Mapping[str, Any]) -> str:
    """The two numbers of a rate, what they both count told once: « 9 sur 33 services »."""
    of = (result["numerator_unit"] or "", result["denominator_unit"] or "")
    told = behind(result["numerator"], units.first_of(of))
    return f"{told} sur {behind(result['denominator'], of[1])}"


def agreed(words: str, result: Mapping[str, Any], count: object = 2) -> str:
    """A masculine plural, « comptés », as the noun of the rows wants it, for so many of them."""
    if not words.endswith("és"):
        return words
    word = words.removesuffix("s") + "es" if result["feminine"] else words
    return word.removesuffix("s") if abs(Decimal(str(count))) < 2 else word


def agreed_tabs(
    tabs: Sequence[Sequence[Any]], result: Mapping[str, Any] | None
) -> list[tuple[Any, ...]]:
    """Tabs whose words come first, « Comptés », as the noun of the rows wants them."""
    return [(agreed(words, result) if result else words, *rest) for words, *rest in tabs]


def share_beside(point: Mapping[str, Any], result: Mapping[str, Any]) -> str | None:
    """« soit 40 % » beside a count or an amount whose target is a percentage; None otherwise."""
    if not _has_share(result) or point["value"] is None or point["share"] is None:
        return None
    least = result["kind"] == "count" and is_least(point, result)
    known = point.get("denominator") if least else None
    if not is_firm(point):
        return None
    # Beside « au moins », the percentage is one of the answers that are known.
    of = f" des {formats.number(known)} dont la réponse est connue" if known else ""
    if least and not known:
        of = " des réponses connues"
    return f"soit {formats.percent(point['share'])}{of}"


def _has_share(result: Mapping[str, Any]) -> bool:
    target = result.get("target")
    if target is None or not comparable(target) or result["kind"] in TOLD:
        return False
    return in_percents(target) and result["scale"] != PERCENT


def shares_beside(result: Mapping[str, Any]) -> str | None:
    """« soit entre 30 % et 50 % » beside the bounds of a figure whose target is a percentage."""
    if not _has_share(result):
        return None
    low, high = result["share_low"], result["share_high"]
    if low is None or high is None or low == high:
        return None
    return f"soit entre {formats.percent(low)} et {formats.percent(high)}"


def interval(result: Mapping[str, Any], *, short: bool = False) -> str | None:
    """Where the true figure lies, beside its value; None when it is certain, or told already.

    « entre 28 et 34 marchés, soit entre 30 % et 50 % » where the target is a percentage.
    """
    bounds = bounds_of(result, short=short) if tells_alone(result, result) else None
    shares = shares_beside(result) if bounds else None
    if shares:
        return f"{bounds}, {shares}"
    return None if bounds and _tells_bounds(result, short) == bounds else bounds


def _tells_bounds(result: Mapping[str, Any], short: bool) -> str | None:
    """The bounds that « au moins 6 variantes », « aucun connu, jusqu’à 3 » say already."""
    if result["value"] is None or not is_least(result, result):
        return None
    if result["high"] is not None and Decimal(result["value"]):
        return None
    return bounds_of(result, short=short)


def bounds_of(result: Mapping[str, Any], *, short: bool = False) -> str | None:
    """Where the true figure lies when answers are missing; None when it is certain or told.

    Without an upper bound, « au moins 0 » would say nothing of what is never below zero.
    """
    low, high = result["low"], result["high"]
    told = result["kind"] in TOLD and result.get("aggregate") != "distinct"
    if not result["unknown"] or told or low == high:
        return None
    if is_apart(result):
        return None
    if high is None:
        if Decimal(low) == 0 and result["kind"] != "delta":
            return None
        return f"{LEAST}{worded(low, result, short=short)}"
    if low is None:
        return f"au plus {worded(high, result, short=short)}"
    lowest, highest = worded(low, result, short=short), worded(high, result, short=short)
    # « entre 28 et 34 marchés », but « entre 40 % et 75 % ».
    number, _, noun = lowest.partition(formats.FIXED)
    return f"entre {number if noun and result['scale'] != 'euros' else lowest} et {highest}"


def is_unbounded(result: Mapping[str, Any]) -> bool:
    """Whether answers are missing to a figure without anything to say how much they'd change it."""
    if result["way"] != "computed" or not result["unknown"] or result["value"] is None:
        return False
    sure = result["low"] is not None and result["low"] == result["high"]
    return not sure and bounds_of(result) is None and is_firm(result)


def is_apart(result: Mapping[str, Any]) -> bool:
    """Whether a figure is nothing but values told apart, without a whole to draw or to bound."""
    return bool(result["parts"]) and result["value"] is None


def axis_of(result: Mapping[str, Any]) -> Axis:
    """The figure of a result with its target.

    A number or an amount whose target is a percentage is drawn as the share of its perimeter,
    which is what the target is compared with. A target in another unit is left out.
    """
    target = result["target"] if comparable(result["target"]) else None
    wanted = None if target is None else str(target["value"])
    as_percents = target is not None and in_percents(target)
    values = (result["value"], result["low"], result["high"])
    if result["scale"] == PERCENT:
        return Axis(*values, wanted if as_percents else None, True)
    if as_percents and result["share"] is not None:
        shares = (result["share"], result["share_low"], result["share_high"])
        return Axis(*shares, wanted, True)
    return Axis(*values, None if as_percents else wanted, False)


def meter(result: Mapping[str, Any]) -> charts.Meter | None:
    """The geometry of a result; None when there is nothing to draw, or what is below zero."""
    if result["kind"] in TOLD or result["kind"] == "delta" or is_apart(result):
        return None
    axis = axis_of(result)
    value = axis.value if is_firm(result) else None
    return charts.meter(value, axis.low, axis.high, axis.target, percents=axis.percents)


def in_percents(target: Mapping[str, Any]) -> bool:
    """Tell whether a target is a share: « % », « % des marchés », « points de % »."""
    unit = str(target["unit"])
    return "%" in unit or unit in ("point", "points")


def change(points: str) -> str:
    """A change in points between two years: « +2,5 points », « −1 point »."""
    sign = "+" if Decimal(points) > 0 else ""
    told = f"{formats.number(points)}{formats.FIXED}{unit_for(points, 'points')}"
    return sign + told.replace("-", MINUS)


def reason(result: Mapping[str, Any]) -> str:
    """Why there is no figure, without saying twice that it can't be worked out."""
    told = str(result["reason"] or NOT_COMPUTABLE)
    waits = result["way"] != "computed" and result["unknown"] and result["numerator"] is None
    # Why there is no change since a year that nobody declared is more than that.
    if waits and told.startswith(NOT_COMPUTABLE):
        return "pas encore déclaré"
    return evolutions.reason(told, result)


def no_change(result: Mapping[str, Any]) -> str | None:
    """Why a figure that says what changed since another year says nothing, though its parts are
    known; None when it does."""
    missing = result["compared_year"] and result["value"] is None and result["parts"]
    return reason(result) if missing and result["reason"] else None


def axis_words(figure: Decimal, result: Mapping[str, Any]) -> str:
    """The end of the axis of a result, in the unit it is drawn in."""
    if axis_of(result).percents:
        return formats.percent(figure)
    return worded(f"{figure:f}", {**result, "kind": "count"}, short=True)


def projected(result: Mapping[str, Any]) -> str:
    """Where the known years lead, in the unit of the target."""
    value = str(result["projection"]["value"])
    if axis_of(result).percents:
        return formats.percent(value)
    return worded(value, result)


def declared(measure: Mapping[str, Any], definition: Mapping[str, Any]) -> str:
    """What was declared of a captured figure: « 12 kWh », « 3 repas sur 8 repas », or its words.

    ``definition``: that of its indicator.
    """
    if measure["words"]:
        return str(measure["words"])
    if measure["value"] is None:
        return formats.UNKNOWN
    if definition.get("over"):
        # What a computed number is divided by: its unit is not that of the ratio.
        return formats.number(measure["value"])
    if measure["base"] is not None:
        of = units.of_two(definition, measure["unit"])
        return units.two_and_rate(measure["value"], measure["base"], measure["unit"], of)
    if measure["kind"] == "delta":
        # What is declared is a level; how it moved is the figure.
        level = "" if "%" in (measure["unit"] or "") else measure["unit"]
        level = (definition.get("units") or {}).get("value", level)
        return units.in_unit(measure["value"], level)
    return worded(measure["value"], {**measure, "scale": "number"})


def says_a_way(label: str) -> bool:
    """Whether a label says itself which way is better: « Augmentation du nombre de… »."""
    return bool(_WAYS.search(label))
