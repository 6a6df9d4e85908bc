"""When the spending of the demonstration was paid, and under which mandate: invented."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from api.rules.working_days import worked_of_year
from api.spending.keys import mandate_key
from api.spending.models import Spending

# Of the year that is running, nothing is paid later unless it was bought later.
_AS_OF: Final = date(2026, 9, 1)


def paid_on(
    rng: Random, year: int, bought_on: date | None = None, ends_on: date | None = None
) -> date:
    """A working day of a year: of a contract, from its notification to soon after its end; else,
    as soon as it may be in that year."""
    first = date(year, 1, 5)
    if bought_on is not None:
        first = max(first, bought_on + timedelta(days=1))
    last = min(date(year, 12, 18), _AS_OF)
    if ends_on is not None:
        last = min(last, ends_on + timedelta(days=45))
    day = first + timedelta(days=rng.randint(0, max(0, (last - first).days)))
    return worked_of_year(min(day, date(year, 12, 31)))


def number(lines: Sequence[Spending]) -> None:
    """Give each payment the number of its mandate: those of a year follow its days."""
    ranks: Counter[int] = Counter()
    told = (one for one in lines if one.paid_on is not None)
    for line in sorted(told, key=lambda one: (one.paid_on, one.payee_siret or "", one.amount)):
        ranks[line.year] += 1
        line.mandate_number = f"{line.year % 100}M{ranks[line.year]:04d}"
        line.import_key = mandate_key(line.year, line.mandate_number, None)
