"""A contract is evaluated for its indicator when its buyer evaluated how it is carried out."""

from datetime import date

import pytest
from sqlmodel import Session

from api.evaluations.models import Evaluation, Side, Subject
from api.schemes.loading import models
from tests.api.indicators.edges import YEAR, a_buyer, a_contract, figure

DONE = {
    "fact": "contract",
    "aggregate": "share",
    "perimeter": "all",
    "where": {"field": "execution_evaluated", "equals": True},
}


@pytest.mark.parametrize(
    ("side", "subject", "counted"),
    [
        (Side.BUYER, Subject.EXECUTION, 1),
        (Side.BUYER, Subject.NEGOTIATION, 0),
        (Side.BUYER, Subject.TIE_BREAK, 0),
        (Side.SUPPLIER, Subject.EXECUTION, 0),
    ],
)
def test_only_an_evaluation_of_the_execution_by_the_buyer_counts(
    session: Session, side: Side, subject: Subject, counted: int
) -> None:
    buyer = a_buyer(session)
    one = a_contract(session, buyer)
    session.add(
        Evaluation(
            buyer_id=buyer.id,
            contract_id=one.id,
            side=side,
            subject=subject,
            done_on=date(YEAR + 1, 2, 1),
        )
    )
    a_contract(session, buyer)
    session.flush()
    found = figure(session, DONE, buyer)
    assert (found.numerator, found.denominator, found.unknown) == (counted, 2, 0)


def test_the_rate_of_evaluated_contracts_of_clermont_asks_it() -> None:
    (clermont,) = (one for one in models() if one.code == "clermont")
    where = clermont.definitions["CAM-21-1"].where
    assert where is not None
    assert getattr(where, "field", None) == "execution_evaluated"
