"""Monthly statements: the rules of hours, each by its name (R-H1 to R-H4, shared employments)."""

import json
from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.insertion.statements.models import HoursLine, Statement
from api.kit.days import today
from api.rules.hours.calendar import add_months, month_of
from tests.api.insertion.months import (
    change_person,
    count,
    employment_of,
    errors,
    line,
    moved,
    put,
    read,
    send,
    state,
    stated,
    validated,
    warned,
)
from tests.api.test_idempotency import asking, at_once
from tests.cases.access import OTHER_FACILITATOR
from tests.cases.statements import PATH, clause_of, month, person_of
from tests.conftest import LENS_LIEVIN
from tests.operations import Service

THIS, LAST, BEFORE = month(), month(1), month(2)
MONTH, LINE = ("body", "month"), ("body", "lines", 0)


# R-H1


def test_a_month_that_has_not_begun_is_refused_and_the_running_one_is_not(
    service: Service, clause: UUID, person: str
) -> None:
    told = errors(state(service, clause, month(-1), line(person, "10")))
    assert "n’a pas commencé" in told[MONTH]
    assert stated(service, clause, THIS, line(person, "10"))["state"] == "draft"


def test_a_month_before_the_start_of_the_clause_is_refused(service: Service, person: str) -> None:
    start = add_months(month_of(today()), -2).replace(day=20)
    clause = clause_of(service, starts_on=start)
    told = errors(state(service, clause, month(3), line(person, "10")))
    assert "précède le début" in told[MONTH]
    assert stated(service, clause, month(2), line(person, "10"))


def test_a_month_is_stated_until_the_one_after_the_end_of_the_clause(
    service: Service, person: str
) -> None:
    clause = clause_of(service, ends_on=add_months(month_of(today()), -3).replace(day=2))
    told = errors(state(service, clause, month(1), line(person, "10")))
    assert "suit de plus d’un mois la fin" in told[MONTH]
    assert stated(service, clause, month(2), line(person, "10"))


@pytest.mark.parametrize("bad", ["2026-13", "2026-1", "janvier", "2026-01-01", 202601, None])
def test_what_is_no_month_is_refused(service: Service, clause: UUID, bad: Any) -> None:
    assert MONTH in errors(state(service, clause, bad))


def test_a_clause_still_in_draft_takes_no_hours(service: Service, person: str) -> None:
    clause = clause_of(service, status="draft")
    assert ("body", "clause_id") in errors(state(service, clause, LAST, line(person, "10")))
    batch = {"lines": [line(person, "10", clause_id=str(clause), month=LAST)]}
    assert (*LINE, "clause_id") in errors(send(service, "/batch", batch))


# R-H2


def test_a_person_has_220_hours_a_month_over_all_clauses_of_all_buyers_and_no_more(
    service: Service, clause: UUID, person: str
) -> None:
    elsewhere = clause_of(service, LENS_LIEVIN)
    stated(service, elsewhere, LAST, line(person, "120.00", training_hours="20.00"))
    told = errors(state(service, clause, LAST, line(person, "80.25")))
    assert "220 h" in told[(*LINE, "hours")].replace("\u202f", " ")
    made = stated(service, clause, LAST, line(person, "80.00"))
    assert made["hours"] == "80.00"
    # Another month is another sum.
    assert stated(service, clause, BEFORE, line(person, "200.00"))


def test_from_more_than_169_hours_one_is_warned(
    service: Service, clause: UUID, person: str
) -> None:
    made = stated(service, clause, LAST, line(person, "169.00"))
    assert made["warnings"] == []
    answer = put(service, made, [line(person, "169.25")])
    assert answer.status_code == 200
    assert "169 h" in warned(answer.json()).replace("\u202f", " ")
    assert "169 h" in warned(read(service, made)).replace("\u202f", " ")


