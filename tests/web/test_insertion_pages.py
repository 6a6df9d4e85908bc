"""Who opens which page of insertion, the clauses by risk, and what is awaited."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from api.access.models import Mandate
from api.kit.days import today
from tests.cases import statements as cases
from tests.conftest import LENS_LIEVIN, OTHER
from tests.web.browsing import Browser, plain, same_text, with_fragment
from tests.web.clause_world import World, message
from tests.web.test_pages import check
from web import gauges
from web.months import add_months, asked_month, read_month, this_month

Connect = Callable[[str], Browser]


READERS = {"administrator", "pilot", "directorate", "reader", "publisher"}


def pages_of(world: World) -> dict[str, set[str]]:
    """Each page and the roles that open it; the others are told why not."""
    statement = world.statement("submit")
    everybody = READERS | {"facilitator"}
    writers = {"administrator", "pilot"}
    return {
        "/insertion": everybody,
        "/insertion/relances": everybody,
        "/insertion/declarations": everybody,
        "/insertion/mandats": everybody,
        "/insertion/saisie": {"facilitator"},
        world.page(): everybody,
        world.page("/grille"): {"facilitator"},
        world.page("/engagement"): writers,
        world.page("/penalites"): writers,
        statement: everybody,
    }


@pytest.mark.parametrize("role", [*sorted(READERS), "facilitator"])
def test_each_role_opens_its_pages_of_insertion_and_no_other(
    world: World, connected: Connect, role: str
) -> None:
    browser = connected(role)
    for path, roles in pages_of(world).items():
        page = browser.open(path)
        assert page.status == (200 if role in roles else 403), path
        check(page)


def test_another_buyers_people_find_nothing(world: World, connected: Connect) -> None:
    addresses = [world.page(), world.page("/grille"), world.page("/modifier"), world.statement()]
    browser = connected("other-pilot")
    assert {browser.open(one).status for one in addresses} == {404}
    assert "Clause des pages" not in browser.open("/insertion?buyer=tous").words


@pytest.mark.parametrize("path", ["/insertion", "/insertion/saisie", "/insertion/mandats"])
def test_nobody_opens_insertion_unnamed(browser: Browser, path: str) -> None:
    assert browser.open(path).address.startswith("http://testserver/connexion?suite=")


def test_the_sub_navigation_shows_what_each_may_open(world: World, connected: Connect) -> None:
    def addresses(browser: Browser) -> set[str]:
        return {
            str(one["href"]) for one in browser.open("/insertion").soup.select(".section-nav a")
        }

    del world
    facilitator = connected("facilitator")
    mine = addresses(facilitator)
    assert {"/insertion/saisie", "/insertion/personnes", "/insertion/fichiers"} <= mine
    facilitator.client.cookies.clear()
    theirs = addresses(connected("administrator"))
    assert theirs == mine - {"/insertion/saisie", "/insertion/personnes", "/insertion/fichiers"}


def test_a_gauge_is_drawn_and_told(world: World, connected: Connect) -> None:
    world.statement("submit", "validate", persons=9, hours="250.00", training_hours="0.00")
    page = connected("reader").open("/insertion?q=Clause des pages")
    row = page.one("#resultats tbody tr")
    words = plain(row.get_text(" "))
    assert "250 h validées sur 1 000 h engagées" in words
    assert "25 %" in words
    drawing = row.select("svg.hours-gauge")[0]
    assert drawing["role"] == "img"
    assert "250 h validées" in plain(str(drawing.find("desc")))
    assert str(drawing.select(".hours-validated")[0]["width"]) == "150.0"


def test_a_gauge_passes_its_engagement_and_is_absent_without_one() -> None:
    clause = {"engaged": "100.00", "declared": "150.00", "validated": "200.00", "due": None}
    shape = gauges.hours_gauge(clause)
    assert shape is not None
    assert (shape.engaged, shape.declared, shape.validated) == (300.0, 450.0, 600.0)
    assert shape.due is None
    assert gauges.hours_gauge({**clause, "engaged": None}) is None
    assert gauges.hours_gauge({**clause, "engaged": "0.00"}) is None


def test_filters_narrow_the_clauses_and_stay_in_the_form(world: World, pilot: Browser) -> None:
    del world
    form = pilot.open("/insertion")
    found = form.submit("form.filters", q="clause des pages", status="running")
    assert [plain(one.get_text()) for one in found.soup.select("#resultats tbody a")] == [
        "Clause des pages"
    ]
    assert found.one("#champ-q")["value"] == "clause des pages"
    none = form.submit("form.filters", q="clause des pages", status="terminated")
    assert "Aucune clause ne répond à ces filtres." in none.words


def test_a_list_of_clauses_is_that_of_the_organisation_chosen(world: World, pilot: Browser) -> None:
    cases.clause_of(world.api, LENS_LIEVIN, title="Clause voisine")
    assert "Aucune clause ne répond" in pilot.open("/insertion?q=Clause voisine").words
    every = pilot.open("/insertion?q=Clause voisine&buyer=tous")
    assert "Clause voisine" in every.one("#resultats").get_text()


def test_a_filter_of_clauses_not_understood_says_so(pilot: Browser) -> None:
    page = pilot.open("/insertion?status=nimporte")
    assert page.status == 422
    assert message(page)


@pytest.mark.parametrize(
    ("path", "filtered"),
    [
        ("/insertion", "/insertion?status=running"),
        ("/insertion/declarations", "/insertion/declarations?state=submitted"),
        ("/insertion/relances", f"/insertion/relances?buyer={OTHER}"),
    ],
)
def test_a_fragment_of_a_list_makes_the_whole_page(
    world: World, pilot: Browser, path: str, filtered: str
) -> None:
    world.statement("submit")
    page = pilot.open(path)
    fragment, whole = pilot.fragment(filtered), pilot.open(filtered)
    assert "<html" not in fragment.text
    assert fragment.soup.select('#compte[hx-swap-oob="true"]')
    patched, loaded = with_fragment(page, fragment, "#resultats"), whole.soup
    for form in (*patched.select("form.filters"), *loaded.select("form.filters")):
        form.decompose()
    assert same_text(patched) == same_text(loaded)
    assert same_text(page.soup) != same_text(loaded)


def test_what_awaits_a_facilitator_leads_to_where_it_is_done(
    world: World, connected: Connect
) -> None:
    second = str(cases.clause_of(world.api, title="Clause renvoyée"))
    received = world.statement("submit")
    returned = world.statement("submit", "return", clause=second)
    page = connected("facilitator").open("/insertion")
    links = {str(one["href"]) for one in page.soup.select(".todo-list a")}
    assert {received, returned} <= links
    assert any("/grille?mois=" in one for one in links)
    assert "jours de retard" in page.words
    assert page.follow("Voir toutes les relances").status == 200


def test_reminders_say_how_late_each_month_is(world: World, connected: Connect) -> None:
    page = connected("facilitator").open("/insertion/relances")
    row = next(one for one in page.soup.select("tbody tr") if "Clause des pages" in one.get_text())
    told = plain(row.get_text(" "))
    assert "Très en retard" in told
    assert "jours de retard" in told
    assert "huit jours" not in told
    assert plain(row.select("a")[-1].get_text(" ")).startswith("Saisir")
    assert page.browser.open(str(row.select("a")[-1]["href"])).status == 200
    del world


@pytest.mark.parametrize(("status", "told"), [("settled", "Soldée"), ("terminated", "Résiliée")])
def test_a_clause_that_is_over_is_neither_late_nor_ahead(
    world: World, connected: Connect, status: str, told: str
) -> None:
    long_ago: dict[str, Any] = {"starts_on": date(2024, 1, 1), "ends_on": date(2024, 12, 31)}
    cases.clause_of(world.api, title="Clause finie", engaged=400, status=status, **long_ago)
    page = connected("facilitator").open("/insertion?q=Clause+finie")
    words = plain(page.one("#resultats tbody tr").get_text(" "))
    assert told in words
    assert "En retard" not in words
    assert "En avance" not in words


def test_a_facilitator_without_a_mandate_is_told_so(world: World, connected: Connect) -> None:
    with Session(world.api.app.state.engines.write) as session, session.begin():
        session.execute(sa.update(Mandate).values(ends_on=today() - timedelta(days=1)))
    page = connected("facilitator").open("/insertion")
    assert "Aucun mandat ne court aujourd’hui" in page.words
    assert "se saisissent dès maintenant" not in page.words
    assert "ces filtres" not in page.words


def test_months_are_read_as_people_write_them() -> None:
    assert [read_month(one) for one in ("2026-03", "03/2026", "mars 2026", "x", "")] == [
        "2026-03",
        "2026-03",
        "2026-03",
        None,
        None,
    ]
    assert add_months("2026-01", -1) == "2025-12"
    assert add_months("2026-12", 1) == "2027-01"
    assert asked_month(None) == add_months(this_month(), -1) == asked_month("nimporte")
