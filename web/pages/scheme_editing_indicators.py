"""The indicators of a draft: their form, trying a definition, keeping one, taking one out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import figures, formats
from web.client import Answer, ApiProblem
from web.forms import CORRECTED, Form, read_typed, with_errors
from web.pages import scheme_editing_fields as fields
from web.pages.definition_form import read_state
from web.pages.definition_form_state import State
from web.pages.definition_form_view import settled, told, view_of
from web.pages.definition_form_words import Vocabulary
from web.pages.scheme_editing import OVERTAKEN, address, draft_of, editor, words_of
from web.pages.scheme_editing_draft import (
    definition_of,
    hooks,
    indicator_of,
    next_code,
    stamp,
)
from web.pages.scheme_editing_writing import (
    converted,
    placed,
    shown_state,
    unchanged,
    write_definition,
)
from web.rendering import with_params
from web.visit import Visit, go

NEW: Final[Mapping[str, Any]] = {
    "kind": "percentage",
    "unit": "%",
    "direction": "up",
    "frequency": "annual",
    "source_kind": "contracts",
    "source": "Registre des marchés",
    "targets": [],
}
# The button asks what is wrong; what comes by itself waits until the definition is whole.
PREVIEW, LIVE, RECENT = "preview", "live", 4


@dataclass
class Asked:
    """What a request is about; ``standing`` is None for a new indicator."""

    visit: Visit
    draft: Answer
    words: Vocabulary
    standing: dict[str, Any] | None
    form: Form
    rows: int
    state: State = field(default_factory=State)
    preview: dict[str, Any] | None = None
    waiting: bool = False  # for the rest of a definition that is being written
    version: str | None = None  # of the indicator that the form was filled with

    @property
    def content(self) -> dict[str, Any]:
        """The draft, whole."""
        found: dict[str, Any] = self.draft.data["content"]
        return found


async def _asked(request: Request, rows: int | None = None) -> Asked:
    visit = await editor(request)
    draft = await draft_of(visit)
    content = draft.data["content"]
    given = request.query_params.get("code", "")
    standing = indicator_of(content, given) if given else None
    if given and standing is None:
        raise HTTPException(404)
    rows = fields.rows_of(standing) if rows is None else rows
    served = standing["actions"] if standing else [request.query_params.get("dans")]
    # Those already chosen come first: the list is long.
    offered = sorted(hooks(content), key=lambda one: one[0] not in served)
    form = fields.make_form(offered, rows, _organisations(content), new=standing is None)
    return Asked(visit, draft, await words_of(visit), standing, form, rows)


def _organisations(content: Mapping[str, Any]) -> dict[str, str]:
    """The organisations of the scheme: names by SIREN."""
    return {one["siren"]: one["name"] for one in content["organisations"]}


def _blank(form: Form) -> dict[str, Any]:
    return {**dict.fromkeys(form.fields, ""), "actions": []}


# --- The form -----------------------------------------------------------------------------------


async def indicator_page(request: Request) -> Response:
    """The form of an indicator, empty for a new one."""
    asked = await _asked(request)
    blank = _blank(asked.form)
    if asked.standing is None:
        codes = [one["code"] for one in asked.content["indicators"]]
        given = request.query_params.get("dans")
        record = {**NEW, "code": next_code(codes, "1"), "actions": [given] if given else []}
        asked.form.typed = blank | fields.filled(record)
        share = replace(State().own, aggregate="share")
        asked.state = settled(State(own=share), asked.words)
    else:
        asked.form.typed = blank | fields.filled(asked.standing)
        asked.state = shown_state(asked.standing["definition"], asked.words)
    return _page(asked, 200, None)


def _page(asked: Asked, status: int, others: Mapping[str, Any] | None) -> Response:
    standing = asked.standing
    code = standing["code"] if standing else None
    others_codes = [
        (one["code"], f"{one['code']} – {one['label']}")
        for one in asked.content["indicators"]
        if one["code"] != code
    ]
    return asked.visit.page(
        "scheme_editing/indicator.html",
        status=status,
        blocks=("definition",),
        draft=asked.draft.data,
        form=asked.form,
        standing=standing,
        layout=fields.LAYOUT,
        rows=asked.rows,
        columns=fields.columns_of(_organisations(asked.content)),
        beside=fields.BESIDE,
        lists=view_of(asked.state, asked.words),
        same=others_codes,
        preview=asked.preview,
        waiting=asked.waiting,
        years=_years(asked),
        year=_year(asked),
        version=stamp(standing) if asked.version is None else asked.version,
        others=others,
        former=told(standing["definition"], asked.words) if standing and others is not None else [],
        path=address(asked.draft.data["code"]),
        query=with_params("", {"code": code}),
    )


def _years(asked: Asked) -> list[int]:
    now = formats.current_year()
    period = asked.content["period"]
    scheme = range(period["start"], min(period["end"], now) + 1)
    return sorted({*scheme, *range(now - RECENT, now + 1)}, reverse=True)


def _year(asked: Asked) -> int:
    offered = _years(asked)
    given = asked.form.typed.get("preview_year", "")
    return int(given) if given.isdecimal() and int(given) in offered else offered[0]


# --- Trying a definition ------------------------------------------------------------------------


async def try_definition(request: Request) -> Response:
    """The same form with its lists brought up to date and, when asked, what it would give.

    htmx asks with the definition alone and replaces it alone, whenever it changes: no figure is
    left beside another definition than its own. A form sends all of itself.
    """
    sent: FormData | QueryParams = request.query_params
    if request.method == "POST":
        sent = await request.form(max_files=0, max_fields=2000)
    asked = await _typed(request, sent)
    asked.version = str(sent.get("version", ""))
    asked.state = settled(
        converted(asked.state, asked.content, asked.words, asked.form), asked.words
    )
    form, do = asked.form, sent.get("do")
    sound = not (form.errors or form.general)
    if do == PREVIEW or (do == LIVE and sound):
        asked.preview = await _preview(asked, str(sent.get("kind", "count")))
    if do == LIVE and sound and asked.preview is None:
        asked.waiting = True
        form.errors, form.general = {}, []
    return _page(asked, 200, None)


async def _typed(request: Request, sent: FormData | QueryParams) -> Asked:
    """The form with what was typed in it."""
    data = FormData([(name, value) for name, value in sent.multi_items()])
    rows = fields.rows_sent(data)
    asked = await _asked(request, rows)
    asked.form.typed = {**read_typed(asked.form.fields, data), **fields.hidden_of(data, rows)}
    asked.form.typed["preview_year"] = str(data.get("preview_year", ""))
    asked.state = read_state(data)
    return asked


async def _preview(asked: Asked, kind: str) -> dict[str, Any] | None:
    """What the definition would give for the visitor's organisation; None when it is refused."""
    written = write_definition(asked.state, asked.words, asked.form)
    if written is None:
        return None
    definition = definition_of(asked.content, written.data)
    unit = asked.form.typed.get("unit") or ""
    content = {
        "organisation": asked.visit.siret,
        "year": _year(asked),
        "definition": definition,
        "kind": kind if kind in fields.KINDS else "count",
        "unit": unit[:60],
        "scheme": asked.draft.data["code"],
        "indicator": asked.standing and asked.standing["code"],
    }
    try:
        found = await asked.visit.read("preview_indicator", content={"json": content})
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        with_errors(asked.form, placed(asked.form, problem, written, []), problem.detail)
        return None
    return {
        **found,
        "kind": kind,
        "unit": unit,
        "told": figures.told({**found, "kind": kind, "unit": unit}),
    }


