"""Reservations: what may be entered, by whom, what the rules object, what the contract says."""

import pytest

from tests.api.reserved.asking import (
    ELSEWHERE,
    ask,
    close,
    contract,
    fields,
    marks,
    pages,
    reopen,
    reserve,
)
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service

SOCIAL = "85312000-9"


def test_a_reservation_says_yes_to_the_mark_of_its_contract(service: Service) -> None:
    one = contract(service)
    assert marks(service, one["id"])["reserved"] == "unknown"
    answer = reserve(service, one["id"], structure_kinds=["esat", "ea", "esat"], lots=["2", "2"])
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["contract_id"], told["reference"]) == (one["id"], one["reference"])
    assert (told["lots"], told["structure_kinds"]) == (["2"], ["esat", "ea"])
    assert (told["holders"], told["amount"]) == ("Haies fictives", "12000.50")
    assert marks(service, one["id"])["reserved"] == "yes"
    after = service.get(f"/api/v1/contracts/{one['id']}")
    assert after["version"] == one["version"] + 1
    assert {name: after[name] for name in ("amount", "subject", "suppliers")} == {
        name: one[name] for name in ("amount", "subject", "suppliers")
    }


def test_a_contract_that_is_marked_already_is_not_written_again(service: Service) -> None:
    one = contract(service)
    body = {"marks": {"reserved": "yes"}}
    ask(service, "PUT", f"/contracts/{one['id']}/marks", body, If_Match='"1"')
    assert reserve(service, one["id"]).status_code == 201
    assert service.get(f"/api/v1/contracts/{one['id']}")["version"] == 2


def test_removing_a_reservation_leaves_the_mark_to_who_decides_of_it(service: Service) -> None:
    one = contract(service)
    answer = reserve(service, one["id"])
    path = f"/reserved-contracts/{answer.json()['id']}"
    assert ask(service, "DELETE", path, If_Match=answer.headers["etag"]).status_code == 204
    assert ask(service, "GET", path).status_code == 404
    assert marks(service, one["id"])["reserved"] == "yes"


@pytest.mark.parametrize(
    ("kind", "basis"),
    [("marche", "L3113-1"), ("concession", "L2113-12"), ("concession", "L2113-15")],
)
def test_an_article_reserves_contracts_of_its_kind_only(
    service: Service, kind: str, basis: str
) -> None:
    one = contract(service, kind=kind)
    assert fields(reserve(service, one["id"], basis)) == [["body", "basis"]]


@pytest.mark.parametrize(
    ("basis", "good", "wrong"),
    [
        ("L2113-12", ["ea", "eatt", "esat"], "ei"),
        ("L2113-13", ["ei", "ai", "aci", "etti", "eiti", "regie_quartier"], "ea"),
        ("L2113-13-1", ["sep"], "esat"),
        ("L2113-15", ["ess"], "ea"),
        ("L3113-1", ["esat"], "sep"),
        ("L3113-2", ["ei"], "ess"),
        ("L3113-2-1", ["sep"], "ei"),
    ],
)
def test_structures_are_those_that_the_article_names(
    service: Service, basis: str, good: list[str], wrong: str
) -> None:
    kind = "marche" if basis.startswith("L2") else "concession"
    one = contract(service, kind=kind, cpv=SOCIAL)
    refused = reserve(service, one["id"], basis, structure_kinds=[*good, wrong])
    assert fields(refused) == [["body", "structure_kinds"]]
    assert reserve(service, one["id"], basis, structure_kinds=good).status_code == 201


def test_a_group_of_employers_is_in_no_article(service: Service) -> None:
    one = contract(service)
    refused = reserve(service, one["id"], structure_kinds=["geiq"])
    assert fields(refused) == [["body", "structure_kinds", 0]]


def test_the_share_is_half_unless_more_is_said(service: Service) -> None:
    one = contract(service)
    assert fields(reserve(service, one["id"], share="0.499999")) == [["body", "share"]]
    assert reserve(service, one["id"]).json()["share"] == "0.5"
    assert reserve(service, one["id"], "L2113-13", share="0.75").json()["share"] == "0.75"


def test_a_share_that_is_not_known_stays_so(service: Service) -> None:
    assert reserve(service, contract(service)["id"], share=None).json()["share"] is None


def test_the_social_economy_has_no_share(service: Service) -> None:
    one = contract(service, cpv=SOCIAL, months=36)
    assert fields(reserve(service, one["id"], "L2113-15", share="0.5")) == [["body", "share"]]
    assert reserve(service, one["id"], "L2113-15").json()["share"] is None


