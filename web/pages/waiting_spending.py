"""Mandated amounts under no contract: why, the contracts possible, and what a person decides."""

from decimal import Decimal
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.forms import CORRECTED, labels
from web.rendering import with_params
from web.reserved import chosen_year, require, years_offered
from web.visit import Visit, api_of, go, member

LIST = "/mandatements"
WAITING = f"{LIST}/sans-marche"
NUMBERS = f"{LIST}/numeros"
WRITE = "spending:write"
BY_PAGE = 20
EVERY_YEAR = "toutes"
NOTHING = "Choisissez une décision sur au moins une ligne."
# Reasons of what is under no contract, in the order of what is easiest to settle.
REASONS = (
    "several_contracts",
    "several_numbers",
    "unsure_period",
    "outside_period",
    "unknown_number",
    "no_contract",
    "no_payee",
    "detached",
    "aside",
)
PREFIX = "decision-"


async def waiting(request: Request) -> Response:
    """The lines under no contract, filtered by what the address says."""
    return await _list(await member(request), dict(request.query_params))


async def _list(
    visit: Visit,
    given: dict[str, str],
    *,
    error: str = "",
    status: int = 200,
    typed: dict[str, str] | None = None,
) -> Response:
    year = chosen_year(given.get("year")) if given.get("year") else None
    q = given.get("q", "").strip()[:100]
    reason = given.get("reason", "") if given.get("reason") in REASONS else ""
    asked = {"year": year, "reason": reason or None, "q": q or None}
    cursor = given.get("cursor") or None
    page, counts = await _read(visit, asked, cursor)
    proposed = {one["id"]: _proposal(one) for one in page["items"]} if "proposer" in given else {}
    kept = {**asked, "cursor": cursor}
    response = visit.page(
        "spending/waiting.html",
        status=status,
        blocks=("resultats",),
        spending=page,
        asked=asked,
        cursor=cursor,
        years=years_offered(year),
        reasons={one: _words(visit)["reason"][one] for one in REASONS},
        words=_words(visit),
        told=_told(counts),
        chosen=typed if typed is not None else proposed,
        here=with_params(WAITING, kept),
        proposing=with_params(WAITING, {**kept, "proposer": "1"}),
        prefix=PREFIX,
        error=error,
    )
    response.headers["HX-Push-Url"] = with_params(WAITING, kept)
    return response


async def _read(visit: Visit, asked: dict[str, Any], cursor: str | None) -> tuple[Any, Any]:
    """The page, and the counts; nothing of them to who may not read, or without a buyer."""
    if visit.siret is None or not visit.can("contracts:read"):
        return {"items": [], "next": None}, []
    page = await visit.read(
        "list_waiting_spending", buyer=visit.siret, **asked, limit=BY_PAGE, cursor=cursor
    )
    counts = await visit.read("count_joined_spending", buyer=visit.siret, year=asked["year"])
    return page, counts


def _proposal(one: dict[str, Any]) -> str:
    """The first of the contracts possible, unless the days leave it out."""
    first = next(iter(one["candidates"]), None)
    return f"attach:{first['contract_id']}" if first and first["in_period"] is not False else ""


def _told(counts: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The lines by manner: how many, under a contract or not; aside is apart."""
    found: dict[str, dict[str, Any]] = {}
    for one in counts:
        way = one["joined_by"] if one["joined"] else ""
        way = "aside" if one["reason"] == "aside" else way or "none"
        sums = found.setdefault(way, {"lines": 0, "cents": 0})
        sums["lines"] += one["lines"]
        sums["cents"] += int(Decimal(one["amount"]) * 100)
    return found


def _words(visit: Visit) -> dict[str, dict[str, str]]:
    document = api_of(visit.request).document
    return {"reason": labels(document, "JoinReason"), "way": labels(document, "JoinedBy")}


async def decide(request: Request) -> Response:
    """Write what was chosen on each line, all or none."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    typed = {
        name.removeprefix(PREFIX): str(value)
        for name, value in data.items()
        if name.startswith(PREFIX) and value
    }
    given = {name: str(data.get(name, "")) for name in ("year", "reason", "q", "cursor")}
    if not typed:
        return await _list(visit, given, error=NOTHING, status=422)
    try:
        await _send(visit, typed, data)
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        told = [str(one["message"]) for one in problem.errors] or [problem.detail]
        error = " ".join(dict.fromkeys(told))
        return await _list(visit, given, error=error, status=problem.status, typed=typed)
    asked = {name: value for name, value in given.items() if value and name != "cursor"}
    return go(with_params(WAITING, asked), "rapproche")


async def _send(visit: Visit, typed: dict[str, str], data: FormData) -> None:
    decisions = []
    for key, value in typed.items():
        choice, _, contract = value.partition(":")
        decisions.append(
            {"spending_id": key, "choice": choice} | ({"contract_id": contract} if contract else {})
        )
    note = str(data.get("note", "")).strip()
    body = {
        "buyer_siret": visit.siret,
        "decisions": decisions,
        "remember": data.get("remember") == "true",
    }
    said = {"note": note} if note else {}
    await visit.call("decide_spending", content={"json": body | said})


async def detach(request: Request) -> Response:
    """Take a line from its contract, or give it back to the machine."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    choice = "release" if data.get("choice") == "release" else "detach"
    decision = {"spending_id": str(request.path_params["spending_id"]), "choice": choice}
    body = {"buyer_siret": visit.siret, "decisions": [decision]}
    try:
        await visit.call("decide_spending", content={"json": body})
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        return await _list(visit, {}, error=problem.detail, status=problem.status)
    return go(with_params(LIST, {"year": str(data.get("year", EVERY_YEAR))}), "rapproche")


async def numbers(request: Request) -> Response:
    """The numbers that a person said are of a contract."""
    visit = await member(request)
    cursor = request.query_params.get("cursor") or None
    page: dict[str, Any] = {"items": [], "next": None}
    if visit.siret is not None and visit.can("contracts:read"):
        page = await visit.read(
            "list_remembered_numbers", buyer=visit.siret, limit=BY_PAGE, cursor=cursor
        )
    return visit.page(
        "spending/numbers.html", blocks=("resultats",), numbers=page, cursor=cursor, path=NUMBERS
    )


async def forget(request: Request) -> Response:
    """Have a number be of its contract no more."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    number = str(data.get("number", ""))
    await visit.call("forget_number", contract_id=str(data.get("contract_id", "")), number=number)
    return go(NUMBERS, "numero-oublie")


async def again(request: Request) -> Response:
    """Have every contract looked for again."""
    visit = await member(request)
    require(visit, WRITE)
    await visit.call("join_spending", content={"json": {"buyer_siret": visit.siret}})
    return go(WAITING, "rapprochement")


routes = [
    Route(WAITING, waiting, methods=["GET"]),
    Route(WAITING, decide, methods=["POST"]),
    Route(NUMBERS, numbers, methods=["GET"]),
    Route(f"{NUMBERS}/oublier", forget, methods=["POST"]),
    Route(f"{WAITING}/relancer", again, methods=["POST"]),
    Route(f"{LIST}/{{spending_id:uuid}}/detacher", detach, methods=["POST"]),
]
