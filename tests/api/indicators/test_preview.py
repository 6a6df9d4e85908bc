"""A definition that is tried in a scheme gives what it gives once published there."""

from collections.abc import Mapping
from typing import Any

import pytest

from api.indicators.previewing import BASE_LATER, SCHEME_UNSAID, TARGETS_LATER
from tests.operations import Service
from tests.oracle.asking import answered, schemes, world
from tests.oracle.keeping import ACCOUNT
from tests.oracle.questions import FAMILIES

ADDRESS = "/api/v1/indicators/preview"
# A year that is not the first of the schemes, the other schemes having actions of it too.
YEAR = 2025
TOLD = ("value", "numerator", "denominator", "unknown", "low", "high", "completeness", "firm",
        "reason", "words", "parts")  # fmt: skip
COUNT = {"version": 2, "fact": "contract", "aggregate": "count"}


def tried(service: Service, scheme: str | None, one: Mapping[str, Any], **more: Any) -> Any:
    """What an indicator gives when its definition is tried."""
    body = {
        "organisation": world()["organisation"][0]["siret"],
        "year": YEAR,
        "definition": one["definition"],
        "kind": one.get("kind", "count"),
        "unit": one.get("unit") or "",
    }
    if scheme is not None:
        body["scheme"] = scheme
    answer = service.client.post(ADDRESS, json=body | more, headers=service.as_(ACCOUNT))
    assert answer.status_code == 200, answer.text
    return answer.json()


