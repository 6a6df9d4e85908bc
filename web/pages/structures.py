"""Inclusive structures: the register, one of them, who is an ordinary one."""

from collections.abc import Collection
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.changing import Attempt, refused, standing_as
from web.client import ApiProblem
from web.forms import (
    Field,
    Form,
    changed,
    fields_of,
    from_record,
    only_said,
    put_on_field,
    read_typed,
    submitted,
    to_body,
)
from web.rendering import with_params
from web.reserved import chosen_fields, require, words
from web.visit import Visit, api_of, go, member, once, once_in

LIST = "/structures"
UNQUALIFIED = f"{LIST}/a-qualifier"
WRITE = "structures:write"
BY_PAGE = 50
FILTERS = ("q", "kind", "ess", "esus")
FLAGS = ("true", "false")
# Who says so and when: what every change carries.
SAYING = ("source", "as_of")
ORDINARY = "aucune"
OUTSIDE = "outside_ess"
NOTHING_TICKED = "Cochez au moins une entreprise."


async def structure_list(request: Request) -> Response:
    """The structures known, filtered by what the address says."""
    visit = await member(request)
    given = request.query_params
    told = words(api_of(request).document)
    typed = {name: given[name].strip()[:100] for name in FILTERS if given.get(name, "").strip()}
    closed = {"kind": told["kind"], "ess": FLAGS, "esus": FLAGS}
    typed = {name: one for name, one in typed.items() if one in closed.get(name, (one,))}
    cursor = given.get("cursor") or None
    # The register is that of structures; what is looked for by its words is found whatever it is.
    more = {"ordinary": True} if "q" in typed else {}
    page = await visit.read("list_structures", **typed, **more, limit=BY_PAGE, cursor=cursor)
    response = visit.page(
        "structures/list.html",
        blocks=("compte", "resultats"),
        structures=page,
        typed=typed,
        cursor=cursor,
        words=told,
        ordinary=ORDINARY,
    )
    response.headers["HX-Push-Url"] = with_params(LIST, {**typed, "cursor": cursor})
    return response


async def new_page(request: Request) -> Response:
    """The empty form of a structure."""
    visit = await member(request)
    require(visit, WRITE)
    form = Form(fields_of(api_of(request).document, "StructureCreate"))
    form.typed = from_record(form.fields, {})
    return visit.page("structures/new.html", form=form, once=once())


async def create(request: Request) -> Response:
    """Enter a structure, once even if the form is sent twice."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    form = Form(fields_of(api_of(request).document, "StructureCreate"))
    form.typed = read_typed(form.fields, data)
    body = to_body(form.fields, form.typed)
    said = only_said(body)
    if "siret" in said:
        said["siret"] = "".join(said["siret"].split())
    key = once_in(data)
    call = visit.call("create_structure", content={"json": said}, idempotency_key=key)
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        put_on_field(form, answer, "structure-taken", "siret")
        return visit.page("structures/new.html", status=answer.status, form=form, once=once())
    return go(LIST, "structure")


async def change_page(request: Request) -> Response:
    """The form of a structure, as it stands; who says so is to be said anew."""
    visit = await member(request)
    require(visit, WRITE)
    answer = await visit.call("read_structure", structure_id=_key(request))
    form = Form(fields_of(api_of(request).document, "StructureChange"))
    form.typed = from_record(form.fields, answer.data)
    return _change(visit, form, answer.data, standing_as(answer.etag))


async def change(request: Request) -> Response:
    """Say something else of a structure, with who says so, unless someone came first."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    current = await visit.call("read_structure", structure_id=_key(request))
    form = Form(fields_of(api_of(request).document, "StructureChange"))
    form.typed = read_typed(form.fields, data)
    standing = from_record(form.fields, current.data)
    differing = changed(standing, form.typed)
    etag = str(data.get("etag", ""))
    if not differing and etag == current.etag:
        return go(LIST, "inchange")
    sent = differing | {name: form.typed[name] for name in SAYING}
    call = visit.call(
        "change_structure",
        structure_id=_key(request),
        if_match=etag,
        content={"json": to_body(form.fields, sent)},
    )
    answer = await submitted(form, call)
    if not isinstance(answer, ApiProblem):
        return go(LIST, "modifie")
    attempt = refused(answer, form, standing, etag, current.etag)
    return _change(visit, form, current.data, attempt)


