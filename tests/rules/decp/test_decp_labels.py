"""Labels: the official lists, the spellings understood, and what considerations say of marks."""

import json
from pathlib import Path
from typing import Any

import pytest

from api.rules.decp import labels, read_row, write
from api.rules.decp.labels import (
    CONCESSION_LABELS,
    CONTRACT_LABELS,
    ENVIRONMENTAL_MARKS,
    SOCIAL_MARKS,
)
from api.rules.records import ContractRecord, Kind

SCHEMA = Path(__file__).parents[2] / "data" / "decp" / "schema_decp_v2.0.3.json"
MINIMAL: dict[str, Any] = {"id": "2024-1", "acheteur": {"id": "24620036400080"}}
# A field that only the 2022 format has: it makes the row one of 2022.
OF_2022 = MINIMAL | {"ccag": "Travaux"}


def read(row: dict[str, Any], kind: Kind | None = None) -> ContractRecord:
    record = read_row(row, kind).record
    assert record is not None
    return record


def remarks(row: dict[str, Any], field: str, kind: Kind | None = None) -> list[str]:
    return [issue.code for issue in read_row(row, kind).issues if issue.field == field]


def test_the_lists_are_those_of_the_official_schema() -> None:
    definitions = json.loads(SCHEMA.read_text(encoding="utf-8"))["definitions"]

    def enumeration(family: str, key: str) -> tuple[str, ...]:
        return tuple(definitions[family]["properties"][key]["enum"])

    def items(family: str, name: str) -> tuple[str, ...]:
        return tuple(definitions[family]["definitions"][name]["items"]["enum"])

    assert {
        "nature": enumeration("marche", "nature"),
        "procedure": enumeration("marche", "procedure"),
        "techniques": items("marche", "techniqueArray"),
        "execution_modalities": items("marche", "modaliteExecutionArray"),
        "ccag": enumeration("marche", "ccag"),
        "grouping": enumeration("marche", "typeGroupementOperateurs"),
        "place_kind": tuple(
            definitions["marche"]["properties"]["lieuExecution"]["properties"]["typeCode"]["enum"]
        ),
        "price_types": items("marche", "typePrixArray"),
        "price_form": enumeration("marche", "formePrix"),
    } == CONTRACT_LABELS
    family = "contrat-concession"
    assert {
        "nature": enumeration(family, "nature"),
        "procedure": enumeration(family, "procedure"),
    } == CONCESSION_LABELS
    assert items("marche", "considerationSocialeArray") == labels.SOCIAL_CONSIDERATIONS
    assert items(family, "considerationSocialeArray") == labels.CONCESSION_SOCIAL_CONSIDERATIONS
    assert (
        items("marche", "considerationEnvironnementaleArray")
        == items(family, "considerationEnvironnementaleArray")
        == labels.ENVIRONMENTAL_CONSIDERATIONS
    )
    supplier = definitions["marche"]["definitions"]["Titulaire"]["properties"]
    assert tuple(supplier["typeIdentifiant"]["enum"]) == labels.ID_TYPES


@pytest.mark.parametrize(
    ("spelling", "procedure", "official"),
    [
        ("Procédure adaptée", "Procédure adaptée", True),
        ("Procédure concurrentielle avec négociation", "Procédure avec négociation", True),
        (
            "Procédure négociée avec mise en concurrence préalable",
            "Procédure avec négociation",
            True,
        ),
        (
            "Marché négocié sans publicité ni mise en concurrence préalable",
            "Marché passé sans publicité ni mise en concurrence préalable",
            True,
        ),
        ("Appel d’offres ouvert", "Appel d'offres ouvert", True),
        (
            "Marché public négocié sans publicité ni mise en concurrence préalable",
            "Marché passé sans publicité ni mise en concurrence préalable",
            False,
        ),
        ("APPEL D'OFFRES OUVERT", "Appel d'offres ouvert", False),
        ("Proce\u0301dure adapte\u0301e", "Procédure adaptée", False),
        ("  procedure   adaptee ", "Procédure adaptée", False),
    ],
)
def test_the_spellings_of_procedures_are_understood(
    spelling: str, procedure: str, official: bool
) -> None:
    row = MINIMAL | {"procedure": spelling}
    assert read(row).procedure == procedure
    assert remarks(row, "procedure") == ([] if official else ["label_respelled"])


