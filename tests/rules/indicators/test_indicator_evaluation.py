"""A criterion is true, false or unknown of a contract, and tells which facts made it so."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.rules.indicators.evaluation import (
    Facts,
    FactValue,
    Row,
    class_of,
    combine,
    evaluate,
    failing,
    normal,
    tally,
    tally_by,
    unsaid,
)
from api.rules.indicators.reading import read_definition
from api.rules.indicators.sums import ClassSum, ClassSums
from api.rules.indicators.vocabulary import AllOf, AnyOf, Criterion, Leaf, Mark, Not

MARKS = {"a", "b", "c"}
ANSWERS = (True, False, None)


def _read(criterion: object) -> Criterion:
    where = read_definition({"aggregate": "count", "where": criterion}, MARKS).where
    assert where is not None
    return where


def _met(criterion: object, **contract: FactValue | None) -> bool | None:
    return evaluate(_read(criterion), Facts(fields=contract))


A, B = {"mark": "a"}, {"mark": "b"}


@pytest.mark.parametrize(("a", "b"), list(product(ANSWERS, ANSWERS)))
def test_unknown_is_neither_true_nor_false(a: bool | None, b: bool | None) -> None:
    facts = Facts(marks={"a": a, "b": b})
    both = False if False in (a, b) else None if None in (a, b) else True
    either = True if True in (a, b) else None if None in (a, b) else False
    assert evaluate(_read({"all": [A, B]}), facts) is both
    assert evaluate(_read({"any": [A, B]}), facts) is either
    assert evaluate(_read({"not": A}), facts) is (None if a is None else not a)


def test_a_mark_not_said_is_unknown() -> None:
    assert evaluate(_read(A), Facts()) is None


def test_no_criterion_keeps_every_contract() -> None:
    assert evaluate(None, Facts()) is True


@pytest.mark.parametrize(
    ("operator", "below", "exactly", "above"),
    [
        ("more_than", False, False, True),
        ("at_least", False, True, True),
        ("less_than", True, False, False),
        ("at_most", True, True, False),
        ("equals", False, True, False),
    ],
)
def test_a_threshold_is_exact_to_the_cent(
    operator: str, below: bool, exactly: bool, above: bool
) -> None:
    criterion = {"field": "amount", operator: "25000.00"}
    assert _met(criterion, amount=2_499_999) is below
    assert _met(criterion, amount=2_500_000) is exactly
    assert _met(criterion, amount=2_500_001) is above
    assert _met(criterion, amount=None) is None
    assert _met(criterion) is None


def test_days_integers_and_texts_are_compared_as_such() -> None:
    day = {"field": "notified_on", "more_than": "2026-01-31"}
    assert _met(day, notified_on=date(2026, 2, 1)) is True
    assert _met(day, notified_on=date(2026, 1, 31)) is False
    assert _met({"field": "months", "less_than": 12}, months=9) is True
    assert _met({"field": "cpv", "starts_with": "45"}, cpv="45233140-2") is True
    assert _met({"field": "cpv", "starts_with": "45"}, cpv="34500000") is False
    assert _met({"field": "kind", "one_of": ["marche"]}, kind="concession") is False
    assert _met({"field": "advance_granted", "equals": False}, advance_granted=False) is True
    assert _met({"field": "advance_granted", "equals": False}, advance_granted=None) is None


def test_a_list_of_labels_holds_one_of_them() -> None:
    criterion = {"field": "techniques", "one_of": ["Concours", "Accord-cadre"]}
    assert _met(criterion, techniques=("Catalogue électronique", "Concours")) is True
    assert _met(criterion, techniques=("Catalogue électronique",)) is False
    assert _met({"field": "techniques", "equals": "Concours"}, techniques=("Concours",)) is True
    assert _met(criterion, techniques=None) is None


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        (("pme",), True),
        (("ge", "micro"), True),
        (("ge", "pme", None), True),
        (("ge", None), None),
        (("ge", "eti"), False),
        ((), None),
    ],
)
def test_one_supplier_is_enough_and_none_said_is_unknown(
    sizes: tuple[str | None, ...], expected: bool | None
) -> None:
    criterion = _read({"supplier": {"field": "size", "one_of": ["micro", "pme"]}})
    assert evaluate(criterion, Facts(suppliers=[{"size": size} for size in sizes])) is expected


def _several(below: st.SearchStrategy[Criterion]) -> st.SearchStrategy[list[Criterion]]:
    return st.lists(below, min_size=1, max_size=3)


LEAVES = st.sampled_from([Mark(mark=code) for code in sorted(MARKS)])
CRITERIA = st.recursive(
    LEAVES,
    lambda below: st.one_of(
        below.map(lambda item: Not.model_validate({"not": item})),
        _several(below).map(lambda items: AllOf.model_validate({"all": items})),
        _several(below).map(lambda items: AnyOf.model_validate({"any": items})),
    ),
    max_leaves=6,
)
TRUTHS = st.fixed_dictionaries({code: st.sampled_from(ANSWERS) for code in sorted(MARKS)})


class Truth:
    """The answers to the three marks of these tests."""

    def __init__(self, said: dict[str, bool | None]) -> None:
        self.said = said

    def __call__(self, leaf: Leaf) -> bool | None:
        assert isinstance(leaf, Mark)
        return self.said[leaf.mark]


@given(CRITERIA, TRUTHS)
def test_pushing_the_negations_down_changes_nothing(
    criterion: Criterion, said: dict[str, bool | None]
) -> None:
    truth = Truth(said)
    value = combine(criterion, truth)
    assert combine(normal(criterion), truth) is value
    opposite = None if value is None else not value
    assert combine(normal(criterion, positive=False), truth) is opposite


@given(CRITERIA, TRUTHS)
def test_reasons_are_given_when_false_and_are_false(
    criterion: Criterion, said: dict[str, bool | None]
) -> None:
    truth = Truth(said)
    reasons = failing(criterion, truth)
    assert bool(reasons) is (combine(criterion, truth) is False)
    assert all(combine(reason, truth) is False for reason in reasons)


@given(CRITERIA, TRUTHS, st.fixed_dictionaries({code: st.booleans() for code in sorted(MARKS)}))
def test_filling_in_what_is_asked_makes_the_answer_known(
    criterion: Criterion, said: dict[str, bool | None], filled: dict[str, bool]
) -> None:
    asked = unsaid(criterion, Truth(said))
    assert bool(asked) is (combine(criterion, Truth(said)) is None)
    after = said | {leaf.mark: filled[leaf.mark] for leaf in asked if isinstance(leaf, Mark)}
    assert combine(criterion, Truth(after)) is not None


def test_what_cannot_change_the_answer_is_not_asked() -> None:
    criterion = _read({"all": [{"any": [A, B]}, {"mark": "c"}]})
    said = {"a": True, "b": None, "c": None}
    assert unsaid(criterion, Truth(said)) == (Mark(mark="c"),)


def test_hours_marks_and_percents_are_compared_in_their_exact_units() -> None:
    def met(fact: str, criterion: object, **fields: FactValue | None) -> bool | None:
        data = {"fact": fact, "aggregate": "count", "where": criterion}
        return evaluate(read_definition(data, MARKS).where, Facts(fields=fields))

    hours = {"field": "hours", "at_least": "35.25"}
    assert (met("hours_line", hours, hours=141), met("hours_line", hours, hours=140)) == (
        True,
        False,
    )
    score = {"field": "score", "more_than": "15.5"}
    assert (met("evaluation", score, score=1551), met("evaluation", score, score=1550)) == (
        True,
        False,
    )
    assert met("evaluation", score, score=None) is None
    rate = {"field": "advance_rate", "at_least": "30"}
    assert (_met(rate, advance_rate=300_000), _met(rate, advance_rate=299_999)) == (True, False)


@pytest.mark.parametrize(
    ("in_period", "looked_at", "counted", "expected"),
    [
        (True, True, True, "tt"),
        (True, True, False, "tf"),
        (True, True, None, "tu"),
        (True, None, True, "ut"),
        (None, True, True, "ut"),
        (None, True, False, "uf"),
        (None, None, None, "uu"),
        (False, None, True, None),
        (None, False, True, None),
    ],
)
def test_a_row_falls_in_the_class_of_its_two_answers(
    in_period: bool | None, looked_at: bool | None, counted: bool | None, expected: str | None
) -> None:
    data = {"aggregate": "share", "perimeter": A, "where": B}
    row = Row(Facts(marks={"a": looked_at, "b": counted}), in_period)
    assert class_of(read_definition(data, MARKS), row) == expected


def test_rows_weigh_what_their_field_says_and_an_impossible_weight_is_not_known() -> None:
    definition = read_definition({"aggregate": "sum", "of": "amount"}, MARKS)
    rows = [Row(Facts(fields={"amount": amount})) for amount in (500, 0, None, -3)]
    assert tally(definition, rows) == ClassSums(tt=ClassSum(4, 500, 2))
    counted = read_definition({"aggregate": "count"}, MARKS)
    assert tally(counted, rows) == ClassSums(tt=ClassSum(4, 0, 0))


def test_rows_are_told_apart_by_the_values_of_a_field() -> None:
    definition = read_definition({"aggregate": "distinct", "of": "supplier"}, MARKS)
    rows = [Row(Facts(fields={"supplier": held})) for held in (("x", "y"), ("x",), (), None)]
    keyed = tally_by(definition, rows)
    assert {key: sums.tt.rows for key, sums in keyed.by.items()} == {"x": 2, "y": 1, None: 2}
