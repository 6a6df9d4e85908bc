"""Persons that a facilitator follows: the list, one person whole, entering and changing one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.changing import Attempt, refused, standing_as
from web.client import Answer, ApiProblem
from web.formats import current_year
from web.forms import (
    CHOICE,
    WHOLE,
    Field,
    Form,
    changed,
    fields_of,
    from_record,
    labels,
    only_said,
    put_on_field,
    read_typed,
    submitted,
    to_body,
)
from web.rendering import with_params
from web.sideforms import read_side, side_form, submitted_side
from web.visit import Visit, api_of, go, member, once, once_in

LIST = "/insertion/personnes"
BY_PAGE = 25
STATES: Mapping[str, str] = {
    "eligible": "Éligibilité en cours",
    "ending": "Fin d’éligibilité dans 60 jours",
    "over": "Éligibilité terminée",
    "unknown": "Date d’entrée inconnue",
}
OBJECTED = "objected"
# A problem of the API, and the field that it is about.
TAKEN = ("external-ref-taken", "external_ref")
CHECKPOINTS = ("end", "m6", "m12")
BAND = 5  # years of a band of birth years
OLDEST, YOUNGEST = 80, 14  # ages offered in the list of bands
# The small forms of the page of a person: schema of each, by the name its fields begin with.
SIDE_FORMS: Mapping[str, str] = {
    "contrat": "EmploymentCreate",
    "formation": "TrainingCreate",
    "critere": "EligibilityCreate",
    "lecture": "ReadingReason",
    "identite": "IdentityPut",
    "ouverture": "ReadingReason",
    "export": "ExportAsk",
    "information": "BeneficiaryChange",
    **{f"sortie-{checkpoint}": "ExitPut" for checkpoint in CHECKPOINTS},
}


def facilitator_only(visit: Visit) -> None:
    """Refuse who follows no person where the API is not asked first. Raises HTTPException 403."""
    organisation = visit.organisation
    follows = organisation is not None and organisation["kind"] == "facilitator"
    if not follows or not visit.can("beneficiaries:write"):
        raise HTTPException(403)


def words(document: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The French of the closed codes that the pages of persons show."""
    names = {
        "sex": "Sex",
        "public": "PublicFamily",
        "qualification": "Qualification",
        "modality": "Modality",
        "employment": "EmploymentKind",
        "training": "TrainingKind",
        "checkpoint": "ExitCheckpoint",
        "situation": "ExitSituation",
        "statement": "StatementState",
    }
    return {name: labels(document, schema) for name, schema in names.items()}


async def person_list(request: Request) -> Response:
    """The persons followed, filtered by what the address says."""
    visit = await member(request)
    given = request.query_params
    state = given.get("state", "")
    typed = {"q": given.get("q", "").strip(), "state": state}
    typed = {name: value for name, value in typed.items() if value}
    if state not in STATES and state != OBJECTED:
        typed.pop("state", None)
    page = await visit.read(
        "list_beneficiaries",
        q=typed.get("q"),
        state=state if state in STATES else None,
        objected="true" if state == OBJECTED else None,
        limit=BY_PAGE,
        cursor=given.get("cursor") or None,
    )
    response = visit.page(
        "persons/list.html",
        blocks=("compte", "resultats"),
        people=page,
        typed=typed,
        cursor=given.get("cursor"),
        states={**STATES, OBJECTED: "Opposition au traitement"},
        words=words(api_of(request).document),
        band=band_words,
    )
    response.headers["HX-Push-Url"] = with_params(LIST, {**typed, "cursor": given.get("cursor")})
    return response


async def person_page(request: Request) -> Response:
    """One person, whole but for what is behind a reason."""
    return await show(await member(request))


