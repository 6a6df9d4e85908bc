"""Amounts that cannot be true: no sum counts them, until somebody says that one is true."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from api.contracts import amounts
from api.contracts.reading import by_ids
from api.indicators.evidence import missing
from api.reference.marks import MARKS
from api.rules.amounts import doubts
from api.rules.indicators.reading import read_definition
from tests.conftest import DEMONSTRATION
from tests.operations import Service, new_contract

ASIDE = f"/api/v1/amounts-set-aside?buyer={DEMONSTRATION}"
ABSURD = ("1.00", "0.00", "999999999.00", "3000000000.01", "123456789.00")
TRUE = ("1.01", "12000.00", "100000000.01", "3000000000.00", "22222.00")


def entered(
    service: Service, amount: str | None, *amendments: str, year: int = 2019
) -> dict[str, Any]:
    """A contract of this amount, then of those of its amendments."""
    body = new_contract(service.things()) | {"amount": amount, "notified_on": f"{year}-03-02"}
    made: dict[str, Any] = service.make("/api/v1/contracts", body, "pilot")
    path = f"/api/v1/contracts/{made['id']}"
    for number, one in enumerate(amendments, 1):
        answer = service.client.post(
            f"{path}/amendments",
            json={"notified_on": f"{year}-05-02", "amount": one},
            headers=service.as_("pilot") | {"If-Match": f'"{number}"'},
        )
        assert answer.status_code == 201, answer.text
    read: dict[str, Any] = service.get(path)
    return read


def say(service: Service, contract: dict[str, Any], amount: str, true: bool = True) -> Any:
    return service.client.put(
        f"/api/v1/contracts/{contract['id']}/amounts",
        json={"amount": amount, "true": true},
        headers=service.as_("pilot") | {"If-Match": f'"{contract["version"]}"'},
    )


def aside(service: Service) -> dict[str, Any]:
    found: dict[str, Any] = service.get(f"{ASIDE}&year=2019")
    return found


def test_the_statement_sets_aside_what_the_rule_does(service: Service) -> None:
    made = [entered(service, amount) for amount in (*ABSURD, *TRUE)]
    made.append(entered(service, "250000.00", "25000000.00"))
    made.append(entered(service, "250000.00", "300000.00"))
    made.append(entered(service, "1.00", "100.00"))
    made.append(entered(service, None, "100.00"))
    c = SQLModel.metadata.tables["contract"].c
    # Of others, somebody may have said that an amount is true.
    statement = sa.select(
        c.id, amounts.summable(c), amounts.summable_now(c, amounts.last_amended(c))
    ).where(c.id.in_([UUID(one["id"]) for one in made]))
    with Session(service.app.state.engines.read) as session:
        rows = {key: rest for key, *rest in session.execute(statement)}
        assert len(rows) == len(made)
        for kept in by_ids(session, list(rows)):
            record = kept.record
            told = {one.amendment: one.amount for one in doubts(record)}
            own = None if None in told else record.amount
            last = max((n for n, one in enumerate(record.amendments, 1) if one.amount), default=0)
            now = record.amendments[last - 1].amount if last else record.amount
            now = None if (last or None) in told else now
            assert rows[kept.id] == [own, now], record


def test_a_confirmed_amount_counts_until_it_changes(service: Service) -> None:
    before = aside(service)
    contract = entered(service, "1.00")
    (doubt,) = contract["doubts"]
    assert (doubt["code"], doubt["confirmed"]) == ("symbolic", False)
    assert "saisie de remplissage" in doubt["message"]
    told = aside(service)
    assert told["count"] == before["count"] + 1
    assert Decimal(told["amount"]) == Decimal(before["amount"]) + 1
    assert contract["id"] in {one["contract_id"] for one in told["items"]}
    answer = say(service, contract, "1.00")
    assert answer.status_code == 200, answer.text
    assert answer.json()["doubts"][0]["confirmed"] is True
    assert aside(service) == before
    history = service.get(f"/api/v1/contracts/{contract['id']}/history")
    assert history[0]["sentence"] == "Montant de 1,00\u00a0€ : « mis de côté » → « exact »."
    # Another amount is another doubt, and the word can be taken back.
    changed = service.client.patch(
        f"/api/v1/contracts/{contract['id']}",
        json={"amount": "0.50"},
        headers=service.as_("pilot") | {"If-Match": answer.headers["etag"]},
    )
    assert changed.json()["doubts"][0]["confirmed"] is False
    assert aside(service)["count"] == before["count"] + 1


def test_a_word_is_taken_back(service: Service) -> None:
    contract = entered(service, "1.00")
    contract = say(service, contract, "1.00").json()
    contract = say(service, contract, "1.00", true=False).json()
    assert contract["doubts"][0]["confirmed"] is False


@pytest.mark.parametrize("amount", ["12000.50", "2.00"])
def test_only_an_amount_in_doubt_can_be_said_true(service: Service, amount: str) -> None:
    contract = entered(service, "12000.50")
    answer = say(service, contract, amount)
    assert answer.status_code == 422
    assert "n’est pas un montant en doute" in answer.text


def test_what_is_said_again_moves_nothing(service: Service) -> None:
    contract = say(service, entered(service, "1.00"), "1.00").json()
    again = say(service, contract, "1.00")
    assert (again.status_code, again.json()["version"]) == (200, contract["version"])
    history = service.get(f"/api/v1/contracts/{contract['id']}/history")
    assert [one["sentence"] for one in history].count(history[0]["sentence"]) == 1
    never = entered(service, "0.50")
    assert say(service, never, "0.50", true=False).json()["version"] == never["version"]


def test_a_word_is_taken_back_once_the_amount_is_mended(service: Service) -> None:
    contract = say(service, entered(service, "1.00"), "1.00").json()
    path = f"/api/v1/contracts/{contract['id']}"
    tag = {"If-Match": f'"{contract["version"]}"'}
    pilot = service.as_("pilot")
    mended = service.client.patch(path, json={"amount": "900.00"}, headers=pilot | tag).json()
    assert say(service, mended, "1.00").status_code == 422
    taken = say(service, mended, "1.00", true=False).json()
    tag = {"If-Match": f'"{taken["version"]}"'}
    back = service.client.patch(path, json={"amount": "1.00"}, headers=pilot | tag).json()
    assert back["doubts"][0]["confirmed"] is False


def test_a_contract_of_which_an_amount_was_said_true_can_be_removed(service: Service) -> None:
    contract = say(service, entered(service, "0.00"), "0.00").json()
    tag = {"If-Match": f'"{contract["version"]}"'}
    path = f"/api/v1/contracts/{contract['id']}"
    assert service.client.delete(path, headers=service.as_("pilot") | tag).status_code == 204


def test_an_amount_set_aside_stands_in_neither_term_of_a_quotient(service: Service) -> None:
    entered(service, "250000.00", "25000000.00", year=2018)
    entered(service, "100000.00", "150000.00", year=2018)
    over = {"fact": "contract", "aggregate": "sum", "of": "amount", "perimeter": "all"}
    definition = {"version": 2, "fact": "contract", "aggregate": "ratio", "of": "current_amount"}
    body = {
        "organisation": DEMONSTRATION,
        "year": 2018,
        "definition": definition | {"over": over},
        "kind": "ratio",
        "unit": "",
    }
    answer = service.client.post(
        "/api/v1/indicators/preview", json=body, headers=service.as_("pilot")
    )
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["numerator"], found["denominator"]) == ("150000.00", "100000.00")
    assert found["unknown"] == 1


def test_a_contract_whose_amount_is_set_aside_waits_for_its_amount_to_be_mended_or_confirmed() -> (
    None
):
    definition = read_definition(
        {"version": 2, "fact": "contract", "aggregate": "sum", "of": "amount"}, MARKS
    )
    row = {"dated": 1, "w_amount": None, "contract_id": None, "told_amount": 100}
    (asked,) = missing(row, definition, lambda _leaf: True, set())
    assert (asked.text, asked.field) == ("corriger le montant, ou dire qu’il est exact", "montants")
    (unsaid,) = missing(row | {"told_amount": None}, definition, lambda _leaf: True, set())
    assert unsaid.field == "amount"
