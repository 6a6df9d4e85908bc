"""The schemes (SPASER): their list, and the dashboard of one of them."""

import asyncio
from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.visit import Visit, member
from web.words import DIRECTIONS, MEASURES


async def scheme_list(request: Request) -> Response:
    """Every scheme the visitor may read."""
    visit = await member(request)
    return visit.page("schemes/list.html", schemes=await visit.read("list_schemes"))


async def dashboard(request: Request) -> Response:
    """A scheme and its figures for one year and one organisation."""
    visit = await member(request)
    code = request.path_params["code"]
    scheme, indicators = await asyncio.gather(
        visit.read("read_scheme", code=code), visit.read("list_scheme_indicators", code=code)
    )
    organisation = chosen_organisation(visit, scheme, request.query_params.get("organisation"))
    year = read_year(request.query_params.get("year"))
    answered = await _results(visit, code, organisation, year)
    results = {one["indicator_id"]: one for one in answered["results"]} if answered else {}
    return visit.page(
        "schemes/dashboard.html",
        scheme=scheme,
        sections=by_axis(scheme["content"]["axes"], indicators),
        results=results,
        answered=answered,
        year=answered["year"] if answered else year,
        years=years_offered(scheme, answered),
        organisation=organisation,
        organisations=organisations_offered(visit, scheme),
        computed=sum(1 for one in indicators if one["computed"]),
        total=len(indicators),
        measures=MEASURES,
        directions=DIRECTIONS,
    )


async def _results(
    visit: Visit, code: str, organisation: str | None, year: int | None
) -> dict[str, Any] | None:
    """The figures, None when nobody's can be shown: no organisation, or one not ours to see."""
    if organisation is None:
        return None
    try:
        found: dict[str, Any] = await visit.read(
            "list_scheme_results", code=code, year=year, organisation=organisation
        )
    except ApiProblem as problem:
        if problem.status not in (403, 404):
            raise
        return None
    return found


def read_year(text: str | None) -> int | None:
    """The year asked for, None when it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) == 4 else None


def organisations_offered(visit: Visit, scheme: dict[str, Any]) -> list[dict[str, Any]]:
    """Whose figures can be asked: those of the scheme and of the visitor, once each."""
    own = visit.viewer.organisations if visit.viewer else []
    found = {one["siret"]: one for one in [*scheme["organisations"], *own] if one["siret"]}
    return [
        {"siret": siret, "name": one["name"], "fictitious": one.get("fictitious", False)}
        for siret, one in found.items()
    ]


def chosen_organisation(visit: Visit, scheme: dict[str, Any], asked: str | None) -> str | None:
    """Whose figures to show: those asked for, else of the visitor's current organisation."""
    offered = [one["siret"] for one in organisations_offered(visit, scheme)]
    if asked in offered:
        return asked
    adopted = [one["siret"] for one in scheme["organisations"]]
    return visit.siret if visit.siret in offered else next(iter(adopted), None)


def years_offered(scheme: dict[str, Any], answered: dict[str, Any] | None) -> list[int]:
    """The years of the scheme and those that have contracts, last first."""
    last = scheme["last_year"] or scheme["first_year"]
    found = set(range(scheme["first_year"], last + 1))
    if answered:
        found |= {*answered["years"], answered["year"]}
    return sorted(found, reverse=True)


def by_axis(
    axes: Iterable[dict[str, Any]], indicators: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The indicators under the first axis they serve; ``also`` are the codes of the others.

    Those of no axis come last, under the whole scheme.
    """
    sections: list[dict[str, Any]] = [
        {**axis, "codes": _codes(axis), "indicators": []} for axis in axes
    ]
    whole: dict[str, Any] = {"code": "", "title": "Ensemble du schéma", "indicators": []}
    for indicator in indicators:
        served = [one for one in sections if one["codes"] & set(indicator["actions"])]
        home = served[0] if served else whole
        home["indicators"].append({**indicator, "also": [one["code"] for one in served[1:]]})
    return [*sections, whole] if whole["indicators"] else sections


def _codes(axis: dict[str, Any]) -> set[str]:
    actions = {action["code"] for one in axis["objectives"] for action in one["actions"]}
    return actions | {axis["code"]} | {one["code"] for one in axis["objectives"]}


routes = [
    Route("/schemas", scheme_list, methods=["GET"]),
    Route("/schemas/{code}", dashboard, methods=["GET"]),
]
