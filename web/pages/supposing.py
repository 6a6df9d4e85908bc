"""« Et si… »: the figure of an indicator if some contracts, or projects, were counted too."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import charts, figures
from web.client import ApiProblem
from web.forms import CORRECTED
from web.pages.indicators import Subject, read_evidence, read_subject
from web.pages.saying_reading import place_in
from web.reading import every
from web.visit import Visit, member

MOST_ROWS = 100
# States of a project that may still become a contract of the year.
AHEAD = frozenset({"surveyed", "studied", "decided", "consultation"})


async def what_if(request: Request) -> Response:
    """The rows that are not counted, and the projects, to be ticked; nothing is kept."""
    visit = await member(request)
    return await _page(visit, await read_subject(visit))


async def supposed(request: Request) -> Response:
    """The figure with what was ticked; the ticks stay."""
    visit = await member(request)
    subject = await read_subject(visit)
    data = await visit.form()
    rows = [str(one) for one in data.getlist("rows")]
    projects = [str(one) for one in data.getlist("projects")]
    body = {
        "organisation": subject.organisation,
        "year": subject.year,
        "rows": rows,
        "projects": projects,
    }
    try:
        answer = await visit.call(
            "suppose_result", indicator_id=subject.indicator["id"], content={"json": body}
        )
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        return await _page(visit, subject, {*rows, *projects}, refusal=problem)
    return await _page(visit, subject, {*rows, *projects}, answer.data)


async def _page(
    visit: Visit,
    subject: Subject,
    ticked: set[str] | None = None,
    found: dict[str, Any] | None = None,
    refusal: ApiProblem | None = None,
) -> Response:
    evidence = await read_evidence(visit, subject, "not_counted", None, MOST_ROWS)
    return visit.page(
        "indicators/what_if.html",
        status=refusal.status if refusal else 200,
        subject=subject,
        place=place_in(visit, subject.scheme, subject.organisation, subject.year),
        indicator=subject.indicator,
        scheme=subject.scheme,
        result=subject.result,
        year=subject.year,
        evidence=evidence,
        projects=await _projects(visit, subject),
        ticked=ticked or set(),
        found=found,
        drawings=_drawings(subject, found),
        refusal=refusal,
    )


async def _projects(visit: Visit, subject: Subject) -> list[dict[str, Any]]:
    """The purchase projects of the year that are not contracts yet, when contracts are counted."""
    if subject.indicator["fact"] != "contract" or subject.organisation is None:
        return []
    found = await every(visit, "list_projects", buyer=subject.organisation, year=subject.year)
    return [one for one in found if one["state"] in AHEAD]


def _drawings(subject: Subject, found: dict[str, Any] | None) -> list[charts.Meter | None]:
    """The figure before and after, each with the target, on one axis."""
    if found is None or subject.result is None:
        return [None, None]
    bare = {**subject.result, "low": None, "high": None, "share_low": None, "share_high": None}
    both = [{**bare, "value": found[one]["value"], "share": found[one]["share"]} for one in MOVES]
    return [figures.meter(one) for one in both]


MOVES = ("before", "after")

routes = [
    Route("/indicateurs/{key:uuid}/et-si", what_if, methods=["GET"]),
    Route("/indicateurs/{key:uuid}/et-si", supposed, methods=["POST"]),
]
