"""Adding an amendment to a contract: the new totals, never the differences."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.forms import Form, fields_of, from_record, only_said, read_typed, submitted, to_body
from web.visit import Visit, api_of, go, member, once, once_in


async def amendment_page(request: Request) -> Response:
    """The empty form of an amendment."""
    visit = await member(request)
    answer = await visit.call("read_contract", contract_id=request.path_params["contract_id"])
    form = _form(request)
    form.typed = from_record(form.fields, {})
    return _page(visit, form, answer.data, answer.etag or "", 200)


async def create_amendment(request: Request) -> Response:
    """Add the amendment, unless someone changed the contract first."""
    visit = await member(request)
    key = request.path_params["contract_id"]
    data = await visit.form()
    form = _form(request)
    form.typed = read_typed(form.fields, data)
    body = to_body(form.fields, form.typed)
    body["suppliers"] = body["suppliers"] or None  # no row: the suppliers did not change
    required = only_said(body)
    call = visit.call(
        "create_amendment",
        contract_id=key,
        if_match=str(data.get("etag", "")),
        idempotency_key=once_in(data),
        content={"json": required},
    )
    answer = await submitted(form, call)
    if not isinstance(answer, ApiProblem):
        return go(f"/marches/{key}#avenants", "avenant")
    current = await visit.call("read_contract", contract_id=key)
    return _page(visit, form, current.data, current.etag or "", answer.status)


def _form(request: Request) -> Form:
    return Form(fields_of(api_of(request).document, "AmendmentIn"))


def _page(visit: Visit, form: Form, contract: dict[str, Any], etag: str, status: int) -> Response:
    return visit.page(
        "contracts/amendment.html",
        status=status,
        form=form,
        contract=contract,
        etag=etag,
        once=once(),
    )


routes = [
    Route("/marches/{contract_id:uuid}/avenants/nouveau", amendment_page, methods=["GET"]),
    Route("/marches/{contract_id:uuid}/avenants/nouveau", create_amendment, methods=["POST"]),
]
