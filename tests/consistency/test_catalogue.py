"""The nomenclature of marks and the catalogue of schemes are whole, coherent and well written."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from api.reference.marks import MARKS, THEMES, load_marks
from api.rules.decp.labels import ENVIRONMENTAL_MARKS, INNOVATIVE, SOCIAL_MARKS
from api.rules.indicators.reading import read_definition, write_definition
from api.rules.indicators.vocabulary import FieldTest, Mark, Measure, leaves
from api.schemes.loading import CATALOGUE, IndicatorModel, SchemeModel, load_model, models

COMPUTED = {
    "call-2023-2026": {
        *("CALL-2.2", "CALL-3.1a", "CALL-3.1b", "CALL-3.2", "CALL-3.3", "CALL-3.4"),
        *("CALL-4.1a", "CALL-4.1b", "CALL-4.3a", "CALL-4.3b"),
    },
    "cd40-2023-2029": {"A1", "C1", "C4", "E1", "F2", "G2", "H1", "J1", "K1", "K2", "T1"},
}
INDICATORS = [(model, indicator) for model in models() for indicator in model.indicators]
each_indicator = pytest.mark.parametrize(
    ("model", "indicator"), INDICATORS, ids=[item.code for _, item in INDICATORS]
)


def _model(code: str) -> SchemeModel:
    return next(model for model in models() if model.code == code)


def _indicator(scheme: str, code: str) -> IndicatorModel:
    return next(item for item in _model(scheme).indicators if item.code == code)


@pytest.mark.parametrize(
    ("code", "indicators", "axes", "actions"),
    [("call-2023-2026", 13, 4, 36), ("cd40-2023-2029", 25, 3, 14)],
)
def test_nothing_of_a_document_is_lost(code: str, indicators: int, axes: int, actions: int) -> None:
    model = _model(code)
    assert len(model.indicators) == indicators
    assert len(model.axes) == axes
    assert len(model.actions) == actions


def test_a_model_is_named_after_its_file() -> None:
    assert {path.stem for path in CATALOGUE.glob("*.yaml")} >= set(COMPUTED)
    for path in CATALOGUE.glob("*.yaml"):
        assert load_model(path).code == path.stem


@pytest.mark.parametrize("code", sorted(COMPUTED))
def test_a_model_survives_its_json_form(code: str) -> None:
    model = _model(code)
    data = model.model_dump(mode="json")
    assert SchemeModel.model_validate(data, context={"marks": MARKS.keys()}) == model


@pytest.mark.parametrize("code", sorted(COMPUTED))
def test_every_indicator_computable_on_contracts_is_computed(code: str) -> None:
    computed = {item.code for item in _model(code).indicators if item.definition is not None}
    assert computed == COMPUTED[code]


@each_indicator
def test_an_indicator_is_said_and_either_computed_or_awaiting(
    model: SchemeModel, indicator: IndicatorModel
) -> None:
    assert indicator.label
    assert indicator.explanation.endswith((".", "…"))
    assert indicator.perimeter.endswith(".")
    assert (indicator.definition is None) is (indicator.awaits is not None)
    places = {axis.code for axis in model.axes} | {action.code for action in model.actions}
    assert set(indicator.actions) <= places


@each_indicator
def test_targets_are_numbers_within_the_years_of_the_scheme(
    model: SchemeModel, indicator: IndicatorModel
) -> None:
    for target in indicator.targets:
        assert isinstance(target.value, Decimal)
        assert target.value >= 0
        assert target.year is None or model.period.start <= target.year <= model.period.end


@each_indicator
def test_a_definition_uses_only_words_that_exist(
    model: SchemeModel, indicator: IndicatorModel
) -> None:
    if indicator.definition is not None:
        written = write_definition(indicator.definition)
        assert read_definition(written, MARKS) == indicator.definition, model.code
        found = leaves(indicator.definition.where)
        assert {leaf.mark for leaf in found if isinstance(leaf, Mark)} <= set(MARKS)


@each_indicator
def test_the_measure_is_what_the_document_asks_for(
    model: SchemeModel, indicator: IndicatorModel
) -> None:
    measures = {"count": Measure.COUNT, "percentage": Measure.SHARE, "amount": Measure.AMOUNT}
    if indicator.definition is not None:
        assert indicator.definition.measure is measures[indicator.kind], model.code


@each_indicator
def test_a_count_whose_targets_are_percents_says_of_what(
    model: SchemeModel, indicator: IndicatorModel
) -> None:
    percents = [target for target in indicator.targets if target.unit.startswith("%")]
    if percents and indicator.kind == "count" and indicator.definition is not None:
        assert "La nôtre" in (indicator.note or ""), model.code


def test_two_measures_of_one_line_are_told_apart() -> None:
    for model in models():
        said = [(item.label, item.part) for item in model.indicators]
        assert len(set(said)) == len(said)


def test_the_threshold_of_the_landes_is_strict_and_to_the_cent() -> None:
    definition = _indicator("cd40-2023-2029", "A1").definition
    assert definition is not None
    amount = [leaf for leaf in leaves(definition.perimeter) if isinstance(leaf, FieldTest)][-1]
    assert (amount.field, amount.operator, amount.operand) == ("amount", "more_than", 2_500_000)


def test_contradictions_of_the_documents_are_kept_as_printed() -> None:
    hours = _indicator("cd40-2023-2029", "A2").targets
    assert [(item.year, int(item.value)) for item in hours][:2] == [(2023, 15278), (2024, 15278)]
    assert "ne s’accordent pas" in (hours[1].note or "")
    assert "le rapprochement est le nôtre" in str(_indicator("call-2023-2026", "CALL-2.2").targets)


def test_marks_of_the_official_format_are_those_the_importer_reads() -> None:
    official = {code for code, mark in MARKS.items() if mark.decp}
    assert official == {*SOCIAL_MARKS, *ENVIRONMENTAL_MARKS, INNOVATIVE}


def test_every_mark_is_explained_and_sourced() -> None:
    assert len({mark.label for mark in MARKS.values()}) == len(MARKS)
    for mark in MARKS.values():
        assert mark.theme in THEMES
        assert mark.help.endswith((".", "…"))
        assert mark.source
        assert mark.says != mark.denies


def test_every_mark_that_is_not_official_serves_an_indicator_or_names_its_document() -> None:
    definitions = (item.definition for _, item in INDICATORS if item.definition is not None)
    used = {
        leaf.mark for item in definitions for leaf in leaves(item.where) if isinstance(leaf, Mark)
    }
    for code, mark in MARKS.items():
        assert code in used or "SPASER" in mark.source


def _own_words() -> Iterator[str]:
    """What the project wrote, not what the documents print."""
    for mark in MARKS.values():
        yield from (mark.label, mark.says, mark.denies, mark.help)
    for _, item in INDICATORS:
        yield from filter(None, (item.explanation, item.perimeter, item.note, item.awaits))
        yield from filter(None, (item.part, *(target.note for target in item.targets)))


def test_our_own_words_are_well_typeset() -> None:
    plain = re.compile(r" [;:?!%€»]|« |'|\d \d{3}\b")
    assert [words for words in _own_words() if plain.search(words)] == []


def _broken(tmp_path: Path, old: str, new: str) -> Path:
    text = (CATALOGUE / "cd40-2023-2029.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "broken.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("mark: social_clause", "mark: social_close", "marque « social_close » inconnue"),
        ("more_than: '25000.00'", "more_than: 25000.0", "attendu : un texte"),
        ("value: '25'", "value: 25", "decimal string"),
        ("value: '25'", "value: beaucoup", "valid decimal"),
        ("year: 2027, value: '65'", "year: 2037, value: '65'", "target of 2037, out of period"),
        ("actions: [1.1.1]", "actions: [1.1.9]", "unknown actions"),
        ("code: A2", "code: A1", "codes given twice: A1"),
        ("code: 1.1.2", "code: 1.1.1", "codes given twice: 1.1.1"),
        ("awaits: null", "awaits: le hasard", "either a definition, or what it awaits"),
        ("baseline_figures:", "base_figures:", "Extra inputs"),
    ],
)
def test_an_incoherent_model_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(said)):
        load_model(_broken(tmp_path, old, new))


def test_a_mark_given_twice_is_refused(tmp_path: Path) -> None:
    entry = next(iter(MARKS.values())).model_dump(mode="json")
    path = tmp_path / "marks.yaml"
    path.write_text(yaml.safe_dump([entry, entry]), encoding="utf-8")
    with pytest.raises(ValueError, match="given twice: social_clause"):
        load_marks(path)
