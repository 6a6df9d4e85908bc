"""What tests of clauses and feasibility do over and over: write, date mandates, put hours."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from httpx2 import Response
from sqlmodel import Session, col

from api.access.models import Mandate, Organisation
from api.insertion.clauses.models import Clause
from api.insertion.statements.models import HoursLine, Statement, StatementSource
from api.rules.hours.vocabulary import StatementState
from tests.cases.access import FACILITATOR, OTHER_FACILITATOR
from tests.cases.clauses import PATH, new_clause
from tests.conftest import DEMONSTRATION
from tests.operations import Service

Body = dict[str, Any]


def post(
    service: Service, path: str, body: Body, account: str = "pilot", etag: str = ""
) -> Response:
    """Ask for something to be created or done."""
    headers = service.as_(account) | ({"If-Match": etag} if etag else {})
    return service.client.post(path, json=body, headers=headers)


def patch(
    service: Service, path: str, body: Body, account: str = "pilot", etag: str = ""
) -> Response:
    """Ask for something to be changed."""
    headers = service.as_(account) | ({"If-Match": etag} if etag else {})
    return service.client.patch(path, json=body, headers=headers)


def body_of(service: Service, **changes: Any) -> Body:
    """The body of a clause on a contract of its own; a value of ... leaves the field out."""
    body = new_clause(service.things("contract")) | changes
    return {name: value for name, value in body.items() if value is not ...}


def made(service: Service, **changes: Any) -> Body:
    """A new clause, with its address under "path" and its ETag under "etag"."""
    answer = post(service, PATH, body_of(service, **changes))
    assert answer.status_code == 201, answer.text
    return found(answer)


def found(answer: Response) -> Body:
    """What a clause answers, with its address and its ETag."""
    assert answer.is_success, answer.text
    clause: Body = answer.json()
    return clause | {"path": f"{PATH}/{clause['id']}", "etag": answer.headers["etag"]}


def refused(answer: Response) -> dict[str, str]:
    """The fields of a 422, with what is said of each."""
    assert answer.status_code == 422, answer.text
    return {".".join(map(str, one["loc"][1:])): one["message"] for one in answer.json()["errors"]}


def put_hours(
    service: Service, clause_id: str, month: str, state: str, *lines: tuple[int, int, str | None]
) -> None:
    """A statement of a month (AAAA-MM) with lines (hours, training, outside), in quarter-hours."""
    with Session(service.app.state.engines.write) as session, session.begin():
        clause = session.get_one(Clause, UUID(clause_id))
        assert clause.facilitator_id is not None
        keys: dict[str, Any] = {
            "clause_id": clause.id,
            "buyer_id": clause.buyer_id,
            "facilitator_id": clause.facilitator_id,
            "month": date.fromisoformat(f"{month}-01"),
        }
        statement = Statement(**keys, state=StatementState(state), source=StatementSource.SITE)
        session.add(statement)
        session.flush()
        for place, (hours, training, outside) in enumerate(lines):
            counted = 0 if outside else hours + (training if clause.training_counted else 0)
            session.add(
                HoursLine(
                    **keys,
                    statement_id=statement.id,
                    position=place,
                    persons=1,
                    hours=hours,
                    training=training,
                    counted=counted,
                    outside=outside,
                )
            )


def organisation_id(session: Session, siret: str) -> UUID:
    """The id of an organisation of the demonstration."""
    return session.scalars(
        sa.select(col(Organisation.id)).where(col(Organisation.siret) == siret)
    ).one()


@contextmanager
def mandate(
    service: Service, starts_on: date, ends_on: date | None, siret: str = FACILITATOR
) -> Iterator[None]:
    """The only mandate of a facilitator for the demonstration buyer, on these days."""
    with Session(service.app.state.engines.write) as session, session.begin():
        facilitator = organisation_id(session, siret)
        buyer = organisation_id(session, DEMONSTRATION)
        of_both = (col(Mandate.facilitator_id) == facilitator, col(Mandate.buyer_id) == buyer)
        kept = [
            (one.starts_on, one.ends_on)
            for one in session.scalars(sa.select(Mandate).where(*of_both))
        ]
        _set(session, facilitator, buyer, [(starts_on, ends_on)])
    yield
    with Session(service.app.state.engines.write) as session, session.begin():
        _set(session, facilitator, buyer, kept)


def second_facilitator(service: Service) -> Any:
    """The other facilitator, also mandated by the demonstration buyer."""
    return mandate(service, date(2024, 1, 1), None, OTHER_FACILITATOR)


def _set(
    session: Session, facilitator: UUID, buyer: UUID, days: list[tuple[date, date | None]]
) -> None:
    session.execute(
        sa.delete(Mandate).where(
            col(Mandate.facilitator_id) == facilitator, col(Mandate.buyer_id) == buyer
        )
    )
    session.add_all(
        Mandate(facilitator_id=facilitator, buyer_id=buyer, starts_on=start, ends_on=end)
        for start, end in days
    )


class Statements:
    """Counts the statements that reach any database while it listens; BEGIN is none."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> "Statements":
        sa.event.listen(sa.Engine, "before_cursor_execute", self._seen)
        return self

    def __exit__(self, *_: object) -> None:
        sa.event.remove(sa.Engine, "before_cursor_execute", self._seen)

    def _seen(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.count += not statement.startswith("BEGIN")
