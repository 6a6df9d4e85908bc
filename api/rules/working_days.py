"""Which days are worked in France: an administration signs, sends and holds on no other."""

from datetime import date, timedelta
from functools import cache
from typing import Final

# Day and month of the legal holidays that never move (code du travail, art. L3133-1).
_FIXED: Final = (
    (1, 1),
    (5, 1),
    (5, 8),
    (7, 14),
    (8, 15),
    (11, 1),
    (11, 11),
    (12, 25),
)
# Easter Monday, Ascension, Whit Monday: so many days after Easter.
_AFTER_EASTER: Final = (1, 39, 50)
_SATURDAY: Final = 5


def is_worked(day: date) -> bool:
    """Whether a day is neither a Saturday, a Sunday nor a legal holiday (code du travail, art.
    L3133-1)."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year)


def worked_before(day: date) -> date:
    """That day, or the last day worked before it."""
    while not is_worked(day):
        day -= timedelta(days=1)
    return day


def worked_after(day: date) -> date:
    """That day, or the first day worked after it."""
    while not is_worked(day):
        day += timedelta(days=1)
    return day


def worked_of_year(day: date) -> date:
    """That day, or the nearest day worked before it in the same year, else after it."""
    found = worked_before(day)
    return found if found.year == day.year else worked_after(day)


@cache
def holidays(year: int) -> frozenset[date]:
    """The eleven legal holidays of a year."""
    easter = _easter(year)
    fixed = (date(year, month, day) for month, day in _FIXED)
    return frozenset((*fixed, *(easter + timedelta(days=after) for after in _AFTER_EASTER)))


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, ch. 8)."""
    golden = year % 19
    century, years = divmod(year, 100)
    skipped, quarter = divmod(century, 4)
    lunar = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - skipped - lunar + 15) % 30
    leap, rest = divmod(years, 4)
    sunday = (32 + 2 * quarter + 2 * leap - moon - rest) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)
