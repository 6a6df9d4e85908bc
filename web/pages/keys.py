"""API keys of the organisation: made, shown once, revoked."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.formats import PARIS
from web.forms import Form, fields_of, from_record, labels, read_typed, submitted, to_body
from web.reserved import require
from web.visit import Visit, api_of, go, member

PATH = "/cles"
WRITE = "keys:write"
USUAL = timedelta(days=180)


async def keys_page(request: Request) -> Response:
    """The keys of the organisation, and the form of a new one."""
    visit = await member(request)
    require(visit, WRITE)
    return await _page(visit, _form(visit))


async def create_key(request: Request) -> Response:
    """Make a key, and show it: this page is the only one that ever does."""
    visit = await member(request)
    require(visit, WRITE)
    form = _form(visit)
    form.typed = read_typed(form.fields, await visit.form())
    body = to_body(form.fields, form.typed) | {"organisation": visit.siret}
    body["scopes"] = body["scopes"] or []
    answer = await submitted(form, visit.call("create_key", content={"json": body}))
    if isinstance(answer, ApiProblem):
        return await _page(visit, form, status=answer.status)
    return await _page(visit, _form(visit), made=answer.data)


async def revoke_key(request: Request) -> Response:
    """Make a key open nothing any more."""
    visit = await member(request)
    require(visit, WRITE)
    await visit.call("revoke_key", key_id=request.path_params["key_id"])
    return go(PATH, "cle-revoquee")


def _form(visit: Visit) -> Form:
    fields = fields_of(api_of(visit.request).document, "KeyCreate")
    del fields["organisation"]
    scopes = fields["scopes"]
    # A scope is called after the right that it asks of who makes the key.
    offered = tuple(one for one in scopes.options if visit.can(one[0]))
    fields["scopes"] = replace(scopes, options=offered)
    until = f"{datetime.now(PARIS) + USUAL:%Y-%m-%d}"
    return Form(fields, from_record(fields, {"expires_on": until}))


async def _page(
    visit: Visit, form: Form, *, status: int = 200, made: dict[str, Any] | None = None
) -> Response:
    return visit.page(
        "keys/list.html",
        status=status,
        keys=await visit.read("list_keys", organisation=visit.siret),
        scopes=labels(api_of(visit.request).document, "Scope"),
        form=form,
        made=made,
    )


routes = [
    Route(PATH, keys_page, methods=["GET"]),
    Route(PATH, create_key, methods=["POST"]),
    Route(f"{PATH}/{{key_id:uuid}}/revoquer", revoke_key, methods=["POST"]),
]
