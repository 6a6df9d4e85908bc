"""Clauses: what may be written of them, who sees them, and the overview of a facilitator."""

from datetime import date, timedelta
from typing import Any

import pytest

from api.insertion.clauses.answers import ClauseItem
from api.kit.days import today
from api.kit.pages import Page
from tests.api.insertion.following import (
    Statements,
    body_of,
    found,
    made,
    mandate,
    patch,
    post,
    put_hours,
    refused,
    second_facilitator,
)
from tests.cases.access import FACILITATOR, OTHER_FACILITATOR
from tests.cases.clauses import PATH
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service

CALCULATION = {
    "amount": "100000.00",
    "labour_share": "0.8",
    "rate": "0.05",
    "hourly_cost": "20.00",
}
NO_PENALTY: dict[str, Any] = {"penalty_mode": None, "penalty_amount": None}


def listed(service: Service, query: str = "", account: str = "pilot") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = service.get(f"{PATH}?limit=500&{query}", account)["items"]
    return items


def test_a_clause_entered_is_read_back_as_entered(service: Service) -> None:
    body = body_of(service, lot="Lot 4", legal_basis="L2112-2", object="works", priority_area=True)
    clause = found(post(service, PATH, body))
    read = service.client.get(clause["path"], headers=service.as_("pilot"))
    assert read.headers["etag"] == clause["etag"] == '"1"'
    assert {name: read.json()[name] for name in body} == body
    assert read.json()["facilitator_siret"] == FACILITATOR
    assert read.json()["engaged"] == "1200.00"


def test_the_hours_of_a_calculation_are_derived_and_kept_with_their_formula(
    service: Service,
) -> None:
    clause = made(service, hours=..., calculation=CALCULATION)
    assert clause["hours"] == clause["engaged"] == "200.00"
    kept = clause["calculation"]
    assert {name: kept[name] for name in CALCULATION} == CALCULATION | {"labour_share": "0.8"}
    assert kept["hours"] == "200.00"
    assert kept["formula"].replace("\u202f", " ").replace("\u00a0", " ") == (
        "100 000 € HT × 80 % × 5 % ÷ 20 € = 200 h"
    )
    given = made(service, hours="180.00", calculation=CALCULATION)
    assert (given["hours"], given["calculation"]["hours"]) == ("180.00", "200.00")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"ends_on": "2025-12-31"}, {"ends_on"}),
        ({"hours": "0"}, {"hours"}),
        ({"hours": "-1"}, {"hours"}),
        ({"hours": "1000000.25"}, {"hours"}),
        ({"hours": "7.1"}, {"hours"}),
        ({"hours": ...}, {"hours"}),
        ({"share": "0.1"}, {"share"}),
        ({"amount": "10.00"}, {"amount"}),
        ({"unit": "hours_share", "hours": ...}, {"share"}),
        ({"unit": "hours_share", "share": "0.1"}, {"hours"}),
        ({"unit": "hours_share", "hours": ..., "share": "0"}, {"share"}),
        ({"unit": "hours_share", "hours": ..., "share": "1.01"}, {"share"}),
        ({"unit": "subcontracted_amount", "hours": ...}, {"amount"}),
        ({"unit": "subcontracted_amount", "hours": ..., "amount": "0"}, {"amount"}),
        ({"calculation": CALCULATION | {"labour_share": "0"}}, {"calculation.labour_share"}),
        ({"calculation": CALCULATION | {"labour_share": "1.1"}}, {"calculation.labour_share"}),
        ({"calculation": CALCULATION | {"amount": None}}, {"calculation.amount"}),
        ({"hours": ..., "calculation": CALCULATION | {"amount": "0.01"}}, None),
        ({"hours": ..., "calculation": CALCULATION | {"amount": "99999999999.00"}}, None),
        ({"by_orders": True}, {"hours"}),
        ({"eligibility_months": 0}, {"eligibility_months"}),
        ({"eligibility_months": 61}, {"eligibility_months"}),
        ({"evidence_days": -1}, {"evidence_days"}),
        ({"penalty_amount": None}, {"penalty_amount"}),
        ({"penalty_mode": None}, {"penalty_amount"}),
        (NO_PENALTY | {"penalty_cap": "100.00"}, {"penalty_cap"}),
        ({"penalty_mode": "percentage"}, {"penalty_share", "penalty_amount"}),
        ({"penalty_share": "0.1"}, {"penalty_share"}),
        ({"publics": ["somebody"]}, {"publics.0"}),
        ({"facilitator_siret": OTHER_FACILITATOR}, {"facilitator_siret"}),
        ({"title": ""}, {"title"}),
    ],
)
def test_terms_that_do_not_hold_together_are_refused_field_by_field(
    service: Service, changes: dict[str, Any], fields: set[str] | None
) -> None:
    told = refused(post(service, PATH, body_of(service, **changes)))
    assert told.keys() == (fields or {"calculation.amount"})
    assert all(message.endswith(".") for message in told.values())


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_on": "2026-03-01", "ends_on": "2026-03-01"},
        {"hours": "0.25"},
        {"hours": "1000000.00"},
        {"unit": "hours_share", "hours": ..., "share": "1"},
        {"unit": "subcontracted_amount", "hours": ..., "amount": "0.01"},
        {"eligibility_months": 1},
        {"eligibility_months": 60},
        {"starts_on": None, "ends_on": None},
        {"by_orders": True, "hours": ...},
        {"penalty_mode": "percentage", "penalty_amount": None, "penalty_share": "0.02"},
    ],
)
def test_terms_at_their_bounds_are_taken(service: Service, changes: dict[str, Any]) -> None:
    assert post(service, PATH, body_of(service, **changes)).status_code == 201


