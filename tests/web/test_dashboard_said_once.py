"""A dashboard says once what it would say of every line: engagements, states that nobody told."""

import re
from typing import Any

import pytest

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, plain
from web import dashboards

AIM: dict[str, Any] = {
    "label": "Insertion sociale",
    "value": "30",
    "unit": "%",
    "year": 2026,
    "source_line": 13,
    "note": None,
}


@pytest.mark.parametrize(
    ("other", "note", "once"),
    [
        ({}, dashboards.UNMEASURED, True),
        ({"note": "Sans dire de quoi."}, f"Sans dire de quoi. {dashboards.UNMEASURED}", True),
        ({"note": "Redite l. 40, sans indicateur"}, "Redite l. 40, sans indicateur.", True),
        ({"label": "30 % d’insertion"}, dashboards.UNMEASURED, True),
        ({"source_line": 40}, dashboards.UNMEASURED, True),
        # Two targets of one number are no single one.
        ({"label": "Marchés réservés", "source_line": 40}, None, False),
        ({"label": "Marchés réservés", "source_line": None}, None, False),
        ({"value": "40"}, None, False),
        ({"year": None}, None, False),
        ({"unit": "marchés"}, None, False),
    ],
)
def test_an_engagement_that_no_indicator_measures_is_told_once(
    other: dict[str, Any], note: str | None, once: bool
) -> None:
    content = {"headline_targets": [AIM], "targets_without_indicator": [AIM | other]}
    headlines, loose = dashboards.engagements(content)
    assert [one["note"] for one in headlines] == [note]
    assert len(loose) == (0 if once else 1)


@pytest.mark.parametrize(
    ("loose", "told"),
    [
        (None, f"Vu page 2. {dashboards.UNMEASURED}"),
        ("Vu page 2.", f"Vu page 2. {dashboards.UNMEASURED}"),
        ("Redit page 5", f"Vu page 2. Redit page 5. {dashboards.UNMEASURED}"),
        ("Aucun indicateur ne le suit.", "Vu page 2. Aucun indicateur ne le suit."),
    ],
)
def test_no_note_of_an_engagement_is_lost_where_two_lists_have_one(
    loose: str | None, told: str
) -> None:
    content = {
        "headline_targets": [AIM | {"note": "Vu page 2."}],
        "targets_without_indicator": [AIM | {"note": loose}],
    }
    (one,), _ = dashboards.engagements(content)
    assert one["note"] == told


def test_a_target_is_left_out_for_one_engagement_only() -> None:
    content = {"headline_targets": [AIM], "targets_without_indicator": [AIM, AIM]}
    assert len(dashboards.engagements(content)[1]) == 1
    assert dashboards.engagements({}) == ([], [])


def board(browser: Browser, scheme: str, year: int) -> Page:
    """The dashboard of a scheme for the buyer of the demonstration."""
    return browser.open(f"/schemas/{scheme}?year={year}&organisation={DEMONSTRATION}")


@pytest.mark.parametrize(
    ("scheme", "target"),
    [
        ("mel-smart-2023", "400 000 heures/an"),
        ("mel-smart-2023", "100 %"),
        ("cd62-2026-2029", "27 actions"),
        ("call-2023-2026", "30 %"),
    ],
)
def test_the_notes_of_a_document_say_each_engagement_once(
    pilot: Browser, scheme: str, target: str
) -> None:
    told = [
        plain(one.get_text(" "))
        for one in board(pilot, scheme, 2025).soup.select(".document-notes details")
        if re.search("Engagements|sans indicateur", one.select("summary")[0].get_text())
    ]
    assert " ".join(told).count(f" {target} ") == 1


def test_states_that_nobody_said_are_told_once_and_not_of_a_year_before_the_scheme(
    pilot: Browser,
) -> None:
    said = board(pilot, "cd62-2026-2029", 2026)
    assert "état au" in said.words
    assert "Personne n’a encore dit où" not in said.words
    # Nobody says where actions stood before there was a scheme.
    before = board(pilot, "cd62-2026-2029", 2025)
    assert "état non renseigné" not in before.words
    assert "Personne n’a encore dit où" not in before.words
    unsaid = board(pilot, "cd62-2026-2029", 2027)
    sentence = "Personne n’a encore dit où en sont les 27 actions et 32 fiches d’action du schéma"
    assert unsaid.words.count(f"{sentence} en 2027.") == 1
    assert "état non renseigné" not in unsaid.words
    assert unsaid.soup.select('a[href*="/actions?"]')
