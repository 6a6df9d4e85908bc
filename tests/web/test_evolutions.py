"""What a figure became: told by where it lies while a level may still grow, and from what."""

from typing import Any

import pytest

from tests.web.browsing import plain
from web import evolutions, figures

FEWER: dict[str, Any] = {
    "aggregate": "count",
    "kind": "delta",
    "scale": "whole",
    "unit": "consultations",
    "numerator_unit": "consultations",
    "compared": "difference",
    "compared_year": 2024,
    "as_of": "2025-12-31",
    "way": "computed",
    "value": "-2",
    "low": "-5",
    "high": "1",
    "numerator": "6",
    "denominator": "8",
    "previous": "8",
    "unknown": 6,
    "share": None,
    "target": None,
    "firm": True,
    "words": [],
    "parts": [],
}
FEW = FEWER | {"aggregate": "average", "unit": "points", "firm": False}


@pytest.mark.parametrize(
    ("said", "headline", "levels"),
    [
        (
            {},
            "entre −5 et +1 consultation",
            "au moins 6 consultations en 2025, au moins 8 consultations en 2024",
        ),
        # Only the former year may grow: both are not as well known, whatever the sign.
        (
            {"value": "10", "low": "8", "high": "10", "numerator": "18"},
            "entre +8 et +10 consultations",
            "18 consultations en 2025, au moins 8 consultations en 2024",
        ),
        (
            {"low": None, "high": None},
            "évolution inconnue",
            "au moins 6 consultations en 2025, au moins 8 consultations en 2024",
        ),
        (
            {"low": "-2", "high": "-2", "unknown": 0},
            "−2 consultations",
            "6 consultations en 2025, contre 8 consultations en 2024",
        ),
        # An average may go down as well as up: its levels are no minima, nor sure.
        (
            {"aggregate": "average"},
            "entre −5 et +1 consultation",
            "selon les réponses connues, 6 consultations en 2025, contre 8 consultations en 2024",
        ),
        (
            {"aggregate": "average", "low": "-5", "high": "-1", "previous_unknown": 0},
            "−2 consultations",
            "6 consultations en 2025 selon les réponses connues, contre 8 consultations en 2024",
        ),
        (
            {"aggregate": "share", "low": None, "high": None, "previous_unknown": 6},
            "−2 consultations",
            "6 consultations en 2025, contre 8 consultations en 2024 selon les réponses connues",
        ),
        # What is missing changes nothing of it.
        (
            {"aggregate": "average", "low": "-2", "high": "-2"},
            "−2 consultations",
            "6 consultations en 2025, contre 8 consultations en 2024",
        ),
    ],
)
def test_a_change_that_answers_may_undo_is_told_by_its_interval_and_from_the_least_levels(
    said: dict[str, Any], headline: str, levels: str
) -> None:
    result = FEWER | said
    assert plain(figures.told(result) or "") == headline
    assert plain(evolutions.levels(result, 2025)) == levels
    # The table of years and the small drawing say the same.
    between = plain(figures.interval(result) or "")
    told = f"{headline} ({between})" if between else headline
    assert plain(figures.of_year(result, result)) == told
    alone = headline.startswith("−")
    assert figures.known_value(result, result) == ("-2" if alone else None)
    assert (figures.interval(result) is not None) is (alone and result["low"] != result["high"])


def test_a_change_with_one_bound_of_few_answers_makes_no_headline() -> None:
    result = FEW | {"low": None, "high": "3.21", "unit": "soumissionnaires"}
    assert figures.told(result) == "trop peu de réponses"
    assert evolutions.one_bound(result)
    assert plain(figures.bounds_of(result) or "") == "au plus +3,21 soumissionnaires"


def test_a_change_since_a_year_nobody_declared_is_unknown_and_tells_what_is_known() -> None:
    result = FEWER | {
        "way": "captured",
        "value": None,
        "previous": None,
        "low": None,
        "high": None,
        "reason": "évolution inconnue : rien de déclaré pour 2024",
        "numerator": "54442",
        "numerator_unit": "contenants",
    }
    told = "évolution inconnue : 54 442 contenants en 2025, rien de déclaré pour 2024"
    assert plain(figures.reason(result)) == told
    assert evolutions.undeclared(result) == 2024
    assert evolutions.undeclared(result | {"value": "3"}) is None
    assert evolutions.undeclared(None) is None


