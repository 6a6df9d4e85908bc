"""Reservable families: what must be justified, what no longer must, and who says so."""

from collections.abc import Iterator

import pytest

from tests.api.reserved.asking import ELSEWHERE, ask, contract, fields, made, pages, reserve
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service

WHY = {"reason": "no_offer", "justification": "Aucune structure du territoire."}


def declare(service: Service, family: str, *prefixes: str, account: str = "pilot") -> str:
    siret = OTHER if account == "other-pilot" else DEMONSTRATION
    body = {"buyer_siret": siret, "family": family, "cpv_prefixes": list(prefixes)}
    return str(made(service, "/reservable-families", body, account)["id"])


@pytest.fixture(autouse=True)
def _no_family_stays(service: Service) -> Iterator[None]:
    yield
    for one in service.get("/api/v1/reservable-families"):
        assert ask(service, "DELETE", f"/reservable-families/{one['id']}").status_code == 204


def waiting(service: Service, year: int = 2009, limit: int = 100) -> list[str]:
    """The references of the contracts to justify."""
    path = f"/reserved-contracts/to-justify?buyer={DEMONSTRATION}&year={year}"
    return [one["reference"] for one in pages(service, path, limit)]


def test_a_contract_of_a_family_is_to_justify_until_something_is_said(service: Service) -> None:
    ours = [
        contract(service, cpv=cpv, notified_on=day)
        for cpv, day in (
            ("77310000-6", "2009-01-01"),
            ("77340000", "2009-12-31"),
            ("90911200-8", "2009-05-05"),
            ("77310000-6", "2009-06-06"),
            ("77310000-6", "2009-07-07"),
        )
    ]
    others = [
        contract(service, cpv="77310000-6", notified_on="2008-12-31"),
        contract(service, cpv="77310000-6", notified_on="2010-01-01"),
        contract(service, cpv="90910000-9", notified_on="2009-05-05"),
        contract(service, cpv=None, notified_on="2009-05-05"),
        contract(service, cpv="45000000-7", notified_on="2009-05-05"),
    ]
    assert waiting(service) == []
    declare(service, "Espaces verts", "773", "77340000")
    declare(service, "Vitres", "90911200")
    listed = pages(service, f"/reserved-contracts/to-justify?buyer={DEMONSTRATION}&year=2009", 2)
    assert {one["contract_id"] for one in listed} == {one["id"] for one in ours}
    days = [one["notified_on"] for one in listed]
    assert days == sorted(days, reverse=True)
    assert {one["reference"]: one["families"] for one in listed}[ours[1]["reference"]] == [
        "Espaces verts"
    ]
    assert not {one["reference"] for one in others} & set(waiting(service))

    assert reserve(service, ours[0]["id"], decided_on="2009-01-01").status_code == 201
    made(service, "/non-reservations", {"contract_id": ours[1]["id"], **WHY})
    for number, state in ((2, "yes"), (3, "no")):
        body = {"marks": {"reserved": state}}
        ask(service, "PUT", f"/contracts/{ours[number]['id']}/marks", body, If_Match='"1"')
    # Not reserved, said so, is no justification.
    assert set(waiting(service)) == {ours[3]["reference"], ours[4]["reference"]}


def test_as_many_families_as_a_buyer_may_declare_are_looked_for(service: Service) -> None:
    one = contract(service, cpv="77310000-6", notified_on="2007-01-01")
    for number in range(199):
        declare(service, f"Famille {number}", *(f"{number + 10:03d}{n:02d}" for n in range(50)))
    declare(service, "La dernière", "77")
    assert one["reference"] in waiting(service, 2007)
    body = {"buyer_siret": DEMONSTRATION, "family": "De trop", "cpv_prefixes": ["77"]}
    refused = ask(service, "POST", "/reservable-families", body)
    assert (refused.status_code, refused.json()["type"]) == (409, "too-many-families")


def test_a_family_is_declared_once_by_each_buyer(service: Service) -> None:
    declare(service, "Espaces verts", "773")
    theirs = declare(service, "Espaces verts", "773", account="other-pilot")
    body = {"buyer_siret": DEMONSTRATION, "family": " Espaces verts ", "cpv_prefixes": ["77"]}
    refused = ask(service, "POST", "/reservable-families", body)
    assert (refused.status_code, refused.json()["type"]) == (409, "family-taken")
    ours = [one["buyer_siret"] for one in service.get("/api/v1/reservable-families")]
    assert ours == [DEMONSTRATION]
    assert ask(service, "DELETE", f"/reservable-families/{theirs}").status_code == 404
    gone = ask(service, "DELETE", f"/reservable-families/{theirs}", account="other-pilot")
    assert gone.status_code == 204


@pytest.mark.parametrize("prefix", ["7", "773100001", "77a", "٧٧", "77%"])
def test_a_prefix_is_two_to_eight_digits(service: Service, prefix: str) -> None:
    body = {"buyer_siret": DEMONSTRATION, "family": "Verts", "cpv_prefixes": ["77", prefix]}
    refused = ask(service, "POST", "/reservable-families", body)
    assert fields(refused) == [["body", "cpv_prefixes", 1]]


def test_families_are_the_whole_buyers_and_justifications_a_directorates(service: Service) -> None:
    body = {"buyer_siret": DEMONSTRATION, "family": "Verts", "cpv_prefixes": ["77"]}
    assert ask(service, "POST", "/reservable-families", body, "directorate").status_code == 403
    statuses = []
    for place in (service.directorate(), service.directorate(name=ELSEWHERE)):
        one = contract(service, directorate_id=place)
        answer = ask(
            service, "POST", "/non-reservations", {"contract_id": one["id"], **WHY}, "directorate"
        )
        statuses.append(answer.status_code)
    assert statuses == [201, 403]


def test_a_contract_is_justified_once_and_not_when_it_is_reserved(service: Service) -> None:
    one, other = contract(service), contract(service)
    body = {"contract_id": one["id"], **WHY}
    told = made(service, "/non-reservations", body)
    assert told["reason_label"] == "Pas d’offre d’insertion sur le territoire"
    again = ask(service, "POST", "/non-reservations", body)
    assert (again.status_code, again.json()["type"]) == (409, "already-justified")
    assert reserve(service, other["id"]).status_code == 201
    useless = ask(service, "POST", "/non-reservations", body | {"contract_id": other["id"]})
    assert (useless.status_code, useless.json()["type"]) == (409, "already-reserved")
    listed = pages(service, f"/non-reservations?buyer={DEMONSTRATION}&year=2026", 2)
    assert [item["contract_id"] for item in listed].count(one["id"]) == 1
    assert service.get("/api/v1/non-reservations?limit=100", "other-pilot")["items"] == []


def test_a_justification_says_why(service: Service) -> None:
    one = contract(service)
    for said, place in (
        ({"justification": " "}, "justification"),
        ({"reason": "because"}, "reason"),
        ({"decided_on": "2999-01-01"}, "decided_on"),
    ):
        body = {"contract_id": one["id"], **WHY, **said}
        assert fields(ask(service, "POST", "/non-reservations", body)) == [["body", place]]
