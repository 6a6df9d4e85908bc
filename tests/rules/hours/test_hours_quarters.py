"""Hours are read as people write them, kept as whole quarters, and never silently rounded."""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.rules.hours.french import RefusedValueError
from api.rules.hours.quarters import (
    HIGHEST,
    hours_label,
    hours_text,
    nearest_quarter,
    read_hours,
)

QUARTERS = st.integers(min_value=0, max_value=HIGHEST)


def plain(text: str) -> str:
    """The same text with ordinary spaces."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("written", "quarters"),
    [
        ("7,5", 30),
        ("7.5", 30),
        ("7,50", 30),
        ("7h30", 30),
        ("7 h 30", 30),
        ("7H30", 30),
        ("7:30", 30),
        ("7h", 28),
        ("7 h", 28),
        ("7,25 h", 29),
        ("7h00", 28),
        ("7h45", 31),
        ("0", 0),
        ("0,25", 1),
        ("  12  ", 48),
        ("1 234,25", 4937),
        ("1\u202f234,25", 4937),
        ("1\u00a0234", 4936),
        ("1234,25", 4937),
        ("12 345 678", 49382712),
    ],
)
def test_hours_are_read_as_people_write_them(written: str, quarters: int) -> None:
    assert read_hours(written) == quarters


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("7,3", "saisissez 7,25 ou 7,5."),
        ("7,333", "saisissez 7,25 ou 7,5."),
        ("7h20", "saisissez 7,25 ou 7,5."),
        ("0,1", "saisissez 0 ou 0,25."),
        ("1 234,9", "saisissez 1 234,75 ou 1 235."),
    ],
)
def test_hours_off_the_quarter_are_refused_with_the_nearest_ones(
    written: str, nearest: str
) -> None:
    with pytest.raises(ValueError, match="n’est pas un multiple de 0,25") as refusal:
        read_hours(written)
    assert plain(str(refusal.value)).endswith(nearest)


@pytest.mark.parametrize("written", ["-1", "−7,5", "– 2", "-0"])
def test_negative_hours_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match="est négatif\u00a0: saisissez un nombre"):
        read_hours(written)


@pytest.mark.parametrize("written", ["", "   ", "\u202f"])
def test_empty_hours_are_missing_and_not_zero(written: str) -> None:
    with pytest.raises(ValueError, match="Heures manquantes"):
        read_hours(written)


@pytest.mark.parametrize(
    "written",
    ["sept", "12 34", "1,2,3", "1.234,25", "7h3", "+7", "7,", ",5", "1e3", "٧", "7 j", "1 2345"],
)
def test_what_is_not_a_number_of_hours_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="ne se lit pas comme un nombre d’heures"):
        read_hours(written)


@pytest.mark.parametrize("written", ["7h60", "7:75"])
def test_minutes_stop_at_59(written: str) -> None:
    with pytest.raises(ValueError, match="les minutes vont de 00 à 59"):
        read_hours(written)


@pytest.mark.parametrize("written", ["1.250", "1,250"])
def test_a_separator_before_three_digits_reads_two_ways_and_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="se lit de deux façons") as refusal:
        read_hours(written)
    assert plain(str(refusal.value)).endswith("écrivez 1,25 ou 1 250.")


def test_hours_beyond_what_a_database_holds_are_refused() -> None:
    assert read_hours("100 000 000") == HIGHEST < 2**31
    with pytest.raises(ValueError, match="trop grand"):
        read_hours("100000000,25")


def test_a_refusal_names_its_field() -> None:
    with pytest.raises(RefusedValueError) as refusal:
        read_hours("x", field="training_hours")
    assert refusal.value.field == "training_hours"


@given(QUARTERS)
def test_what_is_written_is_read_back(quarters: int) -> None:
    assert read_hours(hours_label(quarters)) == quarters
    assert read_hours(hours_text(quarters)) == quarters


@given(st.text(max_size=12) | st.from_regex(r"[0-9 .,:hH]{1,60}", fullmatch=True))
def test_any_text_is_read_or_refused_in_french(text: str) -> None:
    with suppress(RefusedValueError):
        assert 0 <= read_hours(text) <= HIGHEST


def test_a_text_without_end_is_refused_in_a_short_message() -> None:
    with pytest.raises(RefusedValueError) as refusal:
        read_hours("9" * 10_000)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("quarters", "text", "label"),
    [
        (49, "12.25", "12,25 h"),
        (48, "12.00", "12 h"),
        (50, "12.50", "12,5 h"),
        (4937, "1234.25", "1\u202f234,25\u202fh"),
        (0, "0.00", "0 h"),
        (-1, "-0.25", "−0,25 h"),
    ],
)
def test_hours_are_written_for_machines_and_for_readers(
    quarters: int, text: str, label: str
) -> None:
    assert hours_text(quarters) == text
    assert plain(hours_label(quarters)) == plain(label)


@pytest.mark.parametrize(
    ("hours", "quarters"),
    [
        (Fraction(1, 8), 1),
        (Fraction(124, 1000), 0),
        (Fraction(3, 8), 2),
        (Fraction(200), 800),
        (Fraction(19999, 100), 800),
    ],
)
def test_the_nearest_quarter_goes_up_from_the_middle(hours: Fraction, quarters: int) -> None:
    assert nearest_quarter(hours) == quarters


@given(st.fractions(min_value=-1000, max_value=1000))
def test_the_nearest_quarter_is_never_farther_than_half_a_quarter(hours: Fraction) -> None:
    assert -Fraction(1, 8) < Fraction(nearest_quarter(hours), 4) - hours <= Fraction(1, 8)
