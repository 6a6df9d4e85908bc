"""Consultations: what was launched, what came of it, and the considerations they carry."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.fixing import MARK_PREFIX
from web.forms import Form, from_record, labels, read_filters, submitted
from web.pages.contracts import marks_by_theme
from web.pages.programme_records import Kind, routes_of
from web.pages.projects_fields import READ
from web.pages.schemes import read_year
from web.rendering import with_params
from web.reserved import require, require_own, years_offered
from web.visit import Visit, api_of, go, member
from web.words import STATES

LIST = "/consultations"
CONSULTATION = Kind(
    "consultation",
    "consultation",
    LIST,
    "nouvelle",
    "programme/consultation_new.html",
    "programme/consultation_change.html",
)
BY_PAGE = 50
FILTERS = ("year", "outcome", "project", "q")
STALE = 412


async def consultation_list(request: Request) -> Response:
    """The consultations of the organisation, filtered by what the address says."""
    visit = await member(request)
    require(visit, READ)
    told = labels(api_of(request).document, "Outcome")
    typed = read_filters(request.query_params, FILTERS)
    typed = {
        name: one[:200]
        for name, one in typed.items()
        if (name != "outcome" or one in told) and (name != "year" or read_year(one))
    }
    cursor = request.query_params.get("cursor") or None
    found = await visit.read(
        "list_consultations", buyer=visit.siret, **typed, limit=BY_PAGE, cursor=cursor
    )
    response = visit.page(
        "programme/consultations.html",
        blocks=("compte", "resultats"),
        consultations=found,
        typed=typed,
        cursor=cursor,
        outcomes=told,
        years=years_offered(read_year(typed.get("year"))),
    )
    response.headers["HX-Push-Url"] = with_params(LIST, {**typed, "cursor": cursor})
    return response


async def detail(request: Request) -> Response:
    """A consultation, its considerations, and the contracts that came of it."""
    visit = await member(request)
    one = await visit.read("read_consultation", consultation_id=_key(request))
    form = await CONSULTATION.form(visit, one)
    return visit.page(
        "programme/consultation.html",
        one=one,
        fields=form.fields,
        shown=from_record(form.fields, one),
        states=STATES,
    )


async def marks_page(request: Request) -> Response:
    """The considerations of a consultation, as answered so far."""
    visit = await member(request)
    answer = await visit.call("read_consultation", consultation_id=_key(request))
    require_own(answer.data)
    said = {one["code"]: one["state"] for one in answer.data["marks"]}
    return await _marks(visit, Form({}), answer.data, said, answer.etag or "", 200)


async def change_marks(request: Request) -> Response:
    """Send the answers that differ from what stands."""
    visit = await member(request)
    data = await visit.form()
    current = await visit.call("read_consultation", consultation_id=_key(request))
    require_own(current.data)
    standing = {one["code"]: one["state"] for one in current.data["marks"]}
    typed = {code: str(data.get(MARK_PREFIX + code, state)) for code, state in standing.items()}
    body = {code: state for code, state in typed.items() if state != standing[code]}
    etag, back = str(data.get("etag", "")), f"{LIST}/{_key(request)}#considerations"
    if not body and etag == current.etag:
        return go(back, "inchange")
    form = Form({})
    call = visit.call(
        "set_consultation_marks",
        consultation_id=_key(request),
        if_match=etag,
        content={"json": {"marks": body}},
    )
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        fresh = current.etag if answer.status == STALE else etag
        return await _marks(visit, form, current.data, typed, fresh or "", answer.status)
    return go(back, "considerations")


async def _marks(
    visit: Visit, form: Form, one: dict[str, Any], said: dict[str, str], etag: str, status: int
) -> Response:
    return visit.page(
        "programme/consultation_marks.html",
        status=status,
        form=form,
        one=one,
        said=said,
        themes=marks_by_theme(one["marks"], await visit.read("list_marks")),
        states=STATES,
        etag=etag,
    )


def _key(request: Request) -> str:
    return str(request.path_params["consultation_id"])


_ONE = f"{LIST}/{{consultation_id:uuid}}"
routes = [
    Route(LIST, consultation_list, methods=["GET"]),
    *routes_of(CONSULTATION),
    Route(_ONE, detail, methods=["GET"]),
    Route(f"{_ONE}/considerations", marks_page, methods=["GET"]),
    Route(f"{_ONE}/considerations", change_marks, methods=["POST"]),
]
