"""Files of hours: dropping one, saying where its columns are, accepting it, getting it back."""

import csv
import io
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import Answer, ApiProblem
from web.forms import CORRECTED
from web.visit import Visit, go, member, once, once_in

LIST = "/insertion/fichiers"
NO_FILE = "Choisissez d’abord un fichier, puis déposez-le."
TOO_LARGE = 413
BY_PAGE = 25
PREFIX = "colonne-"


async def file_list(request: Request) -> Response:
    """The files sent so far, and the form that drops one."""
    visit = await member(request)
    return await _journal(visit, 200, "")


async def _journal(visit: Visit, status: int, error: str) -> Response:
    cursor = visit.request.query_params.get("cursor") or None
    return visit.page(
        "insertion_files/list.html",
        status=status,
        files=await visit.read("list_statement_files", limit=BY_PAGE, cursor=cursor),
        columns=await visit.read("list_statement_file_columns"),
        cursor=cursor,
        error=error,
        once=once(),
    )


async def drop(request: Request) -> Response:
    """Hand a file over to the API, then show what it would do; no hour is stated yet."""
    visit = await member(request)
    async with request.form(max_files=1, max_fields=10) as data:
        file = data.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            return await _journal(visit, 422, NO_FILE)
        try:
            answer = await _send(visit, file, once_in(data))
        except ApiProblem as problem:
            if problem.status not in CORRECTED | {TOO_LARGE}:
                raise
            return await _journal(visit, problem.status, problem.detail)
    return go(f"{LIST}/{answer.data['id']}", "fichier-lu")


async def _send(visit: Visit, file: UploadFile, key: str) -> Answer:
    kind = file.content_type or "application/octet-stream"
    content: dict[str, Any] = {"files": {"file": (file.filename, file.file, kind)}}
    if visit.siret is not None:
        content["data"] = {"organisation": visit.siret}
    return await visit.call("create_statement_file", content=content, idempotency_key=key)


async def file_page(request: Request) -> Response:
    """How a file was read, what is wrong in it, and what can be done."""
    visit = await member(request)
    return await _page(visit)


async def _page(
    visit: Visit,
    problem: ApiProblem | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    received = await visit.read("read_statement_file", file_id=_key(visit.request))
    columns = await visit.read("list_statement_file_columns")
    return visit.page(
        "insertion_files/detail.html",
        status=problem.status if problem else 200,
        received=received,
        columns=columns,
        titles=list(dict.fromkeys(filter(None, received["header"]))),
        chosen=received["mapping"] if typed is None else typed,
        problem=problem,
        errors=_column_errors(problem),
        prefix=PREFIX,
    )


def _column_errors(problem: ApiProblem | None) -> dict[str, str]:
    """Messages by field, of a choice of columns that was refused."""
    return {
        str(one["loc"][2]): str(one["message"])
        for one in (problem.errors if problem else ())
        if len(one["loc"]) == 3 and one["loc"][1] == "mapping"
    }


async def choose(request: Request) -> Response:
    """Read the file by the columns that were chosen, and judge it again."""
    visit = await member(request)
    data = await visit.form()
    typed = {
        name.removeprefix(PREFIX): str(title)
        for name, title in data.multi_items()
        if name.startswith(PREFIX) and title
    }
    return await _decide(visit, "map_statement_file", {"mapping": typed}, "fichier-colonnes", typed)


async def accept(request: Request) -> Response:
    """State the hours of every line, or of none: drafts, or submitted at once."""
    visit = await member(request)
    submit = (await visit.form()).get("submit") == "true"
    notice = "fichier-soumis" if submit else "fichier-brouillon"
    return await _decide(visit, "accept_statement_file", {"submit": submit}, notice)


async def _decide(
    visit: Visit,
    operation: str,
    body: dict[str, Any],
    notice: str,
    typed: dict[str, str] | None = None,
) -> Response:
    key = _key(visit.request)
    try:
        await visit.call(operation, file_id=key, content={"json": body})
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        return await _page(visit, problem, typed)
    return go(f"{LIST}/{key}", notice)


async def annotated(request: Request) -> Response:
    """The person's own file, with what became of each line."""
    visit = await member(request)
    try:
        answer = await visit.call("download_annotated", file_id=_key(request))
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        return await _page(visit, problem)
    if answer.file is None:
        raise HTTPException(404)
    return _download(answer.file.content, answer.file.kind, answer.file.disposition)


async def model(request: Request) -> Response:
    """An empty file with the right titles, that any spreadsheet opens."""
    visit = await member(request)
    columns = await visit.read("list_statement_file_columns")
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow(
        [one["label"] for one in columns]
    )
    # With this mark, a spreadsheet reads the accents.
    content = written.getvalue().encode("utf-8-sig")
    return _download(content, "text/csv", 'attachment; filename="modele-heures.csv"')


def _download(content: bytes, kind: str, disposition: str) -> Response:
    headers = {"Content-Type": kind, "Content-Disposition": disposition}
    return Response(content, headers=headers)


def _key(request: Request) -> str:
    return str(request.path_params["file_id"])


routes = [
    Route(LIST, file_list, methods=["GET"]),
    Route(LIST, drop, methods=["POST"]),
    Route(f"{LIST}/modele.csv", model, methods=["GET"]),
    Route(f"{LIST}/{{file_id:uuid}}", file_page, methods=["GET"]),
    Route(f"{LIST}/{{file_id:uuid}}/colonnes", choose, methods=["POST"]),
    Route(f"{LIST}/{{file_id:uuid}}/accepter", accept, methods=["POST"]),
    Route(f"{LIST}/{{file_id:uuid}}/annote", annotated, methods=["GET"]),
]
