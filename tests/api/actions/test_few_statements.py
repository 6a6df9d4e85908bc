"""Lists and campaigns take as many statements for a hundred rows as for one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from tests.api.actions.saying import World, world
from tests.cases.actions import event
from tests.conftest import DEMONSTRATION
from tests.operation import Things
from tests.operations import Service

MEASURED = ("PART", "KWH", "NOMBRE", "TAUX", "ECART")


@pytest.fixture(scope="module")
def made(service: Service) -> World:
    """A scheme of which much was said."""
    one = world(service)
    for name in MEASURED:
        answer = one.measure(name, value="1", **({"base": "2"} if name == "PART" else {}))
        assert answer.status_code == 200, answer.text
    one.milestone("JALON", done=False)
    opened = one.campaign().json()
    for name in MEASURED:
        one.assign(opened, name, directorate_id=service.directorate())
    for year in (2024, 2026):
        one.campaign(year=year, due_on="2026-12-31")
    for _ in range(3):
        body = event(Things(DEMONSTRATION, code=one.code))
        service.make("/api/v1/events", body, "pilot")
    return one


@contextmanager
def counted(service: Service) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(*call: Any) -> None:
        sent.append(call[2])

    engines = service.app.state.engines
    # The other one is a view of it, and tells it what it sends.
    engine = engines.read if engines.read.dialect.name == "sqlite" else engines.write
    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/measures?scheme={code}", 2),
        ("/milestones?scheme={code}", 2),
        ("/events?scheme={code}", 2),
        ("/campaigns?scheme={code}", 1),
        ("/duties?year=2025", 1),
        ("/duties/reminders?days=366", 1),
        (f"/action-states?organisation={DEMONSTRATION}&scheme={{code}}&year=2025", 4),
    ],
)
def test_a_list_takes_the_same_few_statements(
    service: Service, made: World, path: str, most: int
) -> None:
    account = "directorate" if "duties" in path else "pilot"
    service.as_(account)
    address = f"/api/v1{path.format(code=made.code)}"
    with counted(service) as sent:
        found = service.get(address, account)
    rows = found["items"] if isinstance(found, dict) else found
    assert rows
    # The rights of the actor are one more.
    asked = [one for one in sent if not one.startswith(("BEGIN", "PRAGMA"))]
    assert len(asked) == most + 1, asked


def test_a_campaign_is_read_in_three_statements(service: Service, made: World) -> None:
    (listed,) = service.get(f"/api/v1/campaigns?scheme={made.code}&year=2025")["items"]
    with counted(service) as sent:
        rows = made.rows(listed)
    assert len(rows) == 10
    asked = [one for one in sent if not one.startswith(("BEGIN", "PRAGMA"))]
    assert len(asked) == 4, asked
