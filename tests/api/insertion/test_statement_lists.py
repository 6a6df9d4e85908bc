"""Lists, grids and reminders of statements, and what the buyer's people see (R-H7, R-S1)."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from api.insertion.statements.lateness import due_and_late, due_on_sql, late_sql
from api.kit.days import today
from api.rules.hours.calendar import add_months, month_end, month_of
from api.rules.hours.vocabulary import EvidenceFrequency
from tests.api.insertion.months import (
    change_person,
    errors,
    line,
    moved,
    read,
    send,
    stated,
    validated,
)
from tests.cases.access import OTHER_FACILITATOR
from tests.cases.clauses import PATH as CLAUSES
from tests.cases.statements import PATH, clause_of, month, person_of
from tests.conftest import DEMONSTRATION, LENS_LIEVIN, OTHER
from tests.operations import Service

THIS, LAST, BEFORE = month(), month(1), month(2)
MONTH, LINE = ("body", "month"), ("body", "lines", 0)


# R-S1: what the buyer's people see


@pytest.mark.parametrize("account", ["administrator", "pilot", "directorate", "reader"])
def test_the_buyers_people_get_totals_and_no_person(
    service: Service, clause: UUID, account: str
) -> None:
    people = [person_of(service) for _ in range(4)]
    lines = [line(one, "20.25", training_hours="2") for one in people]
    comment = f"Attestation de {people[0]} reçue"
    body = {"clause_id": str(clause), "month": LAST, "lines": lines, "comment": comment}
    made = moved(service, send(service, "", body).json(), "submit", "validate")
    assert made["comment"] == comment
    seen = read(service, made, account)
    assert seen["lines"] is None
    assert seen["comment"] is None
    assert (seen["hours"], seen["training_hours"], seen["counted_hours"]) == (None, None, "89.00")
    assert (seen["persons"], seen["persons_status"]) == (None, "secret")
    listed = service.client.get(
        f"{PATH}?clause_id={clause}", headers=service.as_(account)
    ).text + json.dumps(seen)
    for secret in [*people, *(one["id"] for one in made["lines"])]:
        assert secret not in listed
    months = service.client.get(
        f"{PATH}/months?buyer={DEMONSTRATION}&limit=100", headers=service.as_(account)
    )
    assert months.status_code == 200
    assert people[0] not in months.text


def test_the_number_of_persons_of_a_month_is_never_told_to_the_buyer(
    service: Service, clause: UUID
) -> None:
    """However many they are: added up over the months, they would tell who came in between."""
    people = [person_of(service) for _ in range(9)]
    lines = [*(line(one, "20") for one in people), _together(3)]
    made = moved(service, stated(service, clause, LAST, *lines), "submit")
    seen = read(service, made, "pilot")
    assert (seen["persons"], seen["persons_status"]) == (None, "secret")
    told = read(service, made)
    assert (told["persons"], told["persons_status"]) == (12, "published")


def test_a_draft_is_the_facilitators_alone_until_it_is_submitted(
    service: Service, clause: UUID, person: str
) -> None:
    """R-S1: two readings around the saving of a line would tell the month of one person."""
    made = stated(service, clause, LAST, line(person, "20"))
    url = f"{PATH}/{made['id']}"
    for account in ("administrator", "pilot", "directorate", "reader"):
        assert service.client.get(url, headers=service.as_(account)).status_code == 404
        assert service.get(f"{PATH}?clause_id={clause}", account)["items"] == []
        assert _cells(service, clause, account) == []
        assert service.get(f"{CLAUSES}/{clause}", account)["declared"] == "0.00"
        awaited = [one for one in _reminders(service, account) if one["clause_id"] == str(clause)]
        assert {(one["statement_id"], one["state"]) for one in awaited} <= {(None, None)}
    assert [one["state"] for one in _cells(service, clause, "facilitator")] == ["draft"]
    moved(service, made, "submit")
    assert service.get(url, "pilot")["counted_hours"] == "20.00"
    assert [one["state"] for one in _cells(service, clause, "pilot")] == ["submitted"]
    assert service.get(f"{CLAUSES}/{clause}", "pilot")["declared"] == "20.00"


def test_no_difference_tells_a_buyer_the_hours_of_who_is_outside_their_eligibility(
    service: Service, clause: UUID
) -> None:
    """R-S1 and R-H3: of hours that don't count, a buyer reads nothing, nowhere."""
    inside, outside = person_of(service), person_of(service)
    change_person(service, outside, eligible_until=add_months(month_of(today()), -3))
    made = validated(service, clause, LAST, line(inside, "20"), line(outside, "35"))
    seen = read(service, made, "pilot")
    assert (seen["hours"], seen["training_hours"], seen["counted_hours"]) == (None, None, "20.00")
    (cell,) = _cells(service, clause, "pilot")
    assert (cell["hours"], cell["training_hours"], cell["counted_hours"]) == (None, None, "20.00")
    told = service.get(f"{CLAUSES}/{clause}", "pilot")
    assert (told["declared"], told["validated"]) == ("20.00", "20.00")
    figures = service.get(
        f"/api/v1/insertion/figures?organisation={DEMONSTRATION}&year={LAST[:4]}", "pilot"
    )
    assert figures["hours"]["outside"] is None
    whole = service.get(f"{CLAUSES}/{clause}", "facilitator")
    assert (whole["declared"], whole["validated"]) == ("55.00", "20.00")
    assert read(service, made)["hours"] == "55.00"


