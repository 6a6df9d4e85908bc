"""The address of the vocabulary offers all that a definition may be written with, in French."""

from typing import Any

import pytest
import yaml

from api.reference.marks import MARKS, THEMES
from api.rules.indicators.criteria import FORMS, MAX_DEPTH
from api.rules.indicators.reading import read_definition
from api.rules.indicators.vocabulary import Comparison, Definition, Over, SameAs
from tests.operations import Service


@pytest.fixture
def words(service: Service) -> Any:
    """What the address answers."""
    return service.get("/api/v1/vocabulary")


def test_every_key_of_a_definition_is_offered_with_its_french(words: Any) -> None:
    keys = {one["code"]: one for one in words["keys"]}
    fields = Definition.model_fields | SameAs.model_fields
    assert keys.keys() == {one.alias or name for name, one in fields.items()}
    assert all(one["label"] and "`" not in one["label"] for one in keys.values())
    inside = {one["code"] for one in keys["compare"]["keys"]}
    assert inside == {one.alias or name for name, one in Comparison.model_fields.items()}
    assert {one["code"] for one in keys["over"]["keys"]} == Over.model_fields.keys() - {"by"}
    assert not keys["also"]["keys"]


def test_every_form_of_criteria_is_offered_with_an_example_that_is_accepted(words: Any) -> None:
    assert {one["code"] for one in words["criteria"]} == FORMS.keys()
    for one in words["criteria"]:
        example = yaml.safe_load(one["example"])
        assert one["code"] in example
        read_definition({"aggregate": "count", "where": example}, MARKS)
    assert words["max_depth"] == MAX_DEPTH


def test_every_mark_is_offered_under_its_theme(words: Any) -> None:
    assert [(one["code"], one["label"], one["theme"]) for one in words["marks"]] == [
        (code, mark.label, THEMES[mark.theme]) for code, mark in MARKS.items()
    ]
    assert all(one["help"] for one in words["marks"])
