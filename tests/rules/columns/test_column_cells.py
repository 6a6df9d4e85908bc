"""Months and quantities are read however people write them, exactly or not at all."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.rules.columns import read_decimal_text, read_month

MARCH = date(2026, 3, 1)


@pytest.mark.parametrize(
    "value",
    [
        "03/2026",
        "3/2026",
        " 03 - 2026 ",
        "2026-03",
        "2026/3",
        "202603",
        202603,
        "mars 2026",
        "MARS 2026",
        "Mars-26",
        "mar. 2026",
        "15/03/2026",
        "2026-03-15",
        date(2026, 3, 31),
    ],
)
def test_a_month_is_read_however_it_is_written(value: str | int | date) -> None:
    assert read_month(value) == MARCH


@pytest.mark.parametrize(
    ("text", "month"),
    [("janv. 2026", 1), ("févr.-26", 2), ("août 2026", 8), ("Déc 2026", 12), ("juil.-26", 7)],
)
def test_the_short_names_of_months_are_known(text: str, month: int) -> None:
    assert read_month(text) == date(2026, month, 1)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "vide"),
        ("  ", "vide"),
        ("03/26", "« 03/26 » n’est pas un mois : écrivez-le comme « 03/2026 »"),
        ("13/2026", "« 13/2026 » n’est pas un mois"),
        ("00/2026", "n’est pas un mois"),
        ("brumaire 2026", "« brumaire 2026 » n’est pas un mois"),
        ("31/02/2026", "n’est pas un jour du calendrier"),
        ("mars 1999", "l’année doit être entre 2000 et 2099"),
        (date(1926, 3, 1), "« 01/03/1926 » : l’année"),
        (46082, "« 46082 » n’est pas un mois"),
        (Decimal("3.2026"), "n’est pas un mois"),
        ("٠٣/2026", "n’est pas un mois"),
        ("9" * 9000, "9… » n’est pas un mois"),
    ],
)
def test_what_is_not_a_month_is_told(value: str | int | Decimal | date | None, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)) as refusal:
        read_month(value)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("7,5", "7.5"),
        ("7.5", "7.5"),
        (" 7,50 ", "7.50"),
        ("-3,5", "-3.5"),
        (",5", "0.5"),
        ("7h30", "7.5"),
        ("7 H 30", "7.5"),
        ("7 h 30 min", "7.5"),
        ("7:30", "7.5"),
        ("7:30:00", "7.5"),
        ("-7h30", "-7.5"),
        ("7h", "7"),
        ("10h", "10"),
        ("151h40", "151.6667"),
        ("7,5 h", "7.5"),
        ("35 heures", "35"),
        ("1 234,5", "1234.5"),
        ("1\u202f234\u00a0567,89 €", "1234567.89"),
        ("1.234,50", "1234.50"),
        ("1.234.567", "1234567"),
        ("1,234.50", "1234.50"),
        ("1,234,567", "1234567"),
        ("1'234.5", "1234.5"),
        ("1,234", "1.234"),
        ("12 euros HT", "12"),
        (24620036400080, "24620036400080"),
        (Decimal("7.5"), "7.5"),
    ],
)
def test_a_quantity_is_read_exactly(value: str | int | Decimal, number: str) -> None:
    read = read_decimal_text(value)
    assert str(read) == number


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "vide"),
        ("", "vide"),
        (True, "vide"),
        ("sept", "« sept » n’est pas un nombre"),
        ("7h60", "« 7h60 » n’est pas une durée : les minutes vont de 00 à 59"),
        ("7:30:75", "n’est pas une durée"),
        ("7h3", "« 7h3 » est ambigu"),
        ("1 23", "n’est pas un nombre"),
        ("1,23,4", "n’est pas un nombre"),
        ("1.23.4", "n’est pas un nombre"),
        ("12 %", "n’est pas un nombre"),
        ("2,46E+13", "notation scientifique"),
        ("=1+1", "n’est pas un nombre"),
        ("٣", "n’est pas un nombre"),
        ("1" * 19, "trop de chiffres"),
        (Decimal("NaN"), "trop de chiffres"),
        (Decimal("1E+30"), "trop de chiffres"),
        ("9" * 9000, "n’est pas un nombre"),
    ],
)
def test_what_is_not_a_quantity_is_told(value: str | int | Decimal | None, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)) as refusal:
        read_decimal_text(value)
    assert len(str(refusal.value)) < 220


@given(st.integers(0, 9999), st.sampled_from([0, 15, 30, 45]))
def test_quarters_of_an_hour_are_exact(hours: int, minutes: int) -> None:
    expected = hours + Decimal(minutes) / 60
    for text in (f"{hours}h{minutes:02d}", f"{hours}:{minutes:02d}", f"{expected:,}"):
        if text.count(",") != 1 or "." in text:
            assert read_decimal_text(text) == expected


@given(st.text() | st.from_regex(r"[0-9h:,. /€-]{0,12}", fullmatch=True))
def test_any_text_is_read_or_refused_in_french(text: str) -> None:
    for read in (read_month, read_decimal_text):
        try:
            assert read(text) is not None
        except ValueError as refusal:
            assert str(refusal).endswith((".", "».", "59."))  # noqa: PT017 - most are refused
