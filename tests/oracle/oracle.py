"""The figures of a scheme computed again, the plain and slow way, from rows held in memory.

It shares no code with the service. The definitions come from the catalogue of schemes, the rows
from whoever calls (``tests/oracle/rows.py`` makes them of a world, ``tests/oracle/decp.py`` of a
file); sums and averages are added up row by row, in whole numbers and fractions. The bounds of a
figure are the least and the greatest value over all that its rows may still become.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.oracle.bounds import share_bounds, total_bounds
from tests.oracle.seeing import (
    Looked,
    Seen,
    as_years,
    is_of,
    of_none,
    scale_of,
    seen,
    weight,
)

CATALOGUE = Path(__file__).parents[2] / "api/schemes/catalogue"
SHARES = ("share", "sum_share")


@cache
def model(scheme: str) -> dict[str, Any]:
    """A scheme of the catalogue, as written: not to be changed."""
    found: dict[str, Any] = yaml.safe_load((CATALOGUE / f"{scheme}.yaml").read_text("utf-8"))
    return found


def indicators(scheme: str) -> dict[str, dict[str, Any]]:
    """The indicators of a scheme of the catalogue by code, each with a definition of its own.

    ``told_under``: the code under which people answer, when it repeats another.
    """
    written = {one["code"]: one for one in model(scheme)["indicators"]}
    found = {}
    for code, one in written.items():
        root = code
        while "same_as" in written[root]["definition"]:
            root = written[root]["definition"]["same_as"]
        found[code] = one | {"definition": written[root]["definition"], "told_under": root}
    return found


@dataclass(frozen=True)
class Figure:
    """A figure: its numbers are in the units of the tables, shares in exact per cent.

    ``known`` and ``unknown``: how many answers there are, and how many are missing. ``reason``:
    in one word, why there is no value. ``years``: the two figures that were compared.
    ``parts``: (key, rows, share, former share, change).
    ``counted``, ``not_counted`` and ``missing`` are references of rows: those of the numerator,
    the others of the years, those whose answer is missing, and of these those that nobody knows to
    be looked at.
    """

    aggregate: str
    scale: str
    value: Fraction | None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    part_scale: str = "whole"
    base_scale: str = "whole"
    low: Fraction | None = None
    high: Fraction | None = None
    share: Fraction | None = None
    share_low: Fraction | None = None
    share_high: Fraction | None = None
    known: int = 0
    unknown: int = 0
    reason: str | None = None
    words: tuple[str, ...] = ()
    parts: tuple[Any, ...] = ()
    previous: Fraction | None = None
    compared: str | None = None
    years: tuple["Figure", ...] = ()
    counted: frozenset[str] = frozenset()
    not_counted: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()


def figure(
    definition: Mapping[str, Any], years: Collection[int] | int, rows: Iterable[Looked]
) -> Figure:
    """The figure of a definition that counts, adds up or shares out its rows."""
    aggregate, of = definition["aggregate"], definition.get("of")
    some = seen(definition, years, rows)
    missing = [one for one in some if is_missing(one, definition)]
    answered = [one for one in some if is_answered(one, definition)]
    counted = [one for one in answered if one.met]
    numerator = Fraction(sum(weight(one, of) for one in counted))
    denominator = Fraction(sum(weight(one, of) for one in answered))
    share = 100 * numerator / denominator if denominator else None
    shares, unit = share_bounds(some, of), scale_of(of)
    shared = aggregate in SHARES
    low, high = shares if shared else total_bounds(some, of)
    value = share if shared else numerator
    reason = why_not(definition, some, missing, answered, value)
    aside = {one.fact.reference for one in some if is_of(one.fact, as_years(years))}
    return Figure(
        aggregate=aggregate,
        scale="percent" if shared else unit,
        value=None if reason else value,
        numerator=numerator,
        denominator=denominator,
        part_scale=unit,
        base_scale=unit,
        low=low,
        high=high,
        share=share,
        share_low=shares[0],
        share_high=shares[1],
        known=len(answered),
        unknown=len(missing),
        reason=reason,
        counted=references(counted),
        not_counted=frozenset(aside - references(counted) - references(missing)),
        missing=references(missing),
        doubtful=references(one for one in missing if one.inside is None),
    )


def why_not(
    definition: Mapping[str, Any],
    some: Sequence[Seen],
    missing: Sequence[Seen],
    answered: Sequence[Seen],
    value: Fraction | None,
) -> str | None:
    """Why there is no value, None when there is one: to say zero of the unknown would be a lie."""
    of, shared = definition.get("of"), definition["aggregate"] in SHARES
    if shared and value is not None:
        return None
    if shared and answered:
        return "no_weight"
    mute = [one for one in some if one.inside and one.met is not None and of_none(one, of)]
    if not shared and of and any(one.met for one in mute):
        return None if any(one.met for one in answered) else "no_weight_known"
    if shared and mute:
        return "no_weight_known"
    if missing and not answered:
        return "nothing_known"
    return "nothing_looked_at" if shared else None


def references(some: Iterable[Seen]) -> frozenset[str]:
    """Their references."""
    return frozenset(one.fact.reference for one in some)


def is_answered(one: Seen, definition: Mapping[str, Any]) -> bool:
    """Whether a row is looked at, and nothing more need be said of it."""
    return bool(one.inside) and one.met is not None and not is_missing(one, definition)


def is_missing(one: Seen, definition: Mapping[str, Any]) -> bool:
    """Whether something must still be said of a row before the figure is sure."""
    aggregate = definition["aggregate"]
    if one.inside is False:
        return False
    if one.inside is None and one.met is False:
        # It will never be counted: only a share depends on whether it is looked at.
        return aggregate in SHARES
    if one.inside is None or one.met is None:
        return True
    return of_none(one, definition.get("of")) and (bool(one.met) or aggregate == "sum_share")
