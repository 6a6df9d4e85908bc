"""Mandates given to facilitators, and the years that buyers closed."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import Answer, ApiProblem
from web.formats import PARIS, current_year
from web.forms import CHOICE, Form
from web.pages import closing_forms
from web.sideforms import read_side, side_form, submitted_side
from web.visit import Visit, api_of, go, member, once, once_in

PATH = "/insertion/mandats"
# The forms of the page: schema, and what its fields begin with.
FORMS = {"mandat": "MandateCreate", "cloture": "ClosingCreate"}
# Which form of one thing is open, and why it was refused.
Refused = tuple[str, Form]


async def mandates_page(request: Request) -> Response:
    """The mandates and the closed years of the visitor's organisations."""
    visit = await member(request)
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, refused: Refused | None = None) -> Response:
    """``refused`` is the name of a form, and what was typed in it with its errors."""
    mandates, closings = await asyncio.gather(
        visit.read("list_mandates"), visit.read("list_closings")
    )
    forms = {name: _form(visit, name) for name in FORMS}
    if refused is not None and refused[0] in forms:
        forms[refused[0]] = refused[1]
    names = {
        one["siret"]: one["name"]
        for mandate in mandates
        for one in (mandate["buyer"], mandate["facilitator"])
    } | dict(_own(visit))
    return visit.page(
        "insertion/mandates.html",
        status=status,
        mandates=mandates,
        closings=closings,
        forms_of=forms,
        refused=refused if refused and refused[0] not in forms else None,
        end_form=lambda key, day: _end_form(visit, key, day),
        reason_form=lambda key: closing_forms.reason_form(visit, key),
        today=f"{datetime.now(PARIS):%Y-%m-%d}",
        names=names,
        own={siret for siret, _name in _own(visit)},
        once=once(),
    )


def _own(visit: Visit) -> list[tuple[str, str]]:
    organisations = visit.viewer.organisations if visit.viewer else []
    return [
        (one["siret"], one["name"])
        for one in organisations
        if one["siret"] and one["kind"] == "buyer"
    ]


def _form(visit: Visit, name: str) -> Form:
    record: dict[str, Any] = (
        {"buyer_siret": visit.siret}
        if name == "mandat"
        else {"organisation": visit.siret, "year": current_year() - 1}
    )
    form = side_form(api_of(visit.request).document, FORMS[name], name, record)
    field = f"{name}-{'buyer_siret' if name == 'mandat' else 'organisation'}"
    form.fields[field] = replace(
        form.fields[field], title="Acheteur", kind=CHOICE, options=tuple(_own(visit))
    )
    return form


def _end_form(visit: Visit, key: str, day: str | None) -> Form:
    document = api_of(visit.request).document
    form = side_form(document, "MandateChange", f"fin-{key}", {"ends_on": day})
    name = f"fin-{key}-ends_on"
    words = "Dernier jour du mandat ; vide : sans fin."
    form.fields[name] = replace(form.fields[name], help=words, required=False)
    return form


async def create_mandate(request: Request) -> Response:
    """Entrust the clauses of a buyer to a facilitator."""
    return await _create(request, "mandat", "create_mandate", "mandat-donne")


async def create_closing(request: Request) -> Response:
    """Close a year that is over."""
    return await _create(request, "cloture", "create_closing", "annee-close")


async def _create(request: Request, name: str, operation: str, notice: str) -> Response:
    visit = await member(request)
    data = await visit.form()
    form = _form(visit, name)
    body = read_side(form, name, data)
    key = once_in(data)
    call = visit.call(operation, idempotency_key=key, content={"json": body})
    return await _answered(visit, name, form, call, notice)


async def end_mandate(request: Request) -> Response:
    """Give a mandate its last day, or none."""
    visit = await member(request)
    key = str(request.path_params["mandate_id"])
    form = _end_form(visit, key, None)
    body = {"ends_on": None} | read_side(form, f"fin-{key}", await visit.form())
    call = visit.call("change_mandate", mandate_id=key, content={"json": body})
    return await _answered(visit, f"fin-{key}", form, call, "mandat-change")


async def reopen_year(request: Request) -> Response:
    """Open a closed year again, with the reason."""
    visit = await member(request)
    key = str(request.path_params["closing_id"])
    form, call = closing_forms.reopening(visit, key, await visit.form())
    return await _answered(visit, f"motif-{key}", form, call, "annee-rouverte")


async def _answered(
    visit: Visit, name: str, form: Form, call: Awaitable[Answer], notice: str
) -> Response:
    answer = await submitted_side(form, name, call)
    if isinstance(answer, ApiProblem):
        return await _page(visit, answer.status, (name, form))
    return go(PATH, notice)


routes = [
    Route(PATH, mandates_page, methods=["GET"]),
    Route(PATH, create_mandate, methods=["POST"]),
    Route(f"{PATH}/{{mandate_id:uuid}}", end_mandate, methods=["POST"]),
    Route("/insertion/clotures", create_closing, methods=["POST"]),
    Route("/insertion/clotures/{closing_id:uuid}", reopen_year, methods=["POST"]),
]