def test_the_hours_of_a_rejected_statement_leave_the_sum(
    service: Service, clause: UUID, person: str
) -> None:
    first = clause_of(service)
    made = moved(service, stated(service, first, LAST, line(person, "200")), "submit")
    assert state(service, clause, LAST, line(person, "200")).status_code == 422
    moved(service, made, "reject")
    assert stated(service, clause, LAST, line(person, "200"))


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"hours": "-1"}, "hours"),
        ({"hours": "0"}, "hours"),
        ({"hours": "7.30"}, "hours"),
        ({"hours": "7,5"}, "hours"),
        ({"hours": 7}, "hours"),
        ({"hours": "1e3"}, "hours"),
        ({"hours": "9999999"}, "hours"),
        ({}, "hours"),
        ({"hours": "5", "persons": 2}, "beneficiary"),
        ({"hours": "5", "modality": "holiday"}, "modality"),
        ({"hours": "5", "sex": "f"}, "sex"),
        ({"hours": "5", "unknown": 1}, "unknown"),
        ({"hours": "5", "employment_id": str(uuid4())}, "employment_id"),
    ],
)
def test_a_line_that_says_something_absurd_is_refused_at_its_field(
    service: Service, clause: UUID, person: str, sent: dict[str, Any], field: str
) -> None:
    before = count(service, Statement)
    told = errors(state(service, clause, LAST, {"beneficiary": person} | sent))
    assert (*LINE, field) in told
    assert count(service, Statement) == before


def test_persons_together_have_220_hours_each(service: Service, clause: UUID) -> None:
    told = errors(state(service, clause, LAST, {"persons": 3, "hours": "660.25"}))
    assert (*LINE, "hours") in told
    made = stated(service, clause, LAST, {"persons": 3, "hours": "660.00", "sex": "f"})
    assert (made["persons"], made["hours"]) == (3, "660.00")


def test_a_person_of_another_facilitator_looks_like_one_that_does_not_exist(
    service: Service, clause: UUID
) -> None:
    foreign = person_of(service, OTHER_FACILITATOR)
    told = [errors(state(service, clause, LAST, line(one, "10"))) for one in (foreign, "B-0000-00")]
    assert told[0] == told[1]
    assert (*LINE, "beneficiary") in told[0]


def test_who_objected_is_stated_only_among_others(
    service: Service, clause: UUID, person: str
) -> None:
    made = moved(service, stated(service, clause, BEFORE, line(person, "10")), "submit")
    change_person(service, person, objected=True)
    told = errors(state(service, clause, LAST, line(person, "10")))
    assert "opposée" in told[(*LINE, "beneficiary")]
    assert moved(service, made, "validate")["counted_hours"] == "10.00"


# R-H3


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"eligible_until": add_months(month_of(today()), -2)}, "after_eligibility"),
        ({"entered_on": month_of(today())}, "before_entry"),
    ],
)
def test_hours_outside_eligibility_are_kept_and_do_not_count(
    service: Service, clause: UUID, facts: dict[str, Any], why: str
) -> None:
    person, other = person_of(service, **facts), person_of(service)
    made = stated(service, clause, LAST, line(person, "30"), line(other, "12.25"))
    assert (made["hours"], made["counted_hours"]) == ("42.25", "12.25")
    assert [one["outside"] for one in made["lines"]] == [why, None]
    assert "ne comptent pas" in warned(made)


def test_hours_outside_the_employment_are_kept_and_do_not_count(
    service: Service, clause: UUID, person: str
) -> None:
    employment = employment_of(service, person, date(2024, 2, 1), date(2024, 5, 31))
    made = stated(service, clause, LAST, line(person, "30", employment_id=employment))
    assert made["counted_hours"] == "0.00"
    assert made["lines"][0]["outside"] == "after_employment"


def test_what_counts_is_judged_again_when_validating(service: Service, clause: UUID) -> None:
    person = person_of(service, eligible_until=add_months(month_of(today()), -2))
    made = moved(service, stated(service, clause, LAST, line(person, "30")), "submit")
    assert made["counted_hours"] == "0.00"
    change_person(service, person, eligible_until=today())
    done = moved(service, made, "validate")
    assert done["counted_hours"] == "30.00"
    assert done["lines"][0]["outside"] is None


def test_training_counts_where_the_clause_says_so(service: Service, person: str) -> None:
    for counted, total in ((True, "40.00"), (False, "30.00")):
        clause = clause_of(service, training_counted=counted)
        made = stated(service, clause, LAST, line(person, "30", training_hours="10"))
        assert made["counted_hours"] == total


# R-H4


def test_one_statement_stands_for_a_clause_and_a_month(
    service: Service, clause: UUID, person: str
) -> None:
    made = stated(service, clause, LAST, line(person, "10"))
    for move, word in ((None, "brouillon"), ("submit", "soumis"), ("validate", "validé")):
        if move:
            moved(service, made, move)
        answer = state(service, clause, LAST, line(person, "10"))
        assert answer.status_code == 409
        assert answer.json()["type"] == "statement-stands"
        assert word in answer.json()["detail"]
    assert count(service, Statement, col(Statement.clause_id) == clause) == 1


