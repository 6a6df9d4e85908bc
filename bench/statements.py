"""A batch of 1,000 lines of hours over the API, against bare rows; the list of 500 clauses.

The ceiling of the batch writes the very rows that the batch left, into the same tables with the
same indexes, by one executemany per table and one commit. That of the list reads the clauses alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import Session, SQLModel
from starlette.testclient import TestClient

from api.access.models import Mandate, Membership, Organisation, OrganisationKind, Person
from api.access.permissions import Role
from api.app import create_app
from api.contracts.models import LONG_AGO, Contract, Origin
from api.insertion.beneficiaries.models import Beneficiary
from api.insertion.clauses.models import Clause
from api.kit import tokens
from api.kit.db import Engines
from api.rules.hours.vocabulary import ClauseStatus, ClauseType, EvidenceFrequency, Unit
from api.rules.records import Kind
from api.settings import Settings
from bench.databases import siret
from bench.measures import Measure

# Promised: a quarter of the bare rate, or so many lines a second.
BATCH_WANTED, PROMISED = 0.25, 3_000
LINES = 1000
CLAUSES = 500
PERSONS = 250
KEY = "a key of the bench that is long enough to sign"
_TABLES = ("statement", "hours_line")


def measure(engines: Engines, place: Path, engine: str, rounds: int) -> Iterator[Measure]:
    """One line for the batch, one for the list."""
    url = engines.write.url.render_as_string(hide_password=False)
    settings = Settings(data_dir=place, database_url=url, secret=SecretStr(KEY))
    person_id, clauses, people = _fill(engines)
    headers = {"Authorization": f"Bearer {tokens.issue(KEY, str(person_id))}"}
    app = create_app(settings)
    with TestClient(app) as client:
        batches = []
        for number in range(rounds + 1):
            body = _batch(clauses, people, date(2024, 1 + number, 1))
            ours = _post(client, body, headers)
            batches.append((ours, _again(engines, date(2024, 1 + number, 1))))
        ours, bare = (LINES / median(times) for times in zip(*batches[1:], strict=True))
        note = f"{1000 * LINES / ours:.0f} ms over HTTP, judged and journaled"
        subject = f"batch of hours, {engine}"
        yield Measure(subject, ours, bare, "lines/s", BATCH_WANTED, note)
        yield Measure(f"{subject}, rate", ours, PROMISED, "lines/s", 1, "promised 3,000 lines/s")
        yield _list(client, app.state.engines.read, headers, engine, rounds)


def _post(client: TestClient, body: dict[str, Any], headers: dict[str, str]) -> float:
    start = perf_counter()
    answer = client.post("/api/v1/insertion/statements/batch", json=body, headers=headers)
    spent = perf_counter() - start
    assert answer.is_success, answer.text[:500]
    assert answer.json()["accepted"] == LINES
    return spent


def _again(engines: Engines, month: date) -> float:
    """Take out the rows of a month and write them again, bare; answers the seconds of the writing.

    They come out and in as the driver has them.
    """
    with engines.write.connect() as connection, connection.begin():
        rows = {name: _rows(connection, name, month) for name in _TABLES}
        for name in reversed(_TABLES):
            table = SQLModel.metadata.tables[name]
            connection.execute(sa.delete(table).where(table.c.month == month))
    mark = "?" if engines.write.dialect.name == "sqlite" else "%s"
    start = perf_counter()
    with engines.write.connect() as connection, connection.begin():
        for name in _TABLES:
            columns = [column.name for column in SQLModel.metadata.tables[name].c]
            marks = ", ".join([mark] * len(columns))
            connection.exec_driver_sql(
                f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})", rows[name]
            )
    return perf_counter() - start


def _rows(connection: sa.Connection, name: str, month: date) -> list[tuple[Any, ...]]:
    sqlite = connection.dialect.name == "sqlite"
    columns = ", ".join(column.name for column in SQLModel.metadata.tables[name].c)
    found = connection.exec_driver_sql(
        f"SELECT {columns} FROM {name} WHERE month = {'?' if sqlite else '%s'}",
        (month.isoformat() if sqlite else month,),
    )
    return [tuple(row) for row in found]


def _list(
    client: TestClient, engine: sa.Engine, headers: dict[str, str], name: str, rounds: int
) -> Measure:
    address = f"/api/v1/insertion/clauses?limit={CLAUSES}"
    with _counted(engine) as statements:
        found = client.get(address, headers=headers).json()["items"]
    assert len(found) == CLAUSES
    # The rights of who asks, then the list and its gauges.
    assert len(statements) == 2, statements
    times = []
    for _ in range(rounds):
        start = perf_counter()
        client.get(address, headers=headers)
        middle = perf_counter()
        with engine.connect() as connection:
            connection.execute(sa.select(SQLModel.metadata.tables["clause"])).all()
        times.append((middle - start, perf_counter() - middle))
    ours, bare = (CLAUSES / median(spent) for spent in zip(*times, strict=True))
    note = f"one statement, {1000 * CLAUSES / ours:.0f} ms over HTTP"
    return Measure(f"list of clauses, {name}", ours, bare, "clauses/s", note=note)


@contextmanager
def _counted(engine: sa.Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*arguments: Any) -> None:
        if "SELECT" in arguments[2]:
            statements.append(arguments[2])

    sa.event.listen(engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(engine, "before_cursor_execute", note)


def _batch(clauses: list[UUID], people: list[str], month: date) -> dict[str, Any]:
    """Each person works on four clauses, of twenty that take turns."""
    lines = [
        {
            "clause_id": str(clauses[(rank * 4 + turn) % 20]),
            "month": f"{month:%Y-%m}",
            "beneficiary": name,
            "modality": "hire_cdd",
            "hours": "30.25",
            "training_hours": "2.00",
        }
        for rank, name in enumerate(people)
        for turn in range(LINES // PERSONS)
    ]
    return {"lines": lines}


def _fill(engines: Engines) -> tuple[UUID, list[UUID], list[str]]:
    with Session(engines.write) as session, session.begin():
        buyer = Organisation(siret=siret(910), name="Acheteur", kind=OrganisationKind.BUYER)
        plie = Organisation(siret=siret(911), name="Plie", kind=OrganisationKind.FACILITATOR)
        person = Person(email="hours@demo.example", name="Banc d’essai", password_hash="-")  # noqa: S106 - nobody logs in with it
        session.add_all([buyer, plie, person])
        session.flush()
        mandate = Mandate(buyer_id=buyer.id, facilitator_id=plie.id, starts_on=date(2020, 1, 1))
        member = Membership(person_id=person.id, organisation_id=plie.id, role=Role.FACILITATOR)
        contracts = [_contract(buyer.id, number) for number in range(CLAUSES)]
        people = [
            Beneficiary(
                facilitator_id=plie.id, pseudonym=f"B-{n:04}-XX", entered_on=date(2023, 6, 1)
            )
            for n in range(PERSONS)
        ]
        session.add_all([mandate, member, *contracts, *people])
        session.flush()
        clauses = [_clause(one, plie.id) for one in contracts]
        session.add_all(clauses)
        return person.id, [one.id for one in clauses], [one.pseudonym for one in people]


def _contract(buyer_id: UUID, number: int) -> Contract:
    return Contract(
        buyer_id=buyer_id,
        kind=Kind.CONTRACT,
        reference=f"H-{number}",
        subject="Travaux d’entretien",
        listed_on=LONG_AGO,
        origin=Origin.FORM,
        search_text="",
    )


def _clause(contract: Contract, facilitator_id: UUID) -> Clause:
    return Clause(
        buyer_id=contract.buyer_id,
        contract_id=contract.id,
        facilitator_id=facilitator_id,
        title=f"Clause du marché {contract.reference}",
        kind=ClauseType.EXECUTION_CONDITION,
        unit=Unit.HOURS,
        hours=4000,
        engaged=4000,
        evidence_frequency=EvidenceFrequency.MONTHLY,
        starts_on=date(2024, 1, 1),
        ends_on=date(2027, 12, 31),
        status=ClauseStatus.RUNNING,
    )
