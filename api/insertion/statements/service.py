"""One statement at a time: made, filled, submitted, decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from api.access.permissions import Actor, Permission
from api.closings.service import require_open
from api.insertion.clauses import sight as clauses
from api.insertion.clauses.models import Clause
from api.insertion.statements import checking, facts, reading, sight, writing
from api.insertion.statements.checking import Judged
from api.insertion.statements.entries import Entry, Remark
from api.insertion.statements.facts import COMPLETED, Known
from api.insertion.statements.models import Statement
from api.insertion.statements.schemas import (
    LineIn,
    StatementChange,
    StatementCreate,
    StatementRead,
)
from api.kit import audit
from api.kit.bulk import update_many
from api.kit.columns import now
from api.kit.problems import Conflict, FieldError, Invalid, PreconditionRequired
from api.rules.hours.vocabulary import StatementState, may_become


class StatementStands(Conflict):
    type = "statement-stands"
    title = "Mois déjà déclaré"
    default = "Une déclaration existe déjà pour cette clause et ce mois."


class StatementNotOpen(Conflict):
    type = "statement-not-open"
    title = "Déclaration fermée à la saisie"
    default = "Cette déclaration ne se modifie plus."


class StatementNotMovable(Conflict):
    type = "statement-not-movable"
    title = "Changement d’état impossible"
    default = "L’état de cette déclaration ne permet pas cette action."


@dataclass(frozen=True)
class Move:
    """A passage to a state: its event, what it is in words, whether lines are judged again."""

    target: StatementState
    action: str
    words: str
    judged: bool


MOVES: Final[Mapping[StatementState, Move]] = {
    move.target: move
    for move in (
        Move(StatementState.SUBMITTED, "statement.submitted", "soumettre", judged=True),
        Move(StatementState.VALIDATED, "statement.validated", "valider", judged=True),
        Move(StatementState.TO_CORRECT, "statement.returned", "renvoyer à corriger", judged=False),
        Move(StatementState.REJECTED, "statement.rejected", "rejeter", judged=False),
    )
}
_IN_WORDS: Final[Mapping[StatementState, str]] = {
    StatementState.DRAFT: "en brouillon",
    StatementState.SUBMITTED: "soumise",
    StatementState.TO_CORRECT: "à corriger",
    StatementState.VALIDATED: "validée",
    StatementState.REJECTED: "rejetée",
}
_ALREADY: Final[Mapping[StatementState, str]] = {
    StatementState.DRAFT: "Une déclaration de ce mois est en brouillon : complétez-la.",
    StatementState.TO_CORRECT: "La déclaration de ce mois est à corriger : modifiez-la.",
    **checking.STANDS,
}


def allow_creation(session: Session, actor: Actor, clause_id: UUID) -> Clause:
    """The clause for which the actor may state hours. Raises NotFound, Forbidden."""
    return clauses.followed(session, actor, clause_id, Permission.STATEMENTS_WRITE)


def read(session: Session, actor: Actor, statement_id: UUID) -> StatementRead:
    """A statement that the actor sees, with what deserves a look as long as it is not decided.

    Raises NotFound.
    """
    statement = sight.readable(session, actor, statement_id)
    warnings: list[FieldError] = []
    if sight.states(actor, statement) and statement.state not in _DECIDED:
        entries = [one[1] for one in reading.entries(session, statement)]
        judged = _judge(session, actor, statement, entries, again=True, lock=False)[1]
        warnings = _told(judged.whole, judged.errors) + _told([], judged.warnings)
    return reading.shown(session, actor, statement.id, warnings)


_DECIDED = (StatementState.VALIDATED, StatementState.REJECTED)


def create(session: Session, actor: Actor, data: StatementCreate) -> StatementRead:
    """Make the draft of a month.

    Raises NotFound, Forbidden, YearClosed, StatementStands, Invalid on lines that can't be taken.
    """
    clause = allow_creation(session, actor, data.clause_id)
    statement = Statement.model_validate(
        {
            "clause_id": clause.id,
            "facilitator_id": clause.facilitator_id,
            "buyer_id": clause.buyer_id,
            "month": data.month,
            "state": StatementState.DRAFT,
            "source": data.source,
            "comment": data.comment,
            "person_id": actor.person_id,
        }
    )
    require_open(session, clause.buyer_id, data.month.year)
    entries = entries_of(statement, data.lines)
    known, judged = _judge(session, actor, statement, entries)
    standing = known.standing.get((clause.id, data.month))
    if standing is not None:
        raise StatementStands(_ALREADY[standing.state])
    _refuse(judged, ["body"])
    session.add(statement)
    session.flush()
    _write(session, actor, statement, entries, known, judged)
    record_event(session, actor, "statement.created", statement)
    return reading.shown(session, actor, statement.id, _told([], judged.warnings))


def change(
    session: Session,
    actor: Actor,
    statement_id: UUID,
    data: StatementChange,
    if_match: str | None,
) -> StatementRead:
    """Put lines in place of those of a draft or of a statement to correct.

    Raises NotFound, Forbidden, PreconditionRequired, Stale, StatementNotOpen, YearClosed, Invalid.
    """
    sight.allow_change(session, actor, statement_id)
    if if_match is None:
        raise PreconditionRequired
    statement = sight.writable(session, actor, statement_id, if_match)
    if statement.state not in COMPLETED:
        raise StatementNotOpen(
            f"Cette déclaration est {_state(statement)} : ses lignes ne se remplacent plus."
        )
    require_open(session, statement.buyer_id, statement.month.year)
    entries = entries_of(statement, data.lines)
    known, judged = _judge(session, actor, statement, entries)
    _refuse(judged, ["body"])
    if "comment" in data.model_fields_set:
        statement.comment = data.comment
    touch(session, statement)
    _write(session, actor, statement, entries, known, judged)
    record_event(session, actor, "statement.changed", statement)
    return reading.shown(session, actor, statement.id, _told([], judged.warnings))


def move(
    session: Session,
    actor: Actor,
    statement_id: UUID,
    target: StatementState,
    comment: str | None = None,
    if_match: str | None = None,
) -> StatementRead:
    """Pass a statement to another state; to submit or to validate, its lines are judged again.

    Raises NotFound, Forbidden, Stale, StatementNotMovable, YearClosed, Invalid.
    """
    statement, going = sight.writable(session, actor, statement_id, if_match), MOVES[target]
    if not may_become(statement.state, target):
        raise StatementNotMovable(
            f"Cette déclaration est {_state(statement)} : on ne peut pas la {going.words}."
        )
    require_open(session, statement.buyer_id, statement.month.year)
    judged = _judge_again(session, actor, statement) if going.judged else Judged()
    details = {"from": statement.state.value, "to": target.value}
    statement.state = target
    statement.comment = comment or statement.comment
    if target is StatementState.SUBMITTED:
        statement.submitted_at = now()
    elif target is StatementState.TO_CORRECT:
        # What is to be corrected is awaited again.
        statement.submitted_at = None
    else:
        statement.decided_at, statement.decided_by = now(), actor.person_id
    touch(session, statement)
    record_event(session, actor, going.action, statement, details)
    return reading.shown(session, actor, statement.id, _told([], judged.warnings))


def entries_of(statement: Statement, lines: Sequence[LineIn]) -> list[Entry]:
    """The lines of a body as entries of a statement."""
    return [
        Entry(clause_id=statement.clause_id, month=statement.month, **line.__dict__)
        for line in lines
    ]


def etag(statement: StatementRead) -> str:
    """The ETag of a statement: its version."""
    return f'"{statement.version}"'


def touch(session: Session, statement: Statement) -> None:
    """A version more."""
    statement.version += 1
    statement.updated_at = now()
    session.add(statement)
    session.flush()


def record_event(
    session: Session,
    actor: Actor,
    action: str,
    statement: Statement,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write the event of a statement: its clause and month, never a person nor an hour."""
    said = {"clause": str(statement.clause_id), "month": f"{statement.month:%Y-%m}"}
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=statement.buyer_id,
        action=action,
        target=f"statement:{statement.id}",
        details=said | dict(details or {}),
    )


