"""A damaged or hostile file gets one precise refusal, quickly and in little memory."""

import io
import re
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.kit.sheets import Limits, UnreadableSheet, annotate, apart, read_sheet
from tests.api.sheets.conftest import here
from tests.api.sheets.sheet_files import SHEET, Cell, changed, excel, ods, ods_of, part, xlsx

ROWS: list[list[Cell]] = [["Nom", "Heures"], ["a", 1], ["b", 2]]
PLAIN = xlsx(ROWS)
OLD = (Path(__file__).parent / "old" / "heures.xls").read_bytes()


@contextmanager
def frugal() -> Iterator[None]:
    """No refusal may cost seconds, nor the memory that the file asks for."""
    tracemalloc.start()
    started = time.process_time()
    yield
    spent, (_now, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 48 * 2**20
    assert spent < 8


def bomb(data: bytes, name: str, size: int) -> bytes:
    return changed(data, name, lambda old: old + b" " * size)


def in_sheet(extra: str) -> bytes:
    return changed(
        PLAIN, SHEET, lambda old: old.replace(b"</sheetData>", extra.encode() + b"</sheetData>")
    )


def with_doctype(data: bytes, name: str) -> bytes:
    doctype = b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;&b;">]>'
    start = re.compile(rb"^(<\?xml.*?\?>)?")
    return changed(data, name, lambda old: start.sub(rb"\1" + doctype, old, count=1))


def rezipped(data: bytes, method: int) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as new:
        new.writestr(SHEET, part(data, SHEET))
    return written.getvalue()


def encrypted_flag(data: bytes) -> bytes:
    """Every entry of the central directory says that it is encrypted."""
    return data.replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
    )


def repeated_ods(rows: str, columns: str) -> bytes:
    return ods_of(
        f'<table:table table:name="a"><table:table-row table:number-rows-repeated="{rows}">'
        f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="string">'
        "<text:p>x</text:p></table:table-cell></table:table-row></table:table>"
    )


SHARED = "xl/sharedStrings.xml"


def elsewhere(old: bytes) -> bytes:
    return b'<!DOCTYPE worksheet SYSTEM "https://a.example/a.dtd">' + old.partition(b"?>")[2] or old


def far_text(old: bytes) -> bytes:
    return old.replace(b"Heures ", bytes(range(65, 90)) * 2000)


OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
PROTECTED = OLD_CONTAINER + "EncryptedPackage".encode("utf-16-le")
PROTECTED_ODS = changed(
    ods(ROWS), "META-INF/manifest.xml", lambda old: old + b"<manifest:encryption-data/>"
)
CASES: list[tuple[str, str, Callable[[], bytes], str]] = [
    ("empty", "a.csv", lambda: b"", "vide"),
    ("blank", "a.csv", lambda: b" \r\n\r\n", "vide"),
    ("empty workbook", "a.xlsx", lambda: xlsx([]), "vide"),
    ("bomb", "a.xlsx", lambda: bomb(PLAIN, SHEET, 50 * 2**20), "anormalement compressée"),
    ("bomb beside", "a.xlsx", lambda: bomb(PLAIN, "xl/media/i.png", 50 * 2**20), "anormalement"),
    ("bomb in ods", "a.ods", lambda: bomb(ods(ROWS), "styles.xml", 50 * 2**20), "anormalement"),
    ("doctype", "a.xlsx", lambda: with_doctype(PLAIN, SHEET), "DTD"),
    ("external doctype", "a.xlsx", lambda: changed(PLAIN, SHEET, elsewhere), "DTD"),
    ("doctype beside", "a.xlsx", lambda: with_doctype(PLAIN, "xl/styles.xml"), "DTD"),
    ("doctype in workbook", "a.xlsx", lambda: with_doctype(PLAIN, "xl/workbook.xml"), "DTD"),
    ("doctype in relations", "a.xlsx", lambda: with_doctype(PLAIN, "_rels/.rels"), "DTD"),
    ("doctype in ods", "a.ods", lambda: with_doctype(ods(ROWS), "content.xml"), "DTD"),
    ("cut", "a.xlsx", lambda: PLAIN[: len(PLAIN) // 2], "abîmé ou incomplet"),
    ("cut at the start", "a.xlsx", lambda: PLAIN[:40], "abîmé ou incomplet"),
    (
        "cut xml",
        "a.xlsx",
        lambda: changed(PLAIN, SHEET, lambda old: old[:-40]),
        "sheet1.xml, ligne",
    ),
    ("text", "a.xlsx", lambda: b"Nom;Heures\na;1\n", "pas un classeur.*« .csv »"),
    ("text as ods", "a.ods", lambda: b"Nom;Heures\na;1\n", "pas un classeur"),
    ("ods as xlsx", "a.xlsx", lambda: ods(ROWS), "classeur ODS.*« .ods »"),
    ("xlsx as csv", "a.csv", lambda: PLAIN, "classeur XLSX.*« .xlsx »"),
    ("web page", "a.xls", lambda: b"<html><table><tr><td>a", "page web.*XLSX"),
    ("pdf", "a.csv", lambda: b"%PDF-1.7", "un PDF"),
    ("empty old xls", "a.xls", lambda: OLD_CONTAINER, "abîmé ou incomplet"),
    ("cut xls", "a.xls", lambda: OLD[:3000], "abîmé ou incomplet"),
    ("old xls as xlsx", "a.xlsx", lambda: OLD_CONTAINER, "abîmé ou incomplet"),
    ("protected", "a.xlsx", lambda: PROTECTED, "mot de passe"),
    ("protected ods", "a.ods", lambda: PROTECTED_ODS, "mot de passe"),
    ("protected zip", "a.xlsx", lambda: encrypted_flag(PLAIN), "mot de passe"),
    ("strange zip", "a.xlsx", lambda: rezipped(PLAIN, zipfile.ZIP_BZIP2), "compression"),
    ("other zip", "a.zip", lambda: rezipped(PLAIN, zipfile.ZIP_DEFLATED), "une archive"),
    (
        "columns",
        "a.xlsx",
        lambda: xlsx([[f"h{one}" for one in range(10_000)]]),
        "cellule NTP1 est remplie au-delà des 200 colonnes",
    ),
    (
        "columns of text",
        "a.csv",
        lambda: ";".join(f"h{one}" for one in range(10_000)).encode(),
        "NTP1.*200 colonnes",
    ),
    (
        "a far cell",
        "a.xlsx",
        lambda: in_sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "XFD1048576",
    ),
    (
        "huge cell",
        "a.xlsx",
        lambda: in_sheet(f'<row r="9"><c r="A9" t="str"><v>{"ab" * 99_999}</v></c></row>'),
        "A9 contient plus de 32\u202f767 caractères",
    ),
    ("huge ods cell", "a.ods", lambda: ods([*ROWS, ["ab" * 99_999]]), "A4 contient plus"),
    ("huge field", "a.csv", lambda: b"Nom;Heures\n" + b"ab" * 25_000 + b";1", "A2 contient plus"),
    ("open quote", "a.csv", lambda: b'Nom;Heures\n"a;1\nb;2\n', "ligne 2 .*guillemet"),
    ("open quote far", "a.csv", lambda: b'N;H\n"a;1\n' + b"b;2\n" * 60_000, "jamais fermé"),
    ("nul", "a.csv", lambda: b"Nom;Heures\na;1\nb;\x00\n", "ligne 3 .*caractère nul"),
    ("utf-16 without mark", "a.csv", lambda: "Nom;Heures".encode("utf-16-le"), "caractère nul"),
    ("half of utf-16", "a.csv", lambda: "\ufeffNom;H".encode("utf-16-le")[:-1], "UTF-16-LE"),
    ("many lines", "a.ods", lambda: repeated_ods("999999999", "1"), "plus de 50\u202f000 lignes"),
    ("many columns", "a.ods", lambda: repeated_ods("1", "999999999"), "200 colonnes"),
    ("many cells", "a.ods", lambda: repeated_ods("49000", "199"), "1\u202f000\u202f000 cellules"),
    ("no number", "a.ods", lambda: repeated_ods("-1", "1"), "number-rows-repeated"),
    ("deep", "a.xlsx", lambda: in_sheet("<x>" * 500 + "</x>" * 500), "imbriquées"),
    ("endless tag", "a.xlsx", lambda: in_sheet('<x y="' + "z1" * 3 * 2**20 + '"/>'), "démesurée"),
    ("no text", "a.xlsx", lambda: in_sheet('<row r="9"><c t="s"><v>99</v></c></row>'), "A9"),
    ("a far text", "a.xlsx", lambda: changed(excel(), SHARED, far_text), "B2 contient plus"),
    ("back", "a.xlsx", lambda: in_sheet('<row r="2"><c><v>1</v></c></row>'), "après la ligne 3"),
]


@pytest.mark.parametrize(
    ("name", "make", "told"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_a_file_that_cannot_be_read_says_what_and_what_to_do(
    name: str, make: Callable[[], bytes], told: str
) -> None:
    data = make()
    limits = Limits(ratio=10**6) if "démesurée" in told else Limits()
    with frugal(), pytest.raises(UnreadableSheet) as refusal:
        read_sheet(data, name, limits)
    message = str(refusal.value)
    assert re.search(told, message), message
    assert message.endswith(".")
    assert isinstance(refusal.value, ValueError)
    with frugal(), pytest.raises(UnreadableSheet):
        annotate(data, name, 1, {2: ("", "")}, limits)


def test_a_file_is_not_read_past_its_largest_size() -> None:
    stream = io.BytesIO(b"a" * 5000)
    with pytest.raises(UnreadableSheet, match="pèse plus de"):
        read_sheet(stream, "a.csv", Limits(size=1000))
    assert stream.tell() == 1001


def test_a_workbook_may_not_unpack_past_the_limit() -> None:
    with pytest.raises(UnreadableSheet, match="décompressé"):
        read_sheet(PLAIN, "a.xlsx", Limits(unpacked=2000))


def test_a_part_that_unpacks_to_more_than_it_declares_is_refused() -> None:
    size = len(part(PLAIN, SHEET))
    lying = PLAIN.replace(struct.pack("<I", size), struct.pack("<I", 100))
    assert lying != PLAIN
    with pytest.raises(UnreadableSheet, match="abîmé"):
        read_sheet(lying, "a.xlsx")


def test_a_macro_is_neither_run_nor_looked_into() -> None:
    data = changed(PLAIN, "xl/vbaProject.bin", lambda _old: b"\x00macro")
    assert len(read_sheet(data, "a.xlsm").rows) == 2
    given_back = annotate(data, "a.xlsm", 1, {2: ("Acceptée", "")})
    assert part(given_back, "xl/vbaProject.bin") == b"\x00macro"


def read_or_refused(data: bytes, name: str) -> None:
    """Read and give back a file; a fault of ours comes out as ``wire.BrokenPipe``."""
    with mock.patch.object(apart, "ask", here):
        try:
            sheet = read_sheet(data, name)
            annotate(data, name, sheet.header_line, {r.line: ("é", "=") for r in sheet.rows})
        except UnreadableSheet as refusal:
            assert str(refusal).endswith(".")  # noqa: PT017 - most are refused, not all


@settings(max_examples=80, deadline=None)
@given(
    st.binary(max_size=300) | st.text(alphabet='ab;,\t"\n\ré=+-@\x00', max_size=80).map(str.encode)
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for name in ("a.csv", "a.xls"):
        read_or_refused(data, name)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_corrupted_file_is_read_or_refused_never_a_crash(data: st.DataObject) -> None:
    name, plain = data.draw(
        st.sampled_from(
            [("a.xlsx", PLAIN), ("a.ods", ODS), ("a.csv", CSV), ("a.xlsx", STORED), ("a.xls", OLD)]
        )
    )
    broken = bytearray(plain)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at] = data.draw(st.integers(0, 255))
    read_or_refused(bytes(broken), name)


ODS = ods(ROWS)
CSV = 'Nom;Heures\r\né;"a""b"\r\n'.encode()


def stored(data: bytes) -> bytes:
    """Without compression nor checksum to hide behind: corruption reaches the XML."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w") as new:
        for entry in old.namelist():
            new.writestr(entry, old.read(entry))
    return written.getvalue()


STORED = stored(excel())


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_corrupted_part_is_read_or_refused_never_a_crash(data: st.DataObject) -> None:
    name, plain, where = data.draw(st.sampled_from(PARTS))
    broken = bytearray(part(plain, where))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at : at + data.draw(st.integers(0, 3))] = data.draw(st.sampled_from(TOKENS))
    whole = changed(plain, where, lambda _old: bytes(broken))
    read_or_refused(whole, name)


PARTS = [
    ("a.xlsx", PLAIN, SHEET),
    ("a.xlsx", PLAIN, "xl/workbook.xml"),
    ("a.xlsx", excel(), SHEET),
    ("a.xlsx", excel(), "xl/sharedStrings.xml"),
    ("a.xlsx", excel(), "xl/styles.xml"),
    ("a.xlsx", PLAIN, "xl/_rels/workbook.xml.rels"),
    ("a.ods", ODS, "content.xml"),
]
TOKENS = [b"", b"0", b"9", b"-1", b"A", b"ZZ", b"x", b"1e9", b" ", b"\xff", b"<", b'"', b"&amp;"]
