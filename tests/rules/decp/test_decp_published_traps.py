"""The traps of the format that lie between JSON, XML and their readers, each by its name."""

import json
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from api.rules.decp import missing_for_publication, read_row, write
from api.rules.decp.labels import CONCESSION_LABELS, CONTRACT_LABELS
from api.rules.decp.raw import read as read_raw
from api.rules.decp.xml_reading import xml_rows
from api.rules.decp.xml_writing import CLOSING, OPENING
from api.rules.records import ContractRecord, Kind, Party, Reading
from tests.rules.decp.decp_records import document, element

DATA = Path(__file__).parents[2] / "data" / "decp"
Conforms = Callable[[object, str], bool]
Valid = Callable[[bytes], bool]


@pytest.fixture
def record(contract_row: dict[str, Any]) -> ContractRecord:
    found = read_row(contract_row).record
    assert found is not None
    return found


@pytest.fixture
def concession(concession_row: dict[str, Any]) -> ContractRecord:
    found = read_row(concession_row).record
    assert found is not None
    return found


def in_file(content: bytes) -> bytes:
    return OPENING + content + CLOSING


def read_in(content: bytes) -> Reading:
    (row,) = xml_rows([in_file(content)])
    return read_raw(row)


def codes(issues: tuple[Any, ...]) -> list[tuple[str, str]]:
    return [(issue.code, issue.field) for issue in issues]


def test_each_family_has_its_own_key_and_refuses_the_other(
    record: ContractRecord, concession: ContractRecord, conforms: Conforms, valid: Valid
) -> None:
    for one, own, other in (
        (record, "marche", "contrat-concession"),
        (concession, "contrat-concession", "marche"),
    ):
        assert conforms(write(one), own)
        assert not conforms(write(one), other)
        content = element(one).decode()
        assert content.startswith(f"<{own}>")
        assert valid(in_file(content.encode()))
        assert not valid(in_file(content.replace(f"{own}>", f"{other}>").encode()))


def test_contracts_stand_before_concessions_in_one_file(
    record: ContractRecord, concession: ContractRecord, valid: Valid
) -> None:
    content = b"".join(document([record, record], [concession]))
    assert valid(content)
    assert content.rindex(b"<marche>") < content.index(b"<contrat-concession>")
    # The XSD would take them the other way; readers that look for the first contract would not.
    assert valid(in_file(element(concession) + element(record)))


ALMOST: dict[str, Callable[[str], str]] = {
    "typographic apostrophe": lambda label: label.replace("'", "’"),
    "decomposed accents": lambda label: unicodedata.normalize("NFD", label),
    "trailing space": lambda label: label + " ",
}
LABELS = (
    ("techniques", "Système d'acquisition dynamique"),
    ("ccag", "Techniques de l'information et de la communication"),
    ("ccag", "Maitrise d'œuvre"),
    ("procedure", "Appel d'offres ouvert"),
    ("procedure", "Procédure adaptée"),
)


@pytest.mark.parametrize(
    ("field", "label", "wrong"),
    [
        pytest.param(field, label, spoil(label), id=f"{label}, {name}")
        for name, spoil in ALMOST.items()
        for field, label in LABELS
        if spoil(label) != label
    ],
)
def test_a_label_almost_right_is_never_published_and_is_read_as_it_should_be(
    record: ContractRecord, conforms: Conforms, valid: Valid, field: str, label: str, wrong: str
) -> None:
    def held(text: str) -> Any:
        return (text,) if field == "techniques" else text

    spoiled = replace(record, **{field: held(wrong)})
    assert codes(missing_for_publication(spoiled)) == [("not_in_list", field)]
    assert not valid(in_file(element(spoiled)))
    assert not conforms(write(spoiled), "marche")
    for reading in (read_row(write(spoiled)), read_in(element(spoiled))):
        assert reading.record is not None
        assert getattr(reading.record, field) == held(label)


def test_no_label_of_ours_holds_a_typographic_apostrophe_nor_decomposed_accents() -> None:
    for table in (CONTRACT_LABELS, CONCESSION_LABELS):
        for labels in table.values():
            for label in labels:
                assert "’" not in label
                assert label == unicodedata.normalize("NFC", label).strip()


@pytest.mark.parametrize(
    ("field", "name", "own", "other"),
    [
        ("techniques", "techniques", ("Sans objet",), ("Pas de technique",)),
        ("execution_modalities", "modalitesExecution", ("Sans objet",), ("Pas de modalité",)),
        ("ccag", "ccag", "Pas de CCAG", "Sans objet"),
        ("grouping", "typeGroupementOperateurs", "Pas de groupement", "Sans objet"),
    ],
)
def test_sans_objet_and_pas_de_are_not_the_same_word(
    record: ContractRecord,
    conforms: Conforms,
    valid: Valid,
    field: str,
    name: str,
    own: Any,
    other: Any,
) -> None:
    right, wrong = replace(record, **{field: own}), replace(record, **{field: other})
    assert missing_for_publication(right) == ()
    assert conforms(write(right), "marche")
    assert valid(in_file(element(right)))
    assert codes(missing_for_publication(wrong)) == [("not_in_list", name)]
    assert not conforms(write(wrong), "marche")
    assert not valid(in_file(element(wrong)))
    # Read, it is unknown: never one taken for the other.
    reading = read_row(write(wrong))
    assert reading.record is not None
    assert getattr(reading.record, field) is None


