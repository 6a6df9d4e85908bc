"""What a clause engages to through its changes, its gauges, its penalties, its contract."""

from datetime import date, timedelta
from typing import Any

import pytest

from api.insertion.clauses.gauges import Risk, gauges
from api.insertion.clauses.models import Clause
from api.kit.days import today
from api.rules.hours.vocabulary import ClauseStatus, ClauseType, EvidenceFrequency, Unit
from tests.api.insertion.following import Body, found, made, patch, post, put_hours, refused
from tests.cases.clauses import new_clause
from tests.conftest import DEMONSTRATION
from tests.operation import Things
from tests.operations import Service, decp_file

TERMS = {"labour_share": "0.5", "rate": "0.1", "hourly_cost": "25.00"}


def changed(service: Service, clause: Body, **change: Any) -> Body:
    """The clause after one more change of its commitment."""
    return found(post(service, f"{clause['path']}/changes", change, etag=clause["etag"]))


def deltas(clause: Body) -> list[tuple[str, str]]:
    return [(one["on"], one["delta"]) for one in clause["changes"]]


def test_an_amendment_says_the_new_total_and_an_order_adds(service: Service) -> None:
    clause = made(service, hours="1000.00")
    clause = changed(service, clause, kind="amendment", on="2026-03-01", total="1200.00")
    clause = changed(service, clause, kind="tranche", on="2026-04-01", added="100.50")
    clause = changed(service, clause, kind="correction", on="2026-05-01", total="1250.00")
    assert clause["engaged"] == "1250.00"
    assert clause["hours"] == "1000.00"
    assert deltas(clause) == [
        ("2026-03-01", "200.00"),
        ("2026-04-01", "100.50"),
        ("2026-05-01", "-50.50"),
    ]


def test_a_back_dated_amendment_moves_the_effect_of_those_after_it(service: Service) -> None:
    clause = made(service, hours="1000.00")
    clause = changed(service, clause, kind="amendment", on="2026-06-01", total="1500.00")
    assert deltas(clause) == [("2026-06-01", "500.00")]
    clause = changed(service, clause, kind="order", on="2026-02-01", added="200.00")
    assert deltas(clause) == [("2026-02-01", "200.00"), ("2026-06-01", "300.00")]
    assert clause["engaged"] == "1500.00"
    clause = changed(service, clause, kind="order", on="2026-06-01", added="10.00")
    assert clause["engaged"] == "1510.00"
    assert [one["kind"] for one in clause["changes"]] == ["order", "amendment", "order"]


def test_a_termination_ends_the_clause_at_its_new_total(service: Service) -> None:
    clause = made(service)
    clause = changed(service, clause, kind="termination", on="2026-06-30", total="0.00")
    assert (clause["status"], clause["engaged"], clause["late_months"]) == ("terminated", "0.00", 0)


def test_a_framework_by_orders_engages_to_its_orders_alone(service: Service) -> None:
    clause = made(service, by_orders=True, hours=..., calculation=TERMS)
    assert clause["engaged"] is None
    assert clause["hours"] is None
    assert clause["late_months"] == 0
    clause = changed(service, clause, kind="order", on="2026-02-01", amount="100000.00")
    assert clause["engaged"] == "200.00"  # 100 000 × 50 % × 10 % ÷ 25
    clause = changed(service, clause, kind="order", on="2026-03-01", added="50.00", amount="1.00")
    assert clause["engaged"] == "250.00"
    assert deltas(clause) == [("2026-02-01", "200.00"), ("2026-03-01", "50.00")]
    again = found(patch(service, clause["path"], {"lot": "L", "hours": None}, etag=clause["etag"]))
    assert again["engaged"] == "250.00"
    told = refused(patch(service, clause["path"], {"hours": "10.00"}, etag=again["etag"]))
    assert told.keys() == {"hours"}


def test_an_order_without_hours_nor_calculation_is_refused(service: Service) -> None:
    clause = made(service, by_orders=True, hours=...)
    order = {"kind": "order", "on": "2026-02-01", "amount": "100000.00"}
    answer = post(service, f"{clause['path']}/changes", order, etag=clause["etag"])
    assert refused(answer).keys() == {"amount"}


