"""The axes, objectives and actions of a draft: each one's own form, adding, taking out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import Answer, ApiProblem
from web.forms import AREA, CHOICE, TEXT, Field, Form, read_typed, submitted
from web.pages.scheme_editing import OVERTAKEN, address, changed_draft, draft_of, editor
from web.pages.scheme_editing_draft import (
    ACTION,
    AXIS,
    OBJECTIVE,
    PARENTS,
    Place,
    anchor_of,
    holds,
    next_code,
    of_kind,
    place_of,
    put,
    serving,
    stamp,
    taken_out,
)
from web.spelling import whole_to_int
from web.visit import Visit, go

LINES = "Un élément par ligne."
NAMES: Final[Mapping[str, str]] = {AXIS: "axe", OBJECTIVE: "objectif", ACTION: "action"}
_CODE = Field("code", "Code", TEXT, "Court, par exemple « A1 » ou « ACTION 27 ».", required=True)
_TITLE = Field("title", "Titre", AREA, required=True)
_STRATEGIC = Field("strategic_objectives", "Objectifs stratégiques", AREA, LINES)
FIELDS: Final[Mapping[str, tuple[Field, ...]]] = {
    AXIS: (_CODE, _TITLE, _STRATEGIC),
    OBJECTIVE: (_CODE, _TITLE, _STRATEGIC),
    ACTION: (
        _CODE,
        _TITLE,
        Field("pilot", "Pilotes", AREA, LINES),
        Field("resources", "Directions ressources", AREA, LINES),
        Field("partners", "Partenaires", AREA, LINES),
        Field("sub_actions", "Sous-actions", AREA, LINES),
        Field("expected_results", "Résultats attendus", AREA, LINES),
        Field(
            "odd",
            "Objectifs de développement durable",
            TEXT,
            "Leurs numéros, de 1 à 17. Par exemple 5, 8, 12.",
        ),
    ),
}
LISTS: Final = frozenset(
    {"pilot", "resources", "partners", "sub_actions", "expected_results", "strategic_objectives"}
)
ROOTS: Final[Mapping[str, Mapping[str, Any]]] = {
    AXIS: {"objectives": []},
    OBJECTIVE: {"actions": []},
    ACTION: {},
}


@dataclass
class Asked:
    """What a request is about: the draft, and the thing of it, new when ``place`` is None."""

    visit: Visit
    draft: Answer
    kind: str
    place: Place | None
    form: Form

    @property
    def content(self) -> dict[str, Any]:
        """The draft, whole."""
        found: dict[str, Any] = self.draft.data["content"]
        return found

    @property
    def standing(self) -> dict[str, Any] | None:
        """What the form changes, as it stands: without what is below it."""
        if self.place is None:
            return None
        below = ("objectives", "actions")
        own = {name: one for name, one in self.place.thing.items() if name not in below}
        return {**own, "parent": self.place.parent}


async def _asked(request: Request) -> Asked:
    visit = await editor(request)
    kind = request.path_params["kind"]
    if kind not in FIELDS:
        raise HTTPException(404)
    draft = await draft_of(visit)
    given = request.query_params.get("code", "")
    place = place_of(draft.data["content"], kind, given) if given else None
    if given and place is None:
        raise HTTPException(404)
    return Asked(visit, draft, kind, place, Form(_fields(draft.data["content"], kind)))


def _fields(content: Mapping[str, Any], kind: str) -> dict[str, Field]:
    fields = {one.name: one for one in FIELDS[kind]}
    parent = PARENTS.get(kind)
    if parent:
        options = tuple(of_kind(content, parent))
        name = NAMES[parent].capitalize()
        fields["parent"] = Field("parent", name, CHOICE, required=True, options=options)
    return fields


async def thing_page(request: Request) -> Response:
    """The form of an axis, an objective or an action, empty for a new one."""
    asked = await _asked(request)
    if asked.place is None:
        codes = [code for code, _ in of_kind(asked.content, asked.kind)]
        default = f"{NAMES[asked.kind].capitalize()} 1"
        record = {"code": next_code(codes, default), "parent": request.query_params.get("dans")}
        asked.form.typed = _typed_of(asked.form.fields, record)
    else:
        asked.form.typed = _typed_of(asked.form.fields, asked.standing or {})
    return _page(asked, 200, None)


def _typed_of(fields: Mapping[str, Field], record: Mapping[str, Any]) -> dict[str, str]:
    """What to show in each field: lists one item by line, numbers with commas."""
    typed = {}
    for name in fields:
        value = record.get(name) or ""
        if isinstance(value, list):
            value = ", ".join(map(str, value)) if name == "odd" else "\n".join(value)
        typed[name] = str(value)
    return typed


def _body(typed: Mapping[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name, value in typed.items():
        text = value.strip()
        if name in LISTS:
            body[name] = [one.strip() for one in text.splitlines() if one.strip()]
        elif name == "odd":
            body[name] = [whole_to_int(one) for one in text.replace(",", " ").split()]
        elif name != "parent":
            body[name] = text
    return body


async def keep_thing(request: Request) -> Response:
    """Keep the thing, new or changed, unless someone changed it meanwhile."""
    asked = await _asked(request)
    data = await asked.visit.form()
    form = asked.form
    form.typed = read_typed(form.fields, data)
    if data.get("version", "") != stamp(asked.standing):
        standing = _typed_of(form.fields, asked.standing or {})
        others = {name: standing[name] for name in standing if standing[name] != form.typed[name]}
        return _page(asked, OVERTAKEN, others)
    body = {**({} if asked.place else ROOTS[asked.kind]), **_body(form.typed)}
    parent = form.typed.get("parent", "")
    if asked.kind in PARENTS and place_of(asked.content, PARENTS[asked.kind], parent) is None:
        form.errors["parent"] = ["À choisir dans la liste."]
        return _page(asked, 422, None)
    former = asked.place.code if asked.place else ""
    content = put(
        asked.content, asked.kind, body, parent, former, await _action_fields(asked, body["code"])
    )
    made = place_of(content, asked.kind, body["code"])
    root = f"{made.path}." if made else "-"
    answer = await submitted(form, changed_draft(asked.visit, asked.draft, content, root))
    if isinstance(answer, ApiProblem):
        return _page(asked, answer.status, {} if answer.status == OVERTAKEN else None)
    anchor = f"#{anchor_of(asked.kind, body['code'])}"
    return go(address(asked.draft.data["code"]) + anchor, "brouillon-modifie")


async def _action_fields(asked: Asked, code: str) -> list[str]:
    """The fields of conditions that name actions, when the thing takes another code."""
    if asked.place is None or asked.place.code == code:
        return []
    found: list[str] = (await asked.visit.read("read_vocabulary"))["action_fields"]
    return found


async def take_out(request: Request) -> Response:
    """Take a thing out of the draft; its indicators then serve what held it."""
    asked = await _asked(request)
    data = await asked.visit.form()
    if asked.place is None:
        raise HTTPException(404)
    asked.form.typed = _typed_of(asked.form.fields, asked.standing or {})
    if data.get("version", "") != stamp(asked.standing):
        return _page(asked, OVERTAKEN, {})
    if holds(asked.place):
        asked.form.general.append("Ôtez d’abord ce qu’il contient.")
        return _page(asked, 422, None)
    content = taken_out(asked.content, asked.kind, asked.place.code)
    root = f"{asked.place.path}."
    answer = await submitted(asked.form, changed_draft(asked.visit, asked.draft, content, root))
    if isinstance(answer, ApiProblem):
        return _page(asked, answer.status, None)
    return go(address(asked.draft.data["code"]), "brouillon-modifie")


def _page(asked: Asked, status: int, others: Mapping[str, Any] | None) -> Response:
    place = asked.place
    code = place.code if place else ""
    return asked.visit.page(
        "scheme_editing/thing.html",
        status=status,
        draft=asked.draft.data,
        form=asked.form,
        kind=asked.kind,
        name=NAMES[asked.kind],
        place=place,
        code=code,
        held=holds(place) if place else 0,
        indicators=serving(asked.content, code) if place else [],
        version=stamp(asked.standing),
        others=others,
        path=address(asked.draft.data["code"]),
    )


_THING = "/schemas/{code}/brouillon/arbre/{kind}"
routes = [
    Route(_THING, thing_page, methods=["GET"]),
    Route(_THING, keep_thing, methods=["POST"]),
    Route(f"{_THING}/oter", take_out, methods=["POST"]),
]
