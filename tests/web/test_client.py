"""The client of the API: values go where the document says, refusals speak, silence is told."""

import json
from collections.abc import Callable
from typing import Any

import anyio
import httpx
import pytest

from web.client import Answer, Api, ApiAway, ApiProblem, load_document

DOCUMENT: dict[str, Any] = {
    "paths": {
        "/things": {
            "get": {
                "operationId": "list_things",
                "parameters": [{"name": "q", "in": "query"}, {"name": "limit", "in": "query"}],
            },
            "post": {
                "operationId": "create_thing",
                "parameters": [{"name": "Idempotency-Key", "in": "header"}],
            },
        },
        "/things/{thing_id}": {
            "parameters": [{"name": "thing_id", "in": "path"}],
            "patch": {
                "operationId": "change_thing",
                "parameters": [{"name": "if-match", "in": "header"}],
            },
            "get": {"operationId": "read_thing"},
        },
    }
}
Handler = Callable[[httpx.Request], httpx.Response]


def call(handler: Handler, operation: str, **values: Any) -> Answer:
    """Call an operation of the document on a recorded API."""

    async def calling() -> Answer:
        transport = httpx.MockTransport(handler)
        async with httpx.AsyncClient(base_url="http://api", transport=transport) as http:
            return await Api(DOCUMENT, http).call(operation, **values)

    return anyio.run(calling)


def recorded(status: int = 200, **content: Any) -> tuple[list[httpx.Request], Handler]:
    """An API that keeps what it is asked and always answers the same."""
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status, **(content or {"json": {}}))

    return asked, handler


def test_each_value_goes_where_the_document_places_it() -> None:
    asked, handler = recorded()
    call(
        handler,
        "change_thing",
        thing_id="a/b",
        if_match='"3"',
        content={"json": {"name": "é"}},
        token="secret-token",
    )
    request = asked[0]
    assert request.method == "PATCH"
    assert request.url.raw_path == b"/things/a%2Fb"
    assert request.headers["if-match"] == '"3"'
    assert request.headers["authorization"] == "Bearer secret-token"
    assert json.loads(request.content) == {"name": "é"}


def test_what_is_none_is_left_out() -> None:
    asked, handler = recorded()
    call(handler, "list_things", q=None, limit=5)
    assert str(asked[0].url) == "http://api/things?limit=5"


@pytest.mark.parametrize(
    ("operation", "values"), [("list_thingz", {}), ("list_things", {"colour": "red"})]
)
def test_what_the_document_ignores_is_a_mistake_of_ours(
    operation: str, values: dict[str, str]
) -> None:
    asked, handler = recorded()
    with pytest.raises(TypeError):
        call(handler, operation, **values)
    assert asked == []


def test_a_problem_is_carried_whole() -> None:
    body = {
        "type": "invalid",
        "title": "Saisie à corriger",
        "status": 422,
        "detail": "Corrigez.",
        "errors": [{"loc": ["body", "name"], "message": "est obligatoire."}],
    }
    headers = {"content-type": "application/problem+json"}
    _, handler = recorded(422, content=json.dumps(body).encode(), headers=headers)
    with pytest.raises(ApiProblem) as caught:
        call(handler, "create_thing", content={"json": {}})
    assert (caught.value.status, caught.value.type) == (422, "invalid")
    assert caught.value.errors == body["errors"]


def test_an_answer_that_is_not_of_the_api_is_an_absence() -> None:
    _, handler = recorded(502, text="<html>Bad gateway</html>")
    with pytest.raises(ApiAway):
        call(handler, "list_things")


def failing(times: int, error: type[httpx.TransportError]) -> tuple[list[str], Handler]:
    """An API that fails to answer some times, then answers."""
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        if len(asked) <= times:
            raise error("away")
        return httpx.Response(200, json={"ok": True}, headers={"etag": '"7"'})

    return asked, handler


def test_a_reading_is_asked_once_more_when_the_connection_died() -> None:
    asked, handler = failing(1, httpx.ReadError)
    answer = call(handler, "list_things")
    assert answer == Answer({"ok": True}, '"7"')
    assert asked == ["GET", "GET"]


def test_a_reading_is_not_asked_for_ever() -> None:
    asked, handler = failing(9, httpx.ConnectError)
    with pytest.raises(ApiAway):
        call(handler, "list_things")
    assert asked == ["GET", "GET"]


def test_a_change_is_never_sent_twice() -> None:
    asked, handler = failing(1, httpx.ReadError)
    with pytest.raises(ApiAway):
        call(handler, "create_thing", content={"json": {}})
    assert asked == ["POST"]


def test_a_slow_api_is_away_and_not_asked_again() -> None:
    asked, handler = failing(1, httpx.ReadTimeout)
    with pytest.raises(ApiAway):
        call(handler, "list_things")
    assert asked == ["GET"]


def test_the_document_of_this_version_is_found() -> None:
    assert load_document()["info"]["title"] == "Spaser"
