"""The vocabulary of indicators is closed, and says in French what it would accept."""

import json

import pytest

from api.rules.decp import labels
from api.rules.indicators.facts.contract import CONTRACT_FIELDS
from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.facts.supplier import SUPPLIER_FIELDS
from api.rules.indicators.fields import OPERATORS, FieldType
from api.rules.indicators.reading import (
    DefinitionError,
    read_definition,
    write_definition,
)
from api.rules.indicators.vocabulary import (
    MAX_DEPTH,
    Aggregate,
    Definition,
    Fact,
    FieldTest,
    Mark,
    Not,
    Period,
    SupplierTest,
    cents,
    leaves,
)

MARKS = {"social_clause", "waste"}
WHOLE = {
    "version": 2,
    "fact": "contract",
    "aggregate": "share",
    "perimeter": {
        "all": [
            {"field": "amount", "more_than": "25000.00"},
            {"not": {"field": "kind", "equals": "concession"}},
        ]
    },
    "where": {
        "any": [
            {"mark": "social_clause"},
            {"supplier": {"field": "size", "one_of": ["micro", "pme"]}},
            {"field": "cpv", "starts_with": "45"},
        ]
    },
    "period": "civil_year",
}


def _refusals(data: object) -> dict[str, str]:
    with pytest.raises(DefinitionError) as refused:
        read_definition(data, MARKS)
    return {item.path: item.message for item in refused.value.problems}


def _where(criterion: object) -> dict[str, str]:
    return _refusals({"aggregate": "count", "where": criterion})


def test_a_definition_read_then_written_is_the_same() -> None:
    definition = read_definition(WHOLE, MARKS)
    assert write_definition(definition) == WHOLE
    assert read_definition(json.loads(json.dumps(WHOLE)), MARKS) == definition
    assert hash(definition) == hash(read_definition(WHOLE, MARKS))


def test_the_short_form_means_contracts_of_a_civil_year() -> None:
    definition = read_definition({"aggregate": "count"}, MARKS)
    assert definition == Definition(
        version=2, fact=Fact.CONTRACT, aggregate=Aggregate.COUNT, period=Period.CIVIL_YEAR
    )


def test_leaves_are_distinct_and_in_reading_order() -> None:
    criterion = {
        "any": [
            {"not": {"mark": "waste"}},
            {"all": [{"mark": "waste"}, {"field": "months", "at_least": 12}]},
            {"supplier": {"field": "ess", "equals": True}},
        ]
    }
    found = leaves(read_definition({"aggregate": "count", "where": criterion}, MARKS).where)
    assert [type(leaf) for leaf in found] == [Mark, FieldTest, SupplierTest]
    assert leaves(None) == ()


def test_an_operand_has_the_type_of_its_field() -> None:
    def operand(criterion: dict[str, object]) -> object:
        (leaf,) = leaves(read_definition({"aggregate": "count", "where": criterion}, MARKS).where)
        assert isinstance(leaf, FieldTest)
        return leaf.operand

    assert operand({"field": "amount", "at_most": "12345.6"}) == 1_234_560
    assert operand({"field": "months", "equals": 12}) == 12
    assert str(operand({"field": "notified_on", "less_than": "2026-02-28"})) == "2026-02-28"
    assert operand({"field": "techniques", "one_of": ["Concours"]}) == ("Concours",)
    assert operand({"field": "advance_granted", "equals": False}) is False


@pytest.mark.parametrize(("euros", "expected"), [("0", 0), ("25000.00", 2_500_000), ("0.01", 1)])
def test_money_becomes_whole_cents(euros: str, expected: int) -> None:
    assert cents(euros) == expected


@pytest.mark.parametrize("euros", [25e3, 25000, "25000.001", "25 000", "-1", "1e3", "", "٣", None])
def test_money_that_is_not_exact_decimal_text_is_refused(euros: object) -> None:
    with pytest.raises(ValueError, match=r"^"):
        cents(euros)


def test_an_unknown_field_is_refused_at_its_path_with_the_known_ones() -> None:
    refused = _where({"any": [{"mark": "waste"}, {"field": "price", "equals": "1"}]})
    assert list(refused) == ["where.any[1].field"]
    message = refused["where.any[1].field"]
    assert "champ « price » inconnu du fait « contract » ; mots admis : kind, nature," in message
    assert message.endswith(", ".join(FACTS[Fact.CONTRACT].testable))


def test_an_unknown_supplier_field_is_refused_with_those_of_a_supplier() -> None:
    refused = _where({"supplier": {"field": "amount", "equals": "1"}})
    assert refused["where.supplier.field"].endswith(", ".join(SUPPLIER_FIELDS))


def test_a_refused_item_does_not_make_its_list_too_short() -> None:
    assert list(_where({"all": [{"mark": "wastes"}]})) == ["where.all[0].mark"]


def test_an_unknown_mark_is_refused_with_the_nomenclature() -> None:
    refused = _where({"not": {"mark": "wastes"}})
    assert refused == {
        "where.not.mark": "marque « wastes » inconnue ; mots admis : social_clause, waste"
    }


def test_a_comparison_without_sense_is_refused_with_those_of_the_type() -> None:
    refused = _where({"field": "cpv", "more_than": "45"})
    assert refused == {
        "where.more_than": "comparaison « more_than » impossible sur le champ « cpv » ; "
        "mots admis : equals, one_of, starts_with"
    }


