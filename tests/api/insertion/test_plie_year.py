"""A PLIE's year in the service: every figure is that of the oracle, digit for digit."""

from collections.abc import Iterator
from dataclasses import asdict
from fractions import Fraction
from itertools import count
from math import floor
from typing import Any

import pytest

from api.kit.days import today
from api.rules.fiction_insertion import Size, fictitious_follow_up, fictitious_year
from api.rules.fiction_insertion_clauses import Story, fictitious_siret
from api.rules.fiction_insertion_records import FollowUp
from api.rules.hours.calendar import add_months, month_of
from api.rules.hours.vocabulary import StatementState
from tests.operations import Service
from tests.oracle.acts_insertion import INSERTION, by_api, by_services
from tests.oracle.insertion import figures
from tests.oracle.loading_insertion import Way, World, load
from tests.oracle.told_insertion import answered, expected, hours

YEAR = 2025
LATER = {"m6", "m12"}
_numbers = count(1)


def sirets(buyers: int) -> list[str]:
    """Buyers that no other follow-up has."""
    return [fictitious_siret(20_000 + next(_numbers)) for _ in range(buyers)]


@pytest.fixture(scope="module")
def plie(service: Service) -> World:
    """A year of a PLIE that is not too large to be read in many ways, and closed."""
    made = fictitious_year(1, YEAR, Size(buyers=3, clauses=26, persons=90, lines=500), sirets(3))
    return closed(load(service, made, next(_numbers), by_services))


def closed(world: World) -> World:
    """The same once every buyer has closed the year, and the year before."""
    for year in (YEAR - 1, YEAR):
        for rank, siret in enumerate(world.made.buyers):
            if (rank, year) not in world.made.closed:
                body = {"organisation": siret, "year": year}
                world.service.make("/api/v1/closings", body, world.pilot)
    return world


def asked(world: World, organisation: str, year: int, account: str, more: str = "") -> Any:
    """The figures of an organisation."""
    path = f"{INSERTION}/figures?organisation={organisation}&year={year}{more}"
    return world.service.get(path, account)


def wanted(world: World, year: int, buyer: int | None = None) -> dict[str, Any]:
    """The figures of the oracle, as they must be told."""
    return expected(figures(asdict(world.made), year, today(), buyer), world.clauses)


