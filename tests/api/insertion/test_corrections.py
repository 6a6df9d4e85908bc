"""Corrective lines: the only change of validated hours, with a reason, never over the ceiling."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx2 import Response
from sqlmodel import col

from api.insertion.statements.models import HoursLine, Statement
from tests.api.insertion.months import (
    count,
    employment_of,
    errors,
    line,
    moved,
    read,
    send,
    state,
    stated,
    validated,
    warned,
)
from tests.api.test_idempotency import asking, at_once
from tests.cases.statements import PATH, clause_of, month, person_of
from tests.conftest import LENS_LIEVIN
from tests.operations import Service

LAST, BEFORE = month(1), month(2)
WHY = "Feuille d’heures relue"


def correct(service: Service, made: Any, hours: str, place: int = 0, **facts: Any) -> Response:
    body = {"line_id": made["lines"][place]["id"], "hours": hours, "reason": WHY} | facts
    return send(service, f"/{made['id']}/corrections", body)


def corrected(service: Service, made: Any, hours: str, place: int = 0, **facts: Any) -> Any:
    answer = correct(service, made, hours, place, **facts)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_corrective_line_holds_the_difference_and_the_first_line_stays(
    service: Service, clause: UUID, person: str
) -> None:
    made = validated(service, clause, LAST, line(person, "40.50", training_hours="4"))
    after = corrected(service, made, "32.25")
    first, second = after["lines"]
    assert first == made["lines"][0]
    assert (second["hours"], second["training_hours"], second["counted_hours"]) == (
        "-8.25",
        "0.00",
        "-8.25",
    )
    assert (second["corrects_id"], second["reason"]) == (first["id"], WHY)
    assert second["beneficiary"] == person
    assert (after["hours"], after["counted_hours"], after["persons"]) == ("32.25", "36.25", 1)
    assert (after["state"], after["version"]) == ("validated", made["version"] + 1)


def test_a_correction_of_a_correction_corrects_the_first_line(
    service: Service, clause: UUID, person: str
) -> None:
    made = validated(service, clause, LAST, line(person, "40"))
    once = corrected(service, made, "30")
    twice = corrected(service, once, "35.75", place=1, training_hours="2")
    assert [one["hours"] for one in twice["lines"]] == ["40.00", "-10.00", "5.75"]
    assert {one["corrects_id"] for one in twice["lines"][1:]} == {made["lines"][0]["id"]}
    assert (twice["hours"], twice["training_hours"]) == ("35.75", "2.00")


def test_training_is_corrected_apart(service: Service, person: str) -> None:
    clause = clause_of(service, training_counted=False)
    made = validated(service, clause, LAST, line(person, "40", training_hours="10"))
    after = corrected(service, made, "40", training_hours="0")
    assert (after["training_hours"], after["counted_hours"]) == ("0.00", "40.00")


def test_a_line_is_cancelled_by_bringing_it_to_nothing(
    service: Service, clause: UUID, person: str
) -> None:
    made = validated(service, clause, LAST, line(person, "40"))
    after = corrected(service, made, "0")
    assert (after["hours"], after["persons"]) == ("0.00", 0)
    # The hours are free for another clause.
    assert stated(service, clause_of(service), LAST, line(person, "220"))


def test_the_correction_of_persons_together_adds_nobody(service: Service, clause: UUID) -> None:
    made = validated(service, clause, LAST, {"persons": 6, "hours": "600", "sex": "f"})
    after = corrected(service, made, "700")
    assert after["persons"] == 6
    assert (after["lines"][1]["persons"], after["lines"][1]["sex"]) == (0, "f")
    told = errors(correct(service, made, "1320.25"))
    assert ("body", "hours") in told


def test_a_correction_is_judged_by_the_ceiling_over_all_clauses(
    service: Service, clause: UUID, person: str
) -> None:
    stated(service, clause_of(service, LENS_LIEVIN), LAST, line(person, "100"))
    made = validated(service, clause, LAST, line(person, "50"))
    assert ("body", "hours") in errors(correct(service, made, "120.25"))
    after = corrected(service, made, "120.00")
    assert "169" in warned(after)
    assert after["hours"] == "120.00"
    assert ("body", "hours") in errors(correct(service, after, "120.25"))


def test_a_correction_leaves_the_hours_attested_of_the_employment_unexceeded(
    service: Service, clause: UUID, person: str
) -> None:
    shared = {"employment_id": employment_of(service, person, date(2024, 1, 1))}
    stated(service, clause_of(service), LAST, line(person, "30", worked_hours="80", **shared))
    made = validated(service, clause, LAST, line(person, "40", **shared))
    assert ("body", "hours") in errors(correct(service, made, "50.25"))
    assert corrected(service, made, "50.00")["hours"] == "50.00"


def test_what_did_not_count_still_does_not_once_corrected(service: Service, clause: UUID) -> None:
    person = person_of(service, eligible_until=date(2025, 1, 31))
    made = validated(service, clause, LAST, line(person, "40"))
    after = corrected(service, made, "60")
    assert (after["hours"], after["counted_hours"]) == ("60.00", "0.00")
    assert after["lines"][1]["outside"] == "after_eligibility"


@pytest.mark.parametrize("moves", [(), ("submit",), ("submit", "return"), ("submit", "reject")])
def test_only_validated_lines_are_corrected(
    service: Service, clause: UUID, person: str, moves: tuple[str, ...]
) -> None:
    made = moved(service, stated(service, clause, LAST, line(person, "40")), *moves)
    answer = correct(service, made, "30")
    assert (answer.status_code, answer.json()["type"]) == (409, "statement-not-movable")
    assert len(read(service, made)["lines"]) == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"reason": None}, "reason"),
        ({"reason": "  "}, "reason"),
        ({"hours": "-1"}, "hours"),
        ({"hours": "40.00"}, "hours"),
        ({"hours": None}, "hours"),
        ({"training_hours": "-0.25"}, "training_hours"),
        ({"line_id": str(uuid4())}, "line_id"),
    ],
)
def test_a_correction_that_says_nothing_right_is_refused_at_its_field(
    service: Service, clause: UUID, person: str, facts: dict[str, Any], field: str
) -> None:
    made = validated(service, clause, LAST, line(person, "40"))
    body = {"line_id": made["lines"][0]["id"], "hours": "30", "reason": WHY} | facts
    told = errors(send(service, f"/{made['id']}/corrections", body))
    assert list(told) == [("body", field)]


def test_a_line_of_another_statement_is_not_corrected_here(
    service: Service, clause: UUID, person: str
) -> None:
    made = validated(service, clause, LAST, line(person, "40"))
    other = validated(service, clause, BEFORE, line(person, "40"))
    body = {"line_id": other["lines"][0]["id"], "hours": "30", "reason": WHY}
    told = errors(send(service, f"/{made['id']}/corrections", body))
    assert list(told) == [("body", "line_id")]


def test_a_closed_year_is_corrected_once_opened_again(service: Service, person: str) -> None:
    clause = clause_of(service, LENS_LIEVIN)
    made = validated(service, clause, "2024-06", line(person, "40"))
    closing = service.make("/api/v1/closings", {"organisation": LENS_LIEVIN, "year": 2024}, "pilot")
    answer = correct(service, made, "30")
    assert (answer.status_code, answer.json()["type"]) == (409, "year-closed")
    path = f"/api/v1/closings/{closing['id']}/reopen"
    service.client.post(
        path, json={"reason": "Heures comptées deux fois"}, headers=service.as_("administrator")
    ).raise_for_status()
    assert corrected(service, made, "30")["hours"] == "30.00"


def test_the_same_key_corrects_once(service: Service, clause: UUID, person: str) -> None:
    made = validated(service, clause, LAST, line(person, "40"))
    body = {"line_id": made["lines"][0]["id"], "hours": "30", "reason": WHY}
    key = {"Idempotency_Key": uuid4().hex}
    path = f"/{made['id']}/corrections"
    first, again = (send(service, path, body, **key) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert len(read(service, made)["lines"]) == 2


def test_corrections_at_once_never_exceed_the_ceiling(
    service: Service, port: int, person: str
) -> None:
    clauses = [clause_of(service) for _ in range(4)]
    made = [validated(service, one, LAST, line(person, "40")) for one in clauses]
    headers = service.as_("facilitator")
    asks = [
        asking(
            "POST",
            f"{PATH}/{one['id']}/corrections",
            headers,
            {"line_id": one["lines"][0]["id"], "hours": "70", "reason": WHY},
        )
        for one in made
    ]
    found = sorted(answer.status for answer in at_once(port, asks))
    assert found == [201, 201, 422, 422]


def test_a_correction_is_no_way_around_the_standing_statement(
    service: Service, clause: UUID, person: str
) -> None:
    made = validated(service, clause, LAST, line(person, "40"))
    corrected(service, made, "0")
    assert state(service, clause, LAST, line(person, "40")).status_code == 409
    assert count(service, Statement, col(Statement.clause_id) == clause) == 1
    assert count(service, HoursLine, col(HoursLine.clause_id) == clause) == 2


def test_the_buyer_sees_corrected_totals_and_no_line(
    service: Service, clause: UUID, person: str
) -> None:
    made = validated(service, clause, LAST, line(person, "40"))
    after = corrected(service, made, "30")
    seen = read(service, made, "pilot")
    assert (seen["counted_hours"], seen["lines"], seen["persons"]) == ("30.00", None, None)
    assert after["lines"][1]["id"] not in str(seen)
    assert WHY not in str(seen)
