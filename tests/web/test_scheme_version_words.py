"""Whatever differs between two versions of a scheme is told in a sentence of its own."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import asdict
from typing import Any

import pytest
from pydantic import BaseModel

from api.schemes import document
from api.schemes.diff import BELOW, FIELDS, Thing, differences
from web.pages.definition_form_words import Vocabulary
from web.pages.scheme_versions_words import sentences

NO_WORDS = Vocabulary({}, {}, {}, {}, {}, {}, 20)
MODELS: dict[Thing, type[BaseModel]] = {
    "scheme": document.SchemeModel,
    "axis": document.AxisModel,
    "objective": document.ObjectiveModel,
    "action": document.ActionModel,
    "indicator": document.IndicatorModel,
}
# What a thing is known by, from one version to the next, is not compared.
NOT_COMPARED = {"code"}
PARTS: dict[str, type[BaseModel]] = {
    "organisations": document.OrganisationModel,
    "period": document.PeriodModel,
    "headline_targets": document.FigureModel,
    "baseline_figures": document.FigureModel,
    "targets_without_indicator": document.FigureModel,
    "contradictions": document.ContradictionModel,
    "views": document.ViewModel,
    "previous": document.PreviousActionModel,
    "targets": document.TargetModel,
    "published": document.PublishedModel,
}
Steps = tuple[str | int, ...]


def figures(unit: str) -> list[dict[str, Any]]:
    one = {"value": "25", "unit": unit, "year": 2026, "source_line": 4, "note": "Lu"}
    return [{"label": "Clauses", **one}, {"label": "Réserves", **one}]


def action(code: str) -> dict[str, Any]:
    lists = {name: ["Un", "Deux"] for name in ("pilot", "resources", "partners")}
    lists |= {name: ["Un", "Deux"] for name in ("sub_actions", "expected_results")}
    return {"code": code, "title": f"Action {code}", **lists, "odd": [8, 12], "source_line": 7}


def tree(number: int) -> dict[str, Any]:
    """An axis with two objectives."""
    return {
        "code": f"{number}",
        "title": f"Axe {number}",
        "strategic_objectives": ["Acheter", "Mieux"],
        "objectives": [
            {
                "code": f"{number}.{rank}",
                "title": "Objectif",
                "strategic_objectives": ["Acheter", "Mieux"],
                "actions": [action(f"{number}.{rank}.1"), action(f"{number}.{rank}.2")],
            }
            for rank in (1, 2)
        ],
    }


def indicator(code: str) -> dict[str, Any]:
    aim = {"value": "30", "unit": "%", "source_line": 9, "note": "Lu", "fte": "9,5", "since": 2024}
    past = {"value": "12", "source_line": 9, "note": "Lu"}
    texts = ("label", "printed_under", "part", "explanation", "unit", "perimeter", "source", "note")
    return {
        "code": code,
        **{name: f"Un {name}" for name in texts},
        "printed": ["Un", "Deux"],
        "kind": "count",
        "direction": "up",
        "frequency": "annual",
        "nature": "effect",
        "source_kind": "contracts",
        "source_printed": True,
        "source_line": 8,
        "actions": ["1.1.1", "1.1.2"],
        "targets": [{"year": year, "organisation": "111111118", **aim} for year in (2026, 2027)],
        "published": [{"year": year, **past} for year in (2023, 2024)],
        "definition": {"same_as": "Z1"},
    }


def whole() -> dict[str, Any]:
    """A document that says something of everything it may say."""
    return {
        "code": "essai",
        "title": "Schéma",
        "author": "Ville",
        "organisations": [
            {"name": name, "siren": siren, "kind": "commune"}
            for name, siren in (("Ville", "111111118"), ("Métropole", "222222226"))
        ],
        "period": {"start": 2025, "end": 2028, "note": "Lu"},
        "headline_targets": figures("%"),
        "baseline_figures": figures("€"),
        "targets_without_indicator": figures("heures"),
        "contradictions": [
            {"text": text, "source_lines": [3, 5]} for text in ("Deux dates", "Deux sommes")
        ],
        "axes": [tree(1), tree(2)],
        "views": [
            {"code": code, "title": f"Suivi {code}", "actions": ["1.1.1", "1.1.2"], "note": "Lu"}
            for code in ("v1", "v2")
        ],
        "previous_note": "Lu",
        "previous": [
            {"code": code, "title": "Avant", "status": "done", "source_line": 2, "note": "Lu"}
            for code in ("P1", "P2")
        ],
        "indicators": [indicator("I1"), indicator("I2")],
    }


def places(value: Any, at: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Every place of a document, with what stands there."""
    yield at, value
    inside: Any = value.items() if isinstance(value, dict) else ()
    for step, one in enumerate(value) if isinstance(value, list) else inside:
        yield from places(one, (*at, step))


def other(value: Any) -> Any:
    """Something else of the same form."""
    if isinstance(value, list):
        return value[::-1]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return f"{value}9"


def with_other(steps: Steps, value: Any) -> dict[str, Any]:
    """The whole document, but for one of its places."""
    found = whole()
    inside: Any = found
    for step in steps[:-1]:
        inside = inside[step]
    inside[steps[-1]] = value
    return found


