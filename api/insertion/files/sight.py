"""Whose files of hours somebody sees: those of the facilitators for which they state hours."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import defer
from sqlmodel import Session, col

from api.access import facilitators
from api.access.permissions import Actor, Permission, require, served
from api.insertion.files.models import StatementFile
from api.insertion.statements.entries import Author
from api.kit import audit
from api.kit.problems import NotFound

RIGHT: Final = Permission.STATEMENTS_WRITE
# A file weighs megabytes: its content is read by who needs it.
_CONTENT: Any = col(StatementFile.content)
LIGHT: Final = defer(_CONTENT)


def own_facilitators(session: Session, actor: Actor) -> list[UUID]:
    """The facilitators for which the actor states hours.

    Raises Forbidden when there are none: an administrator of a buyer has the right, and no hours.
    """
    return facilitators.of_actor(session, actor, RIGHT)


def chosen(session: Session, actor: Actor, siret: str | None) -> UUID:
    """The facilitator for which the actor sends a file: the one named, else the only one.

    Raises as ``facilitators.chosen``: Invalid is about organisation.
    """
    return facilitators.chosen(session, actor, siret, RIGHT, "organisation")


def followed(
    session: Session, actor: Actor, file_id: UUID, *, whole: bool = False
) -> StatementFile:
    """A file of one of the actor's facilitators; ``whole``: with its content, and locked.

    Raises NotFound for any other, Forbidden to a colleague whose role is not enough.
    """
    file = session.get(
        StatementFile, file_id, options=() if whole else (LIGHT,), with_for_update=whole
    )
    require(actor, RIGHT, file.facilitator_id if file else None)
    if file is None:
        raise NotFound
    return file


def author_of(actor: Actor, facilitator_id: UUID) -> Author:
    """The actor as who states for one facilitator: within its mandates of today."""
    pairs = frozenset(pair for pair in served(actor, RIGHT) if pair[0] == facilitator_id)
    return Author(actor.person_id, pairs)


def record(
    session: Session, actor: Actor, action: str, file: StatementFile, details: dict[str, Any]
) -> None:
    """Leave an event about a file: counts and identifiers, nothing that it says."""
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=file.facilitator_id,
        action=action,
        target=f"statement_file:{file.id}",
        details=details,
    )
