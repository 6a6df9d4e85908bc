"""Imports: a file is judged, looked at, let in whole or not at all, and taken out again."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import DEMONSTRATION, LENS_LIEVIN, Headers

STRANGER = "21310555400017"
Row = dict[str, Any]


def row(reference: str, **said: Any) -> Row:
    """A contract of the demonstration buyer, of 2022; None leaves a field out."""
    whole = {
        "id": reference,
        "acheteur": {"id": DEMONSTRATION},
        "nature": "Marché",
        "objet": "Nettoyage des locaux",
        "codeCPV": "90910000-9",
        "dateNotification": "2026-01-15",
        "datePublicationDonnees": "2026-02-01",
        "dureeMois": 12,
        "montant": 157000.25,
        "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": "00000001800010"}}],
    } | said
    return {name: value for name, value in whole.items() if value is not None}


def of_buyer(siret: str, reference: str, **said: Any) -> Row:
    """A contract of another buyer."""
    return row(reference, acheteur={"id": siret}, **said)


class Desk:
    """An account that brings files."""

    def __init__(self, client: TestClient, headers: Headers) -> None:
        self.client = client
        self.headers = headers

    def post(self, address: str, **body: Any) -> Any:
        """The answer to a POST."""
        return self.client.post(address, headers=self.headers, **body)

    def get(self, address: str) -> Any:
        """The JSON at an address."""
        answer = self.client.get(address, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, *rows: Row) -> dict[str, Any]:
        """Deposit a file of these rows."""
        content = json.dumps({"marches": {"marche": rows}}).encode()
        answer = self.post("/api/v1/imports", files={"file": ("decp.json", content)})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def accept(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Let a file in."""
        answer = self.post(f"/api/v1/imports/{shown['id']}/accept")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def bring(self, *rows: Row) -> dict[str, Any]:
        """Deposit a file and let it in."""
        return self.accept(self.send(*rows))

    def undo(self, shown: dict[str, Any]) -> Any:
        """The answer when a file is taken out."""
        return self.post(f"/api/v1/imports/{shown['id']}/undo")

    def verdicts(self, shown: dict[str, Any]) -> list[dict[str, Any]]:
        """The rows of a file, with their verdicts."""
        found: list[dict[str, Any]] = self.get(f"/api/v1/imports/{shown['id']}/rows")["items"]
        return found

    def register(self) -> dict[str, dict[str, Any]]:
        """Every contract that the account may read, in short, by number."""
        found: dict[str, dict[str, Any]] = {}
        cursor = ""
        while True:
            page = self.get(f"/api/v1/contracts?limit=100{cursor}")
            found |= {one["reference"]: one for one in page["items"]}
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"

    def contract(self, reference: str) -> dict[str, Any]:
        """A contract, whole."""
        listed = self.get(f"/api/v1/contracts?buyer={DEMONSTRATION}&q={reference}")["items"]
        (key,) = (one["id"] for one in listed if one["reference"] == reference)
        found: dict[str, Any] = self.get(f"/api/v1/contracts/{key}")
        return found

    def patch(self, reference: str, **said: Any) -> None:
        """Change a contract by hand."""
        kept = self.contract(reference)
        answer = self.client.patch(
            f"/api/v1/contracts/{kept['id']}",
            json=said,
            headers=self.headers | {"If-Match": f'"{kept["version"]}"'},
        )
        assert answer.status_code == 200, answer.text

    def mark(self, reference: str, **said: str) -> None:
        """Say marks of a contract by hand."""
        kept = self.contract(reference)
        answer = self.client.put(
            f"/api/v1/contracts/{kept['id']}/marks",
            json={"marks": said},
            headers=self.headers | {"If-Match": f'"{kept["version"]}"'},
        )
        assert answer.status_code == 200, answer.text


@pytest.fixture
def desk(client: TestClient, pilot: Headers) -> Desk:
    """The pilot of the demonstration buyer and of Lens-Liévin."""
    return Desk(client, pilot)


@pytest.fixture
def head_desk(client: TestClient, as_: Callable[[str], Headers]) -> Desk:
    """The administrator, who may watch other buyers."""
    return Desk(client, as_("administrator"))


def told(contract: dict[str, Any]) -> dict[str, Any]:
    """What a contract says, without the traces of its changes."""
    return {
        name: value for name, value in contract.items() if name not in ("version", "updated_at")
    }


def states(rows: list[dict[str, Any]]) -> list[str]:
    """The verdicts in the order of the file."""
    return [one["state"] for one in rows]


def codes(one: dict[str, Any]) -> list[str]:
    """What is wrong in a row."""
    return [issue["code"] for issue in one["issues"]]


