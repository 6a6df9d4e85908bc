"""What the tests of reserved markets ask of the service, in few words."""

from typing import Any

from httpx2 import Response

from tests.conftest import DEMONSTRATION
from tests.operations import Service, new_contract

ELSEWHERE = "Éducation et restauration"


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


def made(service: Service, path: str, body: Any, account: str = "pilot") -> Any:
    """What a creation gives."""
    return service.make(f"/api/v1{path}", body, account)


def contract(service: Service, **said: Any) -> Any:
    """A new contract of the demonstration buyer."""
    body = new_contract(service.things()) | said
    return made(service, "/contracts", body)


def reserve(service: Service, contract_id: str, basis: str = "L2113-12", **said: Any) -> Response:
    """The answer to the entry of a reservation."""
    account = said.pop("account", "pilot")
    body = {"contract_id": contract_id, "basis": basis, "decided_on": "2026-02-03"} | said
    return ask(service, "POST", "/reserved-contracts", body, account)


def fields(answer: Response) -> list[list[str | int]]:
    """The fields that a refusal names."""
    assert answer.status_code == 422, answer.text
    return [one["loc"] for one in answer.json()["errors"]]


def marks(service: Service, contract_id: str) -> dict[str, str]:
    """What a contract says under each mark."""
    found = service.get(f"/api/v1/contracts/{contract_id}/marks")
    return {one["code"]: one["state"] for one in found}


def pages(service: Service, path: str, limit: int = 100, account: str = "pilot") -> list[Any]:
    """Every element of a list, page by page."""
    sign = "&" if "?" in path else "?"
    found: list[Any] = []
    cursor = ""
    while True:
        page = service.get(f"/api/v1{path}{sign}limit={limit}{cursor}", account)
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def close(service: Service, year: int) -> str:
    """Close a year of the demonstration buyer; the id of the closing."""
    body = {"organisation": DEMONSTRATION, "year": year}
    return str(made(service, "/closings", body)["id"])


def reopen(service: Service, closing_id: str) -> None:
    """Open a closed year again."""
    answer = ask(
        service,
        "POST",
        f"/closings/{closing_id}/reopen",
        {"reason": "Fin de l’essai"},
        "administrator",
    )
    assert answer.status_code == 200, answer.text
