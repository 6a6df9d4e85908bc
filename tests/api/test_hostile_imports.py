"""Files that are no DECP file, or only nearly: refused with a reason and a place, or row by row."""

import gzip
import io
import json
import time
import zipfile
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Response

from tests.conftest import DEMONSTRATION
from tests.hostile import CANARY
from tests.operations import Service, counts, decp_file

GOOD = decp_file(DEMONSTRATION)
DEEP = 200_000


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("decp.json", GOOD)
    return buffer.getvalue()


def row(**changes: Any) -> bytes:
    """A file of one row with some members replaced."""
    return decp_file(DEMONSTRATION, **changes)


def raw(member: str, value: str) -> bytes:
    """The same with a value written by hand."""
    return decp_file(DEMONSTRATION, **{member: "@@"}).replace(b'"@@"', value.encode())


# What is sent, and a word of what must be said of it.
UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "vide"),
    "blank": (b" \r\n\t " * 100, "vide"),
    "only a mark of order": (b"\xef\xbb\xbf", "vide"),
    "prose": (b"bonjour", "JSON"),
    "a number": (b"12", "JSON"),
    "a text": (b'"marches"', "JSON"),
    "NaN alone": (b"NaN", "JSON"),
    "cut in a row": (GOOD[: len(GOOD) // 2], "coupé"),
    "cut at the end": (GOOD[:-1], "coupé"),
    "cut in a character": (row(objet="é").replace(b"\\u00e9", b"\xc3"), "UTF-8"),
    "two documents": (GOOD + GOOD, "JSON"),
    "something after": (GOOD + b"x", "JSON"),
    "NaN where a row ends": (GOOD.replace(b"}]", b"}NaN]"), "JSON"),
    "a number that begins like another": (raw("montant", "NaNa"), "JSON"),
    "a backslash before the last quotation mark": (raw("objet", '"C:\\"'), "JSON"),
    "more stray backslashes than rows could have": (
        raw("objet", '"' + r"\z" * 20_000 + '"'),
        "JSON",
    ),
    "a comment": (b"/* decp */" + GOOD, "JSON"),
    "a final comma": (GOOD.replace(b"}]", b"},]"), "JSON"),
    "single quotes": (GOOD.replace(b'"', b"'"), "JSON"),
    "NUL bytes": (GOOD.replace(b" ", b"\x00"), "JSON"),
    "another schema": (b'{"features": [{"type": "Feature"}]}', "marches"),
    "an empty object": (b"{}", "marches"),
    "an empty list": (b"[]", "aucun marché"),
    "marches null": (b'{"marches": null}', "marches"),
    "marches a number": (b'{"marches": 3}', "marches"),
    "marches a text": (b'{"marches": "x"}', "marches"),
    "marches empty": (b'{"marches": {}}', "aucun marché"),
    "marche null": (b'{"marches": {"marche": null}}', "aucun marché"),
    "marche a number": (b'{"marches": {"marche": 3}}', "aucun marché"),
    "marche a text": (b'{"marches": {"marche": "x"}}', "aucun marché"),
    "latin-1": (row(objet="été").replace(b"\\u00e9", b"\xe9"), "UTF-8"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "UTF-16"),
    "UTF-16, other end": (b"\xfe\xff" + GOOD.decode().encode("utf-16-be"), "UTF-16"),
    "a zip": (zipped(), "ZIP"),
    "gzip": (gzip.compress(GOOD), "GZIP"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "XLS"),
    "XML": (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><marches>&b;</marches>', "DTD"),
    "a web page": (b"\xef\xbb\xbf<!doctype html><p>404</p>", "page web"),
    "a web page without its type": (b"\r\n<HTML lang=fr><p>404</p>", "page web"),
    "CSV": (b"id;acheteur;montant\r\n1;2;3\r\n", "JSON"),
    "deep lists": (b"[" * DEEP + b"]" * DEEP, "imbrique"),
    "deep lists, open": (b"[" * DEEP, "imbrique"),
    "deep objects": (b'{"a":' * DEEP + b"1" + b"}" * DEEP, "imbrique"),
    "a deep row": (raw("objet", "[" * DEEP + "]" * DEEP), "imbrique"),
    "a number of 6,000 digits": (raw("montant", "9" * 6000), "chiffres"),
    "a number of 1,000,000 digits": (raw("montant", "9" * 1_000_000), "chiffres"),
    "digits without end in a text": (row(id="9" * 500), "chiffres"),
    "a lone half of a surrogate pair": (raw("id", r'"A\udfff"'), "UTF-8"),
    "minus 6,000 digits": (raw("offresRecues", "-" + "1" * 6000), "chiffres"),
}

# What can be read: the number of rows, and of those that must be refused (None: as it may).
READABLE: dict[str, tuple[bytes, int, int | None]] = {
    "a mark of order": (b"\xef\xbb\xbf" + GOOD, 1, 0),
    "rows that are no object": (b'{"marches": {"marche": [null, "x", 3, [], true]}}', 5, 5),
    "rows without a key": (b'{"marches": {"marche": [{}, {"id": null}, {"acheteur": 3}]}}', 3, 3),
    "a bare list": (b"[{}, 1]", 2, 2),
    "an exponent without end": (raw("montant", "1e999999999"), 1, None),
    "minus an exponent without end": (raw("montant", "-1e999999999"), 1, None),
    "the smallest number": (raw("montant", "1e-999999999"), 1, None),
    "300 digits": (raw("montant", "9" * 300), 1, None),
    "300 digits of months": (raw("dureeMois", "9" * 300), 1, None),
    "the same key twice": (raw("montant", '1, "montant": 2'), 1, None),
    "NUL in a text": (row(objet=f"{CANARY}\x00"), 1, None),
    "half a surrogate pair": (raw("objet", rf'"{CANARY}\ud800"'), 1, None),
    "half a surrogate pair in a key": (
        GOOD.replace(b'"objet"', rb'"\ud800": 1, "objet"'),
        1,
        None,
    ),
    "NUL in a number": (row(id="A\x00B"), 1, None),
    "half a surrogate pair in a number": (raw("id", r'"A\ud800"'), 1, None),
    "a number too long": (row(id="A" * 500), 1, None),
    "a number that is a number": (row(id=12), 1, None),
    "a text of a megabyte": (row(objet="x" * 1_000_000), 1, None),
    "a CPV of a megabyte": (row(codeCPV="4x" * 500_000), 1, None),
    "a procedure nobody knows": (row(procedure="p" * 5000, nature="n" * 5000), 1, None),
    "a date of the year 0": (row(dateNotification="0000-00-00"), 1, None),
    "a date of the year 99999": (row(dateNotification="99999-01-01"), 1, None),
    "a date that is a number": (row(dateNotification=20260101), 1, None),
    "objects where texts are": (row(objet={"a": 1}, nature=[], procedure={"x": []}), 1, None),
    "texts where objects are": (
        row(acheteur=DEMONSTRATION, titulaires="SIRET", lieuExecution="62"),
        1,
        None,
    ),
    "suppliers of every shape": (
        row(titulaires=[None, "x", 3, {}, {"titulaire": None}, {"titulaire": {"id": {}}}]),
        1,
        None,
    ),
    "a thousand suppliers": (
        row(titulaires=[{"titulaire": {"id": f"{n:014}"}} for n in range(1000)]),
        1,
        None,
    ),
    "a supplier of a megabyte": (
        row(titulaires=[{"titulaire": {"typeIdentifiant": "t" * 9999, "id": "9x" * 500_000}}]),
        1,
        None,
    ),
    "floats everywhere": (row(dureeMois=12.5, offresRecues=1e3, montant=1e-7), 1, None),
    "booleans everywhere": (row(dureeMois=True, montant=False, offresRecues=True), 1, None),
    "modifications of every shape": (
        row(modifications=[None, {"modification": None}, {"modification": {"id": "x" * 99}}]),
        1,
        None,
    ),
    "a buyer that is no SIRET": (row(acheteur={"id": "' OR 1=1 --"}), 1, None),
    "a buyer with NUL": (row(acheteur={"id": "0000006200001\x00"}), 1, None),
    "a formula": (row(objet="=HYPERLINK(1)", id="=1+1"), 1, None),
}


def send(service: Service, content: bytes, account: str = "pilot", **extra: Any) -> Response:
    file = {"file": ("decp.json", content, "application/json")}
    return service.client.post(
        "/api/v1/imports", headers=service.as_(account), **({"files": file} | extra)
    )


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused_whole(service: Service, name: str) -> None:
    content, word = UNREADABLE[name]
    service.as_("pilot")
    before, start = counts(service), time.monotonic()
    answer = send(service, content)
    assert time.monotonic() - start < 10
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["type"] == "unreadable-file"
    assert word in problem["detail"]
    assert problem["errors"] == [{"loc": ["body", "file"], "message": problem["detail"]}]
    assert counts(service) == before


@pytest.mark.parametrize("name", READABLE)
def test_a_file_that_can_be_read_is_judged_row_by_row(service: Service, name: str) -> None:
    content, received, refused = READABLE[name]
    answer = send(service, content)
    assert answer.status_code == 201, answer.text
    rows = answer.json()["rows"]
    assert rows["received"] == received
    assert rows["received"] == rows["new"] + rows["changed"] + rows["same"] + rows["refused"]
    assert refused is None or rows["refused"] == refused
    url = f"/api/v1/imports/{answer.json()['id']}"
    listed = service.get(f"{url}/rows?limit=100")["items"]
    assert len(listed) == received
    assert all(one["issues"][0]["message"] for one in listed if one["state"] == "refused")
    accepted = service.client.post(f"{url}/accept", headers=service.as_("pilot"))
    assert accepted.status_code == 200, accepted.text
    for one in service.get(f"{url}/rows?limit=100")["items"]:
        if one["contract_id"]:
            assert service.get(f"/api/v1/contracts/{one['contract_id']}")["id"]
    assert service.client.get(f"/opendata/{DEMONSTRATION}/contrats.csv").status_code == 200
    undone = service.client.post(f"{url}/undo", headers=service.as_("pilot"))
    assert undone.status_code == 200, undone.text


@pytest.mark.parametrize(
    ("form", "loc"),
    [
        ({"files": {}}, ["body", "file"]),
        ({"files": {"fichier": ("a.json", GOOD)}}, ["body", "file"]),
        ({"files": {}, "data": {"file": "texte"}}, ["body", "file"]),
        ({"files": {}, "json": {"file": "texte"}}, ["body", "file"]),
        ({"data": {"organisation": "12"}}, ["body", "organisation"]),
        ({"data": {"organisation": f"{DEMONSTRATION}\x00"}}, ["body", "organisation"]),
        ({"data": {"organisation": "٠٠٠٠٠٠٦٢٠٠٠٠١٣"}}, ["body", "organisation"]),
    ],
)
def test_a_form_that_lacks_something_says_what(
    service: Service, form: dict[str, Any], loc: list[str]
) -> None:
    answer = send(service, GOOD, **form)
    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json()["errors"]] == [loc]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\decp.json", "decp.json"),
        ("é" * 300 + ".json", "é" * 250 + ".json"),
        ("..", ".."),
        ("/", "fichier"),
        ("<script>alert(1)</script>.json", "script>.json"),
        ("=cmd|' /C calc'!A0.json", "C calc'!A0.json"),
    ],
)
def test_the_name_of_a_file_is_a_name(service: Service, name: str, kept: str) -> None:
    row = decp_file(DEMONSTRATION)
    answer = send(service, b"", files={"file": (name, row, "text/html")})
    assert answer.status_code == 201, answer.text
    assert answer.json()["name"] == kept


