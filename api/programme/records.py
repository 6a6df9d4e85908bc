"""What projects and consultations have in common: who writes them, and on which version."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from api.access.permissions import Actor, Permission, require
from api.access.service import check_directorate
from api.kit import audit
from api.kit.columns import now, to_cents
from api.kit.problems import NotFound, PreconditionRequired, Stale


class Record(Protocol):
    """A purchase that a buyer entered under a reference of its own."""

    id: UUID
    buyer_id: UUID
    directorate_id: UUID | None
    reference: str
    version: int
    updated_at: datetime

    def sqlmodel_update(self, obj: dict[str, Any]) -> Any: ...


R = TypeVar("R", bound=Record)


def for_change(
    session: Session, actor: Actor, table: type[R], record_id: UUID, if_match: str | None
) -> R:
    """The record to change, held until the end of the transaction.

    Raises NotFound, Forbidden, PreconditionRequired, Stale.
    """
    one = session.get(table, record_id, with_for_update=True)
    if one is None:
        raise NotFound
    require(actor, Permission.PROGRAMME_WRITE, one.buyer_id, one.directorate_id)
    if if_match is None:
        raise PreconditionRequired
    if if_match != f'"{one.version}"':
        raise Stale
    return one


def editable(actor: Actor, one: Record) -> bool:
    """Tell whether the actor may change the record: a directorate changes its own."""
    return any(
        grant.organisation_id == one.buyer_id
        and grant.gives(Permission.PROGRAMME_WRITE, one.directorate_id)
        for grant in actor.grants
    )


def check_move(session: Session, actor: Actor, one: Record, after: Mapping[str, Any]) -> None:
    """Refuse a change of directorate: a directorate keeps its own records, and adds to no other.

    Raises Forbidden, Invalid on a directorate of another buyer.
    """
    if "directorate_id" in after:
        require(actor, Permission.PROGRAMME_WRITE, one.buyer_id, after["directorate_id"])
        check_directorate(session, one.buyer_id, after["directorate_id"])


def is_taken(session: Session, table: type[R], buyer_id: UUID, reference: str) -> bool:
    """Tell whether the buyer has a record of this reference already."""
    same = {"buyer_id": buyer_id, "reference": reference}
    return session.scalars(sa.select(table).filter_by(**same)).first() is not None


def kept(said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said, as the tables keep it: the estimate in cents."""
    amount = said.get("estimated_amount")
    return {**said} if amount is None else {**said, "estimated_amount": to_cents(amount)}


def write(session: Session, actor: Actor, one: Record, after: dict[str, Any]) -> None:
    """Change the record, as its next version, and tell it to the audit but for the comment."""
    changes = [
        [name, _plain(getattr(one, name)), _plain(value)]
        for name, value in after.items()
        if getattr(one, name) != value and name != "comment"
    ]
    one.sqlmodel_update(after)
    touch(session, one)
    tell(session, actor, f"{_kind(one)}.changed", one, {"changes": changes})


def touch(session: Session, one: Record) -> None:
    """Make what was changed the next version of the record."""
    one.version += 1
    one.updated_at = now()
    session.add(one)
    session.flush()


def tell(
    session: Session, actor: Actor, action: str, one: Record, details: Mapping[str, Any]
) -> None:
    """Record an action of the actor on the record in the audit."""
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=one.buyer_id,
        action=action,
        target=f"{_kind(one)}:{one.id}",
        details=dict(details),
    )


def _kind(one: Record) -> str:
    return type(one).__name__.lower()


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID | date) else value
