"""The file given back is the author's own with two columns more, and nothing else changed."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import odfdo
import openpyxl
import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from api.kit.sheets import Limits, UnreadableSheet, annotate, read_sheet
from tests.api.sheets.sheet_files import (
    SHEET,
    Cell,
    changed,
    excel,
    ods,
    ods_of,
    part,
    saved,
    seen_by_calamine,
    seen_by_odfdo,
    seen_by_openpyxl,
    xlsx,
)

ROWS: list[list[Cell]] = [
    ["Relevé"],
    ["Contrat", "Mois", "Heures"],
    ["a", date(2026, 3, 1), Decimal("7.5")],
    [],
    ["b & <c>", None, 2],
]
RESULTS = {3: ("Acceptée", ""), 5: ("Refusée", '=1+1 : « mois » <vide> & "x" _x0041_')}
MAKERS: list[tuple[str, Callable[[Any], bytes]]] = [("a.xlsx", xlsx), ("a.ods", ods)]


@pytest.mark.parametrize(("name", "make"), MAKERS)
def test_other_programs_read_our_two_columns_as_text(
    name: str, make: Callable[[Any], bytes]
) -> None:
    given_back = annotate(make(ROWS), name, 2, RESULTS)
    see = seen_by_openpyxl if name == "a.xlsx" else seen_by_odfdo
    rows = see(given_back)
    assert rows[1] == ["Contrat", "Mois", "Heures", "Statut", "Erreurs"]
    assert rows[2][3:] == ["Acceptée", None]
    assert rows[4][3] == "Refusée"
    assert [row[:3] for row in rows] == [row[:3] for row in see(make(ROWS))]
    seen = seen_by_calamine(given_back)
    assert seen[1][3:] == ["Statut", "Erreurs"]
    assert seen[4][4] == RESULTS[5][1]


@pytest.mark.parametrize(("name", "make"), MAKERS)
def test_what_we_write_into_a_workbook_is_never_a_formula(
    name: str, make: Callable[[Any], bytes]
) -> None:
    texts = ["=1+1", "+1", "-1", "@A1", "\t=1+1", "=cmd|' /C calc'!A0"]
    data = make([["Nom", "Heures"], *[["a", 1] for _ in texts]])
    results = {line: ("OK", text) for line, text in enumerate(texts, start=2)}
    given_back = annotate(data, name, 1, results)
    xml = part(given_back, SHEET if name == "a.xlsx" else "content.xml")
    assert b"<f>" not in xml
    assert b"table:formula" not in xml
    assert [row[3] for row in seen_by_calamine(given_back)[1:]] == [t.strip() for t in texts]
    if name == "a.xlsx":
        cells = openpyxl.load_workbook(io.BytesIO(given_back)).active["D"]
        assert xml.count(b't="inlineStr"><is><t xml:space') == 2 + 2 * len(texts)
        assert len(cells) == 7


@pytest.mark.parametrize(("name", "make"), MAKERS)
def test_the_annotated_file_is_read_as_the_first_one(
    name: str, make: Callable[[Any], bytes]
) -> None:
    data = make(ROWS)
    once = annotate(data, name, 2, RESULTS)
    assert read_sheet(once, name) == read_sheet(data, name)


@pytest.mark.parametrize(("name", "make"), MAKERS)
def test_columns_of_another_time_are_replaced_not_doubled(
    name: str, make: Callable[[Any], bytes]
) -> None:
    data = make(ROWS)
    twice = annotate(annotate(data, name, 2, RESULTS), name, 2, {5: ("Acceptée", "")})
    assert seen_by_calamine(twice) == seen_by_calamine(
        annotate(data, name, 2, {5: ("Acceptée", "")})
    )
    assert [row[3:] for row in seen_by_calamine(twice)] == [
        ["", ""],
        ["Statut", "Erreurs"],
        ["", ""],
        ["", ""],
        ["Acceptée", ""],
    ]


@pytest.mark.parametrize(("name", "make"), MAKERS)
def test_a_column_of_the_author_that_is_called_status_is_not_ours(
    name: str, make: Callable[[Any], bytes]
) -> None:
    data = make([["Nom", "Statut", "Heures"], ["a", "en cours", 1]])
    given_back = annotate(data, name, 1, {2: ("Refusée", "non")})
    assert seen_by_calamine(given_back) == [
        ["Nom", "Statut", "Heures", "Statut", "Erreurs"],
        ["a", "en cours", 1, "Refusée", "non"],
    ]
    assert read_sheet(given_back, name).rows[0].values == ["a", "en cours", 1]


@pytest.mark.parametrize(("name", "make"), MAKERS)
def test_a_value_without_a_title_is_not_covered(name: str, make: Callable[[Any], bytes]) -> None:
    data = make([["Nom", "Heures"], ["a", 1], ["b", 2, None, "note"]])
    given_back = annotate(data, name, 1, {2: ("Refusée", ""), 3: ("Acceptée", "")})
    assert seen_by_calamine(given_back) == [
        ["Nom", "Heures", "", "", "Statut", "Erreurs"],
        ["a", 1, "", "", "Refusée", ""],
        ["b", 2, "", "note", "Acceptée", ""],
    ]


def test_a_workbook_of_excel_keeps_everything_that_is_not_ours() -> None:
    data = excel()
    given_back = annotate(data, "a.xlsx", 2, {3: ("Refusée", "à revoir"), 5: ("Acceptée", "")})
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(given_back)) as new:
        assert new.namelist() == old.namelist()
        assert [name for name in old.namelist() if old.read(name) != new.read(name)] == [SHEET]
    xml = part(given_back, SHEET).decode()
    assert "x14:dataValidation " in xml
    assert 'ref="A1:E5"' in xml
    assert '<col min="4" max="4" width="14" customWidth="1"/>' in xml
    assert "spans" in xml  # of the rows that we did not touch
    assert '<row r="3">' in xml
    assert "SUM(B3:B3)" in xml
    with pytest.warns(UserWarning, match="Data Validation extension"):  # it would lose the list
        book = openpyxl.load_workbook(io.BytesIO(given_back)).active
    assert [cell.value for cell in book[3]][::3] == [" a & é ", "Refusée"]
    assert [book[f"{column}2"].font.b for column in "CDE"] == [True, False, True]
    assert [book[f"{column}2"].value for column in "DE"] == ["Statut", "Erreurs"]
    assert [book[f"{column}5"].value for column in "BDE"] == ["=\nSUM(B3:B3)", "Acceptée", None]


def test_the_new_titles_look_like_the_others() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Nom", "Heures"])
    book.active.append(["a", 1])
    for cell in book.active[1]:
        cell.font = openpyxl.styles.Font(bold=True)
    given_back = annotate(saved(book), "a.xlsx", 1, {2: ("Acceptée", "")})
    sheet = openpyxl.load_workbook(io.BytesIO(given_back)).active
    assert [cell.font.b for cell in sheet[1]] == [True] * 4
    assert [cell.font.b for cell in sheet[2]] == [False] * 4


def test_a_sheet_in_any_prefix_gets_cells_of_that_prefix() -> None:
    prefixed = (
        b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<x:sheetData><x:row><x:c t="str"><x:v>Nom</x:v></x:c></x:row><x:row><x:c/>'
        b"<x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    data = changed(xlsx([["x"]]), SHEET, lambda _old: prefixed)
    given_back = annotate(data, "a.xlsx", 1, {2: ("Refusée", "é")})
    assert seen_by_openpyxl(given_back) == [
        ["Nom", None, "Statut", "Erreurs"],
        [None, 1, "Refusée", "é"],
    ]


def test_a_column_added_at_the_right_of_ours_stays_there() -> None:
    book = openpyxl.load_workbook(io.BytesIO(annotate(xlsx(ROWS), "a.xlsx", 2, RESULTS)))
    book.active["F2"], book.active["F3"], book.active["F5"] = "Note", "vu", "à revoir"
    again = annotate(saved(book), "a.xlsx", 2, {3: ("Acceptée", ""), 5: ("Refusée", "non")})
    assert seen_by_calamine(again)[4][3:] == ["Refusée", "non", "à revoir"]
    references = re.findall(rb'<c r="([A-Z])5"', part(again, SHEET))
    assert references == sorted(references)
    assert read_sheet(again, "a.xlsx").header == ["Contrat", "Mois", "Heures", "", "", "Note"]


def test_a_formula_typed_into_our_columns_is_told() -> None:
    data = annotate(xlsx(ROWS), "a.xlsx", 2, RESULTS)
    book = openpyxl.load_workbook(io.BytesIO(data))
    book.active["D3"] = "=1+1"
    with pytest.raises(UnreadableSheet, match=r"D3 contient une formule"):
        annotate(saved(book), "a.xlsx", 2, {})


REPEATED = """<table:table table:name="Notes"/><table:table table:name="Heures">
<table:table-row table:number-rows-repeated="2"><table:table-cell
 table:number-columns-repeated="9"/></table:table-row><table:table-row><table:table-cell
 table:style-name="ce&amp;1" office:value-type="string"><text:p>Nom</text:p></table:table-cell>
