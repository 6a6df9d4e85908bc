"""The pages of a closed year in a real browser, on a screen and on a telephone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from api.demonstration.buyers import VILLE
from tests.conftest import PASSWORD

WIDTHS = (1280, 375)


def _sound(page: Page, scripted: bool) -> None:
    """Nothing hangs out of the window, and axe finds nothing where it can run."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        body = page.locator("body").bounding_box()
        main = page.locator("main").bounding_box()
        assert body is not None
        assert main is not None
        assert max(body["width"], main["x"] + main["width"]) <= width
        # axe is a script itself: it can only look at the pages of the journey that runs scripts.
        if scripted:
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            results = Axe().run(page)
            assert results.violations_count == 0, results.generate_report()


@pytest.mark.browser
def test_a_kept_figure_is_reached_from_the_years_and_opened(
    page: Page, scripted: bool, address: str
) -> None:
    page.goto(f"{address}/connexion")
    page.get_by_label("Adresse électronique").fill("shared-pilot@demo.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"{address}/schemas/clermont/arretes?organisation={VILLE.siret}")
    expect(page.get_by_role("button", name="Clôturer l’année")).to_be_visible()
    _sound(page, scripted)
    page.get_by_role("link", name="Version 2, tel que calculé le 20 juin 2025").click()
    _sound(page, scripted)
    page.get_by_role("link", name="% de contrats clausés responsables / ciblés").first.click()
    _sound(page, scripted)
    page.get_by_role("link", name="Hors du périmètre").click()
    expect(page.locator("#compte")).to_contain_text("Hors du périmètre en 2024 : 9 contrats")
    expect(page.locator("#pieces tbody tr")).to_have_count(9)
    _sound(page, scripted)
