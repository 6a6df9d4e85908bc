"""« Et si… »: the figure of an indicator if some contracts, or projects, were counted too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import charts, figures
from web.client import ApiProblem
from web.forms import CORRECTED
from web.pages.indicator_reading import Subject, read_evidence, read_subject
from web.pages.saying_reading import place_in
from web.reading import every
from web.visit import Visit, member

PAGE = 50
# The rows that may be ticked, by state.
LISTS = {"not_counted": "Non comptés aujourd’hui", "unknown": "À compléter"}
# States of a project that may still become a contract of the year.
AHEAD = frozenset({"surveyed", "studied", "decided", "consultation"})


@dataclass(frozen=True)
class Asked:
    """What the form says: what is ticked, and from where each list is shown."""

    rows: list[str] = field(default_factory=list)
    projects: list[str] = field(default_factory=list)
    programme: bool = False
    starts: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def ticked(self) -> set[str]:
        """Ids of all that is ticked."""
        return {*self.rows, *self.projects}


async def what_if(request: Request) -> Response:
    """The rows that are not counted, and the projects, to be ticked; nothing is kept."""
    visit = await member(request)
    return await _page(visit, await read_subject(visit), Asked())


async def supposed(request: Request) -> Response:
    """The figure with what was ticked; the ticks stay, those of the other pages too."""
    visit = await member(request)
    subject = await read_subject(visit)
    data = await visit.form()
    asked = Asked(
        rows=_ticked(data),
        projects=[str(one) for one in data.getlist("projects")],
        programme=data.get("programme") == "oui",
        starts={state: str(data.get(state) or "") or None for state in LISTS},
    )
    body = {
        "organisation": subject.organisation,
        "year": subject.year,
        "rows": asked.rows,
        "projects": asked.projects,
        "programme": asked.programme,
    }
    try:
        answer = await visit.call(
            "suppose_result", indicator_id=subject.indicator["id"], content={"json": body}
        )
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        return await _page(visit, subject, asked, refusal=problem)
    return await _page(visit, subject, asked, answer.data)


def _ticked(data: FormData) -> list[str]:
    """The rows ticked on this page and on those before, unless these are to be forgotten."""
    before = [] if data.get("forget") else data.getlist("kept")
    return list(dict.fromkeys(str(one) for one in [*data.getlist("rows"), *before]))


async def _page(
    visit: Visit,
    subject: Subject,
    asked: Asked,
    found: dict[str, Any] | None = None,
    refusal: ApiProblem | None = None,
) -> Response:
    lists = [
        (state, words, await read_evidence(visit, subject, state, asked.starts.get(state), PAGE))
        for state, words in LISTS.items()
    ]
    shown = {one["id"] for _, _, some in lists if some for one in some["items"]}
    return visit.page(
        "indicators/what_if.html",
        status=refusal.status if refusal else 200,
        subject=subject,
        place=place_in(visit, subject.scheme, subject.organisation, subject.year),
        indicator=subject.indicator,
        scheme=subject.scheme,
        result=subject.result,
        year=subject.year,
        lists=[one for one in lists if one[2] is not None],
        projects=await _projects(visit, subject),
        asked=asked,
        elsewhere=[one for one in asked.rows if one not in shown],
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
