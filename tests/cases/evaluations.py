"""Operations of the evaluations of contracts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.operation import Operation, Things


def evaluation(things: Things) -> dict[str, Any]:
    """An evaluation of a contract by its buyer."""
    return {
        "contract_id": things.contract_id,
        "done_on": "2026-06-30",
        "side": "buyer",
        "subject": "execution",
        "score": "14.50",
        "comment": "Délais tenus",
    }


def _made(service: Any, base: Things) -> Things:
    things: Things = service.things("contract", base.siret)
    made = service.make("/api/v1/evaluations", evaluation(things), service.pilot_of(base.siret))
    return replace(things, ids={"evaluation_id": made["id"]}, etag='"1"')


_WRITE = Operation("evaluations:write", "an organisation", makes="evaluation")

OPERATIONS: dict[str, Operation] = {
    "list_evaluations": Operation("contracts:read", "own list"),
    "create_evaluation": replace(
        _WRITE, makes="open contract", body=evaluation, event="evaluation.created"
    ),
    "change_evaluation": replace(
        _WRITE, body=lambda _: {"score": "12.25"}, event="evaluation.changed"
    ),
    "remove_evaluation": replace(_WRITE, event="evaluation.removed"),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {"evaluation": _made}
