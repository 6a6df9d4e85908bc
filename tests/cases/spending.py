"""Operations of spending."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.operation import Operation, Things


def lines(things: Things) -> dict[str, Any]:
    """Amounts mandated by a buyer."""
    return {
        "buyer_siret": things.siret,
        "lines": [
            {
                "year": 2025,
                "payee_siret": "00000062000013",
                "payee_name": "Haies fictives",
                "amount": "1200.50",
                "contract_id": things.contract_id,
                "family": "Espaces verts",
                "section": "operating",
                "source": "Logiciel financier",
            },
            {"year": 2025, "payee_name": "Sans SIRET", "amount": "-20.00"},
        ],
    }


def _made(service: Any, base: Things) -> Things:
    made = service.make("/api/v1/spending", lines(base), service.pilot_of(base.siret))
    return replace(base, ids={"spending_id": made["ids"][0]})


OPERATIONS: dict[str, Operation] = {
    "list_spending": Operation("contracts:read", "own list"),
    "create_spending": Operation(
        "spending:write", "an organisation", body=lines, event="spending.created"
    ),
    "remove_spending": Operation(
        "spending:write", "an organisation", makes="spending", event="spending.removed"
    ),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {"spending": _made}
