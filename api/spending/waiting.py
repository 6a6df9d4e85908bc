"""Spending under no contract: the list, the contracts each may be of, and the counts."""

from collections import defaultdict
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor, Permission
from api.access.service import own
from api.contracts.models import Contract
from api.kit.columns import to_euros
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.spending.evidence import CERTAIN, OUTSIDE, RANKS, pairs
from api.spending.joining_schemas import (
    MAX_CANDIDATES,
    Candidate,
    JoiningAsked,
    JoiningCount,
    WaitingFilter,
    WaitingSpending,
)
from api.spending.models import JoinReason, Spending
from api.spending.periods import runs_between
from api.spending.service import shown
from api.suppliers import naming

_IN_PERIOD = {OUTSIDE: False, CERTAIN: True}
_REASONS = {rank: reason for reason, rank in RANKS.items()}


def find(session: Session, actor: Actor, filters: WaitingFilter) -> Page[WaitingSpending]:
    """The spending of a buyer under no contract, the largest amounts first.

    Raises NotFound, Forbidden, Invalid on a foreign cursor.
    """
    buyer = own(session, actor, filters.buyer, Permission.CONTRACTS_READ)
    statement = sa.select(Spending).where(
        col(Spending.buyer_id) == buyer.id, col(Spending.contract_id).is_(None), *_narrowed(filters)
    )
    after = decode_cursor(filters.cursor, 2)
    if after is not None:
        amount, last = _place(after)
        further = sa.and_(col(Spending.amount) == amount, col(Spending.id) < last)
        statement = statement.where(sa.or_(col(Spending.amount) < amount, further))
    ordered = statement.order_by(col(Spending.amount).desc(), col(Spending.id).desc())
    rows = session.scalars(ordered.limit(filters.limit + 1)).all()
    page = rows[: filters.limit]
    found = candidates(session, buyer.id, [one.id for one in page])
    more = len(rows) > filters.limit
    said = naming.said_of(session, (one.payee_siret for one in page))
    return Page[WaitingSpending](
        items=[
            WaitingSpending(
                **shown(one, buyer.siret, said).model_dump(),
                note=one.join_note,
                candidates=found[one.id],
            )
            for one in page
        ],
        next=encode_cursor(str(page[-1].amount), page[-1].id.hex) if more else None,
    )


def candidates(
    session: Session, buyer_id: UUID, spending: list[UUID]
) -> defaultdict[UUID, list[Candidate]]:
    """For each of these lines, the contracts that something speaks for, the surest first."""
    found: defaultdict[UUID, list[Candidate]] = defaultdict(list)
    if not spending:
        return found
    for row in session.execute(_best(buyer_id, spending)):
        found[row.spending_id].append(
            Candidate(
                contract_id=row.contract_id,
                reference=row.reference,
                subject=row.subject,
                notified_on=row.notified_on,
                ends_on=row.ends_on,
                reason=_REASONS[row.rank],
                in_period=_IN_PERIOD.get(row.fits),
            )
        )
    return found


def _best(buyer_id: UUID, spending: list[UUID]) -> sa.Select[Any]:
    pair = pairs(
        sa.and_(col(Spending.buyer_id) == buyer_id, col(Spending.id).in_(spending)),
        col(Contract.buyer_id) == buyer_id,
    ).cte("pair")
    key = (pair.c.spending_id, pair.c.contract_id)
    once = (
        sa.select(
            *key,
            sa.func.min(pair.c.rank).label("rank"),
            # Of the days, only what is said by supplier: a number fits at any time.
            sa.func.min(pair.c.fits).label("fits"),
        )
        .where(pair.c.contract_id.is_not(None))
        .group_by(*key)
        .cte("once")
    )
    far = sa.and_(once.c.rank >= RANKS[JoinReason.SIRET], once.c.fits == OUTSIDE)
    order = (sa.case((far, 1), else_=0), once.c.rank, once.c.fits.desc(), once.c.contract_id)
    place = sa.func.row_number().over(partition_by=once.c.spending_id, order_by=order)
    ranked = sa.select(*once.c, place.label("place")).cte("ranked")
    _first, last = runs_between()
    return (
        sa.select(
            *ranked.c,
            col(Contract.reference),
            col(Contract.subject),
            col(Contract.notified_on),
            last.label("ends_on"),
        )
        .join(Contract, col(Contract.id) == ranked.c.contract_id)
        .where(ranked.c.place <= MAX_CANDIDATES)
        .order_by(ranked.c.spending_id, ranked.c.place)
    )


def count(session: Session, actor: Actor, asked: JoiningAsked) -> list[JoiningCount]:
    """How the spending of a buyer was joined, and why what is not was not.

    Raises NotFound, Forbidden.
    """
    buyer = own(session, actor, asked.buyer, Permission.CONTRACTS_READ)
    joined = col(Spending.contract_id).is_not(None)
    keys = (col(Spending.joined_by), col(Spending.join_reason), joined)
    # PostgreSQL sums BIGINT as a decimal.
    amount = sa.cast(sa.func.sum(col(Spending.amount)), sa.BigInteger)
    statement = (
        sa.select(*keys, sa.func.count(), amount)
        .where(col(Spending.buyer_id) == buyer.id)
        .group_by(*keys)
        .order_by(amount.desc(), *keys)
    )
    if asked.year is not None:
        statement = statement.where(col(Spending.year) == asked.year)
    return [
        JoiningCount(
            joined_by=by, reason=reason, joined=bool(under), lines=lines, amount=to_euros(cents)
        )
        for by, reason, under, lines, cents in session.execute(statement)
    ]


def _narrowed(filters: WaitingFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [
        column == value
        for column, value in (
            (col(Spending.year), filters.year),
            (col(Spending.join_reason), filters.reason),
            (col(Spending.payee_siret), filters.payee),
        )
        if value is not None
    ]
    if not filters.aside and filters.reason is not JoinReason.ASIDE:
        conditions.append(col(Spending.join_reason).is_distinct_from(JoinReason.ASIDE))
    for word in (filters.q or "").split():
        columns = (Spending.payee_name, Spending.contract_number, Spending.mandate_number)
        conditions.append(sa.or_(*(col(one).icontains(word, autoescape=True) for one in columns)))
    return conditions


def _place(after: list[str | None]) -> tuple[int, UUID]:
    try:
        amount = int(after[0] or "")
        last = UUID(after[1] or "")
    except ValueError as error:
        raise bad_cursor() from error
    if abs(amount) > 2**62:
        raise bad_cursor()
    return amount, last
