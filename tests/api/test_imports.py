"""Imports: a file is judged, looked at, and let in whole."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.desk import Desk, of_buyer, row, told
from tests.conftest import DEMONSTRATION, LENS_LIEVIN, Headers

STRANGER = "21310555400017"


@pytest.fixture
def desk(client: TestClient, pilot: Headers) -> Desk:
    """The pilot of the demonstration buyer and of Lens-Liévin."""
    return Desk(client, pilot)


@pytest.fixture
def head_desk(client: TestClient, as_: Callable[[str], Headers]) -> Desk:
    """The administrator, who may watch other buyers."""
    return Desk(client, as_("administrator"))


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
    # What the nation would make of its cents is told with the amount.
    moved = {"amount", "subject", "version", "updated_at", "altered"}
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
    # Nor after another file came and went.
    assert desk.undo(desk.bring(row("E1", montant=3))).status_code == 200
    again = desk.bring(row("E1"))
    assert (again["rows"]["same"], again["rows"]["changed"]) == (1, 0)
    assert desk.contract("E1")["amount"] == "200000.00"


def test_a_file_that_says_what_the_register_says_already_changes_nothing(desk: Desk) -> None:
    desk.bring(row("E2"))
    desk.patch("E2", amount="3.00")
    before = desk.contract("E2")
    again = desk.bring(row("E2", montant=3))
    assert (again["rows"]["same"], again["rows"]["changed"]) == (1, 0)
    assert desk.contract("E2") == before


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


def test_each_consideration_that_changes_is_told_by_its_name(desk: Desk) -> None:
    told_before = {"considerationSociale": ["Pas de considération sociale"]}
    desk.bring(row("M1", considerationsSociales=told_before))
    after = {"considerationSociale": ["Clause sociale"]}
    staged = desk.send(row("M1", considerationsSociales=after))
    (one,) = desk.verdicts(staged)
    assert one["changes"] == [
        {
            "field": "mark.social_clause",
            "label": "Clause sociale",
            "before": False,
            "after": True,
        }
    ]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"acheteur": {"id": "12"}}, ("R1", "Nettoyage des locaux")),
        ({"acheteur": None, "objet": "  Un\nobjet  "}, ("R1", "Un objet")),
        ({"id": "", "objet": "x" * 300}, (None, f"{'x' * 199}…")),
        ({"id": ["R1"], "objet": {"a": 1}}, (None, None)),
    ],
)
def test_a_row_that_cannot_be_read_is_found_again_in_the_file(
    desk: Desk, said: dict[str, Any], shown: tuple[str | None, str | None]
) -> None:
    (one,) = desk.verdicts(desk.send(row("R1") | said))
    assert one["state"] == "refused"
    assert (one["reference"], one["subject"]) == shown


def test_a_file_that_brings_nothing_waits_for_nobody(desk: Desk) -> None:
    brought = desk.send(row("W1"))
    assert brought["waits"] is True
    assert desk.accept(brought)["waits"] is False
    same, refused = desk.send(row("W1")), desk.send(of_buyer(STRANGER, "W2"))
    assert [one["state"] for one in (same, refused)] == ["staged", "staged"]
    assert (same["waits"], refused["waits"]) == (False, False)
    listed = {one["id"]: one["waits"] for one in desk.get("/api/v1/imports")["items"]}
    assert (listed[same["id"]], listed[refused["id"]]) == (False, False)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("90910000-9", []),
        ("90910000", []),
        ("90919999-1", ["cpv_unknown"]),
        ("9091", ["cpv_shape"]),
    ],
)
def test_a_code_that_the_nomenclature_does_not_have_is_told_and_let_in(
    desk: Desk, code: str, told: list[str]
) -> None:
    brought = desk.bring(row("X1", codeCPV=code))
    (one,) = desk.verdicts(brought)
    found = [each for each in one["issues"] if each["code"].startswith("cpv")]
    assert (one["state"], [each["code"] for each in found]) == ("new", told)
    assert {each["field"] for each in found} <= {"codeCPV"}
    assert all(code in each["message"] for each in found)
    assert desk.contract("X1")["cpv"] == code
