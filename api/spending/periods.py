"""When a contract runs and when a spending was paid, in the words of both engines."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import col

from api.contracts.models import Amendment, Contract
from api.spending.models import Spending

# Beyond a century, a number of months is a slip of the file: the end is then not known.
MOST_MONTHS = 1200


class _MonthsAfter(FunctionElement[date]):
    """The same day some months later, or the last of the month that has none such."""

    type = sa.Date()
    inherit_cache = True


@compiles(_MonthsAfter)
def _months_after(element: _MonthsAfter, compiler: SQLCompiler, **options: Any) -> str:
    day, months = (compiler.process(one, **options) for one in element.clauses)
    return f"CAST({day} + make_interval(months => {months}) AS DATE)"


@compiles(_MonthsAfter, "sqlite")
def _months_after_sqlite(element: _MonthsAfter, compiler: SQLCompiler, **options: Any) -> str:
    day, months = (compiler.process(one, **options) for one in element.clauses)
    # SQLite counts the days too many into the next month: the last day of the month caps them.
    last = f"date({day}, 'start of month', (({months}) + 1) || ' months', '-1 day')"
    return f"min(date({day}, ({months}) || ' months'), {last})"


class _DayOfYear(FunctionElement[date]):
    """The first day of a year, or the last."""

    type = sa.Date()
    inherit_cache = True


@compiles(_DayOfYear)
def _day_of_year(element: _DayOfYear, compiler: SQLCompiler, **options: Any) -> str:
    year, month, day = (compiler.process(one, **options) for one in element.clauses)
    return f"make_date({year}, {month}, {day})"


@compiles(_DayOfYear, "sqlite")
def _day_of_year_sqlite(element: _DayOfYear, compiler: SQLCompiler, **options: Any) -> str:
    year, month, day = (compiler.process(one, **options) for one in element.clauses)
    return f"printf('%04d-%02d-%02d', {year}, {month}, {day})"


Expression = sa.ColumnElement[Any]


def paid_between() -> tuple[Expression, Expression]:
    """The days between which a spending was paid: its own day, else its whole civil year."""
    year, day = col(Spending.year), col(Spending.paid_on)
    first = _DayOfYear(year, sa.literal_column("1"), sa.literal_column("1"))
    last = _DayOfYear(year, sa.literal_column("12"), sa.literal_column("31"))
    return sa.func.coalesce(day, first), sa.func.coalesce(day, last)


def runs_between() -> tuple[Expression, Expression]:
    """The first and the last day of a contract; NULL where it is not known.

    A period in months ends on the day of the same number (CCAG, art. 3.2.2), that day included;
    an amendment says the new whole length.
    """
    notified, starts = col(Contract.notified_on), col(Contract.starts_on)
    amended = (
        sa.select(col(Amendment.months))
        .where(col(Amendment.contract_id) == col(Contract.id), col(Amendment.months).is_not(None))
        .order_by(col(Amendment.position).desc())
        .limit(1)
        .correlate(Contract)
        .scalar_subquery()
    )
    said = sa.func.coalesce(amended, col(Contract.months))
    months = sa.case((said.between(1, MOST_MONTHS), said))
    return (
        sa.func.coalesce(notified, starts),
        _MonthsAfter(sa.func.coalesce(starts, notified), months),
    )