def test_a_ratio_at_its_least_says_so_as_a_count_does() -> None:
    ratio = FEWER | {
        "aggregate": "ratio",
        "compared": None,
        "kind": "percentage",
        "scale": "percent",
        "unit": "%",
        "feminine": True,
        "value": "0",
        "low": "0",
        "high": "9.76",
    }
    assert plain(figures.told(ratio) or "") == "aucune connue, jusqu’à 9,76 %"
    assert figures.interval(ratio) is None
    some = ratio | {"value": "1.5", "low": "1.5"}
    assert plain(figures.told(some) or "") == "au moins 1,5 %"
    assert plain(figures.told(some | {"low": "1"}) or "") == "1,5 %"


def test_a_year_of_few_answers_tells_what_is_known_all_the_same() -> None:
    count = FEWER | {"compared": None, "kind": "count", "value": "6", "low": "6", "firm": False}
    told = "entre 6 et 9 consultations (au plus la moitié des réponses est connue)"
    assert plain(figures.of_year(count | {"high": "9"}, count)) == told
    share = count | {"aggregate": "share", "scale": "percent", "unit": "%", "high": "50"}
    told = "entre 6 % et 50 % (au plus la moitié des réponses est connue)"
    assert plain(figures.of_year(share, share)) == told
    assert figures.of_year(share | {"low": None, "high": None}, share) == "trop peu de réponses"
    # Kept before its bounds were served.
    kept = {"value": "6", "unknown": 3, "firm": False, "least": True, "share": None}
    assert plain(figures.of_year(kept, count)).startswith("au moins 6 consultations (")


def test_a_bound_that_the_figure_says_already_is_not_told_again() -> None:
    total = FEWER | {"compared": None, "aggregate": "sum", "kind": "count", "value": "6"}
    total |= {"low": "6", "high": None, "unit": "variantes"}
    assert plain(figures.told(total) or "") == "au moins 6 variantes"
    assert figures.interval(total) is None


def test_what_is_missing_of_the_year_itself_is_not_told_as_its_level() -> None:
    told = {"compared_year": 2024, "numerator": "54442", "numerator_unit": "contenants"}
    told["as_of"] = "2025-12-31"
    silent = "évolution inconnue : une organisation n’a rien déclaré pour 2025"
    assert evolutions.reason(silent, told) == silent
    before = "évolution inconnue : rien de déclaré pour 2024"
    assert "contenants en 2025, rien de déclaré pour 2024" in evolutions.reason(before, told)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"aggregate": "share", "rests_on": 3}, "sur 3 marchés"),
        ({"aggregate": "share", "rests_on": 1}, "sur 1 marché"),
        ({"aggregate": "share", "rests_on": 4}, None),
        ({"aggregate": "share", "rests_on": 0}, None),
        ({"aggregate": "average", "scale": "score", "rests_on": 2}, "sur 2 marchés"),
        ({"aggregate": "sum_share", "rests_on": 2}, "sur 2 marchés"),
        ({"aggregate": "reached", "rests_on": 2}, "sur 2 cibles échues"),
        ({"aggregate": "ratio", "rests_on": 3, "denominator_unit": "projets"}, "sur 3 projets"),
        ({"aggregate": "ratio", "rests_on": 3, "denominator_unit": None}, None),
        # A number says itself how many it counts, unless it is told in percents.
        ({"aggregate": "count", "scale": "whole", "rests_on": 3}, None),
        ({"aggregate": "count", "rests_on": 3}, "sur 3 marchés"),
        # Of few answers there is no rate, but where it lies.
        ({"aggregate": "share", "rests_on": 1, "unknown": 2, "firm": False}, None),
        # Kept before that was told.
        ({"aggregate": "share"}, None),
        (
            {"aggregate": "share", "rests_on": 9, "previous_rests_on": 2, "compared": "difference"},
            "sur 2 marchés en 2024",
        ),
        (
            {"aggregate": "share", "rests_on": 3, "previous_rests_on": 2, "compared": "difference"},
            "sur 3 marchés en 2025, sur 2 marchés en 2024",
        ),
    ],
)
def test_a_rate_of_few_rows_says_beside_it_on_how_many_it_rests(
    said: dict[str, Any], told: str | None
) -> None:
    rate = FEWER | {"compared": None, "scale": "percent", "unit": "%", "kind": "percentage"}
    rate |= {"noun": "marché", "plural": "marchés", "unknown": 0, "value": "50"}
    words = figures.rests_on(rate | said)
    assert (None if words is None else plain(words)) == told


def test_the_levels_of_an_average_of_few_rows_say_of_how_many() -> None:
    said = {"aggregate": "average", "unknown": 0, "low": "-2", "high": "-2", "rests_on": 2}
    said |= {"noun": "évaluation", "plural": "évaluations", "previous_rests_on": 8}
    assert plain(evolutions.levels(FEWER | said, 2025)) == (
        "6 consultations en 2025 (sur 2 évaluations), contre 8 consultations en 2024"
    )
