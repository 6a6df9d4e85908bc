"""The two small forms of a closed year: the year to close, and why one is opened again."""

from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import Any

from starlette.datastructures import FormData

from web.client import Answer
from web.forms import CHOICE, Form
from web.sideforms import read_side, side_form
from web.spelling import whole_to_int
from web.visit import Visit, api_of, once_in

CLOSING = "cloture"
WRITE, REOPEN = "closings:write", "closings:reopen"


def year_form(visit: Visit, years: Sequence[int], year: int | None) -> Form:
    """The form that closes one of these ``years``, which are over and open."""
    document = api_of(visit.request).document
    form = side_form(document, "ClosingCreate", CLOSING, {"year": year}, without=("organisation",))
    name = f"{CLOSING}-year"
    options = tuple((str(one), str(one)) for one in years)
    form.fields[name] = replace(form.fields[name], kind=CHOICE, options=options)
    return form


def closing(
    visit: Visit, form: Form, siret: str | None, data: FormData
) -> tuple[dict[str, Any], Awaitable[Answer]]:
    """What was typed to close a year of an organisation, and the call that does it."""
    body = read_side(form, CLOSING, data)
    if "year" in body:
        body["year"] = whole_to_int(body["year"])
    body["organisation"] = siret
    key = once_in(data)
    return body, visit.call("create_closing", idempotency_key=key, content={"json": body})


def reason_form(visit: Visit, key: str) -> Form:
    """The form that opens a closed year again."""
    form = side_form(api_of(visit.request).document, "ClosingReopen", f"motif-{key}")
    name, words = f"motif-{key}-reason", "Il reste au journal ; sans nom de personne."
    form.fields[name] = replace(form.fields[name], help=words, required=True)
    return form


def reopening(visit: Visit, key: str, data: FormData) -> tuple[Form, Awaitable[Answer]]:
    """What was typed to open a closed year again, and the call that does it."""
    form = reason_form(visit, key)
    body = read_side(form, f"motif-{key}", data)
    return form, visit.call("reopen_closing", closing_id=key, content={"json": body})