# --- Keeping ------------------------------------------------------------------------------------


async def keep_indicator(request: Request) -> Response:
    """Keep the indicator, new or changed, unless someone changed it meanwhile."""
    asked = await _typed(request, await request.form(max_files=0, max_fields=2000))
    form = asked.form
    sent = await request.form()
    if sent.get("version", "") != stamp(asked.standing):
        return _overtaken(asked)
    if asked.state.mode != asked.state.was:
        asked.state = settled(
            converted(asked.state, asked.content, asked.words, asked.form), asked.words
        )
        form.general.append("Relisez la définition : la façon de l’écrire vient de changer.")
        return _page(asked, 422, None)
    written = write_definition(asked.state, asked.words, asked.form)
    hidden = {name: str(value) for name, value in form.typed.items()}
    body, order = fields.read_indicator(form, asked.rows, hidden)
    if asked.standing is None and indicator_of(asked.content, body["code"] or ""):
        form.errors["code"] = ["déjà pris par un autre indicateur du schéma."]
    if written is None or form.errors:
        return _page(asked, 422, None)
    indicator = {**(asked.standing or {"published": []}), **body}
    indicator["definition"] = unchanged(asked.state, written, asked.standing, asked.words)
    try:
        await _send(asked, indicator)
    except ApiProblem as problem:
        if problem.status == OVERTAKEN:
            return _overtaken(asked)
        if problem.status not in CORRECTED:
            raise
        with_errors(form, placed(asked.form, problem, written, order), problem.detail)
        return _page(asked, problem.status, None)
    anchor = f"#indicateur-{stamp(indicator['code'])}"
    return go(address(asked.draft.data["code"]) + anchor, "brouillon-modifie")


async def _send(asked: Asked, indicator: Mapping[str, Any]) -> Answer:
    return await asked.visit.call(
        "set_draft_indicator",
        code=asked.draft.data["code"],
        if_match=asked.draft.etag,
        content={"json": {"indicator": indicator}},
    )


def _overtaken(asked: Asked) -> Response:
    """Someone came first: what is typed stays, what stands is shown beside it."""
    standing = fields.filled(asked.standing) if asked.standing else {}
    typed = asked.form.typed
    others = {
        name: standing[name]
        for name in standing
        if name in asked.form.fields and standing[name] != typed.get(name)
    }
    return _page(asked, OVERTAKEN, others)


async def take_out(request: Request) -> Response:
    """Take an indicator out of the draft, unless it changed or another one borrows from it."""
    asked = await _asked(request)
    sent = await asked.visit.form()
    if asked.standing is None:
        raise HTTPException(404)
    blank = _blank(asked.form)
    asked.form.typed = blank | fields.filled(asked.standing)
    asked.state = shown_state(asked.standing["definition"], asked.words)
    if sent.get("version", "") != stamp(asked.standing):
        return _page(asked, OVERTAKEN, {})
    try:
        await asked.visit.call(
            "remove_draft_indicator",
            code=asked.draft.data["code"],
            indicator=asked.standing["code"],
            if_match=asked.draft.etag,
        )
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        with_errors(
            asked.form,
            [{"loc": [], "message": one["message"]} for one in problem.errors],
            problem.detail,
        )
        return _page(asked, problem.status, None)
    return go(address(asked.draft.data["code"]), "brouillon-modifie")


_PATH = "/schemas/{code}/brouillon/indicateur"
routes = [
    Route(_PATH, indicator_page, methods=["GET"]),
    Route(_PATH, keep_indicator, methods=["POST"]),
    Route(f"{_PATH}/apercu", try_definition, methods=["GET", "POST"]),
    Route(f"{_PATH}/oter", take_out, methods=["POST"]),
]
