"""A row that does not count may be out of the perimeter too, and says so."""

import pytest
from sqlmodel import Session, col

from api.contracts.models import Contract, ContractMark
from api.contracts.writing import tell_marks
from api.indicators import evidence
from api.indicators.period import Years, parameters
from api.indicators.schemas import EvidenceState
from api.rules.indicators.reading import read_definition
from tests.api.indicators.edges import MARKS, YEAR, a_buyer, a_contract

WORKS = {
    "fact": "contract",
    "aggregate": "count",
    "perimeter": {"field": "cpv", "starts_with": "45"},
    "where": {"mark": "social_clause"},
}


@pytest.mark.parametrize(("cpv", "unsure"), [("45000000-7", False), (None, True)])
def test_a_row_left_out_tells_whether_its_perimeter_is_known(
    session: Session, cpv: str | None, unsure: bool
) -> None:
    buyer = a_buyer(session)
    one = a_contract(session, buyer, cpv=cpv)
    session.add(ContractMark(contract_id=one.id, code="social_clause", value=False))
    session.flush()
    tell_marks(session, col(Contract.buyer_id) == buyer.id)
    definition = read_definition(WORKS, MARKS)
    given = parameters([buyer.id], Years(YEAR, YEAR), None)
    (left_out,), _ = evidence.page(session, definition, EvidenceState.NOT_COUNTED, given, 5, None)
    assert left_out.maybe_outside is unsure
    assert evidence.counts(session, definition, given).maybe_outside == 0
