"""A workbook is read as its author sees it, whatever program wrote it."""

import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.kit.sheets import Kind, Limits, UnreadableSheet, read_sheet
from api.kit.sheets.values import read_format, read_number
from tests.api.sheets.sheet_files import SHEET, Cell, changed, excel, ods, ods_of, saved, xlsx

HEADER: list[Cell] = ["Contrat", "Mois", "Heures", "SIRET", "Fait"]
ROWS: list[list[Cell]] = [
    ["Relevé des heures"],
    ["Une ligne par mois", None, "Merci"],
    [],
    HEADER,
    ["2026-01", date(2026, 3, 1), Decimal("7.5"), 24620036400080, True],
    [],
    ["été & <b>", None, Decimal("0.1"), 3, False],
]
READ = [
    (5, ["2026-01", date(2026, 3, 1), Decimal("7.5"), 24620036400080, True]),
    (7, ["été & <b>", None, Decimal("0.1"), 3, False]),
]


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods"])
def test_a_workbook_gives_its_header_and_its_rows_with_their_lines(name: str) -> None:
    make = xlsx if name == "a.xlsx" else ods
    sheet = read_sheet(make(ROWS), name)
    assert (sheet.kind, sheet.name, sheet.sheet_names) == (
        Kind(name[2:]),
        "Heures",
        ["Heures"],
    )
    assert (sheet.header, sheet.header_line) == (HEADER, 4)
    assert [(row.line, row.values) for row in sheet.rows] == READ
    assert sheet.notices == []
    assert not [one for row in sheet.rows for one in row.values if isinstance(one, float)]


def test_a_file_is_read_from_a_stream_too() -> None:
    assert read_sheet(io.BytesIO(xlsx(ROWS)), "A.XLSX") == read_sheet(xlsx(ROWS), "a.xlsx")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("7.5", Decimal("7.5")),
        ("0.30000000000000004", Decimal("0.3")),
        ("7.4999999999999997E-1", Decimal("0.75")),
        ("2.462003640008E13", 24620036400080),
        ("24620036400080", 24620036400080),
        ("1E3", 1000),
        ("-0.0", 0),
        ("12345678901234567890", 12345678901234567890),
        ("1E999", "1E999"),
        ("1_000", "1_000"),
        ("NaN", "NaN"),
        ("٣", "٣"),
    ],
)
def test_a_number_is_the_one_that_was_typed(written: str, read: Any) -> None:
    assert read_number(written) == read
    assert type(read_number(written)) is type(read)


@settings(max_examples=200, deadline=None)
@given(st.decimals(-(10**9), 10**9, places=4))
def test_a_number_that_went_through_a_binary_one_comes_back_exact(number: Decimal) -> None:
    assert read_number(repr(float(number))) == number


