"""What is restricted of a person: criteria, identity, export, duplicates, behind a reason.

A reading is a POST that answers the page itself: what it opens is never in an address, and coming
back to the page closes it.
"""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.forms import (
    Form,
    fields_of,
    from_record,
    labels,
    only_said,
    read_typed,
    submitted,
    to_body,
)
from web.pages.persons import LIST, band_words, facilitator_only, send_side, show, words
from web.visit import Visit, api_of, go, member, once_in

PERSON = f"{LIST}/{{beneficiary_id:uuid}}"
# What the journal tells of a person, in words for the person.
TRACES: Mapping[str, str] = {
    "beneficiary.created": "fiche créée",
    "beneficiary.changed": "fiche modifiée",
    "beneficiary.exported": "données remises ou exportées",
    "eligibility.added": "critère d’éligibilité ajouté",
    "eligibility.read": "critères d’éligibilité consultés",
    "eligibility.removed": "critère d’éligibilité effacé",
    "employment.added": "contrat de travail ajouté",
    "employment.changed": "contrat de travail modifié",
    "training.added": "formation ajoutée",
    "training.removed": "formation retirée",
    "exit.said": "situation constatée",
    "identity.kept": "identité scellée",
    "identity.read": "identité ouverte",
    "identity.removed": "identité effacée",
}


async def read_criteria(request: Request) -> Response:
    """Show the criteria of eligibility, for a reason that stays in the journal."""
    visit = await member(request)
    answer = await send_side(visit, "lecture", "read_eligibility", await visit.form())
    if isinstance(answer, Response):
        return answer
    return await show(visit, criteria=answer.data)


async def add_criterion(request: Request) -> Response:
    """Keep a criterion and the proof seen."""
    visit = await member(request)
    key = request.path_params["beneficiary_id"]
    data = await visit.form()
    once = once_in(data)
    answer = await send_side(visit, "critere", "add_eligibility", data, idempotency_key=once)
    if isinstance(answer, Response):
        return answer
    notice = "critere-a-verifier" if answer.data["warnings"] else "critere"
    return go(f"{LIST}/{key}#criteres", notice)


async def remove_criterion(request: Request) -> Response:
    """Erase a criterion."""
    visit = await member(request)
    key = request.path_params["beneficiary_id"]
    await visit.call(
        "remove_eligibility",
        beneficiary_id=key,
        eligibility_id=request.path_params["eligibility_id"],
    )
    return go(f"{LIST}/{key}#criteres", "critere-efface")


async def read_identity(request: Request) -> Response:
    """Open the identity, for a reason that stays in the journal."""
    visit = await member(request)
    answer = await send_side(visit, "ouverture", "read_identity", await visit.form())
    if isinstance(answer, Response):
        return answer
    return await show(visit, identity=answer.data)


async def put_identity(request: Request) -> Response:
    """Seal a name and a birth date."""
    visit = await member(request)
    key = request.path_params["beneficiary_id"]
    answer = await send_side(visit, "identite", "put_identity", await visit.form())
    if isinstance(answer, Response):
        return answer
    return go(f"{LIST}/{key}#identite", "identite")


async def remove_identity(request: Request) -> Response:
    """Erase the name and the birth date; the person stays under the pseudonym."""
    visit = await member(request)
    key = request.path_params["beneficiary_id"]
    await visit.call("remove_identity", beneficiary_id=key)
    return go(f"{LIST}/{key}#identite", "identite-effacee")


async def export(request: Request) -> Response:
    """All that is kept of a person, to hand over: a page to print, or a file."""
    visit = await member(request)
    data = await visit.form()
    answer = await send_side(visit, "export", "export_beneficiary", data)
    if isinstance(answer, Response):
        return answer
    if data.get("forme") == "fichier":
        return _file(answer.data)
    document = api_of(request).document
    return visit.page(
        "persons/export.html",
        export=answer.data,
        person=answer.data["beneficiary"],
        words=words(document) | {"criterion": labels(document, "Public")},
        band=band_words,
        traces=TRACES,
    )


def _file(content: dict[str, Any]) -> Response:
    text = json.dumps(content, ensure_ascii=False, indent=2)
    name = f"personne-{content['beneficiary']['pseudonym']}.json"
    return Response(
        text,
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def duplicates_page(request: Request) -> Response:
    """The form that looks for a person already followed."""
    visit = await member(request)
    facilitator_only(visit)
    return _duplicates(visit, _search(visit), None, 200)


async def find_duplicates(request: Request) -> Response:
    """Tell where the same person is already followed; nothing of it stays in an address."""
    visit = await member(request)
    facilitator_only(visit)
    form = _search(visit)
    form.typed = read_typed(form.fields, await visit.form())
    said = to_body(form.fields, form.typed) | {"facilitator_siret": visit.siret}
    body = only_said(said)
    answer = await submitted(form, visit.call("find_duplicate", content={"json": body}))
    if isinstance(answer, ApiProblem):
        return _duplicates(visit, form, None, answer.status)
    blank = _search(visit)
    return _duplicates(visit, blank, answer.data, 200)


def _search(visit: Visit) -> Form:
    fields = fields_of(api_of(visit.request).document, "DuplicateSearch")
    fields.pop("facilitator_siret")
    return Form(fields, from_record(fields, {}))


def _duplicates(visit: Visit, form: Form, found: dict[str, Any] | None, status: int) -> Response:
    return visit.page("persons/duplicates.html", status=status, form=form, found=found)


routes = [
    Route(f"{LIST}/doublons", duplicates_page, methods=["GET"]),
    Route(f"{LIST}/doublons", find_duplicates, methods=["POST"]),
    Route(f"{PERSON}/criteres", read_criteria, methods=["POST"]),
    Route(f"{PERSON}/criteres/ajouter", add_criterion, methods=["POST"]),
    Route(f"{PERSON}/criteres/{{eligibility_id:uuid}}/effacer", remove_criterion, methods=["POST"]),
    Route(f"{PERSON}/identite", read_identity, methods=["POST"]),
    Route(f"{PERSON}/identite/conserver", put_identity, methods=["POST"]),
    Route(f"{PERSON}/identite/effacer", remove_identity, methods=["POST"]),
    Route(f"{PERSON}/export", export, methods=["POST"]),
]
