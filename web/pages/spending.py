"""What a buyer mandated: the lines of a year, entering some, pasting many, removing one."""

import re
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.formats import current_year
from web.forms import (
    CORRECTED,
    Field,
    Form,
    labels,
    only_said,
    read_typed,
    to_body,
    with_errors,
)
from web.rendering import with_params
from web.reserved import EVERY_YEAR, chosen_fields, chosen_year, require, years_offered
from web.rowforms import placed_errors, read_rows, row_fields
from web.spelling import number_to_decimal
from web.visit import Visit, api_of, go, member, once, once_in

LIST = "/mandatements"
NEW = f"{LIST}/nouveau"
WRITE = "spending:write"
BY_PAGE = 50
ROWS = 5
# The columns of a row, of a line pasted too; the year and the source are said once for all.
COLUMNS = (
    "payee_siret", "payee_name", "amount", "family", "contract_number", "mandate_number",
    "mandate_line",
)  # fmt: skip
SHARED = ("year", "source")
MOST = 1000
NOTHING = "Remplissez au moins une ligne : un bénéficiaire et un montant."
TOO_MANY = f"{MOST} lignes au plus par envoi : collez le reste ensuite."


async def spending_list(request: Request) -> Response:
    """The lines of a year, the last entered first."""
    visit = await member(request)
    given = request.query_params
    return await _list(visit, chosen_year(given.get("year")), given.get("cursor") or None)


async def _list(
    visit: Visit, year: int | None, cursor: str | None, *, error: str = "", status: int = 200
) -> Response:
    page = await visit.read(
        "list_spending", buyer=visit.siret, year=year, limit=BY_PAGE, cursor=cursor
    )
    asked = {"year": year or EVERY_YEAR}
    response = visit.page(
        "spending/list.html",
        status=status,
        blocks=("compte", "resultats"),
        spending=page,
        mandated=await _mandated(visit, year),
        asked=asked,
        year=year,
        years=years_offered(year),
        every_year=EVERY_YEAR,
        reasons=labels(api_of(visit.request).document, "JoinReason"),
        cursor=cursor,
        error=error,
    )
    response.headers["HX-Push-Url"] = with_params(LIST, {**asked, "cursor": cursor})
    return response


async def _mandated(visit: Visit, year: int | None) -> Any:
    """The totals of the year; None without a year, or without a buyer to look for."""
    if year is None or visit.siret is None or not visit.can("contracts:read"):
        return None
    figures = await visit.read("read_reserved_figures", organisation=visit.siret, year=year)
    return figures["mandated"]


async def new_page(request: Request) -> Response:
    """The form of a few lines, and the place where many are pasted."""
    visit = await member(request)
    require(visit, WRITE)
    form = Form(_fields(visit))
    form.typed = dict.fromkeys(form.fields, "") | {"year": str(current_year())}
    return _new(visit, form, 200)


async def create(request: Request) -> Response:
    """Enter the rows that are filled, all or none."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    form = Form(_fields(visit))
    form.typed = read_typed(form.fields, data)
    rows = read_rows(form, "lines", ROWS, COLUMNS)
    if not rows:
        form.general = [NOTHING]
        return _new(visit, form, 422)
    body = [_line(form, said) for _, said in rows]
    problem = await _send(visit, body, once_in(data))
    if problem is None:
        return _done(form)
    places = [place for place, _ in rows]
    return _refused(visit, form, problem, {"lines": places})


async def paste(request: Request) -> Response:
    """Enter the lines pasted from a spreadsheet, all or none."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    form = Form(_fields(visit))
    form.typed = read_typed(form.fields, data)
    lines = pasted(str(form.typed["pasted"]))
    if not lines or len(lines) > MOST:
        form.errors = {"pasted": [TOO_MANY if lines else NOTHING]}
        return _new(visit, form, 422)
    body = [_line(form, said) for _, said in lines]
    problem = await _send(visit, body, once_in(data))
    if problem is None:
        return _done(form)
    titles = {name: one.title for name, one in _columns(visit).items()}
    errors = [_pasted_error(one, [place for place, _ in lines], titles) for one in problem.errors]
    return _new(visit, _told(form, errors, problem), problem.status)


