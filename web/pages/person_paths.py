"""The path of a person: employment contracts, trainings, what became of them afterwards."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.forms import Form, changed, fields_of, from_record, read_typed, submitted, to_body
from web.pages.persons import CHECKPOINTS, LIST, send_side
from web.visit import Visit, api_of, go, member, once_in

PERSON = f"{LIST}/{{beneficiary_id:uuid}}"


async def add_employment(request: Request) -> Response:
    """Add an employment contract."""
    return await _add(request, "contrat", "add_employment", "contrat-ajoute#contrats")


async def add_training(request: Request) -> Response:
    """Add a training."""
    return await _add(request, "formation", "add_training", "formation-ajoutee#formations")


async def _add(request: Request, name: str, operation: str, said: str) -> Response:
    visit = await member(request)
    key = request.path_params["beneficiary_id"]
    data = await visit.form()
    answer = await send_side(visit, name, operation, data, idempotency_key=once_in(data))
    if isinstance(answer, Response):
        return answer
    notice, _, anchor = said.partition("#")
    return go(f"{LIST}/{key}#{anchor}", notice)


async def remove_training(request: Request) -> Response:
    """Take a training away that was entered by mistake."""
    visit = await member(request)
    key = request.path_params["beneficiary_id"]
    await visit.call(
        "remove_training", beneficiary_id=key, training_id=request.path_params["training_id"]
    )
    return go(f"{LIST}/{key}#formations", "formation-retiree")


async def put_exit(request: Request) -> Response:
    """Say what became of the person at a checkpoint; « unknown » is an answer."""
    visit = await member(request)
    key, checkpoint = request.path_params["beneficiary_id"], request.path_params["checkpoint"]
    if checkpoint not in CHECKPOINTS:
        raise HTTPException(404)
    name, data = f"sortie-{checkpoint}", await visit.form()
    answer = await send_side(visit, name, "put_exit", data, checkpoint=checkpoint)
    if isinstance(answer, Response):
        return answer
    return go(f"{LIST}/{key}#sorties", "sortie")


async def employment_page(request: Request) -> Response:
    """The form of an employment contract, as it stands."""
    visit = await member(request)
    person, employment = await _employment(visit)
    form = Form(fields_of(api_of(request).document, "EmploymentChange"))
    form.typed = from_record(form.fields, employment)
    return _page(visit, form, person, employment, 200)


async def change_employment(request: Request) -> Response:
    """Change what was typed otherwise than it stands: the end of the contract, most often."""
    visit = await member(request)
    person, employment = await _employment(visit)
    form = Form(fields_of(api_of(request).document, "EmploymentChange"))
    form.typed = read_typed(form.fields, await visit.form())
    body = to_body(form.fields, changed(from_record(form.fields, employment), form.typed))
    back = f"{LIST}/{person['id']}#contrats"
    if not body:
        return go(back, "inchange")
    call = visit.call("change_employment", employment_id=employment["id"], content={"json": body})
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        return _page(visit, form, person, employment, answer.status)
    return go(back, "modifie")


async def _employment(visit: Visit) -> tuple[dict[str, Any], dict[str, Any]]:
    """The person of the address and their contract. Raises HTTPException 404 for another's."""
    params = visit.request.path_params
    person = await visit.read("read_beneficiary", beneficiary_id=params["beneficiary_id"])
    wanted = str(params["employment_id"])
    found = [one for one in person["employments"] if one["id"] == wanted]
    if not found:
        raise HTTPException(404)
    return person, found[0]


def _page(
    visit: Visit, form: Form, person: dict[str, Any], employment: dict[str, Any], status: int
) -> Response:
    return visit.page(
        "persons/employment.html", status=status, form=form, person=person, employment=employment
    )


routes = [
    Route(f"{PERSON}/contrats", add_employment, methods=["POST"]),
    Route(f"{PERSON}/contrats/{{employment_id:uuid}}", employment_page, methods=["GET"]),
    Route(f"{PERSON}/contrats/{{employment_id:uuid}}", change_employment, methods=["POST"]),
    Route(f"{PERSON}/formations", add_training, methods=["POST"]),
    Route(f"{PERSON}/formations/{{training_id:uuid}}/retirer", remove_training, methods=["POST"]),
    Route(f"{PERSON}/sorties/{{checkpoint}}", put_exit, methods=["POST"]),
]
