"""Contracts of reservable families that were not reserved: to justify, and justified; families."""

import asyncio
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.formats import current_year
from web.forms import (
    Field,
    Form,
    from_record,
    only_said,
    put_on_field,
    read_typed,
    submitted,
    to_body,
)
from web.reserved import (
    REGISTER,
    chosen_fields,
    chosen_year,
    for_the_whole,
    from_lines,
    require,
    require_own,
    words,
    years_offered,
)
from web.visit import Visit, api_of, go, member, once, once_in

JUSTIFICATIONS = f"{REGISTER}/justifications"
FAMILIES = f"{REGISTER}/familles"
WRITE = "reservations:write"
BY_PAGE = 25
BETWEEN_PREFIXES = r"[\s,;]+"


async def justification_list(request: Request) -> Response:
    """The contracts of a year that are to justify, and those that were."""
    visit = await member(request)
    given = request.query_params
    year = chosen_year(given.get("year")) or current_year()
    due, done = await asyncio.gather(
        _due(visit, year, given.get("cursor") or None),
        visit.read(
            "list_non_reservations",
            buyer=visit.siret,
            year=year,
            limit=BY_PAGE,
            cursor=given.get("after") or None,
        ),
    )
    return visit.page(
        "reserved/justifications.html",
        due=due,
        done=done,
        year=year,
        years=years_offered(year),
        cursor=given.get("cursor"),
        after=given.get("after"),
    )


async def _due(visit: Visit, year: int, cursor: str | None) -> Any:
    if visit.siret is None or not visit.can("contracts:read"):
        return {"items": [], "next": None}
    return await visit.read(
        "list_missing_justifications", buyer=visit.siret, year=year, limit=BY_PAGE, cursor=cursor
    )


async def justify_page(request: Request) -> Response:
    """The form that says why a contract was not reserved."""
    visit = await member(request)
    require(visit, WRITE)
    key = request.query_params.get("marche")
    if not key:
        return go(JUSTIFICATIONS)
    form = Form(_justification_fields(visit))
    form.typed = from_record(form.fields, {})
    return await _justify(visit, form, key, 200)


async def justify(request: Request) -> Response:
    """Say why a contract was not reserved, once even if the form is sent twice."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    contract_id = str(data.get("contract_id", ""))
    form = Form(_justification_fields(visit))
    form.typed = read_typed(form.fields, data)
    body = to_body(form.fields, form.typed)
    said = only_said(body)
    call = visit.call(
        "create_non_reservation",
        content={"json": {**said, "contract_id": contract_id}},
        idempotency_key=once_in(data),
    )
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        return await _justify(visit, form, contract_id, answer.status)
    return go(JUSTIFICATIONS, "justifie")


async def _justify(visit: Visit, form: Form, key: str, status: int) -> Response:
    contract = await visit.read("read_contract", contract_id=key)
    require_own(contract)
    return visit.page(
        "reserved/justify.html", status=status, form=form, contract=contract, once=once()
    )


def _justification_fields(visit: Visit) -> dict[str, Field]:
    document = api_of(visit.request).document
    return chosen_fields(
        document,
        "NonReservationCreate",
        {"reason": words(document)["reason"]},
        without=("contract_id",),
    )


async def family_list(request: Request) -> Response:
    """The reservable families of the buyer, and the form that declares one."""
    visit = await member(request)
    form = Form(_family_fields(visit))
    form.typed = from_record(form.fields, {})
    return await _families(visit, form, 200)


async def add_family(request: Request) -> Response:
    """Declare a family, once even if the form is sent twice."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    form = Form(_family_fields(visit))
    form.typed = read_typed(form.fields, data)
    body = to_body(form.fields, form.typed)
    said = only_said(body)
    said["cpv_prefixes"] = from_lines(body["cpv_prefixes"], BETWEEN_PREFIXES)
    call = visit.call(
        "create_reservable_family",
        content={"json": {**said, "buyer_siret": visit.siret}},
        idempotency_key=once_in(data),
    )
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        put_on_field(form, answer, "family-taken", "family")
        return await _families(visit, form, answer.status)
    return go(FAMILIES, "famille")


async def remove_family(request: Request) -> Response:
    """Ask nothing more of a family; what was justified stays."""
    visit = await member(request)
    await visit.call("remove_reservable_family", family_id=request.path_params["family_id"])
    return go(FAMILIES, "famille-otee")


async def _families(visit: Visit, form: Form, status: int) -> Response:
    return visit.page(
        "reserved/families.html",
        status=status,
        form=form,
        families=await visit.read("list_reservable_families", buyer=visit.siret),
        writes=for_the_whole(visit, WRITE),
        once=once(),
    )


def _family_fields(visit: Visit) -> dict[str, Field]:
    fields = chosen_fields(
        api_of(visit.request).document,
        "FamilyCreate",
        without=("buyer_siret",),
        listed=("cpv_prefixes",),
    )
    help_text = (
        "De 2 à 8 chiffres, séparés par une espace ou une virgule : « 773 » vaut pour tous les "
        "codes qui commencent ainsi."
    )
    fields["cpv_prefixes"] = replace(fields["cpv_prefixes"], kind="text", help=help_text)
    return fields


routes = [
    Route(JUSTIFICATIONS, justification_list, methods=["GET"]),
    Route(f"{REGISTER}/justifier", justify_page, methods=["GET"]),
    Route(f"{REGISTER}/justifier", justify, methods=["POST"]),
    Route(FAMILIES, family_list, methods=["GET"]),
    Route(FAMILIES, add_family, methods=["POST"]),
    Route(f"{FAMILIES}/{{family_id:uuid}}/oter", remove_family, methods=["POST"]),
]
