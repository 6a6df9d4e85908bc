"""What the national consolidation would drop: every rule on both sides of its boundary."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from api.rules.decp import (
    lasting_drops,
    missing_for_publication,
    passing_drops,
    read_row,
    would_be_altered,
    would_be_dropped,
)
from api.rules.decp.dropped_words import ALTERED, DROPPED
from api.rules.decp.issues import level_of
from api.rules.decp.sentences import INFORMATION, WARNING
from api.rules.records import AmendmentRecord, ContractRecord, Kind, Party, SubcontractRecord

TODAY = date(2026, 3, 3)
MILLION = 1_000_000_00
MILLIARD = 1000 * MILLION
# Establishments of La Poste: the sum of the digits is a multiple of 5, and Luhn's rule says no.
LA_POSTE = "35600000000001"
WRONG_KEY = "24620036400081"


@pytest.fixture
def contract(contract_row: dict[str, Any]) -> ContractRecord:
    record = read_row(contract_row, Kind.CONTRACT).record
    assert record is not None
    return record


@pytest.fixture
def concession(concession_row: dict[str, Any]) -> ContractRecord:
    record = read_row(concession_row, Kind.CONCESSION).record
    assert record is not None
    return record


def told(record: ContractRecord) -> list[tuple[str, str]]:
    """Code and field of what would drop a record."""
    return [(one.code, one.field) for one in would_be_dropped(record, TODAY)]


def suppliers(*parties: tuple[str, str]) -> dict[str, Any]:
    return {"suppliers": tuple(Party(kind, identifier) for kind, identifier in parties)}


def act(day: date) -> dict[str, Any]:
    return {"subcontracts": (SubcontractRecord(1, None, 1, day, day, 100, None),)}


GOOD = ("SIRET", "00000001800010")

# Code, field, facts of a contract kept, facts of one dropped: as near to each other as can be.
CONTRACTS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("dropped_reference", "id", {"reference": "2024/A-1_b .#"}, {"reference": "2024-é1"}),
    ("dropped_reference", "id", {"reference": "M1"}, {"reference": "M(1)"}),
    ("dropped_reference", "id", {"reference": "M1"}, {"reference": "M1\n"}),
    (
        "dropped_siret",
        "acheteur.id",
        {"buyer_siret": "24620036400080"},
        {"buyer_siret": WRONG_KEY},
    ),
    ("dropped_siret", "titulaires[1].id", suppliers(GOOD), suppliers(("SIRET", WRONG_KEY))),
    (
        "dropped_siret",
        "titulaires[3].id",
        suppliers(GOOD, GOOD, GOOD, ("SIRET", WRONG_KEY)),
        suppliers(GOOD, GOOD, ("SIRET", WRONG_KEY), GOOD),
    ),
    (
        "dropped_siret_la_poste",
        "titulaires[1].id",
        suppliers(("SIRET", "35600000000048")),
        suppliers(("SIRET", LA_POSTE)),
    ),
    *(
        ("dropped_identifier", "titulaires[1].id", suppliers((kind, good)), suppliers((kind, bad)))
        for kind, good, bad in (
            ("TAHITI", "A12345678", "A1234567"),
            ("TAHITI", "A12345678", "A12345678X"),
            ("RIDET", "0123456789", "012345678"),
            ("FRWF", "FRWF01234567890123", "FRWF0123456789012"),
            ("IREP", "12345", "1234A"),
            ("HORS-UE", "CH", "ch123"),
            ("HORS-UE", "CH0123456789012345", "CH01234567890123456"),
        )
    ),
    (
        "dropped_subject",
        "objet",
        {"subject": "Pains", "cpv": "15811100"},
        {"subject": "Pain", "cpv": "15811100"},
    ),
    (
        "dropped_subject",
        "objet",
        {"subject": "Pain", "cpv": "15811100-7"},
        {"subject": "Pain", "cpv": "15811100"},
    ),
    ("dropped_amount_low", "montant", {"amount": 100}, {"amount": 99}),
    ("dropped_amount_high", "montant", {"amount": 3 * MILLIARD}, {"amount": 3 * MILLIARD + 1}),
    # The same digit more than six times, above 100 M€: six times is not enough, nor is 99 999 999.
    ("dropped_amount_digits", "montant", {"amount": 999_999_100_00}, {"amount": 999_999_910_00}),
    ("dropped_amount_digits", "montant", {"amount": 99_999_999_99}, {"amount": 199_999_991_99}),
    ("dropped_amount_digits", "montant", {"amount": 100 * MILLION}, {"amount": 111_111_110_00}),
    ("dropped_amount_digits", "montant", {"amount": 100 * MILLION}, {"amount": 666_666_610_00}),
    ("dropped_amount_sequence", "montant", {"amount": 123_456_788_00}, {"amount": 123_456_789_00}),
    ("dropped_amount_sequence", "montant", {"amount": 1_234_567_89}, {"amount": 1_234_567_890_50}),
    ("dropped_duration", "dureeMois", {"months": 180}, {"months": 181}),
    ("dropped_duration", "dureeMois", {"months": 1}, {"months": 0}),
    (
        "dropped_year",
        "dateNotification",
        {"notified_on": date(2010, 1, 1)},
        {"notified_on": date(2009, 12, 31)},
    ),
    (
        "dropped_year",
        "datePublicationDonnees",
        {"published_on": date(2039, 12, 31)},
        {"published_on": date(2040, 1, 1)},
    ),
    (
        "dropped_year",
        "modifications[1].dateNotificationModification",
        {"amendments": (AmendmentRecord(1, date(2010, 1, 1), None),)},
        {"amendments": (AmendmentRecord(1, date(2009, 12, 31), None),)},
    ),
    (
        "dropped_year",
        "actesSousTraitance[1].dateNotification",
        act(date(2039, 12, 31)),
        act(date(2040, 1, 1)),
    ),
]
CONCESSIONS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "dropped_siret",
        "autoriteConcedante.id",
        {"buyer_siret": "24620036400080"},
        {"buyer_siret": WRONG_KEY},
    ),
    ("dropped_siret", "concessionnaires[1].id", suppliers(GOOD), suppliers(("SIRET", WRONG_KEY))),
    (
        "dropped_amount_high",
        "valeurGlobale",
        {"amount": 15 * MILLIARD},
        {"amount": 15 * MILLIARD + 1},
    ),
    ("dropped_duration", "dureeMois", {"months": 360}, {"months": 361}),
    (
        "dropped_year",
        "dateDebutExecution",
        {"starts_on": date(2000, 1, 1), "published_on": date(1999, 12, 31)},
        {"starts_on": date(1999, 12, 31), "published_on": date(1999, 12, 31)},
    ),
    (
        "dropped_year",
        "dateDebutExecution",
        {"starts_on": date(1999, 12, 31), "published_on": date(2000, 1, 1)},
        {"starts_on": date(1999, 12, 31), "published_on": None},
    ),
]


@pytest.mark.parametrize(("code", "field", "kept", "dropped"), CONTRACTS)
def test_a_contract_is_dropped_from_the_boundary_on(
    contract: ContractRecord, code: str, field: str, kept: dict[str, Any], dropped: dict[str, Any]
) -> None:
    assert told(replace(contract, **kept)) == []
    assert told(replace(contract, **dropped)) == [(code, field)]


@pytest.mark.parametrize(("code", "field", "kept", "dropped"), CONCESSIONS)
def test_a_concession_is_dropped_from_the_boundary_on(
    concession: ContractRecord,
    code: str,
    field: str,
    kept: dict[str, Any],
    dropped: dict[str, Any],
) -> None:
    assert told(replace(concession, **kept)) == []
    assert told(replace(concession, **dropped)) == [(code, field)]


@pytest.mark.parametrize(
    ("notified", "published", "dropped"),
    [
        (TODAY, None, False),
        (TODAY + timedelta(days=1), None, True),
        # It waits for its own day: notified by then, it is kept.
        (TODAY + timedelta(days=9), TODAY + timedelta(days=9), False),
        (TODAY + timedelta(days=9), TODAY + timedelta(days=8), True),
        # Published already, the file is of today.
        (TODAY, TODAY - timedelta(days=9), False),
        (TODAY + timedelta(days=1), TODAY - timedelta(days=9), True),
        (None, None, False),
    ],
)
def test_a_contract_notified_after_the_file_is_dropped(
    contract: ContractRecord,
    concession: ContractRecord,
    notified: date | None,
    published: date | None,
    dropped: bool,
) -> None:
    days: dict[str, Any] = {"notified_on": notified, "published_on": published}
    expected = [("dropped_future_date", "dateNotification")] if dropped else []
    moved = replace(contract, **days)
    assert told(moved) == expected
    # It passes with time: it is no lasting one.
    assert lasting_drops(moved) == ()
    assert len(passing_drops(moved.kind, notified, published, TODAY)) == dropped
    # Concessions have no such rule.
    assert told(replace(concession, **days)) == []


def test_limits_of_contracts_are_not_those_of_concessions(
    contract: ContractRecord, concession: ContractRecord
) -> None:
    large: dict[str, Any] = {
        "amount": 4 * MILLIARD,
        "months": 200,
        "subject": "Pain",
        "cpv": "15811100",
    }
    assert {code for code, _ in told(replace(contract, **large))} == {
        "dropped_subject",
        "dropped_amount_high",
        "dropped_duration",
    }
    assert told(replace(concession, **large)) == []


def test_what_is_unknown_drops_nothing() -> None:
    for kind in Kind:
        blank = ContractRecord(kind, "M1", "24620036400080", suppliers=(Party(None, None, "X"),))
        assert told(blank) == []
        assert would_be_altered(blank) == ()


def test_a_complete_contract_may_be_dropped_and_is_published_all_the_same(
    contract: ContractRecord,
) -> None:
    long = replace(contract, months=181)
    assert missing_for_publication(long) == ()
    assert told(long) == [("dropped_duration", "dureeMois")]


CARD: dict[str, Any] = {"eu_share": None, "french_share": None}


@pytest.mark.parametrize(
    ("kept", "altered", "found"),
    [
        (
            suppliers(GOOD, GOOD, GOOD),
            suppliers(GOOD, GOOD, GOOD, GOOD),
            [("altered_suppliers", "titulaires")],
        ),
        (
            {"cpv": "15099999", **CARD},
            {"cpv": "15100000-9", **CARD},
            [("altered_origin", "origineUE"), ("altered_origin", "origineFrance")],
        ),
        (
            {"cpv": "34522701", **CARD},
            {"cpv": "34522700", "eu_share": 0, "french_share": None},
            [("altered_origin", "origineFrance")],
        ),
        ({"amount": 157_000_00}, {"amount": 157_000_01}, [("altered_cents", "montant")]),
    ],
)
def test_what_is_altered_is_told_apart_from_what_is_dropped(
    contract: ContractRecord,
    kept: dict[str, Any],
    altered: dict[str, Any],
    found: list[tuple[str, str]],
) -> None:
    whole = replace(contract, amount=157_000_00)
    assert would_be_altered(replace(whole, **kept)) == ()
    changed = replace(whole, **altered)
    assert [(one.code, one.field) for one in would_be_altered(changed)] == found
    assert told(changed) == []


def test_a_reserved_concession_is_told_to_be_marked_there(concession: ContractRecord) -> None:
    for reserved in (True, False):
        marks = {**concession.marks, "reserved": reserved}
        codes = [one.code for one in would_be_altered(replace(concession, marks=marks))]
        assert ("altered_reserved_concession" in codes) is reserved


def test_every_rule_is_a_warning_and_every_alteration_an_information() -> None:
    assert {level_of(code) for code in DROPPED} == {WARNING}
    assert {level_of(code) for code in ALTERED} == {INFORMATION}
    tried = {code for code, *_ in (*CONTRACTS, *CONCESSIONS)} | {"dropped_future_date"}
    assert tried == DROPPED.keys()


def test_a_sentence_says_the_value_as_a_reader_writes_it(contract: ContractRecord) -> None:
    (one,) = would_be_dropped(replace(contract, amount=3_500_000_000_00), TODAY)
    assert one.message == (
        "Le montant (champ montant) de 3\u202f500\u202f000\u202f000,00\u00a0€ dépasse "
        "3 milliards d’euros\u00a0: la consolidation nationale écarterait ce contrat. "
        "Vérifiez qu’il est en euros, et hors taxes."
    )
