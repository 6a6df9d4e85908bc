"""What an organisation publishes, what is withheld and why."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import fixing
from web.visit import Visit, member


async def publications(request: Request) -> Response:
    """The published files of the current organisation and the contracts that miss something."""
    visit = await member(request)
    if visit.siret is None:
        return visit.page("publications/detail.html", publication=None)
    rule = request.query_params.get("rule") or None
    cursor = request.query_params.get("cursor") or None
    publication, withheld = await asyncio.gather(
        visit.read("read_publication", siret=visit.siret),
        _withheld(visit, visit.siret, rule, cursor),
    )
    return visit.page(
        "publications/detail.html",
        blocks=("compte", "retenus"),
        publication=publication,
        withheld=withheld,
        rule=rule,
        cursor=cursor,
        form_address=fixing.form_address,
    )


async def _withheld(visit: Visit, siret: str, rule: str | None, cursor: str | None) -> Any:
    return await visit.read("list_withheld", siret=siret, rule=rule, limit=50, cursor=cursor)


routes = [Route("/publications", publications, methods=["GET"])]
