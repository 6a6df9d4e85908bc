"""Where each action of a scheme stands at the end of a year, said on one page."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.forms import CORRECTED, labels
from web.pages import saying_reading as reading
from web.pages.saying_reading import Place
from web.pages.saying_rows import mark_of
from web.visit import Visit, api_of, go, member

PAGE = "actions"
OVERTAKEN = frozenset({412, 428})
FIRST = (
    "Une autre personne a répondu pendant votre saisie. Votre saisie est gardée : enregistrez de "
    "nouveau pour la mettre à la place."
)
NO_STATE = "Choisissez un état : un commentaire seul ne dit pas où en est l’action."


async def states_page(request: Request) -> Response:
    """The actions of a scheme and their state."""
    visit = await member(request)
    place = await reading.read_place(visit, request.path_params["code"], request.query_params)
    return _page(visit, place, await _read(visit, place), {}, {})


async def save(request: Request) -> Response:
    """Save the actions whose answer was touched, each on its own."""
    visit = await member(request)
    data = await visit.form()
    place = await reading.read_place(visit, request.path_params["code"], data)
    if not place.may(reading.LEAD):
        raise HTTPException(403)
    touched = _touched(await _read(visit, place), data)
    errors = {}
    for key, typed in touched.items():
        error = await _send(visit, place, key, typed, str(data.get(f"{key}-version") or ""))
        if error:
            errors[key] = error
    if not touched:
        return go(place.address(PAGE), "inchange")
    if not errors:
        return go(place.address(PAGE), "etats")
    kept = {key: typed for key, typed in touched.items() if key in errors}
    return _page(visit, place, await _read(visit, place), kept, errors, 422)


async def _read(visit: Visit, place: Place) -> list[dict[str, Any]]:
    if place.siret is None:
        return []
    asked = {"organisation": place.siret, "scheme": place.scheme["code"], "year": place.year}
    found: list[dict[str, Any]] = await visit.read("list_action_states", **asked)
    return found


def shown(one: Mapping[str, Any]) -> dict[str, str]:
    """What was said of an action, as its fields show it."""
    return {"state": one["state"] or "", "comment": one["comment"] or ""}


def _touched(actions: Sequence[Mapping[str, Any]], data: FormData) -> dict[str, dict[str, str]]:
    found = {}
    for one in actions:
        key = one["action"]
        typed = {name: str(data.get(f"{key}-{name}") or "") for name in ("state", "comment")}
        seen = data.get(f"{key}-shown")
        if seen and mark_of(typed) != seen:
            found[key] = typed
    return found


async def _send(
    visit: Visit, place: Place, key: str, typed: Mapping[str, str], version: str
) -> str:
    """Say where an action stands; the message of a refusal, empty when it is saved."""
    if not typed["state"]:
        return NO_STATE
    body = {
        "organisation": place.siret,
        "year": place.year,
        "state": typed["state"],
        "comment": typed["comment"].strip() or None,
    }
    try:
        await visit.call(
            "set_action_state",
            code=place.scheme["code"],
            action=key,
            if_match=f'"{version}"' if version else None,
            content={"json": body},
        )
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        if problem.status in OVERTAKEN:
            return FIRST
        return " ".join(str(one["message"]) for one in problem.errors) or problem.detail
    return ""


def _page(
    visit: Visit,
    place: Place,
    actions: Sequence[Mapping[str, Any]],
    typed: Mapping[str, Mapping[str, str]],
    errors: Mapping[str, str],
    status: int = 200,
) -> Response:
    told = labels(api_of(visit.request).document, "ActionProgress")
    rows = [
        {
            "action": one,
            "typed": typed.get(one["action"], shown(one)),
            "mark": mark_of(shown(one)),
            "error": errors.get(one["action"], ""),
        }
        for one in actions
    ]
    return visit.page(
        "events/states.html",
        status=status,
        place=place,
        rows=rows,
        errors=errors,
        words=told,
        sums={code: sum(one["state"] == code for one in actions) for code in told},
        writable=place.may(reading.LEAD),
    )


routes = [
    Route("/schemas/{code}/actions", states_page, methods=["GET"]),
    Route("/schemas/{code}/actions", save, methods=["POST"]),
]
