"""Writing an insertion clause into a contract, with its calculation, and changing its terms."""

from collections.abc import Awaitable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import clause_form
from web.changing import Attempt, refused, standing_as
from web.client import Answer, ApiProblem
from web.forms import CORRECTED, Field, Form, changed, only_said, read_typed, to_body, with_errors
from web.visit import Visit, api_of, go, member, once, once_in

LIST = "/insertion/clauses"


async def new_page(request: Request) -> Response:
    """The empty form of a clause of the contract that the address names."""
    visit = await member(request)
    contract = await _contract(visit)
    if contract is None:
        return visit.page("insertion/clause_choose.html")
    form = Form(await _fields(visit, "ClauseCreate", contract["buyer_siret"]))
    form.typed = clause_form.starting_values(api_of(request).document, form.fields)
    for name, value in (("title", contract["subject"]), ("calculation_amount", contract["amount"])):
        form.typed[name] = str(value or "").replace(".", ",") if name != "title" else value or ""
    return await _new(visit, form, contract, 200)


async def create(request: Request) -> Response:
    """Write the clause, or work its hours out and write nothing."""
    visit = await member(request)
    contract = await _contract(visit)
    if contract is None:
        return visit.page("insertion/clause_choose.html", status=422)
    data = await visit.form()
    form = Form(await _fields(visit, "ClauseCreate", contract["buyer_siret"]))
    form.typed = read_typed(form.fields, data)
    if "calculer" in data:
        worked = await _worked_out(visit, form)
        return await _new(visit, form, contract, 200 if worked else 422, worked)
    body = only_said(clause_form.clause_body(form.fields, form.typed))
    call = visit.call(
        "create_clause",
        idempotency_key=once_in(data),
        content={"json": {**body, "contract_id": contract["id"]}},
    )
    answer = await _sent(form, call)
    if isinstance(answer, ApiProblem):
        return await _new(visit, form, contract, answer.status)
    return go(f"{LIST}/{answer.data['id']}", "clause-creee")


async def _contract(visit: Visit) -> dict[str, Any] | None:
    key = visit.request.query_params.get("marche", "")
    if not key:
        return None
    found: dict[str, Any] = await visit.read("read_contract", contract_id=key)
    return found


async def _new(
    visit: Visit,
    form: Form,
    contract: dict[str, Any],
    status: int,
    worked: dict[str, Any] | None = None,
) -> Response:
    return visit.page(
        "insertion/clause_new.html",
        status=status,
        form=form,
        contract=contract,
        worked=worked,
        usual=await _usual(visit, contract["buyer_siret"]),
        once=once(),
    )


async def change_page(request: Request) -> Response:
    """The form of a clause, as it stands."""
    visit = await member(request)
    answer = await visit.call("read_clause", clause_id=request.path_params["clause_id"])
    form = await _change_form(visit, answer.data)
    form.typed = clause_form.shown_values(answer.data, form.fields)
    return await _change(visit, form, answer.data, standing_as(answer.etag))


async def change(request: Request) -> Response:
    """Change the terms typed otherwise than they stand, unless someone came first."""
    visit = await member(request)
    key = request.path_params["clause_id"]
    data = await visit.form()
    current = await visit.call("read_clause", clause_id=key)
    form = await _change_form(visit, current.data)
    form.typed = read_typed(form.fields, data)
    etag = str(data.get("etag", ""))
    if "calculer" in data:
        worked = await _worked_out(visit, form)
        attempt = standing_as(etag, 200 if worked else 422)
        return await _change(visit, form, current.data, attempt, worked)
    standing = clause_form.shown_values(current.data, form.fields)
    body = _difference(form, standing)
    if not body and etag == current.etag:
        return go(f"{LIST}/{key}", "inchange")
    call = visit.call("change_clause", clause_id=key, if_match=etag, content={"json": body})
    answer = await _sent(form, call)
    if not isinstance(answer, ApiProblem):
        return go(f"{LIST}/{key}", "modifie")
    attempt = refused(answer, form, standing, etag, current.etag)
    return await _change(visit, form, current.data, attempt)


def _difference(form: Form, standing: dict[str, Any]) -> dict[str, Any]:
    """What differs, as the API takes it: a calculation goes whole when a part of it differs."""
    typed = changed(standing, form.typed)
    if any(name.startswith(clause_form.PREFIX) for name in typed):
        typed |= {
            name: value for name, value in form.typed.items() if name.startswith(clause_form.PREFIX)
        }
    return clause_form.clause_body(form.fields, typed)


async def _change_form(visit: Visit, clause: dict[str, Any]) -> Form:
    return Form(
        await _fields(
            visit,
            "ClauseChangeIn",
            clause["buyer_siret"],
            (clause["facilitator_siret"], clause["facilitator_name"]),
        )
    )


async def _change(
    visit: Visit,
    form: Form,
    clause: dict[str, Any],
    attempt: Attempt,
    worked: dict[str, Any] | None = None,
) -> Response:
    return visit.page(
        "insertion/clause_change.html",
        form=form,
        clause=clause,
        worked=worked,
        usual=await _usual(visit, clause["buyer_siret"]),
        **attempt,
    )


async def _fields(
    visit: Visit,
    schema: str,
    buyer: str | None,
    holder: tuple[str | None, str | None] = (None, None),
) -> dict[str, Field]:
    """The fields of a form; ``holder`` follows the clause, even if its mandate is over."""
    mandates = await visit.read("list_mandates")
    offered = {
        one["facilitator"]["siret"]: one["facilitator"]["name"]
        for one in mandates
        if one["running"] and one["buyer"]["siret"] == buyer
    }
    if holder[0]:
        offered.setdefault(holder[0], holder[1] or holder[0])
    return clause_form.clause_fields(api_of(visit.request).document, schema, offered.items())


async def _usual(visit: Visit, buyer: str | None) -> list[dict[str, Any]]:
    """The usual values of calculation of a buyer, by purchase family."""
    if buyer is None:
        return []
    page = await visit.read("list_calculation_parameters", organisation=buyer)
    found: list[dict[str, Any]] = page["items"]
    return found


async def _worked_out(visit: Visit, form: Form) -> dict[str, Any] | None:
    """The hours of the calculation typed, with their working; None when it can't be made."""
    parts = clause_form.calculation_body(to_body(form.fields, form.typed))
    try:
        found: dict[str, Any] = await visit.read("calculate_hours", content={"json": parts})
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        under = [
            {**one, "loc": ["body", clause_form.NESTED, *one["loc"][1:]]} for one in problem.errors
        ]
        with_errors(form, clause_form.laid_flat(under), problem.detail)
        return None
    return found


async def _sent(form: Form, call: Awaitable[Answer]) -> Answer | ApiProblem:
    try:
        return await call
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        with_errors(form, clause_form.laid_flat(problem.errors), problem.detail)
        return problem


routes = [
    Route(f"{LIST}/nouvelle", new_page, methods=["GET"]),
    Route(f"{LIST}/nouvelle", create, methods=["POST"]),
    Route(f"{LIST}/{{clause_id:uuid}}/modifier", change_page, methods=["GET"]),
    Route(f"{LIST}/{{clause_id:uuid}}/modifier", change, methods=["POST"]),
]
