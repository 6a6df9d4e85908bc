"""Rows told apart by several fields at once: each field makes its own parts of the same rows."""

from fractions import Fraction

import pytest

from api.rules.indicators.explain import explain
from api.rules.indicators.figures import figure_of
from api.rules.indicators.reading import DefinitionError, read_definition, write_definition
from api.rules.indicators.sums import ClassSum, ClassSums, KeyedSums

PERSONS = {
    "version": 2,
    "fact": "beneficiary",
    "aggregate": "breakdown",
    "of": "sex",
    "also": ["age", "qualification"],
}


def keyed(**numbers: int) -> KeyedSums:
    return KeyedSums({key: ClassSums(tt=ClassSum(rows)) for key, rows in numbers.items()})


def test_each_field_has_its_own_parts_of_the_same_rows() -> None:
    definition = read_definition(PERSONS, ())
    assert [one.of for one in definition.quantities] == ["sex", "age", "qualification"]
    result = figure_of(definition, keyed(f=6, h=14), keyed(under_26=20), keyed(infra_3=5))
    told = {part.key: part for part in result.parts}
    assert told["sex:f"].share == Fraction(30)
    assert told["sex:h"].value == 14
    assert told["age:under_26"].share == Fraction(100)
    assert told["sex:f"].label.startswith("Sexe")
    assert sum(part.share or 0 for key, part in told.items() if str(key)[:3] == "sex") == 100


def test_a_field_that_nothing_is_known_of_leaves_the_whole_without_figure() -> None:
    definition = read_definition(PERSONS, ())
    result = figure_of(definition, keyed(f=6), KeyedSums(), keyed(infra_3=5))
    assert result.reason is not None
    assert result.value is None


def test_one_source_for_each_field_is_needed() -> None:
    definition = read_definition(PERSONS, ())
    with pytest.raises(ValueError, match="shorter"):
        figure_of(definition, keyed(f=6), keyed(under_26=20))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"also": ["sex"]}, "sex"),
        ({"also": ["age", "age"]}, "age"),
        ({"also": ["colour"]}, "colour"),
        ({"aggregate": "count", "of": None}, "also"),
    ],
)
def test_what_cannot_be_told_apart_too_is_refused(change: dict[str, object], word: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        read_definition(PERSONS | change, ())
    assert any("also" in one.path and word in one.message for one in refused.value.problems)


def test_it_is_written_and_said_with_all_its_fields() -> None:
    definition = read_definition(PERSONS, ())
    assert write_definition(definition)["also"] == ["age", "qualification"]
    assert "also" not in write_definition(read_definition(PERSONS | {"also": []}, ()))
    assert "par sexe, par tranche d’âge et par qualification" in explain(definition, {}).counted
