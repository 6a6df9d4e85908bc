"""Spending finds its contract however this one is written: form, another software, many at once."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from tests.conftest import DEMONSTRATION
from tests.operations import Service, new_contract

_numbers = count(1)
Writer = Callable[[Service, dict[str, Any]], None]


def mandated(service: Service, siret: str | None, number: str | None) -> str:
    """A line of spending of March 2026; its identifier."""
    line = {"year": 2026, "amount": "100.00", "paid_on": "2026-04-15", "payee_name": "X"}
    line |= {"payee_siret": siret, "contract_number": number}
    body = {"buyer_siret": DEMONSTRATION, "lines": [line]}
    answer = service.client.post("/api/v1/spending", json=body, headers=service.as_("pilot"))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["ids"][0])


def told(service: Service, spending: str) -> dict[str, Any]:
    """A line of spending, as the register holds it."""
    address = f"/api/v1/spending?buyer={DEMONSTRATION}&year=2026&limit=100"
    found: dict[str, Any] = next(
        one for one in service.get(address)["items"] if one["id"] == spending
    )
    return found


def by_form(service: Service, body: dict[str, Any]) -> None:
    service.make("/api/v1/contracts", body, "pilot")


def by_key(service: Service, body: dict[str, Any]) -> None:
    path = f"/api/v1/contracts/by-external-id/{DEMONSTRATION}/{body['reference']}"
    answer = service.client.put(path, json=body, headers=service.as_("pilot"))
    assert answer.status_code == 201, answer.text


def many(service: Service, body: dict[str, Any]) -> None:
    line = {name: one for name, one in body.items() if name != "buyer_siret"}
    whole = {
        "buyer_siret": DEMONSTRATION,
        "lines": [line | {"external_id": body["reference"]}],
    }
    answer = service.client.post("/api/v1/contracts/bulk", json=whole, headers=service.as_("pilot"))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("write", [by_form, by_key, many])
def test_a_contract_written_finds_the_spending_that_bears_its_number(
    service: Service, write: Writer
) -> None:
    number = f"J-{next(_numbers)}-26"
    waiting = mandated(service, None, number)
    assert told(service, waiting)["contract_id"] is None
    write(service, new_contract(service.things()) | {"reference": number})
    line = told(service, waiting)
    assert (line["joined_by"], line["join_reason"]) == ("number", "number")


def test_a_change_of_holder_or_period_joins_or_leaves_and_a_removal_lets_go(
    service: Service,
) -> None:
    siret = "00000067700012"
    waiting = mandated(service, siret, None)
    body = new_contract(service.things()) | {"months": 12}
    made = service.make("/api/v1/contracts", body, "pilot")
    assert told(service, waiting)["contract_id"] is None
    address = f"/api/v1/contracts/{made['id']}"

    def change(**facts: Any) -> None:
        tag = service.client.get(address, headers=service.as_("pilot")).headers["etag"]
        headers = service.as_("pilot") | {"If-Match": tag}
        assert service.client.patch(address, json=facts, headers=headers).status_code == 200

    change(suppliers=[{"id_type": "SIRET", "identifier": siret}])
    assert told(service, waiting)["contract_id"] == made["id"]
    change(notified_on="2027-01-01")
    assert told(service, waiting)["join_reason"] == "outside_period"
    change(notified_on="2026-03-02")
    tag = service.client.get(address, headers=service.as_("pilot")).headers["etag"]
    headers = service.as_("pilot") | {"If-Match": tag}
    assert service.client.delete(address, headers=headers).status_code == 204
    assert told(service, waiting)["join_reason"] == "no_contract"