async def show(
    visit: Visit,
    status: int = 200,
    wrong: tuple[str, Form] | None = None,
    *,
    criteria: list[dict[str, Any]] | None = None,
    identity: dict[str, Any] | None = None,
) -> Response:
    """The page of a person; ``wrong`` is the small form that was refused, by its name.

    ``criteria`` and ``identity`` are what has just been opened for a reason.
    """
    key = visit.request.path_params["beneficiary_id"]
    answer = await visit.call("read_beneficiary", beneficiary_id=key)
    document = api_of(visit.request).document
    known = {f"sortie-{one['checkpoint']}": one for one in answer.data["exits"]}
    forms = {name: _side(document, name, known.get(name)) for name in SIDE_FORMS}
    if wrong is not None:
        forms[wrong[0]] = wrong[1]
    return visit.page(
        "persons/detail.html",
        status=status,
        person=answer.data,
        etag=answer.etag or "",
        side=forms,
        wrong=wrong[0] if wrong else None,
        once=once(),
        exits={one["checkpoint"]: one for one in answer.data["exits"]},
        checkpoints=CHECKPOINTS,
        criteria=criteria,
        identity=identity,
        words=words(document),
        band=band_words,
    )


# Of all that may change of a person, the one thing said on the page itself is « informed_on ».
KEPT = (
    "external_ref",
    "sex",
    "birth_band",
    "public",
    "qualification",
    "qpv",
    "qpv_code",
    "entered_on",
    "eligibility_months",
    "objected",
    "reason",
)


def _side(document: Mapping[str, Any], name: str, known: Mapping[str, Any] | None = None) -> Form:
    """The small form that begins with ``name``, filled with what is already ``known``."""
    without = KEPT if name == "information" else ()
    return side_form(document, SIDE_FORMS[name], name, known, without)


async def send_side(
    visit: Visit, name: str, operation: str, data: FormData, **values: Any
) -> Answer | Response:
    """Send the small form that begins with ``name`` about the person of the address: the answer of
    the API, or the page that shows why it is refused."""
    form = _side(api_of(visit.request).document, name)
    body = read_side(form, name, data)
    key = visit.request.path_params["beneficiary_id"]
    call = visit.call(operation, beneficiary_id=key, content={"json": body}, **values)
    answer = await submitted_side(form, name, call)
    if isinstance(answer, ApiProblem):
        return await show(visit, answer.status, (name, form))
    return answer


def band_words(start: int | None) -> str | None:
    """A band of birth years as it is read: « 1990-1994 »."""
    return None if start is None else f"{start}-{start + BAND - 1}"


def _fields(visit: Visit, schema: str) -> dict[str, Field]:
    """The fields of a person; the bands of birth years become a closed list."""
    fields = fields_of(api_of(visit.request).document, schema)
    for name in ("facilitator_siret", "objected"):
        fields.pop(name, None)
    last = (current_year() - YOUNGEST) // BAND * BAND
    bands = range(last, current_year() - OLDEST, -BAND)
    options = tuple((str(start), band_words(start) or "") for start in bands)
    help_text = "Cinq années : jamais la date de naissance."
    fields["birth_band"] = replace(
        fields["birth_band"], kind=CHOICE, options=options, help=help_text
    )
    return fields


