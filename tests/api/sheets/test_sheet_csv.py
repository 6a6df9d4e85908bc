"""A CSV file is read whatever its encoding, its separator and its line ends."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.kit.sheets import Kind, UnreadableSheet, annotate, read_sheet
from api.kit.sheets.delimited import open_text, raw_fields, records

TEXT = (
    'Marché;Mois;Heures réalisées\r\n"L’été ; à Lens";03/2026;7,5\r\n;;\r\nBâti;04/2026;"1 234,5"'
)
ROWS = [(2, ["L’été ; à Lens", "03/2026", "7,5"]), (4, ["Bâti", "04/2026", "1 234,5"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_every_usual_encoding_and_line_end_gives_the_same_rows(
    encoding: str, line_end: str
) -> None:
    sheet = read_sheet(TEXT.replace("\r\n", line_end).encode(encoding), "a.csv")
    assert sheet.kind is Kind.CSV
    assert sheet.header == ["Marché", "Mois", "Heures réalisées"]
    assert [(row.line, row.values) for row in sheet.rows] == ROWS


def test_a_file_of_dos_is_read_too() -> None:
    sheet = read_sheet("Marché;Mois\rété;août\r".encode("cp850"), "a.csv")
    assert sheet.rows[0].values == ["été", "août"]


def test_a_file_in_no_known_encoding_is_still_read() -> None:
    data = "Marché;Mois\né".encode("cp1252") + b"\x81;a\n"
    assert read_sheet(data, "a.csv").header == ["Marché", "Mois"]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_the_one_that_cuts_the_lines_alike(separator: str) -> None:
    lines = [
        ["Relevé, des heures ; mars"],
        ["Nom", "Heures", "Note"],
        ["a", '"7,5"', '"x;y|z"'],
        ["b", '"8,5"', "\u00a0"],
    ]
    data = "\n".join(separator.join(line) for line in lines).encode()
    sheet = read_sheet(data, "a.csv")
    assert sheet.header == ["Nom", "Heures", "Note"]
    assert [row.values for row in sheet.rows] == [["a", "7,5", "x;y|z"], ["b", "8,5", None]]


def test_a_comma_in_every_number_is_no_separator() -> None:
    sheet = read_sheet(b"Nom;Heures;Taux\na;7,5;1,5\nb;8,5;2,5\n", "a.csv")
    assert sheet.rows[0].values == ["a", "7,5", "1,5"]


def test_the_line_of_excel_that_says_the_separator_is_no_title() -> None:
    sheet = read_sheet(b"sep=|\r\nNom|Heures\r\na;b;c|1\r\nd;e;f|2\r\n", "a.csv")
    assert (sheet.header, sheet.header_line) == (["Nom", "Heures"], 2)
    assert sheet.rows[0].values == ["a;b;c", "1"]


def test_a_quoted_line_end_does_not_shift_the_lines() -> None:
    sheet = read_sheet(b'Nom;Heures\n"deux\nlignes";1\n\n"un ""mot""";2\n', "a.csv")
    assert [(row.line, row.values) for row in sheet.rows] == [
        (2, ["deux\nlignes", "1"]),
        (4, ['un "mot"', "2"]),
    ]


def test_a_code_that_an_export_keeps_as_text_is_read_without_its_formula() -> None:
    sheet = read_sheet(b'Code;Heures\n"=""00123""";1\n="042";=1+1\n', "a.csv")
    assert [row.values for row in sheet.rows] == [["00123", "1"], ["042", "=1+1"]]


def test_a_file_of_one_column_is_read() -> None:
    assert [row.values for row in read_sheet(b"Nom\na\nb\n", "a.txt").rows] == [["a"], ["b"]]


def test_a_misplaced_quote_is_told_with_its_line() -> None:
    with pytest.raises(UnreadableSheet, match=r"ligne 3 contient un guillemet mal placé"):
        read_sheet(b'Nom;Heures\n"a";1\n"b" c;2\n', "a.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
def test_the_annotated_file_keeps_its_encoding_and_its_author_s_fields(encoding: str) -> None:
    data = TEXT.encode(encoding)
    given_back = annotate(data, "a.csv", 1, {2: ("Acceptée", ""), 4: ("Refusée", "à revoir ; été")})
    lines = given_back.decode(encoding).split("\r\n")
    assert lines == [
        'Marché;Mois;Heures réalisées;"Statut";"Erreurs"',
        '"L’été ; à Lens";03/2026;7,5;"Acceptée";',
        ";;",
        'Bâti;04/2026;"1 234,5";"Refusée";"à revoir ; été"',
    ]
    assert read_sheet(given_back, "a.csv") == read_sheet(data, "a.csv")


def test_our_columns_are_replaced_where_they_stand_not_doubled() -> None:
    results = {3: ("Refusée", 'le "mois"'), 4: ("OK", "")}
    once = annotate(b"Titre\nNom,Heures\na,1\nb,2\n", "a.csv", 2, results)
    moved = once.replace(b"\n", b",note\n").replace(b"Titre,note", b"Titre")
    again = annotate(moved, "a.csv", 2, {4: ("Refusée", "")})
    assert once.splitlines()[2].decode() == 'a,1,"Refusée","le ""mois"""'
    assert again.decode("utf-8-sig").splitlines() == [
        "Titre",
        'Nom,Heures,"Statut","Erreurs",note',
        "a,1,,,note",
        'b,2,"Refusée",,note',
    ]


def test_a_file_without_accents_gets_a_mark_that_keeps_ours_readable() -> None:
    plain = b"Nom;Heures\na;1\n"
    assert annotate(plain, "a.csv", 1, {2: ("Acceptée", "")}).startswith(b"\xef\xbb\xbfNom")
    assert annotate(plain, "a.csv", 1, {2: ("OK", "")}).startswith(b"Nom")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "  =1+1", "\t=1+1", "\r\n=1", "＝1"])
def test_what_we_write_into_a_text_file_is_never_a_formula(text: str) -> None:
    given_back = annotate(b"Nom;Heures\n=2+2;1\n", "a.csv", 1, {2: ("OK", text)})
    row = given_back.decode("utf-8-sig").splitlines()[1]
    assert row.startswith("=2+2;1;")
    assert row.endswith(f';"\'{text.strip()}"')


FIELDS = st.text("aé\"'=;,\n\r\t |", max_size=6)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(FIELDS, min_size=1, max_size=5), min_size=1, max_size=6))
def test_the_raw_fields_of_a_line_are_the_line(lines: list[list[str]]) -> None:
    written = "\r\n".join(
        ";".join('"' + field.replace('"', '""') + '"' for field in line) for line in lines
    )
    text = open_text(f"sep=;\r\n{written}".encode())
    found = list(records(text))
    assert "".join(record.raw for record in found) == text.content
    for record in found[1:]:
        fields, end = raw_fields(record, ";")
        assert ";".join(fields) + end == record.raw
        assert [field[1:-1].replace('""', '"') for field in fields] == record.fields
    assert [record.fields for record in found[1:]] == lines
