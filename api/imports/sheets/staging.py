"""Receives a spreadsheet: keeps the file, judges its lines, keeps them aside. Nothing is in yet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import Session, col

import api
from api.access.models import Organisation
from api.imports.models import ImportFile, ImportState, RowState
from api.imports.sheets import matching, opening
from api.imports.sheets.judging import Judge, kept_issues, read_line
from api.imports.sheets.matching import CHOSEN
from api.imports.sheets.models import SheetFile, SheetRow
from api.imports.sheets.retention import erase_old
from api.imports.sheets.target import MISSING, Line, Target
from api.imports.staging import batches
from api.kit.bulk import Row as Values
from api.kit.bulk import insert_many
from api.kit.columns import new_id, now
from api.kit.sheets import Row, Sheet

BATCH: Final = 1000
COLUMNS = (
    "import_id", "line", "state", "reference", "title", "said", "digest", "issues", "changes",
    "target_id", "left_at",
)  # fmt: skip


def stage(
    session: Session,
    target: Target,
    buyer: Organisation,
    person_id: UUID,
    name: str,
    content: bytes,
    sheet: Sheet,
) -> ImportFile:
    """Keep a file and each of its lines, with its verdict."""
    file = _file(target, buyer, person_id, name, content)
    session.add(file)
    session.flush()
    found = matching.matched(session, buyer.id, target.code, target.fields, sheet.header)
    kept = SheetFile(
        import_id=file.id,
        content=content,
        sheet=sheet.name[:200],
        header=sheet.header,
        header_line=sheet.header_line,
        samples=opening.samples(sheet),
        notices=sheet.notices,
        mapping=found.mapping,
        how=found.how,
        profile=found.profile,
    )
    session.add(kept)
    session.flush()
    _judge(session, target, buyer, file, sheet, found.mapping)
    erase_old(session, buyer.id)
    return file


def _file(
    target: Target, buyer: Organisation, person_id: UUID, name: str, content: bytes
) -> ImportFile:
    return ImportFile(
        id=new_id(),
        organisation_id=buyer.id,
        person_id=person_id,
        name=name,
        sha256=sha256(content).hexdigest(),
        size=len(content),
        kind=target.code,
        state=ImportState.STAGED,
        received=0,
        new=0,
        changed=0,
        same=0,
        refused=0,
        with_issues=0,
        software_version=api.__version__,
    )


def map_columns(
    session: Session,
    target: Target,
    buyer: Organisation,
    file: ImportFile,
    chosen: Sequence[tuple[int, str]],
    sheet: Sheet,
) -> None:
    """Read a staged file by other columns, judge it again and remember the choice.

    ``sheet``: what the file says, read before the transaction. Raises Invalid on a choice that
    cannot be.
    """
    kept = session.get_one(SheetFile, file.id, with_for_update=True)
    mapping = matching.checked(target.fields, kept.header, chosen)
    kept.how = {
        name: kept.how.get(name, CHOSEN) if kept.mapping.get(name) == at else CHOSEN
        for name, at in mapping.items()
    }
    kept.mapping = mapping
    session.add(kept)
    session.execute(sa.delete(SheetRow).where(col(SheetRow.import_id) == file.id))
    _judge(session, target, buyer, file, sheet, mapping)
    matching.remember(session, buyer.id, target.code, kept.header, mapping)
    file.updated_at = now()
    session.add(file)
    session.flush()


def count_from_nothing(file: ImportFile) -> None:
    """Begin the account of a file again."""
    file.received = file.new = file.changed = file.same = file.refused = file.with_issues = 0


def count(file: ImportFile, lines: Iterable[Line]) -> None:
    """Add lines to the account of a file: received = new + changed + same + refused, always."""
    names = {
        RowState.NEW: "new",
        RowState.CHANGED: "changed",
        RowState.SAME: "same",
        RowState.REFUSED: "refused",
    }
    for line in lines:
        name = names[line.state]
        setattr(file, name, getattr(file, name) + 1)
        file.received += 1
        if line.issues and line.state is not RowState.REFUSED:
            file.with_issues += 1


def _judge(
    session: Session,
    target: Target,
    buyer: Organisation,
    file: ImportFile,
    sheet: Sheet,
    mapping: Mapping[str, int],
) -> None:
    absent = matching.missing(target.fields, mapping)
    judge = Judge(session, target, buyer)
    count_from_nothing(file)
    for rows in batches(sheet.rows, BATCH):
        lines = list(_read(target, sheet, mapping, rows, absent))
        readable = [line for line, whole in lines if whole]
        judge.judge(readable)
        insert_many(
            session,
            "sheet_row",
            COLUMNS,
            [_values(target, file.id, line, whole) for line, whole in lines],
        )
        count(file, (line for line, _ in lines))
    session.add(file)
    session.flush()


def _read(
    target: Target,
    sheet: Sheet,
    mapping: Mapping[str, int],
    rows: Iterable[Row],
    absent: Sequence[str],
) -> Iterator[tuple[Line, bool]]:
    for row in rows:
        line, whole = read_line(row, sheet.header, mapping, target.fields)
        if absent:
            line.issues = []
            line.state = RowState.NEW
            line.refuse(MISSING, "", " ".join(absent))
            whole = False
        line.said = target.prepare(line.said)
        yield line, whole


def _values(target: Target, import_id: UUID, line: Line, whole: bool) -> Values:
    title = target.title(line.said)
    return (
        import_id.hex,
        line.number,
        line.state.value,
        line.key[:200] or None,
        title[:300] if title else None,
        json_text(line.said) if whole else None,
        line.digest,
        *told(line),
        line.target_id.hex if line.target_id else None,
        None,
    )


def told(line: Line) -> tuple[str | None, str | None]:
    """The issues and the changes of a line, as the table keeps them."""
    issues = kept_issues(line.issues)
    changes = [list(one) for one in line.changes]
    return json_text(issues) if issues else None, json_text(changes) if changes else None


def json_text(value: Any) -> str:
    """A plain value as JSON text."""
    return msgspec.json.encode(value).decode()
