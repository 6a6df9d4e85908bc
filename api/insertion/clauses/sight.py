"""Which clauses somebody sees, and what they may do of one: asked first by every service."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import DENIED, Actor, Permission, served, visible
from api.insertion.clauses.models import Clause
from api.kit.problems import Forbidden, NotFound


def seen_by(actor: Actor) -> sa.ColumnElement[bool]:
    """The clauses of the actor's buyers, and those entrusted to the actor's facilitators within a
    mandate that runs today: where every list starts."""
    own = col(Clause.buyer_id).in_(visible(actor, Permission.INSERTION_READ))
    entrusted = [
        sa.and_(col(Clause.facilitator_id) == facilitator, col(Clause.buyer_id) == buyer)
        for facilitator, buyer in served(actor, Permission.INSERTION_READ)
    ]
    return sa.or_(own, *entrusted)


def readable(session: Session, actor: Actor, clause_id: UUID, *, lock: bool = False) -> Clause:
    """A clause that the actor sees.

    Raises NotFound for any other: foreign, unknown, or of a mandate that is over.
    """
    found = sa.select(Clause).where(col(Clause.id) == clause_id, seen_by(actor))
    if lock:
        found = found.with_for_update(of=Clause)
    clause = session.scalars(found).one_or_none()
    if clause is None:
        raise NotFound
    return clause


def of_buyer(
    session: Session, actor: Actor, clause_id: UUID, permission: Permission, *, lock: bool = False
) -> Clause:
    """A clause of a buyer in which the actor holds ``permission``.

    Raises NotFound when the actor doesn't see it, Forbidden when seeing is all they may.
    """
    clause = readable(session, actor, clause_id, lock=lock)
    if clause.buyer_id not in visible(actor, permission):
        raise Forbidden(DENIED[permission])
    return clause


def followed(
    session: Session, actor: Actor, clause_id: UUID, permission: Permission, *, lock: bool = False
) -> Clause:
    """A clause entrusted to a facilitator in which the actor holds ``permission``.

    Raises NotFound when the actor doesn't see it, Forbidden when seeing is all they may.
    """
    clause = readable(session, actor, clause_id, lock=lock)
    if (clause.facilitator_id, clause.buyer_id) not in served(actor, permission):
        raise Forbidden(DENIED[permission])
    return clause
