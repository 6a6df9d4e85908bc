"""The register of reserved contracts, its figures, and one reservation whole."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.formats import current_year
from web.forms import Form, filter_form, read_filters, with_errors
from web.rendering import wants_fragment, with_params
from web.reserved import EVERY_YEAR, REGISTER, chosen_year, words, years_offered
from web.visit import Visit, api_of, member

# What the address may narrow the register to, and its words in a message of error.
FILTERS = {"q": "Mots", "basis": "Article", "structure_kind": "Type de structure"}
BY_PAGE = 25
FEW = 5  # contracts to justify that the register shows


async def register(request: Request) -> Response:
    """The reservations of a year, under its figures; htmx asks for the list alone."""
    visit = await member(request)
    given = request.query_params
    year = chosen_year(given.get("year"))
    typed = read_filters(given, FILTERS)
    cursor = given.get("cursor") or None
    page, form = await _search(visit, typed, year, cursor)
    figures, due = (None, None) if wants_fragment(request) else await _around(visit, year)
    asked = {"year": year or EVERY_YEAR, **typed}
    response = visit.page(
        "reserved/register.html",
        status=422 if form.errors or form.general else 200,
        blocks=("compte", "resultats"),
        reservations=page,
        form=form,
        typed=typed,
        asked=asked,
        cursor=cursor,
        year=year,
        years=years_offered(year),
        every_year=EVERY_YEAR,
        figures=figures,
        due=due,
        words=words(api_of(request).document),
    )
    response.headers["HX-Push-Url"] = with_params(REGISTER, {**asked, "cursor": cursor})
    return response


async def _search(
    visit: Visit, typed: dict[str, str], year: int | None, cursor: str | None
) -> tuple[Any, Form]:
    form = filter_form(FILTERS, typed)
    try:
        page = await visit.read(
            "list_reserved_contracts",
            **typed,
            buyer=visit.siret,
            year=year,
            limit=BY_PAGE,
            cursor=cursor,
        )
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        errors = [{**one, "loc": one["loc"][1:]} for one in problem.errors]
        return {"items": [], "next": None}, with_errors(form, errors, problem.detail)
    return page, form


async def _around(visit: Visit, year: int | None) -> tuple[Any, Any]:
    """The figures of the year and the first contracts to justify; None where there are none."""
    if year is None or visit.siret is None or not visit.can("contracts:read"):
        return None, None
    return await asyncio.gather(
        visit.read("read_reserved_figures", organisation=visit.siret, year=year),
        visit.read("list_missing_justifications", buyer=visit.siret, year=year, limit=FEW),
    )


async def figures_page(request: Request) -> Response:
    """Every figure of reserved contracts in one year, with what each leaves out."""
    visit = await member(request)
    year = chosen_year(request.query_params.get("year")) or current_year()
    figures, _ = await _around(visit, year)
    return visit.page(
        "reserved/figures.html",
        figures=figures,
        year=year,
        years=years_offered(year),
        words=words(api_of(request).document),
    )


async def reservation_page(request: Request) -> Response:
    """One reservation, and what the rules of the day of its decision say of it."""
    visit = await member(request)
    key = request.path_params["reservation_id"]
    return visit.page(
        "reserved/detail.html",
        one=await visit.read("read_reserved_contract", reservation_id=key),
        words=words(api_of(request).document),
    )


routes = [
    Route(REGISTER, register, methods=["GET"]),
    Route(f"{REGISTER}/chiffres", figures_page, methods=["GET"]),
    Route(f"{REGISTER}/{{reservation_id:uuid}}", reservation_page, methods=["GET"]),
]
