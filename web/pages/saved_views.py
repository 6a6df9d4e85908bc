"""Saved views of a dashboard: filters under a name, one's own or of the whole organisation."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.client import ApiProblem
from web.dashboards import TOGETHER
from web.forms import CORRECTED
from web.reading import read_open
from web.rendering import with_params
from web.visit import Visit, go, member, once, once_in
from web.words import WAYS

# What the dashboard keeps of what was asked, from a view to one of the document.
_SAME = ("year", "organisation", "directorate", "family", "layout")


async def of_page(
    visit: Visit, scheme: Mapping[str, Any], query: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The views that the document of a scheme asks for, then those that were saved, and what the
    form to save this one needs; None when there is nothing to show.

    Who is of no organisation, or may not save, reads those of the document alone.
    """
    printed = of_document(scheme, query)
    found = None
    if visit.siret is not None:
        asked = {"organisation": visit.siret, "scheme": scheme["code"], "limit": 50}
        found = await read_open(visit, "list_views", **asked)
    if found is None:
        return {"document": printed, "views": [], "action": None} if printed else None
    views = [
        {**one, "address": address_of(one["query"], scheme["content"])} for one in found["items"]
    ]
    return {
        "document": printed,
        "views": views,
        "action": with_params(f"/schemas/{scheme['code']}/vues", dict(query)),
        "once": once(),
    }


def of_document(scheme: Mapping[str, Any], query: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The dashboards that the document asks for, each for the same year and organisation, drawn the
    same: their name, where they show, whether it is the one shown."""
    kept = {name: query.get(name) for name in _SAME}
    return [
        {
            "name": one["title"],
            "address": with_params(f"/schemas/{scheme['code']}", kept | {"view": one["code"]}),
            "chosen": query.get("view") == one["code"],
        }
        for one in scheme["content"].get("views") or []
    ]


def address_of(query: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    """Where a saved view shows."""
    actions = query.get("view") or []
    named = [one["code"] for one in content.get("views") or [] if one["actions"] == actions]
    asked = {
        "year": query.get("year"),
        "organisation": TOGETHER if query.get("together") else query.get("organisation"),
        "directorate": query.get("directorate"),
        "family": query.get("family"),
        "way": query.get("way"),
        "view": named[0] if named else None,
        "action": None if named else actions,
        "missing": "1" if query.get("missing") else None,
        "layout": query.get("layout") if query.get("layout") != "table" else None,
    }
    return with_params(f"/schemas/{query['scheme']}", asked)


def query_of(visit: Visit, scheme: Mapping[str, Any]) -> dict[str, Any]:
    """The filters of the address, as the API keeps them."""
    given = visit.request.query_params
    together = given.get("organisation") == TOGETHER
    views = {one["code"]: one["actions"] for one in scheme["content"].get("views") or []}
    actions = views.get(given.get("view", "")) or given.getlist("action")
    told = {
        "scheme": scheme["code"],
        "year": int(given["year"]) if given.get("year", "").isdigit() else None,
        "organisation": None if together else given.get("organisation"),
        "together": together or None,
        "directorate": given.get("directorate"),
        "family": given.get("family"),
        "way": given["way"] if given.get("way") in WAYS else None,
        "view": actions or None,
        "missing": given.get("missing") == "1" or None,
        "layout": given.get("layout") or "table",
    }
    return {name: value for name, value in told.items() if value is not None}


async def save(request: Request) -> Response:
    """Keep the filters of the address under the name typed."""
    visit = await member(request)
    scheme = await visit.read("read_scheme", code=request.path_params["code"])
    data = await visit.form()
    query = query_of(visit, scheme)
    body = {
        "organisation": visit.siret,
        "name": str(data.get("name") or "").strip(),
        "query": query,
        "shared": data.get("shared") == "1",
    }
    back = with_params(f"/schemas/{scheme['code']}", _as_asked(request))
    try:
        await visit.call("create_view", idempotency_key=once_in(data), content={"json": body})
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        told = [f"{_named(one['loc'])} {one['message']}" for one in problem.errors]
        return visit.page(
            "schemes/view_refused.html",
            status=problem.status,
            scheme=scheme,
            back=back,
            refusal=" ".join(told) or problem.detail,
        )
    return go(f"{back}#vues", "vue-enregistree")


def _named(loc: list[Any]) -> str:
    return "Le nom de la vue" if loc[-1] == "name" else "Un des choix de la vue"


async def remove(request: Request) -> Response:
    """Forget a saved view of one's own."""
    visit = await member(request)
    await visit.call("remove_view", view_id=request.path_params["key"])
    back = with_params(f"/schemas/{request.path_params['code']}", _as_asked(request))
    return go(f"{back}#vues", "vue-otee")


def _as_asked(request: Request) -> dict[str, Any]:
    given = request.query_params
    return {name: given.getlist(name) for name in given}


routes = [
    Route("/schemas/{code}/vues", save, methods=["POST"]),
    Route("/schemas/{code}/vues/{key:uuid}/oter", remove, methods=["POST"]),
]
