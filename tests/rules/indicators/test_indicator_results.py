"""A figure is exact, and its bounds are those of every way to complete what is unknown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.rules.indicators.results import ClassSum, ClassSums, Result, compute, percent, rounded
from api.rules.indicators.scales import Scale, known_rate
from api.rules.indicators.vocabulary import Aggregate, Fact

OF_CLASSES = (Aggregate.COUNT, Aggregate.SHARE, Aggregate.SUM, Aggregate.SUM_SHARE)
NOTHING_LOOKED_AT = "non calculable : aucun marché dans le périmètre"
NOTHING_KNOWN = "non calculable : aucun marché dont la réponse est connue"
NO_AMOUNT_KNOWN = "non calculable : aucun montant connu parmi les marchés à additionner"
NO_AMOUNT = "non calculable : le montant total du périmètre est nul"
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


def _oracle(aggregate: Aggregate, contracts: Sequence[Contract]) -> Fraction | None:
    """The figure when everything is known, straight from its definition."""
    kept = [item for item in contracts if item.looked_at]
    if aggregate in {Aggregate.COUNT, Aggregate.SHARE}:
        part, whole = sum(bool(item.counted) for item in kept), len(kept)
    else:
        part = sum(item.amount or 0 for item in kept if item.counted)
        whole = sum(item.amount or 0 for item in kept)
    if aggregate in {Aggregate.COUNT, Aggregate.SUM}:
        return Fraction(part)
    return Fraction(100 * part, whole) if whole else None


ANSWERS = st.sampled_from([True, False, None])
CONTRACTS = st.builds(Contract, ANSWERS, ANSWERS, st.sampled_from([None, 0, 1, 2, 5]))


def _values(aggregate: Aggregate, contracts: Sequence[Contract]) -> list[Fraction]:
    amounts = aggregate in {Aggregate.SUM, Aggregate.SUM_SHARE}
    found = (_oracle(aggregate, way) for way in _completions(contracts, amounts))
    return [value for value in found if value is not None]


def _check_bounds(aggregate: Aggregate, contracts: Sequence[Contract]) -> None:
    """The bounds hold every completion, and are the tightest that do."""
    result, values = compute(aggregate, _sums(contracts)), _values(aggregate, contracts)
    if not values:
        assert (result.low, result.high) == (None, None)
        return
    assert result.low is not None
    assert result.low <= min(values)
    # A huge amount comes this near to a bound that only an endless one would reach.
    near = Fraction(10_000, ENDLESS) if aggregate is Aggregate.SUM_SHARE else 0
    assert min(values) - result.low <= near
    if result.high is None:
        assert aggregate is Aggregate.SUM
        assert max(values) >= ENDLESS
    else:
        assert 0 <= result.high - max(values) <= near


@settings(max_examples=400, deadline=None)
@given(st.lists(CONTRACTS, max_size=4))
@pytest.mark.parametrize("aggregate", [Aggregate.COUNT, Aggregate.SHARE])
def test_bounds_of_numbers_are_reached_and_never_passed(
    aggregate: Aggregate, contracts: list[Contract]
) -> None:
    _check_bounds(aggregate, contracts)


@settings(max_examples=400, deadline=None)
@given(st.lists(CONTRACTS, max_size=3))
@pytest.mark.parametrize("aggregate", [Aggregate.SUM, Aggregate.SUM_SHARE])
def test_bounds_of_amounts_are_approached_and_never_passed(
    aggregate: Aggregate, contracts: list[Contract]
) -> None:
    _check_bounds(aggregate, contracts)


@pytest.mark.parametrize(
    ("aggregate", "amounts", "most"),
    [
        (Aggregate.COUNT, [0], 4),
        (Aggregate.SHARE, [0], 4),
        (Aggregate.SUM, [None, 0, 2], 2),
        (Aggregate.SUM_SHARE, [None, 0, 2], 2),
    ],
)
def test_bounds_hold_for_every_register_of_a_few_contracts(
    aggregate: Aggregate, amounts: list[int | None], most: int
) -> None:
    kinds = [Contract(*kind) for kind in product([True, None], [True, False, None], amounts)]
    for size in range(most + 1):
        for contracts in combinations_with_replacement(kinds, size):
            _check_bounds(aggregate, contracts)


@settings(max_examples=200, deadline=None)
@given(st.lists(CONTRACTS, max_size=6))
def test_the_share_of_a_figure_is_the_figure_of_the_share(contracts: list[Contract]) -> None:
    sums = _sums(contracts)
    for plain, part in (
        (Aggregate.COUNT, Aggregate.SHARE),
        (Aggregate.SUM, Aggregate.SUM_SHARE),
    ):
        figure, share = compute(plain, sums), compute(part, sums)
        assert (figure.share, figure.share_low, figure.share_high) == (
            share.value,
            share.low,
            share.high,
        )


@settings(max_examples=200, deadline=None)
@given(st.lists(CONTRACTS, max_size=6), st.sampled_from(OF_CLASSES))
def test_a_figure_is_that_of_the_contracts_whose_answer_is_known(
    contracts: list[Contract], aggregate: Aggregate
) -> None:
    result = compute(aggregate, _sums(contracts))
    known = [item for item in contracts if item.looked_at and item.counted is not None]
    if result.value is not None:
        assert result.value == _oracle(aggregate, known)
        assert result.low is not None
        assert result.low <= result.value
        assert result.high is None or result.value <= result.high
    assert (result.reason is None) is (result.value is not None)


@settings(max_examples=200, deadline=None)
@given(st.lists(CONTRACTS, max_size=6), st.sampled_from(OF_CLASSES))
def test_knowing_everything_leaves_no_doubt(
    contracts: list[Contract], aggregate: Aggregate
) -> None:
    known = [
        item
        for item in contracts
        if item.looked_at is not None and item.counted is not None and item.amount is not None
    ]
    result = compute(aggregate, _sums(known))
    assert result.unknown == 0
    assert result.low == result.value == result.high
    assert result.completeness in {None, 1}


def _of(aggregate: Aggregate, **classes: tuple[int, int, int]) -> Result:
    return compute(
        aggregate, ClassSums(**{name: ClassSum(*sums) for name, sums in classes.items()})
    )


def test_a_number_counts_only_what_is_surely_counted() -> None:
    result = _of(
        Aggregate.COUNT, tt=(3, 0, 0), tf=(5, 0, 0), tu=(2, 0, 0), ut=(1, 0, 0), uf=(4, 0, 0)
    )
    assert (result.value, result.numerator, result.denominator) == (
        Fraction(3),
        Fraction(3),
        Fraction(8),
    )
    assert (result.unknown, result.low, result.high) == (3, Fraction(3), Fraction(6))
    assert result.share == Fraction(300, 8)
    assert result.completeness == Fraction(8, 11)
    assert f"{known_rate(result.completeness)}" == "0.7273"
    assert f"{known_rate(Fraction(99_999, 100_000))}" == "0.9999"
    assert known_rate(Fraction(1)) == 1


def test_a_share_also_doubts_what_might_be_outside_its_perimeter() -> None:
    result = _of(Aggregate.SHARE, tt=(3, 0, 0), tf=(5, 0, 0), tu=(2, 0, 0), uf=(4, 0, 0))
    assert (result.value, result.unknown) == (Fraction(300, 8), 6)
    assert (result.low, result.high) == (Fraction(300, 14), Fraction(500, 10))


def test_an_amount_counted_but_not_said_is_unknown_and_has_no_ceiling() -> None:
    result = _of(Aggregate.SUM, tt=(2, 500, 1), tf=(1, 300, 0))
    assert (result.value, result.unknown) == (Fraction(500), 1)
    assert (result.low, result.high) == (Fraction(500), None)
    assert (result.known, result.numerator, result.denominator) == (2, Fraction(500), Fraction(800))


def test_a_share_of_amounts_doubts_each_amount_not_said() -> None:
    result = _of(Aggregate.SUM_SHARE, tt=(2, 500, 1), tf=(2, 500, 1))
    assert (result.value, result.known, result.unknown) == (Fraction(50), 2, 2)
    assert (result.low, result.high) == (Fraction(0), Fraction(100))


@pytest.mark.parametrize(
    ("aggregate", "classes", "reason"),
    [
        (Aggregate.SHARE, {}, NOTHING_LOOKED_AT),
        (Aggregate.SUM_SHARE, {}, NOTHING_LOOKED_AT),
        (Aggregate.SHARE, {"uf": (1, 0, 0)}, NOTHING_KNOWN),
        (Aggregate.COUNT, {"tu": (2, 0, 0)}, NOTHING_KNOWN),
        (Aggregate.SUM, {"tu": (2, 100, 0)}, NOTHING_KNOWN),
        (Aggregate.SUM, {"tt": (2, 0, 2), "tf": (1, 100, 0)}, NO_AMOUNT_KNOWN),
        (Aggregate.SUM_SHARE, {"uu": (1, 100, 0)}, NOTHING_KNOWN),
        (Aggregate.SUM_SHARE, {"tt": (1, 0, 1)}, NO_AMOUNT_KNOWN),
        (Aggregate.SUM_SHARE, {"tt": (1, 0, 0)}, NO_AMOUNT),
    ],
)
def test_a_figure_that_cannot_be_told_says_why_and_is_not_zero(
    aggregate: Aggregate, classes: dict[str, tuple[int, int, int]], reason: str
) -> None:
    result = _of(aggregate, **classes)
    assert result.value is None
    assert result.reason == reason


@pytest.mark.parametrize("aggregate", [Aggregate.COUNT, Aggregate.SUM])
def test_no_contract_at_all_is_a_true_zero(aggregate: Aggregate) -> None:
    result = _of(aggregate)
    assert (result.value, result.low, result.high) == (Fraction(0),) * 3
    assert result.reason is None
    assert result.completeness is None
    assert result.share is None


@pytest.mark.parametrize(
    ("scale", "value", "shown"),
    [
        (Scale.WHOLE, Fraction(12), "12"),
        (Scale.EUROS, Fraction(2_500_050), "25000.50"),
        (Scale.EUROS, Fraction(10**17), "1000000000000000.00"),
        (Scale.HOURS, Fraction(141), "35.25"),
        (Scale.SCORE, Fraction(4651, 3), "15.50"),
        (Scale.PERCENT, Fraction(100, 3), "33.33"),
        (Scale.PERCENT, Fraction(200, 3), "66.67"),
        (Scale.PERCENT, Fraction(12_345, 1000), "12.35"),
        (Scale.PERCENT, Fraction(-12_345, 1000), "-12.35"),
        (Scale.PERCENT, Fraction(12_344_999, 1_000_000), "12.34"),
        (Scale.PERCENT, Fraction(100), "100.00"),
        (Scale.PERCENT, Fraction(1, 200), "0.01"),
        (Scale.NUMBER, Fraction(30_000), "30000"),
        (Scale.NUMBER, Fraction(1_234_567, 1_000_000), "1.234567"),
        (Scale.NUMBER, Fraction(10, 3), "3.33"),
        (Scale.NUMBER, Fraction(0), "0"),
    ],
)
def test_a_figure_is_rounded_only_to_be_shown(scale: Scale, value: Fraction, shown: str) -> None:
    assert str(rounded(scale, value)) == shown


def test_what_is_not_known_is_not_rounded_to_zero() -> None:
    assert rounded(Scale.PERCENT, None) is None
    assert percent(None) is None
    assert percent(Fraction(1, 3)) == Decimal("0.33")


@settings(max_examples=300, deadline=None)
@given(st.lists(CONTRACTS, max_size=4))
def test_the_interval_of_an_average_holds_every_completion(contracts: list[Contract]) -> None:
    result = compute(Aggregate.AVERAGE, _sums(contracts))
    for way in _completions(contracts, amounts=True):
        kept = [item.amount or 0 for item in way if item.looked_at and item.counted]
        if kept:
            average = Fraction(sum(kept), len(kept))
            assert result.low is not None
            assert result.low <= average
            assert result.high is None or average <= result.high


@settings(max_examples=100, deadline=None)
@given(st.lists(CONTRACTS, max_size=5))
def test_an_average_is_exact_over_the_values_that_are_known(contracts: list[Contract]) -> None:
    result = compute(Aggregate.AVERAGE, _sums(contracts))
    known = [
        item.amount
        for item in contracts
        if item.looked_at and item.counted and item.amount is not None
    ]
    assert result.value == (Fraction(sum(known), len(known)) if known else None)
    assert (result.reason is None) is (result.value is not None)


@pytest.mark.parametrize(
    ("classes", "reason"),
    [
        ({}, "non calculable : aucune consultation dans le périmètre"),
        ({"tf": (1, 3, 0)}, "non calculable : aucune consultation comptée"),
        ({"tu": (1, 3, 0)}, "non calculable : aucune consultation dont la réponse est connue"),
        (
            {"tt": (2, 0, 2)},
            "non calculable : aucun nombre connu parmi les consultations à additionner",
        ),
    ],
)
def test_an_average_without_rows_says_why_with_the_noun_of_the_fact(
    classes: dict[str, tuple[int, int, int]], reason: str
) -> None:
    sums = ClassSums(**{name: ClassSum(*given) for name, given in classes.items()})
    result = compute(Aggregate.AVERAGE, sums, Fact.CONSULTATION, Scale.WHOLE)
    assert (result.value, result.reason) == (None, reason)


def test_a_share_of_two_organisations_is_recomputed_and_never_averaged() -> None:
    one = ClassSums(tt=ClassSum(1), tf=ClassSum(9))
    other = ClassSums(tt=ClassSum(1))
    assert compute(Aggregate.SHARE, one + other).value == Fraction(200, 11)
    assert sum([one, other], ClassSums()) == one + other


@settings(max_examples=100, deadline=None)
@given(st.lists(CONTRACTS, max_size=6), st.lists(CONTRACTS, max_size=6))
def test_sums_of_two_registers_are_those_of_one(
    some: list[Contract], others: list[Contract]
) -> None:
    assert _sums(some) + _sums(others) == _sums([*some, *others])


def test_rows_without_a_day_are_surely_looked_at_no_more() -> None:
    sums = ClassSums(*(ClassSum(rows, 10 * rows, 0) for rows in (1, 2, 3, 4, 5, 6)))
    assert sums.undated == ClassSums(
        ut=ClassSum(5, 50, 0), uf=ClassSum(7, 70, 0), uu=ClassSum(9, 90, 0)
    )


def test_a_value_that_is_not_known_is_out_of_the_average() -> None:
    result = _of(Aggregate.AVERAGE, tt=(3, 500, 1), tf=(2, 900, 0))
    assert (result.value, result.numerator, result.denominator) == (
        Fraction(250),
        Fraction(500),
        Fraction(2),
    )
    assert (result.known, result.unknown, result.high) == (4, 1, None)
