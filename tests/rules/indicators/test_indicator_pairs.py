"""A quotient of two numbers of the same rows keeps the rows of which both are known."""

from fractions import Fraction
from typing import Any

import pytest

from api.reference.marks import MARKS
from api.rules.indicators.evaluation import Facts, FactValue, Row, tally, unsaid
from api.rules.indicators.explain import explain
from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.figures import figure_of
from api.rules.indicators.phrases import to_fill
from api.rules.indicators.reading import read_definition, write_definition
from api.rules.indicators.results import Result
from api.rules.indicators.vocabulary import Aggregate, Definition, Fact, Mark, leaves

HELD = {"field": "state", "equals": "held"}
PRESENT: dict[str, Any] = {
    "fact": "event",
    "aggregate": "ratio",
    "of": "participants",
    "where": HELD,
    "over": {"fact": "event", "aggregate": "sum", "of": "expected", "perimeter": "all"},
}


def _read(form: dict[str, Any]) -> Definition:
    return read_definition(form, MARKS)


def _figure(form: dict[str, Any], *rows: dict[str, FactValue | None]) -> Result:
    definition = _read(form)
    facts = [Row(Facts(fields=one)) for one in rows]
    return figure_of(definition, *(tally(one, facts) for one in definition.quantities))


def _session(present: int | None, expected: int | None, state: str = "held") -> dict[str, Any]:
    return {"participants": present, "expected": expected, "state": state}


WHOLE = _session(8, 10)


@pytest.mark.parametrize("half", [_session(30, None), _session(None, 40)])
def test_a_row_of_which_one_number_is_missing_stands_in_neither_term(half: dict[str, Any]) -> None:
    found = _figure(PRESENT, WHOLE, half)
    assert (found.numerator, found.denominator) == (8, 10)
    # The row is asked once, though it stands in both terms.
    assert (found.known, found.unknown) == (1, 1)
    assert found.low is not None
    assert found.low < Fraction(8, 10)


def test_the_interval_holds_the_figure_that_the_missing_number_would_give() -> None:
    for present in (0, 20, 40):
        said = _figure(PRESENT, WHOLE, _session(present, 40))
        unsaid = _figure(PRESENT, WHOLE, _session(None, 40))
        assert said.value is not None
        assert unsaid.low is not None
        assert unsaid.low <= said.value
        assert unsaid.high is None


def test_a_row_of_the_base_alone_needs_nothing_of_the_other_term() -> None:
    found = _figure(PRESENT, WHOLE, _session(None, 5, "cancelled"))
    assert (found.numerator, found.denominator, found.unknown) == (8, 15, 0)


def test_a_row_that_may_count_above_the_line_is_known_in_neither_term() -> None:
    found = _figure(PRESENT, WHOLE, {"participants": 3, "expected": 5, "state": None})
    assert (found.numerator, found.denominator, found.unknown) == (8, 10, 1)


def test_the_number_that_lacks_is_what_is_asked_for() -> None:
    definition = _read(PRESENT)
    asked = unsaid(
        definition.looked_at or Mark(mark="x"),
        lambda leaf: None if "expected" in str(leaf) else True,
    )
    assert [to_fill(one, MARKS).field for one in asked] == ["expected"]


def test_offers_by_consultation_are_divided_by_those_whose_offers_are_known() -> None:
    over = {"fact": "consultation", "aggregate": "count", "perimeter": "all"}
    form = {"fact": "consultation", "aggregate": "ratio", "of": "offers", "over": over}
    found = _figure(form, {"offers": 6}, {"offers": None}, {"offers": 2})
    assert (found.value, found.unknown) == (4, 1)


def test_a_credit_note_is_a_known_amount() -> None:
    over = {"fact": "spending", "aggregate": "count", "perimeter": "all"}
    definition = _read({"fact": "spending", "aggregate": "ratio", "of": "amount", "over": over})
    rows = [Row(Facts(fields={"amount": one})) for one in (-500, 0, 900, None)]
    assert tally(definition.quantities[1], rows).tt.rows == 3


@pytest.mark.parametrize(
    "over",
    [
        {"fact": "contract", "aggregate": "count", "perimeter": "all"},
        {"fact": "event", "aggregate": "distinct", "of": "kind", "perimeter": "all"},
        {"fact": "event", "aggregate": "sum", "of": "participants", "perimeter": "all"},
        {"fact": "measure", "aggregate": "declared"},
    ],
)
def test_numbers_of_other_rows_ask_nothing_of_each_other(over: dict[str, Any]) -> None:
    definition = _read({"fact": "event", "aggregate": "ratio", "of": "participants", "over": over})
    assert definition.looked_at is None
    assert definition.quantities == (definition, definition.over)


@pytest.mark.parametrize(
    "fact", [one for one, spec in FACTS.items() if Aggregate.RATIO in spec.aggregates]
)
def test_every_number_of_rows_may_be_divided_by_them(fact: Fact) -> None:
    for of in FACTS[fact].weights:
        count = {"fact": fact.value, "aggregate": "count", "perimeter": "all"}
        average = _read({"fact": fact.value, "aggregate": "ratio", "of": of, "over": count})
        looked_at = leaves(average.quantities[1].looked_at)
        being = f"field='{FACTS[fact].being}'"
        asked = [str(one) for one in looked_at if being not in str(one)]
        assert asked
        assert all(f"'{of}'" in one for one in asked)


def test_the_rule_is_no_part_of_what_is_written() -> None:
    definition = _read(PRESENT)
    assert write_definition(definition)["where"] == HELD
    assert "perimeter" not in write_definition(definition)
    assert _read(write_definition(definition)) == definition


def test_the_rule_is_said_on_the_page() -> None:
    said = explain(_read(PRESENT), MARKS).perimeter
    assert said.endswith(
        "Un événement qui compte des deux côtés n’entre dans le calcul que si l’on connaît "
        "le nombre de participants et le nombre de personnes attendues\u00a0; sinon, il reste à "
        "compléter, et celui des deux que l’on connaît ne sert qu’à l’intervalle."
    )
    over = {"fact": "consultation", "aggregate": "count", "perimeter": "all"}
    form = {"fact": "consultation", "aggregate": "ratio", "of": "offers", "over": over}
    assert explain(_read(form), MARKS).perimeter.endswith(
        "Une consultation qui compte des deux côtés n’entre dans le calcul que si l’on connaît "
        "le nombre d’offres reçues\u00a0; sinon, elle reste à compléter, et celui des deux que "
        "l’on connaît ne sert qu’à l’intervalle."
    )
