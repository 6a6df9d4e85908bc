"""« À qualifier »: what most indicators wait for, contracts or consultations, and what to say."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.fixing import consultation_address, form_address
from web.forms import CORRECTED
from web.pages import saying_reading as reading
from web.pages.saying_reading import Place
from web.reading import read_open
from web.visit import Visit, go, member
from web.words import STATES

PAGE = "a-qualifier"
READ = "contracts:read"
FORBIDDEN, STALE = 403, 412
SIZES = (10, 25, 50)
MOST = 100
ANSWERS = ("yes", "no")


@dataclass(frozen=True)
class Kind:
    """What is qualified: its words, its addresses, and how the API keeps its answers.

    ``facts``: those that its answers complete.
    """

    about: str
    words: tuple[str, str]
    missing: tuple[str, str]
    saved: tuple[str, str]
    none: str
    this: str
    dated: str
    write: str
    operation: str
    facts: frozenset[str]
    base: str
    mended_at: Callable[[str, str], str]

    @property
    def stale(self) -> str:
        """What to do when somebody else was quicker."""
        return (
            f"Une autre personne a modifié {self.this} pendant votre saisie. Vos réponses sont "
            "gardées : relisez-les, puis enregistrez de nouveau."
        )


KINDS: Final[Mapping[str, Kind]] = {
    "marches": Kind(
        about="contract",
        words=("marché", "marchés"),
        missing=("marché à reprendre", "marchés à reprendre"),
        saved=("autre marché est enregistré", "autres marchés sont enregistrés"),
        none="Aucun marché",
        this="ce marché",
        dated="notifié",
        write="contracts:write",
        operation="change_marks",
        facts=frozenset({"contract", "lot"}),
        base="/marches",
        mended_at=form_address,
    ),
    "consultations": Kind(
        about="consultation",
        words=("consultation", "consultations"),
        missing=("consultation à reprendre", "consultations à reprendre"),
        saved=("autre consultation est enregistrée", "autres consultations sont enregistrées"),
        none="Aucune consultation",
        this="cette consultation",
        dated="lancée",
        write="programme:write",
        operation="set_consultation_marks",
        facts=frozenset({"consultation"}),
        base="/consultations",
        mended_at=consultation_address,
    ),
}


@dataclass(frozen=True)
class Said:
    """What was typed, by row and mark; ``results``: what the API said of each row, empty when it
    was saved; ``filled``: the row that took over its usual answers."""

    answers: Mapping[str, Mapping[str, str]]
    results: Mapping[str, str] = field(default_factory=dict)
    filled: str = ""


async def page(request: Request) -> Response:
    """The contracts, or consultations, to qualify, the most awaited first."""
    visit = await member(request)
    place = await _place(visit, request.query_params)
    kind = _kind(request.query_params)
    found = await _read(visit, place, kind, request.query_params)
    return await _page(visit, place, kind, found, Said({}))


async def save(request: Request) -> Response:
    """Say the marks that were answered, row by row; or fill a line for review."""
    visit = await member(request)
    data = await visit.form()
    place, kind = await _place(visit, data), _kind(data)
    if not place.may(kind.write):
        raise HTTPException(FORBIDDEN)
    answers = _answers(data)
    suggested = str(data.get("suggest") or "")
    if suggested:
        found = await _read(visit, place, kind, data)
        _suggest(found, suggested, answers)
        return await _page(visit, place, kind, found, Said(answers, filled=suggested))
    back = place.address(PAGE, nombre=_size(data), fiches=_name(kind))
    if not answers:
        return go(back, "inchange")
    results = {}
    for key, marks in answers.items():
        version = str(data.get(f"version-{key}") or "")
        results[key] = await _send(visit, kind, key, marks, version)
    if not any(results.values()):
        return go(back, "qualifie")
    # What was said is asked no more: the rows are read anew, those refused keep what was typed.
    found = await _read(visit, place, kind, data, MOST)
    kept = {key: marks for key, marks in answers.items() if results[key]}
    if found:
        # A row half said since may wait less: it stays in sight as long as it is refused.
        size = _size(data)
        rows = [one for at, one in enumerate(found["rows"]) if at < size or one["id"] in kept]
        found = {**found, "rows": rows}
    return await _page(visit, place, kind, found, Said(kept, results), status=422)


def _kind(given: Any) -> Kind:
    return KINDS.get(str(given.get("fiches") or ""), KINDS["marches"])


def _name(kind: Kind) -> str:
    return next(name for name, one in KINDS.items() if one is kind)


async def _place(visit: Visit, given: Any) -> Place:
    """Raises HTTPException 403 to who doesn't read contracts there."""
    place = await reading.read_place(visit, visit.request.path_params["code"], given)
    if place.siret is not None and not place.may(READ):
        raise HTTPException(FORBIDDEN)
    return place