def test_a_clause_whose_hours_are_unknown_engages_to_an_unknown_number(service: Service) -> None:
    clause = made(service, unit="hours_share", hours=..., share="0.05")
    for name in ("engaged", "due", "missing", "rate"):
        assert clause[name] is None
    assert clause["risk"] == "unknown"
    assert clause["validated"] == "0.00"


def test_a_patch_changes_what_it_says_and_keeps_the_rest(service: Service) -> None:
    clause = made(service)
    changed = found(patch(service, clause["path"], {"lot": "Lot 2"}, etag=clause["etag"]))
    same = clause.keys() - {"lot", "version", "etag", "updated_at"}
    assert {name: changed[name] for name in same} == {name: clause[name] for name in same}
    assert (changed["lot"], changed["etag"]) == ("Lot 2", '"2"')


def test_a_change_asks_for_the_version_that_was_read(service: Service) -> None:
    clause = made(service)
    assert patch(service, clause["path"], {"lot": "2"}).status_code == 428
    assert patch(service, clause["path"], {"lot": "2"}, etag='"7"').status_code == 412
    amendment = {"kind": "amendment", "on": "2026-01-01", "total": "1.00"}
    for path, body in (("changes", amendment), ("penalties", {"on": "2026-01-01"})):
        assert post(service, f"{clause['path']}/{path}", body).status_code == 428


@pytest.mark.parametrize(
    "said",
    [{"hours": "900.00"}, {"unit": "hours_share"}, {"by_orders": True}, {"status": "draft"}],
)
def test_what_a_notified_clause_engages_to_is_not_rewritten(
    service: Service, said: dict[str, Any]
) -> None:
    clause = made(service)
    assert refused(patch(service, clause["path"], said, etag=clause["etag"])).keys() == set(said)
    draft = made(service, status="draft")
    if said.keys() == {"hours"}:
        changed = found(patch(service, draft["path"], said, etag=draft["etag"]))
        assert changed["engaged"] == "900.00"


def test_a_form_that_sends_every_field_back_changes_nothing(service: Service) -> None:
    clause = made(service, hours=..., calculation=CALCULATION)
    names = (
        "title", "kind", "unit", "hours", "by_orders", "publics", "modalities", "starts_on",
        "ends_on", "status", "penalty_mode", "penalty_amount", "facilitator_siret", "lot",
    )  # fmt: skip
    body = {name: clause[name] for name in names} | {"calculation": CALCULATION}
    changed = found(patch(service, clause["path"], body, etag=clause["etag"]))
    assert {name: changed[name] for name in names} == {name: clause[name] for name in names}
    # Hours that were given stay, when the calculation beside them is sent again.
    given = made(service, hours="180.00", calculation=CALCULATION)
    body = {"calculation": CALCULATION}
    assert found(patch(service, given["path"], body, etag=given["etag"]))["hours"] == "180.00"


def test_null_erases_what_may_be_unknown_and_nothing_else(service: Service) -> None:
    clause = made(service)
    changed = found(patch(service, clause["path"], {"ends_on": None}, etag=clause["etag"]))
    assert changed["ends_on"] is None
    told = refused(patch(service, clause["path"], {"title": None}, etag=changed["etag"]))
    assert told.keys() == {"title"}


