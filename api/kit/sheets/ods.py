"""Reads a sheet of an ODS workbook: cached values only, nothing is computed and no macro is run.

Format: OpenDocument 1.3, part 3, with the prefixes that every writer uses. Repeated cells and
lines are counted before they are repeated.
"""

from api.kit.sheets import values
from api.kit.sheets.model import Cell, Filling, Grid, Kind, UnreadableSheet, column_name
from api.kit.sheets.package import PROTECTED, Package, damaged, walk
from api.kit.sheets.xlsx import no_sheet

CONTENT = "content.xml"
CELLS = ("table:table-cell", "table:covered-table-cell")
# What a table holds that is not its cells: comments, drawings, tables inside a cell, history.
SKIPPED = ("office:annotation", "table:dde-links", "table:tracked-changes", "text:ruby-text")
_SPACES = {"text:tab": "\t", "text:line-break": "\n"}
_MAX_LINE = 2**31


def read_grid(package: Package, wanted: str | None) -> Grid:
    """The filled lines of the wanted sheet, or of the first visible one that holds something.

    Raises UnreadableSheet when there is none, when the workbook is protected, past the limits.
    """
    return find_grid(package, wanted)[0]


def find_grid(package: Package, wanted: str | None) -> tuple[Grid, int]:
    """The same lines, and the rank of their table among those of the document."""
    content = package.find(CONTENT)
    if content is None:
        raise damaged("son contenu manque")
    _check_protection(package)
    reader = _ContentReader(package, wanted)
    walk(package, content, reader)
    if not reader.is_document:
        raise damaged("son contenu n’est pas celui d’un classeur")
    if reader.found is None:
        raise no_sheet(wanted, reader.names)
    return reader.found


def _check_protection(package: Package) -> None:
    manifest = package.find("META-INF/manifest.xml")
    if manifest and b"encryption-data" in package.read(manifest):
        raise UnreadableSheet(PROTECTED)


class _ContentReader:
    """The tables of a document; keeps the lines of the first one that is wanted and not empty."""

    def __init__(self, package: Package, wanted: str | None) -> None:
        self.names: list[str] = []
        self.found: tuple[Grid, int] | None = None
        self.is_document = False
        self._package, self._wanted = package, wanted
        self._skipping = 0
        self._rank = -1
        self._style = ""
        self._hidden_styles: set[str] = set()
        self._table: _Table | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skipping or name in SKIPPED or name.startswith("draw:"):
            self._skipping += 1
        elif self._table is not None:
            if name == "table:table":  # a table inside a cell
                self._skipping = 1
            else:
                self._table.start(name, attributes)
        else:
            self._outside(name, attributes)

    def _outside(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self._open(attributes)
        elif name == "style:style":
            self._style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)
        elif name == "office:spreadsheet":
            self.is_document = True

    def _open(self, attributes: dict[str, str]) -> None:
        self._rank += 1
        name = attributes.get("table:name", "")
        hidden = attributes.get("table:style-name") in self._hidden_styles
        grid = Grid(Kind.ODS, name, self.names)
        chosen = name == self._wanted if self._wanted is not None else not hidden
        self._table = _Table(self._package, grid, hidden=hidden)
        self._table.kept = chosen and self.found is None

    def end(self, name: str) -> None:
        table = self._table
        if self._skipping:
            self._skipping -= 1
        elif table is not None and name == "table:table":
            self._close(table)
        elif table is not None:
            table.end(name)

    def _close(self, table: "_Table") -> None:
        self._table = None
        # A table with a source is what another file held when it was last read.
        if table.hidden or table.sourced:
            return
        self.names.append(table.grid.name)
        if table.kept and (table.grid.lines or self._wanted is not None):
            self.found = table.grid, self._rank

    def text(self, data: str) -> None:
        if self._table is not None and not self._skipping:
            self._table.text(data)


class _Table:
    """The cells of one table."""

    def __init__(self, package: Package, grid: Grid, *, hidden: bool) -> None:
        self.grid, self.hidden = grid, hidden
        self.kept = False
        self.sourced = False
        self._filling = Filling(package.limits)
        grid.lines = self._filling.lines
        self._line, self._repeat, self._row_hidden = 1, 1, False
        self._cells: dict[int, Cell] = {}
        self._column = 0
        self._cell: dict[str, str] | None = None
        self._pieces: list[str] = []
        self._size = self._paragraphs = 0
        self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table-source":
            self.sourced = True
        elif not self.kept:
            return
        elif name in CELLS:
            if self._cell is not None:
                raise damaged(f"une cellule dans une autre, ligne {self._line}")
            self._cell, self._pieces, self._size, self._paragraphs = attributes, [], 0, 0
        elif name == "table:table-row":
            self._cells, self._column = {}, 0
            self._repeat = repeated(attributes, "table:number-rows-repeated")
            self._row_hidden = attributes.get("table:visibility", "visible") != "visible"
        elif self._cell is not None:
            self._space(name, attributes)

    def _space(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("text:p", "text:h"):
            self._paragraphs += 1
            self._inside = True
            if self._paragraphs > 1:
                self.text("\n")
        elif name == "text:s":
            self.text(" " * min(repeated(attributes, "text:c"), 1000))
        elif name in _SPACES:
            self.text(_SPACES[name])

    def text(self, data: str) -> None:
        if self._inside:
            self._pieces.append(data)
            self._size += len(data)
            self._filling.check_text(self._size, self._column, self._line)

    def end(self, name: str) -> None:
        if not self.kept:
            return
        if name in CELLS and self._cell is not None:
            self._end_cell(name, self._cell)
            self._cell = None
        elif name in ("text:p", "text:h"):
            self._inside = False
        elif name == "table:table-row":
            hidden, repeat = self._row_hidden, self._repeat
            self._filling.add(self._line, self._cells, hidden=hidden, repeat=repeat)
            self._line += self._repeat
            if self._line > _MAX_LINE:
                raise damaged("trop de lignes répétées")

    def _end_cell(self, name: str, cell: dict[str, str]) -> None:
        repeat = repeated(cell, "table:number-columns-repeated")
        value = _value(cell, "".join(self._pieces)) if name == CELLS[0] else None
        where = f"{column_name(self._column)}{self._line}" if value is not None else ""
        if value is not None:
            self._filling.check_column(self._column + repeat - 1, self._line)
            for column in range(self._column, self._column + repeat):
                self._cells[column] = value
            span = repeated(cell, "table:number-rows-spanned")
            if span > 1:
                self.grid.merged.append((where, self._line, self._line + span - 1))
        elif "table:formula" in cell and "office:value-type" not in cell:
            where = f"{column_name(self._column)}{self._line}"
            self.grid.uncomputed.append((where, self._line))
        self._column = min(self._column + repeat, _MAX_LINE)


def repeated(attributes: dict[str, str], name: str) -> int:
    """How many times an element counts; raises UnreadableSheet when this is no number."""
    text = attributes.get(name, "1").strip()
    if not (text.isdecimal() and text.isascii() and len(text) < 10 and int(text)):
        raise damaged(f"la valeur de {name}")
    return int(text)


def _value(cell: dict[str, str], text: str) -> Cell:
    kind = cell.get("office:value-type")
    if kind in ("float", "percentage", "currency"):
        return values.read_number(cell.get("office:value", text).strip())
    if kind == "date":
        return values.read_day(cell.get("office:date-value", text).strip())
    if kind == "time":
        return values.read_duration(cell.get("office:time-value", text).strip())
    if kind == "boolean":
        return cell.get("office:boolean-value", "").strip() == "true"
    return values.clean(cell.get("office:string-value") or text)
