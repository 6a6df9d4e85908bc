"""Being connected: cookies that scripts can't read, one renewal for several requests, a way out."""

from collections.abc import Callable, Coroutine
from typing import Any

import anyio
import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

import web.app
from tests.conftest import PASSWORD
from tests.web.browsing import Browser
from web.client import Api, load_document
from web.security import safe_path
from web.session import Caller, Renewals, Session, SignInNeededError
from web.settings import WebSettings

FORM = {"username": "pilot@demo.example", "password": PASSWORD}


@pytest.mark.parametrize(
    ("site_url", "prefix"), [("http://testserver", ""), ("https://testserver", "__Host-")]
)
def test_tokens_stand_in_cookies_that_scripts_cannot_read(
    service: FastAPI, site_url: str, prefix: str
) -> None:
    settings = WebSettings(api_url="http://testserver", site_url=site_url)
    app = web.app.create_app(settings, httpx.ASGITransport(app=service))
    with TestClient(app, base_url=site_url, follow_redirects=False) as client:
        answer = client.post("/connexion", data=FORM)
    assert answer.status_code == 303
    cookies = {one.partition("=")[0]: one for one in answer.headers.get_list("set-cookie")}
    assert set(cookies) == {f"{prefix}access", f"{prefix}refresh"}
    for cookie in cookies.values():
        assert "; HttpOnly" in cookie
        assert "; SameSite=Lax" in cookie
        assert "; Path=/" in cookie
        assert "Domain" not in cookie
        assert ("; Secure" in cookie) is bool(prefix)


def test_a_wrong_password_says_so_and_keeps_the_address(browser: Browser) -> None:
    form = FORM | {"password": "wrong-wrong-wrong"}
    page = browser.open("/connexion").submit("main form", **form)
    assert page.status == 401
    assert "incorrect" in page.one("[role=alert]").get_text()
    assert page.one("#username")["value"] == FORM["username"]
    assert "wrong-wrong-wrong" not in page.text


def test_one_comes_back_where_one_wanted_to_go(browser: Browser) -> None:
    asked = browser.open("/marches?q=nettoyage")
    assert asked.address.startswith("http://testserver/connexion?suite=")
    page = asked.submit("main form", **FORM)
    assert page.address == "http://testserver/marches?q=nettoyage"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "/ok\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "marches",
        "",
        None,
    ],
)
def test_nobody_is_sent_to_another_site(target: str | None) -> None:
    assert safe_path(target) == "/"


@pytest.mark.parametrize("target", ["/", "/marches?q=a//b", "/schemas/x#axe-2"])
def test_a_path_of_the_site_is_kept(target: str) -> None:
    assert safe_path(target) == target


def test_going_out_revokes_the_session(pilot: Browser, service: FastAPI) -> None:
    token = pilot.client.cookies["refresh"]
    page = pilot.open("/").submit('form[action="/deconnexion"]')
    assert "Vous êtes déconnecté." in page.words
    assert "refresh" not in pilot.client.cookies
    with TestClient(service) as api:
        answer = api.post("/api/v1/tokens/refresh", json={"refresh_token": token})
    assert answer.status_code == 401


def test_an_access_token_that_ended_is_renewed_unseen(pilot: Browser) -> None:
    before = pilot.client.cookies["refresh"]
    for stale in (None, "not-a-token"):
        del pilot.client.cookies["access"]
        if stale is not None:
            pilot.client.cookies.set("access", stale, domain="testserver.local", path="/")
        assert pilot.open("/marches").title == "Marchés – Spaser"
    assert pilot.client.cookies["refresh"] != before


def test_a_session_that_ended_asks_who_is_there(pilot: Browser) -> None:
    pilot.client.cookies.clear()
    pilot.client.cookies.set("refresh", "used", domain="testserver.local", path="/")
    assert pilot.open("/marches").address.startswith("http://testserver/connexion?suite=")
    assert "refresh" not in pilot.client.cookies


Recorded = Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


class Tokens:
    """An API that only renews, and counts."""

    def __init__(self, status: int = 200) -> None:
        self.asked = 0
        self.status = status

    async def __call__(self, _request: httpx.Request) -> httpx.Response:
        self.asked += 1
        await anyio.sleep(0.01)
        number = self.asked
        pair = {"access_token": f"a{number}", "refresh_token": f"r{number}", "expires_in": 900}
        return httpx.Response(self.status, json=pair)


def renewing(tokens: Recorded, work: Callable[[Renewals], Any]) -> Any:
    """Run something over the renewals of a recorded API."""

    async def running() -> Any:
        transport = httpx.MockTransport(tokens)
        async with httpx.AsyncClient(base_url="http://api", transport=transport) as http:
            return await work(Renewals(Api(load_document(), http)))

    return anyio.run(running)


def test_requests_sent_together_share_one_renewal() -> None:
    async def together(renewals: Renewals) -> list[str]:
        found: list[str] = []

        async def one() -> None:
            pair = await renewals.renew("r0")
            assert pair is not None
            found.append(pair["access_token"])

        async with anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(one)
        return found

    tokens = Tokens()
    assert renewing(tokens, together) == ["a1"] * 8
    assert tokens.asked == 1


def test_calls_of_one_page_share_one_renewal() -> None:
    session = Session({"refresh": "r0"})

    async def together(renewals: Renewals) -> None:
        caller = Caller(renewals._api, session, renewals)
        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(caller.call, "list_schemes")

    tokens = Tokens()
    renewing(tokens, together)
    assert session.get("access") == "a1"
    assert session.get("refresh") == "r1"
    assert tokens.asked == 5


def test_a_call_refused_late_takes_the_session_renewed_meanwhile() -> None:
    session = Session({"access": "a0", "refresh": "r0"})
    tokens = Tokens()
    late: list[httpx.Request] = []

    async def refusing(request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") == "Bearer a0":
            late.append(request)
            await anyio.sleep(0.1 * (len(late) - 1))
            problem = {"content-type": "application/problem+json"}
            return httpx.Response(401, content=b"{}", headers=problem)
        return await tokens(request)

    async def together(renewals: Renewals) -> None:
        caller = Caller(renewals._api, session, renewals)
        async with anyio.create_task_group() as group:
            for _ in range(2):
                group.start_soon(caller.call, "list_schemes")

    renewing(refusing, together)
    assert session.get("refresh") == "r1"


def test_nobody_connected_is_said_before_the_api_is_asked() -> None:
    async def alone(renewals: Renewals) -> None:
        with pytest.raises(SignInNeededError):
            await Caller(renewals._api, Session({}), renewals).call("list_schemes")

    tokens = Tokens()
    renewing(tokens, alone)
    assert tokens.asked == 0


def test_the_organisation_chosen_stays_chosen(pilot: Browser) -> None:
    home = pilot.open("/")
    names = [one.get_text() for one in home.soup.select("#organisation-choisie option")]
    assert len(names) == 2
    page = home.submit('form[action="/organisation"]', siret="24620036400080")
    assert "Lens-Liévin" in page.one("h1").get_text()
    assert "Lens-Liévin" in pilot.open("/publications").words


def test_an_organisation_of_others_is_not_chosen(pilot: Browser) -> None:
    home = pilot.open("/")
    page = home.submit('form[action="/organisation"]', siret="00000059600015")
    assert page.one("h1").get_text() == home.one("h1").get_text()
