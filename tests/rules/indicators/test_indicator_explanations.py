"""A definition, a refusal to count and a thing to fill in are said in good, plain French."""

import re
from pathlib import Path

import pytest

from api.reference.marks import MARKS
from api.rules.indicators.evaluation import normal
from api.rules.indicators.explain import explain, to_fill, why_not
from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.gaps import in_percent, is_beside
from api.rules.indicators.phrases import which
from api.rules.indicators.reading import read_definition
from api.rules.indicators.vocabulary import (
    Criterion,
    Definition,
    Fact,
    Leaf,
    Not,
    SameAs,
    leaves,
)
from api.schemes.loading import models
from tests.rules.indicators.samples import asked, counting, examples

GOLDEN = Path(__file__).parent / "explanations.txt"
VOCABULARY = Path(__file__).parent / "vocabulary.txt"


def _where(criterion: object, aggregate: str = "count") -> str:
    definition = read_definition({"aggregate": aggregate, "where": criterion}, MARKS)
    return explain(definition, MARKS).counted


def _leaf(criterion: object) -> Leaf:
    definition = read_definition({"aggregate": "count", "where": criterion}, MARKS)
    (leaf,) = leaves(definition.where)
    return leaf


def _told(definition: Definition, with_share: bool = True) -> list[str]:
    said = explain(definition, MARKS, with_share)
    lines = [said.perimeter, said.counted, said.formula]
    for quantity in definition.quantities:
        for leaf in (*leaves(quantity.looked_at), *leaves(quantity.where)):
            fill = to_fill(leaf, MARKS)
            reason = why_not(leaf, MARKS, quantity.fact)
            lines.append(f"  non : {reason} | {fill.text} [{fill.field}]")
    return lines


def of_the_catalogue() -> str:
    """Every definition of the catalogue, read aloud; one told several times is told once."""
    lines: list[str] = []
    for model in models():
        for code, definition in model.definitions.items():
            indicator = next(one for one in model.indicators if one.code == code)
            compared = [
                one.unit
                for one in indicator.targets
                if not is_beside(definition, indicator.unit, one.unit, indicator.kind)
            ]
            told = _told(definition, any(map(in_percent, compared)))
            if isinstance(indicator.definition, SameAs):
                told = [f"Comme {indicator.definition.same_as}."]
            lines += [f"{model.code} {code}", *told, ""]
    return "\n".join(lines)


def of_the_vocabulary() -> str:
    """An example of everything the vocabulary can say, then every field of every fact."""
    lines: list[str] = []
    for form in examples():
        definition = read_definition(form, MARKS)
        lines += [f"{definition.fact} {definition.aggregate}", *_told(definition), ""]
    for fact, spec in FACTS.items():
        for name in spec.testable:
            form = counting(fact, asked(name, spec.fields[name]))
            where = read_definition(form, MARKS).where
            assert where is not None
            lines += _both(f"{fact}.{name}", where, fact)
    return "\n".join([*lines, ""])


def _both(name: str, criterion: Criterion, fact: Fact) -> list[str]:
    """A field said and denied, and what to fill in."""
    (leaf,) = leaves(criterion)
    denied = Not.model_validate({"not": leaf})
    fill = to_fill(leaf, MARKS)
    return [
        f"{name} : {which(leaf, MARKS, '')} / {which(denied, MARKS, '')}",
        f"  non : {why_not(leaf, MARKS, fact)} | {fill.text} [{fill.field}]",
    ]


def test_every_definition_of_the_catalogue_reads_as_it_was_reviewed() -> None:
    assert of_the_catalogue() == GOLDEN.read_text(encoding="utf-8")


def test_everything_the_vocabulary_can_say_reads_as_it_was_reviewed() -> None:
    assert of_the_vocabulary() == VOCABULARY.read_text(encoding="utf-8")


def test_what_is_said_of_a_contract_from_elsewhere_names_the_contract() -> None:
    data = {"fact": "evaluation", "aggregate": "count", "where": {"mark": "social_clause"}}
    definition = read_definition(data, MARKS)
    assert explain(definition, MARKS).counted == (
        "On compte chaque évaluation dont le contrat comporte une clause sociale."
    )
    (leaf,) = leaves(definition.where)
    assert why_not(leaf, MARKS, definition.fact) == "le contrat n’a pas de clause sociale"


def test_actions_that_must_all_be_served_share_their_verb_and_lose_their_noun() -> None:
    served = [{"field": "action", "equals": code} for code in ("ACTION 4", "2.1")]
    kind = {"field": "kind", "equals": "fair"}
    data = {"fact": "event", "aggregate": "count", "perimeter": {"all": [*served, kind]}}
    assert explain(read_definition(data, MARKS), MARKS).perimeter.endswith(
        ", qui sert les actions 4 et 2.1, et qui est un salon (ou forum)."
    )


