"""Operations of feasibility."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.operation import Operation, Things

PATH = "/api/v1/insertion/feasibility-requests"


def new_request(things: Things) -> dict[str, Any]:
    """The body of a request of the buyer of ``things``."""
    return {
        "buyer_siret": things.siret,
        "subject": "Réfection des peintures de trois écoles",
        "family": "Peinture intérieure",
        "cpv": "45442110-1",
        "estimate": "250000.00",
        "months": 18,
        "expected_on": "2027-02-01",
        "comment": "Travaux pendant les congés scolaires.",
    }


ANSWER = {
    "answer": "execution_condition",
    "hours": "420.00",
    "rate": "0.07",
    "publics": ["rsa"],
    "modalities": ["temp_etti"],
}


def _parameter(things: Things) -> dict[str, Any]:
    return {
        "organisation": things.siret,
        "family": "Peinture intérieure",
        "labour_share": "0.70",
        "rate": "0.07",
        "hourly_cost": "35.00",
        "note": "Relevé sur trois marchés",
    }


def _made_request(service: Any, base: Things) -> Things:
    made = service.make(PATH, new_request(base), service.pilot_of(base.siret))
    return replace(base, ids={"request_id": made["id"]}, etag=f'"{made["version"]}"')


def _made_answer(service: Any, base: Things) -> Things:
    things = _made_request(service, base)
    headers = service.as_(service.facilitator_of(base.siret)) | {"If-Match": things.etag}
    answer = service.client.post(
        f"{PATH}/{things.ids['request_id']}/answer", json=ANSWER, headers=headers
    )
    assert answer.status_code == 200, answer.text
    return replace(things, etag=answer.headers["etag"])


OPERATIONS: dict[str, Operation] = {
    "calculate_hours": Operation(
        "signed in",
        body=lambda _: {
            "amount": "100000.00",
            "labour_share": "0.80",
            "rate": "0.05",
            "hourly_cost": "20.00",
        },
    ),
    "list_calculation_parameters": Operation(
        "insertion:read", "a clause", query=lambda things: {"organisation": things.siret}
    ),
    "create_calculation_parameter": Operation(
        "parameters:write", "an organisation", body=_parameter, event="parameter.created"
    ),
    "list_feasibility_requests": Operation("insertion:read", "own list"),
    "create_feasibility_request": Operation(
        "feasibility:ask",
        "an organisation",
        makes="directorate",
        body=new_request,
        event="feasibility.asked",
    ),
    "read_feasibility_request": Operation("insertion:read", "a clause", makes="request"),
    "answer_feasibility_request": Operation(
        "feasibility:answer",
        "a clause",
        makes="request",
        body=lambda _: dict(ANSWER),
        event="feasibility.answered",
        by="facilitator",
    ),
    "decide_feasibility_request": Operation(
        "clauses:write",
        "a clause",
        makes="answered request",
        body=lambda _: {"decision": "followed"},
        event="feasibility.decided",
    ),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {
    "request": _made_request,
    "answered request": _made_answer,
}
