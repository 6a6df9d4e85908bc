"""The nomenclature of marks and the catalogue of schemes are whole, coherent and well written.

``tests/data/labels.sha256`` holds the digest of each of the 312 labels, made from the transcription
of the five documents (one line: sha256 of the label in UTF-8, two spaces, scheme/code). A line of a
document that holds two measures stands there twice, whole, under the two codes.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from api.reference.marks import MARKS, THEMES
from api.rules.decp.labels import ENVIRONMENTAL_MARKS, INNOVATIVE, SOCIAL_MARKS
from api.rules.indicators.reading import read_written, write_definition
from api.rules.indicators.strict import Strict
from api.rules.indicators.vocabulary import (
    Definition,
    Fact,
    FieldTest,
    Mark,
    Period,
    SameAs,
    leaves,
)
from api.schemes.document import IndicatorModel, SchemeModel
from api.schemes.kinds import definition_refused
from api.schemes.loading import CATALOGUE, load_model, models
from api.schemes.models import Way
from api.schemes.service import way_of
from api.schemes.words import Kind

LABELS = Path(__file__).parents[1] / "data" / "labels.sha256"
FORMAT = Path(__file__).parents[2] / "docs" / "format-des-schemas.md"

# Indicators, axes, actions of each document.
SIZES = {
    "call-2023-2026": (13, 4, 36),
    "cd40-2023-2029": (25, 3, 14),
    "cd62-2026-2029": (145, 4, 59),
    "clermont": (112, 4, 26),
    "mel-smart-2023": (17, 3, 14),
}
# Computed, captured, milestones.
WAYS = {
    "call-2023-2026": (13, 0, 0),
    "cd40-2023-2029": (18, 7, 0),
    "cd62-2026-2029": (49, 45, 51),
    "clermont": (79, 28, 5),
    "mel-smart-2023": (16, 1, 0),
}
CAPTURED = {
    "call-2023-2026": set[str](),
    "cd40-2023-2029": {"B1", "D1", "G1a", "G1b", "I1", "K3a", "K3b"},
    "mel-smart-2023": {"MEL-A3.5"},
}
# Marks that no definition looks at, and why the nomenclature has them all the same.
_EXAMPLE = "CALL-2.2 prints it as an example: its social clause or criterion counts the contract"
_PROJECT = "Clermont asks it of the project (the field of the same name), before any contract"
_CONSULTATION = "the Pas-de-Calais asks it once of the consultation, not of each lot's contract"
WITHOUT_DEFINITION = {
    "apprenticeship": _EXAMPLE,
    "equality": _EXAMPLE,
    "life_cycle_analysis": _PROJECT,
    "non_discrimination": _EXAMPLE,
    "refined_lots": _CONSULTATION,
    "sustainable_assistance": _PROJECT,
    "tie_break_questionnaire": "Clermont counts the evaluations of its answers, not its contracts",
}

INDICATORS = [(model, indicator) for model in models() for indicator in model.indicators]
DEFINITIONS = {
    (model.code, code): definition
    for model in models()
    for code, definition in model.definitions.items()
}
each_indicator = pytest.mark.parametrize(
    ("model", "indicator"), INDICATORS, ids=[item.code for _, item in INDICATORS]
)
each_model = pytest.mark.parametrize("model", models(), ids=[model.code for model in models()])


def _model(code: str) -> SchemeModel:
    return next(model for model in models() if model.code == code)


def _indicator(scheme: str, code: str) -> IndicatorModel:
    return next(item for item in _model(scheme).indicators if item.code == code)


def _definition(model: SchemeModel, indicator: IndicatorModel) -> Definition:
    return DEFINITIONS[model.code, indicator.code]


@pytest.mark.parametrize("code", SIZES)
def test_nothing_of_a_document_is_lost(code: str) -> None:
    model = _model(code)
    assert (len(model.indicators), len(model.axes), len(model.actions)) == SIZES[code]


def test_the_312_indicators_of_the_five_documents_are_here() -> None:
    assert {path.stem for path in CATALOGUE.glob("*.yaml")} == set(SIZES)
    assert len(INDICATORS) == 312


def test_a_model_is_named_after_its_file() -> None:
    for path in CATALOGUE.glob("*.yaml"):
        assert load_model(path).code == path.stem


def test_labels_are_those_of_the_documents_to_the_letter() -> None:
    lines = (line.split("  ") for line in LABELS.read_text(encoding="utf-8").splitlines())
    printed = {code: digest for digest, code in lines}
    ours = {
        f"{model.code}/{item.code}": hashlib.sha256(item.label.encode()).hexdigest()
        for model, item in INDICATORS
    }
    assert {code for code in printed | ours if printed.get(code) != ours.get(code)} == set()


def test_a_label_of_printed_pieces_is_made_of_them() -> None:
    composed = [item for _, item in INDICATORS if item.printed]
    assert composed
    for item in composed:
        # « Evolution du nombre : », « nombre moyen de … »: what is printed twice is said once.
        pieces = [word for word, _ in groupby(re.findall(r"\w+", " ".join(item.printed)))]
        assert pieces == re.findall(r"\w+", item.label), item.code
    assert not [item.code for _, item in INDICATORS if item.printed and not item.source_line]


@each_model
def test_a_model_survives_its_json_form(model: SchemeModel) -> None:
    data = model.model_dump(mode="json")
    assert SchemeModel.model_validate(data, context={"marks": MARKS.keys()}) == model


@each_indicator
def test_an_indicator_is_live_and_says_which_way(
    model: SchemeModel, indicator: IndicatorModel
) -> None:
    definition = _definition(model, indicator)
    ways = {Fact.MEASURE: Way.CAPTURED, Fact.MILESTONE: Way.MILESTONE}
    assert way_of(definition) is ways.get(definition.fact, Way.COMPUTED)


@each_model
def test_each_scheme_says_how_many_indicators_are_live_in_each_way(model: SchemeModel) -> None:
    ways = Counter(way_of(definition) for definition in model.definitions.values())
    assert (ways[Way.COMPUTED], ways[Way.CAPTURED], ways[Way.MILESTONE]) == WAYS[model.code]


@pytest.mark.parametrize("code", CAPTURED)
def test_what_data_can_give_is_never_asked_of_people(code: str) -> None:
    asked = {item.code for item in _model(code).indicators if _way(code, item) is Way.CAPTURED}
    assert asked == CAPTURED[code]


def _way(scheme: str, indicator: IndicatorModel) -> Way:
    return way_of(DEFINITIONS[scheme, indicator.code])


def test_the_51_yes_or_no_of_the_pas_de_calais_are_milestones() -> None:
    found = [item for model, item in INDICATORS if model.code == "cd62-2026-2029"]
    yes_or_no = [item.code for item in found if item.kind is Kind.BOOLEAN]
    assert len(yes_or_no) == 51
    assert yes_or_no == [
        item.code for item in found if _way("cd62-2026-2029", item) is Way.MILESTONE
    ]


@each_indicator
def test_a_figure_is_made_of_what_its_kind_says(
    model: SchemeModel, indicator: IndicatorModel
) -> None:
    definition = _definition(model, indicator)
    assert definition_refused(indicator.kind, definition) is None


@each_indicator
def test_an_evolution_is_compared_with_a_year(
    model: SchemeModel, indicator: IndicatorModel
) -> None:
    if indicator.kind is Kind.DELTA:
        assert _definition(model, indicator).compare is not None


@each_indicator
def test_what_is_measured_once_is_a_milestone_of_no_year(
    model: SchemeModel, indicator: IndicatorModel
) -> None:
    definition = _definition(model, indicator)
    if definition.period is Period.ONCE:
        assert indicator.frequency != "annual"
    if definition.fact is Fact.MILESTONE and indicator.frequency == "annual":
        assert definition.period is Period.CIVIL_YEAR


@each_indicator
def test_a_repeated_indicator_points_at_one_that_has_its_own_definition(
    model: SchemeModel, indicator: IndicatorModel
) -> None:
    written = indicator.definition
    if isinstance(written, SameAs):
        first = next(item for item in model.indicators if item.code == written.same_as)
        assert isinstance(first.definition, Definition)
        assert first.kind is indicator.kind
        assert first.unit == indicator.unit


@each_indicator
def test_an_indicator_is_said_in_our_own_plain_words(
    model: SchemeModel, indicator: IndicatorModel
) -> None:
    label, said = (_plain(text) for text in (indicator.label, indicator.explanation))
    assert indicator.explanation.endswith((".", "…"))
    assert indicator.perimeter.endswith((".", "…"))
    assert label != said
    assert label not in said
    sentences = re.split(r"(?<=[.!?…])\s+(?=[A-ZÀÉÊÎŒ«])", indicator.explanation)
    assert len(sentences) <= 3, model.code


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


@each_indicator
def test_an_indicator_tells_its_source_and_its_line(
    model: SchemeModel, indicator: IndicatorModel
) -> None:
    assert indicator.source_line, model.code
    assert indicator.source[0].isupper() or indicator.source[0] == "«"
    assert not indicator.source.endswith(".")
    assert all(target.source_line for target in indicator.targets)
    assert all(published.source_line for published in indicator.published)


@each_indicator
def test_targets_are_numbers(model: SchemeModel, indicator: IndicatorModel) -> None:
    for target in indicator.targets:
        assert isinstance(target.value, Decimal), model.code
        assert target.value >= 0


@each_indicator
def test_a_definition_is_written_as_it_is_read(
    model: SchemeModel, indicator: IndicatorModel
) -> None:
    written = write_definition(indicator.definition)
    assert read_written(written, MARKS) == indicator.definition, model.code


@each_indicator
def test_a_count_whose_targets_are_percents_says_of_what(
    model: SchemeModel, indicator: IndicatorModel
) -> None:
    percents = [target for target in indicator.targets if target.unit.startswith("%")]
    if percents and indicator.kind is Kind.COUNT:
        said = re.compile("est la nôtre|sans écart|sans calculer d’écart")
        notes = [f"{indicator.note} {target.note}" for target in percents]
        assert all(map(said.search, notes)), model.code


def test_a_contract_without_formalities_is_read_in_one_way_throughout_a_document() -> None:
    model = load_model(CATALOGUE / "cd62-2026-2029.yaml")
    told = [one for one in model.indicators if "MSF" in one.label]
    assert len(told) == 3
    for one in told:
        texts = f"{one.explanation} {one.note}"
        assert "sans formalité (MSF)" in texts
        assert "sans publicité" in texts
        assert "petits achats" not in texts


def test_two_measures_of_one_line_are_told_apart() -> None:
    for model in models():
        said = Counter(
            (item.label, item.part, item.source_line, item.actions) for item in model.indicators
        )
        assert [key for key, times in said.items() if times > 1] == []


def test_the_threshold_of_the_landes_is_strict_and_to_the_cent() -> None:
    definition = DEFINITIONS["cd40-2023-2029", "A1"]
    amount = [leaf for leaf in leaves(definition.looked_at) if isinstance(leaf, FieldTest)][-1]
    assert (amount.field, amount.operator, amount.operand) == ("amount", "more_than", 2_500_000)


def test_contradictions_of_the_documents_are_kept_as_printed() -> None:
    hours = _indicator("cd40-2023-2029", "A2").targets
    assert [(str(one.value), one.fte) for one in hours][:2] == [("15278", "9,5"), ("15278", "11,4")]
    assert "le rapprochement est le nôtre" in str(_indicator("call-2023-2026", "CALL-3.1a").targets)
    for model in models():
        assert model.contradictions, model.code
        assert all(one.source_lines for one in model.contradictions)


def test_the_former_scheme_of_lille_is_kept_with_the_state_of_its_28_actions() -> None:
    model = _model("mel-smart-2023")
    assert [action.code for action in model.previous] == [f"Action {n}" for n in range(1, 29)]
    states = Counter(action.status for action in model.previous)
    assert states == {
        "partial": 9, "ongoing": 8, "done": 5, "not_started": 4, "to_redefine": 2,
    }  # fmt: skip
    lost = [action.code for action in model.previous if action.title is None]
    assert lost == ["Action 1", "Action 9"]
    assert "notre lecture" in (model.previous_note or "")


def test_past_values_of_an_indicator_are_kept() -> None:
    published = {
        item.code: [(one.year, one.value) for one in item.published]
        for _, item in INDICATORS
        if item.published
    }
    assert published == {
        "MEL-A1.1": [(2021, Decimal("66.2")), (2022, Decimal("65.3"))],
        "MEL-A1.2": [(2021, Decimal(55)), (2022, Decimal(55))],
        "MEL-A1.3": [(2021, Decimal(15)), (2022, Decimal(15))],
    }


def test_no_goal_of_the_united_nations_is_made_up() -> None:
    """Lens-Liévin prints the seventeen, beside no action; the other four print none."""
    assert [action.code for model in models() for action in model.actions if action.odd] == []


def test_years_that_a_document_does_not_print_are_said_to_be_ours() -> None:
    told = {model.code for model in models() if model.period.note}
    assert told == {"clermont", "mel-smart-2023"}


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


def test_every_mark_that_is_not_official_serves_an_indicator() -> None:
    ours = {code for code, mark in MARKS.items() if not mark.decp}
    assert ours - _marks_looked_at() == set(WITHOUT_DEFINITION)


def _marks_looked_at() -> set[str]:
    quantities = [one for item in DEFINITIONS.values() for one in item.quantities]
    criteria = [*(one.where for one in quantities), *(one.looked_at for one in quantities)]
    found = (leaf for criterion in criteria for leaf in leaves(criterion))
    return {leaf.mark for leaf in found if isinstance(leaf, Mark)}


def test_the_guide_of_the_format_names_every_key() -> None:
    keys = {key for part in _parts(SchemeModel) for key in part.model_fields}
    named = set(re.findall(r"`([a-z_]+)`", FORMAT.read_text(encoding="utf-8")))
    assert keys - named == set()


def _parts(part: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The models of the format, from the scheme down; a definition has a reference of its own."""
    yield part
    for field in part.model_fields.values():
        for below in get_args(field.annotation):
            if isinstance(below, type) and issubclass(below, Strict):
                yield from _parts(below)
        if isinstance(field.annotation, type) and issubclass(field.annotation, Strict):
            yield from _parts(field.annotation)


def _own_words() -> Iterator[str | None]:
    """What the project wrote, not what the documents print."""
    for mark in MARKS.values():
        yield from (mark.label, mark.says, mark.denies, mark.help)
    for model in models():
        yield from (model.period.note, model.previous_note)
        yield from (one.text for one in model.contradictions)
        yield from (action.note for action in model.previous)
        yield from (view.note for view in model.views)
    for _, item in INDICATORS:
        yield from (item.explanation, item.perimeter, item.source, item.note, item.part)
        yield from (target.note for target in item.targets)
        yield from (one.note for one in item.published)


def test_our_own_words_are_well_typeset() -> None:
    plain = re.compile(r" [;:?!%€»]|« |'|\d \d{3}\b")
    assert [words for words in _own_words() if words and plain.search(words)] == []
