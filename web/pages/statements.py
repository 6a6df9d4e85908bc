"""Statements of hours: the list, one of them, and what its facilitator decides of it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import insertion
from web.client import ApiProblem
from web.forms import (
    CORRECTED,
    Form,
    fields_of,
    filter_form,
    from_record,
    only_said,
    read_filters,
    read_typed,
    to_body,
    with_errors,
)
from web.forms import submitted as sent
from web.months import read_month, recent_months
from web.rendering import with_params
from web.visit import Visit, api_of, go, member, once, once_in

LIST = "/insertion/declarations"
ONE = f"{LIST}/{{statement_id:uuid}}"
# What the address may say, and its words in a message of error.
FILTERS = {
    "state": "État",
    "late": "Retard",
    "mois": "Mois",
    "buyer": "Acheteur",
    "clause_id": "Clause",
}
BY_PAGE = 25
# Last part of the address -> operation, notice afterwards, and whether a word is asked for.
MOVES: Mapping[str, tuple[str, str, bool]] = {
    "soumettre": ("submit_statement", "declaration-soumise", False),
    "valider": ("validate_statement", "declaration-validee", False),
    "renvoyer": ("return_statement", "declaration-renvoyee", True),
    "rejeter": ("reject_statement", "declaration-rejetee", True),
}
# What each state lets a facilitator do, the most usual first.
OPEN: Mapping[str, tuple[str, ...]] = {
    "draft": ("soumettre",),
    "submitted": ("valider", "renvoyer", "rejeter"),
    "to_correct": ("soumettre",),
}
EMPTY: dict[str, Any] = {"items": [], "next": None}


async def statement_list(request: Request) -> Response:
    """The statements, the latest month first, filtered by what the address says."""
    visit = await member(request)
    given = request.query_params
    typed = read_filters(given, FILTERS)
    cursor = given.get("cursor") or None
    (page, form), buyers = await asyncio.gather(
        _search(visit, typed, cursor), insertion.buyers(visit)
    )
    month = read_month(typed.get("mois", ""))
    response = visit.page(
        "insertion/statements.html",
        status=422 if form.errors or form.general else 200,
        blocks=("compte", "resultats"),
        statements=page,
        form=form,
        typed=typed,
        cursor=cursor,
        month=month,
        months=recent_months(*([month] if month else [])),
        buyers=buyers,
        every_buyer=insertion.EVERY_BUYER,
        follows=insertion.follows(visit),
        words=insertion.words(api_of(request).document),
    )
    response.headers["HX-Push-Url"] = with_params(LIST, {**typed, "cursor": cursor})
    return response


async def _search(visit: Visit, typed: dict[str, str], cursor: str | None) -> tuple[Any, Form]:
    form = filter_form(FILTERS, typed)
    asked: dict[str, Any] = dict(insertion.scope(visit, typed.get("buyer")))
    for name in ("state", "late", "clause_id"):
        asked[name] = typed.get(name)
    if "mois" in typed:
        asked["from"] = asked["to"] = read_month(typed["mois"]) or typed["mois"]
    try:
        page = await visit.read("list_statements", **asked, limit=BY_PAGE, cursor=cursor)
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        errors = [{**one, "loc": _filter_of(one["loc"])} for one in problem.errors]
        return EMPTY, with_errors(form, errors, problem.detail)
    return page, form


def _filter_of(loc: list[Any]) -> list[Any]:
    return ["mois" if part in ("from", "to") else part for part in loc[1:]]


async def statement_page(request: Request) -> Response:
    """One statement: its lines for its facilitator, its totals for the buyer."""
    visit = await member(request)
    return await _page(visit)


async def _page(
    visit: Visit,
    status: int = 200,
    problem: ApiProblem | None = None,
    move: str = "",
    comment: str = "",
) -> Response:
    """``problem`` is why a ``move`` was refused; the ``comment`` typed with it is kept."""
    key = visit.request.path_params["statement_id"]
    answer = await visit.call("read_statement", statement_id=key)
    statement = answer.data
    mine = statement["lines"] is not None
    return visit.page(
        "insertion/statement.html",
        status=status,
        statement=statement,
        lines=line_groups(statement["lines"] or []),
        etag=answer.etag or "",
        moves=OPEN.get(statement["state"], ()) if mine else (),
        problem=problem,
        refused=move,
        comment=comment,
        words=insertion.words(api_of(visit.request).document),
    )


def line_groups(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines, each with its corrective ones after it and the hours they lead to."""
    groups: dict[str, dict[str, Any]] = {}
    for one in lines:
        if one["corrects_id"] is None:
            groups[one["id"]] = {"line": one, "corrections": []}
    for one in lines:
        if one["corrects_id"] in groups:
            groups[one["corrects_id"]]["corrections"].append(one)
    return list(groups.values())


