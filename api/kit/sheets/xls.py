"""Reads a sheet of an Excel 97–2003 workbook (BIFF8 in an OLE2 container) by xlrd; child only.

xlrd trusts what it reads and fails in many ways on what is damaged: it is only called in the
child process, whose limits hold it, and every failure is one refusal.
"""

import io
from dataclasses import dataclass
from typing import Any

import xlrd

from api.kit.sheets import values
from api.kit.sheets.model import Cell, Filling, Grid, Kind, Limits, UnreadableSheet, column_name
from api.kit.sheets.package import PROTECTED, damaged
from api.kit.sheets.xlsx import no_sheet

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class OldBook:
    """The bytes of a workbook of the old format."""

    data: bytes


def read_grid(source: OldBook, limits: Limits, wanted: str | None) -> Grid:
    """The filled lines of the wanted sheet, or of the first visible one that holds something.

    Raises UnreadableSheet when there is none, when it is protected or damaged, past the limits.
    """
    try:
        return _grid(source, limits, wanted)
    except (UnreadableSheet, MemoryError):
        raise
    except xlrd.XLRDError as error:
        raise _refusal(str(error)) from error
    except Exception as error:
        raise damaged() from error


def _refusal(told: str) -> UnreadableSheet:
    if "encrypted" in told:
        return UnreadableSheet(PROTECTED)
    if "find workbook" in told:
        return UnreadableSheet(
            "Ce fichier est un document d’un ancien logiciel de bureau, pas un tableau : déposez "
            "un classeur XLSX, ODS ou XLS, ou un fichier CSV."
        )
    return damaged()


def _grid(source: OldBook, limits: Limits, wanted: str | None) -> Grid:
    book = xlrd.open_workbook(
        file_contents=source.data,
        formatting_info=True,
        ragged_rows=True,
        on_demand=True,
        logfile=io.StringIO(),
    )
    # What is hidden is read when nothing else can be, as in XLSX.
    shown = [sheet for sheet in map(book.get_sheet, range(book.nsheets)) if not sheet.visibility]
    known = shown or [book.get_sheet(rank) for rank in range(book.nsheets)]
    names = [sheet.name for sheet in known]
    for sheet in known:
        if wanted is None or sheet.name == wanted:
            grid = _Sheet(book, sheet, limits).grid(names)
            if grid.lines or wanted is not None:
                return grid
    raise no_sheet(wanted, names)


class _Sheet:
    """The cells of one sheet; xlrd is not typed."""

    def __init__(self, book: Any, sheet: Any, limits: Limits) -> None:
        self._sheet = sheet
        self._filling = Filling(limits)
        self._from_1904 = book.datemode == 1
        self._formats = [
            values.read_format(one.format_key, _code(book, one.format_key)) for one in book.xf_list
        ]

    def grid(self, names: list[str]) -> Grid:
        sheet = self._sheet
        for rank in range(sheet.nrows):
            cells: dict[int, Cell] = {}
            for column in range(sheet.row_len(rank)):
                value = self._cell(rank, column)
                if value is not None:
                    cells[column] = value
            info = sheet.rowinfo_map.get(rank)
            self._filling.add(rank + 1, cells, hidden=bool(info and info.hidden))
        merged = [
            (f"{column_name(left)}{first + 1}", first + 1, end)
            for first, end, left, _right in sheet.merged_cells[:10_000]
            if end - first > 1
        ]
        return Grid(Kind.XLS, sheet.name, names, self._filling.lines, merged)

    def _cell(self, rank: int, column: int) -> Cell:
        kind, value = self._sheet.cell_type(rank, column), self._sheet.cell_value(rank, column)
        if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
            return None
        if kind == xlrd.XL_CELL_TEXT:
            self._filling.check_text(len(value), column, rank + 1)
            return values.clean(value)
        if kind == xlrd.XL_CELL_BOOLEAN:
            return bool(value)
        if kind == xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(value, "#N/A"))
        shape = self._formats[self._sheet.cell_xf_index(rank, column)]
        return values.shown(values.read_number(repr(value)), shape, from_1904=self._from_1904)


def _code(book: Any, key: int) -> str | None:
    known = book.format_map.get(key)
    return None if known is None else str(known.format_str)
