"""A facilitator's desk: follows persons through the API, and makes time pass in the database."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from httpx2 import Response
from sqlmodel import Session, SQLModel, col

from api.access.service import by_siret
from api.insertion.beneficiaries.models import Beneficiary
from api.insertion.clauses.models import Clause
from api.insertion.statements.models import HoursLine, Statement, StatementSource
from api.kit.audit import AuditEvent
from api.rules.hours.vocabulary import (
    ClauseStatus,
    ClauseType,
    EvidenceFrequency,
    StatementState,
    Unit,
)
from tests.cases.access import FACILITATOR
from tests.cases.beneficiaries import BENEFICIARIES
from tests.conftest import DEMONSTRATION
from tests.operations import Service

CLAUSE_TITLE = "Insertion au lot de peinture"


def ask(
    service: Service,
    method: str,
    path: str,
    body: Any = None,
    account: str = "facilitator",
    **headers: str,
) -> Response:
    """Ask something of the insertion API; ``path`` after the address of beneficiaries."""
    sent = service.as_(account) | {name.replace("_", "-"): one for name, one in headers.items()}
    return service.client.request(method, f"{BENEFICIARIES}{path}", json=body, headers=sent)


def follow(service: Service, account: str = "facilitator", **facts: Any) -> Any:
    """Follow a person with these facts."""
    answer = ask(service, "POST", "", facts, account)
    assert answer.status_code == 201, answer.text
    return answer.json()


def identify(
    service: Service, beneficiary_id: str, name: str = "Exemple", account: str = "facilitator"
) -> None:
    """Keep an identity of a person."""
    body = {"last_name": name, "first_name": "Fictif", "birth_date": "1991-02-03"}
    answer = ask(service, "PUT", f"/{beneficiary_id}/identity", body, account)
    assert answer.status_code == 200, answer.text


def events(service: Service, action: str) -> list[AuditEvent]:
    """The events of an action, the last last."""
    found = sa.select(AuditEvent).where(col(AuditEvent.action) == action)
    with Session(service.app.state.engines.read) as session:
        return list(session.scalars(found.order_by(sa.text("id"))))


def write(service: Service, *statements: sa.Executable) -> None:
    """Change the database behind the service's back."""
    with Session(service.app.state.engines.write) as session, session.begin():
        for statement in statements:
            session.execute(statement)


def rows(service: Service, table: type[SQLModel], beneficiary_id: str) -> list[dict[str, Any]]:
    """The rows of a table about a person."""
    columns = SQLModel.metadata.tables[str(table.__tablename__)].c
    key = columns["id"] if table is Beneficiary else columns["beneficiary_id"]
    with Session(service.app.state.engines.read) as session:
        found = session.execute(sa.select(*columns).where(key == UUID(beneficiary_id)))
        return [dict(one) for one in found.mappings()]


def field_of(answer: Response) -> list[str | int]:
    """The place of the only field that is refused."""
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    place: list[str | int] = error["loc"]
    return place


def add_hours(
    service: Service,
    beneficiary_id: str,
    month: date,
    state: StatementState = StatementState.VALIDATED,
) -> None:
    """Hours of a person: 100 worked and 7 of training, on a clause of their own."""
    contract_id = UUID(service.things().contract_id)
    with Session(service.app.state.engines.write) as session, session.begin():
        buyer, holder = (by_siret(session, one) for one in (DEMONSTRATION, FACILITATOR))
        assert buyer is not None
        assert holder is not None
        clause = Clause(
            buyer_id=buyer.id,
            contract_id=contract_id,
            facilitator_id=holder.id,
            title=CLAUSE_TITLE,
            kind=ClauseType.EXECUTION_CONDITION,
            unit=Unit.HOURS,
            evidence_frequency=EvidenceFrequency.MONTHLY,
            status=ClauseStatus.RUNNING,
        )
        keys: dict[str, Any] = {"facilitator_id": holder.id, "buyer_id": buyer.id, "month": month}
        session.add(clause)
        session.flush()
        statement = Statement(clause_id=clause.id, state=state, source=StatementSource.API, **keys)
        session.add(statement)
        session.flush()
        session.add(
            HoursLine(
                statement_id=statement.id,
                clause_id=clause.id,
                position=1,
                beneficiary_id=UUID(beneficiary_id),
                hours=400,
                training=28,
                counted=428,
                **keys,
            )
        )


def on_disk(service: Service) -> bytes:
    """All the bytes of a SQLite database, its journal emptied into it."""
    with service.app.state.engines.write.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.rollback()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    path = Path(str(sa.make_url(service.app.state.settings.url).database))
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
