"""A figure is exact, and its bounds are those of every way to complete what is unknown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.rules.indicators import results
from api.rules.indicators.results import ClassSum, ClassSums, Result, compute, percent, rounded
from api.rules.indicators.vocabulary import Measure

ENDLESS = 10**12  # stands for an unknown amount that grows without end


@dataclass(frozen=True)
class Contract:
    looked_at: bool | None
    counted: bool | None
    amount: int | None


def _sums(contracts: Sequence[Contract]) -> ClassSums:
    """What the database gives: one pass, no arithmetic of indicators."""
    letters = {True: "t", False: "f", None: "u"}
    found: dict[str, ClassSum] = {}
    for item in contracts:
        if item.looked_at is not False:
            name = letters[item.looked_at] + letters[item.counted]
            one = ClassSum(1, item.amount or 0, int(item.amount is None))
            found[name] = found.get(name, ClassSum()) + one
    return ClassSums(**found)


def _completions(contracts: Sequence[Contract], amounts: bool) -> Iterator[list[Contract]]:
    """Every way to answer all that is unknown (amounts: at a few values, one of them huge)."""

    def answers(value: bool | None) -> tuple[bool, ...]:
        return (True, False) if value is None else (value,)

    def sizes(value: int | None) -> tuple[int, ...]:
        if not amounts:
            return (0,)
        return (0, 1, ENDLESS) if value is None else (value,)

    ways = [
        list(product(answers(item.looked_at), answers(item.counted), sizes(item.amount)))
        for item in contracts
    ]
    for way in product(*ways):
        yield [Contract(*answer) for answer in way]


def _oracle(measure: Measure, contracts: Sequence[Contract]) -> Fraction | None:
    """The figure when everything is known, straight from its definition."""
    kept = [item for item in contracts if item.looked_at]
    if measure in {Measure.COUNT, Measure.SHARE}:
        part, whole = sum(bool(item.counted) for item in kept), len(kept)
    else:
        part = sum(item.amount or 0 for item in kept if item.counted)
        whole = sum(item.amount or 0 for item in kept)
    if measure in {Measure.COUNT, Measure.AMOUNT}:
        return Fraction(part)
    return Fraction(100 * part, whole) if whole else None


ANSWERS = st.sampled_from([True, False, None])
CONTRACTS = st.builds(Contract, ANSWERS, ANSWERS, st.sampled_from([None, 0, 1, 2, 5]))


def _values(measure: Measure, contracts: Sequence[Contract]) -> list[Fraction]:
    amounts = measure in {Measure.AMOUNT, Measure.AMOUNT_SHARE}
    found = (_oracle(measure, way) for way in _completions(contracts, amounts))
    return [value for value in found if value is not None]


def _check_bounds(measure: Measure, contracts: Sequence[Contract]) -> None:
    """The bounds hold every completion, and are the tightest that do."""
    result, values = compute(measure, _sums(contracts)), _values(measure, contracts)
    if not values:
        assert (result.low, result.high) == (None, None)
        return
    assert result.low is not None
    assert result.low <= min(values)
    # A huge amount comes this near to a bound that only an endless one would reach.
    near = Fraction(10_000, ENDLESS) if measure is Measure.AMOUNT_SHARE else 0
    assert min(values) - result.low <= near
    if result.high is None:
        assert measure is Measure.AMOUNT
        assert max(values) >= ENDLESS
    else:
        assert 0 <= result.high - max(values) <= near


@settings(max_examples=400, deadline=None)
@given(st.lists(CONTRACTS, max_size=4))
@pytest.mark.parametrize("measure", [Measure.COUNT, Measure.SHARE])
def test_bounds_of_numbers_are_reached_and_never_passed(
    measure: Measure, contracts: list[Contract]
) -> None:
    _check_bounds(measure, contracts)


@settings(max_examples=400, deadline=None)
@given(st.lists(CONTRACTS, max_size=3))
@pytest.mark.parametrize("measure", [Measure.AMOUNT, Measure.AMOUNT_SHARE])
def test_bounds_of_amounts_are_approached_and_never_passed(
    measure: Measure, contracts: list[Contract]
) -> None:
    _check_bounds(measure, contracts)


@pytest.mark.parametrize(
    ("measure", "amounts", "most"),
    [
        (Measure.COUNT, [0], 4),
        (Measure.SHARE, [0], 4),
        (Measure.AMOUNT, [None, 0, 2], 2),
        (Measure.AMOUNT_SHARE, [None, 0, 2], 2),
    ],
)
def test_bounds_hold_for_every_register_of_a_few_contracts(
    measure: Measure, amounts: list[int | None], most: int
) -> None:
    kinds = [Contract(*kind) for kind in product([True, None], [True, False, None], amounts)]
    for size in range(most + 1):
        for contracts in combinations_with_replacement(kinds, size):
            _check_bounds(measure, contracts)


@settings(max_examples=200, deadline=None)
@given(st.lists(CONTRACTS, max_size=6))
def test_the_share_of_a_figure_is_the_figure_of_the_share(contracts: list[Contract]) -> None:
    sums = _sums(contracts)
    for plain, part in (
        (Measure.COUNT, Measure.SHARE),
        (Measure.AMOUNT, Measure.AMOUNT_SHARE),
    ):
        figure, share = compute(plain, sums), compute(part, sums)
        assert (figure.share, figure.share_low, figure.share_high) == (
            share.value,
            share.low,
            share.high,
        )


@settings(max_examples=200, deadline=None)
@given(st.lists(CONTRACTS, max_size=6), st.sampled_from(Measure))
def test_a_figure_is_that_of_the_contracts_whose_answer_is_known(
    contracts: list[Contract], measure: Measure
) -> None:
    result = compute(measure, _sums(contracts))
    known = [item for item in contracts if item.looked_at and item.counted is not None]
    if result.value is not None:
        assert result.value == _oracle(measure, known)
        assert result.low is not None
        assert result.low <= result.value
        assert result.high is None or result.value <= result.high
    assert (result.reason is None) is (result.value is not None)


@settings(max_examples=200, deadline=None)
@given(st.lists(CONTRACTS, max_size=6), st.sampled_from(Measure))
def test_knowing_everything_leaves_no_doubt(contracts: list[Contract], measure: Measure) -> None:
    known = [
        item
        for item in contracts
        if item.looked_at is not None and item.counted is not None and item.amount is not None
    ]
    result = compute(measure, _sums(known))
    assert result.unknown == 0
    assert result.low == result.value == result.high
    assert result.completeness in {None, 1}


def _of(measure: Measure, **classes: tuple[int, int, int]) -> Result:
    return compute(measure, ClassSums(**{name: ClassSum(*sums) for name, sums in classes.items()}))


def test_a_number_counts_only_what_is_surely_counted() -> None:
    result = _of(
        Measure.COUNT, tt=(3, 0, 0), tf=(5, 0, 0), tu=(2, 0, 0), ut=(1, 0, 0), uf=(4, 0, 0)
    )
    assert (result.value, result.numerator, result.denominator) == (Fraction(3), 3, 8)
    assert (result.unknown, result.low, result.high) == (3, Fraction(3), Fraction(6))
    assert result.share == Fraction(300, 8)
    assert result.completeness == Fraction(8, 11)


def test_a_share_also_doubts_what_might_be_outside_its_perimeter() -> None:
    result = _of(Measure.SHARE, tt=(3, 0, 0), tf=(5, 0, 0), tu=(2, 0, 0), uf=(4, 0, 0))
    assert (result.value, result.unknown) == (Fraction(300, 8), 6)
    assert (result.low, result.high) == (Fraction(300, 14), Fraction(500, 10))


def test_an_amount_counted_but_not_said_is_unknown_and_has_no_ceiling() -> None:
    result = _of(Measure.AMOUNT, tt=(2, 500, 1), tf=(1, 300, 0))
    assert (result.value, result.unknown) == (Fraction(500), 1)
    assert (result.low, result.high) == (Fraction(500), None)
    assert (result.known, result.numerator, result.denominator) == (2, 500, 800)


def test_a_share_of_amounts_doubts_each_amount_not_said() -> None:
    result = _of(Measure.AMOUNT_SHARE, tt=(2, 500, 1), tf=(2, 500, 1))
    assert (result.value, result.known, result.unknown) == (Fraction(50), 2, 2)
    assert (result.low, result.high) == (Fraction(0), Fraction(100))


@pytest.mark.parametrize(
    ("measure", "classes", "reason"),
    [
        (Measure.SHARE, {}, results.NOTHING_LOOKED_AT),
        (Measure.AMOUNT_SHARE, {}, results.NOTHING_LOOKED_AT),
        (Measure.SHARE, {"uf": (1, 0, 0)}, results.NOTHING_KNOWN),
        (Measure.COUNT, {"tu": (2, 0, 0)}, results.NOTHING_KNOWN),
        (Measure.AMOUNT, {"tu": (2, 100, 0)}, results.NOTHING_KNOWN),
        (Measure.AMOUNT, {"tt": (2, 0, 2), "tf": (1, 100, 0)}, results.NO_AMOUNT_KNOWN),
        (Measure.AMOUNT_SHARE, {"uu": (1, 100, 0)}, results.NOTHING_KNOWN),
        (Measure.AMOUNT_SHARE, {"tt": (1, 0, 1)}, results.NO_AMOUNT_KNOWN),
        (Measure.AMOUNT_SHARE, {"tt": (1, 0, 0)}, results.NO_AMOUNT),
    ],
)
def test_a_figure_that_cannot_be_told_says_why_and_is_not_zero(
    measure: Measure, classes: dict[str, tuple[int, int, int]], reason: str
) -> None:
    result = _of(measure, **classes)
    assert result.value is None
    assert result.reason == reason


@pytest.mark.parametrize("measure", [Measure.COUNT, Measure.AMOUNT])
def test_no_contract_at_all_is_a_true_zero(measure: Measure) -> None:
    result = _of(measure)
    assert (result.value, result.low, result.high) == (Fraction(0),) * 3
    assert result.reason is None
    assert result.completeness is None
    assert result.share is None


@pytest.mark.parametrize(
    ("measure", "value", "shown"),
    [
        (Measure.COUNT, Fraction(12), "12"),
        (Measure.AMOUNT, Fraction(2_500_050), "25000.50"),
        (Measure.AMOUNT, Fraction(10**17), "1000000000000000.00"),
        (Measure.SHARE, Fraction(100, 3), "33.33"),
        (Measure.SHARE, Fraction(200, 3), "66.67"),
        (Measure.SHARE, Fraction(12_345, 1000), "12.35"),
        (Measure.SHARE, Fraction(12_344_999, 1_000_000), "12.34"),
        (Measure.AMOUNT_SHARE, Fraction(100), "100.00"),
        (Measure.AMOUNT_SHARE, Fraction(1, 200), "0.01"),
    ],
)
def test_a_figure_is_rounded_only_to_be_shown(
    measure: Measure, value: Fraction, shown: str
) -> None:
    assert str(rounded(measure, value)) == shown


def test_what_is_not_known_is_not_rounded_to_zero() -> None:
    assert rounded(Measure.SHARE, None) is None
    assert percent(None) is None
    assert percent(Fraction(1, 3)) == Decimal("0.33")
