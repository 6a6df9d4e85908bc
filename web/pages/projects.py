"""The programming of purchases: projects, what they become, the actions that they are to carry."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.changing import Attempt, refused, standing_as
from web.client import ApiProblem
from web.forms import (
    CORRECTED,
    Form,
    changed,
    from_record,
    labels,
    only_said,
    put_on_field,
    read_filters,
    read_typed,
    submitted,
    to_body,
)
from web.pages.events import APART, actions_offered
from web.pages.projects_fields import READ, WRITE, directorates, fields, own_directorate
from web.pages.schemes import read_year
from web.reading import every
from web.rendering import with_params
from web.reserved import require, require_own, years_offered
from web.visit import Visit, api_of, go, member, once, once_in

LIST = "/programmation"
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


async def new_page(request: Request) -> Response:
    """The empty form of a project."""
    visit = await member(request)
    require(visit, WRITE)
    form = Form(await fields(visit, "ProjectCreate", visit.siret))
    form.typed = from_record(form.fields, {"directorate_id": own_directorate(visit)})
    return visit.page("programme/project_new.html", form=form, once=once())


async def create(request: Request) -> Response:
    """Enter a project, once even if the form is sent twice."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    form = Form(await fields(visit, "ProjectCreate", visit.siret))
    form.typed = read_typed(form.fields, data)
    said = only_said(to_body(form.fields, form.typed)) | {"buyer_siret": visit.siret}
    call = visit.call("create_project", content={"json": said}, idempotency_key=once_in(data))
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        put_on_field(form, answer, "reference-taken", "reference")
        page = "programme/project_new.html"
        return visit.page(page, status=answer.status, form=form, once=once())
    return go(f"{LIST}/{answer.data['id']}", "projet")


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
    titles = {one.partition(APART)[2]: words for one, words in offered.items()}
    said = {one["action"]: _carried(one) for one in project["actions"]}
    return visit.page(
        "programme/project.html",
        status=status,
        project=project,
        etag=etag,
        error=error,
        titles={**dict.fromkeys(said), **titles} | {code: titles.get(code, code) for code in said},
        said=said,
        consultations=await every(visit, "list_consultations", buyer=buyer, project=key),
        contracts=await every(visit, "list_contracts", project=key),
        outcomes=labels(api_of(visit.request).document, "Outcome"),
    )


def _carried(one: Mapping[str, Any]) -> str:
    return next(word for word, done in CARRIED.items() if done is one["done"])


async def set_actions(request: Request) -> Response:
    """Say which actions a project is to carry, and which it carried."""
    visit = await member(request)
    data = await visit.form()
    current = await visit.call("read_project", project_id=_key(request))
    require_own(current.data)
    chosen = [
        {"action": name.removeprefix("action-"), "done": CARRIED[str(value)]}
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


async def change_page(request: Request) -> Response:
    """The form of a project, as it stands."""
    visit = await member(request)
    answer = await visit.call("read_project", project_id=_key(request))
    require_own(answer.data)
    form = await _change_form(visit, answer.data)
    form.typed = from_record(form.fields, answer.data)
    return _change(visit, form, answer.data, standing_as(answer.etag))


async def change(request: Request) -> Response:
    """Change a project, unless someone came first."""
    visit = await member(request)
    data = await visit.form()
    current = await visit.call("read_project", project_id=_key(request))
    require_own(current.data)
    form = await _change_form(visit, current.data)
    form.typed = read_typed(form.fields, data)
    standing = from_record(form.fields, current.data)
    differing = changed(standing, form.typed)
    etag = str(data.get("etag", ""))
    back = f"{LIST}/{_key(request)}"
    if not differing and etag == current.etag:
        return go(back, "inchange")
    call = visit.call(
        "change_project",
        project_id=_key(request),
        if_match=etag,
        content={"json": to_body(form.fields, differing)},
    )
    answer = await submitted(form, call)
    if not isinstance(answer, ApiProblem):
        return go(back, "modifie")
    put_on_field(form, answer, "reference-taken", "reference")
    return _change(visit, form, current.data, refused(answer, form, standing, etag, current.etag))


async def remove(request: Request) -> Response:
    """Remove a project entered by mistake."""
    visit = await member(request)
    data = await visit.form()
    etag = str(data.get("etag") or "")
    try:
        await visit.call("remove_project", project_id=_key(request), if_match=etag)
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        current = await visit.call("read_project", project_id=_key(request))
        form = await _change_form(visit, current.data)
        form.typed, form.general = from_record(form.fields, current.data), [problem.detail]
        return _change(visit, form, current.data, standing_as(current.etag, problem.status))
    return go(LIST, "projet-ote")


async def _change_form(visit: Visit, project: Mapping[str, Any]) -> Form:
    return Form(await fields(visit, "ProjectChange", project["buyer_siret"], project))


def _change(visit: Visit, form: Form, project: dict[str, Any], attempt: Attempt) -> Response:
    return visit.page("programme/project_change.html", form=form, project=project, **attempt)


def _key(request: Request) -> str:
    return str(request.path_params["project_id"])


routes = [
    Route(LIST, project_list, methods=["GET"]),
    Route(f"{LIST}/nouveau", new_page, methods=["GET"]),
    Route(f"{LIST}/nouveau", create, methods=["POST"]),
    Route(f"{LIST}/{{project_id:uuid}}", detail, methods=["GET"]),
    Route(f"{LIST}/{{project_id:uuid}}/actions", set_actions, methods=["POST"]),
    Route(f"{LIST}/{{project_id:uuid}}/modifier", change_page, methods=["GET"]),
    Route(f"{LIST}/{{project_id:uuid}}/modifier", change, methods=["POST"]),
    Route(f"{LIST}/{{project_id:uuid}}/supprimer", remove, methods=["POST"]),
]
