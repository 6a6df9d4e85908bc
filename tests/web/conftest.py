"""The site over the real API, both in this process, and a browser without JavaScript in front."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.testclient import TestClient

import web.app
from api.app import create_app
from api.settings import Settings
from tests.conftest import PASSWORD, Store
from tests.web.browsing import Browser
from tests.web.clause_world import World, world_of
from web.settings import WebSettings

ADDRESS = "http://testserver"


@pytest.fixture(scope="session")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Where SQLite databases are made: the site never sees which engine there is."""
    return Store(tmp_path_factory.mktemp("site"))


@pytest.fixture
def service(sqlite_store: Store, tmp_path: Path) -> Iterator[FastAPI]:
    """The API over a demonstration of its own."""
    url = sqlite_store.make("demo")
    app = create_app(
        Settings(data_dir=tmp_path, database_url=url, demo_password=SecretStr(PASSWORD))
    )
    yield app
    app.state.engines.dispose()
    sqlite_store.drop(url)


@pytest.fixture
def site(service: FastAPI) -> Starlette:
    """The site, which reaches that API as over the network."""
    transport = httpx.ASGITransport(app=service, raise_app_exceptions=False)
    return web.app.create_app(WebSettings(api_url=ADDRESS, site_url=ADDRESS), transport)


@pytest.fixture
def browser(site: Starlette) -> Iterator[Browser]:
    """A browser with no JavaScript, not connected."""
    with TestClient(site, base_url=ADDRESS, follow_redirects=True) as client:
        yield Browser(client)


@pytest.fixture
def connected(browser: Browser) -> Callable[[str], Browser]:
    """The browser, once a demonstration account is connected: ``connected("reader")``."""

    def connect(account: str) -> Browser:
        form = {"username": f"{account}@demo.example", "password": PASSWORD}
        page = browser.open("/connexion").submit("main form", **form)
        assert page.status == 200, page.text
        return browser

    return connect


@pytest.fixture
def pilot(connected: Callable[[str], Browser]) -> Browser:
    """The browser of the pilot of the demonstration buyers."""
    return connected("pilot")


@pytest.fixture
def world(service: FastAPI) -> Iterator[World]:
    """A clause that the demonstration facilitator follows, and the API that made it."""
    with TestClient(service) as client:
        yield world_of(client, service)
