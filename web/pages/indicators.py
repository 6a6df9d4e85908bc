"""One indicator: what it counts, its figure and how sure it is, its years, the rows behind it."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import charts, entering, fixing, steps, yearly
from web.dashboards import said_by_indicator
from web.pages import commenting
from web.pages.frozen import kept_versions, together_address
from web.pages.indicator_reading import (
    STATES,
    Subject,
    asked_rows,
    read_evidence,
    read_parts_by_year,
    read_subject,
)
from web.pages.saying_reading import place_in
from web.pages.schemes import organisations_offered, shares, years_offered
from web.passed_over import passed_over
from web.reading import every, read_open
from web.rendering import with_params
from web.visit import Visit, member
from web.words import (
    AGGREGATES,
    DIRECTIONS,
    EVIDENCE_STATES,
    FREQUENCIES,
    KINDS_TOLD,
    NATURES_TOLD,
    ROLES,
    WAYS,
    WAYS_EXPLAINED,
)

VOCABULARY: dict[str, Any] = {
    "aggregates": AGGREGATES,
    "directions": DIRECTIONS,
    "frequencies": FREQUENCIES,
    "kinds": KINDS_TOLD,
    "natures": NATURES_TOLD,
    "states": EVIDENCE_STATES,
}
WORDS: dict[str, Any] = {
    "ways": WAYS,
    "ways_explained": WAYS_EXPLAINED,
    "roles": ROLES,
    "vocabulary": VOCABULARY,
}
APART = frozenset({"breakdown", "distinct"})  # no row more moves such a figure by itself
ONCE = "once"  # the period of a step that is taken once for all


# Where a row is opened, and where what it lacks is filled in.
ADDRESSES: dict[str, Any] = {"row_address": fixing.row_address, "fill_address": fixing.fill_address}


async def indicator_page(request: Request) -> Response:
    """An indicator for one year and one organisation, with one of the four lists behind it."""
    visit = await member(request)
    subject = await read_subject(visit)
    indicator, scheme = subject.indicator, subject.scheme
    state, cursor = asked_rows(request)
    alone = None if subject.together else subject.organisation
    evidence, said, history, comments, kept, parts_by_year = await asyncio.gather(
        read_evidence(visit, subject, state, cursor),
        _said(visit, subject),
        _history(visit, subject),
        commenting.of_page(visit, indicator["id"], alone),
        kept_versions(visit, scheme["code"], alone),
        read_parts_by_year(visit, subject),
    )
    return visit.page(
        "indicators/detail.html",
        blocks=("compte", "pieces"),
        subject=subject,
        indicator=indicator,
        scheme=scheme,
        result=subject.result,
        evidence=evidence,
        state=state,
        year=subject.year,
        **_years_offered(visit, subject),
        said=said,
        **_said_now(subject, said),
        said_then=await _said_then(visit, subject, _frozen(subject, kept)),
        parts_by_year=parts_by_year,
        history=history,
        comments=comments,
        comment_address=with_params(f"{request.url.path}/commentaires", subject.followed),
        served=served_by(scheme["content"]["axes"], indicator["actions"], indicator["code"]),
        **WORDS | _tabs(request.url.path, subject, state, evidence) | _kept(subject, kept),
        cursor=cursor,
        **ADDRESSES,
        **_possible(visit, subject, evidence),
    )


def _years_offered(visit: Visit, subject: Subject) -> dict[str, Any]:
    """The years of the figure, and where one may go from it."""
    years = _years(subject)
    return years | _offered(visit, subject, years["rows"])


def _possible(visit: Visit, subject: Subject, evidence: Mapping[str, Any] | None) -> dict[str, Any]:
    """What may be done of the figure: to declare it, or its base, to suppose other rows, and to
    enter one."""
    indicator = subject.indicator
    base = has_declared_base(indicator)
    whole = evidence is not None and not subject.portions.chosen
    return {
        "declares": indicator["way"] != "computed" or base,
        "base_declared": base,
        "supposes": whole and indicator["aggregate"] not in APART,
        "entry": _entry(visit, subject),
    }


def _entry(visit: Visit, subject: Subject) -> tuple[str, str] | None:
    """The form of what the figure looks at; None when it writes for another organisation."""
    own = subject.organisation == visit.siret and not subject.together
    return entering.entry(subject.indicator, visit.can) if own else None


def _kept(subject: Subject, kept: list[dict[str, Any]]) -> dict[str, Any]:
    """What was kept of the figure: every version, the one that stands, its page."""
    return {"kept": kept, "frozen": _frozen(subject, kept), "version": _version(subject, kept)}


def _frozen(subject: Subject, kept: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The version of the year that stands, None when it is open."""
    return next((one for one in kept if one["standing"] and one["year"] == subject.year), None)