def test_a_rejected_month_is_stated_again(service: Service, clause: UUID, person: str) -> None:
    moved(service, stated(service, clause, LAST, line(person, "10")), "submit", "reject")
    assert stated(service, clause, LAST, line(person, "12"))["hours"] == "12.00"


def test_of_several_statements_posted_at_once_one_stands_and_the_others_are_told(
    service: Service, port: int, clause: UUID
) -> None:
    body = {"clause_id": str(clause), "month": LAST, "lines": [{"persons": 1, "hours": "10"}]}
    ask = asking("POST", PATH, service.as_("facilitator"), body)
    answers = at_once(port, [ask] * 6)
    assert Counter(one.status for one in answers) == {201: 1, 409: 5}
    told = {json.loads(one.body)["type"] for one in answers if one.status == 409}
    assert told == {"statement-stands"}
    assert count(service, Statement, col(Statement.clause_id) == clause) == 1


def test_two_who_state_the_same_person_at_once_do_not_exceed_220_hours(
    service: Service, port: int, person: str
) -> None:
    bodies = [
        {"clause_id": str(clause_of(service)), "month": LAST, "lines": [line(person, "60")]}
        for _ in range(6)
    ]
    headers = service.as_("facilitator")
    answers = at_once(port, [asking("POST", PATH, headers, one) for one in bodies])
    assert Counter(one.status for one in answers) == {201: 3, 422: 3}
    with Session(service.app.state.engines.read) as session:
        ids = [json.loads(one.body)["id"] for one in answers if one.status == 201]
        total = sa.select(sa.func.sum(HoursLine.hours)).where(
            col(HoursLine.statement_id).in_([UUID(one) for one in ids])
        )
        assert session.scalar(total) == 180 * 4


def test_a_year_that_is_closed_takes_no_hour_until_it_is_opened_again(
    service: Service, person: str
) -> None:
    clause, old = clause_of(service, LENS_LIEVIN), "2024-03"
    draft = stated(service, clause, "2024-05", line(person, "10"))
    closing = service.make("/api/v1/closings", {"organisation": LENS_LIEVIN, "year": 2024}, "pilot")
    for answer in (
        state(service, clause, old, line(person, "10")),
        put(service, draft, [line(person, "11")]),
        send(service, f"/{draft['id']}/submit"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "year-closed")
    reason = {"reason": "Un état de mars a été oublié"}
    service.client.post(
        f"/api/v1/closings/{closing['id']}/reopen",
        json=reason,
        headers=service.as_("administrator"),
    ).raise_for_status()
    assert validated(service, clause, old, line(person, "10"))["state"] == "validated"


# Mutualised hours


def test_clauses_share_no_more_than_the_hours_attested_of_an_employment(
    service: Service, clause: UUID, person: str
) -> None:
    employment = employment_of(service, person, date(2024, 1, 1))
    first = clause_of(service, LENS_LIEVIN)
    shared = {"employment_id": employment}
    stated(service, first, LAST, line(person, "60", worked_hours="100.00", **shared))
    told = errors(state(service, clause, LAST, line(person, "40.25", **shared)))
    assert "attestées" in told[(*LINE, "hours")]
    made = stated(service, clause, LAST, line(person, "30", training_hours="10", **shared))
    assert made["lines"][0]["worked_hours"] == "100.00"
    more = line(person, "41", worked_hours="101", **shared)
    assert put(service, made, [more]).json()["lines"][0]["worked_hours"] == "101.00"
    less = line(person, "41", worked_hours="99", **shared)
    assert put(service, made | {"version": 2}, [less]).status_code == 422


def test_two_lines_attest_the_same_hours_of_an_employment_and_month(
    service: Service, clause: UUID, person: str
) -> None:
    shared = {"employment_id": employment_of(service, person, date(2024, 1, 1))}
    lines = [
        line(person, "10", modality=modality, worked_hours=worked, **shared)
        for modality, worked in (("hire_cdd", "50"), ("other", "60"))
    ]
    told = errors(state(service, clause, LAST, *lines))
    assert list(told) == [("body", "lines", 1, "worked_hours")]


def test_an_employment_is_that_of_the_person(service: Service, clause: UUID, person: str) -> None:
    foreign = employment_of(service, person_of(service), date(2024, 1, 1))
    told = errors(state(service, clause, LAST, line(person, "10", employment_id=foreign)))
    assert (*LINE, "employment_id") in told
