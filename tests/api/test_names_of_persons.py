"""The name of a sole trader is a person's: it goes out nowhere, said or read from the name."""

import json
import time
from typing import Any

import pytest

from api.publication.service import files_of
from api.publication.site import Site
from api.reference.marks import MARKS
from tests.api.harvest import bring
from tests.conftest import DEMONSTRATION, OCDS_PREFIX
from tests.operations import Service, decp_file, new_contract

CANARY = "canari"
DOUBT = "zolique"
READ = {"id_type": "SIRET", "identifier": "00000062100011", "name": "Jeanne CANARI"}
# A name that says nothing: what is said of the company is all that tells.
SAID = {"id_type": "SIRET", "identifier": "00000062200019", "name": "CANARI"}
UNNUMBERED = {"name": "Madame Canari"}
LATER = {"id_type": "SIRET", "identifier": "00000062300017", "name": "CANARI Paulette"}
DOUBTFUL = ("00000062400015", "Serin Zolique")
COMPANY = {"id_type": "SIRET", "identifier": "00000062500012", "name": "SARL des Mésanges"}
PUBLIC = ("/opendata/feed", "/opendata/marches.atom", "/opendata/publishers", "/catalog.ttl")


def complete(service: Service) -> dict[str, Any]:
    """The body of a contract that the DECP files take, held by persons and a company."""
    query = f"buyer={DEMONSTRATION}&kind=marche&year=2024&publishable=true&limit=1"
    (item,) = service.get(f"/api/v1/contracts?{query}")["items"]
    told = service.get(f"/api/v1/contracts/{item['id']}")
    fields = service.app.openapi()["components"]["schemas"]["ContractCreate"]["properties"]
    body = {name: one for name, one in told.items() if name in fields and one is not None}
    same = {"suppliers": [READ, SAID, COMPANY], "published_on": "2026-04-01"}
    return body | new_contract(service.things()) | same


