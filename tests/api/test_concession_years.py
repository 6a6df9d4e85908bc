"""Yearly execution data of a concession entered here: added, corrected, refused, published."""

from typing import Any

import pytest

from tests.api.holding import Held, complete, published, wrong
from tests.cases.concession_years import YEAR
from tests.operations import Service

PATH = "concession-years"


@pytest.fixture
def held(service: Service) -> Held:
    """A new concession, signed on 2 March 2026."""
    return Held(service, service.things("concession"))


def test_a_year_is_read_back_as_entered_then_corrected_in_its_place(held: Held) -> None:
    first = held.send("POST", PATH, YEAR)
    assert first.status_code == 201, first.text
    assert first.json()["concession_years"] == [YEAR]
    held.send("POST", PATH, YEAR | {"published_on": "2027-10-01"})
    right = YEAR | {"tariffs": [{"title": "Entrée", "amount": "6.00"}]}
    corrected = held.send("PUT", f"{PATH}/1", right)
    assert corrected.status_code == 200, corrected.text
    assert corrected.json()["concession_years"][0] == right
    listed = held.service.get(f"/api/v1/contracts/{held.things.contract_id}/{PATH}")
    assert listed == corrected.json()["concession_years"]
    assert held.history()[0] == (
        "Données d’exécution du 01/10/2026, tarifs : "
        "Entrée adulte : 5.20, Entrée enfant : 0.00 → Entrée : 6.00."
    )
    left = held.send("DELETE", f"{PATH}/1").json()["concession_years"]
    assert [one["published_on"] for one in left] == ["2027-10-01"]


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({"published_on": "2026-03-01"}, "published_on", "la signature de la concession (02/03"),
        ({"published_on": "2026"}, "published_on", "n’est pas une date"),
        ({"investment": "-0.01"}, "investment", "0"),
        ({"investment": "10000000000000.00"}, "investment", "ne peut être publié"),
        ({"tariffs": []}, "tariffs", "1 au moins"),
        ({"tariffs": [{"title": "", "amount": "1.00"}]}, "tariffs.0.title", "vide"),
        ({"tariffs": [{"title": "x" * 257, "amount": "1.00"}]}, "tariffs.0.title", "256"),
        ({"tariffs": [{"title": "x", "amount": "-1.00"}]}, "tariffs.0.amount", "0"),
        ({"tariffs": [{"title": "NC", "amount": "1.00"}]}, "tariffs.0.title", "publié"),
    ],
)
def test_data_that_could_not_be_published_are_refused_on_their_field(
    held: Held, body: dict[str, Any], field: str, said: str
) -> None:
    told = wrong(held.send("POST", PATH, YEAR | body))
    assert list(told) == [field]
    assert said in told[field]
    assert held.read()["concession_years"] == []


@pytest.mark.parametrize("name", sorted(YEAR))
def test_a_year_says_all_that_the_format_asks_for(held: Held, name: str) -> None:
    left = {key: value for key, value in YEAR.items() if key != name}
    assert list(wrong(held.send("POST", PATH, left))) == [name]


def test_the_same_data_are_not_said_twice(held: Held) -> None:
    held.send("POST", PATH, YEAR)
    assert "identiques" in wrong(held.send("POST", PATH, YEAR))["published_on"]
    assert held.send("PUT", f"{PATH}/1", YEAR).status_code == 200


def test_a_contract_has_no_execution_data(service: Service) -> None:
    told = wrong(Held(service, service.things("contract")).send("POST", PATH, YEAR))
    assert "seule une concession a des données d’exécution" in told["contract_id"]


def test_a_year_changes_only_on_the_version_that_was_read(held: Held) -> None:
    stale = {"If-Match": held.etag}
    held.send("POST", PATH, YEAR)
    for method, path in (("POST", PATH), ("PUT", f"{PATH}/1"), ("DELETE", f"{PATH}/1")):
        assert held.send(method, path, YEAR, **stale).status_code == 412
    assert held.send("PUT", f"{PATH}/2", YEAR).status_code == 404
    assert held.send("DELETE", f"{PATH}/2").status_code == 404
    assert held.read()["concession_years"] == [YEAR]


def test_a_year_sent_twice_under_one_key_is_added_once(held: Held) -> None:
    once = {"Idempotency-Key": "annee-une-seule"}
    first = held.send("POST", PATH, YEAR, **once)
    again = held.send("POST", PATH, YEAR, **once, **{"If-Match": held.things.etag})
    assert (again.status_code, again.json()) == (201, first.json())
    assert held.read()["concession_years"] == [YEAR]


def test_what_is_entered_comes_out_in_valid_files(service: Service) -> None:
    held = complete(service, "concession")
    added = held.send("POST", PATH, YEAR)
    assert added.status_code == 201, added.text
    assert added.json()["withheld"] == []
    row, element = published(service, added.json()["reference"])
    assert row["donneesExecution"][-1]["donneesAnnuelles"] == {
        "datePublicationDonneesExecution": "2026-10-01",
        "depensesInvestissement": 12000.5,
        "tarifs": [
            {"tarif": {"intituleTarif": "Entrée adulte", "tarif": 5.2}},
            {"tarif": {"intituleTarif": "Entrée enfant", "tarif": 0}},
        ],
    }
    years = element.findall("donneesExecution/donneesAnnuelles")
    assert years[-1].findtext("depensesInvestissement") == "12000.5"
    assert len(years[-1].findall("tarifs/tarif")) == 2
