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

    Of the rows that may count, what they weigh together is known, and what the lightest and the
    heaviest of them do. Highest: of so many that count, the heaviest. Lowest: the lightest, and
    the numbers that nobody said are zero.
    """
    if not sure.rows and not maybe.rows:
        return NOWHERE
    doubt = _Doubt.of(maybe, greatest)
    rows = sure.rows + maybe.without_weight
    low = min(
        Fraction(sure.weight + doubt.lightest(some), rows + some)
        for some in doubt.turns(doubt.rows - doubt.heavy, rows)
    )
    unsaid = sure.without_weight + maybe.without_weight
    total = of_sum(ClassSum(sure.rows, sure.weight, unsaid), greatest)
    if total is None:
        return Interval(low, None)
    high = max(
        Fraction(total + doubt.heaviest(some), rows + some)
        for some in doubt.turns(doubt.heavy, rows)
    )
    return Interval(low, high)


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Rows that may count, whose numbers are said: how many, what they weigh together, and between
    what each does."""

    rows: int
    weight: int
    least: int
    most: int

    @classmethod
    def of(cls, maybe: ClassSum, greatest: int | None) -> "_Doubt":
        top = maybe.weight if greatest is None else greatest
        least = 0 if maybe.least is None else maybe.least
        return cls(maybe.weights, maybe.weight, least, top if maybe.most is None else maybe.most)

    @property
    def heavy(self) -> int:
        """How many may weigh the most at once, the others weighing what is left."""
        room = self.most - self.least
        return (self.weight - self.rows * self.least) // room if room else 0

    def heaviest(self, some: int) -> int:
        """The most that so many of them weigh."""
        return min(some * self.most, self.weight - (self.rows - some) * self.least)

    def lightest(self, some: int) -> int:
        """The least that so many of them weigh."""
        return self.weight - self.heaviest(self.rows - some)

    def turns(self, around: int, rows: int) -> list[int]:
        """For how many of them counting beside ``rows`` the average may turn: between these it only
        rises, or only falls."""
        asked = (0, 1, around - 1, around, around + 1, self.rows)
        return [one for one in asked if 0 <= one <= self.rows and rows + one]
