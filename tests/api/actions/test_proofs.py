"""Proofs: of the sorts that are taken, told by their content, given back as they came."""

import io
import zipfile
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from httpx2 import Response

from tests.api.actions.saying import World, world
from tests.api.reserved.asking import ELSEWHERE, close, fields, reopen
from tests.cases.actions import PDF
from tests.operations import Service

ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def package(**parts: bytes) -> bytes:
    """A ZIP package; in the names of parts, "__" for "/" and "_x_" for "."."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_x_", "."), content)
    return kept.getvalue()


def named(value: object) -> str:
    """The name of a case: packages hold the time they were made at."""
    return value if isinstance(value, str) else "content"


XLSX = package(xl__workbook_x_xml=b"<workbook/>")
ODS_FILE = package(mimetype=ODS, content_x_xml=b"<office/>")


@pytest.fixture
def made(service: Service) -> World:
    return world(service)


def prove(
    service: Service,
    content: bytes = PDF,
    name: str = "pièce.pdf",
    account: str = "pilot",
    key: str | None = None,
    **about: Any,
) -> Response:
    headers = service.as_(account) | ({"Idempotency-Key": key} if key else {})
    answer: Response = service.client.post(
        "/api/v1/proofs",
        data=about,
        files={"file": (name, content, "application/octet-stream")},
        headers=headers,
    )
    return answer


def measured(made: World) -> str:
    return str(made.measure("KWH", value="1").json()["id"])


@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (PDF, "Facture d’été.PDF", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n...", "a.png", "image/png"),
        (b"\xff\xd8\xff\xe0...", "a.jpeg", "image/jpeg"),
        (b"\xff\xd8\xff\xe0...", "a.jpg", "image/jpeg"),
        (b"a;b\r\n1;2\r\n", "a.csv", "text/csv"),
        ("année;kWh\n2025;12\n".encode("cp1252"), "a.csv", "text/csv"),
        ("\ufeffannée\u00a0;kWh\n".encode(), "a.csv", "text/csv"),
        (
            XLSX,
            "a.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (ODS_FILE, "a.ods", ODS.decode()),
    ],
    ids=named,
)
def test_a_proof_is_given_back_as_it_came(
    service: Service, made: World, content: bytes, name: str, kept: str
) -> None:
    measure_id = measured(made)
    answer = prove(service, content, name, measure_id=measure_id)
    assert answer.status_code == 201, answer.text
    one = answer.json()
    assert (one["name"], one["media_type"], one["size"]) == (name, kept, len(content))
    assert one["sha256"] == sha256(content).hexdigest()
    given = service.client.get(f"/api/v1/proofs/{one['id']}", headers=service.as_("reader"))
    assert given.content == content
    assert given.headers["content-type"] == kept
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["content-disposition"].startswith("attachment; ")
    listed = service.get(f"/api/v1/measures?scheme={made.code}")["items"][0]
    assert listed["proofs"] == [one]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.csv"),
        (b"  \n", "a.csv"),
        (b"MZ\x90\x00", "a.pdf"),
        (b"MZ\x90\x00", "a.csv"),
        (b"<html><script>1</script>", "a.csv"),
        (b"<?xml version='1.0'?><svg/>", "a.png"),
        ("a;b\n".encode("utf-16"), "a.csv"),
        (PDF, "a.csv"),
        (PDF, "a"),
        (b"a;b\n", "a.pdf"),
        (b"a;b\n", "a.html"),
        (XLSX, "a.xlsm"),
        (XLSX, "a.ods"),
        (package(xl__workbook_x_xml=b"<w/>", xl__vbaProject_x_bin=b"macro"), "a.xlsx"),
        (package(mimetype=ODS, Basic__script_x_xml=b"macro"), "a.ods"),
        (package(mimetype=b"application/vnd.oasis.opendocument.text"), "a.ods"),
        (package(mimetype=ODS * 9), "a.ods"),
        (package(word__document_x_xml=b"<w/>"), "a.xlsx"),
        (XLSX[:40], "a.xlsx"),
        (b"PK\x03\x04", "a.xlsx"),
    ],
    ids=named,
)
def test_any_other_file_is_refused(
    service: Service, made: World, content: bytes, name: str
) -> None:
    answer = prove(service, content, name, measure_id=measured(made))
    assert (answer.status_code, answer.json()["type"]) == (422, "unaccepted-file")


@pytest.mark.parametrize("size", [5 * 1024 * 1024 + 1, 6 * 1024 * 1024])
def test_a_proof_is_of_five_megabytes_at_most(service: Service, made: World, size: int) -> None:
    answer = prove(service, PDF.ljust(size, b"."), measure_id=measured(made))
    assert (answer.status_code, answer.json()["type"]) == (413, "too-large")


def test_a_proof_of_exactly_the_limit_passes(service: Service, made: World) -> None:
    content = PDF.ljust(5 * 1024 * 1024, b".")
    assert prove(service, content, measure_id=measured(made)).status_code == 201


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/facture.pdf", "facture.pdf"),
        ("C:\\Dossier\\facture.pdf", "facture.pdf"),
        ("fac\u202eture.pdf", "facture.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_the_name_of_a_file_is_only_a_name(
    service: Service, made: World, name: str, kept: str
) -> None:
    assert prove(service, name=name, measure_id=measured(made)).json()["name"] == kept


def test_a_milestone_is_proved_too(service: Service, made: World) -> None:
    milestone = made.milestone("JALON", done=False).json()
    one = prove(service, milestone_id=milestone["id"]).json()
    listed = service.get(f"/api/v1/milestones?scheme={made.code}")["items"][0]
    assert listed["proofs"] == [one]
    both = {"milestone_id": milestone["id"], "measure_id": measured(made)}
    for about in (both, {}):
        assert fields(prove(service, **about)) == [["body", "measure_id"]]


def test_a_proof_sent_twice_with_its_key_is_kept_once(service: Service, made: World) -> None:
    measure_id = measured(made)
    sent = [prove(service, key="proof-twice", measure_id=measure_id) for _ in range(2)]
    assert sent[0].json() == sent[1].json()
    other = prove(service, b"%PDF-other", key="proof-twice", measure_id=measure_id)
    assert other.status_code == 422
    assert len(service.get(f"/api/v1/measures?scheme={made.code}")["items"][0]["proofs"]) == 1


def test_there_are_twenty_proofs_at_most(service: Service, made: World) -> None:
    measure_id = measured(made)
    sent = [prove(service, measure_id=measure_id).status_code for _ in range(21)]
    assert sent == [201] * 20 + [409]


def test_proofs_leave_with_what_they_prove(service: Service, made: World) -> None:
    one = prove(service, measure_id=measured(made)).json()
    assert made.forget("KWH").status_code == 204
    gone = service.client.get(f"/api/v1/proofs/{one['id']}", headers=service.as_("pilot"))
    assert gone.status_code == 404


def _closed(service: Service, prove_it: Callable[[], Response], one: Any) -> None:
    removed = service.client.delete(f"/api/v1/proofs/{one['id']}", headers=service.as_("pilot"))
    assert [answer.json()["type"] for answer in (prove_it(), removed)] == ["year-closed"] * 2


def test_a_closed_year_keeps_its_proofs(service: Service, made: World) -> None:
    measure = made.measure("KWH", value="1", year=2016).json()
    milestone = made.milestone("JALON", done=True, done_on="2016-02-02").json()
    first = prove(service, measure_id=measure["id"]).json()
    second = prove(service, milestone_id=milestone["id"]).json()
    closing = close(service, 2016)
    _closed(service, lambda: prove(service, measure_id=measure["id"]), first)
    _closed(service, lambda: prove(service, milestone_id=milestone["id"]), second)
    reopen(service, closing)


def test_a_directorate_proves_what_it_owes(service: Service, made: World) -> None:
    measure_id = measured(made)
    one = prove(service, measure_id=measure_id).json()
    opened = made.campaign().json()
    for directorate, status in (
        (None, 403),
        (service.directorate(name=ELSEWHERE), 403),
        (service.directorate(), 201),
    ):
        made.assign(opened, "KWH", directorate_id=directorate)
        answer = prove(service, account="directorate", measure_id=measure_id)
        assert answer.status_code == status
    gone = service.client.delete(f"/api/v1/proofs/{one['id']}", headers=service.as_("directorate"))
    assert gone.status_code == 204
