"""The advice on reservation, asked through the API: its units, its refusals, its answers."""

from typing import Any

import pytest

from tests.api.reserved.asking import ask, fields
from tests.operations import Service

QUESTION: dict[str, Any] = {
    "object_kind": "services",
    "notice_on": "2026-03-15",
    "cpv": "85312000-9",
    "months": 36,
    "requested": ["L2113-15"],
}


def advice(service: Service, **said: Any) -> Any:
    answer = ask(service, "POST", "/reservation-advice", QUESTION | said, "reader")
    assert answer.status_code == 200, answer.text
    return answer.json()


def asked(told: Any) -> str:
    state: str = told["combination"]["state"]
    return state


def test_the_length_of_a_contract_closes_the_reservation_to_the_social_economy(
    service: Service,
) -> None:
    # 36 months are allowed but a rule is still to be checked by a lawyer: never simply closed.
    assert asked(advice(service)["whole"]) != "closed"
    long = advice(service, months=48)
    assert asked(long["whole"]) == "closed"
    assert "36 mois" in long["whole"]["combination"]["reasons"][0]["text"]
    assert long["decp"]["scope"] == "none"


@pytest.mark.parametrize(
    ("nature", "requested", "state"),
    [
        ("contract", ["L2113-12", "L2113-13"], "open"),
        ("concession", ["L3113-1", "L3113-2"], "closed"),
        ("contract", ["L2113-13", "L2113-13-1"], "closed"),
    ],
)
def test_articles_are_judged_together(
    service: Service, nature: str, requested: list[str], state: str
) -> None:
    told = advice(service, nature=nature, requested=requested, cpv="77310000-6")
    assert asked(told["whole"]) == state


@pytest.mark.parametrize(
    ("day", "estimate", "noted"),
    [
        ("2026-03-31", "55000.00", False),
        ("2026-04-01", "55000.00", True),
        ("2026-04-01", "59999.99", True),
        ("2026-04-01", "60000.00", False),
    ],
)
def test_euros_meet_the_threshold_of_the_day_to_the_cent(
    service: Service, day: str, estimate: str, noted: bool
) -> None:
    told = advice(service, object_kind="supplies", notice_on=day, estimate=estimate, cpv=None)
    assert ("direct-purchase" in {one["code"] for one in told["information"]}) is noted


def test_a_lot_may_be_open_where_the_whole_is_closed(service: Service) -> None:
    lots = [{"label": "Formation", "cpv": "80110000"}, {"label": "Repas", "cpv": "55523100"}]
    told = advice(service, cpv="80110000", lots=lots)
    assert asked(told["whole"]) == "closed"
    assert [asked(one) == "closed" for one in told["lots"]] == [False, True]
    assert (told["decp"]["scope"], told["decp"]["lots"]) == ("lots", [1])


def test_an_unknown_code_is_to_verify_and_never_closed(service: Service) -> None:
    for cpv in (None, "99999999", "n’importe quoi"):
        assert asked(advice(service, cpv=cpv)["whole"]) == "to_verify"


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"lots": [{"label": "1", "share": "0.6"}, {"label": "2", "share": "0.400001"}]}, ["lots"]),
        ({"estimate": "-1.00"}, ["estimate"]),
        ({"estimate": 120000}, ["estimate"]),
        ({"months": 0}, ["months"]),
        ({"requested": ["L2113-14"]}, ["requested", 0]),
        ({"sourcing": {"disabled": -1}}, ["sourcing", "disabled"]),
        ({"previous_awards": [{"siret": "12"}]}, ["previous_awards", 0, "siret"]),
        ({"notice_on": "15/03/2026"}, ["notice_on"]),
    ],
)
def test_a_refusal_names_its_field(
    service: Service, said: dict[str, Any], place: list[str | int]
) -> None:
    answer = ask(service, "POST", "/reservation-advice", QUESTION | said)
    assert fields(answer) == [["body", *place]]


def test_shares_of_lots_make_the_whole_and_no_more(service: Service) -> None:
    lots = [{"label": "1", "share": "0.6"}, {"label": "2", "share": "0.4"}]
    assert len(advice(service, lots=lots)["lots"]) == 2
