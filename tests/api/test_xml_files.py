"""DECP XML through the service: what comes in, what goes out, the same as in JSON."""

import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from api.rules import decp
from api.rules.decp import xml_writing
from api.rules.records import ContractRecord, Kind
from tests.api.decp_rows import Row, concessions, contracts
from tests.conftest import DEMONSTRATION
from tests.operations import Service
from tests.rules.decp.test_decp_xml_real_files import in_xml as in_old_xml

DATA = Path(__file__).parents[1] / "data/decp"
ADDRESS = f"/opendata/{DEMONSTRATION}/decp.xml"
JSON = {Kind.CONTRACT: "decp-marches.json", Kind.CONCESSION: "decp-concessions.json"}
OFFICIAL = sorted(path.name for path in DATA.glob("official-*.xml"))
Valid = Callable[[bytes], bool]


@pytest.fixture(scope="session")
def valid() -> Valid:
    """Whether a whole XML file is valid for the official XSD 2.0.2."""
    schema = etree.XMLSchema(etree.parse(DATA / "schema_decp_v2.0.2.xsd"))
    return lambda content: bool(schema.validate(etree.fromstring(content)))


def send(service: Service, content: bytes, account: str = "pilot") -> dict[str, Any]:
    """Deposit a file."""
    answer = service.client.post(
        "/api/v1/imports", files={"file": ("decp.xml", content)}, headers=service.as_(account)
    )
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def bring(service: Service, content: bytes) -> dict[str, Any]:
    """Import a file and accept it."""
    address = f"/api/v1/imports/{send(service, content)['id']}/accept"
    answer = service.client.post(address, headers=service.as_("pilot"))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def in_xml(rows: list[Row]) -> bytes:
    """Rows of the format of 2022 as a XML file."""
    elements = [xml_writing.element(kind_of(row), row) for row in rows]
    return b"".join([xml_writing.OPENING, *elements, xml_writing.CLOSING])


def kind_of(row: Row) -> Kind:
    return Kind.CONCESSION if "autoriteConcedante" in row else Kind.CONTRACT


def records_in(content: bytes) -> list[ContractRecord]:
    """The contracts of a XML file, none of them refused."""
    found = [decp.read(row).record for row in decp.xml_rows([content])]
    assert None not in found
    return [record for record in found if record is not None]


def published(service: Service) -> bytes:
    """The XML file of the demonstration buyer."""
    content: bytes = service.client.get(ADDRESS).content
    return content


def published_json(service: Service, suffix: str = "") -> list[ContractRecord]:
    """What its JSON files say, contracts then concessions; of a year when there is one."""
    found = []
    for kind, name in JSON.items():
        address = f"/opendata/{DEMONSTRATION}/{name.replace('.json', f'{suffix}.json')}"
        answer = service.client.get(address)
        families = json.loads(answer.content)["marches"] if answer.status_code == 200 else {}
        found += [decp.read_row(row, kind).record for rows in families.values() for row in rows]
    return [record for record in found if record is not None]


def test_the_xml_file_is_valid_and_tells_what_the_json_files_tell(
    service: Service, valid: Valid
) -> None:
    content = published(service)
    assert valid(content)
    found = records_in(content)
    assert found == published_json(service)
    kinds = [record.kind for record in found]
    assert kinds == sorted(kinds, key=list(Kind).index)
    assert set(kinds) == set(Kind)


def test_the_xml_files_of_the_years_share_out_the_whole_one(service: Service, valid: Valid) -> None:
    state = service.get(f"/api/v1/publication/{DEMONSTRATION}")
    listed = {one["name"]: one for one in state["files"]}
    assert (listed["decp.xml"]["media_type"], listed["decp.xml"]["yearly"]) == (
        "application/xml",
        False,
    )
    yearly = [name for name in listed if name.startswith("decp-2") and name.endswith(".xml")]
    assert len(yearly) > 2
    shared: list[ContractRecord] = []
    for name in yearly:
        assert listed[name]["yearly"]
        year = name.removeprefix("decp-").removesuffix(".xml")
        content = service.client.get(f"/opendata/{DEMONSTRATION}/{name}").content
        assert valid(content)
        found = records_in(content)
        assert {str(record.notified_on)[:4] for record in found} == {year}
        assert found == published_json(service, f"-{year}")
        shared += found
    assert sorted(one.reference for one in shared) == sorted(
        one.reference for one in records_in(published(service))
    )


@pytest.mark.parametrize("name", ["decp-2031.xml", "decp-2024.json"])
def test_a_name_that_is_no_file_is_told_so(service: Service, name: str) -> None:
    assert service.client.get(f"/opendata/{DEMONSTRATION}/{name}").status_code == 404


