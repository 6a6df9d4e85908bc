"""The hours of a month for every clause followed: a number of persons and their hours a row."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import insertion
from web.client import ApiProblem
from web.forms import CORRECTED
from web.months import add_months, asked_month, recent_months
from web.rendering import with_params
from web.spelling import hours_to_decimal, whole_to_int
from web.visit import Visit, api_of, go, member, once, once_in

PATH = "/insertion/saisie"
COLUMNS = ("persons", "hours", "training")
AWAITED = ("notified", "running")
MOST = 500
CLOSED = "L’année est close : rien n’a été enregistré."
NOTHING = "Saisissez les heures d’une clause au moins."
# A field of the API -> the column where its message shows.
PLACES = {"beneficiary": "persons", "training_hours": "training"}


@dataclass
class Row:
    """A clause and a month: what is stated, or what is typed and what is wrong in it."""

    clause: dict[str, Any]
    statement: dict[str, Any] | None
    closed: bool
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Tell whether hours can be typed: nothing stands for the month, of a year still open."""
        if self.closed:
            return False
        return self.statement is None or self.statement["state"] == "rejected"


async def grid(request: Request) -> Response:
    """The grid of a month, by default the last that is over."""
    visit = await member(request)
    return _page(visit, await _rows(visit))


async def record(request: Request) -> Response:
    """Record every row that was typed, all or none."""
    visit = await member(request)
    rows = await _rows(visit)
    data = await visit.form()
    typed = _read(rows, data)
    if not typed:
        late = any(row.closed for row in rows) and any(map(str.strip, map(str, data.values())))
        return _page(visit, rows, 422, [CLOSED if late else NOTHING])
    submit = "soumettre" in data
    body = {
        "lines": [_line(row, _month(visit)) for row in typed],
        "submit": submit,
        "source": "site",
    }
    try:
        await visit.call(
            "record_batch",
            idempotency_key=once_in(data),
            content={"json": body},
        )
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        return _page(visit, rows, problem.status, _placed(typed, problem))
    notice = "heures-soumises" if submit else "heures-enregistrees"
    return go(_address(visit), notice)


def _month(visit: Visit) -> str:
    return asked_month(visit.request.query_params.get("mois"))


def _address(visit: Visit, month: str | None = None) -> str:
    buyer = visit.request.query_params.get("buyer")
    return with_params(PATH, {"mois": month or _month(visit), "buyer": buyer})


async def _rows(visit: Visit) -> list[Row]:
    """The clauses that a facilitator follows that month, by buyer, with what is stated of each."""
    if not insertion.follows(visit):
        raise HTTPException(403)
    month, buyer = _month(visit), visit.request.query_params.get("buyer") or None
    asked = {"facilitator": visit.siret, "buyer": buyer}
    page, statements = await asyncio.gather(
        visit.read("list_clauses", **asked, limit=MOST), _statements(visit, asked, month)
    )
    rows = [
        Row(one, statements.get(one["id"]), int(month[:4]) in one["closed_years"])
        for one in page["items"]
        if one["id"] in statements or _runs(one, month)
    ]
    return sorted(rows, key=lambda one: (one.clause["buyer_name"], one.clause["title"]))


async def _statements(visit: Visit, asked: dict[str, Any], month: str) -> dict[str, Any]:
    """The statement of each clause for a month; one that is rejected gives way to another."""
    found: dict[str, Any] = {}
    cursor = None
    while True:
        given = {**asked, "from": month, "to": month, "limit": 100, "cursor": cursor}
        page = await visit.read("list_statements", **given)
        for one in page["items"]:
            if one["state"] != "rejected" or one["clause_id"] not in found:
                found[one["clause_id"]] = one
        cursor = page["next"]
        if cursor is None:
            return found


def _runs(clause: dict[str, Any], month: str) -> bool:
    starts, ends = clause["starts_on"], clause["ends_on"]
    return (
        clause["status"] in AWAITED
        and (starts is None or starts[:7] <= month)
        and (ends is None or ends[:7] >= month)
    )


def _read(rows: list[Row], data: FormData) -> list[Row]:
    """Put what was typed in the rows; answer those in which something was."""
    for row in rows:
        if row.open:
            key = row.clause["id"]
            row.typed = {name: str(data.get(f"{name}.{key}", "")).strip() for name in COLUMNS}
    return [row for row in rows if any(row.typed.values())]


def _line(row: Row, month: str) -> dict[str, Any]:
    said: dict[str, Any] = {"clause_id": row.clause["id"], "month": month}
    if row.typed["persons"]:
        said["persons"] = whole_to_int(row.typed["persons"])
    # A row of training alone has no hour of work: said, since the API asks for it.
    if row.typed["hours"] or row.typed["training"]:
        said["hours"] = hours_to_decimal(row.typed["hours"] or "0")
    if row.typed["training"]:
        said["training_hours"] = hours_to_decimal(row.typed["training"])
    return said


def _placed(typed: list[Row], problem: ApiProblem) -> list[str]:
    """Put the messages of a refusal on their rows; answer once each those of the whole."""
    general: list[str] = []
    for error in problem.errors:
        loc = error["loc"]
        message = insertion.own_message(str(error["message"]), loc[-1] if loc else "")
        if len(loc) > 3 and loc[1] == "lines" and loc[3] != "month":
            name = PLACES.get(loc[3], loc[3])
            place = name if name in COLUMNS else "hours"
            typed[loc[2]].errors.setdefault(place, []).append(message)
        elif message not in general:
            general.append(message)
    if not general and not any(row.errors for row in typed):
        general.append(problem.detail)
    return general


def _page(
    visit: Visit, rows: list[Row], status: int = 200, general: list[str] | None = None
) -> Response:
    month = _month(visit)
    return visit.page(
        "insertion/month_grid.html",
        status=status,
        month=month,
        months=recent_months(month),
        before=_address(visit, add_months(month, -1)),
        after=_address(visit, add_months(month, 1)),
        address=_address(visit),
        buyer=visit.request.query_params.get("buyer") or None,
        buyers=sorted({(one.clause["buyer_siret"], one.clause["buyer_name"]) for one in rows}),
        rows=rows,
        columns=COLUMNS,
        general=general or [],
        once=once(),
        words=insertion.words(api_of(visit.request).document),
    )


routes = [
    Route(PATH, grid, methods=["GET"]),
    Route(PATH, record, methods=["POST"]),
]
