"""One insertion clause: what it engages to, where it stands, its months, and links to companies."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import insertion
from web.client import ApiProblem
from web.forms import Form, fields_of, from_record, only_said, read_typed, submitted, to_body
from web.months import add_months, asked_month, months_between, this_month
from web.visit import Visit, api_of, go, member

PATH = "/insertion/clauses/{clause_id:uuid}"
SHOWN_MONTHS = 24
AWAITED = ("notified", "running")


async def clause_page(request: Request) -> Response:
    """One clause, whole."""
    visit = await member(request)
    return await _page(visit, _link_form(request))


async def _page(
    visit: Visit,
    form: Form,
    status: int = 200,
    given: Mapping[str, Any] | None = None,
) -> Response:
    """``given`` is the link just made, whose address is told this once."""
    key = visit.request.path_params["clause_id"]
    clause, statements = await asyncio.gather(
        visit.read("read_clause", clause_id=key),
        visit.read("list_statements", clause_id=key, limit=100),
    )
    links = []
    if clause["permissions"]["state_hours"]:
        links = [
            {**one, "over": over(one["expires_at"])}
            for one in await visit.read("list_statement_links", clause_id=key)
        ]
    shown, hidden = months_of(clause, statements["items"])
    return visit.page(
        "insertion/clause.html",
        status=status,
        clause=clause,
        history=derived_totals(clause),
        months=shown,
        hidden_months=hidden,
        links=links,
        form=form,
        given=given,
        follows=insertion.follows(visit),
        words=insertion.words(api_of(visit.request).document),
    )


def derived_totals(clause: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The changes of a clause, each with the total it leads to.

    The API gives what each adds; the last total is the engagement it gives too.
    """
    total = Decimal(clause["hours"] or 0)
    told = []
    for one in clause["changes"]:
        total += Decimal(one["delta"])
        told.append({**one, "after": str(total)})
    return told


def months_of(
    clause: Mapping[str, Any], statements: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], int]:
    """The latest months of a clause, the latest first, and how many older ones are not shown.

    Each is the month and its statements; none when nothing is stated of an awaited month.
    """
    stated: dict[str, list[dict[str, Any]]] = {}
    for one in statements:
        stated.setdefault(one["month"], []).append(one)
    expected: set[str] = set()
    if clause["starts_on"] and clause["status"] in AWAITED:
        last = min(this_month(), (clause["ends_on"] or "9999-12")[:7])
        first = max(clause["starts_on"][:7], add_months(this_month(), -60))
        expected = set(months_between(first, last))
    every = sorted(expected | set(stated), reverse=True)
    shown = [{"month": one, "statements": stated.get(one, [])} for one in every[:SHOWN_MONTHS]]
    return shown, len(every) - len(shown)


def over(instant: str) -> bool:
    """Tell whether an instant of the API (UTC) is past."""
    moment = datetime.fromisoformat(instant)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) <= datetime.now(UTC)


async def create_link(request: Request) -> Response:
    """Make a link for a company; its address shows on this page alone, this once."""
    visit = await member(request)
    key = request.path_params["clause_id"]
    form = _link_form(request)
    form.typed = read_typed(form.fields, await visit.form())
    said = only_said(to_body(form.fields, form.typed))
    call = visit.call("create_statement_link", clause_id=key, content={"json": said})
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        return await _page(visit, form, answer.status)
    return await _page(visit, _link_form(request), given=answer.data)


async def revoke_link(request: Request) -> Response:
    """Make a link useless at once."""
    visit = await member(request)
    await visit.call("revoke_statement_link", link_id=request.path_params["link_id"])
    return go(f"/insertion/clauses/{request.path_params['clause_id']}#liens", "lien-annule")


def _link_form(request: Request) -> Form:
    form = Form(fields_of(api_of(request).document, "LinkCreate"))
    # The page spells a month as people do.
    form.fields["month"] = replace(form.fields["month"], help="Le mois à déclarer.")
    form.typed = from_record(form.fields, {"month": asked_month(None), "days": 14})
    return form


routes = [
    Route(PATH, clause_page, methods=["GET"]),
    Route(f"{PATH}/liens", create_link, methods=["POST"]),
    Route(f"{PATH}/liens/{{link_id:uuid}}/annuler", revoke_link, methods=["POST"]),
]
