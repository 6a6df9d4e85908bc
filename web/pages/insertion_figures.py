"""The figures of insertion of a year: the page, which prints as a report, and the same as a CSV."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import charts, formats
from web.client import ApiProblem
from web.forms import Field, Form, labels, with_errors
from web.pages.calculating import organisations_offered
from web.pages.schemes import read_year
from web.rendering import with_params
from web.spelling import whole_to_int
from web.visit import Visit, api_of, member

PAGE, FILE = "/insertion/chiffres", "/insertion/chiffres.csv"
YEARS = 7  # offered without being asked for
ROUNDINGS: Mapping[str, str] = {"truncate": "Tronqué", "half_up": "Au plus proche"}
HEADER = ("table", "key", "label", "hours", "persons", "status")
# The sums of hours at the head of the file, by their name in the API.
SUMS: Mapping[str, str] = {
    "engaged": "Heures engagées",
    "due": "Heures dues",
    "declared": "Heures déclarées",
    "validated": "Heures validées",
    "outside": "Heures non comptées",
    "since_start": "Heures validées depuis le début",
}
# What makes a spreadsheet compute a text instead of showing it.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


async def figures_page(request: Request) -> Response:
    """The figures of a year, whole for the facilitator, protected for a buyer."""
    visit = await member(request)
    offered = await organisations_offered(visit)
    siret = _asked(visit, offered)
    form, found = await _read(visit, siret)
    year = int(found["year"])
    current = formats.current_year()
    chosen = {"annee": year, "acheteur": siret if siret != visit.siret else None}
    return visit.page(
        "insertion_figures/page.html",
        status=422 if form.errors or form.general else 200,
        figures_of=found,
        year=year,
        years=sorted({*range(current - YEARS + 1, current + 1), year}, reverse=True),
        offered=offered,
        siret=siret,
        form=form,
        roundings=ROUNDINGS,
        breakdowns=[
            _breakdown(one, found["hours"]["validated"])
            for one in found["breakdowns"]
            if found["persons_as_of"] or any(cell["hours"] is not None for cell in one["cells"])
        ],
        gauge=_gauge(found["hours"]),
        statuses=labels(api_of(request).document, "ClauseStatus"),
        chosen=chosen,
        file=with_params(FILE, chosen),
    )


async def figures_file(request: Request) -> Response:
    """The same as a CSV (RFC 4180, UTF-8): what is secret on the page is secret there."""
    visit = await member(request)
    siret = _asked(visit, await organisations_offered(visit))
    year = read_year(request.query_params.get("annee"))
    found = await visit.read("read_insertion_figures", organisation=siret, year=year)
    name = f"insertion-{found['organisation']['siret'] or 'organisation'}-{found['year']}.csv"
    return Response(
        to_csv(rows_of(found)),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _asked(visit: Visit, offered: Sequence[dict[str, Any]]) -> str:
    """Whose figures: a buyer that one serves, else one's own. Raises HTTPException 403."""
    asked = visit.request.query_params.get("acheteur")
    if asked in [one["siret"] for one in offered]:
        return str(asked)
    if visit.siret is None:
        raise HTTPException(403)
    return visit.siret


async def _read(visit: Visit, siret: str) -> tuple[Form, dict[str, Any]]:
    """The figures, and the small form of the base; a refused base gives the usual one back."""
    given = visit.request.query_params
    base, rounding = given.get("base", "").strip(), given.get("arrondi", "").strip()
    year = read_year(given.get("annee"))
    title = "Base d’un temps plein (heures par an)"
    form = Form(
        {
            "base": Field("base", title, "whole"),
            "rounding": Field("rounding", "Arrondi", "choice", options=tuple(ROUNDINGS.items())),
        },
        {"base": base, "rounding": rounding},
    )
    try:
        found = await visit.read(
            "read_insertion_figures",
            organisation=siret,
            year=year,
            base=whole_to_int(base) if base else None,
            rounding=rounding or None,
        )
    except ApiProblem as problem:
        if problem.status != 422 or not (base or rounding):
            raise
        errors = [{**one, "loc": one["loc"][1:]} for one in problem.errors]
        with_errors(form, errors, problem.detail)
        found = await visit.read("read_insertion_figures", organisation=siret, year=year)
    form.typed = {
        "base": form.typed["base"] or str(found["fte"]["base"]),
        "rounding": found["fte"]["rounding"],
    }
    return form, found


def _breakdown(one: Mapping[str, Any], total: str) -> dict[str, Any]:
    """A breakdown with the bar and the part of each of its lines; lines at zero are left out."""
    cells = [
        {
            **cell,
            "bar": charts.meter(cell["hours"], None, None, None, top=total),
            "part": _part(cell["hours"], total),
        }
        for cell in one["cells"]
        if cell["status"] == "secret" or Decimal(cell["hours"]) or cell["persons"]
    ]
    return {**one, "cells": cells, "left_out": len(one["cells"]) - len(cells)}


def _part(hours: str | None, total: str) -> Decimal | None:
    whole = Decimal(total)
    return None if hours is None or not whole else Decimal(hours) / whole


def _gauge(hours: Mapping[str, Any]) -> charts.Meter | None:
    """What is done of what is engaged, with what is due to this day."""
    if not Decimal(hours["engaged"]):
        return None
    done, due, engaged = hours["since_start"], hours["due"], hours["engaged"]
    top = max(Decimal(done), Decimal(due), Decimal(engaged))
    return charts.meter(done, None, None, due, top=str(top))


def rows_of(found: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The lines of the file: sums, persons, then every breakdown and clause; None is not known."""
    hours, persons = found["hours"], found["beneficiaries"]
    for name, words in SUMS.items():
        yield (
            "total",
            name,
            words,
            hours[name],
            None,
            "secret" if hours[name] is None else "published",
        )
    yield "total", "persons", "Personnes suivies", None, persons["exact"], persons["status"]
    at_least = persons["at_least"]
    status = "secret" if at_least is None else "published"
    yield "total", "persons_at_least", "Personnes au moins", None, at_least, status
    for one in found["breakdowns"]:
        for cell in one["cells"]:
            yield (
                one["by"],
                cell["key"],
                cell["label"],
                cell["hours"],
                cell["persons"],
                cell["status"],
            )
    long_paths = found["long_paths"]
    told = "Parcours longs et professionnalisants"
    yield "long_paths", "persons", told, None, long_paths["persons"], long_paths["status"]
    for exit_ in found["exits"]:
        for cell in exit_["situations"]:
            table = f"exit_{exit_['checkpoint']}"
            yield table, cell["key"], cell["label"], None, cell["persons"], cell["status"]
    for clause in found["clauses"]:
        label = f"{clause['reference']} – {clause['title']}"
        yield "clause", clause["id"], label, clause["hours"], clause["persons"], clause["status"]


def to_csv(rows: Iterator[tuple[Any, ...]]) -> str:
    """Lines as CSV; no text of theirs can be taken for a formula by a spreadsheet."""
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(HEADER)
    for table, key, label, hours, persons, status in rows:
        texts = (inert(table), inert(key), inert(label))
        writer.writerow((*texts, hours, persons, inert(status)))
    return output.getvalue()


def inert(text: str) -> str:
    """A text that a spreadsheet shows and never computes: « =1+1 » is « '=1+1 »."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULAS) else text


routes = [
    Route(PAGE, figures_page, methods=["GET"]),
    Route(FILE, figures_file, methods=["GET"]),
]
