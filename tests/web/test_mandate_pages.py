"""Mandates and closed years, by the forms of their page."""

from collections.abc import Callable

from bs4 import Tag

from tests.cases.access import FACILITATOR
from tests.web.browsing import Browser
from tests.web.clause_world import World, message
from tests.web.test_pages import check

Connect = Callable[[str], Browser]


def test_an_administrator_gives_and_ends_a_mandate(world: World, connected: Connect) -> None:
    del world
    browser = connected("administrator")
    page = browser.open("/insertion/mandats")
    give = 'form[action="/insertion/mandats"]'
    refused = page.submit(
        give, **{"mandat-facilitator_siret": "12", "mandat-starts_on": "1/1/2020"}
    )
    assert refused.status == 422
    assert refused.one("#champ-mandat-facilitator_siret")["value"] == "12"
    check(refused)
    given = page.submit(
        give,
        **{
            "mandat-facilitator_siret": FACILITATOR,
            "mandat-starts_on": "1/1/2020",
            "mandat-ends_on": "31/12/2020",
        },
    )
    assert "Le mandat est donné." in given.words
    row = next(one for one in given.soup.select("tbody tr") if "31/12/2020" in one.get_text())
    form = row.select("form")[0]
    field = str(form.select("input")[0]["name"])
    ended = given.submit(f'form[action="{form["action"]}"]', **{field: "30/06/2020"})
    assert "La fin du mandat est enregistrée." in ended.words
    assert "30/06/2020" in ended.words


def test_a_year_is_closed_by_the_pilot_and_opened_again_with_a_reason(
    world: World, connected: Connect
) -> None:
    del world
    browser = connected("pilot")
    page = browser.open("/insertion/mandats")
    assert not page.soup.select('form[action="/insertion/mandats"]')
    # It closes more than hours, and says so.
    assert "les chiffres de tous les schémas de l’acheteur sont arrêtés" in page.words
    early = page.submit('form[action="/insertion/clotures"]', **{"cloture-year": "2026"})
    assert early.status == 422
    assert "n’est pas terminée" in message(early)
    closed = early.submit('form[action="/insertion/clotures"]', **{"cloture-year": "2024"})
    assert "L’année est close." in closed.words
    assert not closed.soup.select('form[action^="/insertion/clotures/"]')
    browser.client.cookies.clear()
    page = connected("administrator").open("/insertion/mandats")
    again = page.submit('form[action^="/insertion/clotures/"]')
    assert again.status == 422
    assert "Motif" in message(again)
    check(again)
    form: Tag = again.one('form[action^="/insertion/clotures/"]')
    field = str(form.select("textarea")[0]["name"])
    done = again.submit('form[action^="/insertion/clotures/"]', **{field: "Erreur de saisie"})
    assert "L’année est rouverte" in done.words
    assert "Erreur de saisie" in done.words
