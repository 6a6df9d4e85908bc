"""Fictitious follow-ups: repeatable, within the rules of hours, and full of what really happens."""

from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import date
from random import Random
from typing import Any

import pytest

from api.rules.decp.identifiers import siret_key_is_right
from api.rules.fiction_insertion import Size, fictitious_follow_up, fictitious_year
from api.rules.fiction_insertion_clauses import Story, contracts_of, months_of
from api.rules.fiction_insertion_records import FollowUp
from api.rules.hours.calendar import evidence_due_on
from api.rules.hours.vocabulary import ClauseStatus, ExitSituation, StatementState, may_become

YEAR = 2025
SMALL = Size(buyers=1, clauses=8, persons=45, lines=260)


@pytest.fixture(scope="module")
def year() -> FollowUp:
    return fictitious_year(1, YEAR)


def test_one_seed_always_gives_the_same_and_another_something_else(year: FollowUp) -> None:
    assert fictitious_year(1, YEAR) == year
    assert fictitious_year(2, YEAR) != year


def test_a_year_has_the_volumes_of_a_plie(year: FollowUp) -> None:
    lines = sum(len(one.lines) for one in year.statements if one.month.year == YEAR)
    assert (len(year.buyers), len(year.clauses), len(year.persons)) == (3, 60, 400)
    assert 2700 <= lines <= 3300


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("size", [SMALL, Size()], ids=["small", "large"])
def test_no_rule_of_hours_is_broken(seed: int, size: Size) -> None:
    made = fictitious_year(seed, YEAR, size)
    story = Story(date(YEAR - 1, 10, 1), date(YEAR, 12, 31))
    months: dict[Any, int] = defaultdict(int)
    shared: dict[Any, int] = defaultdict(int)
    attested: dict[Any, set[int | None]] = defaultdict(set)
    standing: set[Any] = set()
    for stated in made.statements:
        clause = made.clauses[stated.clause]
        assert stated.month in months_of(clause, story)
        if stated.state is not StatementState.REJECTED:
            assert (stated.clause, stated.month) not in standing
            standing.add((stated.clause, stated.month))
        twins = Counter((one.person, one.modality, one.employment) for one in stated.lines)
        assert all(count == 1 for key, count in twins.items() if key[0] is not None)
        for line in stated.lines:
            assert line.hours > 0
            assert line.training >= 0
            assert (line.person is None) != (line.persons is None)
            assert not clause.modalities or line.modality in clause.modalities
            if line.employment is not None:
                assert made.employments[line.employment].person == line.person
        if stated.state is StatementState.REJECTED:
            continue
        fixed = {one.line: one.hours + one.training for one in stated.corrections}
        for rank, line in enumerate(stated.lines):
            total = line.hours + line.training
            # Before its correction and after it.
            worst = total + max(fixed.get(rank, 0), 0)
            assert line.hours + fixed.get(rank, 0) + line.training >= 0
            months[line.person, stated.month] += worst if line.persons is None else 0
            if line.employment is not None:
                shared[line.employment, stated.month] += worst
                attested[line.employment, stated.month].add(line.attested)
    assert max(months.values()) <= 220 * 4
    for key, said in attested.items():
        (worked,) = said
        assert worked is None or shared[key] <= worked


def test_what_really_happens_is_there(year: FollowUp) -> None:
    moves = [one.moves for one in year.statements]
    lines = [line for one in year.statements for line in one.lines]
    assert all(
        may_become(before, after)
        for one in moves
        for before, after in zip((StatementState.DRAFT, *one), one, strict=False)
    )
    assert {one.state for one in year.statements} == set(StatementState)
    assert any(StatementState.TO_CORRECT in one[:-1] for one in moves)
    assert any(one.twice for one in year.statements)
    assert any(one.corrections for one in year.statements)
    assert sum(line.persons is not None for line in lines) > 50
    assert sum(line.modality is None for line in lines) > 10
    assert year.closed == ((0, YEAR - 1),)
    again = Counter((one.clause, one.month) for one in year.statements)
    assert 2 in again.values()


def test_some_statements_come_after_their_due_day(year: FollowUp) -> None:
    late = [
        one
        for one in year.statements
        if one.sent_on is not None
        and one.sent_on
        > evidence_due_on(
            one.month,
            year.clauses[one.clause].evidence_days,
            year.clauses[one.clause].frequency,
        )
    ]
    assert len(year.statements) / 20 < len(late) < len(year.statements) / 3


def test_some_employments_serve_clauses_of_two_buyers(year: FollowUp) -> None:
    served: dict[Any, set[int]] = defaultdict(set)
    for stated in year.statements:
        buyer = year.contracts[year.clauses[stated.clause].contract].buyer
        for line in stated.lines:
            if line.employment is not None:
                served[line.employment, stated.month].add(buyer)
    assert sum(len(buyers) > 1 for buyers in served.values()) > 50


def test_every_kind_of_clause_is_there(year: FollowUp) -> None:
    assert {one.status for one in year.clauses} == set(ClauseStatus)
    assert {len(one.changes) for one in year.clauses} == {0, 1, 3}
    assert any(one.by_orders for one in year.clauses)
    assert any(one.hours is None and not one.by_orders for one in year.clauses)
    assert any(one.starts_on is None for one in year.clauses)
    assert any(not one.training_counted for one in year.clauses)
    assert any(one.penalties for one in year.clauses)
    brackets = {one.amount is None or one.amount < 9_000_000 for one in year.contracts}
    assert brackets == {True, False}


def test_facts_of_persons_are_known_or_not(year: FollowUp) -> None:
    for name in ("sex", "birth_band", "public", "qualification", "qpv", "entered_on"):
        said = [getattr(one, name) is None for one in year.persons]
        assert 0 < sum(said) < len(said) / 2
    situations = {left.situation for one in year.persons for left in one.exits}
    assert situations == set(ExitSituation)


def test_nobody_is_named_and_every_siret_is_of_nobody(year: FollowUp) -> None:
    sirets = [*year.buyers, *(one.supplier for one in year.contracts)]
    assert len(set(sirets)) == len(sirets)
    assert all(one.startswith("000") and siret_key_is_right(one) for one in sirets)
    assert not {"name", "pseudonym", "born_on"} & set(asdict(year.persons[0]))


@pytest.mark.parametrize("seed", range(6))
def test_given_contracts_get_clauses_and_nothing_is_later_than_the_day(seed: int) -> None:
    story = Story(date(2025, 6, 1), date(2026, 2, 11))
    contracts = contracts_of(Random(seed), 1, 8, story)  # noqa: S311 - invented data
    made = fictitious_follow_up(seed, story, SMALL, contracts, ["00000062000013"])
    assert made.contracts == tuple(contracts)
    assert made.buyers == ("00000062000013",)
    days = [one.sent_on for one in made.statements if one.sent_on]
    days += [one.month for one in made.statements]
    days += [change.on for one in made.clauses for change in one.changes]
    days += [left.observed_on for one in made.persons for left in one.exits]
    assert max(days) <= story.until
    assert len(made.clauses) == 8