@pytest.mark.parametrize(
    ("number_format", "value", "read"),
    [
        ("dd/mm/yyyy", 46082, date(2026, 3, 1)),
        ("mmm\\-yy", 46082, date(2026, 3, 1)),
        ("[$-40C]mmmm yyyy", 46082.75, date(2026, 3, 1)),
        ("h:mm", 0.3125, "7:30"),
        ("[h]:mm", 35 / 24, "35:00"),
        ("h:mm:ss", 0.0104166666666667, "0:15"),
        ("mm:ss", 45 / 86400, "0:00:45"),
        ("00000", 1000, "01000"),
        ('0.0" heures de mai"', 7.5, Decimal("7.5")),
        ("[Red]0.00", 2.5, Decimal("2.5")),
        ("General", 46082, 46082),
        ("dd/mm/yyyy", -5, -5),
        ("dd/mm/yyyy", 9999999, 9999999),
        ("dd/mm/yyyy", 60, 60),
        ("dd/mm/yyyy", 59, date(1900, 2, 28)),
        ("dd/mm/yyyy", 61, date(1900, 3, 1)),
    ],
)
def test_a_number_is_read_as_its_format_shows_it(
    number_format: str, value: float, read: Any
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Nom", "Valeur"])
    book.active.append(["a", value])
    book.active["B2"].number_format = number_format
    assert read_sheet(saved(book), "a.xlsx").rows[0].values == ["a", read]


def test_formats_that_a_file_names_by_number_only_are_known() -> None:
    assert [read_format(one, None).shape for one in (0, 14, 17, 20, 22, 46)] == [
        "number",
        "date",
        "date",
        "time",
        "date",
        "time",
    ]


def test_days_counted_from_1904_are_the_same_days() -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(["Nom", "Jour"])
    book.active.append(["a", date(2026, 3, 1)])
    assert read_sheet(saved(book), "a.xlsx").rows[0].values[1] == date(2026, 3, 1)


def test_hours_typed_as_a_time_are_readable_in_both_formats() -> None:
    rows: list[list[Cell]] = [["Nom", "Heures"], ["a", timedelta(hours=7, minutes=30)]]
    for data, name in ((xlsx(rows), "a.xlsx"), (ods(rows), "a.ods")):
        assert read_sheet(data, name).rows[0].values == ["a", "7:30"]
    both = xlsx([["Nom", "Jour"], ["a", datetime(2026, 3, 1, 14, 5)], ["b", time(14, 5)]])  # noqa: DTZ001 - a spreadsheet knows no zone
    assert [row.values[1] for row in read_sheet(both, "a.xlsx").rows] == [date(2026, 3, 1), "14:05"]


def test_the_first_sheet_that_holds_something_is_read_unless_one_is_named() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Vide"
    hidden = book.create_sheet("Listes")
    hidden.append(["Oui", "Non"])
    hidden.sheet_state = "hidden"
    for title in ("Mars", "Avril"):
        book.create_sheet(title).append(["Titre", title])
    data = saved(book)
    sheet = read_sheet(data, "a.xlsx")
    assert (sheet.name, sheet.sheet_names) == ("Mars", ["Vide", "Mars", "Avril"])
    assert read_sheet(data, "a.xlsx", sheet="Avril").header == ["Titre", "Avril"]
    with pytest.raises(UnreadableSheet, match=r"« Mai ».*« Vide », « Mars », « Avril »"):
        read_sheet(data, "a.xlsx", sheet="Mai")
    with pytest.raises(UnreadableSheet, match="vide"):
        read_sheet(data, "a.xlsx", sheet="Vide")


def test_a_formula_gives_the_result_that_was_saved_with_it() -> None:
    data = xlsx([["Nom", "Heures"], ["a", "=3.5+4"], ["b", "=3+4"]])
    saved_result = changed(
        data, SHEET, lambda old: old.replace(b"3.5+4</f><v>", b"3.5+4</f><v>7.5")
    )
    sheet = read_sheet(saved_result, "a.xlsx")
    assert [row.values[1] for row in sheet.rows] == [Decimal("7.5"), None]
    assert sheet.notices == [
        "1 formule n’a pas de résultat enregistré (la première : B3) : ouvrez le fichier dans "
        "votre tableur, enregistrez-le, puis déposez-le de nouveau."
    ]


def test_merged_and_hidden_cells_are_told() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Titre"], ["Contrat", "Mois", "Heures"], ["a", 1, 2], [None, 2, 3], ["b", 3, 4]):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A3:A4")
    sheet.row_dimensions[5].hidden = True
    read = read_sheet(saved(book), "a.xlsx")
    assert [row.values[0] for row in read.rows] == ["a", None, "b"]
    assert [notice.split(" : ")[0] for notice in read.notices] == [
        "1 ligne masquée est lue comme les autres (la première",
        "1 cellule fusionnée ne compte que pour la première de ses lignes (la première",
    ]
    assert "ligne 5" in read.notices[0]
    assert "A3" in read.notices[1]


def test_values_without_a_title_are_left_out_and_told() -> None:
    sheet = read_sheet(xlsx([["Nom", "Heures"], ["a", 1], ["b", 2, "note"]]), "a.xlsx")
    assert [row.values for row in sheet.rows] == [["a", 1], ["b", 2]]
    assert sheet.notices == [
        "1 ligne a des valeurs sans titre de colonne, non lues (à partir de C3)."
    ]


def test_the_header_is_the_line_that_the_caller_knows_best() -> None:
    rows: list[list[Cell]] = [
        ["Acheteur", "Commune", "SIRET", "x"],
        ["mois", "heures"],
        ["03/2026", 7],
    ]
    known = {"mois", "heures"}
    guessed = read_sheet(xlsx(rows), "a.xlsx")
    told = read_sheet(xlsx(rows), "a.xlsx", recognise=lambda line: len(known & set(line)))
    assert (guessed.header_line, told.header_line) == (1, 2)
    assert [row.line for row in told.rows] == [3]


def test_a_header_may_hold_years() -> None:
    sheet = read_sheet(xlsx([["Bilan"], ["Famille", "Unité", 2025], ["a", "h", 3]]), "a.xlsx")
    assert sheet.header == ["Famille", "Unité", "2025"]


def test_a_sheet_of_figures_without_any_header_is_refused() -> None:
    with pytest.raises(UnreadableSheet, match="titres de colonnes est introuvable"):
        read_sheet(xlsx([[1, 2, 3], [4, 5, 6]]), "a.xlsx")


