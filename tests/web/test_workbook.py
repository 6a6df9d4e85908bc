"""The XLSX files of the site are read by others as they were written."""

import io
from decimal import Decimal

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from web.workbook import Cell, workbook

HEADER = ("Code", "Valeur", "En mots")
ROWS: list[list[Cell]] = [
    ["A", Decimal("30.49"), "« oui » & <b>"],
    ["B", 12, None],
    ["=1+1", None, "un\nretour"],
]


def test_two_readers_find_the_same_cells() -> None:
    content = workbook("clermont 2025", HEADER, ROWS)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["clermont 2025"]
    found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert (
        found == [list(HEADER), *[[*row] for row in ROWS]]
        or [[float(one) if isinstance(one, Decimal) else one for one in row] for row in ROWS]
        == found[1:]
    )
    assert sheet["B2"].data_type == "n"
    assert sheet["A4"].data_type == "s"  # a text, never a formula
    assert sheet.freeze_panes == "A2"
    other = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert other[1] == ["A", 30.49, "« oui » & <b>"]


def test_the_same_rows_make_the_same_bytes() -> None:
    assert workbook("x", HEADER, ROWS) == workbook("x", HEADER, ROWS)


@pytest.mark.parametrize(
    ("title", "name"),
    [("a/b:c[d]", "abcd"), ("x" * 40, "x" * 31), ("?*", "Feuille"), ('"<&', '"<&')],
)
def test_a_title_makes_a_name_that_a_sheet_may_bear(title: str, name: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(title, HEADER, [])))
    assert book.sheetnames == [name]


def test_what_xml_refuses_is_left_out() -> None:
    content = workbook("x", ("T",), [["a\x00b\x0bc"], ["y" * 40_000]])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert sheet["A2"].value == "abc"
    assert len(str(sheet["A3"].value)) == 32_767


def test_a_wide_sheet_names_its_columns_past_z() -> None:
    header = [f"c{rank}" for rank in range(30)]
    sheet = openpyxl.load_workbook(io.BytesIO(workbook("x", header, [list(header)]))).active
    assert sheet is not None
    assert sheet["AD2"].value == "c29"
