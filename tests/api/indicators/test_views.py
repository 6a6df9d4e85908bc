"""Saved views: a dashboard and its filters under a name, for oneself or for the organisation."""

from typing import Any

import pytest

from tests.api.reserved.asking import ask, fields, made, pages
from tests.cases.kept import view
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service


def saved(service: Service, account: str = "pilot", **said: Any) -> Any:
    return made(service, "/views", view(service.things()) | said, account)


def seen(service: Service, account: str, query: str = "") -> list[str]:
    return [one["id"] for one in pages(service, f"/views?{query}", 2, account)]


def test_a_view_keeps_its_filters_and_only_those_that_were_given(service: Service) -> None:
    one = saved(service, query={"scheme": "call-2023-2026"})
    assert one["query"] == {
        "scheme": "call-2023-2026",
        **dict.fromkeys(("year", "organisation", "together", "directorate", "family", "view")),
        **dict.fromkeys(("way", "missing", "layout")),
    }
    whole = saved(service)
    read = ask(service, "GET", f"/views/{whole['id']}")
    assert read.json() == whole
    assert read.headers["etag"] == f'"{whole["version"]}"'
    assert whole["query"]["view"] == ["1.1.1"]
    assert (whole["query"]["way"], whole["query"]["missing"]) == ("computed", True)


def test_the_organisation_sees_what_is_shared_and_nothing_else(service: Service) -> None:
    shared, own = saved(service), saved(service, shared=False)
    for account in ("administrator", "reader", "directorate"):
        assert shared["id"] in seen(service, account)
        assert own["id"] not in seen(service, account)
        assert ask(service, "GET", f"/views/{own['id']}", account=account).status_code == 404
        assert service.get(f"/api/v1/views/{shared['id']}", account)["mine"] is False
    assert {shared["id"], own["id"]} <= set(seen(service, "pilot"))
    assert not {shared["id"], own["id"]} & set(seen(service, "other-pilot"))
    assert seen(service, "facilitator") == []


def test_a_list_is_narrowed_and_paged_the_latest_first(service: Service) -> None:
    first, second, third = (saved(service, name=f"Vue {place}") for place in range(3))
    elsewhere = saved(service, query={"scheme": "cd40-2023-2029"})
    found = seen(service, "pilot", "scheme=call-2023-2026")
    assert found[:3] == [third["id"], second["id"], first["id"]]
    assert elsewhere["id"] not in found
    assert seen(service, "pilot", "scheme=cd40-2023-2029")[0] == elsewhere["id"]
    assert seen(service, "pilot", f"organisation={OTHER}") == []


def test_a_view_is_changed_by_who_saved_it_and_on_what_was_read(service: Service) -> None:
    one = saved(service)
    path, etag = f"/views/{one['id']}", f'"{one["version"]}"'
    assert ask(service, "PATCH", path, {"name": "X"}).status_code == 428
    assert ask(service, "PATCH", path, {"name": "X"}, If_Match='"1"').status_code == 412
    refused = ask(service, "PATCH", path, {"name": "X"}, "administrator", If_Match=etag)
    assert refused.status_code == 403
    changed = ask(service, "PATCH", path, {"name": "Privée", "shared": False}, If_Match=etag)
    assert changed.status_code == 200, changed.text
    assert (changed.json()["name"], changed.json()["shared"]) == ("Privée", False)
    assert changed.headers["etag"] not in (etag, '""')
    assert ask(service, "PATCH", path, {"name": "X"}, If_Match=etag).status_code == 412
    later = changed.headers["etag"]
    assert ask(service, "PATCH", path, {"name": "X"}, If_Match=later).json()["shared"] is False


def test_a_view_is_removed_by_who_saved_it(service: Service) -> None:
    one = saved(service)
    path = f"/views/{one['id']}"
    assert ask(service, "DELETE", path, account="administrator").status_code == 403
    assert ask(service, "DELETE", path).status_code == 204
    assert ask(service, "GET", path).status_code == 404


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({}, ["scheme"]),
        ({"scheme": "inconnu"}, ["scheme"]),
        ({"scheme": "call-2023-2026", "colour": "red"}, ["colour"]),
        ({"scheme": "call-2023-2026", "layout": "pie"}, ["layout"]),
        ({"scheme": "call-2023-2026", "way": "guessed"}, ["way"]),
        ({"scheme": "call-2023-2026", "missing": "1"}, ["missing"]),
        ({"scheme": "call-2023-2026", "year": "2025"}, ["year"]),
        ({"scheme": "call-2023-2026", "view": "1.1.1"}, ["view"]),
    ],
)
def test_an_unknown_filter_is_refused_by_its_name(
    service: Service, query: dict[str, Any], place: list[str]
) -> None:
    body = view(service.things()) | {"query": query}
    assert fields(ask(service, "POST", "/views", body)) == [["body", "query", *place]]


def test_a_directorate_of_another_buyer_is_refused(service: Service) -> None:
    query = {"scheme": "call-2023-2026", "directorate": service.directorate()}
    body = {"organisation": OTHER, "name": "Vue", "query": query}
    assert fields(ask(service, "POST", "/views", body, "other-pilot"))
    assert made(service, "/views", body | {"organisation": DEMONSTRATION})


def test_a_name_cannot_be_emptied(service: Service) -> None:
    one = saved(service)
    answer = ask(service, "PATCH", f"/views/{one['id']}", {"name": None}, If_Match='"1"')
    assert fields(answer)
