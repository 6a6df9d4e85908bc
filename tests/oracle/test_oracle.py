"""The oracle itself: its bounds are those of every way to fill in what is missing, one by one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import pytest

from tests.oracle.oracle import Company, Fact, figure, holds, indicators

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
        sum((one.amount or 0) if "amount" in definition["measure"] else 1 for one in some)
        for some in (met, inside)
    ]
    if "share" not in definition["measure"]:
        return Fraction(totals[0])
    return Fraction(100 * totals[0], totals[1]) if totals[1] else None


@pytest.mark.parametrize("measure", ["count", "share", "amount", "amount_share"])
@pytest.mark.parametrize("seed", range(60))
def test_the_bounds_are_the_least_and_the_greatest_of_all_that_may_be(
    measure: str, seed: int
) -> None:
    rng = Random(seed)  # noqa: S311 - invented data: to be repeated, not to be kept secret
    facts = [some_fact(rng, rank) for rank in range(rng.randint(1, 4))]
    choices = [rng.choice(WHERES), rng.choice(PERIMETERS)]
    if "amount" in measure and choices[1] and "field" in choices[1]:
        choices[1] = None  # a criterion on the amount bounds the amount: no scheme asks for that
    definition = {
        "fact": "contract",
        "period": "civil_year",
        "measure": measure,
        "where": choices[0],
        "perimeter": choices[1],
    }
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


def test_every_definition_of_the_catalogue_is_understood() -> None:
    found = [
        figure(one["definition"], YEAR, [Fact("R1", "marche")])
        for scheme in ("call-2023-2026", "cd40-2023-2029")
        for one in indicators(scheme).values()
    ]
    assert len(found) == 21
    assert all(one.missing == {"R1"} for one in found)
