"""A year closed and opened again from its scheme, by those who may."""

from collections.abc import Callable

from bs4 import Tag

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page
from tests.web.clause_world import World, message
from tests.web.test_pages import check

YEAR = 2025
BOARD = f"/schemas/clermont?year={YEAR}&organisation={DEMONSTRATION}"
YEARS = f"/schemas/clermont/arretes?annee={YEAR}&organisation={DEMONSTRATION}"
CLOSE = 'form[action^="/schemas/clermont/arretes?"][method="post"]'
REOPEN = 'form[action*="/rouvrir"]'
Connect = Callable[[str], Browser]


def reason(page: Page, text: str) -> dict[str, str]:
    """The reason typed in the form that opens a year again."""
    form: Tag = page.one(REOPEN)
    return {str(form.select("textarea")[0]["name"]): text}


def test_a_year_is_closed_from_its_scheme_corrected_and_closed_again(
    world: World, connected: Connect
) -> None:
    del world
    browser = connected("pilot")
    page = browser.open(BOARD).follow("La clôturer pour en arrêter les chiffres")
    check(page)
    assert "Aucune année n’a été close" in page.words
    for told in ("heures d’insertion", "définition", "les lignes qu’il y a derrière", "version"):
        assert told in page.words
    assert page.one(f"{CLOSE} option[selected]").get_text() == str(YEAR)
    closed = page.submit(CLOSE)
    check(closed)
    assert "L’année est close." in closed.words
    assert "Version 1, tel que calculé le" in closed.words
    # The pilot closes, the administrator alone opens again; what is closed is not offered again.
    assert not closed.soup.select(REOPEN)
    assert str(YEAR) not in [one.get_text() for one in closed.soup.select(f"{CLOSE} option")]
    # Every scheme of the organisation has its own.
    other = browser.open(f"/schemas/call-2023-2026/arretes?organisation={DEMONSTRATION}")
    assert "Version 1, tel que calculé le" in other.words

    browser.client.cookies.clear()
    page = connected("administrator").open(YEARS)
    refused = page.submit(REOPEN)
    assert refused.status == 422
    assert "Motif" in message(refused)
    check(refused)
    short = refused.submit(REOPEN, **reason(refused, "ab"))
    assert short.status == 422
    assert short.one(f"{REOPEN} textarea").get_text() == "ab"
    opened = short.submit(REOPEN, **reason(short, "Facture reçue"))
    assert "L’année est rouverte" in opened.words
    assert "Facture reçue" in opened.words
    assert f"L’année {YEAR} a été rouverte" in browser.open(BOARD).words
    again = opened.submit(CLOSE)
    assert "Version 2, tel que calculé le" in again.words
    assert "Motif de la réouverture : Facture reçue" in again.words
    assert "0 indicateur changé" in again.follow("Ce qui change depuis la version 1").words


def test_a_refused_closing_keeps_what_was_chosen(world: World, connected: Connect) -> None:
    page = connected("pilot").open(YEARS)
    empty = page.submit(CLOSE, **{"cloture-year": ""})
    assert empty.status == 422
    check(empty)
    body = {"organisation": DEMONSTRATION, "year": YEAR}
    world.api.make("/api/v1/closings", body, "administrator")
    late = page.submit(CLOSE, **{"cloture-year": str(YEAR)})
    assert late.status == 409
    assert "déjà close" in message(late)
    assert late.one(f"{CLOSE} option[selected]").get_text() == str(YEAR)
    check(late)


def test_a_form_sent_twice_closes_once(world: World, connected: Connect) -> None:
    page = connected("pilot").open(YEARS)
    assert page.submit(CLOSE).status == 200
    assert page.submit(CLOSE).status == 200
    frozen = f"/api/v1/frozen-figures?organisation={DEMONSTRATION}&scheme=clermont&year={YEAR}"
    assert len(world.api.get(frozen)["items"]) == 1


def test_who_may_not_close_is_offered_no_form_and_refused(world: World, connected: Connect) -> None:
    del world
    browser = connected("pilot")
    page = browser.open(YEARS)
    browser.client.cookies.clear()
    reader = connected("reader")
    shown = reader.open(YEARS)
    check(shown)
    assert not shown.soup.select('main form[method="post"]')
    assert "La clôturer" not in reader.open(BOARD).words
    assert page.submit(CLOSE).status == 403


def test_who_does_not_follow_the_scheme_is_told_so(connected: Connect) -> None:
    page = connected("other-pilot").open("/schemas/mel-smart-2023/arretes")
    check(page)
    assert "Aucune de vos organisations ne suit ce schéma" in page.words
    assert not page.soup.select('main form[method="post"]')