<table:table-cell
 table:style-name="ce&amp;1" table:number-columns-repeated="2" office:value-type="string"><text:p>H
</text:p></table:table-cell><table:table-cell table:number-columns-repeated="1021"/>
</table:table-row><table:table-row table:number-rows-repeated="4"><table:table-cell
 table:number-columns-repeated="3" office:value-type="float" office:value="1"><text:p>1</text:p>
</table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048000">
<table:table-cell table:number-columns-repeated="1024"/></table:table-row></table:table>"""


def test_the_repeated_lines_of_an_ods_file_are_divided_where_ours_differ() -> None:
    data = ods_of(REPEATED)
    given_back = annotate(data, "a.ods", 3, {5: ("Refusée", "non"), 7: ("Acceptée", "")})
    xml = part(given_back, "content.xml").decode()
    assert read_sheet(given_back, "a.ods") == read_sheet(data, "a.ods")
    assert corner(given_back) == [
        [None] * 5,
        [None] * 5,
        ["Nom", "H", "H", "Statut", "Erreurs"],
        [1, 1, 1, None, None],
        [1, 1, 1, "Refusée", "non"],
        [1, 1, 1, None, None],
        [1, 1, 1, "Acceptée", None],
    ]
    assert 'table:number-columns-repeated="1019"' in xml
    assert 'table:number-rows-repeated="1048000"' in xml
    assert xml.count('table:style-name="ce&amp;1"') == 4
    again = annotate(given_back, "a.ods", 3, {6: ("Acceptée", "")})
    assert [row[3:] for row in corner(again)[2:]] == [
        ["Statut", "Erreurs"],
        [None, None],
        [None, None],
        ["Acceptée", None],
        [None, None],
    ]


def corner(data: bytes) -> list[list[Any]]:
    table = odfdo.Document(io.BytesIO(data)).body.get_table(1)
    assert table is not None
    return [[clean(one) for one in row] for row in table.get_values((0, 0, 4, 6), complete=True)]


def clean(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def test_a_file_that_repeats_much_is_not_given_back_much_larger() -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    data = ods_of(
        '<table:table table:name="a"><table:table-row>'
        + cell.format("Nom")
        + '</table:table-row><table:table-row table:number-rows-repeated="9000">'
        + cell.format("é" * 30_000)
        + "</table:table-row></table:table>"
    )
    with pytest.raises(UnreadableSheet, match="trop longs en tout"):
        read_sheet(data, "a.ods")
    results = dict.fromkeys(range(2, 9_002), ("OK", ""))
    with pytest.raises(UnreadableSheet, match="répète tant de contenu"):
        annotate(data, "a.ods", 1, results, Limits(unpacked=20 * 2**20))


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods"])
def test_the_named_sheet_is_the_one_annotated(name: str) -> None:
    if name == "a.ods":
        cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
        row = f"<table:table-row>{cell}</table:table-row>"
        table = f'<table:table table:name="{{}}">{row}</table:table>'
        data = ods_of(table.format("Mars", "Nom") + table.format("Avril", "Titre"))
    else:
        book = openpyxl.Workbook()
        book.active.title = "Mars"
        book.active.append(["Nom"])
        book.create_sheet("Avril").append(["Titre"])
        data = saved(book)
    given_back = annotate(data, name, 1, {}, sheet="Avril")
    assert seen_by_calamine(given_back) == [["Nom"]]
    other = python_calamine.load_workbook(io.BytesIO(given_back)).get_sheet_by_name("Avril")
    assert other.to_python() == [["Titre", "Statut", "Erreurs"]]


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods", "a.csv"])
def test_a_line_that_is_not_under_the_header_is_a_mistake_of_the_caller(name: str) -> None:
    makers = {"a.xlsx": xlsx, "a.ods": ods}
    data = makers[name](ROWS) if name in makers else b"Titre\nNom;Heures\na;1\n"
    with pytest.raises(ValueError, match="not under the header"):
        annotate(data, name, 2, {99: ("Refusée", "")})
    with pytest.raises(ValueError, match="holds no header"):
        annotate(data, name, 98, {})


TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)


@pytest.mark.usefixtures("in_this_process")
@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), TEXTS, TEXTS), min_size=1, max_size=5))
def test_any_text_can_be_given_back_in_any_format(rows: list[tuple[int, str, str]]) -> None:
    table: list[list[Cell]] = [[f"n{one}", one] for one, _status, _errors in rows]
    table.insert(0, ["Nom", "Heures"])
    results = {line: row[1:] for line, row in enumerate(rows, start=2)}
    csv = "\n".join(f"{one};{two}" for one, two in table).encode()
    for data, name in ((xlsx(table), "a.xlsx"), (ods(table), "a.ods"), (csv, "a.csv")):
        given_back = annotate(data, name, 1, results)
        assert read_sheet(given_back, name) == read_sheet(data, name)
        again = annotate(given_back, name, 1, results)
        assert read_sheet(again, name) == read_sheet(data, name)
        assert len(again) == len(given_back)
