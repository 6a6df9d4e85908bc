"""A figure compared with another year: what is unknown of either stays unknown."""

from fractions import Fraction
from typing import Any

import pytest

from api.rules.indicators.comparing import compared
from api.rules.indicators.figures import figure_of
from api.rules.indicators.reading import read_definition
from api.rules.indicators.results import Result
from api.rules.indicators.scales import Scale, as_read
from api.rules.indicators.sums import ClassSum, ClassSums, Source
from api.rules.indicators.vocabulary import Definition

MARK = {"mark": "a"}
UNKNOWN = ClassSums(tu=ClassSum(1))


def _definition(**form: Any) -> Definition:
    return read_definition(form, {"a"})


def _counted(rows: int, weight: int = 0, without: int = 0) -> ClassSums:
    return ClassSums(tt=ClassSum(rows, weight, without))


def _became(form: str, now: Source, then: Source, **definition: Any) -> Result:
    compare = {"with": "previous_year", "as": form}
    made = _definition(**{"aggregate": "count", "where": MARK, **definition}, compare=compare)
    assert made.compare is not None
    return compared(made.compare, figure_of(made, now), figure_of(made, then), 2026)


def test_a_difference_is_what_was_added_since_the_year_before() -> None:
    result = _became("difference", _counted(5), _counted(8))
    assert (result.value, result.previous, result.low, result.high) == (
        Fraction(-3),
        Fraction(8),
        Fraction(-3),
        Fraction(-3),
    )
    assert result.share is None


def test_what_is_unknown_of_either_year_stays_unknown() -> None:
    doubtful = ClassSums(tt=ClassSum(8), tu=ClassSum(2))
    result = _became("difference", _counted(5), doubtful)
    assert (result.value, result.low, result.high, result.unknown) == (
        Fraction(-3),
        Fraction(-5),
        Fraction(-3),
        2,
    )
    endless = _became("difference", _counted(2, 5, 1), _counted(1, 3), aggregate="sum", of="amount")
    assert (endless.value, endless.low, endless.high) == (Fraction(2), Fraction(2), None)


def test_a_difference_is_that_of_the_figures_that_are_read() -> None:
    # 14,125 is read 14,13: less 16,75, it is 2,62 less for who reads both, not 2,625.
    now, then = ClassSums(tt=ClassSum(4, 5650)), ClassSums(tt=ClassSum(2, 3350))
    score = {"fact": "evaluation", "aggregate": "average", "of": "score", "where": None}
    result = _became("difference", now, then, **score)
    assert result.numerator is not None
    assert result.value == Fraction(-262) == result.numerator - (result.previous or 0)
    assert (result.low, result.high) == (Fraction(-262), Fraction(-262))


@pytest.mark.parametrize(
    ("scale", "value", "read"),
    [
        (Scale.NUMBER, Fraction(1, 8), Fraction(13, 100)),
        (Scale.NUMBER, Fraction(-1, 8), Fraction(-13, 100)),
        (Scale.NUMBER, Fraction(42, 10**4), Fraction(42, 10**4)),
        (Scale.NUMBER, Fraction(1, 300), Fraction(33, 10**4)),
        (Scale.EUROS, Fraction(1, 2), Fraction(1)),
        (Scale.HOURS, Fraction(1, 3), Fraction(32, 100)),
        (Scale.WHOLE, Fraction(3), Fraction(3)),
    ],
)
def test_a_figure_is_read_with_two_decimals(scale: Scale, value: Fraction, read: Fraction) -> None:
    assert as_read(scale, value) == read


def test_a_rate_is_in_percents_of_the_former_figure() -> None:
    doubtful = ClassSums(tt=ClassSum(8), tu=ClassSum(2))
    result = _became("rate", _counted(6), doubtful)
    assert (result.value, result.low, result.high) == (Fraction(-25), Fraction(-40), Fraction(-25))
    assert result.scale is Scale.PERCENT


@pytest.mark.parametrize(
    ("form", "now", "then", "reason"),
    [
        ("rate", _counted(6), ClassSums(), "la valeur de 2025 est nulle ou négative"),
        ("difference", _counted(6), UNKNOWN, "pas de valeur en 2025"),
        ("rate", UNKNOWN, _counted(6), "aucun contrat dont la réponse est connue"),
    ],
)
def test_a_comparison_without_a_term_says_which_year(
    form: str, now: ClassSums, then: ClassSums, reason: str
) -> None:
    result = _became(form, now, then)
    assert (result.value, result.low, result.high) == (None, None, None)
    assert result.reason == f"non calculable : {reason}"


def test_a_share_is_compared_in_points() -> None:
    now = ClassSums(tt=ClassSum(3), tf=ClassSum(1))
    then = ClassSums(tt=ClassSum(1), tf=ClassSum(1))
    result = _became("difference", now, then, aggregate="share", perimeter="all")
    assert (result.value, result.scale) == (Fraction(25), Scale.PERCENT)


def test_a_year_of_few_answers_is_not_hidden_by_one_well_known() -> None:
    few, well = ClassSums(tt=ClassSum(2), tu=ClassSum(8)), _counted(90)
    for now, then in ((few, well), (well, few)):
        result = _became("difference", now, then)
        assert result.completeness == Fraction(92, 100)
        assert not result.firm
    assert _became("difference", well, ClassSums(tt=ClassSum(6), tu=ClassSum(4))).firm


def test_years_that_nothing_bounds_and_few_answers_make_are_not_told_alone() -> None:
    few = ClassSums(tt=ClassSum(9, 30, 7))
    result = _became("difference", few, few, aggregate="average", of="offers_received")
    assert (result.low, result.high, result.firm) == (None, None, False)
