"""Operations by which another software writes contracts."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from tests.conftest import DEMONSTRATION
from tests.operation import Operation, Things

_numbers = count(1)


def sent_contract(siret: str, directorate: str | None = None, **facts: Any) -> dict[str, Any]:
    """The body of a contract that another software holds."""
    return {
        "buyer_siret": siret,
        "kind": "marche",
        "reference": f"X-{next(_numbers)}",
        "subject": "Fourniture de plants",
        "amount": "4200.00",
        "suppliers": [
            {"id_type": "SIRET", "identifier": "00000062000013", "name": "Haies fictives"}
        ],
        **({"directorate_id": directorate} if directorate else {}),
    } | facts


def sent_line(external_id: str, directorate: str | None = None, **facts: Any) -> dict[str, Any]:
    """The same, as a line among many."""
    body = sent_contract("", directorate, **facts) | {"external_id": external_id}
    return {name: value for name, value in body.items() if name != "buyer_siret"}


def _body(things: Things) -> dict[str, Any]:
    return sent_contract(things.siret, things.ids.get("directorate_id"))


def _bulk(things: Things) -> dict[str, Any]:
    line = sent_line(things.ids["external_id"], things.ids.get("directorate_id"))
    return {"buyer_siret": things.siret, "lines": [line]}


def _new(service: Any, base: Things) -> Things:
    ids = {"external_id": f"GF-{next(_numbers)}"}
    if base.siret == DEMONSTRATION:
        ids["directorate_id"] = service.directorate()
    # No version to meet: the contract is not there yet.
    return replace(base, etag="", ids=ids)


def _made(service: Any, base: Things) -> Things:
    things = _new(service, base)
    headers = service.as_(service.pilot_of(base.siret))
    answer = service.call("upsert_contract", things, headers)
    assert answer.status_code == 201, answer.text
    return replace(things, contract_id=answer.json()["id"], etag=answer.headers["etag"])


OPERATIONS: dict[str, Operation] = {
    "read_contract_by_external_id": Operation(
        "contracts:read", "an organisation", makes="external contract"
    ),
    "upsert_contract": Operation(
        "contracts:write",
        "an organisation",
        makes="external name",
        body=_body,
        event="contract.created",
    ),
    "upsert_contracts": Operation(
        "contracts:write",
        "an organisation",
        makes="external name",
        body=_bulk,
        event="contract.created",
    ),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {
    "external name": _new,
    "external contract": _made,
}
