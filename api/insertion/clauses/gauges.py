"""Where a clause stands today, from its commitment, its dates and the hours done: plain values."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from api.insertion.clauses.models import Clause
from api.rules.hours.calendar import add_months, evidence_due_on, month_of
from api.rules.hours.engagement import Projection, due, elapsed_share, projection, shortage
from api.rules.hours.french import MILLION, half_up
from api.rules.hours.vocabulary import ClauseStatus

# Hours of a month are validated the month after: a lag this small, in share of the commitment,
# is no delay.
TOLERANCE: Final = Fraction(1, 10)
EXPECTED: Final = frozenset({ClauseStatus.NOTIFIED, ClauseStatus.RUNNING})


class Risk(StrEnum):
    """Whether the hours validated keep up with those due."""

    AHEAD = "ahead"
    ON_TRACK = "on_track"
    LATE = "late"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Gauges:
    """The gauges of a clause; hours are quarter-hours, shares millionths."""

    due: int | None
    missing: int | None
    rate: int | None
    elapsed: int | None
    projection: Projection | None
    late_months: int | None
    risk: Risk


def gauges(clause: Clause, validated: int, stated: Collection[date], at: date) -> Gauges:
    """The gauges of a clause on a day: ``validated`` quarter-hours, months ``stated``."""
    draft = clause.status is ClauseStatus.DRAFT
    elapsed = elapsed_share(clause.starts_on, clause.ends_on, at)
    pace = projection(validated, clause.starts_on, clause.ends_on, at, clause.engaged)
    return Gauges(
        due=due(clause.engaged, clause.starts_on, clause.ends_on, at),
        missing=shortage(clause.engaged, validated),
        rate=half_up(Fraction(validated * MILLION, clause.engaged)) if clause.engaged else None,
        elapsed=None if elapsed is None else half_up(elapsed * MILLION),
        projection=None if draft else pace,
        late_months=late_months(clause, stated, at),
        risk=Risk.UNKNOWN if draft else risk(clause.engaged, validated, elapsed),
    )


def risk(engaged: int | None, validated: int, elapsed: Fraction | None) -> Risk:
    """Compare the share done of a commitment with the share elapsed of its days."""
    if not engaged or elapsed is None:
        return Risk.UNKNOWN
    lag = elapsed - Fraction(validated, engaged)
    if lag < 0 or validated >= engaged:
        return Risk.AHEAD
    return Risk.LATE if lag > TOLERANCE or elapsed == 1 else Risk.ON_TRACK


def late_months(clause: Clause, stated: Collection[date], at: date) -> int | None:
    """How many months whose evidence was due before ``at`` have no statement.

    Zero when none is expected: a draft, a clause that is over, a framework without any order yet.
    ``None`` when the start is unknown.
    """
    waiting_for_orders = clause.by_orders and clause.engaged is None
    if clause.status not in EXPECTED or waiting_for_orders:
        return 0
    if clause.starts_on is None:
        return None
    month, late = month_of(clause.starts_on), 0
    last = min(at, clause.ends_on) if clause.ends_on else at
    while month <= last:
        if evidence_due_on(month, clause.evidence_days, clause.evidence_frequency) >= at:
            break
        late += month not in stated
        month = add_months(month, 1)
    return late
