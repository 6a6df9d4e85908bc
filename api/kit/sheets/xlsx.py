"""Reads a sheet of an XLSX workbook: cached values only, nothing is computed and no macro is run.

Format: ECMA-376, part 1 (SpreadsheetML), transitional or strict, with any prefix.
"""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from api.kit.sheets import values
from api.kit.sheets.model import Cell, Filling, Grid, Kind, Limits, UnreadableSheet, column_name
from api.kit.sheets.package import Package, damaged, walk

_TRUE = ("1", "true")


@dataclass(frozen=True)
class _Listed:
    """A worksheet as the workbook lists it."""

    name: str
    relation: str
    hidden: bool


@dataclass
class Workbook:
    """What every sheet of a workbook needs to be read: where it is, shared texts, formats."""

    package: Package
    sheets: list[tuple[str, str]]
    names: list[str]
    from_1904: bool
    texts: list[str] = field(default_factory=list)
    formats: list[values.Format] = field(default_factory=list)


def read_grid(package: Package, wanted: str | None) -> Grid:
    """The filled lines of the wanted sheet, or of the first visible one that holds something.

    Raises UnreadableSheet when there is none, and past the limits.
    """
    return find_grid(package, wanted)[0]


def find_grid(package: Package, wanted: str | None) -> tuple[Grid, str]:
    """The same lines, and the name of the part that holds them."""
    book = _open_workbook(package)
    for name, part in book.sheets:
        if wanted is None or name == wanted:
            reader = _SheetReader(book)
            walk(package, part, reader)
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


