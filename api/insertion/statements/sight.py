"""Which statements somebody sees, and which they may write."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import DENIED, Actor, Permission, served, visible
from api.insertion.clauses.models import Clause
from api.insertion.statements.entries import Author
from api.insertion.statements.models import Statement
from api.kit.problems import Forbidden, NotFound, Stale
from api.rules.hours.vocabulary import StatementState


def stands(statement: Any = Statement) -> sa.ColumnElement[bool]:
    """The condition that a statement stands (R-H4), written as in the index of those that do: a
    bound value would leave it unused."""
    rejected: sa.ColumnElement[str] = sa.literal_column(f"'{StatementState.REJECTED.value}'")
    return col(statement.state) != rejected


def told_to_buyer() -> sa.ColumnElement[bool]:
    """The condition that a statement is told to its buyer: a draft is not. Two readings around the
    saving of one line would tell the month of one person."""
    return col(Statement.state) != StatementState.DRAFT


def parts_seen(actor: Actor) -> list[sa.ColumnElement[bool]]:
    """What the actor sees, in parts that an index gives each in the order of months: the
    statements made to one of their buyers, drafts left out, and those of one of their facilitators
    within the mandates that run today."""
    own = [
        sa.and_(col(Statement.buyer_id) == buyer, told_to_buyer())
        for buyer in visible(actor, Permission.INSERTION_READ)
    ]
    buyers: dict[UUID, list[UUID]] = {}
    for facilitator, buyer in served(actor, Permission.INSERTION_READ):
        buyers.setdefault(facilitator, []).append(buyer)
    entrusted = [
        sa.and_(col(Statement.facilitator_id) == facilitator, col(Statement.buyer_id).in_(some))
        for facilitator, some in buyers.items()
    ]
    return own + entrusted


def seen_by(actor: Actor) -> sa.ColumnElement[bool]:
    """The statements made to the actor's buyers, drafts left out, and those of the actor's
    facilitators within a mandate that runs today."""
    return sa.or_(sa.false(), *parts_seen(actor))


def seen_with_clause(actor: Actor) -> sa.ColumnElement[bool]:
    """The statements seen of a clause that the actor sees: also those of the facilitator who had it
    before, drafts left out."""
    return sa.or_(told_to_buyer(), seen_by(actor))


def author_of(actor: Actor) -> Author:
    """The actor as who states: what the mandates of today allow."""
    return Author(actor.person_id, frozenset(served(actor, Permission.STATEMENTS_WRITE)))


def allow_batch(actor: Actor) -> Author:
    """Let pass who states for a facilitator that serves a buyer today, or refuse (Forbidden)."""
    author = author_of(actor)
    if not author.pairs:
        raise Forbidden(DENIED[Permission.STATEMENTS_WRITE])
    return author


def states(actor: Actor, statement: Statement) -> bool:
    """Whether the actor works for the facilitator of a statement: sees its lines, may write it."""
    pair = (statement.facilitator_id, statement.buyer_id)
    return pair in served(actor, Permission.STATEMENTS_WRITE)


def readable(session: Session, actor: Actor, statement_id: UUID) -> Statement:
    """A statement that the actor sees. Raises NotFound for any other."""
    found = sa.select(Statement).where(col(Statement.id) == statement_id, seen_by(actor))
    statement = session.scalars(found).one_or_none()
    if statement is None:
        raise NotFound
    return statement


def allow_change(session: Session, actor: Actor, statement_id: UUID) -> Statement:
    """A statement that the actor may write, not locked. Raises NotFound, Forbidden."""
    statement = readable(session, actor, statement_id)
    if not states(actor, statement):
        raise Forbidden(DENIED[Permission.STATEMENTS_WRITE])
    return statement


def writable(session: Session, actor: Actor, statement_id: UUID, if_match: str | None) -> Statement:
    """A statement that the actor may write, locked behind its clause as every way in does.

    Raises NotFound, Forbidden, Stale when ``if_match`` is said and is not the current ETag.
    """
    statement = allow_change(session, actor, statement_id)
    # One after the other on PostgreSQL: who waits here reads what was committed meanwhile.
    clause = sa.select(col(Clause.id)).where(col(Clause.id) == statement.clause_id)
    session.execute(clause.with_for_update(key_share=True))
    session.refresh(statement, with_for_update=True)
    if if_match is not None and if_match != f'"{statement.version}"':
        raise Stale
    return statement