def test_sans_objet_says_nothing_of_considerations(contract_row: dict[str, Any]) -> None:
    contract_row["considerationsSociales"] = {"considerationSociale": ["Sans objet"]}
    reading = read_row(contract_row)
    assert ("unknown_label", "considerationsSociales") in codes(reading.issues)
    assert reading.record is not None
    assert "social_clause" not in reading.record.marks


@pytest.mark.parametrize("nature", ["Accord-cadre", "Marché subséquent"])
def test_a_nature_that_became_a_technique_is_not_published_as_a_nature(
    record: ContractRecord, contract_row: dict[str, Any], valid: Valid, nature: str
) -> None:
    old = replace(record, nature=nature)
    assert codes(missing_for_publication(old)) == [("not_in_list", "nature")]
    assert not valid(in_file(element(old)))
    del contract_row["techniques"], contract_row["modalitesExecution"]
    reading = read_row(contract_row | {"nature": nature})
    assert ("old_nature", "nature") in codes(reading.issues)
    assert reading.record is not None
    moved = (reading.record.techniques, reading.record.execution_modalities)
    assert reading.record.nature == "Marché"
    assert moved == (
        (("Accord-cadre",), None) if nature == "Accord-cadre" else (None, ("Marchés subséquents",))
    )


def test_a_european_company_is_known_by_its_tva_number(
    record: ContractRecord, conforms: Conforms, valid: Valid
) -> None:
    old = replace(record, suppliers=(Party("UE", "BE0123456789"),))
    assert codes(missing_for_publication(old)) == [("not_in_list", "titulaires[1].typeIdentifiant")]
    assert not conforms(write(old), "marche")
    assert not valid(in_file(element(old)))
    for reading in (read_row(write(old)), read_in(element(old))):
        assert reading.record is not None
        assert reading.record.suppliers == (Party("TVA", "BE0123456789"),)


@pytest.mark.parametrize("months", [12, 12.0, Decimal("12.0"), "12"])
def test_a_duration_is_written_without_decimals(
    contract_row: dict[str, Any], months: object
) -> None:
    read = read_row(contract_row | {"dureeMois": months}).record
    assert read is not None
    assert json.dumps(write(read)["dureeMois"]) == "12"
    assert b"<dureeMois>12</dureeMois>" in element(read)


def test_a_duration_with_decimals_is_refused_by_the_xsd(
    record: ContractRecord, valid: Valid
) -> None:
    content = element(replace(record, months=12))
    assert valid(in_file(content))
    assert not valid(in_file(content.replace(b">12</dureeMois>", b">12.0</dureeMois>")))


@pytest.mark.parametrize("said", [True, False])
def test_booleans_are_true_or_false_in_both_formats(
    record: ContractRecord, valid: Valid, said: bool
) -> None:
    written = replace(record, advance_granted=said, subcontracting_declared=said)
    text = json.dumps(said)
    assert f'"attributionAvance": {text}' in json.dumps(write(written))
    content = element(written)
    for name in ("attributionAvance", "sousTraitanceDeclaree"):
        assert f"<{name}>{text}</{name}>".encode() in content
    assert valid(in_file(content))
    capital = content.replace(f">{text}<".encode(), f">{text.title()}<".encode())
    assert not valid(in_file(capital))


def test_a_changed_subcontract_has_one_name_in_json_and_another_in_xml(
    record: ContractRecord, conforms: Conforms, valid: Valid
) -> None:
    row: Any = write(record)
    content = element(record)
    assert conforms(row, "marche")
    assert valid(in_file(content))
    json_name, xml_name = "modificationActeSousTraitance", "modificationActesSousTraitance"
    assert f"<{xml_name}>".encode() in content
    assert not valid(in_file(content.replace(f"{xml_name}>".encode(), f"{json_name}>".encode())))
    (change,) = row["modificationsActesSousTraitance"]
    assert not conforms(
        row | {"modificationsActesSousTraitance": [{xml_name: change[json_name]}]}, "marche"
    )
    # Both names are read.
    other = content.replace(f"<{xml_name}>".encode(), f"<{json_name}>".encode())
    other = other.replace(f"</{xml_name}>".encode(), f"</{json_name}>".encode())
    for read in (read_in(content), read_in(other)):
        assert read.record == record


def test_the_root_has_no_namespace(record: ContractRecord, valid: Valid) -> None:
    content = in_file(element(record))
    assert b"xmlns" not in content
    assert not valid(content.replace(b"<marches>", b'<marches xmlns="urn:decp">'))


def test_a_file_without_contract_is_valid(valid: Valid) -> None:
    assert valid(b"".join(document([])))


def test_children_may_come_in_any_order(record: ContractRecord, valid: Valid) -> None:
    row = write(record)
    content = element(record)
    moved = f"<montant>{row['montant']}</montant>".encode()
    last = content.replace(moved, b"", 1).replace(b"</marche>", moved + b"</marche>")
    assert last != content
    assert valid(in_file(last))
    assert read_in(last).record == record


