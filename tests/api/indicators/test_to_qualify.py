"""« À qualifier »: what indicators wait for is what stands to be completed behind their figures."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

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
    """The rows of the first buyer that wait, in their order."""
    siret = world()["organisation"][0]["siret"]
    asked = f"organisation={siret}&year={YEAR}&about={about}&limit={MOST}"
    found: dict[str, Any] = service.get(f"/api/v1/schemes/{code}/to-qualify?{asked}", ACCOUNT)
    return found


class Waiting(NamedTuple):
    """By row: how many definitions wait for it, what they ask of it, and the points of mean
    completeness that it would bring."""

    waits: Counter[str]
    fields: dict[str, set[str]]
    effect: dict[str, Fraction]


def waiting(service: Service, code: str, about: str) -> Waiting:
    """The same, read from the evidence of each indicator."""
    siret = world()["organisation"][0]["siret"]
    indicators = service.get(f"/api/v1/schemes/{code}/indicators", ACCOUNT)
    once = {
        repr(one["definition"]): one
        for one in indicators
        if one["fact"] == about
        and one["definition"]["aggregate"] not in APART
        and one["definition"]["period"] != "in_force"
    }
    found, looked_at = Waiting(Counter(), {}, {}), 0
    for one in once.values():
        address = f"/api/v1/indicators/{one['id']}/evidence?organisation={siret}&year={YEAR}"
        unknown = evidence(service, address, "unknown")
        rows = len(unknown) + known(service, one, siret)
        looked_at += rows > 0
        for row in unknown:
            key = row["id"]
            found.waits[key] += 1
            found.fields.setdefault(key, set()).update(fill["field"] for fill in row["to_fill"])
            found.effect[key] = found.effect.get(key, Fraction(0)) + Fraction(100, rows)
    return found._replace(effect={key: one / looked_at for key, one in found.effect.items()})


def known(service: Service, indicator: dict[str, Any], siret: str) -> int:
    """How many rows of an indicator have an answer."""
    place = f"organisation={siret}&year={YEAR}"
    address = f"/api/v1/indicators/{indicator['id']}"
    definition = indicator["definition"]
    if definition["aggregate"] == "count" and not definition.get("compare"):
        # Evidence also lists what is surely not counted, wherever it stands.
        return int(service.get(f"{address}/results?{place}", ACCOUNT)["denominator"])
    states = ("counted", "not_counted")
    return sum(len(evidence(service, f"{address}/evidence?{place}", one)) for one in states)


@pytest.mark.parametrize("code", SCHEMES)
@pytest.mark.parametrize("about", ["contract", "consultation"])
def test_what_completes_figures_the_most_comes_first_with_all_they_ask(
    service: Service, code: str, about: str
) -> None:
    found = to_qualify(service, code, about)
    expected = waiting(service, code, about)
    assert found["about"] == about
    assert found["total"] == len(expected.waits) > 0
    told = [expected.effect[one["id"]] for one in found["rows"]]
    # They are added up in millionths, each rounded down.
    assert all(one > other - Fraction(1, 1000) for one, other in pairwise(told))
    best = sorted(expected.effect.values(), reverse=True)[: len(told)]
    assert [float(one) for one in told] == pytest.approx([float(one) for one in best], abs=0.001)
    for one in found["rows"]:
        assert float(one["effect"]) == pytest.approx(float(expected.effect[one["id"]]), abs=0.015)
        assert one["waits"] == expected.waits[one["id"]]
        marks = {f"mark_{mark['code']}" for mark in one["marks"]}
        assert marks | {other["field"] for other in one["others"]} == expected.fields[one["id"]]


def test_a_row_that_few_figures_wait_for_comes_first_where_these_look_at_few_rows(
    service: Service,
) -> None:
    rows = to_qualify(service, "clermont", "contract")["rows"]
    assert any(one["waits"] < other["waits"] for one, other in pairwise(rows))


@pytest.mark.parametrize("about", ["contract", "consultation"])
def test_each_directorate_has_its_part_of_what_is_to_complete(service: Service, about: str) -> None:
    found = to_qualify(service, "clermont", about)
    assert sum(one["rows"] for one in found["directorates"]) == found["total"]
    waits = waiting(service, "clermont", about).waits
    assert sum(one["unknown"] for one in found["directorates"]) == waits.total()
    rates = [float(one["completeness"]) for one in found["directorates"]]
    assert rates == sorted(rates)
    assert len(rates) > 1


@pytest.mark.parametrize("about", ["contract", "consultation"])
def test_each_directorate_says_the_fewest_rows_that_make_95_percent(
    service: Service, about: str
) -> None:
    found = to_qualify(service, "clermont", about)
    assert found["total"] <= MOST  # every row is there to count again
    told = {one["directorate_id"]: one["to_complete"] for one in found["directorates"]}
    fewest = {}
    for one in found["directorates"]:
        known, total, rows = one["known"], one["known"] + one["unknown"], 0
        awaited = sorted(
            (
                row["waits"]
                for row in found["rows"]
                if row["directorate_id"] == one["directorate_id"]
            ),
            reverse=True,
        )
        while known * 100 < total * 95:
            known, rows = known + awaited[rows], rows + 1
        fewest[one["directorate_id"]] = rows or None
    assert told == fewest
    assert any(told.values())
