"""Who did what, written in the transaction of the change: no event, no change.

Each event carries the SHA-256 of the one before, so that an edit or a hole shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel

from api.kit.columns import BigId, Json, now
from api.kit.db import REQUEST

_CHAIN_LOCK = 7_237_001  # one advisory lock of PostgreSQL, any number as long as it is ours alone


class AuditEvent(SQLModel, table=True):
    """One thing done by someone, chained to the one before."""

    __tablename__ = "audit_event"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    at: datetime
    person_id: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")
    organisation_id: UUID | None = Field(
        default=None, foreign_key="organisation.id", ondelete="RESTRICT", index=True
    )
    action: str = Field(max_length=60)
    target: str = Field(max_length=80, index=True)
    details: dict[str, Any] = Field(sa_type=Json)
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


@dataclass(frozen=True)
class Told:
    """What is to be told of one thing done, as ``record`` takes it."""

    person_id: UUID | None
    organisation_id: UUID | None
    action: str
    target: str
    details: Mapping[str, Any]


def record(
    session: Session,
    *,
    person_id: UUID | None,
    organisation_id: UUID | None,
    action: str,
    target: str,
    details: dict[str, Any],
) -> None:
    """Append an event to the chain.

    ``target`` is "kind:id". ``details`` is plain JSON and never holds a password, a token or a
    personal value. The start of the API key by which the request came is added to them.
    """
    record_many(session, [Told(person_id, organisation_id, action, target, details)])


def record_many(session: Session, told: Sequence[Told]) -> None:
    """Append events to the chain, in this order, in as many statements as for one."""
    if not told:
        return
    key = getattr(session.info.get(REQUEST), "api_key", None)
    named = {} if key is None else {"api_key": key}
    take_turn(session)
    last: sa.Select[Any] = sa.select(sa.column("hash")).select_from(
        sa.table("audit_event", sa.column("hash"))
    )
    previous = session.execute(last.order_by(sa.text("id DESC")).limit(1)).scalar() or ""
    rows = []
    for one in told:
        event = AuditEvent(
            at=now(),
            person_id=one.person_id,
            organisation_id=one.organisation_id,
            action=one.action,
            target=one.target,
            details=dict(one.details) | named,
            previous_hash=previous,
            hash="",
        )
        event.hash = previous = chained(event)
        rows.append(event.model_dump(exclude={"id"}))
    session.flush()
    session.execute(sa.insert(SQLModel.metadata.tables["audit_event"]), rows)


def take_turn(session: Session) -> None:
    """Wait for the other writers of the chain, and keep them waiting until this transaction ends.

    What is read afterwards holds all that they have committed: whoever writes in order (events,
    places in a feed) takes its turn first, and late, since nobody else writes meanwhile. On SQLite
    a unit of writing has its turn from the start.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHAIN_LOCK)))


def chained(event: AuditEvent) -> str:
    """The hash of an event: of all it says and of the hash before it."""
    content = [
        event.at.isoformat(),
        str(event.person_id),
        str(event.organisation_id),
        event.action,
        event.target,
        event.details,
        event.previous_hash,
    ]
    return sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def broken_at(session: Session) -> int | None:
    """The id of the first event that does not follow from the one before, None when all do."""
    previous = ""
    statement = sa.select(AuditEvent).order_by(sa.text("id")).execution_options(yield_per=500)
    with session.scalars(statement) as events:
        for event in events:
            if event.previous_hash != previous or event.hash != chained(event):
                return event.id
            previous = event.hash
    return None
