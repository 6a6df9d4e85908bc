"""The page of a company: a month stated without an account, without a name, once."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.operations import Service
from tests.web.browsing import Browser, Page


@pytest.fixture
def address(service: FastAPI) -> Iterator[str]:
    """The page of a link of the demonstration buyer."""
    with TestClient(service) as client:
        yield f"/declaration/{Service(client, service).things('link').ids['link']}"


def fill(page: Page, **columns: list[str]) -> Page:
    """Send the table with these columns; the others stay empty, in as many lines."""
    rows = len(page.soup.select("tbody tr"))
    typed = {name: [*values, *[""] * (rows - len(values))] for name, values in columns.items()}
    return page.submit("main form", **typed)


def test_a_company_states_its_hours_and_reads_a_receipt(browser: Browser, address: str) -> None:
    page = browser.open(address)
    assert "mars 2026" in page.words
    receipt = fill(page, persons=["3", "1"], hours=["120,5", "7 h 30"])
    assert "Déclaration reçue" in receipt.words
    assert "128 h" in receipt.words
    assert browser.open(address).words == receipt.words


def test_a_refused_line_says_which_and_keeps_what_was_typed(browser: Browser, address: str) -> None:
    page = browser.open(address)
    refused = fill(page, persons=["3", "", "1"], hours=["120,5", "", "7 h 10"])
    assert refused.status == 422
    assert refused.one("#erreurs a")["href"] == "#ligne-3-hours"
    assert refused.one("#ligne-3-hours")["value"] == "7 h 10"
    assert refused.one("#ligne-1-hours")["value"] == "120,5"
    mended = fill(refused, persons=["3", "", "1"], hours=["120,5", "", "7 h 15"])
    assert "127,75 h" in mended.words


def test_more_lines_are_given_without_losing_any(browser: Browser, address: str) -> None:
    page = browser.open(address)
    before = len(page.soup.select("tbody tr"))
    hours = ["7", *[""] * (before - 1)]
    more = page.submit("main form", hours=hours, more="1")
    assert len(more.soup.select("tbody tr")) > before
    assert more.one("#ligne-1-hours")["value"] == "7"


def test_a_bad_link_says_what_to_do(browser: Browser) -> None:
    page = browser.open("/declaration/nothing")
    assert page.status == 410
    assert "Demandez-en un nouveau au facilitateur" in page.words


def test_the_address_of_a_link_is_not_given_to_other_sites(browser: Browser, address: str) -> None:
    page = browser.open(address)
    assert page.headers["referrer-policy"] in ("no-referrer", "same-origin")
    assert "no-store" in page.headers["cache-control"]
