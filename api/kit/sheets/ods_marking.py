"""Puts our two columns into the XML of an ODS workbook; every other cell stays as it was.

A line or a cell that the file repeats is divided where ours differ. Our cells are of the type
"string", which no spreadsheet computes.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from api.kit.sheets.marks import Edit, Marks, apply, element_end, markup, tag_end
from api.kit.sheets.model import Limits, UnreadableSheet
from api.kit.sheets.ods import CELLS, CONTENT, SKIPPED, repeated
from api.kit.sheets.package import walk_bytes

_COLUMNS, _ROWS = "table:number-columns-repeated", "table:number-rows-repeated"
_NAME = re.compile(rb"<[^\s/>]+")


def mark(data: bytes, table: int, marks: Marks, limits: Limits) -> bytes:
    """The content of a workbook with our two columns in its table of that rank.

    Raises UnreadableSheet when what the file repeats would grow past the limits.
    """
    made: list[_Marker] = []

    def make(position: Callable[[], int]) -> _Marker:
        made.append(_Marker(data, table, marks, position, limits.unpacked))
        return made[0]

    walk_bytes(data, CONTENT, make)
    return apply(data, made[0].edits)


@dataclass
class _Piece:
    """A cell, repeated or not, and where it is written."""

    start: int
    repeat: int
    style: str | None
    filled: bool
    end: int = 0


class _Marker:
    """Notes the edits to make while the content is read."""

    def __init__(
        self, data: bytes, table: int, marks: Marks, position: Callable[[], int], room: int
    ) -> None:
        self.edits: list[Edit] = []
        self._data, self._marks, self._position, self._room = data, marks, position, room
        self._lines = sorted(marks.texts)
        self._left = table
        self._active = False
        self._skipping = self._cell_depth = 0
        self._line, self._repeat, self._row = 1, 1, -1
        self._cells: list[_Piece] = []
        self._header_style: str | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        nested = name == "table:table" and self._active
        if self._skipping or name in SKIPPED or name.startswith("draw:") or nested:
            self._skipping += 1
        elif name == "table:table":
            self._active = self._left == 0
            self._left -= 1
        elif not self._active:
            return
        elif name == "table:table-row":
            self._row, self._cells = self._position(), []
            self._repeat = repeated(attributes, _ROWS)
        elif name in CELLS:
            style = attributes.get("table:style-name")
            repeat, filled = repeated(attributes, _COLUMNS), "office:value-type" in attributes
            self._cells.append(_Piece(self._position(), repeat, style, filled))

    def end(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
        elif not self._active:
            return
        elif name == "table:table":
            self._active = False
        elif name in CELLS:
            cell = self._cells[-1]
            cell.end = element_end(self._data, cell.start, self._position())
        elif name == "table:table-row":
            self._end_row()

    def text(self, data: str) -> None:
        pass

    def _end_row(self) -> None:
        first, self._line = self._line, self._line + self._repeat
        clearing = first > self._marks.header_line and self._holds_marks()
        marked = self._marked(first)
        if not self._cells or not (clearing or marked):
            return
        if self._line > self._marks.header_line >= first:
            self._header_style = self._style_before()
        end = tag_end(self._data, self._position())
        pieces: list[bytes] = []
        for start, count in self._groups(first, marked):
            piece = self._row_piece(start, count, clearing=clearing)
            pieces.append(piece)
            self._room -= len(piece)
            if self._room < 0:
                raise UnreadableSheet(
                    "Le classeur répète tant de contenu qu’il ne peut pas être rendu annoté : "
                    "partagez-le en plusieurs fichiers."
                )
        self.edits.append(Edit(self._row, end, b"".join(pieces)))

    def _holds_marks(self) -> bool:
        """Whether a cell of the row is filled where we wrote another time."""
        column, place = 0, self._marks.column
        for cell in self._cells:
            column += cell.repeat
            if cell.filled and column > place and column - cell.repeat < place + 2:
                return self._marks.replacing
        return False

    def _marked(self, first: int) -> list[int]:
        """The lines of the row that have a mark; a row may say that it is a thousand million."""
        start, end = bisect_left(self._lines, first), bisect_left(self._lines, self._line)
        return self._lines[start:end]

    def _groups(self, first: int, marked: list[int]) -> Iterator[tuple[int, int]]:
        """The lines of a repeated row, those without a mark still together: (line, count)."""
        start = first
        for line in marked:
            if line > start:
                yield start, line - start
            yield line, 1
            start = line + 1
        if start < self._line:
            yield start, self._line - start

    def _style_before(self) -> str | None:
        column, style = 0, None
        for cell in self._cells:
            if column >= self._marks.column:
                break
            column += cell.repeat
            style = cell.style
        return style

    def _row_piece(self, line: int, count: int, *, clearing: bool) -> bytes:
        opened = self._data[self._row : tag_end(self._data, self._row)]
        inner = self._data[self._row + len(opened) : self._cells[0].start]
        closed = self._data[self._cells[-1].end : tag_end(self._data, self._position())]
        begun = _repeating(opened, _ROWS.encode(), count) + inner
        if line < self._marks.header_line or not (line in self._marks.texts or clearing):
            return begun + self._data[self._cells[0].start : self._cells[-1].end] + closed
        return begun + b"".join(self._row_cells(line)) + closed

    def _row_cells(self, line: int) -> Iterator[bytes]:
        place, column, done = self._marks.column, 0, False
        style = self._header_style if line == self._marks.header_line else None
        for cell in self._cells:
            last = column + cell.repeat
            before, after = min(last, place) - column, last - max(column, place + 2)
            if before > 0:
                yield self._cell_piece(cell, before)
            if last > place and not done:
                done = True
                yield from self._ours(line, style)
            if after > 0:
                yield self._cell_piece(cell, after)
            column = last
        if not done:
            if column < place:
                yield _repeating(b"<table:table-cell/>", _COLUMNS.encode(), place - column)
            yield from self._ours(line, style)

    def _cell_piece(self, cell: _Piece, count: int) -> bytes:
        end = tag_end(self._data, cell.start)
        tag = self._data[cell.start : end]
        if count != cell.repeat:
            tag = _repeating(tag, _COLUMNS.encode(), count)
        return tag + self._data[end : cell.end]

    def _ours(self, line: int, style: str | None) -> Iterator[bytes]:
        styled = b' table:style-name="' + markup(style) + b'"' if style else b""
        for text in self._marks.of(line):
            if not text:
                yield b"<table:table-cell" + styled + b"/>"
                continue
            yield (
                b"<table:table-cell" + styled + b' office:value-type="string"><text:p>'
                + markup(text) + b"</text:p></table:table-cell>"
            )  # fmt: skip


def _repeating(tag: bytes, name: bytes, count: int) -> bytes:
    """A tag that repeats its element that many times."""
    bare = re.sub(rb"\s+" + name + rb"""\s*=\s*("[^"]*"|'[^']*')""", b"", tag)
    if count == 1:
        return bare
    match = _NAME.match(bare)
    at = match.end() if match else 0
    return bare[:at] + b" " + name + b'="%d"' % count + bare[at:]
