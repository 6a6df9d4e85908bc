"""The OpenAPI document: kept, complete, in French, and free of the tables behind it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlmodel import SQLModel
from starlette.testclient import TestClient

import api.tables
from api.app import create_app
from api.settings import Settings
from tests.described import description, documented
from tests.operations import OPERATIONS

ROOT = Path(__file__).parents[2]
REFUSALS = {"public": set(), "signed in": {"401"}, "member": {"401", "404"}}
FRENCH = re.compile(
    r"\b(le|la|les|l’\w+|d’\w+|un|une|des|du|de|que|qui|est|sont|son|par|et)\b", re.I
)
ENGLISH = re.compile(r"\b(the|of|with|and|is|are|what|how|who|a contract|successful)\b", re.I)
assert api.tables


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The service, never started."""
    return create_app(Settings(data_dir=tmp_path_factory.mktemp("openapi")))


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The description of the service."""
    return description()


def test_the_kept_document_is_that_of_the_service(document: dict[str, Any]) -> None:
    kept = json.loads((ROOT / "openapi" / "openapi.json").read_text("utf-8"))
    assert kept == json.loads(json.dumps(document))


def test_the_kept_document_is_the_one_that_is_served(app: FastAPI) -> None:
    with TestClient(app) as client:
        served = client.get("/api/openapi.json")
        assert client.head("/api/openapi.json").headers["etag"] == served.headers["etag"]
    assert served.headers["content-type"] == "application/json"
    assert served.content == (ROOT / "openapi" / "openapi.json").read_bytes()


def test_an_operation_bears_the_name_of_its_function(app: FastAPI) -> None:
    routes = [route for route in _routes(app) if route.include_in_schema]
    assert sorted(one.name for one in routes) == sorted(name for name, *_ in documented())
    assert len({one.name for one in routes}) == len(routes)
    for route in routes:
        # The public files have one function, under as many names as there are files.
        assert route.endpoint.__name__ in (route.name, "open_file")


def _routes(app: FastAPI) -> list[APIRoute]:
    found: list[APIRoute] = []
    waiting: list[Any] = list(app.routes)
    while waiting:
        route = waiting.pop()
        if isinstance(route, APIRoute):
            found.append(route)
        waiting += getattr(getattr(route, "original_router", None), "routes", [])
    return found


def test_every_operation_is_told_in_french() -> None:
    for name, _method, _path, operation in documented():
        for text in (operation["summary"], operation["description"]):
            assert len(text) > 8, name
        assert FRENCH.search(operation["description"]), name
        assert not operation["summary"].endswith("."), name
        assert operation["description"].rstrip().endswith("."), name
        assert operation["tags"], name


def test_nothing_of_the_document_is_in_english(document: dict[str, Any]) -> None:
    texts = list(_texts(document))
    assert len(texts) > 200
    assert [text for text in texts if ENGLISH.search(text)] == []


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, one in part.items():
            if name in ("description", "summary") and isinstance(one, str):
                yield one
            else:
                yield from _texts(one)
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one)


def test_every_parameter_but_an_identifier_is_explained() -> None:
    silent = [
        (name, one["name"])
        for name, _method, _path, operation in documented()
        for one in operation.get("parameters", [])
        if "description" not in one and one["in"] != "path"
    ]
    assert silent == []


def test_every_refusal_is_documented() -> None:
    for name, _method, _path, operation in documented():
        right, of = OPERATIONS[name].right, OPERATIONS[name].of
        expected = set(REFUSALS.get(right, {"401", "403"}))
        if of in ("an organisation", "both", "a clause", "a facilitator"):
            expected |= {"404"}
        if right.endswith(":read") and of in ("own list", "a clause"):
            expected -= {"403"}  # who may read nothing gets an empty list, who sees a clause reads
        if operation.get("parameters") or operation.get("requestBody"):
            expected |= {"422"}
        assert expected <= operation["responses"].keys(), name


def test_every_refusal_is_one_and_the_same_problem() -> None:
    for name, _method, _path, operation in documented():
        for status, answer in operation["responses"].items():
            if status >= "4":
                schema = answer["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ProblemBody"}, (name, status)
                assert answer["content"].keys() == {"application/problem+json"}, (name, status)
                assert answer["description"], (name, status)


def test_no_table_is_taken_nor_given(app: FastAPI, document: dict[str, Any]) -> None:
    tables = {mapper.class_.__name__ for mapper in SQLModel._sa_registry.mappers}
    assert len(tables) > 15
    assert not tables & document["components"]["schemas"].keys()
    models = {name for route in _routes(app) for name in _models(route)}
    assert models
    assert not tables & models


def _models(route: APIRoute) -> set[str]:
    declared = [
        route.response_model,
        *(one.field_info.annotation for one in route.dependant.body_params),
    ]
    return {one.__name__ for one in declared if isinstance(one, type)}


def test_every_body_refuses_unknown_fields(document: dict[str, Any]) -> None:
    for name, _method, _path, operation in documented():
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content:
            # One shape, one of several, or one that may be left out.
            whole = content["schema"]
            shapes = whole.get("oneOf") or whole.get("anyOf") or [whole]
            for shape in (one for one in shapes if one != {"type": "null"}):
                schema = document["components"]["schemas"][shape["$ref"].split("/")[-1]]
                assert schema["additionalProperties"] is False, name


def test_no_reference_of_the_document_leads_nowhere(document: dict[str, Any]) -> None:
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    used = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(document)))
    assert used <= known
    assert known - used == set()