def test_the_xml_file_is_served_as_the_others(service: Service) -> None:
    plain = service.client.get(ADDRESS, headers={"Accept-Encoding": "identity"})
    assert plain.headers["content-type"] == "application/xml; charset=utf-8"
    assert plain.headers["access-control-allow-origin"] == "*"
    assert int(plain.headers["content-length"]) == len(plain.content)
    known = {"If-None-Match": plain.headers["etag"], "Accept-Encoding": "identity"}
    assert service.client.get(ADDRESS, headers=known).status_code == 304
    head = service.client.head(ADDRESS, headers={"Accept-Encoding": "identity"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == plain.headers["etag"]
    part = service.client.get(ADDRESS, headers={"Range": "bytes=0-4", "Accept-Encoding": ""})
    assert (part.status_code, part.content) == (206, b"<?xml")
    packed = service.client.get(ADDRESS, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content


def test_the_xml_file_brought_back_changes_nothing(service: Service) -> None:
    content = published(service)
    accepted = bring(service, content)
    assert accepted["rows"]["received"] > 5
    assert accepted["rows"]["same"] == accepted["rows"]["received"]
    assert published(service) == content


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    marches=st.lists(contracts, min_size=1, max_size=5),
    others=st.lists(concessions, max_size=3),
    breaks=st.sampled_from(["\r", "\r\n", "\n", "\x85", "\u2028", "\t"]),
)
def test_a_xml_file_imported_accepted_and_published_gives_the_same_contracts(
    service: Service, valid: Valid, marches: list[Row], others: list[Row], breaks: str
) -> None:
    marches[0]["objet"] = f"Lot{breaks}1"
    marches[0]["origineUE"] = 0.000001
    rows = [*marches, *others]
    sent = in_xml(rows)
    assert valid(sent)
    accepted = bring(service, sent)
    assert accepted["rows"]["new"] == accepted["rows"]["received"] == len(rows)
    content = published(service)
    assert valid(content)
    asked = {row["id"] for row in rows}
    out = {one.reference: one for one in records_in(content) if one.reference in asked}
    assert out == {one.reference: one for one in records_in(sent)}
    assert out[marches[0]["id"]].subject == f"Lot{breaks}1"
    assert {one.reference: one for one in published_json(service) if one.reference in asked} == out


def test_an_account_in_xml_is_the_account_in_json(service: Service) -> None:
    told = json.loads((DATA / "defects-2019.json").read_text("utf-8"))
    rows = [one["row"] for one in told]
    real = json.loads(lzma.decompress((DATA / "aws-2019-03.json.xz").read_bytes()))["marches"][:300]
    whole = [row for row in [*rows, *real, *real[:5]] if telling(row)]
    shown = [
        send(service, content, "administrator")
        for content in (
            json.dumps({"marches": whole}).encode(),
            f"<marches>{''.join(map(old_element, whole))}</marches>".encode(),
        )
    ]
    assert shown[0]["rows"] == shown[1]["rows"]
    assert shown[0]["rows"]["refused"] > 0 < shown[0]["rows"]["with_issues"]
    assert shown[0]["refusals"] == shown[1]["refusals"]


def telling(row: Row) -> bool:
    """Whether XML can tell what a row of JSON tells: no text where a number should be."""
    return all(not isinstance(row.get(name), str) for name in ("montant", "dureeMois"))


def old_element(row: Row) -> str:
    """A row of 2019 as the element that software of 2019 writes."""
    concession = row.get("_type") == "Contrat de concession"
    return in_old_xml("contrat-concession" if concession else "marche", row)


@pytest.mark.parametrize("name", OFFICIAL)
def test_the_official_examples_in_xml_come_out_as_they_came_in(
    service: Service, valid: Valid, name: str
) -> None:
    document = etree.parse(DATA / name).getroot()
    for rank, contract in enumerate(document):
        contract.find("id").text = f"X{OFFICIAL.index(name)}-{rank}"
        buyer = contract.find("acheteur")
        (contract.find("autoriteConcedante") if buyer is None else buyer)[0].text = DEMONSTRATION
        for party in contract.iter("sousTraitant"):
            # The examples have some of fifteen digits.
            party.find("id").text = f"{party.find('id').text:0<14}"[:14]
    sent = etree.tostring(document, encoding="utf-8", xml_declaration=True)
    accepted = bring(service, sent)
    rows = accepted["rows"]
    assert rows["received"] == rows["new"] == len(document) > 1
    asked = records_in(sent)
    content = published(service)
    assert valid(content)
    out = {one.reference: one for one in records_in(content)}
    assert [out[one.reference] for one in asked] == asked


@pytest.mark.parametrize("name", OFFICIAL)
def test_an_official_example_as_it_stands_is_accounted_for(service: Service, name: str) -> None:
    content = (DATA / name).read_bytes()
    shown = send(service, content, "administrator")
    rows = service.get(f"/api/v1/imports/{shown['id']}/rows", "administrator")["items"]
    assert len(rows) == shown["rows"]["received"] == len(records_in(content)) == 2
    assert shown["rows"]["refused"] == sum(one["state"] == "refused" for one in rows)
    for one in rows:
        codes = {issue["code"] for issue in one["issues"]}
        assert one["state"] != "same" or "file_duplicate" in codes
        assert one["state"] != "refused" or "file_collision" in codes
        assert "siret_check" in codes or "siret_shape" in codes
