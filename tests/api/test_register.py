"""The register of contracts: read, enter, change, amend, mark, each leaving a trace."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.contracts.schemas import ContractItem, ContractRead
from api.kit.pages import Page
from tests.conftest import DEMONSTRATION, LENS_LIEVIN, Headers

NEW = {
    "buyer_siret": DEMONSTRATION,
    "kind": "marche",
    "reference": "2026-TEST-1",
    "subject": "Entretien des haies",
    "amount": "12000.50",
    "notified_on": "2026-03-02",
    "suppliers": [{"id_type": "SIRET", "identifier": "00000062000013", "name": "Haies fictives"}],
}


def _all(client: TestClient, headers: Headers, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = client.get(f"/api/v1/contracts?{query}{cursor}", headers=headers).json()
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def test_the_49_real_contracts_of_lens_lievin_are_in_the_register(
    client: TestClient, pilot: Headers
) -> None:
    contracts = _all(client, pilot, f"buyer={LENS_LIEVIN}&limit=20")
    assert len(contracts) == 49
    assert len({one["id"] for one in contracts}) == 49


def test_pages_follow_each_other_without_a_hole_or_a_double(
    client: TestClient, pilot: Headers
) -> None:
    whole = _all(client, pilot, "limit=100")
    by_seven = _all(client, pilot, "limit=7")
    assert [one["id"] for one in by_seven] == [one["id"] for one in whole]
    days = [one["notified_on"] or "" for one in whole]
    assert days == sorted(days, reverse=True)


def test_a_listed_contract_has_exactly_the_documented_shape(
    client: TestClient, pilot: Headers
) -> None:
    text = client.get("/api/v1/contracts?limit=100", headers=pilot).text
    page = Page[ContractItem].model_validate_json(text)
    assert (
        page.model_dump(mode="json")["items"]
        == client.get("/api/v1/contracts?limit=100", headers=pilot).json()["items"]
    )


@pytest.mark.parametrize(
    ("query", "keeps"),
    [
        ("year=2025", lambda one: (one["notified_on"] or "").startswith("2025")),
        ("kind=concession", lambda one: one["kind"] == "concession"),
        ("amount_min=90000", lambda one: float(one["amount"] or 0) >= 90000),
        ("amount_max=90000.00", lambda one: one["amount"] and float(one["amount"]) <= 90000),
        ("publishable=false", lambda one: not one["publishable"]),
        ("publishable=true", lambda one: one["publishable"]),
        (
            "procedure=Proc%C3%A9dure%20adapt%C3%A9e",
            lambda one: one["procedure"] == "Procédure adaptée",
        ),
    ],
)
def test_a_filter_keeps_what_it_says_and_all_of_it(
    client: TestClient, pilot: Headers, query: str, keeps: Any
) -> None:
    everything = _all(client, pilot, "limit=100")
    kept = _all(client, pilot, f"limit=100&{query}")
    assert kept
    assert [one["id"] for one in kept] == [one["id"] for one in everything if keeps(one)]


def test_a_search_ignores_accents_and_case(client: TestClient, pilot: Headers) -> None:
    client.post(
        "/api/v1/contracts", json=NEW | {"subject": "Rénovation d’une Mairie"}, headers=pilot
    )
    found = _all(client, pilot, "q=RENOVATION%20mairie&limit=100")
    assert "2026-TEST-1" in {one["reference"] for one in found}
    assert all("mairie" in one["subject"].lower() for one in found)


def test_a_percent_sign_in_a_search_is_a_character(client: TestClient, pilot: Headers) -> None:
    assert _all(client, pilot, "q=%25") == []


def test_marks_filter_by_yes_no_and_not_said(client: TestClient, pilot: Headers) -> None:
    everything = {one["id"] for one in _all(client, pilot, "limit=100")}
    parts = [
        {one["id"] for one in _all(client, pilot, f"mark=waste&mark_state={state}&limit=100")}
        for state in ("yes", "no", "unknown")
    ]
    assert all(parts)
    assert set.union(*parts) == everything
    assert sum(map(len, parts)) == len(everything)


def test_a_contract_entered_is_read_back_as_entered(client: TestClient, pilot: Headers) -> None:
    answer = client.post("/api/v1/contracts", json=NEW, headers=pilot)
    assert answer.status_code == 201
    read = client.get(f"/api/v1/contracts/{answer.json()['id']}", headers=pilot)
    assert read.json() == answer.json()
    ContractRead.model_validate(read.json())
    assert {name: read.json()[name] for name in NEW if name != "suppliers"} == {
        name: value for name, value in NEW.items() if name != "suppliers"
    }
    assert read.json()["suppliers"][0]["name"] == "Haies fictives"
    assert {mark["state"] for mark in read.json()["marks"]} == {"unknown"}
    assert read.json()["withheld"]


def test_a_number_is_unique_for_a_buyer(client: TestClient, pilot: Headers) -> None:
    assert client.post("/api/v1/contracts", json=NEW, headers=pilot).status_code == 201
    again = client.post("/api/v1/contracts", json=NEW, headers=pilot)
    assert again.status_code == 409
    assert again.json()["type"] == "reference-taken"
    elsewhere = client.post(
        "/api/v1/contracts", json=NEW | {"buyer_siret": LENS_LIEVIN}, headers=pilot
    )
    assert elsewhere.status_code == 201


@pytest.mark.parametrize(("amount", "status"), [("-0.01", 422), ("0.00", 201)])
def test_nobody_is_paid_less_than_nothing(
    client: TestClient, pilot: Headers, amount: str, status: int
) -> None:
    entered = client.post("/api/v1/contracts", json=NEW | {"amount": amount}, headers=pilot)
    assert entered.status_code == status
    if status == 422:
        assert [error["loc"] for error in entered.json()["errors"]] == [["body", "amount"]]


def test_a_change_needs_the_current_etag(
    client: TestClient, pilot: Headers, a_contract: dict[str, Any]
) -> None:
    url = f"/api/v1/contracts/{a_contract['id']}"
    assert client.patch(url, json={"months": 7}, headers=pilot).status_code == 428
    tagged = pilot | {"If-Match": a_contract["etag"]}
    changed = client.patch(url, json={"months": 7}, headers=tagged)
    assert changed.status_code == 200
    assert changed.json()["months"] == 7
    assert changed.headers["etag"] != a_contract["etag"]
    assert client.patch(url, json={"months": 8}, headers=tagged).status_code == 412
    assert client.get(url, headers=pilot).json()["months"] == 7


def test_a_change_leaves_the_fields_it_does_not_name(
    client: TestClient, pilot: Headers, a_contract: dict[str, Any]
) -> None:
    url = f"/api/v1/contracts/{a_contract['id']}"
    tagged = pilot | {"If-Match": a_contract["etag"]}
    changed = client.patch(url, json={"ccag": None, "months": 7}, headers=tagged).json()
    moved = {"ccag", "months", "version", "updated_at", "withheld", "editable"}
    for name, value in changed.items():
        if name not in moved:
            assert value == a_contract[name], name
    assert changed["ccag"] is None


def test_an_amendment_is_added_with_the_next_number(
    client: TestClient, pilot: Headers, a_contract: dict[str, Any]
) -> None:
    url = f"/api/v1/contracts/{a_contract['id']}/amendments"
    body = {"notified_on": "2026-10-05", "amount": "99000.00", "purpose": "Travaux en plus"}
    added = client.post(url, json=body, headers=pilot | {"If-Match": a_contract["etag"]})
    assert added.status_code == 201
    amendments = client.get(url, headers=pilot).json()
    assert len(amendments) == len(a_contract["amendments"]) + 1
    assert amendments[-1]["amount"] == "99000.00"
    assert amendments[-1]["number"] == max([one["number"] for one in amendments])


def test_marks_are_said_and_unsaid(
    client: TestClient, pilot: Headers, a_contract: dict[str, Any]
) -> None:
    url = f"/api/v1/contracts/{a_contract['id']}/marks"
    said = client.put(
        url,
        json={"marks": {"waste": "yes", "variants": "no"}},
        headers=pilot | {"If-Match": a_contract["etag"]},
    )
    assert said.status_code == 200
    states = {one["code"]: one["state"] for one in said.json()}
    assert (states["waste"], states["variants"]) == ("yes", "no")
    unsaid = client.put(
        url,
        json={"marks": {"waste": "unknown"}},
        headers=pilot | {"If-Match": said.headers["etag"]},
    )
    states = {one["code"]: one["state"] for one in unsaid.json()}
    assert (states["waste"], states["variants"]) == ("unknown", "no")


def test_a_mark_outside_the_nomenclature_is_refused(
    client: TestClient, pilot: Headers, a_contract: dict[str, Any]
) -> None:
    answer = client.put(
        f"/api/v1/contracts/{a_contract['id']}/marks",
        json={"marks": {"sunshine": "yes"}},
        headers=pilot | {"If-Match": a_contract["etag"]},
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["body", "marks", "sunshine"]


def test_the_history_tells_changes_in_french(
    client: TestClient, pilot: Headers, a_contract: dict[str, Any]
) -> None:
    url = f"/api/v1/contracts/{a_contract['id']}"
    client.patch(url, json={"months": 7}, headers=pilot | {"If-Match": a_contract["etag"]})
    history = client.get(f"{url}/history", headers=pilot).json()
    assert f"Durée : « {a_contract['months']} » → « 7 »." in history[0]["sentence"]


def test_only_a_contract_entered_by_hand_can_be_removed(
    client: TestClient, pilot: Headers, a_contract: dict[str, Any]
) -> None:
    imported = client.delete(
        f"/api/v1/contracts/{a_contract['id']}", headers=pilot | {"If-Match": a_contract["etag"]}
    )
    assert imported.status_code == 409
    entered = client.post("/api/v1/contracts", json=NEW, headers=pilot)
    url = f"/api/v1/contracts/{entered.json()['id']}"
    removed = client.delete(url, headers=pilot | {"If-Match": entered.headers["etag"]})
    assert removed.status_code == 204
    assert client.get(url, headers=pilot).status_code == 404


def test_saying_the_size_of_a_supplier_is_kept(
    client: TestClient, pilot: Headers, a_contract: dict[str, Any]
) -> None:
    url = f"/api/v1/suppliers/{a_contract['suppliers'][0]['id']}"
    assert client.patch(url, json={"size": "ge", "ess": False}, headers=pilot).status_code == 200
    read = client.get(url, headers=pilot).json()
    assert (read["size"], read["ess"]) == ("ge", False)
