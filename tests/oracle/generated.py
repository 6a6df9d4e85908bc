"""Contracts full of holes and of edges, made from a seed, for the figures to be checked on."""

from dataclasses import dataclass
from datetime import date
from random import Random

from tests.oracle.seeing import Company, Fact
from tests.oracle.unsummed import set_aside

COUNT = 400
YEARS = (2023, 2024, 2025, 2026)
AMOUNTS = (2_499_999, 2_500_000, 2_500_001, 0, 1)
CPVS = ("45000000", "45233140-2", "4500000", "03450000-9", "14500000", "79710000-4")
CCAGS = ("Travaux", "Fournitures courantes et services", "Maitrise d'œuvre")
SIZES = (None, None, "micro", "pme", "eti", "ge")


@dataclass(frozen=True)
class Made:
    """A contract and the ranks of its companies in the list made with it."""

    fact: Fact
    holders: tuple[int, ...]


def made(seed: int, codes: list[str], count: int) -> tuple[list[Company], list[Made]]:
    """Companies, and contracts that speak, or not, of the marks ``codes``."""
    rng = Random(seed)  # noqa: S311 - invented data: to be repeated, not to be kept secret
    companies = [
        Company(rng.choice(SIZES), rng.choice((None, None, True, False, False, False)))
        for _ in range(60)
    ]
    return companies, [contract(rng, rank, companies, codes) for rank in range(count)]


def contract(rng: Random, rank: int, companies: list[Company], codes: list[str]) -> Made:
    """One contract; each fact is left out now and then."""
    holders = tuple(rng.sample(range(len(companies)), rng.choice((0, 1, 1, 1, 1, 2, 3, 4))))
    said = rng.choice((0.2, 0.7, 0.95))
    kind = "concession" if rng.random() < 0.08 else "marche"
    day, amount = some_day(rng), some_amount(rng)
    fact = Fact(
        reference=f"V{rank:04}",
        kind=kind,
        day=day,
        amount=amount,
        aside=set_aside(kind, amount),
        cpv=rng.choice((None, *CPVS)),
        ccag=rng.choice((None, *CCAGS)),
        marks={code: rng.random() < 0.4 for code in codes if rng.random() < said},
        companies=tuple(companies[one] for one in holders),
    )
    return Made(fact, holders)


def some_day(rng: Random) -> date | None:
    """A day, often the first or the last of a year."""
    year = rng.choice(YEARS)
    edges = (date(year, 1, 1), date(year, 12, 31), date(year, rng.randint(1, 12), 15))
    return None if rng.random() < 0.1 else rng.choice(edges)


def some_amount(rng: Random) -> int | None:
    """Cents, often at the edge of 25 000 €."""
    if rng.random() < 0.12:
        return None
    return rng.choice(AMOUNTS) if rng.random() < 0.4 else int(10 ** rng.uniform(4, 9))
