"""A file of hours given back to who sent it, with « Statut » and « Erreurs » on each line."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Final
from urllib.parse import quote
from uuid import UUID

from sqlmodel import Session

from api.access.permissions import Actor
from api.insertion.files import opening, showing
from api.insertion.files.columns import title_of
from api.insertion.files.models import FileState, StatementFile
from api.insertion.files.service import ContentErased
from api.insertion.files.sight import followed
from api.insertion.files.verdict import Verdict, read_verdict
from api.kit.sheets import Kind, Limits, Sheet, annotate
from api.rules.hours.french import spaced

MEDIA_TYPES: Final = {
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    Kind.CSV: "text/csv",
}
REFUSED, TO_CHECK, RIGHT, STATED, LEFT_OUT = (
    "Refusée",
    "À vérifier",
    "Correcte",
    "Enregistrée",
    "Non lue",
)
TOTAL: Final = "Ligne de total : ses heures sont celles des autres lignes."
_ENDING = " – annoté"


@dataclass(frozen=True, slots=True)
class Annotated:
    """A file to download."""

    content: bytes
    media_type: str
    disposition: str


def annotated(session: Session, actor: Actor, file_id: UUID) -> Annotated:
    """The sender's own file with what became of each line.

    Raises NotFound, Forbidden, ContentErased.
    """
    file = followed(session, actor, file_id)
    content = file.content
    if not content:
        raise ContentErased
    verdict = read_verdict(file.errors, file.received)
    sheet = opening.open_again(content, file.name, verdict.sheet, file.header)
    marked = annotate(
        content,
        file.name,
        sheet.header_line,
        _results(file, sheet, verdict),
        Limits(size=len(content), rows=opening.ROWS),
        sheet=verdict.sheet or None,
    )
    kind = sheet.kind.given_back
    return Annotated(marked, MEDIA_TYPES[kind], _disposition(file.name, kind))


def _results(file: StatementFile, sheet: Sheet, verdict: Verdict) -> dict[int, tuple[str, str]]:
    if absent := showing.missing(file.mapping):
        told = " ".join(map(showing.missing_message, absent))
        return {row.line: (REFUSED, told) for row in sheet.rows}
    fine = STATED if file.state is FileState.ACCEPTED else RIGHT
    left_out = set(verdict.left_out)
    results: dict[int, tuple[str, str]] = {}
    for row in sheet.rows:
        if row.line in left_out:
            results[row.line] = (LEFT_OUT, spaced(TOTAL))
        elif row.line in verdict.errors:
            results[row.line] = (REFUSED, _told(file, verdict.errors[row.line]))
        elif row.line in verdict.warnings:
            status = TO_CHECK if fine is RIGHT else f"{fine}, à vérifier"
            results[row.line] = (status, _told(file, verdict.warnings[row.line]))
        else:
            results[row.line] = (fine, "")
    return results


def _told(file: StatementFile, remarks: list[tuple[str, str]]) -> str:
    titled = [(title_of(file.mapping, name), message) for name, message in remarks]
    return " ".join(
        message if title is None else f"{title}\u00a0: {message}" for title, message in titled
    )


def _disposition(name: str, kind: Kind) -> str:
    path = PurePath(name)
    # « .xls » may have been a workbook of the old format or a text: neither comes back as one.
    kept = path.suffix.isascii() and path.suffix[1:].isalnum() and path.suffix.lower() != ".xls"
    ending = path.suffix if kept else f".{kind.value}"
    stem = (path.stem or "heures").removesuffix(_ENDING)
    # RFC 6266: a name of ASCII for old readers, the right one beside it.
    right = quote(f"{stem}{_ENDING}{ending}", safe="")
    return f"attachment; filename=\"heures-annote{ending}\"; filename*=UTF-8''{right}"
