"""Purchases to come: what a buyer made public and nothing else, as a file and as feeds."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree
from starlette.testclient import TestClient

from api.contracts import reading
from api.programme import records
from api.programme import service as programme
from api.publication import atom
from api.publication.models import LICENCES, Licence
from tests.conftest import DEMONSTRATION, OTHER, Headers
from tests.operations import Service

ATOM = "{http://www.w3.org/2005/Atom}"
ODBL = LICENCES[Licence.ODBL][1]
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


def updated(client: TestClient, address: str) -> str:
    """When a feed says that it last changed."""
    return etree.fromstring(client.get(address).content).findtext(f"{ATOM}updated") or ""


def withdraw(client: TestClient, pilot: Headers, shown: dict[str, Any], how: str) -> None:
    """Have a public project leave the feed."""
    if how == "removed":
        tag = {"If-Match": f'"{shown["version"]}"'}
        gone = client.delete(f"/api/v1/projects/{shown['id']}", headers=pilot | tag)
        assert gone.status_code == 204, gone.text
    else:
        change(client, pilot, shown, **({"public": False} if how == "hidden" else {"state": how}))


@pytest.mark.parametrize("how", ["removed", "hidden", "abandoned"])
def test_a_feed_never_goes_back_when_something_leaves_it(
    client: TestClient,
    pilot: Headers,
    a_project: dict[str, Any],
    how: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    earlier = updated(client, OWN)
    # A feed tells whole seconds: what comes next is of a later one.
    later = datetime.now(UTC) + timedelta(seconds=90)
    monkeypatch.setattr(records, "now", lambda: later)
    shown = change(client, pilot, a_project, public=True)
    before = {address: updated(client, address) for address in (OWN, ALL)}
    assert before[OWN] > earlier
    for module in (records, programme):
        monkeypatch.setattr(module, "now", lambda: later + timedelta(seconds=90))
    withdraw(client, pilot, shown, how)
    for address in (OWN, ALL):
        assert "PUB-1" not in client.get(address).text
        assert updated(client, address) >= before[address]


def test_every_page_of_a_feed_says_the_same_change_and_licence(
    client: TestClient, pilot: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atom, "PAGE", 7)
    address = f"/api/v1/publication/{DEMONSTRATION}/settings"
    tag = {"If-Match": client.get(address, headers=pilot).headers["etag"]}
    chosen = client.put(address, json={"licence": "odbl"}, headers=pilot | tag)
    assert chosen.status_code == 200, chosen.text
    first = etree.fromstring(client.get(OWN).content)
    (following,) = (one for one in first.findall(f"{ATOM}link") if one.get("rel") == "next")
    second = etree.fromstring(client.get(path_of(following)).content)
    for one in (first, second):
        assert licences(one) == [ODBL]
        assert one.findtext(f"{ATOM}updated") == first.findtext(f"{ATOM}updated")
        assert {tuple(licences(entry)) for entry in one.findall(f"{ATOM}entry")} == {(ODBL,)}
    everybody = etree.fromstring(client.get(ALL).content)
    told = [licences(entry) for entry in everybody.findall(f"{ATOM}entry")]
    assert [len(one) for one in told] == [1] * len(told)


def licences(part: Any) -> list[str]:
    """The licences that a feed or an entry names."""
    links = part.findall(f"{ATOM}link")
    return [one.get("href") for one in links if one.get("rel") == "license"]


def path_of(link: Any) -> str:
    """The address of a link, on this service."""
    parts = urlsplit(str(link.get("href")))
    return f"{parts.path}?{parts.query}"


def test_what_is_announced_and_no_longer_there_does_not_end_the_pages(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atom, "PAGE", 7)
    found = [one.findtext(f"{ATOM}id") for one in entries(client, ALL)]
    kept = reading.by_ids

    def without_the_first(session: Any, ids: list[Any]) -> Any:
        return [one for one in kept(session, ids) if one.id not in ids[:3]]

    monkeypatch.setattr(reading, "by_ids", without_the_first)
    left = [one.findtext(f"{ATOM}id") for one in entries(client, ALL)]
    assert set(left) < set(found)
    assert found[-1] in left


@pytest.mark.parametrize("cursor", ["x", "WyIxIl0", "WyItMSIsIjIwMjYtMDEtMDEiLCJ6Il0"])
def test_a_foreign_place_in_a_feed_is_refused(client: TestClient, cursor: str) -> None:
    for address in (OWN, ALL):
        assert client.get(f"{address}?cursor={cursor}").status_code == 422
