"""Studies of feasibility: asked by a buyer, answered by its facilitator, decided by the buyer."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.forms import (
    CHOICE,
    Form,
    fields_of,
    from_record,
    labels,
    only_said,
    read_typed,
    submitted,
    to_body,
)
from web.pages.calculating import families_of
from web.rendering import with_params
from web.visit import Visit, api_of, go, member, once, once_in

LIST = "/insertion/etudes"
BY_PAGE = 25
STATES: Mapping[str, str] = {
    "waiting": "En attente",
    "late": "En retard",
    "answered": "Répondues",
}
# What another page may put in the form of a request.
CARRIED = ("subject", "family", "cpv", "estimate", "months", "expected_on", "comment")
DAYS = 28  # within which the facilitator answers, when nothing else is said


async def study_list(request: Request) -> Response:
    """The requests: those made, and those received."""
    visit = await member(request)
    given = request.query_params
    state = given.get("state") if given.get("state") in STATES else None
    page = await visit.read(
        "list_feasibility_requests",
        state=state,
        limit=BY_PAGE,
        cursor=given.get("cursor") or None,
    )
    response = visit.page(
        "studies/list.html",
        blocks=("compte", "resultats"),
        studies=page,
        state=state,
        states=STATES,
        cursor=given.get("cursor"),
        tabs=_tabs(state),
        words=words(api_of(request).document),
        receives=receives(visit),
    )
    response.headers["HX-Push-Url"] = with_params(
        LIST, {"state": state, "cursor": given.get("cursor")}
    )
    return response


def receives(visit: Visit) -> bool:
    """Tell whether the visitor works for a facilitator: requests come to them."""
    return visit.organisation is not None and visit.organisation["kind"] == "facilitator"


def _tabs(state: str | None) -> list[tuple[str, str, bool, None]]:
    found: list[tuple[str, str, bool, None]] = [("Toutes", LIST, state is None, None)]
    for code, told in STATES.items():
        found.append((told, with_params(LIST, {"state": code}), state == code, None))
    return found


def words(document: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The French of the closed codes that the pages of studies show."""
    names = {
        "answer": "FeasibilityAnswer",
        "decision": "FeasibilityDecision",
        "refusal": "RefusalReason",
        "public": "Public",
        "modality": "Modality",
    }
    return {name: labels(document, schema) for name, schema in names.items()}


async def new_page(request: Request) -> Response:
    """The form of a request; a calculation or a contract may have filled it."""
    visit = await member(request)
    _askers_only(visit)
    form = await _new_form(visit)
    given = request.query_params
    form.typed = from_record(form.fields, {"directorate_id": _directorate(visit)})
    form.typed |= {name: given[name] for name in CARRIED if name in given}
    contract = await _contract(visit, given.get("marche"))
    if contract is not None:
        form.typed |= {
            name: value
            for name, value in from_record(form.fields, _of_contract(contract)).items()
            if value and not form.typed.get(name)
        }
    return await _new(visit, form, contract, 200)


def _askers_only(visit: Visit) -> None:
    # The API is not asked before the form is sent.
    if not visit.can("feasibility:ask") or receives(visit):
        raise HTTPException(403)


async def _new_form(visit: Visit) -> Form:
    """The fields of a request; directorates and facilitators become closed lists."""
    fields = fields_of(api_of(visit.request).document, "FeasibilityRequestCreate")
    for name in ("buyer_siret", "contract_id", "sent_on"):
        fields.pop(name)
    directorates, facilitators = await asyncio.gather(_directorates(visit), _facilitators(visit))
    for name, options in (("directorate_id", directorates), ("facilitator_siret", facilitators)):
        if options:
            fields[name] = replace(fields[name], kind=CHOICE, options=options)
        else:
            fields.pop(name)
    if len(facilitators) == 1:
        fields.pop("facilitator_siret")
    elif "facilitator_siret" in fields:
        fields["facilitator_siret"] = replace(
            fields["facilitator_siret"], title="Facilitateur", help="", required=True
        )
    return Form(fields)


async def _directorates(visit: Visit) -> tuple[tuple[str, str], ...]:
    if visit.siret is None:
        return ()
    found = await visit.read("list_directorates", siret=visit.siret)
    return tuple((one["id"], one["name"]) for one in found)


async def _facilitators(visit: Visit) -> tuple[tuple[str, str], ...]:
    mandates = await visit.read("list_mandates")
    return tuple(
        (one["facilitator"]["siret"], one["facilitator"]["name"])
        for one in mandates
        if one["running"] and one["buyer"]["siret"] == visit.siret
    )


def _directorate(visit: Visit) -> str | None:
    """The directorate of a member of one: they ask for it and no other."""
    held = visit.viewer.memberships if visit.viewer else []
    own = [one for one in held if one["organisation"]["siret"] == visit.siret]
    return next((one["directorate_id"] for one in own if one["directorate_id"]), None)


