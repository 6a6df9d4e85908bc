"""Operations of spending."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID

from sqlmodel import Session

from api.spending.models import ContractNumber
from tests.operation import Operation, Things

NUMBER = "Retenu 7/2025"
_numbers = count(1)


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
                "mandate_number": f"M-2025-{next(_numbers)}",
                "contract_number": "2025 T 7",
                "paid_on": "2025-04-30",
            },
            {"year": 2025, "payee_name": "Sans SIRET", "amount": "-20.00"},
        ],
    }


def _made(service: Any, base: Things) -> Things:
    made = service.make("/api/v1/spending", lines(base), service.pilot_of(base.siret))
    return replace(base, ids={"spending_id": made["ids"][0]})


def _remembered(service: Any, base: Things) -> Things:
    with Session(service.app.state.engines.write) as session, session.begin():
        session.merge(ContractNumber(contract_id=UUID(base.contract_id), number=NUMBER))
    return base


def _decisions(things: Things) -> dict[str, Any]:
    decision = {"choice": "aside", "spending_id": things.ids["spending_id"]}
    return {"buyer_siret": things.siret, "decisions": [decision], "note": "Indemnité"}


def _whose(things: Things) -> dict[str, Any]:
    return {"buyer": things.siret}


OPERATIONS: dict[str, Operation] = {
    "list_spending": Operation("contracts:read", "own list"),
    "create_spending": Operation(
        "spending:write", "an organisation", body=lines, event="spending.created"
    ),
    "list_waiting_spending": Operation("contracts:read", "an organisation", query=_whose),
    "count_joined_spending": Operation("contracts:read", "an organisation", query=_whose),
    "list_remembered_numbers": Operation("contracts:read", "an organisation", query=_whose),
    "forget_number": Operation(
        "spending:write",
        "an organisation",
        makes="remembered number",
        query=lambda _: {"number": NUMBER},
        event="spending.number_forgotten",
    ),
    "join_spending": Operation(
        "spending:write",
        "an organisation",
        body=lambda things: {"buyer_siret": things.siret},
        event="spending.joined",
    ),
    "decide_spending": Operation(
        "spending:write",
        "an organisation",
        makes="spending",
        body=_decisions,
        event="spending.decided",
    ),
    "remove_spending": Operation(
        "spending:write", "an organisation", makes="spending", event="spending.removed"
    ),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {
    "spending": _made,
    "remembered number": _remembered,
}
