"""Reaches the API by operation: where each value goes is read from the OpenAPI document."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

METHODS = ("get", "post", "put", "patch", "delete")
# The tree of the project first, then the copy that a wheel carries beside the package.
PLACES = (
    Path(__file__).resolve().parent.parent / "openapi" / "openapi.json",
    Path(__file__).resolve().parent / "openapi.json",
)


def load_document() -> dict[str, Any]:
    """The description of the API this site was written against.

    Raises FileNotFoundError when neither the tree nor the package holds it.
    """
    for place in PLACES:
        if place.is_file():
            document: dict[str, Any] = json.loads(place.read_text("utf-8"))
            return document
    raise FileNotFoundError(f"openapi.json manque : {' ni '.join(map(str, PLACES))}")


class ApiProblem(Exception):  # noqa: N818 - the word of RFC 9457
    """A refusal of the API (RFC 9457); ``errors`` are ``{"loc": [...], "message": "…"}``."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.type = str(problem.get("type", "unknown"))
        self.title = str(problem.get("title", ""))
        self.detail = str(problem.get("detail", ""))
        self.errors: list[dict[str, Any]] = list(problem.get("errors", []))
        super().__init__(f"{status} {self.type}")


class ApiAway(ApiProblem):
    """The API can't be reached, or answers something that is not of the API."""

    def __init__(self) -> None:
        detail = "Le service ne répond pas. Réessayez dans quelques instants."
        super().__init__(503, {"type": "away", "title": "Service injoignable", "detail": detail})


@dataclass(frozen=True, slots=True)
class Download:
    """A file that an operation gives: what it holds, its media type, the name to save it under."""

    content: bytes
    kind: str
    disposition: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answered: its JSON (None without a body), its ETag, or a file."""

    data: Any
    etag: str | None
    file: Download | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document: name of each parameter in Python -> (place, real name)."""

    method: str
    path: str
    parameters: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def read_operations(document: Mapping[str, Any]) -> dict[str, Operation]:
    """Every operation of the document by its ``operationId``."""
    found = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                described = item.get("parameters", []) + item[method].get("parameters", [])
                places = {_python_name(one["name"]): (one["in"], one["name"]) for one in described}
                found[item[method]["operationId"]] = Operation(method.upper(), path, places)
    return found


def _python_name(name: str) -> str:
    return name.lower().replace("-", "_")


class Api:
    """The API over one shared HTTP client. ``content`` is what httpx takes of a body: ``json``,
    ``data`` (a form) or ``files``."""

    def __init__(self, document: Mapping[str, Any], http: httpx.AsyncClient) -> None:
        self.document = document
        self.operations = read_operations(document)
        self.http = http

    async def call(
        self,
        operation: str,
        *,
        token: str | None = None,
        content: Mapping[str, Any] | None = None,
        forwarded_for: str | None = None,
        **parameters: Any,
    ) -> Answer:
        """Call an operation; a parameter worth None is left out.

        Raises TypeError for an operation or a parameter that the document doesn't know, ApiProblem
        when the API refuses, ApiAway when it can't be reached.
        """
        request = self._request(operation, parameters, dict(content or {}))
        if token is not None:
            request.headers["Authorization"] = f"Bearer {token}"
        if forwarded_for is not None:
            request.headers["X-Forwarded-For"] = forwarded_for
        return _read(await self._send(request))

    def _request(
        self, name: str, parameters: Mapping[str, Any], content: dict[str, Any]
    ) -> httpx.Request:
        operation = self.operations.get(name)
        if operation is None:
            raise TypeError(f"{name} n’est pas une opération de l’API")
        placed: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
        for key, value in parameters.items():
            if key not in operation.parameters:
                raise TypeError(f"{name} ne connaît pas le paramètre {key}")
            place, real = operation.parameters[key]
            if value is not None:
                placed[place][real] = value
        path = operation.path
        for key, value in placed["path"].items():
            path = path.replace(f"{{{key}}}", quote(str(value), safe=""))
        return self.http.build_request(
            operation.method, path, params=placed["query"], headers=placed["header"], **content
        )

    async def _send(self, request: httpx.Request) -> httpx.Response:
        # A connection kept open may have died meanwhile: what changes nothing is asked once more.
        tries = 2 if request.method == "GET" else 1
        for left in reversed(range(tries)):
            try:
                return await self.http.send(request)
            except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
                if not left:
                    raise ApiAway from error
            except httpx.TransportError as error:
                raise ApiAway from error
        raise AssertionError("the loop always returns or raises")


def _read(response: httpx.Response) -> Answer:
    kind = response.headers.get("content-type", "").partition(";")[0]
    if response.is_success:
        data = response.json() if kind == "application/json" and response.content else None
        disposition = response.headers.get("content-disposition", "")
        if disposition.startswith("attachment"):
            return Answer(data, None, Download(response.content, kind, disposition))
        return Answer(data, response.headers.get("etag"))
    if kind != "application/problem+json":
        raise ApiAway
    raise ApiProblem(response.status_code, response.json())
