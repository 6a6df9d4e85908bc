"""A definition, a refusal to count and a thing to fill in are said in good, plain French."""

from pathlib import Path

import pytest

from api.reference.marks import MARKS
from api.rules.indicators.evaluation import normal
from api.rules.indicators.explain import explain, to_fill, why_not
from api.rules.indicators.reading import read_definition
from api.rules.indicators.vocabulary import Leaf, Not, leaves
from api.schemes.loading import models

GOLDEN = Path(__file__).parent / "explanations.txt"


def _where(criterion: object, measure: str = "count") -> str:
    definition = read_definition({"measure": measure, "where": criterion}, MARKS)
    return explain(definition, MARKS).counted


def _leaf(criterion: object) -> Leaf:
    definition = read_definition({"measure": "count", "where": criterion}, MARKS)
    (leaf,) = leaves(definition.where)
    return leaf


def reading() -> str:
    """Every definition of the catalogue, read aloud; the golden file was reviewed by a person."""
    lines: list[str] = []
    for model in models():
        for indicator in model.indicators:
            definition = indicator.definition
            if definition is None:
                continue
            said = explain(definition, MARKS)
            lines += [f"{model.code} {indicator.code}", said.perimeter, said.counted, said.formula]
            for leaf in (*leaves(definition.perimeter), *leaves(definition.where)):
                fill = to_fill(leaf, MARKS)
                lines.append(f"  non : {why_not(leaf, MARKS)} | {fill.text} [{fill.field}]")
            lines.append("")
    return "\n".join(lines)


def test_every_definition_of_the_catalogue_reads_as_it_was_reviewed() -> None:
    assert reading() == GOLDEN.read_text(encoding="utf-8")


def test_a_contract_without_the_mark_is_told_so() -> None:
    assert why_not(_leaf({"mark": "social_clause"}), MARKS) == "n’a pas de clause sociale"


def test_a_contract_under_the_threshold_is_told_so_in_french_figures() -> None:
    leaf = _leaf({"field": "amount", "more_than": "25000.00"})
    assert why_not(leaf, MARKS) == "montant de 25\u202f000\u202f€\u202fHT ou moins"
    cents = _leaf({"field": "amount", "at_least": "12345.60"})
    assert why_not(cents, MARKS) == "montant de moins de 12\u202f345,60\u202f€\u202fHT"


def test_what_to_fill_in_names_the_field_of_the_form() -> None:
    fill = to_fill(_leaf({"mark": "social_clause"}), MARKS)
    assert (fill.text, fill.field) == (
        "dire si le marché comporte une clause sociale",
        "mark_social_clause",
    )
    size = to_fill(_leaf({"supplier": {"field": "size", "equals": "pme"}}), MARKS)
    assert size.field == "supplier_size"


def test_a_negated_leaf_that_fails_is_said_positively() -> None:
    negated = Not.model_validate({"not": {"mark": "reserved"}})
    assert why_not(negated, MARKS).startswith("est réservé")


@pytest.mark.parametrize(
    ("criterion", "said"),
    [
        (
            {"any": [{"mark": "variants"}, {"mark": "innovative"}]},
            "qui autorise les variantes ou qui est un achat innovant",
        ),
        (
            {"all": [{"mark": "variants"}, {"not": {"mark": "reserved"}}, {"mark": "innovative"}]},
            "qui autorise les variantes, qui n’est pas réservé à des structures d’insertion, du "
            "handicap ou de l’ESS et qui est un achat innovant",
        ),
        (
            {
                "any": [
                    {"all": [{"mark": "variants"}, {"mark": "innovative"}]},
                    {"mark": "social_clause"},
                ]
            },
            "soit qui autorise les variantes et qui est un achat innovant, soit qui comporte une "
            "clause sociale",
        ),
        (
            {"not": {"any": [{"mark": "variants"}, {"mark": "innovative"}]}},
            "qui n’autorise pas les variantes et qui n’est pas un achat innovant",
        ),
        (
            {"field": "cpv", "starts_with": "45"},
            "qui a un code CPV commençant par «\u00a045\u00a0»",
        ),
        ({"field": "months", "at_most": 48}, "qui a une durée de 48\u202fmois ou moins"),
        ({"field": "offers_received", "equals": 1}, "qui a un nombre d’offres d’exactement 1"),
        (
            {"field": "notified_on", "at_least": "2026-01-01"},
            "qui a une date de notification égale ou postérieure au 1er janvier 2026",
        ),
        (
            {"field": "techniques", "one_of": ["Concours", "Accord-cadre"]},
            "qui a pour technique d’achat «\u00a0Concours\u00a0» ou «\u00a0Accord-cadre\u00a0»",
        ),
        ({"field": "advance_granted", "equals": False}, "qui ne prévoit pas d’avance"),
        (
            {"not": {"field": "advance_granted", "equals": False}},
            "qui prévoit une avance",
        ),
        (
            {"supplier": {"field": "size", "one_of": ["micro", "pme"]}},
            "qui a pour titulaire une TPE ou une PME",
        ),
        (
            {"not": {"supplier": {"field": "size", "equals": "ge"}}},
            "qui n’a pas pour titulaire une grande entreprise",
        ),
        (
            {"supplier": {"field": "ess", "equals": False}},
            "qui a un titulaire hors de l’économie sociale et solidaire (ESS)",
        ),
        (
            {"not": {"supplier": {"field": "ess", "equals": False}}},
            "qui n’a que des titulaires de l’économie sociale et solidaire (ESS)",
        ),
        (
            {"not": {"field": "ccag", "equals": "Travaux"}},
            "qui n’a pas pour CCAG «\u00a0Travaux\u00a0»",
        ),
        (
            {"not": {"field": "amount", "less_than": "40000"}},
            "qui a un montant de 40\u202f000\u202f€\u202fHT ou plus",
        ),
    ],
)
def test_criteria_are_read_aloud(criterion: object, said: str) -> None:
    assert _where(criterion) == f"Est compté chaque contrat {said}."


def test_an_indicator_without_criterion_counts_its_whole_perimeter() -> None:
    definition = read_definition({"measure": "amount"}, MARKS)
    assert explain(definition, MARKS).counted == (
        "Est additionné le montant de chaque contrat du périmètre."
    )


def test_a_perimeter_of_two_kinds_names_them_both() -> None:
    kinds = {"field": "kind", "one_of": ["marche", "concession"]}
    definition = read_definition({"measure": "count", "perimeter": kinds}, MARKS)
    assert explain(definition, MARKS).perimeter == (
        "Chaque marché notifié, ou concession signée, dans l’année, qui est un marché ou une "
        "concession."
    )


def test_every_leaf_of_the_catalogue_has_both_its_reasons() -> None:
    definitions = (item.definition for model in models() for item in model.indicators)
    for definition in definitions:
        if definition is not None and definition.where is not None:
            for leaf in leaves(normal(definition.where)):
                assert why_not(leaf, MARKS) != why_not(Not.model_validate({"not": leaf}), MARKS)
