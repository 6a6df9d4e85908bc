"""A definition without sense is refused at its path: of its fact, its denominator, its cycle."""

import json

import pytest

from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.reading import (
    DefinitionError,
    read_definition,
    read_written,
    resolve_same_as,
    write_definition,
)
from api.rules.indicators.vocabulary import Aggregate, Definition, Fact, FieldTest, SameAs
from tests.rules.indicators.samples import examples

MARKS = {"social_clause", "waste", "innovative", "reserved"}


def _refusals(data: object) -> dict[str, str]:
    with pytest.raises(DefinitionError) as refused:
        read_definition(data, MARKS)
    return {item.path: item.message for item in refused.value.problems}


def test_a_field_is_one_of_its_fact_and_the_allowed_words_too() -> None:
    criterion = {"field": "amount", "more_than": "1.00"}
    refused = _refusals({"fact": "consultation", "aggregate": "count", "where": criterion})
    assert refused == {
        "where.field": "champ « amount » inconnu du fait « consultation » ; mots admis : "
        + ", ".join(FACTS[Fact.CONSULTATION].testable)
    }
    over = {"fact": "event", "aggregate": "count", "perimeter": criterion}
    refused = _refusals({"aggregate": "ratio", "where": criterion, "over": over})
    assert list(refused) == ["over.perimeter.field"]


def test_the_same_words_about_two_facts_are_two_tests() -> None:
    criterion = {"field": "targeted", "equals": True}
    contract, consultation = (
        read_definition({"fact": fact, "aggregate": "count", "where": criterion}, MARKS).where
        for fact in ("contract", "consultation")
    )
    assert contract != consultation
    assert isinstance(consultation, FieldTest)
    assert consultation.spec is FACTS[Fact.CONSULTATION].fields["targeted"]


@pytest.mark.parametrize("criterion", [{"mark": "waste"}, {"supplier": {"field": "ess"}}])
def test_a_fact_without_contract_has_neither_marks_nor_suppliers(criterion: object) -> None:
    refused = _refusals({"fact": "event", "aggregate": "count", "where": criterion})
    assert all("mots admis : field, all, any, not" in text for text in refused.values())


@pytest.mark.parametrize("fact", Fact)
@pytest.mark.parametrize("aggregate", Aggregate)
def test_a_fact_takes_only_the_aggregates_that_make_sense_of_it(
    fact: Fact, aggregate: Aggregate
) -> None:
    if aggregate not in FACTS[fact].aggregates:
        refused = _refusals({"fact": fact.value, "aggregate": aggregate.value})
        allowed = ", ".join(FACTS[fact].aggregates)
        assert refused["aggregate"] == (
            f"calcul « {aggregate} » impossible sur le fait « {fact} » ; mots admis : {allowed}"
        )


