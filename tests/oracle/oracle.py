"""The figures of a scheme computed again, the plain and slow way, from facts held in memory.

It shares no code with the service. The definitions come from the catalogue of schemes, the facts
from whoever calls; the reader of DECP files beside it (tests/oracle/decp.py) is its own as well.

Every fact is true, false or not said (``None``), and so is every criterion (Kleene's logic). A
contract is seen as what it may still become: out of the perimeter, in it and counted, in it and not
counted. The bounds of a figure are the least and the greatest value over all those futures.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import yaml

CATALOGUE = Path(__file__).parents[2] / "api/schemes/catalogue"

Truth = bool | None
Criterion = Mapping[str, Any]


@dataclass(frozen=True)
class Company:
    """What is known of a supplier."""

    size: str | None = None
    ess: Truth = None


@dataclass(frozen=True)
class Fact:
    """What is known of a contract: money in cents, ``day`` the notification or the signature."""

    reference: str
    kind: str
    day: date | None = None
    amount: int | None = None
    cpv: str | None = None
    ccag: str | None = None
    marks: Mapping[str, bool] = field(default_factory=dict)
    companies: tuple[Company, ...] = ()


def indicators(scheme: str) -> dict[str, dict[str, Any]]:
    """The indicators of a scheme of the catalogue that have a definition, by code."""
    model = yaml.safe_load((CATALOGUE / f"{scheme}.yaml").read_text(encoding="utf-8"))
    return {one["code"]: one for one in model["indicators"] if one["definition"]}


def both(values: Iterable[Truth]) -> Truth:
    """Kleene's conjunction."""
    found = set(values)
    return False if False in found else None if None in found else True


def either(values: Iterable[Truth]) -> Truth:
    """Kleene's disjunction."""
    found = set(values)
    return True if True in found else None if None in found else False


def holds(criterion: Criterion | None, fact: Fact) -> Truth:
    """Whether a contract meets a criterion; no criterion is met by all."""
    match criterion:
        case None:
            return True
        case {"all": parts}:
            return both(holds(part, fact) for part in parts)
        case {"any": parts}:
            return either(holds(part, fact) for part in parts)
        case {"mark": code}:
            return fact.marks.get(code)
        case {"supplier": inner}:
            # Nobody said who holds it: anybody may.
            return (
                either(compares(inner, one) for one in fact.companies) if fact.companies else None
            )
        case _:
            return compares(criterion, fact)


def compares(criterion: Criterion, owner: object) -> Truth:
    """Whether one field of a contract, or of a supplier, has the value asked for."""
    value = getattr(owner, criterion["field"])
    if value is None:
        return None
    match {name: asked for name, asked in criterion.items() if name != "field"}:
        case {"equals": asked, **rest} if not rest:
            return bool(value == asked)
        case {"one_of": asked, **rest} if not rest:
            return value in asked
        case {"starts_with": asked, **rest} if not rest:
            return bool(value.startswith(asked))
        case {"more_than": asked, **rest} if not rest:
            return bool(value > Decimal(asked) * 100)
    raise AssertionError(f"the oracle does not know {dict(criterion)}")


class Seen(NamedTuple):
    """A contract before a figure: whether it is looked at, and whether it meets the criterion."""

    fact: Fact
    inside: Truth
    met: Truth

    @property
    def futures(self) -> set[tuple[int, int]]:
        """What it may become: (looked at, counted)."""
        looked = {0, 1} if self.inside is None else {int(self.inside)}
        counted = {0, 1} if self.met is None else {int(self.met)}
        return {(one, one * two) for one in looked for two in counted}


def seen(definition: Mapping[str, Any], year: int, facts: Iterable[Fact]) -> list[Seen]:
    """Every contract before the figure of a civil year."""
    assert definition["fact"] == "contract"
    assert definition["period"] == "civil_year"
    return [
        Seen(
            fact,
            both([is_of(fact, year), holds(definition.get("perimeter"), fact)]),
            holds(definition["where"], fact),
        )
        for fact in facts
    ]


@dataclass(frozen=True)
class Figure:
    """A figure: counts of contracts or cents as integers, shares in exact per cent.

    ``counted``, ``not_counted`` and ``missing`` are references of contracts: those of the
    numerator, the others of the year, those whose answer is missing. ``answered`` is the number of
    contracts in the perimeter whose answer is there. ``empty``: none can be in the perimeter.
    """

    measure: str
    value: Fraction | None
    numerator: int
    denominator: int
    low: Fraction | None
    high: Fraction | None
    share: Fraction | None
    share_low: Fraction | None
    share_high: Fraction | None
    counted: frozenset[str]
    not_counted: frozenset[str]
    missing: frozenset[str]
    answered: int
    empty: bool


