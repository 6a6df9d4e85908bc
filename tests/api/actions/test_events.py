"""Events: what was held and who came, and the actions that they serve."""

from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from api.kit.days import today
from tests.api.actions.saying import World, world
from tests.api.reserved.asking import ask, close, fields, pages, reopen
from tests.cases.actions import ACTION, event
from tests.conftest import DEMONSTRATION, OTHER
from tests.operation import Things
from tests.operations import Service

LATER = (today() + timedelta(days=2)).isoformat()


@pytest.fixture
def made(service: Service) -> World:
    return world(service)


def enter(made: World, account: str = "pilot", **said: Any) -> Response:
    body = event(Things(DEMONSTRATION, code=made.code)) | said
    return ask(made.service, "POST", "/events", body, account)


def test_an_event_is_kept_as_it_was_said(made: World) -> None:
    answer = enter(made)
    assert answer.status_code == 201, answer.text
    said = event(Things(DEMONSTRATION, code=made.code))
    assert {name: answer.json()[name] for name in said} == said
    read = ask(made.service, "GET", f"/events/{answer.json()['id']}")
    assert (read.json(), read.headers["etag"]) == (answer.json(), '"1"')


def test_a_number_that_is_not_said_is_not_zero(made: World) -> None:
    one = enter(made, participants=0, expected=None, audience=None).json()
    assert (one["participants"], one["expected"], one["audience"]) == (0, None, None)


def test_an_event_says_of_which_directorate_it_is_or_does_not(
    made: World, service: Service
) -> None:
    assert enter(made).json()["directorate_id"] is None
    whose = service.directorate()
    one = enter(made, directorate_id=whose).json()
    assert one["directorate_id"] == whose
    gone = ask(service, "PATCH", f"/events/{one['id']}", {"directorate_id": None}, If_Match='"1"')
    assert gone.json()["directorate_id"] is None
    elsewhere = {"organisation": OTHER, "actions": [], "directorate_id": whose}
    assert fields(enter(made, "other-pilot", **elsewhere)) == [["body", "directorate_id"]]


def test_more_may_come_than_were_expected(made: World) -> None:
    assert enter(made, participants=50, expected=20).status_code == 201


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"held_on": LATER}, ["held_on"]),
        ({"kind": "party"}, ["kind"]),
        ({"state": "done"}, ["state"]),
        ({"participants": -1}, ["participants"]),
        ({"participants": 1.5}, ["participants"]),
        ({"expected": 1_000_001}, ["expected"]),
        ({"title": "x"}, ["title"]),
        ({"directorate_id": "01890000-0000-7000-8000-000000000000"}, ["directorate_id"]),
        ({"actions": [{"scheme": "inconnu", "action": ACTION}]}, ["actions", 0]),
        ({"actions": [{"scheme": "inconnu"}]}, ["actions", 0, "action"]),
    ],
)
def test_a_refusal_names_its_field(made: World, said: dict[str, Any], place: list[Any]) -> None:
    assert fields(enter(made, **said)) == [["body", *place]]
    one = enter(made).json()
    changed = ask(made.service, "PATCH", f"/events/{one['id']}", said, If_Match='"1"')
    assert fields(changed) == [["body", *place]]
    assert made.service.get(f"/api/v1/events/{one['id']}") == one


def test_an_action_is_one_of_an_adopted_scheme(made: World, service: Service) -> None:
    elsewhere = world(service, OTHER)
    good = {"scheme": made.code, "action": ACTION}
    wrong = [{"scheme": made.code, "action": "9.9"}, {"scheme": elsewhere.code, "action": ACTION}]
    assert fields(enter(made, actions=[good, *wrong])) == [
        ["body", "actions", 1],
        ["body", "actions", 2],
    ]
    assert enter(made, actions=[good, good]).json()["actions"] == [good]
    assert enter(made, actions=[]).json()["actions"] == []


