"""Operations of the yearly execution data of a concession."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from tests.cases.subcontracting import with_part
from tests.conftest import DEMONSTRATION
from tests.operation import Operation, Things

_numbers = count(1)

YEAR: dict[str, Any] = {
    "published_on": "2026-10-01",
    "investment": "12000.50",
    "tariffs": [
        {"title": "Entrée adulte", "amount": "5.20"},
        {"title": "Entrée enfant", "amount": "0.00"},
    ],
}


def _concession(service: Any, base: Things) -> Things:
    body = {
        "buyer_siret": base.siret,
        "kind": "concession",
        "reference": f"C-{next(_numbers)}",
        "notified_on": "2026-03-02",
    }
    if base.siret == DEMONSTRATION:
        body["directorate_id"] = service.directorate()
    made = service.make("/api/v1/contracts", body, service.pilot_of(base.siret))
    return replace(base, contract_id=made["id"], etag=f'"{made["version"]}"')


def _executed(service: Any, base: Things) -> Things:
    return with_part(service, _concession(service, base), "concession-years", YEAR)


OPERATIONS: dict[str, Operation] = {
    "list_concession_years": Operation("contracts:read", "an organisation", makes="concession"),
    "create_concession_year": Operation(
        "contracts:write",
        "an organisation",
        makes="concession",
        body=lambda _: dict(YEAR),
        event="contract.concession_year_added",
    ),
    "change_concession_year": Operation(
        "contracts:write",
        "an organisation",
        makes="executed concession",
        body=lambda _: YEAR | {"investment": "0.00"},
        event="contract.concession_year_changed",
    ),
    "remove_concession_year": Operation(
        "contracts:write",
        "an organisation",
        makes="executed concession",
        event="contract.concession_year_removed",
    ),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {
    "concession": _concession,
    "executed concession": _executed,
}
