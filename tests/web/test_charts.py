"""Geometry of charts: exact places, nothing drawn that is not known."""

from decimal import Decimal
from typing import Any

import pytest

from tests.web.browsing import plain
from web import charts, figures, targets, yearly

BOX = charts.Size(300.0, 100.0)


def result(**said: Any) -> dict[str, Any]:
    """A share of 50 %, between 40 and 75, and what is ``said`` otherwise."""
    usual: dict[str, Any] = {
        "kind": "percentage",
        "scale": "percent",
        "unit": "%",
        "way": "computed",
        "words": [],
        "parts": [],
        "value": "50",
        "low": "40",
        "high": "75",
        "share": "50",
        "share_low": "40",
        "share_high": "75",
        "unknown": 3,
        "reason": None,
        "target": {"value": "80", "unit": "%", "year": 2026, "siren": None},
        "series": [],
        "projection": None,
    }
    return usual | said


def line(*values: str | None, aim: str | None = None) -> charts.Trend | None:
    """A drawing of years from 2024 on, each with the same target."""
    years = [charts.Year(str(2024 + rank), one, aim) for rank, one in enumerate(values)]
    return charts.trend(years, BOX)


@pytest.mark.parametrize(
    ("largest", "top"),
    [("0", "1"), ("1", "1"), ("7", "10"), ("10", "10"), ("11", "20"), ("43", "50"), ("240", "250")],
)
def test_an_axis_ends_at_a_round_number(largest: str, top: str) -> None:
    assert charts.nice_top(Decimal(largest)) == Decimal(top)


def test_a_share_stands_at_its_percents() -> None:
    shape = charts.meter("50", "40", "75", "80", percents=True)
    assert shape is not None
    assert shape.top == 100
    assert shape.value == charts.Span(0.0, 300.0)
    assert shape.interval == charts.Span(240.0, 210.0)
    assert shape.target == 480.0


def test_a_certain_figure_has_no_interval() -> None:
    shape = charts.meter("50", "50", "50", None, percents=True)
    assert shape is not None
    assert shape.interval is None
    assert shape.target is None


def test_an_unbounded_figure_reaches_the_end_of_the_axis() -> None:
    shape = charts.meter("30", "30", None, "40")
    assert shape is not None
    assert shape.interval == charts.Span(360.0, 240.0)


def test_an_unknown_figure_is_an_interval_and_no_bar() -> None:
    shape = charts.meter(None, "0", "24", None)
    assert shape is not None
    assert shape.value is None
    assert shape.interval is not None
    assert shape.interval.length == 576.0  # 24 on an axis that ends at 25


def test_nothing_known_draws_nothing() -> None:
    assert charts.meter(None, None, None, "30") is None
    assert line(None, None) is None


def test_years_stand_at_equal_distances_and_at_their_depth() -> None:
    shape = line("4", "8", aim="10")
    assert shape is not None
    assert [(one.x, one.value, one.target) for one in shape.points] == [
        (75.0, 60.0, 0.0),
        (225.0, 20.0, 0.0),
    ]
    assert shape.zero == 100.0
    assert shape.lines == ("M75.0 60.0L225.0 20.0",)
    assert [figure for _, figure in shape.graduations][-1] == 10


def test_a_year_without_figure_breaks_the_line() -> None:
    shape = line("1", "2", None, "2", "1")
    assert shape is not None
    assert len(shape.lines) == 2
    assert shape.points[2].value is None
    lonely = line("1", None, "2")
    assert lonely is not None
    assert lonely.lines == ()


def test_what_goes_below_zero_has_its_axis_within_the_drawing() -> None:
    shape = line("-5", "5")
    assert shape is not None
    assert (shape.zero, shape.points[0].value, shape.points[1].value) == (50.0, 100.0, 0.0)
    only = line("-5", "-10")
    assert only is not None
    assert only.zero == 0.0


def test_a_projection_is_drawn_apart_from_the_line() -> None:
    years = [charts.Year("2024", "10", None), charts.Year("2025", "20", None)]
    shape = charts.trend(years, BOX, ahead=("2026", "30"))
    assert shape is not None
    assert shape.lines == ("M50.0 80.0L150.0 60.0",)
    assert shape.dashes == "M150.0 60.0L250.0 40.0"
    assert [one.label for one in shape.points] == ["2024", "2025"]


