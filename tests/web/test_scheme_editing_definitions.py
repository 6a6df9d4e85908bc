"""Definitions as lists: every one of the catalogue is shown, and written back as it was."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi import FastAPI
from starlette.datastructures import QueryParams
from starlette.testclient import TestClient

import api.schemes
from api.reference.marks import MARKS
from api.rules.indicators.reading import read_definition, write_definition
from tests.conftest import PASSWORD
from tests.web.browsing import Browser, plain, same_text, with_fragment
from tests.web.scheme_desk import DRAFT, begun
from web.pages.definition_form import read_state, state_of, write_state
from web.pages.definition_form_state import NotInListsError
from web.pages.definition_form_values import TextError, read_text, write_text
from web.pages.definition_form_view import settled, told
from web.pages.definition_form_words import Vocabulary, vocabulary_of

CATALOGUE = Path(str(api.schemes.__file__)).parent / "catalogue"


def definitions() -> dict[str, dict[str, Any]]:
    """Every definition of the catalogue that isn't borrowed, by code."""
    found = {}
    for path in sorted(CATALOGUE.glob("*.yaml")):
        for one in yaml.safe_load(path.read_text("utf-8"))["indicators"]:
            if "same_as" not in one["definition"]:
                found[one["code"]] = one["definition"]
    return found


@pytest.fixture
def words(service: FastAPI) -> Vocabulary:
    """The vocabulary as the API tells it to a reader."""
    with TestClient(service) as client:
        form = {"username": "reader@demo.example", "password": PASSWORD}
        token = client.post("/api/v1/tokens", data=form).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        vocabulary = client.get("/api/v1/vocabulary", headers=headers)
        marks = client.get("/api/v1/reference/marks", headers=headers)
    assert vocabulary.status_code == 200
    return vocabulary_of(vocabulary.json(), marks.json())


def test_every_definition_of_the_catalogue_goes_through_the_lists_unchanged(
    words: Vocabulary,
) -> None:
    found = definitions()
    assert len(found) > 250
    changed = {}
    for code, definition in found.items():
        state = state_of(definition, words)
        data = write_state(state, words).data
        assert write_state(settled(state, words), words).data == data, code
        written = read_definition(data, MARKS.keys())
        wanted = read_definition(definition, MARKS.keys())
        if written != wanted and definition.get("perimeter") != "all":
            changed[code] = data
        assert told(definition, words), code
    assert changed == {}


def test_every_definition_goes_through_its_text_unchanged() -> None:
    for code, definition in definitions().items():
        trusted = read_definition(definition, MARKS.keys())
        stored = trusted.model_dump(mode="json")
        text = write_text(stored)
        assert "null" not in text, code
        assert write_definition(read_definition(read_text(text), MARKS.keys())) == write_definition(
            trusted
        ), code


@pytest.mark.parametrize(
    "more",
    [
        {"novelty": 1},
        {"compare": {"with": "previous_year", "as": "rate", "novelty": 1}},
        {"where": {"field": "amount", "more_than": "1.00", "novelty": 1}},
        {"where": {"mark": "reserved", "novelty": 1}},
        {"where": {"novelty": {"mark": "reserved"}}},
    ],
)
def test_what_the_lists_do_not_know_is_never_dropped(
    words: Vocabulary, more: dict[str, Any]
) -> None:
    with pytest.raises(NotInListsError):
        state_of({"fact": "contract", "aggregate": "count", **more}, words)


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\nb: [*a, *a]",
        "- fact",
        "fact",
        "{" * 3000,
        "[" * 3000,
        "a: !!python/object/apply:os.system [ls]",
        "fact: contract\n\tx: 1",
        "é" * 20_001,
        "",
    ],
)
def test_a_hostile_text_is_refused_in_french(text: str) -> None:
    with pytest.raises(TextError) as refused:
        read_text(text)
    assert str(refused.value).endswith(".")


def test_numbers_and_days_of_a_text_stay_as_they_are_typed() -> None:
    assert read_text(
        "more_than: 25000.50\nequals: 2026-01-31\nyear: 2022\nbase: true\nx: .nan"
    ) == {
        "more_than": "25000.50",
        "equals": "2026-01-31",
        "year": 2022,
        "base": True,
        "x": ".nan",
    }


