"""The commitment of a clause through its amendments, orders, tranches and corrections."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.insertion.clauses.models import Clause, ClauseChange
from api.insertion.clauses.schemas import EngagementChangeIn
from api.insertion.feasibility.calculations import MOST, too_many
from api.kit.columns import to_cents, to_quarters
from api.kit.days import today
from api.kit.problems import FieldError, Invalid
from api.rules.hours.engagement import ADDING, Change, deltas, engaged, order_hours
from api.rules.hours.french import RefusedValueError


def changes_of(session: Session, clause_id: UUID) -> list[ClauseChange]:
    """The changes of a clause, by the day they take effect."""
    return list(
        session.scalars(
            sa.select(ClauseChange)
            .where(col(ClauseChange.clause_id) == clause_id)
            .order_by(col(ClauseChange.on), col(ClauseChange.sequence))
        )
    )


def add(session: Session, clause: Clause, data: EngagementChangeIn) -> ClauseChange:
    """Add a change and work out the commitment again.

    Raises Invalid on a day of the future, on hours that the kind does not take, on an amount
    without a calculation, and above a million hours.
    """
    if data.on > today():
        message = "est dans le futur : une modification se saisit une fois effective."
        raise Invalid(errors=[FieldError(loc=["body", "on"], message=message)])
    known = changes_of(session, clause.id)
    row = ClauseChange(
        clause_id=clause.id,
        on=data.on,
        sequence=max((one.sequence for one in known), default=0) + 1,
        kind=data.kind,
        total=None if data.total is None else to_quarters(data.total),
        added=_added(clause, data),
        amount=None if data.amount is None else to_cents(data.amount),
        reference=data.reference or None,
        reason=data.reason or None,
    )
    try:
        change_of(row)
    except RefusedValueError as error:
        loc: list[str | int] = ["body", error.field]
        raise Invalid(errors=[FieldError(loc=loc, message=str(error))]) from error
    session.add(row)
    reckon(session, clause, [*known, row])
    if (clause.engaged or 0) > MOST:
        message = "porte l’engagement à plus d’un million d’heures : vérifiez ces heures."
        field = "total" if row.total is not None else "added"
        raise Invalid(errors=[FieldError(loc=["body", field], message=message)])
    return row


def reckon(session: Session, clause: Clause, rows: list[ClauseChange]) -> None:
    """Write what each change adds, and what the clause engages to today.

    A framework by orders starts from nothing and is unknown until its first change.
    """
    if clause.by_orders:
        clause.hours = 0 if rows else None
    changes = [change_of(row) for row in rows]
    for row, delta in zip(rows, deltas(clause.hours or 0, changes), strict=True):
        row.delta = delta
        session.add(row)
    clause.engaged = engaged(clause.hours, changes, today())
    session.add(clause)


def change_of(row: ClauseChange) -> Change:
    """A change as the rules read it. Raises RefusedValueError as they do."""
    return Change(row.on, row.kind, row.total, row.added, row.sequence)


def _added(clause: Clause, data: EngagementChangeIn) -> int | None:
    if data.added is not None:
        return to_quarters(data.added)
    if data.amount is None or data.kind not in ADDING or data.total is not None:
        return None
    kept: dict[str, Any] | None = clause.calculation
    if kept is None:
        message = (
            "ne donne pas d’heures : la clause n’a pas de calcul, saisissez-les dans « added »."
        )
        raise Invalid(errors=[FieldError(loc=["body", "amount"], message=message)])
    terms = {name: int(kept[name]) for name in ("labour_share", "rate", "hourly_cost")}
    found = order_hours(to_cents(data.amount), **terms)
    if found > MOST:
        raise Invalid(errors=[too_many(["body", "amount"])])
    return found
