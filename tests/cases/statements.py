"""Operations of statements, and the clauses and persons that hours are stated of."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.contracts.models import Contract
from api.insertion.beneficiaries.models import Beneficiary
from api.insertion.clauses.models import Clause
from api.kit.columns import new_id
from api.kit.days import today
from api.rules.hours.calendar import add_months, month_of
from tests.cases.access import FACILITATOR, OTHER_FACILITATOR
from tests.conftest import DEMONSTRATION, OTHER
from tests.operation import Operation, Things

PATH = "/api/v1/insertion/statements"
HOLDERS = {OTHER: OTHER_FACILITATOR}
_numbers = count(1)


def month(back: int = 0) -> str:
    """A month before this one, as the API writes it."""
    return f"{add_months(month_of(today()), -back):%Y-%m}"


def clause_of(service: Any, siret: str = DEMONSTRATION, **facts: Any) -> UUID:
    """A running clause of a buyer, entrusted to the facilitator that serves it."""
    holder = HOLDERS.get(siret, FACILITATOR)
    contract = service.things("", siret).contract_id if siret in _PILOTED else None
    with Session(service.app.state.engines.write) as session, session.begin():
        buyer, facilitator = _organisations(session, siret, holder)
        told: dict[str, Any] = {
            "buyer_id": buyer,
            "facilitator_id": facilitator,
            "contract_id": UUID(contract) if contract else _contract(session, buyer),
            "title": f"Clause {next(_numbers)}",
            "kind": "execution_condition",
            "unit": "hours",
            "hours": 4000,
            "evidence_frequency": "monthly",
            "starts_on": date(2024, 1, 15),
            "status": "running",
        }
        clause = Clause.model_validate(told | facts)
        session.add(clause)
        return clause.id


def person_of(service: Any, siret: str = FACILITATOR, **facts: Any) -> str:
    """A person followed by a facilitator, eligible; answers the pseudonym."""
    with Session(service.app.state.engines.write) as session, session.begin():
        (holder,) = _organisations(session, siret)
        drawn = new_id().hex[-10:].upper()
        told = {
            "facilitator_id": holder,
            "pseudonym": f"B-{drawn[:6]}-{drawn[6:]}",
            "entered_on": date(2024, 1, 1),
            "eligible_until": date(2035, 12, 31),
        }
        person = Beneficiary.model_validate(told | facts)
        session.add(person)
        return person.pseudonym


_PILOTED = (DEMONSTRATION, OTHER)


def _organisations(session: Session, *sirets: str) -> list[UUID]:
    found = sa.select(col(Organisation.siret), col(Organisation.id))
    rows = session.execute(found.where(col(Organisation.siret).in_(sirets)))
    known: dict[str, UUID] = {row[0]: row[1] for row in rows}
    return [known[one] for one in sirets]


def _contract(session: Session, buyer: UUID) -> UUID:
    found = sa.select(col(Contract.id)).where(col(Contract.buyer_id) == buyer).limit(1)
    return session.scalars(found).one()


def _clause(service: Any, base: Things) -> Things:
    return replace(base, ids={"clause_id": str(clause_of(service, base.siret))})


def _statement(service: Any, base: Things, *moves: str) -> Things:
    account = service.facilitator_of(base.siret)
    clause = _clause(service, base)
    made = service.make(PATH, _month_of(clause), account)
    for move in moves:
        path = f"{PATH}/{made['id']}/{move}"
        answer = service.client.post(path, headers=service.as_(account))
        assert answer.status_code == 200, answer.text
        made = answer.json()
    ids = {"statement_id": made["id"], "line_id": made["lines"][0]["id"]}
    return replace(clause, ids=dict(clause.ids) | ids, etag=f'"{made["version"]}"')


def _month_of(things: Things) -> dict[str, Any]:
    lines = [{"persons": 2, "hours": "70.25", "training_hours": "7.00"}]
    return {"clause_id": things.ids["clause_id"], "month": month(1), "lines": lines}


def _batch(things: Things) -> dict[str, Any]:
    line = {"clause_id": things.ids["clause_id"], "month": month(1), "persons": 1, "hours": "35"}
    # Taken in part, a batch tells each line; as a whole, an unknown clause refuses all.
    return {"lines": [line], "partial": things.siret in _PILOTED}


def _correction(things: Things) -> dict[str, Any]:
    return {"line_id": things.ids["line_id"], "hours": "60.00", "reason": "Feuille d’heures relue"}


def _why(_things: Things) -> dict[str, Any]:
    return {"comment": "Les attestations manquent : joignez-les."}


def _grid(things: Things) -> dict[str, Any]:
    return {"clause_id": things.ids["clause_id"]}


def _write(event: str, makes: str, body: Callable[[Things], dict[str, Any]] | None) -> Operation:
    return Operation(
        "statements:write", "a clause", makes=makes, body=body, event=event, by="facilitator"
    )


OPERATIONS: dict[str, Operation] = {
    "list_statements": Operation("insertion:read", "own list"),
    "list_reminders": Operation("insertion:read", "own list"),
    "list_statement_months": Operation("insertion:read", "own list"),
    # A draft is its facilitator's alone.
    "read_statement": Operation("insertion:read", "a clause", makes="submitted statement"),
    "read_grid": Operation(
        "statements:write", "a clause", makes="stated clause", query=_grid, by="facilitator"
    ),
    "create_statement": _write("statement.created", "stated clause", _month_of),
    "change_statement": replace(
        _write(
            "statement.changed",
            "statement",
            lambda _: {"lines": [{"persons": 1, "hours": "12.50"}]},
        ),
        of="a facilitator",
    ),
    "submit_statement": replace(
        _write("statement.submitted", "statement", None), of="a facilitator"
    ),
    "validate_statement": _write("statement.validated", "submitted statement", None),
    "return_statement": _write("statement.returned", "submitted statement", _why),
    "reject_statement": _write("statement.rejected", "submitted statement", _why),
    "correct_statement": _write("statement.corrected", "validated statement", _correction),
    "record_batch": replace(
        _write("statements.recorded", "stated clause", _batch), of="the platform"
    ),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {
    "stated clause": _clause,
    "statement": _statement,
    "submitted statement": lambda service, base: _statement(service, base, "submit"),
    "validated statement": lambda service, base: _statement(service, base, "submit", "validate"),
}
