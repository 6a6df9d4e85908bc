"""Intervals: where a figure lies while something is unknown. None: nothing bounds that side."""

from dataclasses import dataclass
from fractions import Fraction


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
