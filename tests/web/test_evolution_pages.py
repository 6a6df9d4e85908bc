"""Pages tell a change from what is known of both years, and offer to say what is missing."""

import re

from tests.web.browsing import Browser, plain
from tests.web.test_telling_pages import indicator

PAS_DE_CALAIS = "cd62-2026-2029"


def test_a_change_between_two_minima_is_told_by_its_interval(pilot: Browser) -> None:
    page = indicator(pilot, PAS_DE_CALAIS, "CD62-3.1.1.B-1")
    told = plain(page.one(".indicator-main").get_text(" "))
    assert re.search(r"Entre −\d+ et \+\d+ consultations?", told)
    assert re.search(
        r"Au moins \d+ consultations? en 2025, au moins \d+ consultations? en 2024", told
    )
    assert re.search(
        r"Sur les réponses connues seulement, le chiffre est de −\d+ consultations?", told
    )
    board = pilot.open(f"/schemas/{PAS_DE_CALAIS}?year=2025")
    row = next(one for one in board.soup.select(".indicator") if "CD62-3.1.1.B-1" in str(one))
    assert "entre −" in plain(row.get_text(" "))
    years = plain(page.one('section[aria-labelledby="annees"] .row-here').get_text(" "))
    assert "entre −" in years


def test_a_former_year_that_nobody_declared_is_offered(pilot: Browser) -> None:
    page = indicator(pilot, PAS_DE_CALAIS, "CD62-1.1.1-4")
    told = plain(page.one(".indicator-main").get_text(" "))
    assert re.search(r"Évolution inconnue : [\d ]+ \w+ en 2025, rien de déclaré pour 2024", told)
    link = next(
        one for one in page.soup.select("a.btn") if plain(one.get_text()) == "Déclarer 2024"
    )
    form = pilot.open(str(link["href"]))
    chosen = form.one("select#annee option[selected]")
    assert chosen.get_text(strip=True) == "2024"
    # Whoever opens the page finds the former years in its list too.
    offered = pilot.open(str(link["href"]).replace("annee=2024", "annee=2026"))
    assert "2024" in [
        one.get_text(strip=True) for one in offered.soup.select("select#annee option")
    ]


def test_a_count_held_to_a_percentage_is_the_least_it_may_be_and_says_of_how_many(
    pilot: Browser,
) -> None:
    told = plain(indicator(pilot, "cd40-2023-2029", "C4").one(".indicator-main").get_text(" "))
    assert re.search(r"Au moins \d+ \w+, soit [\d,]+ % des \d+ dont la réponse", told)
    assert "comptés sur" not in told


def test_few_answers_with_one_bound_are_no_headline(pilot: Browser) -> None:
    told = plain(indicator(pilot, "clermont", "CAM-9-2").one(".indicator-main").get_text(" "))
    assert "Trop peu de réponses" in told
    assert re.search(r"Sans plancher connu ; au plus \+[\d,]+ soumissionnaires", told)
    assert "l’intervalle va d’un cas à l’autre" not in told


def test_an_average_that_may_go_down_is_not_said_to_be_added_to(pilot: Browser) -> None:
    told = plain(
        indicator(pilot, PAS_DE_CALAIS, "CD62-3.2.1.B-1").one(".indicator-main").get_text(" ")
    )
    assert "s’y ajouter" not in told
    assert re.search(r"au moins [\d,]+ offres? / marché selon les réponses manquantes", told)


def test_one_answer_of_two_makes_no_headline(pilot: Browser) -> None:
    page = indicator(pilot, PAS_DE_CALAIS, "CD62-1.2.1.A-3")
    assert plain(page.one(".figure-huge, .figure-long").get_text(" ")) == "Entre 0 % et 50 %"
