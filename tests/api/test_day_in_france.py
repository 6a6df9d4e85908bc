"""A year ends at midnight in Paris, not in Greenwich; a result says of which day, and by what."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

import api
from api.kit import days
from tests.conftest import DEMONSTRATION, Headers

Clock = Callable[[datetime], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the clock that tells the day: ``clock(instant)``."""

    def stop(instant: datetime) -> None:
        monkeypatch.setattr(days, "datetime", SimpleNamespace(now=instant.astimezone))

    return stop


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), date(2027, 1, 1)),
        # Two hours ahead in summer.
        (datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_paris(clock: Clock, instant: datetime, day: date) -> None:
    clock(instant)
    assert days.today() == day


def test_an_instant_that_the_database_gives_bare_is_in_utc() -> None:
    bare = datetime(2026, 12, 31, 23, 30)  # noqa: DTZ001 - as SQLite gives it
    assert days.in_utc(bare) == datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert days.in_utc(bare).astimezone(days.PARIS).date() == date(2027, 1, 1)


def test_figures_are_as_of_the_day_in_paris_and_say_what_made_them(
    client: TestClient, pilot: Headers, clock: Clock
) -> None:
    clock(datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    address = f"/api/v1/schemes/call-2023-2026/results?organisation={DEMONSTRATION}"
    before = datetime.now(UTC)
    for year, as_of in ((2026, "2026-12-31"), (2027, "2027-01-01")):
        answer = client.get(f"{address}&year={year}", headers=pilot).json()
        assert len(answer["results"]) == 13
        for one in answer["results"]:
            assert one["as_of"] == as_of
            assert one["software_version"] == api.__version__
            assert one["definition_version"] == 2
            assert one["definition_number"] >= 1
            computed = datetime.fromisoformat(one["computed_at"])
            assert before <= computed <= datetime.now(UTC)
            assert computed.tzinfo is not None
