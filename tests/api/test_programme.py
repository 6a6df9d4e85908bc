"""The purchase programme: what a project says, which actions it carries, what stands on it."""

from typing import Any

import pytest

from tests.api.asking_programme import (
    ELSEWHERE,
    FIRST,
    NOWHERE,
    ask,
    contract,
    fields,
    foreign,
    pages,
    patch,
)
from tests.cases.consultations import consultation
from tests.cases.programme import ACTION, SCHEME, project
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service


def enter(service: Service, account: str = "pilot", **said: Any) -> Any:
    return ask(service, "POST", "/projects", project(service.things()) | said, account)


def made(service: Service, **said: Any) -> Any:
    return service.make("/api/v1/projects", project(service.things()) | said, "pilot")


def say(service: Service, one: dict[str, Any], *actions: dict[str, Any], etag: str = FIRST) -> Any:
    path = f"/projects/{one['id']}/actions"
    return ask(service, "PUT", path, {"actions": list(actions)}, If_Match=etag)


def test_what_is_said_of_a_project_is_kept_and_what_is_not_stays_unknown(service: Service) -> None:
    body = project(service.things()) | {"directorate_id": service.directorate()}
    whole = service.make("/api/v1/projects", body, "pilot")
    assert {name: whole[name] for name in body} == body
    assert whole["directorate"] == "Bâtiments et voirie"
    assert (whole["state_label"], whole["actions"]) == ("Étudié", [])
    assert service.get(f"/api/v1/projects/{whole['id']}") == whole
    named = ("buyer_siret", "reference", "title", "year")
    bare = {name: value for name, value in project(service.things()).items() if name in named}
    one = service.make("/api/v1/projects", bare, "pilot")
    assert one["state"] == "surveyed"
    for name in ("targeted", "recurrent", "estimated_amount", "planned_on", "directorate"):
        assert one[name] is None


def test_a_change_touches_what_it_names_and_null_empties(service: Service) -> None:
    one = made(service)
    answer = patch(service, f"/projects/{one['id']}", state="notified", targeted=None)
    changed = answer.json()
    assert answer.headers["etag"] == '"2"'
    assert (changed["state"], changed["targeted"], changed["version"]) == ("notified", None, 2)
    moved = {"state", "state_label", "targeted", "version", "updated_at"}
    assert {name for name in one if one[name] != changed[name]} == moved


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"year": 1999}, "year"),
        ({"year": 2101}, "year"),
        ({"year": "2026"}, "year"),
        ({"title": "x"}, "title"),
        ({"reference": " "}, "reference"),
        ({"state": "bought"}, "state"),
        ({"estimated_amount": "-0.01"}, "estimated_amount"),
        ({"estimated_amount": 12}, "estimated_amount"),
        ({"targeted": 1}, "targeted"),
        ({"purchase_family": ""}, "purchase_family"),
        ({"planned_on": "0206-01-01"}, "planned_on"),
        ({"planned_on": "2026-09-30", "rated_on": "2026-10-01"}, "rated_on"),
        ({"anticipation_started_on": "2026-10-02"}, "anticipation_started_on"),
        ({"directorate_id": NOWHERE}, "directorate_id"),
    ],
)
def test_a_refusal_names_its_field(service: Service, said: dict[str, Any], place: str) -> None:
    assert fields(enter(service, **said)) == [["body", place]]
    one = made(service)
    assert fields(patch(service, f"/projects/{one['id']}", **said)) == [["body", place]]


def test_the_day_itself_is_in_time_and_an_unknown_day_is_never_late(service: Service) -> None:
    same = {"planned_on": "2026-05-01", "rated_on": "2026-05-01"}
    assert enter(service, **same, anticipation_started_on="2026-05-01").status_code == 201
    one = made(service, planned_on=None, rated_on="2099-01-01")
    both = {"planned_on": "2026-04-30", "anticipation_started_on": "2026-05-01"}
    assert fields(patch(service, f"/projects/{one['id']}", **both)) == [
        ["body", "anticipation_started_on"],
        ["body", "rated_on"],
    ]


@pytest.mark.parametrize("name", ["reference", "title", "year", "state"])
def test_what_makes_a_project_is_never_emptied(service: Service, name: str) -> None:
    one = made(service)
    assert fields(patch(service, f"/projects/{one['id']}", **{name: None})) == [["body", name]]


