"""Parts of a figure in words: their own number, what it comes from, and what it became."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from web import evolutions, figures, formats, units
from web.steps import LATE
from web.steps import milestone as in_words
from web.sureness import LEAST, none_known
from web.words import ROLES

# A part of a step of which nobody spoke: it is no « non ».
NO_ANSWER = "sans réponse"
_UNITS = {"euros": "€", "percent": "%", "hours": "heures"}


def value(part: Mapping[str, Any], result: Mapping[str, Any], name: str = "value") -> str:
    """The figure of a part in its unit: « 30,5 % », « 1 200 € », « 12 »."""
    told = part[name]
    if result["aggregate"] == "done":
        return NO_ANSWER if told is None else formats.yes_no(Decimal(told) != 0)
    if told is None:
        return "–"
    if result["aggregate"] in figures.SHARES:
        return formats.number(told) if name == "value" else formats.percent(told)
    words = units.in_unit(told, _unit(part, result))
    if not is_least(part, result, name):
        return words
    return f"{LEAST}{words}" if Decimal(told) else none_known(result)


def is_least(part: Mapping[str, Any], result: Mapping[str, Any], name: str = "value") -> bool:
    """Whether answers missing of the year of that number may only add to it, as to the whole."""
    if result["aggregate"] not in ("count", "sum") or not part.get("unknown") or not part[name]:
        return False
    # Of a year kept before it was told by part, that of the whole.
    told = part if part.get("previous_unknown") is not None else result
    former = told.get("previous_unknown") or 0
    return bool(former if name == "previous" else told["unknown"] - former)


def _unit(part: Mapping[str, Any], result: Mapping[str, Any]) -> str | None:
    # A figure that compares has the unit of the comparison; its parts first say what they are.
    own = result["numerator_unit"] if result["compared"] else result["unit"]
    told: str | None = _UNITS.get(part.get("scale", ""), own)
    return told


def by_year(
    results: Mapping[int, Mapping[str, Any]],
) -> tuple[list[int], list[tuple[str, list[str]]]]:
    """The parts of several years side by side: the years that have some, then each part with its
    share, or its figure, in each. Nothing of fewer than two years."""
    told = {
        year: {one["label"]: _alone(one, result) for one in result["parts"]}
        for year, result in results.items()
    }
    years = [year for year, parts in told.items() if any(one != "–" for one in parts.values())]
    if len(years) < 2:
        return [], []
    labels = dict.fromkeys(label for year in reversed(years) for label in told[year])
    return years, [(label, [told[year].get(label, "–") for year in years]) for label in labels]


def _alone(part: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    if result["aggregate"] in figures.SHARES and part["share"] is not None:
        return formats.percent(part["share"])
    return value(part, result)


def change(part: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """What became of a part: « +2,5 points », « +1 200 € », « −8 % »; while answers that it may
    depend on are missing, that of the others."""
    if part["change"] is None:
        return "–"
    words = _change(part, result)
    return f"{words} {evolutions.KNOWN_ONLY}" if part.get("unknown") else words


def _change(part: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    told = part["change"]
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
    told = _alone(part, result)
    return told if part["change"] is None else f"{told} ({change(part, result)})"


def milestone(step: Mapping[str, Any]) -> str:
    """What was said of a step: « 2 sur 7 » by part, else « fait le 3 mars 2026 »."""
    return headline(step) if step["parts"] else in_words(step)


def headline(step: Mapping[str, Any]) -> str:
    """How many parts of a step are done: « 2 sur 7 »."""
    parts = step["parts"]
    return f"{sum(one['done'] is True for one in parts)} sur {len(parts)}"


def steps(step: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The parts of a step, each with its answer: « oui, le 4 mars 2025 », « sans réponse »."""
    return [(one["part"], _answer(one, step["due_on"])) for one in step["parts"]]


def answered(step: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The same with the note of each, and the role of who said it."""
    told = []
    for one in step["parts"]:
        role = f"(rôle : {ROLES[one['said_as']]})" if one["said_as"] else None
        words = " ".join(filter(None, (_answer(one, step["due_on"]), role)))
        told.append((one["part"], f"{words}. {one['comment']}" if one["comment"] else words))
    return told


def _answer(part: Mapping[str, Any], due_on: str | None) -> str:
    if part["done"] is None:
        return NO_ANSWER
    if not part["done"]:
        return "non"
    late = f", {LATE}" if due_on and part["done_on"] > due_on else ""
    return f"oui, le {formats.day(part['done_on'])}{late}"


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
        return units.two_and_rate(part["value"], part["base"], measure["unit"], of)
    return units.in_unit(part["value"], measure["unit"])
