"""What moves the commitment of a clause after its notification, and its penalties."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import insertion
from web.client import ApiProblem
from web.forms import Form, fields_of, from_record, only_said, read_typed, submitted, to_body
from web.visit import Visit, api_of, go, member, once, once_in

CLAUSE = "/insertion/clauses/{clause_id:uuid}"
# What a penalty is worked out from, by the mode of the clause.
PENALTY_FIELDS: Mapping[str | None, str] = {
    "per_missing_hour": "missing_hours",
    "per_late_day": "late_days",
    "percentage": "base_amount",
}


async def change_page(request: Request) -> Response:
    """The empty form of a change of the commitment."""
    return await _empty(request, "insertion/engagement.html", "EngagementChangeIn")


async def add_change(request: Request) -> Response:
    """Add an amendment, an order, a tranche, a termination or a correction."""
    template, anchor = "insertion/engagement.html", "engagement"
    return await _create(
        request, template, "EngagementChangeIn", "add_clause_change", ("engagement", anchor)
    )


async def penalties_page(request: Request) -> Response:
    """The penalties of a clause, and the form that works one out."""
    return await _empty(request, "insertion/penalties.html", "PenaltyCreate")


async def create_penalty(request: Request) -> Response:
    """Work a penalty out; it waits for a decision."""
    template = "insertion/penalties.html"
    return await _create(
        request, template, "PenaltyCreate", "create_penalty", ("penalite", "penalites")
    )


async def _empty(request: Request, template: str, schema: str) -> Response:
    visit = await member(request)
    key = request.path_params["clause_id"]
    answer = await visit.call("read_clause", clause_id=key)
    _allowed(answer.data)
    form = _form(request, schema, answer.data)
    form.typed = from_record(form.fields, {})
    return _page(visit, template, form, answer.data, answer.etag or "", 200)


async def _create(
    request: Request, template: str, schema: str, operation: str, after: tuple[str, str]
) -> Response:
    """Send a form about a clause; ``after`` are the notice and the anchor of where to go."""
    visit = await member(request)
    key = request.path_params["clause_id"]
    data = await visit.form()
    current = await visit.call("read_clause", clause_id=key)
    form = _form(request, schema, current.data)
    form.typed = read_typed(form.fields, data)
    etag = str(data.get("etag", ""))
    said = only_said(to_body(form.fields, form.typed))
    call = visit.call(
        operation,
        clause_id=key,
        if_match=etag,
        idempotency_key=once_in(data),
        content={"json": said},
    )
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        # What someone else did shows above the form; sending it again builds on it.
        return _page(visit, template, form, current.data, current.etag or "", answer.status)
    return go(f"/insertion/clauses/{key}#{after[1]}", after[0])


def _form(request: Request, schema: str, clause: dict[str, Any]) -> Form:
    fields = fields_of(api_of(request).document, schema)
    if schema == "PenaltyCreate":
        wanted = PENALTY_FIELDS.get(clause["penalty_mode"])
        useless = {one for one in PENALTY_FIELDS.values() if one != wanted}
        fields = {name: one for name, one in fields.items() if name not in useless}
    return Form(fields)


def _allowed(clause: dict[str, Any]) -> None:
    if not clause["permissions"]["change"]:
        raise HTTPException(403)


def _page(
    visit: Visit, template: str, form: Form, clause: dict[str, Any], etag: str, status: int
) -> Response:
    return visit.page(
        template,
        status=status,
        form=form,
        clause=clause,
        etag=etag,
        once=once(),
        words=insertion.words(api_of(visit.request).document),
    )


async def decision_page(request: Request) -> Response:
    """The form of the decision on a penalty, as it stands."""
    visit = await member(request)
    answer = await visit.call("read_clause", clause_id=request.path_params["clause_id"])
    _allowed(answer.data)
    penalty = _penalty(request, answer.data)
    form = Form(fields_of(api_of(request).document, "PenaltyChange"))
    form.typed = from_record(form.fields, penalty)
    return _decision(visit, form, answer.data, penalty, answer.etag or "", 200)


async def decide(request: Request) -> Response:
    """Apply, reduce or waive a penalty."""
    visit = await member(request)
    key = request.path_params["clause_id"]
    data = await visit.form()
    current = await visit.call("read_clause", clause_id=key)
    penalty = _penalty(request, current.data)
    form = Form(fields_of(api_of(request).document, "PenaltyChange"))
    form.typed = read_typed(form.fields, data)
    said = only_said(to_body(form.fields, form.typed))
    call = visit.call(
        "change_penalty",
        clause_id=key,
        penalty_id=penalty["id"],
        if_match=str(data.get("etag", "")),
        content={"json": said},
    )
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        etag = current.etag or ""
        return _decision(visit, form, current.data, penalty, etag, answer.status)
    return go(f"/insertion/clauses/{key}#penalites", "penalite-decidee")


def _penalty(request: Request, clause: dict[str, Any]) -> dict[str, Any]:
    key = str(request.path_params["penalty_id"])
    found: dict[str, Any] | None = next(
        (one for one in clause["penalties"] if one["id"] == key), None
    )
    if found is None:
        raise HTTPException(404)
    return found


def _decision(
    visit: Visit,
    form: Form,
    clause: dict[str, Any],
    penalty: dict[str, Any],
    etag: str,
    status: int,
) -> Response:
    return visit.page(
        "insertion/penalty.html",
        status=status,
        form=form,
        clause=clause,
        penalty=penalty,
        etag=etag,
    )


routes = [
    Route(f"{CLAUSE}/engagement", change_page, methods=["GET"]),
    Route(f"{CLAUSE}/engagement", add_change, methods=["POST"]),
    Route(f"{CLAUSE}/penalites", penalties_page, methods=["GET"]),
    Route(f"{CLAUSE}/penalites", create_penalty, methods=["POST"]),
    Route(f"{CLAUSE}/penalites/{{penalty_id:uuid}}", decision_page, methods=["GET"]),
    Route(f"{CLAUSE}/penalites/{{penalty_id:uuid}}", decide, methods=["POST"]),
]