def figure(definition: Mapping[str, Any], year: int, facts: Iterable[Fact]) -> Figure:
    """The figure of a definition for a civil year."""
    measure = definition["measure"]
    contracts = seen(definition, year, facts)
    weighed = measure in ("amount", "amount_share")
    missing = [one for one in contracts if is_missing(one, measure)]
    answered = [
        one for one in contracts if one.inside and one not in missing and one.met is not None
    ]
    counted = [one for one in answered if one.met]
    numerator = sum(weight(one, weighed) for one in counted)
    denominator = sum(weight(one, weighed) for one in answered)
    share = Fraction(100 * numerator, denominator) if denominator else None
    shares = share_bounds(contracts, weighed)
    shared = measure in ("share", "amount_share")
    low, high = shares if shared else total_bounds(contracts, weighed)
    # Nothing is known yet: saying zero would be a lie.
    unsaid = bool(missing) and (
        not answered or (weighed and not counted and any(one.inside and one.met for one in missing))
    )
    aside = {one.fact.reference for one in contracts if is_of(one.fact, year)}
    return Figure(
        measure=measure,
        value=share if shared else None if unsaid else Fraction(numerator),
        numerator=numerator,
        denominator=denominator,
        low=low,
        high=high,
        share=share,
        share_low=shares[0],
        share_high=shares[1],
        counted=references(counted),
        not_counted=frozenset(aside - references(counted) - references(missing)),
        missing=references(missing),
        answered=len(answered),
        empty=not any(one.inside is not False for one in contracts),
    )


def references(contracts: Iterable[Seen]) -> frozenset[str]:
    """Their references."""
    return frozenset(one.fact.reference for one in contracts)


def is_of(fact: Fact, year: int) -> Truth:
    """Whether a contract is of a civil year."""
    return None if fact.day is None else fact.day.year == year


def is_missing(one: Seen, measure: str) -> bool:
    """Whether something must still be said of a contract before the figure is sure."""
    if one.inside is False:
        return False
    if one.inside is None and one.met is False:
        # It will never be counted: only a share depends on whether it is looked at.
        return measure in ("share", "amount_share")
    if one.inside is None or one.met is None:
        return True
    without = money(one.fact) is None
    return (measure == "amount" and one.met and without) or (measure == "amount_share" and without)


def money(fact: Fact) -> int | None:
    """The amount that can be added up: nobody is paid less than nothing, so a negative is none."""
    return None if fact.amount is None or fact.amount < 0 else fact.amount


def weight(one: Seen, weighed: bool) -> int:
    """What a contract weighs: one, or its amount; zero while the amount is not said."""
    return (money(one.fact) or 0) if weighed else 1


def total_bounds(contracts: Sequence[Seen], weighed: bool) -> tuple[Fraction, Fraction | None]:
    """The least and the greatest total; no greatest when an unbounded amount may be counted."""
    low = high = 0
    boundless = False
    for one in contracts:
        totals = {counted * weight(one, weighed) for _, counted in one.futures}
        low += min(totals)
        high += max(totals)
        boundless = boundless or (weighed and money(one.fact) is None and (1, 1) in one.futures)
    return Fraction(low), None if boundless else Fraction(high)


def share_bounds(
    contracts: Sequence[Seen], weighed: bool
) -> tuple[Fraction | None, Fraction | None]:
    """The least and the greatest share, in per cent, over the futures in which there is one."""
    unsaid = [one for one in contracts if weighed and money(one.fact) is None]
    low, high = best_share(contracts, weighed, -1), best_share(contracts, weighed, 1)
    # An amount that nobody said may outweigh all the others, and it may be the only one.
    if any((1, 0) in one.futures for one in unsaid):
        low, high = Fraction(0), Fraction(0) if high is None else high
    if any((1, 1) in one.futures for one in unsaid):
        low, high = Fraction(100) if low is None else low, Fraction(100)
    return low, high


def best_share(contracts: Sequence[Seen], weighed: bool, sign: int) -> Fraction | None:
    """The greatest share (``sign`` 1) or the least (-1): Dinkelbach's method, exact on fractions.

    A guess is the best one when no choice of futures beats it: the sum of the best
    ``counted - guess * looked at`` is zero. Each choice that beats it is the next guess.
    """
    choices = [
        [
            (looked * weight(one, weighed), counted * weight(one, weighed))
            for looked, counted in all_
        ]
        for one in contracts
        if (all_ := sorted(one.futures, reverse=True)) != [(0, 0)]
    ]
    picked = [max(some) for some in choices]
    guess = ratio(picked)
    while guess is not None:
        aim = guess
        picked = [max(some, key=lambda two: sign * (two[1] - aim * two[0])) for some in choices]
        better = ratio(picked)
        if better is None or sign * (better - guess) <= 0:
            return guess * 100
        guess = better
    return None


def ratio(picked: Iterable[tuple[int, int]]) -> Fraction | None:
    """Counted over looked at; None when nothing is looked at."""
    looked = counted = 0
    for one, two in picked:
        looked, counted = looked + one, counted + two
    return Fraction(counted, looked) if looked else None
