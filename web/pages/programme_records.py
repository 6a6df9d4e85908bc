"""Entering, changing and removing a project or a consultation: the same steps for both."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.changing import Attempt, refused, standing_as
from web.client import Answer, ApiProblem
from web.forms import (
    CORRECTED,
    Form,
    changed,
    from_record,
    only_said,
    put_on_field,
    read_typed,
    submitted,
    to_body,
)
from web.pages.projects_fields import WRITE, fields, own_directorate
from web.reserved import require, require_own
from web.visit import Visit, go, member, once, once_in


@dataclass(frozen=True)
class Kind:
    """What is entered: its name in the API and in notices, its addresses, its two forms."""

    name: str
    notice: str
    address: str
    new: str
    new_form: str
    change_form: str

    @property
    def key(self) -> str:
        """The name of its identifier."""
        return f"{self.name}_id"

    async def form(self, visit: Visit, one: Mapping[str, Any]) -> Form:
        """The fields of a change."""
        return Form(await fields(visit, f"{self.name.capitalize()}Change", one["buyer_siret"], one))

    async def read(self, visit: Visit) -> Answer:
        """The one that the address names."""
        return await visit.call(f"read_{self.name}", **self.named(visit))

    def named(self, visit: Visit) -> dict[str, str]:
        """Its identifier, as the API takes it."""
        return {self.key: str(visit.request.path_params[self.key])}

    def page_of(self, visit: Visit) -> str:
        """The address of its page."""
        return f"{self.address}/{visit.request.path_params[self.key]}"


def routes_of(kind: Kind) -> list[Route]:
    """The addresses that enter, change and remove one of a kind."""
    one = f"{kind.address}/{{{kind.key}:uuid}}"
    return [
        Route(f"{kind.address}/{kind.new}", partial(_new_page, kind), methods=["GET"]),
        Route(f"{kind.address}/{kind.new}", partial(_create, kind), methods=["POST"]),
        Route(f"{one}/modifier", partial(_change_page, kind), methods=["GET"]),
        Route(f"{one}/modifier", partial(_change, kind), methods=["POST"]),
        Route(f"{one}/supprimer", partial(_remove, kind), methods=["POST"]),
    ]


async def _new_page(kind: Kind, request: Request) -> Response:
    """The empty form; of a project when the address names one."""
    visit = await member(request)
    require(visit, WRITE)
    form = await _new_form(kind, visit)
    start = {
        "directorate_id": own_directorate(visit),
        "project_id": request.query_params.get("project", ""),
        "public": False,
    }
    form.typed = from_record(form.fields, start)
    return _new(kind, visit, form, 200)


async def _create(kind: Kind, request: Request) -> Response:
    """Enter it, once even if the form is sent twice."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    form = await _new_form(kind, visit)
    form.typed = read_typed(form.fields, data)
    said = only_said(to_body(form.fields, form.typed)) | {"buyer_siret": visit.siret}
    call = visit.call(f"create_{kind.name}", content={"json": said}, idempotency_key=once_in(data))
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        put_on_field(form, answer, "reference-taken", "reference")
        return _new(kind, visit, form, answer.status)
    return go(f"{kind.address}/{answer.data['id']}", kind.notice)


async def _new_form(kind: Kind, visit: Visit) -> Form:
    return Form(await fields(visit, f"{kind.name.capitalize()}Create", visit.siret))


def _new(kind: Kind, visit: Visit, form: Form, status: int) -> Response:
    return visit.page(kind.new_form, status=status, form=form, once=once())


async def _change_page(kind: Kind, request: Request) -> Response:
    """The form, as it stands."""
    visit = await member(request)
    current = await kind.read(visit)
    require_own(current.data)
    return await _standing(kind, visit, current)


async def _change(kind: Kind, request: Request) -> Response:
    """Change it, unless someone came first."""
    visit = await member(request)
    data = await visit.form()
    current = await kind.read(visit)
    require_own(current.data)
    form = await kind.form(visit, current.data)
    form.typed = read_typed(form.fields, data)
    standing = from_record(form.fields, current.data)
    differing = changed(standing, form.typed)
    etag = str(data.get("etag", ""))
    if not differing and etag == current.etag:
        return go(kind.page_of(visit), "inchange")
    call = visit.call(
        f"change_{kind.name}",
        if_match=etag,
        content={"json": to_body(form.fields, differing)},
        **kind.named(visit),
    )
    answer = await submitted(form, call)
    if not isinstance(answer, ApiProblem):
        return go(kind.page_of(visit), "modifie")
    put_on_field(form, answer, "reference-taken", "reference")
    attempt = refused(answer, form, standing, etag, current.etag)
    return _page(kind, visit, form, current.data, attempt)


async def _remove(kind: Kind, request: Request) -> Response:
    """Remove what was entered by mistake."""
    visit = await member(request)
    data = await visit.form()
    etag = str(data.get("etag") or "")
    try:
        await visit.call(f"remove_{kind.name}", if_match=etag, **kind.named(visit))
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        current = await kind.read(visit)
        return await _standing(kind, visit, current, problem)
    return go(kind.address, f"{kind.notice}-ote")


async def _standing(
    kind: Kind, visit: Visit, current: Answer, problem: ApiProblem | None = None
) -> Response:
    form = await kind.form(visit, current.data)
    form.typed = from_record(form.fields, current.data)
    form.general = [problem.detail] if problem else []
    attempt = standing_as(current.etag, problem.status if problem else 200)
    return _page(kind, visit, form, current.data, attempt)


def _page(kind: Kind, visit: Visit, form: Form, one: dict[str, Any], attempt: Attempt) -> Response:
    return visit.page(kind.change_form, form=form, one=one, **attempt)
