"""Every answer carries its armour, and no other site can make a browser change anything."""

from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

import web.app
from api.kit.boundary import Boundary
from tests.web.browsing import Browser, plain
from web.security import POLICY, same_site
from web.settings import WebSettings

ORIGIN = "https://achats.example"


@pytest.mark.parametrize(
    ("method", "headers", "passes"),
    [
        ("GET", {"sec-fetch-site": "cross-site"}, True),
        ("POST", {"sec-fetch-site": "same-origin"}, True),
        ("POST", {"sec-fetch-site": "none"}, True),
        ("POST", {"sec-fetch-site": "same-site"}, False),
        ("POST", {"sec-fetch-site": "cross-site"}, False),
        ("POST", {"sec-fetch-site": ""}, False),
        ("DELETE", {"sec-fetch-site": "cross-site"}, False),
        ("POST", {"origin": ORIGIN}, True),
        ("POST", {"origin": "https://evil.example"}, False),
        ("POST", {"origin": "http://achats.example"}, False),
        ("POST", {"origin": "null"}, False),
        ("POST", {"sec-fetch-site": "cross-site", "origin": ORIGIN}, False),
        ("POST", {}, True),
    ],
)
def test_only_our_pages_change_something(
    method: str, headers: dict[str, str], passes: bool
) -> None:
    assert same_site(method, Headers(headers), ORIGIN) is passes


def test_another_site_is_refused_before_anything_happens(pilot: Browser) -> None:
    answer = pilot.client.post("/deconnexion", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "autre site" in answer.text
    assert pilot.open("/marches").title == "Marchés – Spaser"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/connexion",
        "/rien",
        "/donnees-ouvertes",
        "/robots.txt",
        "/static/spaser.css",
        "/static/nothing.css",
        "/marches",
    ],
)
def test_every_answer_is_armoured(browser: Browser, path: str) -> None:
    answer = browser.client.get(path, follow_redirects=False)
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert "strict-transport-security" not in answer.headers


def test_the_policy_lets_nothing_inline_in() -> None:
    assert "unsafe" not in POLICY
    assert POLICY.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in POLICY


def test_a_failure_is_a_page_of_ours_with_a_number(site: Starlette) -> None:
    async def broken(_request: Request) -> Response:
        raise RuntimeError("secret detail")

    site.router.add_route("/casse", broken)
    with TestClient(site, raise_server_exceptions=False) as client:
        answer = client.get("/casse")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == POLICY
    assert "Numéro d’incident" in answer.text
    assert "secret detail" not in answer.text


def test_over_https_browsers_are_told_to_stay_there(service: FastAPI) -> None:
    settings = WebSettings(api_url="http://api", site_url=ORIGIN)
    app = web.app.create_app(settings, httpx.ASGITransport(app=service))
    with TestClient(app, base_url=ORIGIN) as client:
        assert "max-age=31536000" in client.get("/").headers["strict-transport-security"]
        refused = client.post("/deconnexion", headers={"Origin": "http://achats.example"})
        assert refused.status_code == 403


def test_private_pages_are_not_kept_and_hashed_files_are(pilot: Browser) -> None:
    page = pilot.open("/marches")
    assert page.headers["cache-control"] == "no-store"
    assert "HX-Request" in page.headers["vary"]
    style = next(
        one["href"] for one in page.soup.select("link[rel=stylesheet]") if "spaser" in one["href"]
    )
    assert "?v=" in style
    assert "immutable" in pilot.open(str(style)).headers["cache-control"]
    assert pilot.open("/static/spaser.css").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_over_the_limit_is_refused(
    connected: Callable[[str], Browser], declared: bool
) -> None:
    client = connected("pilot").client
    body = b"subject=" + b"a" * (1024 * 1024)
    content = body if declared else (body[i : i + 65536] for i in range(0, len(body), 65536))
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/marches/nouveau", content=content, headers=headers)
    assert answer.status_code == 413
    assert "volumineux" in answer.text


def test_a_file_may_be_larger_than_a_form(service: FastAPI) -> None:
    settings = WebSettings(api_url="http://api", site_url="http://testserver", upload_limit=4096)
    app = web.app.create_app(settings, httpx.ASGITransport(app=service))
    with TestClient(app) as client:
        answer = client.post("/imports", files={"file": ("a.json", b" " * 200_000)})
    assert answer.status_code == 413


def test_a_file_too_large_says_the_limit_and_the_command_that_has_none(service: FastAPI) -> None:
    limit = 2 * 1024 * 1024
    settings = WebSettings(api_url="http://api", site_url="http://testserver", upload_limit=limit)
    app = web.app.create_app(settings, httpx.ASGITransport(app=service))
    with TestClient(app) as client:
        answer = client.post("/imports", files={"file": ("a.json", b" " * 2 * limit)})
    words = plain(answer.text)
    assert "L’envoi dépasse 2 Mo, la taille que le site reçoit à cette adresse." in words
    assert "« spaser import FICHIER »" in words


def test_a_limit_under_a_megabyte_is_told_in_kilobytes(service: FastAPI) -> None:
    settings = WebSettings(api_url="http://api", site_url="http://testserver", upload_limit=4096)
    app = web.app.create_app(settings, httpx.ASGITransport(app=service))
    with TestClient(app) as client:
        answer = client.post("/imports", files={"file": ("a.json", b" " * 200_000)})
    assert "L’envoi dépasse 68 ko" in plain(answer.text)


def test_a_file_that_the_api_refuses_is_told_the_limit_of_the_api(
    service: FastAPI, connected: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    (wall,) = (one for one in service.user_middleware if one.cls is Boundary)
    limits = wall.kwargs["limits"]
    assert isinstance(limits, dict)
    monkeypatch.setitem(limits, "/api/v1/imports", 100 * 1024)
    form = "form[enctype='multipart/form-data']"
    file = {"file": ("a.json", b" " * 200_000, "application/json")}
    words = connected("pilot").open("/imports").submit(form, file).words
    assert "L’envoi dépasse 100 ko, la taille permise à cette adresse." in words
    assert "« spaser import FICHIER »" in words
