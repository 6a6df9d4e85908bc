"""The definitions that an indicator had: its own ones, or those of the one it repeats."""

from typing import Any

import pytest

from api.rules.indicators.reading import read_definition
from api.schemes import definitions
from tests.api.test_schemes import changed, draft_of, indicators, published, read_draft
from tests.operations import Service

ALL = {"version": 2, "fact": "contract", "aggregate": "count"}
RESERVED = ALL | {"where": {"mark": "reserved"}}
BASE, REPEATED, NAMED, LATE = "B1", "B2", "B3", "1"  # the last has the code of the axis


def one(code: str, definition: dict[str, Any], label: str = "Nombre de marchés") -> dict[str, Any]:
    """An indicator that counts contracts."""
    return {
        "code": code, "label": label, "explanation": "Les marchés notifiés dans l’année.",
        "kind": "count", "unit": "marchés", "direction": "up", "frequency": "annual",
        "nature": None, "perimeter": "Tous les marchés", "source_kind": "contracts",
        "source": "Registre des marchés", "actions": ["1"], "definition": definition,
    }  # fmt: skip


def version(service: Service, code: str, some: list[dict[str, Any]], axis: str, why: str) -> int:
    """Publish a scheme of these indicators, under an axis of this title."""

    def change(content: dict[str, Any]) -> None:
        content["axes"] = [{"code": "1", "title": axis, "objectives": []}]
        content |= {"indicators": some, "views": [], "headline_targets": []}
        content["targets_without_indicator"] = []

    return published(service, changed(service, read_draft(service, code).json(), change), why)


def three_versions(service: Service) -> str:
    """A scheme whose base changes in the second version, and which has one more in the third."""
    code = str(draft_of(service, "call-2023-2026")["code"])
    repeated = one(REPEATED, {"same_as": BASE})
    version(service, code, [one(BASE, ALL), repeated, one(NAMED, ALL)], "Un", "Adopté")
    base, named = one(BASE, RESERVED), one(NAMED, ALL, "Combien de marchés")
    version(service, code, [base, repeated, named], "Deux", "Mi-parcours")
    version(service, code, [base, repeated, named, one(LATE, ALL)], "Trois", "Complété")
    return code


def told(service: Service, code: str) -> dict[str, list[tuple[int, int, str | None]]]:
    """Of each indicator, its definitions: (number, version, of which it is)."""
    return {
        each["code"]: [
            (past["number"], past["version"], past["same_as"])
            for past in service.get(f"/api/v1/indicators/{each['id']}/definitions")
        ]
        for each in indicators(service, code).values()
    }


def test_an_indicator_tells_the_definitions_it_had_and_nothing_else_that_changed(
    service: Service,
) -> None:
    code = three_versions(service)
    assert told(service, code) == {
        BASE: [(2, 2, None), (1, 1, None)],
        REPEATED: [(2, 2, BASE), (1, 1, BASE)],
        NAMED: [(1, 1, None)],
        LATE: [(1, 3, None)],
    }
    for each in indicators(service, code).values():
        found = service.get(f"/api/v1/indicators/{each['id']}/definitions")
        assert found[0]["number"] == each["definition_number"]
        assert found[0]["definition"] == each["definition"]


def test_a_definition_that_was_is_told_in_words_with_the_version_that_wrote_it(
    service: Service,
) -> None:
    code = three_versions(service)
    key = indicators(service, code)[REPEATED]["id"]
    last, first = service.get(f"/api/v1/indicators/{key}/definitions")
    assert (first["reason"], last["reason"]) == ("Adopté", "Mi-parcours")
    versions = {each["number"]: each for each in service.get(f"/api/v1/schemes/{code}/versions")}
    assert [each["since"] for each in (last, first)] == [
        versions[number]["published_at"] for number in (2, 1)
    ]
    assert "réservé" in last["counted"]
    assert "réservé" not in first["counted"]


def test_a_definition_of_long_ago_is_found_whatever_was_published_since(service: Service) -> None:
    code = str(draft_of(service, "call-2023-2026")["code"])
    version(service, code, [one(BASE, ALL)], "Un", "Adopté")
    for number in range(2, 10):
        version(service, code, [one(BASE, RESERVED)], f"Axe {number}", "Titre")
    assert told(service, code) == {BASE: [(2, 2, None), (1, 1, None)]}


def test_versions_that_leave_a_definition_as_it_was_do_not_read_it_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = str(draft_of(service, "call-2023-2026")["code"])
    for number in range(1, 9):
        some = [one(BASE, ALL), one(REPEATED, {"same_as": BASE})]
        version(service, code, some, f"Axe {number}", "Titre")
    read: list[Any] = []

    def reading(form: Any, marks: Any) -> Any:
        read.append(form)
        return read_definition(form, marks)

    monkeypatch.setattr(definitions, "read_definition", reading)
    key = indicators(service, code)[REPEATED]["id"]
    assert len(service.get(f"/api/v1/indicators/{key}/definitions")) == 1
    # Once to compare it, once for its words.
    assert len(read) == 2


def test_one_that_left_and_came_back_changes_only_if_it_says_something_else(
    service: Service,
) -> None:
    code = str(draft_of(service, "call-2023-2026")["code"])
    kept = one(NAMED, ALL)
    version(service, code, [kept, one(BASE, ALL)], "Un", "Adopté")
    key = indicators(service, code)[BASE]["id"]
    version(service, code, [kept], "Un", "Ôté")
    assert len(service.get(f"/api/v1/indicators/{key}/definitions")) == 1
    version(service, code, [kept, one(BASE, ALL)], "Un", "Remis")
    assert told(service, code)[BASE] == [(1, 1, None)]
    version(service, code, [kept, one(BASE, RESERVED)], "Un", "Précisé")
    assert told(service, code)[BASE] == [(2, 4, None), (1, 1, None)]
    assert indicators(service, code)[BASE]["definition_number"] == 2
