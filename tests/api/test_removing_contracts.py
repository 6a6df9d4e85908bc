"""One rule for taking a contract out of the register: what a person put on it holds it there."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col
from starlette.testclient import TestClient

from api.contracts.models import Contract
from api.kit.db import Engines
from api.spending.models import JoinedBy, Spending
from tests.api.desk import Desk, row
from tests.api.sheet_desk import CONTRACTS, SIRET, SPENDING, SheetDesk
from tests.conftest import DEMONSTRATION, Headers

NUMBER = "R-1"
SAID = "1 montant mandaté dépend de"
Undoing = Callable[[], Any]


def by_hand(client: TestClient, headers: Headers) -> Undoing:
    """A contract entered by hand, and how it is removed."""
    body = {
        "buyer_siret": DEMONSTRATION,
        "kind": "marche",
        "reference": NUMBER,
        "subject": "Haies",
        "suppliers": [{"id_type": "SIRET", "identifier": SIRET, "name": "Haies fictives"}],
    }
    answer = client.post("/api/v1/contracts", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    address, match = f"/api/v1/contracts/{answer.json()['id']}", {"If-Match": '"1"'}
    return lambda: client.delete(address, headers=headers | match)


def by_decp(client: TestClient, headers: Headers) -> Undoing:
    """A contract of a DECP file, and how its import is undone."""
    desk = Desk(client, headers)
    shown = desk.bring(row(NUMBER))
    return lambda: desk.undo(shown)


def by_sheet(client: TestClient, headers: Headers) -> Undoing:
    """A contract of a spreadsheet, and how its import is undone."""
    desk = SheetDesk(client, headers)
    shown = desk.bring("contracts", CONTRACTS, (NUMBER, "Haies", "12000", "02/03/2026", SIRET))
    return lambda: desk.undo(shown)


WAYS = {"by hand": by_hand, "a DECP file": by_decp, "a spreadsheet": by_sheet}


@pytest.mark.parametrize("way", WAYS)
def test_spending_holds_a_contract_when_a_person_put_it_there(
    client: TestClient, pilot: Headers, engines: Engines, way: str
) -> None:
    undo = WAYS[way](client, pilot)
    desk = SheetDesk(client, pilot)
    mandate = ("2025", "9001", "1", SIRET, "Haies fictives", "10", NUMBER)
    desk.bring("spending", (*SPENDING, "N° de marché"), mandate)
    of_contract = col(Spending.contract_id).in_(
        sa.select(col(Contract.id)).where(col(Contract.reference) == NUMBER)
    )
    assert put(engines, of_contract, JoinedBy.PERSON) == 1
    answer = undo()
    assert answer.status_code == 409, answer.text
    assert SAID in answer.json()["detail"].replace("\u202f", " ")
    assert put(engines, of_contract, JoinedBy.NUMBER) == 1
    assert undo().status_code in (200, 204)
    with Session(engines.read) as session:
        named = col(Contract.reference) == NUMBER
        assert session.scalar(sa.select(sa.func.count()).where(named)) == 0


def put(engines: Engines, which: sa.ColumnElement[bool], by: JoinedBy) -> int:
    """Say who put spending under its contract; how many lines."""
    with Session(engines.write) as session, session.begin():
        done: Any = session.execute(sa.update(Spending).where(which).values(joined_by=by))
        return int(done.rowcount)
