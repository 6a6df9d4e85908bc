"""Twelve who write at once and two who read meanwhile: nothing missing, nothing out of order."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from threading import Event
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from msgspec.structs import replace
from sqlmodel import Session, col

from api.access.current import actor_of
from api.access.models import Organisation, Person
from api.access.permissions import Actor
from api.access.service import by_siret
from api.contracts import announcing, feed, writing
from api.contracts.models import Contract, ContractDocument, Origin, RegisterEntry
from api.contracts.publicity import is_public
from api.contracts.reading import by_id
from api.contracts.writing import Written
from api.kit import audit
from api.kit.columns import new_id
from api.kit.db import Engines, create_engines
from api.kit.pages import decode_cursor
from api.publication import feed as public_feed
from api.rules.records import ContractRecord
from tests.conftest import DEMONSTRATION

WRITERS = 12
TURNS = 30
LIMIT = 9


@pytest.fixture
def engine_name() -> str:
    """SQLite has one writer at a time: there is no race."""
    return "postgresql"


@pytest.fixture
def engines(demo_url: str) -> Iterator[Engines]:
    """As many connections as there are writers and readers."""
    opened = create_engines(demo_url, WRITERS + 4)
    yield opened
    opened.dispose()


@dataclass
class Writer:
    """One who enters, changes, withholds, brings by many and removes contracts of its own, each in
    its transaction, which lasts before and after the places are given."""

    engines: Engines
    number: int
    buyer_id: UUID
    model: ContractRecord
    held: dict[UUID, ContractRecord] = field(default_factory=dict)

    def work(self) -> int:
        """Write; answers how many contracts were said to change."""
        rng = Random(self.number)  # noqa: S311 - the same race each time, no secret
        acts = (self.enter, self.enter, self.bring, self.change, self.withhold, self.remove)
        done = 0
        for turn in range(TURNS):
            act = rng.choice(acts)
            with Session(self.engines.write) as session, session.begin():
                # Twelve in turn on a machine that does something else may wait long: no fault.
                session.execute(sa.text("SET LOCAL lock_timeout = '120s'"))
                session.execute(sa.text("SET LOCAL statement_timeout = '120s'"))
                touched = act(session, rng, turn)
                time.sleep(rng.random() / 100)
                audit.record(
                    session,
                    person_id=None,
                    organisation_id=self.buyer_id,
                    action="contract.raced",
                    target=f"contract:{turn}",
                    details={},
                )
                among = sa.select(col(Contract.id)).where(col(Contract.id).in_(touched))
                gone = sa.select(col(RegisterEntry.contract_id)).where(
                    col(RegisterEntry.contract_id).in_(touched)
                )
                announcing.announce(session, sa.select(sa.union(among, gone).subquery().c[0]))
                time.sleep(rng.random() / 1000)
            done += len(touched)
        return done

    def _add(self, session: Session, names: list[str]) -> list[UUID]:
        batch = [
            Written(new_id(), self.buyer_id, replace(self.model, reference=name), (), Origin.IMPORT)
            for name in names
        ]
        writing.insert(session, batch)
        self.held |= {one.contract_id: one.record for one in batch}
        return [one.contract_id for one in batch]

    def enter(self, session: Session, _rng: Random, turn: int) -> list[UUID]:
        """One more contract."""
        return self._add(session, [f"W{self.number}-{turn}"])

    def bring(self, session: Session, _rng: Random, turn: int) -> list[UUID]:
        """Many more."""
        return self._add(session, [f"W{self.number}-{turn}-{n}" for n in range(25)])

    def _rewrite(self, session: Session, rng: Random, **facts: Any) -> list[UUID]:
        if not self.held:
            return []
        key = rng.choice(sorted(self.held))
        self.held[key] = replace(self.held[key], **facts)
        one = Written(key, self.buyer_id, self.held[key], (), Origin.IMPORT)
        writing.replace(session, one, None)
        return [key]

    def change(self, session: Session, rng: Random, turn: int) -> list[UUID]:
        """Another duration, and public again."""
        return self._rewrite(session, rng, months=turn + 1, nature=self.model.nature)

    def withhold(self, session: Session, rng: Random, _turn: int) -> list[UUID]:
        """Not publishable any more."""
        return self._rewrite(session, rng, nature=None)

    def remove(self, session: Session, rng: Random, _turn: int) -> list[UUID]:
        """One less."""
        if not self.held:
            return []
        key = rng.choice(sorted(self.held))
        del self.held[key]
        session.execute(sa.delete(Contract).where(col(Contract.id) == key))
        return [key]


@dataclass
class Reader:
    """One who polls a feed; what it keeps, by ``key``, and the places it went through."""

    page: Callable[[str | None], dict[str, Any]]
    key: str
    cursor: str | None = None
    kept: dict[Any, dict[str, Any]] = field(default_factory=dict)
    places: list[int] = field(default_factory=list)
    backwards: list[Any] = field(default_factory=list)

    def poll(self) -> bool:
        """Read one page; whether there is more."""
        page = self.page(self.cursor)
        self.cursor = page["next"]
        self.places.append(int((decode_cursor(self.cursor, 4) or [])[1] or 0))
        for one in page["items"]:
            before = self.kept.get(one[self.key])
            if before and before.get("version", 0) > one.get("version", 0):
                self.backwards.append(one)
            self.kept[one[self.key]] = one
        return bool(page["more"])

    def follow(self, ended: Event) -> None:
        """Poll until the writers have ended, then to the end."""
        while not ended.is_set():
            self.poll()
        while self.poll():
            pass

    @property
    def standing(self) -> dict[Any, dict[str, Any]]:
        """What is there at the end."""
        return {key: one for key, one in self.kept.items() if one["change"] == "upsert"}


def reader_of(engines: Engines, actor: Actor | None) -> Reader:
    def page(cursor: str | None) -> dict[str, Any]:
        with engines.read.connect() as connection:
            if actor is None:
                return public_feed.page(connection, LIMIT, cursor)
            return feed.page(connection, actor, LIMIT, cursor)

    return Reader(page, "uid" if actor is None else "contract_id")


def test_nothing_is_missing_nor_out_of_order_while_twelve_write(
    engines: Engines, a_public: dict[str, Any]
) -> None:
    with Session(engines.write, expire_on_commit=False) as session, session.begin():
        buyer = by_siret(session, DEMONSTRATION)
        kept = by_id(session, UUID(a_public["id"]))
        assert buyer is not None
        assert kept is not None
        pilot = sa.select(col(Person.id)).where(col(Person.email) == "pilot@demo.example")
        actor = actor_of(session.connection(), session.scalars(pilot).one())
    writers = [Writer(engines, n, buyer.id, kept.record) for n in range(WRITERS)]
    readers = [reader_of(engines, None), reader_of(engines, actor)]
    ended = Event()
    with ThreadPoolExecutor(WRITERS + len(readers)) as pool:
        following = [pool.submit(reader.follow, ended) for reader in readers]
        try:
            changes = sum(pool.map(Writer.work, writers))
        finally:
            ended.set()
        for one in following:
            one.result()
    assert changes > 1500
    public, register = readers
    for reader in readers:
        assert reader.places == sorted(reader.places)
        assert reader.backwards == []
        assert len(set(reader.places)) > 20, "it read while they wrote"
    # What the writers were told is there, and what the database says.
    mine = {key for writer in writers for key in writer.held}
    assert mine <= register.standing.keys()
    assert {key: one["version"] for key, one in register.standing.items()} == _register(
        engines, actor
    )
    said = {uid: bytes(one["record"]).decode() for uid, one in public.standing.items()}
    assert said == _public(engines)


def _register(engines: Engines, actor: Actor) -> dict[Any, Any]:
    owners = [grant.organisation_id for grant in actor.grants]
    with Session(engines.read) as session:
        rows = session.execute(
            sa.select(col(Contract.id), col(Contract.version)).where(
                col(Contract.buyer_id).in_(owners)
            )
        )
        return {row[0]: row[1] for row in rows}


def _public(engines: Engines) -> dict[Any, Any]:
    with Session(engines.read) as session:
        rows = session.execute(
            sa.select(col(Organisation.siret), col(Contract.reference), col(ContractDocument.decp))
            .join(Contract, col(Contract.buyer_id) == col(Organisation.id))
            .join(ContractDocument, col(ContractDocument.contract_id) == col(Contract.id))
            .where(col(ContractDocument.decp).is_not(None), is_public())
        )
        return {f"{siret}{number}": decp for siret, number, decp in rows}
