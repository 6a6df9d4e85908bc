"""A target has the unit of its indicator; gaps and projections are told in words."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from msgspec.structs import replace

from api.rules.indicators.figures import figure_of
from api.rules.indicators.gaps import (
    Aim,
    aim_of,
    check_target,
    compared_with,
    gap,
    is_beside,
    is_due,
    met,
)
from api.rules.indicators.reading import read_definition
from api.rules.indicators.results import Result
from api.rules.indicators.scales import Scale
from api.rules.indicators.sums import ClassSum, ClassSums, declaration
from api.rules.indicators.trajectory import Projection, at_this_pace, project
from api.rules.indicators.vocabulary import Definition

WHERE = {"mark": "a"}
SHARE = {"aggregate": "share", "perimeter": "all", "where": WHERE}
COUNT = {"aggregate": "count", "where": WHERE}
WHOLE_COUNT = {"aggregate": "count"}
HOURS = {"fact": "hours_line", "aggregate": "sum", "of": "hours"}
DECLARED = {"fact": "measure", "aggregate": "declared"}


def _definition(form: dict[str, Any]) -> Definition:
    return read_definition(form, {"a"})


@pytest.mark.parametrize(
    ("form", "unit", "target", "kind"),
    [
        (SHARE, "%", "%", "percentage"),
        (SHARE, "%", "% des marchés", "percentage"),
        (COUNT, "marchés", "marchés", "count"),
        (COUNT, "marchés", "marchés/an", "count"),
        (COUNT, "marchés", "% des marchés", "count"),
        (HOURS, "heures", "heures", "hours"),
        (DECLARED, "tonnes", "tonnes/an", "mass"),
        (DECLARED, "%", "% produits durables", "percentage"),
        ({"aggregate": "sum", "of": "amount"}, "€", "€ HT", "amount"),
    ],
)
def test_a_target_in_the_unit_of_its_indicator_is_taken(
    form: dict[str, Any], unit: str, target: str, kind: str
) -> None:
    assert check_target(_definition(form), unit, target, kind) is None


@pytest.mark.parametrize(
    ("form", "unit", "target", "kind", "allowed"),
    [
        (SHARE, "%", "marchés", "percentage", "%"),
        (SHARE, "%", "€", "percentage", "%"),
        (WHOLE_COUNT, "marchés", "%", "count", "marchés"),
        (COUNT, "marchés", "heures", "count", "marchés, %"),
        (DECLARED, "collectivités", "% ", "count", "collectivités"),
        (DECLARED, "collectivités", "kWh", "count", "collectivités"),
        (HOURS, "heures", "%", "hours", "heures"),
        (HOURS, "heures", "€", "hours", "heures"),
        (DECLARED, "tonnes", "% du total", "mass", "tonnes"),
    ],
)
def test_a_target_in_another_unit_is_refused_with_the_units_allowed(
    form: dict[str, Any], unit: str, target: str, kind: str, allowed: str
) -> None:
    said = check_target(_definition(form), unit, target, kind)
    assert said == f"unité « {target} » refusée ; mots admis : {allowed}"


@pytest.mark.parametrize("target", ["EPCI", "% des communes landaises"])
def test_a_target_of_another_thing_stands_beside_a_count_when_a_note_says_so(target: str) -> None:
    definition = _definition(DECLARED)
    asked = (definition, "collectivités", target, "count")
    assert check_target(*asked, noted=True) is None
    assert "montrée à côté, sans écart" in str(check_target(*asked))
    assert is_beside(*asked)
    result = figure_of(definition, declaration(13_000_000))
    aim = Aim(2024, Decimal(18), target, beside=True)
    assert (gap(result, aim, "up"), met(result, aim, "up")) == (None, None)
    assert not is_beside(definition, "collectivités", "collectivités/an", "count")


def test_a_percentage_of_another_base_than_what_is_counted_is_compared_with_nothing() -> None:
    """« % des marchés réservés » of a number of reserved contracts: nobody knows of what."""
    definition = _definition(COUNT)
    assert is_beside(definition, "marchés", "% des marchés réservés", "count")
    assert check_target(definition, "marchés", "% des marchés réservés", "count") is not None
    assert (
        check_target(definition, "marchés", "% des marchés réservés", "count", noted=True) is None
    )
    for own in ("%", "% des marchés"):
        assert not is_beside(definition, "marchés", own, "count")
        assert check_target(definition, "marchés", own, "count") is None


def test_points_are_of_a_difference_only() -> None:
    assert check_target(_definition(SHARE), "%", "points", "percentage") is not None
    compared = SHARE | {"compare": {"with": "previous_year", "as": "difference"}}
    assert check_target(_definition(compared), "points de %", "points", "delta") is None


def test_a_target_without_a_unit_is_refused() -> None:
    said = check_target(_definition(COUNT), "marchés", " ", "count")
    assert said == "unité obligatoire ; mots admis : marchés, %"


def _figure(form: dict[str, Any], tt: ClassSum, tf: int = 0) -> Result:
    return figure_of(_definition(form), ClassSums(tt=tt, tf=ClassSum(tf)))


@pytest.mark.parametrize(
    ("result", "aim", "direction", "said"),
    [
        (
            _figure(SHARE, ClassSum(1), 3),
            Aim(2026, Decimal(30), "%"),
            "up",
            "5\u00a0points sous la cible 2026",
        ),
        (_figure(SHARE, ClassSum(1), 2), Aim(2026, Decimal(30), "%"), "up", "cible 2026 atteinte"),
        (
            _figure(COUNT, ClassSum(4), 6),
            Aim(None, Decimal(5), "marchés/an"),
            "up",
            "1\u00a0marché sous la cible",
        ),
        (
            _figure(COUNT, ClassSum(4), 6),
            Aim(2026, Decimal(50), "% des marchés"),
            "up",
            "10\u00a0points sous la cible 2026",
        ),
        (
            _figure(HOURS, ClassSum(2, 40_002, 0)),
            Aim(2026, Decimal(30_000), "heures"),
            "up",
            "19\u202f999,5\u00a0heures sous la cible 2026",
        ),
        (
            figure_of(_definition(DECLARED), declaration(12_000_000)),
            Aim(2026, Decimal(10), "tonnes/an"),
            "down",
            "2\u00a0tonnes au-dessus de la cible 2026",
        ),
        (_figure(SHARE, ClassSum(0)), Aim(2026, Decimal(30), "%"), "up", None),
        (_figure(SHARE, ClassSum(1)), Aim(2026, Decimal(30), "marchés"), "up", None),
    ],
)
def test_the_distance_to_a_target_is_told_in_its_unit(
    result: Result, aim: Aim, direction: str, said: str | None
) -> None:
    assert gap(result, aim, direction, ("marché", "marchés")) == said
    assert met(result, aim, direction) is (None if said is None else said.endswith("atteinte"))


@pytest.mark.parametrize(
    ("result", "unit", "number"),
    [
        (_figure(SHARE, ClassSum(1), 3), "%", "25.00"),
        (_figure(COUNT, ClassSum(4), 6), "marchés/an", "4"),
        (_figure(COUNT, ClassSum(4), 6), "% des marchés", "40.00"),
        # A share is no number of rows.
        (_figure(SHARE, ClassSum(1), 3), "marchés", None),
        (_figure(SHARE, ClassSum(0)), "%", None),
    ],
)
def test_a_target_is_compared_with_one_number_in_its_own_unit(
    result: Result, unit: str, number: str | None
) -> None:
    aim = Aim(2026, Decimal(30), unit)
    assert compared_with(result, aim) == (None if number is None else Decimal(number))
    few = replace(result, unknown=result.known + 1, low=None)
    assert compared_with(few, aim) is None


def test_the_target_of_a_year_is_its_own_else_that_of_every_year_else_the_next() -> None:
    every, coming = Aim(None, Decimal(1), "%"), Aim(2027, Decimal(2), "%")
    assert aim_of([every, coming], 2027) == coming
    assert aim_of([coming, every], 2026) == every
    assert aim_of([Aim(2028, Decimal(3), "%"), coming], 2026) == coming
    assert aim_of([coming], 2028) is None


def test_a_straight_line_is_found_again() -> None:
    known = {2023: Fraction(10), 2024: None, 2025: Fraction(20)}
    assert project(known, 2027) == Projection(2027, Fraction(30), Fraction(5), (2023, 2025))


def test_years_off_the_line_are_weighed_by_least_squares() -> None:
    known = {2022: Fraction(1), 2023: Fraction(3), 2024: Fraction(2)}
    # Slope 1/2 through the mean (2023, 2), by hand.
    assert project(known, 2026) == Projection(
        2026, Fraction(7, 2), Fraction(1, 2), (2022, 2023, 2024)
    )


@pytest.mark.parametrize("known", [{}, {2024: Fraction(1)}, {2023: None, 2024: Fraction(1)}])
def test_no_line_goes_through_fewer_than_two_years(known: dict[int, Fraction | None]) -> None:
    assert project(known, 2027) is None


def test_a_projection_stays_within_what_the_figure_can_be() -> None:
    rising = {2024: Fraction(60), 2025: Fraction(90)}
    falling = {2024: Fraction(60), 2025: Fraction(10)}
    over, under = project(rising, 2027, high=Fraction(100)), project(falling, 2027)
    free = project(falling, 2027, low=None)
    assert over is not None
    assert under is not None
    assert free is not None
    assert (over.value, under.value, free.value) == (Fraction(100), Fraction(0), Fraction(-90))
    assert (over.cut, under.cut, free.cut) == (True, True, False)


def test_a_projection_says_that_it_is_one_and_on_what_it_rests() -> None:
    projection = project({2024: Fraction(40), 2025: Fraction(47)}, 2026)
    aim = Aim(2026, Decimal(80), "%")
    assert at_this_pace(projection, Scale.PERCENT, "%", aim, "up") == (
        "À ce rythme, 54\u00a0% en 2026\u00a0: la cible ne serait pas atteinte (projection "
        "linéaire sur 2 années connues, 2024 à 2025)."
    )
    assert at_this_pace(projection, Scale.WHOLE, "marchés", aim, "up") == (
        "À ce rythme, 54\u00a0marchés en 2026 (projection linéaire sur 2 années connues, 2024 à "
        "2025)."
    )
    assert at_this_pace(None, Scale.PERCENT, "%", aim, "up") is None


def test_a_target_of_a_later_year_is_never_met_yet_nor_to_be_met_by_what_is_there() -> None:
    known = {2024: Fraction(64), 2025: Fraction(82)}
    aim = Aim(2026, Decimal(80), "%")
    found = at_this_pace(
        project(known, 2026, high=Fraction(100)), Scale.PERCENT, "%", aim, "up", now=known[2025]
    )
    assert found is not None
    assert "la cible resterait atteinte" in found
    # The line itself goes past what a share can be.
    steep = project({2024: Fraction(64), 2025: Fraction(90)}, 2026, high=Fraction(100))
    cut = at_this_pace(steep, Scale.PERCENT, "%", aim, "up")
    assert cut is not None
    assert cut.startswith("À ce rythme, 100\u00a0% (plafond) en 2026")
    assert "plafond" not in found
    assert "serait" not in found
    result = figure_of(_definition(SHARE), ClassSums(tt=ClassSum(82), tf=ClassSum(18)))
    assert gap(result, aim, "up", year=2025) == "2\u00a0points au-dessus de la cible 2026"
    level = Aim(2026, Decimal(82), "%")
    assert gap(result, level, "up", year=2025) == "au niveau de la cible 2026"
    under = Aim(2026, Decimal("83.5"), "%")
    assert gap(result, under, "down", year=2025) == "1,5\u00a0point sous la cible 2026"
    few = figure_of(_definition(SHARE), ClassSums(tt=ClassSum(44), tf=ClassSum(1), tu=ClassSum(55)))
    low = Aim(2026, Decimal(40), "%")
    assert gap(few, low, "up", year=2025) == "au moins 4\u00a0points au-dessus de la cible 2026"
    assert gap(result, aim, "up", year=2026) == "cible 2026 atteinte"


def test_a_target_without_a_year_is_never_due_unless_it_is_of_each_year() -> None:
    aims = [Aim(None, Decimal(30), "%"), Aim(None, Decimal(12), "marchés/an")]
    assert [is_due(one, 2026) for one in aims] == [False, True]
    dated = Aim(2026, Decimal(30), "%")
    assert [is_due(dated, year) for year in (2025, 2026, 2027)] == [False, True, True]
