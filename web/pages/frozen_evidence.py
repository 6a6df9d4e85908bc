"""One kept figure: what it was that day, its definition of then, and the rows that stood behind."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import figures, fixing
from web.pages.frozen import read_axes, read_kept
from web.pages.indicator_reading import STATES, asked_rows
from web.pages.indicators import VOCABULARY, served_by
from web.pages.saying_reading import place_in
from web.rendering import with_params
from web.visit import Visit, member
from web.words import WAYS

ROWS = 50
# Why a kept figure has no rows to show, by what it looks at.
SILENT = {
    "measure": "Une personne a déclaré ce chiffre : aucune ligne du registre n’est derrière.",
    "milestone": "Une personne a dit où en était cette étape : aucune ligne du registre n’est "
    "derrière.",
    "target": "Ce chiffre se tire des cibles des autres indicateurs du schéma : chacun a ses "
    "propres lignes.",
    "beneficiary": "Ce chiffre compte des personnes : aucune ligne n’en est gardée, pour que "
    "nul ne puisse y être reconnu.",
}


async def kept_figure(request: Request) -> Response:
    """A figure of a kept version, with one of the four lists that stood behind it."""
    visit = await member(request)
    kept, scheme = await read_kept(visit)
    key = str(request.path_params["indicator"])
    found = {one["id"]: one for one in kept["indicators"]}
    results = {one["indicator_id"]: one for one in kept["results"]}
    if key not in found or key not in results:
        raise HTTPException(404)
    indicator, result = found[key], results[key]
    state, cursor = asked_rows(request)
    # A step that is said part by part has them to show.
    opens = figures.opens(result) or (result["fact"] == "milestone" and bool(result["parts"]))
    # What was declared has one row at most, which holds its source.
    wanted = (state, cursor) if opens else ("counted", None)
    siret, path = kept["organisation"]["siret"], request.url.path
    return visit.page(
        "schemes/frozen_evidence.html",
        blocks=("compte", "pieces"),
        kept=kept,
        place=place_in(visit, scheme, siret, kept["year"]),
        scheme=scheme,
        indicator=indicator,
        result=result,
        opens=opens,
        silent=SILENT.get(result["fact"]),
        evidence=await _rows(visit, kept["id"], key, *wanted),
        state=state,
        cursor=cursor,
        tabs=_tabs(path, kept, key, state),
        whole=_counts(kept, key)[state],
        served=served_by(await read_axes(visit, kept, scheme), indicator["actions"]),
        vocabulary=VOCABULARY,
        ways=WAYS,
        row_address=lambda row: fixing.kept_address(row) if opens else None,
        followed={"year": kept["year"], "organisation": siret},
    )


async def _rows(
    visit: Visit, frozen_id: str, indicator: str, state: str, cursor: str | None
) -> dict[str, Any]:
    found: dict[str, Any] = await visit.read(
        "list_frozen_evidence",
        frozen_id=frozen_id,
        indicator=indicator,
        state=state,
        limit=ROWS,
        cursor=cursor or None,
    )
    return found


def _tabs(
    path: str, kept: dict[str, Any], indicator: str, state: str
) -> list[tuple[str, str, bool, int]]:
    """The tabs of the four lists, each with how many rows it holds."""
    counts = _counts(kept, indicator)
    return [
        (words, with_params(path, {"state": code}), code == state, counts[code])
        for code, words in STATES
    ]


def _counts(kept: dict[str, Any], indicator: str) -> dict[str, int]:
    """How many rows each of the four lists holds."""
    return next(one for one in kept["evidence"] if one["indicator_id"] == indicator)


routes = [
    Route("/schemas/{code}/arretes/{key:uuid}/{indicator:uuid}", kept_figure, methods=["GET"])
]
