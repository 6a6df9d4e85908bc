"""What an organisation publishes, what is withheld and why."""

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import fixing
from web.forms import labels
from web.rendering import with_params
from web.visit import api_of, member

BY_PAGE = 25
URGENT = 5


async def publications(request: Request) -> Response:
    """The published files of the current organisation and the contracts that miss something."""
    visit = await member(request)
    if visit.siret is None:
        return visit.page("publications/detail.html", publication=None)
    asked = request.query_params.get("champ") or None
    cursor = request.query_params.get("cursor") or None
    publication, withheld, due = await asyncio.gather(
        visit.read("read_publication", siret=visit.siret),
        visit.read("list_withheld", siret=visit.siret, field=asked, limit=BY_PAGE, cursor=cursor),
        visit.read("list_due", siret=visit.siret, limit=URGENT),
    )
    title = partial(fixing.field_title, api_of(request).document)
    return visit.page(
        "publications/detail.html",
        blocks=("compte", "retenus"),
        publication=publication,
        withheld=withheld,
        due=due["items"],
        tabs=choices(publication, asked, title),
        asked=asked,
        cursor=cursor,
        form_address=fixing.form_address,
        field_title=title,
        licences=labels(api_of(request).document, "Licence"),
    )


async def deadlines(request: Request) -> Response:
    """The contracts that have still to be published, the most urgent first."""
    return await _listed(request, "list_due", "publications/deadlines.html")


async def dropped(request: Request) -> Response:
    """The contracts that the national consolidation would leave out, and why."""
    return await _listed(request, "list_dropped", "publications/dropped.html")


async def _listed(request: Request, operation: str, template: str) -> Response:
    visit = await member(request)
    if visit.siret is None:
        return visit.page("publications/detail.html", publication=None)
    cursor = request.query_params.get("cursor") or None
    publication, found = await asyncio.gather(
        visit.read("read_publication", siret=visit.siret),
        visit.read(operation, siret=visit.siret, limit=BY_PAGE, cursor=cursor),
    )
    return visit.page(
        template,
        blocks=("compte", "liste"),
        publication=publication,
        found=found,
        cursor=cursor,
        form_address=fixing.form_address,
        field_title=partial(fixing.field_title, api_of(request).document),
    )


def choices(
    publication: dict[str, Any], asked: str | None, title: Callable[[str], str]
) -> list[tuple[str, str, bool, int]]:
    """The fields that hold contracts back, most often first: (words, address, chosen, contracts).

    A contract that misses a field in two ways counts twice under it: few do.
    """
    counts: Counter[str] = Counter()
    for rule in publication["rules"]:
        counts[rule["field"]] += rule["count"]
    whole = ("Tous", "/publications", asked is None, publication["withheld"])
    return [
        whole,
        *(
            (title(field), with_params("/publications", {"champ": field}), asked == field, count)
            for field, count in counts.most_common()
        ),
    ]


routes = [
    Route("/publications", publications, methods=["GET"]),
    Route("/publications/echeances", deadlines, methods=["GET"]),
    Route("/publications/ecartes", dropped, methods=["GET"]),
]
