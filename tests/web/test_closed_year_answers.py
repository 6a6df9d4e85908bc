"""What was answered of a year that is closed: shown as it was kept, and proved no more."""

from typing import Any

import pytest
from bs4 import Tag

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, plain
from tests.web.clause_world import World
from tests.web.test_pages import check

YEAR = 2025
SECTORS, COMPARISON, HOURS = "CD62-3.1.3.B-4", "CD62-3.1.3.A-1", "CAM-22-3"


def close(world: World) -> Any:
    body = {"organisation": DEMONSTRATION, "year": YEAR}
    return world.api.make("/api/v1/closings", body, "administrator")


def version(browser: Browser, code: str) -> Page:
    """What the closing kept of a scheme."""
    years = browser.open(f"/schemas/{code}/arretes?organisation={DEMONSTRATION}")
    return years.follow("Version 1, tel que calculé le")


def kept_figure(of: Page, code: str) -> Page:
    """The page of a kept figure."""
    (link,) = [
        row.select("th a")[0]
        for row in of.soup.select("tbody tr")
        if row.select(".code")[0].get_text() == code
    ]
    return of.browser.open(str(link["href"]))


def answer(page: Page, code: str) -> Tag:
    """A row of « À renseigner »."""
    found = page.soup.select(".say-row")
    return next(one for one in found if one.legend and code in one.legend.get_text(" ").split())


@pytest.fixture
def browser(pilot: Browser) -> Browser:
    """The pilot, who looks for the fictitious buyer."""
    pilot.open("/").submit("form.account-switch", siret=DEMONSTRATION)
    return pilot


def test_a_figure_that_was_declared_is_shown_as_the_closing_kept_it(
    browser: Browser, world: World
) -> None:
    board = browser.open(f"/schemas/clermont?year={YEAR}&organisation={DEMONSTRATION}")
    (address,) = [
        str(one.select("a")[0]["href"])
        for one in board.soup.select(".indicator")
        if one.select(".code")[0].get_text() == HOURS
    ]
    assert "tel que gardé à la clôture" not in browser.open(address).words
    close(world)
    page = browser.open(address)
    check(page)
    told = [one for one in page.soup.select("p") if "tel que gardé à la clôture" in one.get_text()]
    assert len(told) == 1
    assert plain(told[0].get_text()).startswith("Déclaré le ")


def test_a_step_told_by_part_is_kept_part_by_part(browser: Browser, world: World) -> None:
    close(world)
    page = kept_figure(version(browser, "cd62-2026-2029"), SECTORS)
    check(page)
    rows = [plain(one.get_text(" ")) for one in page.soup.select("#pieces tbody tr")]
    counts = [int(plain(one.get_text())) for one in page.soup.select(".tab-count")]
    assert len(rows) in counts
    assert sum(counts) > 1
    # Each part is a row of its own.
    address = f"/api/v1/milestones?organisation={DEMONSTRATION}&scheme=cd62-2026-2029"
    told = [
        part["part"]
        for one in world.api.get(f"{address}&limit=100")["items"]
        if one["code"] == SECTORS
        for part in one["parts"]
    ]
    assert sum(counts) == len(told)
    assert rows
    assert all(any(name in one for name in told) for one in rows)


def test_a_proof_of_what_was_done_in_a_closed_year_waits_for_a_rectification(
    browser: Browser, world: World
) -> None:
    address = f"/schemas/cd62-2026-2029/campagne?annee=2026&organisation={DEMONSTRATION}"
    row = answer(browser.open(address), COMPARISON)
    key = str(row["id"]).removeprefix("ligne-")
    address_of = f"/api/v1/milestones?organisation={DEMONSTRATION}&scheme=cd62-2026-2029"
    known = world.api.get(f"{address_of}&indicator={key}")["items"]
    match = {"If-Match": f'"{known[0]["version"]}"'} if known else {}
    answered = world.api.client.put(
        f"/api/v1/milestones/{key}",
        json={
            "organisation": DEMONSTRATION,
            "period": "once",
            "done": True,
            "done_on": f"{YEAR}-06-02",
        },
        headers=world.api.as_("pilot") | match,
    )
    assert answered.status_code == 200, answered.text
    assert browser.open(address).soup.select(f"#joindre-{key}")
    closing = close(world)
    page = browser.open(address)
    assert not page.soup.select(f"#joindre-{key}")
    words = plain(answer(page, COMPARISON).get_text(" "))
    assert f"L’année {YEAR} est close" in words
    assert "il faut une rectification" in words
    assert page.follow(f"rouvre l’année {YEAR}").status == 200
    opened = world.api.client.post(
        f"/api/v1/closings/{closing['id']}/reopen",
        json={"reason": "Pièce reçue"},
        headers=world.api.as_("administrator"),
    )
    assert opened.status_code == 200, opened.text
    assert browser.open(address).soup.select(f"#joindre-{key}")
