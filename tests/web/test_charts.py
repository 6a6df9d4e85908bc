"""Geometry of charts: exact places, nothing drawn that is not known."""

from decimal import Decimal
from typing import Any

import pytest

from web import charts, figures

RESULT: dict[str, Any] = {
    "measure": "share",
    "value": "50",
    "low": "40",
    "high": "75",
    "share": "50",
    "share_low": "40",
    "share_high": "75",
    "target": {"value": "80", "unit": "%", "year": 2026},
}


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
    assert charts.columns([("2026", None, None, None, None)]) is None


def test_a_column_without_figure_keeps_its_place() -> None:
    shape = charts.columns([("2025", None, None, None, None), ("2026", "4", "4", "8", "5")])
    assert shape is not None
    first, second = shape.columns
    assert first.height is None
    assert (second.height, second.high, second.target) == (88.0, 176.0, 110.0)
    assert second.x - first.x == 320.0
    assert [figure for _, figure in shape.graduations][-1] == shape.top == 10


def test_a_number_with_a_target_in_percents_is_drawn_as_its_share() -> None:
    result = RESULT | {"measure": "count", "value": "12", "low": "10", "high": "15"}
    axis = figures.axis_of(result)
    assert (axis.value, axis.target, axis.percents) == ("50", "80", True)


def test_a_target_in_another_unit_is_not_drawn() -> None:
    target = {"value": "80", "unit": "heures", "year": 2026}
    assert figures.axis_of(RESULT | {"target": target}).target is None
    amount = RESULT | {"measure": "amount", "share": None}
    assert figures.axis_of(amount).target is None


def test_years_show_figures_and_targets_side_by_side() -> None:
    targets = [
        {"year": 2027, "value": "90", "unit": "%"},
        {"year": None, "value": "50", "unit": "%"},
    ]
    rows = figures.year_rows({2026: RESULT}, targets)
    assert [row["year"] for row in rows] == [2026, 2027, None]
    shape = figures.columns(rows)
    assert shape is not None
    assert [one.label for one in shape.columns] == ["2026", "2027"]
    assert [one.target for one in shape.columns] == [110.0, 198.0]
    assert figures.graduations(shape, rows)[-1][1].startswith("100")


def test_no_chart_without_any_figure() -> None:
    assert (
        figures.columns(figures.year_rows({}, [{"year": 2027, "value": "1", "unit": "%"}])) is None
    )


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"value": "30", "unit": "%", "year": 2026}, "30 % en 2026"),
        ({"value": "30", "unit": "% des marchés", "year": None}, "30 % des marchés chaque année"),
        ({"value": "1500000", "unit": "€ HT", "year": 2024}, "1 500 000 € HT en 2024"),
        ({"value": "9", "unit": "marchés", "year": 2024}, "9 marchés en 2024"),
    ],
)
def test_a_target_is_told_in_its_unit(target: dict[str, Any], words: str) -> None:
    told = figures.target_words(target)
    assert told.replace("\u202f", " ").replace("\u00a0", " ") == words
