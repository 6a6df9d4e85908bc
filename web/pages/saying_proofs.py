"""The files that prove what was said: adding one, giving it back, removing it."""

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.forms import CORRECTED
from web.rendering import with_params
from web.visit import Visit, go, member, once_in

TOO_LARGE = 413
NO_FILE = "Choisissez un fichier avant de le joindre."


async def add(request: Request) -> Response:
    """Join a file to a figure or to a milestone."""
    visit = await member(request)
    async with request.form(max_files=1, max_fields=20) as data:
        file = data.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            return _refused(visit, data, NO_FILE, 422)
        about = "milestone_id" if data.get("about") == "milestone" else "measure_id"
        kind = file.content_type or "application/octet-stream"
        try:
            await visit.call(
                "add_proof",
                content={
                    "files": {"file": (file.filename, file.file, kind)},
                    "data": {about: str(data.get("record") or "")},
                },
                idempotency_key=once_in(data),
            )
        except ApiProblem as problem:
            if problem.status not in CORRECTED | {TOO_LARGE, 415}:
                raise
            told = " ".join(str(one["message"]) for one in problem.errors) or problem.detail
            return _refused(visit, data, told, problem.status)
        return go(_back(data), "piece")


async def give(request: Request) -> Response:
    """A file as it was joined, to be saved, never opened in the site."""
    visit = await member(request)
    answer = await visit.call("download_proof", proof_id=request.path_params["proof_id"])
    if answer.file is None:
        raise HTTPException(404)
    headers = {
        "Content-Type": answer.file.kind,
        "Content-Disposition": answer.file.disposition,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(answer.file.content, headers=headers)


async def remove(request: Request) -> Response:
    """Take a file back."""
    visit = await member(request)
    data = await visit.form()
    try:
        await visit.call("remove_proof", proof_id=request.path_params["proof_id"])
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        return _refused(visit, data, problem.detail, problem.status)
    return go(_back(data), "piece-otee")


def _back(data: FormData) -> str:
    asked = {"annee": str(data.get("annee") or ""), "organisation": str(data.get("organisation"))}
    row = "".join(one for one in str(data.get("row") or "") if one.isalnum() or one == "-")
    code = "".join(one for one in str(data.get("code") or "") if one.isalnum() or one in "-_.")
    return f"{with_params(f'/schemas/{code}/campagne', asked)}#ligne-{row}"


def _refused(visit: Visit, data: FormData, told: str, status: int) -> Response:
    return visit.page("saying/proof_refused.html", status=status, told=told, back=_back(data))


routes = [
    Route("/preuves", add, methods=["POST"]),
    Route("/preuves/{proof_id:uuid}", give, methods=["GET"]),
    Route("/preuves/{proof_id:uuid}/retirer", remove, methods=["POST"]),
]