@pytest.mark.parametrize(
    "sign", [b"\x01", b"\x1b[31m", b"\x7f", b"\x00", b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xae"]
)
def test_a_control_character_in_the_name_of_a_file_is_not_kept(
    service: Service, sign: bytes
) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a' + sign + b'b"\r\n\r\n'
    answer = service.client.post(
        "/api/v1/imports",
        content=head + decp_file(DEMONSTRATION) + b"\r\n--b--\r\n",
        headers=service.as_("pilot") | {"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert answer.status_code in (201, 400, 422), answer.text
    if answer.status_code == 201:
        assert answer.json()["name"].isprintable()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"--",
        b"--b",
        b"--b\r\n",
        b"--b\r\n\r\n\r\n--b--",
        b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="\xff\xed"\r\n\r\n{}'
        b"\r\n--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'
        b"Content-Type: a\r\nContent-Transfer-Encoding: zz\r\n\r\n{}\r\n--b--\r\n",
        b"--b\r\n" + b"A: b\r\n" * 20_000 + b"\r\n--b--\r\n",
        b"".join(
            b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nx\r\n' % n
            for n in range(2000)
        )
        + b"--b--\r\n",
    ],
)
def test_a_broken_form_is_refused(service: Service, content: bytes) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = service.client.post(
        "/api/v1/imports", content=content, headers=service.as_("pilot") | kind
    )
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_file_over_the_limit_is_refused(service: Service) -> None:
    service.as_("pilot")
    before = counts(service)
    answer = send(service, GOOD + b" " * (21 * 1024 * 1024))
    assert answer.status_code == 413
    assert "20 Mo" in answer.json()["detail"]
    assert counts(service) == before


def test_an_unreadable_row_far_in_a_file_says_where_reading_stopped(service: Service) -> None:
    rows = [{"id": str(uuid4())[:16], "acheteur": {"id": DEMONSTRATION}} for _ in range(700)]
    content = json.dumps({"marches": {"marche": rows}}).encode()[:-200]
    before = counts(service)
    answer = send(service, content)
    assert answer.status_code == 422
    assert "marchés lus" in answer.json()["detail"]
    assert counts(service) == before
