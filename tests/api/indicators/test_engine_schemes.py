"""Every indicator of the five schemes: the service says what the oracle says, field by field."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.operations import Service
from tests.oracle.asking import YEARS, answered, catalogued, disagreements, world
from tests.oracle.keeping import ACCOUNT
from tests.oracle.rows import Part
from tests.oracle.world import World

RECORDS = {"call-2023-2026": 13, "mel-smart-2023": 17, "cd40-2023-2029": 25, "clermont": 112,
           "cd62-2026-2029": 145}  # fmt: skip

FAMILY = "Travaux"
PARTS: Mapping[str, Callable[[Any], Part]] = {
    "directorate": lambda one: Part(directorate=one),
    "family": lambda _: Part(family=FAMILY),
    "both": lambda one: Part(directorate=one, family=FAMILY),
}


@pytest.fixture
def service(asked: Service) -> Service:
    """The service that holds the oracle's world."""
    return asked


@pytest.fixture
def kept() -> World:
    """The oracle's world."""
    return world()


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("ranks", [(0,), (1,), (0, 1)], ids=["first", "second", "together"])
@pytest.mark.parametrize("code", sorted(catalogued()))
def test_a_scheme_gives_the_figures_of_the_oracle(
    service: Service, kept: World, code: str, ranks: tuple[int, ...], year: int
) -> None:
    assert kept
    assert disagreements(service, code, ranks, year) == {}


@pytest.mark.parametrize("which", PARTS)
@pytest.mark.parametrize("code", sorted(catalogued()))
def test_a_scheme_gives_a_directorate_or_a_family_the_figures_of_the_oracle(
    service: Service, kept: World, code: str, which: str
) -> None:
    part = PARTS[which](kept["directorate"][1]["id"])
    assert disagreements(service, code, (0,), 2024, part) == {}


def test_each_of_the_312_records_is_live_and_says_which_way(service: Service, kept: World) -> None:
    assert kept
    ways: Counter[str] = Counter()
    for code, number in RECORDS.items():
        records = service.get(f"/api/v1/schemes/{code}/indicators", ACCOUNT)
        assert len(records) == number
        for one, result in zip(records, answered(service, code, (0,), 2024).values(), strict=True):
            facts = {"measure": "captured", "milestone": "milestone"}
            assert one["way"] == facts.get(one["definition"]["fact"], "computed")
            assert (result["code"], result["way"]) == (one["code"], one["way"])
            told = result["value"] is not None or result["words"] or result["parts"]
            assert told or result["reason"]
            ways[one["way"]] += 1
    assert sum(ways.values()) == 312
    assert min(ways.values()) > 40


def test_a_figure_read_alone_with_its_years_is_the_one_of_its_scheme(
    service: Service, kept: World
) -> None:
    assert kept
    siret = kept["organisation"][0]["siret"]
    for code, one in answered(service, "clermont", (0, 1), 2025, "&since=2023").items():
        address = f"/api/v1/indicators/{one['indicator_id']}/results?organisation={siret}"
        alone = service.get(f"{address}&year=2025&together=true&since=2023", ACCOUNT)
        assert alone | {"computed_at": 0} == one | {"computed_at": 0}, code
        assert [point["year"] for point in one["series"]] == [2023, 2024]


def test_the_years_of_a_series_are_the_figures_of_those_years(
    service: Service, kept: World
) -> None:
    assert kept
    series = answered(service, "clermont", (0,), 2025, "&since=2023")
    for year in (2023, 2024):
        for code, then in answered(service, "clermont", (0,), year).items():
            point = next(one for one in series[code]["series"] if one["year"] == year)
            same = {name: then[name] for name in point if name not in ("year", "kept", "least")}
            # Whether it is the least it may be has its table, in test_indicator_sureness.
            told = {"year": year, "kept": then["kept"] is not None, "least": point["least"]}
            assert point == same | told, code
            assert point["least"] in (True, False), code
