"""Milestones: done or not, when, in time or not, and never before it is known."""

from datetime import timedelta
from typing import Any

import pytest

from api.kit.days import today
from tests.api.actions.saying import World, world
from tests.api.reserved.asking import close, fields, pages, reopen
from tests.operations import Service

TOMORROW = (today() + timedelta(days=2)).isoformat()


@pytest.fixture
def made(service: Service) -> World:
    return world(service)


@pytest.mark.parametrize(
    ("said", "in_time"),
    [
        ({"done": True, "done_on": "2025-06-30", "due_on": "2025-06-30"}, True),
        ({"done": True, "done_on": "2025-07-01", "due_on": "2025-06-30"}, False),
        ({"done": True, "done_on": "2025-07-01"}, None),
        ({"done": False, "due_on": "2025-06-30"}, None),
        ({"done": None, "due_on": "2025-06-30"}, None),
        ({}, None),
    ],
)
def test_a_milestone_is_in_time_or_not_once_both_days_are_known(
    made: World, said: dict[str, Any], in_time: bool | None
) -> None:
    answer = made.milestone("JALON", **said)
    assert answer.status_code == 200, answer.text
    one = answer.json()
    assert one["in_time"] is in_time
    assert (one["done"], one["period"]) == (said.get("done"), "once")
    assert one["said_by"] == "Compte pilote"


@pytest.mark.parametrize(
    ("name", "said", "place"),
    [
        ("JALON", {"done": True}, "done_on"),
        ("JALON", {"done": False, "done_on": "2025-06-30"}, "done_on"),
        ("JALON", {"done_on": "2025-06-30"}, "done_on"),
        ("JALON", {"done": True, "done_on": TOMORROW}, "done_on"),
        ("JALON", {"done": False, "period": "2025"}, "period"),
        ("JALON-AN", {"done": False}, "period"),
        ("JALON-AN", {"done": False, "period": "1999"}, "period"),
        ("JALON-AN", {"done": False, "period": "20２5"}, "period"),
        ("JALON", {"done": "oui"}, "done"),
        ("JALON", {"done": 1}, "done"),
    ],
)
def test_a_refusal_names_its_field(
    made: World, name: str, said: dict[str, Any], place: str
) -> None:
    assert fields(made.milestone(name, **said)) == [["body", place]]


def test_a_yearly_milestone_is_said_each_year(made: World, service: Service) -> None:
    for year in ("2024", "2025"):
        answer = made.milestone("JALON-AN", period=year, done=False)
        assert answer.status_code == 200, answer.text
    path = f"/milestones?scheme={made.code}"
    assert [one["period"] for one in pages(service, path, 1)] == ["2025", "2024"]
    assert [one["period"] for one in pages(service, f"{path}&period=2024")] == ["2024"]
    assert service.get(f"/api/v1{path}", "other-pilot")["items"] == []


def test_a_milestone_said_again_needs_its_version(made: World) -> None:
    assert made.milestone("JALON", done=False, If_Match='"1"').status_code == 412
    assert made.milestone("JALON", done=False, comment="Retard").status_code == 200
    assert made.milestone("JALON").status_code == 428
    assert made.milestone("JALON", If_Match='"2"').status_code == 412
    again = made.milestone("JALON", If_Match='"1"')
    assert (again.json()["done"], again.json()["comment"], again.headers["etag"]) == (
        None,
        None,
        '"2"',
    )


def test_a_measure_is_not_a_milestone(made: World) -> None:
    for name, word in (("KWH", "mesure"), ("CALCULE", "Spaser calcule")):
        answer = made.milestone(name, done=False)
        assert (answer.status_code, answer.json()["type"]) == (409, "not-expected")
        assert word in answer.json()["detail"]


def test_a_closed_year_keeps_what_was_done_in_it(made: World, service: Service) -> None:
    done: dict[str, Any] = {"done": True, "done_on": "2014-05-05"}
    assert made.milestone("JALON", **done).status_code == 200
    assert made.milestone("JALON-AN", period="2014", done=False).status_code == 200
    closing = close(service, 2014)
    refused = [
        made.milestone("JALON", done=False, If_Match='"1"'),
        made.milestone("JALON-AN", period="2014", done=True, done_on="2015-01-03", If_Match='"1"'),
    ]
    fresh = world(service)
    refused.append(fresh.milestone("JALON", **done))
    assert [answer.json()["type"] for answer in refused] == ["year-closed"] * 3
    assert fresh.milestone("JALON", done=True, done_on="2015-05-05").status_code == 200
    moved = fresh.milestone("JALON", **done, If_Match='"1"')
    assert moved.json()["type"] == "year-closed"
    reopen(service, closing)


def test_a_directorate_speaks_of_the_milestones_it_owes(made: World, service: Service) -> None:
    assert made.milestone("JALON", "directorate", done=False).status_code == 403
    opened = made.campaign().json()
    made.assign(opened, "JALON", directorate_id=service.directorate())
    made.assign(opened, "JALON-AN", directorate_id=service.directorate())
    assert made.milestone("JALON", "directorate", done=False).status_code == 200
    for period, status in (("2025", 200), ("2024", 403)):
        answer = made.milestone("JALON-AN", "directorate", period=period, done=False)
        assert answer.status_code == status
    # The last campaign says who owes what is said once for all.
    later = made.campaign(year=2026, due_on="2027-01-31").json()
    assert made.assign(later, "JALON", directorate_id=None).status_code == 200
    refused = made.milestone("JALON", "directorate", done=None, If_Match='"1"')
    assert refused.status_code == 403
