"""A figure is never told surer than its answers: the least it may be, what it rests on."""

from fractions import Fraction
from typing import Any

import pytest
from msgspec.structs import replace

from api.rules.indicators.comparing import compared
from api.rules.indicators.figures import figure_of
from api.rules.indicators.reading import read_definition
from api.rules.indicators.results import Result
from api.rules.indicators.scales import Scale
from api.rules.indicators.sums import ClassSum, ClassSums, KeyedSums
from api.rules.indicators.words import Aggregate, ComparedAs, Fact

TEN = Result(
    aggregate=Aggregate.COUNT,
    fact=Fact.CONTRACT,
    scale=Scale.WHOLE,
    value=Fraction(10),
    known=20,
    unknown=3,
    low=Fraction(10),
    high=Fraction(13),
)


@pytest.mark.parametrize(
    ("aggregate", "low", "high", "least"),
    [
        (Aggregate.COUNT, 10, 13, True),
        # What is missing changes nothing.
        (Aggregate.COUNT, 10, 10, False),
        (Aggregate.SUM, 10, 13, True),
        (Aggregate.SUM, 10, None, True),
        # Of a sum that may lose too.
        (Aggregate.SUM, 8, 13, False),
        # A row that nobody answered of may bring a value that none has yet.
        (Aggregate.DISTINCT, 10, 13, True),
        (Aggregate.DISTINCT, 10, 10, False),
        # Its base is known, then may grow.
        (Aggregate.RATIO, 10, 13, True),
        (Aggregate.RATIO, 8, 13, False),
        (Aggregate.SHARE, 10, 13, False),
        (Aggregate.AVERAGE, 10, 13, False),
        (Aggregate.DECLARED, 10, 13, False),
    ],
)
def test_what_answers_can_only_add_to_is_the_least_it_may_be(
    aggregate: Aggregate, low: int, high: int | None, least: bool
) -> None:
    top = None if high is None else Fraction(high)
    result = replace(TEN, aggregate=aggregate, low=Fraction(low), high=top)
    assert result.is_least is least
    assert not replace(result, unknown=0).is_least
    assert not replace(result, value=None).is_least
    # What it became since another year may be less as well.
    assert not replace(result, compared=ComparedAs.DIFFERENCE).is_least


PARTED: dict[str, Any] = {
    "version": 2,
    "fact": "reservation",
    "aggregate": "count",
    "by": "basis",
    "compare": {"with": "previous_year", "as": "rate"},
}


def by(**sums: ClassSums) -> KeyedSums:
    """Sums by key; ``_`` is that of the rows of which nobody said it."""
    return KeyedSums({None if key == "_" else key: one for key, one in sums.items()})


def counted(rows: int, doubtful: int = 0) -> ClassSums:
    return ClassSums(tt=ClassSum(rows), tu=ClassSum(doubtful))


def test_a_part_is_no_surer_than_its_whole() -> None:
    """A row of which nobody said the part, or whether it counts, may be of any of them."""
    definition = read_definition(PARTED, ())
    now = figure_of(definition, by(siae=counted(3, 1), ea=counted(0, 0), _=counted(0, 5)))
    then = figure_of(definition, by(siae=counted(3), ea=counted(2)))
    assert {one.key: one.unknown for one in now.parts} == {"siae": 6, None: 5}
    assert {one.key: one.unknown for one in then.parts} == {"siae": 0, "ea": 0}
    assert definition.compare is not None
    found = compared(definition.compare, now, then, 2025)
    # What is gone may be among what is missing of the year, but for what is of another part.
    assert {one.key: one.unknown for one in found.parts} == {"siae": 6, None: 5, "ea": 5}
    assert (found.unknown, found.previous_unknown) == (6, 0)


def test_a_part_tells_which_of_its_missing_answers_are_of_the_former_year() -> None:
    definition = read_definition(PARTED, ())
    assert definition.compare is not None
    now = figure_of(definition, by(siae=counted(3, 1), esat=counted(1)))
    then = figure_of(definition, by(siae=counted(3), ea=counted(2, 4), _=counted(0, 2)))
    found = compared(definition.compare, now, then, 2025)
    told = {one.key: (one.unknown, one.previous_unknown) for one in found.parts}
    assert told == {"siae": (3, 2), "esat": (2, 2), "ea": (6, 6), None: (2, 2)}
    assert (found.unknown, found.previous_unknown) == (7, 6)


@pytest.mark.parametrize(("aggregate", "unknown"), [("share", 9), ("count", 4)])
def test_a_share_may_lose_by_rows_of_no_part_a_number_may_not(aggregate: str, unknown: int) -> None:
    form = {"aggregate": aggregate, "by": "purchase_family", "where": {"mark": "a"}, "version": 2}
    form |= {"perimeter": "all"}
    nameless = ClassSums(tt=ClassSum(1), tf=ClassSum(5), tu=ClassSum(2))
    sums = by(works=ClassSums(tt=ClassSum(3), tf=ClassSum(2), tu=ClassSum(1)), _=nameless)
    found = figure_of(read_definition(form, {"a"}), sums)
    assert {one.key: one.unknown for one in found.parts}["works"] == unknown


def test_a_rate_says_on_how_many_known_rows_it_rests() -> None:
    rows = ClassSums(tt=ClassSum(2, 30, 0), tf=ClassSum(1, 70, 0), tu=ClassSum(4))
    for form, rests in [
        ({"aggregate": "share", "perimeter": "all", "where": {"mark": "a"}}, 3),
        ({"aggregate": "sum_share", "of": "amount", "perimeter": "all", "where": {"mark": "a"}}, 3),
        ({"aggregate": "average", "of": "offers_received", "where": {"mark": "a"}}, 2),
    ]:
        assert figure_of(read_definition(form, {"a"}), rows).rests_on == rests
    over = {
        "aggregate": "ratio",
        "where": {"mark": "a"},
        "over": {"aggregate": "count", "perimeter": "all"},
    }
    base = ClassSums(tt=ClassSum(7))
    assert figure_of(read_definition(over, {"a"}), rows, base).rests_on == 7