@pytest.mark.parametrize("value", ["Gré à gré", "x" * 5000, 3, ["Procédure adaptée"], True])
def test_an_unknown_label_is_no_value_and_the_remark_names_it(value: object) -> None:
    row = MINIMAL | {"procedure": value}
    assert read(row).procedure is None
    (issue,) = (i for i in read_row(row).issues if i.field == "procedure")
    assert issue.code in ("unknown_label", "unusable_value")
    if value == "Gré à gré":
        assert "Gré à gré" in issue.message
        assert "Procédure adaptée" in issue.message


@pytest.mark.parametrize(
    ("key", "field", "spelling", "label"),
    [
        ("ccag", "ccag", "Maîtrise d’œuvre", "Maitrise d'œuvre"),
        ("ccag", "ccag", "maitrise d'oeuvre", "Maitrise d'œuvre"),
        ("typeGroupementOperateurs", "grouping", "PAS DE GROUPEMENT", "Pas de groupement"),
        ("formePrix", "price_form", "forfaitaire", "Forfaitaire"),
        ("nature", "nature", "Marche", "Marché"),
    ],
)
def test_case_accents_and_ligatures_do_not_hide_a_label(
    key: str, field: str, spelling: str, label: str
) -> None:
    assert getattr(read(MINIMAL | {key: spelling}), field) == label


@pytest.mark.parametrize(
    ("old", "label"),
    [
        ("Marché à tranches", "Tranches"),
        ("Bon de commande", "Bons de commande"),
        ("Marché subséquent", "Marchés subséquents"),
    ],
)
def test_the_modalities_of_2_0_0_are_understood(old: str, label: str) -> None:
    row = MINIMAL | {"modaliteExecution": [old]}
    assert read(row).execution_modalities == (label,)
    assert remarks(row, "modalitesExecution") == []


def test_the_flat_names_of_2_0_0_are_read() -> None:
    row = MINIMAL | {
        "technique": ["Concours", "Catalogue électronique"],
        "typePrix": ["Définitif ferme"],
        "considerationsSociales": ["Clause sociale"],
        "considerationsEnvironnementales": ["Clause environnementale"],
        "modifications": [{"id": 1, "dureeMois": 52}],
        "actesSousTraitance": [],
        "idAccordCadre": None,
    }
    record = read(row)
    assert record.techniques == ("Concours", "Catalogue électronique")
    assert record.price_types == ("Définitif ferme",)
    assert record.marks["social_clause"] is True
    assert record.amendments[0].months == 52


@pytest.mark.parametrize(
    ("nature", "techniques", "modalities"),
    [
        ("Accord-cadre", ("Accord-cadre",), None),
        ("ACCORD CADRE", ("Accord-cadre",), None),
        ("Marché subséquent", None, ("Marchés subséquents",)),
        ("Marché", None, None),
    ],
)
def test_the_natures_of_2019_become_a_technique_or_a_modality(
    nature: str, techniques: tuple[str, ...] | None, modalities: tuple[str, ...] | None
) -> None:
    record = read(MINIMAL | {"nature": nature})
    assert record.nature == "Marché"
    assert record.techniques == techniques
    assert record.execution_modalities == modalities


def test_a_nature_of_2019_is_no_surprise_in_2019_and_is_told_in_2022() -> None:
    assert remarks(MINIMAL | {"nature": "Accord-cadre"}, "nature") == []
    assert remarks(OF_2022 | {"nature": "Accord-cadre"}, "nature") == ["old_nature"]


@pytest.mark.parametrize(
    ("form", "price_types", "price_form"),
    [
        ("Ferme", ("Définitif ferme",), None),
        ("Ferme et actualisable", ("Définitif actualisable",), None),
        ("Révisable", ("Définitif révisable",), None),
        ("Unitaire", None, "Unitaire"),
    ],
)
def test_the_price_form_of_2019_is_the_price_type_of_2022(
    form: str, price_types: tuple[str, ...] | None, price_form: str | None
) -> None:
    record = read(MINIMAL | {"formePrix": form})
    assert (record.price_types, record.price_form) == (price_types, price_form)


