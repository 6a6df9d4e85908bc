"""With few known answers the interval is told, and a target is met only when it surely is."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from api.rules.indicators.figures import figure_of
from api.rules.indicators.gaps import Aim, gap, met
from api.rules.indicators.reading import read_definition
from api.rules.indicators.results import Result, compute
from api.rules.indicators.sums import ClassSum, ClassSums, Declared, Step, Steps
from api.rules.indicators.words import Aggregate

NBSP = "\u00a0"

# What the rows of the perimeter are called.
ROWS = ("marché", "marchés")


def _share(yes: int, no: int, unknown: int) -> Result:
    sums = ClassSums(tt=ClassSum(yes), tf=ClassSum(no), tu=ClassSum(unknown))
    return compute(Aggregate.SHARE, sums)


def _aim(value: str, unit: str = "%") -> Aim:
    return Aim(2026, Decimal(value), unit)


@pytest.mark.parametrize(
    ("known", "unknown", "firm"),
    [(6, 78, False), (1, 1, False), (5, 5, False), (6, 5, True), (3, 0, True)],
)
def test_more_than_half_of_the_answers_make_a_figure_firm(
    known: int, unknown: int, firm: bool
) -> None:
    assert _share(known, 0, unknown).firm is firm


def test_what_nothing_bounds_or_has_no_value_is_not_told_by_an_interval() -> None:
    definition = read_definition({"fact": "measure", "aggregate": "declared"}, set())
    assert figure_of(
        definition, Declared(5, given=1) + Declared(missing=1) + Declared(missing=1)
    ).firm
    assert _share(0, 0, 4).firm
    step = read_definition({"fact": "milestone", "aggregate": "done", "period": "once"}, set())
    said = Steps(date(2026, 1, 1), (Step(False), Step(), Step()))
    assert figure_of(step, said).firm


RESERVED: dict[str, Any] = {
    "fact": "reservation",
    "aggregate": "ratio",
    "perimeter": "all",
    "where": {"field": "basis", "equals": "L2113-15"},
    "over": {"fact": "contract", "aggregate": "count", "perimeter": "all"},
}


def _of_contracts(part: ClassSums, base: ClassSums) -> Result:
    definition = read_definition(RESERVED, set())
    return figure_of(definition, part, base)


def test_a_well_known_base_hides_nothing_of_what_is_counted_over_it() -> None:
    found = _of_contracts(
        ClassSums(tt=ClassSum(1), tu=ClassSum(9)), ClassSums(tt=ClassSum(82), ut=ClassSum(1))
    )
    assert (found.known, found.unknown, found.completeness) == (1, 9, Fraction(1, 10))
    assert not found.firm
    assert found.high is not None
    assert found.high > Fraction(9, 82)


def test_a_base_that_is_the_less_known_of_both_terms_is_what_is_told() -> None:
    base = ClassSums(tt=ClassSum(60), ut=ClassSum(40))
    found = _of_contracts(ClassSums(tt=ClassSum(3), tf=ClassSum(7)), base)
    assert (found.known, found.unknown) == (60, 40)
    nothing_asked = _of_contracts(ClassSums(), base)
    assert (nothing_asked.known, nothing_asked.unknown) == (60, 40)
    assert _of_contracts(ClassSums(), ClassSums()).completeness is None


def test_a_target_that_few_answers_seem_to_meet_is_not_said_to_be_met() -> None:
    few = _share(6, 0, 78)
    assert (few.value, few.firm) == (100, False)
    assert met(few, _aim("30"), "up") is None
    assert gap(few, _aim("30"), "up") == (
        "trop peu de réponses pour dire si la cible 2026 est atteinte"
    )
    assert met(_share(7, 0, 6), _aim("30"), "up") is True


def test_a_target_that_no_answer_could_save_or_spoil_is_told() -> None:
    lost = _share(1, 39, 60)
    assert (met(lost, _aim("70"), "up"), lost.firm) == (False, False)
    assert gap(lost, _aim("70"), "up") == f"au moins 9{NBSP}points sous la cible 2026"
    won = _share(30, 10, 60)
    assert met(won, _aim("30"), "up") is True
    assert gap(won, _aim("30"), "up") == "cible 2026 atteinte"


def test_a_figure_that_should_go_down_is_judged_from_its_other_end() -> None:
    few = _share(10, 30, 60)
    assert met(few, _aim("70"), "down") is True
    assert met(few, _aim("69"), "down") is None
    assert met(few, _aim("10"), "down") is None
    assert met(few, _aim("9"), "down") is False
    assert gap(few, _aim("9"), "down") == f"au moins 1{NBSP}point au-dessus de la cible 2026"


def test_a_count_is_judged_in_the_unit_of_its_target() -> None:
    sums = ClassSums(tt=ClassSum(10), tf=ClassSum(10), tu=ClassSum(30))
    count = compute(Aggregate.COUNT, sums)
    assert met(count, _aim("10", "marchés"), "up") is True
    assert met(count, _aim("41", "marchés"), "up") is False
    assert (
        gap(count, _aim("42", "marchés"), "up", ROWS)
        == f"au moins 2{NBSP}marchés sous la cible 2026"
    )
    assert met(count, _aim("11", "marchés"), "up") is None
    assert met(count, _aim("20"), "up") is True
    assert met(count, _aim("81"), "up") is False


def test_a_gap_that_missing_answers_may_change_is_told_with_where_it_lies() -> None:
    between = f"entre 3 et 13{NBSP}points selon les réponses manquantes"
    share = _share(37, 53, 10)
    lacks = f"8,89{NBSP}points sous la cible 2026"
    assert gap(share, _aim("50"), "up") == f"{lacks}, {between}"
    count = compute(Aggregate.COUNT, ClassSums(tt=ClassSum(37), tf=ClassSum(53), tu=ClassSum(10)))
    assert gap(count, _aim("50"), "up") == f"{lacks}, {between}"
    assert gap(count, _aim("60", "marchés"), "up", ROWS) == (
        f"23{NBSP}marchés sous la cible 2026, entre 13 et 23{NBSP}marchés selon les réponses "
        "manquantes"
    )
    assert gap(_share(37, 53, 0), _aim("50"), "up") == lacks
    assert gap(share, _aim("45"), "up") == (
        f"3,89{NBSP}points sous la cible 2026, selon les réponses connues"
    )
    assert gap(share, _aim("20"), "down") == (
        f"21,11{NBSP}points au-dessus de la cible 2026, entre 17 et 27{NBSP}points selon les "
        "réponses manquantes"
    )


def test_what_nothing_bounds_above_may_still_reach_its_target() -> None:
    sums = ClassSums(tt=ClassSum(1, 500), tu=ClassSum(3, 0, 3))
    total = compute(Aggregate.SUM, sums)
    assert met(total, _aim("6", "€"), "up") is None
    assert met(total, _aim("5", "€"), "up") is True
