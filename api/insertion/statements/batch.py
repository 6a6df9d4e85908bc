"""A batch of lines: taken whole or in part, and told line by line (R-H6)."""

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

import msgspec
import sqlalchemy as sa
from pydantic import BaseModel
from sqlmodel import Session, col

from api.access.permissions import Actor
from api.insertion.statements import recording, sight
from api.insertion.statements.entries import Author, Entry, Outcome, Remark
from api.insertion.statements.models import Statement
from api.insertion.statements.schemas import BatchIn, BatchRead, LineResult, Unreadable
from api.kit import audit
from api.kit.problems import FieldError, Invalid
from api.rules.hours.vocabulary import StatementState

REFUSED = "{lines} refusée{s} : rien n’est enregistré. Corrigez, puis renvoyez le lot entier."


class Sent(BaseModel):
    """What a batch asked, in short: the same lines give the same digest."""

    digest: str


def digest(data: BatchIn) -> Sent:
    """The digest of a batch."""
    lines = [
        one.sent if isinstance(one, Unreadable) else list(one.__dict__.items())
        for one in data.lines
    ]
    content = [lines, data.partial, data.submit, data.source]
    return Sent(digest=sha256(msgspec.json.encode(content)).hexdigest())


def create(session: Session, actor: Actor, data: BatchIn) -> BatchRead:
    """Record the lines of a batch.

    Raises Forbidden; Invalid when a line is refused and the batch is not to be taken in part.
    """
    author = sight.allow_batch(actor)
    unreadable = {
        place: one.errors for place, one in enumerate(data.lines) if isinstance(one, Unreadable)
    }
    places = [place for place in range(len(data.lines)) if place not in unreadable]
    entries = [Entry(**one.__dict__) for one in data.lines if not isinstance(one, Unreadable)]
    if unreadable and not data.partial:
        outcomes = recording.preview(session, author, entries)
    else:
        outcomes = _record(session, author, entries, data)
    results = {
        place: _result(place, outcome) for place, outcome in zip(places, outcomes, strict=True)
    } | {place: _unread(place, errors) for place, errors in unreadable.items()}
    told = [results[place] for place in range(len(data.lines))]
    refused = [one for one in told if one.status == "refused"]
    if refused and not data.partial:
        raise _refusal(refused)
    _record_event(session, actor, outcomes)
    accepted = len(told) - len(refused)
    return BatchRead.model_construct(accepted=accepted, refused=len(refused), results=told)


def _record(
    session: Session, author: Author, entries: Sequence[Entry], data: BatchIn
) -> list[Outcome]:
    state = StatementState.SUBMITTED if data.submit else StatementState.DRAFT
    return recording.record(session, author, entries, data.source, state, partial=data.partial)


def _result(place: int, outcome: Outcome) -> LineResult:
    return LineResult(
        line=place + 1,
        status="refused" if outcome.errors else "accepted",
        statement_id=outcome.statement_id,
        errors=_located(place, outcome.errors),
        warnings=_located(place, outcome.warnings),
    )


def _located(place: int, remarks: Sequence[Remark]) -> list[FieldError]:
    return [
        FieldError(loc=["body", "lines", place, name], message=message) for name, message in remarks
    ]


def _unread(place: int, errors: Sequence[FieldError]) -> LineResult:
    located = [
        FieldError(loc=["body", "lines", place, *one.loc], message=one.message) for one in errors
    ]
    return LineResult(
        line=place + 1, status="refused", statement_id=None, errors=located, warnings=[]
    )


def _refusal(refused: Sequence[LineResult]) -> Invalid:
    s = "s" if len(refused) > 1 else ""
    detail = REFUSED.format(lines=f"{len(refused)} ligne{s}", s=s)
    return Invalid(detail, errors=[error for one in refused for error in one.errors])


def _record_event(session: Session, actor: Actor, outcomes: Sequence[Outcome]) -> None:
    kept: list[UUID] = [one.statement_id for one in outcomes if one.statement_id is not None]
    if not kept:
        return
    holder = sa.select(col(Statement.facilitator_id)).where(col(Statement.id) == kept[0])
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=session.scalar(holder),
        action="statements.recorded",
        target=f"statement:{kept[0]}",
        details={"lines": len(kept), "statements": [str(one) for one in dict.fromkeys(kept)]},
    )