def told(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What the page of versions says of two of them."""
    found = sentences([asdict(one) for one in differences(before, after)], NO_WORDS)
    return [
        f"{one.thing} : {one.text}".replace("\xa0", " ").replace("\u202f", " ") for one in found
    ]


@pytest.mark.parametrize("thing", MODELS)
def test_every_key_of_the_document_is_compared(thing: Thing) -> None:
    keys = set(MODELS[thing].model_fields)
    assert keys - NOT_COMPARED == {*FIELDS[thing], *BELOW[thing]}


def test_the_document_of_these_tests_says_something_of_everything() -> None:
    document_of = whole()
    (axis, *_), (one, *_) = document_of["axes"], document_of["indicators"]
    (objective, *_) = axis["objectives"]
    things = dict(
        zip(MODELS, (document_of, axis, objective, objective["actions"][0], one), strict=True)
    )
    for thing, said in things.items():
        assert set(said) == set(MODELS[thing].model_fields), thing
    for name, model in PARTS.items():
        part = (one | document_of)[name]
        assert set(part[0] if isinstance(part, list) else part) == set(model.model_fields), name
    assert all(value not in (None, [], {}, "") for _, value in places(document_of))


CHANGEABLE = [
    (steps, value)
    for steps, value in places(whole())
    if steps and steps != ("code",) and not isinstance(value, dict)
]


@pytest.mark.parametrize(
    ("steps", "value"), CHANGEABLE, ids=[".".join(map(str, steps)) for steps, _ in CHANGEABLE]
)
def test_whatever_changes_is_told_in_french(steps: Steps, value: Any) -> None:
    for before, after in (
        (whole(), with_other(steps, other(value))),
        (with_other(steps, other(value)), whole()),
    ):
        found = told(before, after)
        assert found
        for sentence in found:
            key = str(next(step for step in reversed(steps) if isinstance(step, str)))
            assert "_" not in sentence.replace(f"Un {key}", ""), sentence
            assert "None" not in sentence
            assert "[" not in sentence
            assert "écrit autrement" not in sentence, "what changed is said"


def test_the_same_content_is_no_change() -> None:
    assert told(whole(), whole()) == []


def test_a_key_that_says_nothing_is_no_change() -> None:
    old, new = whole(), whole()
    old["views"], new["views"] = None, []
    old["previous"], new["previous"] = None, {"scheme": None, "notes": [], "more": {}}
    assert told(old, new) == told(new, old) == []


def test_a_version_kept_before_a_key_existed_differs_by_nothing_for_that() -> None:
    old, new = whole(), whole()
    for target in new["indicators"][0]["targets"]:
        target["fte"] = None
    for target in old["indicators"][0]["targets"]:
        del target["fte"]
    new["indicators"][0] |= {"printed": [], "source_printed": False}
    for key in ("printed", "source_printed"):
        del old["indicators"][0][key]
    assert told(old, new) == []


def changed(**parts: Any) -> dict[str, Any]:
    return {**whole(), **parts}


def _moved() -> dict[str, Any]:
    found = whole()
    first, second = found["axes"][0]["objectives"]
    second["actions"].append(first["actions"].pop())
    return found


def _indicator(**parts: Any) -> dict[str, Any]:
    return changed(indicators=[indicator("I1") | parts, indicator("I2")])


def _without(name: str) -> dict[str, Any]:
    return changed(**{name: whole()[name][:1]})


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (
            _without("organisations"),
            ["Schéma : organisation ôtée : « Métropole » (SIREN 222222226, commune)"],
        ),
        (
            _without("baseline_figures"),
            ["Schéma : chiffre de départ ôté : « Réserves » de 2026 : 25 €"],
        ),
        (_without("views"), ["Schéma : tableau de bord ôté : « Suivi v2 »"]),
        (_without("contradictions"), ["Schéma : contradiction du document ôtée : « Deux sommes »"]),
        (
            changed(previous=[one | {"status": "ongoing"} for one in whole()["previous"][:1]]),
            [
                "Schéma : action du schéma précédent P1 : état changé : « faite » devient "
                "« en cours »",
                "Schéma : action du schéma précédent ôtée : P2 « Avant »",
            ],
        ),
        (
            _indicator(part="La moitié", source_kind="manual"),
            [
                "Indicateur I1 : part du libellé mesurée ici changée : « Un part » devient "
                "« La moitié »",
                "Indicateur I1 : nature de la source : « Marchés » devient « Déclaration d’une "
                "personne »",
            ],
        ),
        (
            _indicator(printed=["Un"], source_printed=False),
            [
                "Indicateur I1 : morceau imprimé : retrait de « Deux »",
                "Indicateur I1 : la source n’est plus dite par le document",
            ],
        ),
        (
            _indicator(published=indicator("I1")["published"][:1]),
            ["Indicateur I1 : valeur imprimée ôtée : 12 en 2024"],
        ),
        (_moved(), ["Action 1.1.2 : déplacée de « Objectif 1.1 » à « Objectif 1.2 »"]),
        (
            changed(indicators=whole()["indicators"][::-1]),
            ["Schéma : l’ordre de ses indicateurs a changé"],
        ),
    ],
)
def test_what_changes_beside_the_tree_is_told_plainly(
    after: dict[str, Any], expected: list[str]
) -> None:
    before = deepcopy(whole())
    assert told(before, after) == expected
