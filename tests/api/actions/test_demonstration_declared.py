"""What the demonstration declares is of a size that one meets, and holds together."""

from itertools import pairwise

import pytest

from api.actions.expectations import SaidAs, expectation
from api.demonstration.declared import (
    BORN_OF_THE_SCHEME,
    PLAUSIBLE,
    WORDS,
    Counted,
    Declarant,
    Each,
    Level,
    Rate,
    declared,
    declared_words,
    tellable,
)
from api.schemes.loading import models

YEARS = (2024, 2025, 2026)
# What a register counts, in the years that are declared and the one before.
FACTS = {
    (name, year): 40 + year % 7
    for name in (
        *("contracts", "targeted ACTION 18", "negotiated", "negotiated amount"),
        *("spent ACTION 22", "impact_limitation", "impact_data"),
        *("assisted ACTION 23", "delivered ACTION 23", "offset ACTION 26"),
    )
    for year in range(2023, 2027)
}
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
    value, base = declared(code, year, who, FACTS)
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
        value, base = declared(code, year, who, FACTS)
        assert (base is None) is isinstance(told, Level | Counted | Each)
        moved = year - YEARS[0]
        if isinstance(told, Level):
            yearly, spread = (0, 0) if told.fixed else (10 * told.yearly, 15)
            low, high = (
                (end * (1_000 + yearly * moved + one) * who.size) // 100_000
                for end, one in ((told.low, -spread), (told.high, spread))
            )
            # One more where two years running would be the same.
            assert max(1, low) <= value <= max(1, high) + 1
        elif isinstance(told, Rate) and base:
            low, high = told.low + told.yearly * moved, told.high + told.yearly * moved
            # One of its things more or less: a small buyer counts few.
            assert low - told.noise - 1_000 / base <= 1_000 * value / base
            assert value == 1 or 1_000 * value / base <= high + told.noise


def test_what_the_register_counts_is_declared_as_it_counts_it() -> None:
    who = DECLARANTS[0]
    assert declared("CAM-18-1", 2025, who, FACTS)[1] == FACTS["contracts", 2025]
    assert declared("CAM-25-3", 2025, who, FACTS)[1] == 5 * FACTS["impact_data", 2025]
    assert declared("CAM-22-5", 2025, who, FACTS) == (FACTS["spent ACTION 22", 2025], None)
    assert tellable("CAM-25-6", 2025, FACTS)
    assert not tellable("CAM-25-6", 2025, {})
    assert tellable("CAM-22-3", 2025, {})


def test_what_comes_of_operations_and_of_clauses_is_not_declared_where_the_register_has_none() -> (
    None
):
    who = DECLARANTS[0]
    alone = {("assisted ACTION 23", 2025): 1, ("offset ACTION 26", 2025): 1}
    alone |= {("delivered ACTION 23", 2026): 1}
    twice = dict.fromkeys(alone, 2)
    for code in ("CAM-23-6a", "CAM-23-6b", "CAM-26-2"):
        assert tellable(code, 2025, alone)
        assert not tellable(code, 2024, alone)
    # The ground of an operation is told once it is delivered, not when its contract is signed.
    for code in ("CAM-23-4", "CAM-23-5"):
        assert tellable(code, 2026, alone)
        assert not tellable(code, 2025, alone)
    for code in ("CAM-23-6a", "CAM-26-2"):
        one, two = (declared(code, 2025, who, found)[0] for found in (alone, twice))
        assert two == 2 * one


def test_two_years_running_are_not_the_same_unless_it_is_fixed() -> None:
    for code, told in PLAUSIBLE.items():
        own = told if isinstance(told, Level) else getattr(told, "of", None)
        if not isinstance(own, Level):
            continue
        for who in DECLARANTS:
            numbers = [declared(code, year, who, FACTS) for year in YEARS]
            wholes = [value if base is None else base for value, base in numbers]
            assert all((one == two) is own.fixed for one, two in pairwise(wholes)), code


def test_what_is_answered_in_words_grows_and_what_is_born_of_a_scheme_is_declared() -> None:
    assert declared_words("CAM-25-5", 2024) == declared_words("CAM-25-5", 2025)
    for code in ("CAM-25-4", "CAM-23-6b"):
        before, after = (set(declared_words(code, year).split(" ; ")) for year in (2024, 2025))
        assert before < after
    assert set(PLAUSIBLE) > BORN_OF_THE_SCHEME


@pytest.mark.parametrize("who", DECLARANTS)
@pytest.mark.parametrize("year", YEARS)
def test_figures_of_the_same_things_hold_together(year: int, who: Declarant) -> None:
    def told(code: str) -> tuple[int, int | None]:
        return declared(code, year, who, FACTS)

    canteens, all_food, same = (told(f"CD62-1.1.1-{number}")[1] for number in (2, 5, 6))
    assert all_food == same
    # All food is that of canteens and that of services, and nothing else.
    assert (canteens or 0) + told("CD62-1.1.3-1")[0] == all_food
    durable, local, organic = (rate(f"CD62-1.1.1-{number}", year, who) for number in (2, 5, 6))
    assert organic < local
    assert organic < durable < 1
    assert rate("CAM-23-4", year, who) + rate("CAM-23-5", year, who) < 1
    buildings, every = (told(code)[0] for code in ("CAM-22-3", "CAM-23-2"))
    assert buildings < every
    assert told("CAM-24-7")[1] == buildings
    assert told("CAM-23-3")[1] == every
    assert told("CAM-19-3")[0] == told("CAM-18-5")[0]
    assert told("CD62-2.1.2-3")[1] == told("CD62-2.1.2-2")[0]
    assert told("CD62-1.1.3-2b") < told("CD62-1.1.3-2a")
    assert told("CD62-2.1.1.C-3a") <= told("CD62-2.1.1.C-3b")


def test_two_buyers_declare_different_figures_and_each_always_the_same() -> None:
    first, second = DECLARANTS[:2]
    told = [
        [declared(code, 2025, who, FACTS) for code in PLAUSIBLE] for who in (first, second, first)
    ]
    assert told[0] == told[2]
    assert sum(one != other for one, other in zip(told[0], told[1], strict=True)) > 70
