"""A figure of few answers is told by its interval; shares stand beside the bounds of a count."""

from typing import Any

import pytest

from tests.web.browsing import plain
from web import charts, figures, units, yearly
from web.formats import FIXED as F
from web.formats import NARROW as N

SHARE: dict[str, Any] = {
    "kind": "percentage",
    "scale": "percent",
    "unit": "%",
    "value": "100",
    "low": "7.14",
    "high": "100",
    "share": "100",
    "share_low": "7.14",
    "share_high": "100",
    "unknown": 78,
    "firm": False,
    "words": [],
    "parts": [],
    "target": {"value": "50", "unit": "%", "year": 2025},
}
COUNT = SHARE | {
    "aggregate": "count",
    "kind": "count",
    "scale": "whole",
    "unit": "marchés",
    "value": "28",
    "low": "28",
    "high": "34",
    "share": "40.00",
    "share_low": "37.33",
    "share_high": "45.33",
    "firm": True,
}
SHARES = f"soit entre 37,33{N}% et 45,33{N}%"


def test_few_answers_are_told_by_their_interval() -> None:
    words = f"entre 7,14{N}% et 100{N}%"
    assert figures.told(SHARE) == words
    assert figures.two_sizes(SHARE) == (words, "")
    assert figures.interval(SHARE) is None
    assert figures.told(SHARE | {"firm": True}) == f"100{N}%"
    assert figures.interval(SHARE | {"firm": True}) == words


def test_few_answers_that_nothing_bounds_make_no_figure() -> None:
    boundless = SHARE | {"kind": "delta", "scale": "number", "unit": "offres", "value": "-0.02"}
    boundless |= {"low": None, "high": None, "target": None}
    assert figures.told(boundless) == "trop peu de réponses"
    assert figures.told(boundless | {"firm": True}) == f"−0,02{F}offre"


def test_a_number_of_different_values_has_its_interval() -> None:
    told_apart = COUNT | {"aggregate": "distinct", "unit": "services", "target": None}
    told_apart |= {"parts": [{"label": "Voirie", "value": "9"}]}
    assert figures.interval(told_apart) == f"entre 28 et 34{F}services"
    few = told_apart | {"firm": False, "value": "0", "kind": "delta", "low": "-2", "high": "3"}
    assert figures.told(few) == f"entre −2 et +3{F}services"
    assert figures.is_apart(told_apart | {"value": None, "aggregate": "breakdown"})


def test_what_was_kept_before_is_told_as_it_was() -> None:
    old = {name: one for name, one in SHARE.items() if name != "firm"}
    assert figures.told(old) == f"100{N}%"


def test_the_bar_of_a_figure_of_few_answers_is_its_interval_alone() -> None:
    drawn, sure = figures.meter(SHARE), figures.meter(SHARE | {"firm": True})
    assert drawn is not None
    assert sure is not None
    assert (drawn.value, drawn.interval) == (None, sure.interval)
    assert sure.value is not None


def test_the_bounds_of_a_count_are_told_as_shares_where_its_target_is_one() -> None:
    assert figures.interval(COUNT) == f"entre 28 et 34{F}marchés, {SHARES}"
    few = COUNT | {"firm": False}
    assert figures.two_sizes(few) == ("entre 28 et 34", f"marchés, {SHARES}")
    assert figures.told(few) == f"entre 28 et 34{F}marchés"


@pytest.mark.parametrize(
    "other",
    [
        {"target": None},
        {"target": {"value": "50", "unit": "marchés", "year": 2025}},
        {"share_low": None},
        {"share_high": None},
        {"share_low": "40", "share_high": "40"},
    ],
)
def test_bounds_without_a_share_are_told_alone(other: dict[str, Any]) -> None:
    assert figures.interval(COUNT | other) == f"entre 28 et 34{F}marchés"


def test_a_count_that_answers_can_only_raise_is_told_as_the_least_it_is() -> None:
    alone = COUNT | {"target": None}
    assert figures.told(alone) == f"au moins 28{F}marchés"
    assert figures.told(alone | {"unknown": 0, "high": "28"}) == f"28{F}marchés"
    # A sum that may lose too is no minimum; an average neither.
    assert figures.told(alone | {"aggregate": "sum", "low": "20"}) == f"28{F}marchés"
    assert figures.told(alone | {"aggregate": "average"}) == f"28{F}marchés"