def test_a_number_names_one_project_of_a_buyer(service: Service) -> None:
    one, two = made(service), made(service)
    assert enter(service, reference=one["reference"]).json()["type"] == "reference-taken"
    taken = patch(service, f"/projects/{two['id']}", reference=one["reference"])
    assert (taken.status_code, taken.json()["type"]) == (409, "reference-taken")
    assert patch(service, f"/projects/{one['id']}", reference=one["reference"]).is_success
    elsewhere = project(service.things()) | {"buyer_siret": OTHER, "reference": one["reference"]}
    assert ask(service, "POST", "/projects", elsewhere, "other-pilot").status_code == 201


def test_a_change_asks_for_the_version_that_was_read(service: Service) -> None:
    path = f"/projects/{made(service)['id']}"
    for method, address, body in (
        ("PATCH", path, {"state": "decided"}),
        ("PUT", f"{path}/actions", {"actions": []}),
        ("DELETE", path, None),
    ):
        assert ask(service, method, address, body).status_code == 428
        assert ask(service, method, address, body, If_Match='"7"').status_code == 412
    assert service.get(f"/api/v1{path}")["version"] == 1


def test_the_same_key_enters_a_project_once(service: Service) -> None:
    body = project(service.things())
    answers = [
        ask(service, "POST", "/projects", body, Idempotency_Key="project-once") for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].text == answers[1].text
    assert answers[1].headers["etag"] == FIRST


def test_actions_are_said_done_not_done_or_not_yet(service: Service) -> None:
    one = made(service)
    said: list[dict[str, Any]] = [
        {"scheme": SCHEME, "action": "A 2-1", "done": True},
        {"scheme": SCHEME, "action": ACTION, "done": None},
        {"scheme": SCHEME, "action": "A 1-2", "done": False},
    ]
    kept = say(service, one, *said).json()
    assert kept["actions"] == sorted(said, key=lambda action: str(action["action"]))
    assert kept["version"] == 2
    fewer = say(service, one, {"scheme": SCHEME, "action": ACTION, "done": True}, etag='"2"').json()
    assert fewer["actions"] == [{"scheme": SCHEME, "action": ACTION, "done": True}]
    assert say(service, one, etag='"3"').json()["actions"] == []


def test_two_schemes_have_actions_of_the_same_code(service: Service) -> None:
    one = made(service)
    both = [
        {"scheme": scheme, "action": "1.1.1", "done": done}
        for scheme, done in (("cd40-2023-2029", True), ("cd62-2026-2029", None))
    ]
    kept = say(service, one, *both)
    assert kept.is_success, kept.text
    assert kept.json()["actions"] == both


def test_an_action_is_one_of_a_scheme_that_the_buyer_adopted(service: Service) -> None:
    one = made(service)
    unknown = say(
        service,
        one,
        {"scheme": SCHEME, "action": ACTION},
        {"scheme": SCHEME, "action": "ACTION 99"},
    )
    assert fields(unknown) == [["body", "actions", 1, "action"]]
    assert "schéma" in unknown.json()["errors"][0]["message"]
    twice = say(
        service,
        one,
        {"scheme": SCHEME, "action": ACTION},
        {"scheme": SCHEME, "action": "A 1-2"},
        {"scheme": SCHEME, "action": ACTION},
    )
    assert fields(twice) == [["body", "actions", 2, "action"]]
    # The same code may be that of an action of another scheme.
    elsewhere = say(service, one, {"scheme": "cd40-2023-2029", "action": ACTION})
    assert fields(elsewhere) == [["body", "actions", 0, "action"]]
    # The scheme of cd40 is adopted by the demonstration buyer, and not by the other.
    assert say(service, one, {"scheme": "cd40-2023-2029", "action": "1.1.1"}).is_success
    path = f"/projects/{foreign(service, 'project')}/actions"
    body = {"actions": [{"scheme": "cd40-2023-2029", "action": "1.1.1"}]}
    refused = ask(service, "PUT", path, body, "other-pilot", If_Match=FIRST)
    assert fields(refused) == [["body", "actions", 0, "action"]]


