"""Batches of lines: all or nothing unless taken in part, each line told, nothing twice (R-H6)."""

import json
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from httpx2 import Response
from sqlmodel import Session, col

from api.insertion.beneficiaries.models import Beneficiary
from api.insertion.statements.models import HoursLine, Statement
from api.kit.audit import AuditEvent
from api.kit.days import today
from api.rules.hours.calendar import add_months, month_end, month_of
from tests.api.insertion.months import (
    count,
    errors,
    moved,
    placed,
    read,
    send,
    stated,
)
from tests.api.test_idempotency import asking, at_once
from tests.cases.access import OTHER_FACILITATOR
from tests.cases.statements import PATH, clause_of, month, person_of
from tests.conftest import LENS_LIEVIN, OTHER
from tests.operations import Service

LAST, BEFORE = month(1), month(2)


@pytest.fixture
def people(service: Service) -> list[str]:
    """Persons followed by the facilitator."""
    return [person_of(service) for _ in range(3)]


def post(service: Service, *lines: Any, key: str | None = None, **facts: Any) -> Response:
    headers = {"Idempotency_Key": key} if key else {}
    return send(service, "/batch", {"lines": list(lines)} | facts, **headers)


def statuses(answer: Response) -> list[str]:
    assert answer.status_code == 201, answer.text
    return [one["status"] for one in answer.json()["results"]]


def test_lines_of_a_clause_and_a_month_go_to_one_statement(
    service: Service, clause: UUID, people: list[str]
) -> None:
    other = clause_of(service, LENS_LIEVIN)
    answer = post(
        service,
        placed(clause, LAST, people[0], "10"),
        placed(other, LAST, people[0], "20"),
        placed(clause, LAST, people[1], "30.25"),
        placed(clause, BEFORE, people[1], "40"),
    )
    assert statuses(answer) == ["accepted"] * 4
    told = answer.json()
    assert (told["accepted"], told["refused"]) == (4, 0)
    ids = [one["statement_id"] for one in told["results"]]
    assert ids[0] == ids[2]
    assert len(set(ids)) == 3
    made = service.get(f"{PATH}/{ids[0]}", "facilitator")
    assert (made["state"], made["hours"], made["source"]) == ("draft", "40.25", "api")
    assert [one["beneficiary"] for one in made["lines"]] == people[:2]


def test_a_batch_may_be_submitted_at_once(
    service: Service, clause: UUID, people: list[str]
) -> None:
    answer = post(service, placed(clause, LAST, people[0], "10"), submit=True)
    made = service.get(f"{PATH}/{answer.json()['results'][0]['statement_id']}", "facilitator")
    assert made["state"] == "submitted"
    assert made["submitted_at"] is not None
    assert moved(service, made, "validate")["counted_hours"] == "10.00"


@pytest.mark.parametrize("moves", [(), ("submit", "return")])
def test_a_draft_or_a_statement_to_correct_is_completed(
    service: Service, clause: UUID, people: list[str], moves: tuple[str, ...]
) -> None:
    first = placed(clause, LAST, people[0], "10")
    made = moved(service, stated(service, clause, LAST, _bare(first)), *moves)
    answer = post(service, placed(clause, LAST, people[1], "20"))
    assert answer.json()["results"][0]["statement_id"] == made["id"]
    after = read(service, made)
    assert (after["hours"], after["state"]) == ("30.00", made["state"])
    assert after["version"] == made["version"] + 1
    assert [one["position"] for one in after["lines"]] == [0, 1]


def _bare(placed_line: dict[str, Any]) -> dict[str, Any]:
    return {name: placed_line[name] for name in ("beneficiary", "hours")}


@pytest.mark.parametrize("moves", [("submit",), ("submit", "validate")])
def test_a_month_submitted_or_validated_takes_no_line(
    service: Service, clause: UUID, people: list[str], moves: tuple[str, ...]
) -> None:
    made = stated(service, clause, LAST, _bare(placed(clause, LAST, people[0], "10")))
    moved(service, made, *moves)
    told = errors(post(service, placed(clause, LAST, people[1], "20")))
    message = told[("body", "lines", 0, "month")]
    assert ("soumis" if len(moves) == 1 else "ligne corrective") in message


