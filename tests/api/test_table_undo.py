"""A spreadsheet taken out again: whole, or not at all with who depends on it."""

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from api.contracts.models import RegisterEntry
from api.kit.db import Engines
from tests.api.desk import Desk, row
from tests.api.sheet_desk import CONTRACTS, PATH, PROJECTS, SIRET, SPENDING, SheetDesk, csv_file
from tests.conftest import OTHER, Headers

PROJECT = ("P-1", "Gymnase", "2026", "1000", "31/12/2026", "")
CONTRACT = ("S-1", "Haies", "12000", "02/03/2026", SIRET)
MANDATE = ("2025", "1001", "1", SIRET, "Haies fictives", "10")


@pytest.fixture
def desk(client: TestClient, pilot: Headers) -> SheetDesk:
    """The pilot of the demonstration buyer."""
    return SheetDesk(client, pilot)


def refusal(desk: SheetDesk, shown: dict[str, Any]) -> str:
    """Why an import cannot be taken out."""
    answer = desk.undo(shown)
    assert (answer.status_code, answer.json()["type"]) == (409, "not-undoable"), answer.text
    told: str = answer.json()["detail"]
    return told


def test_a_project_changed_by_hand_since_is_named(desk: SheetDesk) -> None:
    shown = desk.bring("projects", PROJECTS, PROJECT, ("P-2", *PROJECT[1:]))
    one = desk.projects()["P-1"]
    answer = desk.client.patch(
        f"/api/v1/projects/{one['id']}",
        json={"comment": "Repris"},
        headers={**desk.headers, "If-Match": f'"{one["version"]}"'},
    )
    assert answer.status_code == 200, answer.text
    assert "1 projet de cet import a changé depuis (P-1)" in refusal(desk, shown)
    assert set(desk.projects()) == {"P-1", "P-2"}


def test_imports_are_undone_last_first(desk: SheetDesk) -> None:
    first = desk.bring("contracts", CONTRACTS, CONTRACT)
    second = desk.bring("contracts", CONTRACTS, (*CONTRACT[:2], "13000", *CONTRACT[3:]))
    assert "1 marché de cet import a changé depuis (S-1)" in refusal(desk, first)
    assert desk.undo(second).status_code == 200
    assert desk.undo(first).status_code == 200
    assert desk.contract("S-1") is None


def test_what_depends_on_a_contract_keeps_it_and_is_told(desk: SheetDesk) -> None:
    shown = desk.bring("contracts", CONTRACTS, CONTRACT)
    clause = {
        "contract_id": (desk.contract("S-1") or {})["id"],
        "title": "Clause fictive",
        "kind": "execution_condition",
        "unit": "hours",
        "hours": "40.00",
        "status": "running",
    }
    answer = desk.client.post("/api/v1/insertion/clauses", json=clause, headers=desk.headers)
    assert answer.status_code == 201, answer.text
    told = refusal(desk, shown)
    assert "1 clause d’insertion dépend de ce que cet import a apporté (S-1)" in told
    assert desk.contract("S-1") is not None


def test_spending_that_found_its_contract_lets_it_go_and_waits_again(desk: SheetDesk) -> None:
    shown = desk.bring("contracts", CONTRACTS, CONTRACT)
    spent = desk.bring("spending", (*SPENDING, "N° de marché"), (*MANDATE, "S-1"))
    assert _held_by(desk) == (desk.contract("S-1") or {})["id"]
    assert desk.undo(shown).status_code == 200
    assert desk.contract("S-1") is None
    assert _held_by(desk) is None
    waiting = desk.get(f"/api/v1/spending/waiting?buyer={desk.siret}&limit=100")["items"]
    assert [one["contract_number"] for one in waiting].count("S-1") == 1
    assert desk.undo(spent).status_code == 200


def _held_by(desk: SheetDesk) -> str | None:
    """The contract of the one line brought."""
    [held] = [
        one["contract_id"] for one in desk.spending() if one["payee_name"] == "Haies fictives"
    ]
    return str(held) if held else None


