"""XML that is damaged, trapped or something else: refused in French, at once, with its line."""

import re
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.rules.decp.raw import read as read_raw
from api.rules.decp.xml_decoding import UnreadableXmlError
from api.rules.decp.xml_reading import MAX_CONTRACT, MAX_DEPTH, xml_rows

DATA = Path(__file__).parents[2] / "data" / "decp"
ONE = b"<marche><id>1</id><acheteur><id>24620036400080</id></acheteur></marche>"
BILLION = "".join(f'<!ENTITY l{rank} "{f"&l{rank - 1};" * 10}">' for rank in range(1, 10))
UTF_7 = "<marches>\u00e9</marches>".encode("utf-7")

HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "Le fichier est vide."),
    "blank": (b"\xef\xbb\xbf \r\n\t", "Le fichier est vide."),
    "external entity": (
        b'<?xml version="1.0"?>\n<!DOCTYPE marches [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n'
        b"<marches><marche><id>&x;</id></marche></marches>",
        "Le fichier contient une déclaration DTD (ligne 2)",
    ),
    "external DTD": (
        b'<!DOCTYPE marches SYSTEM "http://127.0.0.1/x.dtd"><marches/>',
        "Le fichier contient une déclaration DTD (ligne 1)",
    ),
    "parameter entity": (
        b'<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><marches/>',
        "Le fichier contient une déclaration DTD (ligne 1)",
    ),
    "billion laughs": (
        f'<!DOCTYPE a [<!ENTITY l0 "lol">{BILLION}]><marches>&l9;</marches>'.encode(),
        "Le fichier contient une déclaration DTD (ligne 1)",
    ),
    "harmless DTD": (
        b"\n\n<!DOCTYPE marches>\n<marches>" + ONE + b"</marches>",
        "Le fichier contient une déclaration DTD (ligne 3)",
    ),
    "DTD after a contract": (
        b"<marches>" + ONE + b"<!DOCTYPE a></marches>",
        "Le fichier n’est pas du XML valable (ligne 1, après 1 marché lu).",
    ),
    "unknown entity": (
        b"<marches>\n<marche><objet>&eacute;</objet></marche></marches>",
        "Le fichier emploie un code que XML ne connaît pas, comme &eacute; (ligne 2,",
    ),
    "reference to a control character": (
        b"<marches>\n\n<marche><objet>&#1;</objet></marche></marches>",
        "Le fichier n’est pas du XML valable (ligne 3,",
    ),
    "UTF-16 little-endian": (
        b"\xff\xfe" + "<marches/>".encode("utf-16-le"),
        "Le fichier est codé en UTF-16 ou en UTF-32.",
    ),
    "UTF-16 big-endian": (
        "\ufeff<marches/>".encode("utf-16-be"),
        "Le fichier est codé en UTF-16 ou en UTF-32.",
    ),
    "UTF-16 without a mark": (
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><marches/>'.encode("utf-16-le"),
        "Le fichier est codé en UTF-16 ou en UTF-32.",
    ),
    "UTF-32": ("<marches/>".encode("utf-32-be"), "Le fichier est codé en UTF-16 ou en UTF-32."),
    "UTF-16 in words only": (
        b'<?xml version="1.0" encoding="UTF-16"?><marches/>',
        "Le fichier se dit codé en «\u00a0UTF-16\u00a0», que la plateforme ne lit pas.",
    ),
    "UTF-7": (
        b'<?xml version="1.0" encoding="UTF-7"?>' + UTF_7,
        "Le fichier se dit codé en «\u00a0UTF-7\u00a0», que la plateforme ne lit pas.",
    ),
    "UTF-7 that says nothing": (
        UTF_7.replace(b"<", b"+ADw-"),
        "Le fichier n’est pas du XML valable (ligne 1,",
    ),
    "codec of Python": (
        b'<?xml version="1.0" encoding="zlib_codec"?><marches/>',
        "Le fichier se dit codé en «\u00a0zlib_codec\u00a0»",
    ),
    "Windows-1252 that says nothing": (
        b"<marches>\n" + ONE + b"\n<marche><objet>\xe9t\xe9</objet></marche></marches>",
        "Le fichier n’est pas codé en UTF-8 (ligne 3).",
    ),
    "not in the encoding that it says": (
        b'<?xml version="1.0" encoding="ISO-8859-1"?>\n<marches>\x81</marches>',
        "Le fichier n’est pas codé en Windows-1252 (ligne 2).",
    ),
    "surrogate": (b"<marches>\xed\xa0\x80</marches>", "Le fichier n’est pas codé en UTF-8"),
    "character cut at the end": (b"<marches>\xc3", "Le fichier n’est pas codé en UTF-8 (ligne 1)."),
    "deep": (
        b"<marches>\n<marche>" + b"<a>" * 100_000,
        "Le fichier imbrique trop d’éléments les uns dans les autres (ligne 2, après 0 marché lu)",
    ),
    "deep beside the contracts": (
        b"<marches>" + b"<a>" * (MAX_DEPTH + 1),
        "Le fichier imbrique trop d’éléments",
    ),
    "web page": (
        b"<html><body>404</body></html>",
        "Le fichier commence par l’élément «\u00a0html\u00a0» (ligne 1) au lieu de "
        "«\u00a0marches\u00a0»",
    ),
    "feed": (
        b"<?xml version='1.0'?>\n<!-- flux -->\n<rss><channel/></rss>",
        "Le fichier commence par l’élément «\u00a0rss\u00a0» (ligne 3)",
    ),
    "cut in a contract": (
        b"<marches>\n" + ONE + b"\n" + ONE[:30],
        "Le fichier est coupé (ligne 3, après 1 marché lu)",
    ),
    "cut in a tag": (b"<marches>" + ONE + b"<march", "Le fichier est coupé (ligne 1,"),
    "cut in a CDATA": (b"<marches><marche><![CDATA[x", "Le fichier est coupé (ligne 1,"),
    "no contract": (b"<marches/>", "Le fichier ne contient aucun marché."),
    "tags that cross": (
        b"<marches>" + ONE * 2 + b"\n<marche><id>1</marche></id></marches>",
        "Le fichier n’est pas du XML valable (ligne 2, après 2 marchés lus).",
    ),
    "something after the end": (
        b"<marches>" + ONE + b"</marches>\n<marches/>",
        "Le fichier n’est pas du XML valable (ligne 2, après 1 marché lu).",
    ),
    "JSON": (b'{"marches": []}', "Le fichier n’est pas du XML valable (ligne 1,"),
    "ZIP": (b"PK\x03\x04" + b"\xff" * 50, "Le fichier n’est pas codé en UTF-8 (ligne 1)."),
    "the same attribute twice": (
        b'<marches><marche a="1" a="2"/></marches>',
        "Le fichier n’est pas du XML valable (ligne 1,",
    ),
    "endless contract": (
        b"<marches>\n<marche>" + b"<titulaires/>" * 200_000 + b"</marche></marches>",
        "Le contrat qui commence ligne 2 dépasse 1\u00a0Mo",
    ),
    "endless text": (
        b"<marches>\n<marche><objet>" + b"a" * (MAX_CONTRACT * 3) + b"</objet></marche></marches>",
        "Le contrat qui commence ligne 2 dépasse 1\u00a0Mo",
    ),
    "endless tag": (
        b"<marches>\n<marche " + b"a" * (MAX_CONTRACT * 3),
        "Le fichier contient une balise démesurée (ligne 2,",
    ),
    "endless comment": (
        b"<marches><!--" + b"a" * (MAX_CONTRACT * 3) + b"--></marches>",
        "Le fichier contient une balise démesurée (ligne 1,",
    ),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_is_refused_at_once_in_french(name: str) -> None:
    content, expected = HOSTILE[name]
    began = time.process_time()
    with pytest.raises(UnreadableXmlError) as refused:
        list(xml_rows([content]))
    assert time.process_time() - began < 2
    sentence = str(refused.value)
    assert sentence.startswith(expected)
    assert sentence.endswith(".")
    assert "'" not in sentence
    assert not re.search("[^\u00a0][:?!»]|«[^\u00a0]", sentence)