def test_orders_added_to_an_unknown_commitment_leave_it_unknown(service: Service) -> None:
    clause = made(service, unit="hours_share", hours=..., share="0.1")
    clause = changed(service, clause, kind="order", on="2026-02-01", added="100.00")
    assert clause["engaged"] is None
    clause = changed(service, clause, kind="correction", on="2026-03-01", total="500.00")
    assert clause["engaged"] == "500.00"


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"kind": "amendment", "on": "tomorrow", "total": "1.00"}, {"on"}),
        ({"kind": "amendment", "on": "2026-01-01"}, {"total"}),
        ({"kind": "amendment", "on": "2026-01-01", "added": "1.00"}, {"total"}),
        ({"kind": "order", "on": "2026-01-01"}, {"added"}),
        ({"kind": "order", "on": "2026-01-01", "total": "1.00"}, {"added"}),
        ({"kind": "order", "on": "2026-01-01", "added": "-1.00"}, {"added"}),
        ({"kind": "order", "on": "2026-01-01", "added": "1000000.00"}, {"added"}),
        ({"kind": "termination", "on": "2026-01-01"}, {"total"}),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    service: Service, change: dict[str, Any], fields: set[str]
) -> None:
    clause = made(service)
    if change["on"] == "tomorrow":
        change = change | {"on": (today() + timedelta(days=1)).isoformat()}
    answer = post(service, f"{clause['path']}/changes", change, etag=clause["etag"])
    assert refused(answer).keys() == fields
    assert service.get(clause["path"])["version"] == 1


def test_a_change_of_today_is_taken(service: Service) -> None:
    clause = made(service)
    clause = changed(service, clause, kind="amendment", on=today().isoformat(), total="7.00")
    assert clause["engaged"] == "7.00"


def test_nothing_is_dated_in_a_closed_year(service: Service) -> None:
    clause = made(service, starts_on="2019-01-01")
    year = {"organisation": DEMONSTRATION, "year": 2019}
    closing = service.make("/api/v1/closings", year, "pilot")
    for path, body in (
        ("changes", {"kind": "amendment", "on": "2019-12-31", "total": "1.00"}),
        ("penalties", {"on": "2019-12-31", "missing_hours": "1.00"}),
    ):
        answer = post(service, f"{clause['path']}/{path}", body, etag=clause["etag"])
        assert (answer.status_code, answer.json()["type"]) == (409, "year-closed")
    reopen = post(
        service, f"/api/v1/closings/{closing['id']}/reopen", {"reason": "Test"}, "administrator"
    )
    assert reopen.is_success
    assert changed(service, clause, kind="amendment", on="2019-12-31", total="1.00")


def penalty(service: Service, clause: Body, **body: Any) -> Body:
    """The clause after one more penalty, the last of which is under "last"."""
    sent = {"on": "2026-10-01"} | body
    told = found(post(service, f"{clause['path']}/penalties", sent, etag=clause["etag"]))
    return told | {"last": told["penalties"][-1]}


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_penalty_is_worked_out_by_missing_hour(service: Service) -> None:
    clause = made(service, hours="100.00", penalty_amount="20.50")
    put_hours(service, clause["id"], "2026-01", "validated", (150, 0, None))
    clause = penalty(service, clause)
    assert clause["last"]["computed"] == "1281.25"  # 62,5 × 20,50
    assert plain(clause["last"]["basis"]) == "62,5 h manquantes × 20,50 € = 1 281,25 €"
    assert (clause["last"]["decision"], clause["last"]["applied"]) == (None, None)
    clause = penalty(service, clause, missing_hours="0.25")
    assert clause["last"]["computed"] == "5.13"  # 5,125: a half goes up


def test_a_penalty_is_worked_out_by_late_day(service: Service) -> None:
    clause = made(service, penalty_mode="per_late_day", penalty_amount="100.00")
    told = refused(post(service, f"{clause['path']}/penalties", {"on": "2026-01-01"},
                        etag=clause["etag"]))  # fmt: skip
    assert told.keys() == {"late_days"}
    clause = penalty(service, clause, late_days=3)
    assert plain(clause["last"]["basis"]) == "3 jours de retard × 100 € = 300 €"


def test_a_penalty_is_a_share_of_the_amount_of_the_contract(service: Service) -> None:
    clause = made(service, penalty_mode="percentage", penalty_amount=None, penalty_share="0.001")
    clause = penalty(service, clause)
    assert clause["last"]["computed"] == "12.00"  # 0,1 % of 12 000,50 €
    assert penalty(service, clause, base_amount="5000.00")["last"]["computed"] == "5.00"