def _body(fields: Mapping[str, Field], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON of what was typed; a band of birth years is a number whatever its list sends."""
    whole = {name: replace(one, kind=WHOLE) for name, one in fields.items() if name == "birth_band"}
    return to_body({**fields, **whole}, typed)


async def new_page(request: Request) -> Response:
    """The empty form of a person."""
    visit = await member(request)
    facilitator_only(visit)
    form = Form(_fields(visit, "BeneficiaryCreate"))
    form.typed = from_record(form.fields, {"eligibility_months": 24})
    return visit.page("persons/new.html", form=form, once=once())


async def create(request: Request) -> Response:
    """Follow a person, once even if the form is sent twice; the pseudonym is drawn."""
    visit = await member(request)
    facilitator_only(visit)
    data = await visit.form()
    form = Form(_fields(visit, "BeneficiaryCreate"))
    form.typed = read_typed(form.fields, data)
    said = _body(form.fields, form.typed) | {"facilitator_siret": visit.siret}
    body = only_said(said)
    key = once_in(data)
    call = visit.call("create_beneficiary", content={"json": body}, idempotency_key=key)
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        put_on_field(form, answer, *TAKEN)
        return visit.page("persons/new.html", status=answer.status, form=form, once=once())
    return go(f"{LIST}/{answer.data['id']}", "personne-suivie")


async def change_page(request: Request) -> Response:
    """The form of a person, as it stands."""
    visit = await member(request)
    key = request.path_params["beneficiary_id"]
    answer = await visit.call("read_beneficiary", beneficiary_id=key)
    form = Form(_fields(visit, "BeneficiaryChange"))
    form.typed = from_record(form.fields, answer.data)
    return _change(visit, form, answer.data, standing_as(answer.etag))


async def change(request: Request) -> Response:
    """Change the fields typed otherwise than they stand, unless someone came first."""
    visit = await member(request)
    key = request.path_params["beneficiary_id"]
    data = await visit.form()
    current = await visit.call("read_beneficiary", beneficiary_id=key)
    form = Form(_fields(visit, "BeneficiaryChange"))
    form.typed = read_typed(form.fields, data)
    standing = from_record(form.fields, current.data)
    body = _body(form.fields, changed(standing, form.typed))
    etag = str(data.get("etag", ""))
    if not body.keys() - {"reason"} and etag == current.etag:
        return go(f"{LIST}/{key}", "inchange")
    call = visit.call(
        "change_beneficiary", beneficiary_id=key, if_match=etag, content={"json": body}
    )
    answer = await submitted(form, call)
    if not isinstance(answer, ApiProblem):
        return go(f"{LIST}/{key}", "modifie")
    put_on_field(form, answer, *TAKEN)
    attempt = refused(answer, form, standing, etag, current.etag, without=("reason",))
    return _change(visit, form, current.data, attempt)


def _change(visit: Visit, form: Form, person: dict[str, Any], attempt: Attempt) -> Response:
    return visit.page("persons/change.html", form=form, person=person, **attempt)


async def inform(request: Request) -> Response:
    """Say on which day the person was informed of the processing."""
    visit = await member(request)
    key = request.path_params["beneficiary_id"]
    data = await visit.form()
    etag = str(data.get("etag", ""))
    answer = await send_side(visit, "information", "change_beneficiary", data, if_match=etag)
    if isinstance(answer, Response):
        return answer
    return go(f"{LIST}/{key}", "personne-informee")


async def object_to(request: Request) -> Response:
    """Note that a person objects to the processing, or no longer does."""
    visit = await member(request)
    key = request.path_params["beneficiary_id"]
    data = await visit.form()
    objected = data.get("objected") == "true"
    form = Form(_fields(visit, "BeneficiaryChange"))
    call = visit.call(
        "change_beneficiary",
        beneficiary_id=key,
        if_match=str(data.get("etag", "")),
        content={"json": {"objected": objected}},
    )
    answer = await submitted(form, call)
    if not isinstance(answer, ApiProblem):
        return go(f"{LIST}/{key}", "opposition" if objected else "opposition-levee")
    current = await visit.call("read_beneficiary", beneficiary_id=key)
    form.typed = from_record(form.fields, current.data)
    return _change(visit, form, current.data, standing_as(current.etag, answer.status))


routes = [
    Route(LIST, person_list, methods=["GET"]),
    Route(f"{LIST}/nouvelle", new_page, methods=["GET"]),
    Route(f"{LIST}/nouvelle", create, methods=["POST"]),
    Route(f"{LIST}/{{beneficiary_id:uuid}}", person_page, methods=["GET"]),
    Route(f"{LIST}/{{beneficiary_id:uuid}}/modifier", change_page, methods=["GET"]),
    Route(f"{LIST}/{{beneficiary_id:uuid}}/modifier", change, methods=["POST"]),
    Route(f"{LIST}/{{beneficiary_id:uuid}}/information", inform, methods=["POST"]),
    Route(f"{LIST}/{{beneficiary_id:uuid}}/opposition", object_to, methods=["POST"]),
]