@pytest.mark.parametrize("millionths", [1, 10, 99, 100, 1_000, 999_999])
def test_a_tiny_rate_is_written_without_exponent(
    record: ContractRecord, valid: Valid, millionths: int
) -> None:
    tiny = replace(record, eu_share=millionths, french_share=millionths)
    content = element(tiny)
    assert f"<origineUE>{Decimal(millionths) / 10**6:f}</origineUE>".encode() in content
    assert valid(in_file(content))
    assert read_in(content).record == tiny
    plain = f"<origineUE>{Decimal(millionths) / 10**6:f}<".encode()
    for wrong in (b"<origineUE>1E-6<", b"<origineUE>0,5<"):
        assert not valid(in_file(content.replace(plain, wrong)))


def test_a_company_given_twice_passes_the_xsd_but_not_our_rules(
    record: ContractRecord, valid: Valid
) -> None:
    twice = replace(record, suppliers=record.suppliers * 2)
    assert valid(in_file(element(twice)))
    assert codes(missing_for_publication(twice)) == [("repeated", "titulaires")]


def test_an_empty_framework_number_is_never_written(record: ContractRecord, valid: Valid) -> None:
    for nothing in (None, ""):
        content = element(replace(record, framework_reference=nothing))
        assert b"idAccordCadre" not in content
        assert valid(in_file(content))
    empty = element(record).replace(b">2023-0001<", b"><")
    assert not valid(in_file(empty))
    reading = read_in(empty)
    assert reading.issues == ()
    assert reading.record == replace(record, framework_reference=None)


@pytest.mark.parametrize(
    ("text", "accepted", "read"),
    [
        (b"2024-01-15", True, date(2024, 1, 15)),
        (b"2024-01-15+01:00", True, date(2024, 1, 15)),
        (b"2024-01-15Z", True, date(2024, 1, 15)),
        (b"2024-02-31", False, None),
        (b"15/01/2024", False, date(2024, 1, 15)),
    ],
)
def test_dates_are_those_of_xml_schema(
    record: ContractRecord, valid: Valid, text: bytes, accepted: bool, read: date | None
) -> None:
    field = b"<dateNotification>2024-01-15<"
    content = element(record)
    assert field in content
    content = content.replace(field, b"<dateNotification>" + text + b"<")
    assert valid(in_file(content)) is accepted
    found = read_in(content).record
    assert found is not None
    assert found.notified_on == read


def test_a_reserved_concession_is_published_under_its_right_label(
    concession: ContractRecord, conforms: Conforms, valid: Valid
) -> None:
    marks = concession.marks | {"reserved": True}
    reserved = replace(concession, marks=marks)
    row: Any = write(reserved)
    assert "Concession réservée" in row["considerationsSociales"]["considerationSociale"]
    assert conforms(row, "contrat-concession")
    content = element(reserved)
    assert "<considerationSociale>Concession réservée<".encode() in content
    assert valid(in_file(content))
    # The labels that a consolidation expects by mistake, and that of contracts.
    for wrong in ("Concession réservé", "Marché réservé", "marché réservé"):
        spoiled = content.decode().replace("Concession réservée", wrong).encode()
        assert not valid(in_file(spoiled))


def test_official_examples_are_no_model_of_sense(valid: Valid) -> None:
    told = set()
    for path in sorted(DATA.glob("official-*.xml")):
        content = path.read_bytes()
        assert valid(content)
        for row in xml_rows([content]):
            reading = read_raw(row)
            assert reading.record is not None
            told |= set(codes(reading.issues)) | set(codes(missing_for_publication(reading.record)))
    assert {
        ("siret_check", "autoriteConcedante.id"),
        ("siret_shape", "actesSousTraitance[1].sousTraitant.id"),
        ("wrong_form", "actesSousTraitance[1].sousTraitant.id"),
    } <= told


def test_the_five_data_of_a_small_contract_are_no_publishable_contract(conforms: Conforms) -> None:
    small = ContractRecord(
        Kind.CONTRACT,
        "2024-7",
        "24620036400080",
        subject="Réparation d’un préau",
        amount=30_000_00,
        months=2,
        suppliers=(Party("SIRET", "00000001800010", "Entreprise"),),
        place_code="62300",
        place_kind="Code postal",
    )
    assert {issue.field for issue in missing_for_publication(small)} == {
        *("nature", "codeCPV", "techniques", "modalitesExecution", "marcheInnovant", "ccag"),
        *("offresRecues", "attributionAvance", "typeGroupementOperateurs", "procedure"),
        *("dateNotification", "datePublicationDonnees", "typesPrix", "formePrix"),
        *("sousTraitanceDeclaree", "considerationsSociales", "considerationsEnvironnementales"),
    }
    # What wasn't said isn't made up to pass.
    assert not conforms(write(small), "marche")
    assert write(small).keys() == {
        *("id", "acheteur", "objet", "lieuExecution", "dureeMois", "montant", "titulaires"),
    }