def test_a_mandate_opens_its_clauses_from_its_first_day_to_its_last(service: Service) -> None:
    clause, day = made(service), today()
    one = timedelta(days=1)
    headers = service.as_("facilitator")
    seen = {}
    for name, starts_on, ends_on in (
        ("ended yesterday", day - 30 * one, day - one),
        ("ends today", day - 30 * one, day),
        ("starts today", day, None),
        ("starts tomorrow", day + one, None),
    ):
        with mandate(service, starts_on, ends_on):
            status = service.client.get(clause["path"], headers=headers).status_code
            inside = clause["id"] in {item["id"] for item in listed(service, "", "facilitator")}
        seen[name] = (status, inside)
    assert seen == {
        "ended yesterday": (404, False),
        "ends today": (200, True),
        "starts today": (200, True),
        "starts tomorrow": (404, False),
    }
    assert service.client.get(clause["path"], headers=headers).status_code == 200


def test_another_facilitator_of_the_same_buyer_sees_its_own_clauses_only(service: Service) -> None:
    with second_facilitator(service):
        first = made(service, facilitator_siret=FACILITATOR)
        second = made(service, facilitator_siret=OTHER_FACILITATOR)
        nobodys = made(service)
        assert nobodys["facilitator_siret"] is None
        for account, own in (("facilitator", first), ("other-facilitator", second)):
            ids = {one["id"] for one in listed(service, f"buyer={DEMONSTRATION}", account)}
            assert ids & {first["id"], second["id"], nobodys["id"]} == {own["id"]}
            for clause in (first, second, nobodys):
                answer = service.client.get(clause["path"], headers=service.as_(account))
                assert answer.status_code == (200 if clause is own else 404)


def test_a_clause_says_what_who_reads_it_may_do(service: Service) -> None:
    clause = made(service)
    told = {
        account: tuple(service.get(clause["path"], account)["permissions"].values())
        for account in ("pilot", "directorate", "reader", "facilitator")
    }
    assert told == {
        "pilot": (True, False),
        "directorate": (False, False),
        "reader": (False, False),
        "facilitator": (False, True),
    }


def test_a_contract_of_another_buyer_carries_no_clause_of_mine(service: Service) -> None:
    foreign = service.things("contract", OTHER).contract_id
    unknown = "01890000-0000-7000-8000-000000000000"
    answers = [post(service, PATH, body_of(service, contract_id=one)) for one in (foreign, unknown)]
    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_the_hours_of_a_clause_count_by_the_state_of_their_statement(service: Service) -> None:
    clause = made(service, training_counted=False)
    put_hours(service, clause["id"], "2026-01", "validated", (400, 40, None), (100, 20, "window"))
    put_hours(service, clause["id"], "2026-02", "submitted", (80, 0, None))
    put_hours(service, clause["id"], "2026-03", "to_correct", (40, 0, None))
    put_hours(service, clause["id"], "2026-04", "draft", (1000, 0, None))
    put_hours(service, clause["id"], "2026-05", "rejected", (2000, 0, None))
    whole, read = service.get(clause["path"], "facilitator"), service.get(clause["path"])
    assert read["validated"] == whole["validated"] == "100.00"
    assert whole["declared"] == "155.00"  # 100 + 25 outside + 20 + 10, training not counted here
    assert read["declared"] == "130.00"  # the buyer is told what counts
    assert read["last_month"] == "2026-03"
    assert read["missing"] == "1100.00"
    assert read["rate"] == "0.083333"
    (item,) = listed(service, f"contract_id={read['contract_id']}")
    assert item == {name: read[name] for name in item}


def test_training_counts_where_the_clause_counts_it(service: Service) -> None:
    clause = made(service)
    put_hours(service, clause["id"], "2026-01", "validated", (400, 40, None), (100, 20, "window"))
    read = service.get(clause["path"], "facilitator")
    assert (read["validated"], read["declared"]) == ("110.00", "140.00")


def test_the_overview_is_one_statement_however_long_it_is(service: Service) -> None:
    for _ in range(3):
        clause = made(service)
        put_hours(service, clause["id"], "2026-01", "validated", (40, 0, None))
    headers = service.as_("facilitator")
    counts = {}
    for sort in ("start", "risk"):
        for limit in (1, 500):
            with Statements() as seen:
                answer = service.client.get(f"{PATH}?limit={limit}&sort={sort}", headers=headers)
            assert len(answer.json()["items"]) == 1 or limit > 1
            counts[sort, limit] = seen.count
    assert set(counts.values()) == {2}  # the rights of who asks, and the page


