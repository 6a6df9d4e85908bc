"""The evidence of a payment without contract asks for its contract, before what that holds."""

from typing import Any

import pytest
from sqlmodel import Session

from api.access.models import Organisation
from api.indicators import evidence
from api.indicators.period import Years, parameters
from api.indicators.schemas import EvidenceState
from api.rules.indicators.reading import read_definition
from api.spending.models import Spending
from tests.api.indicators.edges import YEAR, a_buyer, a_contract

MARKS = ("fair_trade",)


@pytest.fixture
def buyer(session: Session) -> Organisation:
    """A buyer that has nothing yet."""
    return a_buyer(session)


def _asked(session: Session, buyer: Organisation, where: dict[str, Any]) -> list[set[str]]:
    form = {"fact": "spending", "aggregate": "sum", "of": "amount", "where": where}
    given = parameters([buyer.id], Years(YEAR, YEAR))
    items, _ = evidence.page(
        session, read_definition(form, MARKS), EvidenceState.UNKNOWN, given, 10, None
    )
    return sorted(({fill.text for fill in one.to_fill} for one in items), key=str)


@pytest.mark.parametrize(
    ("where", "of_contract"),
    [
        ({"mark": "fair_trade"}, "dire si le marché"),
        ({"supplier": {"field": "size", "equals": "pme"}}, "indiquer le titulaire du marché"),
    ],
)
def test_a_payment_without_contract_asks_to_be_attached(
    session: Session, buyer: Organisation, where: dict[str, Any], of_contract: str
) -> None:
    contract = a_contract(session, buyer)
    for contract_id in (None, contract.id):
        session.add(Spending(buyer_id=buyer.id, year=YEAR, amount=100, contract_id=contract_id))
    session.flush()
    told = _asked(session, buyer, where)
    assert {"rattacher la dépense à son contrat"} in told
    (other,) = (one for one in told if one != {"rattacher la dépense à son contrat"})
    assert all(words.startswith(of_contract) for words in other)
