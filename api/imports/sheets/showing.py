"""A spreadsheet received, as the API gives it: its columns, its lines, what is wrong in them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.imports import tally
from api.imports.models import ImportFile, ImportState, RowState
from api.imports.schemas import ImportRow, IssueCount, RowChange, RowIssue
from api.imports.sheets import matching
from api.imports.sheets.contracts import CONTRACTS
from api.imports.sheets.models import SheetFile, SheetRow
from api.imports.sheets.profiles import profiles
from api.imports.sheets.registry import TARGETS, ImportKind
from api.imports.sheets.schemas import FileColumn, ImportColumns, KindColumn, KindRead
from api.imports.sheets.target import Target
from api.kit.sheets.model import column_name
from api.rules.naming import called
from api.rules.records import Party
from api.suppliers import naming

# What is said of companies, sole traders or not, by SIRET.
Said = Mapping[str | None, bool | None]


def kinds() -> list[KindRead]:
    """The kinds of spreadsheets that are read, with their columns."""
    return [
        KindRead(
            kind=ImportKind(code),
            label=target.label,
            columns=_fields(target),
            profiles=[one.name for one in profiles() if one.kind == code],
        )
        for code, target in TARGETS.items()
    ]


def _fields(target: Target) -> list[KindColumn]:
    return [
        KindColumn(
            field=one.name,
            label=one.label,
            required=one.required,
            help=one.help,
            titles=list(one.synonyms),
        )
        for one in target.fields
    ]


def columns(session: Session, file: ImportFile, target: Target) -> ImportColumns:
    """How the columns of a file are read."""
    row = session.execute(
        sa.select(
            *(
                getattr(SheetFile, name)
                for name in (
                    "sheet", "header_line", "profile", "header", "samples", "mapping", "how",
                    "notices",
                )
            ),
            (sa.func.length(col(SheetFile.content)) > 0).label("kept"),
        ).where(col(SheetFile.import_id) == file.id)
    ).one()  # fmt: skip
    named = {at: name for name, at in row.mapping.items()}
    found = [
        FileColumn(
            column=at,
            letters=column_name(at),
            title=title,
            field=named.get(at),
            how=row.how.get(named[at]) if at in named else None,
            samples=[one[at] for one in row.samples],
        )
        for at, title in enumerate(row.header)
    ]
    return ImportColumns(
        sheet=row.sheet,
        header_line=row.header_line,
        profile=row.profile,
        columns=found,
        fields=_fields(target),
        missing=matching.missing(target.fields, row.mapping),
        unread=[one.title for one in found if one.field is None and one.title],
        notices=row.notices,
        kept=bool(row.kept),
    )


def unread(session: Session, files: Sequence[ImportFile]) -> set[UUID]:
    """Those of these files of which columns must still be chosen before a line can be judged."""
    kinds = {file.id: TARGETS[file.kind] for file in files if file.kind in TARGETS}
    if not kinds:
        return set()
    rows = session.execute(
        sa.select(col(SheetFile.import_id), col(SheetFile.mapping)).where(
            col(SheetFile.import_id).in_(kinds)
        )
    )
    return {key for key, mapping in rows if matching.missing(kinds[key].fields, mapping)}


def counts(session: Session, file: ImportFile) -> tuple[list[IssueCount], list[IssueCount]]:
    """(reasons of refusal, kinds of issue), most frequent first; lines are read as a stream."""
    rows = session.execute(
        sa.select(col(SheetRow.state), col(SheetRow.issues))
        .where(col(SheetRow.import_id) == file.id, col(SheetRow.issues).is_not(None))
        .execution_options(yield_per=1000)
    )
    return tally.of_issues(rows, lambda code, name: f"{code}:{name}" if name else code)


def found_rows(
    session: Session,
    file: ImportFile,
    state: RowState | None,
    with_issues: bool | None,
    after: int,
    limit: int,
) -> Sequence[SheetRow]:
    """``limit`` lines of a file at most, in its order, after a line."""
    statement = sa.select(SheetRow).where(
        col(SheetRow.import_id) == file.id, col(SheetRow.line) > after
    )
    if state is not None:
        statement = statement.where(col(SheetRow.state) == state)
    if with_issues is not None:
        some = col(SheetRow.issues).is_not(None)
        statement = statement.where(some if with_issues else ~some)
    return session.scalars(statement.order_by(col(SheetRow.line)).limit(limit)).all()


def rows(
    session: Session,
    file: ImportFile,
    target: Target,
    siret: str | None,
    found: Sequence[SheetRow],
) -> list[ImportRow]:
    """Lines with their verdict, what is wrong in them, what they change."""
    said = naming.said_of(session, _companies(found))
    made = file.state is ImportState.ACCEPTED
    return [
        ImportRow(
            position=row.line,
            state=row.state,
            buyer_siret=siret,
            reference=target.told(row.reference) if row.reference else None,
            subject=row.title,
            contract_id=row.target_id
            if target is CONTRACTS and (made or row.state is not RowState.NEW)
            else None,
            issues=[RowIssue(code=c, field=f, message=m) for c, f, m in row.issues or []],
            changes=_changes(target, row.changes or [], said),
        )
        for row in found
    ]


def _companies(found: Sequence[SheetRow]) -> Iterator[str | None]:
    """The numbers of the companies that lines put in, or in the place of which they do."""
    for row in found:
        for _, *values in row.changes or []:
            yield from (one[1] for value in values if isinstance(value, list) for one in value)


def _changes(target: Target, changes: Sequence[Any], said: Said) -> list[RowChange]:
    labels = target.labels
    shown = {one.name: one.show for one in target.fields}
    return [
        RowChange(
            field=name,
            label=labels.get(name, name),
            before=_value(shown, name, before, said),
            after=_value(shown, name, after, said),
        )
        for name, before, after in changes
    ]


def _value(shown: dict[str, Any], name: str, value: Any, said: Said) -> Any:
    if isinstance(value, list):
        # Companies: [type, identifier, name].
        return [
            called(Party(kind, number, called_so, sole_trader=said.get(number)))
            for kind, number, called_so, *_ in value
        ]
    return shown[name](value) if name in shown else value
