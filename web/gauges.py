"""The gauge of the hours of a clause as plain geometry: what is engaged, due, declared, validated.

``parts/hours.html`` draws it and says it in words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

WIDTH = 600.0


@dataclass(frozen=True, slots=True)
class HoursGauge:
    """Positions on an axis of ``WIDTH``; ``due`` is None when what is due today is unknown."""

    engaged: float
    declared: float
    validated: float
    due: float | None


def hours_gauge(clause: Mapping[str, Any]) -> HoursGauge | None:
    """The gauge of a clause of the API; None without an engagement to compare with."""
    engaged = _hours(clause["engaged"])
    if not engaged:
        return None
    declared, validated = _hours(clause["declared"]), _hours(clause["validated"])
    due = None if clause["due"] is None else _hours(clause["due"])
    top = max(engaged, declared, validated)
    return HoursGauge(
        engaged=_at(engaged, top),
        declared=_at(declared, top),
        validated=_at(validated, top),
        due=None if due is None else _at(due, top),
    )


def _hours(text: str | None) -> Decimal:
    return Decimal(text or 0)


def _at(hours: Decimal, top: Decimal) -> float:
    return round(float(min(max(hours, Decimal(0)), top) / top) * WIDTH, 1)
