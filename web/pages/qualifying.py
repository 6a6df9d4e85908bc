"""« À qualifier »: the contracts that most indicators wait for, and what to say of each."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.fixing import form_address
from web.forms import CORRECTED
from web.pages import saying_reading as reading
from web.pages.saying_reading import Place
from web.reading import read_open
from web.visit import Visit, go, member
from web.words import STATES

PAGE = "a-qualifier"
READ, WRITE = "contracts:read", "contracts:write"
FORBIDDEN, STALE = 403, 412
SIZES = (10, 25, 50)
MOST = 100
ANSWERS = ("yes", "no")
CONTRACTS = frozenset({"contract", "lot"})  # facts that the answers of this page complete
CHANGED = (
    "Une autre personne a modifié ce marché pendant votre saisie. Vos réponses sont gardées : "
    "relisez-les, puis enregistrez de nouveau."
)


async def page(request: Request) -> Response:
    """The contracts to qualify, the most awaited first."""
    visit = await member(request)
    place = await _place(visit, request.query_params)
    found = await _read(visit, place, request.query_params)
    return await _page(visit, place, found, {}, {})


async def save(request: Request) -> Response:
    """Say the marks that were answered, contract by contract; or fill a line for review."""
    visit = await member(request)
    data = await visit.form()
    place = await _place(visit, data)
    if not place.may(WRITE):
        raise HTTPException(FORBIDDEN)
    answers = _answers(data)
    suggested = str(data.get("suggest") or "")
    if suggested:
        found = await _read(visit, place, data)
        _suggest(found, suggested, answers)
        return await _page(visit, place, found, answers, {}, filled=suggested)
    if not answers:
        return go(place.address(PAGE, nombre=_size(data)), "inchange")
    results = {}
    for key, marks in answers.items():
        version = str(data.get(f"version-{key}") or "")
        results[key] = await _send(visit, key, marks, version)
    if not any(results.values()):
        return go(place.address(PAGE, nombre=_size(data)), "qualifie")
    # What was said is asked no more: the rows are read anew, those refused keep what was typed.
    found = await _read(visit, place, data, MOST)
    kept = {key: marks for key, marks in answers.items() if results[key]}
    if found:
        # A contract half said since may wait less: it stays in sight as long as it is refused.
        size = _size(data)
        rows = [
            one for at, one in enumerate(found["rows"]) if at < size or one["contract_id"] in kept
        ]
        found = {**found, "rows": rows}
    return await _page(visit, place, found, kept, results, status=422)


async def _place(visit: Visit, given: Any) -> Place:
    """Raises HTTPException 403 to who doesn't read contracts there."""
    place = await reading.read_place(visit, visit.request.path_params["code"], given)
    if place.siret is not None and not place.may(READ):
        raise HTTPException(FORBIDDEN)
    return place


async def _read(
    visit: Visit, place: Place, given: Any, limit: int | None = None
) -> dict[str, Any] | None:
    if place.siret is None:
        return None
    found: dict[str, Any] = await visit.read(
        "list_to_qualify",
        code=place.scheme["code"],
        organisation=place.siret,
        year=place.year,
        limit=limit or _size(given),
    )
    return found


def _size(given: Any) -> int:
    asked = str(given.get("nombre") or "")
    return int(asked) if asked in map(str, SIZES) else SIZES[0]


def _answers(data: FormData) -> dict[str, dict[str, str]]:
    """The answers by contract; a field is named « mark-CONTRACT-code »."""
    found: dict[str, dict[str, str]] = {}
    for name, value in data.items():
        prefix, _, rest = name.partition("-")
        key, code = rest[:36], rest[37:]
        if prefix == "mark" and code and value in ANSWERS:
            found.setdefault(key, {})[code] = str(value)
    return found


def _suggest(found: Mapping[str, Any] | None, key: str, answers: dict[str, dict[str, str]]) -> None:
    """Fill the answers of a contract with the usual ones; nothing that was answered moves."""
    for row in found["rows"] if found else []:
        if row["contract_id"] == key:
            for mark in row["marks"]:
                if mark["usual"] is not None:
                    usual = "yes" if mark["usual"] else "no"
                    answers.setdefault(key, {}).setdefault(mark["code"], usual)


async def _send(visit: Visit, key: str, marks: Mapping[str, str], version: str) -> str:
    """Say marks of a contract; the message of a refusal, empty when they are saved."""
    try:
        await visit.call(
            "change_marks",
            contract_id=key,
            if_match=f'"{version}"' if version else None,
            content={"json": {"marks": dict(marks)}},
        )
    except ApiProblem as problem:
        if problem.status == STALE:
            return CHANGED
        if problem.status not in CORRECTED | {FORBIDDEN, 404}:
            raise
        return " ".join(str(one["message"]) for one in problem.errors) or problem.detail
    return ""


async def _page(
    visit: Visit,
    place: Place,
    found: Mapping[str, Any] | None,
    answers: Mapping[str, Mapping[str, str]],
    results: Mapping[str, str],
    *,
    filled: str = "",
    status: int = 200,
) -> Response:
    rows: Sequence[Mapping[str, Any]] = found["rows"] if found else []
    given = visit.request.query_params
    size = _size(given) if visit.request.method == "GET" else len(rows)
    return visit.page(
        "qualifying/page.html",
        status=status,
        place=place,
        found=found,
        rows=[_row(place, row, answers, results) for row in rows],
        saved=sum(not message for message in results.values()),
        refused=sum(bool(message) for message in results.values()),
        shortest=await _shortest(visit, place) if found and rows else None,
        # Each consideration is explained once, not under every contract.
        helps=sorted({(mark["label"], mark["help"]) for row in rows for mark in row["marks"]}),
        filled=filled,
        states=STATES,
        sizes=SIZES,
        size=next((one for one in SIZES if one >= size), SIZES[-1]),
        writable=place.may(WRITE),
        mended_at=form_address,
    )


def _row(
    place: Place,
    row: Mapping[str, Any],
    answers: Mapping[str, Mapping[str, str]],
    results: Mapping[str, str],
) -> dict[str, Any]:
    key = row["contract_id"]
    said = answers.get(key, {})
    own = [one["directorate_id"] for one in place.grants if one["role"] == reading.DIRECTORATE]
    return {
        "contract": row,
        "said": said,
        "error": results.get(key, ""),
        "suggests": any(
            mark["usual"] is not None and mark["code"] not in said for mark in row["marks"]
        ),
        # A directorate writes its own contracts: the others are shown without a form.
        "writable": place.may_whole(WRITE)
        or (row["directorate_id"] is not None and row["directorate_id"] in own),
    }


async def _shortest(visit: Visit, place: Place) -> dict[str, Any] | None:
    """The figure that the fewest contracts would bring to 95 %, when the API tells."""
    answered, indicators = await asyncio.gather(
        read_open(
            visit,
            "list_scheme_results",
            code=place.scheme["code"],
            organisation=place.siret,
            year=place.year,
        ),
        visit.read("list_scheme_indicators", code=place.scheme["code"]),
    )
    named = {one["id"]: one for one in indicators if one["fact"] in CONTRACTS}
    told = [
        {"count": one["to_complete"], "indicator": named[one["indicator_id"]]}
        for one in (answered["results"] if answered else [])
        if one.get("to_complete") and one["indicator_id"] in named
    ]
    return min(told, key=lambda one: int(one["count"]), default=None)


routes = [
    Route("/schemas/{code}/a-qualifier", page, methods=["GET"]),
    Route("/schemas/{code}/a-qualifier", save, methods=["POST"]),
]
