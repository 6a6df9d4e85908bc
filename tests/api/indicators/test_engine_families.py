"""The whole vocabulary, fact by fact: the service says what the oracle says, field by field."""

import pytest

from api.indicators.facts.registry import SOURCES
from tests.operations import Service
from tests.oracle.asking import disagreements, world
from tests.oracle.questions import FAMILIES
from tests.oracle.rows import Part
from tests.oracle.world import World

# Who, and of which year: one buyer, the other, and both together.
ASKED = (((0,), 2024), ((1,), 2023), ((0, 1), 2025))


@pytest.fixture
def service(asked: Service) -> Service:
    """The service that holds the oracle's world."""
    return asked


@pytest.fixture
def kept() -> World:
    """The oracle's world."""
    return world()


def agrees(service: Service, fact: str) -> None:
    """Every question about a fact has the oracle's answer."""
    for ranks, year in ASKED:
        assert disagreements(service, f"oracle-{fact}", ranks, year) == {}


def test_contracts_are_counted_added_up_and_told_apart(service: Service, kept: World) -> None:
    assert kept
    agrees(service, "contract")


def test_lots_are_the_contracts_with_a_number(service: Service, kept: World) -> None:
    assert kept
    agrees(service, "lot")


def test_consultations_carry_what_was_published_and_who_answered(
    service: Service, kept: World
) -> None:
    assert kept
    agrees(service, "consultation")


def test_projects_count_in_the_year_of_their_programme(service: Service, kept: World) -> None:
    assert kept
    agrees(service, "project")


def test_actions_decided_for_projects_count_one_by_one(service: Service, kept: World) -> None:
    assert kept
    agrees(service, "targeted_action")


def test_spending_knows_its_payees_by_the_registers(service: Service, kept: World) -> None:
    assert kept
    agrees(service, "spending")


def test_hours_count_when_they_are_validated_and_not_outside(service: Service, kept: World) -> None:
    assert kept
    agrees(service, "hours_line")


def test_clauses_count_once_they_are_more_than_drafts(service: Service, kept: World) -> None:
    assert kept
    agrees(service, "clause")


def test_reservations_weigh_what_their_contract_does(service: Service, kept: World) -> None:
    assert kept
    agrees(service, "reservation")


def test_a_supplier_counts_once_however_many_contracts_and_buyers(
    service: Service, kept: World
) -> None:
    assert kept
    agrees(service, "supplier")


def test_actions_stand_as_at_the_end_of_the_year(service: Service, kept: World) -> None:
    assert kept
    agrees(service, "action")


def test_events_count_by_kind_public_and_action(service: Service, kept: World) -> None:
    assert kept
    agrees(service, "event")


def test_evaluations_are_averaged_exactly(service: Service, kept: World) -> None:
    assert kept
    agrees(service, "evaluation")


def test_sourcings_add_up_who_was_asked_and_who_answered(service: Service, kept: World) -> None:
    assert kept
    agrees(service, "sourcing")


@pytest.mark.parametrize("fact", sorted(FAMILIES))
def test_a_directorate_has_its_own_rows_those_that_may_be_its_and_no_others(
    service: Service, kept: World, fact: str
) -> None:
    one = Part(kept["directorate"][0]["id"])
    assert disagreements(service, f"oracle-{fact}", (0,), 2024, one) == {}


@pytest.mark.parametrize("fact", sorted(FAMILIES))
def test_a_family_has_its_own_rows_those_that_may_be_its_and_no_others(
    service: Service, kept: World, fact: str
) -> None:
    assert kept
    for ranks, year in ASKED[::2]:
        assert disagreements(service, f"oracle-{fact}", ranks, year, Part(None, "Énergie")) == {}


@pytest.mark.parametrize("fact", sorted(FAMILIES))
def test_a_family_of_a_directorate_is_what_both_may_be(
    service: Service, kept: World, fact: str
) -> None:
    part = Part(kept["directorate"][1]["id"], "Mobilier")
    assert disagreements(service, f"oracle-{fact}", (0,), 2024, part) == {}


def test_every_fact_that_has_rows_has_its_family() -> None:
    assert {name.value for name in SOURCES} | {"supplier"} == FAMILIES.keys()
