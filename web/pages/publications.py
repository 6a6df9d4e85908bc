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
from web.rendering import with_params
from web.visit import api_of, member

BY_PAGE = 25


async def publications(request: Request) -> Response:
    """The published files of the current organisation and the contracts that miss something."""
    visit = await member(request)
    if visit.siret is None:
        return visit.page("publications/detail.html", publication=None)
    asked = request.query_params.get("champ") or None
    cursor = request.query_params.get("cursor") or None
    publication, withheld = await asyncio.gather(
        visit.read("read_publication", siret=visit.siret),
        visit.read("list_withheld", siret=visit.siret, field=asked, limit=BY_PAGE, cursor=cursor),
    )
    title = partial(fixing.field_title, api_of(request).document)
    return visit.page(
        "publications/detail.html",
        blocks=("compte", "retenus"),
        publication=publication,
        withheld=withheld,
        tabs=choices(publication, asked, title),
        asked=asked,
        cursor=cursor,
        form_address=fixing.form_address,
        field_title=title,
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


routes = [Route("/publications", publications, methods=["GET"])]