def test_an_item_of_the_overview_has_the_documented_shape(service: Service) -> None:
    made(service)
    text = service.client.get(f"{PATH}?limit=500", headers=service.as_("pilot")).text
    items = Page[ClauseItem].model_validate_json(text).model_dump(mode="json")["items"]
    assert items == service.get(f"{PATH}?limit=500")["items"]


@pytest.mark.parametrize("sort", ["start", "risk"])
def test_pages_follow_each_other_without_a_hole_or_a_double(service: Service, sort: str) -> None:
    for hours, start in (("10.00", "2026-01-01"), ("20.00", "2025-01-01"), ("30.00", None)):
        for done in (8, 36):
            clause = made(service, hours=hours, starts_on=start)
            put_hours(service, clause["id"], "2026-01", "validated", (done, 0, None))
    whole = [one["id"] for one in listed(service, f"sort={sort}")]
    met: list[str] = []
    cursor = ""
    while True:
        page = service.get(f"{PATH}?limit=2&sort={sort}{cursor}")
        met += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert met == whole
    assert len(set(whole)) == len(whole) >= 6
    other = "risk" if sort == "start" else "start"
    first = service.get(f"{PATH}?limit=1&sort={sort}")["next"]
    answer = service.client.get(f"{PATH}?sort={other}&cursor={first}", headers=service.as_("pilot"))
    assert refused(answer).keys() == {"cursor"}


def test_the_order_by_risk_goes_from_the_latest_to_the_unknown(service: Service) -> None:
    contract = service.things("contract").contract_id
    day = today()
    days = {
        "starts_on": (day - timedelta(days=49)).isoformat(),
        "ends_on": (day + timedelta(days=50)).isoformat(),
    }
    month = f"{day:%Y-%m}"
    ids = {}
    for name, done in (("ahead", 320), ("late", 0), ("on_track", 168), ("unknown", None)):
        body: dict[str, Any] = {"contract_id": contract, "hours": "100.00"} | days
        clause = made(service, **(body | ({} if done is not None else {"starts_on": None})))
        ids[clause["id"]] = name
        if done:
            put_hours(service, clause["id"], month, "validated", (done, 0, None))
    items = listed(service, f"contract_id={contract}&sort=risk")
    assert [ids[one["id"]] for one in items] == ["late", "on_track", "ahead", "unknown"]
    assert [one["risk"] for one in items] == ["late", "on_track", "ahead", "unknown"]


@pytest.mark.parametrize(
    ("query", "keeps"),
    [
        (f"buyer={DEMONSTRATION}", True),
        (f"buyer={OTHER}", False),
        ("buyer=00000099900014", False),
        (f"facilitator={FACILITATOR}", True),
        (f"facilitator={OTHER_FACILITATOR}", False),
        ("status=settled", True),
        ("status=running", False),
        ("q=RENOVATION%20theatre", True),
        ("q=r%C3%A9novation%20haies", True),  # one word of the title, one of the contract
        ("q=fictives", True),
        ("q=r_novation", False),
        ("q=piscine", False),
    ],
)
def test_a_filter_keeps_what_it_says(service: Service, query: str, keeps: bool) -> None:
    clause = made(service, title="RÉNOVATION du théâtre", status="settled")
    assert (clause["id"] in {one["id"] for one in listed(service, query)}) is keeps


def test_a_page_goes_up_to_500_clauses_and_no_further(service: Service) -> None:
    headers = service.as_("facilitator")
    assert service.client.get(f"{PATH}?limit=500", headers=headers).status_code == 200
    assert service.client.get(f"{PATH}?limit=501", headers=headers).status_code == 422


def test_due_hours_are_those_of_the_days_elapsed(service: Service) -> None:
    day = today()
    days = {
        "starts_on": (day - timedelta(days=24)).isoformat(),
        "ends_on": (day + timedelta(days=75)).isoformat(),
    }
    clause = made(service, hours="1000.00", **days)
    assert (clause["due"], clause["elapsed"]) == ("250.00", "0.25")
    put_hours(service, clause["id"], f"{date(day.year, day.month, 1):%Y-%m}", "validated",
              (620, 0, None))  # fmt: skip
    projection = service.get(clause["path"])["projection"]
    assert (projection["hours"], projection["rate"]) == ("620.00", "0.62")
    assert projection["sentence"] == "à ce rythme, 62\u202f%"
