"""Puts our two columns into the XML of an XLSX sheet; every other byte stays as it was.

Our cells are texts inside the sheet (``inlineStr``), which no spreadsheet computes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from api.kit.sheets.marks import Edit, Marks, apply, element_end, markup, tag_end
from api.kit.sheets.model import UnreadableSheet, column_name
from api.kit.sheets.package import walk_bytes
from api.kit.sheets.xlsx import next_column, next_line

_SPANS = re.compile(rb"""\sspans\s*=\s*("[^"]*"|'[^']*')""")
_REF = re.compile(rb"""(\sref\s*=\s*["'][A-Z]+[0-9]+:)([A-Z]+)([0-9]+["'])""")
# What a reader would take for an escape must not become one.
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_WIDTHS = (14, 60)  # in characters


def mark(data: bytes, part: str, marks: Marks) -> bytes:
    """The XML of a sheet with our two columns; raises UnreadableSheet on a formula in them."""
    made: list[_Marker] = []

    def make(position: Callable[[], int]) -> _Marker:
        made.append(_Marker(data, marks, position))
        return made[0]

    walk_bytes(data, part, make)
    return apply(data, made[0].edits)


@dataclass
class _Old:
    """A cell that stands where ours goes."""

    column: int
    start: int
    style: str | None
    end: int = 0


class _Marker:
    """Notes the edits to make while the sheet is read."""

    def __init__(self, data: bytes, marks: Marks, position: Callable[[], int]) -> None:
        self.edits: list[Edit] = []
        self._data, self._marks, self._position = data, marks, position
        self._line, self._column = 0, -1
        self._row = self._after = self._columns_end = -1
        self._old: list[_Old] = []
        self._inside = False
        self._style: str | None = None
        self._last_width = 0
        self._has_columns = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        prefix, _colon, local = name.rpartition(":")
        if local == "row":
            self._line = next_line(attributes, self._line)
            self._column, self._row, self._after, self._old = -1, self._position(), -1, []
        elif local == "c":
            self._start_cell(attributes)
        elif local == "f" and self._inside:
            self._refuse_formula()
        elif local == "dimension":
            self._widen_dimension()
        elif local == "col":
            last = attributes.get("max", "0")
            self._last_width = max(self._last_width, int(last) if last.isdecimal() else 0)
        elif local == "sheetData" and not self._has_columns:
            self._has_columns = True
            self._add_columns(prefix, whole=True)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._column = next_column(attributes, self._column)
        place = self._column - self._marks.column
        self._inside = 0 <= place < 2 and self._line >= self._marks.header_line
        if self._inside:
            self._old.append(_Old(self._column, self._position(), attributes.get("s")))
        elif place >= 2 and self._after < 0:
            self._after = self._position()
        elif place < 0 and self._line == self._marks.header_line:
            self._style = attributes.get("s", self._style)

    def _refuse_formula(self) -> None:
        raise UnreadableSheet(
            f"La cellule {column_name(self._column)}{self._line} contient une formule dans les "
            "colonnes « Statut » et « Erreurs » : supprimez ces deux colonnes, puis déposez le "
            "fichier de nouveau."
        )

    def _widen_dimension(self) -> None:
        start = self._position()
        end = tag_end(self._data, start)
        match = _REF.search(self._data, start, end)
        name = column_name(self._marks.column + 1).encode()
        if match and (len(match[2]), match[2]) < (len(name), name):
            self.edits.append(Edit(match.start(2), match.end(2), name))

    def _add_columns(self, prefix: str, *, whole: bool) -> None:
        """Give our columns a width, unless the sheet already gives them one."""
        first = self._marks.column + 1
        if self._last_width >= first:
            return
        before = f"{prefix}:" if prefix else ""
        content = "".join(
            f'<{before}col min="{first + rank}" max="{first + rank}" width="{width}" '
            'customWidth="1"/>'
            for rank, width in enumerate(_WIDTHS)
        )
        if whole:
            content = f"<{before}cols>{content}</{before}cols>"
        self.edits.append(Edit(self._position(), self._position(), content.encode()))

    def end(self, name: str) -> None:
        prefix, _colon, local = name.rpartition(":")
        if local == "c" and self._inside:
            old = self._old[-1]
            old.end = element_end(self._data, old.start, self._position())
            self._inside = False
        elif local == "row":
            self._end_row(prefix)
        elif local == "cols":
            # An element of one tag, <cols/>, has no end to put anything before.
            self._has_columns = True
            if self._data.startswith(f"</{name}".encode(), self._position()):
                self._add_columns(prefix, whole=False)

    def _end_row(self, prefix: str) -> None:
        end = self._position()
        if self._line not in self._marks.texts and not self._old:
            return
        content = self._cells(f"{prefix}:" if prefix else "")
        tag = self._data[self._row : tag_end(self._data, self._row)]
        edits = [Edit(old.start, old.end, b"") for old in self._old]
        # The spans of a row are a hint that would no longer be true.
        self.edits.append(Edit(self._row, self._row + len(tag), _SPANS.sub(b"", tag)))
        place = self._after if self._after >= 0 else end
        self.edits += [*edits, Edit(place, place, content)]

    def _cells(self, prefix: str) -> bytes:
        styles = {old.column: old.style for old in self._old}
        header = self._style if self._line == self._marks.header_line else None
        return b"".join(
            self._cell(prefix, self._marks.column + rank, text, styles, header)
            for rank, text in enumerate(self._marks.of(self._line))
        )

    def _cell(
        self, prefix: str, column: int, text: str, styles: dict[int, str | None], header: str | None
    ) -> bytes:
        style = styles.get(column) or header
        styled = f' s="{int(style)}"' if style and style.isdecimal() else ""
        begun = f'<{prefix}c r="{column_name(column)}{self._line}"{styled}'
        if not text:
            return f"{begun}/>".encode() if styled else b""
        opened = f'{begun} t="inlineStr"><{prefix}is><{prefix}t xml:space="preserve">'
        closed = f"</{prefix}t></{prefix}is></{prefix}c>"
        content = markup(_ESCAPE_LIKE.sub("_x005F_", text))
        return opened.encode() + content + closed.encode()

    def text(self, data: str) -> None:
        pass
