"""Real files: the official examples, the 49 contracts of Lens-Liévin, real defects of 2019."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import ijson
import pytest

from api.rules.decp import read_row, write
from api.rules.records import ContractRecord, Kind, Reading

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data" / "decp"
LENS_LIEVIN = ROOT / "api/reference/data/demonstration/call-lens-lievin-2019.json"
KINDS = {"marche": Kind.CONTRACT, "contrat-concession": Kind.CONCESSION}


def parsed(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


OFFICIAL = [
    pytest.param(row, KINDS[family], id=f"{path.stem}-{family}-{rank}")
    for path in sorted(DATA.glob("official-*.json"))
    for family, rows in parsed(path)["marches"].items()
    for rank, row in enumerate(rows)
]
DEFECTS = parsed(DATA / "defects-2019.json")


@pytest.mark.parametrize(("row", "kind"), OFFICIAL)
def test_an_official_example_survives_reading_and_writing(
    row: dict[str, Any], kind: Kind, conforms: Any
) -> None:
    record = read_row(row).record
    assert record is not None
    assert record.kind is kind
    written = write(record)
    assert conforms(written, "marche" if kind is Kind.CONTRACT else "contrat-concession")
    assert read_row(json.loads(json.dumps(written), parse_float=Decimal)).record == record
    # The writer leaves out an advance of rate 0 and puts labels in the order of the official list.
    expected = {key: value for key, value in row.items() if (key, value) != ("tauxAvance", 0)}
    if kind is Kind.CONTRACT:
        expected["techniques"] = {"technique": ["Accord-cadre", "Concours"]}
    assert json.loads(json.dumps(written)) == json.loads(json.dumps(expected, default=float))


def test_there_are_official_examples() -> None:
    assert len(OFFICIAL) == 10


@pytest.fixture(scope="module")
def lens_lievin() -> list[Reading]:
    with LENS_LIEVIN.open("rb") as file:
        return [read_row(row) for row in ijson.items(file, "marches.item")]


def records(readings: list[Reading]) -> list[ContractRecord]:
    return [reading.record for reading in readings if reading.record is not None]


def contracts_with(readings: list[Reading], code: str, field: str) -> int:
    return sum(
        any(issue.code == code and issue.field == field for issue in reading.issues)
        for reading in readings
    )


def test_the_49_contracts_of_lens_lievin_are_all_read(lens_lievin: list[Reading]) -> None:
    assert len(lens_lievin) == len(records(lens_lievin)) == 49
    assert {record.buyer_siret for record in records(lens_lievin)} == {"24620036400080"}
    assert {record.kind for record in records(lens_lievin)} == {Kind.CONTRACT}
    assert sum(record.amount or 0 for record in records(lens_lievin)) == TOTAL_OF_LENS_LIEVIN


# Sum of the field « montant » of the file, in cents, counted apart from the reader.
TOTAL_OF_LENS_LIEVIN = sum(contract["montant"] for contract in parsed(LENS_LIEVIN)["marches"]) * 100


@pytest.mark.parametrize(
    ("code", "field", "count"),
    [
        ("missing_date", "dateNotification", 41),
        ("missing_date", "datePublicationDonnees", 49),
        ("garbled_text", "objet", 42),
        ("garbled_text", "acheteur.nom", 49),
        ("garbled_text", "titulaires[1].denominationSociale", 4),
        ("cpv_short", "codeCPV", 2),
    ],
)
def test_the_defects_of_lens_lievin_are_all_told(
    lens_lievin: list[Reading], code: str, field: str, count: int
) -> None:
    assert contracts_with(lens_lievin, code, field) == count


def test_nothing_else_is_told_of_lens_lievin(lens_lievin: list[Reading]) -> None:
    codes = Counter(issue.code for reading in lens_lievin for issue in reading.issues)
    assert codes == {"missing_date": 90, "garbled_text": 95, "cpv_short": 2}


def test_what_lens_lievin_did_not_say_in_2019_is_unknown(lens_lievin: list[Reading]) -> None:
    for record in records(lens_lievin):
        assert record.marks == {}
        assert record.offers_received is None
        assert record.ccag is None
        assert record.subcontracting_declared is None


def test_the_natures_of_lens_lievin_are_those_of_2022(lens_lievin: list[Reading]) -> None:
    found = records(lens_lievin)
    assert {record.nature for record in found} == {"Marché"}
    techniques = Counter(record.techniques for record in found)
    modalities = Counter(record.execution_modalities for record in found)
    assert techniques == {("Accord-cadre",): 12, None: 37}
    assert modalities == {("Marchés subséquents",): 14, None: 35}
    assert Counter(record.price_types for record in found) == {
        ("Définitif révisable",): 33,
        ("Définitif ferme",): 12,
        ("Définitif actualisable",): 4,
    }
    assert {record.price_form for record in found} == {None}


@pytest.mark.parametrize("case", DEFECTS, ids=[f"{rank}" for rank in range(len(DEFECTS))])
def test_a_real_defect_of_2019_gets_its_remarks(case: dict[str, Any]) -> None:
    reading = read_row(case["row"])
    assert (reading.refusal.code if reading.refusal else None) == case["refusal"]
    assert sorted(f"{issue.code} {issue.field}" for issue in reading.issues) == case["issues"]


def test_the_collection_of_defects_is_wide() -> None:
    codes = {line.split()[0] for case in DEFECTS for line in case["issues"]}
    assert len(DEFECTS) >= 40
    assert len(codes) >= 20
