"""Amounts that cannot be true: the list of a buyer, and saying that one is."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.reserved import require
from web.visit import Visit, go, member


async def set_aside_page(request: Request) -> Response:
    """The amounts that no sum counts."""
    visit = await member(request)
    require(visit, "contracts:read")
    return visit.page("contracts/amounts.html", aside=await read_set_aside(visit))


async def say_amount(request: Request) -> Response:
    """Say that an amount is true, or no longer that it is."""
    visit = await member(request)
    key = request.path_params["contract_id"]
    data = await visit.form()
    body = {"amount": str(data.get("amount", "")), "true": data.get("true") == "true"}
    await visit.call(
        "say_amount",
        contract_id=key,
        if_match=str(data.get("etag", "")),
        content={"json": body},
    )
    return go(f"/marches/{key}#montants", "montant")


async def read_set_aside(
    visit: Visit, siret: str | None = None, year: int | None = None
) -> dict[str, Any] | None:
    """What a buyer has set aside, that of the visit or another; None for who may not see it."""
    buyer = siret or visit.siret
    if buyer is None or not visit.can("contracts:read"):
        return None
    try:
        found: dict[str, Any] = await visit.read("read_amounts_set_aside", buyer=buyer, year=year)
    except ApiProblem as problem:
        if problem.status not in (403, 404):
            raise
        return None
    return found


routes = [
    Route("/marches/montants", set_aside_page, methods=["GET"]),
    Route("/marches/{contract_id:uuid}/montants", say_amount, methods=["POST"]),
]
