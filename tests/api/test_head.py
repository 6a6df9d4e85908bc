"""HEAD is answered wherever anyone may GET, and by both feeds: the same headers, and no body."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import APIRoute

from api.publication import publishing
from api.publication.store import Store
from tests.operations import OPERATIONS, Service, parameters

FEED = "/api/v1/contracts/feed"
# They move from one answer to the next, or are the server's own.
MOVING = ("date", "content-length", "transfer-encoding")


def addresses(service: Service) -> Iterator[str]:
    """Every address that answers GET without a token."""
    public = {
        service.addresses[name][1]
        for name, one in OPERATIONS.items()
        if one.right == "public" and service.addresses[name][0] in ("get", "GET")
    }
    things = {**parameters(service.things()), "page": 1, "year": 2024}
    yield from (path.format(**things) for path in sorted(public))
    # What the description leaves out: itself and its page.
    yield from ("/api/openapi.json", "/api/docs", "/api/docs/start.js")


def test_the_addresses_are_all_those_that_anyone_may_read(service: Service) -> None:
    waiting, found = list(service.app.routes), set()
    while waiting:
        route = waiting.pop()
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
            found.add(route.path)
        waiting += getattr(getattr(route, "original_router", None), "routes", [])
    opened = {path for path in found if path.startswith("/opendata/")}
    public = {
        service.addresses[name][1] for name, one in OPERATIONS.items() if one.right == "public"
    }
    assert opened
    assert opened <= public


def test_head_answers_as_get_does_without_a_body(service: Service, port: int) -> None:
    state = service.app.state
    # The catalogue tells of files once they are written: it would change between the two.
    publishing.publish(Store.of(state.engines, state.settings))
    walked = list(addresses(service))
    assert len(walked) > 30
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=False) as http:
        for address in walked:
            _same(http, address, {})
        _same(http, FEED, service.as_("pilot"))


def _same(http: httpx.Client, address: str, headers: dict[str, str]) -> None:
    whole = http.get(address, headers=headers)
    alone = http.head(address, headers=headers)
    assert whole.status_code in (200, 404), address
    assert (alone.status_code, alone.content) == (whole.status_code, b""), address
    shown = [
        {name: value for name, value in one.headers.items() if name not in MOVING}
        for one in (whole, alone)
    ]
    assert shown[0] == shown[1], address


@pytest.mark.parametrize("address", ["/opendata/feed", "/opendata/publishers", "/api/docs"])
def test_the_service_itself_sends_no_body_to_head(service: Service, address: str) -> None:
    answer = service.client.head(address)
    assert (answer.status_code, answer.content) == (200, b"")