def test_what_htmx_replaces_is_what_the_page_shows(pilot: Browser) -> None:
    begun(pilot)
    query = "?code=CAM-T-1&def-mode=lists&def-fact=contract&def-aggregate=share&kind=percentage"
    query += "&def-where-all-0-subject=mark:reserved&preview_year=2024&do=preview"
    path = f"{DRAFT}/indicateur/apercu{query}"
    page, fragment = pilot.open(path), pilot.fragment(path)
    assert page.status == fragment.status == 200
    assert fragment.soup.select("#definition #apercu dl")
    assert not fragment.soup.select("h1")
    assert same_text(with_fragment(page, fragment, "#definition")) == same_text(page.soup)


def test_a_no_that_is_asked_for_is_kept(words: Vocabulary) -> None:
    definition = {
        "version": 2,
        "fact": "contract",
        "aggregate": "count",
        "where": {"field": "advance_granted", "equals": False},
        "by": "purchase_family",
        "period": "civil_year",
    }
    assert write_state(state_of(definition, words), words).data == definition
    assert read_text(write_text(definition)) == definition
    assert "Détail par : " in "\n".join(told(definition, words) or [])


A, B, C, D = ({"mark": one} for one in ("biobased", "low_carbon_materials", "reserved", "reuse"))


@pytest.mark.parametrize(
    "where",
    [
        {"any": [A, {"all": [B, C]}]},
        {"any": [{"all": [A, B]}, {"all": [C, D]}]},
        {"all": [D, {"any": [A, {"all": [B, C]}]}]},
    ],
)
def test_conditions_met_together_may_be_one_of_several_alternatives(
    words: Vocabulary, where: dict[str, Any]
) -> None:
    definition = {"version": 2, "fact": "contract", "aggregate": "count", "period": "civil_year"}
    read = state_of(definition | {"where": where}, words)
    written = write_state(read, words)
    assert written.data["where"] == where
    assert " et " in "\n".join(told(definition | {"where": where}, words) or [])


def test_a_fault_in_an_alternative_is_told_beside_its_condition(words: Vocabulary) -> None:
    where = {"all": [D, {"any": [A, {"all": [B, C]}]}]}
    definition = {"version": 2, "fact": "contract", "aggregate": "count", "where": where}
    written = write_state(state_of(definition, words), words)
    place = written.place("where.all[1].any[1].all[1].mark")
    assert place == "def-where-any-2"


def test_what_went_with_a_condition_that_is_taken_away_is_an_alternative_of_its_own(
    words: Vocabulary,
) -> None:
    typed = {"def-fact": "contract", "def-aggregate": "count"}
    for number, (code, joined) in enumerate(
        [("biobased", ""), ("", ""), ("reserved", "true"), ("reuse", "true")]
    ):
        typed |= {
            f"def-where-any-{number}-subject": f"mark:{code}" if code else "",
            f"def-where-any-{number}-value": "true",
            f"def-where-any-{number}-joined": joined,
        }
    written = write_state(read_state(QueryParams(typed)), words)
    assert written.data["where"] == {"any": [A, {"all": [C, D]}]}


def test_the_works_that_ask_for_low_carbon_or_biobased_materials_are_edited_as_lists(
    pilot: Browser,
) -> None:
    begun(pilot)
    query = "?def-mode=lists&def-fact=contract&def-aggregate=share&kind=percentage&do=live"
    some = ["low_carbon_materials", "environmental_clause", "biobased"]
    for number, code in enumerate(some):
        query += f"&def-where-any-{number}-subject=mark:{code}&def-where-any-{number}-value=true"
        query += f"&def-where-any-{number}-joined={'true' if number == 2 else ''}"
    page = pilot.open(f"{DRAFT}/indicateur/apercu{query}&preview_year=2024")
    links = page.soup.select(".criterion-link select[name^=def-where-any]")
    assert [one["name"] for one in links] == [f"def-where-any-{n}-joined" for n in (1, 2, 3)]
    chosen = [[plain(each.get_text()) for each in one.select("[selected]")] for one in links]
    assert chosen == [[], ["et"], []]