def test_a_project_with_something_on_it_stays(service: Service) -> None:
    bought, consulted, free = made(service), made(service), made(service)
    held = contract(service, project_id=bought["id"])
    body = consultation(service.things()) | {"project_id": consulted["id"]}
    service.make("/api/v1/consultations", body, "pilot")
    say(service, free, {"scheme": SCHEME, "action": ACTION})
    for one in (bought, consulted):
        answer = ask(service, "DELETE", f"/projects/{one['id']}", If_Match=FIRST)
        assert (answer.status_code, answer.json()["type"]) == (409, "project-in-use")
    assert service.get(f"/api/v1/contracts/{held['id']}")["project_id"] == bought["id"]
    gone = ask(service, "DELETE", f"/projects/{free['id']}", If_Match='"2"')
    assert gone.status_code == 204
    assert ask(service, "GET", f"/projects/{free['id']}").status_code == 404
    patch(service, f"/contracts/{held['id']}", project_id=None)
    assert ask(service, "DELETE", f"/projects/{bought['id']}", If_Match=FIRST).status_code == 204


def test_a_directorate_writes_its_own_projects(service: Service) -> None:
    ours, theirs = service.directorate(), service.directorate(name=ELSEWHERE)
    assert enter(service, "directorate", directorate_id=ours).json()["editable"]
    for place in (theirs, None):
        assert enter(service, "directorate", directorate_id=place).status_code == 403
        path = f"/projects/{made(service, directorate_id=place)['id']}"
        assert ask(service, "GET", path, account="directorate").json()["editable"] is False
        for method, address, body in (
            ("PATCH", path, {"state": "decided"}),
            ("PUT", f"{path}/actions", {"actions": []}),
            ("DELETE", path, None),
        ):
            answer = ask(service, method, address, body, "directorate", If_Match=FIRST)
            assert answer.status_code == 403
        kept = f"/projects/{made(service, directorate_id=ours)['id']}"
        away = {"directorate_id": place}
        moved = ask(service, "PATCH", kept, away, "directorate", If_Match=FIRST)
        assert moved.status_code == 403
        assert ask(service, "PATCH", kept, away, If_Match=FIRST).is_success


def test_projects_are_listed_by_year_state_target_and_directorate(service: Service) -> None:
    ours = service.directorate()
    keys = [
        made(service, **said)["id"]
        for said in (
            {"year": 2001, "state": "decided"},
            {"year": 2002, "targeted": False},
            {"year": 2002, "state": "decided", "directorate_id": ours},
            {"year": 2002, "targeted": None},
        )
    ]

    def found(query: str, limit: int = 100) -> list[int]:
        listed = pages(service, f"/projects?buyer={DEMONSTRATION}&{query}", limit)
        return [keys.index(one["id"]) for one in listed if one["id"] in keys]

    assert found("", 1) == [3, 2, 1, 0]
    assert found("year=2002", 1) == [3, 2, 1]
    assert found("year=2002&state=studied") == [3, 1]
    assert found("state=decided") == [2, 0]
    assert found("year=2002&targeted=true") == [2]
    assert found("year=2002&targeted=false") == [1]
    assert found(f"directorate={ours}&year=2002") == [2]
    assert service.get("/api/v1/projects?year=2002", "other-pilot")["items"] == []


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("ECOLE oeuvre", True),
        ("école Œuvre", True),
        ("l'école etangs", True),
        ("L’ECOLE", True),
        ("zq-1.a", True),
        ("25 % (lot)", True),
        ("ecole piscine", False),
        ("zq%", False),
        ("zq_", False),
        ("zq-1xa", False),
        ("ec.le", False),
        ("[a-z]+", False),
        ("\\w", False),
        ("(", True),
        ("(?", False),
        ("ß ﬁ İ ſ", False),
    ],
)
def test_a_word_is_found_whatever_its_accents(service: Service, asked: str, there: bool) -> None:
    title = "Maîtrise d’œuvre de l’École des ÉTANGS : 25 % (lot)"
    held = made(service, title=title, year=2011)
    patch(service, f"/projects/{held['id']}", reference=f"Zq-1.A {held['reference']}")
    query = {"q": asked, "year": "2011", "limit": "100"}
    answer = service.client.get("/api/v1/projects", params=query, headers=service.as_("pilot"))
    assert answer.status_code == 200, answer.text
    assert (held["id"] in {one["id"] for one in answer.json()["items"]}) is there


