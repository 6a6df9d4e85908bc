"""Erasures of persons without activity: announced with their list, then cancelled or done."""

import asyncio
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.formats import PARIS
from web.forms import Form, fields_of, from_record, only_said, read_typed, submitted, to_body
from web.pages.persons import LIST, facilitator_only
from web.visit import Visit, api_of, go, member, once, once_in

PURGES = f"{LIST}/effacement"
BY_PAGE = 25
ALL = 100  # pseudonyms shown of one erasure before the list goes on


async def purge_list(request: Request) -> Response:
    """The erasures announced, cancelled and done, and the form that announces one."""
    visit = await member(request)
    return await _page(visit, _form(visit), 200)


async def _page(visit: Visit, form: Form, status: int) -> Response:
    given = visit.request.query_params
    purges = await visit.read("list_purges", limit=BY_PAGE, cursor=given.get("cursor") or None)
    waiting = [one for one in purges["items"] if one["state"] == "announced"]
    lists = await asyncio.gather(*(_persons(visit, one["id"]) for one in waiting))
    return visit.page(
        "persons/purges.html",
        status=status,
        purges=purges,
        waiting=list(zip(waiting, lists, strict=True)),
        form=form,
        today=datetime.now(PARIS).date().isoformat(),
        once=once(),
    )


async def _persons(visit: Visit, key: str) -> dict[str, Any]:
    """Those of an erasure, its first ones; who objected is among them too."""
    found: dict[str, Any] = await visit.read("list_beneficiaries", purge=key, limit=ALL)
    objected = await visit.read("list_beneficiaries", purge=key, objected="true", limit=ALL)
    return {
        "items": found["items"] + objected["items"],
        "more": bool(found["next"] or objected["next"]),
    }


def _form(visit: Visit) -> Form:
    fields = fields_of(api_of(visit.request).document, "PurgeCreate")
    fields.pop("facilitator_siret")
    return Form(fields, from_record(fields, {}))


async def announce(request: Request) -> Response:
    """Announce an erasure; nothing is erased before its day, nor without a confirmation."""
    visit = await member(request)
    facilitator_only(visit)
    data = await visit.form()
    form = _form(visit)
    form.typed = read_typed(form.fields, data)
    said = to_body(form.fields, form.typed) | {"facilitator_siret": visit.siret}
    body = only_said(said)
    key = once_in(data)
    call = visit.call("preview_purge", content={"json": body}, idempotency_key=key)
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        return await _page(visit, form, answer.status)
    return go(PURGES, "effacement-annonce")


async def cancel(request: Request) -> Response:
    """Give up an erasure: nothing is erased."""
    visit = await member(request)
    form = _form(visit)
    call = visit.call("cancel_purge", purge_id=request.path_params["purge_id"])
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        return await _page(visit, form, answer.status)
    return go(PURGES, "effacement-annule")


async def execute(request: Request) -> Response:
    """Erase for good, then show what proves it: who was left is said only once."""
    visit = await member(request)
    form = _form(visit)
    call = visit.call("execute_purge", purge_id=request.path_params["purge_id"])
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        return await _page(visit, form, answer.status)
    return visit.page("persons/purged.html", purge=answer.data)


routes = [
    Route(PURGES, purge_list, methods=["GET"]),
    Route(PURGES, announce, methods=["POST"]),
    Route(f"{PURGES}/{{purge_id:uuid}}/annuler", cancel, methods=["POST"]),
    Route(f"{PURGES}/{{purge_id:uuid}}/executer", execute, methods=["POST"]),
]