def test_the_cap_holds_for_all_the_penalties_of_a_clause(service: Service) -> None:
    clause = made(service, penalty_amount="10.00", penalty_cap="100.00")
    clause = penalty(service, clause, missing_hours="8.00")
    first = clause["last"]
    clause = penalty(service, clause, missing_hours="8.00")
    assert clause["last"]["computed"] == "20.00"
    assert "plafond" in clause["last"]["basis"]
    waived = {"decision": "waived", "reason": "Intempéries"}
    address = f"{clause['path']}/penalties/{first['id']}"
    clause = found(patch(service, address, waived, etag=clause["etag"]))
    assert penalty(service, clause, missing_hours="9.00")["last"]["computed"] == "80.00"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"on": "2026-01-01", "late_days": 1}, {"late_days"}),
        ({"on": "2026-01-01", "base_amount": "1.00"}, {"base_amount"}),
        ({"on": "2026-01-01", "missing_hours": "0"}, {"missing_hours"}),
        ({"on": "2099-01-01"}, {"on"}),
    ],
)
def test_a_penalty_uses_what_its_mode_uses(
    service: Service, body: dict[str, Any], fields: set[str]
) -> None:
    clause = made(service)
    answer = post(service, f"{clause['path']}/penalties", body, etag=clause["etag"])
    assert refused(answer).keys() == fields


def test_no_penalty_without_a_mode_nor_without_a_missing_hour(service: Service) -> None:
    clause = made(service, penalty_mode=None, penalty_amount=None)
    body = {"on": "2026-01-01"}
    answer = post(service, f"{clause['path']}/penalties", body, etag=clause["etag"])
    assert (answer.status_code, answer.json()["type"]) == (409, "no-penalty")
    done = made(service, hours="10.00")
    put_hours(service, done["id"], "2026-01", "validated", (40, 0, None))
    answer = post(service, f"{done['path']}/penalties", body, etag=done["etag"])
    assert "ne manque" in refused(answer)["missing_hours"]
    unknown = made(service, unit="hours_share", hours=..., share="0.1")
    answer = post(service, f"{unknown['path']}/penalties", body, etag=unknown["etag"])
    assert refused(answer).keys() == {"missing_hours"}


@pytest.mark.parametrize(
    ("decision", "outcome"),
    [
        ({"decision": "applied"}, "80.00"),
        ({"decision": "applied", "applied": "80.00"}, "80.00"),
        ({"decision": "waived", "reason": "Intempéries"}, "0.00"),
        ({"decision": "reduced", "reason": "Effort", "applied": "79.99"}, "79.99"),
        ({"decision": "reduced", "reason": "Effort"}, {"applied"}),
        ({"decision": "reduced", "reason": "Effort", "applied": "80.00"}, {"applied"}),
        ({"decision": "reduced", "reason": "Effort", "applied": "0"}, {"applied"}),
        ({"decision": "reduced", "applied": "1.00"}, {"reason"}),
        ({"decision": "waived"}, {"reason"}),
        ({"decision": "waived", "reason": ""}, {"reason"}),
        ({"decision": "waived", "reason": "Effort", "applied": "1.00"}, {"applied"}),
        ({"decision": "applied", "applied": "1.00"}, {"applied"}),
    ],
)
def test_a_penalty_is_applied_reduced_or_waived_with_a_reason(
    service: Service, decision: dict[str, Any], outcome: str | set[str]
) -> None:
    clause = penalty(service, made(service, penalty_amount="10.00"), missing_hours="8.00")
    address = f"{clause['path']}/penalties/{clause['last']['id']}"
    answer = patch(service, address, decision, etag=clause["etag"])
    if isinstance(outcome, set):
        assert refused(answer).keys() == outcome
    else:
        (decided,) = found(answer)["penalties"]
        assert (decided["applied"], decided["computed"]) == (outcome, "80.00")


def test_a_penalty_is_found_under_its_own_clause_only(service: Service) -> None:
    clause = penalty(service, made(service), missing_hours="8.00")
    other = made(service)
    address = f"{other['path']}/penalties/{clause['last']['id']}"
    assert patch(service, address, {"decision": "applied"}, etag=other["etag"]).status_code == 404


