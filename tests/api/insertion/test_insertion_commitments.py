"""Commitments, pace, full-time equivalents and penalties of a year, against numbers by hand."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from api.insertion.clauses.models import ClauseChange, Penalty
from api.kit.days import today
from api.rules.hours.figures import fte_consistency
from api.rules.hours.vocabulary import (
    ChangeKind,
    ClauseStatus,
    PenaltyDecision,
)
from api.schemes.loading import models
from tests.api.insertion.figures_world import World
from tests.operations import Service


@pytest.fixture
def world(service: Service) -> World:
    """A buyer and a facilitator of their own."""
    return World(service)


def hours(figures: Any, name: str) -> Decimal:
    return Decimal(figures["hours"][name])


def test_commitments_are_those_of_the_day_and_unknown_ones_are_counted_apart(world: World) -> None:
    """R-P1."""
    someone = world.person()
    first = world.clause(hours=1000, starts_on=date(2024, 1, 1), ends_on=date(2025, 12, 31))
    world.add(
        ClauseChange(
            clause_id=first.id,
            on=date(2024, 12, 31),
            sequence=1,
            kind=ChangeKind.ORDER,
            added=400,
            delta=400,
        ),
        ClauseChange(
            clause_id=first.id,
            on=date(2025, 1, 1),
            sequence=2,
            kind=ChangeKind.AMENDMENT,
            total=8000,
            delta=3600,
        ),
    )
    world.work(first, "2024-06", [someone], 366)
    unknown = world.clause(hours=None)
    world.work(unknown, "2024-06", [someone], 50)
    world.clause(hours=500, starts_on=None, ends_on=None)
    world.clause(hours=77, starts_on=date(2025, 1, 1))
    world.clause(hours=78, ends_on=date(2023, 12, 31), starts_on=date(2023, 1, 1))
    world.clause(hours=79, status=ClauseStatus.DRAFT)
    found = world.figures()
    assert found["clauses_followed"] == 3
    assert hours(found, "engaged") == 1100 + 500
    assert found["hours"]["engaged_unknown"] == 1
    # 1100 h over 731 days, of which 366 are over.
    assert hours(found, "due") == Decimal("550.75")
    assert found["hours"]["due_unknown"] == 2
    assert hours(found, "validated") == 416
    assert hours(found, "since_start") == 366
    assert found["hours"]["rate"] == "0.22875"
    # 366 h in 366 days of 731, 50 h too for the clause whose commitment is unknown.
    projection = found["hours"]["projection"]
    assert projection["hours"] == "830.75"
    assert projection["rate"] == "0.664545"
    assert projection["unknown"] == 1
    assert projection["sentence"].startswith("à ce rythme, 66\u202f%")
    (told,) = (one for one in found["clauses"] if one["id"] == str(first.id))
    assert (told["engaged"], told["due"], told["hours"]) == ("1100.00", "550.75", "366.00")
    assert (told["rate"], told["projected"]) == ("0.332727", "731.00")
    assert told["projection"] == "à ce rythme, 66\u202f%"
    assert hours(world.figures(year=2025), "engaged") == 2000 + 500 + 77


def test_the_running_year_stops_today(world: World) -> None:
    day = today()
    clause = world.clause(starts_on=None, ends_on=None)
    someone = world.person()
    world.work(clause, f"{day:%Y-%m}", [someone], 8)
    following = (day.replace(day=1) + timedelta(days=32)).strftime("%Y-%m")
    world.work(clause, following, [someone], 16)
    found = world.figures(year=day.year)
    ended = (day.month, day.day) == (12, 31)
    assert (found["as_of"], found["provisional"]) == (day.isoformat(), not ended)
    assert hours(found, "validated") == 8
    later = world.figures(year=day.year + 1)
    assert (later["as_of"], hours(later, "validated")) == (day.isoformat(), 0)
    past = world.figures(year=day.year - 1)
    assert (past["as_of"], past["provisional"]) == (f"{day.year - 1}-12-31", False)


@pytest.mark.parametrize(
    ("done", "base", "rounding", "value", "tenths"),
    [
        (340_723, 1607, "truncate", "212", "212.0"),
        (374_408, 1607, "truncate", "232", "232.9"),
        (374_408, 1607, "half_up", "233", "233.0"),
        (374_408, 1600, "truncate", "234", "234.0"),
    ],
)
def test_a_full_time_equivalent_says_its_base_and_its_rounding(
    world: World, done: int, base: int, rounding: str, value: str, tenths: str
) -> None:
    clause = world.clause(starts_on=None, ends_on=None)
    world.work(clause, "2022-03", [world.person()], done)
    fte = world.figures(year=2022, base=base, rounding=rounding)["fte"]
    assert (fte["value"], fte["tenths"]) == (value, tenths)
    assert (fte["base"], fte["rounding"]) == (base, rounding)
    assert fte["label"].replace("\u202f", " ").startswith(f"{value} ETP (base 1 60")


@pytest.mark.parametrize("query", [{"base": 1499}, {"base": 1901}, {"rounding": "up"}])
def test_a_base_that_no_year_has_is_refused(world: World, query: dict[str, Any]) -> None:
    answer = world.ask("facilitator", world.buyer.siret, 2024, **query)
    assert answer.status_code == 422


def test_penalties_are_those_dated_in_the_year(world: World) -> None:
    clause = world.clause()
    dated = [
        (date(2024, 1, 1), 10_050, 10_050, PenaltyDecision.APPLIED),
        (date(2024, 12, 31), 20_000, 5_000, PenaltyDecision.REDUCED),
        (date(2024, 6, 1), 30_000, None, None),
        (date(2023, 12, 31), 99_900, 99_900, PenaltyDecision.APPLIED),
    ]
    world.add(
        *(
            Penalty(
                clause_id=clause.id,
                buyer_id=world.buyer.id,
                on=on,
                basis="Heures manquantes",
                computed=computed,
                applied=applied,
                decision=decision,
            )
            for on, computed, applied, decision in dated
        )
    )
    for account in ("facilitator", "pilot"):
        found = world.figures(account)["penalties"]
        assert (found["number"], found["computed"], found["applied"]) == (3, "600.50", "150.50")
        by = {one["key"]: (one["number"], one["computed"]) for one in found["decisions"]}
        assert by["undecided"] == (1, "300.00")
        assert by["reduced"] == (1, "200.00")
        assert by["waived"] == (0, "0.00")


def test_what_landes_printed_for_2024_is_kept_and_does_not_agree() -> None:
    (model,) = (one for one in models() if one.code == "cd40-2023-2029")
    (indicator,) = (one for one in model.indicators if one.code == "A2")
    targets = {one.year: one for one in indicator.targets}
    printed = {2023: ("9,5", "15278"), 2024: ("11,4", "15278"), 2025: ("19", "30556")}
    for year, (fte, done) in printed.items():
        # The number and the text beside it are two things, and neither is corrected.
        assert str(targets[year].value) == done
        assert targets[year].fte == fte
    assert fte_consistency("15 278 h", "9,5 ETP") is None
    warning = fte_consistency(f"{targets[2024].value} h", "11,4 ETP")
    assert warning is not None
    assert "erreur de copie" in warning
