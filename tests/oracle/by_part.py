"""Figures told by part, as the oracle has them: each part is worked out of its own rows alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any

from tests.oracle import aggregates
from tests.oracle.oracle import Figure
from tests.oracle.seeing import Row, beyond, seen

if TYPE_CHECKING:
    from tests.oracle.schemes import Asker

UNITS = {"euros": 100, "hours": 4, "score": 100}
COUNTED = ("count", "sum")
NAMES = ("Mobilier", "MOBILIER", " Véhicules", "vehicules", "Jouets")
Said = Mapping[str, Any]


def is_parted(definition: Said) -> bool:
    """Whether a definition asks for parts of a number; a step has its own (see ``steps``)."""
    return "by" in definition or ("parts" in definition and definition["fact"] == "measure")


def said_parts(rng: Random, definition: Said) -> list[dict[str, Any]]:
    """What somebody says part by part, with one spelling of each."""
    names = rng.sample(NAMES, rng.choice((0, 1, 2, 3)))
    kept = {spelling(name): name for name in names}
    based = definition.get("base", False)
    return [
        {
            "name": name,
            "value": rng.choice((0, 1, 1_000_000, 33_333_333)),
            "base": rng.choice((0, 7_000_000, 250_000_000)) if based else None,
        }
        for name in kept.values()
    ]


def spelling(name: str) -> str:
    """What two spellings of a part have in common, for the names of ``NAMES``."""
    return name.strip().lower().replace("é", "e")


def whole(told: Said | None, definition: Said) -> Said | None:
    """What was said of a year, its parts added up where it has some."""
    if told is None or not told.get("parts"):
        return told
    names = ("value", "base") if definition.get("base", False) else ("value",)
    sums = {name: sum(one[name] for one in told["parts"]) for name in names}
    return {"base": None, "words": None} | sums


def of_declared(found: Figure, told: Sequence[Said | None], definition: Said) -> Figure:
    """The figure of what was declared, with none for the whole where its parts have no sum."""
    if "parts" not in definition or not any(one and one.get("parts") for one in told):
        return found
    if definition["parts"].get("added", True):
        return found
    found = replace(found, reason=None, value=None, numerator=None, denominator=None)
    return replace(found, low=None, high=None, share=None, share_low=None, share_high=None)


def declared_parts(told: Sequence[Said | None], definition: Said) -> dict[str, Figure]:
    """Each part of what several organisations and years said of it."""
    by: dict[str, list[Said]] = {}
    for one in told:
        for part in (one or {}).get("parts", ()):
            by.setdefault(spelling(part["name"]), []).append({**part, "words": None})
    based = definition.get("base", False)
    return {key: aggregates.declared(some, based, False) for key, some in by.items()}


def row_parts(definition: Said, years: Any, rows: Sequence[Row]) -> dict[Any, Figure]:
    """Each value of the field, over the rows that say it, where these look at something."""
    alone = {key: value for key, value in definition.items() if key != "by"}
    by: dict[Any, list[Row]] = {}
    for row in rows:
        by.setdefault(row.fields.get(definition["by"]), []).append(row)
    if definition.get("fact") == "reservation" and beyond(definition):
        # A contract that does not count says nothing of reservations whose value is not said.
        some = by.pop(None, [])
        by |= {None: [one.fact for one in seen(alone, years, some) if one.met is not False]}
    return {
        key: aggregates.of_rows(alone, years, some)
        for key, some in by.items()
        if concerned(alone, years, some)
    }


def concerned(definition: Said, years: Any, rows: Sequence[Row]) -> bool:
    """A share may be of nothing that counts; a number of nothing at all is not told."""
    share = "share" in definition["aggregate"]
    return any(
        (1, 1) in one.futures or (share and one.inside is True and one.met is not None)
        for one in seen(definition, years, rows)
    )


def parted(asker: "Asker", indicator: Said, year: int, found: Figure) -> Figure:
    """A figure with its parts, each beside itself of another year when it is compared."""
    definition = indicator["definition"]
    now, whole_now = _of_year(asker, indicator, year), asker.of_year(indicator, year)
    numbers = {key: shown(one, indicator) for key, one in now.items()}
    shares = {key: share_of(one, whole_now, definition) for key, one in now.items()}
    if "compare" not in definition:
        alone = ((key, one, shares[key], None, None) for key, one in numbers.items())
        return replace(found, parts=tuple(alone))
    other = definition["compare"].get("year") or year - 1
    then = {key: shown(one, indicator) for key, one in _of_year(asker, indicator, other).items()}
    known = None not in (whole_now.value, asker.of_year(indicator, other).value)
    nothing = Fraction(0) if known and definition["aggregate"] in COUNTED else None
    # Nothing of something is no part of it; of nothing, no part can be told.
    none = nothing if whole_now.value else None
    parts = []
    every = [*now.values(), *_of_year(asker, indicator, other).values()]
    scale = scale_of(every, indicator)
    for key in dict.fromkeys((*numbers, *then)):
        number, former = numbers.get(key, nothing), then.get(key, nothing)
        change = None if number is None or former is None else between(scale, number, former)
        if number is not None and former is not None and definition["compare"]["as"] == "rate":
            change = 100 * (number - former) / former if former > 0 else None
        parts.append((key, number, shares.get(key, none), former, change))
    return replace(found, parts=tuple(parts))


def scale_of(figures: list[Figure], indicator: Said) -> str:
    """In what the parts are shown: those of the indicator's own unit may be very small."""
    told = [
        aggregates.in_percent(one) if indicator["kind"] == "percentage" else one for one in figures
    ]
    return "number" if any(one.scale == "number" for one in told) else "percent"


def between(scale: str, number: Fraction, former: Fraction) -> Fraction:
    """By how much a part differs from its former self, both as they are shown."""
    now, then = aggregates.by_eye(scale, number), aggregates.by_eye(scale, former)
    return (now or Fraction(0)) - (then or Fraction(0))


def _of_year(asker: "Asker", indicator: Said, year: int) -> dict[Any, Figure]:
    definition = indicator["definition"]
    if asker.silence(definition, definition, year):
        return {}
    if "by" in definition:
        fact = definition.get("fact", "contract")
        fact = f"in_force {fact}" if definition.get("period") == "in_force" else fact
        return row_parts(definition, asker.years(definition, year), asker.rows(fact))
    return dict(declared_parts(asker.told(indicator, year), definition))


def shown(one: Figure, indicator: Said) -> Fraction | None:
    """The number of a part in the unit that it is shown in."""
    told = aggregates.in_percent(one) if indicator["kind"] == "percentage" else one
    return None if told.value is None else told.value / UNITS.get(told.scale, 1)


def share_of(one: Figure, whole_figure: Figure, definition: Said) -> Fraction | None:
    """A part in percents of the whole, where parts make one."""
    value, total = one.value, whole_figure.value
    if "by" in definition:
        alike = definition["aggregate"] in COUNTED
        total = whole_figure.numerator if alike else None
    elif definition.get("base", False) or not definition["parts"].get("added", True):
        total = None
    if not total or value is None or ("parts" in definition and not 0 <= value <= total):
        return None
    return 100 * value / total
