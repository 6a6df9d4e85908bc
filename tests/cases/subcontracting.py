"""Operations of the acts of subcontracting of a contract, and of their changes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.operation import Operation, Things

ACT: dict[str, Any] = {
    "subcontractor": {
        "id_type": "SIRET",
        "identifier": "00000062000013",
        "name": "Haies fictives",
    },
    "notified_on": "2026-04-15",
    "published_on": "2026-05-02",
    "months": 6,
    "amount": "4000.50",
    "price_variation": "Ferme",
}
CHANGE: dict[str, Any] = {
    "number": 1,
    "notified_on": "2026-06-01",
    "published_on": "2026-06-20",
    "amount": "4500.00",
}


def with_part(service: Any, made: Things, path: str, body: dict[str, Any]) -> Things:
    """The same contract, a part added to it."""
    headers = service.as_(service.pilot_of(made.siret)) | {"If-Match": made.etag}
    address = f"/api/v1/contracts/{made.contract_id}/{path}"
    answer = service.client.post(address, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return replace(made, etag=answer.headers["etag"])


def _subcontracted(service: Any, base: Things) -> Things:
    return with_part(service, service.things("contract", base.siret), "subcontracts", ACT)


def _modified(service: Any, base: Things) -> Things:
    return with_part(service, _subcontracted(service, base), "subcontract-changes", CHANGE)


def _writes(makes: str, event: str, body: dict[str, Any] | None = None) -> Operation:
    return Operation(
        "contracts:write",
        "an organisation",
        makes=makes,
        body=None if body is None else lambda _: dict(body),
        event=f"contract.{event}",
    )


_READ = Operation("contracts:read", "an organisation", makes="contract")

OPERATIONS: dict[str, Operation] = {
    "list_subcontracts": _READ,
    "create_subcontract": _writes("contract", "subcontract_added", ACT),
    "change_subcontract": _writes(
        "subcontracted", "subcontract_changed", ACT | {"amount": "4100.00"}
    ),
    "remove_subcontract": _writes("subcontracted", "subcontract_removed"),
    "list_subcontract_changes": _READ,
    "create_subcontract_change": _writes("subcontracted", "subcontract_change_added", CHANGE),
    "change_subcontract_change": _writes(
        "modified act", "subcontract_change_changed", CHANGE | {"months": 8}
    ),
    "remove_subcontract_change": _writes("modified act", "subcontract_change_removed"),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {
    "subcontracted": _subcontracted,
    "modified act": _modified,
}
