"""A scheme of one's own: from a model to a draft, from a draft to versions, and what changed."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service

PATH = "/api/v1/schemes"
_numbers = count(1)
Change = Callable[[dict[str, Any]], None]


def draft_of(service: Service, origin: str = "clermont", **more: Any) -> dict[str, Any]:
    """A draft of the demonstration buyer, made from a model."""
    body = {
        "organisation": DEMONSTRATION,
        "origin": origin,
        "title": f"Notre schéma {next(_numbers)}",
        "first_year": 2026,
        "last_year": 2029,
    }
    made: dict[str, Any] = service.make(PATH, body | more, "pilot")
    return made


def changed(
    service: Service, draft: dict[str, Any], change: Change, status: int = 200
) -> dict[str, Any]:
    """The draft once its content was changed and sent whole."""
    change(draft["content"])
    answer = service.client.put(
        f"{PATH}/{draft['code']}/draft",
        json={"content": draft["content"]},
        headers=service.as_("pilot") | {"If-Match": f'"{draft["revision"]}"'},
    )
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def published(service: Service, draft: dict[str, Any], reason: str = "Adopté") -> int:
    answer = service.client.post(
        f"{PATH}/{draft['code']}/versions",
        json={"reason": reason},
        headers=service.as_("pilot") | {"If-Match": f'"{draft["revision"]}"'},
    )
    assert answer.status_code == 201, answer.text
    return int(answer.json()["number"])


def indicators(service: Service, code: str) -> dict[str, dict[str, Any]]:
    found = service.get(f"{PATH}/{code}/indicators", "pilot")
    return {one["code"]: one for one in found}


def read_draft(service: Service, code: str, account: str = "pilot") -> Any:
    return service.client.get(f"{PATH}/{code}/draft", headers=service.as_(account))


def test_a_model_is_taken_whole_under_ones_own_years(service: Service) -> None:
    draft = draft_of(service)
    content = draft["content"]
    assert len(content["indicators"]) == 112
    assert content["period"] == {"start": 2026, "end": 2029, "note": None}
    targets = [one for each in content["indicators"] for one in each["targets"]]
    assert {one["year"] for one in targets} == {2026}
    assert not any(each["published"] for each in content["indicators"])
    assert content["contradictions"] == []


def test_a_draft_is_seen_by_its_owner_alone_until_it_is_published(service: Service) -> None:
    draft = draft_of(service, "call-2023-2026")
    code = draft["code"]
    for account in ("other-pilot", "reader"):
        listed = {one["code"] for one in service.get(PATH, account)}
        assert (code in listed) is (account == "reader")
    stranger = service.as_("other-pilot")
    for path in ("", "/indicators", "/draft", "/versions"):
        unknown = service.client.get(f"{PATH}/inconnu{path}", headers=stranger)
        seen = service.client.get(f"{PATH}/{code}{path}", headers=stranger)
        assert (seen.status_code, seen.content) == (404, unknown.content), path
    assert published(service, draft) == 1
    assert service.client.get(f"{PATH}/{code}", headers=stranger).status_code == 200
    # What is still written is not public.
    assert read_draft(service, code, "other-pilot").status_code == 404


def test_a_model_of_the_catalogue_has_no_draft(service: Service) -> None:
    answer = read_draft(service, "clermont")
    assert (answer.status_code, answer.json()["type"]) == (409, "no-draft")


def _unknown_field(content: dict[str, Any]) -> None:
    content["indicators"][0]["definition"] = {
        "version": 2,
        "fact": "contract",
        "aggregate": "count",
        "where": {"field": "colour", "equals": "vert"},
    }


def _cycle(content: dict[str, Any]) -> None:
    first, second = content["indicators"][:2]
    first["definition"] = {"same_as": second["code"]}
    second["definition"] = {"same_as": first["code"]}


def _no_perimeter(content: dict[str, Any]) -> None:
    content["indicators"][0]["definition"] = {
        "version": 2,
        "fact": "contract",
        "aggregate": "share",
        "where": {"mark": "reserved"},
    }


def _other_unit(content: dict[str, Any]) -> None:
    # A number of contracts aimed at in euros.
    one = next(each for each in content["indicators"] if each["code"] == "CAM-13-3")
    one["targets"] = [
        {"year": 2026, "value": "3", "unit": "contrats"},
        {"year": 2027, "value": "3", "unit": "€"},
    ]


def _float(content: dict[str, Any]) -> None:
    content["indicators"][0]["targets"] = [{"year": 2027, "value": 3.5, "unit": "%"}]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_unknown_field, ["indicators[0].definition.where.field", "colour", "amount"]),
        (
            _cycle,
            [
                "indicators[0].definition.same_as",
                "CAM-1-1 : définition circulaire : CAM-1-1 → CAM-1-2 → CAM-1-1",
                "mots admis : CAM-1-3, CAM-1-4, CAM-2-1, ",
                " autres, tous ceux dont la définition ne mène pas à ce cercle",
            ],
        ),
        (_no_perimeter, ["indicators[0].definition.perimeter", "périmètre", "all"]),
        (
            _other_unit,
            ["[41].targets[1].unit", "CAM-13-3 : unité « € » refusée ; mots admis : contrats, %"],
        ),
        (_float, ["indicators[0].targets[0].value", "entre guillemets"]),
    ],
)
def test_a_draft_that_does_not_hold_is_refused_with_its_path_and_nothing_is_written(
    service: Service, change: Change, words: list[str]
) -> None:
    draft = draft_of(service)
    before = read_draft(service, draft["code"]).json()
    refused = changed(service, draft, change, status=422)
    told = str(refused["errors"])
    for word in words:
        assert word in told
    assert read_draft(service, draft["code"]).json() == before


def test_an_indicator_is_added_changed_and_taken_away_alone(service: Service) -> None:
    draft = draft_of(service, "call-2023-2026")
    code = draft["code"]
    address = f"{PATH}/{code}/draft/indicators"
    model = draft["content"]["indicators"][0] | {"code": "N1", "label": "Nombre de marchés"}
    model |= {
        "kind": "count",
        "unit": "marchés",
        "targets": [],
        "definition": {"version": 2, "fact": "contract", "aggregate": "count"},
    }

    def send(indicator: dict[str, Any], revision: int) -> Any:
        headers = service.as_("pilot") | {"If-Match": f'"{revision}"'}
        return service.client.post(address, json={"indicator": indicator}, headers=headers)

    added = send(model, draft["revision"]).json()
    assert [one["code"] for one in added["content"]["indicators"]][-1] == "N1"
    again = send(model | {"label": "Combien de marchés"}, added["revision"]).json()
    assert [one["label"] for one in again["content"]["indicators"] if one["code"] == "N1"] == [
        "Combien de marchés"
    ]
    assert send(model, added["revision"]).status_code == 412
    broken = send(model | {"definition": {"fact": "dream"}}, again["revision"])
    assert broken.status_code == 422
    assert broken.json()["errors"][0]["loc"][1].startswith("definition")
    headers = service.as_("pilot") | {"If-Match": f'"{again["revision"]}"'}
    gone = service.client.delete(f"{address}/N1", headers=headers)
    assert "N1" not in [one["code"] for one in gone.json()["content"]["indicators"]]
    revision = gone.json()["revision"]
    headers = service.as_("pilot") | {"If-Match": f'"{revision}"'}
    assert service.client.delete(f"{address}/N1", headers=headers).status_code == 404


def test_what_another_indicator_borrows_is_not_taken_away(service: Service) -> None:
    draft = draft_of(service)
    headers = service.as_("pilot") | {"If-Match": f'"{draft["revision"]}"'}
    address = f"{PATH}/{draft['code']}/draft/indicators/CAM-1-4"
    answer = service.client.delete(address, headers=headers)
    assert answer.status_code == 422
    assert "CAM-1-4" in answer.text


def test_a_version_keeps_the_identity_of_its_indicators(service: Service) -> None:
    draft = draft_of(service, "call-2023-2026")
    code = draft["code"]
    assert published(service, draft) == 1
    before = indicators(service, code)
    kept, gone = "CALL-3.1a", "CALL-1.1"

    def change(content: dict[str, Any]) -> None:
        content["indicators"] = [one for one in content["indicators"] if one["code"] != gone]
        for one in content["indicators"]:
            if one["code"] == kept:
                one["targets"] = [{"year": 2029, "value": "70", "unit": "%"}]
            if one["code"] == "CALL-2.2":
                one["definition"] = {"version": 2, "fact": "contract", "aggregate": "count"}
                one |= {"kind": "count", "unit": "marchés", "targets": []}

    second = changed(service, read_draft(service, code).json(), change)
    assert published(service, second, "Révision à mi-parcours") == 2
    after = indicators(service, code)
    assert after.keys() == before.keys() - {gone}
    assert {one["id"] for one in after.values()} < {one["id"] for one in before.values()}
    assert after[kept]["targets"][0]["value"] == "70"
    numbers = {one: after[one]["definition_number"] for one in (kept, "CALL-2.2")}
    assert numbers == {kept: 1, "CALL-2.2": 2}
    versions = service.get(f"{PATH}/{code}/versions", "pilot")
    assert [(one["number"], one["reason"]) for one in versions] == [
        (2, "Révision à mi-parcours"),
        (1, "Adopté"),
    ]
    # What was published stays readable.
    first = service.get(f"{PATH}/{code}/versions/1", "pilot")
    assert gone in [one["code"] for one in first["indicators"]]
    diff = service.get(f"{PATH}/{code}/diff?first=1&second=2", "pilot")["differences"]
    told = {(one["change"], one["thing"], one["code"], one["field"]) for one in diff}
    assert {
        ("removed", "indicator", gone, None),
        ("changed", "indicator", kept, "targets"),
        ("changed", "indicator", "CALL-2.2", "definition"),
    } <= told
    assert service.get(f"{PATH}/{code}/diff?first=2&second=2", "pilot")["differences"] == []


def test_publishing_the_same_again_makes_no_version(service: Service) -> None:
    draft = draft_of(service, "call-2023-2026")
    assert published(service, draft) == 1
    assert published(service, read_draft(service, draft["code"]).json()) == 1


def test_a_code_is_taken_once(service: Service) -> None:
    draft = draft_of(service, "call-2023-2026", code="a-nous")
    body = {
        "organisation": DEMONSTRATION,
        "origin": "clermont",
        "title": "Autre",
        "code": draft["code"],
        "first_year": 2026,
        "last_year": 2027,
    }
    answer = service.client.post(PATH, json=body, headers=service.as_("pilot"))
    assert (answer.status_code, answer.json()["type"]) == (409, "code-taken")


def test_several_organisations_share_a_scheme_and_are_measured_together(service: Service) -> None:
    body = {"organisation": OTHER}
    for _ in range(2):
        answer = service.client.post(
            f"{PATH}/clermont/adoptions", json=body, headers=service.as_("other-pilot")
        )
        assert answer.status_code == 200, answer.text
    body = {"organisation": DEMONSTRATION}
    answer = service.client.post(
        f"{PATH}/clermont/adoptions", json=body, headers=service.as_("pilot")
    )
    assert answer.status_code == 200, answer.text
    asked = f"{PATH}/clermont/results?organisation={DEMONSTRATION}&year=2025&together=true"
    # Each sees, of the others, only those it may read.
    alone = service.get(asked, "pilot")
    assert DEMONSTRATION in [one["siret"] for one in alone["organisations"]]
    assert OTHER not in [one["siret"] for one in alone["organisations"]]