def test_a_contract_with_a_clause_is_not_removed(service: Service) -> None:
    things = service.things("contract")
    service.make("/api/v1/insertion/clauses", new_clause(things), "pilot")
    answer = service.call("remove_contract", things, service.as_("pilot"))
    assert (answer.status_code, answer.json()["type"]) == (409, "still-carrying")
    assert "1 clause d’insertion dépend" in answer.json()["detail"]
    assert service.get(f"/api/v1/contracts/{things.contract_id}")


def test_an_import_whose_contract_has_a_clause_is_not_undone(service: Service) -> None:
    sent = {"file": ("decp.json", decp_file(DEMONSTRATION), "application/json")}
    answer = service.client.post("/api/v1/imports", files=sent, headers=service.as_("pilot"))
    address = f"/api/v1/imports/{answer.json()['id']}"
    assert post(service, f"{address}/accept", {}).status_code == 200
    (row,) = service.get(f"{address}/rows")["items"]
    body = new_clause(Things(siret=DEMONSTRATION, contract_id=row["contract_id"]))
    service.make("/api/v1/insertion/clauses", body, "pilot")
    undone = post(service, f"{address}/undo", {})
    assert (undone.status_code, undone.json()["type"]) == (409, "not-undoable")
    assert "1 clause d’insertion dépend" in undone.json()["detail"]
    assert service.get(address)["state"] == "accepted"


def _clause(**changes: Any) -> Clause:
    known: dict[str, Any] = {
        "title": "Clause",
        "kind": ClauseType.EXECUTION_CONDITION,
        "unit": Unit.HOURS,
        "engaged": 400,
        "evidence_frequency": EvidenceFrequency.MONTHLY,
        "evidence_days": 15,
        "status": ClauseStatus.RUNNING,
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
    }
    return Clause(**(known | changes))


@pytest.mark.parametrize(
    ("at", "stated", "late"),
    [
        (date(2026, 2, 15), (), 0),  # the evidence of January is due that very day
        (date(2026, 2, 16), (), 1),
        (date(2026, 2, 16), (1,), 0),
        (date(2026, 4, 16), (1, 3), 1),
        (date(2027, 1, 15), (), 11),
        (date(2027, 1, 16), (), 12),
        (date(2028, 1, 1), (), 12),
    ],
)
def test_a_month_is_late_from_the_day_after_its_evidence_was_due(
    at: date, stated: tuple[int, ...], late: int
) -> None:
    months = [date(2026, month, 1) for month in stated]
    assert gauges(_clause(), 0, months, at).late_months == late


def test_a_quarter_is_late_as_three_months_at_once() -> None:
    quarterly = _clause(evidence_frequency=EvidenceFrequency.QUARTERLY)
    late = [gauges(quarterly, 0, (), date(2026, 4, day)).late_months for day in (15, 16)]
    assert late == [0, 3]


def test_months_are_waited_for_while_a_clause_runs_only() -> None:
    at = date(2026, 6, 1)
    late = {one: gauges(_clause(status=one), 0, (), at).late_months for one in ClauseStatus}
    assert {one for one, months in late.items() if months} == {
        ClauseStatus.NOTIFIED,
        ClauseStatus.RUNNING,
    }
    assert gauges(_clause(starts_on=None), 0, (), at).late_months is None


@pytest.mark.parametrize(
    ("at", "validated", "expected"),
    [
        (date(2025, 12, 31), 0, Risk.ON_TRACK),
        (date(2026, 12, 30), 400, Risk.AHEAD),
        (date(2026, 12, 31), 400, Risk.AHEAD),
        (date(2026, 12, 31), 399, Risk.LATE),
        (date(2026, 3, 14), 40, Risk.ON_TRACK),  # a fifth of the days, a tenth done
        (date(2026, 3, 14), 39, Risk.LATE),
        (date(2026, 3, 14), 80, Risk.ON_TRACK),
        (date(2026, 3, 14), 81, Risk.AHEAD),
    ],
)
def test_a_clause_is_late_beyond_a_tenth_of_its_commitment(
    at: date, validated: int, expected: Risk
) -> None:
    assert gauges(_clause(), validated, (), at).risk is expected


def test_the_risk_is_unknown_without_a_commitment_a_date_or_a_notification() -> None:
    at = date(2026, 6, 1)
    for changes in (
        {"engaged": None},
        {"engaged": 0},
        {"ends_on": None},
        {"status": ClauseStatus.DRAFT},
    ):
        assert gauges(_clause(**changes), 0, (), at).risk is Risk.UNKNOWN
