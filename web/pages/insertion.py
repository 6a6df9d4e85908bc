"""Insertion at a glance: clauses by risk, what awaits the facilitator, and the reminders."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import insertion
from web.client import ApiProblem
from web.forms import Form, filter_form, read_filters, with_errors
from web.rendering import wants_fragment, with_params
from web.visit import Visit, api_of, member

PATH = "/insertion"
# What the address may say, and its words in a message of error.
FILTERS = {"q": "Mots", "buyer": "Acheteur", "status": "État"}
BY_PAGE = 50
EMPTY: dict[str, Any] = {"items": [], "next": None}


async def overview(request: Request) -> Response:
    """The clauses, the most late first, and what awaits who looks."""
    visit = await member(request)
    given = request.query_params
    typed = read_filters(given, FILTERS)
    cursor = given.get("cursor") or None
    around = not cursor and not wants_fragment(request)
    (page, form), buyers, todo, figures = await asyncio.gather(
        _search(visit, typed, cursor),
        insertion.buyers(visit),
        _todo(visit, around),
        _figures(visit, around),
    )
    response = visit.page(
        "insertion/overview.html",
        status=422 if form.errors or form.general else 200,
        blocks=("compte", "resultats"),
        clauses=page,
        form=form,
        typed=typed,
        cursor=cursor,
        buyers=buyers,
        every_buyer=insertion.EVERY_BUYER,
        follows=insertion.follows(visit),
        todo=todo,
        figures=figures,
        words=insertion.words(api_of(request).document),
    )
    response.headers["HX-Push-Url"] = with_params(PATH, {**typed, "cursor": cursor})
    return response


async def _search(visit: Visit, typed: dict[str, str], cursor: str | None) -> tuple[Any, Form]:
    form = filter_form(FILTERS, typed)
    asked = insertion.scope(visit, typed.get("buyer"))
    for name in ("q", "status"):
        asked[name] = typed.get(name)
    try:
        page = await visit.read("list_clauses", **asked, sort="risk", limit=BY_PAGE, cursor=cursor)
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        errors = [{**one, "loc": one["loc"][1:]} for one in problem.errors]
        return EMPTY, with_errors(form, errors, problem.detail)
    return page, form


async def _todo(visit: Visit, wanted: bool) -> dict[str, Any] | None:
    return await insertion.todo(visit) if wanted else None


async def _figures(visit: Visit, wanted: bool) -> dict[str, Any] | None:
    """The figures of the year of the organisation; None for one that has none."""
    if not wanted or visit.siret is None:
        return None
    try:
        found: dict[str, Any] = await visit.read("read_insertion_figures", organisation=visit.siret)
    except ApiProblem as problem:
        if problem.status != 404:
            raise
        return None
    return found


async def reminders(request: Request) -> Response:
    """The months awaited and not stated, the oldest first; made to be printed."""
    visit = await member(request)
    given = request.query_params
    buyer, cursor = given.get("buyer") or None, given.get("cursor") or None
    asked = {name: value for name, value in insertion.scope(visit, buyer).items() if value}
    asked.pop("facilitator", None)
    page, buyers = await asyncio.gather(
        visit.read("list_reminders", **asked, limit=100, cursor=cursor), insertion.buyers(visit)
    )
    response = visit.page(
        "insertion/reminders.html",
        blocks=("compte", "resultats"),
        reminders=page,
        buyer=buyer,
        cursor=cursor,
        buyers=buyers,
        every_buyer=insertion.EVERY_BUYER,
        follows=insertion.follows(visit),
        words=insertion.words(api_of(request).document),
    )
    response.headers["HX-Push-Url"] = with_params(
        f"{PATH}/relances", {"buyer": buyer, "cursor": cursor}
    )
    return response


routes = [
    Route(PATH, overview, methods=["GET"]),
    Route(f"{PATH}/relances", reminders, methods=["GET"]),
]
