"""What the address of an indicator asks: the figure of whom, of which year, and the rows behind."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from web import figures, parted, yearly
from web.dashboards import TOGETHER
from web.formats import current_year
from web.pages.schemes import chosen_organisation, read_year, shares
from web.passed_over import year_asked
from web.portions import WHOLE, Portions, read_portions
from web.reading import CLOSED, read_open
from web.visit import Visit
from web.words import EVIDENCE_STATES

STATES = tuple(EVIDENCE_STATES.items())
MOST_YEARS = 5  # years whose parts are read beside those of the year shown
NOT_COMPUTED = 409  # the figure is declared, or one of persons: it has no rows to show


@dataclass(frozen=True, slots=True)
class Subject:
    """The indicator of a page, its scheme, and whose figure of which year is shown."""

    indicator: dict[str, Any]
    scheme: dict[str, Any]
    organisation: str | None
    together: bool
    year: int
    result: dict[str, Any] | None
    portions: Portions = WHOLE
    # The figure of today, be the year closed.
    recalculated: bool = False

    @property
    def followed(self) -> dict[str, Any]:
        """The query that keeps the year, the organisation, what part of it, what is computed."""
        return {
            "year": self.year,
            "organisation": TOGETHER if self.together else self.organisation,
            **self.portions.query,
            "recalculated": "1" if self.recalculated else None,
        }

    @property
    def kept(self) -> dict[str, Any] | None:
        """That the figure is the one kept when the year was closed; None of one of today."""
        found: dict[str, Any] | None = self.result and self.result["kept"]
        return found


def asked_rows(request: Request) -> tuple[str, str | None]:
    """Which of the lists of rows, and from where."""
    state = str(request.query_params.get("state"))
    return state if state in EVIDENCE_STATES else "counted", request.query_params.get("cursor")


async def read_subject(visit: Visit) -> Subject:
    """What the address asks. Raises ApiProblem 404 when there is no such indicator."""
    given = visit.request.query_params
    indicator = await visit.read("read_indicator", indicator_id=visit.request.path_params["key"])
    scheme = await visit.read("read_scheme", code=indicator["scheme"])
    wanted = given.get("organisation")
    together = wanted == TOGETHER and shares(scheme)
    organisation = chosen_organisation(visit, scheme, wanted)
    year = read_year(year_asked(given))
    portions = await read_portions(visit, None if together else organisation, given)
    recalculated = given.get("recalculated") == "1"
    asked = {
        "together": True if together else None,
        **portions.query,
        "recalculated": True if recalculated else None,
    }
    result = await _result(visit, indicator, scheme, organisation, year, asked)
    if year is None:
        # The API opens on the last year with contracts, and says to which day it counted.
        year = int(result["as_of"][:4]) if result else scheme["last_year"]
    return Subject(indicator, scheme, organisation, together, year, result, portions, recalculated)


async def read_parts_by_year(
    visit: Visit, subject: Subject
) -> tuple[list[int], list[tuple[str, list[str]]]]:
    """The parts of a figure without a whole, which no series tells, year by year: the years, then
    each part with its words. Nothing unless two years have some."""
    result = subject.result
    if result is None or not figures.is_apart(result) or result["aggregate"] == "done":
        return [], []
    scheme = subject.scheme
    # Those that come after the year of the page are not its story, least of all one that runs.
    last = min(scheme["last_year"] or current_year(), current_year(), subject.year)
    years = [one for one in range(scheme["first_year"] - 1, last + 1) if one != subject.year]
    asked = {
        "together": True if subject.together else None,
        **subject.portions.query,
        "recalculated": True if subject.recalculated else None,
    }
    others = await asyncio.gather(
        *(
            _result(visit, subject.indicator, scheme, subject.organisation, one, asked, since=None)
            for one in years[-MOST_YEARS:]
        )
    )
    found = dict(zip(years[-MOST_YEARS:], others, strict=True)) | {subject.year: result}
    return parted.by_year({year: one for year, one in sorted(found.items()) if one})


async def _result(
    visit: Visit,
    indicator: dict[str, Any],
    scheme: dict[str, Any],
    organisation: str | None,
    year: int | None,
    asked: Mapping[str, Any],
    **series: int | None,
) -> dict[str, Any] | None:
    """The figure, None when it is nobody's or not ours to see."""
    if organisation is None:
        return None
    found: dict[str, Any] | None = await read_open(
        visit,
        "read_result",
        indicator_id=indicator["id"],
        year=year,
        organisation=organisation,
        **asked,
        **{"since": scheme["first_year"] - yearly.BEFORE, **series},
    )
    return found


async def read_evidence(
    visit: Visit,
    subject: Subject,
    state: str,
    cursor: str | None,
    limit: int = 50,
    *,
    counts: bool = True,
) -> dict[str, Any] | None:
    """One of the four lists, None when the figure has none or it isn't ours to see; ``counts``:
    with how many rows each has."""
    if subject.organisation is None or subject.together or subject.indicator["way"] != "computed":
        return None
    if subject.kept is not None:
        # Its rows are those that were kept with it, on its own page.
        return None
    found: dict[str, Any] | None = await read_open(
        visit,
        "list_evidence",
        closed=CLOSED | {NOT_COMPUTED},
        indicator_id=subject.indicator["id"],
        year=subject.year,
        organisation=subject.organisation,
        **subject.portions.query,
        state=state,
        limit=limit,
        cursor=cursor or None,
        **({} if counts else {"counts": "false"}),
    )
    return found
