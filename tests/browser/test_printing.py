"""A dashboard on paper: the figures and what the document says of itself, nothing to click."""

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import DEMONSTRATION, PASSWORD

# An A4 sheet held upright, less the margins of a browser (0.4 inch), in pixels.
PAPER = {"width": 717, "height": 1046}
SCHEMES = {"call-2023-2026": 13, "cd40-2023-2029": 25, "cd62-2026-2029": 145, "clermont": 112,
           "mel-smart-2023": 17}  # fmt: skip
# Contradictions are lines of a list, headline targets and first figures rows of a table.
NOTES = {"clermont": ("li",), "mel-smart-2023": ("li", "tbody tr")}
# What is only good on a screen.
TO_CLICK = (
    ".site-nav",
    ".section-nav",
    ".account",
    "main form",
    ".board-bar",
    ".board-files",
    ".contents",
    ".saved-views",
    ".skip-link",
)
# What does not show whole: beyond the right of the sheet, or cut by a frame that people scroll.
CUT = """() => [...document.querySelectorAll('body *')].filter(one => {
    if (!one.checkVisibility({visibilityProperty: true})) return false;
    if (one.closest('.visually-hidden, svg')) return false;
    const scrolled = getComputedStyle(one).overflowX !== 'visible'
        && one.scrollWidth > one.clientWidth + 1;
    return scrolled || one.getBoundingClientRect().right > innerWidth + 1;
}).map(one => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 60)}`)"""


@pytest.fixture
def scripted() -> bool:
    """What is printed is the same with scripts or without: it is looked at once."""
    return False


@pytest.fixture
def pilot(page: Page, address: str) -> Page:
    """The pilot of the demonstration buyers, whose window is as wide as a sheet."""
    page.goto(f"{address}/connexion")
    page.get_by_label("Adresse électronique").fill("pilot@demo.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.set_viewport_size({"width": PAPER["width"], "height": PAPER["height"]})
    page.emulate_media(media="print")
    return page


def _seen(page: Page, selector: str) -> int:
    return sum(one.is_visible() for one in page.locator(selector).all())


@pytest.mark.browser
def test_a_printed_dashboard_holds_every_figure_and_nothing_to_click(
    pilot: Page, address: str
) -> None:
    for code, count in SCHEMES.items():
        pilot.goto(f"{address}/schemas/{code}?year=2025&organisation={DEMONSTRATION}")
        for selector in TO_CLICK:
            assert pilot.locator(selector).count(), selector
            assert _seen(pilot, selector) == 0, selector
        assert _seen(pilot, ".indicator .code") == count
        assert pilot.evaluate(CUT) == []
        expect(pilot.get_by_text("Calculé le ")).to_be_visible()


@pytest.mark.browser
def test_what_a_document_says_of_itself_is_printed_unfolded(pilot: Page, address: str) -> None:
    for code, told in NOTES.items():
        pilot.goto(f"{address}/schemas/{code}?year=2025&organisation={DEMONSTRATION}")
        assert pilot.locator(".document-notes details").count() > 0
        assert pilot.locator(".document-notes details[open]").count() == 0
        for inside in told:
            lines = f".document-notes {inside}"
            assert _seen(pilot, lines) == pilot.locator(lines).count() > 0
