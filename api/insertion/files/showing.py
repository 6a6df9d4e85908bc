"""Files of hours as the API gives them."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.insertion.files.columns import BY_FIELD, COLUMNS, EITHER, HELP, title_of
from api.insertion.files.models import StatementFile
from api.insertion.files.schemas import (
    FileColumn,
    FileLine,
    FileRows,
    MissingColumn,
    StatementFileItem,
    StatementFileRead,
)
from api.insertion.files.sight import LIGHT
from api.insertion.files.verdict import Remarks, missing_text, read_verdict
from api.kit.sheets.model import column_name
from api.rules.columns import Column
from api.rules.hours.french import spaced

TOLD = 50


def columns() -> list[FileColumn]:
    """Every column that a file may hold, in the order of the model to download."""
    return [
        FileColumn(
            field=one.field,
            label=one.label,
            required=one.required,
            help=spaced(HELP[one.field]),
            titles=[one.label, *one.synonyms],
        )
        for one in COLUMNS
    ]


def missing(mapping: dict[str, str]) -> list[Column]:
    """The columns without which no line can be judged."""
    absent = [one for one in COLUMNS if one.required and one.field not in mapping]
    if not any(field in mapping for field in EITHER):
        absent.append(BY_FIELD[EITHER[0]])
    return absent


def missing_message(column: Column) -> str:
    """What to do of a missing column."""
    text = missing_text(column)
    if column.field in EITHER:
        text = f"{text[:-1]} ; sinon, une colonne « {BY_FIELD[EITHER[1]].label} »."
    return spaced(text)


def listed(
    session: Session, condition: sa.ColumnElement[bool], limit: int
) -> list[StatementFileItem]:
    """The files of a condition, the last first; not their content."""
    rows = session.execute(
        _statement().where(condition).order_by(col(StatementFile.id).desc()).limit(limit)
    )
    return [_item(*row) for row in rows]


def shown(session: Session, file_id: UUID) -> StatementFileRead:
    """A file that is there, whole but for its content."""
    row = session.execute(_statement().where(col(StatementFile.id) == file_id)).one()
    file: StatementFile = row[0]
    verdict = read_verdict(file.errors, file.received)
    absent = missing(file.mapping)
    return StatementFileRead(
        **_item(*row).model_dump(),
        sheet=verdict.sheet,
        header_line=verdict.header_line,
        header=file.header,
        mapping=file.mapping,
        guessed=verdict.guessed,
        missing=[
            MissingColumn(field=one.field, label=one.label, message=missing_message(one))
            for one in absent
        ],
        to_check=len(verdict.warnings.keys() - verdict.errors.keys()),
        lines=lines_of(file, verdict.errors),
        warnings=lines_of(file, verdict.warnings),
        notices=verdict.notices,
        statements=verdict.statements,
    )


def lines_of(file: StatementFile, remarks: Remarks, most: int = TOLD) -> list[FileLine]:
    """What is said of the first lines, in the order of the columns it is about."""
    told = [
        _line(file, line, name, message)
        for line, found in list(remarks.items())[:most]
        for name, message in found
    ]
    return sorted(told, key=lambda one: (one.line, len(one.column or ""), one.column or ""))


def _line(file: StatementFile, line: int, name: str, message: str) -> FileLine:
    title = title_of(file.mapping, name)
    place = column_name(file.header.index(title)) if title in file.header else None
    return FileLine(line=line, column=place, title=title, field=name, message=message)


def _statement() -> Any:
    held = sa.func.length(col(StatementFile.content)) > 0
    return (
        sa.select(StatementFile, Organisation, held)
        .join(Organisation, col(Organisation.id) == col(StatementFile.facilitator_id))
        .options(LIGHT)
    )


def _item(file: StatementFile, organisation: Organisation, kept: bool) -> StatementFileItem:
    return StatementFileItem(
        id=file.id,
        name=file.name,
        state=file.state,
        facilitator_siret=organisation.siret,
        facilitator_name=organisation.name,
        rows=FileRows(
            received=file.received, accepted=file.received - file.refused, refused=file.refused
        ),
        created_at=file.created_at,
        accepted_at=file.accepted_at,
        kept=kept,
    )