@pytest.mark.parametrize(
    ("data", "path", "said"),
    [
        ({"aggregate": "share", "where": {"mark": "waste"}}, "perimeter", "mot « all »"),
        (
            {"aggregate": "sum_share", "of": "amount", "where": {"mark": "waste"}},
            "perimeter",
            "le dénominateur n’a pas de périmètre",
        ),
        ({"aggregate": "ratio"}, "over", "« over » : le dénominateur"),
        (
            {"aggregate": "ratio", "over": {"aggregate": "count"}},
            "over.perimeter",
            "le dénominateur n’a pas de périmètre",
        ),
        (
            {"aggregate": "count", "over": {"aggregate": "count", "perimeter": "all"}},
            "over",
            "sens",
        ),
        (
            {"aggregate": "ratio", "over": {"aggregate": "share"}},
            "over.aggregate",
            "mots admis : count, sum, distinct",
        ),
        (
            {"aggregate": "ratio", "over": {"fact": "milestone", "aggregate": "done"}},
            "over.aggregate",
            "impossible sur le fait « milestone »",
        ),
        ({"aggregate": "sum"}, "of", "demande un champ ; mots admis : amount, current_amount"),
        ({"aggregate": "sum", "of": "cpv"}, "of", "champ « cpv » impossible ici ; mots admis : am"),
        ({"aggregate": "average", "of": "notified_on"}, "of", "impossible ici"),
        ({"aggregate": "distinct", "of": "amount"}, "of", "mots admis : cpv_division"),
        ({"aggregate": "count", "of": "amount"}, "of", "n’a pas de sens"),
        (
            {"aggregate": "count", "where": {"field": "supplier", "equals": "x"}},
            "where.field",
            "in",
        ),
        ({"aggregate": "count", "period": "once"}, "period", "mots admis : civil_year, cumulative"),
        (
            {
                "aggregate": "ratio",
                "period": "in_force",
                "over": {"fact": "event", "aggregate": "count", "perimeter": "all"},
            },
            "over",
            "période « in_force » impossible sur le fait « event »",
        ),
        (
            {"fact": "supplier", "aggregate": "count", "period": "cumulative"},
            "period",
            "y compterait deux fois ; mots admis : civil_year",
        ),
        (
            {
                "aggregate": "ratio",
                "period": "cumulative",
                "over": {"fact": "supplier", "aggregate": "count", "perimeter": "all"},
            },
            "over",
            "période « cumulative » impossible sur le fait « supplier » : une entreprise titulaire",
        ),
        (
            {"fact": "measure", "aggregate": "declared", "where": {"mark": "waste"}},
            "where",
            "n’a pas de critère",
        ),
        ({"fact": "measure", "aggregate": "declared", "base": 1}, "base", "true ou false"),
        ({"aggregate": "count", "base": True}, "base", "ne vont qu’avec le fait « measure »"),
        (
            {"fact": "measure", "aggregate": "declared", "base": True, "list": True},
            "list",
            "n’a pas de base",
        ),
        (
            {
                "fact": "beneficiary",
                "aggregate": "count",
                "where": {"not": {"field": "sex", "equals": "f"}},
            },
            "where",
            "qu’une comparaison",
        ),
        (
            {
                "fact": "beneficiary",
                "aggregate": "count",
                "perimeter": {"field": "sex", "equals": "f"},
            },
            "perimeter",
            "mots admis : all",
        ),
        (
            {"aggregate": "count", "compare": {"with": "baseline", "as": "rate"}},
            "compare.year",
            "l’année de référence est obligatoire",
        ),
        (
            {
                "aggregate": "count",
                "compare": {"with": "previous_year", "as": "rate", "year": 2022},
            },
            "compare.year",
            "pas d’année de référence",
        ),
        (
            {"aggregate": "count", "compare": {"with": "next_year", "as": "rate"}},
            "compare.with",
            "mots admis : previous_year, baseline",
        ),
        (
            {
                "aggregate": "breakdown",
                "of": "directorate",
                "compare": {"with": "previous_year", "as": "rate"},
            },
            "compare",
            "mots admis : difference",
        ),
        (
            {
                "fact": "milestone",
                "aggregate": "done",
                "compare": {"with": "previous_year", "as": "rate"},
            },
            "compare",
            "ne se compare pas",
        ),
        (
            {
                "fact": "measure",
                "aggregate": "declared",
                "list": True,
                "compare": {"with": "previous_year", "as": "rate"},
            },
            "list",
            "ne se compare pas",
        ),
        (
            {"fact": "evaluation", "aggregate": "count", "where": {"field": "score", "equals": 15}},
            "where.equals",
            'par exemple "15.5"',
        ),
        (
            {
                "fact": "hours_line",
                "aggregate": "count",
                "where": {"field": "hours", "at_least": "1.3"},
            },
            "where.at_least",
            'par exemple "35.25"',
        ),
    ],
)
def test_a_definition_without_sense_is_refused_at_its_path(
    data: object, path: str, said: str
) -> None:
    refused = _refusals(data)
    assert list(refused) == [path]
    assert said in refused[path]


def test_a_denominator_may_be_every_row_and_says_so() -> None:
    form = {"aggregate": "share", "perimeter": "all", "where": {"mark": "waste"}}
    definition = read_definition(form, MARKS)
    assert (definition.perimeter, definition.looked_at) == ("all", None)
    assert write_definition(definition)["perimeter"] == "all"


@pytest.mark.parametrize("form", list(examples()))
def test_every_form_is_written_as_it_was_read(form: dict[str, object]) -> None:
    definition = read_definition(form, MARKS)
    written = write_definition(definition)
    assert form.items() <= written.items()
    assert read_definition(json.loads(json.dumps(written)), MARKS) == definition


def test_the_year_compared_with_is_the_one_before_or_the_baseline() -> None:
    def former(**compare: object) -> int:
        definition = read_definition({"aggregate": "count", "compare": compare}, MARKS)
        assert definition.compare is not None
        return definition.compare.former(2026)

    assert former(**{"with": "previous_year", "as": "rate"}) == 2025
    assert former(**{"with": "baseline", "as": "rate", "year": 2022}) == 2022


OWN = {"aggregate": "count"}


def _written(**forms: object) -> dict[str, Definition | SameAs]:
    return {code: read_written(form, MARKS) for code, form in forms.items()}


def test_an_indicator_may_have_the_definition_of_another() -> None:
    written = _written(A={"same_as": "B"}, B={"same_as": "C"}, C=OWN)
    found = resolve_same_as(written)
    assert found == dict.fromkeys("ABC", read_definition(OWN, MARKS))
    assert write_definition(written["A"]) == {"same_as": "B"}


