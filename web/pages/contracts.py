"""The register of contracts: the list and its filters, one contract whole, the CPV nomenclature."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import fixing, insertion
from web.client import ApiProblem
from web.forms import Form, fields_of, filter_form, read_filters, with_errors
from web.rendering import with_params
from web.reserved import reservations_of
from web.spelling import number_to_decimal
from web.visit import Visit, api_of, member
from web.words import KINDS, ORIGINS, SIZES, STATES, STRUCTURES, THEMES

# What the address may say, and its words in a message of error.
FILTERS = {
    "q": "Mots",
    "buyer": "Acheteur",
    "year": "Année de notification",
    "kind": "Type",
    "nature": "Nature",
    "procedure": "Procédure",
    "amount_min": "Montant minimal",
    "amount_max": "Montant maximal",
    "mark": "Considération",
    "mark_state": "Réponse",
    "publishable": "Publication",
}
EVERY_BUYER = "tous"
BY_PAGE = 25
AMOUNTS = ("amount_min", "amount_max")


async def contract_list(request: Request) -> Response:
    """A page of the register, filtered by what the address says."""
    visit = await member(request)
    given = request.query_params
    typed = read_filters(given, FILTERS)
    if "mark" not in typed:
        typed.pop("mark_state", None)
    marks, (page, form) = await asyncio.gather(
        visit.read("list_marks"), _search(visit, typed, given.get("cursor") or None)
    )
    response = visit.page(
        "contracts/list.html",
        status=422 if form.errors or form.general else 200,
        blocks=("compte", "resultats"),
        contracts=page,
        form=form,
        typed=typed,
        cursor=given.get("cursor"),
        marks=marks,
        choices=_choices(api_of(request).document),
        kinds=KINDS,
        states=STATES,
        every_buyer=EVERY_BUYER,
    )
    response.headers["HX-Push-Url"] = with_params(
        "/marches", {**typed, "cursor": given.get("cursor")}
    )
    return response


async def _search(visit: Visit, typed: dict[str, str], cursor: str | None) -> tuple[Any, Form]:
    form = filter_form(FILTERS, typed)
    asked = {
        name: number_to_decimal(value) if name in AMOUNTS else value
        for name, value in typed.items()
        if value != EVERY_BUYER
    }
    if "buyer" not in typed and visit.siret is not None:
        asked["buyer"] = visit.siret
    try:
        page = await visit.read("list_contracts", **asked, limit=BY_PAGE, cursor=cursor)
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        errors = [{**one, "loc": one["loc"][1:]} for one in problem.errors]
        return {"items": [], "next": None}, with_errors(form, errors, problem.detail)
    return page, form


def _choices(document: Mapping[str, Any]) -> dict[str, tuple[tuple[str, str], ...]]:
    facts = fields_of(document, "ContractChange")
    return {name: facts[name].options for name in ("nature", "procedure")}


async def contract_page(request: Request) -> Response:
    """One contract, whole."""
    visit = await member(request)
    key = request.path_params["contract_id"]
    answer, history, reference, clauses = await asyncio.gather(
        visit.call("read_contract", contract_id=key),
        visit.read("read_history", contract_id=key),
        visit.read("list_marks"),
        _clauses(visit, str(key)),
    )
    document = api_of(request).document
    contract = answer.data
    return visit.page(
        "contracts/detail.html",
        contract=contract,
        etag=answer.etag or "",
        history=history,
        fact_form=Form(fields_of(document, "ContractChange")),
        missing=issues_of(document, contract, "withheld"),
        dropped=issues_of(document, contract, "dropped"),
        altered=issues_of(document, contract, "altered"),
        clauses=clauses,
        words=insertion.words(document),
        reservations=await reservations_of(visit, contract),
        themes=marks_by_theme(contract["marks"], reference),
        supplier_fields=fields_of(document, "SupplierChange", {"size": SIZES, "kind": STRUCTURES}),
        kinds=KINDS,
        sizes=SIZES,
        states=STATES,
        origins=ORIGINS,
        structures=STRUCTURES,
    )


async def _clauses(visit: Visit, key: str) -> list[dict[str, Any]]:
    """The insertion clauses of a contract, for who may see them."""
    if not visit.can("insertion:read"):
        return []
    page = await visit.read("list_clauses", contract_id=key)
    found: list[dict[str, Any]] = page["items"]
    return found


def issues_of(
    document: Mapping[str, Any], contract: dict[str, Any], family: str
) -> list[dict[str, str]]:
    """What is said of the publication of a contract (what holds it back, what would drop it
    beyond), each with the address where it is mended."""
    return [
        {
            "title": fixing.field_title(document, issue["field"]),
            "message": issue["message"],
            "address": fixing.form_address(contract["id"], issue["field"]),
        }
        for issue in contract[family]
    ]


def marks_by_theme(
    marks: list[dict[str, Any]], reference: list[dict[str, Any]]
) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """The answers of a contract with the help of the nomenclature: (theme, words, marks)."""
    helps = {one["code"]: one["help"] for one in reference}
    themes = list(dict.fromkeys(one["theme"] for one in marks))
    return [
        (
            theme,
            THEMES.get(theme, theme),
            [{**one, "help": helps.get(one["code"], "")} for one in marks if one["theme"] == theme],
        )
        for theme in themes
    ]


async def cpv_page(request: Request) -> Response:
    """Search of a CPV code: a page of its own, or the suggestions of the field of a form."""
    visit = await member(request)
    # A form may hold several fields of codes, of names that end the same.
    typed = [value for name, value in request.query_params.items() if name.endswith("cpv")]
    words = (request.query_params.get("q") or next(iter(typed), "")).strip()
    found = await visit.read("search_cpv", q=words[:100]) if len(words) > 1 else []
    return visit.page("contracts/cpv.html", blocks=("suggestions",), words=words, found=found)


routes = [
    Route("/marches", contract_list, methods=["GET"]),
    Route("/cpv", cpv_page, methods=["GET"]),
    Route("/marches/{contract_id:uuid}", contract_page, methods=["GET"]),
]