@pytest.mark.parametrize(
    ("aggregate", "point", "least"),
    [
        ("count", {"low": "10", "high": "13"}, True),
        ("count", {"low": "10", "high": "10"}, False),
        ("count", {"low": "10", "high": "10", "unknown": 0}, False),
        ("sum", {"low": "10", "high": None}, True),
        ("sum", {"low": "8", "high": "13"}, False),
        ("distinct", {"low": "10", "high": "13"}, True),
        ("distinct", {"low": "10", "high": "10"}, False),
        ("ratio", {"low": "10", "high": "13"}, True),
        ("ratio", {"low": "8", "high": "13"}, False),
        ("share", {"low": "10", "high": "13"}, False),
        ("average", {"low": "10", "high": "13"}, False),
        # Kept before its bounds were told, then before anything was: as the service serves it.
        ("sum", {"least": True}, True),
        ("sum", {"least": False}, False),
        ("sum", {"least": None}, False),
        ("count", {"least": None, "low": None, "high": None}, True),
        ("distinct", {"least": None, "low": None, "high": None}, True),
        ("count", {"least": None, "unknown": 0}, False),
    ],
)
def test_what_answers_can_only_add_to_is_told_as_the_least_it_is(
    aggregate: str, point: dict[str, Any], least: bool
) -> None:
    result = COUNT | {"aggregate": aggregate, "target": None}
    words = figures.shown({"value": "10", "unknown": 3} | point, result)
    assert words == f"{'au moins ' if least else ''}10{F}marchés"
    # What changed since another year may as well be less.
    changed = {"value": "10", "unknown": 3} | point
    assert not figures.shown(changed, result | {"compared": "difference"}).startswith("au moins ")


def test_what_nothing_bounds_is_no_figure() -> None:
    few = COUNT | {"firm": False, "parts": [], "words": []}
    assert figures.has_figure(few)
    assert not figures.has_figure(few | {"low": "0", "high": None})


def test_a_year_that_runs_is_told_so_by_the_clocks_of_paris() -> None:
    at = {"computed_at": "2025-12-31T23:30:00Z"}
    assert not figures.is_running(at, 2025)
    assert figures.is_running(at, 2026)
    assert not figures.is_running(at | {"kept": {"number": 1}}, 2026)


def test_no_share_of_few_answers_stands_beside_a_figure() -> None:
    point = {"value": "28", "share": "40"}
    assert figures.share_beside(point, COUNT) == f"soit 40{N}%"
    assert figures.share_beside(point | {"firm": False}, COUNT) is None


def test_a_definition_that_is_tried_has_no_target_and_no_share() -> None:
    tried = {name: one for name, one in COUNT.items() if not name.startswith("share")}
    del tried["target"]
    assert figures.interval(tried) == f"entre 28 et 34{F}marchés"


def test_years_withhold_what_their_figure_withholds() -> None:
    """Of too few answers, the drawing and the words of former years say no number either."""
    point = {"year": 2023, "value": "10", "share": "10", "firm": True, "unknown": 0}
    few = point | {"year": 2024, "value": "90", "share": "90", "firm": False}
    now = SHARE | {"series": [point, few], "firm": True, "value": "50", "projection": None}
    shape, words = yearly.spark(now, 2025, charts.SMALL)
    assert shape is not None
    assert [one.value is None for one in shape.points] == [False, True, False]
    assert "2024" not in words
    assert yearly.spark(now | {"firm": False}, 2025, charts.SMALL) == (None, "")
    rows = [{"year": one["year"], "result": one, "target": None} for one in (point, few)]
    drawn = yearly.trend(rows, now, charts.SMALL)
    assert drawn is not None
    assert [one.value is None for one in drawn.points] == [False, True]


def test_former_years_are_shown_where_they_tell_something_and_are_marked() -> None:
    computed = {"way": "computed", "definition": {"period": "civil_year"}, "targets": []}
    computed |= {"published": []}
    point = {"value": "10", "share": "10", "firm": True, "unknown": 0}
    empty = point | {"value": "0", "share": None}
    series = [empty | {"year": 2023}, point | {"year": 2024}, empty | {"year": 2025}]
    now = SHARE | {"series": series, "firm": True, "value": "50", "projection": None}
    told = yearly.with_former(now, computed, 2025)
    rows = yearly.year_rows(told, 2026, computed, None, 2025)
    assert [(one["year"], one["before"]) for one in rows] == [
        (2024, True),
        (2025, False),
        (2026, False),
    ]
    words = yearly.spark(told, 2026, charts.SMALL, 2025)[1]
    assert words.startswith(f"2024 (avant le schéma) : 10{N}%")
    # What adds up from the first year of the scheme has no former years.
    since = computed | {"definition": {"period": "cumulative"}}
    kept = yearly.with_former(now, since, 2025)
    assert kept is not None
    assert [one["year"] for one in kept["series"]] == [2025]


