"""Which day it is, where it matters: in France."""

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

PARIS: Final = ZoneInfo("Europe/Paris")


def today() -> date:
    """The day in Paris: what is dated of today is of today from midnight there, not in UTC."""
    return datetime.now(PARIS).date()


def in_utc(instant: datetime) -> datetime:
    """An instant of the database, in UTC: SQLite gives it without saying so."""
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
