"""Files received: dropping one, reading what it would do, accepting it, undoing it."""

import asyncio
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import Answer, ApiAway, ApiProblem
from web.forms import fields_of
from web.rendering import with_params
from web.visit import Visit, api_of, go, member
from web.words import IMPORT_KINDS, ROW_STATES

NO_FILE = "Choisissez d’abord un fichier, puis déposez-le."
DECP = "decp"
TOO_LARGE = 413
ROWS_BY_PAGE = 50


async def import_list(request: Request) -> Response:
    """The journal of imports, and the form that drops a file."""
    visit = await member(request)
    kind = request.query_params.get("kind", DECP)
    # Other pages lead here to bring what they show.
    return await _journal(
        visit, request.query_params.get("cursor"), 200, "", kind if kind in IMPORT_KINDS else DECP
    )


async def _journal(
    visit: Visit, cursor: str | None, status: int, error: str, kind: str = DECP
) -> Response:
    page = await visit.read("list_imports", limit=25, cursor=cursor or None)
    return visit.page(
        "imports/list.html",
        status=status,
        imports=page,
        cursor=cursor,
        error=error,
        kind=kind,
        kinds=IMPORT_KINDS,
    )


async def drop(request: Request) -> Response:
    """Hand a file over to the API, then show what it would do; nothing is in yet."""
    visit = await member(request)
    async with request.form(max_files=1, max_fields=10) as data:
        file = data.get("file")
        kind = str(data.get("kind") or DECP)
        if not isinstance(file, UploadFile) or not file.filename:
            return await _journal(visit, None, 422, NO_FILE, kind)
        try:
            answer = await _send(visit, file, kind)
        except ApiAway:
            raise
        except ApiProblem as problem:
            # The page of that status says how to bring it all the same.
            if problem.status == TOO_LARGE:
                raise
            told = [str(one["message"]) for one in problem.errors] or [problem.detail]
            return await _journal(visit, None, problem.status, " ".join(told), kind)
    address = f"/imports/{answer.data['id']}"
    if answer.data["kind"] != DECP:
        return go(f"{address}/colonnes", "tableau-lu")
    brings = answer.data["rows"]["new"] + answer.data["rows"]["changed"]
    return go(address, "depose" if brings else "depose-rien")


async def _send(visit: Visit, file: UploadFile, kind: str) -> Answer:
    media = file.content_type or "application/octet-stream"
    content: dict[str, Any] = {
        "files": {"file": (file.filename, file.file, media)},
        "data": {"kind": kind},
    }
    if visit.siret is not None:
        content["data"]["organisation"] = visit.siret
    return await visit.call("create_import", content=content)


async def import_page(request: Request) -> Response:
    """What a file holds and what accepting it does, or did."""
    visit = await member(request)
    return await _page(visit, 200, "")


async def _page(visit: Visit, status: int, error: str) -> Response:
    key = visit.request.path_params["import_id"]
    given = visit.request.query_params
    state = given.get("state") if given.get("state") in ROW_STATES else None
    with_issues = "true" if given.get("with_issues") == "true" else None
    received, rows = await asyncio.gather(
        visit.read("read_import", import_id=key),
        visit.read(
            "list_import_rows",
            import_id=key,
            state=state,
            with_issues=with_issues,
            limit=ROWS_BY_PAGE,
            cursor=given.get("cursor") or None,
        ),
    )
    sheet = None
    if received["kind"] != DECP:
        sheet = await visit.read("read_import_columns", import_id=key)
    response = visit.page(
        "imports/detail.html",
        status=status,
        sheet=sheet,
        blocks=("compte", "lignes"),
        received=received,
        rows=rows,
        state=state,
        with_issues=with_issues,
        cursor=given.get("cursor"),
        error=error,
        kinds=IMPORT_KINDS,
        row_states=ROW_STATES,
        facts=fields_of(api_of(visit.request).document, "ContractChange"),
    )
    asked = {"state": state, "with_issues": with_issues, "cursor": given.get("cursor")}
    response.headers["HX-Push-Url"] = with_params(f"/imports/{key}", asked)
    return response


async def accept(request: Request) -> Response:
    """Let the rows in, all or none."""
    return await _decide(request, "accept_import", "accepte")


async def undo(request: Request) -> Response:
    """Take back what the file had brought."""
    return await _decide(request, "undo_import", "annule")


async def _decide(request: Request, operation: str, message: str) -> Response:
    visit = await member(request)
    key = request.path_params["import_id"]
    try:
        answer = await visit.call(operation, import_id=key)
    except ApiProblem as problem:
        if problem.status != 409:
            raise
        return await _page(visit, 409, problem.detail)
    return go(f"/imports/{key}", message if answer.data["kind"] == DECP else f"tableau-{message}")


routes = [
    Route("/imports", import_list, methods=["GET"]),
    Route("/imports", drop, methods=["POST"]),
    Route("/imports/{import_id:uuid}", import_page, methods=["GET"]),
    Route("/imports/{import_id:uuid}/accepter", accept, methods=["POST"]),
    Route("/imports/{import_id:uuid}/annuler", undo, methods=["POST"]),
]
