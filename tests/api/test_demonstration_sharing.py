"""The demonstration has two entities under one scheme, alone and together, and a closed year."""

from typing import Any

import pytest

from api.demonstration.buyers import ACCOUNTS, METROPOLE, VILLE
from tests.operations import Service

SCHEME = "clermont"
CLOSED = 2024
RUNNING = 2026
SHARED = ("shared-pilot", "shared-reader")


def results(service: Service, siret: str, year: int, together: bool = False) -> dict[str, Any]:
    address = f"/api/v1/schemes/{SCHEME}/results?organisation={siret}&year={year}"
    found = service.get(f"{address}&together=true" if together else address, "shared-reader")
    assert found["together"] is together
    return {one["code"]: one for one in found["results"]}


@pytest.mark.parametrize("account", SHARED)
def test_an_account_reads_both_entities_and_nobody_else(service: Service, account: str) -> None:
    assert account in {name for name, _, _, _ in ACCOUNTS}
    me = service.get("/api/v1/me", account)
    names = {one["organisation"]["name"] for one in me["memberships"]}
    assert names == {METROPOLE.name, VILLE.name}


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_together_is_worked_out_of_the_numbers_of_both(service: Service, year: int) -> None:
    alone = [results(service, one.siret, year) for one in (METROPOLE, VILLE)]
    together = results(service, METROPOLE.siret, year, together=True)
    rates = 0
    for code, whole in together.items():
        parts = [one[code] for one in alone]
        told = [one for one in (*parts, whole) if one["value"] is not None and one["numerator"]]
        if whole["kind"] == "percentage" and len(told) == 3 and whole["fact"] == "contract":
            rates += 1
            for name in ("numerator", "denominator"):
                numbers = [float(one[name]) for one in parts]
                assert float(whole[name]) == pytest.approx(sum(numbers)), (code, name)
    assert rates >= 8
    # What is declared of the running year is told once it is over.
    least = 70 if year == RUNNING else 80
    assert sum(one["value"] is not None for one in together.values()) >= least


def test_the_year_2024_of_each_is_kept_and_that_of_the_town_was_rectified(service: Service) -> None:
    kept = {}
    for buyer in (METROPOLE, VILLE):
        address = f"/api/v1/frozen-figures?organisation={buyer.siret}&scheme={SCHEME}"
        kept[buyer] = service.get(address, "shared-reader")["items"]
        assert {one["year"] for one in kept[buyer]} == {CLOSED}
    assert [one["sentence"] for one in kept[METROPOLE]] == ["tel que calculé le 14 mars 2025"]
    last, first = sorted(kept[VILLE], key=lambda one: -one["number"])
    assert (first["standing"], last["standing"]) == (False, True)
    assert last["sentence"] == "tel que calculé le 20 juin 2025"
    assert "attestations" in last["reason"]
    address = f"/api/v1/frozen-figures/{last['id']}/diff?against=previous"
    changed = {one["code"] for one in service.get(address, "shared-reader")["changes"]}
    assert {"CAM-22-3", "CAM-T-4"} <= changed


def test_what_was_kept_says_the_day_it_was_computed(service: Service) -> None:
    address = f"/api/v1/frozen-figures?organisation={VILLE.siret}&scheme={SCHEME}"
    for one in service.get(address, "shared-reader")["items"]:
        found = service.get(f"/api/v1/frozen-figures/{one['id']}", "shared-reader")
        assert {each["computed_at"][:10] for each in found["results"]} == {one["closed_at"][:10]}


def test_the_parts_of_a_figure_are_kept_with_it(service: Service) -> None:
    address = f"/api/v1/frozen-figures?organisation={METROPOLE.siret}&scheme={SCHEME}"
    (kept,) = service.get(address, "shared-reader")["items"]
    found = service.get(f"/api/v1/frozen-figures/{kept['id']}", "shared-reader")["results"]
    live = results(service, METROPOLE.siret, CLOSED)
    parted = {one["code"]: one["parts"] for one in found if one["parts"]}
    assert "CAM-25-6" in parted
    # Nothing that they are made of has changed since.
    assert {code: live[code]["parts"] for code in parted} == parted
    assert any(part["base"] for some in parted.values() for part in some)


def test_the_other_accounts_see_nothing_of_them(service: Service) -> None:
    for account in ("pilot", "other-pilot"):
        address = f"/api/v1/schemes/{SCHEME}/results?organisation={VILLE.siret}&year=2025"
        answer = service.client.get(address, headers=service.as_(account))
        assert answer.status_code == 404
