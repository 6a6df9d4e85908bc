"""Two who join the spending of a buyer at once, a person who decides, a closing: none undoes it."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from time import monotonic, sleep
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Person
from api.closings import service as closings
from api.closings.models import Closing
from api.kit.db import Engines, create_engines
from api.spending import joining
from api.spending.models import JoinedBy, JoinReason, Spending
from tests.api.spending.world import PAYEE, World

YEAR = 2024


@dataclass
class Shared:
    """A buyer of whom several units of writing write at once."""

    engines: Engines
    buyer_id: UUID

    @contextmanager
    def unit(self) -> Iterator[World]:
        """A unit of writing that commits when the block ends."""
        with Session(self.engines.write) as session, session.begin():
            yield World.of(session, self.buyer_id)

    def alone(self, work: Callable[[World], Any]) -> Any:
        """The same for one piece of work."""
        with self.unit() as world:
            return work(world)

    def outcome(self, line: UUID) -> tuple[UUID | None, JoinedBy | None, JoinReason | None]:
        """How a line stands, as committed."""
        with Session(self.engines.read) as session:
            return World.of(session, self.buyer_id).joined(line)

    def during(self, world: World, work: Callable[[World], Any]) -> "Future[Any]":
        """Start other work, and come back once it waits for the unit of ``world``."""
        started = self.pool.submit(self.alone, work)
        assert _waits(world.session, started)
        return started

    def __post_init__(self) -> None:
        self.pool = ThreadPoolExecutor(1)


def _waits(session: Session, other: "Future[Any]") -> bool:
    """Seen in the locks, or by time alone on SQLite, which does not tell."""
    if session.get_bind().dialect.name == "sqlite":
        sleep(0.3)
        return not other.done()
    until = monotonic() + 20
    while monotonic() < until and not other.done():
        if session.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            return True
        sleep(0.01)
    return False


@pytest.fixture
def shared(blank_url: str) -> Iterator[Shared]:
    """A buyer alone in its database, committed."""
    engines = create_engines(blank_url, 4)
    with Session(engines.write) as session, session.begin():
        buyer_id = World.new(session).buyer.id
    one = Shared(engines, buyer_id)
    yield one
    one.pool.shutdown()
    engines.dispose()


def test_of_two_contracts_written_at_once_neither_is_found_alone(shared: Shared) -> None:
    def write(reference: str) -> Callable[[World], int]:
        return lambda world: joining.run_for(
            world.session, shared.buyer_id, [world.contract(reference)]
        )

    def prepare(world: World) -> UUID:
        world.company(PAYEE)
        return world.spend()

    line = shared.alone(prepare)
    with shared.unit() as world:
        write("A-1")(world)
        second = shared.during(world, write("B-1"))
    second.result(10)
    assert shared.outcome(line) == (None, JoinedBy.NONE, JoinReason.SEVERAL_CONTRACTS)


def test_what_a_person_says_while_the_machine_joins_stands(shared: Shared) -> None:
    def prepare(world: World) -> UUID:
        world.contract("A-1")
        return world.spend()

    line = shared.alone(prepare)
    said = {"joined_by": JoinedBy.PERSON, "join_reason": JoinReason.ASIDE}
    with shared.unit() as world:
        # Of the row alone, without waiting for a turn: the machine asks the row again.
        world.session.execute(sa.update(Spending).where(col(Spending.id) == line).values(said))
        machine = shared.during(world, World.run)
    assert machine.result(10) == 0
    assert shared.outcome(line) == (None, JoinedBy.PERSON, JoinReason.ASIDE)


def test_what_a_closing_has_read_is_not_joined_otherwise_afterwards(shared: Shared) -> None:
    def prepare(world: World) -> UUID:
        world.contract("A-1")
        world.session.add(Person(email="a@b.example", name="A", password_hash=""))
        return world.spend(date(YEAR, 6, 1), payee_siret=PAYEE)

    line = shared.alone(prepare)
    with shared.unit() as world:
        closings.wait_for_writers(world.session, shared.buyer_id)
        machine = shared.during(world, World.run)
        person_id = world.session.scalars(sa.select(col(Person.id))).one()
        world.session.add(Closing(organisation_id=shared.buyer_id, year=YEAR, closed_by=person_id))
    assert machine.result(10) == 0
    assert shared.outcome(line)[0] is None
