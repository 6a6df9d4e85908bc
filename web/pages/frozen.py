"""The figures kept when a year was closed, « tel que calculé le… », and what changed since."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.pages.saying_reading import place_in
from web.reading import read_open
from web.visit import Visit, member

AGAINST = {"today": "aujourd’hui", "previous": "la version précédente"}


async def kept_versions(
    visit: Visit, code: str, organisation: str | None, year: int | None = None
) -> list[dict[str, Any]]:
    """The versions kept of a scheme for an organisation; none when they are not ours to see."""
    if organisation is None:
        return []
    found = await read_open(
        visit, "list_frozen_figures", scheme=code, organisation=organisation, year=year, limit=50
    )
    return found["items"] if found else []


async def frozen_page(request: Request) -> Response:
    """One version of the figures of a year, whole, and what differs from another."""
    visit = await member(request)
    code, key = request.path_params["code"], request.path_params["key"]
    kept = await visit.read("read_frozen_figures", frozen_id=key)
    if kept["scheme"] != code:
        raise HTTPException(404)
    asked = request.query_params.get("compare")
    against = asked if asked in AGAINST else None
    diff = None
    if against:
        diff = await read_open(visit, "diff_frozen_figures", frozen_id=key, against=against)
    scheme = await visit.read("read_scheme", code=code)
    siret = kept["organisation"]["siret"]
    indicators = {one["id"]: one for one in kept["indicators"]}
    return visit.page(
        "schemes/frozen.html",
        kept=kept,
        place=place_in(visit, scheme, siret, kept["year"]),
        rows=[
            (indicators[one["indicator_id"]], one)
            for one in kept["results"]
            if one["indicator_id"] in indicators
        ],
        results={one["indicator_id"]: one for one in kept["results"]},
        diff=diff,
        against=against,
        offered=AGAINST,
        followed={"year": kept["year"], "organisation": siret},
    )


routes = [Route("/schemas/{code}/arretes/{key:uuid}", frozen_page, methods=["GET"])]
