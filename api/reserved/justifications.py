"""Why contracts of reservable families were not reserved (MEL, action 2)."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, visible
from api.contracts.models import Contract
from api.kit import audit
from api.kit.days import today
from api.kit.keyset import following, paged
from api.kit.pages import Page
from api.kit.problems import Conflict, FieldError, Invalid
from api.reserved.listing import of_year
from api.reserved.models import NonReservation, Reservation
from api.reserved.register_schemas import (
    NonReservationCreate,
    NonReservationRead,
    RegisterFilter,
)
from api.reserved.service import writable_contract
from api.rules.hours.labels import label

_ITEMS = (
    sa.select(
        NonReservation, col(Organisation.siret), col(Contract.reference), col(Contract.subject)
    )
    .join(Contract, col(Contract.id) == col(NonReservation.contract_id))
    .join(Organisation, col(Organisation.id) == col(NonReservation.buyer_id))
)


class AlreadyJustified(Conflict):
    type = "already-justified"
    title = "Absence de réservation déjà justifiée"
    default = "Ce marché a déjà une justification."


class AlreadyReserved(Conflict):
    type = "already-reserved"
    title = "Marché réservé"
    default = "Ce marché est inscrit comme réservé : il n’y a rien à justifier."


def find(session: Session, actor: Actor, filters: RegisterFilter) -> Page[NonReservationRead]:
    """The justifications of the actor's buyers, the latest decided first.

    ``year`` is that of the contracts. Raises Invalid on a foreign cursor.
    """
    own = visible(actor, Permission.CONTRACTS_READ)
    statement = _ITEMS.where(col(NonReservation.buyer_id).in_(own))
    if filters.buyer is not None:
        statement = statement.where(col(Organisation.siret) == filters.buyer)
    if filters.year is not None:
        statement = statement.where(of_year(filters.year))
    key = (col(NonReservation.decided_on), col(NonReservation.id))
    rows = session.execute(paged(statement, key, filters.cursor, filters.limit)).all()
    return Page[NonReservationRead](
        items=[_shown(row) for row in rows[: filters.limit]],
        next=following(rows, filters.limit, lambda row: (row[0].decided_on, row[0].id)),
    )


def create(session: Session, actor: Actor, data: NonReservationCreate) -> NonReservationRead:
    """Say why a contract was not reserved.

    Raises NotFound, Forbidden, Invalid on a day to come, AlreadyJustified, AlreadyReserved.
    """
    kept = writable_contract(session, actor, data.contract_id, lock=True)
    decided_on = data.decided_on or today()
    if decided_on > today():
        message = "est dans le futur."
        raise Invalid(errors=[FieldError(loc=["body", "decided_on"], message=message)])
    if _exists(session, sa.select(col(Reservation.id)).where(_of(Reservation, kept.id))):
        raise AlreadyReserved
    if _exists(session, sa.select(col(NonReservation.id)).where(_of(NonReservation, kept.id))):
        raise AlreadyJustified
    one = NonReservation(
        buyer_id=kept.buyer_id,
        contract_id=kept.id,
        family=data.family,
        reason=data.reason,
        justification=data.justification,
        decided_on=decided_on,
    )
    session.add(one)
    session.flush()
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=kept.buyer_id,
        action="non_reservation.created",
        target=f"non_reservation:{one.id}",
        details={"contract": str(kept.id), "reason": one.reason.value},
    )
    return _shown(session.execute(_ITEMS.where(col(NonReservation.id) == one.id)).one())


def _of(table: type[Reservation | NonReservation], contract_id: UUID) -> sa.ColumnElement[bool]:
    return col(table.contract_id) == contract_id


def _exists(session: Session, statement: sa.Select[Any]) -> bool:
    return session.scalars(statement.limit(1)).first() is not None


def _shown(row: Any) -> NonReservationRead:
    one: NonReservation = row[0]
    return NonReservationRead(
        id=one.id,
        buyer_siret=row[1] or "",
        contract_id=one.contract_id,
        reference=row[2],
        subject=row[3],
        family=one.family,
        reason=one.reason,
        reason_label=label(one.reason),
        justification=one.justification,
        decided_on=one.decided_on,
    )
