"""What follows a promise, filled: clauses and their hours, figures and steps that people say."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from api.actions.models import Audience, EventKind, EventState
from api.insertion.clauses.models import ClauseObject
from api.insertion.statements.models import StatementSource
from api.rules.hours.vocabulary import (
    ClauseStatus,
    ClauseType,
    EvidenceFrequency,
    Modality,
    StatementState,
    Unit,
)
from api.schemes.models import Way
from bench.rows import YEARS, Rows


def clauses(rows: Rows, buyer: UUID, contracts: Sequence[Any]) -> list[Any]:
    """A clause for one contract in fifty; answers their keys."""
    made = [
        {
            "id": rows.key(),
            "buyer_id": rows.key(buyer),
            "version": 1,
            "contract_id": one,
            "title": "Clause",
            "kind": ClauseType.EXECUTION_CONDITION.value,
            "object": rows.half(rows.some(ClauseObject)),
            "unit": Unit.HOURS.value,
            "hours": 4000,
            "engaged": rows.number(8000),
            "by_orders": False,
            "publics": "[]",
            "modalities": "[]",
            "training_counted": True,
            "eligibility_months": 24,
            "evidence_frequency": EvidenceFrequency.MONTHLY.value,
            "evidence_days": 15,
            "starts_on": rows.day_of(*YEARS),
            "status": ClauseStatus.RUNNING.value,
        }
        for one in contracts[::50]
    ]
    rows.put("clause", made)
    return [one["id"] for one in made]


def hours(rows: Rows, buyer: UUID, clauses: Sequence[Any], count: int) -> None:
    """Statements of every month, most of them validated, with ``count`` lines in all."""
    owner = {"buyer_id": rows.key(buyer), "facilitator_id": rows.key(buyer)}
    states = [*[StatementState.VALIDATED.value] * 8, "submitted", "draft"]
    statements = [
        {
            "id": rows.key(),
            "clause_id": clause,
            **owner,
            "month": rows.day(date(year, month, 1)),
            "state": rows.random.choice(states),
            "source": StatementSource.API.value,
            "version": 1,
        }
        for clause in clauses
        for year in YEARS
        for month in range(1, 13)
    ]
    rows.put("statement", statements)
    modalities = [one.value for one in Modality]
    made = []
    for position in range(count):
        statement = rows.random.choice(statements)
        made.append(
            {
                "id": rows.key(),
                "statement_id": statement["id"],
                "clause_id": statement["clause_id"],
                **owner,
                "month": statement["month"],
                "position": position,
                "modality": rows.random.choice(modalities),
                "hours": 120,
                "training": 0,
                "counted": 120,
            }
        )
    rows.put("hours_line", made)


def said(rows: Rows, buyer: UUID, indicators: Sequence[tuple[UUID, Way]]) -> None:
    """What people say: every figure of the scheme, and half of its steps."""
    owner = {"organisation_id": rows.key(buyer), "version": 1}
    rows.put(
        "measure",
        [
            {
                "id": rows.key(),
                "indicator_id": rows.key(one),
                **owner,
                "year": year,
                "value": rows.random.randrange(100) * 1_000_000,
                "base": 100_000_000,
            }
            for one, way in indicators
            for year in YEARS
            if way is Way.CAPTURED
        ],
    )
    rows.put(
        "milestone",
        [
            {
                "id": rows.key(),
                "indicator_id": rows.key(one),
                **owner,
                "period": period,
                "done": rows.flag(),
            }
            for one, way in indicators
            for period in ("once", *map(str, YEARS))
            if way is Way.MILESTONE
        ],
    )


def events(rows: Rows, organisation: Any, scheme: Any, actions: Sequence[str]) -> None:
    """Events of every kind, that serve two actions each."""
    events = [
        {
            "id": rows.key(),
            "organisation_id": organisation,
            "kind": rows.random.choice(list(EventKind)).value,
            "title": "Réunion",
            "held_on": rows.day_of(*YEARS),
            "audience": rows.half(rows.some(Audience)),
            "state": rows.random.choice(list(EventState)).value,
            "participants": rows.number(80),
            "expected": rows.number(80),
            "version": 1,
        }
        for _ in range(60)
    ]
    rows.put("event", events)
    served = [
        {"event_id": one["id"], "scheme_id": scheme, "action": action}
        for one in events
        for action in rows.random.sample(actions, 2)
    ]
    rows.put("event_action", served)