def _version(subject: Subject, kept: list[dict[str, Any]]) -> str | None:
    """The page of the figure that was kept of the year, or of what all organisations kept."""
    code = subject.scheme["code"]
    if subject.together:
        if subject.kept is None:
            return None
        return together_address(code, subject.organisation, subject.year)
    found = _frozen(subject, kept)
    if found is None:
        return None
    return f"/schemas/{code}/arretes/{found['id']}/{subject.indicator['id']}"


def _offered(visit: Visit, subject: Subject, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Where one is in the scheme, whose figures of which year may be chosen, what can't be.

    ``rows``: the years of the figure, of which those that have one may be chosen too.
    """
    scheme, year = subject.scheme, subject.year
    organisations = organisations_offered(visit, scheme)
    whose = [one["name"] for one in organisations if one["siret"] == subject.organisation]
    return {
        "passed_over": passed_over(
            visit.request.query_params,
            name=next(iter(whose), None),
            together=subject.together,
            portion=subject.portions.query,
            **{one: subject.followed[one] for one in ("year", "organisation")},
        ),
        "place": place_in(visit, scheme, subject.organisation, year),
        "years": sorted(
            {*years_offered(scheme, None), year, *(one["year"] for one in rows if one["result"])},
            reverse=True,
        ),
        "organisations": organisations,
        "shared": shares(scheme),
    }


def _years(subject: Subject) -> dict[str, Any]:
    """The years of the figure, as rows and as a drawing."""
    alone = None if subject.together or not subject.organisation else subject.organisation[:9]
    first = subject.scheme["first_year"]
    told = yearly.with_former(subject.result, subject.indicator, first)
    rows = yearly.year_rows(told, subject.year, subject.indicator, alone, first)
    known = any(one["result"] and one["result"]["value"] is not None for one in rows)
    once = subject.indicator["definition"].get("period") == ONCE
    return {
        "once": once,
        "rows": rows,
        "shape": yearly.trend(rows, subject.result, charts.LARGE),
        # A table apart tells something: a target, or figures that years make different.
        "tells_years": bool(subject.indicator["targets"])
        or any(one["printed"] for one in rows)
        or (known and len(rows) > 1 and not once),
    }


def _tabs(
    path: str, subject: Subject, state: str, evidence: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The address of the page as asked, and the tabs of the lists with how long each is."""
    base = with_params(path, subject.followed)
    counts: Mapping[str, int] = evidence["counts"] if evidence else {}
    tabs = [
        (words, f"{base}&state={code}", code == state, counts.get(code)) for code, words in STATES
    ]
    return {"base": base, "tabs": tabs}


async def _said(visit: Visit, subject: Subject) -> list[dict[str, Any]]:
    """Everything that was declared of the indicator, the last year first, then by organisation."""
    operations = {"captured": "list_measures", "milestone": "list_milestones"}
    operation = operations.get(subject.indicator["way"])
    if has_declared_base(subject.indicator):
        operation = "list_measures"
    if operation is None or subject.organisation is None:
        return []
    whose = None if subject.together else subject.organisation
    # One that repeats another is answered under the other, once.
    under = subject.indicator["told_under"]
    every_one = await every(visit, operation, indicator=under, organisation=whose)
    found = [one for one in every_one if steps.is_said(one)]
    found.sort(key=lambda one: str(one["organisation_name"]))
    return sorted(found, key=lambda one: str(one.get("year") or one.get("period")), reverse=True)


def _said_now(subject: Subject, said: list[dict[str, Any]]) -> dict[str, Any]:
    """What is declared today of the figure that is shown, and of its step the day it is due when
    nobody has answered; nothing beside a figure that was kept."""
    days = {"part_days": _part_days(subject, said), "late": _late(subject, said)}
    if subject.kept is not None:
        return days | {"said_now": None, "due_now": None}
    measures, milestones = _by_way(subject.indicator, said)
    told = said_by_indicator(measures, milestones, subject.year)
    asked = (one for one in milestones if one["period"] in ("once", str(subject.year)))
    waited = (one for one in asked if one["done"] is None and one["due_on"])
    return days | {
        "said_now": told.get(subject.indicator["told_under"]),
        "due_now": next(waited, None),
    }


def _late(subject: Subject, said: list[dict[str, Any]]) -> set[int]:
    """The years of which a step was taken after its day, as it is told today of one organisation;
    none of a step of several parts, each of which has its own."""
    if subject.together or subject.indicator["way"] != "milestone":
        return set()
    done = (one for one in said if one["done"] and not one["parts"] and one["period"] != ONCE)
    return {int(one["period"]) for one in done if one["in_time"] is False}


def _part_days(subject: Subject, said: list[dict[str, Any]]) -> dict[str, str]:
    """The day on which each part of a step was done, as it is told today of one organisation."""
    if subject.together or subject.kept is not None or subject.indicator["way"] != "milestone":
        return {}
    of_year = (one for one in said if one["period"] in (ONCE, str(subject.year)))
    parts = (part for one in of_year for part in one["parts"])
    return {one["part"]: one["done_on"] for one in parts if one["done"] and one["done_on"]}


async def _said_then(
    visit: Visit, subject: Subject, frozen: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """What was declared, as the closing kept it beside the figure that is shown."""
    if subject.kept is None or frozen is None or subject.indicator["way"] == "computed":
        return []
    found: dict[str, Any] = await visit.read(
        "list_frozen_evidence",
        frozen_id=frozen["id"],
        indicator=subject.indicator["id"],
        state="counted",
        limit=1,
    )
    told: list[dict[str, Any]] = found["items"]
    return told


def has_declared_base(indicator: Mapping[str, Any]) -> bool:
    """Whether a person declares what the figure is divided by."""
    over = indicator["definition"].get("over") or {}
    return bool(over.get("aggregate") == "declared")


def _by_way(
    indicator: Mapping[str, Any], said: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What was declared, as (measures, milestones)."""
    return ([], said) if indicator["way"] == "milestone" else (said, [])


async def _history(visit: Visit, subject: Subject) -> list[dict[str, Any]]:
    """The definitions that the indicator had, the last first."""
    found = await read_open(visit, "list_definitions", indicator_id=subject.indicator["id"])
    return found or []


def served_by(axes: list[dict[str, Any]], codes: list[str], own: str = "") -> list[dict[str, Any]]:
    """The axes, objectives and actions that an indicator serves, in the document's order.

    ``printed``: the one that its code, ``own``, names (« CD62-2.1.3-1 »): it is printed under it.
    """
    return [
        {
            "level": level,
            "code": one["code"],
            "title": one["title"],
            "printed": re.search(rf"(?<![\w.]){re.escape(one['code'])}(?![\w.])", own) is not None,
        }
        for axis in axes
        for level, some in (
            ("axis", [axis]),
            ("objective", axis["objectives"]),
            ("action", _actions(axis)),
        )
        for one in some
        if one["code"] in codes
    ]


def _actions(axis: dict[str, Any]) -> list[dict[str, Any]]:
    return [action for objective in axis["objectives"] for action in objective["actions"]]


routes = [Route("/indicateurs/{key:uuid}", indicator_page, methods=["GET"])]
