"""The same bytes once more: what reading them anew would say, so long as the register stands."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.desk import Desk, Row, row
from tests.conftest import Headers

# New, with a remark, said twice, and refused by its reading.
FILE = (row("R1"), row("R2", codeCPV="9091000"), row("R3"), row("R3"), row("R4", id=None))
# What differs from one import to the next, whatever the file.
OWN = {"id", "sha256", "created_at", "accepted_at", "already", "name"}


@pytest.fixture
def desk(client: TestClient, pilot: Headers) -> Desk:
    """The pilot of the demonstration buyer."""
    return Desk(client, pilot)


def read_anew(desk: Desk, *rows: Row) -> dict[str, Any]:
    """The import of the same rows written otherwise, which nobody sent before."""
    content = json.dumps({"marches": {"marche": rows}}, indent=1).encode()
    answer = desk.post("/api/v1/imports", files={"file": ("decp.json", content)})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def without_own(shown: dict[str, Any]) -> dict[str, Any]:
    """An import without what is its own."""
    return {key: value for key, value in shown.items() if key not in OWN}


def test_the_same_file_again_is_told_as_if_it_was_read_anew(desk: Desk) -> None:
    desk.bring(*FILE)
    again, anew = desk.send(*FILE), read_anew(desk, *FILE)
    assert again["already"] is not None
    assert anew["already"] is None
    assert without_own(again) == without_own(anew)
    assert again["rows"]["same"] == 4
    assert desk.verdicts(again) == desk.verdicts(anew)
    assert without_own(desk.accept(again)) == without_own(desk.accept(anew))
    assert desk.verdicts(again) == desk.verdicts(anew)


def test_what_the_register_no_longer_holds_is_judged_anew(desk: Desk) -> None:
    desk.bring(*FILE)
    desk.bring(row("R1", montant=9.5))
    again = desk.send(*FILE)
    assert (again["rows"]["changed"], again["rows"]["same"]) == (1, 3)
    desk.accept(again)
    assert desk.register()["R1"]["amount"] == "157000.25"


def test_a_file_that_brought_nothing_when_it_came_brings_what_has_moved_since(desk: Desk) -> None:
    desk.bring(*FILE)
    again = desk.send(*FILE)
    assert again["rows"]["same"] == 4
    desk.bring(row("R1", montant=9.5))
    accepted = desk.accept(again)
    assert accepted["rows"]["changed"] == 1
    assert desk.register()["R1"]["amount"] == "157000.25"
    assert desk.undo(accepted).status_code == 200
    assert desk.register()["R1"]["amount"] == "9.50"


def test_the_same_file_after_an_undo_is_new_again(desk: Desk) -> None:
    desk.undo(desk.bring(*FILE))
    assert desk.send(*FILE)["rows"]["new"] == 3


def test_a_row_refused_for_another_is_judged_anew_each_time(desk: Desk) -> None:
    rows = (row("R1"), row("R1", montant=1))
    desk.bring(*rows)
    again, anew = desk.send(*rows), read_anew(desk, *rows)
    assert without_own(again) == without_own(anew)
    assert desk.verdicts(again) == desk.verdicts(anew)
