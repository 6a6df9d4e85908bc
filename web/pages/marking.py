"""Saying the considerations of a contract: yes, no, or nothing yet."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.fixing import MARK_PREFIX
from web.forms import Form, submitted
from web.pages.contracts import marks_by_theme
from web.visit import Visit, go, member
from web.words import STATES


async def marks_page(request: Request) -> Response:
    """The form of every consideration, as answered so far."""
    visit = await member(request)
    key = request.path_params["contract_id"]
    answer = await visit.call("read_contract", contract_id=key)
    said = {one["code"]: one["state"] for one in answer.data["marks"]}
    return await _page(visit, Form({}), answer.data, said, answer.etag or "", 200)


async def change_marks(request: Request) -> Response:
    """Send the answers that differ from what stands."""
    visit = await member(request)
    key = request.path_params["contract_id"]
    data = await visit.form()
    current = await visit.call("read_contract", contract_id=key)
    standing = {one["code"]: one["state"] for one in current.data["marks"]}
    typed = {code: str(data.get(MARK_PREFIX + code, state)) for code, state in standing.items()}
    body = {code: state for code, state in typed.items() if state != standing[code]}
    etag = str(data.get("etag", ""))
    if not body and etag == current.etag:
        return go(f"/marches/{key}#considerations", "inchange")
    form = Form({})
    content = {"json": {"marks": body}}
    call = visit.call("change_marks", contract_id=key, if_match=etag, content=content)
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        fresh = current.etag if answer.status == 412 else etag
        return await _page(visit, form, current.data, typed, fresh or "", answer.status)
    return go(f"/marches/{key}#considerations", "considerations")


async def _page(
    visit: Visit,
    form: Form,
    contract: dict[str, Any],
    said: dict[str, str],
    etag: str,
    status: int,
) -> Response:
    return visit.page(
        "contracts/marks.html",
        status=status,
        form=form,
        contract=contract,
        said=said,
        themes=marks_by_theme(contract["marks"], await visit.read("list_marks")),
        states=STATES,
        etag=etag,
    )


routes = [
    Route("/marches/{contract_id:uuid}/considerations", marks_page, methods=["GET"]),
    Route("/marches/{contract_id:uuid}/considerations", change_marks, methods=["POST"]),
]
