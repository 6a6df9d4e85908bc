"""Reads what the page « À renseigner » shows: the scheme, whose answers, and every row."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData, QueryParams

from web import yearly
from web.formats import current_year
from web.pages import saying_parts as by
from web.pages.saying_rows import LATE, MILESTONE, ONCE, SAID, TO_SAY, Row, expected_of
from web.pages.schemes import read_year
from web.reading import every, read_open
from web.rendering import with_params
from web.visit import Visit

WRITE = "measures:write"
LEAD = "campaigns:write"
READ = "schemes:read"
DIRECTORATE = "directorate"
STATES = (TO_SAY, LATE, SAID)
PILOT = "pilote"  # what nobody else owes


@dataclass(frozen=True)
class Place:
    """A scheme, one of the visitor's organisations that adopted it, and a year."""

    scheme: Mapping[str, Any]
    offered: list[dict[str, Any]]
    organisation: dict[str, Any] | None
    year: int
    years: list[int]
    grants: Sequence[Mapping[str, Any]]

    @property
    def siret(self) -> str | None:
        """The SIRET of the organisation."""
        return self.organisation["siret"] if self.organisation else None

    def may(self, permission: str) -> bool:
        """Tell whether a role of the visitor in this organisation gives ``permission``."""
        return any(permission in one["permissions"] for one in self.grants)

    def may_whole(self, permission: str) -> bool:
        """Tell whether it gives it for every directorate."""
        return any(
            permission in one["permissions"] and one["role"] != DIRECTORATE for one in self.grants
        )

    def address(self, page: str = "campagne", **params: Any) -> str:
        """The address of a page of this scheme, for the same organisation and year."""
        asked = {"annee": self.year, "organisation": self.siret, **params}
        return with_params(f"/schemas/{self.scheme['code']}/{page}", asked)


async def read_place(visit: Visit, code: str, given: QueryParams | FormData) -> Place:
    """Where one is, as the address says; what it doesn't know is chosen. Raises ApiProblem."""
    scheme = await visit.read("read_scheme", code=code)
    asked = read_year(str(given.get("annee") or ""))
    return place_in(visit, scheme, str(given.get("organisation") or ""), asked)


def place_in(
    visit: Visit, scheme: Mapping[str, Any], siret: str | None = None, asked: int | None = None
) -> Place:
    """Where one is in a scheme; the organisation and the year are chosen when not asked."""
    adopted = {one["siret"] for one in scheme["organisations"]}
    own = visit.viewer.organisations if visit.viewer else []
    offered = [one for one in own if one["siret"] in adopted]
    wanted = [siret, visit.siret]
    chosen = [one for name in wanted for one in offered if one["siret"] == name] or offered
    organisation = chosen[0] if chosen else None
    last = max(min(scheme["last_year"] or current_year(), current_year()), scheme["first_year"])
    year = asked or last
    # An evolution starts from years before the scheme: they may be said (decision 0037).
    first = scheme["first_year"] - yearly.BEFORE
    years = sorted({*range(first, last + 1), year}, reverse=True)
    memberships = visit.viewer.memberships if visit.viewer else []
    grants = [
        one
        for one in memberships
        if organisation is not None and one["organisation"]["id"] == organisation["id"]
    ]
    return Place(scheme, offered, organisation, year, years, grants)


async def read_campaign(visit: Visit, place: Place) -> dict[str, Any] | None:
    """The campaign of the year with what the visitor may see of its duties; None without one."""
    if place.siret is None:
        return None
    asked = {"organisation": place.siret, "scheme": place.scheme["code"], "year": place.year}
    found = await read_open(visit, "list_campaigns", **asked)
    if not found or not found["items"]:
        return None
    answer = await visit.call("read_campaign", campaign_id=found["items"][0]["id"])
    campaign: dict[str, Any] = {**answer.data, "etag": answer.etag}
    return campaign


async def read_rows(visit: Visit, place: Place, campaign: Mapping[str, Any] | None) -> list[Row]:
    """What is to be said: everything, or what one's own directorate owes."""
    whose = {"organisation": place.siret, "scheme": place.scheme["code"]}
    indicators, measures, before, milestones, closings = await asyncio.gather(
        visit.read("list_scheme_indicators", code=place.scheme["code"]),
        every(visit, "list_measures", **whose, year=place.year),
        every(visit, "list_measures", **whose, year=place.year - 1),
        every(visit, "list_milestones", **whose),
        read_open(visit, "list_closings"),
    )
    closed = closed_years(place, closings or [])
    duties = {one["indicator_id"]: one for one in (campaign["rows"] if campaign else [])}
    said, last = _by_key(measures, "year"), _by_key(before, "year")
    steps = _by_key(milestones, "period")
    rows = []
    for one in indicators:
        expected, duty = expected_of(one), duties.get(one["id"])
        if expected is None or (duty is None and not place.may_whole(READ)):
            continue
        if expected.said == MILESTONE:
            now = ONCE if expected.once else str(place.year)
            past = "" if expected.once else str(place.year - 1)
            found = steps.get((one["id"], now)), steps.get((one["id"], past))
        else:
            key = (one["id"], place.year)
            found = said.get(key), last.get((one["id"], place.year - 1))
        writable = place.may_whole(WRITE) or (duty is not None and place.may(WRITE))
        row = Row(one, expected, *found, duty, writable)
        row.closed = row.year if row.year in closed else None
        if expected.parts is not None:
            row.lines = by.count(row.named, expected.parts["closed"])
        rows.append(row)
    return rows


def closed_years(place: Place, closings: Iterable[Mapping[str, Any]]) -> set[int]:
    """The years that stand closed for the organisation of a page."""
    return {
        int(one["year"])
        for one in closings
        if one["organisation"] == place.siret and one["reopened_at"] is None
    }


def _by_key(records: Iterable[Mapping[str, Any]], name: str) -> dict[Any, Mapping[str, Any]]:
    return {(one["indicator_id"], one[name]): one for one in records}


def directorates_of(rows: Iterable[Row]) -> dict[str, str]:
    """The directorates that owe something, by identifier."""
    found = [row.duty["directorate"] for row in rows if row.duty]
    return {one["id"]: one["name"] for one in found if one}


def kept(rows: Iterable[Row], state: str | None, directorate: str | None) -> list[Row]:
    """The rows in a state (``late`` ones are to be said too) and owed by a directorate."""
    return [
        row
        for row in rows
        if (state is None or row.state == state or (state == TO_SAY and row.state == LATE))
        and (directorate is None or _owing(row) == directorate)
    ]


def _owing(row: Row) -> str | None:
    if row.duty is None:
        return None
    return row.duty["directorate"]["id"] if row.duty["directorate"] else PILOT
