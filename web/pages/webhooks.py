"""Webhooks of the organisation: made, their secret shown once, stopped, and what they were told."""

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.forms import (
    CORRECTED,
    TEXT,
    Form,
    fields_of,
    from_record,
    labels,
    read_typed,
    submitted,
    to_body,
)
from web.reserved import require
from web.visit import Visit, api_of, go, member

PATH = "/webhooks"
WRITE = "webhooks:write"
BY_PAGE = 20


async def webhooks_page(request: Request) -> Response:
    """The webhooks of the organisation, and the form of a new one."""
    visit = await member(request)
    require(visit, WRITE)
    return await _page(visit, _form(visit))


async def create_webhook(request: Request) -> Response:
    """Make a webhook, and show its secret: this page is the only one that ever does."""
    visit = await member(request)
    require(visit, WRITE)
    form = _form(visit)
    form.typed = read_typed(form.fields, await visit.form())
    body = to_body(form.fields, form.typed) | {"organisation": visit.siret}
    body["events"] = body["events"] or []
    answer = await submitted(form, visit.call("create_webhook", content={"json": body}))
    if isinstance(answer, ApiProblem):
        return await _page(visit, form, status=answer.status)
    return await _page(visit, _form(visit), made=answer.data)


async def webhook_page(request: Request) -> Response:
    """A webhook, and what it was told, page by page."""
    visit = await member(request)
    require(visit, WRITE)
    return await _detail(visit)


async def change_webhook(request: Request) -> Response:
    """Stop a webhook, or start it again: what waited then leaves."""
    visit = await member(request)
    require(visit, WRITE)
    active = (await visit.form()).get("active") == "true"
    name = request.path_params["webhook_id"]
    await visit.call("change_webhook", webhook_id=name, content={"json": {"active": active}})
    return go(f"{PATH}/{name}", "webhook-change")


async def change_address(request: Request) -> Response:
    """Tell another address from now on; a refused one is shown with what is wrong."""
    visit = await member(request)
    require(visit, WRITE)
    name = request.path_params["webhook_id"]
    url = str((await visit.form()).get("url", "")).strip()
    try:
        await visit.call("change_webhook", webhook_id=name, content={"json": {"url": url}})
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        told = [str(one["message"]) for one in problem.errors] or [problem.detail]
        return await _detail(visit, url=url, error=" ".join(told), status=problem.status)
    return go(f"{PATH}/{name}", "webhook-change")


async def remove_webhook(request: Request) -> Response:
    """Tell the address nothing more."""
    visit = await member(request)
    require(visit, WRITE)
    await visit.call("remove_webhook", webhook_id=request.path_params["webhook_id"])
    return go(PATH, "webhook-ote")


async def replay(request: Request) -> Response:
    """Have something told once more."""
    visit = await member(request)
    require(visit, WRITE)
    name = request.path_params["webhook_id"]
    delivery = request.path_params["delivery_id"]
    await visit.call("replay_delivery", webhook_id=name, delivery_id=delivery)
    return go(f"{PATH}/{name}", "livraison-rejouee")


def _form(visit: Visit) -> Form:
    fields = fields_of(api_of(visit.request).document, "WebhookCreate")
    del fields["organisation"]
    fields["url"] = replace(fields["url"], kind=TEXT)
    every = [value for value, _words in fields["events"].options]
    return Form(fields, from_record(fields, {"events": every}))


async def _page(
    visit: Visit, form: Form, *, status: int = 200, made: dict[str, Any] | None = None
) -> Response:
    return visit.page(
        "webhooks/list.html",
        status=status,
        webhooks=await visit.read("list_webhooks", organisation=visit.siret),
        events=labels(api_of(visit.request).document, "WebhookEvent"),
        form=form,
        made=made,
    )


async def _detail(
    visit: Visit, *, url: str | None = None, error: str = "", status: int = 200
) -> Response:
    """The page of a webhook of the organisation looked for; any other is one that is not there."""
    name = visit.request.path_params["webhook_id"]
    cursor = visit.request.query_params.get("cursor") or None
    found = await visit.read("list_webhooks", organisation=visit.siret)
    deliveries = await visit.read("list_deliveries", webhook_id=name, limit=BY_PAGE, cursor=cursor)
    one = next((one for one in found if one["id"] == str(name)), None)
    if one is None:
        detail = "Ce webhook est d’une autre organisation : choisissez-la d’abord."
        raise ApiProblem(404, {"type": "not-found", "title": "Introuvable", "detail": detail})
    document = api_of(visit.request).document
    return visit.page(
        "webhooks/detail.html",
        status=status,
        blocks=("livraisons",),
        one=one,
        url=one["url"] if url is None else url,
        error=error,
        deliveries=deliveries,
        cursor=cursor,
        events=labels(document, "WebhookEvent"),
        states=labels(document, "DeliveryState"),
    )


_ONE = f"{PATH}/{{webhook_id:uuid}}"

routes = [
    Route(PATH, webhooks_page, methods=["GET"]),
    Route(PATH, create_webhook, methods=["POST"]),
    Route(_ONE, webhook_page, methods=["GET"]),
    Route(f"{_ONE}/etat", change_webhook, methods=["POST"]),
    Route(f"{_ONE}/adresse", change_address, methods=["POST"]),
    Route(f"{_ONE}/supprimer", remove_webhook, methods=["POST"]),
    Route(f"{_ONE}/livraisons/{{delivery_id:uuid}}/rejouer", replay, methods=["POST"]),
]
