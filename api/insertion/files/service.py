"""Files of hours: received, judged, matched again by a person, accepted all or nothing.

The content stays so that it can be given back with what is wrong in it: 90 days at most. What is
older goes each time the organisation sends or accepts a file; the row, its counts and its remarks
stay.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor
from api.insertion.files import judging, opening, showing
from api.insertion.files.models import FileState, StatementFile
from api.insertion.files.opening import Matched
from api.insertion.files.schemas import (
    FileAccept,
    FileMapping,
    StatementFileItem,
    StatementFileRead,
)
from api.insertion.files.sight import author_of, followed, own_facilitators, record
from api.insertion.files.verdict import Verdict
from api.insertion.statements import recording
from api.insertion.statements.entries import Entry
from api.insertion.statements.models import Statement, StatementSource
from api.kit.columns import now
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import Conflict, FieldError, Problem
from api.kit.sheets import Sheet
from api.rules.hours.vocabulary import StatementState

KEPT: Final = timedelta(days=90)
TOLD: Final = 100
ALREADY: Final = (
    "Ce fichier a déjà été accepté le {day} : ses heures sont déclarées. Pour en ajouter, déposez "
    "un fichier qui ne contient que les lignes nouvelles."
)
REFUSED: Final = (
    "{told} à corriger sur {received} : rien n’est enregistré. Corrigez le fichier, puis "
    "déposez-le de nouveau."
)


class AlreadyAccepted(Conflict):
    type = "statement-file-accepted"
    title = "Fichier déjà accepté"
    default = "Ce fichier est déjà accepté : ses heures sont déclarées."


class ContentErased(Conflict):
    type = "statement-file-erased"
    title = "Contenu effacé"
    default = "Ce fichier est effacé, 90 jours après son dépôt : déposez-le de nouveau."


class RefusedLines(Problem):
    status = 422
    type = "refused-lines"
    title = "Lignes à corriger"
    default = "Des lignes sont à corriger : rien n’est enregistré."


def find(session: Session, actor: Actor, limit: int, cursor: str | None) -> Page[StatementFileItem]:
    """The files of the actor's facilitators, the last first.

    Raises Forbidden to who states for none, Invalid on a foreign cursor.
    """
    condition: sa.ColumnElement[bool] = col(StatementFile.facilitator_id).in_(
        own_facilitators(session, actor)
    )
    after = decode_cursor(cursor, 1)
    if after is not None:
        condition &= col(StatementFile.id) < _uuid(after[0])
    found = showing.listed(session, condition, limit + 1)
    following = encode_cursor(found[limit - 1].id.hex) if len(found) > limit else None
    return Page[StatementFileItem](items=found[:limit], next=following)


def read(session: Session, actor: Actor, file_id: UUID) -> StatementFileRead:
    """A file of one of the actor's facilitators. Raises NotFound, Forbidden."""
    followed(session, actor, file_id)
    return showing.shown(session, file_id)


def create(
    session: Session, actor: Actor, facilitator_id: UUID, name: str, content: bytes, sheet: Sheet
) -> StatementFileRead:
    """Keep a file received and judge its lines; none of them is stated.

    Raises AlreadyAccepted when the organisation accepted the same file and its hours stand.
    """
    matched = opening.matched(sheet.header, opening.remembered(session, facilitator_id))
    file = StatementFile(
        facilitator_id=facilitator_id,
        name=name,
        content=content,
        state=FileState.RECEIVED,
        header=sheet.header,
        mapping=matched.mapping,
        errors={},
        received=0,
        refused=0,
        person_id=actor.person_id,
    )
    entries = _judge(session, actor, file, sheet, matched)
    _refuse_twice(session, file, entries)
    session.add(file)
    session.flush()
    _erase_old(session, facilitator_id)
    record(session, actor, "statement_file.received", file, _counts(file))
    return showing.shown(session, file.id)


def map_columns(
    session: Session, actor: Actor, file_id: UUID, data: FileMapping
) -> StatementFileRead:
    """Read a file by other columns, judge it again and remember the choice.

    Raises NotFound, Forbidden, AlreadyAccepted, ContentErased, Invalid.
    """
    file = _open(session, actor, file_id)
    file.mapping = opening.checked(file.header, data.mapping)
    _judge(session, actor, file, _sheet(file), Matched(file.mapping, []))
    opening.remember(session, file.facilitator_id, file.header, file.mapping)
    session.flush()
    record(session, actor, "statement_file.mapped", file, _counts(file))
    return showing.shown(session, file.id)


