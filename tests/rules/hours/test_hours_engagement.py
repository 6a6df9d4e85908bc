"""The engagement follows its changes, what is due is exact, the pace is told without flattery."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.rules.hours.engagement import (
    Change,
    deltas,
    due,
    elapsed_share,
    engaged,
    order_hours,
    projection,
    shortage,
)
from api.rules.hours.french import RefusedValueError
from api.rules.hours.vocabulary import ChangeKind

START, END = date(2026, 1, 1), date(2026, 4, 10)  # 100 days, both ends included
LATER = date(2030, 1, 1)
ADDING = (ChangeKind.ORDER, ChangeKind.TRANCHE)
SETTING = (ChangeKind.AMENDMENT, ChangeKind.TERMINATION, ChangeKind.CORRECTION)


def plain(text: str) -> str:
    """The same text with ordinary spaces."""
    return " ".join(text.split())


def changed(day: int, kind: ChangeKind, hours: int, sequence: int = 1) -> Change:
    adding = kind in ADDING
    return Change(
        START + timedelta(days=day),
        kind,
        None if adding else hours,
        hours if adding else None,
        sequence,
    )


CHANGES = st.lists(
    st.builds(
        changed,
        st.integers(min_value=0, max_value=5),
        st.sampled_from(list(ChangeKind)),
        st.integers(min_value=0, max_value=4000),
    ),
    max_size=6,
).map(
    lambda found: [
        Change(one.on, one.kind, one.total, one.added, place) for place, one in enumerate(found)
    ]
)


@pytest.mark.parametrize("kind", SETTING)
def test_an_amendment_a_termination_or_a_correction_sets_the_total(kind: ChangeKind) -> None:
    assert deltas(800, [changed(1, kind, 600)]) == [-200]
    assert engaged(800, [changed(1, kind, 600)], LATER) == 600


@pytest.mark.parametrize("kind", ADDING)
def test_an_order_or_a_tranche_adds(kind: ChangeKind) -> None:
    assert deltas(800, [changed(1, kind, 600)]) == [600]
    assert engaged(800, [changed(1, kind, 600)], LATER) == 1400


def test_a_change_counts_from_its_own_day() -> None:
    order = changed(10, ChangeKind.ORDER, 400)
    assert engaged(0, [order], order.on - timedelta(days=1)) == 0
    assert engaged(0, [order], order.on) == 400


def test_changes_of_one_day_follow_their_sequence_whatever_their_order() -> None:
    changes = [
        changed(1, ChangeKind.ORDER, 100, 1),
        changed(1, ChangeKind.AMENDMENT, 1000, 2),
        changed(1, ChangeKind.ORDER, 40, 3),
    ]
    for some in permutations(changes):
        assert engaged(0, some, LATER) == 1040
    assert deltas(0, changes) == [100, 900, 40]
    assert deltas(0, changes[::-1]) == [40, 900, 100]


@given(st.integers(min_value=0, max_value=4000), CHANGES)
def test_the_deltas_add_up_to_the_engagement(initial: int, changes: list[Change]) -> None:
    assert initial + sum(deltas(initial, changes)) == engaged(initial, changes, LATER)


def test_an_unknown_engagement_stays_so_until_a_total_is_set() -> None:
    order, amendment = changed(1, ChangeKind.ORDER, 100), changed(2, ChangeKind.AMENDMENT, 900)
    after = changed(3, ChangeKind.ORDER, 50)
    assert engaged(None, [], LATER) is None
    assert engaged(None, [order], LATER) is None
    assert engaged(None, [order, amendment, after], LATER) == 950


@pytest.mark.parametrize(
    ("kind", "total", "added", "field"),
    [
        *((kind, 100, None, "added") for kind in ADDING),
        *((kind, 100, 100, "added") for kind in ADDING),
        *((kind, None, None, "added") for kind in ADDING),
        *((kind, None, 100, "total") for kind in SETTING),
        *((kind, 100, 100, "total") for kind in SETTING),
        (ChangeKind.ORDER, None, -1, "added"),
        (ChangeKind.CORRECTION, -1, None, "total"),
    ],
)
def test_a_change_says_either_a_total_or_an_addition(
    kind: ChangeKind, total: int | None, added: int | None, field: str
) -> None:
    with pytest.raises(RefusedValueError) as refusal:
        Change(START, kind, total, added, 1)
    assert refusal.value.field == field


def test_a_termination_may_leave_nothing() -> None:
    assert engaged(800, [changed(1, ChangeKind.TERMINATION, 0)], LATER) == 0


@pytest.mark.parametrize(
    ("day", "hours"),
    [(-400, 0), (-1, 0), (0, 4), (1, 8), (49, 200), (98, 396), (99, 400), (100, 400), (999, 400)],
)
def test_hours_due_follow_the_elapsed_days_both_ends_included(day: int, hours: int) -> None:
    """R-P1: the engagement in proportion of the elapsed days."""
    assert due(400, START, END, START + timedelta(days=day)) == hours


def test_hours_due_are_rounded_once_to_the_nearest_quarter() -> None:
    # A third of 401 quarters is 133.67, two thirds 267.33.
    end = START + timedelta(days=2)
    assert [due(401, START, end, START + timedelta(days=day)) for day in range(3)] == [
        134,
        267,
        401,
    ]


def test_hours_due_are_unknown_without_dates_or_engagement() -> None:
    assert due(400, None, END, END) is None
    assert due(400, START, None, START) is None
    assert due(None, START, END, END) is None
    assert due(0, START, END, END) == 0


def test_a_clause_of_one_day_is_due_on_that_day() -> None:
    assert due(40, START, START, START - timedelta(days=1)) == 0
    assert due(40, START, START, START) == 40


def test_a_clause_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(RefusedValueError, match="précède son début"):
        due(40, END, START, START)


@given(
    st.integers(min_value=0, max_value=10**6),
    st.integers(min_value=0, max_value=400),
    st.integers(min_value=-10, max_value=410),
)
def test_hours_due_never_fall_and_stay_within_the_engagement(
    hours: int, length: int, day: int
) -> None:
    end, at = START + timedelta(days=length), START + timedelta(days=day)
    now, tomorrow = due(hours, START, end, at), due(hours, START, end, at + timedelta(days=1))
    assert now is not None
    assert tomorrow is not None
    assert 0 <= now <= tomorrow <= hours
    days = sum(START <= START + timedelta(days=one) <= at for one in range(length + 1))
    assert elapsed_share(START, end, at) == Fraction(days, length + 1)


def test_the_pace_is_prolonged_to_the_end() -> None:
    found = projection(124, START, END, START + timedelta(days=49), engaged=400)
    assert found is not None
    assert (found.hours, found.rate) == (248, 620_000)
    assert plain(found.sentence) == "à ce rythme, 62 %"


def test_a_pace_without_an_engagement_is_told_in_hours() -> None:
    found = projection(124, START, END, START + timedelta(days=49))
    assert found is not None
    assert found.rate is None
    assert plain(found.sentence) == "à ce rythme, 62 h à la fin"


@pytest.mark.parametrize("unknown", [None, 0])
def test_no_rate_is_worked_out_on_an_unknown_or_null_engagement(unknown: int | None) -> None:
    found = projection(10, START, END, END, engaged=unknown)
    assert found is not None
    assert found.rate is None
    assert plain(found.sentence) == "2,5 h à la fin"


def test_nothing_is_projected_before_the_start_or_from_the_unknown() -> None:
    assert projection(0, START, END, START - timedelta(days=1), engaged=400) is None
    assert projection(None, START, END, END, engaged=400) is None
    assert projection(10, None, END, END, engaged=400) is None
    assert projection(10, START, None, END, engaged=400) is None


def test_the_first_day_already_gives_a_pace() -> None:
    found = projection(4, START, END, START, engaged=400)
    assert found is not None
    assert (found.hours, found.rate) == (400, 1_000_000)


def test_no_hours_yet_is_a_pace_of_zero() -> None:
    found = projection(0, START, END, START, engaged=400)
    assert found is not None
    assert (found.hours, found.rate, plain(found.sentence)) == (0, 0, "à ce rythme, 0 %")


def test_after_the_end_the_figure_is_no_longer_a_pace() -> None:
    found = projection(248, START, END, END + timedelta(days=30), engaged=400)
    assert found is not None
    assert (found.hours, plain(found.sentence)) == (248, "à la fin, 62 %")


def test_just_under_the_engagement_never_reads_as_the_whole_of_it() -> None:
    sentences = {
        validated: projection(validated, START, END, END, engaged=1000)
        for validated in (994, 995, 999, 1000)
    }
    told = {key: plain(one.sentence) for key, one in sentences.items() if one is not None}
    assert told == {
        994: "à la fin, 99 %",
        995: "à la fin, un peu moins de 100 %",
        999: "à la fin, un peu moins de 100 %",
        1000: "à la fin, 100 %",
    }


def test_an_order_brings_the_hours_of_the_formula() -> None:
    assert order_hours(100_000_00, 800_000, 50_000, 2000) == 200 * 4


@pytest.mark.parametrize(
    ("promised", "validated", "missing"),
    [(400, 300, 100), (400, 400, 0), (400, 401, 0), (None, 300, None), (400, None, None)],
)
def test_the_shortage_is_never_under_zero_nor_guessed(
    promised: int | None, validated: int | None, missing: int | None
) -> None:
    """R-P1: what is engaged and not validated."""
    assert shortage(promised, validated) == missing
