"""Amounts that cannot be true: which ones no sum counts, and who says that one is true."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from api.access.permissions import Actor, Permission
from api.access.service import own
from api.contracts import amounts, service
from api.contracts.doubting_schemas import (
    MOST_TOLD,
    AmountSaid,
    SetAside,
    SetAsideFilter,
    SetAsideItem,
)
from api.contracts.models import ConfirmedAmount, Contract
from api.contracts.reading import by_ids
from api.contracts.schemas import ContractRead
from api.kit.columns import now, to_cents, to_euros
from api.kit.problems import FieldError, Invalid
from api.rules.amounts import doubts
from api.rules.decp.coherence import euros


def say(
    session: Session, actor: Actor, contract_id: UUID, data: AmountSaid, if_match: str | None
) -> ContractRead:
    """Say that an amount in doubt is true, or no longer that it is.

    Said again, nothing moves. A word may be taken back also when the amount it was of has changed.

    Raises as ``service.change``, and Invalid on an amount that is not in doubt.
    """
    kept = service.writable(session, actor, contract_id, if_match)
    amount = to_cents(data.amount)
    of_it = (col(ConfirmedAmount.contract_id) == contract_id, col(ConfirmedAmount.amount) == amount)
    said = bool(session.scalar(sa.select(sa.exists().where(*of_it))))
    doubted = amount in {one.amount for one in doubts(kept.record)}
    if not doubted and (data.true or not said):
        message = "n’est pas un montant en doute de ce marché : voir « doubts »."
        raise Invalid(errors=[FieldError(loc=["body", "amount"], message=message)])
    if said == data.true:
        return service.shown(session, actor, kept)
    if data.true:
        session.add(ConfirmedAmount(contract_id=contract_id, amount=amount, confirmed_at=now()))
    else:
        session.execute(sa.delete(ConfirmedAmount).where(*of_it))
    session.flush()
    # Figures and published files follow: the contract has changed.
    session.execute(
        sa.update(Contract)
        .where(col(Contract.id) == contract_id)
        .values(version=Contract.version + 1, updated_at=now())
    )
    word = ("mis de côté", "exact") if data.true else ("exact", "mis de côté")
    return service.told_again(
        session, actor, kept, "contract.amount_said", [(f"Montant de {euros(amount)}", *word)]
    )


def find(session: Session, actor: Actor, filters: SetAsideFilter) -> SetAside:
    """The amounts of a buyer that no sum counts. Raises NotFound, Forbidden."""
    buyer = own(session, actor, filters.buyer, Permission.CONTRACTS_READ)
    c = _with_last_amount(buyer.id, filters.year).c
    # What a sum would have counted: the amount of today where that is in doubt.
    today = amounts.current(c, c.last_amount)
    now_aside = sa.and_(today.is_not(None), amounts.summable_now(c, c.last_amount).is_(None))
    rows = (
        sa.select(c.id, sa.case((now_aside, today), else_=c.amount).label("amount"))
        .where(amounts.is_doubted(c, c.last_amount))
        .subquery("aside")
    )
    # Counted and added over all of them, on each of the first: one look at the contracts of a year.
    total = sa.func.sum(sa.case((rows.c.amount > 0, rows.c.amount), else_=0)).over()
    first = session.execute(
        sa.select(
            rows.c.id,
            rows.c.amount,
            sa.func.count().over().label("many"),
            # PostgreSQL sums BIGINT as a decimal.
            sa.cast(total, sa.BigInteger).label("total"),
        )
        .order_by(rows.c.amount.desc(), rows.c.id)
        .limit(MOST_TOLD)
    ).all()
    return SetAside(
        buyer_siret=filters.buyer,
        count=first[0].many if first else 0,
        amount=to_euros(first[0].total if first else 0),
        items=_items(session, {row.id: row.amount for row in first}),
    )


def _with_last_amount(buyer_id: UUID, year: int | None) -> sa.CTE:
    """The contracts of a buyer, each with the amount of its last amendment, looked for once."""
    c = SQLModel.metadata.tables["contract"].c
    of_year = () if year is None else (c.notified_on.between(date(year, 1, 1), date(year, 12, 31)),)
    return (
        sa.select(c.id, c.kind, c.amount, amounts.last_amended(c).label("last_amount"))
        .where(c.buyer_id == buyer_id, *of_year)
        .cte("contracts_asked")
        .prefix_with("MATERIALIZED")
    )


def _items(session: Session, told: dict[UUID, int]) -> list[SetAsideItem]:
    if not told:
        return []
    kept = {one.id: one.record for one in by_ids(session, list(told))}
    return [
        SetAsideItem(
            contract_id=key,
            reference=kept[key].reference,
            subject=kept[key].subject,
            notified_on=kept[key].notified_on,
            amount=to_euros(amount),
            message=next(one.why for one in doubts(kept[key]) if one.amount == amount),
        )
        for key, amount in told.items()
    ]
