"""Events: meetings, trainings, communications… and the actions of the schemes that they serve."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.changing import Attempt, refused, standing_as
from web.client import ApiProblem
from web.entering import APART
from web.forms import (
    CHOICES,
    CORRECTED,
    Field,
    Form,
    changed,
    from_record,
    labels,
    only_said,
    read_filters,
    read_typed,
    submitted,
    to_body,
)
from web.pages.projects_fields import chosen_among, directorates, own_directorate
from web.pages.schemes import is_own, read_year
from web.rendering import with_params
from web.reserved import chosen_fields, require, years_offered
from web.visit import Visit, api_of, go, member, once, once_in

LIST = "/evenements"
READ, WRITE = "schemes:read", "events:write"
BY_PAGE = 50
FILTERS = ("year", "kind", "state", "action", "q")
CAME = "Les personnes venues ; laissez vide si personne n’a compté."
WHOSE = "Celle qui le tient. Vide, l’événement est inconnu dans les chiffres de chacune."


async def event_list(request: Request) -> Response:
    """The events of the organisation, the latest first."""
    visit = await member(request)
    require(visit, READ)
    actions = await actions_offered(visit)
    told = words(visit)
    typed = _filters(request, told, actions)
    asked = {name: value for name, value in typed.items() if name != "action"}
    scheme, _, action = typed.get("action", "").partition(APART)
    cursor = request.query_params.get("cursor") or None
    events = await visit.read(
        "list_events",
        organisation=visit.siret,
        **asked,
        scheme=scheme or None,
        action=action or None,
        limit=BY_PAGE,
        cursor=cursor,
    )
    year = read_year(typed.get("year"))
    response = visit.page(
        "events/list.html",
        blocks=("compte", "resultats"),
        events=events,
        typed=typed,
        cursor=cursor,
        words=told,
        actions=actions,
        years=years_offered(year),
    )
    response.headers["HX-Push-Url"] = with_params(LIST, {**typed, "cursor": cursor})
    return response


def words(visit: Visit) -> dict[str, dict[str, str]]:
    """The French of the codes of events."""
    document = api_of(visit.request).document
    return {
        "kind": labels(document, "EventKind"),
        "state": labels(document, "EventState"),
        "audience": labels(document, "Audience"),
    }


def _filters(
    request: Request, told: Mapping[str, Any], actions: Mapping[str, str]
) -> dict[str, str]:
    typed = read_filters(request.query_params, FILTERS)
    closed = {"kind": told["kind"], "state": told["state"], "action": actions}
    return {
        name: one[:200]
        for name, one in typed.items()
        if one in closed.get(name, (one,)) and (name != "year" or read_year(one))
    }


async def actions_offered(visit: Visit) -> dict[str, str]:
    """The actions of the schemes that the organisation adopted: « code|action » -> words."""
    schemes = [one for one in await visit.read("list_schemes") if is_own(one, visit.siret)]
    trees = await asyncio.gather(
        *(visit.read("read_scheme", code=one["code"]) for one in schemes if one["published"])
    )
    return {
        f"{tree['code']}{APART}{action['code']}": f"{action['code']} – {action['title']}"
        for tree in trees
        for axis in tree["content"]["axes"]
        for objective in axis["objectives"]
        for action in objective["actions"]
    }


async def _fields(visit: Visit, standing: Mapping[str, Any] | None = None) -> dict[str, Field]:
    document = api_of(visit.request).document
    actions = await actions_offered(visit)
    # What an event already serves stays offered, whatever became of the scheme.
    for key in _keys(standing or {}):
        actions.setdefault(key, key.partition(APART)[2])
    fields = chosen_fields(document, "EventCreate", without=("organisation", "actions"))
    served = Field("actions", "Actions servies", CHOICES, options=tuple(actions.items()))
    came = replace(fields["participants"], help=CAME)
    offered = await directorates(visit, visit.siret)
    whose = chosen_among(fields["directorate_id"], offered, standing)
    whose = replace(whose, help=WHOSE)
    return {**fields, "participants": came, "actions": served, "directorate_id": whose}


def _keys(event: Mapping[str, Any]) -> list[str]:
    return [f"{one['scheme']}{APART}{one['action']}" for one in event.get("actions") or []]


def _shown(fields: Mapping[str, Field], event: Mapping[str, Any]) -> dict[str, Any]:
    return from_record(fields, {**event, "actions": _keys(event)})


def _body(form: Form, names: Mapping[str, Any]) -> dict[str, Any]:
    body = to_body(form.fields, names)
    if "actions" in body:
        pairs = [one.partition(APART) for one in body["actions"] or []]
        body["actions"] = [{"scheme": scheme, "action": action} for scheme, _, action in pairs]
    return body


async def new_page(request: Request) -> Response:
    """The empty form of an event."""
    visit = await member(request)
    require(visit, WRITE)
    form = Form(await _fields(visit))
    form.typed = _shown(form.fields, {"directorate_id": own_directorate(visit)})
    asked = request.query_params.getlist("actions")
    form.typed["actions"] = [one for one, _ in form.fields["actions"].options if one in asked]
    return visit.page("events/new.html", form=form, once=once())


async def create(request: Request) -> Response:
    """Enter an event, once even if the form is sent twice."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    form = Form(await _fields(visit))
    form.typed = read_typed(form.fields, data)
    said = only_said(_body(form, form.typed)) | {"organisation": visit.siret}
    call = visit.call("create_event", content={"json": said}, idempotency_key=once_in(data))
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        return visit.page("events/new.html", status=answer.status, form=form, once=once())
    return go(LIST, "evenement")