def differences(told: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    """Where an answer is not right; places that the oracle doesn't know must hold nothing."""
    places = {**right, **{place: zero(said) for place, said in told.items() if place not in right}}
    return {
        place: (told.get(place, "missing"), value)
        for place, value in places.items()
        if told.get(place, "missing") != value
    }


def zero(said: Any) -> Any:
    """Nothing, in hours or in number."""
    return "0.00" if isinstance(said, str) else 0


def test_three_thousand_lines_give_the_figures_of_the_oracle(service: Service) -> None:
    made = fictitious_year(2, YEAR, None, sirets(3))
    world = closed(load(service, made, next(_numbers), by_services))
    for year in (YEAR - 1, YEAR):
        told = answered(asked(world, world.facilitator_siret, year, world.facilitator))
        assert differences(told, wanted(world, year)) == {}
        for buyer in range(3):
            check_what_is_shown(world, buyer, year)
    assert sum(len(sent.body["lines"]) for sent in world.sent) > 3000


def check_what_is_shown(world: World, buyer: int, year: int) -> None:
    """What a pilot reads is what the oracle says, or nothing; and something is told."""
    answer = asked(world, world.made.buyers[buyer], year, world.pilot)
    assert answer["protected"]
    told, right = answered(answer), wanted(world, year, buyer)
    # What doesn't count is the hours of who is outside their eligibility: a pilot can't tell it.
    oracle = figures(asdict(world.made), year, today(), buyer)
    assert oracle["declared"] > oracle["declared_counted"] or not oracle["outside"]
    right["hours.declared"] = hours(oracle["declared_counted"])
    assert told["hours.outside"] is None
    shown = {place: said for place, said in told.items() if said is not None}
    # Situations six and twelve months after are told when the next year is closed.
    early = year == YEAR
    assert {place.split(".")[0] for place in set(right) - set(told)} == (LATER if early else set())
    assert differences(shown, {place: right[place] for place in shown if place in right}) == {}
    assert len(shown) > 40


@pytest.mark.parametrize("year", [YEAR - 1, YEAR, YEAR + 1])
def test_the_facilitator_reads_every_figure_of_the_oracle(plie: World, year: int) -> None:
    told = answered(asked(plie, plie.facilitator_siret, year, plie.facilitator))
    assert differences(told, wanted(plie, year)) == {}


@pytest.mark.parametrize("buyer", range(3))
def test_the_facilitator_reads_those_of_one_buyer_whole(plie: World, buyer: int) -> None:
    told = asked(plie, plie.made.buyers[buyer], YEAR, plie.facilitator)
    assert not told["protected"]
    assert differences(answered(told), wanted(plie, YEAR, buyer)) == {}


@pytest.mark.parametrize("buyer", range(3))
@pytest.mark.parametrize("year", [YEAR - 1, YEAR])
def test_a_pilot_reads_those_of_the_oracle_or_nothing(plie: World, buyer: int, year: int) -> None:
    check_what_is_shown(plie, buyer, year)


@pytest.mark.parametrize("year", [YEAR - 1, YEAR])
def test_a_pilot_reads_no_small_number_of_persons(plie: World, year: int) -> None:
    hidden = 0
    for siret in plie.made.buyers:
        for one in parts(asked(plie, siret, year, plie.pilot)):
            numbers = {one.get(name) for name in ("persons", "exact", "women", "share")}
            hidden += one["status"] == "secret"
            assert one["status"] != "secret" or numbers == {None}
            assert not {1, 2, 3, 4} & {*numbers, one.get("at_least")}, one
    assert hidden


def parts(answer: Any) -> Iterator[dict[str, Any]]:
    """The parts of an answer that are published or secret."""
    if isinstance(answer, list):
        for one in answer:
            yield from parts(one)
    if isinstance(answer, dict):
        if "status" in answer:
            yield answer
        yield from parts(list(answer.values()))


@pytest.mark.parametrize(("base", "rounding"), [(1600, "truncate"), (1820, "half_up")])
def test_a_full_time_equivalent_follows_its_base(plie: World, base: int, rounding: str) -> None:
    more = f"&base={base}&rounding={rounding}"
    told = asked(plie, plie.facilitator_siret, YEAR, plie.facilitator, more)["fte"]
    validated = Fraction(figures(asdict(plie.made), YEAR, today())["validated"], 4)
    half = Fraction(1, 2) if rounding == "half_up" else 0
    assert int(told["value"]) == floor(validated / base + half)
    assert Fraction(told["tenths"]) == Fraction(floor(validated / base * 10 + half), 10)
    assert (told["base"], told["rounding"]) == (base, rounding)


def test_a_batch_sent_again_under_its_key_changes_nothing(plie: World) -> None:
    sent = plie.sent[0]
    before = asked(plie, plie.facilitator_siret, YEAR - 1, plie.facilitator)
    again = plie.send(
        "/statements/batch", sent.body, plie.facilitator, **{"Idempotency-Key": sent.key}
    )
    assert (again.status_code, again.json()) == (201, sent.answer)
    after = asked(plie, plie.facilitator_siret, YEAR - 1, plie.facilitator)
    assert answered(after) == answered(before)


def test_lines_sent_again_without_a_key_are_each_refused(plie: World) -> None:
    assert len(plie.again) > 5
    for answer, rank in zip(plie.again, plie.again_of, strict=True):
        errors = answer.json()["errors"]
        refused = {error["loc"][2] for error in errors}
        assert answer.status_code == 422
        assert refused == set(range(len(plie.made.statements[rank].lines)))
        assert all("déjà" in error["message"] for error in errors)


def test_a_closed_year_is_corrected_no_more(plie: World) -> None:
    ((buyer, year),) = plie.made.closed
    rank = next(
        rank
        for rank, one in enumerate(plie.made.statements)
        if one.month.year == year
        and one.state is StatementState.VALIDATED
        and plie.made.contracts[plie.made.clauses[one.clause].contract].buyer == buyer
    )
    path = f"/statements/{plie.statements[rank]}"
    line = plie.service.get(INSERTION + path, plie.facilitator)["lines"][0]["id"]
    body = {"line_id": line, "hours": "1.00", "reason": "Attestation rectifiée"}
    answer = plie.send(f"{path}/corrections", body, plie.facilitator)
    assert (answer.status_code, answer.json()["type"]) == (409, "year-closed")


def small(seed: int, buyers: list[str]) -> FollowUp:
    """A small follow-up that ends today, so that the year is not over."""
    story = Story(month_of(add_months(today(), -14)), today())
    size = Size(buyers=2, clauses=13, persons=24, lines=110)
    return fictitious_follow_up(seed, story, size, None, buyers)


@pytest.mark.parametrize(("seed", "way"), [(1, by_api), (2, by_services), (3, by_services)])
def test_whatever_happens_the_figures_of_a_running_year_are_right(
    service: Service, seed: int, way: Way
) -> None:
    world = load(service, small(seed, sirets(2)), next(_numbers), way)
    for year in (today().year - 1, today().year):
        told = answered(asked(world, world.facilitator_siret, year, world.facilitator))
        assert differences(told, wanted(world, year)) == {}