def test_a_number_with_a_target_in_percents_is_drawn_as_its_share() -> None:
    axis = figures.axis_of(result(kind="count", scale="whole", value="12", low="10", high="15"))
    assert (axis.value, axis.target, axis.percents) == ("50", "80", True)


def test_a_target_in_another_unit_is_not_drawn() -> None:
    target = {"value": "80", "unit": "heures", "year": 2026, "siren": None}
    assert figures.axis_of(result(target=target)).target is None
    amount = result(kind="amount", scale="euros", share=None)
    assert figures.axis_of(amount).target is None


def test_nothing_of_what_is_said_or_differs_is_drawn_from_zero() -> None:
    assert figures.meter(result(kind="boolean", value="1")) is None
    assert figures.meter(result(kind="delta", value="-3")) is None
    assert figures.meter(result()) is not None


def test_years_show_figures_targets_and_printed_values_side_by_side() -> None:
    indicator = {
        "targets": [
            {"year": 2027, "value": "90", "unit": "%", "siren": None},
            {"year": None, "value": "50", "unit": "%", "siren": None},
        ],
        "published": [{"year": 2022, "value": "12"}],
    }
    told = result(series=[{"year": 2025, "value": "40", "share": "40"}])
    rows = yearly.year_rows(told, 2026, indicator)
    assert [row["year"] for row in rows] == [2022, 2025, 2026, 2027]
    assert [row["target"]["value"] for row in rows] == ["50", "50", "50", "90"]
    assert rows[0]["printed"] is not None
    shape = yearly.trend(rows, told, BOX)
    assert shape is not None
    assert [one.value for one in shape.points] == [None, 60.0, 50.0, None]
    assert yearly.graduations(shape, rows, told)[-1][1].startswith("100")


def test_an_organisation_is_held_to_its_own_target() -> None:
    some = [
        {"year": 2026, "value": "30", "unit": "%", "siren": None},
        {"year": 2026, "value": "45", "unit": "%", "siren": "111111111"},
    ]
    own = targets.target_of_year(some, 2026, "111111111")
    assert own is not None
    assert own["value"] == "45"
    others = targets.target_of_year(some, 2026, "222222222")
    assert others is not None
    assert others["value"] == "30"


def test_no_chart_without_any_figure() -> None:
    target = {"year": 2027, "value": "1", "unit": "%", "siren": None}
    rows = yearly.year_rows(None, 2026, {"targets": [target], "published": []})
    assert yearly.trend(rows, None, BOX) is None


def test_two_years_make_a_small_drawing_and_its_words() -> None:
    told = result(series=[{"year": 2025, "value": "40"}, {"year": 2024, "value": None}])
    shape, words = yearly.spark(told, 2026, BOX)
    assert shape is not None
    assert words == "2025 : 40\u202f%\u202f; 2026 : 50\u202f%"
    assert yearly.spark(result(), 2026, BOX) == (None, "")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "50 %"),
        ({"kind": "count", "scale": "whole", "unit": "contrats", "value": "1"}, "1 contrat"),
        ({"kind": "count", "scale": "whole", "unit": "contrats", "value": "2"}, "2 contrats"),
        (
            {"kind": "ratio", "scale": "number", "unit": "contrats / objectif", "value": "0.5"},
            "0,5 contrat / objectif",
        ),
        ({"kind": "duration", "scale": "number", "unit": "mois", "value": "1"}, "1 mois"),
        ({"kind": "hours", "scale": "hours", "unit": "heures", "value": "1340.25"}, "1 340,25 h"),
        ({"kind": "amount", "scale": "euros", "unit": "€ HT", "value": "22479592"}, "22,48 M€"),
        ({"kind": "delta", "scale": "percent", "unit": "points de %", "value": "-1"}, "−1 point"),
        ({"kind": "delta", "scale": "whole", "unit": "titulaires", "value": "2"}, "+2 titulaires"),
        (
            {"kind": "score", "scale": "score", "unit": "points sur 20", "value": "1"},
            "1 point sur 20",
        ),
        ({"kind": "boolean", "scale": "whole", "unit": None, "value": "1"}, "oui"),
        ({"kind": "boolean", "value": "1", "words": ["fait, en retard"]}, "fait, en retard"),
        ({"kind": "list", "value": None, "words": ["sel", "eau"]}, "sel, eau"),
    ],
)
def test_a_figure_is_told_in_its_own_unit(said: dict[str, Any], words: str) -> None:
    told = figures.told(result(**said), short=True)
    assert told is not None
    assert told.replace("\u202f", " ").replace("\u00a0", " ") == words


