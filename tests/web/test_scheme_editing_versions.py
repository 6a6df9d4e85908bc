"""Versions of a scheme: published with a reason, listed, compared in sentences."""

from typing import Any

import pytest

from tests.web.browsing import Browser, Page, fill
from tests.web.scheme_desk import (
    CODE,
    DRAFT,
    TARGETED,
    begun,
    indicator,
    publish,
    sent,
    sound,
    tried,
    versions,
)
from web.pages.definition_form_words import Vocabulary
from web.pages.scheme_versions_words import sentences

NO_WORDS = Vocabulary({}, {}, {}, {}, {}, {}, 20)


@pytest.fixture
def draft(pilot: Browser) -> Page:
    """The page of a draft that the pilot began."""
    return begun(pilot)


def test_a_version_needs_a_reason_and_stays_readable(draft: Page) -> None:
    page = draft.follow("Publier")
    sound(page)
    refused = page.submit(".long-form", reason="")
    assert refused.status == 422
    assert refused.soup.select("#erreur-reason")
    page = page.submit(".long-form", reason="Adopté en conseil")
    assert page.status == 200
    assert "Version 1 : Adopté en conseil" in page.words
    assert "Rien ne change de la version 1 au brouillon" in page.words
    sound(page)


def test_two_versions_are_compared_either_way(pilot: Browser, draft: Page) -> None:
    del draft
    publish(pilot, "Première")
    assert sent(indicator(pilot, TARGETED), {"targets-0-value": "40"}).status == 200
    page = pilot.open(f"{DRAFT}/publier")
    assert "cible 2024 de 30 % à 40 %" in page.words, "what a publication changes is read before it"
    publish(pilot, "Deuxième")
    page = pilot.open(f"/schemas/{CODE}/versions?de=2&a=1")
    assert "cible 2024 de 40 % à 30 %" in page.words
    page = pilot.open(f"/schemas/{CODE}/versions?de=99&a=x")
    assert page.status == 200


def test_a_draft_that_changed_is_read_again_before_it_is_published(
    pilot: Browser, draft: Page
) -> None:
    del draft
    publish(pilot, "Première")
    page = pilot.open(f"{DRAFT}/publier")
    assert indicator(pilot, TARGETED).submit(".long-form", note="Vu").status == 200
    page = page.submit(".long-form", reason="Adopté")
    assert page.status == 412
    assert "remarque" in page.words
    assert page.one("#champ-reason").get_text() == "Adopté"
    assert page.submit(".long-form").status == 200


def test_an_organisation_a_past_figure_and_a_part_of_a_label_are_changes_too(
    pilot: Browser, draft: Page
) -> None:
    del draft
    publish(pilot, "Première")
    rows = {
        "organisations": {"name": "Commune associée", "siren": "000000621", "kind": "commune"},
        "chiffres-de-depart": {"label": "Clauses", "value": "12", "unit": "%", "year": "2023"},
    }
    for name, typed in rows.items():
        page = pilot.open(f"{DRAFT}/listes/{name}")
        row = len(page.soup.select(f'[name^="{name}-"][name$="-{next(iter(typed))}"]')) - 2
        cells = {f"{name}-{row}-{column}": value for column, value in typed.items()}
        assert fill(page, "main form", cells).status == 200
    typed = {"part": "La moitié", "source_kind": "manual"}
    assert indicator(pilot, TARGETED).submit(".long-form", **typed).status == 200
    assert [one.partition(" : ")[2] for one in versions(pilot)] == [
        "organisation ajoutée : « Commune associée » (SIREN 000000621, commune)",
        "chiffre de départ ajouté : « Clauses » de 2023 : 12 %",
        "part du libellé mesurée ici : « La moitié »",
        "nature de la source : « Marchés » devient « Déclaration d’une personne »",
    ]
    assert "Rien ne change" not in pilot.open(f"/schemas/{CODE}/versions").words


def test_a_definition_that_changes_says_what_it_was_and_is(pilot: Browser, draft: Page) -> None:
    del draft
    publish(pilot, "Première")
    page = indicator(pilot, TARGETED)
    page = tried(page, "lists", **{"def-where-all-1-subject": "mark:waste"})
    assert page.submit(".long-form").status == 200
    changes = versions(pilot)
    assert len(changes) == 1
    assert "définition changée" in changes[0]
    assert "Avant" in changes[0]
    assert "Après" in changes[0]


def test_a_model_shows_its_versions_to_who_reads(pilot: Browser) -> None:
    page = pilot.open("/schemas/clermont/versions")
    assert page.status == 200
    assert "1 version publiée" in page.words


def said(change: str, thing: str, field: str | None, before: Any, after: Any) -> list[str]:
    """The sentences of one difference."""
    code = "ACTION 8" if thing == "action" else "X1"
    difference = {"change": change, "thing": thing, "code": code, "field": field}
    found = sentences([{**difference, "before": before, "after": after}], NO_WORDS)
    return [
        f"{one.thing} : {one.text}".replace("\xa0", " ").replace("\u202f", " ") for one in found
    ]


def aim(year: int | None, value: str, **more: Any) -> dict[str, Any]:
    """A target as a version keeps it."""
    return {"year": year, "value": value, "unit": "%", "note": None, "organisation": None, **more}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (("added", "indicator", None, None, "Part"), ["Indicateur X1 : ajouté : « Part »"]),
        (("removed", "action", None, "Former", None), ["ACTION 8 : ôtée : « Former »"]),
        (
            ("changed", "indicator", "targets", [aim(2027, "65")], [aim(2027, "70")]),
            ["Indicateur X1 : cible 2027 de 65 % à 70 %"],
        ),
        (
            ("changed", "indicator", "targets", [aim(None, "5")], [aim(2026, "5")]),
            [
                "Indicateur X1 : cible 2026 ajoutée : 5 %",
                "Indicateur X1 : cible sans année ôtée (5 %)",
            ],
        ),
        (
            ("changed", "indicator", "direction", "up", "down"),
            [
                "Indicateur X1 : sens souhaité : « Plus le chiffre est haut, mieux c’est » devient "
                "« Plus le chiffre est bas, mieux c’est »"
            ],
        ),
        (
            ("changed", "action", "pilot", ["DRH"], ["DRH", "Achats"]),
            ["ACTION 8 : pilote : ajout de « Achats »"],
        ),
        (
            ("changed", "indicator", "actions", ["A1"], ["A2"]),
            [
                "Indicateur X1 : rattachement à : ajout de « A2 »",
                "Indicateur X1 : rattachement à : retrait de « A1 »",
            ],
        ),
        (
            (
                "changed",
                "scheme",
                "period",
                {"start": 2024, "end": 2026},
                {"start": 2024, "end": 2028},
            ),
            ["Schéma : période de 2024–2026 à 2024–2028"],
        ),
        (
            ("changed", "indicator", "note", "Vu", None),
            ["Indicateur X1 : remarque : plus aucune (était « Vu »)"],
        ),
        (
            ("changed", "indicator", "label", "Avant", "Après"),
            ["Indicateur X1 : libellé changé : « Avant » devient « Après »"],
        ),
    ],
)
def test_a_change_is_one_plain_sentence(
    told: tuple[str, str, str | None, Any, Any], expected: list[str]
) -> None:
    assert said(*told) == expected
