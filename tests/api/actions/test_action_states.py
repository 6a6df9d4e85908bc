"""Where the actions of a scheme stand, year by year."""

from typing import Any

import pytest
from httpx2 import Response

from tests.api.actions.saying import World, world
from tests.api.reserved.asking import ask, close, fields, reopen
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service


@pytest.fixture
def made(service: Service) -> World:
    return world(service)


def put(made: World, action: str = "1.1.1", **said: Any) -> Response:
    headers = {"If_Match": said.pop("If_Match")} if "If_Match" in said else {}
    body = {"organisation": DEMONSTRATION, "year": 2025, "state": "ongoing"} | said
    path = f"/action-states/{said.pop('code', made.code)}/{action}"
    body.pop("code", None)
    return ask(made.service, "PUT", path, body, **headers)


def listed(made: World, year: int = 2025, account: str = "pilot") -> list[Any]:
    query = f"organisation={DEMONSTRATION}&scheme={made.code}&year={year}"
    found: list[Any] = made.service.get(f"/api/v1/action-states?{query}", account)
    return found


def test_every_action_is_listed_said_or_not(made: World) -> None:
    assert [(one["action"], one["state"], one["version"]) for one in listed(made)] == [
        ("1.1.1", None, None),
        ("1.1.2", None, None),
    ]
    one = put(made, state="done", comment="Terminée en mars")
    assert one.status_code == 200, one.text
    assert one.headers["etag"] == '"1"'
    found = listed(made, account="reader")
    assert found[0] == one.json()
    assert (found[0]["title"], found[0]["said_by"]) == ("Première action fictive", "Compte pilote")
    assert found[1]["state"] is None
    assert listed(made, 2024)[0]["state"] is None


def test_a_state_said_again_needs_its_version(made: World) -> None:
    assert put(made, If_Match='"1"').status_code == 412
    assert put(made).status_code == 200
    assert put(made, state="done").status_code == 428
    assert put(made, state="done", If_Match='"4"').status_code == 412
    again = put(made, state="abandoned", If_Match='"1"').json()
    assert (again["state"], again["version"], again["comment"]) == ("abandoned", 2, None)


@pytest.mark.parametrize(
    ("said", "place"),
    [({"state": "late"}, "state"), ({"year": 2099}, "year"), ({"year": "x"}, "year")],
)
def test_a_refusal_names_its_field(made: World, said: dict[str, Any], place: str) -> None:
    assert fields(put(made, **said)) == [["body", place]]


def test_an_unknown_action_or_scheme_does_not_exist(made: World, service: Service) -> None:
    elsewhere = world(service, OTHER)
    answers = [put(made, "9.9"), put(made, code="inconnu"), put(made, code=elsewhere.code)]
    assert [answer.status_code for answer in answers] == [404] * 3
    query = f"organisation={DEMONSTRATION}&scheme={elsewhere.code}&year=2025"
    assert ask(service, "GET", f"/action-states?{query}").status_code == 404


def test_a_closed_year_keeps_its_states(made: World, service: Service) -> None:
    closing = close(service, 2018)
    assert put(made, year=2018).json()["type"] == "year-closed"
    reopen(service, closing)
    assert put(made, year=2018).status_code == 200
