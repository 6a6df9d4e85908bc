"""A draft made from Clermont’s scheme, for the tests of the editor."""

from typing import Any

from tests.web.browsing import Browser, Page, plain

START = "/schemas/nouveau?origine=clermont"
TITLE = "Schéma d’essai"
CODE = "essai-editeur"
DRAFT = f"/schemas/{CODE}/brouillon"
TARGETED = "CAM-T-1"  # an indicator of Clermont that has targets


def begun(browser: Browser, code: str = CODE) -> Page:
    """The page of a new draft."""
    page = browser.open(START).submit(
        ".long-form", title=TITLE, first_year="2024", last_year="2028", code=code
    )
    assert page.status == 200, page.words
    return page


def indicator(browser: Browser, code: str) -> Page:
    """The form of an indicator of the draft."""
    return browser.open(f"{DRAFT}/indicateur", params={"code": code})


NEW = {
    "code": "N1",
    "label": "Part des marchés réservés",
    "explanation": "Sur cent marchés, combien sont réservés.",
    "perimeter": "Tous les marchés notifiés dans l’année",
}


def sound(page: Page) -> None:
    """What any page of the editor must have."""
    soup = page.soup
    assert len(soup.select("h1")) == 1
    ids = [str(one["id"]) for one in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    for link in soup.select('a[href^="#"]'):
        assert str(link["href"])[1:] in ids, str(link)
    for control in soup.select("main input, main select, main textarea"):
        if control.get("type") != "hidden" and not control.get("aria-label"):
            assert soup.select(f'label[for="{control["id"]}"]'), str(control)
    for one in soup.select("[aria-describedby]"):
        for name in str(one["aria-describedby"]).split():
            assert name in ids, str(one)[:200]


def publish(browser: Browser, reason: str) -> Page:
    """Publish the draft."""
    page = browser.open(f"{DRAFT}/publier").submit(".long-form", reason=reason)
    assert page.status == 200, page.words
    return page


def versions(browser: Browser) -> list[str]:
    """What differs from the last version to the draft."""
    page = browser.open(f"/schemas/{CODE}/versions")
    sound(page)
    return [plain(one.get_text(" ")) for one in page.soup.select(".change-list > li")]


def tried(page: Page, what: str, **typed: Any) -> Page:
    """Send the form with one of the buttons of the definition, as a browser without JavaScript."""
    button = page.one(f'button[name="do"][value="{what}"]')
    form = page.one(".long-form")
    former = form["action"]
    form["action"] = button["formaction"]
    field = page.soup.new_tag("input", attrs={"type": "hidden", "name": "do", "value": what})
    form.append(field)
    answer = page.submit(".long-form", **typed)
    form["action"] = former
    field.decompose()
    assert answer.status == 200, answer.words
    return answer


def selected(page: Page, name: str) -> str:
    """The chosen value of a list."""
    return str(page.one(f'[name="{name}"] option[selected]')["value"])


def sent(page: Page, typed: dict[str, Any]) -> Page:
    """Send the form of the page with fields whose names are no names of Python."""
    return page.submit(".long-form", **typed)
