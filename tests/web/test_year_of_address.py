"""The year of an address is read under both names that the pages of a scheme give it."""

import pytest

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, plain

BOARD = f"/schemas/call-2023-2026?organisation={DEMONSTRATION}"


@pytest.mark.parametrize("name", ["year", "annee"])
def test_the_dashboard_and_its_indicators_show_the_year_asked_for(
    pilot: Browser, name: str
) -> None:
    board = pilot.open(f"{BOARD}&{name}=2024")
    years = {plain(one.get_text()) for one in board.soup.select("thead .board-figure")}
    assert years == {"En 2024"}
    link = str(board.soup.select(".indicator th a")[0]["href"]).partition("?")[0]
    page = pilot.open(f"{link}?organisation={DEMONSTRATION}&{name}=2024")
    chosen = page.one('select[name="year"] option[selected]')
    assert plain(chosen.get_text()).startswith("2024")


def test_a_year_that_is_none_is_told_under_either_name(pilot: Browser) -> None:
    page = pilot.open(f"{BOARD}&annee=20x6")
    assert "L’année « 20x6 » n’existe pas ici" in page.words
