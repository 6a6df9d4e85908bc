"""Comments on an indicator, within one's own organisation: shown on its page, added from there."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.forms import CORRECTED
from web.pages.schemes import read_year
from web.reading import read_open
from web.rendering import with_params
from web.visit import Visit, go, member, once, once_in

NEWEST = 20


async def of_page(
    visit: Visit, indicator_id: str, organisation: str | None
) -> dict[str, Any] | None:
    """What the page of an indicator shows of them; None when they are not ours to see."""
    if organisation is None:
        return None
    found = await read_open(
        visit, "list_comments", indicator_id=indicator_id, organisation=organisation, limit=NEWEST
    )
    return None if found is None else {**found, "once": once()}


async def comment(request: Request) -> Response:
    """Add what was typed, and come back to it; a text refused comes back with the reason."""
    visit = await member(request)
    key, given = request.path_params["key"], request.query_params
    organisation = given.get("organisation")
    if organisation is None:
        raise HTTPException(404)
    data = await visit.form()
    text = str(data.get("text") or "").strip()
    followed = {"year": read_year(given.get("year")), "organisation": organisation}
    body = {"organisation": organisation, "year": followed["year"], "text": text}
    address = with_params(f"/indicateurs/{key}", followed)
    try:
        await visit.call(
            "create_comment",
            indicator_id=key,
            idempotency_key=once_in(data),
            content={"json": body},
        )
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        told = [f"Votre commentaire {one['message']}" for one in problem.errors]
        return visit.page(
            "indicators/comment.html",
            status=problem.status,
            indicator=await visit.read("read_indicator", indicator_id=key),
            address=address,
            typed=text,
            refusal=" ".join(told) or problem.detail,
            once=once(),
        )
    return go(f"{address}#commentaires", "commentaire")


routes = [Route("/indicateurs/{key:uuid}/commentaires", comment, methods=["POST"])]
