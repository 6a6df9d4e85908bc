"""The page of a company that received a link: one month to state, then a receipt. No account."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.forms import CORRECTED, Field, fields_of
from web.spelling import hours_to_decimal, whole_to_int
from web.visit import Visit, anyone, api_of

# The columns of the table, in its order.
COLUMNS = ("beneficiary", "persons", "sex", "modality", "hours", "training_hours")
ROWS = 5
MOST = 200


async def statement_page(request: Request) -> Response:
    """The month to state, or the receipt of what was stated."""
    visit = await anyone(request)
    asked = await _asked(visit, request.path_params["link"])
    return _page(visit, asked, [{} for _ in range(ROWS)])


async def create_statement(request: Request) -> Response:
    """Send the hours, or give more lines to fill."""
    visit = await anyone(request)
    link = request.path_params["link"]
    data = await visit.form()
    rows = [
        dict(zip(COLUMNS, map(str, row), strict=True))
        # A forged form may be ragged.
        for row in zip(*(data.getlist(name) for name in COLUMNS), strict=False)
    ]
    comment = str(data.get("comment", ""))
    asked = await _asked(visit, link)
    if "more" in data:
        return _page(visit, asked, [*rows, *({} for _ in range(ROWS))][:MOST], comment)
    filled = [place for place, row in enumerate(rows) if any(map(str.strip, row.values()))]
    body = {
        "link": link,
        "lines": [_line(rows[place]) for place in filled],
        "comment": comment.strip() or None,
    }
    try:
        answer = await api_of(request).call("create_company_statement", content={"json": body})
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        errors = _errors(visit, problem, filled)
        return _page(visit, asked, rows, comment, errors=errors, status=problem.status)
    return visit.page("company/receipt.html", asked=answer.data)


async def _asked(visit: Visit, link: str) -> dict[str, Any]:
    # As nobody: the link says enough, whoever is connected.
    content = {"json": {"link": link}}
    answer = await api_of(visit.request).call("read_company_statement", content=content)
    found: dict[str, Any] = answer.data
    return found


def _line(row: dict[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {name: value.strip() for name, value in row.items() if value.strip()}
    if "persons" in said:
        said["persons"] = whole_to_int(said["persons"])
    for name in ("hours", "training_hours"):
        if name in said:
            said[name] = hours_to_decimal(said[name])
    # A line of training alone has no hour of work: said, since the API asks for it.
    return {"hours": "0.00", **said} if "training_hours" in said else said


def _errors(
    visit: Visit, problem: ApiProblem, filled: list[int]
) -> dict[tuple[int, str], list[str]]:
    """Messages by line of the form and column; (-1, "") holds those of no line."""
    fields = _fields(visit)
    found: dict[tuple[int, str], list[str]] = {}
    for error in problem.errors:
        loc = error["loc"]
        if len(loc) > 2 and loc[1] == "lines" and isinstance(loc[2], int):
            name = str(loc[3]) if len(loc) > 3 else ""
            title = fields[name].title if name in fields else ""
            key = (filled[loc[2]], name)
        else:
            title, key = "", (-1, "")
        found.setdefault(key, []).append(f"{title} {error['message']}".strip())
    if not found:
        found[-1, ""] = [problem.detail]
    return found


def _fields(visit: Visit) -> dict[str, Field]:
    return fields_of(api_of(visit.request).document, "CompanyLine")


def _page(
    visit: Visit,
    asked: dict[str, Any],
    rows: list[dict[str, str]],
    comment: str = "",
    *,
    errors: dict[tuple[int, str], list[str]] | None = None,
    status: int = 200,
) -> Response:
    if asked["received_at"] is not None:
        return visit.page("company/receipt.html", asked=asked, status=status)
    return visit.page(
        "company/statement.html",
        status=status,
        asked=asked,
        rows=rows,
        comment=comment,
        fields=_fields(visit),
        columns=COLUMNS,
        errors=errors or {},
    )


routes = [
    Route("/declaration/{link}", statement_page, methods=["GET"]),
    Route("/declaration/{link}", create_statement, methods=["POST"]),
]
