"""Lets the lines of a spreadsheet in, or takes them out again; all or nothing."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col

from api.access.models import Organisation
from api.contracts import dependents
from api.imports.acceptance import NotStaged, NotUndoable
from api.imports.models import ImportFile, ImportState, RowState
from api.imports.sheets.holding import hold
from api.imports.sheets.judging import Judge
from api.imports.sheets.models import SheetRow
from api.imports.sheets.retention import erase_old, refuse_erased
from api.imports.sheets.staging import BATCH, count, count_from_nothing, told
from api.imports.sheets.target import OF_READING, Line, Target
from api.kit.bulk import update_many
from api.kit.columns import now
from api.kit.problems import Conflict
from api.rules.records import Issue

_WRITTEN = (RowState.NEW, RowState.CHANGED)
_NOTED = ("state", "reference", "issues", "changes", "target_id", "left_at")


class Overtaken(Conflict):
    type = "import-overtaken"
    title = "Une autre saisie est arrivée en même temps"
    default = (
        "Quelqu’un vient d’enregistrer l’un de ces éléments : rien n’est entré. Relisez l’aperçu, "
        "puis acceptez de nouveau."
    )


def accept(session: Session, target: Target, file: ImportFile) -> None:
    """Write every accepted line, judged again against what is there now.

    Raises NotStaged when the file was accepted or undone before, ContentErased when it is too old,
    Overtaken when somebody writes the same thing at this very moment.
    """
    if file.state is not ImportState.STAGED:
        raise NotStaged
    refuse_erased(session, file.id)
    buyer = _buyer(session, file)
    judge = Judge(session, target, buyer, holding=True)
    count_from_nothing(file)
    file.received = file.refused = _unread(session, file.id)
    for page in _pages(session, file.id, col(SheetRow.said).is_not(None)):
        lines = [_line(row) for row in page]
        judge.judge(lines)
        try:
            _enter(session, target, buyer, lines)
        except IntegrityError as error:
            raise Overtaken from error
        _note(session, target, buyer, file.id, lines)
        count(file, lines)
    file.state = ImportState.ACCEPTED
    file.accepted_at = file.updated_at = now()
    session.add(file)
    erase_old(session, buyer.id)


def undo(session: Session, target: Target, file: ImportFile) -> None:
    """Take out what a file brought, and write back what it changed.

    Raises NotUndoable when it is not accepted, when something has moved since, or while something
    stands on what it brought: who, in French. Raises ContentErased when what it changed
    is no longer kept.
    """
    if file.state is not ImportState.ACCEPTED:
        raise NotUndoable
    refuse_erased(session, file.id)
    buyer = _buyer(session, file)
    _refuse_moved(session, target, buyer, file)
    _refuse_standing(session, target, file)
    for page in _pages(session, file.id, col(SheetRow.state).in_(_WRITTEN)):
        lines = [_back(row) for row in page]
        target.resolve(session, buyer, lines)
        refused = next((line for line in lines if line.state is RowState.REFUSED), None)
        if refused is not None:
            raise NotUndoable(f"Cet import ne peut plus être annulé. {refused.issues[0].message}")
        changed = [line for line in lines if line.values]
        if changed:
            target.update(session, buyer, changed)
            target.restored(session, changed)
        _remove(session, target, [line for line in lines if not line.values])
    file.state = ImportState.UNDONE
    file.undone_at = file.updated_at = now()
    session.add(file)


def _buyer(session: Session, file: ImportFile) -> Organisation:
    """Whose file it is, held: two imports of one buyer enter one after the other. Its key alone:
    other rows of the buyer may be written meanwhile."""
    only_key = {"key_share": True}
    return session.get_one(Organisation, file.organisation_id, with_for_update=only_key)


def _enter(session: Session, target: Target, buyer: Organisation, lines: Sequence[Line]) -> None:
    fresh = [line for line in lines if line.state is RowState.NEW]
    changed = [line for line in lines if line.state is RowState.CHANGED]
    if fresh:
        target.insert(session, buyer, fresh)
    if changed:
        target.update(session, buyer, changed)
    session.flush()


def _note(
    session: Session, target: Target, buyer: Organisation, import_id: UUID, lines: Sequence[Line]
) -> None:
    """Keep what became of each line, and what it left there."""
    keys = [line.key for line in lines if line.state in _WRITTEN]
    left = target.known(session, buyer, keys) if keys else {}
    update_many(
        session,
        "sheet_row",
        _NOTED,
        ("import_id", "line"),
        [
            (
                line.state.value,
                line.key[:200],
                *told(line),
                line.target_id.hex if line.target_id else None,
                left[line.key].state if line.state in _WRITTEN else None,
                import_id.hex,
                line.number,
            )
            for line in lines
        ],
    )


def _refuse_moved(session: Session, target: Target, buyer: Organisation, file: ImportFile) -> None:
    moved: list[str] = []
    for page in _pages(session, file.id, col(SheetRow.state).in_(_WRITTEN)):
        keys = [row.reference for row in page]
        hold(session, target.table, buyer.id, keys)
        known = target.known(session, buyer, keys)
        for row in page:
            there = known.get(row.reference)
            if there is None or there.id != row.target_id or there.state != row.left_at:
                moved.append(target.told(row.reference))
    if moved:
        one, many = target.noun
        told_many = f"1 {one} de cet import a" if len(moved) == 1 else (
            f"{len(moved)} {many} de cet import ont"
        )  # fmt: skip
        raise NotUndoable(
            f"{told_many} changé depuis ({_listed(moved)}) : défaites d’abord ces changements."
        )


def _refuse_standing(session: Session, target: Target, file: ImportFile) -> None:
    counts: dict[tuple[str, str], int] = {}
    carrying: list[str] = []
    for page in _pages(session, file.id, col(SheetRow.state) == RowState.NEW):
        names = {row.target_id: target.told(row.reference) for row in page}
        found, on = dependents.standing(session, target.table, target.parts, list(names))
        counts = {words: counts.get(words, 0) + found.get(words, 0) for words in counts | found}
        carrying += [name for key, name in names.items() if key in on]
    if counts:
        raise NotUndoable(
            f"{dependents.depend(counts)} de ce que cet import a apporté "
            f"({_listed(carrying)}) : détachez-les ou supprimez-les d’abord."
        )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + ("…" if len(names) > 5 else "")


def _remove(session: Session, target: Target, lines: Sequence[Line]) -> None:
    if lines:
        try:
            target.remove(session, lines)
        except IntegrityError as error:
            raise NotUndoable(
                "Quelque chose vient de s’attacher à ce que cet import a apporté : il ne peut plus "
                "être annulé."
            ) from error


def _line(row: Any) -> Line:
    # Remarks of the judgement are made again by this judgement.
    issues = [Issue(*one) for one in row.issues or () if one[0] in OF_READING]
    fresh = row.target_id if row.state is RowState.NEW else None
    return Line(row.line, dict(row.said), row.digest, issues, target_id=fresh)


def _back(row: Any) -> Line:
    """What undoes a line: the values of before, or none of a line that brought something new."""
    line = Line(row.line, {}, state=row.state, key=row.reference, target_id=row.target_id)
    line.values = {name: before for name, before, _ in row.changes or ()}
    return line


def _unread(session: Session, import_id: UUID) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(SheetRow)
            .where(col(SheetRow.import_id) == import_id, col(SheetRow.said).is_(None))
        )
        or 0
    )


_COLUMNS = tuple(
    SQLModel.metadata.tables["sheet_row"].c[name]
    for name in (
        "line", "state", "reference", "said", "digest", "issues", "changes", "target_id", "left_at",
    )
)  # fmt: skip


def _pages(
    session: Session, import_id: UUID, condition: sa.ColumnElement[bool]
) -> Iterator[Sequence[Any]]:
    statement = (
        sa.select(*_COLUMNS)
        .where(
            col(SheetRow.import_id) == import_id,
            condition,
            col(SheetRow.line) > sa.bindparam("after", type_=sa.Integer()),
        )
        .order_by(col(SheetRow.line))
        .limit(BATCH)
    )
    after = 0
    while page := session.execute(statement, {"after": after}).all():
        after = page[-1].line
        yield page
