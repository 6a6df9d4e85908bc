"""What a draft lists beside its tree: its organisations, its headline targets, past figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import Answer, ApiProblem
from web.forms import AMOUNT, CORRECTED, TEXT, WHOLE, Field, Form, from_record, with_errors
from web.pages.scheme_editing import OVERTAKEN, address, draft_of, editor, path_of
from web.pages.scheme_editing_draft import stamp
from web.rowforms import cell_name, read_rows, row_fields
from web.visit import Visit, go

MOST_ROWS = 60
EMPTY = 2  # rows offered beyond those that are filled


@dataclass(frozen=True)
class Listed:
    """A list of the draft: its key there, its words, its columns, and what a row keeps unshown."""

    key: str
    title: str
    help: str
    row: str
    columns: tuple[Field, ...]
    kept: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(one.name for one in self.columns)


_FIGURE: Final = (
    Field("label", "Libellé", TEXT, required=True),
    Field("value", "Valeur", AMOUNT, required=True),
    Field("unit", "Unité", TEXT, required=True),
    Field("year", "Année", WHOLE),
    Field("note", "Remarque", TEXT),
)
LISTS: Final[Mapping[str, Listed]] = {
    "organisations": Listed(
        "organisations",
        "Organisations du schéma",
        "Celles que le document nomme ; une cible peut être propre à l’une d’elles. Chacune suit "
        "ses chiffres une fois qu’elle a adopté le schéma publié.",
        "Organisation",
        (
            Field("name", "Nom", TEXT, required=True),
            Field("siren", "SIREN (neuf chiffres)", TEXT, required=True),
            Field("kind", "Nature (commune, département…)", TEXT, required=True),
        ),
    ),
    "engagements": Listed(
        "headline_targets",
        "Engagements affichés",
        "Les quelques chiffres que le document met en avant. Une année vide : le document "
        "n’en donne pas.",
        "Engagement",
        _FIGURE,
        ("source_line",),
    ),
    "chiffres-de-depart": Listed(
        "baseline_figures",
        "Chiffres de départ",
        "Ce que le document dit des années passées : d’où l’on part.",
        "Chiffre",
        _FIGURE,
        ("source_line",),
    ),
}


@dataclass
class Asked:
    """What a request is about: the draft, one of its lists, and the rows of the form."""

    visit: Visit
    draft: Answer
    name: str
    listed: Listed
    rows: int
    form: Form

    @property
    def standing(self) -> list[dict[str, Any]]:
        """The list, as it stands in the draft."""
        found: list[dict[str, Any]] = self.draft.data["content"][self.listed.key]
        return found


async def list_page(request: Request) -> Response:
    """A list of the draft, one row each, and two empty ones."""
    asked = await _asked(request, None)
    asked.form.typed = _shown(asked, asked.standing)
    return _page(asked, 200)


async def keep_list(request: Request) -> Response:
    """Keep the list, unless someone changed it meanwhile; an empty row is taken out."""
    visit = await editor(request)
    data = await visit.form()
    asked = await _asked(request, data)
    names = [*asked.form.fields, *_hidden(asked)]
    asked.form.typed = {name: str(data.get(name) or "") for name in names}
    if data.get("version") != stamp(asked.standing):
        return _page(asked, OVERTAKEN)
    rows, order = _read(asked)
    content = {**asked.draft.data["content"], asked.listed.key: rows}
    try:
        await visit.call(
            "change_draft",
            code=asked.draft.data["code"],
            if_match=asked.draft.etag,
            content={"json": {"content": content}},
        )
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        errors = [_placed(asked, one, order) for one in problem.errors]
        with_errors(asked.form, errors, problem.detail)
        return _page(asked, problem.status)
    return go(address(asked.draft.data["code"]), "brouillon-modifie")


async def _asked(request: Request, data: FormData | None) -> Asked:
    visit = await editor(request)
    name = request.path_params["list"]
    if name not in LISTS:
        raise HTTPException(404)
    listed = LISTS[name]
    draft = await draft_of(visit)
    filled = len(draft.data["content"][listed.key])
    if data is not None:
        first = listed.names[0]
        filled = sum(cell_name(name, row, first) in data for row in range(MOST_ROWS)) - EMPTY
    rows = max(0, filled) + EMPTY
    columns = {one.name: one for one in listed.columns}
    cells = row_fields(columns, name, rows, listed.names, listed.row.lower())
    return Asked(visit, draft, name, listed, rows, Form(cells))


def _hidden(asked: Asked) -> list[str]:
    return [
        cell_name(asked.name, row, one) for row in range(asked.rows) for one in asked.listed.kept
    ]


def _shown(asked: Asked, standing: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What to show in each cell, the unshown ones with them."""
    columns = {one.name: one for one in asked.listed.columns}
    typed = dict.fromkeys((*asked.form.fields, *_hidden(asked)), "")
    for row, one in enumerate(standing):
        shown = from_record(columns, one)
        shown |= {name: str(one.get(name) or "") for name in asked.listed.kept}
        typed |= {cell_name(asked.name, row, name): value for name, value in shown.items()}
    return typed


def _read(asked: Asked) -> tuple[list[dict[str, Any]], list[int]]:
    """The rows where something is typed, as the draft keeps them, and their places."""
    found, order = [], []
    for row, said in read_rows(asked.form, asked.name, asked.rows, asked.listed.names):
        # What is due and left empty is refused on its cell.
        one = {each.name: "" if each.required else None for each in asked.listed.columns} | said
        if one.get("siren"):
            one["siren"] = "".join(str(one["siren"]).split())
        for name in asked.listed.kept:
            text = asked.form.typed[cell_name(asked.name, row, name)]
            one[name] = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None
        found.append(one)
        order.append(row)
    return found, order


def _placed(asked: Asked, error: Mapping[str, Any], order: Sequence[int]) -> dict[str, Any]:
    """An error of the API, on the cell that it is about."""
    first, _, column = path_of(error).partition(".")
    head, _, index = first.rstrip("]").partition("[")
    inside = head == asked.listed.key and index.isdecimal() and int(index) < len(order)
    if inside and column in asked.listed.names:
        name = cell_name(asked.name, order[int(index)], column)
        return {"loc": ["body", name], "message": error["message"]}
    return {"loc": ["body"], "message": error["message"]}


def _page(asked: Asked, status: int) -> Response:
    return asked.visit.page(
        "scheme_editing/listed.html",
        status=status,
        draft=asked.draft.data,
        listed=asked.listed,
        name=asked.name,
        form=asked.form,
        rows=asked.rows,
        hidden=_hidden(asked),
        columns=[(one.name, one.title) for one in asked.listed.columns],
        version=stamp(asked.standing),
        overtaken=status == OVERTAKEN,
        path=address(asked.draft.data["code"]),
    )


_LIST = "/schemas/{code}/brouillon/listes/{list}"
routes = [
    Route(_LIST, list_page, methods=["GET"]),
    Route(_LIST, keep_list, methods=["POST"]),
]
