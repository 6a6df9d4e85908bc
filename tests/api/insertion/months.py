"""A facilitator's month through the API: states hours, moves statements, and looks at answers."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from httpx2 import Response
from sqlmodel import Session, col

from api.insertion.beneficiaries.models import Beneficiary, Employment
from api.insertion.clauses.models import Clause
from tests.cases.statements import PATH
from tests.operations import Service


def send(
    service: Service, path: str, body: Any = None, account: str = "facilitator", **headers: str
) -> Response:
    """POST something of statements."""
    sent = service.as_(account) | {name.replace("_", "-"): one for name, one in headers.items()}
    return service.client.post(f"{PATH}{path}", json=body, headers=sent)


def put(service: Service, made: Any, lines: list[Any], **headers: str) -> Response:
    """Replace the lines of a statement, at the version that was read."""
    tag = {"If-Match": f'"{made["version"]}"'}
    sent = service.as_("facilitator") | tag | {k.replace("_", "-"): v for k, v in headers.items()}
    return service.client.put(f"{PATH}/{made['id']}", json={"lines": lines}, headers=sent)


def state(service: Service, clause: UUID | str, month: str, *lines: Any) -> Response:
    """Make the draft of a month."""
    return send(service, "", {"clause_id": str(clause), "month": month, "lines": list(lines)})


def stated(service: Service, clause: UUID | str, month: str, *lines: Any) -> Any:
    """A draft that was taken."""
    answer = state(service, clause, month, *lines)
    assert answer.status_code == 201, answer.text
    return answer.json()


def moved(service: Service, made: Any, *moves: str, account: str = "facilitator") -> Any:
    """A statement after moves that all pass."""
    for move in moves:
        body = {"comment": "Voir les attestations"} if move in ("return", "reject") else None
        answer = send(service, f"/{made['id']}/{move}", body, account)
        assert answer.status_code == 200, answer.text
        made = answer.json()
    return made


def read(service: Service, made: Any, account: str = "facilitator") -> Any:
    """A statement as an account reads it."""
    return service.get(f"{PATH}/{made['id']}", account)


def validated(service: Service, clause: UUID | str, month: str, *lines: Any) -> Any:
    """A validated statement."""
    return moved(service, stated(service, clause, month, *lines), "submit", "validate")


def line(beneficiary: str, hours: str, **facts: Any) -> dict[str, Any]:
    """Hours of one person."""
    return {"beneficiary": beneficiary, "hours": hours} | facts


def placed(clause: UUID | str, month: str, beneficiary: str, hours: str) -> dict[str, Any]:
    """A line of a batch."""
    return line(beneficiary, hours, clause_id=str(clause), month=month)


def errors(answer: Response, status: int = 422) -> dict[tuple[Any, ...], str]:
    """The messages of a refusal by the place of their field, after its status."""
    assert answer.status_code == status, answer.text
    return {tuple(one["loc"]): one["message"] for one in answer.json()["errors"]}


def warned(made: Any) -> str:
    """The warnings of an answer, together."""
    return " ".join(one["message"] for one in made["warnings"])


def employment_of(service: Service, pseudonym: str, start: date, end: date | None = None) -> str:
    """An employment contract of a person."""
    with Session(service.app.state.engines.write) as session, session.begin():
        found = sa.select(Beneficiary).where(col(Beneficiary.pseudonym) == pseudonym)
        person = session.scalars(found).one()
        employment = Employment(
            facilitator_id=person.facilitator_id,
            beneficiary_id=person.id,
            starts_on=start,
            ends_on=end,
        )
        session.add(employment)
        return str(employment.id)


def change_clause(service: Service, clause: UUID, **facts: Any) -> None:
    """Change a clause in the database."""
    change = sa.update(Clause).where(col(Clause.id) == clause).values(**facts)
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(change)


def change_person(service: Service, pseudonym: str, **facts: Any) -> None:
    """Change a person in the database."""
    change = sa.update(Beneficiary).where(col(Beneficiary.pseudonym) == pseudonym).values(**facts)
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(change)


def count(service: Service, table: Any, *conditions: sa.ColumnElement[bool]) -> int:
    """How many rows of a table."""
    with Session(service.app.state.engines.read) as session:
        statement = sa.select(sa.func.count()).select_from(table).where(*conditions)
        return session.scalar(statement) or 0