@pytest.mark.parametrize("name", sorted(FACTS[Fact.CONTRACT].testable))
@pytest.mark.parametrize("operator", ["more_than", "equals", "one_of", "starts_with"])
def test_each_field_takes_only_the_operators_of_its_type(name: str, operator: str) -> None:
    spec = CONTRACT_FIELDS[name]
    samples = {
        FieldType.MONEY: "1.00",
        FieldType.PERCENT: "30",
        FieldType.INTEGER: 1,
        FieldType.DATE: "2026-01-01",
        FieldType.BOOLEAN: True,
    }
    value = samples.get(spec.type, next(iter(spec.values), "45"))
    data = {"field": name, operator: [value] if operator == "one_of" else value}
    if operator in spec.operators:
        assert operator in OPERATORS[spec.type]
        read_definition({"aggregate": "count", "where": data}, MARKS)
    else:
        assert all(path.startswith("where") for path in _where(data))


@pytest.mark.parametrize(
    ("criterion", "path", "said"),
    [
        ({"field": "amount", "more_than": "1", "at_most": "2"}, "where", "une seule"),
        ({"field": "amount"}, "where", "une seule ; mots admis : more_than, at_least"),
        (
            {"field": "amount", "more_than": 25000},
            "where.more_than",
            'entre guillemets, par exemple "25000.',
        ),
        ({"field": "amount", "more_than": 2.5}, "where.more_than", "attendu"),
        ({"field": "months", "at_least": True}, "where.at_least", "attendu : un nombre entier"),
        ({"field": "months", "at_least": "12"}, "where.at_least", "attendu : un nombre entier"),
        (
            {"field": "notified_on", "at_least": "2026-02-30"},
            "where.at_least",
            "attendu : une date",
        ),
        ({"field": "notified_on", "at_least": "20260101"}, "where.at_least", "attendu : une date"),
        ({"field": "advance_granted", "equals": "oui"}, "where.equals", "attendu : true ou false"),
        ({"field": "cpv", "equals": 45}, "where.equals", "attendu : un texte"),
        ({"field": "cpv", "one_of": []}, "where.one_of", "au moins 1 élément"),
        (
            {"field": "ccag", "equals": "Maîtrise d'œuvre"},
            "where.equals",
            "mots admis : Travaux",
        ),
        (
            {"supplier": {"field": "size", "one_of": ["tpe"]}},
            "where.supplier.one_of",
            "micro, pme, eti",
        ),
        (
            {"mark": "waste", "field": "cpv"},
            "where",
            "mots admis : mark, field, supplier, all",
        ),
        (
            {"mark": "waste", "value": True},
            "where.value",
            "clé « value » inconnue ; mots admis : mark",
        ),
        ({}, "where", "une clé et une seule"),
        ("waste", "where", "une clé et une seule"),
        ({"all": []}, "where.all", "au moins 1 élément"),
        ({"any": {"mark": "waste"}}, "where.any", "attendu : une liste"),
        ({"all": [{"mark": "waste"}] * 21}, "where.all", "au plus 20 éléments"),
    ],
)
def test_a_malformed_criterion_is_refused_where_it_is(
    criterion: object, path: str, said: str
) -> None:
    refused = _where(criterion)
    assert list(refused) == [path]
    assert said in refused[path]


@pytest.mark.parametrize(
    ("data", "path", "said"),
    [
        (
            {"aggregate": "median"},
            "aggregate",
            "mots admis : count, share, sum, sum_share, average",
        ),
        ({}, "aggregate", "obligatoire"),
        (
            {"aggregate": "count", "fact": "order"},
            "fact",
            "mots admis : contract, lot, consultation",
        ),
        (
            {"aggregate": "count", "period": "month"},
            "period",
            "mots admis : civil_year, cumulative",
        ),
        ({"aggregate": "count", "version": 1}, "version", "mots admis : 2"),
        (
            {"aggregate": "count", "filter": {}},
            "filter",
            "clé « filter » inconnue ; mots admis : fact,",
        ),
        ({"aggregate": "share", "perimeter": "all"}, "where", "« where »"),
        ({"aggregate": "sum_share", "of": "amount", "perimeter": "all"}, "where", "« where »"),
        ({"aggregate": "count", "perimeter": "waste"}, "perimeter", "mots admis : all"),
        ({"same_as": "A"}, "same_as", "clé « same_as » inconnue ; mots admis : fact"),
        ([], "", "attendu : un objet"),
    ],
)
def test_a_malformed_definition_is_refused_where_it_is(data: object, path: str, said: str) -> None:
    refused = _refusals(data)
    assert list(refused) == [path]
    assert said in refused[path]


def test_criteria_nested_too_deep_are_refused_before_they_are_read() -> None:
    criterion: object = {"mark": "waste"}
    for _ in range(MAX_DEPTH - 1):
        criterion = {"not": criterion}
    read_definition({"aggregate": "count", "where": criterion}, MARKS)
    assert "8 niveaux" in _where({"not": criterion})["where"]
    for _ in range(50_000):
        criterion = {"not": criterion}
    assert "8 niveaux" in _where(criterion)["where"]


def test_a_definition_can_be_told_to_integrators() -> None:
    schema = Definition.model_json_schema()
    assert {"mark", "supplier", "all", "any", "not"} <= {
        key for part in schema["$defs"].values() for key in part.get("properties", {})
    }


def test_closed_values_are_the_labels_of_the_official_format() -> None:
    assert tuple(CONTRACT_FIELDS["ccag"].values) == labels.CCAGS
    assert tuple(CONTRACT_FIELDS["nature"].values) == (
        *labels.NATURES,
        *labels.CONCESSION_NATURES,
    )


def test_a_frozen_criterion_cannot_be_changed() -> None:
    criterion = Not.model_validate({"not": {"mark": "waste"}})
    with pytest.raises(ValueError, match="frozen"):
        criterion.criterion = Mark(mark="waste")
