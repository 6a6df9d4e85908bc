"""What is asked of a row that has no contract: which contract it is, before what that holds."""

import pytest

from api.reference.marks import MARKS
from api.rules.indicators.phrases import ToFill, to_fill
from api.rules.indicators.reading import read_definition
from api.rules.indicators.vocabulary import Fact, leaves

CONTRACT = ToFill("rattacher la dépense à son contrat", "contract_id")
SIZE = {"supplier": {"field": "size", "equals": "pme"}}
SECTION = {"field": "section", "equals": "operating"}


@pytest.mark.parametrize(
    ("criterion", "attached", "wanted"),
    [
        ({"mark": "fair_trade"}, False, CONTRACT),
        ({"mark": "fair_trade"}, True, None),
        (SIZE, False, CONTRACT),
        (SIZE, True, None),
        (SECTION, False, None),
    ],
)
def test_a_payment_without_contract_asks_for_its_contract(
    criterion: dict[str, object], attached: bool, wanted: ToFill | None
) -> None:
    form = {"fact": "spending", "aggregate": "count", "where": criterion}
    (leaf,) = leaves(read_definition(form, MARKS).where)
    assert to_fill(leaf, MARKS, Fact.SPENDING, attached) == (wanted or to_fill(leaf, MARKS))


def test_what_needs_no_contract_or_always_has_one_is_asked_as_before() -> None:
    form = {"fact": "consultation", "aggregate": "count", "where": {"mark": "reserved"}}
    (leaf,) = leaves(read_definition(form, MARKS).where)
    assert to_fill(leaf, MARKS, Fact.CONSULTATION, False) == to_fill(leaf, MARKS)