async def change_page(request: Request) -> Response:
    """The form of an event, as it stands."""
    visit = await member(request)
    require(visit, WRITE)
    answer = await visit.call("read_event", event_id=_key(request))
    form = Form(await _fields(visit, answer.data))
    form.typed = _shown(form.fields, answer.data)
    return _change(visit, form, answer.data, standing_as(answer.etag))


async def change(request: Request) -> Response:
    """Change an event, unless someone came first."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    current = await visit.call("read_event", event_id=_key(request))
    form = Form(await _fields(visit, current.data))
    form.typed = read_typed(form.fields, data)
    standing = _shown(form.fields, current.data)
    differing = changed(standing, form.typed)
    etag = str(data.get("etag", ""))
    if not differing and etag == current.etag:
        return go(LIST, "inchange")
    call = visit.call(
        "change_event",
        event_id=_key(request),
        if_match=etag,
        content={"json": _body(form, differing)},
    )
    answer = await submitted(form, call)
    if not isinstance(answer, ApiProblem):
        return go(LIST, "modifie")
    return _change(visit, form, current.data, refused(answer, form, standing, etag, current.etag))


def _change(visit: Visit, form: Form, event: dict[str, Any], attempt: Attempt) -> Response:
    return visit.page("events/change.html", form=form, event=event, **attempt)


async def remove(request: Request) -> Response:
    """Remove an event entered by mistake."""
    visit = await member(request)
    require(visit, WRITE)
    try:
        await visit.call("remove_event", event_id=_key(request))
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        current = await visit.call("read_event", event_id=_key(request))
        form = Form(await _fields(visit, current.data), general=[problem.detail])
        form.typed = _shown(form.fields, current.data)
        return _change(visit, form, current.data, standing_as(current.etag, problem.status))
    return go(LIST, "evenement-ote")


def _key(request: Request) -> str:
    return str(request.path_params["event_id"])


routes = [
    Route(LIST, event_list, methods=["GET"]),
    Route(f"{LIST}/nouveau", new_page, methods=["GET"]),
    Route(f"{LIST}/nouveau", create, methods=["POST"]),
    Route(f"{LIST}/{{event_id:uuid}}/modifier", change_page, methods=["GET"]),
    Route(f"{LIST}/{{event_id:uuid}}/modifier", change, methods=["POST"]),
    Route(f"{LIST}/{{event_id:uuid}}/supprimer", remove, methods=["POST"]),
]
