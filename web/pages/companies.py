"""The register of companies: who they are, said by whom and since when."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.forms import labels
from web.rendering import with_params
from web.reserved import require
from web.visit import api_of, member
from web.words import COMPANY_CATEGORIES, SIZES, STRUCTURES

LIST = "/entreprises"
BY_PAGE = 50
# The facts shown, in the order of the columns.
FACTS = ("size", "departement", "kind", "ess", "esus")


async def companies(request: Request) -> Response:
    """The companies, filtered by what the address says."""
    visit = await member(request)
    require(visit, "contracts:read")
    document = api_of(request).document
    categories = COMPANY_CATEGORIES
    given = request.query_params
    typed = {
        name: given[name].strip()[:100]
        for name in ("q", "size", "departement", "category")
        if given.get(name, "").strip()
    }
    closed: Mapping[str, Mapping[str, str]] = {"size": SIZES, "category": categories}
    typed = {name: one for name, one in typed.items() if one in closed.get(name, (one,))}
    place = typed.get("departement", "").upper()
    if place and not (len(place) in (2, 3) and place.isascii() and place.isalnum()):
        del typed["departement"]
    elif place:
        typed["departement"] = place
    cursor = given.get("cursor") or None
    page = await visit.read("list_suppliers", **typed, limit=BY_PAGE, cursor=cursor)
    response = visit.page(
        "companies/list.html",
        blocks=("resultats",),
        companies=page,
        first={one["id"]: _first(one) for one in page["items"]},
        typed=typed,
        cursor=cursor,
        facts=[(fact, labels(document, "SaidFact")[fact]) for fact in FACTS],
        words={"size": SIZES, "kind": STRUCTURES, "category": categories},
    )
    response.headers["HX-Push-Url"] = with_params(LIST, {**typed, "cursor": cursor})
    return response


def _first(company: Mapping[str, Any]) -> dict[str, Any]:
    """Of each fact, the source that is followed: the first told."""
    found: dict[str, Any] = {}
    for one in company["said"]:
        found.setdefault(one["fact"], one)
    return found


routes = [Route(LIST, companies, methods=["GET"])]
