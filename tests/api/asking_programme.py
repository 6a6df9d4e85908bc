"""What the tests of the programme, of consultations and of evaluations ask of the service."""

from typing import Any

from httpx2 import Response

from tests.conftest import OTHER
from tests.operations import Service, new_contract

ELSEWHERE = "Éducation et restauration"
NOWHERE = "01890000-0000-7000-8000-000000000000"
FIRST = '"1"'


def ask(
    service: Service,
    method: str,
    path: str,
    body: Any = None,
    account: str = "pilot",
    **headers: str,
) -> Response:
    """The answer to a request; ``headers`` by name, "_" for "-"."""
    sent = service.as_(account) | {name.replace("_", "-"): text for name, text in headers.items()}
    answer: Response = service.client.request(method, f"/api/v1{path}", json=body, headers=sent)
    return answer


def patch(service: Service, path: str, etag: str = FIRST, /, **said: Any) -> Response:
    """The answer to a change by the pilot of the version first seen."""
    return ask(service, "PATCH", path, said, If_Match=etag)


def contract(service: Service, **said: Any) -> Any:
    """A new contract of the demonstration buyer."""
    return service.make("/api/v1/contracts", new_contract(service.things()) | said, "pilot")


def fields(answer: Response) -> list[list[str | int]]:
    """The fields that a refusal names."""
    assert answer.status_code == 422, answer.text
    return [one["loc"] for one in answer.json()["errors"]]


def pages(service: Service, path: str, limit: int = 100, account: str = "pilot") -> list[Any]:
    """Every element of a list, page by page."""
    found: list[Any] = []
    cursor = ""
    while True:
        page = service.get(f"/api/v1{path}&limit={limit}{cursor}", account)
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def foreign(service: Service, makes: str) -> str:
    """The id of a new thing of the other buyer of the demonstration."""
    (found,) = service.things(makes, OTHER).ids.values()
    return found
