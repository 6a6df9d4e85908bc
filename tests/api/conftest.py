"""A service shared by the tests of a module, in the process or behind a real server."""

import socket
from collections.abc import Iterator
from threading import Thread
from time import sleep

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.conftest import PASSWORD, Store
from tests.operations import Service


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_app(
    request: pytest.FixtureRequest,
    stores: dict[str, Store],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[FastAPI]:
    """The application over the demonstration, on each engine, for a whole module."""
    store = stores[request.param]
    url = store.make("demo")
    folder = tmp_path_factory.mktemp("shared")
    yield create_app(Settings(data_dir=folder, database_url=url, demo_password=PASSWORD))  # type: ignore[arg-type]  # pydantic makes the secret
    store.drop(url)


@pytest.fixture(scope="module")
def service(shared_app: FastAPI) -> Iterator[Service]:
    """The service of a module, and its accounts."""
    with TestClient(shared_app, raise_server_exceptions=False) as client:
        yield Service(client, shared_app)


@pytest.fixture(scope="module")
def port(shared_app: FastAPI) -> Iterator[int]:
    """The port of a real server over the same application, on the loopback."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        shared_app,
        log_level="critical",
        access_log=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, args=([listening],))
    thread.start()
    while not server.started:
        sleep(0.01)
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(timeout=15)
    listening.close()
    assert not thread.is_alive()
