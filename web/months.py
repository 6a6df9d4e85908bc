"""Months as addresses and the API write them, « 2026-10 »: which is now, which come around it."""

import re
from collections.abc import Iterator
from datetime import datetime

from web.formats import PARIS
from web.spelling import month_to_iso

MONTH = re.compile(r"[1-9][0-9]{3}-(?:0[1-9]|1[0-2])", re.ASCII)
OFFERED = 18  # months offered in a list, from the running one back


def this_month() -> str:
    """The month it is in Paris."""
    return f"{datetime.now(PARIS):%Y-%m}"


def add_months(month: str, count: int) -> str:
    """The month ``count`` later, or earlier."""
    year, rank = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + count, 12)
    return f"{year:04}-{rank + 1:02}"


def read_month(text: str) -> str | None:
    """The month that a person typed or an address holds; None when it is none."""
    said = month_to_iso(text.strip())
    return said if MONTH.fullmatch(said) else None


def asked_month(text: str | None) -> str:
    """The month of an address; without one, the last that is over."""
    return read_month(text or "") or add_months(this_month(), -1)


def recent_months(*also: str) -> list[str]:
    """The months to choose from, the latest first, with those of ``also``."""
    now = this_month()
    return sorted({add_months(now, -back) for back in range(OFFERED)} | set(also), reverse=True)


def months_between(first: str, last: str) -> Iterator[str]:
    """Each month from the first to the last, both included."""
    month = first
    while month <= last:
        yield month
        month = add_months(month, 1)
