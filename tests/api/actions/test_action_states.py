"""Where the actions of a scheme stand, year by year."""

from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from httpx2 import Response
from sqlmodel import Session, col

from api.schemes.models import Indicator, Scheme
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


def with_a_smaller_action(made: World) -> None:
    """The first action of the scheme has a part that is an action too."""
    with Session(made.service.app.state.engines.write) as session, session.begin():
        scheme = session.scalars(sa.select(Scheme).where(col(Scheme.code) == made.code)).one()
        tree = deepcopy(scheme.content)
        actions = tree["axes"][0]["objectives"][0]["actions"]
        actions.append({**actions[0], "code": "1.1.1.A", "title": "Action plus petite"})
        scheme.content = tree


def test_a_state_tells_which_steps_deny_it(made: World) -> None:
    assert put(made, state="done").json()["contradictions"] == []
    assert made.milestone("JALON", done=False).status_code == 200
    denied = ["l’étape « Indicateur JALON » est dite pas faite"]
    found = {one["action"]: one["contradictions"] for one in listed(made)}
    assert found == {"1.1.1": denied, "1.1.2": []}
    again = put(made, state="ongoing", If_Match='"1"').json()
    assert again["contradictions"] == []


def test_a_step_done_since_denies_a_state_of_the_year_before_alone(made: World) -> None:
    said = made.milestone("JALON", done=True, done_on="2025-03-01")
    assert said.status_code == 200, said.text
    for year in (2024, 2025):
        assert put(made, state="done", year=year).status_code == 200
    assert listed(made, 2025)[0]["contradictions"] == []
    assert listed(made, 2024)[0]["contradictions"] == [
        "l’étape « Indicateur JALON » est dite pas faite"
    ]
    never = put(made, state="not_started", If_Match='"1"').json()
    assert never["contradictions"] == ["l’étape « Indicateur JALON » est dite faite"]


def test_a_state_tells_which_parts_of_a_step_deny_it(service: Service) -> None:
    made = world(service, by_part=True)
    gardens = {"part": "Espaces verts", "done": True, "done_on": "2025-03-04"}
    parts = [gardens, {"part": "Nettoyage", "done": False}, {"part": "Blanchisserie"}]
    assert made.milestone("SECTEURS", parts=parts).status_code == 200
    step = "l’étape « Indicateur SECTEURS » est dite"
    never = put(made, state="not_started").json()["contradictions"]
    assert never == [f"{step} faite pour « Espaces verts »"]
    done = put(made, state="done", If_Match='"1"').json()["contradictions"]
    assert done == [f"{step} pas faite pour « Nettoyage »"]
    # What nobody spoke of denies nothing; what was done later was not done that year.
    made.milestone("SECTEURS", parts=[gardens, {"part": "Blanchisserie"}], If_Match='"1"')
    assert listed(made)[0]["contradictions"] == []
    earlier = put(made, state="done", year=2024).json()["contradictions"]
    assert earlier == [f"{step} pas faite pour « Espaces verts »"]


def test_an_indicator_that_repeats_a_step_denies_the_state_of_its_own_action(made: World) -> None:
    with Session(made.service.app.state.engines.write) as session, session.begin():
        one = session.get_one(Indicator, UUID(made.indicators["JALON-AN"]))
        root = made.indicators["JALON"]
        one.content = {**one.content, "told_under": root, "actions": ["1.1.2"]}
    assert made.milestone("JALON", done=False).status_code == 200
    denied = ["l’étape « Indicateur JALON-AN » est dite pas faite"]
    assert put(made, "1.1.2", state="done").json()["contradictions"] == denied


def test_a_state_tells_which_smaller_actions_deny_it(made: World) -> None:
    with_a_smaller_action(made)
    assert put(made, "1.1.1.A", state="ongoing").status_code == 200
    told = put(made, state="done").json()["contradictions"]
    assert told == ["l’action 1.1.1.A est dite en cours"]
    assert put(made, "1.1.1.A", state="abandoned", If_Match='"1"').status_code == 200
    assert listed(made)[0]["contradictions"] == []
