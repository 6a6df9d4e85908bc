"""May this be reserved? A question in the address, so that the answer can be kept and shared."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from web.client import ApiProblem
from web.formats import this_day
from web.forms import (
    CORRECTED,
    Field,
    Form,
    from_record,
    only_said,
    read_typed,
    to_body,
    with_errors,
)
from web.rendering import with_params
from web.reserved import REGISTER, chosen_fields, require, words
from web.rowforms import placed_errors, read_rows, row_fields
from web.visit import Visit, api_of, member

ADDRESS = f"{REGISTER}/conseil"
ASKED = "demande"  # what tells a question from an address that only fills the form
LOTS, AWARDS = 5, 3
LOT_COLUMNS = ("label", "cpv", "estimate")
AWARD_COLUMNS = ("siret", "cpv", "starts_on", "ends_on")
GROUPS = ("lots", "previous_awards", "sourcing")
NATURES = {
    "contract": "Marché",
    "concession": "Concession",
    "defence": "Marché de défense ou de sécurité",
}
BUYERS = {
    "authority": "Collectivité, établissement public",
    "central_authority": "État (pouvoir adjudicateur central)",
    "entity": "Réseaux (entité adjudicatrice)",
}
# What is taken when nothing is said, shown as chosen.
DEFAULTS = {"nature": "contract", "buyer_kind": "authority"}
OBJECTS = {"works": "Travaux", "supplies": "Fournitures", "services": "Services"}


async def advice_page(request: Request) -> Response:
    """The form, and under it the answer when there is a question."""
    visit = await member(request)
    require(visit, "contracts:read")
    given = request.query_params.multi_items()
    said = [(name, value) for name, value in given if value.strip()]
    if len(said) < len(given):
        # A form sends what was left empty too: the address that one shares goes without.
        return RedirectResponse(with_params(ADDRESS, _by_name(said)), status_code=303)
    form = Form(_fields(visit))
    asked = ASKED in request.query_params
    blank = DEFAULTS if asked else {**DEFAULTS, "notice_on": this_day()}
    filled = from_record(form.fields, blank)
    read = read_typed(form.fields, FormData([*given]))
    form.typed = {name: value or filled[name] for name, value in read.items()}
    advice = await _ask(visit, form) if asked else None
    return visit.page(
        "reserved/advice.html",
        status=422 if form.errors or form.general else 200,
        form=form,
        advice=advice,
        shown=arranged(advice) if advice else None,
        question=recalled(form) if advice else [],
        words=words(api_of(request).document),
        lots=LOTS,
        awards=AWARDS,
        sourcing=_sourcing(visit),
        opened=_opened(visit, form),
    )


def recalled(form: Form) -> list[tuple[str, str]]:
    """What was asked, title and words, for the page once printed: the form isn't on it."""
    found = []
    for name, value in form.typed.items():
        words = dict(form.fields[name].options)
        said = value if isinstance(value, list) else [value] if value else []
        if said:
            found.append(
                (form.fields[name].title, ", ".join(words.get(one) or str(one) for one in said))
            )
    return found


def _opened(visit: Visit, form: Form) -> dict[str, bool]:
    """The parts of the form that hold something, typed or wrong: they are shown open."""
    said = {name for name, value in form.typed.items() if value} | set(form.errors)
    return {
        "lots": any(name.startswith("lots-") for name in said),
        "previous_awards": any(name.startswith("previous_awards-") for name in said),
        "sourcing": not said.isdisjoint(_sourcing(visit)),
    }