def test_a_low_share_of_a_concession_is_told_and_not_refused(service: Service) -> None:
    one = contract(service, kind="concession")
    told = reserve(service, one["id"], "L3113-1", share="0.3").json()
    warning = next(found for found in told["warnings"] if found["code"] == "share-below-minimum")
    assert warning["verified"] is False


def test_what_the_rules_object_is_answered_with_the_reservation(service: Service) -> None:
    long = reserve(service, contract(service, cpv=SOCIAL, months=48)["id"], "L2113-15").json()
    assert long["state"] == "closed"
    assert "ess-too-long" in {found["code"] for found in long["warnings"]}
    short = reserve(
        service, contract(service, cpv=SOCIAL, months=36)["id"], "L2113-15", mention="Réservé."
    ).json()
    assert short["state"] != "closed"
    assert "ess-too-long" not in {found["code"] for found in short["warnings"]}
    assert {"mention-ess", "mission-ess"} <= {found["code"] for found in short["obligations"]}


def test_a_mention_that_is_not_said_is_to_be_given(service: Service) -> None:
    answer = reserve(service, contract(service)["id"])
    told = answer.json()
    assert (told["mention"], told["mention_missing"]) == (None, True)
    warning = next(found for found in told["warnings"] if found["code"] == "mention-missing")
    assert warning["text"].startswith("Mention à préciser")
    assert "R2113-7" in warning["text"]
    path = f"/reserved-contracts/{told['id']}"
    body = {"mention": "Marché réservé (article L2113-12)."}
    said = ask(service, "PATCH", path, body, If_Match=answer.headers["etag"]).json()
    assert (said["mention_missing"], said["warnings"], said["state"]) == (False, [], "open")


@pytest.mark.parametrize("second", ["L2113-12", "L2113-13"])
def test_a_prison_reservation_stands_alone(service: Service, second: str) -> None:
    one = contract(service)
    assert reserve(service, one["id"], "L2113-13-1").status_code == 201
    refused = reserve(service, one["id"], second)
    assert (refused.status_code, refused.json()["type"]) == (409, "incompatible-bases")
    assert refused.json()["errors"][0]["loc"] == ["body", "basis"]
    assert "détenues" in refused.json()["detail"]
    found = pages(service, f"/reserved-contracts?buyer={DEMONSTRATION}&basis={second}")
    assert one["id"] not in {item["contract_id"] for item in found}


def test_articles_that_exclude_each_other_reserve_different_lots(service: Service) -> None:
    one = contract(service)
    assert reserve(service, one["id"], "L2113-13-1", lots=["1"]).status_code == 201
    other = reserve(service, one["id"], lots=["2", "3"])
    assert other.status_code == 201
    path = f"/reserved-contracts/{other.json()['id']}"
    for lots in (["3", "1"], []):
        refused = ask(service, "PATCH", path, {"lots": lots}, If_Match='"1"')
        assert refused.json()["type"] == "incompatible-bases"
    assert ask(service, "GET", path).json()["lots"] == ["2", "3"]


def test_handicap_and_insertion_go_together_but_not_in_a_concession(service: Service) -> None:
    one = contract(service)
    assert reserve(service, one["id"], "L2113-12", mention="Oui").status_code == 201
    both = reserve(service, one["id"], "L2113-13", mention="Oui")
    assert (both.status_code, both.json()["state"], both.json()["warnings"]) == (201, "open", [])
    concession = contract(service, kind="concession")
    assert reserve(service, concession["id"], "L3113-1").status_code == 201
    refused = reserve(service, concession["id"], "L3113-2")
    assert refused.json()["type"] == "incompatible-bases"


def test_a_contract_is_reserved_once_on_each_article(service: Service) -> None:
    one = contract(service)
    assert reserve(service, one["id"]).status_code == 201
    again = reserve(service, one["id"])
    assert (again.status_code, again.json()["type"]) == (409, "basis-taken")


def test_a_decision_is_not_of_tomorrow(service: Service) -> None:
    one = contract(service)
    assert fields(reserve(service, one["id"], decided_on="2999-01-01")) == [["body", "decided_on"]]


def test_the_same_key_reserves_once(service: Service) -> None:
    one = contract(service)
    body = {"contract_id": one["id"], "basis": "L2113-12", "decided_on": "2026-02-03"}
    answers = [
        ask(service, "POST", "/reserved-contracts", body, Idempotency_Key=f"once-{one['id']}")
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].headers["etag"] == answers[1].headers["etag"]


