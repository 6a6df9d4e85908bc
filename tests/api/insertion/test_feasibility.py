"""Feasibility: the calculator, the usual values of families, requests, advice, decisions."""

from datetime import date, timedelta
from typing import Any

import pytest

from api.kit.days import today
from tests.api.insertion.following import mandate, post, refused, second_facilitator
from tests.cases.access import FACILITATOR, OTHER_FACILITATOR
from tests.cases.feasibility import ANSWER, PATH, new_request
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service

CALCULATIONS = "/api/v1/insertion/calculations"
PARAMETERS = "/api/v1/insertion/calculation-parameters"
GENERAL = {"amount": "100000.00", "labour_share": "0.80", "rate": "0.05", "hourly_cost": "20.00"}
CLEANING = {
    "variant": "cleaning",
    "amount": "480000.00",
    "months": 48,
    "taken_over_hours_per_month": "300.00",
    "rate": "0.05",
}
DAY = timedelta(days=1)


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def calculated(service: Service, body: dict[str, Any]) -> dict[str, Any]:
    answer = post(service, CALCULATIONS, body, "reader")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_the_general_formula_is_shown_with_its_working(service: Service) -> None:
    told = calculated(service, GENERAL)
    assert told["hours"] == "200.00"
    assert plain(told["formula"]) == "100 000 € HT × 80 % × 5 % ÷ 20 € = 200 h"
    assert told["advised"] is True
    assert told["potential"] is None
    assert len(told["equivalents"]) == 3


def test_the_formula_of_cleaning_takes_the_staff_off(service: Service) -> None:
    told = calculated(service, CLEANING)
    assert (told["hours"], told["potential"]) == ("240.00", "0.25")
    nothing = calculated(service, CLEANING | {"taken_over_hours_per_month": "500.00"})
    assert (nothing["hours"], nothing["advised"], nothing["equivalents"]) == ("0.00", False, [])
    assert nothing["potential"] == "-0.25"


@pytest.mark.parametrize(
    ("amount", "hours", "advised"),
    [("75000.00", "150.00", True), ("74874.99", "149.75", False), ("74937.50", "150.00", True)],
)
def test_under_150_hours_a_clause_is_advised_against(
    service: Service, amount: str, hours: str, advised: bool
) -> None:
    told = calculated(service, GENERAL | {"amount": amount})
    assert (told["hours"], told["advised"]) == (hours, advised)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (GENERAL | {"labour_share": None}, {"labour_share"}),
        (GENERAL | {"hourly_cost": None, "labour_share": None}, {"hourly_cost", "labour_share"}),
        (GENERAL | {"months": 12}, {"months"}),
        (GENERAL | {"amount": "0"}, {"amount"}),
        (GENERAL | {"rate": "0"}, {"rate"}),
        (GENERAL | {"rate": "1.000001"}, {"rate"}),
        (GENERAL | {"hourly_cost": "0"}, {"hourly_cost"}),
        (GENERAL | {"amount": "90000000000000.00"}, {"amount"}),
        (CLEANING | {"months": None}, {"months"}),
        (CLEANING | {"months": 0}, {"months"}),
        (CLEANING | {"taken_over_hours_per_month": None}, {"taken_over_hours_per_month"}),
        (CLEANING | {"taken_over_hours_per_month": "-0.25"}, {"taken_over_hours_per_month"}),
    ],
)
def test_a_calculation_says_which_value_is_wrong(
    service: Service, body: dict[str, Any], fields: set[str]
) -> None:
    assert refused(post(service, CALCULATIONS, body, "reader")).keys() == fields


def parameter(service: Service, account: str = "pilot", **changes: Any) -> dict[str, Any]:
    body = {
        "organisation": FACILITATOR if account == "facilitator" else DEMONSTRATION,
        "family": "Nettoyage des locaux",
        "labour_share": "0.8",
        "rate": "0.05",
        "hourly_cost": "20.00",
    }
    made: dict[str, Any] = service.make(PARAMETERS, body | changes, account)
    return made


