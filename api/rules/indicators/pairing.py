"""Two numbers of the same rows, one over the other: a row stands in both or in neither.

Participants over the persons expected: sessions of which only one of the two is known would make
a quotient of numbers that are not of the same sessions. What such a row lacks is unknown, in both
terms; a row that stands in one term only (the persons expected at a session that was cancelled)
needs nothing of the other.
"""

from typing import Any, Protocol, Self, TypeVar

from api.rules.indicators.criteria import AllOf, AnyOf, Criterion, Not, SumTest, about
from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.fields import FieldType
from api.rules.indicators.words import Aggregate, Fact

# What is made row by row: a number of different values is not that of any one row.
BY_ROW = frozenset({Aggregate.COUNT, Aggregate.SUM, Aggregate.RATIO})


class Term(Protocol):
    """One of the two terms of a quotient: rows of a fact, and the field added up, if one is."""

    @property
    def fact(self) -> Fact: ...
    @property
    def aggregate(self) -> Aggregate: ...
    @property
    def of(self) -> str | None: ...
    @property
    def within(self) -> Criterion | None: ...
    @property
    def where(self) -> Criterion | None: ...


class Copied(Term, Protocol):
    """The same, of which a copy may be made."""

    def model_copy(self, *, update: dict[str, Any]) -> Self: ...


T = TypeVar("T", bound=Copied)


def same_rows(one: Term, other: Term | None) -> bool:
    """Whether what is known of a row under one term may lack under the other."""
    if other is None or one.fact is not other.fact or one.of == other.of:
        return False
    return {one.aggregate, other.aggregate} <= BY_ROW


# Asked anew for each figure: what is made of criteria that were read needs no reading.
def looked_at(one: Term, other: Term | None) -> Criterion | None:
    """What one term looks at: its perimeter, in the rows that have the number of the other."""
    if other is None or other.of is None or not same_rows(one, other):
        return one.within
    there = _known(one.fact, other.of)
    counted = both(other.within, other.where)
    if counted is not None:
        here = AllOf.model_construct(criteria=(counted, there))
        there = AnyOf.model_construct(criteria=(Not.model_construct(criterion=counted), here))
    return both(one.within, there)


def paired(one: T, other: Term) -> T:
    """The same term in the rows that have the number of the other."""
    narrowed = looked_at(one, other)
    return one if narrowed is one.within else one.model_copy(update={"perimeter": narrowed})


def _known(fact: Fact, of: str) -> Criterion:
    """The number under ``of`` is one that a sum takes: true, or unknown, and never false."""
    with about(fact):
        if FACTS[fact].fields[of].type is FieldType.INTEGER:
            return SumTest.model_construct(field=of, at_least=0)
        # A credit note is below zero, and known.
        least = SumTest.model_construct(field=of, at_least="0")
        less = SumTest.model_construct(field=of, less_than="0")
        return AnyOf.model_construct(criteria=(least, less))


def both(one: Criterion | None, other: Criterion | None) -> Criterion | None:
    """Both criteria as one; None where there is none."""
    if one is None or other is None:
        return one or other
    return AllOf.model_construct(criteria=(one, other))