def shape(one: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells one way of asking from another, whatever the values compared."""
    definition = one["definition"]
    over = definition.get("over", {})
    return (
        definition["aggregate"],
        definition["period"],
        str(definition.get("compare")),
        "by" in definition,
        over.get("fact"),
        "action" in str((definition.get("perimeter"), definition.get("where"))),
    )


def one_of_each(scheme: str) -> list[Mapping[str, Any]]:
    """One indicator of each way of asking."""
    found: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for one in schemes()[scheme].asked.values():
        found.setdefault(shape(one), one)
    return list(found.values())


@pytest.mark.parametrize("fact", sorted(FAMILIES))
def test_a_definition_tried_in_a_scheme_gives_what_it_gives_once_published(
    asked: Service, fact: str
) -> None:
    scheme = f"oracle-{fact}"
    published = answered(asked, scheme, (0,), YEAR)
    for one in one_of_each(scheme):
        found, stands = tried(asked, scheme, one), published[one["code"]]
        differ = {name: (found[name], stands[name]) for name in TOLD if found[name] != stands[name]}
        assert differ == {}, one["definition"]


@pytest.mark.parametrize("fact", ["contract", "event", "action", "targeted_action"])
def test_the_rows_behind_a_definition_tried_are_those_of_its_evidence(
    asked: Service, fact: str
) -> None:
    scheme = f"oracle-{fact}"
    published = answered(asked, scheme, (0,), YEAR)
    siret = world()["organisation"][0]["siret"]
    some = [one for one in one_of_each(scheme) if not {"by"} & one["definition"].keys()]
    for one in some[:12]:
        found, key = tried(asked, scheme, one), published[one["code"]]["indicator_id"]
        address = f"/api/v1/indicators/{key}/evidence?organisation={siret}&year={YEAR}&limit=100"
        for state, number in found["rows"].items():
            page = asked.get(f"{address}&state={state}", ACCOUNT)
            assert page["next"] or len(page["items"]) == number, (state, one["definition"])
            if state == "counted":
                assert found["examples"] == page["items"][:5]


def test_the_schemes_of_the_catalogue_tell_what_they_would_or_why_they_can_not(
    asked: Service,
) -> None:
    for scheme in ("clermont", "cd62-2026-2029"):
        published = answered(asked, scheme, (0,), YEAR)
        for one in one_of_each(scheme):
            found, stands = tried(asked, scheme, one), published[one["code"]]
            later = {"target": TARGETS_LATER, "measure": None, "milestone": None}
            if one["definition"]["fact"] in later:
                assert found["value"] is None
                assert later[one["definition"]["fact"]] in (found["reason"], None)
            elif one["definition"].get("over", {}).get("fact") == "measure":
                assert found["reason"] == BASE_LATER
                assert found["numerator"] == stands["numerator"]
            else:
                assert [found[name] for name in TOLD] == [stands[name] for name in TOLD]


@pytest.mark.parametrize("fact", ["measure", "milestone"])
def test_a_definition_tried_for_an_indicator_shows_what_was_declared_under_it(
    asked: Service, fact: str
) -> None:
    met = 0
    for scheme in ("clermont", "cd62-2026-2029"):
        published = answered(asked, scheme, (0,), YEAR)
        for one in schemes()[scheme].asked.values():
            stands = published[one["code"]]
            if one["definition"]["fact"] != fact or stands["value"] is None or met > 20:
                continue
            found = tried(asked, scheme, one, indicator=one["code"])
            assert [found[name] for name in TOLD] == [stands[name] for name in TOLD]
            met += 1
    assert met


@pytest.mark.parametrize(
    "definition",
    [
        COUNT | {"period": "cumulative"},
        {"version": 2, "fact": "action", "aggregate": "count"},
        COUNT | {"where": {"not": {"field": "targeted_action", "equals": "ACTION 8"}}},
        {
            "version": 2,
            "fact": "event",
            "aggregate": "ratio",
            "over": {"fact": "targeted_action", "aggregate": "count", "perimeter": "all"},
        },
    ],
)
def test_what_depends_on_a_scheme_has_no_figure_without_one(
    asked: Service, definition: dict[str, Any]
) -> None:
    found = tried(asked, None, {"definition": definition})
    assert (found["value"], found["reason"]) == (None, SCHEME_UNSAID)
    assert (found["rows"], found["examples"]) == ({}, [])


def test_what_depends_on_no_scheme_needs_none(asked: Service) -> None:
    found = tried(asked, None, {"definition": COUNT})
    assert found["value"] is not None
    assert found == tried(asked, "clermont", {"definition": COUNT})


def test_a_draft_tells_its_first_year_and_has_no_action_of_others(asked: Service) -> None:
    draft = asked.things("draft")
    who = {"organisation": draft.siret, "scheme": draft.code, "year": 2026}

    def figure(**definition: Any) -> Any:
        body = who | {"definition": COUNT | definition}
        answer = asked.client.post(ADDRESS, json=body, headers=asked.as_("pilot"))
        assert answer.status_code == 200, answer.text
        return answer.json()

    years = [who | {"definition": COUNT, "year": year} for year in (2024, 2025, 2026)]
    each = [asked.client.post(ADDRESS, json=one, headers=asked.as_("pilot")) for one in years]
    total = sum(int(one.json()["value"]) for one in each)
    assert figure(period="cumulative")["value"] == str(total)
    assert figure(fact="action")["reason"] == "non calculable : aucune action saisie en 2026"
    codes = [f"ACTION {number}" for number in range(1, 27)]
    decided = figure(where={"field": "targeted_action", "one_of": codes})
    assert decided["value"] == "0"


def test_the_years_of_a_draft_are_read_in_it(asked: Service) -> None:
    draft = asked.things("published scheme")
    headers = asked.as_("pilot")
    held = asked.client.get(f"/api/v1/schemes/{draft.code}/draft", headers=headers)
    content = held.json()["content"]
    content["period"]["start"] = 2022
    address, etag = f"/api/v1/schemes/{draft.code}/draft", {"If-Match": held.headers["etag"]}
    changed = asked.client.put(address, json={"content": content}, headers=headers | etag)
    assert changed.status_code == 200, changed.text
    body = {"organisation": draft.siret, "year": 2025, "scheme": draft.code}
    body["definition"] = COUNT | {"period": "cumulative"}
    own = asked.client.post(ADDRESS, json=body, headers=headers).json()
    years = [asked.client.post(ADDRESS, json=body | {"year": 2022}, headers=headers).json()]
    body["definition"] = COUNT
    years += [
        asked.client.post(ADDRESS, json=body | {"year": year}, headers=headers).json()
        for year in (2023, 2024, 2025)
    ]
    assert int(own["value"]) == sum(int(one["value"]) for one in years)


def test_the_draft_of_others_is_no_scheme_to_try_in(asked: Service) -> None:
    draft = asked.things("draft")
    own = {"definition": COUNT, "year": YEAR, "scheme": draft.code}
    body = own | {"organisation": world()["organisation"][0]["siret"]}
    answer = asked.client.post(ADDRESS, json=body, headers=asked.as_(ACCOUNT))
    assert answer.status_code == 404
