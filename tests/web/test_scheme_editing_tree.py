"""The tree of a draft and who may touch it: axes, objectives, actions, title and years."""

from collections.abc import Callable

import pytest

from tests.web.browsing import Browser, Page
from tests.web.scheme_desk import DRAFT, begun, indicator, sound

ACTION = f"{DRAFT}/arbre/action"


@pytest.fixture
def draft(pilot: Browser) -> Page:
    """The page of a draft that the pilot began."""
    return begun(pilot)


def thing(browser: Browser, code: str, kind: str = "action") -> Page:
    """The form of a thing of the draft."""
    return browser.open(f"{DRAFT}/arbre/{kind}", params={"code": code})


def test_an_action_changes_moves_and_its_indicators_follow(pilot: Browser, draft: Page) -> None:
    del draft
    page = thing(pilot, "ACTION 8")
    sound(page)
    kept = page.one("#champ-sub_actions").get_text()
    assert "\n" in kept
    page = page.submit(
        ".long-form",
        code="A8",
        title="Embaucher",
        pilot="DRH\nAchats\n",
        odd="8, 10",
        parent="Objectif 1",
    )
    assert page.status == 200, page.words
    page = thing(pilot, "A8")
    assert page.one("#champ-pilot").get_text() == "DRH\nAchats"
    assert page.one("#champ-odd")["value"] == "8, 10"
    assert page.one("#champ-sub_actions").get_text() == kept
    assert page.one("#champ-parent option[selected]")["value"] == "Objectif 1"
    page = indicator(pilot, "CAM-8-1")
    served = page.soup.select("#champ-actions input[checked]")
    assert "A8" in [one["value"] for one in served]
    # The conditions of definitions that named the action name it by its new code.
    assert page.one('[name="def-perimeter-all-0-value"]')["value"] == "A8"


def test_what_is_wrong_with_an_action_is_told_on_its_field(pilot: Browser, draft: Page) -> None:
    del draft
    page = thing(pilot, "ACTION 8").submit(".long-form", title="", odd="8, 99")
    assert page.status == 422
    assert "vide" in page.one("#erreur-title").get_text()
    assert "17" in page.one("#erreur-odd").get_text()
    sound(page)
    page = page.submit(".long-form", title="Embaucher", odd="8", code="ACTION 9")
    assert page.status == 422
    assert "deux fois : ACTION 9" in page.words


def test_things_are_added_and_taken_out_from_the_bottom_up(pilot: Browser, draft: Page) -> None:
    page = draft.follow("Ajouter un axe")
    assert page.submit(".long-form", code="V", title="Coopérer").status == 200
    page = pilot.open(f"{DRAFT}/arbre/objectif?dans=V")
    assert page.submit(".long-form", code="Objectif V", title="Partager").status == 200
    page = pilot.open(f"{ACTION}?dans=Objectif+V")
    assert page.one("#champ-code")["value"] == "ACTION 27"
    assert page.submit(".long-form", title="Mutualiser").status == 200
    page = indicator(pilot, "CAM-8-1").submit(".long-form", actions=["ACTION 27"])
    assert page.status == 200
    held = thing(pilot, "Objectif V", "objectif")
    assert not held.soup.select(".danger-zone form"), "an objective with an action stays"
    page = thing(pilot, "ACTION 27")
    assert "serviront Objectif V" in page.words
    assert page.submit(".danger-zone form").status == 200
    served = indicator(pilot, "CAM-8-1").soup.select("#champ-actions input[checked]")
    assert [one["value"] for one in served] == ["Objectif V"]
    assert thing(pilot, "ACTION 27").status == 404


def test_the_years_of_the_scheme_hold_its_targets(draft: Page) -> None:
    page = draft.follow("Titre et années")
    sound(page)
    refused = page.submit(".long-form", start="2025")
    assert refused.status == 422
    assert "cible de 2024, hors de la période" in refused.words
    page = page.submit(".long-form", title="Nouveau titre", end="2030")
    assert "Nouveau titre" in page.one("h1").get_text()
    assert "2024–2030" in page.words


def test_a_stale_form_of_an_action_keeps_what_was_typed(pilot: Browser, draft: Page) -> None:
    del draft
    first, second = thing(pilot, "ACTION 8"), thing(pilot, "ACTION 8")
    assert first.submit(".long-form", title="Le premier").status == 200
    page = second.submit(".long-form", title="Le second")
    assert page.status == 412
    assert page.one("#champ-title").get_text() == "Le second"
    assert "Le premier" in page.words
    sound(page)
    assert page.submit(".long-form").status == 200
    assert thing(pilot, "ACTION 8").one("#champ-title").get_text() == "Le second"


def test_who_only_reads_edits_nothing(connected: Callable[[str], Browser]) -> None:
    browser = connected("pilot")
    begun(browser)
    browser.client.cookies.clear()
    reader = connected("reader")
    pages = ("", "/indicateur", "/arbre/action", "/reglages", "/publier", "/indicateur/apercu")
    for address in ("/schemas/nouveau", *(f"{DRAFT}{page}" for page in pages)):
        assert reader.open(address).status == 403, address
    assert "/schemas/nouveau" not in reader.open("/schemas").text


def test_another_buyer_never_sees_a_draft(connected: Callable[[str], Browser]) -> None:
    browser = connected("pilot")
    begun(browser)
    browser.client.cookies.clear()
    other = connected("other-pilot")
    assert other.open(DRAFT).status in (403, 404)
    assert "essai-editeur" not in other.open("/schemas").text


def test_a_published_model_has_no_draft(pilot: Browser) -> None:
    page = pilot.open("/schemas/clermont/brouillon")
    assert page.status == 409
    assert "partez de lui" in page.words
