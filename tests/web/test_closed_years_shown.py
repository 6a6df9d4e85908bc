"""A closed year shows the figures of its closing, says so, and how to see those of today."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlmodel import Session

from api.demonstration.buyers import METROPOLE, VILLE
from api.schemes.models import Indicator
from tests.web.browsing import Browser, plain
from tests.web.test_pages import check

YEAR = 2024
Connect = Callable[[str], Browser]


@pytest.fixture
def reader(connected: Connect) -> Browser:
    """Who reads two entities that share a scheme, and have closed a year."""
    return connected("shared-reader")


def board(siret: str) -> str:
    return f"/schemas/clermont?year={YEAR}&organisation={siret}"


def test_a_dashboard_of_a_closed_year_shows_what_was_kept(reader: Browser) -> None:
    kept = reader.open(board(METROPOLE.siret))
    check(kept)
    assert "chiffres tels que calculés le 14 mars 2025" in kept.words
    assert "Recalculés aujourd’hui" in kept.words
    today = kept.follow("Recalculer aujourd’hui")
    check(today)
    assert "recalculés aujourd’hui" in today.words
    assert "ceux qui font foi" in today.words
    again = today.follow("Revenir aux chiffres arrêtés")
    assert again.words == kept.words


def test_an_indicator_of_a_closed_year_shows_its_kept_figure_and_where_its_rows_are(
    reader: Browser,
) -> None:
    kept = reader.open(board(VILLE.siret)).follow("% de contrats clausés responsables / ciblés")
    check(kept)
    assert "chiffre tel que calculé le 20 juin 2025" in kept.words
    assert not kept.soup.select("#pieces")
    rows = kept.follow("les voir telles qu’elles étaient")
    assert "tel que calculé le 20 juin 2025" in rows.words
    today = kept.follow("Recalculer aujourd’hui")
    check(today)
    assert "Chiffre recalculé aujourd’hui" in today.words
    assert today.soup.select("#pieces")


def test_the_figure_of_today_is_told_in_the_unit_of_the_definition_of_today(
    reader: Browser, service: FastAPI
) -> None:
    """Percents were kept; a number of contracts is what would be told now."""
    percents = "% de contrats clausés responsables / ciblés"
    address = reader.open(board(VILLE.siret)).follow(percents).address
    with Session(service.state.engines.write) as session, session.begin():
        found = session.get_one(Indicator, UUID(address.partition("?")[0].rpartition("/")[2]))
        found.definition = {
            "version": 2,
            "fact": "contract",
            "aggregate": "count",
            "perimeter": "all",
        }
        found.content = {**found.content, "kind": "count", "unit": "marchés"}
    kept = reader.open(address)
    check(kept)
    (told,) = [one for one in kept.soup.select(".kept-line") if "différent" in one.get_text()]
    assert re.search(r"il serait différent : \d+ marchés?\.", plain(told.get_text(" ")))
    assert "%" in plain(kept.one(".indicator-main").get_text(" "))


def test_what_was_declared_is_shown_as_the_closing_kept_it(reader: Browser) -> None:
    shown = reader.open(board(VILLE.siret))
    told = [plain(one.get_text(" ")) for one in shown.soup.select(".indicator")]
    declared_ones = [one for one in told if "· déclaré" in one or "· étape" in one]
    assert declared_ones
    assert not [one for one in declared_ones if " · le " in one]
    asked = f"?year={YEAR}&organisation={VILLE.siret}"
    declared = next(
        str(one["href"]) for one in shown.soup.select(".indicator a") if "Consommations" in str(one)
    )
    page = reader.open(declared.partition("?")[0] + asked)
    check(page)
    main = plain(page.one(".indicator-main").get_text(" "))
    assert "Déclaré le 20 juin 2025 tel que gardé à la clôture." in main
    assert "par Compte" not in main
    assert f"{YEAR} est close : le chiffre montré est celui qui a été gardé." in page.words
    today = plain(page.follow("Recalculer aujourd’hui").one(".indicator-main").get_text(" "))
    assert "tel que gardé à la clôture" not in today
    assert "Déclaré le " in today


def test_what_entities_kept_is_read_together(reader: Browser) -> None:
    whole = reader.open(f"/schemas/clermont?year={YEAR}&organisation=ensemble")
    check(whole)
    assert "par chaque organisation, réunis" in whole.words
    kept = whole.follow("chiffres tels que calculés le")
    check(kept)
    assert "toutes organisations ensemble" in kept.words
    assert len(kept.soup.select("tbody tr")) == 112
    assert METROPOLE.name in kept.words
    assert VILLE.name in kept.words
    open_year = f"/schemas/clermont/arretes/ensemble?annee=2025&organisation={VILLE.siret}"
    assert "Aucun chiffre arrêté à réunir" in reader.open(open_year).words


def test_the_legal_rates_of_a_closed_year_say_so(reader: Browser) -> None:
    kept = reader.open(f"/taux-legaux?year={YEAR}")
    check(kept)
    assert f"{YEAR} est close : chiffres tels que calculés le" in kept.words
    today = kept.follow("Recalculer aujourd’hui")
    check(today)
    assert "recalculés aujourd’hui" in today.words
