"""XML files made to harm: refused at once with a reason, nothing written, nothing left on disk."""

import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from api.imports.files import UnreadableFile, rows
from tests.conftest import DEMONSTRATION
from tests.hostile import CANARY
from tests.operations import Service, counts
from tests.rules.decp.test_decp_xml_hostile import HOSTILE

# What does not begin as XML is named before XML is thought of.
OTHERWISE = {
    "empty": "Le fichier est vide.",
    "blank": "Le fichier est vide.",
    "UTF-16 little-endian": "Ce fichier est codé en UTF-16",
    "UTF-16 big-endian": "Ce fichier est codé en UTF-16",
    "UTF-32": "Ce fichier n’est ni du JSON, qui commence par",
    "UTF-7 that says nothing": "Ce fichier n’est ni du JSON, qui commence par",
    "JSON": "Le fichier ne contient aucun marché.",
    "ZIP": "Ce fichier est une archive",
    "web page": "Ce fichier est une page web",
}
SIZE = 32 * 2**20
ONE = f"<id>1</id><acheteur><id>{DEMONSTRATION}</id></acheteur>"

# What can be read: the number of rows, of those refused, and a remark of the first one.
READABLE: dict[str, tuple[str, int, int, str | None]] = {
    "a script in a text": (
        f"<marche>{ONE}<objet>&lt;script&gt;alert(1)&lt;/script&gt; {CANARY}</objet></marche>",
        1,
        0,
        "markup_in_text",
    ),
    "a control character": (f"<marche>{ONE}<objet>a\x0bb</objet></marche>", 1, 0, "garbled_text"),
    "a processing instruction": (f"<?php echo 1 ?><marche>{ONE}</marche>", 1, 0, None),
    "an inclusion": (
        f'<marche>{ONE}<xi:include href="file:///etc/passwd" '
        'xmlns:xi="http://www.w3.org/2001/XInclude"/></marche>',
        1,
        0,
        "unknown_element",
    ),
    "a schema to fetch": (
        f'<marche xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:noNamespaceSchemaLocation="http://127.0.0.1:1/x.xsd">{ONE}</marche>',
        1,
        0,
        None,
    ),
    "a number without end": (
        f"<marche>{ONE}<montant>{'9' * 5000}</montant><dureeMois>1{'0' * 400}</dureeMois></marche>",
        1,
        0,
        None,
    ),
    "an exponent without end": (
        f"<marche>{ONE}<montant>1e999999999</montant></marche>",
        1,
        0,
        None,
    ),
    "a thousand unknown elements": (f"<marche>{ONE}{'<x/>' * 1000}</marche>", 1, 0, None),
    "what is no contract": (f"<avis/>perdu<marche>{ONE}</marche>", 3, 2, "not_a_contract"),
    "contracts without anything": ("<marche/><contrat-concession/>", 2, 2, "missing_reference"),
    "CDATA": (f"<marche>{ONE}<objet><![CDATA[<b>&]]></objet></marche>", 1, 0, None),
}


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder where every temporary file of the test goes."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert list(tmp_path.iterdir()) == []


def send(service: Service, content: bytes) -> Response:
    return service.client.post(
        "/api/v1/imports",
        headers=service.as_("pilot"),
        files={"file": ("decp.xml", content, "application/xml")},
    )


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.usefixtures("disk")
def test_a_hostile_file_is_refused_whole(service: Service, name: str) -> None:
    content, sentence = HOSTILE[name]
    service.as_("pilot")
    before = counts(service)
    answer = send(service, content)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["type"] == "unreadable-file"
    assert problem["detail"].startswith(OTHERWISE.get(name, sentence))
    assert problem["errors"] == [{"loc": ["body", "file"], "message": problem["detail"]}]
    assert counts(service) == before


@pytest.mark.parametrize("name", READABLE)
@pytest.mark.usefixtures("disk")
def test_a_strange_file_is_judged_row_by_row(service: Service, name: str) -> None:
    inside, received, refused, remark = READABLE[name]
    answer = send(service, f"<marches>{inside}</marches>".encode())
    assert answer.status_code == 201, answer.text
    shown = answer.json()
    assert (shown["rows"]["received"], shown["rows"]["refused"]) == (received, refused)
    listed = service.get(f"/api/v1/imports/{shown['id']}/rows")["items"]
    assert [one["position"] for one in listed] == list(range(1, received + 1))
    codes: list[Any] = [issue["code"] for issue in listed[0]["issues"]]
    assert remark is None or remark in codes


@pytest.mark.parametrize(
    ("before", "again", "megabytes"),
    [
        ("<marches><marche><objet>", "a" * 1024, 8),
        ("<marches><!--", "a" * 1024, 8),
        ("<marches><marche ", "a" * 1024, 8),
        # The smallest elements, as many as a contract may hold: what a file can cost at most.
        ("<marches><marche>", "<a/>" * 256, 80),
        ("<marches>", "<a>" * 340, 8),
        ("", "\n" * 1024, 8),
        ('<?xml version="1.0"?><!DOCTYPE a [', "<!ENTITY a 'b'>" * 64, 8),
    ],
)
def test_memory_is_bounded_whatever_the_size(
    tmp_path: Path, before: str, again: str, megabytes: int
) -> None:
    path = tmp_path / "decp.xml"
    with path.open("w") as file:
        file.write(before)
        for _ in range(SIZE // len(again)):
            file.write(again)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFile):
            list(rows(path))
        assert tracemalloc.get_traced_memory()[1] < megabytes * 2**20
    finally:
        tracemalloc.stop()