def test_a_cycle_is_refused_with_its_path() -> None:
    with pytest.raises(DefinitionError) as refused:
        resolve_same_as(_written(A={"same_as": "B"}, B={"same_as": "A"}, C={"same_as": "A"}, D=OWN))
    assert {item.path: item.message for item in refused.value.problems} == {
        "A.same_as": "définition circulaire : A → B → A ; mots admis : D",
        "B.same_as": "définition circulaire : B → A → B ; mots admis : D",
        "C.same_as": "définition circulaire : C → A → B → A ; mots admis : D",
    }
    with pytest.raises(DefinitionError, match="A → A ; aucun autre indicateur n’a de définition"):
        resolve_same_as(_written(A={"same_as": "A"}))


@pytest.mark.parametrize(("last", "others"), [(20, "1 autre"), (25, "6 autres")])
def test_a_cycle_among_many_tells_some_codes_and_how_to_know_the_others(
    last: int, others: str
) -> None:
    sound = {f"S{number}": OWN for number in range(1, last + 1)}
    with pytest.raises(DefinitionError) as refused:
        resolve_same_as(_written(A={"same_as": "A"}, Z={"same_as": "S1"}, **sound))
    (one,) = refused.value.problems
    told = ", ".join(["Z", *sound][:20])
    assert one.message == (
        f"définition circulaire : A → A ; mots admis : {told} et {others}, tous ceux dont la "
        "définition ne mène pas à ce cercle"
    )


def test_the_definition_of_an_unknown_indicator_is_refused_with_the_known_ones() -> None:
    with pytest.raises(DefinitionError) as refused:
        resolve_same_as(_written(A={"same_as": "Z"}, B=OWN))
    assert [(item.path, item.message) for item in refused.value.problems] == [
        ("A.same_as", "indicateur « Z » inconnu ; mots admis : B")
    ]


def test_who_mistakes_a_key_where_a_code_would_do_learns_of_it() -> None:
    with pytest.raises(DefinitionError) as refused:
        read_written({"aggregate": "count", "foo": 1}, MARKS)
    (one,) = refused.value.problems
    assert (one.path, one.message.rpartition(", ")[2]) == ("foo", "same_as")


def test_the_definition_of_another_is_said_alone() -> None:
    with pytest.raises(DefinitionError, match="clé « aggregate » inconnue ; mots admis : same_as"):
        read_written({"same_as": "A", "aggregate": "count"}, MARKS)


@pytest.mark.parametrize(
    "more",
    [
        {"units": {"value": "repas"}},
        {"units": {"value": "repas"}, "compare": {"with": "previous_year", "as": "difference"}},
        {
            "units": {"value": "repas", "base": "convives"},
            "compare": {"with": "previous_year", "as": "rate"},
        },
        {"units": {"value": "repas"}, "base": True},
    ],
)
def test_the_unit_of_a_number_alone_goes_with_its_evolution_in_percents(
    more: dict[str, object],
) -> None:
    declared = {"fact": "measure", "aggregate": "declared"}
    assert list(_refusals(declared | more)) == ["units"]
    rate = {"with": "previous_year", "as": "rate"}
    kept = read_definition(declared | {"compare": rate, "units": {"value": "repas"}}, MARKS)
    assert write_definition(kept)["units"] == {"value": "repas"}


@pytest.mark.parametrize(
    "computed",
    [
        {"fact": "contract", "aggregate": "count"},
        {"fact": "contract", "aggregate": "sum", "of": "amount"},
        {"fact": "spending", "aggregate": "sum", "of": "amount"},
    ],
)
@pytest.mark.parametrize("units", [{"value": "repas"}, {"value": "repas", "base": "convives"}])
def test_only_what_is_declared_has_units_of_its_own(
    computed: dict[str, object], units: dict[str, object]
) -> None:
    rate = {"compare": {"with": "previous_year", "as": "rate"}} if "of" in computed else {}
    assert read_definition(computed | rate, MARKS).units is None
    refused = _refusals(computed | rate | {"units": units})
    assert list(refused) == ["units"]
    assert "ne va qu’avec le fait « measure »" in str(refused["units"])


def test_what_is_counted_over_a_declared_number_says_both_units() -> None:
    over = {"over": {"fact": "measure", "aggregate": "declared"}}
    ratio = {"fact": "project", "aggregate": "ratio"} | over
    both = {"value": "projets", "base": "projets visés"}
    assert write_definition(read_definition(ratio | {"units": both}, MARKS))["units"] == both
    assert list(_refusals(ratio | {"units": {"value": "projets"}})) == ["units"]
