"""A file of hours opened: its sheet, the column of each field, and the titles remembered."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Final
from uuid import UUID

from sqlmodel import Session

from api.insertion.files.columns import BY_FIELD, COLUMNS, PURPOSE
from api.insertion.files.models import ColumnMapping
from api.kit.columns import now
from api.kit.problems import FieldError, Invalid, Problem
from api.kit.sheets import Limits, Sheet, UnreadableSheet, read_sheet
from api.rules.columns import match, recognised

ROWS: Final = 20_000
_ENOUGH, _SHEETS, _LONGEST = 2, 10, 200
# Seconds during which other sheets are looked into, after the first.
_LOOKING: Final = 30.0
_EMPTY = "Le fichier n’a aucune ligne sous ses titres de colonnes."
_LONG_TITLE = (
    "Un titre de colonne dépasse 200 caractères : la ligne des titres est sans doute absente. "
    "Placez-la au-dessus des données, puis déposez le fichier."
)


class UnreadableFile(Problem):
    status = 422
    type = "unreadable-file"
    title = "Fichier illisible"
    default = "Ce fichier ne peut pas être lu."

    def __init__(self, detail: str) -> None:
        super().__init__(detail, errors=[FieldError(loc=["body", "file"], message=detail)])


@dataclass(frozen=True, slots=True)
class Matched:
    """Field → title, and the fields that are only guessed from a close title."""

    mapping: dict[str, str]
    guessed: list[str]


def open_sheet(content: bytes, name: str, size: int) -> Sheet:
    """The sheet of hours of a file received, ``size`` bytes at most: the first one, unless
    another one has more of the titles that are known. Raises UnreadableFile."""
    limits = Limits(size=size, rows=ROWS)
    try:
        sheet = read_sheet(content, name, limits, recognise=_known_titles)
        if _known_titles(sheet.header) < _ENOUGH:
            # A page of instructions often comes first.
            sheet = max([sheet, *_others(content, name, limits, sheet)], key=_known)
    except UnreadableSheet as error:
        raise UnreadableFile(str(error)) from error
    if not sheet.rows:
        raise UnreadableFile(_EMPTY)
    if any(len(title) > _LONGEST for title in sheet.header):
        raise UnreadableFile(_LONG_TITLE)
    return sheet


def open_again(content: bytes, name: str, sheet: str, header: Sequence[str]) -> Sheet:
    """The sheet of a file that was kept: under the titles that were found the first time."""
    wanted = list(header)
    limits = Limits(size=len(content), rows=ROWS)
    try:
        return read_sheet(
            content,
            name,
            limits,
            sheet=sheet or None,
            recognise=lambda titles: int(list(titles) == wanted),
        )
    except UnreadableSheet as error:
        raise UnreadableFile(str(error)) from error


def _others(content: bytes, name: str, limits: Limits, first: Sheet) -> Iterator[Sheet]:
    until = monotonic() + _LOOKING
    for other in first.sheet_names[:_SHEETS]:
        if other != first.name and monotonic() < until:
            with suppress(UnreadableSheet):
                yield read_sheet(content, name, limits, sheet=other, recognise=_known_titles)


def _known(sheet: Sheet) -> int:
    return _known_titles(sheet.header)


def _known_titles(titles: Sequence[str]) -> int:
    return recognised(titles, COLUMNS)


def matched(header: Sequence[str], remembered: Mapping[str, str]) -> Matched:
    """The title of each field: as the organisation chose before, else by the usual names.

    ``remembered`` gives field → title; an empty title leaves the field out.
    """
    columns = [column for column in COLUMNS if remembered.get(column.field) != ""]
    chosen = {title: field for field, title in remembered.items() if title}
    found = match(header, columns, chosen)
    at = found.fields
    return Matched(
        {one.field: header[at[one.field]] for one in COLUMNS if one.field in at},
        [one.field for one in COLUMNS if one.field in found.guessed],
    )


def remembered(session: Session, organisation_id: UUID) -> dict[str, str]:
    """The titles that an organisation chose last; none at its first file."""
    kept = session.get(ColumnMapping, (organisation_id, PURPOSE))
    return {} if kept is None else kept.mapping


def remember(
    session: Session, organisation_id: UUID, header: Sequence[str], mapping: Mapping[str, str]
) -> None:
    """Keep the titles that an organisation chose, and the fields it took a usual title from."""
    usual = matched(header, {}).mapping
    left_out = {field: "" for field in usual if field not in mapping and _optional(field)}
    kept = session.get(ColumnMapping, (organisation_id, PURPOSE), with_for_update=True)
    if kept is None:
        kept = ColumnMapping(organisation_id=organisation_id, purpose=PURPOSE, mapping={})
    kept.mapping = {**mapping, **left_out}
    kept.updated_at = now()
    session.add(kept)
    session.flush()


def _optional(field: str) -> bool:
    return not BY_FIELD[field].required


def checked(header: Sequence[str], mapping: Mapping[str, str | None]) -> dict[str, str]:
    """A choice of titles, without the fields that are left out.

    Raises Invalid on a field or a title that is not there, or a title given to two fields.
    """
    errors: list[FieldError] = []
    kept: dict[str, str] = {}
    for field, title in mapping.items():
        message = None
        if field not in BY_FIELD:
            message = f"n’est pas un champ connu. Champs possibles : {', '.join(BY_FIELD)}."
        elif title and title not in header:
            message = "n’est pas un titre de colonne de ce fichier."
        elif title and title in kept.values():
            message = "est déjà donné à un autre champ : une colonne n’en remplit qu’un."
        elif title:
            kept[field] = title
        if message is not None:
            errors.append(FieldError(loc=["body", "mapping", field], message=message))
    if errors:
        raise Invalid(errors=errors)
    return kept