def values(service: Service, family: str, account: str = "pilot", query: str = "") -> list[Any]:
    page = service.get(f"{PARAMETERS}?organisation={DEMONSTRATION}{query}", account)
    return [one for one in page["items"] if one["family"] == family]


def test_the_last_values_said_of_a_family_are_the_current_ones(service: Service) -> None:
    family = "Espaces verts"
    first = parameter(service, family=family)
    second = parameter(service, family="ESPACES VERTS", rate="0.07")
    assert second["family"] == family
    assert [one["id"] for one in values(service, family)] == [second["id"]]
    both = values(service, family, query="&history=true")
    assert [(one["id"], one["current"]) for one in both] == [
        (second["id"], True),
        (first["id"], False),
    ]


def test_values_bear_their_organisation_and_date_and_no_name(service: Service) -> None:
    made = parameter(service, family="Restauration", note="Vu sur trois marchés")
    (seen,) = values(service, "Restauration", "facilitator")
    assert seen == made
    assert seen["organisation_name"] == "Collectivité de démonstration"
    assert seen["said_at"][:10] >= "2026-01-01"
    assert "person" not in " ".join(seen)
    assert "Compte" not in str(seen)


def test_values_are_those_of_the_organisation_that_says_them(service: Service) -> None:
    own = parameter(service, "facilitator", family="Peinture")
    page = service.get(f"{PARAMETERS}?organisation={FACILITATOR}", "facilitator")
    assert own["id"] in {one["id"] for one in page["items"]}
    assert values(service, "Peinture") == []
    answer = service.client.get(
        f"{PARAMETERS}?organisation={OTHER}", headers=service.as_("facilitator")
    )
    assert answer.status_code == 404


def test_values_come_in_pages(service: Service) -> None:
    for number in range(3):
        parameter(service, family=f"Famille {number}")
    page = service.get(f"{PARAMETERS}?organisation={DEMONSTRATION}&limit=1")
    ids = [one["id"] for one in page["items"]]
    while page["next"]:
        page = service.get(
            f"{PARAMETERS}?organisation={DEMONSTRATION}&limit=1&cursor={page['next']}"
        )
        ids += [one["id"] for one in page["items"]]
    whole = service.get(f"{PARAMETERS}?organisation={DEMONSTRATION}")["items"]
    assert ids == [one["id"] for one in whole]


def asked(service: Service, account: str = "pilot", **changes: Any) -> dict[str, Any]:
    """A new request, with its address and its ETag."""
    answer = post(service, PATH, new_request(service.things()) | changes, account)
    assert answer.status_code == 201, answer.text
    request: dict[str, Any] = answer.json()
    return request | {"path": f"{PATH}/{request['id']}", "etag": answer.headers["etag"]}


def answered(service: Service, request: dict[str, Any], **changes: Any) -> dict[str, Any]:
    answer = post(
        service, f"{request['path']}/answer", ANSWER | changes, "facilitator", request["etag"]
    )
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told | {"path": request["path"], "etag": answer.headers["etag"]}


def test_an_answer_is_due_after_28_days_unless_said(service: Service) -> None:
    request = asked(service)
    assert request["sent_on"] == today().isoformat()
    assert request["due_on"] == (today() + 28 * DAY).isoformat()
    assert request["facilitator_siret"] == FACILITATOR
    assert (request["state"], request["late_days"]) == ("waiting", 0)
    said = asked(service, sent_on="2026-01-10", due_on="2026-01-10")
    assert said["due_on"] == "2026-01-10"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"sent_on": (today() + DAY).isoformat()}, {"sent_on"}),
        ({"sent_on": "2026-03-02", "due_on": "2026-03-01"}, {"due_on"}),
        ({"contract_id": "01890000-0000-7000-8000-000000000000"}, {"contract_id"}),
        ({"directorate_id": "01890000-0000-7000-8000-000000000000"}, {"directorate_id"}),
        ({"facilitator_siret": OTHER_FACILITATOR}, {"facilitator_siret"}),
        ({"subject": ""}, {"subject"}),
        ({"cpv": "1234"}, {"cpv"}),
        ({"estimate": "0"}, {"estimate"}),
    ],
)
def test_a_request_says_which_field_is_wrong(
    service: Service, changes: dict[str, Any], fields: set[str]
) -> None:
    body = new_request(service.things()) | changes
    assert refused(post(service, PATH, body)).keys() == fields