def test_no_sentence_holds_an_empty_word_or_a_hole() -> None:
    assert not re.search(r"\{|\}|  \w|de [aeiouéè]|None", of_the_vocabulary().replace("  non", ""))


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
            "qui a un code de la nomenclature européenne (CPV) commençant par «\u00a045\u00a0»",
        ),
        (
            {"field": "place_code", "one_of": ["62", "62300"]},
            "qui a un code de lieu d’exécution «\u00a062\u00a0» ou «\u00a062300\u00a0»",
        ),
        (
            {"not": {"field": "directorate", "equals": "Bâtiments"}},
            "qui relève d’une direction de nom autre que «\u00a0Bâtiments\u00a0»",
        ),
        (
            {"field": "directorate", "starts_with": "Direction des "},
            "qui relève d’une direction de nom commençant par «\u00a0Direction des \u00a0»",
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
            "qui a pour titulaire une très petite entreprise (TPE) ou une petite ou moyenne "
            "entreprise (PME)",
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
            "qui n’a pas pour cahier des clauses administratives générales (CCAG) "
            "«\u00a0Travaux\u00a0»",
        ),
        (
            {"not": {"field": "amount", "less_than": "40000"}},
            "qui a un montant de 40\u202f000\u202f€\u202fHT ou plus",
        ),
        (
            {"any": [{"field": "cpv", "starts_with": one} for one in ("45", "44113", "5023")]},
            "qui a un code de la nomenclature européenne (CPV) commençant par «\u00a045\u00a0», "
            "«\u00a044113\u00a0» ou «\u00a05023\u00a0»",
        ),
    ],
)
def test_criteria_are_read_aloud(criterion: object, said: str) -> None:
    assert _where(criterion) == f"On compte chaque contrat {said}."


def test_an_indicator_without_criterion_counts_its_whole_perimeter() -> None:
    definition = read_definition({"aggregate": "sum", "of": "amount"}, MARKS)
    assert explain(definition, MARKS).counted == (
        "On additionne le montant de chaque contrat du périmètre."
    )


def test_a_perimeter_of_two_kinds_names_them_both() -> None:
    kinds = {"field": "kind", "one_of": ["marche", "concession"]}
    definition = read_definition({"aggregate": "count", "perimeter": kinds}, MARKS)
    assert explain(definition, MARKS).perimeter == (
        "Chaque marché notifié, ou concession signée, dans l’année, qui est un marché ou une "
        "concession."
    )


def test_every_leaf_of_the_catalogue_has_both_its_reasons() -> None:
    definitions = (one for model in models() for one in model.definitions.values())
    for definition in definitions:
        if definition.where is not None:
            for leaf in leaves(normal(definition.where)):
                assert why_not(leaf, MARKS) != why_not(Not.model_validate({"not": leaf}), MARKS)


def test_what_is_declared_reads_as_a_sentence_whatever_its_units() -> None:
    def formula(**units: str) -> str:
        form = {"fact": "measure", "aggregate": "declared", "base": True, "units": units}
        return explain(read_definition(form, MARKS), MARKS).formula.partition(".")[0]

    assert formula(value="femmes", base="personnes") == (
        "Le nombre déclaré de femmes, divisé par le nombre déclaré de personnes"
    )
    assert formula(value="repas", base="repas") == (
        "Le nombre de repas dont parle l’indicateur, divisé par le nombre total de repas, "
        "tous deux déclarés"
    )
    assert formula(value="€ de produits locaux", base="€ d’achats alimentaires") == (
        "Le total déclaré des euros de produits locaux, divisé par le total déclaré des euros "
        "d’achats alimentaires"
    )
    assert formula(value="€", base="contrats") == (
        "Le montant déclaré en euros, divisé par le nombre déclaré de contrats"
    )
    assert formula(value="points de %", base="contrats") == (
        "Le total déclaré des taux, en points, divisé par le nombre déclaré de contrats"
    )
    assert formula(value="kWh", base="kWh") == (
        "Le total de kWh dont parle l’indicateur, divisé par celui de l’ensemble, "
        "tous deux déclarés"
    )


def test_no_explanation_of_the_catalogue_says_the_same_thing_twice() -> None:
    for model in models():
        for code, definition in model.definitions.items():
            said = explain(definition, MARKS)
            for text in (said.perimeter, said.counted):
                first, _, base = text.partition(" Pour la base\u00a0: ")
                assert not base.startswith(first[:1].lower() + first[1:]), code
            assert "(en " not in said.formula, code
            # What a rate is of is named.
            assert "dont parle l’indicateur" not in said.formula, code
            assert not re.search(r"l’action \S+ et l’action", said.perimeter), code