def test_the_dashboard_of_a_first_year_starts_from_the_year_before() -> None:
    assert yearly.first_drawn(2026, 2026) == 2025
    assert yearly.first_drawn(2026, 2025) == 2024
    assert yearly.first_drawn(2026, 2028) == 2026


def test_former_years_of_a_sum_are_the_least_where_the_service_says_so() -> None:
    total = COUNT | {"aggregate": "sum", "unit": "€", "scale": "euros", "target": None}
    point = {"value": "10", "unknown": 2, "least": True}
    assert figures.shown(point, total).startswith("au moins ")
    assert not figures.shown(point | {"least": False}, total).startswith("au moins ")
    # The small drawing of a dashboard says the same in words.
    year = {"year": 2024, "value": "10", "share": None, "firm": True, "unknown": 2, "least": True}
    now = total | {"series": [year], "projection": None}
    _, words = yearly.spark(now, 2025, charts.SMALL)
    assert words.count("au moins ") == 2


def test_none_known_with_answers_missing_says_how_many_there_may_be() -> None:
    none = COUNT | {"value": "0", "low": "0", "high": "3", "target": None}
    assert figures.told(none) == "aucun connu, jusqu’à 3 possibles"
    assert figures.told(none | {"feminine": True, "high": "1"}) == (
        "aucune connue, jusqu’à 1 possible"
    )


def test_a_list_of_which_answers_are_missing_is_no_whole_list() -> None:
    """Missing answers may name other values: a list is told as a count is."""
    listed = COUNT | {"aggregate": "distinct", "kind": "list", "unit": "domaines", "target": None}
    none = listed | {"value": "0", "low": "0", "high": "8", "unknown": 8}
    assert figures.told(none) == "aucun connu, jusqu’à 8 possibles"
    assert figures.of_year(none, none) == "aucun connu, jusqu’à 8 possibles"
    assert not figures.is_unbounded(none | {"way": "computed"})
    some = listed | {"value": "2", "low": "2", "high": "6", "words": ["Santé", "Social"]}
    assert figures.told(some) == "au moins Santé, Social"
    assert figures.interval(some) == f"entre 2 et 6{F}domaines"
    assert figures.of_year(some, some) == f"au moins 2{F}domaines (entre 2 et 6{F}domaines)"
    assert figures.told(some | {"unknown": 0, "high": "2"}) == "Santé, Social"


@pytest.mark.parametrize(
    "said",
    [
        {"firm": False, "value": "3", "low": "3", "high": "10"},
        {"firm": False, "value": "3", "low": "3", "high": None, "aggregate": "sum"},
        {"firm": False, "value": "0", "low": "0", "high": None, "aggregate": "sum"},
        {"firm": False, "value": "3", "low": "1", "high": "10", "aggregate": "average"},
        {"firm": False, "compared": "difference", "aggregate": "average", "low": None},
        {"compared": "difference", "aggregate": "average", "value": "1", "low": "-1"},
        {"compared": "difference", "aggregate": "sum", "low": None, "high": None},
        {"value": "0", "low": "0", "high": "3"},
        {"value": "3", "low": "3", "high": "10"},
    ],
)
def test_the_table_of_years_tells_the_year_in_the_form_of_its_headline(
    said: dict[str, Any],
) -> None:
    result = COUNT | {"target": None, "way": "computed"} | said
    between = figures.interval(result)
    told = f"{figures.told(result)} ({between})" if between else figures.told(result)
    assert figures.of_year(result, result).removesuffix(f" ({figures.HALF})") == told
    assert figures.figure_of(result, result) == figures.told(result)


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("€", "9 € sur 33 €"),
        ("€ d’achats responsables", "9 € sur 33 €"),
        ("services", "9 sur 33 services"),
    ],
)
def test_two_numbers_of_one_unit_tell_it_once_but_for_euros(unit: str, words: str) -> None:
    rate = {"numerator": "9", "denominator": "33", "numerator_unit": unit, "denominator_unit": unit}
    assert plain(figures.both(rate)) == words
    assert plain(units.two("9", "33", (unit, unit))) == words


def test_a_year_without_change_says_so_beside_the_others() -> None:
    change = COUNT | {"kind": "delta", "aggregate": "count", "compared": "difference"}
    change |= {"value": "2", "target": None, "unit": "services", "unknown": 0}
    year = {"year": 2024, "value": "0", "share": None, "firm": True, "unknown": 0}
    _, words = yearly.spark(change | {"series": [year]}, 2025, charts.SMALL)
    assert words.startswith("2024 : sans changement")
