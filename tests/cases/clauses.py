"""Operations of clauses."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.operation import Operation, Things

PATH = "/api/v1/insertion/clauses"


def new_clause(things: Things) -> dict[str, Any]:
    """The body of a clause of the contract of ``things``."""
    return {
        "contract_id": things.contract_id,
        "title": "Clause d’insertion du lot peinture",
        "kind": "execution_condition",
        "unit": "hours",
        "hours": "1200.00",
        "publics": ["rsa", "deld"],
        "modalities": ["hire_cdd", "temp_etti"],
        "penalty_mode": "per_missing_hour",
        "penalty_amount": "60.00",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "status": "running",
    }


def _made_clause(service: Any, base: Things) -> Things:
    made = service.make(PATH, new_clause(base), service.pilot_of(base.siret))
    return replace(base, ids={"clause_id": made["id"]}, etag=f'"{made["version"]}"')


def _made_penalty(service: Any, base: Things) -> Things:
    things = _made_clause(service, base)
    headers = service.as_(service.pilot_of(base.siret)) | {"If-Match": things.etag}
    clause_id = things.ids["clause_id"]
    answer = service.client.post(
        f"{PATH}/{clause_id}/penalties", json=_penalty(things), headers=headers
    )
    assert answer.status_code == 201, answer.text
    ids = {"clause_id": clause_id, "penalty_id": answer.json()["penalties"][0]["id"]}
    return replace(things, ids=ids, etag=answer.headers["etag"])


def _penalty(_things: Things) -> dict[str, Any]:
    return {"on": "2026-10-01", "missing_hours": "12.50"}


OPERATIONS: dict[str, Operation] = {
    "list_clauses": Operation("insertion:read", "own list"),
    "create_clause": Operation(
        "clauses:write", "an organisation", body=new_clause, event="clause.created"
    ),
    "read_clause": Operation("insertion:read", "a clause", makes="clause"),
    "change_clause": Operation(
        "clauses:write",
        "a clause",
        makes="clause",
        body=lambda _: {"evidence_days": 20},
        event="clause.changed",
    ),
    "add_clause_change": Operation(
        "clauses:write",
        "a clause",
        makes="clause",
        body=lambda _: {"kind": "amendment", "on": "2026-06-01", "total": "1500.00"},
        event="clause.engagement_changed",
    ),
    "create_penalty": Operation(
        "clauses:write",
        "a clause",
        makes="clause",
        body=_penalty,
        event="penalty.computed",
    ),
    "change_penalty": Operation(
        "clauses:write",
        "a clause",
        makes="penalty",
        body=lambda _: {"decision": "waived", "reason": "Intempéries"},
        event="penalty.decided",
    ),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {
    "clause": _made_clause,
    "penalty": _made_penalty,
}
