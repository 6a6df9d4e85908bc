"""What a draft lists beside its tree: organisations, headline targets, figures to start from."""

from collections.abc import Callable

import pytest

from tests.web.browsing import Browser, Page, fill
from tests.web.scheme_desk import DRAFT, TARGETED, begun, indicator, sound

FORM = "main form"


@pytest.fixture
def draft(pilot: Browser) -> Page:
    """The page of a draft that the pilot began."""
    return begun(pilot)


def listed(browser: Browser, name: str) -> Page:
    """The form of a list of the draft."""
    return browser.open(f"{DRAFT}/listes/{name}")


def test_an_organisation_is_added_and_taken_out(pilot: Browser, draft: Page) -> None:
    assert "Organisations (1)" in draft.words
    page = draft.follow("Organisations (1)")
    sound(page)
    added = {
        "organisations-1-name": "Commune associée",
        "organisations-1-siren": "000 000 621",
        "organisations-1-kind": "commune",
    }
    assert "Organisations (2)" in fill(page, FORM, added).words
    again = listed(pilot, "organisations")
    assert again.one("#champ-organisations-1-siren")["value"] == "000000621"
    emptied = dict.fromkeys(added, "")
    assert "Organisations (1)" in fill(again, FORM, emptied).words


def test_a_target_is_that_of_one_organisation_once_there_are_several(
    pilot: Browser, draft: Page
) -> None:
    del draft
    name = "targets-0-organisation"
    assert not indicator(pilot, TARGETED).soup.select(f"select[name={name}]")
    added = {
        "organisations-1-name": "Commune associée",
        "organisations-1-siren": "000000621",
        "organisations-1-kind": "commune",
    }
    fill(listed(pilot, "organisations"), FORM, added)
    page = indicator(pilot, TARGETED)
    sound(page)
    assert fill(page, ".long-form", {name: "000000621"}).status == 200
    again = indicator(pilot, TARGETED)
    assert again.one(f"select[name={name}] option[selected]")["value"] == "000000621"
    # An organisation that a target names stays in the list.
    refused = fill(listed(pilot, "organisations"), FORM, dict.fromkeys(added, ""))
    assert refused.status == 422
    assert "hors du schéma" in refused.words


def test_what_is_wrong_in_a_row_is_told_on_its_cell(pilot: Browser, draft: Page) -> None:
    del draft
    page = fill(
        listed(pilot, "organisations"),
        FORM,
        {"organisations-2-name": "Commune associée", "organisations-2-siren": "12"},
    )
    assert page.status == 422
    for column in ("siren", "kind"):
        cell = page.one(f"#champ-organisations-2-{column}")
        assert cell["aria-invalid"] == "true"
    assert "neuf chiffres" in page.one("#erreur-organisations-2-siren").get_text()
    assert page.one("#champ-organisations-2-name")["value"] == "Commune associée"
    sound(page)


def test_a_headline_target_is_changed_with_a_comma_and_keeps_its_line(
    pilot: Browser, draft: Page
) -> None:
    del draft
    page = listed(pilot, "engagements")
    lines = [one["value"] for one in page.soup.select("[name$=source_line]")]
    assert lines
    said = {"engagements-0-value": "32,5", "engagements-0-year": ""}
    assert fill(page, FORM, said).status == 200
    again = listed(pilot, "engagements")
    assert again.one("#champ-engagements-0-value")["value"] == "32,5"
    assert again.one("#champ-engagements-0-year")["value"] == ""
    assert [one["value"] for one in again.soup.select("[name$=source_line]")] == lines
    wrong = fill(again, FORM, {"engagements-1-value": "beaucoup"})
    assert wrong.status == 422
    assert wrong.one("#champ-engagements-1-value")["aria-invalid"] == "true"


def test_figures_to_start_from_are_added(pilot: Browser, draft: Page) -> None:
    del draft
    said = {
        "chiffres-de-depart-0-label": "Marchés avec une clause sociale",
        "chiffres-de-depart-0-value": "12",
        "chiffres-de-depart-0-unit": "%",
        "chiffres-de-depart-0-year": "2022",
    }
    after = fill(listed(pilot, "chiffres-de-depart"), FORM, said)
    assert "Chiffres de départ (1)" in after.words


def test_who_comes_second_loses_nothing_that_was_typed(pilot: Browser, draft: Page) -> None:
    del draft
    first, second = (listed(pilot, "engagements") for _ in range(2))
    fill(first, FORM, {"engagements-0-value": "31"})
    late = fill(second, FORM, {"engagements-0-value": "33"})
    assert late.status == 412
    assert late.one("#champ-engagements-0-value")["value"] == "33"
    assert fill(late, FORM, {}).status == 200
    assert listed(pilot, "engagements").one("#champ-engagements-0-value")["value"] == "33"


def test_a_list_that_is_none_is_not_found(pilot: Browser, draft: Page) -> None:
    del draft
    assert listed(pilot, "indicateurs").status == 404


def test_who_only_reads_changes_no_list(connected: Callable[[str], Browser]) -> None:
    pilot = connected("pilot")
    begun(pilot)
    pilot.client.cookies.clear()
    reader = connected("reader")
    assert listed(reader, "organisations").status == 403
