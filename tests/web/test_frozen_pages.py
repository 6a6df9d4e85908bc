"""Figures kept when a year was closed: found, opened onto their rows, compared, taken as files."""

import csv
import io
import json
from collections.abc import Callable, Iterator

import openpyxl
import pytest

from api.demonstration.buyers import METROPOLE, VILLE
from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, plain, same_text, with_fragment
from tests.web.clause_world import World
from tests.web.test_pages import check

YEAR = 2025
BOARD = f"/schemas/clermont?year={YEAR}&organisation={DEMONSTRATION}"
YEARS = "/schemas/clermont/arretes"
STATES = ("counted", "not_counted", "unknown", "outside")
Connect = Callable[[str], Browser]


@pytest.fixture
def rectified(connected: Connect) -> Page:
    """The second version of the year 2024 of the demonstration town."""
    browser = connected("shared-reader")
    years = browser.open(f"{YEARS}?organisation={VILLE.siret}")
    return years.follow("Version 2, tel que calculé le 20 juin 2025")


def figure_of(version: Page, code: str) -> Page:
    """The page of a kept figure, opened from its version."""
    for row in version.soup.select("tbody tr"):
        if row.select(".code")[0].get_text() == code:
            return version.browser.open(str(row.select("th a")[0]["href"]))
    raise AssertionError(f"no {code} in {version.address}")


def rows_of(page: Page) -> Iterator[str]:
    """The rows of a list, page after page."""
    while True:
        shown = page.soup.select("#pieces tbody tr")
        assert len(shown) <= 50
        yield from (plain(one.get_text(" ")) for one in shown)
        if not any("Suite de la liste" in one.get_text() for one in page.soup.select("a")):
            return
        page = page.follow("Suite de la liste")


def test_the_figures_of_a_closed_year_stay_readable(pilot: Browser, world: World) -> None:
    shown = pilot.open(BOARD)
    assert "est close" not in shown.words
    closing = world.api.make(
        "/api/v1/closings", {"organisation": DEMONSTRATION, "year": YEAR}, "administrator"
    )
    board = pilot.open(BOARD)
    assert f"L’année {YEAR} est close" in board.words
    kept = board.follow("tels que calculés le")
    check(kept)
    assert len(kept.soup.select("tbody tr")) == 112
    of_board = {
        one.select(".code")[0].get_text(): plain(one.select("td")[0].get_text(" "))
        for one in board.soup.select(".indicator")
    }
    of_kept = {
        one.select(".code")[0].get_text(): plain(one.select("td")[0].get_text(" "))
        for one in kept.soup.select("tbody tr")
    }
    assert of_kept == of_board
    figure = pilot.open(str(kept.soup.select("tbody th a")[0]["href"]))
    page = figure.follow("tel qu’il est aujourd’hui")
    assert "tel que calculé le" in plain(page.one('section[aria-labelledby="arretes"]').get_text())

    same = kept.follow("Comparer à aujourd’hui")
    check(same)
    assert "0 indicateur changé, 112 indicateurs inchangés" in same.words
    assert pilot.open(f"/schemas/cd40-2023-2029/arretes/{closing['id']}").status == 404


def test_a_kept_figure_opens_onto_the_rows_that_stood_behind_it(rectified: Page) -> None:
    page = figure_of(rectified, "CAM-1-4")
    check(page)
    assert "Le chiffre de 2024, tel que calculé le 20 juin 2025" in page.words
    assert "Définition nº 1 de cet indicateur" in page.words
    assert page.one("#definition")
    tabs = page.soup.select(".tabs a")
    assert len(tabs) == len(STATES)
    for tab in tabs:
        shown = page.browser.open(str(tab["href"]).partition("#")[0])
        check(shown)
        count = int(plain(tab.select(".tab-count")[0].get_text()))
        assert len(list(rows_of(shown))) == count
        if not count:
            assert shown.soup.select("#pieces .empty-state")
    assert sum(int(one.get_text()) for one in page.soup.select(".tab-count")) == 19
    row = page.soup.select("#pieces tbody a")[0]
    assert plain(row.get_text()) in page.browser.open(str(row["href"])).words


