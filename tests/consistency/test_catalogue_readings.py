"""What an indicator of the catalogue says in words agrees with what its definition counts."""

import re

import pytest

from api.rules.indicators.criteria import AnyOf, FieldTest, Mark
from api.rules.indicators.vocabulary import Definition, Fact, Period, SameAs, leaves
from api.schemes.document import IndicatorModel
from api.schemes.loading import models
from api.schemes.words import Frequency, SourceKind

MODELS = {model.code: model for model in models()}
INDICATORS = [one for model in MODELS.values() for one in model.indicators]
DEFINITIONS = {code: one for model in MODELS.values() for code, one in model.definitions.items()}
each_indicator = pytest.mark.parametrize(
    "indicator", INDICATORS, ids=[one.code for one in INDICATORS]
)
_INSERTION = {"mark:insertion_clause", "field:has_clause"}
_FOLLOWED = "lauses d’insertion "
_TYPED = {SourceKind.MANUAL, SourceKind.EXTERNAL, SourceKind.SURVEYS, SourceKind.PAYMENTS}
_BOUGHT = {Fact.CONTRACT, Fact.LOT, Fact.CONSULTATION}


def _plain(text: str) -> str:
    return " ".join(text.split())


def _definition(scheme: str, code: str) -> Definition:
    return MODELS[scheme].definitions[code]


def _resolved(indicator: IndicatorModel) -> Definition:
    return DEFINITIONS[indicator.code]


def _alternatives(definition: Definition) -> set[str]:
    """What is enough for a row to be counted, by the name of the mark or of the field."""
    where = definition.where
    tests = where.criteria if isinstance(where, AnyOf) else [where]
    return {_name(one) for one in tests}


def _name(test: object) -> str:
    if isinstance(test, Mark):
        return f"mark:{test.mark}"
    return f"field:{test.field}" if isinstance(test, FieldTest) else str(test)


def test_an_insertion_clause_is_a_social_consideration_at_clermont() -> None:
    """Its note says so: whatever CAM-T-3 counts, CAM-T-4 counts too, over the same contracts."""
    narrow, wide = _definition("clermont", "CAM-T-3"), _definition("clermont", "CAM-T-4")
    assert narrow.looked_at == wide.looked_at
    assert _alternatives(narrow) == _INSERTION
    assert _alternatives(narrow) < _alternatives(wide)


def test_a_responsible_clause_of_clermont_may_be_one_of_insertion() -> None:
    every = _alternatives(_definition("clermont", "CAM-1-4"))
    assert _alternatives(_definition("clermont", "CAM-T-4")) < every
    copies = [
        one
        for one in MODELS["clermont"].indicators
        if isinstance(one.definition, SameAs) and one.definition.same_as == "CAM-1-4"
    ]
    assert len(copies) == 5


@each_indicator
def test_a_followed_clause_is_named_as_a_source_where_it_is_enough(
    indicator: IndicatorModel,
) -> None:
    definition = _resolved(indicator)
    looked = [definition.where, definition.looked_at]
    counted = any(
        isinstance(leaf, FieldTest) and leaf.field == "has_clause"
        for one in looked
        for leaf in leaves(one)
    )
    assert (_FOLLOWED in _plain(indicator.source)) == (counted or definition.fact is Fact.CLAUSE)


@each_indicator
def test_a_document_is_said_to_speak_of_what_its_label_speaks_of(indicator: IndicatorModel) -> None:
    for word in re.findall(r"le document parle d(?:e |’)« (\w+)", _plain(indicator.perimeter)):
        assert word in indicator.label


@each_indicator
def test_the_kind_of_a_source_is_where_the_facts_are_kept(indicator: IndicatorModel) -> None:
    """A figure that a person types in is not said to be read in a register, nor the other way."""
    definition = _resolved(indicator)
    typed = definition.fact in (Fact.MEASURE, Fact.MILESTONE)
    assert typed <= (indicator.source_kind in _TYPED)
    assert (indicator.source_kind is SourceKind.EVENTS) == (definition.fact is Fact.EVENT)
    if indicator.source_kind is SourceKind.CONTRACTS:
        assert definition.fact in _BOUGHT


@each_indicator
def test_a_measure_of_the_year_says_the_year(indicator: IndicatorModel) -> None:
    """A newcomer reads in the explanation or in the perimeter when a thing is counted."""
    said = f"{indicator.explanation} {indicator.perimeter} {indicator.source}"
    definition = _resolved(indicator)
    if definition.period is Period.CIVIL_YEAR:
        assert re.search(r"année|annuelle| an\b|31 décembre", said)


@pytest.mark.parametrize("code", ["cd62-2026-2029", "clermont"])
def test_how_often_is_only_told_where_the_document_says_it(code: str) -> None:
    """These two say it line by line, or in a title; the three others, of all their indicators."""
    model = MODELS[code]
    titles = {one.code: one.title for one in model.objectives}
    titles |= {one.code: one.title for one in model.actions}
    for one in model.indicators:
        told = " ".join([one.label, *(titles.get(each, "") for each in one.actions)])
        if one.frequency is Frequency.ANNUAL:
            assert re.search(r"annuel|par an\b|/an\b|l'année", told, re.IGNORECASE), one.code
        elif one.frequency is None:
            assert not re.search(r"annuel|par an\b|/an\b", one.label, re.IGNORECASE), one.code
