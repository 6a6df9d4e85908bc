"""What one owes over every scheme, the campaigns of the organisation, and the reminders."""

import asyncio
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.reading import every, read_open
from web.reserved import require
from web.visit import Visit, member

READ, SPEAK, LEAD = "schemes:read", "measures:write", "campaigns:write"
HOME_ROWS = 5
DELAYS = (15, 30, 90)


async def duty_list(request: Request) -> Response:
    """What falls to the visitor and is still to be said, by scheme; and the campaigns."""
    visit = await member(request)
    require(visit, READ)
    campaigns, owed = await asyncio.gather(
        every(visit, "list_campaigns", organisation=visit.siret),
        every(visit, "list_duties", organisation=visit.siret),
    )
    waiting = [one for one in owed if one["state"] != "said"]
    return visit.page(
        "saying/duties.html",
        # A directorate is not told of the campaigns that ask nothing of it.
        campaigns=[one for one in campaigns if one["to_say"] + one["said"] + one["late"]],
        groups=_by_campaign(waiting),
        waiting=len(waiting),
        late=sum(one["state"] == "late" for one in waiting),
        said=len(owed) - len(waiting),
        titles={one["id"]: one["scheme_title"] for one in campaigns},
        schemes=await _adopted(visit),
    )


def _by_campaign(owed: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    ordered = sorted(owed, key=lambda one: one["campaign_id"])
    groups = groupby(ordered, lambda one: str(one["campaign_id"]))
    found = [(key, list(rows)) for key, rows in groups]
    return sorted(found, key=lambda one: min(str(row["due_on"]) for row in one[1]))


async def _adopted(visit: Visit) -> list[dict[str, Any]]:
    schemes: list[dict[str, Any]] = await visit.read("list_schemes")
    return [
        one
        for one in schemes
        if any(other["siret"] == visit.siret for other in one["organisations"])
    ]


async def reminders(request: Request) -> Response:
    """What is late or soon due, directorate by directorate, to be printed or copied."""
    visit = await member(request)
    require(visit, LEAD)
    asked = request.query_params.get("jours", "")
    days = int(asked) if asked in map(str, DELAYS) else DELAYS[1]
    found = await visit.read("list_duty_reminders", organisation=visit.siret, days=days)
    campaigns = await every(visit, "list_campaigns", organisation=visit.siret)
    return visit.page(
        "saying/reminders.html",
        reminders=found,
        days=days,
        delays=DELAYS,
        titles={one["id"]: one["scheme_title"] for one in campaigns},
        late=sum(one["late"] for one in found),
        soon=sum(one["soon"] for one in found),
    )


async def owed_first(visit: Visit) -> list[dict[str, Any]]:
    """What the visitor owes first, for the home page; nothing when it says no figures."""
    if visit.siret is None or not visit.can(SPEAK):
        return []
    states = [
        read_open(visit, "list_duties", organisation=visit.siret, state=state, limit=HOME_ROWS)
        for state in ("late", "to_say")
    ]
    found = await asyncio.gather(*states)
    return [one for page in found if page for one in page["items"]][:HOME_ROWS]


routes = [
    Route("/a-renseigner", duty_list, methods=["GET"]),
    Route("/a-renseigner/rappels", reminders, methods=["GET"]),
]
