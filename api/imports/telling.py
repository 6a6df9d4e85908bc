"""Rows of a file of essential data, as the API gives them: what each says, and what it changes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts import reading
from api.contracts.conversion import differences, titles
from api.imports import tally
from api.imports.judging import merge
from api.imports.models import ImportFile, ImportState, RowState, StagedRow
from api.imports.schemas import ImportRow, IssueCount, RowChange, RowIssue
from api.reference.marks import MARKS
from api.rules.records import ContractRecord

# What is shown of a row that could not be read, so that it is found again in the file.
_LONGEST_REFERENCE, _LONGEST_SUBJECT = 64, 200


def counts(session: Session, file: ImportFile) -> tuple[list[IssueCount], list[IssueCount]]:
    """(reasons of refusal, kinds of issue), most frequent first; rows are read as a stream."""
    rows = session.execute(
        sa.select(col(StagedRow.state), col(StagedRow.issues))
        .where(col(StagedRow.import_id) == file.id, col(StagedRow.raw).is_not(None))
        .execution_options(yield_per=1000)
    )
    return tally.of_issues(rows, lambda code, _field: code)


def account(session: Session, file: ImportFile) -> str:
    """The account of a file on a terminal: the rows, why some are refused, where to read more."""
    lines = [
        f"Lignes reçues : {file.received}, dont nouvelles : {file.new}, modifiées : "
        f"{file.changed}, identiques : {file.same}, refusées : {file.refused} ; acceptées avec "
        f"une anomalie : {file.with_issues}."
    ]
    if file.refused:
        lines.append("Lignes refusées, par raison, avec un exemple :")
        lines += [f"{one.count:>8} : {one.label}" for one in counts(session, file)[0]]
        if file.organisation_id is None:
            lines.append(
                "Pour lire ces lignes une à une sur le site (page Imports), donnez l’organisation "
                "qui dépose : --organisation SIRET."
            )
    lines.append(f"Import {file.id} : {'accepté' if file.accepted_at else 'en attente'}.")
    return "\n".join(lines)


def rows(session: Session, file: ImportFile, staged: Sequence[StagedRow]) -> list[ImportRow]:
    """Rows with their verdict, what is wrong in them, what they change."""
    records = {
        row.position: msgspec.json.decode(row.record, type=ContractRecord)
        for row in staged
        if row.record
    }
    waiting = [
        row.contract_id
        for row in staged
        if row.state is RowState.CHANGED and row.before is None and row.contract_id
    ]
    kept = {one.id: one.record for one in reading.by_ids(session, waiting)} if waiting else {}
    # The contract of a new row has an id from the start, but is there while the file is accepted.
    made = file.state is ImportState.ACCEPTED
    return [
        _row(row, records.get(row.position), made, _changes(row, records.get(row.position), kept))
        for row in staged
    ]


def _row(
    row: StagedRow, record: ContractRecord | None, made: bool, changes: list[RowChange]
) -> ImportRow:
    reference, subject = row.reference, record.subject if record else None
    if record is None:
        reference, subject = _as_received(row.raw)
    return ImportRow(
        position=row.position,
        state=row.state,
        buyer_siret=row.buyer_siret,
        reference=reference,
        subject=subject,
        contract_id=None if row.state is RowState.NEW and not made else row.contract_id,
        issues=[RowIssue(code=c, field=f, message=m) for c, f, m in row.issues or []],
        changes=changes,
    )


def _as_received(raw: str | None) -> tuple[str | None, str | None]:
    """(number, subject) of a row that no record came out of, as the file writes them."""
    content = msgspec.json.decode(raw) if raw else None
    if not isinstance(content, dict):
        return None, None
    return (
        _text(content.get("id"), _LONGEST_REFERENCE),
        _text(content.get("objet"), _LONGEST_SUBJECT),
    )


def _text(value: Any, longest: int) -> str | None:
    said = " ".join(value.split()) if isinstance(value, str) else ""
    return (said if len(said) <= longest else f"{said[: longest - 1]}…") or None


def _changes(
    row: StagedRow, record: ContractRecord | None, kept: Mapping[UUID, ContractRecord]
) -> list[RowChange]:
    if row.state is not RowState.CHANGED or record is None or row.contract_id is None:
        return []
    if row.before is not None:
        old = msgspec.json.decode(row.before, type=tuple[str | None, ContractRecord])[1]
    elif row.contract_id in kept:
        old = kept[row.contract_id]
    else:
        return []
    return list(_told(old, merge(old, record)))


def _told(old: ContractRecord, new: ContractRecord) -> Iterator[RowChange]:
    """Each fact that differs under its French name, each consideration as a fact of its own."""
    names = titles()
    for name, before, after in differences(old, new):
        if name == "marks":
            yield from _marks(before, after)
        else:
            yield RowChange(field=name, label=names.get(name, name), before=before, after=after)


def _marks(before: Mapping[str, bool], after: Mapping[str, bool]) -> Iterator[RowChange]:
    # Named as the columns of a spreadsheet name them; one that left the nomenclature, by its code.
    for code in dict.fromkeys((*MARKS, *before, *after)):
        if before.get(code) != after.get(code):
            mark = MARKS.get(code)
            yield RowChange(
                field=f"mark.{code}",
                label=code if mark is None else mark.label,
                before=before.get(code),
                after=after.get(code),
            )