def test_an_event_to_come_is_planned_then_held(made: World) -> None:
    one = enter(made, held_on=LATER, state="planned", participants=None).json()
    path = f"/events/{one['id']}"
    early = ask(made.service, "PATCH", path, {"state": "held"}, If_Match='"1"')
    assert fields(early) == [["body", "held_on"]]
    body = {"state": "held", "held_on": "2025-03-12", "participants": 12}
    held = ask(made.service, "PATCH", path, body, If_Match='"1"').json()
    assert (held["state"], held["participants"], held["version"]) == ("held", 12, 2)


@pytest.mark.parametrize("name", ["kind", "title", "held_on", "state", "actions"])
def test_what_makes_an_event_is_never_emptied(made: World, name: str) -> None:
    one = enter(made).json()
    answer = ask(made.service, "PATCH", f"/events/{one['id']}", {name: None}, If_Match='"1"')
    assert answer.status_code == 422


def test_a_change_keeps_the_rest(made: World) -> None:
    one = enter(made).json()
    path = f"/events/{one['id']}"
    assert ask(made.service, "PATCH", path, {"comment": None}).status_code == 428
    assert ask(made.service, "PATCH", path, {"comment": None}, If_Match='"2"').status_code == 412
    moved = [{"scheme": made.code, "action": "1.1.2"}]
    body = {"comment": None, "actions": moved}
    changed = ask(made.service, "PATCH", path, body, If_Match='"1"')
    assert changed.json() == one | {"comment": None, "actions": moved, "version": 2}
    assert changed.headers["etag"] == '"2"'


def test_a_closed_year_keeps_its_events(made: World, service: Service) -> None:
    kept, free = enter(made, held_on="2017-03-03").json(), enter(made).json()
    closing = close(service, 2017)
    path = f"/events/{kept['id']}"
    refused = [
        enter(made, held_on="2017-12-31"),
        ask(service, "PATCH", path, {"participants": 1}, If_Match='"1"'),
        ask(service, "PATCH", path, {"held_on": "2018-01-01"}, If_Match='"1"'),
        ask(
            service,
            "PATCH",
            f"/events/{free['id']}",
            {"held_on": "2017-01-01"},
            If_Match='"1"',
        ),
        ask(service, "DELETE", path),
    ]
    assert [answer.json()["type"] for answer in refused] == ["year-closed"] * 5
    reopen(service, closing)
    assert ask(service, "DELETE", path).status_code == 204


def test_a_repeated_creation_makes_one_event(made: World) -> None:
    body = event(Things(DEMONSTRATION, code=made.code))
    answers = [
        ask(made.service, "POST", "/events", body, Idempotency_Key=f"key-{made.code}")
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["etag"] == '"1"'


def test_events_are_listed_by_what_they_are(made: World, service: Service) -> None:
    second = [{"scheme": made.code, "action": "1.1.2"}]
    said: tuple[dict[str, Any], ...] = (
        {"held_on": "2019-12-31", "title": "Été : journée portes ouvertes"},
        {"held_on": "2020-01-01", "kind": "fair", "actions": second},
        {"held_on": "2020-06-01", "state": "cancelled", "comment": "Salle ÉVACUÉE"},
        {"held_on": "2020-12-31", "actions": second},
    )
    ids = {enter(made, **one).json()["id"]: place for place, one in enumerate(said)}

    def found(query: str, account: str = "pilot") -> list[int]:
        listed = pages(service, f"/events?scheme={made.code}&{query}", 1, account)
        return [ids[one["id"]] for one in listed]

    assert found("") == [3, 2, 1, 0]
    assert found("year=2020") == [3, 2, 1]
    assert found("kind=fair") == [1]
    assert found("state=cancelled") == [2]
    assert found("action=1.1.2") == [3, 1]
    assert found("q=ETE+portes") == [0]
    assert found("q=évacuee") == [2]
    assert found("q=100%25") == []
    assert found(f"organisation={DEMONSTRATION}&year=2019") == [0]
    assert found("", "reader") == [3, 2, 1, 0]
    assert found("", "other-pilot") == []


def test_a_directorate_enters_events(made: World) -> None:
    one = enter(made, "directorate")
    assert one.status_code == 201
    assert enter(made, "reader").status_code == 403