def test_a_contract_of_another_buyer_is_not_named_in_a_request(service: Service) -> None:
    foreign = service.things("contract", OTHER).contract_id
    body = new_request(service.things()) | {"contract_id": foreign}
    assert refused(post(service, PATH, body)).keys() == {"contract_id"}


def test_the_facilitator_is_to_be_named_when_there_are_several_or_none(service: Service) -> None:
    body = new_request(service.things())
    with second_facilitator(service):
        assert refused(post(service, PATH, body)).keys() == {"facilitator_siret"}
        assert asked(service, facilitator_siret=OTHER_FACILITATOR)
    with mandate(service, today() - 9 * DAY, today() - DAY):
        assert refused(post(service, PATH, body)).keys() == {"facilitator_siret"}


def test_a_directorate_asks_for_itself_only(service: Service) -> None:
    own = service.directorate()
    other = service.directorate(name="Moyens généraux")
    statuses = [
        post(
            service, PATH, new_request(service.things()) | {"directorate_id": one}, "directorate"
        ).status_code
        for one in (own, other, None)
    ]
    assert statuses == [201, 403, 403]
    assert asked(service, directorate_id=other)["directorate_name"] == "Moyens généraux"


def test_a_request_is_late_from_the_day_after_it_was_due(service: Service) -> None:
    sent = (today() - 40 * DAY).isoformat()
    due = {
        name: asked(service, sent_on=sent, due_on=(today() + days * DAY).isoformat())
        for name, days in (("yesterday", -1), ("today", 0))
    }
    told = {name: (one["state"], one["late_days"]) for name, one in due.items()}
    assert told == {"yesterday": ("late", 1), "today": ("waiting", 0)}
    done = answered(service, due["yesterday"])
    assert (done["state"], done["late_days"]) == ("answered", 1)
    assert done["answered_on"] == today().isoformat()
    ids = {
        state: {one["id"] for one in service.get(f"{PATH}?limit=100&state={state}")["items"]}
        for state in ("waiting", "late", "answered")
    }
    assert due["today"]["id"] in ids["waiting"] - ids["late"] - ids["answered"]
    assert due["yesterday"]["id"] in ids["answered"] - ids["late"] - ids["waiting"]
    late = asked(service, sent_on=sent, due_on=(today() - DAY).isoformat())
    found = service.get(f"{PATH}?limit=100&state=late", "facilitator")["items"]
    assert late["id"] in {one["id"] for one in found}


def test_an_answer_is_read_back_as_given(service: Service) -> None:
    done = answered(service, asked(service))
    assert {name: done[name] for name in ANSWER} == ANSWER
    read = service.client.get(done["path"], headers=service.as_("pilot"))
    assert read.headers["etag"] == done["etag"] == '"2"'
    assert read.json()["permissions"] == {"answer": False, "decide": True}


NONE = {"answer": "none", "refusal": "technicality", "justification": "Travail en hauteur."}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"answer": "none"}, {"refusal", "justification"}),
        (NONE | {"refusal": None}, {"refusal"}),
        (NONE | {"justification": None}, {"justification"}),
        (NONE | {"justification": " "}, {"justification"}),
        (NONE | {"hours": "10.00"}, {"hours"}),
        (ANSWER | {"refusal": "other"}, {"refusal"}),
        (ANSWER | {"hours": "0"}, {"hours"}),
        (ANSWER | {"answer": "perhaps"}, {"answer"}),
    ],
)
def test_an_answer_says_what_goes_with_it(
    service: Service, body: dict[str, Any], fields: set[str]
) -> None:
    request = asked(service)
    answer = post(service, f"{request['path']}/answer", body, "facilitator", request["etag"])
    assert refused(answer).keys() == fields
    assert service.get(request["path"])["state"] == "waiting"


def test_no_clause_is_advised_with_a_reason_and_a_justification(service: Service) -> None:
    request = asked(service)
    answer = post(service, f"{request['path']}/answer", NONE, "facilitator", request["etag"])
    assert {name: answer.json()[name] for name in NONE} == NONE


