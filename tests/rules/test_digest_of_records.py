"""Digests of contracts kept by files accepted long ago stay those of the same contracts today."""

from datetime import date
from hashlib import blake2b

import msgspec
from msgspec.structs import replace

from api.imports.encoding import encoded
from api.imports.sheets.judging import digest_of
from api.rules.records import (
    AmendmentRecord,
    ContractRecord,
    Kind,
    Party,
    SubcontractRecord,
)

RECORD = ContractRecord(
    Kind.CONTRACT,
    "2024-07",
    "24620036400080",
    subject="Haies",
    amount=120_000_00,
    notified_on=date(2024, 3, 1),
    suppliers=(Party("SIRET", "00000001800010", "Jardins"), Party("TVA", "BE0123456789")),
    amendments=(
        AmendmentRecord(
            1, date(2024, 6, 1), None, suppliers=(Party("SIRET", "00000002600013", "Bois"),)
        ),
    ),
    subcontracts=(
        SubcontractRecord(1, Party("SIRET", "00000002600013"), 3, None, None, 10_000_00, "Ferme"),
    ),
)
# Written before records said whether a company is a sole trader.
OF_A_FILE = "79ab60c43b5e6df73b54d7a93f397010"
OF_A_SPREADSHEET = "d90dace6acdeac1359aa7a64187cb92e"


def _known(record: ContractRecord, said: bool | None) -> ContractRecord:
    """The record as the register reads it once somebody said what its companies are."""
    return replace(
        record, suppliers=tuple(replace(one, sole_trader=said) for one in record.suppliers)
    )


def test_a_contract_has_the_digest_that_files_accepted_before_kept_of_it() -> None:
    assert blake2b(encoded(RECORD), digest_size=16).hexdigest() == OF_A_FILE
    assert digest_of([msgspec.Raw(encoded(RECORD)), [None, "note"]]) == OF_A_SPREADSHEET


def test_saying_what_a_company_is_changes_no_digest_of_its_contracts() -> None:
    for said in (None, True, False):
        assert encoded(_known(RECORD, said)) == encoded(RECORD)


def test_a_text_that_reads_as_what_is_left_out_stays() -> None:
    subject = 'Haies","sole_trader":null'
    back = msgspec.json.decode(encoded(replace(RECORD, subject=subject)), type=ContractRecord)
    assert back == replace(RECORD, subject=subject)
