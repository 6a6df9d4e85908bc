"""Following persons through pages, by the forms they really hold."""

from typing import Any

from tests.web.browsing import Browser, Page, plain

LIST = "/insertion/personnes"
LONG = "form.long-form"


def follow(browser: Browser, **typed: Any) -> Page:
    """Enter a person as a facilitator would."""
    return browser.open(f"{LIST}/nouvelle").submit(LONG, **typed)


def rows(page: Page, heading: str) -> list[str]:
    """The lines of the table under a heading."""
    found = page.soup.select(f'section[aria-labelledby="{heading}"] tbody tr')
    return [plain(one.get_text(" ")) for one in found]


def form(page: Page, end: str) -> str:
    """The selector of the form that goes to an address of the page."""
    return f'main form[action="{page.address.partition("testserver")[2].partition("?")[0]}{end}"]'


def side(prefix: str, **typed: str) -> dict[str, Any]:
    """What is typed in a small form of the page of a person."""
    return {f"{prefix}-{name}": value for name, value in typed.items()}


def key_of(page: Page) -> str:
    """The identifier of the person of a page."""
    return page.address.rpartition("/")[2].partition("?")[0]
