"""A service shared by the tests of a module, in the process or behind a real server."""

import socket
from collections.abc import Iterator
from datetime import date
from threading import Thread
from time import sleep

import pytest
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from sqlmodel import Session
from starlette.testclient import TestClient

from api.access.models import Mandate, Membership, Organisation, OrganisationKind, Person
from api.access.permissions import Role
from api.access.service import by_siret
from api.app import create_app
from api.kit.db import create_engines
from api.kit.passwords import hash_password
from api.settings import Settings
from tests.cases.access import OTHER_FACILITATOR
from tests.conftest import OCDS_PREFIX, OTHER, PASSWORD, Store
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
    _second_facilitator(url)
    folder = tmp_path_factory.mktemp("shared")
    app = create_app(
        Settings(
            data_dir=folder,
            database_url=url,
            demo_password=SecretStr(PASSWORD),
            ocds_prefix=OCDS_PREFIX,
        )
    )
    yield app
    # Some modules read its database and never start it.
    app.state.engines.dispose()
    store.drop(url)


def _second_facilitator(url: str) -> None:
    """Another facilitator, mandated by the other buyer, so that foreign things exist."""
    engines = create_engines(url, 4)
    with Session(engines.write) as session, session.begin():
        organisation = Organisation(
            siret=OTHER_FACILITATOR,
            name="Autre maison de l’emploi",
            kind=OrganisationKind.FACILITATOR,
            fictitious=True,
        )
        person = Person(
            email="other-facilitator@demo.example",
            name="Compte d’un autre facilitateur",
            password_hash=hash_password(PASSWORD),
        )
        buyer = by_siret(session, OTHER)
        assert buyer is not None
        session.add_all([organisation, person])
        session.flush()
        session.add_all(
            [
                Membership(
                    person_id=person.id,
                    organisation_id=organisation.id,
                    role=Role.FACILITATOR,
                ),
                Mandate(
                    buyer_id=buyer.id,
                    facilitator_id=organisation.id,
                    starts_on=date(2023, 1, 1),
                ),
            ]
        )
    engines.dispose()


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
