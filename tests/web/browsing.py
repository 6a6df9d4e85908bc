"""A browser without JavaScript for tests: opens pages, fills the forms they really hold.

``with_fragment`` does what htmx would do with an answer, so that a test can compare the result with
the page loaded whole (the idea is that of gip-inclusion/les-emplois, tests/utils/htmx).
"""

import re
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from starlette.testclient import TestClient

Files = dict[str, tuple[str, bytes, str]]


@dataclass
class Page:
    """An answer of the site, as a person sees it."""

    browser: "Browser"
    status: int
    address: str
    text: str
    headers: Any

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The document."""
        return BeautifulSoup(self.text, "html.parser")

    @property
    def words(self) -> str:
        """What can be read, with plain spaces."""
        return plain(self.soup.get_text(" "))

    @property
    def title(self) -> str:
        """The title of the window."""
        assert self.soup.title is not None
        return plain(self.soup.title.get_text())

    def one(self, selector: str) -> Tag:
        """The one element that matches."""
        found = self.soup.select(selector)
        assert len(found) == 1, f"{selector}: {len(found)} in {self.address}"
        return found[0]

    def follow(self, words: str) -> "Page":
        """Open the first link that says ``words``."""
        for link in self.soup.select("a[href]"):
            if words in plain(link.get_text(" ")):
                return self.browser.open(urljoin(self.address, str(link["href"])))
        raise AssertionError(f"no link « {words} » in {self.address}")

    def submit(self, selector: str, files: Files | None = None, /, **typed: Any) -> "Page":
        """Send a form of the page: its own values, then ``typed`` (names with «__» for «.»)."""
        form = self.one(selector)
        values = form_values(form)
        for name, value in typed.items():
            key = name.replace("__", ".")
            controls = form.select(f'[name="{key}"]')
            assert controls, f"no field {key} in {selector}"
            values[key] = value if isinstance(value, list) else [value]
        address = urljoin(self.address, str(form.get("action") or self.address))
        if str(form.get("method", "get")).lower() == "get":
            return self.browser.open(address, params=values)
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}
        client = self.browser.client
        answer = client.post(address, data=values, files=files, headers=headers)
        return self.browser.page(answer)


@dataclass
class Browser:
    """A browser and its cookies."""

    client: TestClient

    def open(self, address: str, params: Any = None, **headers: str) -> Page:
        """Open an address."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.page(self.client.get(address, params=params, headers=named))

    def fragment(self, address: str) -> Page:
        """Ask for an address as htmx does when it replaces a part of the page."""
        return self.open(address, HX_Request="true", HX_Request_Type="partial")

    def page(self, answer: Any) -> Page:
        """An answer of the client as a page."""
        return Page(self, answer.status_code, str(answer.url), answer.text, answer.headers)


def fill(page: Page, selector: str, typed: dict[str, Any]) -> Page:
    """Send a form whose fields have names that are known only from the page."""
    return page.submit(selector, **typed)


def plain(text: str) -> str:
    """A text with every run of spaces, fixed ones included, as one plain space."""
    return re.sub(r"\s+", " ", text).strip()


def form_values(form: Tag) -> dict[str, list[str]]:
    """What a browser sends of a form that nobody touched."""
    values: dict[str, list[str]] = {}

    def put(control: Tag, value: str) -> None:
        if control.get("name"):
            values.setdefault(str(control["name"]), []).append(value)

    for control in form.select("input, select, textarea"):
        kind = control.get("type", "text")
        if control.name == "select":
            options = control.select("option")
            chosen = [one for one in options if one.has_attr("selected")] or options[:1]
            for option in chosen:
                put(control, str(option.get("value", option.get_text())))
        elif control.name == "textarea":
            put(control, control.get_text())
        elif kind == "file" or (kind in ("radio", "checkbox") and not control.has_attr("checked")):
            continue
        else:
            put(control, str(control.get("value", "")))
    return values


def with_fragment(page: Page, fragment: Page, target: str) -> BeautifulSoup:
    """The page once htmx has put a fragment in place of ``target``, and its parts elsewhere."""
    document = copy(page.soup)
    parts = [one for one in fragment.soup.find_all(recursive=False) if isinstance(one, Tag)]
    for part in parts:
        place = f"#{part['id']}" if part.get("hx-swap-oob") == "true" else target
        for passing in ("hx-swap-oob", "autofocus"):
            del part[passing]
        assert part.get("id") == place.removeprefix("#"), f"{part.name} goes nowhere"
        current = document.select_one(place)
        assert current is not None, f"{place} is not in {page.address}"
        current.replace_with(copy(part))
    return document


def same_text(document: BeautifulSoup) -> str:
    """A document as text that two equal documents share."""
    lines = (line.strip() for line in document.prettify().splitlines())
    return "\n".join(line for line in lines if line)


def facts(page: Page) -> dict[str, str]:
    """What the lists of facts of a page say, by title."""
    titles = page.soup.select(".facts dt, .fact-list dt")
    said = page.soup.select(".facts dd, .fact-list dd")
    return {
        plain(one.get_text()): plain(told.get_text())
        for one, told in zip(titles, said, strict=True)
    }
