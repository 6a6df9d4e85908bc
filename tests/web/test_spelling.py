"""What a person types becomes what the API takes; the rest stays as typed, to be refused there."""

import pytest

from web.spelling import hours_to_decimal, month_to_iso


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("7,5", "7.5"),
        ("7.25", "7.25"),
        ("7 h 30", "7.50"),
        ("7h", "7.00"),
        ("7:45", "7.75"),
        ("1 234,25", "1234.25"),
        ("151,75 h", "151.75"),
        ("-3,5", "-3.5"),
        ("7 h 10", "7 h 10"),
        ("sept", "sept"),
        ("7,5,5", "7,5,5"),
    ],
)
def test_hours_are_typed_as_people_do(typed: str, sent: str) -> None:
    assert hours_to_decimal(typed) == sent


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("03/2026", "2026-03"),
        ("3-2026", "2026-03"),
        ("3/26", "2026-03"),
        ("mars 2026", "2026-03"),
        ("Août 2026", "2026-08"),
        ("2026-03", "2026-03"),
        ("13/2026", "13/2026"),
        ("brumaire 2026", "brumaire 2026"),
    ],
)
def test_months_are_typed_as_people_do(typed: str, sent: str) -> None:
    assert month_to_iso(typed) == sent
