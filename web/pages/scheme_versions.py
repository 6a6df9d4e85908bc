"""The versions of a scheme: publishing one, their list, and what differs between two of them."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.forms import Form, fields_of, read_typed, submitted, to_body
from web.pages.saying_reading import place_in
from web.pages.scheme_editing import OVERTAKEN, WRITE, address, draft_of, editor, words_of
from web.pages.scheme_versions_words import Sentence, sentences
from web.visit import Visit, api_of, go, member

DRAFT = "brouillon"


async def version_list(request: Request) -> Response:
    """The versions, last first, and what changed between the two that are chosen."""
    visit = await member(request)
    code = request.path_params["code"]
    scheme = await visit.read("read_scheme", code=code)
    versions = await visit.read("list_scheme_versions", code=code)
    drafted = visit.can(WRITE) and await _has_draft(visit)
    first, second = _chosen(visit, versions, drafted)
    changes = None
    if first is not None:
        changes = await _changes(visit, code, first, second)
    return visit.page(
        "scheme_editing/versions.html",
        place=place_in(visit, scheme),
        scheme=scheme,
        versions=versions,
        drafted=drafted,
        first=first,
        second=second,
        changes=changes,
        draft=DRAFT,
        path=address(code),
    )


async def _has_draft(visit: Visit) -> bool:
    try:
        await draft_of(visit)
    except ApiProblem as problem:
        if problem.status not in (403, 404, 409):
            raise
        return False
    return True


def _chosen(
    visit: Visit, versions: list[dict[str, Any]], drafted: bool
) -> tuple[int | None, int | None]:
    """The two to compare, None for the draft: asked for, else the last two of all."""
    numbers = [one["number"] for one in versions]
    given = visit.request.query_params
    first, second = (_number(given.get(name), numbers) for name in ("de", "a"))
    if drafted and given.get("a", DRAFT) == DRAFT:
        return first or (numbers[0] if numbers else None), None
    if len(numbers) < 2:
        return None, None
    return first or numbers[1], second or numbers[0]


def _number(text: str | None, numbers: list[int]) -> int | None:
    found = int(text) if text and text.isascii() and text.isdecimal() and len(text) < 7 else None
    return found if found in numbers else None


async def _changes(visit: Visit, code: str, first: int, second: int | None) -> list[Sentence]:
    found = await visit.read("diff_scheme", code=code, first=first, second=second)
    return sentences(found["differences"], await words_of(visit))


# --- Publishing ---------------------------------------------------------------------------------


async def publish_page(request: Request) -> Response:
    """What a new version would change, and why it is published."""
    visit = await editor(request)
    form = _form(visit)
    form.typed = {"reason": ""}
    return await _publish_page(visit, form, 200)


async def publish(request: Request) -> Response:
    """Make the draft that was shown the scheme, unless it changed meanwhile."""
    visit = await editor(request)
    code = request.path_params["code"]
    data = await visit.form()
    form = _form(visit)
    form.typed = read_typed(form.fields, data)
    call = visit.call(
        "publish_scheme",
        code=code,
        if_match=str(data.get("etag", "")),
        content={"json": to_body(form.fields, form.typed)},
    )
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        return await _publish_page(visit, form, answer.status)
    return go(f"/schemas/{code}/versions", "version-publiee")


def _form(visit: Visit) -> Form:
    return Form(fields_of(api_of(visit.request).document, "SchemePublish"))


async def _publish_page(visit: Visit, form: Form, status: int) -> Response:
    draft = await draft_of(visit)
    code = draft.data["code"]
    versions = await visit.read("list_scheme_versions", code=code)
    last = versions[0]["number"] if versions else None
    return visit.page(
        "scheme_editing/publish.html",
        status=status,
        draft=draft.data,
        form=form,
        etag=draft.etag,
        last=last,
        changes=None if last is None else await _changes(visit, code, last, None),
        overtaken=status == OVERTAKEN,
        path=address(code),
    )


routes = [
    Route("/schemas/{code}/versions", version_list, methods=["GET"]),
    Route("/schemas/{code}/brouillon/publier", publish_page, methods=["GET"]),
    Route("/schemas/{code}/brouillon/publier", publish, methods=["POST"]),
]
