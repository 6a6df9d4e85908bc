"""Days on which an administration works."""

from datetime import date

import pytest

from api.rules.working_days import (
    holidays,
    is_worked,
    worked_after,
    worked_before,
    worked_of_year,
)


@pytest.mark.parametrize(
    ("year", "easter_monday", "ascension", "whit_monday"),
    [
        (2023, date(2023, 4, 10), date(2023, 5, 18), date(2023, 5, 29)),
        (2024, date(2024, 4, 1), date(2024, 5, 9), date(2024, 5, 20)),
        (2025, date(2025, 4, 21), date(2025, 5, 29), date(2025, 6, 9)),
        (2026, date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25)),
        (2038, date(2038, 4, 26), date(2038, 6, 3), date(2038, 6, 14)),
    ],
)
def test_the_holidays_that_follow_easter_are_those_of_the_calendar(
    year: int, easter_monday: date, ascension: date, whit_monday: date
) -> None:
    assert {easter_monday, ascension, whit_monday} <= holidays(year)
    assert len(holidays(year)) == 11


def test_no_one_works_on_a_saturday_a_sunday_or_a_holiday() -> None:
    off = [date(2026, 9, 26), date(2026, 9, 27), date(2026, 7, 14), date(2024, 12, 25)]
    assert not any(map(is_worked, off))
    assert is_worked(date(2026, 9, 28))


def test_a_day_off_is_moved_before_or_after_it_and_within_its_year() -> None:
    assert worked_before(date(2024, 4, 1)) == date(2024, 3, 29)
    assert worked_after(date(2024, 5, 8)) == date(2024, 5, 10)
    assert worked_of_year(date(2023, 1, 1)) == date(2023, 1, 2)
    assert worked_of_year(date(2023, 5, 1)) == date(2023, 4, 28)
