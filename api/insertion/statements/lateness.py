"""When a statement is due and whether it is late (R-H7), in SQL as in api.rules.hours.calendar.

Days are counted in France. The two engines reckon dates differently: each has its spelling here,
and a test compares both with the pure rule.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from api.kit.days import PARIS, in_utc
from api.rules.hours.calendar import evidence_due_on, is_late
from api.rules.hours.vocabulary import EvidenceFrequency


class DueOn(FunctionElement[date]):
    """The last day to send the evidence: of a month, months to the end of its period, a delay."""

    type = sa.Date()
    inherit_cache = True


class ParisDay(FunctionElement[date]):
    """The day in France of an instant in UTC."""

    type = sa.Date()
    inherit_cache = True


@compiles(DueOn, "sqlite")
def _due_on_sqlite(element: DueOn, compiler: SQLCompiler, **words: Any) -> str:
    month, months, days = (compiler.process(one, **words) for one in element.clauses)
    return f"date({month}, '+' || ({months}) || ' months', '-1 day', '+' || ({days}) || ' days')"


@compiles(DueOn, "postgresql")
def _due_on_postgresql(element: DueOn, compiler: SQLCompiler, **words: Any) -> str:
    month, months, days = (compiler.process(one, **words) for one in element.clauses)
    return f"(CAST({month} + make_interval(months => ({months})::int) AS date) - 1 + {days})"


@compiles(ParisDay, "sqlite")
def _paris_day_sqlite(element: ParisDay, compiler: SQLCompiler, **words: Any) -> str:
    (instant,) = (compiler.process(one, **words) for one in element.clauses)
    # Summer time runs from the last Sunday of March to that of October, at 1 h UTC.
    start, end = (
        f"datetime(strftime('%Y', {instant}) || '-{day}', 'weekday 0', '+1 hour')"
        for day in ("03-25", "10-25")
    )
    summer = f"{instant} >= {start} AND {instant} < {end}"
    return f"date({instant}, CASE WHEN {summer} THEN '+2 hours' ELSE '+1 hours' END)"


@compiles(ParisDay, "postgresql")
def _paris_day_postgresql(element: ParisDay, compiler: SQLCompiler, **words: Any) -> str:
    (instant,) = (compiler.process(one, **words) for one in element.clauses)
    return f"CAST({instant} AT TIME ZONE 'Europe/Paris' AS date)"


def due_on_sql(month: Any, frequency: Any, days: Any) -> DueOn:
    """``evidence_due_on`` in SQL."""
    in_quarter = (sa.extract("month", month) - 1) % 3
    months = sa.case((frequency == EvidenceFrequency.QUARTERLY, 3 - in_quarter), else_=1)
    return DueOn(month, months, days)


def late_sql(submitted_at: Any, due_on: DueOn, today: date) -> sa.ColumnElement[bool]:
    """``is_late`` in SQL."""
    return sa.func.coalesce(ParisDay(submitted_at), sa.bindparam(None, today, sa.Date())) > due_on


def due_and_late(
    month: date,
    submitted_at: datetime | None,
    terms: tuple[EvidenceFrequency, int],
    today: date,
) -> tuple[date, bool]:
    """When the statement of a month is due under a clause's terms, and whether it is late."""
    frequency, days = terms
    due = evidence_due_on(month, days, frequency)
    submitted_on = in_utc(submitted_at).astimezone(PARIS).date() if submitted_at else None
    return due, is_late(submitted_on, due, today)
