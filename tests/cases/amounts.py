"""Operations about amounts that cannot be true."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.operation import Operation, Things


def _doubted(service: Any, base: Things) -> Things:
    made: Things = service.things("contract", base.siret)
    path = f"/api/v1/contracts/{made.contract_id}"
    headers = service.as_(service.pilot_of(base.siret)) | {"If-Match": made.etag}
    answer = service.client.patch(path, json={"amount": "1.00"}, headers=headers)
    assert answer.status_code == 200, answer.text
    return replace(made, etag=answer.headers["etag"])


OPERATIONS: dict[str, Operation] = {
    "read_amounts_set_aside": Operation(
        "contracts:read", "an organisation", query=lambda things: {"buyer": things.siret}
    ),
    "say_amount": Operation(
        "contracts:write",
        "an organisation",
        makes="doubted",
        body=lambda _: {"amount": "1.00", "true": True},
        event="contract.amount_said",
    ),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {"doubted": _doubted}
