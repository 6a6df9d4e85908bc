"""An average of marks out of 20 never passes 20, whatever is missing."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.rules.indicators.bounds import of_average
from api.rules.indicators.figures import figure_of
from api.rules.indicators.reading import read_definition
from api.rules.indicators.results import Result, compute
from api.rules.indicators.scales import Scale, greatest
from api.rules.indicators.sums import ClassSum, ClassSums
from api.rules.indicators.words import Aggregate, Fact

TOP = 2000


def _average(**classes: ClassSum) -> Result:
    return compute(Aggregate.AVERAGE, ClassSums(**classes), Fact.EVALUATION, Scale.SCORE)


def test_one_row_in_doubt_does_not_weigh_more_than_the_scale() -> None:
    found = _average(tt=ClassSum(1, 900), tu=ClassSum(4, 4000))
    # Two of the four have 20 and do not count, the others have nothing.
    assert found.low == Fraction(900, 3)
    assert found.high == Fraction(900 + 4000, 3)


def test_a_mark_that_nobody_gave_is_20_at_most() -> None:
    found = _average(tt=ClassSum(4, 3000, 1))
    assert (found.low, found.high) == (Fraction(3000, 4), Fraction(5000, 4))
    assert _average(uu=ClassSum(3, 0, 3)).high == TOP
    assert _average(tu=ClassSum(2, 500)).high == 500


def test_what_is_in_doubt_and_low_does_not_raise_the_bound_of_what_is_sure() -> None:
    assert _average(tt=ClassSum(2, 3000), tu=ClassSum(5, 100)).high == 1500


def test_only_marks_have_a_top() -> None:
    assert [one for one in Scale if greatest(one) is not None] == [Scale.SCORE]
    found = compute(
        Aggregate.AVERAGE, ClassSums(tt=ClassSum(2, 10, 1)), Fact.CONSULTATION, Scale.WHOLE
    )
    assert found.high is None


def test_marks_added_up_have_a_top_too() -> None:
    over = {"fact": "evaluation", "aggregate": "count", "perimeter": "all"}
    form = {"fact": "evaluation", "aggregate": "ratio", "of": "score", "over": over}
    known = {"rows": 3, "weight": 1500}
    ratio = figure_of(
        read_definition(form, set()),
        ClassSums(tt=ClassSum(**known), ut=ClassSum(1, 0, 1)),
        ClassSums(tt=ClassSum(3), ut=ClassSum(1)),
    )
    assert ratio.high == Fraction(1500 + TOP, 3)


MARK = st.one_of(st.none(), st.integers(0, TOP))


@given(sure=st.lists(MARK, max_size=4), maybe=st.lists(MARK, max_size=4), data=st.data())
def test_the_interval_holds_every_average_that_may_be(
    sure: list[int | None], maybe: list[int | None], data: st.DataObject
) -> None:
    found = _average(tt=_summed(sure), tu=_summed(maybe))
    kept = [one for one in maybe if data.draw(st.booleans())]
    marks = [data.draw(st.integers(0, TOP)) if one is None else one for one in (*sure, *kept)]
    if marks:
        assert found.low is not None
        assert found.high is not None
        assert found.low <= Fraction(sum(marks), len(marks)) <= found.high <= TOP


def _summed(marks: Sequence[int | None]) -> ClassSum:
    return ClassSum(len(marks), sum(one or 0 for one in marks), marks.count(None))


@pytest.mark.parametrize("scale", [Scale.SCORE, Scale.WHOLE])
@given(
    sure=st.lists(st.integers(0, TOP), max_size=4), maybe=st.lists(st.integers(0, TOP), max_size=6)
)
def test_no_set_of_the_rows_in_doubt_leaves_the_interval(
    scale: Scale, sure: list[int], maybe: list[int]
) -> None:
    sums = ClassSums(tt=_summed(sure), tu=_summed(maybe[::2]), uu=_summed(maybe[1::2]))
    found = compute(Aggregate.AVERAGE, sums, Fact.EVALUATION, scale)
    for size in range(len(maybe) + 1):
        for kept in combinations(maybe, size):
            weights = [*sure, *kept]
            if weights:
                assert found.low is not None
                assert found.high is not None
                assert found.low <= Fraction(sum(weights), len(weights)) <= found.high


def test_one_row_in_doubt_has_its_own_number() -> None:
    found = compute(
        Aggregate.AVERAGE,
        ClassSums(tt=ClassSum(2, 8), tu=ClassSum(1, 4)),
        Fact.CONSULTATION,
        Scale.WHOLE,
    )
    assert (found.low, found.high) == (4, 4)


@given(data=st.data(), rows=st.integers(1, 3), known=st.integers(0, 2))
def test_the_least_average_is_that_of_rows_that_have_the_same_sum(
    data: st.DataObject, rows: int, known: int
) -> None:
    top = 4
    weight = data.draw(st.integers(0, rows * top))
    sure = ClassSum(known, data.draw(st.integers(0, known * top)))
    reached = [
        Fraction(sure.weight + sum(kept), known + len(kept))
        for some in product(range(top + 1), repeat=rows)
        if sum(some) == weight
        for size in range(rows + 1)
        for kept in combinations(some, size)
        if known + len(kept)
    ]
    found = of_average(sure, ClassSum(rows, weight), top)
    assert (found.low, found.high) == (min(reached), max(reached))


@pytest.mark.parametrize("weight", [0, 1999, 2000, 2001, 4000])
def test_the_bound_is_reached_by_the_fewest_rows_that_hold_what_is_in_doubt(weight: int) -> None:
    found = _average(tt=ClassSum(1, 0), tu=ClassSum(2, weight))
    ways = [Fraction(min(weight, TOP * rows), 1 + rows) for rows in (0, 1, 2)]
    assert found.high == max(ways)
