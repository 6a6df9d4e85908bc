"""Reads a sheet of an XLSX workbook: cached values only, nothing is computed and no macro is run.

Format: ECMA-376, part 1 (SpreadsheetML), transitional or strict, with any prefix.
"""

import re
from collections.abc import Callable
from decimal import Decimal

from api.kit.sheets import values
from api.kit.sheets.model import Cell, Filling, Grid, Kind, UnreadableSheet, column_name
from api.kit.sheets.package import Package, damaged
from api.kit.sheets.pieces import (
    ATTRIBUTE,
    CELL,
    REST,
    ROW,
    Shape,
    Unsound,
    resolved,
    walk_pieces,
)
from api.kit.sheets.xlsx_book import TRUE, Workbook, open_workbook, rank_of


def read_grid(package: Package, wanted: str | None) -> Grid:
    """The filled lines of the wanted sheet, or of the first visible one that holds something.

    Raises UnreadableSheet when there is none, and past the limits.
    """
    return find_grid(package, wanted)[0]


def find_grid(package: Package, wanted: str | None) -> tuple[Grid, str]:
    """The same lines, and the name of the part that holds them."""
    book = open_workbook(package)
    for name, part in book.sheets:
        if wanted is None or name == wanted:
            reader = _SheetReader(book)
            walk_pieces(package, part, reader, reader.shape)
            lines = reader.filling.lines
            if lines or wanted is not None:
                grid = Grid(Kind.XLSX, name, book.names, lines, reader.merged, reader.uncomputed)
                return grid, part
    raise no_sheet(wanted, book.names)


def no_sheet(wanted: str | None, names: list[str]) -> UnreadableSheet:
    """The refusal of a workbook that lacks the wanted sheet, or that is empty."""
    if wanted is None:
        return UnreadableSheet(
            "Le classeur est vide : aucune de ses feuilles visibles ne contient de données."
        )
    listed = ", ".join(f"« {name} »" for name in names[:20])
    return UnreadableSheet(
        f"Le classeur n’a pas de feuille « {wanted[:100]} » ; ses feuilles sont : {listed}."
    )


# Ways of writing a cell that are remembered with their value.
_MOST_KNOWN = 300_000
_SHORT = 1_000  # characters, of which no limit is asked


