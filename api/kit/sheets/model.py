"""What a spreadsheet is once read, and how much of one is read at most.

Lines and columns shown to people are those of the spreadsheet (line 1, column A). Inside, a line
is its number from 1 and a column its index from 0.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

Cell = str | int | Decimal | date | bool | None

# The two columns that we add to the file we give back.
STATUS, ERRORS = "Statut", "Erreurs"
# A header stands among the first filled lines.
HEADER_WITHIN = 10
EMPTY = "Le fichier est vide : il ne contient aucune donnée."


class UnreadableSheet(ValueError):  # noqa: N818 - a refusal of the file, not a fault of ours
    """This file cannot be read; the message says in French what, where and what to do."""


class TooManyReadings(Exception):  # noqa: N818 - named as what it is
    """Other files are being read and this one has not had its turn: it may come back in a minute;
    the message says so in French."""


class Kind(StrEnum):
    """The formats that are read, each by its usual extension."""

    XLSX = "xlsx"
    ODS = "ods"
    CSV = "csv"
    XLS = "xls"

    @property
    def given_back(self) -> "Kind":
        """The format of the same file with our two columns: XLS is read and no longer written."""
        return Kind.XLSX if self is Kind.XLS else self


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read at most; sizes in bytes, ``text`` in characters of one cell.

    ``ratio`` is how many times a part of a workbook may be larger than it is compressed, counted
    from one mebibyte on. ``rows`` are those under the header, ``cells`` the filled ones.
    ``told`` is what all the cells weigh, one after the other.
    """

    size: int = 20 * 2**20
    unpacked: int = 200 * 2**20
    ratio: int = 250
    parts: int = 2_000
    rows: int = 50_000
    columns: int = 200
    cells: int = 1_000_000
    text: int = 32_767
    told: int = 64 * 2**20


@dataclass(slots=True)
class Line:
    """One line of the grid that holds something; ``cells`` stop at the last filled one."""

    number: int
    cells: list[Cell]
    hidden: bool = False


@dataclass(slots=True)
class Grid:
    """The filled lines of one sheet, in order, before any header is looked for.

    ``merged`` gives (cell, first line, last line) of the cells that span several lines,
    ``uncomputed`` gives (cell, line) of the formulas saved without their result.
    """

    kind: Kind
    name: str
    names: list[str]
    lines: list[Line] = field(default_factory=list)
    merged: list[tuple[str, int, int]] = field(default_factory=list)
    uncomputed: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Row:
    """A line under the header: its number in the file, one value per header."""

    line: int
    values: list[Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as read; ``notices`` tell in French what a person may not expect of the reading."""

    kind: Kind
    name: str
    sheet_names: list[str]
    header: list[str]
    header_line: int
    rows: list[Row]
    notices: list[str]


def own_columns(grid: Grid, header_line: int | None = None) -> int | None:
    """Where our two columns begin in a file that we gave back; None when it never was.

    A person's own column « Statut » is not ours: ours are two, side by side.
    """
    for line in grid.lines[:HEADER_WITHIN]:
        if header_line is not None and line.number != header_line:
            continue
        for column in range(len(line.cells) - 2, -1, -1):
            if line.cells[column : column + 2] == [STATUS, ERRORS]:
                return column
    return None


def column_name(index: int) -> str:
    """The letters of a column: 0 → A, 27 → AB."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def amount(number: int, one: str, many: str) -> str:
    """A counted noun in French: "1 ligne", "50 000 lignes"."""
    return f"{number:,}".replace(",", "\u202f") + f" {one if number < 2 else many}"


def too_many_rows(limits: Limits) -> str:
    """What is said of a sheet that is too long."""
    return (
        f"La feuille compte plus de {amount(limits.rows, 'ligne', 'lignes')} : partagez-la en "
        "plusieurs fichiers, puis déposez-les l’un après l’autre."
    )


class Filling:
    """The lines of a sheet as a reader finds them, held to the limits.

    Raises UnreadableSheet as soon as one is passed, before the memory is taken.
    """

    def __init__(self, limits: Limits) -> None:
        self.lines: list[Line] = []
        self._limits = limits
        self._cells = 0
        self._ranks = list(range(limits.columns))

    def add(self, number: int, cells: dict[int, Cell], *, hidden: bool, repeat: int = 1) -> None:
        """Add the filled cells of ``repeat`` identical lines, from ``number`` on."""
        if cells:
            last = max(cells)
            self._count(number, len(cells), repeat, last)
            values = list(map(cells.get, range(last + 1)))
            self.lines += [Line(number + rank, values, hidden) for rank in range(repeat)]

    def add_at(self, number: int, places: list[int], cells: list[Cell], *, hidden: bool) -> None:
        """Add the cells of a line, filled or not, by their columns."""
        if places != self._ranks[: len(places)]:
            known = zip(places, cells, strict=True)
            filled: dict[int, Cell] = {place: cell for place, cell in known if cell is not None}
            self.add(number, filled, hidden=hidden)
            return
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            self._count(number, len(cells) - cells.count(None), 1, len(cells) - 1)
            self.lines.append(Line(number, cells, hidden))

    def _count(self, number: int, filled: int, repeat: int, last: int) -> None:
        limits = self._limits
        # Title lines above the header have room of their own.
        if len(self.lines) + repeat > limits.rows + 10:
            raise UnreadableSheet(too_many_rows(limits))
        if self._cells + filled * repeat > limits.cells:
            raise UnreadableSheet(
                f"La feuille compte plus de {amount(limits.cells, 'cellule', 'cellules')} "
                "remplies : partagez-la en plusieurs fichiers."
            )
        self.check_column(last, number)
        self._cells += filled * repeat

    def check_column(self, column: int, line: int) -> None:
        """Raise UnreadableSheet when a filled cell stands too far to the right."""
        if column >= self._limits.columns:
            raise UnreadableSheet(
                f"La cellule {column_name(column)}{line} est remplie au-delà des "
                f"{amount(self._limits.columns, 'colonne', 'colonnes')} lues : supprimez les "
                "colonnes inutiles, puis déposez le fichier de nouveau."
            )

    def check_text(self, size: int, column: int, line: int) -> None:
        """Raise UnreadableSheet when one cell holds too long a text."""
        if size > self._limits.text:
            raise UnreadableSheet(
                f"La cellule {column_name(column)}{line} contient plus de "
                f"{amount(self._limits.text, 'caractère', 'caractères')} : raccourcissez-la."
            )