def pasted(text: str) -> list[tuple[int, dict[str, Any]]]:
    """The lines copied from a spreadsheet: number of each in the text, and what it says.

    Cells are apart by a tabulation, or by a semicolon when there is none, in the order of COLUMNS.
    A first line without any figure is one of titles: it is left out.
    """
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.split("\t" if "\t" in line else ";")]
        said: dict[str, Any] = {
            name: cell for name, cell in zip(COLUMNS, cells, strict=False) if cell
        }
        if not said or (number == 1 and not re.search(r"\d", line)):
            continue
        found.append((number, _spelt(said)))
    return found


def _spelt(said: dict[str, Any]) -> dict[str, Any]:
    if "amount" in said:
        said["amount"] = number_to_decimal(said["amount"])
    return said


def _line(form: Form, said: dict[str, Any]) -> dict[str, Any]:
    """A line of the API: what the row says, and what is said once for all of them."""
    shared = to_body(form.fields, {name: form.typed[name] for name in SHARED})
    line = {**only_said(shared), **said}
    if "payee_siret" in line:
        line["payee_siret"] = "".join(line["payee_siret"].split())
    return line


async def _send(visit: Visit, lines: Sequence[dict[str, Any]], key: str) -> ApiProblem | None:
    body = {"buyer_siret": visit.siret, "lines": list(lines)}
    try:
        await visit.call("create_spending", content={"json": body}, idempotency_key=key)
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        return problem
    return None


def _done(form: Form) -> Response:
    return go(with_params(LIST, {"year": form.typed["year"]}), "mandatement")


def _refused(
    visit: Visit, form: Form, problem: ApiProblem, groups: dict[str, list[int]]
) -> Response:
    errors = [_shared_error(one) for one in placed_errors(problem.errors, groups)]
    return _new(visit, _told(form, errors, problem), problem.status)


def _told(form: Form, errors: list[dict[str, Any]], problem: ApiProblem) -> Form:
    """The errors on the form; what is wrong for every row is told once."""
    with_errors(form, errors, problem.detail)
    form.errors = {name: list(dict.fromkeys(told)) for name, told in form.errors.items()}
    return form


def _shared_error(error: dict[str, Any]) -> dict[str, Any]:
    """An error about what is said once for all the rows goes to its one field."""
    named = str(error["loc"][-1]).rsplit("-", 1)[-1]
    return {**error, "loc": [named]} if named in SHARED else error


def _pasted_error(
    error: dict[str, Any], places: Sequence[int], titles: dict[str, str]
) -> dict[str, Any]:
    loc = error["loc"]
    rows = [part for part in loc if isinstance(part, int)]
    if not rows or loc[-1] in SHARED:
        return _shared_error(error)
    column = titles.get(str(loc[-1]), "")
    message = f"ligne {places[rows[0]]} : {column} {error['message']}"
    return {"loc": ["pasted"], "message": message}


def _new(visit: Visit, form: Form, status: int) -> Response:
    titled = _columns(visit)
    return visit.page(
        "spending/new.html",
        status=status,
        form=form,
        rows=ROWS,
        columns_titled=[(name, titled[name].title) for name in COLUMNS],
        once=once(),
        once_pasted=once(),
    )


def _columns(visit: Visit) -> dict[str, Field]:
    return chosen_fields(api_of(visit.request).document, "SpendingLine", without=("contract_id",))


def _fields(visit: Visit) -> dict[str, Field]:
    columns = _columns(visit)
    return {
        **{name: columns[name] for name in SHARED},
        **row_fields(columns, "lines", ROWS, COLUMNS),
        "pasted": Field("pasted", "Lignes copiées d’un tableur", "area"),
    }


async def remove(request: Request) -> Response:
    """Remove a line entered by mistake."""
    visit = await member(request)
    require(visit, WRITE)
    year = chosen_year(str((await visit.form()).get("year", "")))
    try:
        await visit.call("remove_spending", spending_id=request.path_params["spending_id"])
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        return await _list(visit, year, None, error=problem.detail, status=problem.status)
    return go(with_params(LIST, {"year": year or EVERY_YEAR}), "mandatement-ote")


routes = [
    Route(LIST, spending_list, methods=["GET"]),
    Route(NEW, new_page, methods=["GET"]),
    Route(NEW, create, methods=["POST"]),
    Route(f"{LIST}/coller", paste, methods=["POST"]),
    Route(f"{LIST}/{{spending_id:uuid}}/supprimer", remove, methods=["POST"]),
]
