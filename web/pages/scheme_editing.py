"""A scheme of one's own: started from a model, seen as a draft, published as a version."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import Answer, ApiProblem
from web.forms import (
    CHOICE,
    TEXT,
    WHOLE,
    Field,
    Form,
    fields_of,
    from_record,
    only_said,
    put_on_field,
    read_typed,
    submitted,
    to_body,
)
from web.pages.definition_form_words import Vocabulary, vocabulary_of
from web.pages.saying_reading import place_in
from web.pages.scheme_editing_draft import anchor_of, places, serving, stamp, way_of
from web.visit import Visit, api_of, go, member, once, once_in
from web.words import WAYS

WRITE = "schemes:write"
OVERTAKEN = 412
START = ("origin", "title", "first_year", "last_year", "organisation", "code")
SETTINGS: Final[Mapping[str, Field]] = {
    one.name: one
    for one in (
        Field("title", "Titre", TEXT, required=True),
        Field("start", "Première année", WHOLE, required=True),
        Field("end", "Dernière année", WHOLE, required=True),
        Field("author", "Collectivité", TEXT, required=True),
    )
}


async def editor(request: Request) -> Visit:
    """The visit of someone who writes schemes. Raises HTTPException 403 else."""
    visit = await member(request)
    if not visit.can(WRITE):
        raise HTTPException(403)
    return visit


async def draft_of(visit: Visit) -> Answer:
    """The draft that the address names."""
    return await visit.call("read_draft", code=visit.request.path_params["code"])


async def words_of(visit: Visit) -> Vocabulary:
    """The vocabulary of definitions."""
    return vocabulary_of(await visit.read("read_vocabulary"), await visit.read("list_marks"))


def address(code: str, rest: str = "") -> str:
    """The address of a draft, or of a page of it."""
    return f"/schemas/{code}/brouillon{rest}"


# --- Starting from a model ----------------------------------------------------------------------


async def start_page(request: Request) -> Response:
    """The form that makes a scheme from another one."""
    visit = await editor(request)
    form, models = await _start_form(visit)
    given = request.query_params.get("origine", "")
    form.typed = from_record(form.fields, {"origin": given, "organisation": visit.siret})
    return _start(visit, form, models, 200)


async def start(request: Request) -> Response:
    """Make the draft."""
    visit = await editor(request)
    data = await visit.form()
    form, models = await _start_form(visit)
    form.typed = read_typed(form.fields, data)
    call = visit.call(
        "create_scheme",
        idempotency_key=once_in(data),
        content={"json": only_said(to_body(form.fields, form.typed))},
    )
    answer = await submitted(form, call)
    if isinstance(answer, ApiProblem):
        put_on_field(form, answer, "code-taken", "code")
        return _start(visit, form, models, answer.status)
    return go(address(answer.data["code"]), "schema-commence")


async def _start_form(visit: Visit) -> tuple[Form, list[dict[str, Any]]]:
    models = [one for one in await visit.read("list_schemes") if one["published"]]
    given = fields_of(api_of(visit.request).document, "SchemeCreate")
    fields = {name: given[name] for name in START}
    origins = tuple((one["code"], f"{one['author']} – {one['title']}") for one in models)
    owners = tuple((siret, name) for siret, name in _owners(visit).items())
    fields["origin"] = replace(
        fields["origin"], title="Schéma de départ", kind=CHOICE, options=origins
    )
    fields["title"] = replace(fields["title"], kind=TEXT)
    fields["organisation"] = replace(
        fields["organisation"], title="Organisation", kind=CHOICE, options=owners
    )
    fields["code"] = replace(
        fields["code"],
        title="Nom court, dans les adresses",
        help="Lettres minuscules, chiffres et tirets. Vide : fait du titre et des années.",
    )
    return Form(fields), models


def _owners(visit: Visit) -> dict[str, str]:
    """The organisations whose schemes the visitor may write."""
    memberships = visit.viewer.memberships if visit.viewer else []
    return {
        one["organisation"]["siret"]: one["organisation"]["name"]
        for one in memberships
        if WRITE in one["permissions"] and one["organisation"]["siret"]
    }


def _start(visit: Visit, form: Form, models: list[dict[str, Any]], status: int) -> Response:
    return visit.page(
        "scheme_editing/start.html", status=status, form=form, models=models, once=once()
    )


# --- The draft ----------------------------------------------------------------------------------


async def draft_page(request: Request) -> Response:
    """The draft: its tree, and under each action the indicators that serve it."""
    visit = await editor(request)
    draft = (await draft_of(visit)).data
    content = draft["content"]
    versions = await visit.read("list_scheme_versions", code=draft["code"])
    scheme = await visit.read("read_scheme", code=draft["code"])
    return visit.page(
        "scheme_editing/draft.html",
        draft=draft,
        place=place_in(visit, scheme),
        content=content,
        rows=rows_of(content),
        ways=WAYS,
        versions=versions,
        path=address(draft["code"]),
    )


def rows_of(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tree in the order of the document; an indicator shows under the first thing it serves."""
    shown: set[str] = set()
    rows = []
    for place in places(content):
        found = [one for one in serving(content, place.code) if one["code"] not in shown]
        shown |= {one["code"] for one in found}
        indicators = [
            {**one, "way": way_of(content, one), "anchor": stamp(one["code"])} for one in found
        ]
        anchor = anchor_of(place.kind, place.code)
        rows.append({"place": place, "anchor": anchor, "indicators": indicators})
    return rows