def test_the_account_of_a_file_adds_up_before_and_after(desk: Desk) -> None:
    desk.bring(row("A1"), row("A2"))
    staged = desk.send(
        row("A1"),
        row("A2", montant=99.5),
        row("A3"),
        row("A3"),
        row("A3", montant=12),
        row("A4", codeCPV="9091000"),
        row("A5", id=None),
        of_buyer(STRANGER, "A6"),
        of_buyer(LENS_LIEVIN, "A7"),
    )
    account = {
        "received": 9,
        "new": 3,
        "changed": 1,
        "same": 2,
        "refused": 3,
        "with_issues": 2,
    }
    verdicts = ["same", "changed", "new", "same", "refused", "new", "refused", "refused", "new"]
    accepted = desk.accept(staged)
    for shown in (staged, accepted, desk.get(f"/api/v1/imports/{staged['id']}")):
        assert shown["rows"] == {**account, "with_issues": shown["rows"]["with_issues"]}
        assert {one["code"]: one["count"] for one in shown["refusals"]} == {
            "file_collision": 1,
            "missing_reference": 1,
            "foreign_buyer": 1,
        }
    rows = desk.verdicts(accepted)
    assert states(rows) == verdicts
    kept = [one for one in rows if one["state"] != "refused"]
    assert accepted["rows"]["with_issues"] == sum(bool(one["issues"]) for one in kept)
    assert "file_duplicate" in codes(rows[3])
    assert codes(rows[4])[0] == "file_collision"
    assert "ligne 3" in rows[4]["issues"][0]["message"]
    assert STRANGER in rows[7]["issues"][0]["message"]
    assert desk.contract("A3")["amount"] == "157000.25"


def test_a_preview_changes_nothing(desk: Desk) -> None:
    desk.bring(row("B1"))
    before, there = desk.register(), desk.client.get(f"/opendata/{DEMONSTRATION}/contrats.csv")
    staged = desk.send(row("B1", montant=5), row("B2"))
    desk.verdicts(staged)
    assert desk.register() == before
    after = desk.client.get(f"/opendata/{DEMONSTRATION}/contrats.csv")
    assert after.content == there.content
    assert after.headers["etag"] == there.headers["etag"]
    assert [one["contract_id"] is None for one in desk.verdicts(staged)] == [False, True]


def test_a_corrected_file_changes_what_it_corrects_and_tells_it(desk: Desk) -> None:
    desk.bring(row("C1"), row("C2"))
    before = desk.contract("C1")
    staged = desk.send(row("C1", montant=157000.26, objet="Nettoyage des écoles"), row("C2"))
    changes = [
        {
            "field": "subject",
            "label": "Objet",
            "before": "Nettoyage des locaux",
            "after": "Nettoyage des écoles",
        },
        {"field": "amount", "label": "Montant HT", "before": "157000.25", "after": "157000.26"},
    ]
    assert staged["rows"] | {"with_issues": 0} == {
        "received": 2,
        "new": 0,
        "changed": 1,
        "same": 1,
        "refused": 0,
        "with_issues": 0,
    }
    assert desk.verdicts(staged)[0]["changes"] == changes
    assert desk.verdicts(desk.accept(staged))[0]["changes"] == changes
    after = desk.contract("C1")
    assert (after["amount"], after["subject"]) == ("157000.26", "Nettoyage des écoles")
    assert after["version"] == before["version"] + 1
    assert after["id"] == before["id"]
    moved = {"amount", "subject", "version", "updated_at"}
    assert {name for name in after if after[name] != before[name]} == moved


def test_what_a_file_does_not_say_erases_nothing(desk: Desk) -> None:
    desk.bring(row("D1", considerationsSociales={"considerationSociale": ["Clause sociale"]}))
    desk.mark("D1", waste="yes", variants="no")
    desk.patch("D1", offers_received=3)
    before = desk.contract("D1")
    silent = {name: None for name in row("D1") if name not in ("id", "acheteur", "montant")}
    desk.bring(row("D1", montant=12.34, **{k: v for k, v in silent.items() if k != "montant"}))
    after = desk.contract("D1")
    assert told(after) == told(before) | {"amount": "12.34"}


def test_a_file_corrected_by_hand_since_does_not_undo_the_correction(desk: Desk) -> None:
    desk.bring(row("E1"))
    desk.patch("E1", amount="200000.00")
    again = desk.bring(row("E1"))
    assert (again["rows"]["same"], again["rows"]["changed"]) == (1, 0)
    assert desk.contract("E1")["amount"] == "200000.00"


def test_the_same_file_is_recognised(desk: Desk) -> None:
    first = desk.send(row("F1"))
    assert first["already"] is None
    assert desk.send(row("F1"))["already"] is None  # received, but nobody has accepted it
    accepted = desk.accept(first)
    second = desk.send(row("F1"))
    assert second["sha256"] == first["sha256"]
    assert second["already"] == {"id": first["id"], "at": accepted["accepted_at"]}
    assert desk.send(row("F1", montant=1))["already"] is None


def test_an_acceptance_judges_again_against_the_register_of_now(desk: Desk) -> None:
    first, second = desk.send(row("G1"), row("G2")), desk.send(row("G1"), row("G2", montant=7))
    assert first["rows"]["new"] == second["rows"]["new"] == 2
    desk.accept(first)
    accepted = desk.accept(second)
    assert (accepted["rows"]["same"], accepted["rows"]["changed"]) == (1, 1)
    assert states(desk.verdicts(accepted)) == ["same", "changed"]
    assert desk.contract("G2")["amount"] == "7.00"


