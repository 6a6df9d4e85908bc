"""The world of the oracle in a service, made once for each engine and worker."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.conftest import PASSWORD, Store
from tests.operations import Service
from tests.oracle.asking import load


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def asked(
    request: pytest.FixtureRequest,
    stores: dict[str, Store],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    """A service that holds the oracle's world; its tests read only."""
    store = stores[request.param]
    url = store.make("demo")
    folder = tmp_path_factory.mktemp("oracle")
    app = create_app(Settings(data_dir=folder, database_url=url, demo_password=SecretStr(PASSWORD)))
    with TestClient(app, raise_server_exceptions=False) as client:
        service = Service(client, app)
        load(service)
        yield service
    store.drop(url)
