"""The schemes (SPASER): their list, models and own ones, and making one the organisation's own."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.visit import Visit, go, member


async def scheme_list(request: Request) -> Response:
    """Every scheme the visitor may read: those of their organisation first, then the models."""
    visit = await member(request)
    schemes = await visit.read("list_schemes")
    own = [one for one in schemes if is_own(one, visit.siret)]
    return visit.page(
        "schemes/list.html",
        own=own,
        models=[one for one in schemes if one not in own],
        names={one["code"]: one["author"] for one in schemes},
        may_start=visit.can("schemes:write") and visit.siret is not None,
    )


async def adopt(request: Request) -> Response:
    """Make a scheme that of the visitor's current organisation."""
    visit = await member(request)
    code = request.path_params["code"]
    if visit.siret is None:
        raise HTTPException(403)
    await visit.call("adopt_scheme", code=code, content={"json": {"organisation": visit.siret}})
    return go(f"/schemas/{code}", "schema-adopte")


def is_own(scheme: dict[str, Any], siret: str | None) -> bool:
    """Tell whether a scheme is that of an organisation: adopted by it, or its own draft."""
    adopted = any(one["siret"] == siret for one in scheme["organisations"])
    return adopted or not scheme["published"]


def read_year(text: str | None) -> int | None:
    """The year asked for, None when it is none that the API knows."""
    if not text or not text.isascii() or not text.isdigit() or len(text) != 4:
        return None
    return int(text) if 1990 <= int(text) <= 2100 else None


def organisations_offered(visit: Visit, scheme: dict[str, Any]) -> list[dict[str, Any]]:
    """Whose figures can be asked: those of the scheme that the visitor sees; the visitor's own of
    a scheme that none of them has."""
    own = visit.viewer.organisations if visit.viewer else []
    found = {one["siret"]: one for one in scheme["organisations"] or own if one["siret"]}
    fictitious = {one["siret"] for one in own if one.get("fictitious")}
    return [
        {"siret": siret, "name": one["name"], "fictitious": siret in fictitious}
        for siret, one in found.items()
    ]


def chosen_organisation(visit: Visit, scheme: dict[str, Any], asked: str | None) -> str | None:
    """Whose figures to show: those asked for, else of the visitor's current organisation."""
    offered = [one["siret"] for one in organisations_offered(visit, scheme)]
    if asked in offered:
        return asked
    adopted = [one["siret"] for one in scheme["organisations"]]
    return visit.siret if visit.siret in offered else next(iter(adopted), None)


def shares(scheme: Mapping[str, Any]) -> bool:
    """Tell whether several organisations that the visitor reads share a scheme."""
    return len(scheme["organisations"]) > 1


def years_offered(scheme: dict[str, Any], answered: dict[str, Any] | None) -> list[int]:
    """The years of the scheme and those that have contracts, last first."""
    last = scheme["last_year"] or scheme["first_year"]
    found = set(range(scheme["first_year"], last + 1))
    if answered:
        found |= {*answered["years"], answered["year"]}
    return sorted(found, reverse=True)


routes = [
    Route("/schemas", scheme_list, methods=["GET"]),
    Route("/schemas/{code}/adopter", adopt, methods=["POST"]),
]
