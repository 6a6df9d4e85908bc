"""Who harvests the catalogue never waits for the files to be written."""

import socket
from collections.abc import Iterable, Iterator
from http.client import HTTPResponse
from threading import Event

import pytest

from api.publication.catalogue import routes
from api.publication.store import Store
from tests.operations import Service

pytestmark = pytest.mark.parametrize("shared_app", ["sqlite"], indirect=True)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Writing ahead begins when a reader comes, and lasts until this is set."""
    done = Event()

    def without_end(_store: Store, wanted: Iterable[tuple[str, str]]) -> None:
        assert list(wanted)
        assert done.wait(timeout=60)

    monkeypatch.setattr(routes, "write_ahead", without_end)
    yield done
    done.set()


def get(wire: socket.socket, address: str) -> HTTPResponse:
    """An answer on a connection that stays open."""
    wire.sendall(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    answer = HTTPResponse(wire, method="GET")
    answer.begin()
    return answer


def test_a_portal_reads_the_catalogue_while_nothing_is_written_yet(
    service: Service, port: int, written: Event
) -> None:
    del service
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        for ending in ("ttl", "jsonld", "rdf"):
            answer = get(wire, f"/opendata/catalog.{ending}")
            assert answer.status == 200
            assert b"dcat" in answer.read()
        # Nor does who comes after it on the same connection, nor for anything else.
        live = get(wire, "/api/health/live")
        assert (live.status, live.read() != b"") == (200, True)
    assert not written.is_set()
