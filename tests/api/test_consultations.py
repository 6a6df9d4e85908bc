"""Consultations: what they say, what they cannot say, and the contracts they gave."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.service import by_siret
from api.consultations.coherence import require_coherent
from api.consultations.models import Consultation, ConsultationMark
from api.contracts.models import Contract
from api.programme.models import Project
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
from tests.cases.programme import project
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service


def enter(service: Service, account: str = "pilot", **said: Any) -> Any:
    return ask(service, "POST", "/consultations", consultation(service.things()) | said, account)


def made(service: Service, **said: Any) -> Any:
    return service.make("/api/v1/consultations", consultation(service.things()) | said, "pilot")


def say(service: Service, one: dict[str, Any], etag: str = FIRST, **marks: str) -> Any:
    path = f"/consultations/{one['id']}/marks"
    return ask(service, "PUT", path, {"marks": marks}, If_Match=etag)


def test_what_is_said_is_kept_and_what_is_not_stays_unknown(service: Service) -> None:
    planned = service.make("/api/v1/projects", project(service.things()), "pilot")
    body = consultation(service.things()) | {
        "directorate_id": service.directorate(),
        "project_id": planned["id"],
    }
    whole = service.make("/api/v1/consultations", body, "pilot")
    assert {name: whole[name] for name in body} == body
    assert (whole["project"], whole["outcome_label"]) == (planned["reference"], "Attribuée")
    assert whole["directorate"] == "Bâtiments et voirie"
    assert service.get(f"/api/v1/consultations/{whole['id']}") == whole
    bare = {
        name: body[name] for name in ("buyer_siret", "title", "launched_on") if name in body
    } | {"reference": "Nue"}
    one = service.make("/api/v1/consultations", bare, "pilot")
    silent = body.keys() - bare.keys()
    assert {one[name] for name in silent} == {None}
    assert one["contracts"] == []
    assert {mark["state"] for mark in one["marks"]} == {"unknown"}


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"launched_on": "2999-01-01"}, "launched_on"),
        ({"launched_on": "2050-01-01"}, "launched_on"),
        ({"launched_on": "1989-12-31"}, "launched_on"),
        ({"lots": 0}, "lots"),
        ({"downloads": -1}, "downloads"),
        ({"offers": 1.5}, "offers"),
        ({"offers": 3}, "sme_offers"),
        ({"sme_offers": 6}, "sme_offers"),
        ({"irregular_offers": 6}, "irregular_offers"),
        ({"variants_retained": 3}, "variants_retained"),
        ({"variant_bidders": 3}, "variant_bidders"),
        ({"variants_allowed": False}, "variants_retained"),
        ({"negotiation_allowed": False, "negotiated": True}, "negotiated"),
        ({"offers": 0, "sme_offers": 0, "irregular_offers": 0}, "outcome"),
        ({"outcome": "won"}, "outcome"),
        ({"procedure": "Concours de beauté"}, "procedure"),
        ({"techniques": ["Magie"]}, "techniques"),
        ({"project_id": NOWHERE}, "project_id"),
        ({"directorate_id": NOWHERE}, "directorate_id"),
        ({"estimated_amount": "-1.00"}, "estimated_amount"),
    ],
)
def test_a_refusal_names_its_field(service: Service, said: dict[str, Any], place: str) -> None:
    assert [loc[:2] for loc in fields(enter(service, **said))] == [["body", place]]
    one = made(service)
    refused = patch(service, f"/consultations/{one['id']}", **said)
    assert [loc[:2] for loc in fields(refused)] == [["body", place]]


@pytest.mark.parametrize(
    "said",
    [
        {"sme_offers": 5, "irregular_offers": 5},
        {"offers": None, "sme_offers": 9},
        {"variants_received": None, "variants_retained": 9},
        {"variants_retained": 2, "variant_bidders": 2},
        {"variants_allowed": None},
        {"variants_allowed": False, "variants_received": 2, "variants_retained": 0},
        {"negotiation_allowed": None, "negotiated": True},
        {"offers": 0, "sme_offers": 0, "irregular_offers": 0, "outcome": "unsuccessful"},
        {"offers": 0, "sme_offers": 0, "irregular_offers": 0, "outcome": None},
        {"lots": 1},
    ],
)
def test_bounds_are_allowed_and_the_unknown_contradicts_nothing(
    service: Service, said: dict[str, Any]
) -> None:
    assert enter(service, **said).status_code == 201


def test_every_contradiction_is_told_at_once_with_the_figure(service: Service) -> None:
    answer = enter(service, sme_offers=9, variants_retained=7)
    assert fields(answer) == [["body", "sme_offers"], ["body", "variants_retained"]]
    first = answer.json()["errors"][0]["message"]
    assert first == "est supérieur aux offres reçues (5)."


@pytest.mark.parametrize("name", ["reference", "title", "launched_on"])
def test_what_makes_a_consultation_is_never_emptied(service: Service, name: str) -> None:
    path = f"/consultations/{made(service)['id']}"
    assert fields(patch(service, path, **{name: None})) == [["body", name]]


def test_a_reference_names_one_consultation_of_a_buyer(service: Service) -> None:
    one, two = made(service), made(service)
    taken = enter(service, reference=one["reference"])
    assert (taken.status_code, taken.json()["type"]) == (409, "reference-taken")
    path = f"/consultations/{two['id']}"
    assert patch(service, path, reference=one["reference"]).status_code == 409
    assert patch(service, path, reference=two["reference"]).is_success
    body = consultation(service.things(siret=OTHER)) | {"reference": one["reference"]}
    assert ask(service, "POST", "/consultations", body, "other-pilot").status_code == 201


def test_a_change_asks_for_the_version_that_was_read(service: Service) -> None:
    path = f"/consultations/{made(service)['id']}"
    for method, address, body in (
        ("PATCH", path, {"offers": 9}),
        ("PUT", f"{path}/marks", {"marks": {"waste": "yes"}}),
        ("DELETE", path, None),
    ):
        assert ask(service, method, address, body).status_code == 428
        assert ask(service, method, address, body, If_Match='"7"').status_code == 412
    changed = patch(service, path, offers=9)
    assert (changed.headers["etag"], changed.json()["offers"]) == ('"2"', 9)


def test_the_same_key_enters_a_consultation_once(service: Service) -> None:
    body = consultation(service.things())
    answers = [
        ask(service, "POST", "/consultations", body, Idempotency_Key="consultation-once")
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].text == answers[1].text


def test_the_project_of_a_consultation_is_of_the_same_buyer(service: Service) -> None:
    answers = [enter(service, project_id=one) for one in (foreign(service, "project"), NOWHERE)]
    assert fields(answers[0]) == [["body", "project_id"]]
    assert answers[0].text == answers[1].text


def test_marks_are_said_changed_and_unsaid(service: Service) -> None:
    one = made(service)
    answer = say(service, one, waste="yes", reuse="no")
    assert answer.headers["etag"] == '"2"'

    def said() -> dict[str, str]:
        marks = service.get(f"/api/v1/consultations/{one['id']}")["marks"]
        return {mark["code"]: mark["state"] for mark in marks if mark["state"] != "unknown"}

    assert answer.json() == service.get(f"/api/v1/consultations/{one['id']}")["marks"]
    assert said() == {"waste": "yes", "reuse": "no"}
    say(service, one, '"2"', waste="unknown", reuse="yes", biobased="unknown")
    assert said() == {"reuse": "yes"}
    wrong = say(service, one, '"3"', waste="yes", nonsense="yes")
    assert fields(wrong) == [["body", "marks", "nonsense"]]
    assert fields(say(service, one, '"3"', waste="maybe")) == [["body", "marks", "waste"]]
    assert said() == {"reuse": "yes"}


def test_a_consultation_tells_the_contracts_that_bear_its_reference(service: Service) -> None:
    one = made(service)
    same = {"consultation_reference": one["reference"]}
    second = contract(service, **same, lot_number=2)
    whole = contract(service, **same)
    first = contract(service, **same, lot_number=1, amount=None)
    body = {"buyer_siret": OTHER, "kind": "marche", "reference": "AILLEURS-1", **same}
    service.make("/api/v1/contracts", body, "other-pilot")
    told = service.get(f"/api/v1/consultations/{one['id']}")["contracts"]
    assert [held["id"] for held in told] == [first["id"], second["id"], whole["id"]]
    assert [held["amount"] for held in told] == [None, "12000.50", "12000.50"]
    listed = service.get(f"/api/v1/contracts?consultation={one['reference']}")["items"]
    assert {held["id"] for held in listed} == {first["id"], second["id"], whole["id"]}


def test_a_consultation_is_removed_with_its_considerations(service: Service) -> None:
    one = made(service)
    say(service, one, waste="yes")
    path = f"/consultations/{one['id']}"
    assert ask(service, "DELETE", path, If_Match='"2"').status_code == 204
    assert ask(service, "GET", path).status_code == 404
    with Session(service.app.state.engines.read) as session:
        left = sa.select(ConsultationMark).where(
            col(ConsultationMark.consultation_id) == UUID(one["id"])
        )
        assert session.scalars(left).all() == []
    # Its reference is free again.
    assert enter(service, reference=one["reference"]).status_code == 201


def test_a_consultation_stays_while_contracts_bear_its_reference(service: Service) -> None:
    one = made(service)
    path, same = f"/consultations/{one['id']}", {"consultation_reference": one["reference"]}
    held = [contract(service, **same)]
    refused = ask(service, "DELETE", path, If_Match=FIRST)
    assert (refused.status_code, refused.json()["type"]) == (409, "consultation-in-use")
    assert refused.json()["detail"].startswith(f"Un marché porte la référence « {one['reference']}")
    held.append(contract(service, **same))
    again = ask(service, "DELETE", path, If_Match=FIRST).json()["detail"]
    assert again.startswith("2 marchés portent la référence")
    assert service.get(f"/api/v1{path}")["id"] == one["id"]
    for each in held:
        answer = patch(
            service, f"/contracts/{each['id']}", f'"{each["version"]}"', consultation_reference=None
        )
        assert answer.is_success, answer.text
    # A contract of another buyer may bear the same words: it holds nothing back.
    elsewhere = {"buyer_siret": OTHER, "kind": "marche", "reference": f"AIL-{one['reference']}"}
    service.make("/api/v1/contracts", elsewhere | same, "other-pilot")
    assert ask(service, "DELETE", path, If_Match=FIRST).status_code == 204


def test_a_directorate_writes_its_own_consultations(service: Service) -> None:
    ours, theirs = service.directorate(), service.directorate(name=ELSEWHERE)
    assert enter(service, "directorate", directorate_id=ours).json()["editable"]
    for place in (theirs, None):
        assert enter(service, "directorate", directorate_id=place).status_code == 403
        path = f"/consultations/{made(service, directorate_id=place)['id']}"
        assert ask(service, "GET", path, account="directorate").json()["editable"] is False
        for method, address, body in (
            ("PATCH", path, {"offers": 9}),
            ("PUT", f"{path}/marks", {"marks": {"waste": "yes"}}),
            ("DELETE", path, None),
        ):
            answer = ask(service, method, address, body, "directorate", If_Match=FIRST)
            assert answer.status_code == 403
        kept = f"/consultations/{made(service, directorate_id=ours)['id']}"
        moved = ask(
            service, "PATCH", kept, {"directorate_id": place}, "directorate", If_Match=FIRST
        )
        assert moved.status_code == 403


def test_consultations_are_listed_by_year_outcome_project_and_words(service: Service) -> None:
    planned = service.make("/api/v1/projects", project(service.things()), "pilot")["id"]
    keys = [
        made(service, launched_on=day, outcome=outcome, **said)["id"]
        for day, outcome, said in (
            ("2011-12-31", "awarded", {}),
            ("2012-01-01", "awarded", {"title": "Réfection d’une école"}),
            ("2012-12-31", "abandoned", {"project_id": planned}),
            ("2012-06-01", None, {}),
        )
    ]

    def found(query: str, limit: int = 100) -> list[int]:
        listed = pages(service, f"/consultations?buyer={DEMONSTRATION}&{query}", limit)
        return [keys.index(one["id"]) for one in listed if one["id"] in keys]

    assert found("", 1) == [2, 3, 1, 0]
    assert found("year=2012", 1) == [2, 3, 1]
    assert found("year=2012&outcome=awarded") == [1]
    assert found(f"project={planned}") == [2]
    assert found("q=REFECTION%20ecole") == [1]
    assert service.get("/api/v1/consultations?year=2012", "other-pilot")["items"] == []


def test_the_demonstration_holds_a_coherent_programme(service: Service) -> None:
    with Session(service.app.state.engines.read) as session:
        buyer = by_siret(session, DEMONSTRATION)
        assert buyer is not None
        consultations = session.scalars(
            sa.select(Consultation).where(
                col(Consultation.buyer_id) == buyer.id,
                col(Consultation.reference).startswith("CONS-"),
            )
        ).all()
        assert len(consultations) == 43
        for one in consultations:
            require_coherent(one.model_dump())
        tied = session.scalars(
            sa.select(col(Contract.consultation_reference))
            .where(
                col(Contract.buyer_id) == buyer.id,
                col(Contract.consultation_reference).startswith("CONS-"),
            )
            .distinct()
        ).all()
        assert len(tied) == 36
        projects = session.scalars(
            sa.select(Project).where(
                col(Project.buyer_id) == buyer.id, col(Project.reference).startswith("PROJ-")
            )
        ).all()
        assert len(projects) == 34
        assert {one.targeted for one in projects} == {True, False, None}
        for planned in projects:
            for day in (planned.anticipation_started_on, planned.rated_on):
                assert day is None or planned.planned_on is None or day <= planned.planned_on
