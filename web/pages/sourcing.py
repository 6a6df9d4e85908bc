"""Searches for structures before a consultation: the list, entering one, saying what came of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.changing import Attempt, refused, standing_as
from web.client import ApiProblem
from web.forms import Field, Form, changed, from_record, only_said, read_typed, submitted, to_body
from web.pages.projects_fields import chosen_among, projects
from web.rendering import with_params
from web.reserved import (
    EVERY_YEAR,
    REGISTER,
    chosen_fields,
    chosen_year,
    require,
    words,
    years_offered,
)
from web.visit import Visit, api_of, go, member, once, once_in

LIST = f"{REGISTER}/sourcing"
WRITE = "reservations:write"
FILTERS = ("tool", "result")
BY_PAGE = 25
WHOLE_PAGE, MOST_PAGES = 100, 20


async def sourcing_list(request: Request) -> Response:
    """The sourcings of a year, the last first."""
    visit = await member(request)
    given = request.query_params
    told = words(api_of(request).document)
    year = chosen_year(given.get("year") or EVERY_YEAR)
    typed = {name: given[name] for name in FILTERS if given.get(name) in told[name]}
    cursor = given.get("cursor") or None
    page = await visit.read(
        "list_sourcings", buyer=visit.siret, year=year, limit=BY_PAGE, cursor=cursor, **typed
    )
    asked = {"year": year, **typed}
    response = visit.page(
        "reserved/sourcing.html",
        blocks=("compte", "resultats"),
        sourcings=page,
        typed=typed,
        asked=asked,
        year=year,
        years=years_offered(year),
        cursor=cursor,
        words=told,
    )
    response.headers["HX-Push-Url"] = with_params(LIST, {**asked, "cursor": cursor})
    return response


async def new_page(request: Request) -> Response:
    """The empty form of a sourcing."""
    visit = await member(request)
    require(visit, WRITE)
    form = Form(await _fields(visit, "SourcingCreate"))
    form.typed = from_record(form.fields, {"result": "pending"})
    return _new(visit, form, 200)


async def create(request: Request) -> Response:
    """Enter a sourcing, once even if the form is sent twice."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    form = Form(await _fields(visit, "SourcingCreate"))
    form.typed = read_typed(form.fields, data)
    body = to_body(form.fields, form.typed)
    said = only_said(body)
    call = visit.call(
        "create_sourcing",
        content={"json": {**said, "buyer_siret": visit.siret}},
        idempotency_key=once_in(data),
    )
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        return _new(visit, form, answer.status)
    return go(LIST, "sourcing")


def _new(visit: Visit, form: Form, status: int) -> Response:
    return visit.page("reserved/sourcing_new.html", status=status, form=form, once=once())


async def change_page(request: Request) -> Response:
    """The form of a sourcing, as it stands."""
    visit = await member(request)
    require(visit, WRITE)
    one = await _one(visit)
    form = Form(await _fields(visit, "SourcingChange", one))
    form.typed = from_record(form.fields, one)
    return _change(visit, form, one, standing_as(_etag(one)))


async def change(request: Request) -> Response:
    """Change the fields typed otherwise than they stand, unless someone came first."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    one = await _one(visit)
    form = Form(await _fields(visit, "SourcingChange", one))
    form.typed = read_typed(form.fields, data)
    standing = from_record(form.fields, one)
    body = to_body(form.fields, changed(standing, form.typed))
    etag = str(data.get("etag", ""))
    if not body and etag == _etag(one):
        return go(LIST, "inchange")
    call = visit.call(
        "change_sourcing", sourcing_id=one["id"], if_match=etag, content={"json": body}
    )
    answer = await submitted(form, call)
    if not isinstance(answer, ApiProblem):
        return go(LIST, "modifie")
    return _change(visit, form, one, refused(answer, form, standing, etag, _etag(one)))


def _change(visit: Visit, form: Form, one: dict[str, Any], attempt: Attempt) -> Response:
    return visit.page("reserved/sourcing_change.html", form=form, one=one, **attempt)


async def _one(visit: Visit) -> dict[str, Any]:
    """The sourcing of the address, looked for in the list: the API reads none by itself.

    Raises HTTPException 404.
    """
    key = str(visit.request.path_params["sourcing_id"])
    cursor = None
    for _ in range(MOST_PAGES):
        page = await visit.read(
            "list_sourcings", buyer=visit.siret, limit=WHOLE_PAGE, cursor=cursor
        )
        found: list[dict[str, Any]] = [one for one in page["items"] if one["id"] == key]
        if found:
            return found[0]
        cursor = page["next"]
        if cursor is None:
            break
    raise HTTPException(404)


def _etag(one: dict[str, Any]) -> str:
    return f'"{one["version"]}"'


async def _fields(
    visit: Visit, schema: str, standing: Mapping[str, Any] | None = None
) -> dict[str, Field]:
    document = api_of(visit.request).document
    fields = chosen_fields(document, schema, without=("buyer_siret", "contract_id"))
    for name, help_text in (
        ("tool", ""),
        ("need", "Ce que l’on cherche à acheter, en une phrase."),
        ("contacted", "Laissez vide ce que vous ne savez pas : ce n’est pas zéro."),
    ):
        fields[name] = replace(fields[name], help=help_text)
    offered = await projects(visit, visit.siret)
    fields["project_id"] = chosen_among(fields["project_id"], offered, standing)
    # A change may leave these out, never empty them: the form asks for them all the same.
    for name in ("done_on", "tool", "need", "result"):
        fields[name] = replace(fields[name], required=True)
    return fields


routes = [
    Route(LIST, sourcing_list, methods=["GET"]),
    Route(f"{LIST}/nouveau", new_page, methods=["GET"]),
    Route(f"{LIST}/nouveau", create, methods=["POST"]),
    Route(f"{LIST}/{{sourcing_id:uuid}}/modifier", change_page, methods=["GET"]),
    Route(f"{LIST}/{{sourcing_id:uuid}}/modifier", change, methods=["POST"]),
]
