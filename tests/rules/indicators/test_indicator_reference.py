"""The reference page of the vocabulary is the one that the registries make."""

import re
from collections.abc import Collection
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from api.reference.marks import MARKS, THEMES
from api.rules.indicators import criteria
from api.rules.indicators.comparison import Comparison
from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.fields import Operator
from api.rules.indicators.grammar import FORMS, INSIDE, KEYS
from api.rules.indicators.parts import Parts
from api.rules.indicators.reading import read_definition
from api.rules.indicators.reference import MarkWords, reference
from api.rules.indicators.vocabulary import Definition, FieldTest, Over, SameAs, SupplierField
from api.rules.indicators.words import Aggregate, Fact, Period

PAGE = Path(__file__).parents[3] / "docs" / "vocabulaire.md"


def _page() -> str:
    marks = {
        title: [
            MarkWords(one.code, one.label, one.help) for one in MARKS.values() if one.theme is theme
        ]
        for theme, title in THEMES.items()
    }
    return reference(marks)


def test_the_reference_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == _page()


def test_every_word_of_the_vocabulary_stands_on_the_page() -> None:
    page = _page()
    fields = (name for spec in FACTS.values() for name in spec.fields)
    for word in (*Fact, *Aggregate, *Period, *fields, *MARKS):
        assert f"`{word}`" in page


def _keys(form: type[BaseModel]) -> set[str]:
    return {one.alias or name for name, one in form.model_fields.items()}


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (Definition, KEYS.keys() - {"same_as"}),
        (SameAs, {"same_as"}),
        # Its parts would be those of another figure: « by » is refused there, whatever it holds.
        (Over, INSIDE["over"].keys() | {"by"}),
        (Comparison, INSIDE["compare"].keys()),
        (Parts, INSIDE["parts"].keys()),
        (FieldTest, {"field", *Operator}),
        (SupplierField, {"field", *Operator}),
    ],
)
def test_every_key_that_is_accepted_is_told_and_stands_on_the_page(
    form: type[BaseModel], told: Collection[str]
) -> None:
    page = _page()
    assert _keys(form) == set(told)
    assert [key for key in told if not re.search(rf"`[{{]?{key}\b", page)] == []


def test_every_form_of_criteria_is_told_by_an_example_that_can_be_read() -> None:
    page = _page()
    assert FORMS.keys() == criteria.FORMS.keys()
    for key, form in FORMS.items():
        read = yaml.safe_load(form.example)
        assert key in read
        read_definition({"aggregate": "count", "where": read}, MARKS)
        assert f"`{form.example}`" in page


def test_every_table_has_as_many_cells_in_each_row() -> None:
    before = 0
    for line in _page().splitlines():
        cells = line.count("|") if line.startswith("|") else 0
        assert not (before and cells) or cells == before
        before = cells


@pytest.mark.parametrize("fact", Fact)
def test_every_example_is_a_definition_of_its_fact(fact: Fact) -> None:
    definition = read_definition(yaml.safe_load(FACTS[fact].example), MARKS)
    assert definition.fact is fact


def test_every_fact_has_its_registry_and_its_french() -> None:
    assert list(FACTS) == list(Fact)
    for spec in FACTS.values():
        assert spec.aggregates
        assert bool(spec.linked) <= spec.marks
        for name, field in spec.fields.items():
            assert field.label
            assert field.to_fill
            assert field.says
            assert field.denies
            assert field.testable or field.key or field.weight or name == spec.being
            assert bool(field.quantity) is bool(field.totals)
            assert bool(field.by) is bool(field.different)
