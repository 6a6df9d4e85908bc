"""Every page for every role: what opens, what is refused, and the same care on each."""

import gzip
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session, col
from starlette.testclient import TestClient

from api.schemes.models import Scheme, SchemeAdoption
from tests.conftest import DEMONSTRATION, LENS_LIEVIN
from tests.web.browsing import Browser, Page, plain
from web.app import SECTIONS
from web.visit import NOTICES

PUBLIC = (
    "/",
    "/connexion",
    "/donnees-ouvertes",
    "/accessibilite",
    "/mentions-legales",
    "/donnees-personnelles",
    "/plan-du-site",
)
# Page -> roles that open it; the others are told why not.
READERS = {"administrator", "pilot", "directorate", "reader", "publisher"}
PAGES: dict[str, set[str]] = {
    "/marches": READERS,
    "/schemas": READERS,
    "/schemas/call-2023-2026": READERS,
    "/publications": READERS,
    "/publications/echeances": READERS,
    "/publications/ecartes": READERS,
    "/publications/declarer": READERS,
    "/publications/reglages": {"administrator", "pilot", "publisher"},
    "/imports": {"administrator", "pilot"},
}
ROLES = (*sorted(READERS), "facilitator")
# A space of French typography that would let a line break before a mark, or none where one is due.
PLAIN_SPACE = re.compile(r"[^\W\d_] [;?!»](?=\s|$)|« ")


