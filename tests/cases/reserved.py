"""Operations of reserved markets."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from tests.operation import Operation, Things

_families = count(1)

# A directorate is bound to its contracts: what is of the whole buyer asks for reservations:write
# without a directorate, which the accounts of spending:write hold.
_OF_THE_WHOLE_BUYER = "spending:write"


def question(_things: Things) -> dict[str, Any]:
    """A question to the rules of reservation."""
    return {
        "object_kind": "services",
        "notice_on": "2026-03-15",
        "cpv": "77310000-6",
        "estimate": "120000.00",
        "months": 24,
        "requested": ["L2113-12", "L2113-13"],
        "lots": [{"label": "Lot 1", "cpv": "77310000-6", "estimate": "60000.00", "share": "0.5"}],
        "previous_awards": [{"siret": "00000062000013", "starts_on": "2024-01-01"}],
        "sourcing": {"disabled": 3, "yearly_budget": "60000.00"},
    }


def reservation(things: Things) -> dict[str, Any]:
    """A reservation of a contract that has none."""
    return {
        "contract_id": things.contract_id,
        "basis": "L2113-12",
        "structure_kinds": ["ea", "esat"],
        "lots": ["1"],
        "share": "0.5",
        "domain": "Espaces verts",
        "decided_on": "2026-02-03",
        "mention": "Marché réservé en application de l’article L2113-12.",
        "comment": "Après sourcing",
    }


def _made_reservation(service: Any, base: Things) -> Things:
    things: Things = service.things("contract", base.siret)
    made = service.make(
        "/api/v1/reserved-contracts", reservation(things), service.pilot_of(base.siret)
    )
    return replace(things, ids={"reservation_id": made["id"]}, etag='"1"')


def _family(things: Things) -> dict[str, Any]:
    return {
        "buyer_siret": things.siret,
        "family": f"Famille {next(_families)}",
        "cpv_prefixes": ["773", "9091"],
        "note": "Fort potentiel",
    }


def _made_family(service: Any, base: Things) -> Things:
    path, pilot = "/api/v1/reservable-families", service.pilot_of(base.siret)
    for one in service.get(f"{path}?buyer={base.siret}", pilot):
        # A buyer declares so many families and no more: tests make more than that.
        service.client.delete(f"{path}/{one['id']}", headers=service.as_(pilot))
    made = service.make(path, _family(base), pilot)
    return replace(base, ids={"family_id": made["id"]})


def _no_family(service: Any, base: Things) -> Things:
    things = _made_family(service, base)
    path, pilot = "/api/v1/reservable-families", service.pilot_of(base.siret)
    gone = service.client.delete(f"{path}/{things.ids['family_id']}", headers=service.as_(pilot))
    assert gone.status_code == 204
    return base


def _non_reservation(things: Things) -> dict[str, Any]:
    return {
        "contract_id": things.contract_id,
        "reason": "no_offer",
        "justification": "Aucune structure du territoire ne fait ce travail.",
        "family": "Espaces verts",
        "decided_on": "2026-02-03",
    }


def sourcing(things: Things) -> dict[str, Any]:
    """A sourcing of a buyer."""
    return {
        "buyer_siret": things.siret,
        "done_on": "2026-01-20",
        "tool": "inclusion_market",
        "need": "Entretien des haies",
        "domain": "Espaces verts",
        "address": "https://annonces.example/besoin/12",
        "contacted": 12,
        "interested": 4,
        "ess_answers": 2,
        "result": "pending",
        "comment": "Deux visites",
    }


def _made_sourcing(service: Any, base: Things) -> Things:
    made = service.make("/api/v1/sourcings", sourcing(base), service.pilot_of(base.siret))
    return replace(base, ids={"sourcing_id": made["id"]}, etag='"1"')


_READ = Operation("contracts:read", "an organisation", makes="reservation")
_WRITE = Operation("reservations:write", "an organisation", makes="reservation")

OPERATIONS: dict[str, Operation] = {
    # A question: nothing is written, nothing is recorded.
    "advise_reservation": Operation("signed in", body=question),
    "list_reserved_contracts": Operation("contracts:read", "own list"),
    "create_reserved_contract": replace(
        _WRITE, makes="open contract", body=reservation, event="reservation.created"
    ),
    "read_reserved_contract": _READ,
    "change_reserved_contract": replace(
        _WRITE, body=lambda _: {"domain": "Voirie"}, event="reservation.changed"
    ),
    "remove_reserved_contract": replace(_WRITE, event="reservation.removed"),
    "list_missing_justifications": Operation(
        "contracts:read",
        "an organisation",
        query=lambda things: {"buyer": things.siret, "year": 2026},
    ),
    "read_reserved_figures": Operation(
        "contracts:read",
        "an organisation",
        query=lambda things: {"organisation": things.siret, "year": 2026},
    ),
    "list_unqualified_companies": Operation(
        "contracts:read", "an organisation", query=lambda things: {"buyer": things.siret}
    ),
    "list_reservable_families": Operation("contracts:read", "own list"),
    "create_reservable_family": Operation(
        _OF_THE_WHOLE_BUYER,
        "an organisation",
        makes="no family",
        body=_family,
        event="family.declared",
    ),
    "remove_reservable_family": Operation(
        _OF_THE_WHOLE_BUYER, "an organisation", makes="family", event="family.removed"
    ),
    "list_non_reservations": Operation("contracts:read", "own list"),
    "create_non_reservation": replace(
        _WRITE, makes="open contract", body=_non_reservation, event="non_reservation.created"
    ),
    "list_sourcings": Operation("contracts:read", "own list"),
    "create_sourcing": replace(_WRITE, makes="", body=sourcing, event="sourcing.created"),
    "change_sourcing": replace(
        _WRITE,
        makes="sourcing",
        body=lambda _: {"result": "reserved", "interested": 5},
        event="sourcing.changed",
    ),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {
    "open contract": lambda service, base: service.things("contract", base.siret),
    "reservation": _made_reservation,
    "family": _made_family,
    "no family": _no_family,
    "sourcing": _made_sourcing,
}
