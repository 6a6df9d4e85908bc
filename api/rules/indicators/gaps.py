"""A figure against its target: which target holds for a year, and the gap in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from api.rules.indicators.results import Result, percent, rounded
from api.rules.indicators.vocabulary import Measure

NBSP = "\u00a0"
NARROW = "\u202f"


@dataclass(frozen=True, slots=True)
class Aim:
    """A target: ``year`` None holds every year; ``unit`` is the document's, "%…" for a share."""

    year: int | None
    value: Decimal
    unit: str


def aim_of(aims: Sequence[Aim], year: int) -> Aim | None:
    """The target that holds in a year: its own, else that of every year, else the next to come.

    None when every target lies in the past.
    """
    for aim in aims:
        if aim.year == year:
            return aim
    for aim in aims:
        if aim.year is None:
            return aim
    coming = [aim for aim in aims if aim.year is not None and aim.year > year]
    return min(coming, key=lambda aim: aim.year or 0, default=None)


def gap(result: Result, aim: Aim | None, direction: str) -> str | None:
    """The distance to a target in French; None without a target, a value or a common unit.

    A target in per cent is compared with the share, also for an indicator that counts.
    """
    if aim is None:
        return None
    in_percent = aim.unit.lstrip().startswith("%")
    reached = percent(result.share) if in_percent else _own(result)
    if reached is None:
        return None
    missing = aim.value - reached if direction != "down" else reached - aim.value
    when = f" {aim.year}" if aim.year else ""
    if missing <= 0:
        return f"cible{when} atteinte"
    side = "sous" if direction != "down" else "au-dessus de"
    return f"{_told(missing, in_percent, result.measure)} {side} la cible{when}"


def _own(result: Result) -> Decimal | None:
    if result.measure in (Measure.COUNT, Measure.AMOUNT):
        return rounded(result.measure, result.value)
    return None


def _told(missing: Decimal, in_percent: bool, measure: Measure) -> str:
    number = f"{missing.normalize():,f}".replace(",", NARROW).replace(".", ",")
    plural = "s" if missing >= 2 else ""
    if in_percent:
        return f"{number}{NBSP}point{plural}"
    return f"{number}{NBSP}€" if measure is Measure.AMOUNT else f"{number}{NBSP}contrat{plural}"
