"""Comments on an indicator: read by the members of the organisation, without anybody's name."""

from typing import Any

import pytest

from tests.api.reserved.asking import ask, fields, made, pages
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service


@pytest.fixture
def path(service: Service) -> str:
    """The comments of an indicator of a published scheme."""
    return f"/indicators/{service.things().indicator_id}/comments"


def said(service: Service, path: str, account: str = "pilot", **words: Any) -> Any:
    body = {"organisation": DEMONSTRATION, "text": "Relevé en mars."} | words
    return made(service, path, body, account)


def listed(service: Service, path: str, account: str = "pilot", query: str = "") -> list[Any]:
    return pages(service, f"{path}?organisation={DEMONSTRATION}{query}", 2, account)


def test_the_latest_comment_comes_first_whoever_wrote_it(service: Service, path: str) -> None:
    written = [said(service, path, one) for one in ("pilot", "reader", "directorate")]
    found = listed(service, path)
    assert [one["id"] for one in found[:3]] == [one["id"] for one in reversed(written)]
    assert [one["roles"] for one in found[:3]] == [["directorate"], ["reader"], ["pilot"]]
    assert [one["mine"] for one in found[:3]] == [False, False, True]


def test_nobodys_name_is_in_an_answer(service: Service, path: str) -> None:
    said(service, path)
    answer = ask(service, "GET", f"{path}?organisation={DEMONSTRATION}", account="reader")
    me = service.get("/api/v1/me", "pilot")
    assert me["name"] not in answer.text
    assert me["email"] not in answer.text
    assert answer.json()["items"][0].keys() == {
        "id", "organisation", "year", "text", "roles", "mine", "created_at",
    }  # fmt: skip


def test_a_comment_is_of_its_organisation_only(service: Service, path: str) -> None:
    ours = said(service, path)
    theirs = said(service, path, "other-pilot", organisation=OTHER)
    assert theirs["id"] not in {one["id"] for one in listed(service, path)}
    answer = ask(service, "GET", f"{path}?organisation={OTHER}", account="other-pilot")
    assert ours["id"] not in {one["id"] for one in answer.json()["items"]}
    for account in ("other-pilot", "facilitator"):
        foreign = ask(service, "GET", f"{path}?organisation={DEMONSTRATION}", account=account)
        assert foreign.status_code == 404
    words = {"organisation": OTHER, "text": "Relevé."}
    assert ask(service, "POST", path, words).status_code == 404


def test_a_text_is_kept_as_written_and_never_as_markup(service: Service, path: str) -> None:
    hostile = "<script>alert(1)</script> « l’écart » & co"
    assert said(service, path, text=f"  {hostile}\n")["text"] == hostile
    answer = ask(service, "GET", f"{path}?organisation={DEMONSTRATION}&limit=1")
    assert answer.json()["items"][0]["text"] == hostile
    assert answer.headers["content-type"] == "application/json"


def test_comments_are_narrowed_to_a_year(service: Service, path: str) -> None:
    one, other = said(service, path, year=2019), said(service, path)
    found = {each["id"] for each in listed(service, path, query="&year=2019")}
    assert one["id"] in found
    assert other["id"] not in found


@pytest.mark.parametrize(
    ("words", "place"),
    [({"text": " "}, "text"), ({"text": "x" * 5001}, "text"), ({"year": "2025"}, "year"),
     ({"author": "Moi"}, "author")],
)  # fmt: skip
def test_a_refusal_names_its_field(
    service: Service, path: str, words: dict[str, Any], place: str
) -> None:
    body = {"organisation": DEMONSTRATION, "text": "Relevé."} | words
    assert fields(ask(service, "POST", path, body)) == [["body", place]]


def test_an_unknown_indicator_has_no_comments(service: Service) -> None:
    path = "/indicators/01890000-0000-7000-8000-000000000000/comments"
    assert ask(service, "GET", f"{path}?organisation={DEMONSTRATION}").status_code == 404
    body = {"organisation": DEMONSTRATION, "text": "Relevé."}
    assert ask(service, "POST", path, body).status_code == 404


def test_a_repeated_comment_is_made_once(service: Service, path: str) -> None:
    body = {"organisation": DEMONSTRATION, "text": "Une seule fois."}
    answers = [ask(service, "POST", path, body, Idempotency_Key="comment-0001") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
