"""What htmx puts in a page gives the page that a full load would have given."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, plain, same_text, with_fragment


def contract_list(browser: Browser) -> tuple[Page, str, str]:
    """A list, the same filtered, and what htmx replaces."""
    return browser.open("/marches"), "/marches?publishable=false", "#resultats"


def next_contracts(browser: Browser) -> tuple[Page, str, str]:
    """A list and its next page."""
    page = browser.open("/marches")
    return page, str(page.one(".pagination-line a")["hx-get"]), "#resultats"


def rows_of_an_import(browser: Browser) -> tuple[Page, str, str]:
    """An import and its rows with an issue."""
    page = browser.open("/imports").follow("marches-fictifs.json")
    return page, str(page.soup.select(".tabs a")[-1]["hx-get"]), "#lignes"


def evidence(browser: Browser) -> tuple[Page, str, str]:
    """An indicator and the contracts that are not counted."""
    board = browser.open(f"/schemas/call-2023-2026?year=2026&organisation={DEMONSTRATION}")
    page = browser.open(str(board.soup.select(".indicator th a")[0]["href"]))
    return page, str(page.soup.select(".tabs a")[1]["hx-get"]), "#pieces"


def withheld(browser: Browser) -> tuple[Page, str, str]:
    """Publications and one reason."""
    page = browser.open("/publications")
    return page, str(page.soup.select(".tabs a")[1]["hx-get"]), "#retenus"


CASES = [contract_list, next_contracts, rows_of_an_import, evidence, withheld]


def at_no_minute(soup: BeautifulSoup) -> str:
    """The text of a page, without the minute of what was computed: it may pass between the two."""
    return re.sub(r" à \d+ h \d\d", " à telle heure", plain(same_text(soup)))


@pytest.mark.parametrize("case", CASES)
def test_a_fragment_makes_the_page_that_a_full_load_makes(
    pilot: Browser, case: Callable[[Browser], tuple[Page, str, str]]
) -> None:
    page, address, target = case(pilot)
    fragment, whole = pilot.fragment(address), pilot.open(address)
    assert "<html" not in fragment.text
    assert fragment.soup.select('#compte[hx-swap-oob="true"]')
    # In a whole page, htmx would take such a part away when it goes back in the history.
    assert not whole.soup.select("[hx-swap-oob]")
    patched, loaded = with_fragment(page, fragment, target), whole.soup
    for form in (*patched.select("form.filters"), *loaded.select("form.filters")):
        form.decompose()  # what the person has just chosen there is not the fragment's
    for key in (*patched.select('[name="once"]'), *loaded.select('[name="once"]')):
        key.decompose()  # drawn anew for each page
    assert at_no_minute(patched) == at_no_minute(loaded)
    assert same_text(page.soup) != same_text(loaded)


@pytest.mark.parametrize("case", CASES)
def test_what_is_replaced_stands_once_in_the_page_and_is_linked(
    pilot: Browser, case: Callable[[Browser], tuple[Page, str, str]]
) -> None:
    page, address, target = case(pilot)
    assert page.one(target)
    assert page.one("#compte")["role"] == "status"
    links = {str(one.get("hx-get")) for one in page.soup.select(f'[hx-target="{target}"]')}
    assert address in links or address.partition("?")[0] in links
    for one in page.soup.select(f'[hx-target="{target}"]'):
        assert one.get("href") or one.get("action")


def test_the_next_page_of_a_list_takes_the_focus_its_link_had(pilot: Browser) -> None:
    page, address, target = next_contracts(pilot)
    assert pilot.fragment(address).one(target).has_attr("autofocus")
    assert not page.one(target).has_attr("autofocus")
    assert not pilot.fragment("/marches").one(target).has_attr("autofocus")


def test_the_way_back_shows_the_whole_page(pilot: Browser) -> None:
    restored = pilot.open("/marches", HX_Request="true", HX_History_Restore_Request="true")
    assert "<html" in restored.text
    boosted = pilot.open("/marches", HX_Request="true", HX_Request_Type="full")
    assert "<html" in boosted.text


def test_the_address_kept_by_htmx_holds_only_what_was_chosen(pilot: Browser) -> None:
    page = pilot.fragment("/marches?q=&year=2025&kind=&mark=&mark_state=yes&amount_min=")
    assert page.headers["hx-push-url"] == "/marches?year=2025"


def test_an_error_takes_the_place_of_the_content_and_not_of_a_part(pilot: Browser) -> None:
    page = pilot.fragment("/imports/00000000-0000-7000-8000-000000000000")
    assert page.status == 404
    assert page.headers["hx-retarget"] == "main"
    assert page.headers["hx-reselect"] == "main"
    assert page.soup.select("main")


def test_a_session_that_ended_leads_htmx_to_the_whole_form(browser: Browser) -> None:
    page = browser.fragment("/marches?year=2025")
    assert page.status == 204
    assert page.headers["hx-redirect"] == "/connexion?suite=%2Fmarches%3Fyear%3D2025"


def test_cpv_codes_are_suggested_while_one_types(pilot: Browser) -> None:
    page = pilot.fragment("/cpv?cpv=nettoyage de bureaux")
    assert page.soup.select("datalist#suggestions-cpv option[value]")
    assert "<html" not in page.text
    assert "code trouvé" in pilot.open("/cpv?q=9091").words.replace("codes trouvés", "code trouvé")