def test_a_long_list_of_kept_rows_is_read_page_by_page(pilot: Browser, world: World) -> None:
    body = {"organisation": DEMONSTRATION, "year": YEAR}
    world.api.make("/api/v1/closings", body, "administrator")
    version = pilot.open(YEARS).follow("Version 1")
    whole = json.loads(version.follow("JSON").text)
    rows = [one for one in whole["rows"] if one["result"]["aggregate"] == "share"]
    most = max(rows, key=lambda one: float(one["result"]["denominator"] or 0))
    page = figure_of(version, most["indicator"]["code"])
    counts = {
        one: int(one.select(".tab-count")[0].get_text()) for one in page.soup.select(".tabs a")
    }
    longest = max(counts, key=lambda one: counts[one])
    first = pilot.open(str(longest["href"]).partition("#")[0])
    assert counts[longest] > 50
    assert len(list(rows_of(first))) == counts[longest]
    # What htmx puts in place is what the whole page says.
    link = next(one for one in first.soup.select("a") if "Suite de la liste" in one.get_text())
    following, fragment = (way(str(link["href"])) for way in (pilot.open, pilot.fragment))
    assert same_text(with_fragment(first, fragment, "#pieces")) == same_text(following.soup)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("CAM-22-3", "Une personne a déclaré ce chiffre"),
        ("CAM-1-1", "Une personne a dit où en était cette étape"),
    ],
)
def test_a_figure_without_rows_says_why(rectified: Page, code: str, words: str) -> None:
    page = figure_of(rectified, code)
    check(page)
    assert words in page.words
    assert not page.soup.select("#pieces, .tabs")


def test_figures_of_persons_and_of_targets_say_why_they_have_no_rows(rectified: Page) -> None:
    whole = json.loads(rectified.follow("JSON").text)
    words = {"beneficiary": "compte des personnes", "target": "se tire des cibles"}
    for fact, told in words.items():
        code = next(
            one["indicator"]["code"] for one in whole["rows"] if one["result"]["fact"] == fact
        )
        page = figure_of(rectified, code)
        assert told in page.words
        assert not page.soup.select("#pieces")


def test_an_indicator_that_was_not_kept_is_not_found(rectified: Page) -> None:
    address = rectified.address.partition("?")[0]
    other = "00000000-0000-7000-8000-000000000000"
    assert rectified.browser.open(f"{address}/{other}").status == 404
    assert rectified.browser.open(f"{address}/export.pdf").status == 404


def test_the_files_of_a_version_say_when_it_was_computed_and_by_which_definition(
    rectified: Page,
) -> None:
    files = {one.get_text(): str(one["href"]) for one in rectified.soup.select(".board-files a")}
    client = rectified.browser.client
    told = client.get(files["CSV"])
    name = f"clermont-{VILLE.siret}-2024-version-2.csv"
    assert name in told.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(told.text)))
    assert len(rows) == 112
    assert {one["Chiffre arrêté"] for one in rows} == {"tel que calculé le 20 juin 2025"}
    assert {one["Version des chiffres arrêtés"] for one in rows} == {"2"}
    assert {one["Définition nº"] for one in rows} == {"1"}
    assert all(one["Définition d’alors"] for one in rows)
    assert all("attestations" in one["Motif de la version"] for one in rows)
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(files["XLSX"]).content)).active
    assert sheet is not None
    header, *cells = [[one.value for one in row] for row in sheet.iter_rows()]
    assert header == list(rows[0])
    assert [row[header.index("Code")] for row in cells] == [one["Code"] for one in rows]
    whole = client.get(files["JSON"]).json()
    assert (whole["sentence"], whole["number"]) == ("tel que calculé le 20 juin 2025", 2)
    values = [one["result"]["value"] for one in whole["rows"]]
    assert [one["Valeur"] or None for one in rows] == values
    # The columns of the dashboard come first, so that both files are read by the same tool.
    board = client.get(f"/schemas/clermont/export.csv?year=2024&organisation={VILLE.siret}")
    usual = next(csv.reader(io.StringIO(board.text)))
    assert header[: len(usual)] == usual


def test_a_version_of_another_organisation_stays_closed(
    rectified: Page, connected: Connect
) -> None:
    address = rectified.address.partition("?")[0]
    figure = str(rectified.soup.select("tbody th a")[0]["href"])
    rectified.browser.client.cookies.clear()
    browser = connected("pilot")
    for path in (address, f"{address}/export.csv", figure):
        assert browser.open(path).status == 404


def test_each_year_lists_its_versions_and_what_a_correction_changed(connected: Connect) -> None:
    browser = connected("shared-reader")
    page = browser.open(f"{YEARS}?organisation={VILLE.siret}")
    check(page)
    year = plain(page.one(".closed-year").get_text(" "))
    assert "2024 Close" in year
    assert "en vigueur" in year
    assert "Motif de la réouverture : Trois attestations" in year
    diff = page.follow("Ce qui change depuis la version 1")
    assert "indicateurs changés" in diff.words
    other = page.submit("main form.filters", organisation=METROPOLE.siret)
    assert "tel que calculé le 14 mars 2025" in other.words
    assert "Version 2" not in other.words
    # Who only reads is offered nothing to close.
    assert not page.soup.select('main form[method="post"]')
    assert "Clôturer l’année" not in page.words
