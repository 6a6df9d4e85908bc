"""Amounts that cannot be true: which, and why."""

import pytest
from msgspec.structs import replace

from api.rules.amounts import absurd, doubts, misplaced
from api.rules.records import AmendmentRecord, ContractRecord, Kind

CONTRACT = ContractRecord(Kind.CONTRACT, "2026-1", "00000062000013", amount=250_000_00)


@pytest.mark.parametrize(
    ("kind", "euros", "code"),
    [
        (Kind.CONTRACT, -1200, "negative"),
        (Kind.CONTRACT, 0, "symbolic"),
        (Kind.CONTRACT, 1, "symbolic"),
        (Kind.CONTRACT, 1.01, None),
        (Kind.CONTRACT, 22_222, None),
        (Kind.CONTRACT, 99_999, None),
        (Kind.CONTRACT, 999_999_999, "filler"),
        (Kind.CONTRACT, 123_456_789, "filler"),
        (Kind.CONTRACT, 123_456_788, None),
        (Kind.CONTRACT, 9_999_999_999, "filler"),
        (Kind.CONTRACT, 3_000_000_000, None),
        (Kind.CONTRACT, 3_000_000_000.01, "high"),
        (Kind.CONCESSION, 3_000_000_001, None),
        (Kind.CONCESSION, 15_000_000_001, "high_concession"),
    ],
)
def test_an_amount_that_no_contract_is_worth_has_its_reason(
    kind: Kind, euros: float, code: str | None
) -> None:
    assert absurd(kind, round(euros * 100)) == code


@pytest.mark.parametrize(
    ("after", "code"),
    [
        (25_000_000_00, "factor_100"),
        (27_000_000_00, "factor_100"),
        (2_500_00, "factor_100"),
        (250_000_000_00, "factor_1000"),
        (250_00, "factor_1000"),
        (500_000_00, None),
        (2_500_000_00, None),
    ],
)
def test_an_amendment_that_misplaces_a_factor_is_told(after: int, code: str | None) -> None:
    assert misplaced(250_000_00, after) == code


def test_an_amendment_of_an_absurd_amount_is_not_judged_by_it() -> None:
    amendment = AmendmentRecord(1, None, None, amount=100_00)
    mended = replace(CONTRACT, amount=1_00, amendments=(amendment,))
    assert [(one.amendment, one.code) for one in doubts(mended)] == [(None, "symbolic")]


def test_each_doubt_says_where_it_is_and_why() -> None:
    amendment = AmendmentRecord(1, None, None, amount=25_000_000_00)
    (found,) = doubts(replace(CONTRACT, amendments=(amendment,)))
    assert (found.amendment, found.amount) == (1, 25_000_000_00)
    assert "virgule" in found.why