def test_an_answer_is_corrected_until_the_buyer_decides(service: Service) -> None:
    first = answered(service, asked(service))
    second = answered(service, first, answer="criterion", hours="100.00")
    assert (second["answer"], second["hours"]) == ("criterion", "100.00")
    body = {"decision": "partly_followed"}
    decided = post(service, f"{second['path']}/decision", body, etag=second["etag"])
    assert decided.json()["decided_on"] == today().isoformat()
    assert decided.json()["permissions"] == {"answer": False, "decide": True}
    late = post(service, f"{second['path']}/answer", ANSWER, "facilitator", decided.headers["etag"])
    assert (late.status_code, late.json()["type"]) == (409, "already-decided")


def test_a_decision_waits_for_the_answer_and_explains_a_refusal(service: Service) -> None:
    request = asked(service)
    path = f"{request['path']}/decision"
    early = post(service, path, {"decision": "followed"}, etag=request["etag"])
    assert (early.status_code, early.json()["type"]) == (409, "not-answered")
    done = answered(service, request)
    silent = post(service, path, {"decision": "not_followed"}, etag=done["etag"])
    assert refused(silent).keys() == {"comment"}
    body = {"decision": "not_followed", "comment": "Calendrier trop serré."}
    decided = post(service, path, body, etag=done["etag"])
    assert decided.json()["decision_comment"] == "Calendrier trop serré."


def test_an_answer_and_a_decision_ask_for_the_version_that_was_read(service: Service) -> None:
    request = asked(service)
    for account, path, body in (
        ("facilitator", "answer", ANSWER),
        ("pilot", "decision", {"decision": "followed"}),
    ):
        address = f"{request['path']}/{path}"
        assert post(service, address, body, account).status_code == 428
        assert post(service, address, body, account, '"9"').status_code == 412


def test_a_facilitator_never_learns_of_the_requests_to_another(service: Service) -> None:
    with second_facilitator(service):
        first = asked(service, facilitator_siret=FACILITATOR)
        second = asked(service, facilitator_siret=OTHER_FACILITATOR)
        for account, own in (("facilitator", first), ("other-facilitator", second)):
            page = service.get(f"{PATH}?limit=100&buyer={DEMONSTRATION}", account)
            met = {one["id"] for one in page["items"]} & {first["id"], second["id"]}
            assert met == {own["id"]}
            foreign = second if own is first else first
            headers = service.as_(account)
            assert service.client.get(foreign["path"], headers=headers).status_code == 404
            answer = post(service, f"{foreign['path']}/answer", ANSWER, account, foreign["etag"])
            assert answer.status_code == 404


@pytest.mark.parametrize(
    ("starts", "ends", "status"),
    [(-30, -1, 404), (-30, 0, 200), (0, None, 200), (1, None, 404)],
)
def test_a_mandate_opens_its_requests_from_its_first_day_to_its_last(
    service: Service, starts: int, ends: int | None, status: int
) -> None:
    request = asked(service)
    last: date | None = None if ends is None else today() + ends * DAY
    with mandate(service, today() + starts * DAY, last):
        read = service.client.get(request["path"], headers=service.as_("facilitator"))
        page = service.get(f"{PATH}?limit=100", "facilitator")
        done = post(service, f"{request['path']}/answer", ANSWER, "facilitator", request["etag"])
    assert (read.status_code, done.status_code) == (status, status)
    assert (request["id"] in {one["id"] for one in page["items"]}) is (status == 200)


def test_requests_come_in_pages_the_latest_first(service: Service) -> None:
    for day in ("2026-02-01", "2026-03-01", "2026-03-01"):
        asked(service, sent_on=day)
    whole = service.get(f"{PATH}?limit=100")["items"]
    assert [one["sent_on"] for one in whole] == sorted(
        (one["sent_on"] for one in whole), reverse=True
    )
    met: list[str] = []
    cursor = ""
    while True:
        page = service.get(f"{PATH}?limit=2{cursor}")
        met += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert met == [one["id"] for one in whole]
