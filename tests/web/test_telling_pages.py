"""Pages tell few answers by their interval, and a target without a year as one without a year."""

import re

import pytest

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, plain


def indicator(browser: Browser, scheme: str, code: str, year: int = 2025) -> Page:
    """The page of an indicator, for the buyer of the demonstration."""
    board = browser.open(f"/schemas/{scheme}?year={year}&organisation={DEMONSTRATION}")
    for one in board.soup.select(".indicator"):
        if one.select(".code")[0].get_text() == code:
            return browser.open(str(one.select("th a")[0]["href"]))
    raise AssertionError(code)


def test_a_share_of_few_known_answers_is_told_by_its_interval(pilot: Browser) -> None:
    page = indicator(pilot, "cd62-2026-2029", "CD62-2.2.3.C-4")
    told = plain(page.one(".indicator-main").get_text(" "))
    assert re.search(r"Entre [\d,]+ % et [\d,]+ %", told)
    assert "Au plus la moitié des réponses est connue" in told
    assert "selon les réponses manquantes" in told
    assert not page.soup.select(".indicator-main .chart-value")


@pytest.mark.parametrize(
    ("scheme", "code", "form"),
    [
        ("clermont", "CAM-9-2", "trop peu de réponses"),
        ("clermont", "CAM-13-2", r"entre [\d ,]+ € et [\d ,]+ M?€"),
        ("cd62-2026-2029", "CD62-2.2.3.C-3", r"entre \d+ et \d+ consultations"),
        ("cd40-2023-2029", "T2", r"aucun connu, jusqu’à \d+ possibles"),
    ],
)
def test_a_figure_has_one_form_large_in_its_table_of_years_and_on_the_dashboard(
    pilot: Browser, scheme: str, code: str, form: str
) -> None:
    page = indicator(pilot, scheme, code)
    large = plain(page.one(".figure-huge, .figure-long").get_text(" "))
    assert re.fullmatch(form, large[:1].lower() + large[1:])
    years = plain(page.one('section[aria-labelledby="annees"] .row-here').get_text(" "))
    assert re.search(form, years)
    board = pilot.open(f"/schemas/{scheme}?year=2025&organisation={DEMONSTRATION}")
    row = next(
        one for one in board.soup.select(".indicator") if one.select(".code")[0].get_text() == code
    )
    assert re.search(form, plain(row.get_text(" ")))


def test_a_figure_of_enough_answers_is_told_alone(pilot: Browser) -> None:
    page = indicator(pilot, "call-2023-2026", "CALL-2.2")
    told = plain(page.one(".indicator-main").get_text(" "))
    assert "Au plus la moitié" not in told
    assert not page.one(".figure-huge").get_text(strip=True).startswith("Entre")


def test_the_bounds_of_a_count_stand_with_those_of_its_share(pilot: Browser) -> None:
    page = indicator(pilot, "cd40-2023-2029", "A1")
    told = plain(page.one(".indicator-main").get_text(" "))
    assert re.search(r"entre \d+ et \d+ marchés, soit entre [\d,]+ % et [\d,]+ %", told)


def test_a_target_of_which_no_year_is_printed_is_not_one_of_each_year(pilot: Browser) -> None:
    page = indicator(pilot, "mel-smart-2023", "MEL-A2.2")
    assert "30 %, sans année dans le document" in page.words
    assert "Chaque année :" not in page.words
    yearly = indicator(pilot, "cd40-2023-2029", "T1")
    assert "5 marchés/an" in yearly.words
    assert "sans année" not in yearly.words


def test_a_target_narrower_than_every_indicator_is_told_beside_them(pilot: Browser) -> None:
    page = indicator(pilot, "call-2023-2026", "CALL-2.2")
    assert "Cible :" not in plain(page.one(".indicator-main").get_text(" "))
    board = pilot.open(f"/schemas/call-2023-2026?year=2025&organisation={DEMONSTRATION}")
    assert "Aucun indicateur ne compte l’insertion seule" in board.words


def test_a_formula_speaks_of_a_percentage_only_where_the_page_shows_one(pilot: Browser) -> None:
    held, bare = (indicator(pilot, "cd40-2023-2029", one) for one in ("A1", "T1"))
    sentence = "En pourcentage : ce nombre divisé par"
    assert sentence in held.words
    assert re.search(r"soit [\d,]+ %", held.words)
    assert sentence not in bare.words
    assert not re.search(r"soit [\d,]+ %", bare.words)


def test_years_before_the_scheme_are_in_the_table_and_open_their_own_page(pilot: Browser) -> None:
    page = indicator(pilot, "cd62-2026-2029", "CD62-1.1.1-2", 2026)
    heads = [plain(one.get_text(" ")) for one in page.soup.select("#annees ~ div tbody th")]
    assert "2025 avant le schéma" in heads
    assert heads[-1].startswith("2026")
    former = page.follow("2025")
    assert "Le chiffre de 2025" in former.words
    assert "2025 précède le schéma, qui commence en 2026." in former.words
    board = pilot.open(f"/schemas/cd62-2026-2029?year=2026&organisation={DEMONSTRATION}")
    assert "2025 (avant le schéma) :" in board.words


def test_the_rows_of_an_evolution_lead_to_those_of_the_other_year(pilot: Browser) -> None:
    page = indicator(pilot, "clermont", "CAM-9-2")
    other = page.follow("voir les lignes de 2024")
    assert "Le chiffre de 2024" in other.words
    assert other.soup.select("#pieces")