def _together(persons: int) -> dict[str, Any]:
    return {"persons": persons, "hours": "20"}


def test_the_grid_of_persons_is_the_facilitators(service: Service, clause: UUID) -> None:
    for account, status in (("pilot", 403), ("reader", 403), ("other-facilitator", 404)):
        answer = service.client.get(f"{PATH}/grid?clause_id={clause}", headers=service.as_(account))
        assert answer.status_code == status


# Lists and grids


def test_the_grid_shows_persons_by_month(service: Service, clause: UUID) -> None:
    people = sorted(person_of(service) for _ in range(2))
    stated(service, clause, LAST, line(people[1], "5"), line(people[0], "7"), _together(2))
    stated(service, clause, BEFORE, line(people[0], "3", training_hours="1.50"))
    stated(service, clause, month(5))
    found = service.get(f"{PATH}/grid?clause_id={clause}&from={month(5)}", "facilitator")
    assert found["months"] == [month(back) for back in range(5, -1, -1)]
    assert [
        (row["beneficiary"], [(cell["month"], cell["hours"]) for cell in row["cells"]])
        for row in found["rows"]
    ] == [
        (people[0], [(BEFORE, "3.00"), (LAST, "7.00")]),
        (people[1], [(LAST, "5.00")]),
        (None, [(LAST, "20.00")]),
    ]
    totals = {one["month"]: one["hours"] for one in found["statements"]}
    assert totals == {LAST: "32.00", BEFORE: "3.00", month(5): "0.00"}


def test_the_months_of_clauses_show_states_and_hours(service: Service, clause: UUID) -> None:
    moved(service, stated(service, clause, LAST, _together(1)), "submit")
    stated(service, clause, BEFORE, _together(2))
    assert [
        (one["month"], one["state"], one["hours"], one["counted_hours"])
        for one in _cells(service, clause, "facilitator")
    ] == [(BEFORE, "draft", "20.00", "20.00"), (LAST, "submitted", "20.00", "20.00")]


def _cells(service: Service, clause: UUID, account: str) -> list[Any]:
    cursor = ""
    while True:
        page = service.get(f"{PATH}/months?limit=100&buyer={DEMONSTRATION}{cursor}", account)
        found = [one["cells"] for one in page["items"] if one["clause_id"] == str(clause)]
        if found:
            return list(found[0])
        cursor = f"&cursor={page['next']}"


