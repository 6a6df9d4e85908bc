"""Intervals: where a figure lies while something is unknown. None: nothing bounds that side."""

from dataclasses import dataclass
from fractions import Fraction

from api.rules.indicators.sums import ClassSum


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``low`` to ``high``, both included."""

    low: Fraction | None
    high: Fraction | None

    def minus(self, other: "Interval") -> "Interval":
        """Where the difference lies."""
        low = None if self.low is None or other.high is None else self.low - other.high
        high = None if self.high is None or other.low is None else self.high - other.low
        return Interval(low, high)

    def times(self, factor: int) -> "Interval":
        """Where the figure lies, ``factor`` (positive) times larger."""
        return Interval(
            None if self.low is None else self.low * factor,
            None if self.high is None else self.high * factor,
        )


NOWHERE = Interval(None, None)


def quotient(part: Interval, base: Interval) -> Interval:
    """Where the quotient of two figures that are never negative lies.

    Without a lower bound of the part, or where that is negative, nothing is known of it.
    """
    if part.low is None or part.low < 0 or base.low is None or base.low < 0:
        return NOWHERE
    low = Fraction(0) if not base.high else part.low / base.high
    high = None if part.high is None or not base.low else part.high / base.low
    return Interval(low, high)


def of_sum(candidates: ClassSum, greatest: int | None) -> Fraction | None:
    """The most that these rows weigh together; ``greatest``: what one of them does at most."""
    if candidates.without_weight and greatest is None:
        return None
    return Fraction(candidates.weight + candidates.without_weight * (greatest or 0))


def of_average(sure: ClassSum, maybe: ClassSum, greatest: int | None) -> Interval:
    """An interval that holds the average, whatever is unknown.

    Only the sums of the rows that may count are known, not each of them. Highest: as few of them as
    can weigh what they weigh together count. Lowest: those few are the ones that do not, and the
    numbers that nobody said are zero.
    """
    if not sure.rows and not maybe.rows:
        return NOWHERE
    low = _least_average(sure, maybe, greatest)
    unsaid = sure.without_weight + maybe.without_weight
    total = of_sum(ClassSum(sure.rows, sure.weight, unsaid), greatest)
    if total is None:
        return Interval(low, None)
    rows = sure.rows + maybe.without_weight
    full = 0 if greatest is None else min(maybe.weight // greatest, maybe.weights)
    highest = [
        (total + _together(maybe.weight, some, greatest)) / (rows + some)
        for some in (full, min(full + 1, maybe.weights))
        if rows + some
    ]
    return Interval(low, max(highest))


def _least_average(sure: ClassSum, maybe: ClassSum, greatest: int | None) -> Fraction:
    """The least average: past the rows that may weigh nothing, the next one has what the heavy ones
    leave; more of these would only raise it."""
    heavy = min(1, maybe.weight) if greatest is None else -(-maybe.weight // greatest)
    light = maybe.weights - min(heavy, maybe.weights)
    rows = sure.rows + maybe.without_weight
    return min(
        Fraction(
            sure.weight + maybe.weight - _together(maybe.weight, maybe.weights - some, greatest),
            rows + some,
        )
        for some in {light, min(light + 1, maybe.weights)}
        if rows + some
    )


def _together(weight: int, rows: int, greatest: int | None) -> int:
    """The most that some of the rows weigh, of those that weigh ``weight`` together."""
    if greatest is None:
        return weight if rows else 0
    return min(weight, rows * greatest)
