"""What the pages of indicators and the dashboard say, word by word."""

import re
from typing import Any

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, plain
from web.formats import quoted
from web.rendering import ENVIRONMENT


def board(browser: Browser, scheme: str, year: int = 2025) -> Page:
    """The dashboard of a scheme, for the demonstration buyer."""
    return browser.open(f"/schemas/{scheme}?year={year}&organisation={DEMONSTRATION}")


def indicator(browser: Browser, page: Page, code: str) -> Page:
    """The page of an indicator of a dashboard."""
    for one in page.soup.select(".indicator"):
        if one.select(".code")[0].get_text() == code:
            return browser.open(str(one.select("th a")[0]["href"]))
    raise AssertionError(code)


def test_every_day_of_a_dashboard_says_what_it_is_the_day_of(pilot: Browser) -> None:
    page = board(pilot, "clermont")
    states = [plain(one.get_text(" ")) for one in page.soup.select(".action-state .row-detail")]
    assert states
    assert all(one.startswith("état au ") for one in states)
    assert "étape · dit le " in page.words
    assert "avec les réponses connues à ce moment. Sont comptés les faits de la" in page.words


def test_an_answer_that_says_nothing_is_signed_by_nobody(pilot: Browser) -> None:
    page = indicator(pilot, board(pilot, "cd62-2026-2029", 2026), "CD62-1.2.3.C-1")
    answers = [
        plain(one.get_text(" ")) for one in page.soup.select("#declarations ~ table tbody tr")
    ]
    assert answers
    assert not [one for one in answers if "non renseigné" in one]
    waited = [one for one in answers if "pas encore dit" in one]
    assert waited
    assert all("attendu le" in one and "échéance donnée le" in one for one in waited)


def test_a_figure_of_targets_met_lists_the_targets_it_looks_at(pilot: Browser) -> None:
    page = indicator(pilot, board(pilot, "clermont"), "CAM-3-2")
    told = re.search(
        r"(\d+) cibles? échues? atteintes?, sur (\d+) cibles? échues? dont on connaît le résultat "
        r"; on ne sait pas encore pour (\d+) autre",
        page.words,
    )
    assert told is not None
    met, known, unknown = map(int, told.groups())
    rows = page.soup.select('section[aria-labelledby="cibles"] tbody tr')
    answers = [one.select("td")[2].get_text(" ").split()[0] for one in rows]
    assert answers.count("Oui") == met
    assert answers.count("Oui") + answers.count("Non") == known
    assert len(rows) == known + unknown
    assert "cible à compléter" not in page.words
    other = pilot.open(str(rows[0].select("a")[0]["href"]))
    assert "indicateur CAM-" in other.words


def test_the_targets_met_of_a_dashboard_are_those_its_indicator_counts(pilot: Browser) -> None:
    page = board(pilot, "clermont")
    assert "une cible à venir n’est ni atteinte ni manquée" in page.words
    (told,) = [
        one for one in page.soup.select("dl.figures > *") if "Cibles échues" in one.get_text()
    ]
    met, known = re.findall(r"\d+", told.get_text(" "))[:2]
    own = indicator(pilot, page, "CAM-3-2").words
    assert re.search(rf"\b{met} cibles? échues? atteintes?, sur {known} cibles? échue", own)


def test_what_nobody_declared_is_said_so_and_not_as_a_failed_computation(pilot: Browser) -> None:
    page = indicator(pilot, board(pilot, "cd62-2026-2029", 2024), "CD62-1.2.1.B-3")
    assert "Pas encore déclaré" in page.one(".indicator-main").get_text()
    assert "non calculable" not in page.words.lower()


def test_a_list_of_nothing_says_when_answers_are_missing() -> None:
    pieces: Any = ENVIRONMENT.get_template("indicators/parts.html").module
    assert "Rien de compté pour l’instant" in pieces.nothing("counted", {"unknown": 3})
    assert "Rien n’est compté" in pieces.nothing("counted", {"unknown": 0})
    empty = {"counts": dict.fromkeys(("counted", "not_counted", "unknown", "outside"), 0)}
    told = {"unknown": 0, "noun": "événement", "feminine": False}
    words = pieces.nothing("counted", told, empty, 2025)
    assert "Aucun événement n’est saisi pour 2025" in words
    assert "ne répond au critère" not in words


def test_a_list_without_anything_to_complete_never_says_that_all_is_known_when_it_is_not() -> None:
    pieces: Any = ENVIRONMENT.get_template("indicators/parts.html").module
    everything = "Toutes les réponses nécessaires à ce chiffre sont connues"
    ratio = {"unknown": 3, "aggregate": "ratio", "compared": None}
    told = plain(str(pieces.nothing("unknown", ratio)))
    assert everything not in told
    assert "est dans la base du rapport" in told
    assert "3 réponses à compléter" in told
    assert everything in pieces.nothing("unknown", {**ratio, "unknown": 0})
    former = {"unknown": 1, "aggregate": "sum", "compared": "rate", "compared_year": 2024}
    assert "l’année à laquelle ce chiffre est comparé, 2024" in plain(
        str(pieces.nothing("unknown", former))
    )


def test_the_definition_says_once_what_the_figure_is_and_where_it_was_read(
    pilot: Browser,
) -> None:
    page = indicator(pilot, board(pilot, "clermont"), "CAM-3-1")
    titles = [one.get_text() for one in page.soup.select(".fact-list dt")]
    assert "Nature du chiffre" not in titles
    assert len(titles) == len(set(titles))
    assert "mot pour mot : il s’y retrouve en le cherchant" in page.words
    assert "notre transcription" not in page.words
    assert "vocabulaire version" not in page.words
    assert "Qui le dit (notre lecture)" in titles
    event = indicator(pilot, board(pilot, "clermont"), "CAM-4-1")
    assert "l’action 4" in event.words
    assert "« ACTION" not in event.words


def test_a_label_is_said_to_be_word_for_word_only_where_it_is(pilot: Browser) -> None:
    of_pieces = indicator(pilot, board(pilot, "clermont"), "CAM-18-3").words
    assert "mot pour mot" not in of_pieces
    assert (
        "imprime à part : « Evolution du nombre : » puis « de procédures infructueuses »."
    ) in of_pieces
    table = indicator(pilot, board(pilot, "clermont"), "CAM-T-1")
    assert "sous « Principaux objectifs en terme de contrats (à communiquer) »" in table.words
    titles = {one.get_text() for one in table.soup.select(".fact-list dt")}
    # Its targets rise from year to year: the document says which way is better.
    assert {"Sens", "D’où vient le chiffre (notre lecture)"} <= titles
    starred = indicator(pilot, board(pilot, "call-2023-2026"), "CALL-4.1a").words
    assert "Le document imprime «" in starred
    assert "aux TPE* et PME" in starred


def test_where_a_document_says_where_a_figure_comes_from_it_is_not_called_ours(
    pilot: Browser,
) -> None:
    page = indicator(pilot, board(pilot, "mel-smart-2023"), "MEL-A1.1")
    titles = [one.get_text() for one in page.soup.select(".fact-list dt")]
    assert "D’où vient le chiffre" in titles
    assert "Sens (notre lecture)" in titles


def test_guillemets_within_guillemets_are_of_the_second_kind() -> None:
    assert quoted("un achat « vert »") == "«\u00a0un achat “vert”\u00a0»"
