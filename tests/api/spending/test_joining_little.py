"""What a contract written may change is looked at again, and what it can't is not."""

from collections.abc import Iterator
from datetime import date
from random import Random
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.models import Contract
from api.kit.db import create_engines
from api.spending import joining
from api.spending.models import JoinReason, Spending
from tests.api.spending.world import PAYEE, SISTER, STRANGER, World

NUMBERS = ("2024-01", "2024-1", "202401", "7", "007", "X-9", None)
PAYEES = (PAYEE, SISTER, STRANGER, None)


@pytest.fixture
def world(blank_url: str) -> Iterator[World]:
    """A buyer alone in its database."""
    engines = create_engines(blank_url, 4)
    with Session(engines.write) as session:
        yield World.new(session)
        session.rollback()
    engines.dispose()


def move(world: World, random: Random, there: list[UUID]) -> UUID:
    """Write a contract, change the days of one, or remove one; which."""
    if there and random.random() < 0.3:
        gone = there.pop(random.randrange(len(there)))
        world.session.execute(sa.delete(Contract).where(col(Contract.id) == gone))
        return gone
    if there and random.random() < 0.4:
        one = random.choice(there)
        days = {"notified_on": date(random.choice((2022, 2024)), 1, 1)}
        world.session.execute(sa.update(Contract).where(col(Contract.id) == one).values(days))
        return one
    number = f"{random.choice(NUMBERS) or 'Z'}{random.choice(('', '-A', ' '))}-{len(there)}"
    taken = sa.select(col(Contract.reference))
    free = [one for one in NUMBERS if one and one not in world.session.scalars(taken).all()]
    there.append(
        world.contract(random.choice([*free, number]), holders=[random.choice(PAYEES[:3])])
    )
    return there[-1]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_looked_at_for_a_contract_is_all_that_it_changes(world: World, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - data of a test, the same each time
    there: list[UUID] = []
    for _ in range(40):
        days = date(random.choice((2021, 2022, 2024)), 6, 1)
        number, payee = random.choice(NUMBERS), random.choice(PAYEES)
        world.spend(days, contract_number=number, payee_siret=payee)
    world.run()
    for _ in range(25):
        joining.run_for(world.session, world.buyer.id, [move(world, random, there)])
        assert world.run() == 0


def test_a_line_for_which_nothing_speaks_is_not_looked_at_for_another_contract(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in ("X-1", None):
        world.spend(contract_number=number, payee_siret=STRANGER)
    world.spend(payee_siret=None)
    world.run()
    told = set(world.session.scalars(sa.select(col(Spending.join_reason))))
    assert told == {JoinReason.UNKNOWN_NUMBER, JoinReason.NO_CONTRACT, JoinReason.NO_PAYEE}
    looked: list[object] = []

    def nothing(*asked: object) -> int:
        looked.append(asked)
        return 0

    monkeypatch.setattr(joining, "_join", nothing)
    joining.run_for(world.session, world.buyer.id, [world.contract("A-1")])
    assert looked == []
    joining.run_for(world.session, world.buyer.id, [world.contract("X-1")])
    assert len(looked) == 1
