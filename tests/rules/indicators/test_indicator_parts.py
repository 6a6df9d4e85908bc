"""Figures told by part: each part its own figure, the whole recomputed and never averaged."""

from fractions import Fraction
from typing import Any

import pytest

from api.rules.indicators.comparing import compared
from api.rules.indicators.explain import explain
from api.rules.indicators.figures import figure_of
from api.rules.indicators.reading import DefinitionError, read_definition, write_definition
from api.rules.indicators.results import Part, Result
from api.rules.indicators.scales import Scale
from api.rules.indicators.sums import (
    ClassSum,
    ClassSums,
    Declared,
    DeclaredPart,
    KeyedSums,
    declared_parts,
)

RATE = {
    "version": 2,
    "fact": "measure",
    "aggregate": "declared",
    "base": True,
    "parts": {"by": "famille d’achats", "among": ["Mobilier", "Véhicules"]},
}
NATURES = {
    **RATE,
    "base": False,
    "parts": {"by": "nature d’impact", "among": ["Eau", "Énergie"], "added": False},
}
MILLION = 10**6
VOLUME: dict[str, Any] = {
    "version": 2,
    "aggregate": "sum",
    "of": "amount",
    "by": "purchase_family",
    "where": {"mark": "reserved"},
}


def told(*parts: tuple[str, int, int], added: bool = True) -> Declared:
    return declared_parts(
        (DeclaredPart(name, value * MILLION, base * MILLION) for name, value, base in parts),
        added,
    )


def by(**sums: tuple[int, int]) -> KeyedSums:
    """Rows and their weight, counted, by key; ``_`` is the key of those that say none."""
    return KeyedSums(
        {
            None if key == "_" else key: ClassSums(tt=ClassSum(rows, weight))
            for key, (rows, weight) in sums.items()
        }
    )


def parts_of(result: Result) -> dict[str | None, Part]:
    return {one.key: one for one in result.parts}


def test_the_whole_of_declared_parts_is_recomputed_never_averaged() -> None:
    definition = read_definition(RATE, ())
    result = figure_of(definition, told(("Mobilier", 1, 2), ("Véhicules", 10, 100))).in_percent()
    assert (result.value, result.numerator, result.denominator) == (
        Fraction(1100, 102),
        Fraction(11),
        Fraction(102),
    )
    found = parts_of(result)
    assert [one.label for one in result.parts] == ["Mobilier", "Véhicules"]
    assert (found["mobilier"].value, found["mobilier"].scale) == (Fraction(50), Scale.PERCENT)
    assert (found["vehicules"].numerator, found["vehicules"].base) == (10, 100)


def test_the_same_part_of_two_organisations_is_added_up_number_by_number() -> None:
    definition = read_definition(RATE, ())
    both = told(("Mobilier", 1, 2)) + told(("MOBILIER ", 10, 20), ("Papier", 0, 5))
    result = figure_of(definition, both)
    found = parts_of(result)
    assert found["mobilier"].value == Fraction(11, 22)
    assert found["mobilier"].label == "Mobilier"
    assert found["papier"].value == 0
    assert (result.value, result.known, result.unknown) == (Fraction(11, 27), 2, 0)


def test_what_does_not_add_up_has_parts_and_no_whole() -> None:
    definition = read_definition(NATURES, ())
    result = figure_of(definition, told(("Eau", 12, 0), ("Énergie", 30, 0), added=False))
    result = result.in_percent()
    assert (result.value, result.low, result.high, result.reason) == (None, None, None, None)
    assert (result.known, result.unknown) == (1, 0)
    found = parts_of(result)
    assert (found["eau"].value, found["eau"].share, found["eau"].scale) == (
        Fraction(12),
        None,
        Scale.PERCENT,
    )


def test_a_part_of_an_amount_has_its_share_of_the_whole() -> None:
    definition = read_definition(RATE | {"base": False}, ())
    result = figure_of(definition, told(("Mobilier", 1, 0), ("Papier", 3, 0)))
    assert result.value == 4
    assert [one.share for one in result.parts] == [Fraction(25), Fraction(75)]


