"""A JSON file with what JSON has no place for is read, and its rows tell it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.imports.files import MAX_MENDS, UnreadableFile, rows
from api.rules import decp
from api.rules.decp.json_mending import pieces
from tests.api.desk import Desk, row, told
from tests.conftest import DEMONSTRATION, Headers

SOUND = {"id": "S1", "acheteur": {"id": DEMONSTRATION}, "objet": "Sel"}


def file_of(*written: str) -> bytes:
    return f'{{"marches":{{"marche":[{",".join(written)}]}}}}'.encode()


def mended(content: bytes, window: int = 65536) -> bytes | None:
    """A file mended, read by windows; None when there is nothing to mend."""
    chunks = (content[at : at + window] for at in range(0, len(content), window))
    found = list(pieces(chunks))
    return b"".join(piece for piece, _ in found) if any(told for _, told in found) else None


def read_in(tmp_path: Path, content: bytes) -> list[decp.RawRow]:
    path = tmp_path / "decp.json"
    path.write_bytes(content)
    return list(rows(path))


# What stands for the subject or the amount, what is read of it, the remark.
DEFECTS: dict[str, tuple[str, Any, str]] = {
    "NaN": ("NaN", None, "not_a_json_value"),
    "Infinity": ("Infinity", None, "not_a_json_value"),
    "minus Infinity": ("-Infinity", None, "not_a_json_value"),
    "an apostrophe escaped": (r'"L\'école"', r"L\'école", "not_a_json_text"),
    "a path": (r'"C:\dossier\x"', r"C:\dossier\x", "not_a_json_text"),
    "a code cut": (r'"\u12 x"', r"\u12 x", "not_a_json_text"),
    "a line feed": ('"a\nb"', "a\nb", "not_a_json_text"),
    "a tabulation": ('"a\tb"', "a\tb", "not_a_json_text"),
    "a control character": ('"a\x01b"', "a\x01b", "not_a_json_text"),
    "several": ('"\\x \\\\ \\" \n NaN"', '\\x \\ " \n NaN', "not_a_json_text"),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_told_by_its_row_alone(tmp_path: Path, name: str) -> None:
    written, value, code = DEFECTS[name]
    bad = f'{{"id":"B1","acheteur":{{"id":"{DEMONSTRATION}"}},"objet":{written}}}'
    sound = json.dumps(SOUND)
    found = read_in(tmp_path, file_of(sound, bad, sound))
    assert [one.position for one in found] == [1, 2, 3]
    assert [one.content for one in found] == [
        SOUND,
        {"id": "B1", "acheteur": {"id": DEMONSTRATION}, "objet": value},
        SOUND,
    ]
    assert [[(one.code, one.field) for one in row.issues] for row in found] == [
        [],
        [(code, "objet")],
        [],
    ]


def test_the_field_of_a_defect_is_named_as_in_other_remarks(tmp_path: Path) -> None:
    bad = (
        '{"id":"B1","montant":NaN,"titulaires":[{"titulaire":{"typeIdentifiant":"SIRET","id":"1"}},'
        r'{"titulaire":{"typeIdentifiant":"S\IRET","id":NaN}}],"techniques":{"technique":["a\b\c"]}}'
    )
    (found,) = read_in(tmp_path, file_of(bad))
    assert [(one.code, one.field) for one in found.issues] == [
        ("not_a_json_value", "montant"),
        ("not_a_json_text", "titulaires[2].typeIdentifiant"),
        ("not_a_json_value", "titulaires[2].id"),
        ("not_a_json_text", "techniques.technique[1]"),
    ]


def test_rows_of_both_lists_are_given_once(tmp_path: Path) -> None:
    content = (
        b'{"marches":{"marche":[{"id":"1"},{"id":"2"}],'
        b'"contrat-concession":[{"id":"3","montant":NaN}]}}'
    )
    found: list[Any] = read_in(tmp_path, content)
    assert [one.content["id"] for one in found] == ["1", "2", "3"]
    assert [bool(one.issues) for one in found] == [False, False, True]


def test_what_can_be_mended_does_not_hide_what_cannot(tmp_path: Path) -> None:
    for content, said in (
        (file_of('{"id":"1","montant":NaN}')[:-3], "coupé"),
        (file_of('{"id":"1","montant":NaN},'), "JSON valable"),
        (file_of('{"id":"1","montant":NaN}').replace(b"1", b"\xe9"), "UTF-8"),
    ):
        with pytest.raises(UnreadableFile, match=said):
            read_in(tmp_path, content)


def test_too_many_defects_are_no_accident(tmp_path: Path) -> None:
    bad = '{"id":"1","montant":NaN}'
    assert len(read_in(tmp_path, file_of(*[bad] * MAX_MENDS))) == MAX_MENDS
    with pytest.raises(UnreadableFile, match="JSON valable"):
        read_in(tmp_path, file_of(*[bad] * (MAX_MENDS + 1)))


TEXTS = st.text(st.sampled_from('aé"\\/{}[],: \n\t\x01\uffffNI'), max_size=12)
VALUES = st.recursive(
    TEXTS | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(value=VALUES, spaces=st.sampled_from([None, 0, 2]))
def test_what_is_json_is_not_mended(value: Any, spaces: int | None) -> None:
    assert mended(json.dumps(value, indent=spaces, ensure_ascii=False).encode()) is None


@given(content=st.text(st.sampled_from('"\\\n\tu12NaInfity- ,[]{}:é\x00'), max_size=300))
@pytest.mark.parametrize("window", [1, 13, 64])
def test_the_size_of_the_windows_changes_nothing(window: int, content: str) -> None:
    data = content.encode()
    assert mended(data, window) == mended(data)


@pytest.mark.parametrize(
    "written", ['xNaN,"y"', r'-Infinity,"a\u0041\zb"', r'"\\\x",NaN', '"\n",1']
)
def test_a_defect_may_stand_across_two_windows(written: str) -> None:
    for blank in range(40):
        data = f"[{' ' * blank}{written},{' ' * 40}1]".encode()
        whole = mended(data, len(data))
        assert whole == mended(data, 16) == mended(data, 1)
        assert (whole is None) is ("xNaN" in written)


@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
def test_a_text_written_as_it_is_is_read_as_it_is(texts: list[str]) -> None:
    # Without the marks themselves nor what a backslash may rightly escape, raw texts come back.
    bare = [text.translate({34: None, 0xFFFF: None, 92: "\\z"}) for text in texts]
    content = ("[" + ",".join(f'"{text}"' for text in bare) + "]").encode()
    right = mended(content)
    found = json.loads(content if right is None else right)
    assert [text.replace("\uffff", "") for text in found] == bare


def test_a_file_with_defects_enters_with_its_remarks(client: Any, pilot: Headers) -> None:
    desk = Desk(client, pilot)
    content = json.dumps({"marches": {"marche": [row("J1"), row("J2"), row("J3")]}})
    content = content.replace("157000.25", "NaN", 1).replace("des locaux", "de l\\'école", 1)
    answer = desk.post("/api/v1/imports", files={"file": ("decp.json", content.encode())})
    assert answer.status_code == 201, answer.text
    rows = desk.verdicts(answer.json())
    remarks = {one["reference"]: [i["code"] for i in one["issues"]] for one in rows}
    assert remarks["J1"][:2] == ["not_a_json_text", "not_a_json_value"]
    assert remarks["J2"] == remarks["J3"]
    assert not {"not_a_json_text", "not_a_json_value"} & set(remarks["J2"])
    shown = desk.accept(answer.json())
    assert shown["rows"]["new"] == 3
    kept = told(desk.contract("J1"))
    assert (kept["subject"], kept["amount"]) == ("Nettoyage de l\\'école", None)