@pytest.fixture
def aviary(service: Service) -> dict[str, Any]:
    """A public contract of the demonstration buyer held by persons, changed, with spending."""
    headers = service.as_("pilot")
    body = new_contract(service.things()) | {
        "published_on": "2026-04-01",
        "suppliers": [READ, SAID, UNNUMBERED, COMPANY],
    }
    made = service.make("/api/v1/contracts", body, "pilot")
    public = service.make("/api/v1/contracts", complete(service), "pilot")
    marks = dict.fromkeys(MARKS, "no")
    answer = service.client.put(
        f"/api/v1/contracts/{public['id']}/marks",
        json={"marks": marks},
        headers=headers | {"If-Match": '"1"'},
    )
    assert answer.status_code == 200, answer.text
    (said,) = (one for one in made["suppliers"] if one["identifier"] == SAID["identifier"])
    address = f"/api/v1/suppliers/{said['id']}"
    answer = service.client.patch(address, json={"sole_trader": True}, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["name"] is None
    amendment = {
        "notified_on": "2026-05-01",
        "published_on": "2026-05-02",
        "suppliers": [LATER, SAID, COMPANY],
    }
    answer = service.client.post(
        f"/api/v1/contracts/{made['id']}/amendments",
        json=amendment,
        headers=headers | {"If-Match": '"1"'},
    )
    assert answer.status_code == 201, answer.text
    line = {"year": 2026, "payee_name": "Jeanne Canari", "amount": "120.00"}
    lines = [line, line | {"payee_siret": SAID["identifier"], "payee_name": "Canari"}]
    body = {"buyer_siret": DEMONSTRATION, "lines": lines}
    assert service.client.post("/api/v1/spending", json=body, headers=headers).status_code == 201
    read: dict[str, Any] = service.get(f"/api/v1/contracts/{made['id']}")
    return read | {"public": public["reference"]}


def test_no_public_output_holds_the_name_of_a_person(
    service: Service, aviary: dict[str, Any]
) -> None:
    answer = decp_file(
        DEMONSTRATION,
        titulaires=[
            {"typeIdentifiant": "SIRET", "id": siret, "denominationSociale": name}
            for siret, name in ((LATER["identifier"], LATER["name"]), DOUBTFUL)
        ],
    )
    assert bring(service.client, service.as_("pilot"), answer)
    names = [name for name, _title, _type in files_of(Site(ocds_prefix=OCDS_PREFIX))]
    outputs = {
        address: service.client.get(address).text
        for address in (*(f"/opendata/{DEMONSTRATION}/{name}" for name in names), *PUBLIC)
    }
    assert all(outputs.values())
    assert [
        address
        for address, text in outputs.items()
        if CANARY in text.lower() or DOUBT in text.lower()
    ] == []
    # They tell of that contract, and name its company.
    for name in ("contrats.csv", "ocds.json", "marches.atom"):
        text = outputs[f"/opendata/{DEMONSTRATION}/{name}"]
        assert aviary["public"] in text
        assert str(COMPANY["name"]) in text


def test_no_answer_to_a_buyer_holds_the_name_of_a_person(
    service: Service, aviary: dict[str, Any]
) -> None:
    contract = f"/api/v1/contracts/{aviary['id']}"
    for path in (
        contract,
        f"{contract}/history",
        f"{contract}/amendments",
        f"/api/v1/contracts?buyer={DEMONSTRATION}&q={aviary['reference']}",
        "/api/v1/suppliers?q=0000006",
        f"/api/v1/spending?buyer={DEMONSTRATION}&year=2026",
    ):
        answer = service.client.get(path, headers=service.as_("pilot"))
        assert answer.status_code == 200, answer.text
        assert answer.json()
        assert CANARY not in answer.text.lower(), path
    assert [one["unnamed"] for one in aviary["suppliers"]] == [True, True, True, False]
    assert [one["name"] for one in aviary["suppliers"]] == [None, None, None, COMPANY["name"]]


def test_who_says_that_a_company_is_no_sole_trader_reads_its_name_again(
    service: Service, aviary: dict[str, Any]
) -> None:
    address = f"/api/v1/suppliers/{aviary['suppliers'][0]['id']}"
    headers = service.as_("pilot")
    told = service.client.patch(address, json={"sole_trader": False}, headers=headers).json()
    published = service.client.get(f"/opendata/{DEMONSTRATION}/contrats.csv").text
    # The register is that of all these tests: nothing is said any more.
    service.client.patch(address, json={"sole_trader": None}, headers=headers)
    assert told["name"] == READ["name"]
    assert str(READ["name"]) in published


def moved(feed: str) -> str:
    """When a feed says that it last changed."""
    return feed.split("<updated>")[1].split("</updated>")[0]


def test_a_name_hidden_since_moves_the_feed_and_leaves_the_history(service: Service) -> None:
    company = {"id_type": "SIRET", "identifier": "00000062800016", "name": "Zolique Services"}
    body = complete(service) | {"suppliers": [company]}
    made = service.make("/api/v1/contracts", body, "pilot")
    marks = {"marks": dict.fromkeys(MARKS, "no")}
    address = f"/api/v1/contracts/{made['id']}"
    headers = service.as_("pilot") | {"If-Match": '"1"'}
    answer = service.client.put(f"{address}/marks", json=marks, headers=headers)
    assert answer.status_code == 200, answer.text
    feed = f"/opendata/{DEMONSTRATION}/marches.atom"
    headers = service.as_("pilot") | {"If-Match": answer.headers["etag"]}
    answer = service.client.patch(address, json={"suppliers": [COMPANY]}, headers=headers)
    assert answer.status_code == 200, answer.text
    headers = service.as_("pilot") | {"If-Match": answer.headers["etag"]}
    answer = service.client.patch(address, json={"suppliers": [company]}, headers=headers)
    assert answer.status_code == 200, answer.text
    before = service.client.get(feed)
    history = f"{address}/history"
    assert company["name"] in before.text
    assert company["name"] in json.dumps(service.get(history))
    assert service.get("/api/v1/suppliers?q=Zolique%20Services")["items"]
    (held,) = answer.json()["suppliers"]
    time.sleep(1.1)  # The feed tells instants by the second.
    answer = service.client.patch(
        f"/api/v1/suppliers/{held['id']}",
        json={"sole_trader": True},
        headers=service.as_("pilot"),
    )
    assert answer.status_code == 200, answer.text
    after = service.client.get(feed)
    assert company["name"] not in after.text
    assert moved(after.text) > moved(before.text)
    whole = service.client.get("/opendata/marches.atom")
    assert moved(whole.text) == moved(after.text)
    assert company["name"] not in json.dumps(service.get(history))
    # The register is every buyer's: no search finds a name that it does not give.
    assert service.get("/api/v1/suppliers?q=Zolique%20Services")["items"] == []
