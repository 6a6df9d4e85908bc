"""When the API is away or refuses, the site stands, says so, and gives back what was typed."""

import json
from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

import web.app
from tests.conftest import PASSWORD
from tests.web.browsing import Browser
from tests.web.conftest import ADDRESS
from web.settings import WebSettings


class Cable(httpx.AsyncBaseTransport):
    """The way to the API, which can be cut."""

    def __init__(self, service: FastAPI) -> None:
        inner = httpx.ASGITransport(app=service, raise_app_exceptions=False)
        self.inner: httpx.AsyncBaseTransport = inner
        self.cut: Callable[[httpx.Request], bool] = lambda _request: False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on, unless the cable is cut for it."""
        if self.cut(request):
            raise httpx.ConnectError("cut")
        return await self.inner.handle_async_request(request)


@pytest.fixture
def cable(service: FastAPI) -> Cable:
    """The cable between the site and the API."""
    return Cable(service)


@pytest.fixture
def visitor(cable: Cable) -> Iterator[Browser]:
    """A browser in front of the site at the end of that cable."""
    app = web.app.create_app(WebSettings(api_url=ADDRESS, site_url=ADDRESS), cable)
    with TestClient(app, base_url=ADDRESS) as client:
        yield Browser(client)


@pytest.fixture
def writer(visitor: Browser) -> Browser:
    """The pilot, connected."""
    form = {"username": "pilot@demo.example", "password": PASSWORD}
    visitor.open("/connexion").submit("main form", **form)
    return visitor


@pytest.mark.parametrize("path", ["/", "/donnees-ouvertes", "/accessibilite", "/connexion"])
def test_public_pages_stand_without_the_api(visitor: Browser, cable: Cable, path: str) -> None:
    cable.cut = lambda _request: True
    assert visitor.open(path).status == 200


def test_a_private_page_without_the_api_says_to_wait(writer: Browser, cable: Cable) -> None:
    cable.cut = lambda _request: True
    page = writer.open("/marches")
    assert page.status == 503
    assert "Que faire" in page.words
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_was_typed_while_the_api_is_away_can_be_sent_again(
    writer: Browser, cable: Cable, method: str
) -> None:
    form = writer.open("/marches/nouveau")
    cable.cut = lambda request: method in ("GET", request.method)
    page = form.submit(
        "form.long-form",
        reference="2026-P1",
        subject="Un « objet » & <b>plus</b>",
        techniques=["Concours", "Accord-cadre"],
    )
    assert page.status == 503
    assert "Un « objet » & <b>plus</b>" in page.words
    cable.cut = lambda _request: False
    saved = page.submit("main form")
    assert "Le marché est enregistré." in saved.words
    assert saved.one("h1").get_text().replace("\u00a0", " ") == "Un « objet » & <b>plus</b>"
    assert "Concours" in saved.words


def test_a_session_that_ended_while_typing_loses_nothing(writer: Browser) -> None:
    form = writer.open("/marches/nouveau")
    writer.client.cookies.clear()
    page = form.submit("form.long-form", reference="2026-P2", subject="Gardé")
    assert page.status == 401
    credentials = {"username": "pilot@demo.example", "password": PASSWORD}
    writer.open("/connexion").submit("main form", **credentials)
    saved = page.submit("main form")
    assert saved.one("h1").get_text() == "Gardé"


def test_connecting_while_the_api_is_away_keeps_the_address(visitor: Browser, cable: Cable) -> None:
    form = visitor.open("/connexion")
    cable.cut = lambda _request: True
    page = form.submit("main form", username="pilot@demo.example", password=PASSWORD)
    assert page.status == 503
    assert page.one("#username")["value"] == "pilot@demo.example"
    assert PASSWORD not in page.text


def test_going_out_works_without_the_api(writer: Browser, cable: Cable) -> None:
    home = writer.open("/")
    cable.cut = lambda _request: True
    home.submit('form[action="/deconnexion"]')
    assert "refresh" not in writer.client.cookies


def test_an_incident_of_the_api_is_told_with_its_number(visitor: Browser, cable: Cable) -> None:
    problem = {"type": "internal", "title": "Erreur interne", "status": 500, "errors": []}
    detail = "Une erreur imprévue s’est produite. Signalez-la avec le numéro 0123456789ab."

    def broken(_request: httpx.Request) -> httpx.Response:
        headers = {"content-type": "application/problem+json"}
        return httpx.Response(
            500, content=json.dumps(problem | {"detail": detail}), headers=headers
        )

    cable.inner = httpx.MockTransport(broken)
    visitor.client.cookies.set("access", "x", domain="testserver.local", path="/")
    page = visitor.open("/marches")
    assert page.status == 500
    assert "0123456789ab" in page.words


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST"])
def test_a_wrong_method_is_a_page_of_ours(visitor: Browser, method: str) -> None:
    answer = visitor.client.request(method, "/donnees-ouvertes")
    assert answer.status_code == 405
    assert "Que faire" in answer.text