def test_nothing_declared_is_missing_with_its_reason() -> None:
    for form in (RATE, NATURES):
        result = figure_of(read_definition(form, ()), declared_parts(()))
        assert (result.value, result.parts, result.unknown) == (None, (), 1)
        assert result.reason == "pas encore déclaré"


def test_a_figure_that_is_not_told_by_part_ignores_parts_of_before() -> None:
    definition = read_definition({key: RATE[key] for key in RATE if key != "parts"}, ())
    result = figure_of(definition, told(("Mobilier", 1, 2)))
    assert (result.value, result.parts) == (Fraction(1, 2), ())


def test_a_part_whose_base_is_zero_has_no_figure() -> None:
    result = figure_of(read_definition(RATE, ()), told(("Mobilier", 0, 0), ("Papier", 1, 4)))
    assert [one.value for one in result.in_percent().parts] == [None, Fraction(25)]


def test_a_sum_is_told_for_each_value_of_a_field_and_for_all() -> None:
    definition = read_definition(VOLUME, {"reserved"})
    assert (definition.key, definition.keyed, definition.weighed) == ("purchase_family", True, True)
    result = figure_of(definition, by(Papier=(2, 300), Jardins=(1, 500), _=(1, 200)))
    assert (result.value, result.scale, result.known) == (1000, Scale.EUROS, 4)
    assert [(one.label, one.value, one.share) for one in result.parts] == [
        ("Jardins", 500, 50),
        ("Papier", 300, 30),
        ("Non renseigné", 200, 20),
    ]
    assert {one.scale for one in result.parts} == {Scale.EUROS}


def test_a_share_is_that_of_each_part_and_the_whole_is_of_all_rows() -> None:
    definition = read_definition(
        {
            "version": 2,
            "aggregate": "share",
            "by": "purchase_family",
            "perimeter": "all",
            "where": {"mark": "reserved"},
        },
        {"reserved"},
    )
    sums = KeyedSums(
        {
            "Papier": ClassSums(tt=ClassSum(1), tf=ClassSum(1)),
            "Jardins": ClassSums(tf=ClassSum(8)),
            "Voirie": ClassSums(tu=ClassSum(2)),
            "Ailleurs": ClassSums(uf=ClassSum(2)),
        }
    )
    result = figure_of(definition, sums)
    found = parts_of(result)
    assert result.value == 10
    assert (found["Papier"].value, found["Jardins"].value) == (50, 0)
    assert found["Voirie"].value is None
    assert "Ailleurs" not in found


def test_a_part_is_compared_with_itself_and_nothing_is_counted_as_zero() -> None:
    form = {"compare": {"with": "previous_year", "as": "difference"}}
    definition = read_definition(VOLUME | form, {"reserved"})
    assert definition.compare is not None
    now = figure_of(definition, by(Papier=(2, 300), Neuf=(1, 50)))
    before = figure_of(definition, by(Papier=(1, 100), Fini=(1, 40)))
    found = parts_of(compared(definition.compare, now, before, 2025))
    assert (found["Papier"].previous, found["Papier"].change) == (100, 200)
    assert (found["Neuf"].previous, found["Neuf"].change) == (0, 50)
    assert (found["Fini"].value, found["Fini"].change) == (0, -40)


def test_the_rate_of_a_part_that_was_nothing_is_not_told() -> None:
    form = {"aggregate": "count", "of": None, "compare": {"with": "previous_year", "as": "rate"}}
    definition = read_definition(VOLUME | form, {"reserved"})
    assert definition.compare is not None
    now = figure_of(definition, by(Papier=(3, 0), Neuf=(1, 0)))
    result = compared(definition.compare, now, figure_of(definition, by(Papier=(2, 0))), 2025)
    assert (result.value, result.scale) == (100, Scale.PERCENT)
    found = parts_of(result)
    assert (found["Papier"].value, found["Papier"].change) == (3, 50)
    assert (found["Neuf"].previous, found["Neuf"].change) == (0, None)


