"""Empty registers: one that holds nothing of a year says nothing of it, unless another one does.

A zero is told where something says that there was nothing to enter: contracts that all say that
they are not reserved, months declared without an hour.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.models import Contract, ContractMark
from api.indicators.engine import Counted, Key, Where
from api.indicators.facts.source import By, sql, year_of
from api.indicators.judging import Ask
from api.indicators.period import Years
from api.indicators.portion import Portion
from api.insertion.clauses.models import Clause
from api.insertion.statements.models import Statement
from api.rules.hours.vocabulary import StatementState
from api.rules.indicators.sums import ClassSums
from api.rules.indicators.words import Fact

# Registers that people keep: one that holds nothing of a year says nothing of that year. A buyer
# that pays nothing at all has not entered what it pays.
KEPT_BY_PEOPLE = frozenset(
    {
        Fact.ACTION,
        Fact.CLAUSE,
        Fact.CONSULTATION,
        Fact.EVALUATION,
        Fact.EVENT,
        Fact.HOURS_LINE,
        Fact.PROJECT,
        Fact.RESERVATION,
        Fact.SOURCING,
        Fact.SPENDING,
        Fact.TARGETED_ACTION,
    }
)

Told = sa.Select[tuple[Any]]


def with_real_zeros(
    session: Session,
    asks: Sequence[Ask],
    counted: Mapping[Key, Counted],
    organisations: Sequence[UUID],
    portion: Portion,
    years: Years,
    span: Years,
) -> dict[Key, Counted]:
    """The same sums, and empty ones for the years of which something says that there is nothing:
    of the years asked for, and of the whole ``span`` where a quantity looks at former ones.

    One more statement for each register that may be empty and holds nothing of one of the years.
    """
    found = dict(counted)
    nothing: dict[Fact, set[int]] = {}
    for ask in asks:
        if ask.fact not in _DENIED:
            continue
        for quantity in ask.quantities:
            sums = found.get((ask.period, quantity), {})
            first, last = span if quantity in ask.former else years
            missing = set(range(first, last + 1)) - {where.year for where in sums}
            if missing and ask.fact not in nothing:
                statement = _DENIED[ask.fact](organisations, span, portion)
                nothing[ask.fact] = set(session.scalars(statement))
            zeros = missing & nothing.get(ask.fact, set())
            found[ask.period, quantity] = sums | {Where(None, year): ClassSums() for year in zeros}
    return found


def _declared_without_hours(organisations: Sequence[UUID], years: Years, portion: Portion) -> Told:
    """The years of which a month was validated, be it without any line."""
    year = year_of(sql(Statement.month))
    statement = sa.select(year).where(
        col(Statement.buyer_id).in_(organisations),
        col(Statement.state) == StatementState.VALIDATED,
        _within(col(Statement.month), years),
    )
    if portion.by:
        # Said to be of it: the month of a clause that may be of another says nothing of this one.
        own = sa.func.coalesce(col(Clause.purchase_family), col(Contract.purchase_family))
        told = {By.DIRECTORATE: sql(Contract.directorate_id), By.FAMILY: own}
        statement = statement.where(
            col(Statement.clause_id).in_(
                sa.select(col(Clause.id))
                .join(Contract, col(Contract.id) == col(Clause.contract_id))
                .where(*(told[By(name)] == value for name, value in portion.asked.items()))
            )
        )
    return statement.distinct()


def _denied_by_contracts(code: str) -> Callable[[Sequence[UUID], Years, Portion], Told]:
    """The years whose contracts were all said not to carry a mark; there are some."""

    def statement(organisations: Sequence[UUID], years: Years, portion: Portion) -> Told:
        year = year_of(sql(Contract.notified_on))
        told = sa.and_(
            col(ContractMark.contract_id) == col(Contract.id), col(ContractMark.code) == code
        )
        no = sa.func.sum(sa.case((col(ContractMark.value).is_(False), 1), else_=0))
        found = (
            sa.select(year)
            .select_from(Contract)
            .outerjoin(ContractMark, told)
            .where(
                col(Contract.buyer_id).in_(organisations),
                _within(col(Contract.notified_on), years),
            )
            .group_by(year)
            .having(no == sa.func.count())
        )
        told_by = {
            By.DIRECTORATE: sql(Contract.directorate_id),
            By.FAMILY: sql(Contract.purchase_family),
        }
        # Of an unknown one too: it may have carried the mark, had somebody said no.
        return found.where(
            *(
                sa.func.coalesce(told_by[By(name)], value) == value
                for name, value in portion.asked.items()
            )
        )

    return statement


def _within(day: Any, years: Years) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = day.between(date(years.first, 1, 1), date(years.last, 12, 31))
    return found


_DENIED: Mapping[Fact, Callable[[Sequence[UUID], Years, Portion], Told]] = {
    Fact.CLAUSE: _denied_by_contracts("social_clause"),
    Fact.HOURS_LINE: _declared_without_hours,
}
