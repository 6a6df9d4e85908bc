"""« Et si… » on the site: what is ticked stays ticked, from one page of rows to the next."""

import pytest

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page

FORM = ".tick-form"
# The rows that are not counted, of the page of them that is shown.
LISTED = '[id^="not_counted-"]'


def supposing(browser: Browser, code: str, year: int, scheme: str = "clermont") -> Page:
    """The page « Et si… » of an indicator of a scheme, Clermont's as a rule."""
    board = browser.open(f"/schemas/{scheme}?year={year}&organisation={DEMONSTRATION}")
    links = {
        one.select(".code")[0].get_text(): str(one.select("th a")[0]["href"])
        for one in board.soup.select(".indicator")
    }
    return browser.open(links[code]).follow("Et si")


def boxes(page: Page, name: str, ticked: bool | None = None, where: str = "") -> list[str]:
    """The values of the boxes of a list: all, or those that are ticked or not."""
    return [
        str(one["value"])
        for one in page.soup.select(f'{FORM} input[name="{name}"]{where}')
        if ticked is None or one.has_attr("checked") is ticked
    ]


def test_ticks_are_kept_from_one_page_of_rows_to_the_next(pilot: Browser) -> None:
    first = supposing(pilot, "CAM-T-1", 2025)
    ticked = boxes(first, "rows")[:2]
    forward = first.one('button[name="not_counted"]')
    second = first.submit(FORM, rows=ticked, not_counted=str(forward["value"]))
    assert "Avec 2 contrats de plus" in second.words
    assert "2 lignes cochées sur d’autres pages comptent aussi" in second.words
    assert sorted(boxes(second, "kept")) == sorted(ticked)
    shown = [boxes(one, "rows", where=LISTED) for one in (first, second)]
    assert shown[1]
    assert not set(shown[0]) & set(shown[1])
    third = second.submit(FORM, rows=[shown[1][0]])
    assert "Avec 3 contrats de plus" in third.words
    assert boxes(third, "rows", where=LISTED) == shown[1]
    assert "Avec 1 contrat de plus" in third.submit(FORM, forget="oui").words


@pytest.mark.parametrize(
    ("scheme", "code"),
    [("clermont", "CAM-T-1"), ("mel-smart-2023", "MEL-A1.1"), ("call-2023-2026", "CALL-3.1a")],
)
def test_the_running_year_has_projects_to_suppose(pilot: Browser, scheme: str, code: str) -> None:
    page = supposing(pilot, code, 2026, scheme)
    projects = boxes(page, "projects")
    assert len(projects) == 2
    assert "Avec" in page.submit(FORM, projects=projects).words


def test_the_whole_programme_of_the_year_enters_the_base(pilot: Browser) -> None:
    page = supposing(pilot, "CAM-T-1", 2027)
    projects = boxes(page, "projects")
    alone = page.submit(FORM, projects=projects[:1])
    assert "autres projets du programme" not in alone.words
    whole = page.submit(FORM, projects=projects[:1], programme="oui")
    assert f"{len(projects) - 1} autres projets du programme entrent dans la base" in whole.words
    assert whole.one("#programme").has_attr("checked")


def test_one_tick_too_many_is_refused_and_the_others_stay(pilot: Browser) -> None:
    page = supposing(pilot, "CAM-T-1", 2025)
    refused = page.submit(FORM, rows=["rien", *boxes(page, "rows")[:3]])
    assert refused.status == 422
    assert set(boxes(page, "rows")[:3]) <= set(boxes(refused, "rows", ticked=True))
