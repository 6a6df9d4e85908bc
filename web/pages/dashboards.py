"""The dashboard of a scheme: its figures for a year under axes and actions, and their files."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import dashboards, exporting, yearly
from web.dashboards import TOGETHER, Asked
from web.formats import current_year
from web.forms import labels
from web.meanwhile import meanwhile
from web.pages import saved_views
from web.pages.closing_forms import WRITE
from web.pages.doubting import read_set_aside
from web.pages.frozen import kept_versions, version_address
from web.pages.saying_reading import Place, place_in
from web.pages.schemes import (
    chosen_organisation,
    organisations_offered,
    read_year,
    shares,
    years_offered,
)
from web.passed_over import passed_over, year_asked
from web.portions import NAMES, WHOLE, Portions, read_portions
from web.reading import every, read_open
from web.rendering import with_params
from web.visit import Visit, api_of, member
from web.words import DIRECTIONS, WAYS

# What the pages of its indicators are asked for too.
FOLLOWED = ("year", "organisation", "directorate", "family", "recalculated")


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks of a scheme, and whose figures it is that answer."""

    scheme: dict[str, Any]
    asked: Asked
    organisation: str | None

    @property
    def together(self) -> bool:
        """Tell whether several organisations are measured together."""
        return self.asked.organisation == TOGETHER

    @property
    def alone(self) -> str | None:
        """The one organisation that is measured; None of several together, or of none."""
        return None if self.together else self.organisation


@dataclass(frozen=True, slots=True)
class Board(Question):
    """A dashboard as asked: its figures, the rows kept and every row."""

    answered: dict[str, Any] | None
    portions: Portions
    year: int
    all_rows: list[dict[str, Any]]
    rows: list[dict[str, Any]]


# What else a page shows, read once it is known whose year it is.
Beside = Callable[[Visit, Question, int], Coroutine[Any, Any, Any]]


async def dashboard(request: Request) -> Response:
    """A scheme and its figures for one year and one organisation, or several together."""
    visit = await member(request)
    code = request.path_params["code"]
    beside = (_saved, _kept, _progress, _set_aside)
    board, (saved, kept, progress, aside) = await read_board(visit, code, *beside)
    scheme, asked, year = board.scheme, board.asked, board.year
    axes = scheme["content"]["axes"]
    sections = dashboards.by_axis(axes, board.rows, whole=not asked.filtered)
    query, path = dashboards.params_of(asked, year), request.url.path
    place = place_in(visit, scheme, board.organisation, year)
    return visit.page(
        "schemes/dashboard.html",
        board=board,
        place=place,
        progress=progress,
        aside=aside,
        progress_words=labels(api_of(request).document, "ActionProgress"),
        scheme=scheme,
        asked=asked,
        sections=sections,
        sums=dashboards.sums_of(board.all_rows),
        answered=board.answered,
        year=year,
        first_year=min(yearly.first_drawn(scheme["first_year"], year), year),
        organisation=board.organisation,
        own=any(one["siret"] == visit.siret for one in scheme["organisations"]),
        query=query,
        **_offered(visit, board, path, query),
        followed={name: query[name] for name in FOLLOWED}
        | {"organisation": asked.organisation or board.organisation},
        saved=saved,
        **_closed(place, kept, board),
        ways=WAYS,
        **_printed(scheme["content"]),
        directions=DIRECTIONS,
    )


def _closed(place: Place, kept: list[dict[str, Any]], board: Board) -> dict[str, Any]:
    """What was kept of the year, and whether the visitor may close it."""
    over = place.scheme["first_year"] <= place.year < current_year()
    may_close = over and board.alone == place.siret and place.may(WRITE)
    version = version_address(board.scheme["code"], board.answered, board.year)
    return {"kept": kept, "may_close": may_close, "version": version}


def _offered(visit: Visit, board: Board, path: str, query: dict[str, Any]) -> dict[str, Any]:
    """What may be chosen: whose figures, of which year, drawn how, as which file; what can't be."""
    scheme, layout = board.scheme, board.asked.layout
    organisations = organisations_offered(visit, scheme)
    whose = [one["name"] for one in organisations if one["siret"] == board.organisation]
    return {
        "passed_over": passed_over(
            visit.request.query_params,
            year=board.year,
            organisation=board.asked.organisation,
            portion=board.portions.query,
            name=next(iter(whose), None),
            together=board.together,
        ),
        "years": years_offered(scheme, board.answered),
        "organisations": organisations,
        "shared": shares(scheme),
        "files": {kind: with_params(f"{path}/export.{kind}", query) for kind in exporting.KINDS},
        "layouts": [
            (words, with_params(path, query | {"layout": code}), code == layout, None)
            for code, words in dashboards.LAYOUTS.items()
        ],
    }


async def _saved(visit: Visit, question: Question, year: int) -> dict[str, Any] | None:
    query = dashboards.params_of(question.asked, year)
    return await saved_views.of_page(visit, question.scheme, query)


async def _set_aside(visit: Visit, question: Question, year: int) -> dict[str, Any] | None:
    """What no sum counts today: a page tells it of an open year only."""
    return await read_set_aside(visit, question.alone, year)


async def _kept(visit: Visit, question: Question, year: int) -> list[dict[str, Any]]:
    return await kept_versions(visit, question.scheme["code"], question.alone, year)