class _Collector:
    """Keeps what ``on`` wants of each element; enough for the small parts of a workbook."""

    def __init__(self, on: Callable[[str, dict[str, str]], None]) -> None:
        self._on = on

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._on(name.rpartition(":")[2], attributes)

    def end(self, name: str) -> None:
        pass

    def text(self, data: str) -> None:
        pass


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Identifier → (kind, part) of what a part refers to inside the package."""
    folder, name = posixpath.split(part)
    relations: dict[str, tuple[str, str]] = {}

    def keep(element: str, attributes: dict[str, str]) -> None:
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = posixpath.join("/" + folder, attributes.get("Target", ""))
            if found := package.find(target):
                relations[attributes.get("Id", "")] = kind, found

    listing = package.find(posixpath.join(folder, "_rels", f"{name}.rels"))
    if listing:
        walk(package, listing, _Collector(keep))
    return relations


def _open_workbook(package: Package) -> Workbook:
    main = next(
        (part for kind, part in _relations(package, "").values() if kind == "officeDocument"), None
    )
    if main is None or not main.lower().endswith(".xml"):
        raise damaged("sa partie principale manque")
    listed: list[_Listed] = []
    from_1904 = False

    def keep(element: str, attributes: dict[str, str]) -> None:
        nonlocal from_1904
        if element == "workbookPr":
            from_1904 = attributes.get("date1904") in _TRUE
        elif element == "sheet":
            relation = next((one for key, one in attributes.items() if key.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            listed.append(_Listed(attributes.get("name", ""), relation, hidden))

    walk(package, main, _Collector(keep))
    relations = _relations(package, main)
    kinds = dict(relations.values())
    sheets = [
        (one, relations[one.relation][1])
        for one in listed
        if relations.get(one.relation, ("", ""))[0] == "worksheet"
    ]
    if not sheets:
        raise damaged("aucune feuille")
    # A hidden sheet holds the lists of the others; it is read when nothing else can be.
    shown = [(one.name, part) for one, part in sheets if not one.hidden]
    known = shown or [(one.name, part) for one, part in sheets]
    book = Workbook(package, known, [name for name, _part in known], from_1904)
    if "sharedStrings" in kinds:
        texts = _TextReader(package.limits)
        walk(package, kinds["sharedStrings"], texts)
        book.texts = texts.texts
    if "styles" in kinds:
        book.formats = _read_formats(package, kinds["styles"])
    return book


def _read_formats(package: Package, part: str) -> list[values.Format]:
    codes: dict[str, str] = {}
    identifiers: list[str] = []
    inside = ""

    def keep(element: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if element in ("numFmts", "cellXfs", "cellStyleXfs", "cellStyles", "dxfs", "fonts"):
            inside = element
        elif element == "numFmt" and inside == "numFmts":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif element == "xf" and inside == "cellXfs":
            identifiers.append(attributes.get("numFmtId", "0"))

    walk(package, part, _Collector(keep))
    return [values.read_format(_rank(one, 0), codes.get(one)) for one in identifiers]


class _TextReader:
    """The shared texts of a workbook; runs are joined, phonetic guides left out."""

    def __init__(self, limits: Limits) -> None:
        self.texts: list[str] = []
        self._limits = limits
        self._pieces: list[str] = []
        self._inside = self._phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        local = name.rpartition(":")[2]
        if local == "si":
            self._pieces = []
        elif local == "rPh":
            self._phonetic = True
        elif local == "t":
            self._inside = not self._phonetic

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "si":
            self.texts.append(values.unescape("".join(self._pieces)))
            if len(self.texts) > 4 * self._limits.cells:
                raise UnreadableSheet("Le classeur contient trop de textes : partagez-le.")
        elif local == "rPh":
            self._phonetic = False
        elif local == "t":
            self._inside = False

    def text(self, data: str) -> None:
        if self._inside:
            self._pieces.append(data)


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
        self._starts = {
            "row": self._start_row,
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
            self._end_cell()
        elif local in ("v", "t"):
            self._collecting = False
        elif local == "rPh":
            self._phonetic = False
        elif local == "row":
            self.filling.add(self._line, self._cells, hidden=self._hidden)

    def text(self, data: str) -> None:
        if self._collecting:
            self._pieces.append(data)
            self._size += len(data)
            self.filling.check_text(self._size, self._column, self._line)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._line = next_line(attributes, self._line)
        self._hidden = attributes.get("hidden") in _TRUE
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

    def _end_cell(self) -> None:
        raw = "".join(self._pieces)
        if self._formula and not raw and self._cell.get("t") != "str":
            if len(self.uncomputed) < 10_000:
                self.uncomputed.append((f"{column_name(self._column)}{self._line}", self._line))
        elif raw:
            value = self._value(raw)
            if value is not None:
                self._cells[self._column] = value

    def _value(self, raw: str) -> Cell:
        kind = self._cell.get("t", "n")
        if kind == "s":
            return self._shared(raw)
        if kind in ("str", "inlineStr", "e"):
            return values.clean(values.unescape(raw))
        raw = raw.strip()
        if not raw:
            return None
        if kind == "b":
            return raw in _TRUE
        if kind == "d":
            return values.read_day(raw)
        return self._number(values.read_number(raw))

    def _number(self, value: str | int | Decimal) -> Cell:
        formats, style = self._book.formats, self._cell.get("s")
        if style is None:
            return value
        rank = _rank(style, -1)
        shape = formats[rank] if 0 <= rank < len(formats) else values.PLAIN
        return values.shown(value, shape, from_1904=self._book.from_1904)

    def _shared(self, raw: str) -> Cell:
        rank = _rank(raw.strip(), -1)
        if not 0 <= rank < len(self._book.texts):
            raise damaged(f"le texte de la cellule {column_name(self._column)}{self._line}")
        text = self._book.texts[rank]
        self.filling.check_text(len(text), self._column, self._line)
        return values.clean(text)


def _rank(text: str, otherwise: int) -> int:
    return int(text) if len(text) < 10 and text.isdecimal() else otherwise


def next_line(attributes: dict[str, str], previous: int) -> int:
    """The number of a row element, which may leave it unsaid; lines only go down."""
    if "r" not in attributes:
        return previous + 1
    number = _rank(attributes["r"], 0)
    if number <= previous:
        raise damaged(f"après la ligne {previous}")
    return number


_LETTERS = re.compile("[A-Z]{1,3}")
_COLUMNS: dict[str, int] = {}


def next_column(attributes: dict[str, str], previous: int) -> int:
    """The index of the column of a cell element, which may leave it unsaid."""
    if "r" not in attributes:
        return previous + 1
    match = _LETTERS.match(attributes["r"])
    if match is None:
        raise damaged("la référence d’une cellule")
    letters = match[0]
    column = _COLUMNS.get(letters)
    if column is None:
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        # At most 18 278 entries: every column that three letters can name.
        column = _COLUMNS[letters] = column - 1
    return column
