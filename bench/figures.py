"""All the figures of Clermont's scheme, for one buyer and for many together.

Two ceilings: one bare scan of the same rows, in turn with ours, and the time that was promised, as
a rate. What is measured is the whole answer of the API but its encoding: definitions read,
statements, arithmetic, targets, gaps. Rates are the best of the rounds: the machine is not ours
alone.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation, OrganisationKind
from api.indicators import service
from api.indicators.gathering import Whose, asked
from api.indicators.period import Years, parameters
from api.kit.db import Engines
from api.schemes import registering
from api.schemes import service as schemes
from api.schemes.loading import models
from api.schemes.models import Scheme
from bench import registers, scan
from bench.databases import siret
from bench.measures import Measure, best
from bench.registers import Size
from bench.rows import YEARS

SCHEME = "clermont"
# A quarter of the rate of the scan: at most four times its time.
WANTED = 0.25
# Beside a statement for each fact, period and key: years, indicators, targets, the mark of a
# closing, what was declared and its parts, milestones, arrested figures, names of keys, what a
# register without a row says.
_BESIDE = 10


class World(NamedTuple):
    """How many buyers, what each of them has, and the seconds that were promised for all."""

    buyers: int
    size: Size
    seconds: float


ONE = World(1, Size(5_000, 20_000, 1_500), 0.150)
ONE_SMALL = World(1, Size(500, 1_000, 100), 0.150)
MANY = World(200, Size(1_000, 100, 20_000), 2.0)
FEW = World(5, Size(100, 20, 100), 2.0)


def measure(engines: Engines, engine: str, world: World, rounds: int) -> Iterator[Measure]:
    """One line against the scan, one against the promised time."""
    fill(engines, world)
    with Session(engines.read) as session:
        scheme, buyers = _stored(session, world)
        count = len(_figures(session, scheme, buyers))
        _few_statements(engines, session, scheme, buyers)
        statement, given = scan.statement(), parameters([one.id for one in buyers], Years(*YEARS))
        ours, bare = best(
            rounds,
            lambda: len(_figures(session, scheme, buyers)),
            lambda: count if session.execute(statement, given).all() else 0,
        )
    whose = "one buyer" if world.buyers == 1 else f"{world.buyers} buyers together"
    note = f"{count} figures of {world.buyers * world.size.contracts:,} contracts"
    times = f"{1000 * count / ours:.0f} ms, a scan {1000 * count / bare:.0f} ms"
    subject = f"figures of {whose}, {engine}"
    yield Measure(subject, ours, bare, "figures/s", WANTED, f"{note}: {times}")
    promised = f"promised {1000 * world.seconds:.0f} ms"
    yield Measure(f"{subject}, time", ours, count / world.seconds, "figures/s", 1, promised)


def fill(engines: Engines, world: World) -> None:
    """The scheme, its buyers and their registers, in an empty database."""
    with Session(engines.write) as session, session.begin():
        for model in models():
            registering.load(session, model)
        made = [
            Organisation(siret=siret(number), name="Banc d’essai", kind=OrganisationKind.BUYER)
            for number in range(1, world.buyers + 1)
        ]
        session.add_all(made)
        session.flush()
        scheme = _scheme(session)
        for one in made:
            schemes.adopt(session, scheme.id, one.id)
        registers.fill(session, scheme, [one.id for one in made], world.size)


def _scheme(session: Session) -> Scheme:
    return session.scalars(sa.select(Scheme).where(col(Scheme.code) == SCHEME)).one()


def _stored(session: Session, world: World) -> tuple[Scheme, Sequence[Organisation]]:
    numbers = range(1, world.buyers + 1)
    of_world = col(Organisation.siret).in_([siret(number) for number in numbers])
    return _scheme(session), session.scalars(sa.select(Organisation).where(of_world)).all()


def _figures(session: Session, scheme: Scheme, buyers: Sequence[Organisation]) -> Sequence[object]:
    found = service.of_organisations(session, scheme, buyers, YEARS[1]).results
    # Nothing kept from one round to the next: each request has a session of its own.
    session.expunge_all()
    return found


def _few_statements(
    engines: Engines, session: Session, scheme: Scheme, buyers: Sequence[Organisation]
) -> None:
    """Check that there is one statement for each fact, period and key, however many figures."""
    definitions = [schemes.definition_of(one) for one in schemes.of_scheme(session, scheme.id)]
    facts = len(list(asked(definitions, Whose(tuple(one.id for one in buyers)))))
    with _counted(engines) as statements:
        results = service.of_organisations(session, scheme, buyers, YEARS[1]).results
    assert len(statements) <= facts + _BESIDE, (facts, statements)
    known = sum(one.value is not None for one in results)
    assert known > len(results) / 2, f"{known} of {len(results)} figures are known"


@contextmanager
def _counted(engines: Engines) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    sa.event.listen(engines.read, "before_cursor_execute", note)
    yield statements
    sa.event.remove(engines.read, "before_cursor_execute", note)
