"""Every indicator of the five schemes shows once on its dashboard and opens onto a page of its own.

One site and one pilot for all: these tests only read.
"""

import re
from collections.abc import Iterator
from datetime import datetime

import httpx
import pytest
from bs4 import BeautifulSoup
from pydantic import SecretStr
from starlette.testclient import TestClient

import api
import web.app
from api.app import create_app
from api.settings import Settings
from tests.conftest import DEMONSTRATION, PASSWORD, Store
from tests.web.browsing import Browser, plain
from tests.web.conftest import ADDRESS
from tests.web.test_dashboard_pages import codes
from tests.web.test_pages import check
from web.formats import PARIS
from web.settings import WebSettings

RECORDS = {"call-2023-2026": 13, "cd40-2023-2029": 25, "cd62-2026-2029": 145, "clermont": 112,
           "mel-smart-2023": 17}  # fmt: skip
# What a page says when a program speaks in the place of a person.
UNRENDERED = re.compile(r"\b(None|undefined|Undefined|nan|NaN)\b|\{\{|\}\}|\{%|%\}")


@pytest.fixture(scope="module")
def reading(sqlite_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The browser of the pilot of the demonstration buyers, over a service made once."""
    url = sqlite_store.make("demo")
    folder = tmp_path_factory.mktemp("reading")
    service = create_app(
        Settings(data_dir=folder, database_url=url, demo_password=SecretStr(PASSWORD))
    )
    transport = httpx.ASGITransport(app=service, raise_app_exceptions=False)
    site = web.app.create_app(WebSettings(api_url=ADDRESS, site_url=ADDRESS), transport)
    with TestClient(site, base_url=ADDRESS, follow_redirects=True) as client:
        browser = Browser(client)
        form = {"username": "pilot@demo.example", "password": PASSWORD}
        assert browser.open("/connexion").submit("main form", **form).status == 200
        yield browser
    service.state.engines.dispose()
    sqlite_store.drop(url)


@pytest.mark.parametrize("layout", ["table", "graph"])
@pytest.mark.parametrize(("code", "count"), RECORDS.items())
def test_every_indicator_shows_once(reading: Browser, code: str, count: int, layout: str) -> None:
    page = reading.open(f"/schemas/{code}?layout={layout}")
    check(page)
    assert len(codes(page)) == len(set(codes(page))) == count


@pytest.mark.parametrize(("code", "count"), RECORDS.items())
def test_every_indicator_has_a_page_that_opens_and_tells_it(
    reading: Browser, code: str, count: int
) -> None:
    asked = f"?year=2025&organisation={DEMONSTRATION}"
    board = reading.open(f"/schemas/{code}{asked}")
    rows = board.soup.select(".indicator")
    links = {
        plain(one.select(".code")[0].get_text()): one.select('a[href^="/indicateurs/"]')[0]
        for one in rows
    }
    assert len(links) == count
    wrong = {
        key: found
        for key, link in links.items()
        if (found := faults(reading, str(link["href"]), key, plain(link.get_text(" "))))
    }
    assert wrong == {}


def faults(browser: Browser, address: str, code: str, label: str) -> list[str]:
    """What is wrong of the page of an indicator."""
    page = browser.open(address)
    if page.status != 200:
        return [str(page.status)]
    # The head alone is parsed: there are 312 pages.
    head = BeautifulSoup(page.text.partition("</h1>")[0], "html.parser")
    heading = plain(head.select("h1")[0].get_text(" "))
    eyebrow = plain(head.select("main .eyebrow")[0].get_text(" "))
    found = [] if heading == label else [f"« {label} » is headed « {heading} »"]
    if not eyebrow.endswith(f"indicateur {code}"):
        found.append(f"{code} is called « {eyebrow} »")
    return found + unrendered(page.text)


def unrendered(text: str) -> list[str]:
    """What a page holds that was meant for nobody, with a few characters around."""
    return [
        text[max(found.start() - 40, 0) : found.end() + 40] for found in UNRENDERED.finditer(text)
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        "<p>None</p>",
        "soit nan %",
        "<b>{{ year }</b>",
        '<a href="/?y=None">',
        "{% endif",
        "undefined",
    ],
)
def test_what_a_program_says_in_the_place_of_a_person_is_seen(wrong: str) -> None:
    assert len(unrendered(wrong)) == 1
    assert unrendered("<p>Nantes : aucun financement</p>") == []


@pytest.mark.parametrize("code", RECORDS)
def test_a_dashboard_says_when_and_by_what_it_was_computed(reading: Browser, code: str) -> None:
    before = datetime.now(PARIS).replace(second=0, microsecond=0)
    page = reading.open(f"/schemas/{code}?year=2025&organisation={DEMONSTRATION}")
    (told,) = (
        words
        for one in page.soup.select("main p.row-detail")
        if (words := plain(one.get_text(" "))).startswith("Calculé le ")
    )
    instant, _, rest = told.removeprefix("Calculé le ").partition(", ")
    found = datetime.strptime(instant, "%d/%m/%Y à %H h %M").replace(tzinfo=PARIS)
    assert before <= found <= datetime.now(PARIS)
    assert rest.startswith("avec les réponses connues à ce moment. Sont comptés les faits")
    assert "faits de la période jusqu’au 31 décembre 2025, même constatés ensuite" in rest
    assert f"Spaser {api.__version__}." in rest
