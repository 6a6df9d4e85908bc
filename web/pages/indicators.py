"""One indicator: what it counts, its figure and how sure it is, the contracts behind it."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import fixing, formats
from web.client import ApiProblem
from web.pages.schemes import chosen_organisation, organisations_offered, read_year, years_offered
from web.rendering import with_params
from web.visit import Visit, member
from web.words import DIRECTIONS, EVIDENCE_STATES, MEASURES

MAX_YEARS = 6
STATES = tuple(EVIDENCE_STATES.items())


async def indicator_page(request: Request) -> Response:
    """An indicator for one year and one organisation, with one of the three lists behind it."""
    visit = await member(request)
    given = request.query_params
    indicator = await visit.read("read_indicator", indicator_id=request.path_params["key"])
    scheme = await visit.read("read_scheme", code=indicator["scheme"])
    organisation = chosen_organisation(visit, scheme, given.get("organisation"))
    year = read_year(given.get("year")) or await _latest(visit, scheme, organisation)
    state = given.get("state") if given.get("state") in EVIDENCE_STATES else "counted"
    results, evidence = await asyncio.gather(
        _by_year(visit, indicator, organisation, years_shown(scheme, year, formats.current_year())),
        _evidence(visit, indicator, organisation, year, str(state)),
    )
    base = with_params(request.url.path, {"year": year, "organisation": organisation})
    return visit.page(
        "indicators/detail.html",
        blocks=("compte", "pieces"),
        indicator=indicator,
        scheme=scheme,
        result=results.get(year),
        by_year=results,
        targets={one["year"]: one for one in indicator["targets"]},
        evidence=evidence,
        state=state,
        states=EVIDENCE_STATES,
        year=year,
        years=sorted({*years_offered(scheme, None), year}, reverse=True),
        organisation=organisation,
        organisations=organisations_offered(visit, scheme),
        tabs=[(words, f"{base}&state={code}", code == state, None) for code, words in STATES],
        base=base,
        cursor=given.get("cursor"),
        form_address=fixing.form_address,
        measures=MEASURES,
        directions=DIRECTIONS,
    )


async def _latest(visit: Visit, scheme: dict[str, Any], organisation: str | None) -> int:
    """The year the API shows by itself: the last one that has contracts."""
    fallback = int(scheme["last_year"] or scheme["first_year"])
    if organisation is None:
        return fallback
    try:
        answered = await visit.read(
            "list_scheme_results", code=scheme["code"], organisation=organisation
        )
    except ApiProblem as problem:
        if problem.status not in (403, 404):
            raise
        return fallback
    return int(answered["year"])


def years_shown(scheme: dict[str, Any], year: int, current: int) -> list[int]:
    """The years of the chart: those of the scheme that have begun, six around the chosen one."""
    years = sorted({*(one for one in years_offered(scheme, None) if one <= current), year})
    while len(years) > MAX_YEARS:
        years.remove(years[0] if year - years[0] > years[-1] - year else years[-1])
    return years


async def _by_year(
    visit: Visit, indicator: dict[str, Any], organisation: str | None, years: list[int]
) -> dict[int, dict[str, Any]]:
    """The figure of each year; nothing when the indicator isn't computed or isn't ours to see."""
    if organisation is None or not indicator["computed"]:
        return {}
    answers = await asyncio.gather(
        *(_result(visit, indicator["id"], organisation, year) for year in years)
    )
    return {year: one for year, one in zip(years, answers, strict=True) if one is not None}


async def _result(
    visit: Visit, indicator_id: str, organisation: str, year: int
) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = await visit.read(
            "read_result", indicator_id=indicator_id, year=year, organisation=organisation
        )
    except ApiProblem as problem:
        if problem.status not in (403, 404):
            raise
        return None
    return found


async def _evidence(
    visit: Visit, indicator: dict[str, Any], organisation: str | None, year: int, state: str
) -> dict[str, Any] | None:
    if organisation is None or not indicator["computed"]:
        return None
    try:
        found: dict[str, Any] = await visit.read(
            "list_evidence",
            indicator_id=indicator["id"],
            year=year,
            organisation=organisation,
            state=state,
            limit=50,
            cursor=visit.request.query_params.get("cursor") or None,
        )
    except ApiProblem as problem:
        if problem.status not in (403, 404):
            raise
        return None
    return found


routes = [Route("/indicateurs/{key:uuid}", indicator_page, methods=["GET"])]
