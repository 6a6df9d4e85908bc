"""What a clause engages to on a day, what a penalty costs, and exact numbers."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

Facts = Mapping[str, Any]


def engaged(clause: Facts, day: date) -> int | None:
    """The commitment at the end of a day; that of a framework is the sum of its orders."""
    hours_at_first = initial(clause)
    if hours_at_first is None:
        return None
    current = hours_at_first
    # Those of one day in the order they were said.
    for change in sorted(clause["changes"], key=lambda one: one["on"]):
        if change["on"] > day:
            continue
        if change["kind"] in ("order", "tranche"):
            current += added(clause, change)
        else:
            current = change["total"]
    return current


def initial(clause: Facts) -> int | None:
    """The hours of the beginning; a framework has none, and is unknown before any order."""
    if clause["by_orders"]:
        return 0 if clause["changes"] else None
    if clause["hours"] is not None or clause["calculation"] is None:
        return None if clause["hours"] is None else int(clause["hours"])
    return worked_out(clause["calculation"], clause["calculation"]["amount"])


def added(clause: Facts, change: Facts) -> int:
    """The hours of an order or of a tranche, said or worked out of its amount."""
    if change["added"] is not None:
        return int(change["added"])
    return worked_out(clause["calculation"], change["amount"])


def worked_out(terms: Facts, amount: int) -> int:
    """Amount × labour share × rate ÷ hourly cost, to the nearest quarter."""
    exact = Fraction(amount, terms["hourly_cost"])
    return half_up(4 * exact * Fraction(terms["labour_share"] * terms["rate"], 10**12))


def elapsed(clause: Facts, day: date) -> Fraction | None:
    """The share of the days of the clause that are over at the end of a day."""
    starts, ends = clause["starts_on"], clause["ends_on"]
    if starts is None or ends is None:
        return None
    whole = (ends - starts).days + 1
    return Fraction(min(max((day - starts).days + 1, 0), whole), whole)


def penalty(clause: Facts, one: Facts) -> int:
    """Cents for missing hours or for days of delay."""
    if clause["penalty_mode"] == "per_missing_hour":
        return half_up(Fraction(one["missing"] * clause["penalty_amount"], 4))
    assert clause["penalty_mode"] == "per_late_day"
    return int(one["late_days"] * clause["penalty_amount"])


def decided(one: Facts, computed: int) -> int:
    """What is applied of it; nothing as long as nobody decided."""
    known: dict[str | None, Callable[[], int]] = {
        None: lambda: 0,
        "applied": lambda: computed,
        "reduced": lambda: int(one["applied"]),
        "waived": lambda: 0,
    }
    return known[one["decision"]]()


def share(part: int, whole: int) -> Fraction | None:
    """An exact share, ``None`` of nothing."""
    return Fraction(part, whole) if whole else None


def half_up(number: Fraction | int) -> int:
    """The nearest whole number, the half upwards."""
    return floor(Fraction(number) + Fraction(1, 2))


def total(numbers: Iterable[int]) -> int:
    """Their sum."""
    return sum(numbers)