@pytest.mark.parametrize(
    ("spelling", "label"),
    [
        ("CONCESSION DE TRAVAUX", "Concession de travaux"),
        ("DELEGATION DE SERVICE PUBLIC", "Délégation de service public"),
        ("Concession de services", "Concession de service"),
    ],
)
def test_the_natures_of_concessions_are_understood_in_capitals(spelling: str, label: str) -> None:
    row = MINIMAL | {"nature": spelling}
    assert read(row, Kind.CONCESSION).nature == label
    assert remarks(row, "nature", Kind.CONCESSION) == ["label_respelled"]


def test_what_2019_does_not_say_stays_unsaid() -> None:
    row = MINIMAL | {"_type": "Marché", "nature": "Marché", "formePrix": "Ferme", "montant": 5}
    record = read(row)
    assert record.marks == {}
    unsaid = ("offers_received", "ccag", "subcontracting_declared", "eu_share", "advance_granted")
    assert {getattr(record, name) for name in unsaid} == {None}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["Clause sociale"], (True, False, False)),
        (["Marché réservé", "Critère social"], (False, True, True)),
        (["Pas de considération sociale"], (False, False, False)),
        ("Clause sociale", (True, False, False)),
        (["CLAUSE SOCIALE"], (True, False, False)),
        # A list that contradicts itself says nothing.
        (["Pas de considération sociale", "Clause sociale"], (None, None, None)),
        # A label that nobody understands may be any of the others.
        (["Clause sociale", "Clause d'équité"], (True, None, None)),
        (["Clause d'équité"], (None, None, None)),
        (["NC"], (None, None, None)),
        ([], (None, None, None)),
        (None, (None, None, None)),
    ],
)
def test_a_list_of_social_considerations_speaks_of_its_whole_family(
    given: object, said: tuple[bool | None, ...]
) -> None:
    marks = read(MINIMAL | {"considerationsSociales": {"considerationSociale": given}}).marks
    assert tuple(marks.get(code) for code in SOCIAL_MARKS) == said
    assert not set(marks) - set(SOCIAL_MARKS)


def test_contradictory_considerations_are_told() -> None:
    row = MINIMAL | {"considerationsEnvironnementales": [*labels.ENVIRONMENTAL_CONSIDERATIONS]}
    assert read(row).marks == {}
    field = "considerationsEnvironnementales"
    assert remarks(row, field) == ["contradictory_considerations"]


def test_not_applicable_with_another_technique_is_kept_and_told() -> None:
    row = MINIMAL | {"techniques": {"technique": ["Sans objet", "Concours"]}}
    assert read(row).techniques == ("Concours", "Sans objet")
    assert remarks(row, "techniques") == ["contradictory_labels"]


@pytest.mark.parametrize(
    "spelling", ["Concession réservée", "Concession réservé", "Marché réservé"]
)
def test_a_reserved_concession_is_understood_with_the_typing_error_of_the_ministry(
    spelling: str,
) -> None:
    record = read(MINIMAL | {"considerationsSociales": [spelling]}, Kind.CONCESSION)
    assert record.marks["reserved"] is True
    written = write(record)["considerationsSociales"]
    assert written == {"considerationSociale": ["Concession réservée"]}


def test_an_innovative_contract_is_a_mark_and_a_silence_is_not() -> None:
    assert read(MINIMAL | {"marcheInnovant": True}).marks == {"innovative": True}
    assert read(MINIMAL | {"marcheInnovant": False}).marks == {"innovative": False}
    assert read(MINIMAL | {"marcheInnovant": None}).marks == {}


def test_the_families_of_marks_are_told_apart() -> None:
    row = MINIMAL | {"considerationsEnvironnementales": ["Clause environnementale"]}
    assert read(row).marks == dict(zip(ENVIRONMENTAL_MARKS, (True, False), strict=True))
