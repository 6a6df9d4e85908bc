"""Entering, changing and removing a contract, and saying what is known of its suppliers."""

from typing import Any

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
from web.reading import every
from web.visit import Visit, api_of, go, member, once, once_in
from web.words import KINDS, SIZES, STRUCTURES


async def new_page(request: Request) -> Response:
    """The empty form of a contract."""
    visit = await member(request)
    form = Form(await _fields(visit, "ContractCreate"))
    blank = {"buyer_siret": visit.siret, "kind": "marche", "reference": ""}
    form.typed = from_record(form.fields, blank)
    return _new(visit, form, once(), 200)


async def create(request: Request) -> Response:
    """Enter a contract, once even if the form is sent twice."""
    visit = await member(request)
    data = await visit.form()
    form = Form(await _fields(visit, "ContractCreate"))
    form.typed = read_typed(form.fields, data)
    key = once_in(data)
    body = only_said(to_body(form.fields, form.typed))
    call = visit.call("create_contract", content={"json": body}, idempotency_key=key)
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        put_on_field(form, answer, "reference-taken", "reference")
        # A key belongs to one content: the corrected form gets another.
        return _new(visit, form, once(), answer.status)
    return go(f"/marches/{answer.data['id']}", "cree")


def _new(visit: Visit, form: Form, key: str, status: int) -> Response:
    return visit.page("contracts/new.html", status=status, form=form, once=key)


async def change_page(request: Request) -> Response:
    """The form of a contract, as it stands."""
    visit = await member(request)
    key = request.path_params["contract_id"]
    answer = await visit.call("read_contract", contract_id=key)
    form = Form(await _fields(visit, "ContractChange", answer.data["buyer_siret"]))
    form.typed = from_record(form.fields, answer.data)
    return _change(visit, form, answer.data, standing_as(answer.etag))


async def change(request: Request) -> Response:
    """Change the fields typed otherwise than they stand, unless someone came first."""
    visit = await member(request)
    key = request.path_params["contract_id"]
    data = await visit.form()
    current = await visit.call("read_contract", contract_id=key)
    form = Form(await _fields(visit, "ContractChange", current.data["buyer_siret"]))
    form.typed = read_typed(form.fields, data)
    standing = from_record(form.fields, current.data)
    body = to_body(form.fields, changed(standing, form.typed))
    etag = str(data.get("etag", ""))
    if not body and etag == current.etag:
        return go(f"/marches/{key}", "inchange")
    call = visit.call("change_contract", contract_id=key, if_match=etag, content={"json": body})
    answer = await submitted(form, call)
    if not isinstance(answer, ApiProblem):
        return go(f"/marches/{key}", "modifie")
    attempt = refused(answer, form, standing, etag, current.etag)
    return _change(visit, form, current.data, attempt)


def _change(visit: Visit, form: Form, contract: dict[str, Any], attempt: Attempt) -> Response:
    return visit.page("contracts/change.html", form=form, contract=contract, **attempt)


async def remove(request: Request) -> Response:
    """Remove a contract that was entered by hand."""
    visit = await member(request)
    key = request.path_params["contract_id"]
    data = await visit.form()
    form = Form({})
    etag = str(data.get("etag", ""))
    answer = await submitted(form, visit.call("remove_contract", contract_id=key, if_match=etag))
    if not isinstance(answer, ApiProblem):
        return go("/marches", "supprime")
    current = await visit.call("read_contract", contract_id=key)
    whole = Form(await _fields(visit, "ContractChange", current.data["buyer_siret"]))
    whole.typed = from_record(whole.fields, current.data)
    whole.general = form.general
    return _change(visit, whole, current.data, standing_as(current.etag, answer.status))


async def change_supplier(request: Request) -> Response:
    """Say the size of a company, whether it belongs to the ESS, its kind of structure."""
    visit = await member(request)
    data = await visit.form()
    contract_id = request.path_params["contract_id"]
    key = request.path_params["supplier_id"]
    record = await visit.read("read_supplier", supplier_id=key)
    fields = fields_of(
        api_of(request).document, "SupplierChange", {"size": SIZES, "kind": STRUCTURES}
    )
    asked = {name: one for name, one in fields.items() if name in data}
    body = to_body(asked, changed(from_record(asked, record), read_typed(asked, data)))
    if not body:
        return go(f"/marches/{contract_id}#titulaires", "inchange")
    await visit.call("change_supplier", supplier_id=key, content={"json": body})
    return go(f"/marches/{contract_id}#titulaires", "titulaire")


async def _fields(visit: Visit, schema: str, siret: str | None = None) -> dict[str, Field]:
    """The fields of a form of contract; buyers, directorates, projects become closed lists."""
    fields = fields_of(api_of(visit.request).document, schema, {"kind": KINDS})
    owner = siret or visit.siret
    directorates = await _directorates(visit, owner) if owner else []
    options = tuple((one["id"], one["name"]) for one in directorates)
    fields["directorate_id"] = _choice(fields["directorate_id"], options)
    projects = await every(visit, "list_projects", buyer=owner)
    told = tuple((one["id"], f"{one['reference']} – {one['title']}") for one in projects)
    fields["project_id"] = _choice(fields["project_id"], told)
    if "buyer_siret" in fields:
        own = visit.viewer.organisations if visit.viewer else []
        buyers = tuple((one["siret"], one["name"]) for one in own if one["siret"])
        fields["buyer_siret"] = _choice(fields["buyer_siret"], buyers)
    return fields


async def _directorates(visit: Visit, siret: str) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = await visit.read("list_directorates", siret=siret)
    except ApiProblem as problem:
        if problem.status != 404:  # an observed buyer: its directorates are not ours to see
            raise
        return []
    return found


def _choice(one: Field, options: tuple[tuple[str, str], ...]) -> Field:
    title = "Acheteur" if one.name == "buyer_siret" else one.title
    return Field(one.name, title, "choice", one.help, one.required, options)


routes = [
    Route("/marches/nouveau", new_page, methods=["GET"]),
    Route("/marches/nouveau", create, methods=["POST"]),
    Route("/marches/{contract_id:uuid}/modifier", change_page, methods=["GET"]),
    Route("/marches/{contract_id:uuid}/modifier", change, methods=["POST"]),
    Route("/marches/{contract_id:uuid}/supprimer", remove, methods=["POST"]),
    Route(
        "/marches/{contract_id:uuid}/titulaires/{supplier_id:uuid}",
        change_supplier,
        methods=["POST"],
    ),
]
