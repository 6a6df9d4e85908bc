"""Operations of the purchase programme."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from tests.conftest import DEMONSTRATION
from tests.operation import Operation, Things

# An action of the scheme that both buyers of the demonstration adopted.
SCHEME, ACTION = "call-2023-2026", "A 1-1"

_numbers = count(1)


def project(things: Things) -> dict[str, Any]:
    """A project that the programme of a buyer does not hold yet."""
    return {
        "buyer_siret": things.siret,
        "reference": f"P-{next(_numbers)}",
        "title": "Entretien des haies",
        "year": 2026,
        "state": "studied",
        "purchase_family": "Espaces verts",
        "estimated_amount": "120000.00",
        "recurrent": True,
        "targeted": True,
        "planned_on": "2026-10-01",
        "anticipation_started_on": "2026-01-15",
        "rated_on": "2026-03-02",
        "insertion_expertise": True,
        "life_cycle_analysis": False,
        "sustainable_assistance": None,
        "comment": "Reconduction",
    }


def _made(service: Any, base: Things) -> Things:
    body = project(base)
    if base.siret == DEMONSTRATION:
        body["directorate_id"] = service.directorate()
    made = service.make("/api/v1/projects", body, service.pilot_of(base.siret))
    return replace(base, ids={"project_id": made["id"]}, etag='"1"')


_WRITE = Operation("programme:write", "an organisation", makes="project")

OPERATIONS: dict[str, Operation] = {
    "list_projects": Operation("contracts:read", "own list"),
    "create_project": replace(_WRITE, makes="directorate", body=project, event="project.created"),
    "read_project": Operation("contracts:read", "an organisation", makes="project"),
    "change_project": replace(
        _WRITE,
        body=lambda _: {"state": "decided", "targeted": False},
        event="project.changed",
    ),
    "remove_project": replace(_WRITE, event="project.removed"),
    "set_project_actions": replace(
        _WRITE,
        body=lambda _: {"actions": [{"scheme": SCHEME, "action": ACTION, "done": None}]},
        event="project.actions",
    ),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {"project": _made}
