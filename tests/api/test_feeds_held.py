"""The feeds: every write says so, places wait for each other, a wrong cursor is refused."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col
from starlette.testclient import TestClient

from api.access.models import Membership, Person
from api.access.permissions import Role
from api.access.service import by_siret
from api.contracts import announcing
from api.contracts.models import PublicEntry, RegisterEntry
from api.kit.db import Engines
from api.kit.pages import encode_cursor
from tests.api.harvest import FEEDS, REGISTER, Harvest, bring
from tests.conftest import DEMONSTRATION, Headers
from tests.operations import OPERATIONS, Service, decp_file

WRITES = sorted(name for name, one in OPERATIONS.items() if one.event)


@pytest.mark.parametrize("gain", [True, False])
def test_who_may_read_other_buyers_than_before_starts_again(
    client: TestClient, as_: Callable[[str], Headers], engines: Engines, gain: bool
) -> None:
    reader = Harvest(client, REGISTER, as_("other-pilot"))
    reader.read()
    with Session(engines.write) as session, session.begin():
        person = session.scalars(
            sa.select(Person).where(col(Person.email) == "other-pilot@demo.example")
        ).one()
        buyer = by_siret(session, DEMONSTRATION)
        assert buyer is not None
        if gain:
            session.add(Membership(person_id=person.id, organisation_id=buyer.id, role=Role.READER))
        else:
            session.execute(sa.delete(Membership).where(col(Membership.person_id) == person.id))
    answer = reader.ask()
    assert (answer.status_code, answer.json()["type"]) == (410, "feed-restart")
    assert "depuis le début" in answer.json()["detail"]
    reader.cursor = None
    assert bool(reader.read()) is gain


@pytest.mark.parametrize("address", FEEDS)
@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "",
        encode_cursor("2026-01-01", "1"),
        encode_cursor("public", "-1", "0", ""),
        encode_cursor("public", "1e3", "0", ""),
        encode_cursor("public", "١", "0", ""),
        encode_cursor("public", "9" * 30, "0", ""),
        encode_cursor("public", None, None, None),
    ],
)
def test_what_is_not_a_cursor_is_refused_with_words(
    service: Service, address: str, cursor: str
) -> None:
    asked = {"cursor": cursor}
    answer = service.client.get(address, params=asked, headers=service.as_("pilot"))
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["loc"] == ["query", "cursor"]
    assert "curseur" in error["message"]


@pytest.mark.parametrize("engine_name", ["postgresql"])  # SQLite has one writer at a time
def test_whoever_gives_places_keeps_the_others_waiting_until_it_commits(
    engines: Engines, a_public: dict[str, Any]
) -> None:
    key = UUID(a_public["id"])
    with Session(engines.write) as first, first.begin():
        announcing.announce_one(first, key)
        with Session(engines.write) as second:
            second.execute(sa.text("SET LOCAL lock_timeout = '100ms'"))
            with pytest.raises(OperationalError):
                announcing.announce_one(second, key)
    with Session(engines.write) as second, second.begin():
        second.execute(sa.text("SET LOCAL lock_timeout = '100ms'"))
        announcing.announce_one(second, key)


@pytest.fixture
def nothing_unsaid(service: Service) -> Iterator[None]:
    """After the test, the feeds say all that the tables hold."""
    yield
    ends = sa.select(
        sa.select(sa.func.max(RegisterEntry.position)).scalar_subquery(),
        sa.select(sa.func.max(PublicEntry.position)).scalar_subquery(),
    )
    # Committed: what one operation forgets to say is no fault of the next.
    with Session(service.app.state.engines.write) as session, session.begin():
        before = session.execute(ends).one()
        announcing.announce(session)
        after = session.execute(ends).one()
    assert after == before


@pytest.mark.usefixtures("nothing_unsaid")
@pytest.mark.parametrize("name", WRITES)
def test_every_operation_that_writes_says_so_in_the_feeds(service: Service, name: str) -> None:
    operation = OPERATIONS[name]
    answer = service.call(name, service.things(operation.makes), service.as_(operation.by))
    assert answer.is_success, answer.text


def test_a_file_of_new_contracts_is_said(service: Service) -> None:
    reader = Harvest(service.client, REGISTER, service.as_("pilot"))
    reader.read()
    bring(service.client, service.as_("pilot"), decp_file(DEMONSTRATION))
    assert [one["change"] for one in reader.read()] == ["upsert"]
