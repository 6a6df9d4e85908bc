"""Persons followed under a pseudonym: facts, eligibility, path, and who is told what of them."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Mandate, Membership, Person
from api.access.permissions import Role
from api.access.service import by_siret
from api.insertion.beneficiaries import pseudonyms
from api.insertion.beneficiaries.models import Beneficiary
from api.kit.days import today
from api.rules.hours.vocabulary import StatementState
from tests.api.insertion.persons import (
    CLAUSE_TITLE,
    add_hours,
    ask,
    events,
    field_of,
    follow,
    identify,
    write,
)
from tests.cases.access import FACILITATOR, OTHER_FACILITATOR
from tests.conftest import DEMONSTRATION
from tests.operations import Service

FORM = re.compile(r"B-[2-9ACDEFGHJKMNPQRTVWXY]{4}-[2-9ACDEFGHJKMNPQRTVWXY]{2}")


def change(service: Service, person: Any, **body: Any) -> Any:
    return ask(service, "PATCH", f"/{person['id']}", body, If_Match=f'"{person["version"]}"')


def listed(service: Service, query: str = "") -> list[str]:
    found, cursor = [], ""
    while True:
        page = ask(service, "GET", f"?limit=2{query}{cursor}").json()
        found += [one["pseudonym"] for one in page["items"]]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def test_a_pseudonym_is_drawn_and_never_twice_the_same(service: Service) -> None:
    drawn = {follow(service)["pseudonym"] for _ in range(30)}
    assert len(drawn) == 30
    assert all(FORM.fullmatch(one) for one in drawn)
    assert len({pseudonyms.draw() for _ in range(2000)}) == 2000


def test_a_pseudonym_is_never_given(service: Service) -> None:
    assert ask(service, "POST", "", {"pseudonym": "B-AAAA-AA"}).status_code == 422
    assert field_of(change(service, follow(service), pseudonym="B-AAAA-AA")) == [
        "body",
        "pseudonym",
    ]


def test_a_pseudonym_that_is_taken_is_drawn_again(service: Service) -> None:
    taken = follow(service)["pseudonym"]
    draws = iter([taken, taken, "B-2222-22"])
    with Session(service.app.state.engines.read) as session:
        assert pseudonyms.fresh(session, lambda: next(draws)) == "B-2222-22"
        with pytest.raises(RuntimeError):
            pseudonyms.fresh(session, lambda: taken)


def test_nothing_has_to_be_said_and_what_is_not_said_stays_unknown(service: Service) -> None:
    person = follow(service)
    unknown = ("sex", "birth_band", "public", "qualification", "qpv", "eligible_until")
    assert {person[name] for name in unknown} == {None}
    assert person["eligibility"] == "unknown"
    assert person["information_due"] is True
    assert person["identity_kept"] is False
    assert person["eligibility_months"] == 24


@pytest.mark.parametrize("year", [1992, 1899, today().year // 5 * 5])
def test_a_birth_year_is_taken_as_a_band_only(service: Service, year: int) -> None:
    assert field_of(ask(service, "POST", "", {"birth_band": year})) == ["body", "birth_band"]


def test_facts_that_contradict_each_other_are_refused(service: Service) -> None:
    tomorrow = str(today() + timedelta(days=1))
    answer = ask(service, "POST", "", {"qpv": False, "qpv_code": "QN06201M"})
    assert field_of(answer) == ["body", "qpv_code"]
    assert field_of(ask(service, "POST", "", {"informed_on": tomorrow})) == ["body", "informed_on"]


def test_eligibility_lasts_from_the_entry_and_follows_it(service: Service) -> None:
    person = follow(service, entered_on="2025-01-15")
    assert person["eligible_until"] == "2027-01-14"
    moved = change(service, person, entered_on="2025-02-01", eligibility_months=6).json()
    assert moved["eligible_until"] == "2025-07-31"
    cleared = change(service, moved, entered_on=None).json()
    assert cleared["eligible_until"] is None
    for months in (0, 61, None):
        field = field_of(change(service, cleared, eligibility_months=months))
        assert field == ["body", "eligibility_months"]


def test_a_change_needs_the_current_version(service: Service) -> None:
    person = follow(service)
    assert ask(service, "PATCH", f"/{person['id']}", {"sex": "f"}).status_code == 428
    assert change(service, person, sex="f").status_code == 200
    assert change(service, person, sex="h").status_code == 412


def test_the_list_is_read_by_state_of_eligibility(service: Service) -> None:
    day = today()
    ends = {"eligible": 400, "ending": 60, "over": -1}
    people = {"unknown": follow(service, external_ref="state")["pseudonym"]}
    for state, days in ends.items():
        person = follow(service, entered_on="2026-01-01")
        write(
            service,
            sa.update(Beneficiary)
            .where(col(Beneficiary.id) == UUID(person["id"]))
            .values(eligible_until=day + timedelta(days=days)),
        )
        again = ask(service, "GET", f"/{person['id']}").json()
        assert again["eligibility"] == state
        people[state] = person["pseudonym"]
    found = {one: set(listed(service, f"&state={one}")) & set(people.values()) for one in people}
    assert found["eligible"] == {people["eligible"], people["ending"]}
    assert found["ending"] == {people["ending"]}
    assert found["over"] == {people["over"]}
    assert found["unknown"] == {people["unknown"]}


def test_a_search_looks_at_the_pseudonym_and_the_reference(service: Service) -> None:
    person = follow(service, external_ref="Dossier 100%_7")
    for q in (person["pseudonym"], person["pseudonym"][2:6].lower(), "dossier 100%25_7"):
        assert person["pseudonym"] in listed(service, f"&q={q}")
    follow(service, external_ref="Dossier 100x7")
    assert listed(service, "&q=100%25_7") == [person["pseudonym"]]


def test_pages_hold_everybody_once_the_last_entered_first(service: Service) -> None:
    entered = [follow(service)["pseudonym"] for _ in range(5)]
    found = listed(service)
    assert len(found) == len(set(found))
    assert found[:5] == entered[::-1]


def test_a_list_holds_ones_own_only(service: Service) -> None:
    foreign = follow(service, "other-facilitator")["pseudonym"]
    assert foreign not in listed(service)
    assert listed(service, f"&q={foreign}") == []


def test_a_person_who_objects_leaves_the_lists_and_keeps_the_hours(service: Service) -> None:
    person = follow(service)
    add_hours(service, person["id"], date(2026, 3, 1))
    objected = change(service, person, objected=True).json()
    assert objected["months"][0]["counted"] == "107.00"
    assert person["pseudonym"] not in listed(service)
    assert person["pseudonym"] in listed(service, "&objected=true")


def test_a_reference_serves_once_in_a_structure(service: Service) -> None:
    follow(service, external_ref="R-unique")
    again = ask(service, "POST", "", {"external_ref": "R-unique"})
    assert (again.status_code, again.json()["type"]) == (409, "external-ref-taken")
    taken = change(service, follow(service), external_ref="R-unique")
    assert taken.status_code == 409
    follow(service, "other-facilitator", external_ref="R-unique")


@pytest.mark.parametrize(
    ("said", "body"),
    [
        ({"public": "young"}, {"public": "senior"}),
        ({"entered_on": "2026-01-05"}, {"entered_on": "2026-01-06"}),
        ({}, {"eligibility_months": 36}),
    ],
)
def test_eligibility_is_frozen_at_the_entry_once_hours_are_validated(
    service: Service, said: dict[str, Any], body: dict[str, Any]
) -> None:
    """R-E3."""
    person = follow(service, **said)
    add_hours(service, person["id"], date(2026, 3, 1))
    assert field_of(change(service, person, **body)) == ["body", "reason"]
    assert change(service, person, **body, reason="Erreur de saisie").status_code == 200
    (*_, event) = events(service, "beneficiary.changed")
    assert event.details == {"fields": list(body), "reason": "Erreur de saisie"}


def test_before_validated_hours_or_where_it_was_unknown_no_reason_is_asked(
    service: Service,
) -> None:
    person = follow(service, public="young")
    add_hours(service, person["id"], date(2026, 3, 1), StatementState.SUBMITTED)
    assert change(service, person, public="senior").status_code == 200
    completed = follow(service)
    add_hours(service, completed["id"], date(2026, 3, 1))
    assert change(service, completed, public="senior").status_code == 200


def test_a_path_is_told_from_the_contract_to_the_exits(service: Service) -> None:
    person = follow(service)
    path = f"/{person['id']}"
    contract = {"starts_on": "2026-01-05", "kind": "cdd_long", "weekly": "35.25"}
    employment = ask(service, "POST", f"{path}/employments", contract).json()
    assert employment["weekly"] == "35.25"
    ended = service.client.patch(
        f"/api/v1/insertion/employments/{employment['id']}",
        json={"ends_on": "2026-06-30"},
        headers=service.as_("facilitator"),
    ).json()
    assert ended == employment | {"ends_on": "2026-06-30"}
    training = {"kind": "certifying", "title": "CACES", "hours": "35.00", "certified": True}
    assert ask(service, "POST", f"{path}/trainings", training).status_code == 201
    for situation in ("unknown", "durable_job"):
        said = {"situation": situation, "observed_on": "2026-07-01"}
        assert ask(service, "PUT", f"{path}/exits/end", said).status_code == 200
    assert ask(service, "PUT", f"{path}/exits/m12", {"situation": "unknown"}).status_code == 200
    read = ask(service, "GET", path).json()
    assert read["employments"] == [ended]
    assert read["trainings"][0]["hours"] == "35.00"
    told = [(one["checkpoint"], one["situation"]) for one in read["exits"]]
    assert told == [("end", "durable_job"), ("m12", "unknown")]


def test_an_employment_does_not_end_before_it_starts(service: Service) -> None:
    path = f"/{follow(service)['id']}/employments"
    contract = {"starts_on": "2026-01-05", "ends_on": "2026-01-04"}
    assert field_of(ask(service, "POST", path, contract)) == ["body", "ends_on"]
    for weekly in ("0.00", "48.25"):
        contract = {"starts_on": "2026-01-05", "weekly": weekly}
        assert field_of(ask(service, "POST", path, contract)) == ["body", "weekly"]


@pytest.fixture
def mandate_over(service: Service) -> Iterator[None]:
    """The mandate of the demonstration buyer is over."""
    with Session(service.app.state.engines.read) as session:
        buyer, holder = (by_siret(session, one) for one in (DEMONSTRATION, FACILITATOR))
    assert buyer is not None
    assert holder is not None
    standing = sa.update(Mandate).where(
        col(Mandate.buyer_id) == buyer.id,
        col(Mandate.facilitator_id) == holder.id,
        col(Mandate.ends_on).is_(None),
    )
    over = today() - timedelta(days=1)
    write(service, standing.values(ends_on=over))
    yield
    ended = sa.update(Mandate).where(
        col(Mandate.buyer_id) == buyer.id, col(Mandate.ends_on) == over
    )
    write(service, ended.values(ends_on=None))


def months(service: Service, person: Any) -> list[tuple[str, str | None, str]]:
    read = ask(service, "GET", f"/{person['id']}").json()
    return [(one["month"], one["clause_title"], one["counted"]) for one in read["months"]]


def test_the_hours_of_a_person_are_told_by_month_and_clause(service: Service) -> None:
    person = follow(service)
    for month in (2, 3):
        add_hours(service, person["id"], date(2026, month, 1))
    assert months(service, person) == [
        ("2026-03", CLAUSE_TITLE, "107.00"),
        ("2026-02", CLAUSE_TITLE, "107.00"),
    ]


def test_after_a_mandate_the_hours_of_a_person_name_no_clause(
    service: Service, request: pytest.FixtureRequest
) -> None:
    person = follow(service)
    add_hours(service, person["id"], date(2026, 2, 1))
    request.getfixturevalue("mandate_over")
    assert months(service, person) == [("2026-02", None, "107.00")]


def test_an_export_holds_all_and_the_identity_only_on_demand(service: Service) -> None:
    person = follow(service, external_ref="R-export")
    ask(service, "POST", f"/{person['id']}/eligibility", {"criterion": "rsa"})
    identify(service, person["id"], "Canarique")
    path, reason = f"/{person['id']}/export", "Demande de la personne"
    plain = ask(service, "POST", path, {"reason": reason})
    assert plain.json()["identity"] is None
    assert "Canarique" not in plain.text
    whole = ask(service, "POST", path, {"reason": reason, "identity": True}).json()
    assert whole["identity"]["last_name"] == "Canarique"
    assert whole["beneficiary"]["external_ref"] == "R-export"
    assert [one["criterion"] for one in whole["eligibility"]] == ["rsa"]
    done = [one["action"] for one in whole["trace"]]
    assert done[0] == "beneficiary.created"
    assert done[-2:] == ["beneficiary.exported"] * 2
    (*_, event) = events(service, "beneficiary.exported")
    assert event.details == {"reason": reason, "identity": True}


@pytest.fixture
def of_two_structures(service: Service) -> Iterator[None]:
    """The facilitator's account works for a second structure."""
    with Session(service.app.state.engines.write) as session, session.begin():
        there = by_siret(session, OTHER_FACILITATOR)
        email = col(Person.email) == "facilitator@demo.example"
        person = session.scalars(sa.select(Person).where(email)).one()
        assert there is not None
        added = Membership(person_id=person.id, organisation_id=there.id, role=Role.FACILITATOR)
        session.add(added)
        key = (person.id, there.id)
    yield
    write(
        service,
        sa.delete(Membership).where(
            col(Membership.person_id) == key[0], col(Membership.organisation_id) == key[1]
        ),
    )


@pytest.mark.usefixtures("of_two_structures")
def test_who_works_for_two_structures_says_for_which(service: Service) -> None:
    assert field_of(ask(service, "POST", "", {})) == ["body", "facilitator_siret"]
    person = follow(service, facilitator_siret=OTHER_FACILITATOR)
    assert person["pseudonym"] in listed(service)
    assert ask(service, "GET", f"/{person['id']}", account="other-facilitator").is_success


def test_an_administrator_of_a_buyer_follows_nobody(service: Service) -> None:
    for body in ({}, {"facilitator_siret": DEMONSTRATION}):
        answer = ask(service, "POST", "", body, "administrator")
        assert (answer.status_code, answer.json()["type"]) == (403, "forbidden")
