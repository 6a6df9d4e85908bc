"""What the organisations that share a scheme kept of a closed year, together."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.pages.saying_reading import place_in
from web.pages.schemes import chosen_organisation, read_year
from web.passed_over import year_asked
from web.reading import CLOSED, read_open
from web.visit import member


async def together_page(request: Request) -> Response:
    """The kept figures of every organisation of a shared scheme, as one."""
    visit = await member(request)
    code, given = request.path_params["code"], request.query_params
    scheme = await visit.read("read_scheme", code=code)
    organisation = chosen_organisation(visit, scheme, given.get("organisation"))
    year = read_year(year_asked(given)) or scheme["first_year"]
    told: dict[str, Any] | None = None
    indicators: list[dict[str, Any]] = []
    if organisation is not None:
        told, indicators = await asyncio.gather(
            read_open(
                visit,
                "read_frozen_together",
                closed=CLOSED,
                scheme=code,
                organisation=organisation,
                year=year,
            ),
            visit.read("list_scheme_indicators", code=code),
        )
    known = {one["id"]: one for one in indicators}
    return visit.page(
        "schemes/frozen_together.html",
        place=place_in(visit, scheme, organisation, year),
        scheme=scheme,
        year=year,
        organisation=organisation,
        told=told,
        rows=[(known.get(one["indicator_id"]), one) for one in (told["results"] if told else [])],
        followed={"year": year, "organisation": organisation},
    )


routes = [Route("/schemas/{code}/arretes/ensemble", together_page, methods=["GET"])]
