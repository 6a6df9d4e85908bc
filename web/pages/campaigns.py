"""Leading a campaign: opening it, its day and message, and who owes which figure."""

from collections.abc import Awaitable, Mapping
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.changing import Attempt, refused, standing_as
from web.client import Answer, ApiProblem
from web.forms import CORRECTED, Field, Form, from_record, only_said, read_typed, submitted, to_body
from web.pages import saying_reading as reading
from web.pages.saying_reading import Place
from web.reserved import chosen_fields
from web.visit import Visit, api_of, go, member, once, once_in

PAGE = "campagne/pilotage"
DAY_KIND = "day"


async def board(request: Request) -> Response:
    """What the pilot does of the campaign of a year."""
    visit = await member(request)
    place = await _place(visit, request.query_params)
    campaign = await reading.read_campaign(visit, place)
    form = _form(visit, campaign)
    attempt = standing_as(campaign["etag"] if campaign else None)
    return await _page(visit, place, campaign, form, attempt)


async def open_or_change(request: Request) -> Response:
    """Open the campaign of the year, or change its day and message."""
    visit = await member(request)
    data = await visit.form()
    place = await _place(visit, data)
    campaign = await reading.read_campaign(visit, place)
    form = _form(visit, campaign)
    standing = dict(form.typed)
    form.typed = read_typed(form.fields, data)
    body = to_body(form.fields, form.typed)
    etag = str(data.get("etag") or "")
    answer = await submitted(form, _sending(visit, place, campaign, body, data))
    if not isinstance(answer, ApiProblem):
        return go(place.address(PAGE), "campagne" if etag else "campagne-ouverte")
    fresh = campaign["etag"] if campaign else None
    # Opened meanwhile by someone else: what is typed may now change that campaign.
    taken = standing_as(fresh, answer.status) if fresh and not etag else None
    attempt = taken or refused(answer, form, standing, etag, fresh)
    return await _page(visit, place, campaign, form, attempt)


def _sending(
    visit: Visit,
    place: Place,
    campaign: Mapping[str, Any] | None,
    body: dict[str, Any],
    data: FormData,
) -> Awaitable[Answer]:
    """What opens the campaign or, when the form was that of an open one, changes it."""
    etag = str(data.get("etag") or "")
    if campaign is not None and etag:
        return visit.call(
            "change_campaign", campaign_id=campaign["id"], if_match=etag, content={"json": body}
        )
    asked = {"organisation": place.siret, "scheme": place.scheme["code"], "year": place.year}
    return visit.call(
        "create_campaign",
        content={"json": {**asked, **only_said(body)}},
        idempotency_key=once_in(data),
    )


async def assign(request: Request) -> Response:
    """Say who owes each figure and by when: only what differs is sent, line by line."""
    visit = await member(request)
    data = await visit.form()
    place = await _place(visit, data)
    campaign = await reading.read_campaign(visit, place)
    if campaign is None:
        raise HTTPException(404)
    duties = Form(_duty_fields(campaign))
    duties.typed = read_typed(duties.fields, data)
    standing = _standing_duties(campaign)
    for one in campaign["rows"]:
        key = one["indicator_id"]
        names = [f"{key}-directorate_id", f"{key}-due_on"]
        if any(duties.typed[name] != standing[name] for name in names if name in data):
            await _assign(visit, campaign["id"], key, duties)
    if not duties.errors and not duties.general:
        return go(f"{place.address(PAGE)}#confier", "confie")
    form = _form(visit, campaign)
    attempt = standing_as(campaign["etag"], 422)
    return await _page(visit, place, campaign, form, attempt, duties)


async def _assign(visit: Visit, campaign_id: str, key: str, duties: Form) -> None:
    names = {f"{key}-directorate_id": "directorate_id", f"{key}-due_on": "due_on"}
    body = to_body(duties.fields, {name: duties.typed[name] for name in names})
    try:
        await visit.call(
            "assign_duty",
            campaign_id=campaign_id,
            indicator_id=key,
            content={"json": {names[name]: value for name, value in body.items()}},
        )
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        for error in problem.errors:
            name = f"{key}-{error['loc'][-1]}"
            if name in duties.fields:
                duties.errors.setdefault(name, []).append(str(error["message"]))
        if not problem.errors:
            duties.general.append(problem.detail)


def _duty_fields(campaign: Mapping[str, Any]) -> dict[str, Field]:
    found = {}
    for one in campaign["rows"]:
        for name, title, kind in (
            ("directorate_id", "Direction", "text"),
            ("due_on", "Échéance", DAY_KIND),
        ):
            key = f"{one['indicator_id']}-{name}"
            found[key] = Field(key, f"{title}, {one['code']}", kind)
    return found


def _standing_duties(campaign: Mapping[str, Any]) -> dict[str, str]:
    """Who owes what; the day is empty when it is that of the campaign."""
    found = {}
    for one in campaign["rows"]:
        key = one["indicator_id"]
        found[f"{key}-directorate_id"] = one["directorate"]["id"] if one["directorate"] else ""
        own = one["due_on"] if one["due_on"] != campaign["due_on"] else None
        found[f"{key}-due_on"] = "/".join(reversed(own.split("-"))) if own else ""
    return found


async def _place(visit: Visit, given: Any) -> Place:
    """Raises HTTPException 403 to who doesn't lead campaigns there."""
    code = visit.request.path_params["code"]
    place = await reading.read_place(visit, code, given)
    if not place.may(reading.LEAD):
        raise HTTPException(403)
    return place


def _form(visit: Visit, campaign: Mapping[str, Any] | None) -> Form:
    fields = chosen_fields(
        api_of(visit.request).document,
        "CampaignCreate",
        without=("organisation", "scheme", "year"),
    )
    return Form(fields, from_record(fields, campaign or {}))


async def _page(
    visit: Visit,
    place: Place,
    campaign: Mapping[str, Any] | None,
    form: Form,
    attempt: Attempt,
    duties: Form | None = None,
) -> Response:
    if duties is None and campaign is not None:
        duties = Form(_duty_fields(campaign), _standing_duties(campaign))
    return visit.page(
        "saying/campaign.html",
        place=place,
        campaign=campaign,
        form=form,
        duties=duties,
        directorates=await visit.read("list_directorates", siret=place.siret),
        once=once(),
        **attempt,
    )


routes = [
    Route("/schemas/{code}/campagne/pilotage", board, methods=["GET"]),
    Route("/schemas/{code}/campagne/pilotage", open_or_change, methods=["POST"]),
    Route("/schemas/{code}/campagne/confier", assign, methods=["POST"]),
]
