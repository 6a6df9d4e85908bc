"""What open-data files say of a contract, of a figure: lines, releases, what is hidden."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import frictionless
import jsonschema_rs
import pytest

from api.rules.decp.table import COLUMNS, CONTRACTS, lines
from api.rules.described import table_schema
from api.rules.indicators.disclosed import Disclosure, disclosed
from api.rules.ocds.release import Consulted, Planned, Told, release
from api.rules.ocds.sustainability import sustainability
from api.rules.records import (
    AmendmentRecord,
    ConcessionYearRecord,
    ContractRecord,
    Kind,
    Party,
)

SIRET = "00000001600012"
DATA = Path(__file__).parents[1] / "data/ocds"
RELEASE = json.loads((DATA / "release-schema-1__1__4.json").read_text("utf-8"))
FIRST, SECOND = Party("SIRET", "00000001800010", "Haies"), Party("TVA", "BE0123456789", "Bois")
AMENDED = ContractRecord(
    kind=Kind.CONTRACT,
    reference="2026-1",
    buyer_siret=SIRET,
    subject="Entretien",
    cpv="77310000-6",
    procedure="Appel d'offres ouvert",
    framework_reference="2025-AC",
    offers_received=3,
    months=12,
    notified_on=date(2026, 1, 5),
    published_on=date(2026, 2, 1),
    amount=1_000_050,
    suppliers=(FIRST, SECOND),
    marks={"social_clause": True, "environmental_criterion": True, "reserved": False},
    amendments=(
        AmendmentRecord(1, date(2026, 3, 1), date(2026, 3, 15), amount=1_200_000),
        AmendmentRecord(2, date(2026, 4, 1), date(2026, 4, 15), months=18, suppliers=(SECOND,)),
    ),
)


def told(record: ContractRecord) -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, one, strict=True)) for one in lines(record, "Ville")]


def test_each_amendment_has_lines_with_what_it_made_of_the_contract() -> None:
    names = ("modification_id", "titulaire_id", "montant", "dureeMois", "donneesActuelles")
    found = [tuple(one[name] for name in names) for one in told(AMENDED)]
    first, second = "00000001800010", "BE0123456789"
    assert found == [
        ("0", first, "10000.5", "12", "false"),
        ("0", second, "10000.5", "12", "false"),
        ("1", first, "12000", "12", "false"),
        ("1", second, "12000", "12", "false"),
        ("2", second, "12000", "18", "true"),
    ]
    assert [one["dateNotification"] for one in told(AMENDED)][::2] == [
        "2026-01-05",
        "2026-03-01",
        "2026-04-01",
    ]


@pytest.mark.parametrize(
    ("cpv", "kind"),
    [
        ("77310000-6", "Services"),
        ("45233130-9", "Travaux"),
        ("48000000-8", "Fournitures"),
        ("03111000-2", "Fournitures"),
        ("50000000-5", "Services"),
        ("NC", ""),
        (None, ""),
    ],
)
def test_the_type_of_a_purchase_is_that_of_its_cpv_division(cpv: str | None, kind: str) -> None:
    record = ContractRecord(Kind.CONTRACT, "1", SIRET, cpv=cpv)
    assert [one["type"] for one in told(record)] == [kind]


def test_a_contract_of_which_nothing_is_said_has_one_line_of_empty_cells() -> None:
    (line,) = told(ContractRecord(Kind.CONTRACT, "1", SIRET))
    said = {name: value for name, value in line.items() if value}
    assert said == {
        "uid": f"{SIRET}1",
        "id": "1",
        "acheteur_id": SIRET,
        "acheteur_nom": "Ville",
        "modification_id": "0",
        "donneesActuelles": "true",
    }


def test_the_schema_of_the_table_has_its_columns_in_their_order() -> None:
    schema = frictionless.Schema.from_descriptor(table_schema(CONTRACTS))
    assert schema.field_names == list(COLUMNS)
    assert len(set(COLUMNS)) == len(COLUMNS)


FIGURE = {
    "scheme": "s",
    "indicator": "1",
    "value": "4",
    "numerator": "4",
    "denominator": "9",
    "unknown": 2,
    "low": "3",
    "high": "6",
    "share": "44.4",
    "completeness": "0.8",
    "firm": True,
    "target": "10",
    "parts": [{"label": "a", "value": "4"}],
    "anything_new": "4",
}


@pytest.mark.parametrize("state", [Disclosure.SECRET, Disclosure.NOT_CLOSED])
def test_a_hidden_figure_keeps_no_number_that_would_give_it_away(state: Disclosure) -> None:
    found = disclosed(FIGURE, state)
    assert found.keys() == {*FIGURE, "status"}
    assert {name for name, value in found.items() if value} == {
        "scheme", "indicator", "target", "status",
    }  # fmt: skip
    assert found["status"] == state.value


@pytest.mark.parametrize("state", [Disclosure.PUBLISHED, Disclosure.UNKNOWN])
def test_a_figure_that_is_not_hidden_is_told_whole(state: Disclosure) -> None:
    assert disclosed(FIGURE, state) == {**FIGURE, "status": state.value}


CONCESSION = ContractRecord(
    kind=Kind.CONCESSION,
    reference="C/1",
    buyer_siret=SIRET,
    months=120,
    notified_on=date(2026, 1, 5),
    starts_on=date(2026, 2, 1),
    amount=5_000_000_00,
    suppliers=(FIRST, FIRST, Party(None, None, None)),
    concession_years=(
        ConcessionYearRecord(date(2026, 5, 1), 12_345),
        ConcessionYearRecord(None, None),
    ),
)


def released(record: ContractRecord, **beside: Any) -> dict[str, object]:
    at = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    return release(Told(record, "Ville", 3, at, "ocds-000000", **beside))


@pytest.mark.parametrize(
    "record", [AMENDED, CONCESSION, ContractRecord(Kind.CONTRACT, "1", SIRET)], ids=str
)
def test_a_release_is_right_for_the_official_schema(record: ContractRecord) -> None:
    right = jsonschema_rs.Draft4Validator(RELEASE, validate_formats=True)
    consulted = Consulted("CONS-1", "Haies et arbres", date(2025, 10, 1))
    planned = Planned("PROJ-1", "Haies", date(2026, 1, 1))
    for beside in ({}, {"consulted": consulted, "planned": planned}):
        found = released(record, **beside)
        assert [one.message for one in right.iter_errors(found)] == []


def test_the_date_of_a_release_does_not_go_back_when_its_project_is_public_no_more() -> None:
    public = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    planned = Planned("PROJ-1", "Haies", date(2026, 1, 1), public)
    before = released(AMENDED, planned=planned)
    withdrawn = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    after = released(AMENDED, buyer_changed_at=withdrawn)
    assert (before["date"], after["date"]) == ("2026-11-22T09:00:00Z", "2026-11-22T10:00:00Z")


def test_a_release_tells_the_award_and_what_became_of_the_contract() -> None:
    found: dict[str, Any] = json.loads(json.dumps(released(AMENDED)))
    text = json.dumps(found, ensure_ascii=False)
    award, contract = found["awards"][0], found["contracts"][0]
    assert award["value"] == {"amount": 10000.5, "currency": "EUR"}
    assert contract["value"] == {"amount": 12000, "currency": "EUR"}
    assert [one["id"] for one in contract["amendments"]] == ["1", "2"]
    assert found["tag"] == ["tender", "award", "contract", "contractAmendment"]
    assert found["relatedProcesses"][0]["identifier"] == f"ocds-000000-{SIRET}-2025-AC"
    assert "FR-INSEE-00000001800010" in text
    assert released(CONCESSION)["tag"] == ["tender", "award", "contract", "implementation"]


def test_what_is_not_said_of_every_consideration_is_not_denied() -> None:
    assert sustainability({}) == {}
    assert sustainability({"social_clause": False}) == {}
    every = (
        "social_clause", "social_criterion", "reserved", "environmental_clause",
        "environmental_criterion",
    )  # fmt: skip
    assert sustainability(dict.fromkeys(every, False)) == {"hasSustainability": False}
    found = sustainability({"social_clause": True, "social_criterion": True})
    assert found == {
        "hasSustainability": True,
        "sustainability": [
            {"goal": "social", "strategies": ["contractPerformanceConditions", "awardCriteria"]}
        ],
    }
