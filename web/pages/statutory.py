"""The rates that article L2111-3 has published: two years, in number and in value."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.formats import current_year
from web.pages.schemes import read_year
from web.reading import read_open
from web.rendering import with_params
from web.reserved import years_offered
from web.visit import Visit, member

PAGE = "/taux-legaux"
FIRST = 1991  # the first second year: there is one before it


async def rates_page(request: Request) -> Response:
    """The rates of two years, the second one as asked, else the last that is over."""
    visit = await member(request)
    year, recalculated = _year(visit), _recalculated(visit)
    rates = None
    if visit.siret is not None:
        rates = await read_open(
            visit,
            "read_statutory",
            organisation=visit.siret,
            year=year,
            recalculated=recalculated,
        )
    query = {"year": year, "recalculated": "1" if recalculated else None}
    return visit.page(
        "schemes/statutory.html",
        rates=rates,
        year=year,
        years=years_offered(year),
        query=query,
        file=with_params(f"{PAGE}.csv", query),
    )


async def rates_file(request: Request) -> Response:
    """The same rates as a file to publish."""
    visit = await member(request)
    if visit.siret is None:
        raise HTTPException(404)
    answer = await visit.call(
        "download_statutory",
        organisation=visit.siret,
        year=_year(visit),
        recalculated=_recalculated(visit),
    )
    if answer.file is None:
        raise HTTPException(404)
    headers = {
        "Content-Type": answer.file.kind,
        "Content-Disposition": answer.file.disposition,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(answer.file.content, headers=headers)


def _year(visit: Visit) -> int:
    asked = read_year(visit.request.query_params.get("year"))
    return asked if asked is not None and asked >= FIRST else current_year() - 1


def _recalculated(visit: Visit) -> bool | None:
    """Whether the figures of today are asked for, be the years closed."""
    return True if visit.request.query_params.get("recalculated") == "1" else None


routes = [
    Route(PAGE, rates_page, methods=["GET"]),
    Route(f"{PAGE}.csv", rates_file, methods=["GET"]),
]
