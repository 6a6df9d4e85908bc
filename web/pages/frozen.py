"""The figures kept when a year was closed, « tel que calculé le… », and what changed since."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import dashboards, exporting, formats
from web.pages.saying_reading import place_in
from web.reading import CLOSED, read_open
from web.rendering import with_params
from web.visit import Visit, member

AGAINST = {"today": "aujourd’hui", "previous": "la version précédente"}
# What the JSON says of a version before its rows.
ABOUT: Final = (
    "scheme",
    "title",
    "scheme_version",
    "organisation",
    "year",
    "number",
    "sentence",
    "closed_at",
    "computed_at",
    "as_of",
    "standing",
    "reason",
    "software_version",
)
NO_VERSION: Final = 422  # a scheme that was never published has no version to read


async def kept_versions(
    visit: Visit, code: str, organisation: str | None, year: int | None = None
) -> list[dict[str, Any]]:
    """The versions kept of a scheme for an organisation; none when they are not ours to see."""
    if organisation is None:
        return []
    found = await read_open(
        visit, "list_frozen_figures", scheme=code, organisation=organisation, year=year, limit=50
    )
    return found["items"] if found else []


def version_address(code: str, answered: Mapping[str, Any] | None, year: int) -> str | None:
    """The page of what was kept of the year of a dashboard: a version, or several together; None
    when the year is open."""
    mark = answered and answered["frozen"]
    if not answered or not mark:
        return None
    if mark["id"] is not None:
        return f"/schemas/{code}/arretes/{mark['id']}"
    return together_address(code, answered["organisation"]["siret"], year)


def together_address(code: str, organisation: str | None, year: int) -> str:
    """The page of what several organisations kept of a year, together."""
    return with_params(
        f"/schemas/{code}/arretes/ensemble", {"annee": year, "organisation": organisation}
    )


async def frozen_page(request: Request) -> Response:
    """One version of the figures of a year, whole, and what differs from another."""
    visit = await member(request)
    kept, scheme = await read_kept(visit)
    asked = request.query_params.get("compare")
    against = asked if asked in AGAINST else None
    diff = None
    if against:
        diff = await read_open(visit, "diff_frozen_figures", frozen_id=kept["id"], against=against)
    path = request.url.path
    siret = kept["organisation"]["siret"]
    indicators = {one["id"]: one for one in kept["indicators"]}
    return visit.page(
        "schemes/frozen.html",
        kept=kept,
        place=place_in(visit, scheme, siret, kept["year"]),
        rows=[
            (indicators[one["indicator_id"]], one)
            for one in kept["results"]
            if one["indicator_id"] in indicators
        ],
        results={one["indicator_id"]: one for one in kept["results"]},
        diff=diff,
        against=against,
        offered=AGAINST,
        files={kind: f"{path}/export.{kind}" for kind in exporting.KINDS},
        followed={"year": kept["year"], "organisation": siret},
    )


async def export(request: Request) -> Response:
    """The figures of a version, as the file of a dashboard that says when they were computed."""
    visit = await member(request)
    kept, scheme = await read_kept(visit)
    axes = await read_axes(visit, kept, scheme)
    year, results = kept["year"], {one["indicator_id"]: one for one in kept["results"]}
    # Who declared what, and when, is not of what a closing keeps.
    rows = dashboards.rows_of(kept["indicators"], results, {}, year)
    about = {name: kept[name] for name in ABOUT}
    who = kept["organisation"]["siret"] or "sans-organisation"
    name = f"{kept['scheme']}-{who}-{year}-version-{kept['number']}"
    ordered = exporting.in_order(axes, rows)
    return exporting.response(
        request.path_params["kind"], name, about, ordered, year, _columns(kept)
    )


async def read_kept(visit: Visit) -> tuple[dict[str, Any], dict[str, Any]]:
    """The version that the address names, and its scheme. Raises HTTPException 404, ApiProblem."""
    code, key = (visit.request.path_params[name] for name in ("code", "key"))
    kept, scheme = await asyncio.gather(
        visit.read("read_frozen_figures", frozen_id=key), visit.read("read_scheme", code=code)
    )
    if kept["scheme"] != code:
        raise HTTPException(404)
    return kept, scheme


async def read_axes(
    visit: Visit, kept: Mapping[str, Any], scheme: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The axes of the scheme as its version of that day has them; today's when none is known."""
    version = await read_open(
        visit,
        "read_scheme_version",
        closed=CLOSED | {NO_VERSION},
        code=kept["scheme"],
        number=kept["scheme_version"],
    )
    axes: list[dict[str, Any]] = (version or {}).get("axes") or scheme["content"]["axes"]
    return axes


def _columns(kept: Mapping[str, Any]) -> exporting.Columns:
    """What the file of a version says more than that of a dashboard, on each of its lines."""
    return {
        "Chiffre arrêté": lambda _row: kept["sentence"],
        "Version des chiffres arrêtés": lambda _row: kept["number"],
        "En vigueur": lambda _row: formats.yes_no(kept["standing"]),
        "Motif de la version": lambda _row: kept["reason"],
        "Définition nº": lambda row: row[2]["result"] and row[2]["result"]["definition_number"],
        "Définition d’alors": lambda row: definition_of(row[2]["indicator"]),
        "Version du schéma": lambda _row: kept["scheme_version"],
        "Version du logiciel": lambda _row: kept["software_version"],
    }


def definition_of(indicator: Mapping[str, Any]) -> str:
    """The definition of an indicator in one text: its formula, else its explanation."""
    return str(indicator["formula"] or indicator["explanation"])


routes = [
    Route("/schemas/{code}/arretes/{key:uuid}", frozen_page, methods=["GET"]),
    Route("/schemas/{code}/arretes/{key:uuid}/export.{kind}", export, methods=["GET"]),
]
