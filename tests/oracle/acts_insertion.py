"""What a facilitator does with persons and statements, in two ways.

By the API, one request at a time; or by the services behind it, many in one transaction, where
volumes ask for it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel
from sqlmodel import Session, col

from api.access.current import actor_of
from api.access.models import Person
from api.access.permissions import Actor
from api.insertion.beneficiaries import path as paths
from api.insertion.beneficiaries import service as persons
from api.insertion.beneficiaries.schemas import (
    BeneficiaryCreate,
    EmploymentCreate,
    ExitPut,
    TrainingCreate,
)
from api.insertion.statements import corrections
from api.insertion.statements import service as statements
from api.insertion.statements.schemas import CorrectionIn, MoveIn
from api.rules.hours.vocabulary import ExitCheckpoint, StatementState
from tests.operations import Service

INSERTION = "/api/v1/insertion"
Body = Mapping[str, Any]
Served = Callable[[Session, Actor, tuple[str, ...], Any], BaseModel]


@dataclass(frozen=True)
class Act:
    """One thing to do: its address, its body, and the service behind."""

    method: str
    path: str
    body: type[BaseModel]
    served: Served


class Do(Protocol):
    """Do one act on things, with a body, and give the JSON answered."""

    def __call__(self, name: str, *ids: str, body: Body) -> Any: ...


def _move(path: str, target: StatementState) -> Act:
    return Act(
        "POST",
        f"/statements/{{0}}/{path}",
        MoveIn,
        lambda session, actor, ids, body: statements.move(
            session, actor, UUID(ids[0]), target, body.comment
        ),
    )


ACTS: Mapping[str, Act] = {
    "person": Act(
        "POST",
        "/beneficiaries",
        BeneficiaryCreate,
        lambda session, actor, _, body: persons.create(session, actor, body),
    ),
    "employment": Act(
        "POST",
        "/beneficiaries/{0}/employments",
        EmploymentCreate,
        lambda session, actor, ids, body: paths.add_employment(session, actor, UUID(ids[0]), body),
    ),
    "training": Act(
        "POST",
        "/beneficiaries/{0}/trainings",
        TrainingCreate,
        lambda session, actor, ids, body: paths.add_training(session, actor, UUID(ids[0]), body),
    ),
    "exit": Act(
        "PUT",
        "/beneficiaries/{0}/exits/{1}",
        ExitPut,
        lambda session, actor, ids, body: paths.put_exit(
            session, actor, UUID(ids[0]), ExitCheckpoint(ids[1]), body
        ),
    ),
    "submitted": _move("submit", StatementState.SUBMITTED),
    "to_correct": _move("return", StatementState.TO_CORRECT),
    "validated": _move("validate", StatementState.VALIDATED),
    "rejected": _move("reject", StatementState.REJECTED),
    "correction": Act(
        "POST",
        "/statements/{0}/corrections",
        CorrectionIn,
        lambda session, actor, ids, body: corrections.correct(session, actor, UUID(ids[0]), body),
    ),
}


@contextmanager
def by_api(service: Service, account: str) -> Iterator[Do]:
    """Each act a request."""

    def do(name: str, *ids: str, body: Body) -> Any:
        act = ACTS[name]
        answer = service.client.request(
            act.method, INSERTION + act.path.format(*ids), json=body, headers=service.as_(account)
        )
        assert answer.status_code in (200, 201), (name, body, answer.text)
        return answer.json()

    yield do


@contextmanager
def by_services(service: Service, account: str) -> Iterator[Do]:
    """All acts in one transaction, as the person of the account."""
    asks = sa.select(col(Person.id)).where(col(Person.email) == f"{account}@demo.example")
    with Session(service.app.state.engines.write) as session, session.begin():
        actor = actor_of(session.connection(), session.scalars(asks).one())

        def do(name: str, *ids: str, body: Body) -> Any:
            act = ACTS[name]
            return act.served(session, actor, ids, act.body(**body)).model_dump(mode="json")

        yield do
