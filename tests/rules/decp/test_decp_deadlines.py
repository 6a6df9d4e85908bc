"""Until when one may publish: months that end, the threshold, what waits."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from api.reference.deadlines import deadline_rules
from api.rules.decp import publication_deadline
from api.rules.decp.deadlines import months_after
from api.rules.records import AmendmentRecord, ContractRecord, Kind

THRESHOLD = 40_000_00
CONTRACT = ContractRecord(
    Kind.CONTRACT, "M1", "24620036400080", amount=THRESHOLD, notified_on=date(2026, 1, 12)
)
CONCESSION = ContractRecord(
    Kind.CONCESSION,
    "C1",
    "24620036400080",
    notified_on=date(2026, 1, 12),
    starts_on=date(2026, 3, 1),
)


def due(record: ContractRecord, **facts: Any) -> date | None:
    return publication_deadline(replace(record, **facts), deadline_rules())


@pytest.mark.parametrize(
    ("notified", "last"),
    [
        (date(2026, 1, 12), date(2026, 3, 12)),
        (date(2025, 12, 31), date(2026, 2, 28)),
        (date(2025, 12, 29), date(2026, 2, 28)),
        (date(2025, 12, 28), date(2026, 2, 28)),
        (date(2027, 12, 31), date(2028, 2, 29)),
        (date(2026, 2, 28), date(2026, 4, 28)),
        (date(2026, 7, 31), date(2026, 9, 30)),
        (date(2026, 11, 30), date(2027, 1, 30)),
    ],
)
def test_two_months_end_on_the_same_day_or_at_the_end_of_the_month(
    notified: date, last: date
) -> None:
    assert due(CONTRACT, notified_on=notified) == last


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(0, 24))
def test_months_later_is_that_month_and_never_a_later_day(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    assert later.day == day.day or (months_after(later, 0).replace(day=1) < later)


def test_the_threshold_is_included_and_what_is_unknown_is_not_said() -> None:
    assert due(CONTRACT) == date(2026, 3, 12)
    assert due(CONTRACT, amount=THRESHOLD - 1) is None
    assert due(CONTRACT, amount=None) is None
    assert due(CONTRACT, notified_on=None) is None


def test_a_concession_is_published_the_day_before_it_starts_whatever_its_value() -> None:
    assert due(CONCESSION) == date(2026, 2, 28)
    assert due(CONCESSION, notified_on=None) == date(2026, 2, 28)
    assert due(CONCESSION, starts_on=None) is None


def test_nothing_is_said_of_what_was_notified_before_the_rules_that_are_known() -> None:
    assert due(CONTRACT, notified_on=date(2024, 1, 1)) == date(2024, 3, 1)
    assert due(CONTRACT, notified_on=date(2023, 12, 31)) is None
    assert due(CONCESSION, notified_on=date(2023, 12, 31)) is None


def test_an_amendment_without_its_day_counts_once_the_contract_has_its_own() -> None:
    told = AmendmentRecord(1, date(2026, 5, 1), date(2026, 5, 9))
    late = AmendmentRecord(2, date(2026, 12, 31), None)
    early = AmendmentRecord(3, date(2026, 6, 10), None)
    undated = AmendmentRecord(4, None, None)
    published = {"published_on": date(2026, 2, 1)}
    assert due(CONTRACT, amendments=(late, early)) == date(2026, 3, 12)
    assert due(CONTRACT, **published) == date(2026, 3, 12)
    assert due(CONTRACT, amendments=(told, undated), **published) == date(2026, 3, 12)
    assert due(CONTRACT, amendments=(told, late), **published) == date(2027, 2, 28)
    assert due(CONTRACT, amendments=(told, late, early), **published) == date(2026, 8, 10)
    assert due(CONCESSION, amendments=(early,), **published) == date(2026, 8, 10)


def test_rules_of_one_kind_and_part_never_overlap_and_say_what_is_left_to_check() -> None:
    rules = deadline_rules()
    for one in rules:
        assert one.verified or one.to_check
        for other in rules:
            if other.id != one.id and (one.kind, one.part) == (other.kind, other.part):
                assert one.in_force_to is not None or other.in_force_to is not None
