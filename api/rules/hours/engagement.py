"""What a clause engages to, what is due at a date, and where the present pace leads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from api.rules.hours.feasibility import insertion_hours
from api.rules.hours.french import MILLION, RefusedValueError, half_up, percent, spaced
from api.rules.hours.quarters import IN_AN_HOUR, hours_label, nearest_quarter
from api.rules.hours.vocabulary import ChangeKind

# An order or a tranche adds hours; any other change sets a new total.
ADDING: Final = frozenset({ChangeKind.ORDER, ChangeKind.TRANCHE})


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an engagement, in quarter-hours; ``sequence`` orders those of one day.

    An order or a tranche says ``added``; an amendment, a termination or a correction says the new
    ``total``, never the difference. Raises ``RefusedValueError`` otherwise, or under zero.
    """

    on: date
    kind: ChangeKind
    total: int | None
    added: int | None
    sequence: int

    def __post_init__(self) -> None:
        adding = self.kind in ADDING
        said, other = (self.added, self.total) if adding else (self.total, self.added)
        field = "added" if adding else "total"
        if other is not None or said is None:
            wanted = "les heures ajoutées, et elles seules" if adding else "le nouveau total seul"
            raise RefusedValueError(
                field, f"Ce type de modification demande {wanted} : corrigez-la."
            )
        if said < 0:
            raise RefusedValueError(
                field,
                "Les heures ne peuvent pas être négatives : pour les diminuer, saisissez une "
                "correction avec le nouveau total.",
            )


@dataclass(frozen=True, slots=True)
class Projection:
    """Where the present pace leads: quarter-hours at the end, their rate in millionths.

    ``rate`` is ``None`` when the engagement is unknown or null.
    """

    hours: int
    rate: int | None
    sentence: str


def deltas(initial: int, changes: Sequence[Change]) -> list[int]:
    """What each change adds or takes off, in quarter-hours, in the order of ``changes``.

    They are applied by day then sequence, whatever their order here.
    """
    found = [0] * len(changes)
    current = initial
    for place in sorted(range(len(changes)), key=lambda at: _order(changes[at])):
        after = _after(current, changes[place])
        found[place], current = after - current, after
    return found


def engaged(initial: int | None, changes: Iterable[Change], at: date) -> int | None:
    """The engagement at the end of a day, the changes of that day included, in quarter-hours.

    ``None`` while no total is known: an order added to an unknown engagement stays unknown.
    """
    current = initial
    for change in sorted((one for one in changes if one.on <= at), key=_order):
        current = change.total if current is None else _after(current, change)
    return current


def due(engaged: int | None, starts_on: date | None, ends_on: date | None, at: date) -> int | None:
    """Hours due at the end of a day (R-P1): the engagement times the elapsed share of the days.

    Both end days are days of the clause; nothing before the start, everything from the end on.
    ``None`` when the engagement or a date is unknown.
    """
    elapsed = elapsed_share(starts_on, ends_on, at)
    if engaged is None or elapsed is None:
        return None
    return nearest_quarter(Fraction(engaged, IN_AN_HOUR) * elapsed)


def elapsed_share(starts_on: date | None, ends_on: date | None, at: date) -> Fraction | None:
    """The exact share of the days of a clause that are over at the end of a day, from 0 to 1."""
    if starts_on is None or ends_on is None:
        return None
    if ends_on < starts_on:
        raise RefusedValueError(
            "ends_on", "La fin de la clause précède son début : corrigez l’une des deux dates."
        )
    whole = (ends_on - starts_on).days + 1
    return Fraction(min(max((at - starts_on).days + 1, 0), whole), whole)


def projection(
    validated: int | None,
    starts_on: date | None,
    ends_on: date | None,
    at: date,
    engaged: int | None = None,
) -> Projection | None:
    """The hours at the end of the clause if the pace stays the one since its start.

    ``None`` when nothing has elapsed, or when the hours or a date are unknown.
    """
    elapsed = elapsed_share(starts_on, ends_on, at)
    if validated is None or not elapsed:
        return None
    exact = Fraction(validated) / elapsed
    hours = half_up(exact)
    rate = exact / engaged if engaged else None
    when = "à la fin" if elapsed == 1 else "à ce rythme"
    told = f"{hours_label(hours)} à la fin" if rate is None else _rate(rate)
    sentence = told if rate is None and elapsed == 1 else f"{when}, {told}"
    return Projection(hours, None if rate is None else half_up(rate * MILLION), spaced(sentence))


def order_hours(order_amount: int, labour_share: int, rate: int, hourly_cost: int) -> int:
    """The quarter-hours that an order of a framework engages to, by the formula of its clause.

    Cents, millionths, millionths, cents per hour. Raises ``RefusedValueError`` as the formula does.
    """
    return insertion_hours(order_amount, labour_share, rate, hourly_cost).quarters


def shortage(engaged: int | None, validated: int | None) -> int | None:
    """Hours missing to the engagement, never under zero; ``None`` when either is unknown."""
    return None if engaged is None or validated is None else max(0, engaged - validated)


def _order(change: Change) -> tuple[date, int]:
    return change.on, change.sequence


def _after(current: int, change: Change) -> int:
    return change.total if change.total is not None else current + (change.added or 0)


def _rate(rate: Fraction) -> str:
    # 99,6 % of an engagement must not read as the whole of it.
    if rate < 1 and half_up(rate * 100) == 100:
        return "un peu moins de 100 %"
    return percent(rate, 0)
