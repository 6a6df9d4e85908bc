"""The rows behind a figure say what each brings to it, and how many they are."""

import csv
import io
import re
from collections import Counter
from decimal import Decimal

import pytest

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, plain


def opened(browser: Browser, scheme: str, code: str, year: int = 2025) -> Page:
    """The page of an indicator, for the demonstration buyer."""
    board = browser.open(f"/schemas/{scheme}?year={year}&organisation={DEMONSTRATION}")
    for one in board.soup.select(".indicator"):
        if one.select(".code")[0].get_text() == code:
            return browser.open(str(one.select("th a")[0]["href"]))
    raise AssertionError(code)


def column(page: Page, title: str) -> list[str]:
    """What the rows say under a title."""
    titles = [plain(one.get_text()) for one in page.soup.select("#pieces thead th")]
    at = titles.index(title)
    rows = page.soup.select("#pieces tbody tr")
    return [plain(row.find_all(["td", "th"])[at].get_text().strip()) for row in rows]


def total(some: list[str]) -> Decimal:
    """The sum of what cells say, their units left out."""
    numbers = [re.sub(r"[^0-9,]", "", one).replace(",", ".") for one in some]
    return sum((Decimal(one) for one in numbers if one), Decimal(0))


def figure(page: Page) -> str:
    """What stands beside the figure of the page."""
    return plain(page.one(".indicator-main").get_text(" "))


def test_the_rows_of_both_terms_of_a_ratio_add_up_to_them(pilot: Browser) -> None:
    page = opened(pilot, "clermont", "CAM-14-3")
    found = re.search(r"(\d+) offres de TPE et de PME pour (\d+) offres reçues", figure(page))
    assert found is not None
    assert total(column(page, "Nombre d’offres de TPE et de PME")) == int(found[1])
    assert total(column(page, "Nombre d’offres reçues")) == int(found[2])


def test_the_rows_of_a_ratio_are_asked_once(pilot: Browser) -> None:
    page = opened(pilot, "clermont", "CAM-14-3")
    counts = [int(one.get_text()) for one in page.soup.select(".tabs .tab-count")]
    assert f"{counts[2]} réponses à compléter" in figure(page)


def test_a_base_well_known_does_not_make_a_figure_sure(pilot: Browser) -> None:
    told = figure(opened(pilot, "cd62-2026-2029", "CD62-3.1.3.A-3"))
    assert "90,24 % des réponses sont connues, 8 réponses à compléter" in told
    assert "entre 0 % et 9,76 %" in told
    # The eighty-two contracts of the base are all known: that says nothing of what is over it.
    assert "100 % des réponses" not in told


@pytest.mark.parametrize(
    ("scheme", "code", "title"),
    [
        ("clermont", "CAM-15-2", "Nombre d’offres reçues"),
        ("clermont", "CAM-18-4", "Nombre d’offres irrégulières"),
        ("clermont", "CAM-15-3", "Nombre de retraits du dossier de consultation"),
    ],
)
def test_the_rows_of_a_sum_show_the_number_added_up(
    pilot: Browser, scheme: str, code: str, title: str
) -> None:
    page = opened(pilot, scheme, code)
    some = column(page, title)
    assert some
    assert all(re.fullmatch(r"[\d ]+", one) for one in some)
    assert "rien ne dit de combien elles changeraient ce chiffre" in figure(page)


def test_hours_are_of_a_month_and_add_up(pilot: Browser) -> None:
    page = opened(pilot, "call-2023-2026", "CALL-2.1")
    assert all(re.fullmatch(r"\w+ 2025", one) for one in column(page, "Mois"))
    assert all(one.endswith(" h") for one in column(page, "Heures"))


def test_a_long_list_tells_its_whole_number_first(pilot: Browser) -> None:
    long = opened(pilot, "call-2023-2026", "CALL-2.2", 2024)
    for tab in long.soup.select(".tabs a"):
        shown = pilot.open(str(tab["href"]))
        whole = int(tab.select(".tab-count")[0].get_text())
        words, rows = plain(shown.one("#compte").get_text()), shown.soup.select("#pieces tbody tr")
        assert len(rows) == min(whole, 50)
        assert f": {whole} contrat" in words
        assert ("les 50 premiers ici" in words) is (whole > 50)


def test_rows_that_may_be_out_of_the_perimeter_are_told_and_listed(pilot: Browser) -> None:
    page = opened(pilot, "cd62-2026-2029", "CD62-3.1.1.B-2")
    found = re.search(r"On ne sait pas encore si (\d+) marchés à compléter sont", figure(page))
    assert found is not None
    assert "l’intervalle va d’un cas à l’autre" in figure(page)
    listed = page.follow("à compléter")
    told = [one for one in listed.soup.select("#pieces tbody tr") if "Peut-être hors" in str(one)]
    assert len(told) == int(found[1])


def test_the_file_of_the_rows_holds_the_four_lists_and_adds_up(pilot: Browser) -> None:
    page = opened(pilot, "call-2023-2026", "CALL-2.1")
    link = next(one for one in page.soup.select("#pieces a") if one.has_attr("download"))
    answer = pilot.client.get(str(link["href"]))
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    lists = Counter(one["Liste"] for one in rows)
    for tab in page.soup.select(".tabs a"):
        words, whole = tab.stripped_strings
        masculine = words.replace("ptées", "ptés")
        assert lists[masculine] == int(whole)
    hours = sum(Decimal(one["Heures"]) for one in rows if one["Liste"] == "Comptés")
    told = re.search(r"([\d ]+,\d+) h en 2025", figure(page))
    assert told is not None
    assert hours == Decimal(told[1].replace(" ", "").replace(",", "."))
    assert all(re.fullmatch(r"\d{4}-\d{2}", one["Mois"]) for one in rows)


def test_a_figure_without_rows_has_no_file_of_them(pilot: Browser) -> None:
    page = opened(pilot, "clermont", "CAM-5-2")
    address = page.address.partition("?")[0] + "/lignes.csv"
    assert pilot.client.get(f"{address}?year=2025&organisation={DEMONSTRATION}").status_code == 404
