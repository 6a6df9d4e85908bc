"""How the benches measure and say it: rates of one run side by side, never a verdict on the clock.

Machines are noisy: what is compared is measured in turn, round after round, and the medians make
the ratio. A ratio is printed against what was wanted; nothing fails because a machine was busy.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

Work = Callable[[], int]


@dataclass(frozen=True)
class Measure:
    """One line: our rate, the ceiling's rate in the same run, their ratio and what was wanted."""

    subject: str
    ours: float
    ceiling: float
    unit: str
    wanted: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """Our rate over the ceiling's: 1 is as fast as the ceiling."""
        return self.ours / self.ceiling

    def __str__(self) -> str:
        wanted = ""
        if self.wanted is not None:
            word = "reached" if self.ratio >= self.wanted else "NOT reached"
            wanted = f"wanted {self.wanted:.2f}: {word}"
        note = f"  ({self.note})" if self.note else ""
        return (
            f"{self.subject:<34} {self.ours:>12,.0f} {self.unit:<12} ceiling "
            f"{self.ceiling:>12,.0f}   ratio {self.ratio:>6.2f}   {wanted}{note}"
        )


def rates(rounds: int, *works: Work) -> list[float]:
    """The median rate of each work, in what it counts per second; works take turns each round."""
    return [median(found) for found in _in_turn(rounds, works)]


def best(rounds: int, *works: Work) -> list[float]:
    """The best rate of each work: what it costs by itself, other work of the machine left out."""
    return [max(found) for found in _in_turn(rounds, works)]


def _in_turn(rounds: int, works: Sequence[Work]) -> list[list[float]]:
    seen: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, found in zip(works, seen, strict=True):
            start = time.perf_counter()
            count = work()
            found.append(count / (time.perf_counter() - start))
    return seen
