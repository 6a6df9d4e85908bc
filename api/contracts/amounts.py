"""The rule of api.rules.amounts in a statement: what of an amount goes into a sum."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from api.contracts.models import Amendment, ConfirmedAmount
from api.rules.amounts import FACTORS, FILLERS, HIGHEST, NEAR, ORDINARY, SYMBOLIC
from api.rules.records import Kind

Expression = sa.ColumnElement[Any]


def summable(c: Any) -> Expression:
    """The amount of a contract, NULL while it is set aside; ``c``: columns of contracts."""
    return sa.case((_ordinary(c.amount), c.amount), (~_set_aside(c, c.amount), c.amount))


def summable_now(c: Any, last: Expression) -> Expression:
    """The same of the amount after amendments, which may also misplace a factor; ``last``: what
    ``last_amended`` gives, or a column of it where many ask."""
    now = current(c, last)
    sure = sa.and_(_ordinary(now), ~sa.func.coalesce(_misplaced(c, last), sa.false()))
    return sa.case((sure, now), (~_doubted(c, now, last), now))


def is_doubted(c: Any, last: Expression) -> Expression:
    """Whether an amount of a contract, its own or that of today, is set aside."""
    return sa.or_(
        sa.and_(c.amount.is_not(None), summable(c).is_(None)),
        sa.and_(current(c, last).is_not(None), summable_now(c, last).is_(None)),
    )


def current(c: Any, last: Expression) -> Expression:
    """The amount of the last amendment that says one, else the initial amount."""
    return sa.func.coalesce(last, c.amount)


def last_amended(c: Any) -> Expression:
    """The amount of the last amendment that says one."""
    last: Expression = (
        sa.select(col(Amendment.amount))
        .where(col(Amendment.contract_id) == c.id, col(Amendment.amount).is_not(None))
        .order_by(col(Amendment.position).desc())
        .limit(1)
        # Also where it stands in the statement of another one.
        .correlate_except(Amendment)
        .scalar_subquery()
    )
    return last


def _ordinary(amount: Expression) -> Expression:
    # What nearly all are: nothing else is looked at.
    return sa.and_(amount > SYMBOLIC, amount <= ORDINARY)


def _absurd(c: Any, amount: Expression) -> Expression:
    highest: Mapping[Kind, int] = HIGHEST
    ceiling = sa.case(
        (c.kind == Kind.CONCESSION, sa.literal(highest[Kind.CONCESSION], sa.BigInteger)),
        else_=sa.literal(highest[Kind.CONTRACT], sa.BigInteger),
    )
    return sa.or_(amount <= SYMBOLIC, amount > ceiling, amount.in_(sorted(FILLERS)))


def _misplaced(c: Any, last: Expression) -> Expression:
    first, after = sa.cast(c.amount, sa.Float), sa.cast(last, sa.Float)
    near = [
        (10 * large).between(NEAR[0] * factor * small, NEAR[1] * factor * small)
        for factor in FACTORS
        for small, large in ((first, after), (after, first))
    ]
    return sa.and_(~_absurd(c, c.amount), last > 0, sa.or_(*near))


def _set_aside(c: Any, amount: Expression) -> Expression:
    return sa.and_(_absurd(c, amount), ~_confirmed(c, amount))


def _doubted(c: Any, now: Expression, last: Expression) -> Expression:
    wrong = sa.or_(_absurd(c, now), sa.func.coalesce(_misplaced(c, last), sa.false()))
    return sa.and_(wrong, ~_confirmed(c, now))


def _confirmed(c: Any, amount: Expression) -> Expression:
    of_it = (col(ConfirmedAmount.contract_id) == c.id, col(ConfirmedAmount.amount) == amount)
    return sa.exists().where(*of_it).correlate_except(ConfirmedAmount)
