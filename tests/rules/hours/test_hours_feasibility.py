"""The hours a purchase can hold are worked out in the open; too few are advised against."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.rules.hours.feasibility import cleaning_hours, equivalents, insertion_hours
from api.rules.hours.french import RefusedValueError


def plain(text: str) -> str:
    """The same text with ordinary spaces."""
    return " ".join(text.split())


def test_the_plain_formula_gives_200_hours_for_its_test_vector() -> None:
    found = insertion_hours(100_000_00, 800_000, 50_000, 2000)
    assert found.quarters == 200 * 4
    assert plain(found.formula) == "100 000 € HT × 80 % × 5 % ÷ 20 € = 200 h"
    assert found.rounding == "Calcul exact, sans arrondi."
    assert found.potential is None
    assert found.advised


def test_the_cleaning_formula_gives_240_hours_for_its_test_vector() -> None:
    found = cleaning_hours(480_000_00, 48, 300 * 4, 50_000)
    assert found.quarters == 240 * 4
    assert found.potential == 250_000
    assert plain(found.formula) == (
        "coût complet d’une heure = 25 € (20 € ÷ 80 %) ; potentiel = 1 − (300 h × 25 €) ÷ "
        "(480 000 € HT ÷ 48 mois) = 25 % ; 25 % × 480 000 € HT ÷ 25 € × 5 % = 240 h"
    )
    assert found.advised


def test_a_clause_is_advised_from_150_hours_exactly() -> None:
    at_limit = insertion_hours(75_000_00, 800_000, 50_000, 2000)
    assert at_limit.quarters == 150 * 4
    assert at_limit.advised
    below = insertion_hours(74_875_00, 800_000, 50_000, 2000)
    assert below.quarters == 150 * 4 - 1
    assert not below.advised
    assert plain(below.advice).startswith("149,75 h, moins de 150 h : une clause est déconseillée.")


def test_the_advice_follows_the_hours_that_are_shown() -> None:
    found = insertion_hours(74_980_00, 800_000, 50_000, 2000)  # 149.96 h
    assert found.quarters == 150 * 4
    assert found.advised
    assert plain(found.formula).endswith("≈ 150 h")


def test_rounding_is_told_with_the_figure_before_it() -> None:
    found = insertion_hours(100_000_00, 700_000, 50_000, 2300)
    assert found.quarters == 609  # 152.1739 h
    assert plain(found.formula).endswith("≈ 152,25 h")
    assert plain(found.rounding) == (
        "Arrondi au quart d’heure le plus proche (152,1739 h avant arrondi)."
    )


def test_the_equivalents_carry_their_base() -> None:
    found = insertion_hours(100_000_00, 800_000, 50_000, 2000).equivalents
    assert [plain(one) for one in found] == [
        "28,6 jours de 7 h",
        "5,7 semaines de 35 h",
        "0,1 ETP (base 1 607 h, arrondi)",
    ]


def test_another_base_of_full_time_is_told() -> None:
    assert plain(equivalents(1600 * 4, base=1600)[2]) == "1,0 ETP (base 1 600 h, arrondi)"


@pytest.mark.parametrize(
    ("taken_over", "words"), [(400, "(400 h par mois) égale"), (500, "(500 h par mois) dépasse")]
)
def test_taken_over_staff_can_leave_no_potential(taken_over: int, words: str) -> None:
    found = cleaning_hours(480_000_00, 48, taken_over * 4, 50_000)
    assert found.quarters == 0
    assert not found.advised
    assert found.potential == (0 if taken_over == 400 else -250_000)
    assert plain(found.advice).startswith(f"Aucun potentiel : le personnel à reprendre {words} ce")
    assert "(400 h par mois)" in plain(found.advice)
    assert plain(found.formula).endswith(": aucune heure")


def test_a_quarter_of_potential_is_enough_to_count() -> None:
    found = cleaning_hours(480_000_00, 48, 400 * 4 - 1, 1_000_000)
    assert found.quarters == 48  # one quarter-hour a month that no one does yet, for 48 months


def test_a_full_cost_that_does_not_end_is_told_as_approximate() -> None:
    found = cleaning_hours(480_000_00, 48, 0, 50_000, labour_share=700_000)
    assert plain(found.formula).startswith("coût complet d’une heure ≈ 28,57 € (20 € ÷ 70 %) ;")
    assert found.quarters == 840 * 4  # the cost isn't rounded in the calculation


@pytest.mark.parametrize(
    ("field", "terms"),
    [
        ("amount", (0, 800_000, 50_000, 2000)),
        ("amount", (-1, 800_000, 50_000, 2000)),
        ("labour_share", (100, 0, 50_000, 2000)),
        ("labour_share", (100, 1_000_001, 50_000, 2000)),
        ("rate", (100, 800_000, 0, 2000)),
        ("rate", (100, 800_000, 1_000_001, 2000)),
        ("hourly_cost", (100, 800_000, 50_000, 0)),
    ],
)
def test_a_term_out_of_range_is_refused_by_its_field(
    field: str, terms: tuple[int, int, int, int]
) -> None:
    with pytest.raises(RefusedValueError) as refusal:
        insertion_hours(*terms)
    assert refusal.value.field == field
    amount, labour_share, rate, hourly_cost = terms
    with pytest.raises(RefusedValueError) as refusal:
        cleaning_hours(amount, 12, 0, rate, hourly_cost, labour_share)
    assert refusal.value.field == field


def test_the_whole_of_labour_and_of_the_rate_is_admitted() -> None:
    assert insertion_hours(20_00, 1_000_000, 1_000_000, 2000).quarters == 4


@pytest.mark.parametrize(
    ("field", "months", "taken_over"), [("months", 0, 0), ("taken_over_hours_per_month", 1, -1)]
)
def test_the_terms_of_a_cleaning_contract_are_checked(
    field: str, months: int, taken_over: int
) -> None:
    with pytest.raises(RefusedValueError) as refusal:
        cleaning_hours(480_000_00, months, taken_over, 50_000)
    assert refusal.value.field == field


AMOUNTS = st.integers(min_value=1, max_value=10**12)
PARTS = st.integers(min_value=1, max_value=1_000_000)
COSTS = st.integers(min_value=1, max_value=100_00)


@given(AMOUNTS, PARTS, PARTS, COSTS)
def test_the_estimate_is_the_exact_formula_within_an_eighth_of_an_hour(
    amount: int, labour: int, rate: int, cost: int
) -> None:
    exact = Fraction(amount * labour * rate, cost * 10**12)
    assert abs(Fraction(insertion_hours(amount, labour, rate, cost).quarters, 4) - exact) <= (
        Fraction(1, 8)
    )


@given(AMOUNTS, PARTS, COSTS, st.integers(min_value=1, max_value=96))
def test_without_staff_to_take_over_both_formulas_agree(
    amount: int, rate: int, cost: int, months: int
) -> None:
    cleaning = cleaning_hours(amount, months, 0, rate, cost)
    assert cleaning.quarters == insertion_hours(amount, 800_000, rate, cost).quarters
    assert cleaning.potential == 1_000_000