async def _progress(visit: Visit, question: Question, year: int) -> dict[str, dict[str, Any]]:
    """Where the actions stand; nothing when it is nobody's, or not ours to see."""
    if question.alone is None:
        return {}
    asked = {"organisation": question.alone, "scheme": question.scheme["code"], "year": year}
    return dashboards.by_action(await read_open(visit, "list_action_states", **asked) or [])


def _printed(content: dict[str, Any]) -> dict[str, Any]:
    """What the document prints of itself: its headline targets and its figures of past years."""
    engagements, loose = dashboards.engagements(content)
    target_years, headlines = dashboards.by_label(engagements)
    base_years, baselines = dashboards.by_label(content.get("baseline_figures") or [])
    return {
        "headlines": headlines,
        "loose": loose,
        "target_years": target_years,
        "baselines": baselines,
        "base_years": base_years,
    }


async def export(request: Request) -> Response:
    """The rows of the dashboard as asked, as a file."""
    visit = await member(request)
    board, _ = await read_board(visit, request.path_params["code"])
    kind = request.path_params["kind"]
    rows = exporting.in_order(board.scheme["content"]["axes"], board.rows)
    who = TOGETHER if board.together else board.organisation
    name = f"{board.scheme['code']}-{who or 'sans-organisation'}-{board.year}"
    about = {
        "scheme": board.scheme["code"],
        "title": board.scheme["title"],
        "year": board.year,
        "organisations": (board.answered or {}).get("organisations", []),
        "together": board.together,
        "frozen": (board.answered or {}).get("frozen"),
        "filters": {
            one: value
            for one, value in dashboards.params_of(board.asked, board.year).items()
            if value is not None and one not in ("year", "organisation", "layout")
        },
    }
    more: exporting.Columns = {"Chiffre arrêté": _sentence}
    return exporting.response(kind, name, about, rows, board.year, more)


def _sentence(row: exporting.Row) -> str | None:
    """« tel que calculé le… » of a figure that was kept when the year was closed."""
    kept = (row[2]["result"] or {}).get("kept")
    return kept and str(kept["sentence"])


async def read_board(visit: Visit, code: str, *beside: Beside) -> tuple[Board, list[Any]]:
    """What the address asks of a scheme, and what a page shows ``beside``.

    Nothing waits for what it can do without: figures take longest, all else is read meanwhile.
    Raises ApiProblem 404 when there is no such scheme.
    """
    scheme, indicators = await asyncio.gather(
        visit.read("read_scheme", code=code), visit.read("list_scheme_indicators", code=code)
    )
    given = visit.request.query_params
    together = given.get("organisation") == TOGETHER and shares(scheme)
    organisation = chosen_organisation(visit, scheme, given.get("organisation"))
    async with meanwhile() as start:
        choosing = start(read_portions(visit, None if together else organisation, given))
        # Only a part that is asked for must be found in the lists first.
        part = await choosing if any(given.get(one) for one in NAMES) else WHOLE
        asked = dashboards.read_asked(
            given,
            year=read_year(year_asked(given)),
            organisation=TOGETHER if together else organisation,
            portion=part.query,
            views=[one["code"] for one in scheme["content"].get("views") or []],
        )
        question = Question(scheme, asked, organisation)
        answering = start(_results(visit, question))
        year = asked.year or _year_of(await answering, scheme)
        others = [_said(visit, question, year), *(one(visit, question, year) for one in beside)]
        answered, portions, (said, waited), *more = await asyncio.gather(
            answering, choosing, *map(start, others)
        )
    results = {one["indicator_id"]: one for one in answered["results"]} if answered else {}
    rows = dashboards.rows_of(indicators, results, said, year, scheme["first_year"], waited)
    shown = dashboards.kept(rows, asked, scheme)
    return Board(scheme, asked, organisation, answered, portions, year, rows, shown), more


def _year_of(answered: Mapping[str, Any] | None, scheme: Mapping[str, Any]) -> int:
    """The year that was answered when none was asked."""
    year: int = answered["year"] if answered else scheme["last_year"]
    return year


async def _results(visit: Visit, question: Question) -> dict[str, Any] | None:
    """The figures, None when nobody's can be shown: no organisation, or one not ours to see."""
    scheme, asked = question.scheme, question.asked
    if question.organisation is None:
        return None
    found: dict[str, Any] | None = await read_open(
        visit,
        "list_scheme_results",
        code=scheme["code"],
        year=asked.year,
        organisation=question.organisation,
        together=True if question.together else None,
        directorate=asked.directorate,
        family=asked.family,
        since=yearly.first_drawn(scheme["first_year"], asked.year or current_year()),
        recalculated=True if asked.recalculated else None,
    )
    return found


async def _said(
    visit: Visit, question: Question, year: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was declared of the indicators of a scheme, and the steps that are due without an
    answer; nothing when it is not ours to see."""
    if question.alone is None:
        return {}, {}
    whose = {"organisation": question.alone, "scheme": question.scheme["code"]}
    measures, milestones = await asyncio.gather(
        every(visit, "list_measures", **whose, year=year), every(visit, "list_milestones", **whose)
    )
    waited = dashboards.waited_by_indicator(milestones, year)
    return dict(dashboards.said_by_indicator(measures, milestones, year)), waited


routes = [
    Route("/schemas/{code}", dashboard, methods=["GET"]),
    Route("/schemas/{code}/export.{kind}", export, methods=["GET"]),
]
