"""The years in which buyers notified contracts, and when their register last moved."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.contracts.models import LONG_AGO, Contract, RegisterEntry
from api.indicators.facts.source import Expression, first_of_year, sql


def years_of(session: Session, buyers: Sequence[UUID]) -> list[int]:
    """The years in which buyers notified contracts, last first.

    The index of the register is followed from the last day of a year to that of the year before:
    as many looks as there are years, however many contracts.
    """
    found = session.connection().execute(_STATEMENT, {"buyers": list(buyers)})
    return sorted({day.year for (day,) in found}, reverse=True)


def moved_at(session: Session, buyers: Sequence[UUID]) -> datetime | None:
    """When the register of contracts of these buyers last changed; None if it never held any."""
    last: datetime | None = session.scalar(_LAST_MOVE, {"buyers": list(buyers)})
    return last


def _last_move() -> sa.Select[Any]:
    """The last entry of each buyer, which an index has, then the last of these."""
    place = sql(RegisterEntry.position)
    of_buyer = (
        sa.select(sa.func.max(place))
        .where(sql(RegisterEntry.buyer_id) == sql(Organisation.id))
        .scalar_subquery()
    )
    of = sa.bindparam("buyers", expanding=True, type_=sa.Uuid())
    last = sa.select(of_buyer.label("place")).where(sql(Organisation.id).in_(of)).subquery()
    top = sa.select(sa.func.max(last.c.place)).scalar_subquery()
    return sa.select(sql(RegisterEntry.at)).where(place == top)


def _last_day(buyer: Expression, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    # The day that orders the register, which its index has.
    day = sql(Contract.listed_on)
    return (
        sa.select(sa.func.max(day))
        .where(col(Contract.buyer_id) == buyer, day > LONG_AGO, *conditions)
        .scalar_subquery()
    )


def _statement() -> sa.Select[Any]:
    buyer = sql(Organisation.id)
    of = sa.bindparam("buyers", expanding=True, type_=sa.Uuid())
    last = (
        sa.select(buyer.label("buyer"), _last_day(buyer).label("day"))
        .where(buyer.in_(of))
        .cte("last", recursive=True)
    )
    sooner = sql(Contract.listed_on) < first_of_year(last.c.day)
    before = sa.select(last.c.buyer, _last_day(last.c.buyer, sooner)).where(last.c.day.is_not(None))
    every = last.union_all(before)
    return sa.select(every.c.day).where(every.c.day.is_not(None))


_STATEMENT = _statement()
_LAST_MOVE = _last_move()
