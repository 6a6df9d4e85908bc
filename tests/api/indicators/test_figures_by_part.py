"""Figures of the catalogue that are told by part, on the contracts of the demonstration."""

from decimal import Decimal
from typing import Any

from api.demonstration.buyers import METROPOLE
from tests.conftest import DEMONSTRATION
from tests.operations import Service

SCHEME = "cd62-2026-2029"
OURS = (DEMONSTRATION, "pilot")
# Its fleets are declared two years running.
METROPOLIS = (METROPOLE.siret, "shared-reader")


def results(
    service: Service, year: int, scheme: str = SCHEME, who: tuple[str, str] = OURS
) -> dict[str, Any]:
    siret, account = who
    address = f"/api/v1/schemes/{scheme}/results?organisation={siret}&year={year}"
    return {one["code"]: one for one in service.get(address, account)["results"]}


def numbers(result: Any, name: str) -> list[Decimal]:
    return [Decimal(one[name]) for one in result["parts"] if one[name] is not None]


def test_the_volume_of_each_family_adds_up_to_the_whole_of_each_year(service: Service) -> None:
    one = results(service, 2025)["CD62-3.1.3.B-2"]
    assert len(one["parts"]) > 1
    assert {part["scale"] for part in one["parts"]} == {"euros"}
    assert sum(numbers(one, "value")) == Decimal(one["numerator"])
    assert sum(numbers(one, "previous")) == Decimal(one["denominator"])
    assert sum(numbers(one, "change")) == Decimal(one["value"])


def test_reservations_of_each_basis_have_their_own_rate(service: Service) -> None:
    one = results(service, 2025)["CD62-3.1.3.B-3"]
    # Of the contracts said to be reserved, some have no registered article.
    unnamed = [part for part in one["parts"] if part["key"] is None]
    assert [part["value"] for part in unnamed] == [None]
    one["parts"] = [part for part in one["parts"] if part["key"] is not None]
    assert {part["label"] for part in one["parts"]} == {
        "Travailleurs handicapés (art. L2113-12)",
        "Insertion par l’activité économique (art. L2113-13)",
    }
    assert sum(numbers(one, "value")) == Decimal(one["numerator"])
    assert sum(numbers(one, "previous")) == Decimal(one["denominator"])
    for part in one["parts"]:
        if part["change"] is not None:
            now, before = Decimal(part["value"]), Decimal(part["previous"])
            assert Decimal(part["change"]) == round(100 * now / before - 100, 2)


def test_each_fleet_has_its_own_mean_age_and_its_own_change(service: Service) -> None:
    one = results(service, 2025, "clermont", METROPOLIS)["CAM-22-4"]
    assert {part["label"] for part in one["parts"]} == {"Véhicules", "Informatique"}
    for part in one["parts"]:
        now, before = Decimal(part["value"]), Decimal(part["previous"])
        assert abs(Decimal(part["change"]) - (now - before)) <= Decimal("0.01")
    # Both fleets together: years of use over pieces of equipment, not the mean of two means.
    ages = numbers(one, "value")
    assert min(ages) < Decimal(one["numerator"]) < sum(ages) / 2 < max(ages)


def test_a_figure_by_part_is_supposed_and_completed_as_a_whole(service: Service) -> None:
    one = results(service, 2025)["CD62-3.1.3.B-2"]
    address = f"/api/v1/indicators/{one['indicator_id']}"
    body = {"organisation": DEMONSTRATION, "year": 2025, "rows": [], "projects": []}
    answer = service.client.post(f"{address}/what-if", json=body, headers=service.as_("pilot"))
    assert answer.status_code == 200, answer.text
    assert answer.json()["before"]["value"] == one["value"]
    evidence = f"{address}/evidence?organisation={DEMONSTRATION}&year=2025&state=counted"
    assert sum(Decimal(row["weight"]) for row in service.get(evidence)["items"]) == Decimal(
        one["numerator"]
    )