def test_one_refused_line_refuses_all_and_every_error_has_its_line_and_field(
    service: Service, clause: UUID, people: list[str]
) -> None:
    service.as_("facilitator")
    before = (count(service, Statement), count(service, HoursLine), count(service, AuditEvent))
    told = errors(
        post(
            service,
            placed(clause, LAST, people[0], "10"),
            placed(uuid4(), LAST, people[0], "10"),
            placed(clause, month(-1), people[1], "10"),
            placed(clause, LAST, "B-NOBODY", "10"),
            placed(clause, LAST, people[2], "220.25"),
            placed(clause, "2026-13", people[1], "10"),
            placed(clause, BEFORE, people[1], "ten"),
            {"clause_id": str(clause)},
            "not a line",
        )
    )
    assert set(told) == {
        ("body", "lines", 1, "clause_id"),
        ("body", "lines", 2, "month"),
        ("body", "lines", 3, "beneficiary"),
        ("body", "lines", 4, "hours"),
        ("body", "lines", 5, "month"),
        ("body", "lines", 6, "hours"),
        ("body", "lines", 7, "hours"),
        ("body", "lines", 7, "month"),
        ("body", "lines", 8),
    }
    after = (count(service, Statement), count(service, HoursLine), count(service, AuditEvent))
    assert after == before


def test_taken_in_part_the_good_lines_are_kept_and_the_others_told(
    service: Service, clause: UUID, people: list[str]
) -> None:
    answer = post(
        service,
        placed(clause, LAST, people[0], "10"),
        placed(uuid4(), LAST, people[0], "10"),
        placed(clause, LAST, people[1], "-1"),
        placed(clause, LAST, people[1], "ten"),
        placed(clause, LAST, people[2], "12.50"),
        partial=True,
    )
    assert statuses(answer) == ["accepted", "refused", "refused", "refused", "accepted"]
    told = answer.json()
    assert (told["accepted"], told["refused"]) == (2, 3)
    assert [one["line"] for one in told["results"]] == [1, 2, 3, 4, 5]
    for one in told["results"]:
        assert (one["statement_id"] is None) == bool(one["errors"])
        assert all(error["loc"][2] == one["line"] - 1 for error in one["errors"])
    made = service.get(f"{PATH}/{told['results'][0]['statement_id']}", "facilitator")
    assert made["hours"] == "22.50"


def test_taken_in_part_a_ceiling_refuses_the_line_that_crosses_it_and_the_next_may_fit(
    service: Service, clause: UUID, people: list[str]
) -> None:
    other = clause_of(service)
    answer = post(
        service,
        placed(clause, LAST, people[0], "150"),
        placed(clause, LAST, people[0], "80") | {"modality": "hire_cdd"},
        placed(clause, LAST, people[0], "71") | {"modality": "hire_cdi"},
        placed(other, LAST, people[0], "70"),
        placed(other, LAST, people[1], "220"),
        partial=True,
    )
    assert statuses(answer) == ["accepted", "refused", "refused", "accepted", "accepted"]
    again = post(service, placed(clause_of(service), LAST, people[0], "0.25"), partial=True)
    assert statuses(again) == ["refused"]


def test_the_ceiling_holds_over_the_clauses_of_one_batch(
    service: Service, clause: UUID, people: list[str]
) -> None:
    other = clause_of(service, LENS_LIEVIN)
    lines = [placed(clause, LAST, people[0], "120"), placed(other, LAST, people[0], "100.25")]
    assert ("body", "lines", 1, "hours") in errors(post(service, *lines))
    lines[1]["hours"] = "100.00"
    assert statuses(post(service, *lines)) == ["accepted"] * 2


def test_a_foreign_clause_or_person_looks_like_an_unknown_one(
    service: Service, clause: UUID, people: list[str]
) -> None:
    foreign_clause, foreign_person = (
        clause_of(service, OTHER),
        person_of(service, OTHER_FACILITATOR),
    )
    told = [
        errors(post(service, placed(one, LAST, people[0], "10"), placed(clause, LAST, two, "10")))
        for one, two in ((foreign_clause, foreign_person), (uuid4(), "B-0000-00"))
    ]
    assert told[0] == told[1]
    assert len(told[0]) == 2


