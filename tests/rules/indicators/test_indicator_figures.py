"""Every aggregate gives an exact figure, its interval, and says why when it has none."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from api.rules.indicators.comparing import compared
from api.rules.indicators.figures import (
    figure_of,
    scale_of,
    source_kind,
    without_figure,
)
from api.rules.indicators.gaps import check_target
from api.rules.indicators.reading import read_definition
from api.rules.indicators.scales import Scale, rounded
from api.rules.indicators.sums import (
    ClassSum,
    ClassSums,
    Declared,
    KeyedSums,
    Reached,
    Source,
    Step,
    Steps,
    declaration,
)
from api.rules.indicators.vocabulary import Definition

TODAY = date(2026, 11, 21)
MARK = {"mark": "a"}


def _definition(**form: Any) -> Definition:
    return read_definition(form, {"a"})


def _counted(rows: int, weight: int = 0, without: int = 0) -> ClassSums:
    return ClassSums(tt=ClassSum(rows, weight, without))


DISTINCT = _definition(fact="contract", aggregate="distinct", of="supplier")
BREAKDOWN = _definition(fact="clause", aggregate="breakdown", of="object")


def test_a_value_that_two_organisations_hold_is_counted_once() -> None:
    one = KeyedSums({"x": _counted(3), "y": _counted(1)}, {"x": "Xénon", "y": "Ypsilon"})
    other = KeyedSums({"x": _counted(2)}, {"x": "Xénon"})
    result = figure_of(DISTINCT, one + other)
    assert (result.value, result.words) == (Fraction(2), ("Xénon", "Ypsilon"))
    assert [(part.label, part.value) for part in result.parts] == [
        ("Xénon", Fraction(5)),
        ("Ypsilon", Fraction(1)),
    ]


def test_a_value_in_doubt_widens_the_number_of_values() -> None:
    doubtful = ClassSums(tu=ClassSum(4))
    keyed = KeyedSums({"x": _counted(1), "y": doubtful, None: _counted(2)})
    result = figure_of(DISTINCT, keyed)
    assert (result.value, result.low, result.high) == (Fraction(1), Fraction(1), Fraction(4))
    assert (result.known, result.unknown) == (1, 6)


def test_rows_of_no_known_value_hold_one_at_least() -> None:
    result = figure_of(DISTINCT, KeyedSums({None: _counted(2)}))
    assert (result.value, result.low, result.high) == (None, Fraction(1), Fraction(2))
    assert result.reason == "non calculable : aucun contrat dont la réponse est connue"


def test_no_row_is_no_value_and_not_unknown() -> None:
    assert figure_of(DISTINCT, KeyedSums()).value == 0


def test_a_breakdown_shares_what_is_told_and_names_its_parts() -> None:
    keyed = KeyedSums({"works": _counted(3), "services": _counted(1), None: _counted(4)})
    result = figure_of(BREAKDOWN, keyed)
    assert [(part.label, part.value, part.share) for part in result.parts] == [
        ("Travaux", Fraction(3), Fraction(75)),
        ("Services", Fraction(1), Fraction(25)),
        ("Non renseigné", Fraction(4), None),
    ]
    assert (result.value, result.reason) == (None, None)
    assert (result.known, result.unknown) == (4, 4)


def test_a_breakdown_of_nothing_says_so_with_its_noun() -> None:
    result = figure_of(BREAKDOWN, KeyedSums())
    assert result.reason == "non calculable : aucune clause dans le périmètre"


def test_parts_are_compared_in_points_also_those_that_came_or_went() -> None:
    definition = _definition(
        fact="clause",
        aggregate="breakdown",
        of="object",
        compare={"with": "previous_year", "as": "difference"},
    )
    assert definition.compare is not None
    now = figure_of(definition, KeyedSums({"works": _counted(1), "supplies": _counted(1)}))
    then = figure_of(definition, KeyedSums({"works": _counted(3), "services": _counted(1)}))
    result = compared(definition.compare, now, then, 2026)
    assert {part.key: (part.share, part.previous, part.change) for part in result.parts} == {
        "supplies": (Fraction(50), Fraction(0), Fraction(50)),
        "works": (Fraction(50), Fraction(75), Fraction(-25)),
        "services": (Fraction(0), Fraction(25), Fraction(-25)),
    }
    empty = figure_of(definition, KeyedSums())
    nothing = compared(definition.compare, now, empty, 2026)
    assert nothing.reason == "non calculable : pas de valeur en 2025"
    assert nothing.parts == now.parts
    gone = compared(definition.compare, empty, now, 2026)
    assert gone.reason == "non calculable : aucune clause dans le périmètre"


def _ratio(**over: Any) -> Definition:
    return _definition(fact="consultation", aggregate="ratio", of="offers", over=over)


PER_CONTRACT = _ratio(fact="contract", aggregate="count", perimeter="all")
OF_OFFERS = _definition(
    fact="consultation",
    aggregate="ratio",
    of="sme_offers",
    over={"fact": "consultation", "aggregate": "sum", "of": "offers", "perimeter": "all"},
)


def test_a_ratio_is_recomputed_from_the_sums_of_every_organisation() -> None:
    parts = [_counted(2, 10), _counted(8, 20)]
    bases = [_counted(2), _counted(13)]
    result = figure_of(PER_CONTRACT, sum(parts, ClassSums()), sum(bases, ClassSums()))
    assert (result.value, result.numerator, result.denominator) == (
        Fraction(2),
        Fraction(30),
        Fraction(15),
    )
    assert result.reason is None


def test_the_interval_of_a_ratio_follows_both_of_its_terms() -> None:
    offers = ClassSums(tt=ClassSum(2, 10, 0), tu=ClassSum(1, 5, 0))
    contracts = ClassSums(tt=ClassSum(4), ut=ClassSum(1))
    result = figure_of(PER_CONTRACT, offers, contracts)
    assert (result.value, result.low, result.high) == (Fraction(5, 2), Fraction(2), Fraction(15, 4))
    assert (result.known, result.unknown) == (2, 1)


@pytest.mark.parametrize(
    ("offers", "contracts", "reason"),
    [
        (_counted(1, 5), ClassSums(), "aucun contrat dans le périmètre"),
        (
            _counted(1, 0, 1),
            _counted(2),
            "aucun nombre connu parmi les consultations à additionner",
        ),
        (_counted(1, 5), ClassSums(tu=ClassSum(2)), "aucun contrat dont la réponse est connue"),
    ],
)
def test_a_ratio_without_a_term_says_which(
    offers: ClassSums, contracts: ClassSums, reason: str
) -> None:
    result = figure_of(PER_CONTRACT, offers, contracts)
    assert (result.value, result.reason) == (None, f"non calculable : {reason}")


def test_a_ratio_of_a_total_that_is_zero_is_not_zero() -> None:
    result = figure_of(OF_OFFERS, _counted(2, 0), _counted(2, 0))
    assert result.reason == "non calculable : le total auquel le chiffre se rapporte est nul"


def test_a_part_of_a_whole_is_told_in_percents_where_the_indicator_is() -> None:
    result = figure_of(OF_OFFERS, _counted(3, 30), _counted(3, 40)).in_percent()
    assert (result.value, result.low, result.high, result.scale) == (
        Fraction(75),
        Fraction(75),
        Fraction(75),
        Scale.PERCENT,
    )


@pytest.mark.parametrize(
    ("form", "over", "part"),
    [
        ({}, {"aggregate": "count"}, True),
        ({}, {"aggregate": "distinct", "of": "supplier"}, True),
        ({"of": "amount"}, {"aggregate": "sum", "of": "current_amount"}, True),
        ({"of": "offers_received"}, {"aggregate": "sum", "of": "offers_received"}, True),
        ({"of": "offers_received"}, {"aggregate": "count"}, False),
        ({}, {"aggregate": "sum", "of": "offers_received"}, False),
        ({"of": "amount"}, {"aggregate": "count"}, False),
    ],
)
def test_plain_numbers_over_rows_are_no_percents(
    form: dict[str, Any], over: dict[str, Any], part: bool
) -> None:
    base = {"fact": "contract", "perimeter": "all"} | over
    definition = _definition(aggregate="ratio", **form, over=base)
    keyed = KeyedSums({"x": _counted(4)})
    source = keyed if over["aggregate"] == "distinct" else _counted(4, 4)
    result = figure_of(definition, _counted(3, 3), source)
    assert result.value is not None
    shares = (result.share, result.share_low, result.share_high)
    assert shares == ((100 * result.value,) * 3 if part else (None, None, None))
    assert (check_target(definition, "", "%", "percentage") is None) is part


def test_what_is_already_in_percents_or_has_none_stays_as_it_is() -> None:
    share = _definition(aggregate="share", perimeter="all", where=MARK)
    result = figure_of(share, _counted(3))
    assert result.in_percent() is result
    average = _definition(aggregate="average", of="amount")
    other = figure_of(average, _counted(2, 10))
    assert other.in_percent() is other


def test_a_base_may_be_declared() -> None:
    definition = _ratio(fact="measure", aggregate="declared")
    result = figure_of(definition, _counted(3, 30), declaration(8_000_000))
    assert result.value == Fraction(30, 8)
    missing = figure_of(definition, _counted(3, 30), declaration(None))
    assert missing.reason == "non calculable : la base n’a pas encore été déclarée"


DECLARED = _definition(fact="measure", aggregate="declared")
WITH_BASE = _definition(fact="measure", aggregate="declared", base=True)


def test_a_declared_figure_keeps_its_decimals() -> None:
    result = figure_of(DECLARED, declaration(1_500_250))
    assert str(rounded(result.scale, result.value)) == "1.50025"
    assert (result.low, result.high) == (result.value, result.value)


def test_what_an_organisation_has_not_declared_leaves_the_total_open() -> None:
    result = figure_of(DECLARED, declaration(2_000_000) + declaration(None))
    assert (result.value, result.known, result.unknown) == (Fraction(2), 1, 1)
    assert (result.low, result.high) == (None, None)


def test_declared_rates_are_recomputed_from_values_and_bases() -> None:
    told = [declaration(v * 10**6, b * 10**6, with_base=True) for v, b in ((1, 10), (9, 10))]
    result = figure_of(WITH_BASE, told[0] + told[1])
    assert (result.value, result.share) == (Fraction(1, 2), Fraction(50))
    assert result.in_percent().value == 50


def test_a_value_without_the_base_it_needs_is_not_given() -> None:
    assert declaration(5_000_000, None, with_base=True) == Declared(missing=1)
    zero = figure_of(WITH_BASE, declaration(0, 0, with_base=True))
    assert zero.reason == "non calculable : la base déclarée est nulle"


def test_a_percentage_declared_alone_is_one() -> None:
    result = figure_of(DECLARED, declaration(12_500_000)).in_percent()
    assert (result.scale, result.value, result.share) == (
        Scale.PERCENT,
        Fraction(25, 2),
        Fraction(25, 2),
    )


def test_a_list_is_told_in_its_words() -> None:
    definition = _definition(fact="measure", aggregate="declared", list=True)
    told = declaration(None, words="bois ; pierre\nbois; ")
    result = figure_of(definition, told + declaration(None, words="terre"))
    assert (result.words, result.value, result.reason) == (("bois", "pierre", "terre"), None, None)
    assert figure_of(definition, declaration(None, words=" ")).reason is not None


MILESTONE = _definition(fact="milestone", aggregate="done", period="once")


@pytest.mark.parametrize(
    ("step", "value", "words"),
    [
        (Step(True, date(2026, 6, 30), date(2026, 6, 30)), 1, ("fait, dans les délais",)),
        (Step(True, date(2026, 6, 30), date(2026, 7, 1)), 1, ("fait, en retard",)),
        (Step(True), 1, ("fait",)),
        (Step(False, date(2026, 11, 21)), 0, ("pas encore fait, attendu le 21 novembre 2026",)),
        (
            Step(False, date(2026, 11, 20)),
            0,
            ("pas fait, en retard : attendu le 20 novembre 2026",),
        ),
        (Step(False), 0, ("pas fait",)),
        (Step(None, date(2026, 6, 30)), None, ()),
    ],
)
def test_a_milestone_says_yes_or_no_and_in_time_or_not(
    step: Step, value: int | None, words: tuple[str, ...]
) -> None:
    result = figure_of(MILESTONE, Steps(TODAY, (step,)))
    assert (result.value, result.words) == (None if value is None else Fraction(value), words)
    assert (result.reason is None) is (value is not None)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Step(True, date(2026, 6, 30), date(2026, 3, 6)), "fait le 6 mars 2026"),
        (Step(True, date(2026, 6, 30), date(2026, 7, 6)), "fait le 6 juillet 2026, en retard"),
        (Step(True, None, date(2025, 3, 6)), "fait"),
        (Step(False, date(2026, 11, 21)), "pas encore fait, attendu le 21 novembre 2026"),
        (Step(False, date(2026, 11, 20)), "pas fait, en retard : attendu le 20 novembre 2026"),
        (Step(False, date(2025, 6, 30)), "pas fait, en retard : attendu le 30 juin 2025"),
    ],
)
def test_a_year_that_was_over_before_a_step_tells_its_day(step: Step, words: str) -> None:
    found = figure_of(MILESTONE, Steps(TODAY, (step,), date(2025, 12, 31)))
    assert found.words == (words,)
    assert found.later is ("2026" in words)
    # The year it is of tells it in time, or not.
    assert not figure_of(MILESTONE, Steps(TODAY, (step,), date(2026, 12, 31))).later


@pytest.mark.parametrize(
    ("answers", "value", "low", "high"),
    [
        ((True, True), 1, 1, 1),
        ((True, False), 0, 0, 0),
        ((True, None), None, 0, 1),
        ((False, None), 0, 0, 0),
        ((None, None), None, 0, 1),
        ((), None, 0, 1),
    ],
)
def test_a_milestone_of_several_is_done_once_each_did_it(
    answers: tuple[bool | None, ...], value: int | None, low: int, high: int
) -> None:
    steps = sum((Steps(TODAY, (Step(one),)) for one in answers), Steps(TODAY))
    result = figure_of(MILESTONE, steps)
    assert result.value == value
    assert (result.low, result.high) == (Fraction(low), Fraction(high))


def test_targets_reached_leave_out_those_that_nobody_can_judge() -> None:
    definition = _definition(fact="target", aggregate="reached")
    result = figure_of(definition, Reached(2, 1, 1) + Reached(1, 0, 0))
    assert (result.value, result.low, result.high) == (Fraction(75), Fraction(60), Fraction(80))
    assert figure_of(definition, Reached()).reason == (
        "non calculable : aucun indicateur du schéma n’a de cible échue"
    )
    assert figure_of(definition, Reached(unknown=1)).reason is not None


@pytest.mark.parametrize(
    ("form", "scale"),
    [
        ({"aggregate": "count"}, Scale.WHOLE),
        ({"aggregate": "share", "perimeter": "all", "where": MARK}, Scale.PERCENT),
        ({"aggregate": "sum", "of": "amount"}, Scale.EUROS),
        ({"aggregate": "average", "of": "amount"}, Scale.EUROS),
        ({"aggregate": "average", "of": "offers_received"}, Scale.NUMBER),
        ({"fact": "hours_line", "aggregate": "sum", "of": "hours"}, Scale.HOURS),
        ({"fact": "evaluation", "aggregate": "average", "of": "score"}, Scale.SCORE),
        ({"fact": "event", "aggregate": "sum", "of": "participants"}, Scale.WHOLE),
        ({"fact": "measure", "aggregate": "declared"}, Scale.NUMBER),
        ({"aggregate": "distinct", "of": "supplier"}, Scale.WHOLE),
    ],
)
def test_a_figure_is_counted_in_the_unit_of_what_it_adds(
    form: dict[str, Any], scale: Scale
) -> None:
    assert scale_of(_definition(**form)) is scale


def test_euros_per_company_are_euros() -> None:
    over = {"fact": "spending", "aggregate": "distinct", "of": "payee", "perimeter": "all"}
    definition = _definition(fact="spending", aggregate="ratio", of="amount", over=over)
    payees = KeyedSums({"x": _counted(1), "y": _counted(2)})
    result = figure_of(definition, _counted(3, 30_000), payees)
    assert (result.value, result.scale) == (Fraction(15_000), Scale.EUROS)
    assert result.share is None


WRONG: list[tuple[Definition, Callable[[], Source]]] = [
    (DISTINCT, ClassSums),
    (DECLARED, ClassSums),
    (MILESTONE, Declared),
    (_definition(aggregate="count"), KeyedSums),
]


@pytest.mark.parametrize(("definition", "source"), WRONG)
def test_sums_of_another_kind_are_an_error_and_not_a_figure(
    definition: Definition, source: Callable[[], Source]
) -> None:
    assert not isinstance(source(), source_kind(definition))
    with pytest.raises(TypeError):
        figure_of(definition, source())


def test_a_figure_that_may_not_be_told_has_its_reason() -> None:
    result = without_figure(MILESTONE, "secret statistique")
    assert (result.value, result.reason, result.completeness) == (None, "secret statistique", None)
