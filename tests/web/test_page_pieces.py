"""Pieces of the page of an indicator: parts by year, lists, bases, closings, corrections."""

import re
from typing import Any

import pytest

from tests.web.browsing import Browser, plain
from tests.web.test_evidence_shown import opened
from web import behind, figures, parted
from web.rendering import ENVIRONMENT


def test_a_breakdown_has_its_years_side_by_side(pilot: Browser) -> None:
    page = opened(pilot, "clermont", "CAM-25-6")
    table = page.one('section[aria-labelledby="annees-parts"]')
    assert [one.get_text() for one in table.select("thead th")][1:] == ["2024", "2025"]
    told = plain(table.get_text(" "))
    assert re.search(r"serre [\d,]+ % en moyenne [\d,]+ % en moyenne", told)
    # The answers of each year say what they make, in the unit of the figure.
    assert re.search(
        r"Énergie : \d+ points sur \d+ contrats?, soit [\d,]+ % en moyenne", page.words
    )
    assert "Le chiffre de 2024" in page.follow("2024").words


def test_a_list_is_called_a_list(pilot: Browser) -> None:
    page = opened(pilot, "clermont", "CAM-25-4")
    assert "La liste de 2025" in page.words
    assert "Le chiffre de 2025" not in page.words


def test_the_declared_base_of_a_ratio_is_told_and_said_from_its_page(pilot: Browser) -> None:
    page = opened(pilot, "clermont", "CAM-2-1")
    assert "Ce qui a été déclaré" in page.words
    assert "2 projets d’achat pour 5 projets visés." in page.words
    assert not re.search(r"\bbase de\b", page.one(".indicator-main").get_text())
    link = next(
        one
        for one in page.soup.select("a.btn")
        if "Déclarer : projets visés" in plain(one.get_text())
    )
    address, _, anchor = str(link["href"]).partition("#")
    assert pilot.open(address).soup.select(f'[id="{anchor}"] input')


def test_a_figure_given_at_the_closing_leads_to_the_closings(pilot: Browser) -> None:
    page = opened(pilot, "cd40-2023-2029", "A3", 2026)
    assert "une fois l’année close" in page.words
    assert "Années closes" in page.follow("voir les années closes").words


def test_contracts_of_the_ess_say_who_holds_them(pilot: Browser) -> None:
    page = opened(pilot, "cd40-2023-2029", "T1")
    rows = [plain(one.get_text(" ")) for one in page.soup.select("#pieces tbody tr")]
    assert rows
    assert all(re.search("Titulaires? : ", one) for one in rows)


def test_the_words_of_a_chart_have_the_apostrophes_of_its_page(pilot: Browser) -> None:
    page = opened(pilot, "clermont", "CAM-24-5")
    assert "'" not in " ".join(one.get_text() for one in page.soup.select("svg"))


@pytest.mark.parametrize(
    ("scale", "weights", "told"),
    [("hours", ["12", "-3.5"], True), ("hours", ["12", None], False), ("euros", ["-3"], False)],
)
def test_hours_below_zero_are_told_to_be_corrections(
    scale: str, weights: list[str | None], told: bool
) -> None:
    rows = [{"weight": one} for one in weights]
    assert behind.has_corrections(rows, {"scale": scale}) is told
    assert not behind.has_corrections(rows, None)


def test_a_figure_that_nothing_bounds_says_what_is_missing_on_the_dashboard() -> None:
    result: dict[str, Any] = {
        "way": "computed", "aggregate": "average", "kind": "delta", "scale": "number",
        "unit": "offres", "value": "1.5", "low": None, "high": None, "unknown": 3, "words": [],
        "parts": [], "firm": True, "compared": "difference", "target": None, "noun": "contrat",
        "share": None, "reason": None,
    }  # fmt: skip
    assert figures.is_unbounded({**result, "low": "0", "high": "0"}) is False
    assert figures.is_unbounded({**result, "unknown": 0}) is False
    pieces: Any = ENVIRONMENT.get_template("schemes/parts.html").module
    told = plain(re.sub(r"<[^>]+>", " ", str(pieces.figure(result))))
    assert "marge inconnue : il manque 3 réponses, les deux années ensemble" in told


def test_parts_of_one_year_alone_make_no_table() -> None:
    part = {"label": "Eau", "value": "10", "share": None, "scale": "percent"}
    one = {"aggregate": "declared", "parts": [part], "compared": None, "unit": "%"}
    none = {**one, "parts": [{**part, "value": None}]}
    assert parted.by_year({2024: none, 2025: one}) == ([], [])
    years, rows = parted.by_year({2024: one, 2025: one})
    assert years == [2024, 2025]
    assert [plain(cell) for cell in rows[0][1]] == ["10 %", "10 %"]


def test_a_compared_figure_that_may_only_rise_is_told_as_in_the_table_of_the_year() -> None:
    result: dict[str, Any] = {
        "way": "computed", "aggregate": "count", "kind": "count", "scale": "whole",
        "unit": "marchés", "compared": None, "target": None, "share": None,
    }  # fmt: skip
    before = {"value": "28", "low": "28", "high": "34", "unknown": 6, "words": [], "parts": []}
    after = {**before, "value": "34", "low": "34", "unknown": 0}
    none = {**before, "value": "0", "low": "0", "high": "6"}
    pieces: Any = ENVIRONMENT.get_template("schemes/closed_parts.html").module
    sides = [one | result for one in (before, after, none)]
    told = [plain(str(pieces.side(one))).strip() for one in sides]
    assert told == ["au moins 28 marchés", "34 marchés", "aucun connu, jusqu’à 6 possibles"]


def test_a_side_of_a_comparison_is_told_by_its_own_definition() -> None:
    figure: dict[str, Any] = {
        "aggregate": "sum", "kind": "amount", "scale": "euros", "unit": "€", "compared": None,
        "value": "1200", "low": "1200", "high": "1200", "unknown": 0, "words": [], "parts": [],
    }  # fmt: skip
    former = {**figure, "aggregate": "count", "kind": "count", "scale": "whole", "unit": "marchés"}
    pieces: Any = ENVIRONMENT.get_template("schemes/closed_parts.html").module
    told = [plain(str(pieces.side(one))).strip() for one in (former, figure, None)]
    assert told == ["1 200 marchés", "1 200 €", "–"]


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ({"same": True}, "il serait le même"),
        ({"today": "28"}, "il serait différent."),
        ({"value_changed": True}, "il serait différent : 30 marchés."),
        ({"today": None, "compared": False}, "Le schéma n’a plus cet indicateur"),
    ],
)
def test_what_today_would_tell_of_a_kept_figure_is_read_from_its_note(
    kept: dict[str, Any], words: str
) -> None:
    today: dict[str, Any] = {
        "aggregate": "count", "kind": "count", "scale": "whole", "unit": "marchés", "value": "30",
        "compared": None, "low": "30", "high": "30", "unknown": 0, "words": [], "parts": [],
    }  # fmt: skip
    note = {"same": False, "today": "30", "compared": True, "value_changed": False, **kept}
    said = {"sentence": "tel que calculé le 3 mars 2026", "recalculated": today, **note}
    result: dict[str, Any] = {"value": "28.0", "kind": "count", "scale": "whole"}
    result |= {"unit": "marchés", "kept": said}
    pieces: Any = ENVIRONMENT.get_template("schemes/closed_parts.html").module
    assert words in plain(str(pieces.one(result, None, 2025, "/v", "/p", {})))
