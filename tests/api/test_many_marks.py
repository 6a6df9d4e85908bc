"""Marks told in packs: each one is read right, however many are asked at once."""

from datetime import date

import pytest
from sqlmodel import Session

from api.access.service import by_siret
from api.contracts import writing
from api.contracts.models import Origin
from api.contracts.writing import Written
from api.indicators.figures import Asked, compute
from api.indicators.gathering import Whose
from api.kit.columns import new_id
from api.reference.marks import MARKS
from api.rules.indicators.results import Result
from api.rules.indicators.vocabulary import Definition
from api.rules.records import ContractRecord, Kind
from tests.conftest import DEMONSTRATION

YEAR = 2017
# More than one number of 64 bits can tell, so that a second one is needed.
CODES = list(MARKS)


@pytest.fixture
def figures(session: Session) -> list[Result]:
    """One count per mark. Contract n says yes under mark n and no under the marks before it."""
    buyer = by_siret(session, DEMONSTRATION)
    assert buyer is not None
    contracts = [
        ContractRecord(
            kind=Kind.CONTRACT,
            reference=f"MANY-{number}",
            buyer_siret=DEMONSTRATION,
            notified_on=date(YEAR, 1, 1),
            marks={code: code == CODES[number] for code in CODES[: number + 1]},
        )
        for number in range(len(CODES))
    ]
    writing.insert(
        session, [Written(new_id(), buyer.id, one, (), Origin.FORM) for one in contracts]
    )
    asked = [
        Asked(new_id(), Definition.model_validate({"aggregate": "count", "where": {"mark": code}}))
        for code in CODES
    ]
    return list(compute(session, asked, Whose((buyer.id,)), [YEAR], YEAR).values())


def test_each_mark_counts_its_own_contract(figures: list[Result]) -> None:
    assert [one.numerator for one in figures] == [1] * len(CODES)


def test_a_no_is_known_and_a_silence_is_not(figures: list[Result]) -> None:
    # Under mark n, contract n says yes, those after it say no, those before it say nothing.
    assert [one.known for one in figures] == [len(CODES) - n for n in range(len(CODES))]
    assert [one.unknown for one in figures] == list(range(len(CODES)))