def test_the_same_key_gives_the_same_answer_and_nothing_twice(
    service: Service, clause: UUID, people: list[str]
) -> None:
    key, lines = uuid4().hex, [placed(clause, LAST, one, "10") for one in people]
    first, again = post(service, *lines, key=key), post(service, *lines, key=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    turned = [dict(reversed(one.items())) for one in lines]
    assert post(service, *turned, key=key).json() == first.json()
    assert count(service, HoursLine, col(HoursLine.clause_id) == clause) == 3
    other = post(service, *lines[:2], key=key)
    assert ("header", "Idempotency-Key") in errors(other)


def test_the_same_key_serves_a_batch_taken_in_part_that_holds_nonsense(
    service: Service, clause: UUID, people: list[str]
) -> None:
    key, lines = (
        uuid4().hex,
        [placed(clause, LAST, people[0], "10"), {"month": "\ud800", "x": 1e400}],
    )
    content = json.dumps({"lines": lines, "partial": True}).encode()
    headers = service.as_("facilitator") | {"Idempotency-Key": key}
    sent = headers | {"Content-Type": "application/json"}
    answers = [
        service.client.post(f"{PATH}/batch", content=content, headers=sent) for _ in range(2)
    ]
    assert statuses(answers[0]) == ["accepted", "refused"]
    assert answers[0].json() == answers[1].json()


def test_posted_twice_without_a_key_a_batch_is_told_that_its_lines_are_there(
    service: Service, clause: UUID, people: list[str]
) -> None:
    together = {"clause_id": str(clause), "month": LAST, "persons": 2, "hours": "30"}
    lines = [placed(clause, LAST, people[0], "10"), together]
    assert statuses(post(service, *lines)) == ["accepted"] * 2
    told = errors(post(service, *lines))
    assert set(told) == {("body", "lines", 0, "beneficiary"), ("body", "lines", 1, "persons")}
    assert all("deux fois" in message for message in told.values())
    assert count(service, HoursLine, col(HoursLine.clause_id) == clause) == 2


def test_the_same_person_twice_in_a_batch_is_told(
    service: Service, clause: UUID, people: list[str]
) -> None:
    twice = [placed(clause, LAST, people[0], "10")] * 2
    assert list(errors(post(service, *twice))) == [("body", "lines", 1, "beneficiary")]


def test_a_closed_year_is_told_at_its_lines(service: Service, people: list[str]) -> None:
    clause = clause_of(service, LENS_LIEVIN)
    service.make("/api/v1/closings", {"organisation": LENS_LIEVIN, "year": 2024}, "pilot")
    lines = [placed(clause, "2024-06", people[0], "10"), placed(clause, LAST, people[0], "10")]
    told = errors(post(service, *lines))
    assert list(told) == [("body", "lines", 0, "month")]
    assert "close" in told[("body", "lines", 0, "month")]


def test_a_thousand_lines_pass_and_one_more_does_not(service: Service, clause: UUID) -> None:
    line = {"clause_id": str(clause), "month": LAST, "persons": 1}
    lines = [line | {"hours": f"{1 + number % 200}.25"} for number in range(1000)]
    assert post(service, *lines).json()["accepted"] == 1000
    assert ("body", "lines") in errors(post(service, *lines, lines[0]))
    assert ("body", "lines") in errors(post(service))


def test_batches_at_once_keep_each_person_under_220_hours_and_one_statement_a_month(
    service: Service, port: int, clause: UUID, people: list[str]
) -> None:
    bodies = [
        {
            "lines": [
                placed(clause, LAST, one, "60") | {"modality": modality}
                for one in (people if turn % 2 else people[::-1])
            ]
        }
        for turn, modality in enumerate(("hire_cdd", "hire_cdi", "temp_etti", "eiti", "other"))
    ]
    headers = service.as_("facilitator")
    answers = at_once(port, [asking("POST", f"{PATH}/batch", headers, one) for one in bodies])
    assert Counter(one.status for one in answers) == {201: 3, 422: 2}
    assert count(service, Statement, col(Statement.clause_id) == clause) == 1
    assert count(service, HoursLine, col(HoursLine.clause_id) == clause) == 9


def test_the_last_activity_of_a_person_follows_what_is_stated(
    service: Service, clause: UUID, people: list[str]
) -> None:
    for lines, expected in (
        ([(BEFORE, "10")], 2),
        ([(LAST, "10"), (month(3), "10")], 1),
        ([(month(4), "10")], 1),
    ):
        sent = [placed(clause, when, people[0], hours) for when, hours in lines]
        assert set(statuses(post(service, *sent))) == {"accepted"}
        with Session(service.app.state.engines.read) as session:
            found = sa.select(col(Beneficiary.last_activity_on)).where(
                col(Beneficiary.pseudonym) == people[0]
            )
            last = month_end(add_months(month_of(today()), -expected))
            assert session.scalar(found) == last


def test_a_batch_asks_the_database_as_often_for_many_lines_as_for_few(
    service: Service, shared_app: FastAPI
) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    def sent(lines: int) -> int:
        clauses = [clause_of(service) for _ in range(min(lines, 6))]
        persons = [person_of(service) for _ in range(lines)]
        batch = [placed(clauses[n % len(clauses)], LAST, one, "9") for n, one in enumerate(persons)]
        asked.clear()
        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            assert statuses(post(service, *batch)) == ["accepted"] * lines
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)
        return len(asked)

    engine = shared_app.state.engines.write
    service.as_("facilitator")
    # From fifty lines on, PostgreSQL copies them outside of what is counted here.
    assert sent(48) <= sent(2)