def check(page: Page) -> None:
    """What any page must have."""
    soup = page.soup
    assert len(soup.select("h1")) == 1
    assert soup.html is not None
    assert soup.html["lang"] == "fr"
    assert page.title.endswith(" – Spaser")
    ids = [str(one["id"]) for one in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    for control in soup.select("main input, main select, main textarea"):
        if control.get("type") != "hidden":
            assert soup.select(f'label[for="{control["id"]}"]'), str(control)
    for table in soup.select("table"):
        assert table.caption is not None
    for link in soup.select('a[href^="#"]'):
        assert str(link["href"])[1:] in ids, str(link)
    for name in ("style", "onclick", "onchange"):
        assert not soup.select(f"[{name}]")
    for attribute in ("aria-labelledby", "aria-describedby"):
        for one in soup.select(f"[{attribute}]"):
            for name in str(one[attribute]).split():
                assert name in ids, str(one)[:200]
    text = re.sub(r"\s*\n\s*", "\n", soup.get_text())
    assert PLAIN_SPACE.findall(text) == []


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_are_open_to_all(browser: Browser, path: str) -> None:
    page = browser.open(path)
    assert page.status == 200
    assert page.address == f"http://testserver{path}"
    check(page)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_its_pages_and_no_other(
    connected: Callable[[str], Browser], role: str
) -> None:
    browser = connected(role)
    menu = {str(one["href"]) for one in browser.open("/").soup.select(".site-nav a")}
    for path, roles in PAGES.items():
        page = browser.open(path)
        check(page)
        if path == "/marches" and role not in roles:
            assert "Aucun marché ne vous est ouvert" in page.words
        else:
            assert page.status == (200 if role in roles else 403), path
        if path.count("/") == 1:
            assert (path in menu) is (role in roles), path


@pytest.mark.parametrize("path", [*PAGES, "/marches/nouveau", "/cpv"])
def test_nobody_opens_a_private_page_unnamed(browser: Browser, path: str) -> None:
    assert browser.open(path).address.startswith("http://testserver/connexion?suite=")


def test_pages_of_one_contract_are_sound(pilot: Browser) -> None:
    page = pilot.open("/marches")
    address = str(page.soup.select("#resultats tbody a")[0]["href"])
    for suffix in (
        "",
        "/modifier",
        "/considerations",
        "/avenants/nouveau",
        "/sous-traitance/nouveau",
        "/sous-traitance/modifications/nouveau",
    ):
        page = pilot.open(address + suffix)
        assert page.status == 200
        check(page)
    check(pilot.open("/marches/nouveau"))
    check(pilot.open("/cpv?q=nettoyage"))


def test_pages_of_imports_and_indicators_are_sound(pilot: Browser) -> None:
    check(pilot.open("/imports").follow(".json"))
    board = pilot.open("/schemas/cd40-2023-2029")
    for link in board.soup.select("main .indicator th a")[:2]:
        check(pilot.open(str(link["href"])))
    silent = board.soup.select("main .indicator-silent th a")[0]
    check(pilot.open(str(silent["href"])))


def test_someone_who_only_reads_is_offered_no_change(connected: Callable[[str], Browser]) -> None:
    browser = connected("reader")
    page = browser.open("/marches")
    assert "Saisir un marché" not in page.words
    page = browser.open(str(page.soup.select("#resultats tbody a")[0]["href"]))
    assert "Modifier" not in [one.get_text(strip=True) for one in page.soup.select("main a")]
    assert not page.soup.select("main form")


def test_another_buyers_contract_does_not_exist(
    browser: Browser, connected: Callable[[str], Browser]
) -> None:
    address = str(connected("pilot").open("/marches").soup.select("#resultats tbody a")[0]["href"])
    browser.client.cookies.clear()
    other = connected("other-pilot")
    assert other.open(address).status == 404
    assert other.open(f"{address}/modifier").status == 404
    unknown = other.open("/marches/00000000-0000-7000-8000-000000000000")
    assert unknown.one("main").get_text() == other.open(address).one("main").get_text()


def test_fictitious_data_are_marked_wherever_an_organisation_shows(pilot: Browser) -> None:
    for path in ("/", "/marches", "/publications"):
        assert "Données fictives" in pilot.open(path).words
    public = pilot.open("/donnees-ouvertes")
    assert "Données fictives" in public.one(f'[id="{DEMONSTRATION}"]').get_text()
    assert "Données fictives" not in public.one(f'[id="{LENS_LIEVIN}"]').get_text()


def test_open_data_lists_the_files_of_the_api_and_they_open(
    browser: Browser, service: FastAPI
) -> None:
    links = [
        str(one["href"])
        for one in browser.open("/donnees-ouvertes").soup.select(f'[id="{LENS_LIEVIN}"] a')
    ]
    assert f"/opendata/{LENS_LIEVIN}/decp-marches.json" in links
    assert f"/opendata/{LENS_LIEVIN}/indicateurs.csv" in links
    # No prefix was given here.
    assert f"/opendata/{LENS_LIEVIN}/ocds.json" not in links
    page = browser.open("/donnees-ouvertes")
    links += [str(one["href"]) for one in page.soup.select('a[href^="/opendata/schemas/"]')]
    assert "/opendata/schemas/contrats.tableschema.json" in links
    with TestClient(service) as api:
        assert {api.get(link).status_code for link in links} == {200}


def test_legal_pages_invent_nothing(browser: Browser) -> None:
    assert "non conforme" in browser.open("/accessibilite").words
    assert browser.open("/mentions-legales").words.count("À renseigner par l’organisme") == 4


def test_robots_are_kept_out_of_private_pages(browser: Browser) -> None:
    robots = browser.open("/robots.txt").text
    assert "Disallow: /marches" in robots
    assert "Disallow: /donnees-ouvertes" not in robots


def test_the_home_page_says_what_awaits(pilot: Browser) -> None:
    page = pilot.open("/")
    check(page)
    assert "attendent une information pour être publiés" in page.words
    assert "Le schéma en" in page.words
    assert page.follow("Voir ce qui manque").title == "Publications – Spaser"


def test_the_home_page_tells_a_count_with_the_share_its_target_asks_for(
    service: FastAPI, connected: Callable[[str], Browser]
) -> None:
    with Session(service.state.engines.write) as session, session.begin():
        kept = sa.select(col(Scheme.id)).where(col(Scheme.code) == "cd40-2023-2029")
        others = col(SchemeAdoption.scheme_id).not_in(kept)
        session.execute(sa.delete(SchemeAdoption).where(others))
    page = connected("directorate").open("/")
    first, *_ = [plain(one.get_text(" ")) for one in page.soup.select(".headline")]
    assert re.search(r" \d+ marchés? soit [\d,]+ % ", first), first


def test_a_notice_says_only_what_the_site_knows(pilot: Browser) -> None:
    assert NOTICES["cree"] in pilot.open("/marches?message=cree").one(".notice").get_text()
    assert not pilot.open("/marches?message=<b>piège</b>").soup.select(".notice")


def test_every_section_has_its_addresses() -> None:
    paths = [route.path for section in SECTIONS for route in section.routes]
    assert len(paths) > 20
    assert all(not path.endswith("/") or path == "/" for path in paths)


def test_the_first_view_is_light(pilot: Browser) -> None:
    page = pilot.open("/marches")
    links = [one["href"] for one in page.soup.select("link[rel=stylesheet], link[rel=icon]")]
    scripts = [one["src"] for one in page.soup.select("script")]
    icons = {str(one["href"]).partition("#")[0] for one in page.soup.select("use")}
    files = [pilot.client.get(str(one)) for one in (*links, *scripts, *icons)]
    assert [one.status_code for one in files] == [200] * len(files)
    assert len(files) + 1 <= 8
    weight = sum(len(gzip.compress(one.content)) for one in files)
    assert weight + len(gzip.compress(page.text.encode())) < 120_000
    assert page.headers["content-encoding"] == "gzip"
