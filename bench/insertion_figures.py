"""The figures of insertion of one buyer, against one bare grouped query on the same rows.

The ceiling adds the hours and counts the persons by clause and month, and nothing else. What is
measured beside it is the whole answer: hours, breakdowns, exits, long paths, through the filter of
disclosure.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from api.access.models import Organisation, OrganisationKind
from api.insertion.clauses.models import Clause, ClauseObject
from api.insertion.figures import scope, service, views
from api.insertion.figures.scope import Scope, Window
from api.insertion.statements.models import StatementSource
from api.kit.db import Engines
from api.rules.hours.vocabulary import (
    ClauseStatus,
    ClauseType,
    EmploymentKind,
    EvidenceFrequency,
    ExitCheckpoint,
    ExitSituation,
    Modality,
    PublicFamily,
    Qualification,
    Sex,
    StatementState,
    TrainingKind,
    Unit,
)
from bench.databases import LAST_YEAR, siret
from bench.measures import Measure, rates
from bench.rows import Rows

# A third of the rate of the bare query: at most three times its time.
WANTED = 1 / 3
LINES, SMALL_LINES = 100_000, 5_000
PERSONS = (400, 5_000)
CLAUSES = 60
STATEMENTS = 5  # clauses, lines, persons, exits, penalties
_BUYER, _FACILITATOR = 900, 901

_BARE = sa.text(
    "SELECT hours_line.clause_id, hours_line.month, sum(counted), count(DISTINCT beneficiary_id)"
    " FROM hours_line JOIN statement ON statement.id = statement_id"
    " JOIN clause ON clause.id = hours_line.clause_id"
    " LEFT JOIN beneficiary ON beneficiary.id = beneficiary_id"
    " WHERE hours_line.buyer_id = :buyer_id AND hours_line.month <= :last"
    " AND state IN ('submitted', 'to_correct', 'validated')"
    " GROUP BY hours_line.clause_id, hours_line.month"
).bindparams(sa.bindparam("buyer_id", type_=sa.Uuid()), sa.bindparam("last", type_=sa.Date()))


def measure(
    engines: Engines, engine: str, rounds: int, lines: int = LINES, persons: int = PERSONS[1]
) -> Iterator[Measure]:
    """One line: the figures of a year of ``lines`` lines of ``persons`` persons."""
    buyer_id = _fill(engines, lines, persons)
    window = scope.window(LAST_YEAR, date(LAST_YEAR + 1, 6, 1))
    where = Scope(buyers=(buyer_id,), facilitator_id=None)
    parameters = {"buyer_id": buyer_id, "last": window.last_month}
    with Session(engines.read) as session:
        with _counted(engines) as statements:
            hours = service.compute(session, where, window).tally.total.hours
        assert len(statements) == STATEMENTS, statements
        assert hours
        ours, ceiling = rates(
            rounds,
            lambda: lines if _figures(session, where, window) else 0,
            lambda: lines if session.execute(_BARE, parameters).all() else 0,
        )
    note = f"{lines:,} lines, {persons:,} persons, {1000 * lines / ours:.0f} ms"
    yield Measure(f"insertion figures, {engine}", ours, ceiling, "lines/s", WANTED, note)


def _figures(session: Session, where: Scope, window: Window) -> int:
    return len(views.protected(service.compute(session, where, window)).breakdowns)


@contextmanager
def _counted(engines: Engines) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*arguments: object) -> None:
        if "SELECT" in str(arguments[2]):
            statements.append(str(arguments[2]))

    sa.event.listen(engines.read, "before_cursor_execute", note)
    yield statements
    sa.event.remove(engines.read, "before_cursor_execute", note)


def _fill(engines: Engines, lines: int, persons: int) -> UUID:
    with Session(engines.write) as session, session.begin():
        buyer = Organisation(siret=siret(_BUYER), name="Acheteur", kind=OrganisationKind.BUYER)
        other = Organisation(
            siret=siret(_FACILITATOR), name="Plie", kind=OrganisationKind.FACILITATOR
        )
        session.add_all([buyer, other])
        session.flush()
        rows = Rows(session)
        ids = rows.key(buyer.id), rows.key(other.id)
        clauses = _clauses(rows, buyer.id, other.id)
        _lines(rows, ids, clauses, _people(rows, ids[1], persons), lines)
        # What PostgreSQL does by itself after a while.
        session.execute(sa.text("ANALYZE"))
        return buyer.id


def _clauses(rows: Rows, buyer_id: UUID, facilitator_id: UUID) -> list[UUID]:
    contracts = [
        {
            "id": rows.key(),
            "buyer_id": rows.key(buyer_id),
            "kind": "marche",
            "reference": f"I-{number}",
            "amount": rows.random.randrange(10_000, 5_000_000) * 100,
            "listed_on": rows.day(date(LAST_YEAR, 1, 1)),
            "origin": "form",
            "search_text": "",
            "version": 1,
        }
        for number in range(CLAUSES)
    ]
    rows.put("contract", contracts)
    clauses = [
        Clause(
            buyer_id=buyer_id,
            contract_id=UUID(str(contract["id"])),
            facilitator_id=facilitator_id,
            title=f"Clause {contract['reference']}",
            kind=ClauseType.EXECUTION_CONDITION,
            object=rows.random.choice(list(ClauseObject)),
            purchase_family=f"Famille {rows.random.randrange(12)}",
            unit=Unit.HOURS,
            hours=rows.random.randrange(1000, 40_000),
            evidence_frequency=EvidenceFrequency.MONTHLY,
            starts_on=date(LAST_YEAR - 1, 1, 1),
            ends_on=date(LAST_YEAR + 1, 12, 31),
            status=ClauseStatus.RUNNING,
        )
        for contract in contracts
    ]
    rows.session.add_all(clauses)
    rows.session.flush()
    return [one.id for one in clauses]


def _people(rows: Rows, facilitator: Any, persons: int) -> list[Any]:
    people = [
        {
            "id": rows.key(),
            "facilitator_id": facilitator,
            "pseudonym": f"P-{number}",
            "sex": rows.some(Sex),
            "birth_band": rows.random.randrange(1960, 2006, 5),
            "public": rows.some(PublicFamily),
            "qualification": rows.some(Qualification),
            "qpv": rows.random.choice([True, False, None]),
            "eligibility_months": 24,
            "objected": False,
            "version": 1,
        }
        for number in range(persons)
    ]
    rows.put("beneficiary", people)
    ids = [one["id"] for one in people]
    _paths(rows, facilitator, ids)
    return ids


def _paths(rows: Rows, facilitator: Any, ids: list[Any]) -> None:
    rows.put(
        "employment",
        [
            {
                "id": rows.key(),
                "facilitator_id": facilitator,
                "beneficiary_id": one,
                "kind": rows.some(EmploymentKind),
                "starts_on": rows.day(date(LAST_YEAR, 1, 1)),
            }
            for one in ids
        ],
    )
    rows.put(
        "training",
        [
            {
                "id": rows.key(),
                "beneficiary_id": one,
                "kind": TrainingKind.CERTIFYING.value,
                "hours": 160,
                "certified": True,
            }
            for one in ids[::4]
        ],
    )
    rows.put(
        "beneficiary_exit",
        [
            {
                "beneficiary_id": one,
                "checkpoint": checkpoint.value,
                "situation": rows.random.choice(list(ExitSituation)).value,
            }
            for one in ids[::2]
            for checkpoint in ExitCheckpoint
        ],
    )


def _lines(
    rows: Rows, ids: tuple[Any, Any], clauses: list[UUID], people: list[Any], count: int
) -> None:
    buyer, facilitator = ids
    owner = {"buyer_id": buyer, "facilitator_id": facilitator}
    states = [*[StatementState.VALIDATED.value] * 8, "submitted", "draft"]
    statements = [
        {
            "id": rows.key(),
            "clause_id": rows.key(clause),
            **owner,
            "month": rows.day(date(LAST_YEAR, month, 1)),
            "state": rows.random.choice(states),
            "source": StatementSource.API.value,
            "version": 1,
        }
        for month in range(1, 13)
        for clause in clauses
    ]
    rows.put("statement", statements)
    modalities = list(Modality)
    made = []
    for place in range(count):
        rank = place % len(people)
        # Whoever works here does so for a few clauses, month after month.
        clause = (rank * 7 + rows.random.randrange(3)) % len(clauses)
        statement = statements[rows.random.randrange(12) * len(clauses) + clause]
        hours = rows.random.randrange(4, 200)
        made.append(
            {
                "id": rows.key(),
                "statement_id": statement["id"],
                "clause_id": statement["clause_id"],
                **owner,
                "month": statement["month"],
                "position": place,
                "beneficiary_id": people[rank],
                "modality": modalities[rank % len(modalities)].value,
                "hours": hours,
                "training": 0,
                "counted": hours,
            }
        )
    rows.put("hours_line", made)