def _judge(
    session: Session,
    actor: Actor,
    statement: Statement,
    entries: Sequence[Entry],
    *,
    again: bool = False,
    lock: bool = True,
) -> tuple[Known, Judged]:
    author = sight.author_of(actor)
    known = facts.load(session, author, entries, about=statement, lock=lock)
    clause = known.clauses[statement.clause_id]
    return known, checking.check_one(known, clause, statement.month, entries, again=again)


def _judge_again(session: Session, actor: Actor, statement: Statement) -> Judged:
    """Judge the lines that are there, and write what counts of each as the rules now say."""
    kept = reading.entries(session, statement)
    known, judged = _judge(session, actor, statement, [one[1] for one in kept], again=True)
    _refuse(judged, [])
    training_counted = known.clauses[statement.clause_id].training_counted
    pen, changed = writing.pen_of(session, actor.person_id), []
    for place, (line_id, entry, counted, outside) in enumerate(kept):
        why = judged.outside.get(place)
        wanted = writing.counted_of(entry, training_counted, why)
        if (wanted, why) != (counted, outside):
            changed.append((wanted, why, pen.id(line_id)))
    update_many(session, "hours_line", ("counted", "outside"), ("id",), changed)
    return judged


def _write(
    session: Session,
    actor: Actor,
    statement: Statement,
    entries: Sequence[Entry],
    known: Known,
    judged: Judged,
) -> None:
    pen, clause = writing.pen_of(session, actor.person_id), known.clauses[statement.clause_id]
    rows = writing.line_rows(pen, statement.id, clause, enumerate(entries), known, judged.outside)
    writing.replace_lines(session, statement.id, rows)
    writing.beside(session, pen, entries, known)


def _refuse(judged: Judged, root: list[str | int]) -> None:
    if not judged.good:
        raise Invalid(errors=_told(judged.whole, judged.errors, root))


def _told(
    whole: Sequence[Remark],
    remarks: Mapping[int, Sequence[Remark]],
    root: Sequence[str | int] = (),
) -> list[FieldError]:
    found = [FieldError(loc=[*root, name], message=message) for name, message in whole]
    found += [
        FieldError(loc=[*root, "lines", place, name], message=message)
        for place in sorted(remarks)
        for name, message in remarks[place]
    ]
    return found


def _state(statement: Statement) -> str:
    return _IN_WORDS[statement.state]
