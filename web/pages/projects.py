"""The programming of purchases: projects, what they become, the actions that they are to carry."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.entering import APART
from web.forms import CORRECTED, labels, read_filters
from web.pages.events import actions_offered
from web.pages.programme_records import Kind, routes_of
from web.pages.projects_fields import READ, directorates
from web.pages.schemes import read_year
from web.reading import every
from web.rendering import with_params
from web.reserved import require, require_own, years_offered
from web.visit import Visit, api_of, go, member

LIST = "/programmation"
PROJECT = Kind(
    "project",
    "projet",
    LIST,
    "nouveau",
    "programme/project_new.html",
    "programme/project_change.html",
)
BY_PAGE = 50
FILTERS = ("year", "state", "targeted", "directorate", "q")
FLAGS = ("true", "false")
# What may be said of an action: not carried, carried and nothing said, done, not done.
CARRIED: Mapping[str, bool | None] = {"carried": None, "true": True, "false": False}


async def project_list(request: Request) -> Response:
    """The projects of the organisation, filtered by what the address says."""
    visit = await member(request)
    require(visit, READ)
    told = labels(api_of(request).document, "ProjectState")
    units = await directorates(visit, visit.siret)
    typed = read_filters(request.query_params, FILTERS)
    closed = {"state": told, "targeted": FLAGS, "directorate": units}
    typed = {
        name: one[:200]
        for name, one in typed.items()
        if one in closed.get(name, (one,)) and (name != "year" or read_year(one))
    }
    cursor = request.query_params.get("cursor") or None
    projects = await visit.read(
        "list_projects", buyer=visit.siret, **typed, limit=BY_PAGE, cursor=cursor
    )
    response = visit.page(
        "programme/projects.html",
        blocks=("compte", "resultats"),
        projects=projects,
        typed=typed,
        cursor=cursor,
        states=told,
        units=units,
        years=years_offered(read_year(typed.get("year"))),
    )
    response.headers["HX-Push-Url"] = with_params(LIST, {**typed, "cursor": cursor})
    return response


async def detail(request: Request) -> Response:
    """A project: what is said of it, its actions, its consultations and its contracts."""
    visit = await member(request)
    answer = await visit.call("read_project", project_id=_key(request))
    return await _detail(visit, answer.data, answer.etag or "")


async def _detail(
    visit: Visit, project: dict[str, Any], etag: str, *, error: str = "", status: int = 200
) -> Response:
    key, buyer = project["id"], project["buyer_siret"]
    offered = await actions_offered(visit) if buyer == visit.siret else {}
    said = {f"{one['scheme']}{APART}{one['action']}": _carried(one) for one in project["actions"]}
    return visit.page(
        "programme/project.html",
        status=status,
        project=project,
        etag=etag,
        error=error,
        titles={key: key.partition(APART)[2] for key in said} | offered,
        said=said,
        consultations=await every(visit, "list_consultations", buyer=buyer, project=key),
        contracts=await every(visit, "list_contracts", project=key),
        outcomes=labels(api_of(visit.request).document, "Outcome"),
    )


def _action(key: str, carried: str) -> dict[str, Any]:
    scheme, _, action = key.partition(APART)
    return {"scheme": scheme, "action": action, "done": CARRIED[carried]}


def _carried(one: Mapping[str, Any]) -> str:
    return next(word for word, done in CARRIED.items() if done is one["done"])


async def set_actions(request: Request) -> Response:
    """Say which actions a project is to carry, and which it carried."""
    visit = await member(request)
    data = await visit.form()
    current = await visit.call("read_project", project_id=_key(request))
    require_own(current.data)
    chosen = [
        _action(name.removeprefix("action-"), str(value))
        for name, value in data.items()
        if name.startswith("action-") and value in CARRIED
    ]
    try:
        await visit.call(
            "set_project_actions",
            project_id=_key(request),
            if_match=str(data.get("etag") or ""),
            content={"json": {"actions": chosen}},
        )
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        told = " ".join(str(one["message"]) for one in problem.errors) or problem.detail
        return await _detail(
            visit, current.data, current.etag or "", error=told, status=problem.status
        )
    return go(f"{LIST}/{_key(request)}#actions", "projet-actions")


def _key(request: Request) -> str:
    return str(request.path_params["project_id"])


routes = [
    Route(LIST, project_list, methods=["GET"]),
    *routes_of(PROJECT),
    Route(f"{LIST}/{{project_id:uuid}}", detail, methods=["GET"]),
    Route(f"{LIST}/{{project_id:uuid}}/actions", set_actions, methods=["POST"]),
]
