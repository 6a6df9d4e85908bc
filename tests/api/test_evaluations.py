"""Evaluations of contracts: a mark out of 20 or none, of a day that can be."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.asking_programme import (
    ELSEWHERE,
    FIRST,
    NOWHERE,
    ask,
    contract,
    fields,
    pages,
    patch,
)
from tests.cases.evaluations import evaluation
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service


def enter(service: Service, account: str = "pilot", **said: Any) -> Any:
    body = evaluation(service.things("contract")) | said
    return ask(service, "POST", "/evaluations", body, account)


def made(service: Service, **said: Any) -> Any:
    answer = enter(service, **said)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_an_evaluation_is_kept_with_its_mark_or_without(service: Service) -> None:
    held = contract(service)
    one = made(service, contract_id=held["id"], score="7.5")
    assert (one["score"], one["reference"]) == ("7.50", held["reference"])
    assert one["side_label"] == "Par l’acheteur"
    silent = made(service, contract_id=held["id"], score=None, side="supplier", subject="tie_break")
    assert silent["score"] is None
    listed = service.get(f"/api/v1/evaluations?contract={held['id']}")["items"]
    assert listed == [silent, one]


@pytest.mark.parametrize("score", ["0", "0.00", "0.01", "9.9", "19.99", "20", "20.00"])
def test_a_mark_is_kept_to_the_hundredth(service: Service, score: str) -> None:
    assert made(service, score=score)["score"] == f"{float(score):.2f}"


@pytest.mark.parametrize(
    ("said", "place"),
    [
        *(
            ({"score": score}, "score")
            for score in ("20.01", "21", "-1", "-0", "14.555", "", "14,5", 14, 14.5, "1e1", "NaN")
        ),
        ({"done_on": "2999-01-01"}, "done_on"),
        ({"done_on": "2050-01-01"}, "done_on"),
        ({"done_on": "2026-03-01"}, "done_on"),
        ({"side": "citizen"}, "side"),
        ({"subject": "price"}, "subject"),
        ({"comment": ""}, "comment"),
    ],
)
def test_a_refusal_names_its_field(service: Service, said: dict[str, Any], place: str) -> None:
    assert fields(enter(service, **said)) == [["body", place]]
    one = made(service)
    assert fields(patch(service, f"/evaluations/{one['id']}", **said)) == [["body", place]]


def test_execution_is_evaluated_once_notified_and_negotiation_before(service: Service) -> None:
    # The contract of the tests is notified on 2 March 2026.
    assert enter(service, done_on="2026-03-02").status_code == 201
    before = {"done_on": "2026-03-01", "subject": "negotiation"}
    one = made(service, **before)
    moved = patch(service, f"/evaluations/{one['id']}", subject="execution")
    assert fields(moved) == [["body", "done_on"]]
    unknown = contract(service, notified_on=None)
    assert enter(service, contract_id=unknown["id"], done_on="2020-01-01").status_code == 201


@pytest.mark.parametrize("name", ["done_on", "side", "subject"])
def test_what_makes_an_evaluation_is_never_emptied(service: Service, name: str) -> None:
    path = f"/evaluations/{made(service)['id']}"
    assert fields(patch(service, path, **{name: None})) == [["body", name]]


def test_a_change_touches_what_it_names(service: Service) -> None:
    one = made(service)
    answer = patch(service, f"/evaluations/{one['id']}", score=None)
    assert answer.headers["etag"] == '"2"'
    assert answer.json() == one | {"score": None, "version": 2}


def test_a_change_asks_for_the_version_that_was_read(service: Service) -> None:
    one = made(service)
    path = f"/evaluations/{one['id']}"
    for method, body in (("PATCH", {"score": "1"}), ("DELETE", None)):
        assert ask(service, method, path, body).status_code == 428
        assert ask(service, method, path, body, If_Match='"7"').status_code == 412
    assert ask(service, "DELETE", path, If_Match=FIRST).status_code == 204
    assert service.get(f"/api/v1/evaluations?contract={one['contract_id']}")["items"] == []


def test_the_same_key_enters_an_evaluation_once(service: Service) -> None:
    body = evaluation(service.things("contract"))
    answers = [
        ask(service, "POST", "/evaluations", body, Idempotency_Key="evaluation-once")
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].text == answers[1].text


def test_a_foreign_contract_is_an_unknown_one(service: Service) -> None:
    theirs = service.things(siret=OTHER).contract_id
    answers = [enter(service, contract_id=one) for one in (theirs, NOWHERE)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_a_directorate_evaluates_its_own_contracts(service: Service) -> None:
    own = contract(service, directorate_id=service.directorate())
    theirs = contract(service, directorate_id=service.directorate(name=ELSEWHERE))
    assert enter(service, "directorate", contract_id=own["id"]).json()["editable"]
    assert enter(service, "directorate", contract_id=theirs["id"]).status_code == 403
    path = f"/evaluations/{made(service, contract_id=theirs['id'])['id']}"
    for method, body in (("PATCH", {"score": "1"}), ("DELETE", None)):
        assert ask(service, method, path, body, "directorate", If_Match=FIRST).status_code == 403
    seen = service.get(f"/api/v1/evaluations?contract={theirs['id']}", "directorate")["items"]
    assert [one["editable"] for one in seen] == [False]


@pytest.fixture
def closed_2016(service: Service) -> Iterator[dict[str, str]]:
    """An evaluation of 2016, of a contract notified before, and that year closed."""
    held = contract(service, notified_on="2015-01-05")["id"]
    inside = made(service, contract_id=held, done_on="2016-03-03")["id"]
    outside = made(service, contract_id=held, done_on="2017-03-03")["id"]
    closing = service.make(
        "/api/v1/closings", {"organisation": DEMONSTRATION, "year": 2016}, "pilot"
    )["id"]
    yield {"contract": held, "inside": inside, "outside": outside}
    reopened = {"reason": "Fin de l’essai"}
    answer = ask(service, "POST", f"/closings/{closing}/reopen", reopened, "administrator")
    assert answer.status_code == 200, answer.text


def test_a_closed_year_keeps_its_evaluations(service: Service, closed_2016: dict[str, str]) -> None:
    inside = f"/evaluations/{closed_2016['inside']}"
    refused = [
        enter(service, contract_id=closed_2016["contract"], done_on="2016-12-31"),
        patch(service, inside, score="1"),
        patch(service, inside, done_on="2017-01-01"),
        patch(service, f"/evaluations/{closed_2016['outside']}", done_on="2016-01-01"),
        ask(service, "DELETE", inside, If_Match=FIRST),
    ]
    assert [answer.json()["type"] for answer in refused] == ["year-closed"] * 5


def test_evaluations_are_listed_by_year_side_and_subject(service: Service) -> None:
    held = contract(service, notified_on="2013-01-05")["id"]
    keys = [
        made(service, contract_id=held, done_on=day, side=side, subject=subject)["id"]
        for day, side, subject in (
            ("2013-12-31", "buyer", "execution"),
            ("2014-01-01", "supplier", "execution"),
            ("2014-12-31", "buyer", "negotiation"),
            ("2014-06-01", "buyer", "execution"),
        )
    ]

    def found(query: str, limit: int = 100) -> list[int]:
        listed = pages(service, f"/evaluations?buyer={DEMONSTRATION}&{query}", limit)
        return [keys.index(one["id"]) for one in listed if one["id"] in keys]

    assert found("", 1) == [2, 3, 1, 0]
    assert found("year=2014", 1) == [2, 3, 1]
    assert found("year=2014&side=buyer") == [2, 3]
    assert found("year=2014&subject=execution") == [3, 1]
    assert found(f"contract={held}", 2) == [2, 3, 1, 0]
    assert service.get("/api/v1/evaluations?year=2014", "other-pilot")["items"] == []
