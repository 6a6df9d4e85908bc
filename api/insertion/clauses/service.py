"""Clauses: who may read, write and change them, and what each change leaves behind."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.mandates import entrusted
from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require
from api.closings.service import require_open
from api.contracts.models import Contract
from api.insertion.clauses import engagement, listing, penalties, showing, terms
from api.insertion.clauses.answers import ClauseItem, ClauseRead
from api.insertion.clauses.models import Clause, Penalty
from api.insertion.clauses.schemas import (
    ClauseChangeIn,
    ClauseCreate,
    ClauseFilter,
    EngagementChangeIn,
    PenaltyChange,
    PenaltyCreate,
)
from api.insertion.clauses.sight import of_buyer
from api.kit import audit
from api.kit.columns import now
from api.kit.days import today
from api.kit.pages import Page
from api.kit.problems import NotFound, PreconditionRequired, Stale
from api.rules.hours.engagement import shortage
from api.rules.hours.vocabulary import ChangeKind, ClauseStatus


def find(session: Session, actor: Actor, filters: ClauseFilter) -> Page[ClauseItem]:
    """The clauses that the actor sees, with their gauges of today.

    Raises Invalid on a foreign cursor.
    """
    day = today()
    rows, following = listing.page(session, actor, filters, day)
    return Page[ClauseItem](items=[showing.item(row, actor, day) for row in rows], next=following)


def read(session: Session, actor: Actor, clause_id: UUID) -> ClauseRead:
    """A clause of the actor's buyers, or entrusted to the actor under a running mandate.

    Raises NotFound for any other.
    """
    row = listing.one(session, actor, clause_id)
    if row is None:
        raise NotFound
    changes = engagement.changes_of(session, clause_id)
    decided = penalties.penalties_of(session, clause_id)
    return showing.whole(row, changes, decided, actor, today())


def allow_creation(session: Session, actor: Actor, data: ClauseCreate) -> UUID:
    """The buyer of the contract, in which the actor may write clauses.

    Raises NotFound, Forbidden.
    """
    holder = sa.select(col(Contract.buyer_id)).where(col(Contract.id) == data.contract_id)
    # Kept from being removed until the clause stands on it.
    buyer_id = session.scalars(holder.with_for_update(read=True, key_share=True)).one_or_none()
    require(actor, Permission.CLAUSES_WRITE, buyer_id)
    if buyer_id is None:
        raise NotFound
    return buyer_id


def create(session: Session, actor: Actor, data: ClauseCreate) -> ClauseRead:
    """Write a clause into a contract.

    Raises NotFound, Forbidden, Invalid on terms that don't hold together and on a facilitator
    without a running mandate.
    """
    buyer_id = allow_creation(session, actor, data)
    said = terms.converted(data.model_dump(exclude={"facilitator_siret"}))
    clause = Clause(
        **said,
        buyer_id=buyer_id,
        facilitator_id=entrusted(session, buyer_id, data.facilitator_siret),
    )
    terms.derive_hours(clause, said)
    terms.check(clause)
    engagement.reckon(session, clause, [])
    session.flush()
    details = {
        "contract": str(clause.contract_id),
        "facilitator": str(clause.facilitator_id) if clause.facilitator_id else None,
        "engaged": clause.engaged,
    }
    _record(session, actor, "clause.created", clause, details)
    return read(session, actor, clause.id)


def change(
    session: Session, actor: Actor, clause_id: UUID, data: ClauseChangeIn, if_match: str | None
) -> ClauseRead:
    """Change terms of a clause; what a notified one engages to moves by ``add_change`` only.

    Raises NotFound, Forbidden, PreconditionRequired, Stale, Invalid.
    """
    clause = _writable(session, actor, clause_id, if_match)
    said = terms.converted(data.model_dump(exclude_unset=True, exclude={"facilitator_siret"}))
    if "facilitator_siret" in data.model_fields_set:
        said["facilitator_id"] = _entrusted(session, clause, data.facilitator_siret)
    said = {name: value for name, value in said.items() if getattr(clause, name) != value}
    before = {name: getattr(clause, name) for name in {*said, "hours", "status"}}
    with session.no_autoflush:
        for name, value in said.items():
            setattr(clause, name, value)
        terms.derive_hours(clause, said)
        terms.check_change(clause, before)
        terms.check(clause)
        engagement.reckon(session, clause, engagement.changes_of(session, clause_id))
    moved = sorted(name for name in said if getattr(clause, name) != before[name])
    return _changed(session, actor, clause, "clause.changed", {"fields": moved})


def add_change(
    session: Session, actor: Actor, clause_id: UUID, data: EngagementChangeIn, if_match: str | None
) -> ClauseRead:
    """Add an amendment, an order, a tranche, a termination or a correction.

    Raises as ``change``, and YearClosed when its day is in a closed year.
    """
    clause = _writable(session, actor, clause_id, if_match)
    require_open(session, clause.buyer_id, data.on.year)
    row = engagement.add(session, clause, data)
    if data.kind is ChangeKind.TERMINATION:
        clause.status = ClauseStatus.TERMINATED
    details = {
        "kind": row.kind.value,
        "on": row.on.isoformat(),
        "delta": row.delta,
        "engaged": clause.engaged,
    }
    return _changed(session, actor, clause, "clause.engagement_changed", details)


def create_penalty(
    session: Session, actor: Actor, clause_id: UUID, data: PenaltyCreate, if_match: str | None
) -> ClauseRead:
    """Work a penalty out; it waits for a decision.

    Raises as ``change``, NoPenalty, YearClosed.
    """
    clause = _writable(session, actor, clause_id, if_match)
    require_open(session, clause.buyer_id, data.on.year)
    row = listing.one(session, actor, clause_id)
    if row is None:
        raise NotFound
    missing = shortage(clause.engaged, row.validated)
    earlier = penalties.penalties_of(session, clause_id)
    computed, basis = penalties.worked_out(clause, data, missing, row.contract_amount, earlier)
    session.add(
        Penalty(
            clause_id=clause.id,
            buyer_id=clause.buyer_id,
            on=data.on,
            basis=basis,
            computed=computed,
            act=data.act or None,
        )
    )
    details = {"on": data.on.isoformat(), "computed": computed}
    return _changed(session, actor, clause, "penalty.computed", details)


def change_penalty(
    session: Session,
    actor: Actor,
    place: tuple[UUID, UUID],
    data: PenaltyChange,
    if_match: str | None,
) -> ClauseRead:
    """Decide of a penalty; ``place`` is (clause, penalty).

    Raises as ``change``, YearClosed.
    """
    clause = _writable(session, actor, place[0], if_match)
    penalty = session.get(Penalty, place[1])
    if penalty is None or penalty.clause_id != clause.id:
        raise NotFound
    require_open(session, clause.buyer_id, penalty.on.year)
    penalties.decide(penalty, data)
    penalty.updated_at = now()
    session.add(penalty)
    details = {
        "penalty": str(penalty.id),
        "decision": data.decision.value,
        "applied": penalty.applied,
    }
    return _changed(session, actor, clause, "penalty.decided", details)


def etag(clause: ClauseRead) -> str:
    """The ETag of a clause: its version, which its changes and penalties move too."""
    return f'"{clause.version}"'


def allow_change(session: Session, actor: Actor, clause_id: UUID) -> None:
    """Let pass who may change this clause. Raises NotFound, Forbidden."""
    of_buyer(session, actor, clause_id, Permission.CLAUSES_WRITE)


def _writable(session: Session, actor: Actor, clause_id: UUID, if_match: str | None) -> Clause:
    clause = of_buyer(session, actor, clause_id, Permission.CLAUSES_WRITE, lock=True)
    if if_match is None:
        raise PreconditionRequired
    if if_match != f'"{clause.version}"':
        raise Stale
    return clause


def _entrusted(session: Session, clause: Clause, siret: str | None) -> UUID | None:
    if siret is None:
        return None
    if clause.facilitator_id is not None:
        # A form that sends every field must not fail on a mandate that has ended since.
        known = session.get_one(Organisation, clause.facilitator_id)
        if known.siret == siret:
            return known.id
    return entrusted(session, clause.buyer_id, siret)


def _changed(
    session: Session, actor: Actor, clause: Clause, action: str, details: Mapping[str, Any]
) -> ClauseRead:
    clause.version += 1
    clause.updated_at = now()
    session.add(clause)
    session.flush()
    _record(session, actor, action, clause, details)
    return read(session, actor, clause.id)


def _record(
    session: Session, actor: Actor, action: str, clause: Clause, details: Mapping[str, Any]
) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=clause.buyer_id,
        action=action,
        target=f"clause:{clause.id}",
        details=dict(details),
    )
