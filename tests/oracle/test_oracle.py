"""The oracle itself: its bounds are those of every way to fill in what is missing, one by one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import pytest

from tests.oracle.aggregates import of_rows
from tests.oracle.asking import catalogued
from tests.oracle.oracle import figure
from tests.oracle.ratios import ratio, terms_of_ratio
from tests.oracle.schemes import Asker
from tests.oracle.seeing import Company, Fact, holds
from tests.oracle.world import World

YEAR = 2025
CHOICES: dict[str, tuple[Any, ...]] = {
    "day": (date(YEAR, 12, 31), date(YEAR + 1, 1, 1)),
    # An amount that nobody said is anything from nothing to more than all the others.
    "amount": (0, 1, 2_500_000, 2_500_001, 10**30),
    "cpv": ("45000000", "03450000"),
    "ccag": ("Travaux", "Pas de CCAG"),
    "marks": ({"x": True}, {"x": False}),
    "companies": ((Company("pme"),), (Company("ge"),)),
}
WHERES: tuple[dict[str, Any], ...] = (
    {"mark": "x"},
    {"any": [{"mark": "x"}, {"supplier": {"field": "size", "one_of": ["micro", "pme"]}}]},
)
PERIMETERS: tuple[dict[str, Any] | None, ...] = (
    None,
    {"field": "amount", "more_than": "25000.00"},
    {"any": [{"field": "cpv", "starts_with": "45"}, {"field": "ccag", "equals": "Travaux"}]},
)


def some_fact(rng: Random, rank: int) -> Fact:
    """A contract with one or two facts left out."""
    values = {name: rng.choice(choices) for name, choices in CHOICES.items()}
    values["amount"] = rng.choice((0, 1, 2_500_000, 2_500_001))
    for name in rng.sample(sorted(CHOICES), rng.choice((0, 1, 2))):
        values[name] = {"marks": {}, "companies": ()}.get(name)
    return Fact(reference=f"R{rank}", kind="marche", **values)


def filled(fact: Fact) -> Iterator[Fact]:
    """Every contract this one may turn out to be."""
    names = [name for name in CHOICES if getattr(fact, name) in (None, (), {})]
    for values in product(*(CHOICES[name] for name in names)):
        yield replace(fact, **dict(zip(names, values, strict=True)))


def plain(definition: dict[str, Any], facts: tuple[Fact, ...]) -> Fraction | None:
    """The figure when everything is known: no logic of three values, no bounds."""
    inside = [
        one
        for one in facts
        if one.day and one.day.year == YEAR and holds(definition["perimeter"], one)
    ]
    met = [one for one in inside if holds(definition["where"], one)]
    totals = [
        sum((one.amount or 0) if "of" in definition else 1 for one in some)
        for some in (met, inside)
    ]
    if "share" not in definition["aggregate"]:
        return Fraction(totals[0])
    return Fraction(100 * totals[0], totals[1]) if totals[1] else None


@pytest.mark.parametrize("aggregate", ["count", "share", "sum", "sum_share"])
@pytest.mark.parametrize("seed", range(60))
def test_the_bounds_are_the_least_and_the_greatest_of_all_that_may_be(
    aggregate: str, seed: int
) -> None:
    rng = Random(seed)  # noqa: S311 - invented data: to be repeated, not to be kept secret
    facts = [some_fact(rng, rank) for rank in range(rng.randint(1, 4))]
    choices = [rng.choice(WHERES), rng.choice(PERIMETERS)]
    if "sum" in aggregate and choices[1] and "field" in choices[1]:
        choices[1] = None  # a criterion on the amount bounds the amount: no scheme asks for that
    definition = {
        "fact": "contract",
        "period": "civil_year",
        "aggregate": aggregate,
        "where": choices[0],
        "perimeter": choices[1],
    } | ({"of": "amount"} if "sum" in aggregate else {})
    found = figure(definition, YEAR, facts)
    worlds = product(*map(filled, facts))
    figures = {one for world in worlds if (one := plain(definition, world)) is not None}
    low, high = (min(figures), max(figures)) if figures else (None, None)
    assert near(found.low, low)
    assert near(found.high, high)
    if not found.missing:
        assert figures <= {found.value}


def near(bound: Fraction | None, reached: Fraction | None) -> bool:
    """Equal, or a bound that an amount growing without end only approaches."""
    if bound is None or reached is None:
        return bound is None and (reached is None or reached >= 10**30)
    return abs(bound - reached) < Fraction(1, 10**15)


# What the bounds must hold, whatever the rows turn out to be; amounts are known, so that the worlds
# are few.
TOLD: tuple[dict[str, Any], ...] = (
    {"aggregate": "average", "of": "amount"},
    {"aggregate": "distinct", "of": "cpv"},
    {
        "aggregate": "ratio",
        "over": {"fact": "contract", "aggregate": "count", "perimeter": PERIMETERS[2]},
    },
)


def certain(definition: dict[str, Any], facts: tuple[Fact, ...]) -> Fraction | None:
    """An average, a number of values or a ratio when everything is known."""
    own = [one for one in facts if one.day and one.day.year == YEAR]
    met = [one for one in own if holds(definition["where"], one)]
    if definition["aggregate"] == "distinct":
        return Fraction(len({one.cpv for one in met}))
    if definition["aggregate"] == "average":
        return Fraction(sum(one.amount or 0 for one in met), len(met)) if met else None
    base = sum(holds(PERIMETERS[2], one) is True for one in own)
    return Fraction(len(met), base) if base else None


@pytest.mark.parametrize("told", TOLD, ids=lambda one: str(one["aggregate"]))
@pytest.mark.parametrize("seed", range(60))
def test_averages_and_ratios_lie_between_their_bounds_whatever_is_answered(
    told: dict[str, Any], seed: int
) -> None:
    rng = Random(seed)  # noqa: S311 - invented data: to be repeated, not to be kept secret
    facts = [some_fact(rng, rank) for rank in range(rng.randint(1, 4))]
    facts = [replace(one, amount=one.amount or 0) for one in facts]
    definition = {"fact": "contract", "where": rng.choice(WHERES)} | told
    if "over" in told:
        found = ratio(
            definition, *(of_rows(one, YEAR, facts) for one in terms_of_ratio(definition))
        )
    else:
        found = of_rows(definition, YEAR, facts)
    if found.value is None:
        return
    worlds = product(*map(filled, facts))
    figures = [one for world in worlds if (one := certain(definition, world)) is not None]
    assert all(found.low is None or found.low <= one for one in figures)
    assert all(found.high is None or one <= found.high for one in figures)
    if not found.unknown:
        assert set(figures) <= {found.value}


def test_every_definition_of_the_catalogue_is_understood() -> None:
    asked = catalogued()
    world = World()
    found = [
        figure
        for scheme in asked.values()
        for figure in Asker(world, scheme.code, scheme.start, scheme.asked, ("nobody",))
        .figures(YEAR)
        .values()
    ]
    assert len(found) == 312
    # Nothing is registered: a total of what is bought and paid is nothing, all else has no value.
    assert {one.aggregate for one in found if one.value is not None} == {"count", "sum"}
    assert not any(one.value for one in found)