def test_an_interval_is_told_only_when_answers_are_missing() -> None:
    told = figures.interval(result())
    assert told == "entre 40\u202f% et 75\u202f%"
    assert figures.interval(result(unknown=0)) is None
    assert figures.interval(result(high=None)) == "au moins 40\u202f%"
    assert figures.interval(result(kind="boolean", low="0", high="1")) is None


def test_the_noun_of_an_interval_is_told_once() -> None:
    bare = result(target=None)
    said = {"kind": "count", "scale": "whole", "unit": "marchés", "low": "28", "high": "34"}
    assert figures.interval(bare | said) == "entre 28 et 34\u00a0marchés"
    paid = {"kind": "amount", "scale": "euros", "unit": "€", "low": "1650000", "high": "1870000"}
    assert figures.interval(bare | paid, short=True) == "entre 1,65\u00a0M€ et 1,87\u00a0M€"


def test_what_was_declared_is_told_with_its_base() -> None:
    measure = {"words": None, "value": "3", "base": "8", "kind": "percentage", "unit": "%"}
    assert figures.declared(measure, {}) == "3 sur 8, soit 37,5\u202f%"
    meals = {"units": {"value": "repas", "base": "€"}}
    told = figures.declared(measure, meals).replace("\u00a0", " ").replace("\u202f", " ")
    assert told == "3 repas sur 8 €, soit 37,5 %"


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("points par contrat", "45 points sur 12 contrats, soit 3,75 points par contrat"),
        ("g/convive", "45 g sur 12 convives, soit 3,75 g/convive"),
        ("litiges / contrat", "45 litiges sur 12 contrats, soit 3,75 litiges / contrat"),
        ("années", "45 années sur 12, soit 3,75 années"),
        ("points de %", "45 sur 12, soit 375 %"),
        (None, "45 sur 12"),
        ("services / services", "45 sur 12 services"),
    ],
)
def test_two_numbers_have_the_units_that_their_rate_tells(unit: str | None, words: str) -> None:
    measure = {"words": None, "value": "45", "base": "12", "kind": "ratio", "unit": unit}
    assert plain(figures.declared(measure, {})) == words


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"value": "30", "unit": "%", "year": 2026}, "30 % en 2026"),
        (
            {"value": "30", "unit": "% des marchés", "year": None},
            "30 % des marchés, sans année dans le document",
        ),
        ({"value": "1500000", "unit": "€ HT", "year": 2024}, "1 500 000 € HT en 2024"),
        ({"value": "9", "unit": "marchés", "year": 2024}, "9 marchés en 2024"),
    ],
)
def test_a_target_is_told_in_its_unit(target: dict[str, Any], words: str) -> None:
    told = targets.target_words(target)
    assert told.replace("\u202f", " ").replace("\u00a0", " ") == words


def test_a_difference_of_rates_is_graduated_in_points() -> None:
    told = {"scale": "percent", "unit": "points de %", "kind": "delta", "compared": "difference"}
    rows = [{"year": 2024, "result": {"value": "1.00"}, "target": None}]
    shape = charts.trend([charts.Year("2024", "1.00", None)], charts.Size(300, 100))
    assert shape is not None
    assert not any("%" in words for _, words in yearly.graduations(shape, rows, told))
    rate = told | {"compared": "rate"}
    assert all("%" in words for _, words in yearly.graduations(shape, rows, rate))
