"""A year closed while something is said of it: the answer is in what is kept, or is refused."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.current import actor_of
from api.access.models import Organisation, Person
from api.access.permissions import Actor
from api.actions import measures, milestones
from api.actions.schemas import MeasureDeclare, MilestoneSet
from api.closings import service as closings
from api.closings.models import Closing, ClosingCreate
from api.indicators.models import FrozenFigures, FrozenStatutory
from api.insertion.figures.models import PublishedInsertion
from api.schemes.models import SchemeAdoption
from tests.api.indicators.keeping import YEAR, close, declare, kept, scheme
from tests.api.reserved.asking import ask
from tests.conftest import DEMONSTRATION
from tests.operations import Service

MEASURE = {"organisation": DEMONSTRATION, "year": YEAR, "value": "30", "base": "40"}
STEP = {"organisation": DEMONSTRATION, "period": str(YEAR), "done": True, "done_on": "2024-05-02"}


@pytest.fixture(autouse=True)
def nothing_closed(service: Service) -> None:
    """No year is closed when a test begins; the buyer only has the scheme of the test."""
    with Session(service.app.state.engines.write) as session, session.begin():
        for table in (FrozenStatutory, FrozenFigures, PublishedInsertion, Closing, SchemeAdoption):
            session.execute(sa.delete(table))


def pilot(session: Session) -> Actor:
    email = sa.select(col(Person.id)).where(col(Person.email) == "pilot@demo.example")
    return actor_of(session.connection(), session.scalars(email).one())


def of_the_demonstration(session: Session) -> UUID:
    siret = sa.select(col(Organisation.id)).where(col(Organisation.siret) == DEMONSTRATION)
    return session.scalars(siret).one()


@contextmanager
def uncommitted(service: Service) -> Iterator[Session]:
    """A unit of writing that commits when the block ends."""
    with Session(service.app.state.engines.write) as session, session.begin():
        yield session


def waits(service: Service, session: Session, other: "Future[Any]") -> bool:
    """Whether another unit waits for that of ``session``: seen in the locks, or by time alone on
    SQLite, which does not tell."""
    if service.app.state.engines.write.dialect.name == "sqlite":
        sleep(0.3)
        return not other.done()
    # That of the years, not that of the journal, which comes too late.
    held = sa.text(
        "SELECT count(*) FROM pg_locks"
        " WHERE locktype = 'advisory' AND classid = 7237002 AND NOT granted"
    )
    until = monotonic() + 20
    while monotonic() < until and not other.done():
        if session.scalar(held):
            return True
        sleep(0.01)
    return False


def test_a_closing_waits_for_what_is_being_said_and_keeps_it(service: Service) -> None:
    code, indicators = scheme(service)
    # Who comes in writes in the journal: that is another wait.
    service.as_("pilot")
    with ThreadPoolExecutor(1) as pool:
        with uncommitted(service) as session:
            said = MeasureDeclare.model_validate(MEASURE)
            measures.declare(session, pilot(session), UUID(indicators["DECLARED"]), said, None)
            step = MilestoneSet.model_validate(STEP)
            milestones.put(session, pilot(session), UUID(indicators["STEP"]), step, None)
            closing = pool.submit(close, service)
            assert waits(service, session, closing)
        closing.result(10)
    found = service.get(f"/api/v1/frozen-figures/{kept(service, code)[0]['id']}", "reader")
    values = {one["code"]: one["value"] for one in found["results"]}
    assert (values["DECLARED"], values["STEP"]) == ("75.00", "1")


def test_what_is_said_during_a_closing_is_refused_and_not_kept(service: Service) -> None:
    code, indicators = scheme(service)
    path = f"/measures/{indicators['DECLARED']}"
    # Who comes in writes in the journal: that is another wait.
    service.as_("pilot")
    with ThreadPoolExecutor(1) as pool:
        with uncommitted(service) as session:
            asked = ClosingCreate(organisation=DEMONSTRATION, year=YEAR)
            follows = service.app.state.on_closed
            closings.create(session, pilot(session), asked, follows)
            saying = pool.submit(ask, service, "PUT", path, MEASURE)
            assert waits(service, session, saying)
        answer = saying.result(10)
    assert (answer.status_code, answer.json()["type"]) == (409, "year-closed")
    listed = service.get(f"/api/v1/measures?organisation={DEMONSTRATION}&scheme={code}")
    assert listed["items"] == []


def test_who_writes_in_a_year_does_not_wait_for_who_writes_in_it(service: Service) -> None:
    _, indicators = scheme(service)
    if service.app.state.engines.write.dialect.name == "sqlite":
        # One writer at a time: told here, promised nowhere.
        declare(service, indicators)
        return
    with uncommitted(service) as session:
        closings.require_open(session, of_the_demonstration(session), YEAR)
        declare(service, indicators)
