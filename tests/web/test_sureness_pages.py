"""Pages never show a part, a level or a rate surer than the answers behind it."""

import re
from typing import Any

import pytest

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, plain
from tests.web.test_telling_pages import indicator
from web import exporting, parted

PARTED: dict[str, Any] = {
    "aggregate": "count",
    "unit": "marchés",
    "numerator_unit": "marchés",
    "compared": None,
    "unknown": 8,
    "feminine": False,
}
PART: dict[str, Any] = {
    "label": "Handicap",
    "value": "3",
    "previous": "2",
    "change": "1",
    "share": "100",
    "scale": "whole",
    "unknown": 8,
}


@pytest.mark.parametrize(
    ("result", "part", "value", "previous", "change"),
    [
        ({}, {}, "au moins 3 marchés", "au moins 2 marchés", "+1 marché {}"),
        ({}, {"value": "0"}, "aucun connu", "au moins 2 marchés", "+1 marché {}"),
        ({}, {"unknown": 0}, "3 marchés", "2 marchés", "+1 marché"),
        # Kept before parts said it.
        ({}, {"unknown": None}, "3 marchés", "2 marchés", "+1 marché"),
        # All that is missing is of one year.
        ({"previous_unknown": 0}, {}, "au moins 3 marchés", "2 marchés", "+1 marché {}"),
        ({"previous_unknown": 8}, {}, "3 marchés", "au moins 2 marchés", "+1 marché {}"),
        # The part says it itself, where what is missing of the whole is of both years.
        ({}, {"previous_unknown": 0}, "au moins 3 marchés", "2 marchés", "+1 marché {}"),
        ({}, {"previous_unknown": 8}, "3 marchés", "au moins 2 marchés", "+1 marché {}"),
        ({"aggregate": "sum"}, {"value": "0"}, "rien de connu", "au moins 2 marchés", None),
        ({"aggregate": "average"}, {}, "3 marchés", "2 marchés", "+1 marché {}"),
    ],
)
def test_a_part_that_answers_can_only_add_to_is_the_least_it_is(
    result: dict[str, Any],
    part: dict[str, Any],
    value: str,
    previous: str,
    change: str | None,
) -> None:
    whole, one = PARTED | {"compared": "difference", "previous_unknown": 3} | result, PART | part
    assert plain(parted.value(one, whole)) == value
    assert plain(parted.value(one, whole, "previous")) == previous
    if change:
        assert plain(parted.change(one, whole)) == change.format("selon les réponses connues")


def test_a_file_tells_a_part_as_its_page_does() -> None:
    told = exporting._words(PARTED | {"parts": [PART]})
    assert told == "Handicap : au moins 3 (100 %)"
    assert exporting._words(PARTED | {"unknown": 0, "parts": [PART | {"unknown": 0}]}) == (
        "Handicap : 3 (100 %)"
    )
    nothing = PARTED | {"parts": [PART | {"value": "0", "share": None}]}
    assert exporting._words(nothing) == "Handicap : aucun connu"


def main_of(page: Page) -> str:
    """The words of the figure itself."""
    return plain(page.one(".indicator-main").get_text(" "))


def test_the_parts_of_a_number_of_which_answers_are_missing_are_no_surer_than_it(
    pilot: Browser,
) -> None:
    page = indicator(pilot, "cd62-2026-2029", "CD62-3.1.3.B-3")
    table = plain(page.one('section[aria-labelledby="repartition"] table').get_text(" "))
    assert re.search(r"au moins \d+ marchés?", table)
    assert "aucun connu" in table
    assert "Part de ce qui est connu" in table
    assert not re.search(r"(?<!au moins )\b\d+ marchés?", table)


@pytest.mark.parametrize(
    ("code", "levels"),
    [
        ("CAM-9-2", r"Selon les réponses connues, [\d,]+ \w+ en 2025, contre [\d,]+ \w+ en 2024\."),
        (
            "CAM-12-2",
            r"en 2025 \(sur \d évaluations\) selon les réponses connues, contre .* en 2024 \(sur",
        ),
        ("CAM-18-6", r"en 2025 selon les réponses connues, contre [\d,]+ points sur 20 en 2024\."),
        ("CAM-21-2a", r"en 2025 selon les réponses connues, contre [\d,]+ points sur 20 en 2024\."),
        # Nothing is missing.
        ("CAM-21-2b", r"[\d,]+ points sur 20 en 2025, contre [\d,]+ points sur 20 en 2024"),
    ],
)
def test_the_level_of_an_average_of_a_year_with_missing_answers_is_that_of_the_others(
    pilot: Browser, code: str, levels: str
) -> None:
    assert re.search(levels, main_of(indicator(pilot, "clermont", code)))


def test_an_average_says_of_how_many_rows_it_is(pilot: Browser) -> None:
    told = main_of(indicator(pilot, "clermont", "CAM-19-4"))
    assert re.search(r"Moyenne de \d+ évaluations dont la valeur est connue\.", told)


def test_a_dashboard_says_beside_a_rate_of_few_rows_how_few_they_are(pilot: Browser) -> None:
    board = pilot.open(f"/schemas/clermont?year=2025&organisation={DEMONSTRATION}")
    rows = {
        one.select(".code")[0].get_text(): plain(one.get_text(" "))
        for one in board.soup.select(".indicator")
    }
    assert "100 % sur 1 contrat" in rows["CAM-11-1"]
    assert re.search(r"% sur 3 projets d’achat", rows["CAM-24-1"])
    # Of many rows the rate stands alone.
    assert not re.search(r"% sur \d", rows["CAM-T-2"])
