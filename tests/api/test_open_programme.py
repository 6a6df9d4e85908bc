"""Purchases to come: what a buyer made public and nothing else, as a file and as feeds."""

from typing import Any

import pytest
from lxml import etree
from starlette.testclient import TestClient

from api.publication import atom
from tests.conftest import DEMONSTRATION, OTHER, Headers
from tests.operations import Service

ATOM = "{http://www.w3.org/2005/Atom}"
OWN, ALL = f"/opendata/{DEMONSTRATION}/marches.atom", "/opendata/marches.atom"
FILE = f"/opendata/{DEMONSTRATION}/programmation.json"


@pytest.fixture
def a_project(client: TestClient, pilot: Headers) -> dict[str, Any]:
    """A project that says all it can."""
    body = {
        "buyer_siret": DEMONSTRATION,
        "reference": "PUB-1",
        "title": "Location de vélos <à assistance>",
        "year": 2027,
        "state": "studied",
        "purchase_family": "Mobilité",
        "estimated_amount": "7654321.00",
        "planned_on": "2027-02-03",
        "recurrent": False,
        "comment": "Confidentiel",
    }
    made = client.post("/api/v1/projects", json=body, headers=pilot)
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


def change(client: TestClient, pilot: Headers, project: dict[str, Any], **said: Any) -> Any:
    """Change a project, as its only author."""
    address = f"/api/v1/projects/{project['id']}"
    tag = client.get(address, headers=pilot).headers["etag"]
    answer = client.patch(address, json=said, headers=pilot | {"If-Match": tag})
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(client: TestClient) -> list[dict[str, Any]]:
    """What the file tells of the project."""
    found = client.get(FILE).json()["achats"]
    return [one for one in found if one["numero"] == "PUB-1"]


def entries(client: TestClient, address: str) -> list[Any]:
    """The entries of every page of a feed, following the links."""
    found: list[Any] = []
    following: str | None = address
    while following is not None:
        answer = client.get(following)
        assert answer.status_code == 200, answer.text
        feed = etree.fromstring(answer.content)
        found += feed.findall(f"{ATOM}entry")
        links = {one.get("rel"): one.get("href") for one in feed.findall(f"{ATOM}link")}
        following = links.get("next")
    return found


def test_a_project_is_public_once_said_so_and_until_it_is_bought(
    client: TestClient, pilot: Headers, a_project: dict[str, Any]
) -> None:
    assert a_project["public"] is False
    assert told(client) == []
    change(client, pilot, a_project, public=True)
    assert told(client) == [
        {
            "numero": "PUB-1",
            "intitule": "Location de vélos <à assistance>",
            "annee": 2027,
            "famille": "Mobilité",
            "recurrent": False,
            "attendu_le": "2027-02-03",
            "avancement": "studied",
        }
    ]
    for content in (client.get(FILE).text, client.get(OWN).text, client.get(ALL).text):
        assert "vélos" in content
        assert "7654321" not in content.replace("\u202f", "")
        assert "7 654" not in content
        assert "Confidentiel" not in content
    change(client, pilot, a_project, state="abandoned")
    assert told(client) == []
    assert "vélos" not in client.get(OWN).text
    change(client, pilot, a_project, state="studied", public=False)
    assert told(client) == []


@pytest.mark.parametrize("address", [OWN, ALL])
def test_a_feed_is_what_rfc_4287_asks_for(service: Service, address: str) -> None:
    answer = service.client.get(address)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(answer.content)
    assert feed.tag == f"{ATOM}feed"
    for one in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{ATOM}{name}")) == 1
        assert (one.findtext(f"{ATOM}id") or "").startswith("urn:uuid:")
        assert (one.findtext(f"{ATOM}updated") or "").endswith("Z")
        assert one.find(f"{ATOM}author/{ATOM}name") is not None
        kinds = [link.get("rel") for link in one.findall(f"{ATOM}link")]
        assert kinds.count("alternate") == 1
    (here,) = (one for one in feed.findall(f"{ATOM}link") if one.get("rel") == "self")
    assert (here.get("href") or "").endswith(address)
    known = {"If-None-Match": answer.headers["etag"]}
    assert service.client.get(address, headers=known).status_code == 304
    since = {"If-Modified-Since": answer.headers["last-modified"]}
    assert service.client.get(address, headers=since).status_code == 304
    bare = service.client.head(address)
    assert (bare.status_code, bare.content) == (200, b"")


def test_the_pages_of_a_feed_hold_each_contract_once_and_all_of_them(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atom, "PAGE", 7)
    found = entries(client, OWN)
    ids = [one.findtext(f"{ATOM}id") for one in found]
    assert len(set(ids)) == len(ids) > 14
    state = client.get("/opendata/publishers").json()
    (public,) = (one["public"] for one in state if one["siret"] == DEMONSTRATION)
    terms = [one.find(f"{ATOM}category").get("term") for one in found]
    coming = client.get(FILE).json()["achats"]
    assert (terms.count("attribue"), terms.count("a-venir")) == (public, len(coming))
    everybody = {one.findtext(f"{ATOM}id") for one in entries(client, ALL)}
    others = {
        one.findtext(f"{ATOM}id") for one in entries(client, f"/opendata/{OTHER}/marches.atom")
    }
    assert set(ids) < everybody
    assert others < everybody
    assert not others & set(ids)


def test_a_contract_that_changes_comes_first(
    client: TestClient, pilot: Headers, a_public: dict[str, Any]
) -> None:
    changed = client.patch(
        f"/api/v1/contracts/{a_public['id']}",
        json={"subject": "Objet qui vient de changer"},
        headers=pilot | {"If-Match": a_public["etag"]},
    )
    assert changed.status_code == 200
    for address in (OWN, ALL):
        first = etree.fromstring(client.get(address).content).find(f"{ATOM}entry")
        assert first is not None
        assert "Objet qui vient de changer" in (first.findtext(f"{ATOM}title") or "")


@pytest.mark.parametrize("cursor", ["x", "WyIxIl0", "WyItMSIsIjIwMjYtMDEtMDEiLCJ6Il0"])
def test_a_foreign_place_in_a_feed_is_refused(client: TestClient, cursor: str) -> None:
    for address in (OWN, ALL):
        assert client.get(f"{address}?cursor={cursor}").status_code == 422
