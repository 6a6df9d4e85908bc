"""A spreadsheet opened: the sheet that looks most like what is wanted, its titles, its lines."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Final

from api.imports.files import UnreadableFile
from api.imports.sheets.cells import text_of
from api.imports.sheets.profiles import common, recognised_profile
from api.imports.sheets.target import Target
from api.kit.sheets import Limits, Sheet, UnreadableSheet, read_sheet
from api.rules.columns import normalised, recognised

ROWS: Final = 50_000
SAMPLES: Final = 5
_ENOUGH, _SHEETS, _LONGEST, _SHOWN = 2, 10, 200, 60
# Seconds during which other sheets are looked into, after the first.
_LOOKING: Final = 30.0
_EMPTY = "Le fichier n’a aucune ligne sous ses titres de colonnes."
_LONG_TITLE = (
    "Un titre de colonne dépasse 200 caractères : la ligne des titres est sans doute absente. "
    "Placez-la au-dessus des données, puis déposez le fichier."
)


def open_sheet(target: Target, content: bytes, name: str, size: int) -> Sheet:
    """The sheet of a file received, ``size`` bytes at most: the first one, unless another one has
    more of the titles that are known. Raises UnreadableFile."""
    limits = Limits(size=size, rows=ROWS)

    def known(titles: Sequence[str]) -> int:
        return known_titles(target, titles)

    try:
        sheet = read_sheet(content, name, limits, recognise=known)
        if known(sheet.header) < _ENOUGH:
            # A page of instructions often comes first.
            others = _others(target, content, name, limits, sheet)
            sheet = max([sheet, *others], key=lambda one: known(one.header))
    except UnreadableSheet as error:
        raise UnreadableFile(str(error)) from error
    if not sheet.rows:
        raise UnreadableFile(_EMPTY)
    if any(len(title) > _LONGEST for title in sheet.header):
        raise UnreadableFile(_LONG_TITLE)
    return sheet


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was kept, and where in it was found what was read."""

    content: bytes
    name: str
    sheet: str
    header: tuple[str, ...]

    def read(self) -> Sheet:
        """What it says, as the first time. Raises UnreadableFile."""
        return open_again(self.content, self.name, self.sheet, self.header)


def open_again(content: bytes, name: str, sheet: str, header: Sequence[str]) -> Sheet:
    """The sheet of a file that was kept, under the titles that were found the first time."""
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


def known_titles(target: Target, titles: Sequence[str]) -> int:
    """How many of these titles a kind knows, by its own words or by those of one software."""
    usual = recognised(titles, [one.column() for one in target.fields])
    profile = recognised_profile(target.code, titles)
    named = common(profile, {normalised(one) for one in titles}) if profile else 0
    return max(usual, named)


def samples(sheet: Sheet) -> list[list[str]]:
    """The first lines, as a person reads them."""
    return [[text_of(cell)[:_SHOWN] for cell in row.values] for row in sheet.rows[:SAMPLES]]


def _others(
    target: Target, content: bytes, name: str, limits: Limits, first: Sheet
) -> Iterator[Sheet]:
    until = monotonic() + _LOOKING
    for other in first.sheet_names[:_SHEETS]:
        if other != first.name and monotonic() < until:
            with suppress(UnreadableSheet):
                yield read_sheet(
                    content,
                    name,
                    limits,
                    sheet=other,
                    recognise=lambda titles: known_titles(target, titles),
                )
