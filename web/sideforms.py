"""Several small forms on one page: each gives its fields names, hence identifiers, of its own."""

from collections.abc import Awaitable, Collection, Mapping
from dataclasses import replace
from typing import Any

from starlette.datastructures import FormData

from web.client import Answer, ApiProblem
from web.forms import Form, fields_of, from_record, read_typed, submitted, to_body


def side_form(
    document: Mapping[str, Any],
    schema: str,
    prefix: str,
    record: Mapping[str, Any] | None = None,
    without: Collection[str] = (),
) -> Form:
    """The fields of a schema but ``without``, under names that begin with ``prefix``, filled with
    what a ``record`` of the API says."""
    fields = {
        f"{prefix}-{name}": replace(one, name=f"{prefix}-{name}")
        for name, one in fields_of(document, schema).items()
        if name not in without
    }
    said = {f"{prefix}-{name}": value for name, value in (record or {}).items()}
    return Form(fields, from_record(fields, said))


def read_side(form: Form, prefix: str, data: FormData) -> dict[str, Any]:
    """Put what was typed in the form; answer the JSON of it, without what was left empty."""
    form.typed = read_typed(form.fields, data)
    body = to_body(form.fields, form.typed)
    return {
        name.removeprefix(f"{prefix}-"): value for name, value in body.items() if value is not None
    }


async def submitted_side(form: Form, prefix: str, call: Awaitable[Answer]) -> Answer | ApiProblem:
    """Send a small form; a refusal that the person can act on is put on its own fields.

    Raises the other problems: not found, not allowed, away.
    """
    return await submitted(form, call, lambda error: _own(form, prefix, error))


def _own(form: Form, prefix: str, error: Mapping[str, Any]) -> dict[str, Any]:
    loc = [
        f"{prefix}-{part}" if f"{prefix}-{part}" in form.fields else part for part in error["loc"]
    ]
    return {"loc": loc, "message": error["message"]}
