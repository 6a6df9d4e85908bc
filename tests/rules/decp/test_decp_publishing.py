"""Publication: a record without a missing item is valid for the schema and reads back as itself."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from msgspec.structs import replace

from api.rules.decp import missing_for_publication, read_row, write
from api.rules.records import ContractRecord, Kind, Party
from tests.rules.decp.decp_records import (
    BROKEN_PARTIES,
    NASTY,
    carried_by_the_format,
    harmless,
    mutated,
    ordinary,
    publishable,
)

Conforms = Callable[[object, str], bool]
FAMILIES = {Kind.CONTRACT: "marche", Kind.CONCESSION: "contrat-concession"}


def through_json(row: dict[str, object]) -> Any:
    return json.loads(json.dumps(row), parse_float=Decimal)


@ordinary
@given(record=publishable)
def test_a_complete_record_is_valid_and_reads_back_as_itself(
    conforms: Conforms, record: ContractRecord
) -> None:
    assert missing_for_publication(record) == ()
    row = write(record)
    assert conforms(row, FAMILIES[record.kind])
    assert read_row(through_json(row), record.kind).record == record
    assert read_row(row, record.kind).record == record


@ordinary
@given(record=mutated())
def test_what_the_schema_refuses_is_always_told_in_french(
    conforms: Conforms, record: ContractRecord
) -> None:
    issues = missing_for_publication(record)
    row = write(record)
    if not issues:
        assert conforms(row, FAMILIES[record.kind])
        assert read_row(through_json(row), record.kind).record == carried_by_the_format(record)
    for issue in issues:
        assert issue.field
        assert issue.field in issue.message


@pytest.mark.parametrize("family", ["contract_row", "concession_row"])
@pytest.mark.parametrize("name", sorted(NASTY))
def test_each_doubtful_value_is_told_or_harmless(
    conforms: Conforms, request: pytest.FixtureRequest, family: str, name: str
) -> None:
    complete = read_row(request.getfixturevalue(family)).record
    assert complete is not None
    for record in harmless(complete, name):
        row = write(record)
        assert conforms(row, FAMILIES[record.kind])
        assert read_row(row, record.kind).record == carried_by_the_format(record)


def test_every_required_field_of_the_schema_is_asked_for_when_unknown() -> None:
    bare = ContractRecord(Kind.CONTRACT, "1", "24620036400080")
    asked = {issue.field.split(".")[0] for issue in missing_for_publication(bare)}
    assert asked == {
        *("nature", "objet", "codeCPV", "techniques", "modalitesExecution", "marcheInnovant"),
        *("ccag", "offresRecues", "attributionAvance", "typeGroupementOperateurs", "procedure"),
        *("lieuExecution", "dureeMois", "dateNotification", "datePublicationDonnees", "montant"),
        *("typesPrix", "formePrix", "sousTraitanceDeclaree", "titulaires"),
        *("considerationsSociales", "considerationsEnvironnementales"),
    }
    bare = ContractRecord(Kind.CONCESSION, "1", "24620036400080")
    asked = {issue.field for issue in missing_for_publication(bare)}
    assert asked == {
        *("nature", "objet", "procedure", "dureeMois", "dateSignature", "datePublicationDonnees"),
        *("dateDebutExecution", "valeurGlobale", "montantSubventionPublique", "concessionnaires"),
        *("considerationsSociales", "considerationsEnvironnementales"),
    }


@pytest.mark.parametrize("party", BROKEN_PARTIES)
def test_a_company_that_nobody_can_find_is_not_publishable(
    contract_row: dict[str, Any], party: Party
) -> None:
    record = read_row(contract_row).record
    assert record is not None
    issues = missing_for_publication(replace(record, suppliers=(party,)))
    assert {issue.field.split(".")[0] for issue in issues} == {"titulaires[1]"}
