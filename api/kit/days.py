"""Which day it is, where it matters: in France."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def today() -> date:
    """The day in Paris: what is dated of today is of today from midnight there, not in UTC."""
    return datetime.now(ZoneInfo("Europe/Paris")).date()