def test_what_is_said_of_a_company_keeps_no_import_of_its_contract(desk: SheetDesk) -> None:
    shown = desk.bring("contracts", CONTRACTS, CONTRACT)
    (company,) = desk.get(f"/api/v1/contracts/{(desk.contract('S-1') or {})['id']}")["suppliers"]
    address = f"/api/v1/suppliers/{company['id']}"
    answer = desk.client.patch(address, json={"sole_trader": True}, headers=desk.headers)
    assert answer.status_code == 200, answer.text
    assert desk.undo(shown).status_code == 200


def test_a_decp_file_before_may_be_undone_after_the_spreadsheet_is(desk: SheetDesk) -> None:
    decp = Desk(desk.client, desk.headers)
    brought = decp.bring(row("D-1"))
    sheet = desk.bring("contracts", ("N° de marché", "Durée"), ("D-1", "36"))
    assert decp.undo(brought).status_code == 409
    assert desk.undo(sheet).status_code == 200
    assert decp.undo(brought).status_code == 200


def test_spending_of_a_year_closed_since_stays(desk: SheetDesk) -> None:
    shown = desk.bring("spending", SPENDING, MANDATE)
    body = {"organisation": desk.siret, "year": 2025}
    answer = desk.client.post("/api/v1/closings", json=body, headers=desk.headers)
    assert answer.status_code == 201, answer.text
    assert "L’année 2025 est close" in refusal(desk, shown)
    later = desk.send("spending", csv_file(SPENDING, ("2025", "7", "", SIRET, "Beta", "5")))
    assert "L’année 2025 est close" in desk.messages(later)


def test_what_is_not_accepted_or_is_undone_cannot_be_undone(desk: SheetDesk) -> None:
    shown = desk.send("projects", csv_file(PROJECTS, PROJECT))
    refusal(desk, shown)
    desk.accept(shown)
    assert desk.undo(shown).status_code == 200
    refusal(desk, shown)


def test_columns_of_what_is_accepted_no_longer_change(desk: SheetDesk) -> None:
    shown = desk.bring("projects", PROJECTS, PROJECT)
    answer = desk.choose(shown, "reference")
    assert (answer.status_code, answer.json()["type"]) == (409, "not-staged")


def test_a_foreign_spreadsheet_is_not_found(desk: SheetDesk, as_: Any) -> None:
    shown = desk.send("projects", csv_file(PROJECTS, PROJECT))
    stranger = SheetDesk(desk.client, as_("other-pilot"), OTHER)
    address = f"{PATH}/{shown['id']}"
    for path in ("", "/columns", "/rows", "/annotated"):
        assert desk.client.get(address + path, headers=stranger.headers).status_code == 404
    for path in ("/accept", "/undo"):
        assert desk.client.post(address + path, headers=stranger.headers).status_code == 404
    assert stranger.choose(shown, "reference").status_code == 404
    mine = SheetDesk(desk.client, stranger.headers, desk.siret)
    assert mine.post("projects", csv_file(PROJECTS, PROJECT)).status_code == 404


def test_lines_of_another_buyer_are_refused_and_stay_refused(desk: SheetDesk) -> None:
    titles = ("SIRET acheteur", "Numéro", "Intitulé", "Année")
    shown = desk.send("projects", csv_file(titles, (OTHER, "P-1", "Gymnase", "2026")))
    assert f"L’acheteur {OTHER} n’est pas celui de cet import" in desk.messages(shown)
    assert desk.accept(shown)["rows"]["refused"] == 1
    assert desk.projects() == {}


def test_a_decp_file_has_no_columns(desk: SheetDesk) -> None:
    shown = Desk(desk.client, desk.headers).send(row("D-1"))
    answer = desk.client.get(f"{PATH}/{shown['id']}/columns", headers=desk.headers)
    assert answer.status_code == 404


def test_contracts_are_announced_when_they_go_in_and_when_they_go_out(
    desk: SheetDesk, engines: Engines
) -> None:
    shown = desk.bring("contracts", CONTRACTS, CONTRACT)
    made = UUID(desk.rows(shown)[0]["contract_id"])
    with Session(engines.read) as session:
        entered = session.get_one(RegisterEntry, made)
    assert not entered.removed
    assert desk.undo(shown).status_code == 200
    with Session(engines.read) as session:
        gone = session.get_one(RegisterEntry, made)
    assert gone.removed
    assert gone.position > entered.position
