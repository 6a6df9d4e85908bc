"""Insertion in the demonstration: something to do on every page, and figures that are right."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from api.access.service import by_siret
from api.demonstration import buyers
from api.demonstration import insertion as demonstration_insertion
from api.demonstration.insertion import follow_up
from api.insertion.beneficiaries.models import Beneficiary
from api.insertion.clauses.models import Clause, Penalty
from api.insertion.statements.models import HoursLine, Statement
from api.kit.days import today
from api.rules.fiction_insertion_records import Bought
from tests.cases.access import FACILITATOR
from tests.conftest import DEMONSTRATION
from tests.operations import Service
from tests.oracle.insertion import figures
from tests.oracle.told_insertion import answered, expected

INSERTION = "/api/v1/insertion"


def test_every_page_has_something_to_show(service: Service) -> None:
    clauses = service.get(f"{INSERTION}/clauses?buyer={DEMONSTRATION}", "facilitator")["items"]
    persons = service.get(f"{INSERTION}/beneficiaries?limit=100", "facilitator")["items"]
    requests = service.get(f"{INSERTION}/feasibility-requests", "facilitator")["items"]
    late = service.get(f"{INSERTION}/statements/reminders?limit=100", "facilitator")["items"]
    assert len(clauses) == 10
    assert len(persons) == 45
    assert {one["state"] for one in requests} == {"late", "answered"}
    assert late


def test_statements_are_in_every_state_and_some_came_late(service: Service) -> None:
    with Session(service.app.state.engines.read) as session:
        states = sa.select(col(Statement.state), sa.func.count()).group_by(col(Statement.state))
        found = {state.value: number for state, number in session.execute(states)}
    assert set(found) == {"draft", "submitted", "to_correct", "validated", "rejected"}
    assert found["submitted"] >= 5
    assert found["to_correct"] >= 2
    path = f"{INSERTION}/statements?late=true&limit=100&buyer={DEMONSTRATION}"
    late = [one for one in service.get(path)["items"] if one["submitted_at"]]
    assert 5 <= len(late) <= 40


def test_it_is_loaded_once(session: Session) -> None:
    tables: list[type[SQLModel]] = [Clause, Penalty, Beneficiary, Statement, HoursLine]

    def counted() -> list[Any]:
        return [session.scalar(sa.select(sa.func.count()).select_from(one)) for one in tables]

    before = counted()
    buyer = by_siret(session, DEMONSTRATION)
    facilitator = by_siret(session, buyers.FACILITATOR[0])
    assert buyer is not None
    assert facilitator is not None
    assert not demonstration_insertion.load(session, buyer.id, facilitator.id)
    assert counted() == before
    assert all(before)


def test_its_figures_are_those_of_the_oracle(service: Service) -> None:
    contracts = bought(service)
    made = follow_up(list(contracts.values()))
    year = min(today().year, 2026)
    path = f"{INSERTION}/figures?organisation={DEMONSTRATION}&year={year}"
    answer = service.get(path, "facilitator")
    ids = {one["reference"]: one["id"] for one in answer["clauses"]}
    told = answered(answer)
    facts = asdict(made) | {"buyers": [DEMONSTRATION]}
    clauses = [ids.get(made.contracts[one.contract].reference, "none") for one in made.clauses]
    right = expected(figures(facts, year, today()), clauses)
    assert {place: told.get(place) for place in right} == right


def bought(service: Service) -> dict[str, Bought]:
    """The contracts that carry the clauses, as the demonstration reads them."""
    with Session(service.app.state.engines.read) as session:
        buyer = by_siret(session, DEMONSTRATION)
        assert buyer is not None
        chosen = demonstration_insertion.chosen(session, buyer.id)
    return {one.reference: one for _, one in chosen}


def test_nobody_is_named_and_pseudonyms_stay_the_same(service: Service) -> None:
    persons = service.get(f"{INSERTION}/beneficiaries?limit=100", "facilitator")["items"]
    assert not any(one["identity_kept"] for one in persons)
    path = f"{INSERTION}/figures?organisation={FACILITATOR}"
    assert service.get(path, "facilitator")["clauses_followed"] > 0
