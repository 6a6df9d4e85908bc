"""What is sent to data.gouv.fr, and what its answers mean: its own shapes, replayed here."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import Session, col

from api.access.service import by_siret
from api.kit.audit import AuditEvent
from api.kit.db import Engines
from api.publication import portal
from api.publication.models import Platform, PublicationSettings
from api.publication.portal import NotPushed, Pushed
from api.publication.store import Store
from api.settings import Settings
from tests.conftest import DEMONSTRATION, LENS_LIEVIN

SITE = "https://achats.example"
FOLDER = "/api/1/datasets/marches-x/"
NAME = "decp-marches.json"
ADDRESS = f"{SITE}/opendata/{LENS_LIEVIN}/{NAME}"
Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def store(settings: Settings, engines: Engines) -> Store:
    """The files of a real buyer, one dataset of which is on the portal."""
    say(engines, LENS_LIEVIN, portal_contracts="marches-x")
    return Store.of(engines, settings)


def say(engines: Engines, siret: str, **said: Any) -> None:
    with Session(engines.write) as session, session.begin():
        buyer = by_siret(session, siret)
        assert buyer is not None
        session.merge(PublicationSettings(organisation_id=buyer.id, **said))


class Portal:
    """The portal as its API answers: one dataset and its resources."""

    def __init__(self, *resources: dict[str, Any]) -> None:
        self.resources = list(resources)
        self.seen: list[tuple[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["x-api-key"] == "clef"
        self.seen.append((request.method, request.url.path))
        if request.method == "GET":
            body = {"id": "65f0", "slug": "marches-x", "resources": self.resources}
            return httpx.Response(200, json=body)
        sent = json.loads(request.content)
        if request.method == "POST":
            made = sent | {"id": "a1b2"}
            self.resources.append(made)
            return httpx.Response(201, json=made)
        key = request.url.path.split("/")[-2]
        (one,) = (one for one in self.resources if one["id"] == key)
        one |= sent
        return httpx.Response(200, json=one)


def pushed(store: Store, handler: Handler, siret: str = LENS_LIEVIN) -> list[Pushed]:
    given = Settings(portal_token=SecretStr("clef"))
    with portal.client(given, httpx.MockTransport(handler)) as http:
        return portal.push(store, http, siret, SITE)


def test_a_file_is_told_once_then_found_again(store: Store) -> None:
    there = Portal({"id": "z", "url": "https://ailleurs.example/x.json", "checksum": None})
    assert pushed(store, there) == [Pushed(NAME, "created")]
    assert there.seen == [("GET", FOLDER), ("POST", f"{FOLDER}resources/")]
    told = there.resources[-1]
    file = store.folder / told["checksum"]["value"]
    assert (told["url"], told["filetype"], told["format"]) == (ADDRESS, "remote", "json")
    assert told["checksum"]["type"] == "sha256"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == told["checksum"]["value"]
    assert told["filesize"] == file.stat().st_size
    assert pushed(store, there) == [Pushed(NAME, "same")]
    assert there.seen[2:] == [("GET", FOLDER)]
    assert len(there.resources) == 2


def test_a_file_that_changed_replaces_the_one_of_the_same_address(store: Store) -> None:
    there = Portal({"id": "old", "url": ADDRESS, "checksum": {"type": "sha256", "value": "x"}})
    assert pushed(store, there) == [Pushed(NAME, "replaced")]
    assert there.seen[-1] == ("PUT", f"{FOLDER}resources/old/")
    (one,) = there.resources
    assert one["checksum"]["value"] != "x"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (httpx.Response(401, json={"message": "Invalid API Key"}), "ne reconnaît pas la clé"),
        (httpx.Response(403), "n’est pas membre"),
        (httpx.Response(404), "ne connaît pas ce jeu"),
        (httpx.Response(410), "a supprimé ce jeu"),
        (httpx.Response(429), "patienter"),
        (httpx.Response(502, html="<h1>Bad gateway</h1>"), "en panne"),
        (httpx.Response(302, headers={"location": "https://x.example"}), "imprévue (302)"),
        (httpx.Response(200, html="<h1>Maintenance</h1>"), "imprévue (200)"),
        (httpx.Response(200, json=[]), "imprévue (200)"),
    ],
)
def test_a_refusal_says_what_to_do(store: Store, answer: httpx.Response, words: str) -> None:
    (one,) = pushed(store, lambda _request: answer)
    assert one.outcome == "refused"
    assert words in one.refusal


def test_a_portal_that_is_away_blocks_nothing(store: Store, engines: Engines) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("away", request=request)

    (one,) = pushed(store, away)
    assert "ne répond pas" in one.refusal
    with Session(engines.read) as session:
        event = session.scalars(
            sa.select(AuditEvent).order_by(col(AuditEvent.id).desc()).limit(1)
        ).one()
    assert event.action == "publication.pushed"
    assert event.details == {"files": [[NAME, "refused"]]}


@pytest.mark.parametrize(
    ("siret", "said", "words"),
    [
        (DEMONSTRATION, {"portal_contracts": "x"}, "inventées"),
        (LENS_LIEVIN, {}, "Dites d’abord"),
        (
            LENS_LIEVIN,
            {"portal_contracts": "x", "published_by": Platform.PES},
            "déjà publiées par le PES",
        ),
    ],
)
def test_nothing_is_sent_that_should_not_be(
    store: Store, engines: Engines, siret: str, said: dict[str, Any], words: str
) -> None:
    say(engines, siret, **({"portal_contracts": None} | said))
    there = Portal()
    with pytest.raises(NotPushed, match=words):
        pushed(store, there, siret)
    assert there.seen == []


def test_nothing_is_sent_without_a_key_nor_from_a_private_address(store: Store) -> None:
    with pytest.raises(NotPushed, match="SPASER_PORTAL_TOKEN"):
        portal.client(Settings())
    given = Settings(portal_token=SecretStr("clef"))
    with (
        portal.client(given, httpx.MockTransport(Portal())) as http,
        pytest.raises(NotPushed, match="SPASER_SITE_URL"),
    ):
        portal.push(store, http, LENS_LIEVIN, "http://localhost:8000")