async def move(request: Request) -> Response:
    """Submit, validate, return or reject a statement, unless someone came first."""
    visit = await member(request)
    key, going = request.path_params["statement_id"], request.path_params["move"]
    if going not in MOVES:
        raise HTTPException(404)
    operation, notice, asks = MOVES[going]
    data = await visit.form()
    comment = str(data.get("comment", "")).strip()
    said = {"comment": comment} if comment or asks else {}
    try:
        await visit.call(
            operation,
            statement_id=key,
            if_match=str(data.get("etag", "")) or None,
            content={"json": said},
        )
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        return await _page(visit, problem.status, problem, going, comment)
    return go(f"{LIST}/{key}", notice)


async def correction_page(request: Request) -> Response:
    """The form that corrects a validated line, with the hours it holds today."""
    visit = await member(request)
    answer = await visit.call("read_statement", statement_id=request.path_params["statement_id"])
    group = _group(request, answer.data)
    form = Form(fields_of(api_of(request).document, "CorrectionIn"))
    del form.fields["line_id"]
    form.typed = from_record(form.fields, {})
    return _correction(visit, form, answer.data, group, answer.etag or "", 200)


async def correct(request: Request) -> Response:
    """Add a corrective line, which holds the difference and says why."""
    visit = await member(request)
    key = request.path_params["statement_id"]
    data = await visit.form()
    current = await visit.call("read_statement", statement_id=key)
    group = _group(request, current.data)
    form = Form(fields_of(api_of(request).document, "CorrectionIn"))
    del form.fields["line_id"]
    form.typed = read_typed(form.fields, data)
    said = only_said(to_body(form.fields, form.typed))
    call = visit.call(
        "correct_statement",
        statement_id=key,
        if_match=str(data.get("etag", "")) or None,
        idempotency_key=once_in(data),
        content={"json": {**said, "line_id": group["line"]["id"]}},
    )
    answer = await sent(form, call)
    if isinstance(answer, ApiProblem):
        etag = current.etag or ""
        return _correction(visit, form, current.data, group, etag, answer.status)
    return go(f"{LIST}/{key}#lignes", "ligne-corrigee")


def _group(request: Request, statement: dict[str, Any]) -> dict[str, Any]:
    key = str(request.path_params["line_id"])
    groups = line_groups(statement["lines"] or [])
    found = next((one for one in groups if one["line"]["id"] == key), None)
    if found is None:
        raise HTTPException(404)
    return found


def _correction(
    visit: Visit,
    form: Form,
    statement: dict[str, Any],
    group: dict[str, Any],
    etag: str,
    status: int,
) -> Response:
    return visit.page(
        "insertion/correction.html",
        status=status,
        form=form,
        statement=statement,
        group=group,
        etag=etag,
        once=once(),
        words=insertion.words(api_of(visit.request).document),
    )


routes = [
    Route(LIST, statement_list, methods=["GET"]),
    Route(ONE, statement_page, methods=["GET"]),
    Route(f"{ONE}/lignes/{{line_id:uuid}}", correction_page, methods=["GET"]),
    Route(f"{ONE}/lignes/{{line_id:uuid}}", correct, methods=["POST"]),
    Route(f"{ONE}/{{move}}", move, methods=["POST"]),
]
