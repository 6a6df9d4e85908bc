"""A spreadsheet given back to who sent it, with « Statut » and « Erreurs » on each line."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Final
from urllib.parse import quote

import sqlalchemy as sa
from sqlmodel import Session, col

from api.imports.models import ImportFile, ImportState, RowState
from api.imports.sheets import opening
from api.imports.sheets.models import SheetFile, SheetRow
from api.imports.sheets.retention import ContentErased
from api.kit.sheets import Kind, Limits, annotate
from api.rules.hours.french import spaced

MEDIA_TYPES: Final = {
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    Kind.CSV: "text/csv",
}
_STATUS: Final = {
    ImportState.STAGED: {
        RowState.NEW: "À ajouter",
        RowState.CHANGED: "À modifier",
        RowState.SAME: "Identique",
        RowState.REFUSED: "Refusée",
    },
    ImportState.ACCEPTED: {
        RowState.NEW: "Ajoutée",
        RowState.CHANGED: "Modifiée",
        RowState.SAME: "Identique",
        RowState.REFUSED: "Refusée",
    },
    ImportState.UNDONE: {
        RowState.NEW: "Import annulé",
        RowState.CHANGED: "Import annulé",
        RowState.SAME: "Identique",
        RowState.REFUSED: "Refusée",
    },
}
_ENDING: Final = " – annoté"


@dataclass(frozen=True, slots=True)
class Annotated:
    """A file to download."""

    content: bytes
    media_type: str
    disposition: str


def annotated(session: Session, file: ImportFile) -> Annotated:
    """The sender's own file with what became of each line.

    Raises ContentErased.
    """
    kept = session.get_one(SheetFile, file.id)
    if not kept.content:
        raise ContentErased
    sheet = opening.open_again(kept.content, file.name, kept.sheet, kept.header)
    marked = annotate(
        kept.content,
        file.name,
        kept.header_line,
        _results(session, file),
        Limits(size=len(kept.content), rows=opening.ROWS),
        sheet=kept.sheet or None,
    )
    return Annotated(marked, MEDIA_TYPES[sheet.kind], _disposition(file.name, sheet.kind))


def _results(session: Session, file: ImportFile) -> dict[int, tuple[str, str]]:
    words = _STATUS[file.state]
    rows = session.execute(
        sa.select(col(SheetRow.line), col(SheetRow.state), col(SheetRow.issues))
        .where(col(SheetRow.import_id) == file.id)
        .execution_options(yield_per=1000)
    )
    return {
        line: (words[state], spaced(" ".join(one[2] for one in issues or ())))
        for line, state, issues in rows
    }


def _disposition(name: str, kind: Kind) -> str:
    path = PurePath(name)
    ending = (
        path.suffix if path.suffix.isascii() and path.suffix[1:].isalnum() else f".{kind.value}"
    )
    stem = (path.stem or "tableau").removesuffix(_ENDING)
    # RFC 6266: a name of ASCII for old readers, the right one beside it.
    right = quote(f"{stem}{_ENDING}{ending}", safe="")
    return f"attachment; filename=\"import-annote{ending}\"; filename*=UTF-8''{right}"
