"""Figures kept when a year was closed: found from the dashboard and the indicator, and compared."""

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, plain
from tests.web.clause_world import World
from tests.web.test_pages import check

YEAR = 2025
BOARD = f"/schemas/clermont?year={YEAR}&organisation={DEMONSTRATION}"


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
    page = pilot.open(str(kept.soup.select("tbody th a")[0]["href"]))
    assert "tel que calculé le" in plain(page.one('section[aria-labelledby="arretes"]').get_text())

    same = kept.follow("Comparer à aujourd’hui")
    check(same)
    assert "0 indicateur changé, 112 indicateurs inchangés" in same.words
    assert pilot.open(f"/schemas/cd40-2023-2029/arretes/{closing['id']}").status == 404
