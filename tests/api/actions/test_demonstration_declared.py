"""What the demonstration declares is of a size that one meets, and holds together."""

import pytest

from api.actions.expectations import SaidAs, expectation
from api.demonstration.declared import PLAUSIBLE, WORDS, Declarant, Level, Rate, declared
from api.schemes.loading import models

YEARS = (2024, 2025, 2026)
DECLARANTS = [Declarant(seed, size) for seed, size in ((2111, 100), (1, 100), (2, 40), (3, 25))]


def asked() -> dict[str, bool]:
    """The codes that the catalogue asks people to declare, and whether in words."""
    found = {}
    for model in models():
        for one in model.indicators:
            expected = expectation(one.definition.model_dump(mode="json"))
            if expected and expected.said is SaidAs.MEASURE:
                found[one.code] = expected.words
    return found


def rate(code: str, year: int, who: Declarant) -> float:
    value, base = declared(code, year, who)
    assert base
    return value / base


def test_every_declared_figure_of_the_catalogue_has_its_range_and_no_other() -> None:
    words = {code for code, in_words in asked().items() if in_words}
    assert set(PLAUSIBLE) == set(asked()) - words
    assert set(WORDS) == words


@pytest.mark.parametrize("who", DECLARANTS)
@pytest.mark.parametrize("code", sorted(PLAUSIBLE))
def test_a_figure_stays_where_its_range_and_its_slope_put_it(code: str, who: Declarant) -> None:
    told = PLAUSIBLE[code]
    for year in YEARS:
        value, base = declared(code, year, who)
        assert (base is None) is isinstance(told, Level)
        moved = year - YEARS[0]
        if isinstance(told, Level):
            low, high = (
                (end * (100 + told.yearly * moved + one) * who.size) // 10_000
                for end, one in ((told.low, -2), (told.high, 2))
            )
            assert max(1, low) <= value <= max(1, high)
        elif isinstance(told, Rate) and base:
            low, high = told.low + told.yearly * moved, told.high + told.yearly * moved
            # One of its things more or less: a small buyer counts few.
            assert low - 1_000 / base <= 1_000 * value / base <= high


@pytest.mark.parametrize("who", DECLARANTS)
@pytest.mark.parametrize("year", YEARS)
def test_figures_of_the_same_things_hold_together(year: int, who: Declarant) -> None:
    food = [declared(f"CD62-1.1.1-{number}", year, who)[1] for number in (2, 5, 6)]
    assert len(set(food)) == 1
    durable, local, organic = (rate(f"CD62-1.1.1-{number}", year, who) for number in (2, 5, 6))
    assert organic < local
    assert organic < durable < 1
    assert rate("CAM-23-4", year, who) + rate("CAM-23-5", year, who) < 1
    buildings, every = (declared(code, year, who)[0] for code in ("CAM-22-3", "CAM-23-2"))
    assert buildings < every
    assert declared("CAM-24-7", year, who)[1] == buildings
    assert declared("CAM-23-3", year, who)[1] == every
    assert declared("CAM-19-3", year, who)[0] == declared("CAM-18-5", year, who)[0]
    assert declared("CD62-2.1.2-3", year, who)[1] == declared("CD62-2.1.2-2", year, who)[0]
    assert declared("CD62-1.1.3-2b", year, who) < declared("CD62-1.1.3-2a", year, who)
    assert declared("CD62-2.1.1.C-3a", year, who) <= declared("CD62-2.1.1.C-3b", year, who)


def test_two_buyers_declare_different_figures_and_each_always_the_same() -> None:
    first, second = DECLARANTS[:2]
    told = [[declared(code, 2025, who) for code in PLAUSIBLE] for who in (first, second, first)]
    assert told[0] == told[2]
    assert sum(one != other for one, other in zip(told[0], told[1], strict=True)) > 70