async def _read(
    visit: Visit, place: Place, kind: Kind, given: Any, limit: int | None = None
) -> dict[str, Any] | None:
    if place.siret is None:
        return None
    found: dict[str, Any] = await visit.read(
        "list_to_qualify",
        code=place.scheme["code"],
        organisation=place.siret,
        year=place.year,
        about=kind.about,
        limit=limit or _size(given),
    )
    return found


def _size(given: Any) -> int:
    asked = str(given.get("nombre") or "")
    return int(asked) if asked in map(str, SIZES) else SIZES[0]


def _answers(data: FormData) -> dict[str, dict[str, str]]:
    """The answers by row; a field is named « mark-ID-code »."""
    found: dict[str, dict[str, str]] = {}
    for name, value in data.items():
        prefix, _, rest = name.partition("-")
        key, code = rest[:36], rest[37:]
        if prefix == "mark" and code and value in ANSWERS:
            found.setdefault(key, {})[code] = str(value)
    return found


def _suggest(found: Mapping[str, Any] | None, key: str, answers: dict[str, dict[str, str]]) -> None:
    """Fill the answers of a row with the usual ones; nothing that was answered moves."""
    for row in found["rows"] if found else []:
        if row["id"] == key:
            for mark in row["marks"]:
                if mark["usual"] is not None:
                    usual = "yes" if mark["usual"] else "no"
                    answers.setdefault(key, {}).setdefault(mark["code"], usual)


async def _send(visit: Visit, kind: Kind, key: str, marks: Mapping[str, str], version: str) -> str:
    """Say marks of a row; the message of a refusal, empty when they are saved."""
    try:
        await visit.call(
            kind.operation,
            **{f"{kind.about}_id": key},
            if_match=f'"{version}"' if version else None,
            content={"json": {"marks": dict(marks)}},
        )
    except ApiProblem as problem:
        if problem.status == STALE:
            return kind.stale
        if problem.status not in CORRECTED | {FORBIDDEN, 404}:
            raise
        return " ".join(str(one["message"]) for one in problem.errors) or problem.detail
    return ""


async def _page(
    visit: Visit,
    place: Place,
    kind: Kind,
    found: Mapping[str, Any] | None,
    said: Said,
    *,
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
        rows=[_row(place, kind, row, said) for row in rows],
        saved=sum(not message for message in said.results.values()),
        refused=sum(bool(message) for message in said.results.values()),
        shortest=await _shortest(visit, place, kind) if found and rows else None,
        kind=kind,
        kinds=KINDS,
        name_of_kind=_name(kind),
        # Each consideration is explained once, not under every row.
        helps=sorted({(mark["label"], mark["help"]) for row in rows for mark in row["marks"]}),
        filled=said.filled,
        states=STATES,
        sizes=SIZES,
        size=next((one for one in SIZES if one >= size), SIZES[-1]),
        writable=place.may(kind.write),
    )


def _row(
    place: Place,
    kind: Kind,
    row: Mapping[str, Any],
    typed: Said,
) -> dict[str, Any]:
    key = row["id"]
    said = typed.answers.get(key, {})
    own = [one["directorate_id"] for one in place.grants if one["role"] == reading.DIRECTORATE]
    return {
        "about": row,
        "said": said,
        "error": typed.results.get(key, ""),
        "suggests": any(
            mark["usual"] is not None and mark["code"] not in said for mark in row["marks"]
        ),
        # A directorate writes its own: the others are shown without a form.
        "writable": place.may_whole(kind.write)
        or (row["directorate_id"] is not None and row["directorate_id"] in own),
    }


async def _shortest(visit: Visit, place: Place, kind: Kind) -> dict[str, Any] | None:
    """The figure that the fewest rows would bring to 95 %, when the API tells."""
    answered, indicators = await asyncio.gather(
        read_open(
            visit,
            "list_scheme_results",
            code=place.scheme["code"],
            organisation=place.siret,
            year=place.year,
            # What is missing today is what can be told.
            recalculated=True,
        ),
        visit.read("list_scheme_indicators", code=place.scheme["code"]),
    )
    named = {one["id"]: one for one in indicators if one["fact"] in kind.facts}
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
