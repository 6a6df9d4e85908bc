"""The pages of webhooks in a real browser: accessible, and whole on a narrow screen."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from tests.conftest import PASSWORD

WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 375, "height": 700}


def _readable(page: Page, scripted: bool) -> None:
    page.set_viewport_size(NARROW)
    width = "document.documentElement.scrollWidth"
    if scripted:
        assert page.evaluate(width) <= NARROW["width"], page.url
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
    page.set_viewport_size(WIDE)


def test_a_webhook_is_made_opened_and_stopped(page: Page, address: str, scripted: bool) -> None:
    url = f"https://recoit.example/{'une-adresse-tres-longue-' * 6}{scripted}"
    page.goto(f"{address}/connexion")
    page.get_by_label("Adresse électronique").fill("pilot@demo.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    page.goto(f"{address}/webhooks")
    _readable(page, scripted)
    page.get_by_role("textbox", name="Adresse").fill(url)
    page.get_by_role("button", name="Créer le webhook").click()
    assert page.get_by_label("Secret").input_value().startswith("whsec_")
    _readable(page, scripted)
    page.get_by_role("link", name=url).click()
    _readable(page, scripted)
    page.get_by_role("button", name="Arrêter").click()
    expect(page.get_by_role("main")).to_contain_text("Ce webhook est arrêté")
    _readable(page, scripted)
