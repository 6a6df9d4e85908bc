"""No value of any field or parameter breaks the service: a sweep made from the OpenAPI document.

Against a real server, on one connection kept open: no answer of 500 or more, each refusal a
problem, the value never repeated, the next request answered.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.conftest import Headers
from tests.described import description, documented
from tests.hostile import (
    BODIES,
    CONTENT_TYPES,
    CURSORS,
    GRAVE_JSON,
    GRAVE_TEXTS,
    JSON,
    TEXTS,
    Wire,
    complaint,
)
from tests.operation import Things
from tests.operations import OPERATIONS, Service, new_contract, parameters

HOLE = "@@hole@@"
Documented = dict[str, Any]


@pytest.fixture
def wire(port: int) -> Iterator[Wire]:
    """A connection kept open during a test."""
    opened = Wire(port)
    yield opened
    opened.close()


@pytest.fixture
def grave_only(service: Service) -> bool:
    """What does not depend on the engine is tried on SQLite alone."""
    return bool(service.app.state.engines.read.dialect.name != "sqlite")


class Target:
    """One operation, and how to write a request to it with a hole somewhere."""

    def __init__(self, service: Service, name: str) -> None:
        self.service = service
        self.operation = OPERATIONS[name]
        self.method, self.path, self.document = next(
            (method, path, document)
            for found, method, path, document in documented()
            if found == name
        )
        makes = self.operation.makes
        self.things: Things = service.things("" if makes == "session" else makes)
        self.headers: Headers = service.as_(self.operation.by) | {"If-Match": self.things.etag}

    def parameters(self, place: str) -> list[str]:
        """The names of the documented parameters of a place."""
        found = self.document.get("parameters", [])
        return [one["name"] for one in found if one["in"] == place]

    def address(self, place: str = "", name: str = "", value: bytes = b"") -> str:
        """The address, with ``value`` put into one path or query parameter."""
        parts = {key: quote(one) for key, one in parameters(self.things).items()}
        query = {} if self.operation.query is None else self.operation.query(self.things)
        if place == "path":
            parts[name] = quote(value, safe="")
        text = urlencode({k: v for k, v in query.items() if k != name or place != "query"})
        if place == "query":
            text = f"{text}&{name}={quote(value, safe='')}"
        return self.path.format(**parts) + ("?" + text if text else "")

    def body(self) -> dict[str, Any]:
        """A good body; of a new contract each time."""
        if self.operation.body is None:
            return {}
        return self.operation.body(self.things)

    def holes(self) -> Iterator[Any]:
        """Bodies with a hole at each place of the schema, one unknown field and one bad key."""
        schemas = description()["components"]["schemas"]
        content = self.document["requestBody"]["content"]["application/json"]
        for inner in _holes(content["schema"], schemas):
            yield self.body() | inner
        yield self.body() | {"unknown": HOLE}

    def note(self, status: int, headers: Headers) -> None:
        """Keep the ETag that a change which passed has moved."""
        if status < 300 and "etag" in headers:
            self.headers["If-Match"] = headers["etag"]


def _holes(schema: Documented, schemas: Documented, depth: int = 0) -> Iterator[Any]:
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    if depth:
        yield HOLE
    for option in schema.get("anyOf", []):
        yield from (one for one in _holes(option, schemas, depth + 1) if one != HOLE)
    if "items" in schema:
        yield from ([one] for one in _holes(schema["items"], schemas, depth + 1))
    if schema.get("additionalProperties"):
        yield {"waste": HOLE}
        yield {HOLE: "yes"}
    for name, one in schema.get("properties", {}).items():
        for inner in _holes(one, schemas, depth + 1):
            yield {name: inner}


def filled(body: Any, value: str) -> bytes:
    """The JSON text of a body with ``value``, as written, in its hole."""
    text = json.dumps(body)
    key = value if value.startswith('"') else f'"{value[:40]}"'
    return text.replace(f'"{HOLE}":', f"{key}:").replace(f'"{HOLE}"', value).encode()


def _operations(kind: str) -> list[str]:
    if kind == "body":
        return sorted(name for name, one in OPERATIONS.items() if one.body is not None)
    plain = {"read_liveness", "read_readiness", "list_publishers", "read_open_data"}
    return sorted(OPERATIONS.keys() - plain)


def check(target: Target, wire: Wire, attempts: Iterator[tuple[str, Headers, bytes | None]]) -> int:
    """Send every attempt, then an innocent request; answers how many were sent."""
    wrong: list[str] = []
    sent = 0
    for address, headers, body in attempts:
        answer = wire.ask(target.method, address, target.headers | headers, body)
        target.note(answer.status, answer.headers)
        found = complaint(answer, target.method)
        if found:
            wrong.append(f"{address[:150]} {(body or b'')[:150]!r} → {found}")
        sent += 1
    assert wrong == []
    assert wire.ask("GET", "/api/v1/me", target.headers).status == 200
    return sent


@pytest.mark.parametrize("name", _operations("parameters"))
def test_no_parameter_breaks_an_operation(
    service: Service, wire: Wire, grave_only: bool, name: str
) -> None:
    target = Target(service, name)

    def attempts() -> Iterator[tuple[str, Headers, bytes | None]]:
        body = json.dumps(target.body()).encode() if target.operation.body else None
        typed = {"Content-Type": "application/json"} if body else {}
        for place in ("path", "query"):
            for parameter in target.parameters(place):
                values = GRAVE_TEXTS + (() if grave_only else TEXTS)
                values += CURSORS if parameter == "cursor" else ()
                for value in values:
                    yield target.address(place, parameter, value), typed, body
        for value in GRAVE_TEXTS:
            yield target.address("query", "unknown", value), typed, body

    assert check(target, wire, attempts())


@pytest.mark.parametrize("name", _operations("body"))
def test_no_field_breaks_an_operation(
    service: Service, wire: Wire, grave_only: bool, name: str
) -> None:
    target = Target(service, name)
    typed = {"Content-Type": "application/json"}

    def attempts() -> Iterator[tuple[str, Headers, bytes | None]]:
        for body in target.holes():
            for value in GRAVE_JSON + (() if grave_only else JSON):
                if "reference" in body and body["reference"] != HOLE:
                    body["reference"] = new_contract(target.things)["reference"]
                yield target.address(), typed, filled(body, value)

    assert check(target, wire, attempts()) >= len(GRAVE_JSON)


@pytest.mark.parametrize("shared_app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", [*_operations("body"), "create_import", "create_token"])
def test_no_body_breaks_an_operation(service: Service, wire: Wire, name: str) -> None:
    target = Target(service, name)
    good = json.dumps(target.body()).encode()

    def attempts() -> Iterator[tuple[str, Headers, bytes | None]]:
        for body in BODIES:
            yield target.address(), {"Content-Type": "application/json"}, body
        for kind in CONTENT_TYPES:
            yield target.address(), {"Content-Type": kind}, good
            yield target.address(), {"Content-Type": kind}, b"zqxj7=\xff&=&%00=%zz&username=%00"

    assert check(target, wire, attempts())


def test_the_sweep_reaches_every_field(service: Service) -> None:
    target = Target(service, "create_contract")
    reached = {json.dumps(body) for body in target.holes()}
    schema = description()["components"]["schemas"]["ContractCreate"]
    for name in schema["properties"]:
        assert any(f'"{name}": "{HOLE}"' in text for text in reached), name
    assert any(f'"name": "{HOLE}"' in text for text in reached)
    marks = {json.dumps(body["marks"]) for body in Target(service, "change_marks").holes()}
    assert marks >= {f'{{"waste": "{HOLE}"}}', f'{{"{HOLE}": "yes"}}'}