def accept(session: Session, actor: Actor, file_id: UUID, data: FileAccept) -> StatementFileRead:
    """State the hours of every line, or of none: drafts, or submitted at once.

    Raises NotFound, Forbidden, AlreadyAccepted, ContentErased, RefusedLines.
    """
    file = _open(session, actor, file_id)
    sheet, matched = _sheet(file), Matched(file.mapping, [])
    if absent := showing.missing(file.mapping):
        raise RefusedLines(
            " ".join(map(showing.missing_message, absent)),
            errors=[
                FieldError(loc=["file", one.field], message=showing.missing_message(one))
                for one in absent
            ],
        )
    state = StatementState.SUBMITTED if data.submit else StatementState.DRAFT
    decide = partial(recording.record, source=StatementSource.FILE, state=state)
    author = author_of(actor, file.facilitator_id)
    judged = judging.judge(session, author, file.facilitator_id, sheet, matched, decide)
    if judged.verdict.errors:
        _refuse_twice(session, file, judged.entries)
        raise _refusal(file, judged.verdict)
    made = {one.statement_id for one in judged.outcomes if one.statement_id is not None}
    file.errors = {**judged.verdict.kept(), "statements": len(made)}
    file.received, file.refused = judged.verdict.received, 0
    file.state, file.accepted_at, file.updated_at = FileState.ACCEPTED, now(), now()
    session.add(file)
    session.flush()
    _erase_old(session, file.facilitator_id)
    details = {"submitted": data.submit, "statements": sorted(map(str, made))}
    record(session, actor, "statement_file.accepted", file, _counts(file) | details)
    return showing.shown(session, file.id)


def _open(session: Session, actor: Actor, file_id: UUID) -> StatementFile:
    """A file that waits for a decision, locked, with its content."""
    file = followed(session, actor, file_id, whole=True)
    if file.state is FileState.ACCEPTED:
        raise AlreadyAccepted
    if not file.content:
        raise ContentErased
    return file


def _sheet(file: StatementFile) -> Sheet:
    return opening.open_again(file.content, file.name, file.errors["sheet"], file.header)


def _judge(
    session: Session, actor: Actor, file: StatementFile, sheet: Sheet, matched: Matched
) -> Sequence[Entry]:
    """Judge a file without stating anything; answers what its lines would state."""
    entries: Sequence[Entry] = ()
    if showing.missing(matched.mapping):
        verdict = judging.unread(sheet, matched)
        file.refused = verdict.received
    else:
        author = author_of(actor, file.facilitator_id)
        judged = judging.judge(
            session, author, file.facilitator_id, sheet, matched, recording.preview
        )
        verdict, entries = judged.verdict, judged.entries
        file.refused = len(verdict.errors)
    file.received, file.errors, file.updated_at = verdict.received, verdict.kept(), now()
    return entries


def _refuse_twice(session: Session, file: StatementFile, entries: Sequence[Entry]) -> None:
    """Refuse what was accepted before, unless every statement of these months was rejected."""
    earlier = session.scalars(
        sa.select(col(StatementFile.accepted_at))
        .where(
            col(StatementFile.facilitator_id) == file.facilitator_id,
            col(StatementFile.state) == FileState.ACCEPTED,
            # The size first: it is known without reading what each file holds.
            sa.func.length(col(StatementFile.content)) == len(file.content),
            col(StatementFile.content) == file.content,
        )
        .order_by(col(StatementFile.accepted_at).desc())
        .limit(1)
    ).one_or_none()
    if earlier is not None and (not entries or _stand(session, file.facilitator_id, entries)):
        raise AlreadyAccepted(ALREADY.format(day=f"{earlier:%d/%m/%Y}"))


def _stand(session: Session, facilitator_id: UUID, entries: Sequence[Entry]) -> bool:
    """Whether a statement of the clauses and months of these entries is not rejected."""
    wanted = {(one.clause_id, one.month) for one in entries}
    found = session.execute(
        sa.select(col(Statement.clause_id), col(Statement.month)).where(
            col(Statement.facilitator_id) == facilitator_id,
            col(Statement.clause_id).in_({clause_id for clause_id, _ in wanted}),
            col(Statement.month).in_({month for _, month in wanted}),
            col(Statement.state) != StatementState.REJECTED,
        )
    )
    return any((row[0], row[1]) in wanted for row in found)


def _refusal(file: StatementFile, verdict: Verdict) -> RefusedLines:
    wrong = len(verdict.errors)
    told = "1 ligne est" if wrong == 1 else f"{wrong} lignes sont"
    lines = showing.lines_of(file, verdict.errors, TOLD)
    return RefusedLines(
        REFUSED.format(told=told, received=verdict.received),
        errors=[
            FieldError(
                loc=["file", one.line, one.column or one.field],
                message=f"Ligne {one.line}"
                + (f", colonne {one.column} : " if one.column else " : ")
                + one.message,
            )
            for one in lines
        ],
    )


def _erase_old(session: Session, facilitator_id: UUID) -> None:
    session.execute(
        sa.update(StatementFile)
        .where(
            col(StatementFile.facilitator_id) == facilitator_id,
            col(StatementFile.created_at) < now() - KEPT,
            sa.func.length(col(StatementFile.content)) > 0,
        )
        .values(content=b"")
        .execution_options(synchronize_session=False)
    )


def _counts(file: StatementFile) -> dict[str, object]:
    return {"received": file.received, "refused": file.refused}


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise bad_cursor() from error
