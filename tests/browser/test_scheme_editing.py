"""A pilot’s own scheme, from a model to its second version, in a real browser."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from tests.conftest import PASSWORD

NARROW: ViewportSize = {"width": 375, "height": 800}
WIDE: ViewportSize = {"width": 1280, "height": 900}


def _sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/connexion")
    page.get_by_label("Adresse électronique").fill("pilot@demo.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def _sound(page: Page, scripted: bool) -> None:
    """No accessibility violation, and nothing wider than a telephone."""
    if not scripted:
        return
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    page.set_viewport_size(WIDE)


def _publish(page: Page, reason: str) -> None:
    page.get_by_role("link", name="Publier", exact=True).click()
    page.get_by_label("Motif").fill(reason)
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page.get_by_text("La version est publiée")).to_be_visible()


def _define(page: Page, scripted: bool) -> None:
    """Choose « marché réservé » among contracts above 25 000 €, then look at the figure."""
    page.locator("#def-where-all-0-subject").select_option(label="Marché réservé")
    if scripted:
        expect(page.locator("#def-where-all-1-subject")).to_be_visible()
    page.locator("#def-perimeter-all-0-subject").select_option(label="Montant")
    if scripted:
        expect(page.locator("#def-perimeter-all-1-subject")).to_be_visible()
    else:
        page.get_by_role("button", name="Mettre les listes à jour").click()
    page.locator("#def-perimeter-all-0-operator").select_option(label="plus de")
    if scripted:
        expect(page.locator("#def-perimeter-all-0-operator")).to_have_value("more_than")
        page.wait_for_load_state("networkidle")
    page.locator("#def-perimeter-all-0-value").fill("25 000")
    page.locator("#champ-preview_year").select_option("2024")
    page.get_by_role("button", name="Aperçu").click()
    expect(page.locator("#apercu")).to_contain_text("réservé à des structures")
    expect(page.locator("#apercu")).to_contain_text("Premières lignes comptées")


@pytest.mark.browser
def test_a_scheme_is_started_changed_published_and_compared(
    page: Page, scripted: bool, address: str
) -> None:
    title = f"Schéma {'avec' if scripted else 'sans'} script"
    _sign_in(page, address)
    page.goto(f"{address}/schemas/nouveau?origine=clermont")
    _fill(page, {"Titre": title, "Première année": "2024", "Dernière année": "2028"})
    _sound(page, scripted)
    page.get_by_role("button", name="Commencer le brouillon").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    draft = page.url.partition("?")[0]
    _sound(page, scripted)
    _publish(page, "Adopté en conseil")

    page.goto(f"{draft}/indicateur?code=CAM-T-1")
    page.get_by_label("Valeur, cible 1").fill("45")
    page.get_by_role("button", name="Enregistrer l’indicateur").click()
    expect(page.get_by_text("Le brouillon est à jour")).to_be_visible()

    page.goto(f"{draft}/indicateur?dans=ACTION+12")
    _fill(page, {"Code": "N1", "Libellé": "Part des marchés réservés"})
    _fill(page, {"En clair": "Sur cent marchés, combien sont réservés."})
    _fill(page, {"Périmètre, en toutes lettres": "Les marchés de plus de 25 000 € HT"})
    _fill(page, {"Année, cible 1": "2027", "Valeur, cible 1": "12"})
    _define(page, scripted)
    expect(page.get_by_label("Libellé", exact=False).first).to_have_value(
        "Part des marchés réservés"
    )
    _sound(page, scripted)
    page.get_by_role("button", name="Enregistrer l’indicateur").click()
    expect(page.get_by_text("Le brouillon est à jour")).to_be_visible()

    page.goto(draft)
    _publish(page, "Cible relevée")
    page.get_by_label("De la version").select_option("1")
    page.get_by_label("À la version").select_option("2")
    page.get_by_role("button", name="Comparer").click()
    expect(page.locator(".change-list")).to_contain_text("cible 2024 de 30")
    expect(page.locator(".change-list")).to_contain_text("ajouté")
    expect(page.locator(".change-list > li")).to_have_count(2)
    _sound(page, scripted)


def _figure(page: Page) -> str:
    """The figure of the preview, once it stands."""
    expect(page.locator("#apercu .figure-huge")).to_be_visible()
    return page.locator("#apercu .figure-huge").inner_text()


@pytest.mark.browser
def test_the_preview_follows_the_definition_and_never_stands_beside_another(
    page: Page, scripted: bool, address: str
) -> None:
    _sign_in(page, address)
    page.goto(f"{address}/schemas/nouveau?origine=clermont")
    title = f"Schéma d’aperçu {'avec' if scripted else 'sans'} script"
    _fill(page, {"Titre": title, "Première année": "2024", "Dernière année": "2028"})
    page.get_by_role("button", name="Commencer le brouillon").click()
    draft = page.url.partition("?")[0]
    page.goto(f"{draft}/indicateur?dans=ACTION+12")
    page.locator("#def-perimeter-all-0-subject").select_option(label="Montant")
    if scripted:
        expect(page.locator("#def-perimeter-all-1-subject")).to_be_visible()
        expect(page.locator("#apercu")).to_contain_text("L’aperçu attend")
        expect(page.locator(".field-error")).to_have_count(0)
    else:
        page.get_by_role("button", name="Mettre les listes à jour").click()
    page.locator("#champ-def-aggregate").select_option("count")
    page.locator("#champ-kind").select_option("count")
    page.locator("#def-perimeter-all-0-operator").select_option("more_than")
    page.locator("#def-perimeter-all-0-value").fill("25 000")
    if not scripted:
        page.get_by_role("button", name="Aperçu").click()
        many = _figure(page)
        page.locator("#def-perimeter-all-0-value").fill("90 000")
        page.get_by_role("button", name="Aperçu").click()
        expect(page.locator("#apercu")).to_contain_text("90\u202f000")
        assert _figure(page) != many
        return
    expect(page.locator("#apercu")).to_contain_text("25\u202f000")
    many = _figure(page)
    answers: list[str] = []
    page.on("response", lambda one: answers.append(one.url))
    # Typed, not left: the figure of the former value is hidden before any answer comes.
    page.locator("#def-perimeter-all-0-value").fill("90 000")
    assert page.locator("#apercu").is_hidden()
    assert answers == []
    expect(page.locator("#apercu")).to_contain_text("90\u202f000")
    assert _figure(page) != many
    assert page.evaluate("document.activeElement.id") == "def-perimeter-all-0-value"
    page.locator("#champ-unit").fill("marchés passés")
    expect(page.locator("#apercu .figure-huge")).to_contain_text("marchés passés")
    # When no figure comes, the former one does not come back.
    page.route("**/apercu?**", lambda route: route.fulfill(status=204))
    with page.expect_response("**/apercu?**"):
        page.locator("#champ-def-aggregate").select_option("share")
    page.wait_for_timeout(200)
    assert page.locator("#apercu").is_hidden()


def _fill(page: Page, answers: dict[str, Any]) -> None:
    for label, value in answers.items():
        page.get_by_label(label).first.fill(value)