@pytest.mark.parametrize("query", ["from=2026-05&to=2026-04", "from=2020-01&to=2026-01"])
def test_months_are_asked_in_order_and_three_years_at_most(service: Service, query: str) -> None:
    answer = service.client.get(f"{PATH}/months?{query}", headers=service.as_("pilot"))
    assert ("query", "from") in errors(answer)


def test_the_list_pages_through_everything_once(service: Service, clause: UUID) -> None:
    for back in range(1, 6):
        stated(service, clause, month(back), _together(1))
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = service.get(f"{PATH}?clause_id={clause}&limit=2{cursor}", "facilitator")
        seen += [one["month"] for one in page["items"]]
        cursor = f"&cursor={page['next']}" if page["next"] else None
    assert seen == [month(back) for back in range(1, 6)]
    some = service.get(f"{PATH}?clause_id={clause}&from={month(3)}&to={month(2)}", "facilitator")
    assert [one["month"] for one in some["items"]] == [month(2), month(3)]


def test_the_list_is_filtered_and_never_shows_what_is_foreign(
    service: Service, clause: UUID
) -> None:
    made = moved(service, stated(service, clause, LAST, _together(1)), "submit")
    foreign = clause_of(service, OTHER)
    body = {"clause_id": str(foreign), "month": LAST, "lines": [_together(1)]}
    assert send(service, "", body, "other-facilitator").status_code == 201
    for query, found in (
        (f"clause_id={clause}&state=submitted", [made["id"]]),
        (f"clause_id={clause}&state=draft", []),
        (f"clause_id={clause}&buyer={DEMONSTRATION}", [made["id"]]),
        (f"clause_id={clause}&buyer={LENS_LIEVIN}", []),
        (f"clause_id={clause}&facilitator={OTHER_FACILITATOR}", []),
        (f"clause_id={foreign}", []),
        (f"buyer={OTHER}", []),
    ):
        for account in ("pilot", "facilitator"):
            items = service.get(f"{PATH}?{query}", account)["items"]
            assert [one["id"] for one in items] == found, query


# R-H7


def test_lateness_counts_from_the_end_of_the_period_and_its_delay(
    service: Service, person: str
) -> None:
    last = month_end(add_months(month_of(today()), -1))
    delay = (today() - last).days
    for days, late in ((delay, False), (delay - 1, True)):
        if days < 0:
            continue
        clause = clause_of(service, evidence_days=days)
        made = stated(service, clause, LAST, line(person, "1"))
        assert (made["late"], made["due_on"]) == (late, f"{last + timedelta(days=days)}")
        assert moved(service, made, "submit")["late"] is late
        for query in ("true", "false"):
            url = f"{PATH}?clause_id={clause}&late={query}"
            items = service.get(url, "pilot")["items"]
            assert bool(items) == (late == (query == "true"))


def test_sql_and_the_rule_agree_on_due_days_and_on_lateness(service: Service) -> None:
    # Around midnight in France, in winter, in summer and on the nights between.
    instants = [
        datetime(2026, month_, day, hour, 30, tzinfo=UTC)
        for month_, day in ((1, 15), (3, 28), (3, 29), (7, 15), (10, 24), (10, 25), (12, 31))
        for hour in (0, 21, 22, 23)
    ]
    due_that_day = [
        (add_months(one.date().replace(day=1), -1), one, EvidenceFrequency.MONTHLY, one.day)
        for one in instants
    ]
    months = [date(2025, 11, 1), date(2026, 1, 1), date(2026, 2, 1), date(2024, 2, 1)]
    others = product(months, instants[:1], EvidenceFrequency, (0, 15, 90))
    seen = set()
    with Session(service.app.state.engines.read) as session:
        for one, instant, frequency, days in [*due_that_day, *others]:
            due = due_on_sql(sa.literal(one, sa.Date()), sa.literal(frequency), sa.literal(days))
            submitted = sa.literal(instant, sa.DateTime(timezone=True))
            found = session.execute(sa.select(due, late_sql(submitted, due, today()))).one()
            assert tuple(found) == due_and_late(one, instant, (frequency, days), today())
            seen.add((instant.hour, bool(found[1])))
    assert {(21, False), (22, False), (22, True), (23, True)} <= seen


