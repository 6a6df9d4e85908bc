"""What the cells of a spreadsheet say: read exactly, or refused with what to write."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from api.imports.sheets import cells
from api.imports.sheets.profiles import profiles
from api.imports.sheets.registry import TARGETS


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1 234,56 €", 123456),
        ("1\u202f234,56\u00a0€", 123456),
        ("1234.56", 123456),
        ("1.234,56", 123456),
        ("12", 1200),
        ("-10,5", -1050),
        ("(10,50)", -1050),
        ("−3", -300),
        (Decimal("0.1"), 10),
        (7, 700),
    ],
)
def test_money_is_read_to_the_cent(cell: Any, amount: int) -> None:
    assert cells.cents(cell) == amount


@pytest.mark.parametrize(
    "cell", ["1,234", "12,345", "abc", "7h30", True, date(2025, 1, 1), "1e5", "12 TTC"]
)
def test_money_that_is_not_sure_is_refused(cell: Any) -> None:
    with pytest.raises(ValueError, match=r"décimales|nombre"):
        cells.cents(cell)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("31/12/2025", "2025-12-31"),
        ("31.12.2025", "2025-12-31"),
        ("2025-12-31", "2025-12-31"),
        ("20251231", "2025-12-31"),
        (20251231, "2025-12-31"),
        ("31/12/2025 00:00:00", "2025-12-31"),
        (date(2025, 12, 31), "2025-12-31"),
    ],
)
def test_days_are_read_however_they_are_written(cell: Any, day: str) -> None:
    assert cells.day(cell) == day


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("31/02/2025", "n’existe pas"),
        ("31/12/25", "n’est pas une date"),
        (46022, "le plus souvent le 31/12/2025"),
        ("hier", "écrivez-la comme « 31/12/2025 »"),
        ("31/12/0205", "entre 1990 et 2100"),
    ],
)
def test_days_that_are_not_sure_are_refused(cell: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        cells.day(cell)


def test_a_siret_that_lost_its_zeros_is_told_not_guessed() -> None:
    with pytest.raises(ValueError, match=r"n’a que 13 chiffres sur 14.*« 02462003640008 »"):
        cells.siret(2462003640008)
    assert cells.siret("000 000 987 00019") == "00000098700019"
    assert cells.siret(24620036400080) == "24620036400080"


@pytest.mark.parametrize("cell", ["2,46E+13", "abc", "123456789", "1" * 15])
def test_what_is_no_siret_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r"SIRET|scientifique"):
        cells.siret(cell)


@pytest.mark.parametrize(
    ("cell", "year"),
    [("2025", 2025), (2025, 2025), ("31/12/2025", 2025), (date(2024, 5, 1), 2024)],
)
def test_years_are_read_of_years_and_of_days(cell: Any, year: int) -> None:
    assert cells.year(cell) == year


def test_yes_and_no_are_read_and_nothing_else() -> None:
    assert [cells.flag(one) for one in ("Oui", "X", True, 1)] == [True] * 4
    assert [cells.flag(one) for one in ("NON", "n", False, 0)] == [False] * 4
    with pytest.raises(ValueError, match="ni « oui » ni « non »"):
        cells.flag("peut-être")


def test_every_profile_names_fields_that_exist() -> None:
    for profile in profiles():
        known = {one.name for one in TARGETS[profile.kind].fields} | {""}
        assert set(profile.columns.values()) <= known, profile.name


def test_no_two_fields_of_a_kind_share_a_name() -> None:
    for target in TARGETS.values():
        names = [one.name for one in target.fields]
        assert len(names) == len(set(names))
