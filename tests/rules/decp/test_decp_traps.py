"""The traps of the format, each by its name, where a naive writer makes an invalid file."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from api.rules.decp import missing_for_publication, read_row, write
from api.rules.records import (
    AmendmentRecord,
    ContractRecord,
    Kind,
    Party,
)

Conforms = Callable[[object, str], bool]


@pytest.fixture
def record(contract_row: dict[str, Any]) -> ContractRecord:
    found = read_row(contract_row).record
    assert found is not None
    return found


def test_both_examples_are_written_back_to_the_letter(
    contract_row: dict[str, Any], concession_row: dict[str, Any], conforms: Conforms
) -> None:
    for row, family in ((contract_row, "marche"), (concession_row, "contrat-concession")):
        read = read_row(row).record
        assert read is not None
        again = msgspec.json.decode(msgspec.json.encode(write(read)))
        given_numbers = msgspec.json.Encoder(decimal_format="number")
        assert again == msgspec.json.decode(given_numbers.encode(row))
        assert conforms(again, family)
        assert missing_for_publication(read) == ()


def test_labels_are_wrapped_in_an_object_and_objects_one_by_one(record: ContractRecord) -> None:
    row = write(record)
    assert row["techniques"] == {"technique": ["Accord-cadre"]}
    assert row["titulaires"] == [
        {"titulaire": {"typeIdentifiant": "SIRET", "id": "00000001800010"}}
    ]


def test_empty_lists_are_left_out(record: ContractRecord, conforms: Conforms) -> None:
    bare = replace(record, amendments=(), subcontracts=(), subcontract_changes=())
    row = write(bare)
    for key in ("modifications", "actesSousTraitance", "modificationsActesSousTraitance"):
        assert key not in row
        assert not conforms(row | {key: []}, "marche")
    assert conforms(row, "marche")


def test_unknown_values_are_left_out_never_null(record: ContractRecord) -> None:
    bare = ContractRecord(Kind.CONTRACT, "1", "24620036400080")
    assert write(bare) == {"id": "1", "acheteur": {"id": "24620036400080"}}
    assert None not in write(record).values()


def test_type_uid_and_names_are_not_written(record: ContractRecord) -> None:
    named = replace(
        record, buyer_name="Ville", suppliers=(Party("SIRET", "00000001800010", "Entreprise"),)
    )
    row = write(named)
    assert not {"_type", "uid", "source"} & row.keys()
    assert row == write(record)


def test_the_order_of_keys_is_the_same_whatever_was_read(contract_row: dict[str, Any]) -> None:
    backwards = dict(reversed(contract_row.items()))
    first, second = read_row(contract_row).record, read_row(backwards).record
    assert first is not None
    assert second is not None
    assert list(write(first)) == list(write(second))


def test_maitrise_d_oeuvre_has_no_circumflex_and_a_ligature(
    record: ContractRecord, conforms: Conforms
) -> None:
    row = write(replace(record, ccag="Maitrise d'œuvre"))
    assert conforms(row, "marche")
    for wrong in ("Maîtrise d'œuvre", "Maitrise d'oeuvre", "Maitrise d’œuvre"):
        assert not conforms(row | {"ccag": wrong}, "marche")
        issues = missing_for_publication(replace(record, ccag=wrong))
        assert [issue.code for issue in issues] == ["not_in_list"]


def test_the_wrapper_of_a_changed_subcontract_has_no_s(record: ContractRecord) -> None:
    row: Any = write(record)
    (change,) = row["modificationsActesSousTraitance"]
    assert list(change) == ["modificationActeSousTraitance"]


def test_the_xml_name_of_a_changed_subcontract_is_read_too(contract_row: dict[str, Any]) -> None:
    read = read_row(contract_row).record
    (change,) = contract_row["modificationsActesSousTraitance"]
    inner = change.pop("modificationActeSousTraitance")
    change["modificationActesSousTraitance"] = inner
    assert read_row(contract_row).record == read


@pytest.mark.parametrize(
    ("granted", "rate", "written"),
    [
        (True, 50_000, 0.05),
        (True, 1_000_000, 1),
        (True, 0, None),
        (True, None, None),
        (False, 50_000, None),
        (False, 0, None),
        (None, 50_000, None),
    ],
)
def test_the_rate_of_an_advance_is_written_only_when_known_and_above_zero(
    record: ContractRecord, granted: bool | None, rate: int | None, written: float | None
) -> None:
    row = write(replace(record, advance_granted=granted, advance_rate=rate))
    assert row.get("tauxAvance") == written


@pytest.mark.parametrize(
    ("granted", "code"), [(True, ["advance_rate_unknown"]), (False, []), (None, [])]
)
def test_a_rate_of_zero_is_no_rate(granted: bool | None, code: list[str]) -> None:
    row = {"id": "1", "acheteur": {"id": "24620036400080"}, "tauxAvance": 0}
    reading = read_row(row | {"attributionAvance": granted})
    assert reading.record is not None
    assert reading.record.advance_rate is None
    assert [issue.code for issue in reading.issues if issue.field == "tauxAvance"] == code


def test_a_rate_without_an_advance_is_kept_and_told(contract_row: dict[str, Any]) -> None:
    reading = read_row(contract_row | {"attributionAvance": False})
    assert reading.record is not None
    assert reading.record.advance_rate == 50_000
    assert [issue.code for issue in reading.issues] == ["advance_rate_without_advance"]


def test_unknown_origins_are_left_out_and_null_is_read_as_unknown(
    contract_row: dict[str, Any], conforms: Conforms
) -> None:
    reading = read_row(contract_row | {"origineUE": None, "origineFrance": None})
    assert reading.record is not None
    assert reading.issues == ()
    row = write(reading.record)
    assert not {"origineUE", "origineFrance"} & row.keys()
    assert conforms(row, "marche")


def test_a_french_share_above_the_european_one_is_told(contract_row: dict[str, Any]) -> None:
    reading = read_row(contract_row | {"origineFrance": Decimal("0.9")})
    assert [issue.code for issue in reading.issues] == ["french_share_above_eu"]


def test_unknown_offers_cannot_be_published_and_are_not_invented(record: ContractRecord) -> None:
    unknown = replace(record, offers_received=None)
    assert "offresRecues" not in write(unknown)
    (issue,) = missing_for_publication(unknown)
    assert (issue.code, issue.field) == ("required", "offresRecues")


def test_a_framework_without_amount_cannot_be_published(record: ContractRecord) -> None:
    for cents in (0, 99):
        (issue,) = missing_for_publication(replace(record, amount=cents))
        assert (issue.code, issue.field) == ("too_low", "montant")
    assert missing_for_publication(replace(record, amount=100)) == ()


def test_one_mark_unsaid_keeps_its_whole_family_out(record: ContractRecord) -> None:
    marks = {code: said for code, said in record.marks.items() if code != "reserved"}
    silent = replace(record, marks=marks)
    assert "considerationsSociales" not in write(silent)
    (issue,) = missing_for_publication(silent)
    assert (issue.code, issue.field) == ("required", "considerationsSociales")


def test_amendments_bear_new_totals_and_their_own_numbers(record: ContractRecord) -> None:
    (first,) = record.amendments
    twice = replace(record, amendments=(first, replace(first, amount=1_000_000_00)))
    assert [issue.code for issue in missing_for_publication(twice)] == ["repeated"]
    row: Any = write(record)
    assert row["montant"] == 157000.25
    assert row["modifications"][0]["modification"]["montant"] == 160000


def test_an_amendment_of_2019_has_no_number_and_gets_none() -> None:
    row = {
        "id": "1",
        "acheteur": {"id": "24620036400080"},
        "modifications": [{"objetModification": "Prix", "montant": 5000, "dureeMois": 3}],
    }
    reading = read_row(row)
    assert reading.record is not None
    (amendment,) = reading.record.amendments
    assert amendment == AmendmentRecord(None, None, None, 3, 5000_00, None, "Prix")


def test_an_empty_subcontract_of_a_platform_is_left_out_and_told(
    contract_row: dict[str, Any],
) -> None:
    contract_row["actesSousTraitance"] = [{"acteSousTraitance": {"id": None, "montant": ""}}]
    contract_row["modificationsActesSousTraitance"] = []
    reading = read_row(contract_row)
    assert reading.record is not None
    assert reading.record.subcontracts == ()
    assert [issue.code for issue in reading.issues] == ["empty_item"]


def test_contradictions_between_parts_are_told(contract_row: dict[str, Any]) -> None:
    act = contract_row["actesSousTraitance"][0]["acteSousTraitance"]
    act["sousTraitant"] = {"typeIdentifiant": "SIRET", "id": "00000001800010"}
    change = contract_row["modificationsActesSousTraitance"][0]["modificationActeSousTraitance"]
    change["id"] = 7
    amendment = contract_row["modifications"][0]["modification"]
    amendment["dateNotificationModification"] = "2023-01-01"
    contract_row["modifications"].append(
        {"modification": {"id": 1, "dateNotificationModification": "2025-01-01"}}
    )
    contract_row["datePublicationDonnees"] = "2024-01-01"
    assert {(issue.code, issue.field) for issue in read_row(contract_row).issues} == {
        ("published_before_notified", "datePublicationDonnees"),
        ("subcontractor_is_supplier", "actesSousTraitance[1].sousTraitant"),
        ("unknown_subcontract", "modificationsActesSousTraitance[1]"),
        ("amendment_before_notification", "modifications[1]"),
        ("duplicate_number", "modifications[2].id"),
        ("amendment_without_change", "modifications[2]"),
    }


@settings(deadline=None)
@given(cents=st.integers(100, 10**15 - 1))
def test_every_encoder_writes_an_amount_exactly_to_the_cent(cents: int) -> None:
    row = write(ContractRecord(Kind.CONTRACT, "1", "24620036400080", amount=cents))
    for text in (msgspec.json.encode(row["montant"]), orjson.dumps(row["montant"])):
        assert Decimal(text.decode()) * 100 == cents
    if cents % 100 == 0:
        assert type(row["montant"]) is int


@settings(deadline=None)
@given(millionths=st.integers(0, 10**6))
def test_every_encoder_writes_a_rate_exactly(millionths: int) -> None:
    row = write(ContractRecord(Kind.CONTRACT, "1", "24620036400080", eu_share=millionths))
    for text in (msgspec.json.encode(row["origineUE"]), orjson.dumps(row["origineUE"])):
        assert Decimal(text.decode()) * 10**6 == millionths