def test_what_was_read_before_the_damage_is_given() -> None:
    rows = xml_rows([b"<marches>" + ONE * 3, b"<marche></id>"])
    assert [next(rows).position for _ in range(3)] == [1, 2, 3]
    with pytest.raises(UnreadableXmlError):
        next(rows)


def peak_of(count: int) -> int:
    def chunks() -> Iterator[bytes]:
        yield b"<marches>"
        for _ in range(count):
            yield ONE * 100
        yield b"</marches>"

    tracemalloc.start()
    try:
        assert sum(1 for _ in xml_rows(chunks())) == count * 100
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_file() -> None:
    peak_of(1)
    assert peak_of(200) < peak_of(20) + 200_000


ENTRIES = tuple((DATA / path).read_bytes() for path in sorted(DATA.glob("official-*.xml")))


@settings(deadline=None, max_examples=300)
@given(
    content=st.sampled_from(ENTRIES),
    at=st.integers(0, 6000),
    length=st.integers(0, 40),
    put=st.binary(max_size=20)
    | st.sampled_from((b"<", b">", b"&", b"<!--", b"</marche>", b"<![CDATA[", b"<a>", b"\x00")),
)
def test_no_damage_makes_the_reader_fail(content: bytes, at: int, length: int, put: bytes) -> None:
    broken = content[:at] + put + content[at + length :]
    try:
        for row in xml_rows([broken]):
            reading = read_raw(row)
            assert (reading.record is None) is (reading.refusal is not None)
    except UnreadableXmlError:
        return
