"""The closed years of a scheme: what each closing kept of it, closing a year, opening it again."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import Answer, ApiProblem
from web.formats import current_year
from web.forms import Form
from web.pages import closing_forms
from web.pages.closing_forms import CLOSING, REOPEN, WRITE
from web.pages.saying_reading import Place, read_place
from web.pages.schemes import shares
from web.reading import every, read_open
from web.sideforms import submitted_side
from web.visit import Visit, go, member, once

PAGE = "arretes"
# The name of a form, and what was typed in it with its errors.
Refused = tuple[str, Form]


async def closed_years(request: Request) -> Response:
    """The closed years of one of the visitor's organisations, with the versions kept of each."""
    visit = await member(request)
    return await _page(visit, await _place(visit))


async def close_year(request: Request) -> Response:
    """Close a year that is over, which keeps the figures of every scheme of the organisation."""
    visit = await member(request)
    place = await _place(visit)
    form = _year_form(visit, place, await _years(visit, place))
    body, call = closing_forms.closing(visit, form, place.siret, await visit.form())
    return await _answered(visit, place, (CLOSING, form), call, ("annee-close", body.get("year")))


async def reopen_year(request: Request) -> Response:
    """Open a closed year again, with the reason."""
    visit = await member(request)
    place = await _place(visit)
    key = str(request.path_params["closing_id"])
    form, call = closing_forms.reopening(visit, key, await visit.form())
    return await _answered(
        visit, place, (f"motif-{key}", form), call, ("annee-rouverte", place.year)
    )


async def _place(visit: Visit) -> Place:
    request = visit.request
    return await read_place(visit, request.path_params["code"], request.query_params)


async def _answered(
    visit: Visit,
    place: Place,
    sent: Refused,
    call: Awaitable[Answer],
    done: tuple[str, int | None],
) -> Response:
    name, form = sent
    answer = await submitted_side(form, name, call)
    if isinstance(answer, ApiProblem):
        return await _page(visit, place, answer.status, sent)
    notice, year = done
    return go(place.address(PAGE, annee=year), notice)


async def _page(
    visit: Visit, place: Place, status: int = 200, refused: Refused | None = None
) -> Response:
    years = await _years(visit, place)
    form = _year_form(visit, place, years)
    if refused is not None and refused[0] == CLOSING:
        # What was chosen stays; the years offered are those of now.
        form = refused[1]
    return visit.page(
        "schemes/closed_years.html",
        status=status,
        place=place,
        scheme=place.scheme,
        shared=shares(place.scheme),
        years=years,
        form=form if place.may(WRITE) else None,
        refused=refused if refused and refused[0] != CLOSING else None,
        wrong=refused is not None,
        reason_form=lambda key: closing_forms.reason_form(visit, key),
        may_reopen=place.may(REOPEN),
        once=once(),
    )


def _year_form(visit: Visit, place: Place, years: Iterable[Mapping[str, Any]]) -> Form:
    closed = {one["year"] for one in years if one["standing"]}
    over = range(place.scheme["first_year"], current_year())
    offered = sorted({*over} - closed, reverse=True)
    year = place.year if place.year in offered else next(iter(offered), None)
    return closing_forms.year_form(visit, offered, year)


async def _years(visit: Visit, place: Place) -> list[dict[str, Any]]:
    """Every year that was closed or has kept figures, the latest first: the closings of the
    organisation, the one that stands if any, and the versions kept of the scheme."""
    if place.siret is None:
        return []
    closings, versions = await asyncio.gather(
        read_open(visit, "list_closings"),
        every(visit, "list_frozen_figures", scheme=place.scheme["code"], organisation=place.siret),
    )
    own = [one for one in closings or [] if one["organisation"] == place.siret]
    found = sorted({one["year"] for one in (*own, *versions)}, reverse=True)
    return [_year(year, own, versions) for year in found]


def _year(
    year: int, closings: Iterable[dict[str, Any]], versions: Iterable[dict[str, Any]]
) -> dict[str, Any]:
    told = [one for one in closings if one["year"] == year]
    kept = [one for one in versions if one["year"] == year]
    return {
        "year": year,
        "standing": next((one for one in told if one["reopened_at"] is None), None),
        "reopened": [one for one in told if one["reopened_at"] is not None],
        "versions": sorted(kept, key=lambda one: -one["number"]),
    }


routes = [
    Route(f"/schemas/{{code}}/{PAGE}", closed_years, methods=["GET"]),
    Route(f"/schemas/{{code}}/{PAGE}", close_year, methods=["POST"]),
    Route(f"/schemas/{{code}}/{PAGE}/{{closing_id:uuid}}/rouvrir", reopen_year, methods=["POST"]),
]
