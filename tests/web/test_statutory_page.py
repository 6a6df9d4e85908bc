"""The rates of article L2111-3: read on two years, and taken as a file to publish."""

import csv
import io
from collections.abc import Callable

import pytest

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, plain
from tests.web.scheme_desk import sound
from tests.web.test_pages import check


@pytest.fixture
def buyer(pilot: Browser) -> Browser:
    """The pilot, who looks for the fictitious buyer."""
    pilot.open("/").submit("form.account-switch", siret=DEMONSTRATION)
    return pilot


def test_the_rates_stand_with_their_base_and_their_bounds(buyer: Browser) -> None:
    page = buyer.open("/schemas").follow("Les taux à publier").submit("form.filters", year="2025")
    check(page)
    sound(page)
    assert "2024 et 2025" in plain(page.one(".lead").get_text())
    row = page.soup.select("section table tbody tr")[0]
    assert "ESUS" in row.get_text()
    told = plain(row.get_text(" "))
    assert "contrats dont la réponse est connue" in told
    assert "entre " in told
    assert "peuvent encore changer" in page.words
    assert page.one("#year option[selected]")["value"] == "2025"


def test_a_category_that_no_text_defines_says_so(buyer: Browser) -> None:
    page = buyer.open("/taux-legaux?year=2025")
    rows = page.soup.select("section table tbody tr")
    unsure = next(one for one in rows if "groupes vulnérables" in one.get_text())
    assert "à vérifier avant publication" in unsure.get_text()


def test_the_file_holds_the_categories_of_the_page(buyer: Browser) -> None:
    page = buyer.open("/taux-legaux?year=2025")
    told = page.follow("Fichier à publier")
    assert told.headers["content-disposition"].endswith('-2024-2025.csv"')
    rows = list(csv.reader(io.StringIO(told.text)))
    labels = {plain(str(one.find(string=True))) for one in page.soup.select("tbody th")}
    assert labels <= {plain(cell) for row in rows for cell in row}


@pytest.mark.parametrize("asked", ["year=1990", "year=20x5", "year=", "year=3000"])
def test_a_year_out_of_reason_shows_the_usual_ones(buyer: Browser, asked: str) -> None:
    usual = buyer.open("/taux-legaux").one("#year option[selected]")["value"]
    page = buyer.open(f"/taux-legaux?{asked}")
    assert page.status == 200
    assert page.one("#year option[selected]")["value"] == usual


def test_whoever_may_not_read_them_is_told_so(connected: Callable[[str], Browser]) -> None:
    facilitator = connected("facilitator")
    assert "Aucun taux ne vous est ouvert" in facilitator.open("/taux-legaux").words
    assert facilitator.open("/taux-legaux.csv").status in (403, 404)
