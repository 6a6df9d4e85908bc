"""Months, eligibility and due days fall on the day the rule says, both sides of each boundary."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.rules.hours.calendar import (
    add_months,
    eligible_until,
    evidence_due_on,
    is_late,
    month_end,
    month_of,
    reminder_stage,
)
from api.rules.hours.french import RefusedValueError
from api.rules.hours.vocabulary import EvidenceFrequency

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31))
DUE = date(2026, 3, 15)
MONTHLY, QUARTERLY = EvidenceFrequency.MONTHLY, EvidenceFrequency.QUARTERLY


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 15), 2, date(2027, 1, 15)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months_are_added_with_the_last_day_when_there_is_no_such_day(
    day: date, months: int, expected: date
) -> None:
    assert add_months(day, months) == expected


@given(DAYS, st.integers(min_value=-200, max_value=200))
def test_adding_months_moves_by_exactly_that_many_months(day: date, months: int) -> None:
    found = add_months(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or found == month_end(found)


def test_a_month_is_its_first_day_and_ends_on_its_last() -> None:
    assert month_of(date(2024, 2, 29)) == date(2024, 2, 1)
    assert month_end(date(2024, 2, 1)) == date(2024, 2, 29)
    assert month_end(date(2026, 12, 5)) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("entered_on", "months", "last"),
    [
        (date(2024, 1, 15), 24, date(2026, 1, 14)),
        (date(2024, 1, 1), 24, date(2025, 12, 31)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2026, 2, 28), 12, date(2027, 2, 27)),
    ],
)
def test_eligibility_ends_on_the_eve_of_its_anniversary(
    entered_on: date, months: int, last: date
) -> None:
    assert eligible_until(entered_on, months) == last


def test_eligibility_lasts_24_months_unless_said() -> None:
    assert eligible_until(date(2024, 3, 1)) == date(2026, 2, 28)


@given(DAYS)
def test_24_months_of_eligibility_touch_24_or_25_months(entered_on: date) -> None:
    last = eligible_until(entered_on)
    touched = (last.year - entered_on.year) * 12 + last.month - entered_on.month + 1
    assert touched == (24 if entered_on.day == 1 else 25)


def test_an_eligibility_without_a_month_is_refused() -> None:
    with pytest.raises(RefusedValueError, match="un mois au moins"):
        eligible_until(date(2026, 1, 1), 0)


@pytest.mark.parametrize(
    ("month", "delay", "frequency", "due_on"),
    [
        (date(2026, 1, 1), 15, MONTHLY, date(2026, 2, 15)),
        (date(2026, 1, 1), 0, MONTHLY, date(2026, 1, 31)),
        (date(2026, 1, 1), 15, QUARTERLY, date(2026, 4, 15)),
        (date(2026, 3, 1), 15, QUARTERLY, date(2026, 4, 15)),
        (date(2026, 4, 1), 0, QUARTERLY, date(2026, 6, 30)),
        (date(2026, 11, 1), 10, QUARTERLY, date(2027, 1, 10)),
    ],
)
def test_evidence_is_due_after_its_month_or_its_calendar_quarter(
    month: date, delay: int, frequency: EvidenceFrequency, due_on: date
) -> None:
    assert evidence_due_on(month, delay, frequency) == due_on


def test_a_negative_delay_is_refused() -> None:
    with pytest.raises(RefusedValueError) as refusal:
        evidence_due_on(date(2026, 1, 1), -1, MONTHLY)
    assert refusal.value.field == "delay_days"


def test_the_due_day_itself_is_in_time() -> None:
    after = DUE + timedelta(days=1)
    assert not is_late(DUE, DUE, today=after)
    assert is_late(after, DUE, today=after)


def test_what_has_not_come_is_late_from_the_day_after() -> None:
    assert not is_late(None, DUE, today=DUE)
    assert is_late(None, DUE, today=DUE + timedelta(days=1))


def test_what_came_in_time_stays_in_time() -> None:
    assert not is_late(DUE - timedelta(days=2), DUE, today=DUE + timedelta(days=99))


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        (-6, None),
        (-5, "J-5"),
        (0, "J-5"),
        (1, "J+1"),
        (7, "J+1"),
        (8, "J+8"),
        (40, "J+8"),
    ],
)
def test_a_reminder_stage_begins_on_its_day_and_lasts_until_the_next(
    days: int, stage: str | None
) -> None:
    assert reminder_stage(DUE, DUE + timedelta(days=days)) == stage
