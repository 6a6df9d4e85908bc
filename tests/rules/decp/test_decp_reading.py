"""Reading of one row: shapes, identity, values; nothing is repaired in silence."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from api.rules.decp import read_row, uid
from api.rules.records import ContractRecord, Kind, Party, Reading, Tariff

MINIMAL: dict[str, Any] = {"id": "2024-1", "acheteur": {"id": "24620036400080"}}


def record_of(reading: Reading) -> ContractRecord:
    assert reading.refusal is None
    assert reading.record is not None
    return reading.record


def remarks(reading: Reading, field: str) -> list[str]:
    return [issue.code for issue in reading.issues if issue.field == field]


def test_a_complete_contract_is_read_whole_and_without_a_remark(
    contract_row: dict[str, Any],
) -> None:
    reading = read_row(contract_row)
    record = record_of(reading)
    assert reading.issues == ()
    assert record.kind is Kind.CONTRACT
    assert record.amount == 157_000_25
    assert record.advance_rate == 50_000
    assert (record.eu_share, record.french_share) == (800_000, 600_000)
    assert record.notified_on == date(2024, 1, 15)
    assert record.suppliers == (Party("SIRET", "00000001800010"),)
    assert record.amendments[0].suppliers == (Party("TVA", "BE0123456789"),)
    assert record.subcontracts[0].subcontractor == Party("SIRET", "00000002600013")
    assert record.subcontract_changes[0].amount == 14_000_00
    assert uid(record) == "246200364000802024-0042-L02"


def test_a_complete_concession_is_read_whole_and_without_a_remark(
    concession_row: dict[str, Any],
) -> None:
    reading = read_row(concession_row)
    record = record_of(reading)
    assert reading.issues == ()
    assert record.kind is Kind.CONCESSION
    assert (record.amount, record.subsidy) == (4_200_000_00, 0)
    assert record.starts_on == date(2024, 3, 1)
    assert record.concession_years[0].tariffs == (Tariff("Entrée adulte", 5_20),)
    assert record.amendments[0].amount == 4_300_000_00


@pytest.mark.parametrize(
    "row",
    [
        None,
        "2024-1",
        ["2024-1"],
        {},
        {"acheteur": {"id": "24620036400080"}},
        MINIMAL | {"id": ""},
        MINIMAL | {"id": "  "},
        MINIMAL | {"id": None},
        MINIMAL | {"id": "NC"},
        MINIMAL | {"id": True},
        MINIMAL | {"id": "x" * 65},
        {"id": "2024-1"},
        MINIMAL | {"acheteur": None},
        MINIMAL | {"acheteur": {"nom": "Ville"}},
        MINIMAL | {"acheteur": {"id": "2462003640008"}},
        MINIMAL | {"acheteur": {"id": "2462003640008X"}},
        MINIMAL | {"acheteur": {"id": "٢٤٦٢٠٠٣٦٤٠٠٠٨٠"}},
        MINIMAL | {"acheteur": ["24620036400080"]},
    ],
)
def test_a_row_that_cannot_be_identified_is_refused_with_its_reason(row: object) -> None:
    reading = read_row(row)
    assert reading.record is None
    assert reading.refusal is not None
    assert reading.refusal.message


def test_an_identified_row_is_never_refused_and_says_nothing_it_was_not_told() -> None:
    record = record_of(read_row(MINIMAL))
    assert record == ContractRecord(Kind.CONTRACT, "2024-1", "24620036400080")


def test_a_long_reference_is_kept_with_a_remark() -> None:
    reading = read_row(MINIMAL | {"id": "x" * 64})
    assert record_of(reading).reference == "x" * 64
    assert remarks(reading, "id") == ["text_too_long"]


@pytest.mark.parametrize(
    ("row", "kind", "expected"),
    [
        ({"_type": "Contrat de concession", "acheteur": 1}, None, Kind.CONCESSION),
        ({"autoriteConcedante": {}}, None, Kind.CONCESSION),
        ({"concessionnaires": []}, None, Kind.CONCESSION),
        ({"_type": "Marché"}, None, Kind.CONTRACT),
        ({}, None, Kind.CONTRACT),
        ({}, Kind.CONCESSION, Kind.CONCESSION),
        ({"autoriteConcedante": {}}, Kind.CONTRACT, Kind.CONTRACT),
    ],
)
def test_the_kind_given_by_the_file_wins_over_what_the_row_tells(
    row: dict[str, Any], kind: Kind | None, expected: Kind
) -> None:
    buyer = {"acheteur": {"id": "24620036400080"}, "autoriteConcedante": {"id": "24620036400080"}}
    row = {"id": "1"} | {key: buyer.get(key, value) for key, value in row.items()}
    if "acheteur" not in row and "autoriteConcedante" not in row:
        row["acheteur"] = buyer["acheteur"]
    assert record_of(read_row(row, kind)).kind is expected


def test_fields_named_as_in_the_other_family_are_read_with_a_remark() -> None:
    row = {"id": "1", "autoriteConcedante": {"id": "24620036400080"}, "valeurGlobale": 5000}
    reading = read_row(row, Kind.CONTRACT)
    assert record_of(reading).amount == 5000_00
    assert remarks(reading, "acheteur") == remarks(reading, "montant") == ["other_kind_field"]


PARTY = {"typeIdentifiant": "SIRET", "id": "00000001800010"}
OTHER = {"typeIdentifiant": "SIRET", "id": "00000002600013"}


@pytest.mark.parametrize(
    "value",
    [
        [PARTY, OTHER],
        [{"titulaire": PARTY}, {"titulaire": OTHER}],
        {"titulaire": [PARTY, OTHER]},
        [{"titulaire": [PARTY, OTHER]}],
        [[{"titulaire": {"titulaire": PARTY}}], {"titulaire": [[OTHER]]}],
        [{"titulaire": PARTY, "nom": "x"}, OTHER],
    ],
)
def test_companies_are_found_under_any_wrapping(value: object) -> None:
    record = record_of(read_row(MINIMAL | {"titulaires": value}))
    assert [party.identifier for party in record.suppliers] == [PARTY["id"], OTHER["id"]]


@pytest.mark.parametrize(
    "value", [PARTY, {"titulaire": PARTY}, [{"titulaire": {"titulaire": PARTY}}]]
)
def test_a_single_company_need_not_be_in_a_list(value: object) -> None:
    record = record_of(read_row(MINIMAL | {"titulaires": value}))
    assert record.suppliers == (Party("SIRET", "00000001800010"),)


@pytest.mark.parametrize(
    "value",
    [
        ["Concours", "Accord-cadre"],
        {"technique": ["Concours", "Accord-cadre"]},
        {"technique": {"technique": ["Concours", "Accord-cadre"]}},
        [{"technique": "Concours"}, {"technique": ["Accord-cadre"]}],
    ],
)
def test_labels_are_found_under_any_wrapping_and_put_in_the_order_of_the_table(
    value: object,
) -> None:
    record = record_of(read_row(MINIMAL | {"techniques": value}))
    assert record.techniques == ("Accord-cadre", "Concours")


def test_tariffs_are_found_although_their_wrapper_has_the_name_of_their_price() -> None:
    tariff = {"intituleTarif": "Entrée", "tarif": Decimal("5.2")}
    for tariffs in ([tariff], [{"tarif": tariff}], {"tarif": [tariff]}, [{"tarif": [tariff]}]):
        row = MINIMAL | {"donneesExecution": [{"depensesInvestissement": 1, "tarifs": tariffs}]}
        (year,) = record_of(read_row(row, Kind.CONCESSION)).concession_years
        assert year.tariffs == (Tariff("Entrée", 5_20),)


def test_a_hostile_depth_of_wrapping_is_read_without_recursion() -> None:
    value: object = PARTY
    for _ in range(50_000):
        value = {"titulaire": [value]}
    record = record_of(read_row(MINIMAL | {"titulaires": value}))
    assert record.suppliers == (Party("SIRET", "00000001800010"),)


@pytest.mark.parametrize(
    ("value", "expected", "code"),
    [
        ("2024-02-29", date(2024, 2, 29), None),
        ("2018-12-11+01:00", date(2018, 12, 11), None),
        ("2018-12-11Z", date(2018, 12, 11), None),
        ("2019-1-1", date(2019, 1, 1), "date_respelled"),
        ("01/02/2019", date(2019, 2, 1), "date_respelled"),
        ("2019-01-01T10:00:00Z", date(2019, 1, 1), "date_respelled"),
        (" 2019-01-01 ", date(2019, 1, 1), "date_respelled"),
        ("2024-02-31", None, "impossible_date"),
        ("0218-10-29", None, "impossible_date"),
        ("3024-01-01", None, "impossible_date"),
        ("20240229", None, "impossible_date"),
        ("2024-W01-1", None, "impossible_date"),
        ("2024-05-15yy", None, "impossible_date"),
        ("01/02/19", None, "impossible_date"),
        ("bientôt", None, "impossible_date"),
        (20240229, None, "unusable_value"),
        ("CDL", None, "placeholder"),
        ("", None, "missing_date"),
        (None, None, "missing_date"),
    ],
)
def test_a_date_is_a_real_plausible_day_or_nothing(
    value: object, expected: date | None, code: str | None
) -> None:
    reading = read_row(MINIMAL | {"dateNotification": value})
    assert record_of(reading).notified_on == expected
    assert remarks(reading, "dateNotification") == ([code] if code else [])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # Winter: an hour ahead of Greenwich.
        ("2024-12-31T22:59:59Z", date(2024, 12, 31)),
        ("2024-12-31T23:00:00Z", date(2025, 1, 1)),
        ("2024-12-31T23:30:00Z", date(2025, 1, 1)),
        ("2024-12-31T23:30:00.000Z", date(2025, 1, 1)),
        ("2024-12-31T23:30Z", date(2025, 1, 1)),
        ("2024-12-31 23:30:00 +0000", date(2025, 1, 1)),
        ("31/12/2024 23:30:00Z", date(2025, 1, 1)),
        ("2024-12-31T23:30:00+01:00", date(2024, 12, 31)),
        ("2025-01-01T00:00:00+01:00", date(2025, 1, 1)),
        ("2025-01-01T02:59:59+04:00", date(2024, 12, 31)),
        ("2024-12-31T19:30:00-04:00", date(2025, 1, 1)),
        # Summer: two hours ahead.
        ("2024-07-31T21:59:59Z", date(2024, 7, 31)),
        ("2024-07-31T22:00:00Z", date(2024, 8, 1)),
        # No zone, or no hour: the day that is written.
        ("2024-12-31T23:30:00", date(2024, 12, 31)),
        ("2024-12-31 23:59:59", date(2024, 12, 31)),
        ("2024-12-31+01:00", date(2024, 12, 31)),
        ("2024-12-31-04:00", date(2024, 12, 31)),
        ("2025-01-01+04:00", date(2025, 1, 1)),
        ("2024-12-31Z", date(2024, 12, 31)),
        ("2024-12-31 +01:00", date(2024, 12, 31)),
        # An hour that no clock shows.
        ("2024-12-31T25:00:00Z", date(2024, 12, 31)),
        # The ends of what is plausible.
        ("2099-12-31T22:30:00Z", date(2099, 12, 31)),
        ("2099-12-31T23:30:00Z", None),
        ("1950-01-01T00:30:00+04:00", None),
    ],
)
def test_an_instant_counts_in_the_year_that_it_was_in_paris(
    value: str, expected: date | None
) -> None:
    reading = read_row(MINIMAL | {"dateNotification": value})
    assert record_of(reading).notified_on == expected


def test_a_day_that_paris_changes_is_told() -> None:
    reading = read_row(MINIMAL | {"dateNotification": "2024-12-31T23:30:00Z"})
    (told,) = (one for one in reading.issues if one.field == "dateNotification")
    assert "2024-12-31T23:30:00Z" in told.message
    assert "2025-01-01, jour qu’il était à Paris" in told.message


@pytest.mark.parametrize(
    ("value", "cents", "code"),
    [
        (12000, 12000_00, None),
        (Decimal("12000.5"), 12000_50, None),
        (12000.07, 12000_07, None),
        (Decimal("12000.005"), 12000_01, "rounded"),
        (Decimal("2.0000000000000000000000000000000000001"), 2_00, "rounded"),
        ("12000.50", 12000_50, "number_as_text"),
        ("12 000,50 €", 12000_50, "number_as_text"),
        (0, 0, "amount_not_positive"),
        (-5, -5_00, "amount_not_positive"),
        (99999, 99999_00, "amount_placeholder"),
        (Decimal("66666.67"), 66666_67, None),
        (1234567, 1234567_00, "amount_placeholder"),
        (100_000_000, 100_000_000_00, "amount_implausible"),
        (10**13, None, "out_of_range"),
        pytest.param(10**5000, None, "unusable_value", id="an integer of 5001 digits"),
        (Decimal("1E+999999"), None, "out_of_range"),
        (Decimal("NaN"), None, "unusable_value"),
        (float("inf"), None, "unusable_value"),
        ("1E5", None, "unusable_value"),
        ("1.234.567", None, "unusable_value"),
        (True, None, "unusable_value"),
        ([5], None, "unusable_value"),
        ("NC", None, "placeholder"),
        (None, None, "missing_value"),
    ],
)
def test_an_amount_is_exact_cents_or_nothing(
    value: object, cents: int | None, code: str | None
) -> None:
    reading = read_row(MINIMAL | {"montant": value})
    assert record_of(reading).amount == cents
    assert remarks(reading, "montant") == ([code] if code else [])


@pytest.mark.parametrize(
    ("value", "millionths", "code"),
    [
        (0, 0, None),
        (1, 1_000_000, None),
        (Decimal("0.3"), 300_000, None),
        (0.3, 300_000, None),
        (Decimal("0.1234565"), 123_457, "rounded"),
        (30, None, "out_of_range"),
        (Decimal("-0.1"), None, "out_of_range"),
        ("0,3", 300_000, "number_as_text"),
        (None, None, None),
    ],
)
def test_a_share_is_millionths_between_zero_and_one(
    value: object, millionths: int | None, code: str | None
) -> None:
    reading = read_row(MINIMAL | {"origineUE": value})
    assert record_of(reading).eu_share == millionths
    assert remarks(reading, "origineUE") == ([code] if code else [])


@pytest.mark.parametrize(
    ("value", "months", "code"),
    [
        (12, 12, None),
        (Decimal("12.0"), 12, None),
        (180, 180, None),
        (181, 181, "duration_implausible"),
        (0, 0, "duration_implausible"),
        (Decimal("1.5"), None, "unusable_value"),
        (Decimal("1E-999999"), None, "unusable_value"),
        ("12", 12, "number_as_text"),
        (2**31, None, "out_of_range"),
    ],
)
def test_a_duration_is_whole_months(value: object, months: int | None, code: str | None) -> None:
    reading = read_row(MINIMAL | {"dureeMois": value})
    assert record_of(reading).months == months
    assert remarks(reading, "dureeMois") == ([code] if code else [])


def test_a_concession_may_last_thirty_years() -> None:
    assert not remarks(read_row(MINIMAL | {"dureeMois": 360}, Kind.CONCESSION), "dureeMois")
    reading = read_row(MINIMAL | {"dureeMois": 361}, Kind.CONCESSION)
    assert remarks(reading, "dureeMois") == ["duration_implausible"]


@pytest.mark.parametrize(
    ("value", "expected", "code"),
    [
        (True, True, None),
        (False, False, None),
        ("true", True, "boolean_as_text"),
        ("True", True, "boolean_as_text"),
        ("oui", True, "boolean_as_text"),
        ("non", False, "boolean_as_text"),
        (0, False, "boolean_as_text"),
        ("peut-être", None, "unusable_value"),
        (2, None, "unusable_value"),
        ("CDL", None, "placeholder"),
        (None, None, None),
    ],
)
def test_a_boolean_is_yes_no_or_not_said(
    value: object, expected: bool | None, code: str | None
) -> None:
    reading = read_row(MINIMAL | {"sousTraitanceDeclaree": value})
    assert record_of(reading).subcontracting_declared is expected
    assert remarks(reading, "sousTraitanceDeclaree") == ([code] if code else [])
