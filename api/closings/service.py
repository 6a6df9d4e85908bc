"""Closing a year, opening it again, and the question asked before writing in one."""

from collections.abc import Callable, Collection, Container, Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require, visible
from api.access.service import own
from api.closings.models import Closing, ClosingCreate, ClosingRead, ClosingReopen
from api.kit import audit, locks
from api.kit.columns import now
from api.kit.days import today
from api.kit.problems import Conflict, FieldError, Invalid, NotFound

# What other folders do when a year is closed, in the same transaction.
OnClosed = Callable[[Session, Organisation, Closing], None]
# That of the years of an organisation (api.kit.locks).
_YEARS_LOCK = 7_237_002


class YearClosed(Conflict):
    type = "year-closed"
    title = "Année close"
    default = "Cette année est close : un administrateur doit d’abord la rouvrir."


class AlreadyClosed(Conflict):
    type = "already-closed"
    title = "Année déjà close"
    default = "Cette année est déjà close."


class NotClosed(Conflict):
    type = "not-closed"
    title = "Année ouverte"
    default = "Cette année a déjà été rouverte."


def closed_years(session: Session, organisation_id: UUID) -> frozenset[int]:
    """The years that stand closed for an organisation."""
    return frozenset(
        session.scalars(
            sa.select(col(Closing.year)).where(
                col(Closing.organisation_id) == organisation_id, col(Closing.reopened_at).is_(None)
            )
        )
    )


def held_years(session: Session, organisation_id: UUID) -> frozenset[int]:
    """The years that stand closed, to one about to write: no other is closed until it ended.

    A closing under way is waited for, and is then among them.
    """
    hold_open(session, [organisation_id])
    return closed_years(session, organisation_id)


def hold_open(session: Session, organisations: Collection[UUID]) -> None:
    """Keep whoever closes a year of these organisations waiting until this transaction ends.

    Writers do not wait for one another. What a closing keeps holds all that was accepted before
    it, and nothing is accepted after it was read (docs/decisions/0036). On SQLite a unit of
    writing is alone from its start.
    """
    locks.take(session, _YEARS_LOCK, organisations, shared=True)


def wait_for_writers(session: Session, organisation_id: UUID) -> None:
    """Wait for those who write in the years of an organisation, and keep others waiting."""
    locks.take(session, _YEARS_LOCK, [organisation_id])


def require_open(session: Session, organisation_id: UUID, year: int) -> None:
    """Refuse (YearClosed) to write in a closed year; it stays open until this transaction ends."""
    require_none_closed(held_years(session, organisation_id), [year])


def require_none_closed(closed: Container[int], years: Iterable[int]) -> None:
    """Refuse (YearClosed) to write in any of these years; ``closed``: see ``held_years``."""
    for year in years:
        if year in closed:
            message = f"L’année {year} est close : un administrateur doit d’abord la rouvrir."
            raise YearClosed(message)


def find(session: Session, actor: Actor) -> list[ClosingRead]:
    """Every closing of the actor's organisations, the latest first."""
    mine = visible(actor, Permission.INSERTION_READ)
    return _shown(session, col(Closing.organisation_id).in_(mine))


def allow_creation(session: Session, actor: Actor, data: ClosingCreate) -> Organisation:
    """The organisation whose year the actor may close. Raises NotFound, Forbidden."""
    return own(session, actor, data.organisation, Permission.CLOSINGS_WRITE)


def create(
    session: Session, actor: Actor, data: ClosingCreate, on_closed: Iterable[OnClosed]
) -> ClosingRead:
    """Close a year that is over, and do what follows from it.

    Raises NotFound, Forbidden, Invalid on a year that is not over, AlreadyClosed.
    """
    organisation = allow_creation(session, actor, data)
    wait_for_writers(session, organisation.id)
    if data.year >= today().year:
        message = "n’est pas terminée : une année se clôt à partir du 1er janvier suivant."
        raise Invalid(errors=[FieldError(loc=["body", "year"], message=message)])
    if data.year in closed_years(session, organisation.id):
        raise AlreadyClosed
    closing = Closing(organisation_id=organisation.id, year=data.year, closed_by=actor.person_id)
    session.add(closing)
    session.flush()
    for follow in on_closed:
        follow(session, organisation, closing)
    _record(session, actor, "closing.closed", closing, {"year": data.year})
    return _shown(session, col(Closing.id) == closing.id)[0]


def reopen(session: Session, actor: Actor, closing_id: UUID, data: ClosingReopen) -> ClosingRead:
    """Open a closed year again, with the reason, which stays in the journal.

    Raises NotFound, Forbidden, NotClosed.
    """
    closing = session.get(Closing, closing_id, with_for_update=True)
    if closing is None:
        raise NotFound
    require(actor, Permission.CLOSINGS_REOPEN, closing.organisation_id)
    if closing.reopened_at is not None:
        raise NotClosed
    closing.reopened_at = closing.updated_at = now()
    closing.reopened_by, closing.reason = actor.person_id, data.reason
    session.add(closing)
    session.flush()
    details = {"year": closing.year, "reason": data.reason}
    _record(session, actor, "closing.reopened", closing, details)
    return _shown(session, col(Closing.id) == closing.id)[0]


def _shown(session: Session, condition: sa.ColumnElement[bool]) -> list[ClosingRead]:
    rows = session.execute(
        sa.select(Closing, col(Organisation.siret))
        .join(Organisation, col(Organisation.id) == col(Closing.organisation_id))
        .where(condition)
        .order_by(col(Closing.year).desc(), col(Closing.id).desc())
    )
    return [
        ClosingRead(
            id=closing.id,
            organisation=siret,
            year=closing.year,
            closed_at=closing.created_at,
            reopened_at=closing.reopened_at,
            reason=closing.reason,
        )
        for closing, siret in rows
    ]


def _record(
    session: Session, actor: Actor, action: str, closing: Closing, details: dict[str, object]
) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=closing.organisation_id,
        action=action,
        target=f"closing:{closing.id}",
        details=details,
    )
