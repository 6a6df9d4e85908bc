"""The least and the greatest value of a figure, over all that its rows may still become."""

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction

from tests.oracle.seeing import Seen, of_none, weight

Bounds = tuple[Fraction | None, Fraction | None]
# What a row may add to the whole and to the part; and how many rows have this choice.
Choice = tuple[tuple[int, int], ...]
# The best mark, in hundredths.
MARK = 2000


def total_bounds(some: Sequence[Seen], of: str | None) -> Bounds:
    """The least and the greatest total; no greatest when an unbounded number may be counted."""
    low = high = 0
    boundless = False
    for one in some:
        totals = {counted * weight(one, of) for _, counted in one.futures}
        low += min(totals)
        high += max(totals)
        if of_none(one, of) and (1, 1) in one.futures:
            high += MARK
            boundless = boundless or of != "score"
    return Fraction(low), None if boundless else Fraction(high)


def share_bounds(some: Sequence[Seen], of: str | None) -> Bounds:
    """The least and the greatest share, in per cent, over the futures in which there is one."""
    unsaid = [one for one in some if of_none(one, of)]
    choices: Counter[Choice] = Counter(
        tuple(
            (looked * weight(one, of), counted * weight(one, of))
            for looked, counted in sorted(one.futures, reverse=True)
        )
        for one in some
        if one.futures != {(0, 0)}
    )
    low, high = best_share(choices, -1), best_share(choices, 1)
    # An amount that nobody said may outweigh all the others, and it may be the only one.
    if any((1, 0) in one.futures for one in unsaid):
        low, high = Fraction(0), Fraction(0) if high is None else high
    if any((1, 1) in one.futures for one in unsaid):
        low, high = Fraction(100) if low is None else low, Fraction(100)
    return low, high


def best_share(choices: Counter[Choice], sign: int) -> Fraction | None:
    """The greatest share (``sign`` 1) or the least (-1): Dinkelbach's method, exact on fractions.

    A guess is the best one when no choice of futures beats it: the sum of the best
    ``counted - guess * looked at`` is zero. Each choice that beats it is the next guess.
    """
    guess = ratio((max(some), times) for some, times in choices.items())
    while guess is not None:
        up, down = guess.numerator, guess.denominator
        better = ratio(
            (max(some, key=lambda two: sign * (two[1] * down - up * two[0])), times)
            for some, times in choices.items()
        )
        if better is None or sign * (better - guess) <= 0:
            return guess * 100
        guess = better
    return None


def ratio(picked: Iterable[tuple[tuple[int, int], int]]) -> Fraction | None:
    """Counted over looked at; None when nothing is looked at."""
    looked = counted = 0
    for (one, two), times in picked:
        looked, counted = looked + one * times, counted + two * times
    return Fraction(counted, looked) if looked else None


def average_bounds(some: Sequence[Seen], of: str) -> Bounds:
    """An interval that holds the average of what is counted.

    Of what is in doubt each weighs between the lightest and the heaviest: as few of them as can be
    are the heaviest, one has the rest, the others are the lightest. The heaviest of them count for
    the greatest average, the lightest for the least. What nobody said may weigh nothing, or
    anything, a mark 20.
    """
    sure = [one for one in some if one.futures == {(1, 1)}]
    maybe = [one for one in some if (1, 1) in one.futures and one not in sure]
    if not sure and not maybe:
        return None, None
    total, doubt = (sum(weight(one, of) for one in part) for part in (sure, maybe))
    mute = [one for one in (*sure, *maybe) if of_none(one, of)]
    told = [weight(one, of) for one in maybe if one not in mute]
    said, bottom, top = len(told), min(told, default=0), max(told, default=0)
    light, rest = [bottom] * said, doubt - bottom * said
    for place in range(said):
        more = min(rest, top - bottom)
        light[place], rest = bottom + more, rest - more
    light.sort()
    spread = light[::-1]
    every = len(sure) + len(maybe) - said
    low = min(
        Fraction(total + sum(light[:rows]), every + rows)
        for rows in range(said + 1)
        if every or rows
    )
    if mute and of != "score":
        return low, None
    heavy = [weight(one, of) for one in sure if one not in mute] + [MARK for _ in mute]
    means = [
        Fraction(sum(heavy) + sum(spread[:rows]), len(heavy) + rows)
        for rows in range(min(said, len(spread)) + 1)
        if heavy or rows
    ]
    return low, max(means)


def minus(now: Bounds, then: Bounds) -> Bounds:
    """Where a difference lies."""
    low = None if now[0] is None or then[1] is None else now[0] - then[1]
    return low, None if now[1] is None or then[0] is None else now[1] - then[0]


def over(part: Bounds, base: Bounds) -> Bounds:
    """Where the quotient of two numbers that are never negative lies; nowhere without that."""
    if part[0] is None or base[0] is None or part[0] < 0 or base[0] < 0:
        return None, None
    low = part[0] / base[1] if base[1] else Fraction(0)
    return low, None if part[1] is None or base[0] == 0 else part[1] / base[0]
