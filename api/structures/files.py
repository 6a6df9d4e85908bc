"""Lists of structures received as a file: all of its lines enter the register, or none."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor
from api.kit import audit
from api.kit.bulk import insert_many, this_instant, update_many
from api.kit.columns import new_id
from api.kit.problems import FieldError, Problem
from api.kit.sheets import Limits, Sheet, UnreadableSheet, read_sheet
from api.rules.columns import Matching, recognised
from api.structures import service
from api.structures.lines import COLUMNS, Lines, Note, matched, read_lines
from api.structures.models import Structure
from api.structures.schemas import LineNote, Listing, StructureImportRead
from api.structures.service import FACTS

MAX_NOTES = 100
LIMITS = Limits(rows=50_000)
_BATCH = 5_000

_COLUMNS = ("id", "created_at", "updated_at", "siret", *FACTS, "source", "as_of", "version")
_CHANGED = ("updated_at", *FACTS, "source", "as_of", "version")


class UnreadableList(Problem):
    status = 422
    type = "unreadable-file"
    title = "Fichier illisible"
    default = "Ce fichier ne peut pas être lu."


class RefusedLines(Problem):
    status = 422
    type = "refused-lines"
    title = "Lignes à corriger"
    default = "Des lignes sont à corriger : rien n’a été enregistré."


def bring(
    session: Session, actor: Actor, content: bytes, name: str, listing: Listing
) -> StructureImportRead:
    """Enter every line of a CSV, XLSX or ODS list, or none.

    What a line leaves empty stays as it is known; a structure that a more recent source describes
    is left alone. Raises Forbidden, Invalid on a day to come, UnreadableList, RefusedLines (line
    and column of each error, a hundred at most).
    """
    service.allow_writing(actor)
    service.check_day(listing.as_of, ["body", "as_of"])
    sheet = _sheet(content, name)
    matching = matched(sheet)
    if matching.missing:
        titles = ", ".join(f"« {column.label} »" for column in matching.missing)
        raise _unreadable(f"La colonne {titles} est introuvable : ajoutez-la avec son titre.")
    lines = read_lines(sheet, matching)
    if lines.errors:
        raise _refused(lines, len(sheet.rows))
    counts = _write(session, lines, listing)
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=None,
        action="structure.imported",
        target=f"structure:{listing.sha256}",
        details={"received": len(sheet.rows), **counts}
        | listing.model_dump(mode="json", include={"source", "as_of"}),
    )
    return _told(listing, sheet, matching, lines, counts)


def _told(
    listing: Listing, sheet: Sheet, matching: Matching, lines: Lines, counts: dict[str, int]
) -> StructureImportRead:
    return StructureImportRead(
        sha256=listing.sha256,
        source=listing.source,
        as_of=listing.as_of,
        received=len(sheet.rows),
        created=counts["created"],
        changed=counts["changed"],
        same=counts["same"],
        older=counts["older"],
        unread=list(matching.unmatched),
        notices=sheet.notices,
        warnings=[
            LineNote(line=one.line, column=one.column, message=one.message)
            for one in lines.warnings[:MAX_NOTES]
        ],
    )


def _sheet(content: bytes, name: str) -> Sheet:
    try:
        sheet = read_sheet(content, name, LIMITS, recognise=_known_titles)
    except UnreadableSheet as error:
        raise _unreadable(str(error)) from error
    if not sheet.rows:
        raise _unreadable("Le fichier n’a aucune ligne sous ses titres de colonnes.")
    return sheet


def _known_titles(titles: Sequence[str]) -> int:
    return recognised(titles, COLUMNS)


def _unreadable(detail: str) -> UnreadableList:
    return UnreadableList(detail, errors=[FieldError(loc=["body", "file"], message=detail)])


def _refused(lines: Lines, received: int) -> RefusedLines:
    wrong = len({one.line for one in lines.errors})
    told = "1 ligne est" if wrong == 1 else f"{wrong} lignes sont"
    return RefusedLines(
        f"{told} à corriger sur {received} : rien n’a été enregistré. Corrigez le fichier, puis "
        "déposez-le de nouveau.",
        errors=[_error(one) for one in lines.errors[:MAX_NOTES]],
    )


def _error(note: Note) -> FieldError:
    column = note.column[:60]
    message = f"Ligne {note.line} : « {column} » {note.message}"
    return FieldError(loc=["body", "file", note.line, column], message=message)


def _write(session: Session, lines: Lines, listing: Listing) -> dict[str, int]:
    """Enter the lines; answers how many were created, changed, the same, or older than known."""
    known = _known(session, list(lines.facts))
    counts = dict.fromkeys(("created", "changed", "same", "older"), 0)
    instant = this_instant(session)
    fresh: list[tuple[Any, ...]] = []
    altered: list[tuple[Any, ...]] = []
    for siret, said in lines.facts.items():
        kept = known.get(siret)
        if kept is None:
            counts["created"] += 1
            row = (new_id().hex, instant, instant, siret, *_values(said, listing), 1)
            fresh.append(row)
            continue
        after = {name: said.get(name, kept[name]) for name in FACTS}
        outcome = _outcome(kept, after, listing)
        counts[outcome] += 1
        if outcome == "changed":
            altered.append((instant, *_values(after, listing), kept["version"] + 1, kept["id"].hex))
    insert_many(session, "structure", _COLUMNS, fresh)
    update_many(session, "structure", _CHANGED, ("id",), altered)
    return counts


def _outcome(kept: Any, after: dict[str, Any], listing: Listing) -> str:
    as_of: date = kept["as_of"]
    if as_of > listing.as_of:
        return "older"
    same = all(kept[name] == after[name] for name in FACTS)
    dated = (kept["source"], as_of) == (listing.source, listing.as_of)
    return "same" if same and dated else "changed"


def _values(said: dict[str, Any], listing: Listing) -> tuple[Any, ...]:
    facts = (said.get(name) for name in FACTS)
    plain = (getattr(value, "value", value) for value in facts)
    return (*plain, listing.source, listing.as_of.isoformat())


def _known(session: Session, sirets: list[str]) -> dict[str, Any]:
    """The structures of these SIRET; locked, so that nobody changes them meanwhile."""
    columns = [getattr(Structure, name) for name in ("id", "siret", *FACTS)]
    statement = sa.select(
        *columns, col(Structure.source), col(Structure.as_of), col(Structure.version)
    )
    found: dict[str, Any] = {}
    for start in range(0, len(sirets), _BATCH):
        some = sirets[start : start + _BATCH]
        rows = session.execute(
            statement.where(col(Structure.siret).in_(some))
            .order_by(col(Structure.siret))
            .with_for_update()
        )
        found |= {row["siret"]: row for row in rows.mappings()}
    return found
