"""Entering, changing and removing a reservation, and choosing the contract it is of."""

from dataclasses import replace
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
    from_record,
    only_said,
    put_on_field,
    read_typed,
    submitted,
    to_body,
)
from web.reserved import (
    REGISTER,
    bases_of,
    by_line,
    chosen_fields,
    from_lines,
    require,
    require_own,
    reservations_of,
    words,
)
from web.visit import Visit, api_of, go, member, once, once_in

LISTED = ("lots",)
CHOSEN = 20  # contracts offered to choose from
WRITE = "reservations:write"


async def new_page(request: Request) -> Response:
    """The empty form of a reservation, once its contract is chosen."""
    visit = await member(request)
    require(visit, WRITE)
    key = request.query_params.get("marche")
    if not key:
        return await _choose(visit)
    contract = await visit.read("read_contract", contract_id=key)
    require_own(contract)
    form = Form(_fields(visit, "ReservationCreate", contract["kind"]))
    form.typed = from_record(form.fields, {})
    return await _new(visit, form, contract, 200)


async def _choose(visit: Visit) -> Response:
    """The search for the contract: the latest notified, or those that hold the words."""
    typed = visit.request.query_params.get("q", "").strip()[:200]
    page = await visit.read("list_contracts", buyer=visit.siret, q=typed or None, limit=CHOSEN)
    return visit.page("reserved/choose.html", contracts=page, q=typed)


async def create(request: Request) -> Response:
    """Enter a reservation, once even if the form is sent twice."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    key = str(data.get("contract_id", ""))
    contract = await visit.read("read_contract", contract_id=key)
    form = Form(_fields(visit, "ReservationCreate", contract["kind"]))
    form.typed = read_typed(form.fields, data)
    body = _body(form.fields, form.typed)
    said = only_said(body)
    call = visit.call(
        "create_reserved_contract",
        content={"json": {**said, "contract_id": key}},
        idempotency_key=once_in(data),
    )
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        put_on_field(form, answer, "basis-taken", "basis")
        return await _new(visit, form, contract, answer.status)
    return go(f"{REGISTER}/{answer.data['id']}", "reserve")


async def _new(visit: Visit, form: Form, contract: dict[str, Any], status: int) -> Response:
    return visit.page(
        "reserved/new.html",
        status=status,
        form=form,
        contract=contract,
        reservations=await reservations_of(visit, contract),
        words=words(api_of(visit.request).document),
        once=once(),
    )


async def change_page(request: Request) -> Response:
    """The form of a reservation, as it stands."""
    visit = await member(request)
    answer = await visit.call("read_reserved_contract", reservation_id=_key(request))
    require_own(answer.data)
    form = Form(_fields(visit, "ReservationChange"))
    form.typed = from_record(form.fields, _record(answer.data))
    return _change(visit, form, answer.data, standing_as(answer.etag))


async def change(request: Request) -> Response:
    """Change the fields typed otherwise than they stand, unless someone came first."""
    visit = await member(request)
    key = _key(request)
    data = await visit.form()
    current = await visit.call("read_reserved_contract", reservation_id=key)
    form = Form(_fields(visit, "ReservationChange"))
    form.typed = read_typed(form.fields, data)
    standing = from_record(form.fields, _record(current.data))
    body = _body(form.fields, changed(standing, form.typed))
    etag = str(data.get("etag", ""))
    if not body and etag == current.etag:
        return go(f"{REGISTER}/{key}", "inchange")
    call = visit.call(
        "change_reserved_contract", reservation_id=key, if_match=etag, content={"json": body}
    )
    answer = await submitted(form, call)
    if not isinstance(answer, ApiProblem):
        return go(f"{REGISTER}/{key}", "modifie")
    attempt = refused(answer, form, standing, etag, current.etag)
    return _change(visit, form, current.data, attempt)


def _change(visit: Visit, form: Form, one: dict[str, Any], attempt: Attempt) -> Response:
    told = words(api_of(visit.request).document)
    return visit.page("reserved/change.html", form=form, one=one, words=told, **attempt)


async def remove_page(request: Request) -> Response:
    """Ask before a reservation is removed."""
    visit = await member(request)
    answer = await visit.call("read_reserved_contract", reservation_id=_key(request))
    require_own(answer.data)
    return _remove(visit, Form({}), answer.data, answer.etag or "", 200)


async def remove(request: Request) -> Response:
    """Remove a reservation that was entered by mistake."""
    visit = await member(request)
    key = _key(request)
    etag = str((await visit.form()).get("etag", ""))
    form = Form({})
    call = visit.call("remove_reserved_contract", reservation_id=key, if_match=etag)
    answer = await submitted(form, call)
    if not isinstance(answer, ApiProblem):
        return go(REGISTER, "reserve-ote")
    current = await visit.call("read_reserved_contract", reservation_id=key)
    return _remove(visit, form, current.data, current.etag or "", answer.status)


def _remove(visit: Visit, form: Form, one: dict[str, Any], etag: str, status: int) -> Response:
    told = words(api_of(visit.request).document)
    return visit.page(
        "reserved/remove.html", status=status, form=form, one=one, etag=etag, words=told
    )


def _fields(visit: Visit, schema: str, kind: str | None = None) -> dict[str, Field]:
    """The fields of a reservation; ``kind`` of contract narrows the articles to choose from."""
    document = api_of(visit.request).document
    told = words(document)
    fields = chosen_fields(
        document,
        schema,
        {"structure_kinds": told["reserved_for"]},
        without=("contract_id",),
        listed=LISTED,
    )
    if kind is not None:
        fields["basis"] = replace(fields["basis"], options=bases_of(kind, document))
    fields["lots"] = replace(
        fields["lots"], help="Numéros ou intitulés, un par ligne. Rien : le marché entier."
    )
    fields["structure_kinds"] = replace(
        fields["structure_kinds"], help="Rien de coché : toutes les structures de l’article."
    )
    return fields


def _record(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "lots": by_line(one["lots"])}


def _body(fields: dict[str, Field], typed: dict[str, Any]) -> dict[str, Any]:
    """The JSON of what was typed; lists are lists, empty when nothing is said."""
    body = to_body(fields, typed)
    if "lots" in body:
        body["lots"] = from_lines(body["lots"])
    if "structure_kinds" in body:
        body["structure_kinds"] = body["structure_kinds"] or []
    return body


def _key(request: Request) -> str:
    return str(request.path_params["reservation_id"])


routes = [
    Route(f"{REGISTER}/nouveau", new_page, methods=["GET"]),
    Route(f"{REGISTER}/nouveau", create, methods=["POST"]),
    Route(f"{REGISTER}/{{reservation_id:uuid}}/modifier", change_page, methods=["GET"]),
    Route(f"{REGISTER}/{{reservation_id:uuid}}/modifier", change, methods=["POST"]),
    Route(f"{REGISTER}/{{reservation_id:uuid}}/supprimer", remove_page, methods=["GET"]),
    Route(f"{REGISTER}/{{reservation_id:uuid}}/supprimer", remove, methods=["POST"]),
]