def test_a_sheet_in_any_prefix_without_references_is_read() -> None:
    prefixed = b"""<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main">
      <x:sheetData><x:row><x:c t="inlineStr"><x:is><x:r><x:t>No</x:t></x:r><x:r><x:t>m</x:t></x:r>
      <x:rPh><x:t>guide</x:t></x:rPh></x:is></x:c><x:c t="str"><x:v>Mois</x:v></x:c></x:row>
      <x:row r="4"><x:c t="e"><x:v>#REF!</x:v></x:c><x:c t="d"><x:v>2026-03-01</x:v></x:c></x:row>
      </x:sheetData></x:worksheet>"""
    sheet = read_sheet(changed(xlsx([["x"]]), SHEET, lambda _old: prefixed), "a.xlsx")
    assert sheet.header == ["Nom", "Mois"]
    assert [(row.line, row.values) for row in sheet.rows] == [(4, ["#REF!", date(2026, 3, 1)])]


def test_a_workbook_of_excel_is_read_through_its_shared_texts_and_styles() -> None:
    sheet = read_sheet(excel(), "a.xlsx")
    assert (sheet.header, sheet.header_line) == (["Nom", "Heures réal isées", "Mois"], 2)
    assert [(row.line, row.values) for row in sheet.rows] == [
        (3, ["a & é", Decimal("0.75"), date(2026, 3, 1)]),
        (5, [None, Decimal("0.75"), None]),
    ]
    assert sheet.notices == []


LIBREOFFICE = """
<table:table table:name="Listes" table:style-name="hid"><table:table-row><table:table-cell
 office:value-type="string"><text:p>Oui</text:p></table:table-cell></table:table-row></table:table>
<table:table table:name="Heures"><table:table-column table:number-columns-repeated="1024"/>
<table:table-header-rows><table:table-row><table:table-cell office:value-type="string"><text:p>Nom
</text:p></table:table-cell><table:table-cell office:value-type="string"><office:annotation><text:p>
commentaire</text:p></office:annotation><text:p>Date<text:s text:c="2"/>de<text:line-break/>fin
</text:p><draw:frame><draw:text-box><text:p>bulle</text:p></draw:text-box></draw:frame>
</table:table-cell><table:table-cell table:number-columns-repeated="1022"/></table:table-row>
</table:table-header-rows>
<table:table-row table:number-rows-repeated="2"/>
<table:table-row table:number-rows-repeated="2" table:visibility="filter"><table:table-cell
 office:value-type="string"><text:p>a</text:p></table:table-cell><table:table-cell
 office:value-type="date" office:date-value="2026-03-01T10:00:00"><text:p>01/03/26</text:p>
</table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="percentage" office:value="0.05"><text:p>5 %
</text:p></table:table-cell><table:table-cell office:value-type="time"
 office:time-value="PT35H05M10S"><text:p>35:05:10</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048000"><table:table-cell
 table:number-columns-repeated="1024"/></table:table-row></table:table>"""


def test_an_ods_file_is_read_through_its_repetitions_comments_and_drawings() -> None:
    hidden = (
        '<style:style style:name="hid" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    sheet = read_sheet(ods_of(LIBREOFFICE, hidden), "a.ods")
    assert (sheet.sheet_names, sheet.header) == (["Heures"], ["Nom", "Date de fin"])
    assert [(row.line, row.values) for row in sheet.rows] == [
        (4, ["a", date(2026, 3, 1)]),
        (5, ["a", date(2026, 3, 1)]),
        (6, [Decimal("0.05"), "35:05:10"]),
    ]
    assert "2 lignes masquées" in sheet.notices[0]


@pytest.mark.usefixtures("in_this_process")
@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(
            st.none() | st.integers(-(10**14), 10**14) | st.text("aé€&<> ;\"'", max_size=8),
            min_size=3,
            max_size=3,
        ),
        max_size=6,
    )
)
def test_what_another_program_writes_is_what_is_read(rows: list[list[Any]]) -> None:
    wanted = [[(one.strip() or None) if isinstance(one, str) else one for one in r] for r in rows]
    expected = [
        (line, row) for line, row in enumerate(wanted, start=2) if row != [None, None, None]
    ]
    for make, name in ((xlsx, "a.xlsx"), (ods, "a.ods")):
        read = read_sheet(make([["un", "deux", "trois"], *wanted]), name)
        assert [(row.line, row.values) for row in read.rows] == expected


def test_the_limit_of_rows_is_that_of_the_rows_under_the_header() -> None:
    rows: list[list[Cell]] = [["a", 1]] * 5
    rows.insert(0, ["Nom", "Heures"])
    assert len(read_sheet(xlsx(rows), "a.xlsx", Limits(rows=5)).rows) == 5
    with pytest.raises(UnreadableSheet, match="plus de 4 lignes"):
        read_sheet(xlsx(rows), "a.xlsx", Limits(rows=4))
