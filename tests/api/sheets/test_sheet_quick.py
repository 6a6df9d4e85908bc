"""The two ways of reading a workbook say the same; an old workbook says what a new one would."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from unittest import mock

import openpyxl
import pytest

from api.kit.sheets import Kind, Limits, UnreadableSheet, annotate, opening, read_sheet, xlsx
from api.kit.sheets.model import Grid
from api.kit.sheets.package import Handler, Package, walk
from api.kit.sheets.pieces import Shape
from tests.api.sheets.sheet_files import SHEET, changed, excel
from tests.api.sheets.sheet_files import xlsx as made

OLD = Path(__file__).parent / "old"
ROWS: list[list[object]] = [
    ["Nom", "Jour", "N"],
    ["é & <b>", date(2025, 3, 14), 1.5],
    [" a\nb ", None, 10**17],
]
WRITTEN = {
    "plain": "",
    "reference": '<row r="9"><c r="A9" t="str"><v>&#233;&amp;&#x20AC;</v></c></row>',
    "formula": '<row r="9"><c r="A9"><f>1+1</f><v>2</v></c><c r="B9"><f>A1</f></c></row>',
    "comment": '<row r="9"><!-- </row> --><c r="A9"><v>1</v></c></row>'
    '<row r="10"><c><v>2</v></c></row>',
    "order": '<row r="9"><c r="C9"><v>3</v></c><c r="A9" t="b"><v>1</v></c></row>',
    "hidden": '<row r="9" hidden="1"><c r="A9" t="e"><v>#N/A</v></c></row>',
    "spaces": '<row r="9">\n <c r="A9"><v> 7 </v></c>\n <c r="B9"/>\n</row>',
    "other quotes": "<row r='9'><c r='A9'><v>7</v></c></row>",
    "number": '<row r="9"><c r="A9"><v>1E-7</v></c><c r="B9"><v>0.50</v></c></row>',
}


def by_events(package: Package, name: str, handler: Handler, _shape: Shape) -> None:
    walk(package, name, handler)


def grid(data: bytes) -> Grid:
    limits = Limits()
    return opening.read_grid(opening.open_source(data, "a.xlsx", limits), limits, None)


@pytest.mark.parametrize("extra", WRITTEN.values(), ids=list(WRITTEN))
@pytest.mark.parametrize("plain", [made(ROWS), excel()], ids=["openpyxl", "excel"])
def test_a_row_says_the_same_whole_or_by_events(plain: bytes, extra: str) -> None:
    end = b"</sheetData>"
    data = changed(plain, SHEET, lambda old: old.replace(end, extra.encode() + end))
    quick = grid(data)
    with mock.patch.object(xlsx, "walk_pieces", by_events):
        assert grid(data) == quick


@pytest.mark.parametrize("wrong", ["&#1;", "&#xD800;", "&other;", "&", "\x01", "<b>", "</v><v>"])
def test_a_row_that_is_no_sound_xml_is_refused_all_the_same(wrong: str) -> None:
    row = f'<row r="9"><c r="A9" t="str"><v>{wrong}</v></c></row></sheetData>'
    data = changed(made(ROWS), SHEET, lambda old: old.replace(b"</sheetData>", row.encode()))
    if wrong == "</v><v>":  # sound, and strange: read by events
        assert grid(data).lines[-1].number == 3
        return
    with pytest.raises(UnreadableSheet, match=r"sheet1[.]xml, ligne"):
        grid(data)


@pytest.mark.parametrize("name", ["heures.xls", "heures-1904.xls"])
def test_an_old_workbook_is_read_and_comes_back_as_a_new_one(name: str) -> None:
    data = (OLD / name).read_bytes()
    sheet = read_sheet(data, name)
    assert (sheet.kind, sheet.kind.given_back) == (Kind.XLS, Kind.XLSX)
    assert sheet.sheet_names == ["Heures"]  # the other one is hidden
    first, second = sheet.rows[:2]
    amount = Decimal("84743.37")
    siret = 24620036400080
    day = date(2025, 3, 14)
    assert first.values == ["Éa", day, "01000", "7:30", amount, True, "#DIV/0!", siret]
    assert second.values[:5] == ["=1+1", date(2024, 2, 29), "00035", 35, Decimal("0.3")]
    assert second.values[7] == "01234567890123"
    assert len(sheet.notices) == 2  # a hidden line, a merged cell
    back = annotate(data, name, sheet.header_line, {2: ("Correcte", ""), 3: ("Refusée", "=non")})
    again = read_sheet(back, "a.xlsx")
    assert (again.kind, again.rows) == (Kind.XLSX, sheet.rows)
    seen = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(back)).active]
    assert [row[8:] for row in seen[:3]] == [
        ["Statut", "Erreurs"],
        ["Correcte", None],
        ["Refusée", "=non"],
    ]


def test_a_text_named_as_an_old_workbook_is_read_as_the_text_it_is() -> None:
    sheet = read_sheet(b"Nom\tHeures\na\t007\n", "export.xls")
    assert (sheet.kind, sheet.rows[0].values) == (Kind.CSV, ["a", "007"])
