"""A scheme, or a nomenclature, that does not hold together is refused, and told why."""

import re
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from api.reference.marks import MARKS, load_marks
from api.rules.indicators.reading import problems
from api.schemes.loading import CATALOGUE, load_model

MODEL = "cd40-2023-2029.yaml"


def _broken(tmp_path: Path, old: str, new: str) -> Path:
    text = (CATALOGUE / MODEL).read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "broken.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


_B1 = """
    definition:
      version: 2
      fact: measure
      aggregate: declared
      period: civil_year

  - code: C1"""
_D1 = _B1.replace("C1", "E1")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("mark: social_clause", "mark: social_close", "marque « social_close » inconnue"),
        ("more_than: '25000.00'", "more_than: 25000.0", "attendu : un texte"),
        ("field: amount, more", "field: amont, more", "champ « amont » inconnu"),
        ("value: '25'", "value: 25", "texte décimal, entre guillemets"),
        ("value: '25'", "value: beaucoup", "valid decimal"),
        (
            "year: 2023\n        value: '25'",
            "year: 2037\n        value: '25'",
            "cible de 2037, hors",
        ),
        ("unit: heures\n        fte: '9,5'", "unit: €", "« € » refusée ; mots admis : heures"),
        ("unit: heures\n        fte", "unit: €\n        fte", "va avec des heures, pas avec « € »"),
        ("fte: '9,5'", "fte: environ 9", "String should match pattern"),
        ("year: 2025\n        value", "year: 2024\n        value", "deux cibles pour 2024"),
        ("unit: tonnes/an", "unit: kg", "« kg » refusée ; mots admis : tonnes"),
        ("source_line: 133", "organisation: '111111118'", "hors du schéma"),
        ("source_line: 133", "since: 2037", "qu’à partir de 2037 (première année visée)"),
        ("actions: [1.1.1]", "actions: [1.1.9]", "A1 : actions inconnues : 1.1.9"),
        (
            "{field: amount, more_than: '25000.00'}",
            "{field: targeted_action, equals: ACTION 99}",
            "actions inconnues dans la définition : ACTION 99",
        ),
        ("code: A2", "code: A1", "codes donnés deux fois : A1"),
        ("code: 1.1.2", "code: 1.1.1", "codes donnés deux fois : 1.1.1"),
        ("unit: personnes", "unit: null", "A3 : un indicateur de type « count » a une unité"),
        ("kind: count", "kind: hours", "A1 : l’unité d’un chiffre « hours » commence par"),
        ("kind: count", "kind: boolean", "d’un chiffre « boolean » commence par « oui »"),
        ("kind: count", "kind: duration", "calculs admis : average, declared"),
        (
            "aggregate: declared",
            "aggregate: declared\n      list: true",
            "est d’un chiffre « list »",
        ),
        ("start: 2023, end: 2029", "start: 2023, end: 2022", "la période finit (2022)"),
        ("baseline_figures:", "base_figures:", "clé « base_figures » inconnue"),
        (_B1, "\n    definition: null\n\n  - code: C1", "definition"),
        (_B1, "\n    definition: {same_as: Z9}\n\n  - code: C1", "indicateur « Z9 » inconnu"),
        (_B1, "\n    definition: {same_as: B1}\n\n  - code: C1", "circulaire : B1 → B1"),
    ],
)
def test_an_incoherent_model_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(said)):
        load_model(_broken(tmp_path, old, new))


def test_definitions_that_turn_in_a_circle_are_refused(tmp_path: Path) -> None:
    path = _broken(tmp_path, _B1, "\n    definition: {same_as: D1}\n\n  - code: C1")
    text = path.read_text(encoding="utf-8")
    assert _D1 in text
    path.write_text(
        text.replace(_D1, "\n    definition: {same_as: B1}\n\n  - code: E1"), encoding="utf-8"
    )
    with pytest.raises(ValidationError) as refused:
        load_model(path)
    (one,) = problems(refused.value)
    place = [each.code for each in load_model(CATALOGUE / MODEL).indicators].index("B1")
    assert one.path == f"indicators[{place}].definition.same_as"
    assert one.message.startswith("B1 : définition circulaire : B1 → D1 → B1 ; mots admis : A1, ")
    assert one.message.count("mots admis") == 1


def test_a_target_in_another_unit_is_refused_at_its_place_with_the_units_it_may_have(
    tmp_path: Path,
) -> None:
    with pytest.raises(ValidationError) as refused:
        load_model(_broken(tmp_path, "unit: tonnes/an", "unit: kg"))
    (one,) = problems(refused.value)
    aimed = load_model(CATALOGUE / MODEL).indicators
    (place, rank) = next(
        (place, rank)
        for place, each in enumerate(aimed)
        for rank, target in enumerate(each.targets)
        if target.unit == "tonnes/an"
    )
    assert one.path == f"indicators[{place}].targets[{rank}].unit"
    assert one.message.endswith(f"unité « kg » refusée ; mots admis : {aimed[place].unit}")


def test_a_mark_given_twice_is_refused(tmp_path: Path) -> None:
    entry = next(iter(MARKS.values())).model_dump(mode="json")
    path = tmp_path / "marks.yaml"
    path.write_text(yaml.safe_dump([entry, entry]), encoding="utf-8")
    with pytest.raises(ValueError, match="given twice: social_clause"):
        load_marks(path)
