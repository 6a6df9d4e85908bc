"""A buyer's people read the figures again and again: no difference tells of who came in between."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from api.insertion.beneficiaries.models import Beneficiary, BeneficiaryExit, Employment
from api.insertion.statements.models import HoursLine
from api.kit.days import today
from api.rules.hours.vocabulary import (
    EmploymentKind,
    ExitCheckpoint,
    ExitSituation,
    Modality,
    PublicFamily,
    Sex,
)
from tests.api.insertion.figures_attack import OF_CLAUSES, OF_PERSONS, told
from tests.api.insertion.figures_world import (
    LAST,
    World,
    cells,
    closed,
    file_of,
    reopened,
)
from tests.operations import Service

READERS = ("pilot", "reader", "publisher", "administrator")
# What a company owes and does: public, and up to date.
PUBLIC = ("hours", "fte", "clauses_followed", "penalties", "computed_at")
OF_A_CLAUSE = ("since_start", "rate", "projected", "projection", "hours", "due", "engaged")


@pytest.fixture
def world(service: Service) -> World:
    """A buyer and a facilitator of their own."""
    return World(service)


def leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value of an answer, with where it stands."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, (*place, name))
    elif isinstance(value, list):
        for one in value:
            name = one.get("by") or one.get("key") or one.get("checkpoint") or one.get("id")
            yield from leaves(one, (*place, name))
    else:
        yield place, value


def changed(before: Any, after: Any) -> set[tuple[Any, ...]]:
    """The places where two readings differ."""
    first, second = dict(leaves(before)), dict(leaves(after))
    return {place for place in first | second if first.get(place) != second.get(place)}


def is_of_a_company(place: tuple[Any, ...]) -> bool:
    if place[0] == "breakdowns":
        return place[1] in OF_CLAUSES and place[-1] == "hours"
    return place[0] in PUBLIC or (place[0] == "clauses" and place[-1] in OF_A_CLAUSE)


@pytest.mark.parametrize("account", READERS)
@pytest.mark.parametrize("year", [today().year, LAST])
def test_two_readings_of_a_year_that_is_not_closed_differ_by_hours_alone(
    world: World, account: str, year: int
) -> None:
    first, last = date(LAST, 1, 1), date(today().year, 12, 31)
    here = world.clause(starts_on=first, ends_on=last)
    world.work(here, f"{year}-01", world.persons(20, sex=Sex.H, qpv=False), 10)
    readings = [(world.figures(account, year), world.figures("facilitator", year))]
    someone = world.person(sex=Sex.F, public=PublicFamily.DISABILITY, qpv=True)
    line = {"person": someone, "hours": 460, "modality": Modality.SUBCONTRACT_ESAT}
    clause = world.clause(starts_on=first, ends_on=last)
    world.state(clause, f"{year}-01", [line])
    world.add(
        Employment(
            facilitator_id=world.facilitator.id,
            beneficiary_id=someone.id,
            kind=EmploymentKind.CDI,
            starts_on=first,
        ),
        BeneficiaryExit(
            beneficiary_id=someone.id,
            checkpoint=ExitCheckpoint.END,
            situation=ExitSituation.DURABLE_JOB,
        ),
    )
    readings.append((world.figures(account, year), world.figures("facilitator", year)))
    (before, whole_before), (after, whole_after) = readings
    places = changed(before, after) - {(one,) for one in ("computed_at",)}
    assert any(place[0] == "hours" for place in places)
    new = {place for place in places if place[0] == "clauses" and place[1] == str(clause.id)}
    # The new clause is the company's; of its persons nothing is told.
    assert {place for place in places - new if not is_of_a_company(place)} == set()
    assert told(after)["clause"][str(clause.id)][1] is None
    assert all(pair == (None, None) for by in OF_PERSONS for pair in told(after)[by].values())
    # That reading twice tells all: whoever owns the persons sees her come.
    seen = changed(whole_before, whole_after)
    for by, key in (("sex", "f"), ("public", "disability"), ("modality", "subcontract_esat")):
        assert ("breakdowns", by, "cells", key, "persons") in seen
        assert ("breakdowns", by, "cells", key, "persons") not in places
    assert ("long_paths", "persons") in seen


def test_two_readings_of_a_closed_year_are_the_same_whatever_is_learnt(world: World) -> None:
    here = world.clause(starts_on=date(LAST, 1, 1), ends_on=date(LAST, 12, 31))
    people = world.persons(30, sex=Sex.H, public=PublicFamily.YOUNG)
    world.work(here, f"{LAST}-03", people, 10)
    closed(world)
    before, file = world.figures("pilot", LAST), file_of(world)
    assert told(before)["sex"]["h"] == (300, 30)
    of = col(Beneficiary.id) == people[0].id
    world.execute(sa.update(Beneficiary).where(of).values(sex=Sex.F, qpv=True))
    world.execute(sa.delete(HoursLine).where(col(HoursLine.beneficiary_id) == people[1].id))
    assert changed(before, world.figures("pilot", LAST)) == set()
    assert file_of(world) == file
    # The same facts reach the facilitator.
    assert told(world.figures("facilitator", LAST))["sex"]["h"] == (280, 28)


def sums(figures: Any, names: tuple[str, ...]) -> set[Decimal]:
    found = [one for one in figures["breakdowns"] if one["by"] in names]
    assert {one["by"] for one in found} == set(names)
    return {sum((Decimal(cell["hours"]) for cell in one["cells"]), Decimal(0)) for one in found}


def test_after_a_year_was_opened_again_breakdowns_add_up_to_the_hours_they_are_of(
    world: World,
) -> None:
    first, last = date(LAST, 1, 1), date(LAST, 12, 31)
    here = world.clause(starts_on=first, ends_on=last, purchase_family="Voirie")
    known = {"sex": Sex.H, "public": PublicFamily.YOUNG, "qpv": False}
    world.work(here, f"{LAST}-03", world.persons(30, **known), 10)
    closing = closed(world)
    before = world.figures("pilot", LAST)
    assert (before["hours"]["validated"], before["persons_hours"]) == ("300.00", "300.00")
    reopened(world, closing)
    world.work(here, f"{LAST}-04", [world.person(sex=Sex.F)], 35)
    there = world.clause(starts_on=first, ends_on=last, purchase_family="Espaces verts")
    world.work(there, f"{LAST}-05", [world.person(sex=Sex.F)], 20)
    closed(world)
    after = world.figures("pilot", LAST)
    assert (after["hours"]["validated"], after["persons_hours"]) == ("355.00", "300.00")
    # Hours of clauses are public, and today's; whoever came in between is told nowhere.
    assert sums(after, OF_CLAUSES) == {Decimal(355)}
    assert cells(after, "purchase_family")["Espaces verts"] == ("20.00", None, "secret")
    assert cells(after, "purchase_family")["Voirie"] == ("335.00", 30, "published")
    assert sums(after, ("sex", "qpv")) == {Decimal(300)}
    persons = {place for place in changed(before, after) if place[-1] in ("persons", "exact")}
    assert {place for place in persons if str(there.id) not in place} == set()


def test_a_closed_year_is_told_in_the_full_time_equivalent_that_is_asked(world: World) -> None:
    here = world.clause(starts_on=date(LAST, 1, 1), ends_on=date(LAST, 12, 31))
    world.work(here, f"{LAST}-03", world.persons(8), 200)
    usual = world.figures("facilitator", LAST)["fte"]
    closed(world)
    assert world.figures("pilot", LAST)["fte"] == usual
    other = world.figures("pilot", LAST, base=1600, rounding="half_up")
    assert (other["fte"]["value"], other["fte"]["base"]) == ("1", 1600)
    assert (usual["value"], usual["base"]) == ("0", 1607)


def test_a_reader_is_told_why_persons_wait_and_since_when_they_are_arrested(world: World) -> None:
    here = world.clause(starts_on=date(LAST, 1, 1), ends_on=date(LAST, 12, 31))
    world.work(here, f"{LAST}-03", world.persons(8), 20)
    open_year = world.figures("pilot", LAST)
    assert open_year["persons_as_of"] is None
    assert "une fois l’année close" in open_year["secrecy"]
    assert open_year["beneficiaries"] == {"exact": None, "at_least": None, "status": "secret"}
    assert open_year["hours"]["validated"] == "160.00"
    closed(world)
    shut = world.figures("pilot", LAST)
    assert shut["persons_as_of"]
    assert "une fois l’année close" not in shut["secrecy"]
    assert shut["beneficiaries"]["exact"] == 8
