"""Spreadsheets received: what their columns are, the last look before accepting, the way back."""

import csv
import io
import re
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.forms import CORRECTED
from web.visit import Visit, go, member
from web.words import COLUMN_WAYS, IMPORT_KINDS

PREFIX = "colonne-"
_COLUMN = re.compile(rf"{PREFIX}[0-9]{{1,4}}", re.ASCII)
DECP = "decp"


async def columns_page(request: Request) -> Response:
    """Each column with its first lines, and the field that it fills."""
    visit = await member(request)
    return await _columns(visit)


async def _columns(
    visit: Visit, problem: ApiProblem | None = None, typed: dict[int, str] | None = None
) -> Response:
    key = _key(visit.request)
    received = await visit.read("read_import", import_id=key)
    found = await visit.read("read_import_columns", import_id=key)
    chosen = {one["column"]: one["field"] for one in found["columns"]} if typed is None else typed
    return visit.page(
        "imports/columns.html",
        status=problem.status if problem else 200,
        received=received,
        found=found,
        chosen=chosen,
        problem=problem,
        prefix=PREFIX,
        kinds=IMPORT_KINDS,
        ways=COLUMN_WAYS,
    )


async def choose(request: Request) -> Response:
    """Read the file by the columns that were chosen, then show what it would do."""
    visit = await member(request)
    data = await visit.form()
    typed = {
        int(name.removeprefix(PREFIX)): str(field)
        for name, field in data.multi_items()
        if field and _COLUMN.fullmatch(name)
    }
    body = {"columns": [{"column": at, "field": field} for at, field in typed.items()]}
    key = _key(request)
    try:
        await visit.call("map_import_columns", import_id=key, content={"json": body})
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        return await _columns(visit, problem, typed)
    return go(f"/imports/{key}", "tableau-colonnes")


async def confirm(request: Request) -> Response:
    """The last look: what accepting does, and what stays out."""
    visit = await member(request)
    key = _key(request)
    received = await visit.read("read_import", import_id=key)
    if received["kind"] == DECP or received["state"] != "staged":
        return go(f"/imports/{key}")
    return visit.page("imports/confirm.html", received=received, kinds=IMPORT_KINDS)


async def annotated(request: Request) -> Response:
    """The person's own file, with what became of each line."""
    visit = await member(request)
    answer = await visit.call("download_annotated_import", import_id=_key(request))
    if answer.file is None:
        raise HTTPException(404)
    headers = {"Content-Type": answer.file.kind, "Content-Disposition": answer.file.disposition}
    return Response(answer.file.content, headers=headers)


async def model(request: Request) -> Response:
    """An empty file with the right titles, that any spreadsheet opens."""
    visit = await member(request)
    kind = request.path_params["kind"]
    kinds: list[dict[str, Any]] = await visit.read("list_import_kinds")
    titles = next(
        ([one["label"] for one in found["columns"]] for found in kinds if found["kind"] == kind),
        None,
    )
    if titles is None:
        raise HTTPException(404)
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow(titles)
    headers = {
        "Content-Type": "text/csv",
        "Content-Disposition": f'attachment; filename="modele-{kind}.csv"',
    }
    # With this mark, a spreadsheet reads the accents.
    return Response(written.getvalue().encode("utf-8-sig"), headers=headers)


def _key(request: Request) -> str:
    return str(request.path_params["import_id"])


routes = [
    Route("/imports/modeles/{kind}.csv", model, methods=["GET"]),
    Route("/imports/{import_id:uuid}/colonnes", columns_page, methods=["GET"]),
    Route("/imports/{import_id:uuid}/colonnes", choose, methods=["POST"]),
    Route("/imports/{import_id:uuid}/accepter", confirm, methods=["GET"]),
    Route("/imports/{import_id:uuid}/annote", annotated, methods=["GET"]),
]
