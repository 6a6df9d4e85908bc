"""A professional who reads every figure of the demonstration finds none that another denies.

Each test names one way to contradict oneself, and lists who does.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session, col

from api.access.service import by_siret
from api.actions.models import Campaign, Measure, MeasurePart
from api.contracts.models import Contract, ContractMark
from api.demonstration.declared import BORN_OF_THE_SCHEME, PLAUSIBLE, Counted, Level, Rate
from api.indicators import service
from api.indicators.schemas import ResultRead
from api.schemes.models import Scheme, Way
from api.schemes.trees import adopted
from tests.api.credibility import Said, end_of, followed, measures_of
from tests.conftest import DEMONSTRATION

# What is the same thing under two codes: code and number, code and number.
_SAME: Final = (
    ("CD62-1.1.1-6", "base", "CD62-1.1.1-5", "base"),
    ("CD62-1.1.2-3", "base", "CD62-1.1.2-2", "value"),
    ("CD62-2.1.2-3", "base", "CD62-2.1.2-2", "value"),
    ("CAM-19-3", "value", "CAM-18-5", "value"),
    ("CAM-23-3", "base", "CAM-23-2", "value"),
    ("CAM-23-5", "base", "CAM-23-4", "base"),
    ("CAM-24-7", "base", "CAM-22-3", "value"),
)
# What is among something else: code and number, code and number.
_AMONG: Final = (
    ("CD62-1.1.1-2", "base", "CD62-1.1.1-5", "base"),
    ("CD62-1.1.1-6", "value", "CD62-1.1.1-5", "value"),
    ("CD62-1.1.1-6", "value", "CD62-1.1.1-2", "value"),
    ("CD62-1.1.3-2b", "value", "CD62-1.1.3-2a", "value"),
    ("CD62-2.1.1.C-3a", "value", "CD62-2.1.1.C-3b", "value"),
    ("CD62-1.3.bonus-3", "value", "CD62-1.3.bonus-2", "value"),
    ("CAM-22-3", "value", "CAM-23-2", "value"),
    ("CAM-24-7", "value", "CAM-23-3", "value"),
)
# Without a mark, all the contracts of the year.
_OF_THE_REGISTER: Final = {
    "CAM-18-1": None,
    "CAM-20-2": "negotiated",
    "CAM-25-6": "impact_limitation",
}
# A number of people, of printers, of kWh… whose unit, kept in millionths, is counted whole.
_UNIT: Final = 1_000_000


@pytest.fixture
def told(shared_app: FastAPI) -> Iterator[Session]:
    with Session(shared_app.state.engines.read) as session:
        yield session


@pytest.fixture
def measures(told: Session) -> list[Said]:
    return measures_of(told)


def test_no_figure_is_told_before_its_year_ends(measures: list[Said]) -> None:
    assert [one.what for one in measures if one.one.created_at.date() <= end_of(one.one.year)] == []


def test_a_campaign_asks_for_figures_once_their_year_is_over(told: Session) -> None:
    campaigns = told.scalars(sa.select(Campaign)).all()
    assert campaigns
    assert [one.year for one in campaigns if one.due_on <= end_of(one.year)] == []


def test_what_comes_before_a_scheme_is_what_it_starts_from_and_is_told_when_it_starts(
    measures: list[Said],
) -> None:
    for said in measures:
        compared = said.indicator.definition.get("compare") or {}
        if said.one.year >= said.scheme.first_year:
            continue
        assert said.one.year in (said.scheme.first_year - 1, compared.get("year")), said.what
        assert said.one.created_at.date() >= date(said.scheme.first_year, 1, 1), said.what
        assert "avant le schéma" in (said.one.source or ""), said.what
        assert said.indicator.code not in BORN_OF_THE_SCHEME, said.what


def test_a_part_is_not_larger_than_its_whole(told: Session, measures: list[Said]) -> None:
    for said in measures:
        value, base = said.one.value, said.one.base
        if said.indicator.content["kind"] == "percentage" and None not in (value, base):
            assert 0 < (value or 0) <= (base or 0), said.what
    numbers = _numbers(measures)
    looked_at = 0
    for part, name, whole, other in _AMONG:
        for key in [one for one in numbers if one[0] == part]:
            larger = numbers.get((whole, *key[1:]))
            if larger is not None:
                looked_at += 1
                assert (numbers[key][name] or 0) <= (larger[other] or 0), (part, whole, key[2])
    assert looked_at > 10
    for one in told.scalars(sa.select(MeasurePart)):
        assert one.value > 0, one.name


def test_the_three_ways_to_buy_are_told_as_parts_of_the_same_spending(told: Session) -> None:
    """The label asks for the part of each, and no amount of all."""
    scheme = told.scalars(sa.select(Scheme).where(col(Scheme.code) == "cd62-2026-2029")).one()
    buyer = by_siret(told, DEMONSTRATION)
    assert buyer is not None
    every = service.of_organisations(told, scheme, [buyer], 2025).results
    (one,) = [found for found in every if found.code == "CD62-2.2.2.D-3"]
    assert one.value is None
    assert one.scale == "percent"
    assert [part.label for part in one.parts] == ["Location", "Mise à disposition", "Acquisition"]
    assert len({part.base for part in one.parts}) == 1
    assert sum(Decimal(part.value or 0) for part in one.parts) == 100


def test_what_is_told_under_two_codes_is_told_the_same(measures: list[Said]) -> None:
    numbers = _numbers(measures)
    looked_at = 0
    for code, name, other, its in _SAME:
        for key in [one for one in numbers if one[0] == code]:
            same = numbers.get((other, *key[1:]))
            assert same is not None, f"{other} n’est pas dit de {key[2]}, {code} l’est"
            looked_at += 1
            assert numbers[key][name] == same[its], (code, other, key[2])
    assert looked_at > 20


def test_a_declared_ratio_agrees_with_its_terms(told: Session) -> None:
    for buyer, scheme in followed(told):
        for year in (2024, 2025):
            for one in service.of_organisations(told, scheme, [buyer], year).results:
                if one.way is Way.CAPTURED and one.value and one.denominator:
                    _agrees(one)


def _agrees(one: ResultRead) -> None:
    assert one.value is not None
    assert one.numerator is not None
    assert one.denominator is not None
    if one.compared_year is None:
        rate = Decimal(one.numerator) / Decimal(one.denominator)
        told = Decimal(one.value) / (100 if one.scale == "percent" else 1)
        assert abs(rate - told) < Decimal("0.01"), one.code


def test_a_declared_number_moves_from_a_year_to_the_next(measures: list[Said]) -> None:
    still = {
        code
        for code, one in PLAUSIBLE.items()
        if any(isinstance(own, Level) and own.fixed for own in (one, getattr(one, "of", None)))
        or isinstance(one, Counted)
        or (isinstance(one, Rate) and isinstance(one.of, Counted))
    }
    numbers = _numbers(measures)
    same = []
    for (code, buyer, year), one in numbers.items():
        before = numbers.get((code, buyer, year - 1))
        if before is None or code in still or code == "CAM-19-3":
            continue
        name = "value" if one["base"] is None else "base"
        if one[name] is not None and one[name] == before[name]:
            same.append((code, year))
    assert same == []


def test_a_declared_number_of_contracts_is_that_of_the_register(
    told: Session, measures: list[Said]
) -> None:
    looked_at = 0
    parts: dict[UUID, int] = defaultdict(int)
    for part in told.scalars(sa.select(MeasurePart)):
        parts[part.measure_id] += part.base or 0
    for said in measures:
        if said.indicator.code not in _OF_THE_REGISTER:
            continue
        mark = _OF_THE_REGISTER[said.indicator.code]
        whole = said.one.base if said.one.base is not None else parts[said.one.id]
        looked_at += 1
        assert whole <= _registered(told, said.one, mark) * _UNIT, said.what
        assert whole > 0, said.what
        if mark is None:
            assert whole == _registered(told, said.one, mark) * _UNIT, said.what
    assert looked_at > 15


def test_more_contracts_run_in_a_year_than_are_notified_in_it(
    told: Session, measures: list[Said]
) -> None:
    of_disputes = [one for one in measures if one.indicator.code == "CAM-19-3"]
    assert of_disputes
    for said in of_disputes:
        assert (said.one.base or 0) > _registered(told, said.one, None) * _UNIT, said.what


def test_a_price_before_its_negotiation_is_above_that_of_the_register(
    measures: list[Said],
) -> None:
    """What was gained is taken off it, and leaves what the register has."""
    found = [one.one for one in measures if one.indicator.code == "CAM-20-3"]
    assert found
    for one in found:
        assert 0 < (one.value or 0) < (one.base or 0)


def test_a_list_is_told_to_be_a_list(measures: list[Said]) -> None:
    words = [said.one for said in measures if said.one.words]
    assert words
    assert all("liste inventée" in (one.source or "") for one in words)


def _registered(told: Session, one: Measure, mark: str | None) -> int:
    """How many contracts of the year the register has, that bear a mark."""
    statement = sa.select(sa.func.count(col(Contract.id).distinct())).where(
        col(Contract.buyer_id) == one.organisation_id,
        col(Contract.notified_on).between(date(one.year, 1, 1), end_of(one.year)),
    )
    if mark is not None:
        statement = statement.join(
            ContractMark, col(ContractMark.contract_id) == col(Contract.id)
        ).where(col(ContractMark.code) == mark, col(ContractMark.value).is_(True))
    return told.scalar(statement) or 0


def test_impacts_that_are_limited_are_among_those_that_arefollowed(measures: list[Said]) -> None:
    words = {
        (said.indicator.code, said.one.organisation_id, said.one.year): {
            word.strip().lower() for word in said.one.words.split(" ; ")
        }
        for said in measures
        if said.one.words
    }
    limited = [key for key in words if key[0] == "CAM-25-5"]
    assert limited
    for key in limited:
        assert words[key] <= words.get(("CAM-25-4", *key[1:]), words[key]), key[2]


def test_what_is_declared_of_a_year_has_its_contract_in_the_register(told: Session) -> None:
    buyer = by_siret(told, DEMONSTRATION)
    assert buyer is not None
    schemes = adopted(told, buyer.id)
    for year in (2024, 2025):
        found = {
            one.code: Decimal(one.value)
            for scheme in schemes.values()
            for one in service.of_organisations(told, scheme, [buyer], year).results
            if one.value is not None
        }
        # Tons of warm asphalt, amounts of innovations, suppliers of a system that buys.
        for code in ("K1", "K2", "CD62-2.1.1.A-2", "CD62-2.1.1.A-4"):
            assert found[code] > 0, (code, year)
        # A company answers a consultation once: nobody meets sixteen of them each time.
        assert abs(found["CAM-15-2"]) < 5, year


def _numbers(
    measures: list[Said],
) -> dict[tuple[str, UUID, int], Mapping[str, Any]]:
    return {
        (said.indicator.code, said.one.organisation_id, said.one.year): {
            "value": said.one.value,
            "base": said.one.base,
        }
        for said in measures
    }


def test_no_figure_of_few_rows_is_one_that_nobody_would_believe(told: Session) -> None:
    buyer = by_siret(told, DEMONSTRATION)
    assert buyer is not None
    found: dict[tuple[str, int], Decimal] = {
        (one.code, year): Decimal(one.value)
        for scheme in adopted(told, buyer.id).values()
        for year in (2024, 2025)
        for one in service.of_organisations(told, scheme, [buyer], year).results
        if one.value is not None
    }
    # Something is reserved to the social economy, and reservations are not five times as many.
    assert found["T2", 2024] > 0
    assert found["CD62-3.1.3.A-2", 2024] > 0
    assert all(abs(found["CD62-3.1.3.B-3", year]) <= 100 for year in (2024, 2025))
    # Not every purchase that is targeted ends with a clause; some building has an assistant.
    assert 80 < found["CAM-1-4", 2024] < 100
    assert found["CAM-23-1", 2024] + found["CAM-23-1", 2025] > 0