def test_a_directorate_reserves_its_own_contracts_only(service: Service) -> None:
    places = {
        "own": service.directorate(),
        "another": service.directorate(name=ELSEWHERE),
        "none": None,
    }
    statuses = {}
    for name, place in places.items():
        one = contract(service, directorate_id=place)
        entered = reserve(service, one["id"], account="directorate").status_code
        kept = reserve(service, one["id"], "L2113-13").json()
        path = f"/reserved-contracts/{kept['id']}"
        read = ask(service, "GET", path, account="directorate").json()
        changed = ask(
            service, "PATCH", path, {"domain": "Voirie"}, "directorate", If_Match='"1"'
        ).status_code
        statuses[name] = (entered, read["editable"], changed)
    assert statuses == {
        "own": (201, True, 200),
        "another": (403, False, 403),
        "none": (403, False, 403),
    }


def test_a_change_says_which_version_it_changes(service: Service) -> None:
    answer = reserve(service, contract(service)["id"])
    path = f"/reserved-contracts/{answer.json()['id']}"
    for method, body in (("PATCH", {"domain": "Voirie"}), ("DELETE", None)):
        assert ask(service, method, path, body).status_code == 428
        assert ask(service, method, path, body, If_Match='"7"').status_code == 412
    changed = ask(service, "PATCH", path, {"domain": "Voirie"}, If_Match='"1"')
    assert (changed.json()["version"], changed.headers["etag"]) == (2, '"2"')
    assert ask(service, "PATCH", path, {"domain": "Eau"}, If_Match='"1"').status_code == 412


def test_a_closed_year_keeps_its_reservations(service: Service) -> None:
    one = contract(service, notified_on="2011-06-30")
    kept = reserve(service, one["id"], decided_on="2011-01-10").json()
    other = contract(service, notified_on="2011-12-31")
    closing = close(service, 2011)
    path = f"/reserved-contracts/{kept['id']}"
    refused = [
        reserve(service, other["id"], decided_on="2011-01-10"),
        ask(service, "PATCH", path, {"domain": "Eau"}, If_Match='"1"'),
        ask(service, "DELETE", path, If_Match='"1"'),
    ]
    assert [answer.json()["type"] for answer in refused] == ["year-closed"] * 3
    reopen(service, closing)
    assert ask(service, "PATCH", path, {"domain": "Eau"}, If_Match='"1"').status_code == 200


def test_the_register_is_listed_whole_page_by_page(service: Service) -> None:
    days = ["2026-01-05", "2026-01-05", "2026-03-01", "2025-12-31", "2026-01-05"]
    made = [
        reserve(service, contract(service, subject="Plantes d’eau")["id"], decided_on=day).json()
        for day in days
    ]
    listed = pages(service, "/reserved-contracts?q=plantes+EAU", limit=2)
    ordered = sorted(made, key=lambda one: (one["decided_on"], one["id"]), reverse=True)
    assert [one["id"] for one in listed] == [one["id"] for one in ordered]


def test_the_register_is_narrowed_by_each_filter(service: Service) -> None:
    old = contract(service, subject="Taille zqw", notified_on="2019-12-31")
    new = contract(service, subject="Taille zqw", notified_on="2020-01-01")
    unsaid = contract(service, subject="Taille zqw", notified_on=None)
    first = reserve(service, old["id"], structure_kinds=["eatt"], decided_on="2019-01-10").json()
    second = reserve(service, new["id"], "L2113-13", structure_kinds=["regie_quartier"]).json()
    third = reserve(service, unsaid["id"]).json()
    every = {first["id"], second["id"], third["id"]}

    def found(query: str) -> set[str]:
        return {one["id"] for one in pages(service, f"/reserved-contracts?q=zqw&{query}")}

    assert found(f"buyer={DEMONSTRATION}") == every
    assert found(f"buyer={OTHER}") == set()
    assert found("year=2019") == {first["id"]}
    assert found("year=2020") == {second["id"]}
    assert found("basis=L2113-12") == {first["id"], third["id"]}
    assert found("structure_kind=eatt") == {first["id"]}
    assert found("structure_kind=ea") == set()
    assert found("structure_kind=regie_quartier") == {second["id"]}


def test_the_register_of_a_foreign_buyer_is_empty(service: Service) -> None:
    reserve(service, contract(service)["id"])
    for account in ("other-pilot", "facilitator"):
        found = service.get(f"/api/v1/reserved-contracts?buyer={DEMONSTRATION}", account)
        assert found == {"items": [], "next": None}