def test_a_part_not_declared_a_year_is_unknown_that_year() -> None:
    form = {"base": False, "compare": {"with": "previous_year", "as": "difference"}}
    definition = read_definition(RATE | form, ())
    assert definition.compare is not None
    now, before = told(("Mobilier", 5, 0)), told(("Papier", 3, 0))
    result = compared(
        definition.compare, figure_of(definition, now), figure_of(definition, before), 2025
    )
    found = parts_of(result)
    assert (found["mobilier"].previous, found["mobilier"].change) == (None, None)
    assert (found["papier"].value, found["papier"].previous) == (None, 3)


@pytest.mark.parametrize(
    ("form", "path"),
    [
        (VOLUME | {"by": "supplier"}, "by"),
        (VOLUME | {"by": "amount"}, "by"),
        (VOLUME | {"aggregate": "breakdown", "of": "directorate"}, "by"),
        (VOLUME | {"aggregate": "distinct", "of": "directorate"}, "by"),
        (
            {"fact": "beneficiary", "aggregate": "count", "by": "sex"},
            "by",
        ),
        (
            {
                "aggregate": "ratio",
                "over": {"aggregate": "count", "by": "directorate", "perimeter": "all"},
            },
            "over.by",
        ),
        ({"aggregate": "count", "parts": {"by": "famille"}}, "parts"),
        (RATE | {"base": False, "list": True}, "parts"),
        (RATE | {"parts": {"by": "famille", "closed": True}}, "parts.closed"),
        (RATE | {"parts": {"by": "famille", "among": ["Eau", "EAU "]}}, "parts.among"),
        (RATE | {"parts": {"by": "famille", "among": [" "]}}, "parts.among"),
        (RATE | {"parts": {"by": ""}}, "parts.by"),
        (RATE | {"parts": {"among": ["Eau"]}}, "parts.by"),
        (RATE | {"parts": {"by": "famille", "of": "amount"}}, "parts.of"),
    ],
)
def test_parts_that_make_no_sense_are_refused(form: dict[str, Any], path: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        read_definition(form, {"reserved"})
    assert path in {one.path for one in refused.value.problems}


@pytest.mark.parametrize("form", [RATE, NATURES, VOLUME])
def test_a_definition_by_part_is_read_again_as_it_was_written(form: dict[str, Any]) -> None:
    definition = read_definition(form, {"reserved"})
    assert read_definition(write_definition(definition), {"reserved"}) == definition
    assert hash(definition) == hash(read_definition(form, {"reserved"}))


def test_the_words_of_a_closed_list_have_one_spelling() -> None:
    parts = read_definition(
        RATE | {"parts": {"by": "nature", "among": ["Énergie"], "closed": True}}, ()
    ).parts
    assert parts is not None
    assert (parts.word(" energie"), parts.word("Carbone")) == ("Énergie", None)
    free = read_definition(RATE, ()).parts
    assert free is not None
    assert (free.word("VEHICULES"), free.word("  Papier   peint ")) == ("Véhicules", "Papier peint")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (VOLUME, "Le même calcul est fait pour chaque famille d’achats."),
        (RATE, "déclaré pour chaque famille d’achats\u00a0; l’ensemble se calcule de leurs sommes"),
        (NATURES, "l’ensemble n’a pas de chiffre"),
    ],
)
def test_the_explanation_says_by_what_a_figure_is_told(form: dict[str, Any], words: str) -> None:
    class Spoken:
        says = "est réservé"
        denies = "n’est pas réservé"

    definition = read_definition(form, {"reserved"})
    assert words in explain(definition, {"reserved": Spoken()}).formula


def test_a_part_below_zero_has_no_share_of_the_whole() -> None:
    definition = read_definition(RATE | {"base": False}, ())
    result = figure_of(definition, told(("Mobilier", -1, 0), ("Papier", 3, 0)))
    assert [one.share for one in result.parts] == [None, None]


def test_the_part_of_a_rate_has_no_share_of_it() -> None:
    form = {"aggregate": "share", "of": None, "perimeter": "all"}
    definition = read_definition(VOLUME | form, {"reserved"})
    sums = KeyedSums({"Papier": ClassSums(tt=ClassSum(1), tf=ClassSum(1))})
    assert [one.share for one in figure_of(definition, sums).parts] == [None]
