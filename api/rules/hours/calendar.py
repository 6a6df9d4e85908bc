"""Months, eligibility and due days of insertion hours: plain days, no clock, no time zone."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final, Literal

from api.rules.hours.french import RefusedValueError
from api.rules.hours.vocabulary import EvidenceFrequency

Stage = Literal["J-5", "J+1", "J+8"]

ELIGIBLE_MONTHS: Final = 24
# Latest first: the stage that a day has reached.
STAGES: Final[tuple[tuple[int, Stage], ...]] = ((8, "J+8"), (1, "J+1"), (-5, "J-5"))


def month_of(day: date) -> date:
    """The month of a day, as its first day."""
    return day.replace(day=1)


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later (or earlier), or the last of the month when it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(month: date) -> date:
    """The last day of the month."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def eligible_until(entered_on: date, months: int = ELIGIBLE_MONTHS) -> date:
    """The last day of eligibility, included: the eve of the anniversary of the entry.

    Entered on 15 January 2024, 24 months: 14 January 2026. Entered on 31 August, six months: the
    last day of February, whose month has no 31st. Raises ``RefusedValueError`` under one month.
    """
    if months < 1:
        raise RefusedValueError(
            "months", "La durée d’éligibilité est d’un mois au moins : saisissez par exemple 24."
        )
    anniversary = add_months(entered_on, months)
    if anniversary.day < entered_on.day:
        return anniversary
    return anniversary - timedelta(days=1)


def evidence_due_on(month: date, delay_days: int, frequency: EvidenceFrequency) -> date:
    """The last day to send the evidence of a month: end of its period plus the delay.

    A quarter is a calendar quarter. Raises ``RefusedValueError`` for a negative delay.
    """
    if delay_days < 0:
        raise RefusedValueError(
            "delay_days", "Le délai est un nombre de jours positif ou nul : corrigez-le."
        )
    last = month_of(month)
    if frequency is EvidenceFrequency.QUARTERLY:
        last = add_months(last, (3 - last.month) % 3)
    return month_end(last) + timedelta(days=delay_days)


def is_late(submitted_on: date | None, due_on: date, today: date) -> bool:
    """Whether the evidence came after its due day, or hasn't come and the day is past (R-H7)."""
    return (today if submitted_on is None else submitted_on) > due_on


def reminder_stage(due_on: date, today: date) -> Stage | None:
    """The reminder that a day calls for; ``None`` more than five days before the due day.

    A stage lasts until the next one, so that a day without a run of the scheduler loses nothing:
    the caller keeps what it sent and sends each stage once.
    """
    days = (today - due_on).days
    return next((stage for start, stage in STAGES if days >= start), None)
