"""Operations of consultations."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from tests.conftest import DEMONSTRATION
from tests.operation import Operation, Things

_numbers = count(1)


def consultation(things: Things) -> dict[str, Any]:
    """A consultation that a buyer has not entered yet."""
    return {
        "buyer_siret": things.siret,
        "reference": f"C-{next(_numbers)}",
        "title": "Entretien des haies",
        "launched_on": "2026-02-03",
        "procedure": "Procédure adaptée",
        "techniques": ["Accord-cadre"],
        "purchase_family": "Espaces verts",
        "estimated_amount": "120000.00",
        "lots": 2,
        "downloads": 14,
        "offers": 5,
        "sme_offers": 4,
        "irregular_offers": 1,
        "outcome": "awarded",
        "variants_allowed": True,
        "variants_received": 2,
        "variants_retained": 1,
        "variant_bidders": 2,
        "negotiation_allowed": True,
        "negotiated": False,
        "refined_lots": True,
        "sourced": None,
        "comment": "Relancée une fois",
    }


def _made(service: Any, base: Things) -> Things:
    body = consultation(base)
    if base.siret == DEMONSTRATION:
        body["directorate_id"] = service.directorate()
    made = service.make("/api/v1/consultations", body, service.pilot_of(base.siret))
    return replace(base, ids={"consultation_id": made["id"]}, etag='"1"')


_WRITE = Operation("programme:write", "an organisation", makes="consultation")

OPERATIONS: dict[str, Operation] = {
    "list_consultations": Operation("contracts:read", "own list"),
    "create_consultation": replace(
        _WRITE, makes="directorate", body=consultation, event="consultation.created"
    ),
    "read_consultation": Operation("contracts:read", "an organisation", makes="consultation"),
    "change_consultation": replace(
        _WRITE, body=lambda _: {"offers": 9}, event="consultation.changed"
    ),
    "remove_consultation": replace(_WRITE, event="consultation.removed"),
    "set_consultation_marks": replace(
        _WRITE, body=lambda _: {"marks": {"waste": "yes"}}, event="consultation.marked"
    ),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {"consultation": _made}
