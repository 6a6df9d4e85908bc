"""Requests of feasibility as they are seen: by whom, in which state, one or a page of them."""

from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from api.access.models import Directorate, Organisation
from api.access.permissions import Actor, Permission, served, visible
from api.contracts.models import Contract
from api.insertion.feasibility.models import FeasibilityRequest
from api.insertion.feasibility.request_schemas import (
    FeasibilityRequestItem,
    FeasibilityRequestRead,
    RequestFilter,
    RequestPermissions,
    RequestState,
)
from api.kit.columns import to_euros, to_hours, to_share
from api.kit.days import today
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import NotFound
from api.rules.hours.vocabulary import Modality, Public

E = TypeVar("E", bound=StrEnum)

_BUYER = SQLModel.metadata.tables["organisation"].alias("buyer")
_FACILITATOR = SQLModel.metadata.tables["organisation"].alias("facilitator")
_ANSWERED = col(FeasibilityRequest.answered_on).is_not(None)


def seen_by(actor: Actor) -> sa.ColumnElement[bool]:
    """The requests of the actor's buyers, and those made to the actor's facilitators within a
    mandate that runs today; never those made to another facilitator of the same buyer."""
    own = col(FeasibilityRequest.buyer_id).in_(visible(actor, Permission.INSERTION_READ))
    asked = [
        sa.and_(
            col(FeasibilityRequest.facilitator_id) == facilitator,
            col(FeasibilityRequest.buyer_id) == buyer,
        )
        for facilitator, buyer in served(actor, Permission.INSERTION_READ)
    ]
    return sa.or_(own, *asked)


def readable(
    session: Session, actor: Actor, request_id: UUID, *, lock: bool = False
) -> FeasibilityRequest:
    """A request that the actor sees. Raises NotFound for any other."""
    found = sa.select(FeasibilityRequest).where(
        col(FeasibilityRequest.id) == request_id, seen_by(actor)
    )
    if lock:
        found = found.with_for_update(of=FeasibilityRequest)
    request = session.scalars(found).one_or_none()
    if request is None:
        raise NotFound
    return request


def shown(session: Session, actor: Actor, request_id: UUID) -> FeasibilityRequestRead:
    """A request that the actor sees, whole. Raises NotFound for any other."""
    statement = _rows().where(col(FeasibilityRequest.id) == request_id, seen_by(actor))
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    request: FeasibilityRequest = row[0]
    pair = (request.facilitator_id, request.buyer_id)
    return FeasibilityRequestRead(
        **_facts(row, today()),
        cpv=request.cpv,
        months=request.months,
        expected_on=request.expected_on,
        comment=request.comment,
        hours=None if request.hours is None else to_hours(request.hours),
        rate=None if request.rate is None else to_share(request.rate),
        publics=_members(Public, request.publics),
        modalities=_members(Modality, request.modalities),
        refusal=request.refusal,
        justification=request.justification,
        decided_on=request.decided_on,
        decision_comment=request.decision_comment,
        permissions=RequestPermissions(
            answer=request.decision is None
            and pair in served(actor, Permission.FEASIBILITY_ANSWER),
            decide=request.answer is not None
            and request.buyer_id in visible(actor, Permission.CLAUSES_WRITE),
        ),
    )


def page(session: Session, actor: Actor, filters: RequestFilter) -> Page[FeasibilityRequestItem]:
    """The requests that the actor sees, the latest sent first.

    Raises Invalid on a foreign cursor.
    """
    day = today()
    statement = _rows().where(seen_by(actor), *_conditions(filters, day))
    order = (col(FeasibilityRequest.sent_on), col(FeasibilityRequest.id))
    rows = session.execute(
        statement.order_by(*(one.desc() for one in order)).limit(filters.limit + 1)
    ).all()
    following = None
    if len(rows) > filters.limit:
        last: FeasibilityRequest = rows[filters.limit - 1][0]
        following = encode_cursor(last.sent_on.isoformat(), last.id.hex)
    items = [FeasibilityRequestItem(**_facts(row, day)) for row in rows[: filters.limit]]
    return Page[FeasibilityRequestItem](items=items, next=following)


def _rows() -> sa.Select[Any]:
    return (
        sa.select(
            FeasibilityRequest,
            _BUYER.c.siret,
            _BUYER.c.name,
            _FACILITATOR.c.siret,
            _FACILITATOR.c.name,
            col(Directorate.name),
            col(Contract.reference),
        )
        .join(_BUYER, _BUYER.c.id == col(FeasibilityRequest.buyer_id))
        .join(_FACILITATOR, _FACILITATOR.c.id == col(FeasibilityRequest.facilitator_id))
        .join(
            Directorate,
            col(Directorate.id) == col(FeasibilityRequest.directorate_id),
            isouter=True,
        )
        .join(Contract, col(Contract.id) == col(FeasibilityRequest.contract_id), isouter=True)
    )


def _conditions(filters: RequestFilter, day: date) -> list[sa.ColumnElement[bool]]:
    due_on = col(FeasibilityRequest.due_on)
    states = {
        RequestState.ANSWERED: _ANSWERED,
        RequestState.LATE: sa.and_(~_ANSWERED, due_on < day),
        RequestState.WAITING: sa.and_(~_ANSWERED, due_on >= day),
    }
    conditions = [] if filters.state is None else [states[filters.state]]
    if filters.buyer is not None:
        named = sa.select(col(Organisation.id)).where(col(Organisation.siret) == filters.buyer)
        conditions.append(col(FeasibilityRequest.buyer_id) == named.scalar_subquery())
    after = decode_cursor(filters.cursor, 2)
    if after is not None:
        key = sa.tuple_(col(FeasibilityRequest.sent_on), col(FeasibilityRequest.id))
        conditions.append(key < sa.tuple_(*_key(after)))
    return conditions


def _key(after: list[str | None]) -> tuple[Any, Any]:
    try:
        day, place = date.fromisoformat(after[0] or ""), UUID(after[1] or "")
    except ValueError as error:
        raise bad_cursor() from error
    return sa.literal(day, sa.Date()), sa.literal(place, sa.Uuid())


def _facts(row: Any, day: date) -> dict[str, Any]:
    request: FeasibilityRequest = row[0]
    answered = request.answered_on
    late_days = max(0, ((answered or day) - request.due_on).days)
    waiting = RequestState.LATE if late_days else RequestState.WAITING
    return {
        "id": request.id,
        "version": request.version,
        "buyer_siret": row[1],
        "buyer_name": row[2],
        "facilitator_siret": row[3],
        "facilitator_name": row[4],
        "directorate_id": request.directorate_id,
        "directorate_name": row[5],
        "contract_id": request.contract_id,
        "contract_reference": row[6],
        "subject": request.subject,
        "family": request.family,
        "estimate": None if request.estimate is None else to_euros(request.estimate),
        "sent_on": request.sent_on,
        "due_on": request.due_on,
        "answered_on": answered,
        "state": waiting if answered is None else RequestState.ANSWERED,
        "late_days": late_days,
        "answer": request.answer,
        "decision": request.decision,
    }


def _members(codes: type[E], kept: list[str] | None) -> list[E] | None:
    return None if kept is None else [codes(one) for one in kept]
