"""Spending finds its contract by number, else by supplier and period; what is unsure stays out."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.models import Contract
from api.kit.db import create_engines
from api.spending import joining
from api.spending.models import ContractNumber, JoinedBy, JoinReason, Spending
from tests.api.spending.world import PAYEE, SISTER, STRANGER, World

DAY = timedelta(days=1)


@pytest.fixture
def world(blank_url: str) -> Iterator[World]:
    """A buyer alone in its database."""
    engines = create_engines(blank_url, 4)
    with Session(engines.write) as session:
        yield World.new(session)
        session.rollback()
    engines.dispose()


# --- By number -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("register", "printed", "reason"),
    [
        ("2024-T-012", "2024-T-012", JoinReason.NUMBER),
        ("2024-T-012", " 2024 t 012 ", JoinReason.NUMBER),
        ("2024-T-012", "2024–T—012", JoinReason.NUMBER),
        ("2024/T.012", "2024\u202ft\u00a0012", JoinReason.NUMBER),
        ("2024T012", "2024-t-012", JoinReason.SPELLING),
        ("2024-T-012", "2024T012", JoinReason.SPELLING),
        ("2024-T-012", "2024-T-12", JoinReason.ZEROS),
        ("12", "000012", JoinReason.ZEROS),
    ],
)
def test_a_number_is_known_in_its_spellings(
    world: World, register: str, printed: str, reason: JoinReason
) -> None:
    contract = world.contract(register, holders=[STRANGER])
    world.contract("AUTRE-1")
    line = world.spend(date(1999, 1, 1), contract_number=printed)
    assert world.outcome(line) == (contract, reason)
    assert world.joined(line)[1] is JoinedBy.NUMBER


@pytest.mark.parametrize("printed", ["12-3", "1-2-3", "124", "-", " ", "0"])
def test_another_number_is_never_taken_for_it(world: World, printed: str) -> None:
    world.contract("1-23", holders=[STRANGER])
    line = world.spend(contract_number=printed, payee_siret=None)
    contract, reason = world.outcome(line)
    assert contract is None
    assert reason is JoinReason.UNKNOWN_NUMBER


def test_the_surest_spelling_decides_before_the_others(world: World) -> None:
    exact = world.contract("2024-012")
    world.contract("2024-12")
    world.contract("2024012")
    assert world.outcome(world.spend(contract_number="2024-012")) == (exact, JoinReason.NUMBER)


def test_zeros_that_fit_two_contracts_join_none(world: World) -> None:
    world.contract("T-012", holders=[STRANGER])
    world.contract("T-0012", holders=[STRANGER])
    only = world.contract("ENTRETIEN")
    line = world.spend(contract_number="T-12")
    # Nor is the only contract of the payee taken: the number speaks of others.
    assert world.outcome(line) == (None, JoinReason.SEVERAL_NUMBERS)
    assert world.outcome(world.spend()) == (only, JoinReason.SIRET)


def test_a_number_that_somebody_said_is_one_of_the_contract(world: World) -> None:
    contract = world.contract("2024-T-1", holders=[])
    world.session.add(ContractNumber(contract_id=contract, number="MP 77"))
    line = world.spend(contract_number="mp-77", payee_siret=None)
    assert world.outcome(line) == (contract, JoinReason.NUMBER)


def test_the_number_inside_an_identifier_of_2019_counts_where_the_payee_holds_it(
    world: World,
) -> None:
    contract = world.contract("20240012300")
    held = world.spend(2020, contract_number="123")
    other = world.spend(2020, contract_number="123", payee_siret=STRANGER)
    assert world.outcome(held) == (contract, JoinReason.INTERNAL)
    assert world.joined(other)[0] is None
    # Of a contract of another year, the same digits say nothing.
    world.contract("20190077700")
    assert world.outcome(world.spend(2020, contract_number="777"))[0] is None


def test_the_number_of_another_buyer_is_not_ours(world: World) -> None:
    elsewhere = World.new(world.session, "00000078900012")
    elsewhere.contract("2024-T-1")
    line = world.spend(contract_number="2024-T-1")
    assert world.outcome(line) == (None, JoinReason.UNKNOWN_NUMBER)


# --- By supplier and period ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2024, 1, 15), 12, date(2025, 1, 15)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 8, 31), 18, date(2026, 2, 28)),
        (date(2024, 12, 1), 1, date(2025, 1, 1)),
    ],
)
def test_the_first_and_the_last_day_are_in_the_period(
    world: World, start: date, months: int, last: date
) -> None:
    contract = world.contract("A", start, months)
    lines = {day: world.spend(day) for day in (start - DAY, start, last, last + DAY)}
    world.run()
    found = {day: world.joined(line)[0] for day, line in lines.items()}
    assert found == {start - DAY: None, start: contract, last: contract, last + DAY: None}
    assert world.joined(lines[last + DAY])[2] is JoinReason.OUTSIDE_PERIOD


def test_an_amendment_moves_the_end(world: World) -> None:
    contract = world.contract("A", date(2024, 1, 15), 12)
    line = world.spend(date(2025, 7, 15))
    assert world.outcome(line) == (None, JoinReason.OUTSIDE_PERIOD)
    world.amend(contract, 24)
    world.amend(contract, 18, position=1)
    world.amend(contract, None, position=2)
    assert world.outcome(line) == (contract, JoinReason.SIRET)
    assert world.outcome(world.spend(date(2025, 7, 16)))[0] is None


def test_two_contracts_that_fit_join_none(world: World) -> None:
    world.contract("A")
    world.contract("B", date(2024, 5, 1), 1)
    both, one = world.spend(date(2024, 5, 10)), world.spend(date(2024, 7, 1))
    assert world.outcome(both) == (None, JoinReason.SEVERAL_CONTRACTS)
    assert world.joined(one)[2] is JoinReason.SIRET


def test_the_establishment_comes_before_the_company(world: World) -> None:
    own = world.contract("A")
    world.contract("B", holders=[SISTER])
    assert world.outcome(world.spend()) == (own, JoinReason.SIRET)


def test_another_establishment_of_the_company_is_told_as_such(world: World) -> None:
    contract = world.contract("A", holders=[SISTER])
    assert world.outcome(world.spend()) == (contract, JoinReason.SIREN)
    world.contract("B", holders=["00000062000039"])
    assert world.outcome(world.spend())[1] is JoinReason.SEVERAL_CONTRACTS


def test_a_contract_held_by_two_establishments_of_the_payee_counts_once(world: World) -> None:
    contract = world.contract("A", holders=["00000062000039", SISTER])
    assert world.outcome(world.spend()) == (contract, JoinReason.SIREN)


def test_a_year_joins_only_where_the_contract_covers_it_whole(world: World) -> None:
    contract = world.contract("A", date(2023, 1, 1), 24)
    whole, part = world.spend(2023), world.spend(2025)
    assert world.outcome(whole) == (contract, JoinReason.SIRET)
    # It ends on 1 January 2025: some of that year is of the contract, most is not.
    assert world.joined(part)[2] is JoinReason.UNSURE_PERIOD


@pytest.mark.parametrize(("day", "months"), [(None, 12), (date(2024, 1, 1), None), (None, None)])
def test_a_contract_of_unknown_length_is_neither_taken_nor_left_out(
    world: World, day: date | None, months: int | None
) -> None:
    world.contract("A", day, months)
    assert world.outcome(world.spend()) == (None, JoinReason.UNSURE_PERIOD)
    world.contract("B")
    assert world.outcome(world.spend()) == (None, JoinReason.SEVERAL_CONTRACTS)


def test_a_length_beyond_a_century_is_not_known(world: World) -> None:
    world.contract("A", months=2_000_000_000)
    assert world.outcome(world.spend())[1] is JoinReason.UNSURE_PERIOD


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"payee_siret": STRANGER}, JoinReason.NO_CONTRACT),
        ({"payee_siret": None}, JoinReason.NO_PAYEE),
        ({"payee_siret": STRANGER, "contract_number": "?1"}, JoinReason.UNKNOWN_NUMBER),
    ],
)
def test_what_nothing_speaks_for_says_why(
    world: World, said: dict[str, Any], reason: JoinReason
) -> None:
    world.contract("A")
    line = world.spend(**said)
    assert world.outcome(line) == (None, reason)
    assert world.joined(line)[1] is JoinedBy.NONE


# --- Again ---------------------------------------------------------------------------------------


def test_a_second_run_writes_nothing(world: World) -> None:
    world.contract("A")
    world.spend()
    world.spend(payee_siret=None)
    assert world.run() == 2
    assert world.run() == 0


def test_a_contract_that_comes_later_joins_what_waited_or_makes_it_unsure(world: World) -> None:
    line = world.spend()
    assert world.outcome(line) == (None, JoinReason.NO_CONTRACT)
    contract = world.contract("A")
    assert world.outcome(line) == (contract, JoinReason.SIRET)
    world.contract("B")
    assert world.outcome(line) == (None, JoinReason.SEVERAL_CONTRACTS)
    world.session.execute(sa.delete(Contract).where(col(Contract.id) == contract))
    assert world.outcome(line)[1] is JoinReason.SIRET


def test_the_same_register_always_says_the_same(world: World) -> None:
    """Drawn at random: a run agrees with a plain reading of the rule, one line at a time."""
    rng = Random(29)  # noqa: S311 - data of a test, the same each time
    spans = {}
    for rank in range(12):
        start, months = date(2023, 1, 1) + DAY * rng.randrange(700), rng.randint(1, 14)
        holder = rng.choice((PAYEE, SISTER))
        made = world.contract(f"C-{rank}", start, months, [holder])
        spans[made] = (start, _after(start, months), holder)
    lines = {
        world.spend(day := date(2023, 1, 1) + DAY * rng.randrange(1200)): day for _ in "x" * 80
    }
    world.run()
    for line, day in lines.items():
        fits = [(one, span) for one, span in spans.items() if span[0] <= day <= span[1]]
        own = [one for one, span in fits if span[2] == PAYEE] or [one for one, _ in fits]
        assert world.joined(line)[0] == (own[0] if len(own) == 1 else None), day


def _after(start: date, months: int) -> date:
    year, month = divmod(start.month - 1 + months, 12)
    following = date(start.year + year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(
        following - DAY,
        date(start.year + year, month + 1, 1) + DAY * (start.day - 1),
    )


def test_what_a_person_said_stays(world: World) -> None:
    contract, other = world.contract("A"), world.contract("B", date(2020, 1, 1), 1)
    said = {
        JoinReason.ATTACHED: other,
        JoinReason.GIVEN: other,
        JoinReason.DETACHED: None,
        JoinReason.ASIDE: None,
    }
    lines = {
        reason: world.spend(contract_id=to, joined_by=JoinedBy.PERSON, join_reason=reason)
        for reason, to in said.items()
    }
    free = world.spend()
    assert world.outcome(free) == (contract, JoinReason.SIRET)
    for reason, line in lines.items():
        assert world.joined(line) == (said[reason], JoinedBy.PERSON, reason)


def test_several_buyers_are_joined_in_one_run(world: World) -> None:
    other = World.new(world.session, "00000078900012")
    ours, theirs = world.contract("A"), other.contract("A")
    lines = world.spend(contract_number="A"), other.spend(contract_number="A")
    assert joining.run_everywhere(world.session) == 2
    assert [world.joined(one)[0] for one in lines] == [ours, theirs]
    world.session.execute(sa.update(Spending).values(joined_by=None, contract_id=None))
    assert joining.run_of(world.session, sa.select(sa.literal(other.buyer.id, sa.Uuid()))) == 1


def test_the_number_of_statements_does_not_grow_with_the_lines(world: World) -> None:
    world.contract("A")
    counts = []
    for number in (1, 60):
        for _ in range(number):
            world.spend()
        asked: list[str] = []
        bind = world.session.connection()

        def listen(
            _c: object, _u: object, text: str, *_rest: object, into: list[str] = asked
        ) -> None:
            into.append(text)

        sa.event.listen(bind, "before_cursor_execute", listen)
        world.run()
        sa.event.remove(bind, "before_cursor_execute", listen)
        counts.append(len(asked))
    # Two of them are locks, on PostgreSQL.
    assert counts[0] == counts[1] <= 7
