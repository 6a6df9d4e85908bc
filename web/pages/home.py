"""The first page: what awaits the person connected, or what Spaser is for anyone else."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import insertion
from web.client import ApiProblem
from web.pages.campaigns_duties import owed_first
from web.visit import Visit, anyone, api_of

HEADLINES = 3


async def home(request: Request) -> Response:
    """The page of anyone or, connected, the list of what is useful next."""
    visit = await anyone(request)
    if visit.viewer is None:
        return visit.page("home/public.html", publishers=await publishers(request))
    publication, imports, (schemes, answered), todo, owed = await asyncio.gather(
        _publication(visit),
        _imports(visit),
        _schemes(visit),
        insertion.todo(visit),
        owed_first(visit),
    )
    return visit.page(
        "home/member.html",
        publication=publication,
        imports=imports,
        schemes=schemes,
        answered=answered,
        aimed=aimed(answered),
        todo=todo,
        owed=owed,
        follows=todo is not None,
        words=insertion.words(api_of(request).document),
    )


async def publishers(request: Request) -> list[dict[str, Any]] | None:
    """Who publishes, None when the API doesn't say: the page then shows the rest."""
    try:
        found: list[dict[str, Any]] = (await api_of(request).call("list_publishers")).data
    except ApiProblem:
        return None
    return found


async def _publication(visit: Visit) -> Any:
    if visit.siret is None or not visit.can("publication:read"):
        return None
    return await visit.read("read_publication", siret=visit.siret)


async def _imports(visit: Visit) -> list[dict[str, Any]]:
    if not visit.can("imports:write"):
        return []
    found: list[dict[str, Any]] = (await visit.read("list_imports", limit=4))["items"]
    return found


async def _schemes(visit: Visit) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """The schemes of the current organisation, and the figures of the first one."""
    if not visit.can("schemes:read"):
        return [], None
    found: list[dict[str, Any]] = await visit.read("list_schemes")
    own = [one for one in found if any(o["siret"] == visit.siret for o in one["organisations"])]
    if not own:
        return found, None
    code = own[0]["code"]
    return own, await visit.read("list_scheme_results", code=code, organisation=visit.siret)


def aimed(answered: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The figures that have a target, three at most: what a scheme is judged by."""
    results = answered["results"] if answered else []
    told = [one for one in results if one["target"] is not None and one["value"] is not None]
    return told[:HEADLINES]


routes = [Route("/", home, methods=["GET"])]