# --- Its title and years ------------------------------------------------------------------------


async def settings_page(request: Request) -> Response:
    """The title, the years and the author of the scheme."""
    visit = await editor(request)
    draft = (await draft_of(visit)).data
    form = Form(dict(SETTINGS))
    form.typed = from_record(form.fields, _settings(draft["content"]))
    return _settings_page(visit, draft, form, 200, None)


def _settings(content: Mapping[str, Any]) -> dict[str, Any]:
    period = content["period"]
    return {
        "title": content["title"],
        "start": period["start"],
        "end": period["end"],
        "author": content["author"],
    }


async def change_settings(request: Request) -> Response:
    """Keep them, unless someone changed them meanwhile."""
    visit = await editor(request)
    data = await visit.form()
    answer = await draft_of(visit)
    standing = _settings(answer.data["content"])
    form = Form(dict(SETTINGS))
    form.typed = read_typed(form.fields, data)
    if data.get("version") != stamp(standing):
        before = from_record(form.fields, standing)
        others = {name: before[name] for name in before if before[name] != form.typed[name]}
        return _settings_page(visit, answer.data, form, OVERTAKEN, others)
    body = to_body(form.fields, form.typed)
    period = {**answer.data["content"]["period"], "start": body["start"], "end": body["end"]}
    content = {**answer.data["content"], "period": period}
    content |= {"title": body["title"], "author": body["author"]}
    sent = await submitted(form, changed_draft(visit, answer, content, "period."))
    if isinstance(sent, ApiProblem):
        return _settings_page(visit, answer.data, form, sent.status, None)
    return go(address(answer.data["code"]), "brouillon-modifie")


async def changed_draft(
    visit: Visit, draft: Answer, content: Mapping[str, Any], root: str
) -> Answer:
    """Replace the whole draft; errors below ``root`` are told from there.

    Raises ApiProblem.
    """
    try:
        return await visit.call(
            "change_draft",
            code=draft.data["code"],
            if_match=draft.etag,
            content={"json": {"content": content}},
        )
    except ApiProblem as problem:
        problem.errors = [_from(root, one) for one in problem.errors]
        raise


def _from(root: str, error: Mapping[str, Any]) -> dict[str, Any]:
    path = path_of(error)
    inside = path.startswith(root) or "." not in path
    name = path.removeprefix(root).partition(".")[0].partition("[")[0]
    return {"loc": ["body", name] if inside and name else ["body"], "message": error["message"]}


def path_of(error: Mapping[str, Any]) -> str:
    """The path of an error in what was sent: « definition.where.any[1].field »."""
    return ".".join(str(one) for one in error["loc"] if one not in ("body", ""))


def _settings_page(
    visit: Visit,
    draft: Mapping[str, Any],
    form: Form,
    status: int,
    others: Mapping[str, Any] | None,
) -> Response:
    return visit.page(
        "scheme_editing/settings.html",
        status=status,
        draft=draft,
        form=form,
        version=stamp(_settings(draft["content"])),
        others=others,
        path=address(draft["code"]),
    )


routes = [
    Route("/schemas/nouveau", start_page, methods=["GET"]),
    Route("/schemas/nouveau", start, methods=["POST"]),
    Route("/schemas/{code}/brouillon", draft_page, methods=["GET"]),
    Route("/schemas/{code}/brouillon/reglages", settings_page, methods=["GET"]),
    Route("/schemas/{code}/brouillon/reglages", change_settings, methods=["POST"]),
]