def _by_name(said: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in said:
        found.setdefault(name, []).append(value)
    return found


def _fields(visit: Visit) -> dict[str, Field]:
    """Every field of the page: the question, the sourcing, and the cells of the two tables."""
    document = api_of(visit.request).document
    told = {"nature": NATURES, "buyer_kind": BUYERS, "object_kind": OBJECTS}
    told["requested"] = words(document)["basis"]
    lot = chosen_fields(document, "AdviceLot")
    award = chosen_fields(document, "AdviceAward")
    question = chosen_fields(document, "ReservationQuestion", told, without=GROUPS)
    for name in DEFAULTS:
        question[name] = replace(question[name], required=True, help="")
    return {
        **question,
        **_sourcing(visit),
        **row_fields(lot, "lots", LOTS, LOT_COLUMNS, "lot"),
        **row_fields(award, "previous_awards", AWARDS, AWARD_COLUMNS),
    }


def _sourcing(visit: Visit) -> dict[str, Field]:
    return chosen_fields(api_of(visit.request).document, "AdviceSourcing")


async def _ask(visit: Visit, form: Form) -> Any:
    """The answer of the API, None when the question was refused: its errors are on the form."""
    lots = read_rows(form, "lots", LOTS, LOT_COLUMNS)
    awards = read_rows(form, "previous_awards", AWARDS, AWARD_COLUMNS)
    rows = {"lots": [place for place, _ in lots], "previous_awards": [one for one, _ in awards]}
    cells = {name for name in form.fields if name.startswith(("lots-", "previous_awards-"))}
    plain = {name: value for name, value in form.typed.items() if name not in cells}
    body = only_said(to_body(form.fields, plain))
    sourcing = {name: body.pop(name) for name in _sourcing(visit) if name in body}
    question = {
        **body,
        "sourcing": sourcing,
        "lots": [{"label": f"Lot {place + 1}", **said} for place, said in lots],
        "previous_awards": [said for _, said in awards],
    }
    try:
        return await visit.read("advise_reservation", content={"json": question})
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        errors = [_bare(one) for one in placed_errors(problem.errors, rows)]
        with_errors(form, errors, problem.detail)
        return None


def _bare(error: Mapping[str, Any]) -> dict[str, Any]:
    """An error of the sourcing is told on its own field."""
    return {**error, "loc": [part for part in error["loc"] if part != "sourcing"]}


def arranged(advice: Mapping[str, Any]) -> dict[str, Any]:
    """The answer as it is read: what repeats from an article to another is told once.

    ``together`` is why the articles asked for go together or not; ``bases`` gathers the articles
    closed for one and the same reason; ``obligations`` and ``warnings`` are pairs of a finding and
    the articles it is about, those asked for when some are.
    """
    whole = advice["whole"]["bases"]
    asked = [one for one in whole if one["requested"]]
    useful = [one for one in (asked or whole) if one["state"] != "closed"]
    known = {one["code"] for base in whole for one in base["warnings"]}
    bases = _gathered(whole)
    # Articles closed together are those of another nature of contract: a lot says no more.
    groups = [[basis for basis, _ in one["articles"]] for one in bases]
    together = {basis for group in groups if len(group) > 1 for basis in group}
    combination = advice["whole"]["combination"] or {"reasons": []}
    told = {one["code"] for base in asked for one in base["reasons"]}
    return {
        "together": [one for one in combination["reasons"] if one["code"] not in told],
        "bases": bases,
        "obligations": _once(useful, "obligations"),
        "warnings": _once(useful, "warnings"),
        "lots": [
            {
                **lot,
                "bases": [
                    {**base, "warnings": [w for w in base["warnings"] if w["code"] not in known]}
                    for base in lot["bases"]
                    if base["basis"] not in together
                ],
            }
            for lot in advice["lots"]
        ],
    }


def _gathered(bases: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    groups: dict[Any, dict[str, Any]] = {}
    for one in bases:
        same = one["state"] == "closed" and not one["requested"]
        codes = tuple(reason["code"] for reason in one["reasons"]) if same else one["basis"]
        group = groups.setdefault(codes, {**one, "articles": []})
        group["articles"].append((one["basis"], one["label"]))
    return sorted(groups.values(), key=lambda one: (not one["requested"], one["state"] == "closed"))


def _once(bases: Iterable[dict[str, Any]], what: str) -> list[tuple[dict[str, Any], list[str]]]:
    found: dict[str, tuple[dict[str, Any], list[str]]] = {}
    for base in bases:
        for one in base[what]:
            found.setdefault(one["code"], (one, []))[1].append(base["basis"])
    return list(found.values())


routes = [Route(ADDRESS, advice_page, methods=["GET"])]
