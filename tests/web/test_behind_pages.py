"""What stands behind a figure on its page: its rows, where one is entered, the years beside it."""

import re
from collections.abc import Callable
from typing import Any

from tests.web.browsing import Browser, plain
from tests.web.test_page_words import board, indicator
from web import entering
from web.rendering import ENVIRONMENT

pieces: Any = ENVIRONMENT.get_template("indicators/parts.html").module


def test_an_empty_register_leads_to_the_form_of_its_first_row(pilot: Browser) -> None:
    page = indicator(pilot, board(pilot, "cd62-2026-2029"), "CD62-1.1.2-1")
    assert "Aucun événement n’est saisi pour 2025." in page.words
    assert "il n’y a rien à regarder" not in page.words
    # No zero is counted of a year of which nobody said a thing.
    assert "Compté en 2025" not in page.words
    form = page.follow("Saisir un événement")
    assert "Ajouter un événement" in form.words
    ticked = [str(one["value"]) for one in form.soup.select('input[name="actions"][checked]')]
    assert ticked == ["cd62-2026-2029|1.1.2"]


def test_who_may_not_enter_a_row_is_not_led_to_its_form(
    connected: Callable[[str], Browser],
) -> None:
    reader = connected("reader")
    page = indicator(reader, board(reader, "cd62-2026-2029"), "CD62-1.1.2-1")
    assert "Aucun événement n’est saisi pour 2025 : il n’y a rien à regarder." in page.words
    assert "Saisir un événement" not in page.words


def test_every_form_that_a_figure_leads_to_is_there(pilot: Browser) -> None:
    for fact in entering.FORMS:
        asked = {"fact": fact, "actions": [], "scheme": "clermont"}
        form = entering.entry(asked, lambda _: True)
        assert form is not None
        assert pilot.open(form[1]).status == 200, fact


def test_the_lists_of_a_figure_can_be_taken_away_when_the_one_shown_is_empty(
    pilot: Browser,
) -> None:
    page = indicator(pilot, board(pilot, "cd40-2023-2029"), "T2")
    assert "Rien de compté pour l’instant" in page.words
    assert "Télécharger les lignes des quatre listes (CSV)" in page.words


def test_a_target_met_or_not_stands_beside_the_result_it_was_compared_with(pilot: Browser) -> None:
    page = indicator(pilot, board(pilot, "clermont"), "CAM-3-2")
    table = page.one('section[aria-labelledby="cibles"]')
    assert "Le résultat de 2025 est comparé à la dernière cible échue" in plain(table.get_text(" "))
    heads = [plain(one.get_text()) for one in table.select("thead th")]
    assert heads == ["Indicateur", "Cible", "Résultat de 2025", "Atteinte"]
    rows = {plain(one.select(".code")[0].get_text()): one for one in table.select("tbody tr")}
    told = plain(rows["CAM-T-2"].select("td")[1].get_text())
    own = indicator(pilot, board(pilot, "clermont"), "CAM-T-2")
    assert told in plain(own.one(".indicator-main").get_text(" "))


def test_the_parts_of_later_years_are_not_told_on_the_page_of_a_year(pilot: Browser) -> None:
    page = indicator(pilot, board(pilot, "clermont"), "CAM-8-4")
    table = page.one('section[aria-labelledby="annees-parts"]')
    assert [plain(one.get_text()) for one in table.select("thead th")][-1] == "2025"
    running = indicator(pilot, board(pilot, "clermont", 2026), "CAM-8-4")
    heads = running.soup.select('section[aria-labelledby="annees-parts"] thead th')
    assert [plain(one.get_text()) for one in heads][-1] == "2026 à ce jour"


def test_a_step_taken_late_is_late_in_the_table_of_its_years(pilot: Browser) -> None:
    page = indicator(pilot, board(pilot, "clermont"), "CAM-9-1")
    assert "Fait, en retard" in page.words
    table = page.one('section[aria-labelledby="annees"] table')
    assert "Réponse" in [plain(one.get_text()) for one in table.select("thead th")]
    (row,) = (one for one in table.select("tbody tr") if "2025" in one.get_text())
    assert plain(row.select("td")[0].get_text()) == "oui, en retard"


def test_a_contract_that_counts_by_its_holder_names_it(pilot: Browser) -> None:
    page = indicator(pilot, board(pilot, "call-2023-2026"), "CALL-4.1a")
    rows = [plain(one.get_text(" ")) for one in page.soup.select("#pieces tbody tr")]
    assert rows
    assert all("Titulaire : " in one or "Titulaires : " in one for one in rows)


def test_why_95_percent_is_said_where_it_brings_something() -> None:
    parts: Any = ENVIRONMENT.get_template("schemes/parts.html").module
    share = {"kind": "percentage", "aggregate": "share", "scale": "percent"}
    assert "plus de 5 points" in parts.why_enough(share)
    assert "gros montant" in parts.why_enough({**share, "aggregate": "sum_share"})
    assert not parts.why_enough({**share, "aggregate": "average", "scale": "number"}).strip()


def test_the_figures_known_of_a_dashboard_are_told_of_how_many_and_steps_apart(
    pilot: Browser,
) -> None:
    page = board(pilot, "cd62-2026-2029")
    (known,) = (
        plain(one.get_text(" "))
        for one in page.soup.select("dl.figures > *")
        if "Chiffres connus" in one.get_text()
    )
    assert re.search(r"\b\d+ sur 94\b", known)
    assert re.search(r"dont \d+ sans réponse manquante ; 51 étapes à part, dont \d+ avec", known)


def test_an_action_whose_sheets_have_indicators_is_not_said_to_have_none(pilot: Browser) -> None:
    page = board(pilot, "cd62-2026-2029")
    with_rows = {plain(one.get_text()) for one in page.soup.select(".board-action .group-code")}
    bare = {plain(one.get_text()) for one in page.soup.select(".silent li > .code")}
    assert with_rows
    assert bare
    assert not with_rows & bare
    for code in bare:
        assert not [one for one in with_rows if one.startswith(f"{code}.")], code


def test_the_acronyms_that_a_dashboard_prints_are_explained(pilot: Browser) -> None:
    page = board(pilot, "clermont")
    told = {one.get_text() for one in page.soup.select("details.silent dfn")}
    assert {"ADEME", "CRESS"} <= told


def test_no_line_of_an_extracted_text_is_referred_to(pilot: Browser) -> None:
    for scheme in ("mel-smart-2023", "cd62-2026-2029"):
        assert not re.search(r"\b[lL]\.\s\d", board(pilot, scheme).words)