async def _contract(visit: Visit, key: str | None) -> dict[str, Any] | None:
    """A contract that the visitor reads; none for another, or for something that is no key."""
    if not key:
        return None
    try:
        found: dict[str, Any] = await visit.read("read_contract", contract_id=key)
    except ApiProblem as problem:
        if problem.status not in (403, 404, 422):
            raise
        return None
    return found


def _of_contract(contract: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "subject": contract["subject"],
        "cpv": contract["cpv"],
        "estimate": contract["amount"],
        "months": contract["months"],
        "directorate_id": contract.get("directorate_id"),
    }


async def _new(visit: Visit, form: Form, contract: dict[str, Any] | None, status: int) -> Response:
    return visit.page(
        "studies/new.html",
        status=status,
        form=form,
        contract=contract,
        families=await families_of(visit, visit.siret),
        once=once(),
        days=DAYS,
    )


async def create(request: Request) -> Response:
    """Ask, once even if the form is sent twice."""
    visit = await member(request)
    _askers_only(visit)
    data = await visit.form()
    form = await _new_form(visit)
    form.typed = read_typed(form.fields, data)
    contract = await _contract(visit, str(data.get("marche", "")))
    said = to_body(form.fields, form.typed) | {
        "buyer_siret": visit.siret,
        "contract_id": contract["id"] if contract else None,
    }
    body = only_said(said)
    call = visit.call(
        "create_feasibility_request",
        content={"json": body},
        idempotency_key=once_in(data),
    )
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        return await _new(visit, form, contract, answer.status)
    return go(f"{LIST}/{answer.data['id']}", "etude-demandee")


async def study_page(request: Request) -> Response:
    """One request, the advice given, and what remains to be said of it."""
    return await _show(await member(request), 200)


async def _show(
    visit: Visit, status: int, *, answer: Form | None = None, decision: Form | None = None
) -> Response:
    key = visit.request.path_params["request_id"]
    found = await visit.call("read_feasibility_request", request_id=key)
    told = words(api_of(visit.request).document)
    return visit.page(
        "studies/detail.html",
        status=status,
        study=found.data,
        etag=found.etag or "",
        answer_form=answer or _filled(visit, "FeasibilityAnswerIn", found.data),
        decision_form=decision or _filled(visit, "FeasibilityDecisionIn", _decided(found.data)),
        wrong=answer or decision,
        words=told,
        proposed={
            "publics": [told["public"][one] for one in found.data["publics"] or []],
            "modalities": [told["modality"][one] for one in found.data["modalities"] or []],
        },
    )


def _decided(study: Mapping[str, Any]) -> dict[str, Any]:
    return {"decision": study["decision"], "comment": study["decision_comment"]}


def _said_form(visit: Visit, schema: str) -> Form:
    fields = fields_of(api_of(visit.request).document, schema)
    for name in ("refusal", "justification"):
        if name in fields:
            fields[name] = replace(fields[name], help="Obligatoire quand l’avis est « Aucune ».")
    return Form(fields)


def _filled(visit: Visit, schema: str, record: Mapping[str, Any]) -> Form:
    form = _said_form(visit, schema)
    form.typed = from_record(form.fields, record)
    return form


async def give_answer(request: Request) -> Response:
    """Give the advice of the facilitator, or correct it before the buyer decides."""
    return await _say(request, "FeasibilityAnswerIn", "answer_feasibility_request", "answer")


async def decide(request: Request) -> Response:
    """Say what the buyer does of the advice."""
    return await _say(request, "FeasibilityDecisionIn", "decide_feasibility_request", "decision")


SAID = {"answer": "etude-repondue", "decision": "etude-decidee"}


async def _say(request: Request, schema: str, operation: str, which: str) -> Response:
    visit = await member(request)
    key = request.path_params["request_id"]
    data = await visit.form()
    form = _said_form(visit, schema)
    form.typed = read_typed(form.fields, data)
    said = to_body(form.fields, form.typed)
    body = only_said(said)
    etag = str(data.get("etag", ""))
    call = visit.call(operation, request_id=key, if_match=etag, content={"json": body})
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        return await _show(visit, answer.status, **{which: form})
    return go(f"{LIST}/{key}", SAID[which])


routes = [
    Route(LIST, study_list, methods=["GET"]),
    Route(f"{LIST}/nouvelle", new_page, methods=["GET"]),
    Route(f"{LIST}/nouvelle", create, methods=["POST"]),
    Route(f"{LIST}/{{request_id:uuid}}", study_page, methods=["GET"]),
    Route(f"{LIST}/{{request_id:uuid}}/avis", give_answer, methods=["POST"]),
    Route(f"{LIST}/{{request_id:uuid}}/suite", decide, methods=["POST"]),
]