def test_a_cursor_of_another_list_is_refused(service: Service) -> None:
    cursor = service.get("/api/v1/contracts?limit=1")["next"]
    answer = ask(service, "GET", f"/projects?cursor={cursor}")
    assert fields(answer) == [["query", "cursor"]]


def test_a_contract_says_its_family_and_the_project_it_comes_from(service: Service) -> None:
    one = made(service)
    bought = contract(service, purchase_family="Espaces verts", project_id=one["id"])
    assert (bought["purchase_family"], bought["project_id"]) == ("Espaces verts", one["id"])
    path = f"/contracts/{bought['id']}"
    changed = patch(service, path, purchase_family="Voirie").json()
    assert (changed["purchase_family"], changed["project_id"]) == ("Voirie", one["id"])
    listed = service.get(f"/api/v1/contracts?project={one['id']}")["items"]
    assert [item["id"] for item in listed] == [bought["id"]]
    freed = patch(service, path, '"2"', project_id=None, purchase_family=None).json()
    assert (freed["purchase_family"], freed["project_id"]) == (None, None)
    told = [event["sentence"] for event in service.get(f"/api/v1{path}/history")]
    assert told[0] == (
        "Famille d’achats : « Voirie » → non renseigné. "
        f"Projet d’achat : « {one['reference']} » → non renseigné."
    )


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_the_project_of_a_contract_is_of_the_same_buyer(service: Service, method: str) -> None:
    path = "/contracts" if method == "POST" else f"/contracts/{contract(service)['id']}"
    texts = set()
    for other in (foreign(service, "project"), NOWHERE):
        body: dict[str, Any] = {"project_id": other}
        if method == "POST":
            body |= {"buyer_siret": DEMONSTRATION, "kind": "marche", "reference": "ZZ-1"}
        answer = ask(service, method, path, body, If_Match=FIRST)
        assert fields(answer) == [["body", "project_id"]]
        texts.add(answer.text)
    assert len(texts) == 1


def test_a_company_is_told_solidary_innovative_and_of_a_departement(service: Service) -> None:
    path = f"/suppliers/{service.things().supplier_id}"
    said = {"esus": True, "innovative": False, "departement": "2A"}
    answer = ask(service, "PATCH", path, said)
    assert answer.status_code == 200, answer.text
    kept = service.get(f"/api/v1{path}")
    assert {name: kept[name] for name in said} == said
    forgotten = ask(service, "PATCH", path, {"esus": None, "departement": None}).json()
    assert (forgotten["esus"], forgotten["innovative"]) == (None, False)
    assert forgotten["departement"] is None
    for wrong in ({"departement": "Nord"}, {"departement": "2C"}, {"esus": 1}):
        assert fields(ask(service, "PATCH", path, wrong)) == [["body", *wrong]]


def test_spending_says_its_section_and_a_directorate_of_its_buyer(service: Service) -> None:
    ours = service.directorate()

    def send(**said: Any) -> Any:
        line = {"year": 2009, "payee_name": "Haies fictives", "amount": "10.00"} | said
        return ask(service, "POST", "/spending", {"buyer_siret": DEMONSTRATION, "lines": [line]})

    assert send(section="investment", directorate_id=ours).status_code == 201
    assert send().status_code == 201
    listed = pages(service, f"/spending?buyer={DEMONSTRATION}&year=2009")
    told = {(one["section"], one["directorate_id"]) for one in listed}
    assert told == {("investment", ours), (None, None)}
    assert fields(send(section="other")) == [["body", "lines", 0, "section"]]
    assert fields(send(directorate_id=NOWHERE)) == [["body", "lines", 0, "directorate_id"]]
    foreign_line = {
        "year": 2009,
        "payee_name": "Ailleurs",
        "amount": "1.00",
        "directorate_id": ours,
    }
    body = {"buyer_siret": OTHER, "lines": [foreign_line]}
    refused = ask(service, "POST", "/spending", body, "other-pilot")
    assert fields(refused) == [["body", "lines", 0, "directorate_id"]]
