"""No bound of an average lies where no answer can bring it."""

from fractions import Fraction
from itertools import combinations
from random import Random

import pytest

from api.rules.indicators.bounds import of_average
from api.rules.indicators.sums import ClassSum, ClassSums

TOP = 2000


def class_of(marks: list[int], unsaid: int = 0) -> ClassSum:
    least, most = (min(marks), max(marks)) if marks else (None, None)
    return ClassSum(len(marks) + unsaid, sum(marks), unsaid, least, most)


def reached(sure: list[int], maybe: list[int]) -> tuple[Fraction, Fraction]:
    """The least and the greatest of the averages that some answers give."""
    means = [
        Fraction(sum(sure) + sum(some), len(sure) + len(some))
        for number in range(len(maybe) + 1)
        for some in combinations(maybe, number)
        if len(sure) + len(some)
    ]
    return min(means), max(means)


def test_marks_that_may_count_alone_bound_their_average() -> None:
    found = of_average(ClassSum(), class_of([1300, 1450, 1400, 1650, 1500]), TOP)
    assert (found.low, found.high) == (1300, 1650)


@pytest.mark.parametrize("seed", range(200))
def test_the_interval_holds_every_average_and_little_else(seed: int) -> None:
    rng = Random(seed)  # noqa: S311 - the same marks each time
    sure = [rng.randint(0, 40) * 50 for _ in range(rng.randint(0, 3))]
    maybe = [rng.randint(0, 40) * 50 for _ in range(rng.randint(1, 6))]
    low, high = reached(sure, maybe)
    found = of_average(class_of(sure), class_of(maybe), TOP)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= low <= high <= found.high
    assert found.low >= min(sure + maybe)
    assert found.high <= max(sure + maybe)
    if not sure or len(maybe) < 3:
        assert (found.low, found.high) == (low, high)


def test_marks_nobody_said_may_be_anything() -> None:
    found = of_average(class_of([1000]), class_of([1200], unsaid=1), TOP)
    assert (found.low, found.high) == (500, 1500)


def test_the_lightest_and_the_heaviest_of_two_classes_are_those_of_both() -> None:
    both = ClassSums(tu=class_of([1300, 1400]), ut=class_of([900])).may_count
    assert (both.least, both.most) == (900, 1400)
    # A year kept before these were has none: they are not known together.
    assert (both + ClassSum(1, 500)).least is None
    assert (both + ClassSum(1, 0, 1)).least == 900
