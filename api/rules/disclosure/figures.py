"""What goes into the disclosure filter and what comes out of it.

Hours are whole quarter-hours, persons are distinct persons, rates are millionths.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Status = Literal["published", "secret"]
"""A cell of a two-way table: key of its row, key of its column."""

MILLION = 1_000_000
LOWEST_THRESHOLD, HIGHEST_THRESHOLD = 3, 20


@dataclass(frozen=True, slots=True)
class Cell:
    """One group of persons and their hours, before protection.

    ``persons``: distinct persons, or a lower bound of them when some lines are aggregated;
    ``None`` when not known, which counts as too few. ``largest``: hours of the person who has the
    most, or an upper bound of them; ``None`` when not known, which counts as dominated.
    """

    key: str
    persons: int | None
    hours: int
    largest: int | None

    @property
    def empty(self) -> bool:
        """Known to hold nobody and no hour."""
        return self.persons == 0 and self.hours == 0

    @property
    def rank(self) -> tuple[int, str]:
        """Order in which cells are hidden to protect others: the smallest first."""
        return (self.persons or 0, self.key)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The cells of one total by one attribute; every hour of the total is in exactly one cell.

    A person may be in several cells (two modalities). An attribute of which a person may have
    several values at once (two reasons of eligibility) is as many breakdowns, yes and no.
    ``sensitive``: health, justice, origin, poverty…: the higher threshold applies.
    """

    by: str
    cells: Sequence[Cell]
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Parameters of secrecy; ``ValueError`` when out of range.

    Five persons is the use among inclusion structures, eleven that of fiscal sources, 85 % that of
    INSEE for one contributor.
    """

    persons: int = 5
    sensitive: int = 11
    dominance_millionths: int = 850_000

    def __post_init__(self) -> None:
        for least in (self.persons, self.sensitive):
            if not LOWEST_THRESHOLD <= least <= HIGHEST_THRESHOLD:
                raise ValueError(
                    "Le seuil du secret statistique va de "
                    f"{LOWEST_THRESHOLD} à {HIGHEST_THRESHOLD} personnes."
                )
        if not MILLION // 2 <= self.dominance_millionths < MILLION:
            raise ValueError("Le seuil de dominance va de 50 % à moins de 100 %.")

    def least(self, sensitive: bool) -> int:
        """Fewest persons that may be published; a sensitive attribute is never less protected."""
        return max(self.persons, self.sensitive) if sensitive else self.persons


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure after protection. A secret is ``None``, never 0."""

    key: str
    status: Status
    persons: int | None
    hours: int | None


@dataclass(frozen=True, slots=True)
class Protected:
    """One total and its breakdowns, safe to publish together."""

    total: Shown
    breakdowns: Mapping[str, tuple[Shown, ...]]


DEFAULT = Thresholds()


def published(cell: Cell) -> Shown:
    """The cell as it is."""
    return Shown(cell.key, "published", cell.persons, cell.hours)


def secret(cell: Cell) -> Shown:
    """The cell without its figures."""
    return Shown(cell.key, "secret", None, None)


def why(status: Status, thresholds: Thresholds = DEFAULT, sensitive: bool = False) -> str | None:
    """What to tell the reader of a figure, in French; ``None`` when it is published.

    One text for every reason: to say which cells are small and which only protect them would
    tell the number of persons of both.
    """
    if status == "published":
        return None
    percent, rest = divmod(thresholds.dominance_millionths, MILLION // 100)
    decimals = f",{rest:04d}".rstrip("0") if rest else ""
    return (
        f"Secret statistique : moins de {thresholds.least(sensitive)} personnes, "
        f"ou une personne à plus de {percent}{decimals} % des heures, "
        "ou chiffre qui permettrait d’en déduire un autre."
    )
