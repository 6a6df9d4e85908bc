"""Evaluations of contracts: by the buyer or by the holder, with a mark out of 20 or none."""

from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.changing import Attempt, refused, standing_as
from web.client import ApiProblem
from web.forms import (
    CORRECTED,
    TEXT,
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
from web.pages.projects_fields import READ
from web.pages.schemes import read_year
from web.reading import every
from web.rendering import with_params
from web.reserved import chosen_fields, require, require_own, years_offered
from web.spelling import number_to_decimal
from web.visit import Visit, api_of, go, member, once, once_in

LIST = "/evaluations"
WRITE = "evaluations:write"
BY_PAGE = 50
FILTERS = ("year", "side", "subject", "contract")
MOST_FOUND = 20
SCORE_HELP = "Sur 20, par exemple 14,5 ; vide si l’évaluation est sans note."


async def evaluation_list(request: Request) -> Response:
    """The evaluations of the organisation, filtered by what the address says."""
    visit = await member(request)
    require(visit, READ)
    told = words(visit)
    typed = read_filters(request.query_params, FILTERS)
    typed = {
        name: one
        for name, one in typed.items()
        if one in told.get(name, (one,)) and (name != "year" or read_year(one))
    }
    cursor = request.query_params.get("cursor") or None
    found = await visit.read(
        "list_evaluations", buyer=visit.siret, **typed, limit=BY_PAGE, cursor=cursor
    )
    response = visit.page(
        "programme/evaluations.html",
        blocks=("compte", "resultats"),
        evaluations=found,
        typed=typed,
        cursor=cursor,
        words=told,
        years=years_offered(read_year(typed.get("year"))),
    )
    response.headers["HX-Push-Url"] = with_params(LIST, {**typed, "cursor": cursor})
    return response


def words(visit: Visit) -> dict[str, dict[str, str]]:
    """The French of the codes of evaluations."""
    document = api_of(visit.request).document
    return {"side": labels(document, "Side"), "subject": labels(document, "Subject")}


def _fields(visit: Visit, schema: str) -> dict[str, Field]:
    found = chosen_fields(api_of(visit.request).document, schema, without=("contract_id",))
    # A mark out of 20 looks like a share to the forms, and is none.
    return {**found, "score": replace(found["score"], kind=TEXT, help=SCORE_HELP)}


async def new_page(request: Request) -> Response:
    """The form of an evaluation, once its contract is chosen; until then, the choice."""
    visit = await member(request)
    require(visit, WRITE)
    key = request.query_params.get("contract", "")
    if not key:
        return await _choose(visit)
    contract = await visit.read("read_contract", contract_id=key)
    form = Form(_fields(visit, "EvaluationCreate"))
    form.typed = from_record(form.fields, {"side": "buyer"})
    return _new(visit, form, contract, 200)


async def _choose(visit: Visit) -> Response:
    asked = visit.request.query_params.get("q", "").strip()[:200]
    page: dict[str, Any] = {"items": [], "next": None}
    if asked:
        page = await visit.read("list_contracts", buyer=visit.siret, q=asked, limit=MOST_FOUND)
    return visit.page("programme/evaluation_choose.html", q=asked, contracts=page)


async def create(request: Request) -> Response:
    """Enter an evaluation, once even if the form is sent twice."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    contract = await visit.read("read_contract", contract_id=str(data.get("contract") or "0"))
    form = Form(_fields(visit, "EvaluationCreate"))
    form.typed = read_typed(form.fields, data)
    said = only_said(_body(form, form.typed)) | {"contract_id": contract["id"]}
    call = visit.call("create_evaluation", content={"json": said}, idempotency_key=once_in(data))
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        return _new(visit, form, contract, answer.status)
    return go(LIST, "evaluation")


def _body(form: Form, typed: dict[str, Any]) -> dict[str, Any]:
    """What is typed as the API takes it: a mark is typed « 14,5 »."""
    body = to_body(form.fields, typed)
    if isinstance(body.get("score"), str):
        body["score"] = number_to_decimal(body["score"])
    return body


def _new(visit: Visit, form: Form, contract: dict[str, Any], status: int) -> Response:
    page = "programme/evaluation_new.html"
    return visit.page(page, status=status, form=form, contract=contract, once=once())


async def _read(visit: Visit) -> dict[str, Any]:
    """The evaluation that the address names, found in the list of its contract's.

    Raises HTTPException 404, 403 to who may not change it.
    """
    key = str(visit.request.path_params["evaluation_id"])
    contract = str(visit.request.path_params["contract_id"])
    for one in await every(visit, "list_evaluations", contract=contract):
        if one["id"] == key:
            require_own(one)
            return one
    raise HTTPException(404)


async def change_page(request: Request) -> Response:
    """The form of an evaluation, as it stands."""
    visit = await member(request)
    one = await _read(visit)
    form = Form(_fields(visit, "EvaluationChange"))
    form.typed = _shown(form, one)
    return _change(visit, form, one, standing_as(_etag(one)))


def _shown(form: Form, one: dict[str, Any]) -> dict[str, Any]:
    typed = from_record(form.fields, one)
    return typed | {"score": str(typed["score"]).replace(".", ",")}


def _etag(one: dict[str, Any]) -> str:
    return f'"{one["version"]}"'


async def change(request: Request) -> Response:
    """Change an evaluation, unless someone came first."""
    visit = await member(request)
    data = await visit.form()
    one = await _read(visit)
    form = Form(_fields(visit, "EvaluationChange"))
    form.typed = read_typed(form.fields, data)
    standing = _shown(form, one)
    differing = changed(standing, form.typed)
    etag = str(data.get("etag", ""))
    if not differing and etag == _etag(one):
        return go(LIST, "inchange")
    call = visit.call(
        "change_evaluation",
        evaluation_id=one["id"],
        if_match=etag,
        content={"json": _body(form, differing)},
    )
    answer = await submitted(form, call)
    if not isinstance(answer, ApiProblem):
        return go(LIST, "modifie")
    return _change(visit, form, one, refused(answer, form, standing, etag, _etag(one)))


def _change(visit: Visit, form: Form, one: dict[str, Any], attempt: Attempt) -> Response:
    return visit.page("programme/evaluation_change.html", form=form, one=one, **attempt)


async def remove(request: Request) -> Response:
    """Remove an evaluation entered by mistake."""
    visit = await member(request)
    data = await visit.form()
    one = await _read(visit)
    try:
        etag = str(data.get("etag") or "")
        await visit.call("remove_evaluation", evaluation_id=one["id"], if_match=etag)
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        form = Form(_fields(visit, "EvaluationChange"), general=[problem.detail])
        form.typed = _shown(form, one)
        return _change(visit, form, one, standing_as(_etag(one), problem.status))
    return go(LIST, "evaluation-otee")


# No address of the API reads one alone: that of its contract leads to it.
_ONE = f"{LIST}/{{contract_id:uuid}}/{{evaluation_id:uuid}}"
routes = [
    Route(LIST, evaluation_list, methods=["GET"]),
    Route(f"{LIST}/nouvelle", new_page, methods=["GET"]),
    Route(f"{LIST}/nouvelle", create, methods=["POST"]),
    Route(f"{_ONE}/modifier", change_page, methods=["GET"]),
    Route(f"{_ONE}/modifier", change, methods=["POST"]),
    Route(f"{_ONE}/supprimer", remove, methods=["POST"]),
]