def test_an_undo_takes_out_what_is_new_and_restores_what_changed(desk: Desk) -> None:
    desk.bring(row("H1"))
    desk.mark("H1", waste="yes")
    before = desk.register()
    whole = desk.contract("H1")
    changed = row(
        "H1",
        montant=5,
        considerationsEnvironnementales={
            "considerationEnvironnementale": ["Clause environnementale"]
        },
        titulaires=[{"titulaire": {"typeIdentifiant": "SIRET", "id": "00000062000013"}}],
        modifications=[
            {
                "modification": {
                    "id": 1,
                    "dateNotificationModification": "2026-03-01",
                    "datePublicationDonneesModification": "2026-03-02",
                    "montant": 6,
                }
            }
        ],
    )
    brought = desk.bring(changed, row("H2"), row("H3"))
    assert len(desk.register()) == len(before) + 2
    assert desk.contract("H1")["amendments"]
    undone = desk.undo(brought)
    assert undone.status_code == 200
    assert undone.json()["state"] == "undone"
    assert desk.register().keys() == before.keys()
    assert told(desk.contract("H1")) == told(whole)
    assert desk.verdicts(brought)[1]["contract_id"] is None
    # The register is as if the file had never come: it may come again.
    again = desk.bring(changed, row("H2"), row("H3"))
    assert (again["rows"]["changed"], again["rows"]["new"]) == (1, 2)


@pytest.mark.parametrize("touch", ["patch", "mark", "file"])
def test_an_undo_is_refused_when_a_contract_moved_since(desk: Desk, touch: str) -> None:
    desk.bring(row("I1"))
    brought = desk.bring(row("I1", montant=5), row("I2"))
    if touch == "patch":
        desk.patch("I2", months=7)
    elif touch == "mark":
        desk.mark("I1", waste="yes")
    else:
        desk.bring(row("I2", montant=8))
    before = desk.register()
    refused = desk.undo(brought)
    assert refused.status_code == 409
    assert refused.json()["type"] == "not-undoable"
    assert ("I1" if touch == "mark" else "I2") in refused.json()["detail"]
    assert desk.register() == before


def test_files_are_undone_one_after_the_other_from_the_last(desk: Desk) -> None:
    before = desk.register()
    first = desk.bring(row("J1"), row("J2"))
    second = desk.bring(row("J1", montant=5), row("J3"))
    third = desk.bring(row("J1", montant=6))
    assert desk.undo(first).status_code == desk.undo(second).status_code == 409
    for brought in (third, second, first):
        answer = desk.undo(brought)
        assert answer.status_code == 200, answer.text
    assert desk.register() == before


def test_a_file_is_accepted_once_and_undone_once(desk: Desk) -> None:
    staged = desk.send(row("K1"))
    too_soon = desk.undo(staged)
    desk.accept(staged)
    address = f"/api/v1/imports/{staged['id']}/accept"
    twice = desk.post(address)
    assert desk.undo(staged).status_code == 200
    undone_twice, accepted_again = desk.undo(staged), desk.post(address)
    answers = [
        (answer.status_code, answer.json()["type"])
        for answer in (too_soon, twice, undone_twice, accepted_again)
    ]
    assert answers == [
        (409, "not-undoable"),
        (409, "not-staged"),
        (409, "not-undoable"),
        (409, "not-staged"),
    ]
    assert "K1" not in desk.register()


def test_an_administrator_watches_a_buyer_that_a_pilot_cannot_touch(
    desk: Desk, head_desk: Desk
) -> None:
    refused = desk.bring(of_buyer(STRANGER, "L1"))
    assert (refused["rows"]["new"], refused["rows"]["refused"]) == (0, 1)
    assert (
        desk.client.get(f"/api/v1/organisations/{STRANGER}", headers=desk.headers).status_code
        == 404
    )
    brought = head_desk.bring(of_buyer(STRANGER, "L1"))
    assert brought["rows"]["new"] == 1
    organisation = head_desk.get(f"/api/v1/organisations/{STRANGER}")
    assert organisation["observed"] is True
    assert desk.bring(of_buyer(STRANGER, "L1", montant=1))["rows"]["refused"] == 1
    assert head_desk.bring(of_buyer(STRANGER, "L1", montant=2))["rows"]["changed"] == 1


def test_a_file_cut_before_its_first_contract_says_so_and_leaves_no_trace(desk: Desk) -> None:
    before, files = desk.register(), desk.get("/api/v1/imports")
    answer = desk.post("/api/v1/imports", files={"file": ("cut.json", b'{"marches": {"mar')})
    assert answer.status_code == 422
    assert answer.json()["type"] == "unreadable-file"
    assert "coupé" in answer.json()["detail"]
    assert desk.register() == before
    assert desk.get("/api/v1/imports") == files