def _change(visit: Visit, form: Form, one: dict[str, Any], attempt: Attempt) -> Response:
    return visit.page("structures/change.html", form=form, one=one, **attempt)


async def unqualified(request: Request) -> Response:
    """The companies of the buyer of whom nothing says whether they are structures."""
    visit = await member(request)
    require(visit, WRITE)
    given = request.query_params
    form = _ordinary_form(visit)
    form.typed = from_record(form.fields, {})
    return await _unqualified(visit, form, given.get("cursor") or None, every="tout" in given)


async def say_ordinary(request: Request) -> Response:
    """Say of those ticked that they are ordinary companies, then show who is left.

    The answer has no address of its own: loaded again, the same key gives it again.
    """
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    form = _ordinary_form(visit)
    form.typed = read_typed(form.fields, data)
    ticked = [str(one) for one in data.getlist("siret")]
    cursor = str(data.get("cursor", "")) or None
    if not ticked:
        form.general = [NOTHING_TICKED]
        return await _unqualified(visit, form, cursor, status=422)
    body = only_said(to_body(form.fields, {name: form.typed[name] for name in SAYING})) | {
        "companies": [_company(data, siret) for siret in ticked],
        OUTSIDE: form.typed[OUTSIDE] == "true",
    }
    call = visit.call(
        "create_ordinary_companies", content={"json": body}, idempotency_key=once_in(data)
    )
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        return await _unqualified(visit, form, cursor, status=answer.status, ticked=ticked)
    form.typed = from_record(form.fields, {})
    return await _unqualified(visit, form, cursor, said=answer.data)


def _company(data: FormData, siret: str) -> dict[str, str]:
    """A company ticked, with the name under which it was shown."""
    name = str(data.get(f"nom-{siret}", "")).strip()
    return {"siret": siret} | ({"name": name} if name else {})


def _ordinary_form(visit: Visit) -> Form:
    listed = chosen_fields(api_of(visit.request).document, "OrdinaryCreate", without=("companies",))
    fields = {name: listed[name] for name in SAYING}
    return Form({**fields, OUTSIDE: Field(OUTSIDE, listed[OUTSIDE].title, "choice")})


async def _unqualified(
    visit: Visit,
    form: Form,
    cursor: str | None,
    *,
    status: int = 200,
    every: bool = False,
    ticked: Collection[str] = (),
    said: dict[str, Any] | None = None,
) -> Response:
    """``every``: all are ticked; ``said``: what became of those that were sent."""
    asked = {"buyer": visit.siret, "limit": BY_PAGE}
    page = await visit.read("list_unqualified_companies", **asked, cursor=cursor)
    if cursor and not page["items"]:
        cursor, page = None, await visit.read("list_unqualified_companies", **asked)
    return visit.page(
        "structures/unqualified.html",
        status=status,
        blocks=("resultats",),
        form=form,
        companies=page,
        cursor=cursor,
        ticked={one["siret"] for one in page["items"]} if every else set(ticked),
        said=said,
        here=with_params(UNQUALIFIED, {"cursor": cursor}),
        every=with_params(UNQUALIFIED, {"cursor": cursor, "tout": "1"}),
        ordinary=ORDINARY,
        once=once(),
    )


def _key(request: Request) -> str:
    return str(request.path_params["structure_id"])


routes = [
    Route(LIST, structure_list, methods=["GET"]),
    Route(f"{LIST}/nouvelle", new_page, methods=["GET"]),
    Route(f"{LIST}/nouvelle", create, methods=["POST"]),
    Route(UNQUALIFIED, unqualified, methods=["GET"]),
    Route(UNQUALIFIED, say_ordinary, methods=["POST"]),
    Route(f"{LIST}/{{structure_id:uuid}}/modifier", change_page, methods=["GET"]),
    Route(f"{LIST}/{{structure_id:uuid}}/modifier", change, methods=["POST"]),
]
