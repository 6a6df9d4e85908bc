"""A file accepted can be taken out again, as long as what it brought has not moved."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.api.desk import Desk, of_buyer, row, told
from tests.conftest import Headers

STRANGERS = ("21590350100017", "21590328700013")


@pytest.fixture
def desk(client: TestClient, pilot: Headers) -> Desk:
    """The pilot of the demonstration buyer and of Lens-Liévin."""
    return Desk(client, pilot)


@pytest.fixture
def head_desk(client: TestClient, as_: Callable[[str], Headers]) -> Desk:
    """The administrator, who may watch other buyers."""
    return Desk(client, as_("administrator"))


def watched(desk: Desk) -> list[bool]:
    """Which of the strangers the platform knows."""
    addresses = [f"/api/v1/organisations/{one}" for one in STRANGERS]
    answers = [desk.client.get(one, headers=desk.headers) for one in addresses]
    assert {one.status_code for one in answers} <= {200, 404}
    return [one.status_code == 200 for one in answers]


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


def test_a_file_that_changed_nothing_is_undone_once_too(desk: Desk) -> None:
    desk.bring(row("K2"))
    staged = desk.send(row("K2"))
    too_soon = desk.undo(staged)
    desk.accept(staged)
    answers = [too_soon, desk.undo(staged), desk.undo(staged)]
    assert [answer.status_code for answer in answers] == [409, 200, 409]
    assert "K2" in desk.register()


def test_the_watched_buyers_that_only_a_file_brought_go_with_it(head_desk: Desk) -> None:
    first, second = STRANGERS
    assert watched(head_desk) == [False, False]
    brought = head_desk.bring(of_buyer(first, "N1"), of_buyer(second, "N1"), row("N1"))
    assert watched(head_desk) == [True, True]
    more = head_desk.bring(of_buyer(first, "N2"))
    assert head_desk.undo(brought).status_code == 200
    # Another file has put a contract on the first.
    assert watched(head_desk) == [True, False]
    assert head_desk.undo(more).status_code == 200
    assert watched(head_desk) == [False, False]
    assert head_desk.get("/api/v1/organisations/" + row("N1")["acheteur"]["id"])
    # As if they had never come: they may come again.
    assert head_desk.bring(of_buyer(second, "N1"))["rows"]["new"] == 1
