"""Until when the essential data of a contract may be published: the dated rules of the law.

The rules come as rows (api/reference/data/publication-deadlines.json): who has to publish, from
which day one counts, how long, and where it is written.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum

from pydantic import Field

from api.rules.dated import Sourced, in_force
from api.rules.records import ContractRecord, Kind


class Part(StrEnum):
    """What is published: the contract itself, or one of its modifications."""

    CONTRACT = "contract"
    AMENDMENT = "amendment"


class Event(StrEnum):
    """From what one counts: a day to count months from, or a day before which to publish."""

    NOTIFIED = "notified"
    BEFORE_START = "before_start"


class DeadlineRule(Sourced):
    """How long one has to publish; in force for what was notified on its days."""

    id: str
    kind: Kind
    part: Part
    event: Event
    months: int = Field(ge=0, le=24)
    amount: int | None = Field(description="Amount from which it is due, in cents; None: any.")


def publication_deadline(record: ContractRecord, rules: Sequence[DeadlineRule]) -> date | None:
    """The last day on which what ``record`` has still to publish is published in time.

    A contract of at least the amount of the rule has its months after notification, a concession
    must be out the day before its execution begins. Once the contract has its day of publication,
    the earliest of its amendments without one counts instead. ``None`` when no rule is known to
    apply: a date or the amount is unknown, the amount is lower, or nothing was in force.
    """
    if record.published_on is not None:
        waiting = [
            day
            for one in record.amendments
            if one.published_on is None
            and (day := _deadline(record, Part.AMENDMENT, one.notified_on, rules)) is not None
        ]
        if waiting:
            return min(waiting)
    return _deadline(record, Part.CONTRACT, record.notified_on, rules)


def months_after(day: date, months: int) -> date:
    """The same day some months later, else the last day of that month: 31 December → 28 February.

    As a period in months ends in French law (code de procédure civile, art. 641).
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _deadline(
    record: ContractRecord, part: Part, notified_on: date | None, rules: Iterable[DeadlineRule]
) -> date | None:
    for rule in rules:
        if (rule.kind, rule.part) != (record.kind, part) or not _reached(record, rule):
            continue
        since = record.starts_on if rule.event is Event.BEFORE_START else notified_on
        known = notified_on or since
        if since is None or known is None or not in_force(rule, known):
            continue
        if rule.event is Event.BEFORE_START:
            return since - timedelta(days=1)
        return months_after(since, rule.months)
    return None


def _reached(record: ContractRecord, rule: DeadlineRule) -> bool:
    return rule.amount is None or (record.amount is not None and record.amount >= rule.amount)