class _SheetReader:
    """The cells of one worksheet."""

    def __init__(self, book: Workbook) -> None:
        self.filling = Filling(book.package.limits)
        self.merged: list[tuple[str, int, int]] = []
        self.uncomputed: list[tuple[str, int]] = []
        self._book = book
        self._line, self._column = 0, -1
        self._hidden = self._collecting = self._phonetic = False
        self._cells: dict[int, Cell] = {}
        self._cell: dict[str, str] = {}
        self._pieces: list[str] = []
        self._size = 0
        self._formula = False
        self._open = 0
        self._known = _Known(self._read)
        self._letters: list[str] = []
        self._places: list[int] = []
        self._readings: dict[str, Callable[[str], Cell]] = {}
        self.shape = Shape(b"<row", "</row>", self._take, lambda: not self._open)
        self._starts = {
            "row": self._open_row,
            "c": self._start_cell,
            "v": self._start_value,
            "t": self._start_value,
            "f": self._start_formula,
            "rPh": self._start_phonetic,
            "mergeCell": self._start_merged,
        }

    def start(self, name: str, attributes: dict[str, str]) -> None:
        action = self._starts.get(name.rpartition(":")[2])
        if action is not None:
            action(attributes)

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            value = self._end_cell()
            if value is not None:
                self._cells[self._column] = value
        elif local in ("v", "t"):
            self._collecting = False
        elif local == "rPh":
            self._phonetic = False
        elif local == "row":
            self._open -= 1
            self._end_row()

    def text(self, data: str) -> None:
        if self._collecting:
            self._pieces.append(data)
            self._size += len(data)
            self.filling.check_text(self._size, self._column, self._line)

    def _take(self, piece: str) -> bool:
        """Take a row as it is written, without its end; refuses what is not plain."""
        before, *cells = CELL.split(piece)
        opened = ROW.fullmatch(before)
        if opened is None:
            return False
        attributes = ATTRIBUTE.findall(opened[1])
        named = dict(attributes)
        if len(named) != len(attributes):
            return False
        line = self._line
        try:
            self._start_row(named)
            read = list(map(self._known.__getitem__, cells[1::2]))
            if cells[0::2] != self._letters:
                self._letters = cells[0::2]
                self._places = [_COLUMNS[letters] for letters in self._letters]
            self.filling.add_at(self._line, self._places, read, hidden=self._hidden)
        except (UnreadableSheet, Unsound):
            # The events say what is wrong, and in which cell.
            self._line = line
            return False
        return True

    def _read(self, rest: str) -> Cell:
        """What a cell is worth by what follows its reference; raises Unsound, UnreadableSheet."""
        match = REST.fullmatch(rest)
        if match is None:
            raise Unsound(rest)
        written, formula, raw, inline = match.groups()
        text = raw or inline
        if text:
            if len(text) > _SHORT:
                self.filling.check_text(len(text), 0, self._line)
            reading = self._readings.get(written)
            if reading is None:
                reading = self._readings[written] = self._reading(dict(ATTRIBUTE.findall(written)))
            return reading(resolved(text) if "&" in text else text)
        if formula and 't="str"' not in written:
            raise Unsound(rest)
        return None

    def _end_row(self) -> None:
        self.filling.add(self._line, self._cells, hidden=self._hidden)

    def _open_row(self, attributes: dict[str, str]) -> None:
        self._open += 1
        self._start_row(attributes)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._line = next_line(attributes, self._line)
        self._hidden = attributes.get("hidden") in TRUE
        self._cells, self._column = {}, -1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._column = next_column(attributes, self._column)
        self._cell, self._pieces, self._size = attributes, [], 0
        self._formula = False

    def _start_value(self, _attributes: dict[str, str]) -> None:
        self._collecting = not self._phonetic

    def _start_formula(self, _attributes: dict[str, str]) -> None:
        self._formula = True

    def _start_phonetic(self, _attributes: dict[str, str]) -> None:
        self._phonetic = True

    def _start_merged(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("ref", "")
        lines = [int(digits) for digits in re.findall(r"[0-9]{1,7}", reference)]
        if len(lines) == 2 and lines[0] < lines[1] and len(self.merged) < 10_000:
            self.merged.append((reference.partition(":")[0], lines[0], lines[1]))

    def _end_cell(self) -> Cell:
        raw = "".join(self._pieces)
        if raw:
            return self._reading(self._cell)(raw)
        if self._formula and self._cell.get("t") != "str":
            self._note_uncomputed(self._column)
        return None

    def _note_uncomputed(self, column: int) -> None:
        if len(self.uncomputed) < 10_000:
            self.uncomputed.append((f"{column_name(column)}{self._line}", self._line))

    def _reading(self, attributes: dict[str, str]) -> Callable[[str], Cell]:
        """How the text of a cell of this type and style is read."""
        kind = attributes.get("t", "n")
        if kind == "s":
            return self._shared
        if kind in ("str", "inlineStr", "e"):
            return _text
        if kind == "b":
            return _boolean
        if kind == "d":
            return lambda raw: values.read_day(raw.strip()) or None
        shape = self._shape(attributes.get("s"))
        if shape == values.PLAIN:
            return _number
        from_1904 = self._book.from_1904
        return lambda raw: _shown(_number(raw), shape, from_1904)

    def _shape(self, style: str | None) -> values.Format:
        formats, rank = self._book.formats, rank_of(style or "", -1)
        return formats[rank] if 0 <= rank < len(formats) else values.PLAIN

    def _shared(self, raw: str) -> Cell:
        rank = rank_of(raw.strip(), -1)
        if not 0 <= rank < len(self._book.texts):
            raise damaged(f"le texte de la cellule {column_name(self._column)}{self._line}")
        text = self._book.texts[rank]
        self.filling.check_text(len(text), self._column, self._line)
        return values.clean(text)


def _text(raw: str) -> Cell:
    return values.clean(values.unescape(raw))


def _boolean(raw: str) -> Cell:
    return raw.strip() in TRUE if raw.strip() else None


def _number(raw: str) -> str | int | Decimal | None:
    bare = raw.strip()
    return values.read_number(bare) if bare else None


def _shown(number: str | int | Decimal | None, shape: values.Format, from_1904: bool) -> Cell:
    return None if number is None else values.shown(number, shape, from_1904=from_1904)


class _Known(dict[str, Cell]):
    """What cells are worth by how they are written; each way is read once, up to a good many."""

    def __init__(self, read: Callable[[str], Cell]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, rest: str) -> Cell:
        value = self._read(rest)
        if len(self) < _MOST_KNOWN:
            self[rest] = value
        return value


def next_line(attributes: dict[str, str], previous: int) -> int:
    """The number of a row element, which may leave it unsaid; lines only go down."""
    if "r" not in attributes:
        return previous + 1
    number = rank_of(attributes["r"], 0)
    if number <= previous:
        raise damaged(f"après la ligne {previous}")
    return number


_LETTERS = re.compile("[A-Z]{1,3}")


class _Columns(dict[str, int]):
    """Letters → index; at most 18 278 entries: every column that three letters can name."""

    def __missing__(self, letters: str) -> int:
        if _LETTERS.fullmatch(letters) is None:
            raise Unsound(letters)
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        self[letters] = column - 1
        return column - 1


_COLUMNS = _Columns()


def next_column(attributes: dict[str, str], previous: int) -> int:
    """The index of the column of a cell element, which may leave it unsaid."""
    if "r" not in attributes:
        return previous + 1
    match = _LETTERS.match(attributes["r"])
    if match is None:
        raise damaged("la référence d’une cellule")
    return _COLUMNS[match[0]]
