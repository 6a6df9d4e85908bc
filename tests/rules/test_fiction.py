"""Fictitious contracts: valid, repeatable, of nobody, and with work to do when asked."""

import csv
import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from api.rules.decp import missing_for_publication, read_row, siret_key_is_right
from api.rules.fiction import fictitious_contracts
from api.rules.fiction_fitting import SECTORS, fits, likely, reservable, sector_of
from api.rules.fiction_subjects import CONCESSION_SUBJECTS, LOTS, PLACES, SUBJECTS

ROOT = Path(__file__).parents[2]
SIRET = "24620036400080"
COUNT = 2000


def made(**choices: Any) -> list[dict[str, Any]]:
    asked = {"seed": 1, "count": COUNT, "first_year": 2019, "last_year": 2025} | choices
    return list(fictitious_contracts(buyer_siret=SIRET, **asked))


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return made()


def is_concession(row: dict[str, Any]) -> bool:
    return "autoriteConcedante" in row


def identifiers(value: object) -> list[str]:
    """Every SIRET of a company inside a row."""
    if isinstance(value, list):
        return [found for item in value for found in identifiers(item)]
    if not isinstance(value, dict):
        return []
    if value.get("typeIdentifiant") == "SIRET":
        return [value["id"]]
    return [found for item in value.values() for found in identifiers(item)]


def test_all_are_valid_for_the_official_schema(rows: list[dict[str, Any]]) -> None:
    path = ROOT / "tests" / "data" / "decp" / "schema_decp_v2.0.3.json"
    validator = jsonschema_rs.validator_for(json.loads(path.read_text(encoding="utf-8")))
    contracts = [row for row in rows if not is_concession(row)]
    concessions = [row for row in rows if is_concession(row)]
    validator.validate({"marches": {"marche": contracts, "contrat-concession": concessions}})
    assert len(contracts) + len(concessions) == COUNT


def test_all_are_read_without_a_doubt_and_can_be_published(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        reading = read_row(row)
        assert reading.record is not None
        assert missing_for_publication(reading.record) == ()
        assert {issue.code for issue in reading.issues} <= {"subcontractor_is_supplier"}


def test_one_seed_makes_one_set_of_contracts(rows: list[dict[str, Any]]) -> None:
    assert made() == rows
    assert made(seed=2) != rows


def test_references_are_unique_and_short_enough_to_be_published(rows: list[dict[str, Any]]) -> None:
    references = [row["id"] for row in rows]
    assert len(set(references)) == COUNT
    assert max(map(len, references)) <= 16


def test_companies_are_visibly_fictitious_with_right_keys(rows: list[dict[str, Any]]) -> None:
    found = {siret for row in rows for siret in identifiers(row)}
    assert len(found) > 100
    for siret in found:
        assert siret.startswith("000")
        assert siret_key_is_right(siret)


def test_the_mix_is_that_of_a_buyer(rows: list[dict[str, Any]]) -> None:
    assert 0.02 < sum(map(is_concession, rows)) / COUNT < 0.06
    years = Counter(int((row.get("dateNotification") or row["dateSignature"])[:4]) for row in rows)
    assert sorted(years) == list(range(2019, 2026))
    assert min(years.values()) > COUNT / 10
    for key in ("modifications", "actesSousTraitance", "modificationsActesSousTraitance"):
        assert any(key in row for row in rows)
    assert any(isinstance(row.get("montant"), float) for row in rows)
    assert sum(" – lot " in row["objet"] for row in rows) > COUNT / 10


def test_social_considerations_grow_with_the_years() -> None:
    def share(year: int) -> float:
        several = made(first_year=year, last_year=year)
        count: int = sum(
            row["considerationsSociales"]["considerationSociale"]
            != ["Pas de considération sociale"]
            for row in several
        )
        return count / len(several)

    assert share(2019) + 0.1 < share(2025)


def test_the_asked_share_of_contracts_is_incomplete() -> None:
    missing = Counter[str]()
    incomplete = 0
    for row in made(incomplete=0.1):
        record = read_row(row).record
        assert record is not None
        issues = missing_for_publication(record)
        incomplete += bool(issues)
        missing.update(issue.field for issue in issues)
    assert 0.07 < incomplete / COUNT < 0.13
    assert missing["considerationsSociales"]
    assert missing["offresRecues"]


def test_cpv_codes_are_those_of_the_nomenclature() -> None:
    path = ROOT / "api" / "reference" / "data" / "cpv_2008_fr.csv"
    with path.open(encoding="utf-8", newline="") as file:
        known = {row["code"][:8] for row in csv.DictReader(file)}
    used = {subject.cpv for subject in SUBJECTS}
    used |= {lot.cpv for lots in LOTS.values() for lot in lots}
    assert used <= known


def test_the_vocabulary_is_wide_and_whole() -> None:
    assert len({subject.title for subject in SUBJECTS}) >= 60
    assert {subject.places for subject in SUBJECTS} <= PLACES.keys()
    assert {subject.lots for subject in SUBJECTS} - {""} <= LOTS.keys()


def test_a_company_holds_contracts_of_one_sector(rows: list[dict[str, Any]]) -> None:
    sectors: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if not is_concession(row):
            for siret in identifiers(row):
                sectors[siret].add(sector_of(row["codeCPV"]))
    assert {len(names) for names in sectors.values()} == {1}
    assert {name for names in sectors.values() for name in names} == set(SECTORS)
    assert {one.sector for one in CONCESSION_SUBJECTS} <= set(SECTORS)


def test_only_what_structures_can_hold_is_reserved(rows: list[dict[str, Any]]) -> None:
    reserved = [
        row["codeCPV"]
        for row in rows
        if "Marché réservé" in row["considerationsSociales"]["considerationSociale"]
    ]
    assert reserved
    assert all(map(reservable, reserved))
    assert not reservable("71332000")


def test_contracts_are_notified_on_working_days(rows: list[dict[str, Any]]) -> None:
    days = [date.fromisoformat(row["dateNotification"]) for row in rows if not is_concession(row)]
    assert {day.weekday() for day in days} == set(range(5))


def test_a_building_stands_in_a_commune(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if any(row["objet"].endswith(place) for place in PLACES["street"]):
            assert row["lieuExecution"]["typeCode"] in ("Code commune", "Code postal")


def test_a_theme_fits_its_object_and_what_is_said_of_it() -> None:
    assert not fits("warm_asphalt", "15300000")
    assert fits("warm_asphalt", "45233140")
    assert not fits("fair_trade", "45233140")
    assert likely("waste", "90511000", {"environmental_clause": True}) > 0
    no_green = {"environmental_clause": False, "environmental_criterion": False}
    assert likely("waste", "90511000", no_green) == 0
    assert 0 < likely("waste", "90511000", {}) < likely("supplier_terms", "90511000", {})
    assert likely("insertion_clause", "45233140", {"social_clause": False}) == 0
