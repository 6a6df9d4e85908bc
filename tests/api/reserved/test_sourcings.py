"""Sourcings: what is kept of them, and which directorate may say what."""

from typing import Any

import pytest

from tests.api.reserved.asking import ELSEWHERE, ask, close, contract, fields, made, pages, reopen
from tests.cases.reserved import sourcing
from tests.conftest import DEMONSTRATION
from tests.operations import Service


def enter(service: Service, account: str = "pilot", **said: Any) -> Any:
    return ask(service, "POST", "/sourcings", sourcing(service.things()) | said, account)


def test_a_sourcing_starts_pending_and_ends_with_a_result(service: Service) -> None:
    body = {name: value for name, value in sourcing(service.things()).items() if name != "result"}
    one = made(service, "/sourcings", body)
    assert (one["result"], one["result_label"]) == ("pending", "En attente")
    changed = ask(
        service, "PATCH", f"/sourcings/{one['id']}", {"result": "reserved"}, If_Match='"1"'
    ).json()
    assert (changed["result"], changed["version"], changed["need"]) == ("reserved", 2, one["need"])


def test_a_sourcing_says_which_project_it_prepares(service: Service) -> None:
    project = service.things("project").ids["project_id"]
    one = enter(service, project_id=project).json()
    assert one["project_id"] == project
    gone = ask(service, "PATCH", f"/sourcings/{one['id']}", {"project_id": None}, If_Match='"1"')
    assert gone.json()["project_id"] is None


def test_a_number_that_is_not_said_is_not_zero(service: Service) -> None:
    one = enter(service, contacted=None, interested=0).json()
    assert (one["contacted"], one["interested"]) == (None, 0)
    gone = ask(
        service, "PATCH", f"/sourcings/{one['id']}", {"ess_answers": None}, If_Match='"1"'
    ).json()
    assert gone["ess_answers"] is None


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"done_on": "2999-01-01"}, "done_on"),
        ({"contacted": -1}, "contacted"),
        ({"contacted": 1.5}, "contacted"),
        ({"address": "javascript:alert(1)"}, "address"),
        ({"tool": "internet"}, "tool"),
        ({"need": "x"}, "need"),
        ({"contract_id": "01890000-0000-7000-8000-000000000000"}, "contract_id"),
        ({"project_id": "01890000-0000-7000-8000-000000000000"}, "project_id"),
    ],
)
def test_a_refusal_names_its_field(service: Service, said: dict[str, Any], place: str) -> None:
    assert fields(enter(service, **said)) == [["body", place]]
    one = enter(service).json()
    changed = ask(service, "PATCH", f"/sourcings/{one['id']}", said, If_Match='"1"')
    assert fields(changed) == [["body", place]]


@pytest.mark.parametrize("name", ["done_on", "tool", "need", "result"])
def test_what_makes_a_sourcing_is_never_emptied(service: Service, name: str) -> None:
    one = enter(service).json()
    changed = ask(service, "PATCH", f"/sourcings/{one['id']}", {name: None}, If_Match='"1"')
    assert fields(changed) == [["body", name]]


def test_a_directorate_sources_for_itself(service: Service) -> None:
    own = contract(service, directorate_id=service.directorate())
    foreign = contract(service, directorate_id=service.directorate(name=ELSEWHERE))
    assert enter(service, "directorate").status_code == 201
    assert enter(service, "directorate", contract_id=own["id"]).status_code == 201
    assert enter(service, "directorate", contract_id=foreign["id"]).status_code == 403
    kept = enter(service, contract_id=foreign["id"]).json()
    path = f"/sourcings/{kept['id']}"
    assert (
        ask(service, "PATCH", path, {"interested": 1}, "directorate", If_Match='"1"').status_code
        == 403
    )
    free = enter(service).json()
    moved = ask(
        service,
        "PATCH",
        f"/sourcings/{free['id']}",
        {"contract_id": foreign["id"]},
        "directorate",
        If_Match='"1"',
    )
    assert moved.status_code == 403


def test_a_closed_year_keeps_its_sourcings(service: Service) -> None:
    kept = enter(service, done_on="2012-03-03").json()
    free = enter(service).json()
    closing = close(service, 2012)
    into = {"done_on": "2012-12-31"}
    refused = [
        enter(service, done_on="2012-01-01"),
        ask(service, "PATCH", f"/sourcings/{kept['id']}", {"interested": 1}, If_Match='"1"'),
        ask(
            service, "PATCH", f"/sourcings/{kept['id']}", {"done_on": "2013-01-01"}, If_Match='"1"'
        ),
        ask(service, "PATCH", f"/sourcings/{free['id']}", into, If_Match='"1"'),
    ]
    assert [answer.json()["type"] for answer in refused] == ["year-closed"] * 4
    reopen(service, closing)


def test_sourcings_are_listed_by_year_tool_and_result(service: Service) -> None:
    made = [
        enter(service, done_on=day, tool=tool, result=result).json()["id"]
        for day, tool, result in (
            ("2014-12-31", "other", "open"),
            ("2015-01-01", "inclusion_market", "open"),
            ("2015-12-31", "other", "clause"),
            ("2015-06-01", "other", "open"),
        )
    ]

    def found(query: str) -> list[str]:
        path = f"/sourcings?buyer={DEMONSTRATION}&{query}"
        return [one["id"] for one in pages(service, path, 1)]

    assert found("year=2015") == [made[2], made[3], made[1]]
    assert found("year=2015&tool=other") == [made[2], made[3]]
    assert found("year=2015&result=open") == [made[3], made[1]]
    assert service.get("/api/v1/sourcings?year=2015", "other-pilot")["items"] == []