def test_what_is_due_and_not_stated_is_reminded(service: Service) -> None:
    last = month_end(add_months(month_of(today()), -1))
    since = (today() - last).days
    starts = add_months(month_of(today()), -1)
    expected = {8: "J+8", 7: "J+1", 1: "J+1", 0: "J-5", -5: "J-5", -6: None}
    made = {
        days_late: clause_of(service, starts_on=starts, evidence_days=since - days_late)
        for days_late in expected
        if since - days_late >= 0
    }
    for account in ("facilitator", "pilot"):
        found = _reminders(service, account)
        for days_late, clause in made.items():
            told = [one for one in found if one["clause_id"] == str(clause)]
            stage = expected[days_late]
            assert [(one["month"], one["stage"], one["days_late"]) for one in told] == (
                [(LAST, stage, days_late)] if stage else []
            )
    clause = made[max(made)]
    draft = stated(service, clause, LAST, _together(1))
    (told,) = [one for one in _reminders(service) if one["clause_id"] == str(clause)]
    assert (told["statement_id"], told["state"]) == (draft["id"], "draft")
    moved(service, draft, "submit")
    assert str(clause) not in {one["clause_id"] for one in _reminders(service)}
    moved(service, draft, "return")
    assert str(clause) in {one["clause_id"] for one in _reminders(service)}


def test_nothing_is_awaited_of_a_quarter_before_its_end_nor_outside_the_clause(
    service: Service,
) -> None:
    long_ago = add_months(month_of(today()), -12)
    facts: dict[str, Any] = {"starts_on": long_ago, "ends_on": add_months(long_ago, 5)}
    quarterly = clause_of(service, evidence_frequency="quarterly", **facts)
    draft = clause_of(service, status="draft", **facts)
    undated = clause_of(service, starts_on=None)
    found = _reminders(service)
    told = [one for one in found if one["clause_id"] == str(quarterly)]
    assert [one["month"] for one in told] == [month(back) for back in range(12, 6, -1)]
    for one in told:
        stated_month = date.fromisoformat(f"{one['month']}-01")
        end = month_end(add_months(stated_month, (3 - stated_month.month) % 3))
        assert one["due_on"] == f"{end + timedelta(days=15)}"
    assert not {str(draft), str(undated)} & {one["clause_id"] for one in found}


def test_nothing_is_awaited_of_a_year_that_stands_closed(service: Service) -> None:
    """R-H4 and R-H7: what would be refused is not asked for; opened again, it is."""
    year = today().year - 1
    facts = {"starts_on": date(year, 11, 1), "ends_on": date(year + 1, 1, 31)}
    clause = clause_of(service, LENS_LIEVIN, **facts)

    def awaited() -> list[str]:
        return [
            one["month"]
            for one in _reminders(service, buyer=LENS_LIEVIN)
            if one["clause_id"] == str(clause)
        ]

    everything = [f"{year}-11", f"{year}-12", f"{year + 1}-01"]
    assert awaited() == everything
    closing = service.make("/api/v1/closings", {"organisation": LENS_LIEVIN, "year": year}, "pilot")
    assert awaited() == everything[2:]
    service.client.post(
        f"/api/v1/closings/{closing['id']}/reopen",
        json={"reason": "Un état manquait"},
        headers=service.as_("administrator"),
    ).raise_for_status()
    assert awaited() == everything


def _reminders(
    service: Service, account: str = "facilitator", buyer: str = DEMONSTRATION
) -> list[Any]:
    found: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        page = service.get(f"{PATH}/reminders?limit=100&buyer={buyer}{cursor}", account)
        found += page["items"]
        cursor = f"&cursor={page['next']}" if page["next"] else None
    return found
