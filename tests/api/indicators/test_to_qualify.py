"""« À qualifier »: what indicators wait for is what stands to be completed behind their figures."""

from collections import Counter
from typing import Any

import pytest

from tests.api.indicators.test_engine_evidence import evidence
from tests.operations import Service
from tests.oracle.asking import world
from tests.oracle.keeping import ACCOUNT

YEAR = 2024
MOST = 100
SCHEMES = ("clermont", "cd62-2026-2029")
# Their rows are told apart, or are of several years: no one row completes them.
APART = ("distinct", "breakdown", "ratio_of_keys")


@pytest.fixture
def service(asked: Service) -> Service:
    """The service that holds the oracle's world."""
    return asked


def to_qualify(service: Service, code: str, about: str) -> dict[str, Any]:
    """The rows of the first buyer that wait the most."""
    siret = world()["organisation"][0]["siret"]
    asked = f"organisation={siret}&year={YEAR}&about={about}&limit={MOST}"
    found: dict[str, Any] = service.get(f"/api/v1/schemes/{code}/to-qualify?{asked}", ACCOUNT)
    return found


def waiting(service: Service, code: str, about: str) -> tuple[Counter[str], dict[str, set[str]]]:
    """By row, how many definitions wait for it, and what they ask; read from their evidence."""
    siret = world()["organisation"][0]["siret"]
    indicators = service.get(f"/api/v1/schemes/{code}/indicators", ACCOUNT)
    once = {
        repr(one["definition"]): one
        for one in indicators
        if one["fact"] == about
        and one["definition"]["aggregate"] not in APART
        and one["definition"]["period"] != "in_force"
    }
    waits, fields = Counter[str](), dict[str, set[str]]()
    for one in once.values():
        address = f"/api/v1/indicators/{one['id']}/evidence?organisation={siret}&year={YEAR}"
        for row in evidence(service, address, "unknown"):
            waits[row["id"]] += 1
            fields.setdefault(row["id"], set()).update(fill["field"] for fill in row["to_fill"])
    return waits, fields


@pytest.mark.parametrize("code", SCHEMES)
@pytest.mark.parametrize("about", ["contract", "consultation"])
def test_what_most_indicators_wait_for_comes_first_with_all_they_ask(
    service: Service, code: str, about: str
) -> None:
    found = to_qualify(service, code, about)
    waits, fields = waiting(service, code, about)
    assert found["about"] == about
    assert found["total"] == len(waits) > 0
    told = [(one["waits"], one["id"]) for one in found["rows"]]
    assert [number for number, _ in told] == sorted(waits.values(), reverse=True)[:MOST]
    assert all(waits[key] == number for number, key in told)
    for one in found["rows"]:
        marks = {f"mark_{mark['code']}" for mark in one["marks"]}
        assert marks | {other["field"] for other in one["others"]} == fields[one["id"]]


@pytest.mark.parametrize("about", ["contract", "consultation"])
def test_each_directorate_has_its_part_of_what_is_to_complete(service: Service, about: str) -> None:
    found = to_qualify(service, "clermont", about)
    assert sum(one["rows"] for one in found["directorates"]) == found["total"]
    waits, _ = waiting(service, "clermont", about)
    assert sum(one["unknown"] for one in found["directorates"]) == waits.total()
    rates = [float(one["completeness"]) for one in found["directorates"]]
    assert rates == sorted(rates)
    assert len(rates) > 1
