"""How an organisation publishes: the form of its settings, and the texts to declare its data."""

import asyncio
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.changing import Attempt, refused, standing_as
from web.client import ApiProblem
from web.forms import Field, Form, fields_of, from_record, read_typed, submitted, to_body
from web.reserved import require
from web.visit import Visit, api_of, go, member

PATH = "/publications/reglages"
READ, WRITE = "publication:read", "publication:write"
LAYOUT = (
    ("Qui joindre", ("contact_name", "contact_email", "contact_url", "homepage")),
    ("Comment publier", ("licence", "published_by", "published_by_other")),
    ("Sur data.gouv.fr", ("portal_contracts", "portal_concessions")),
)


async def settings_page(request: Request) -> Response:
    """The settings of the current organisation, to change."""
    visit = await member(request)
    require(visit, WRITE)
    answer = await visit.call("read_publication_settings", siret=visit.siret)
    fields = _fields(visit)
    form = Form(fields, from_record(fields, answer.data))
    return await _page(visit, form, standing_as(answer.etag))


async def change_settings(request: Request) -> Response:
    """Keep what was typed, whole."""
    visit = await member(request)
    require(visit, WRITE)
    data = await visit.form()
    fields = _fields(visit)
    form = Form(fields, read_typed(fields, data))
    etag = str(data.get("etag") or "")
    answer = await submitted(
        form,
        visit.call(
            "put_publication_settings",
            siret=visit.siret,
            if_match=etag or None,
            content={"json": to_body(fields, form.typed)},
        ),
    )
    if not isinstance(answer, ApiProblem):
        return go(PATH, "publication-reglee")
    fresh = await visit.call("read_publication_settings", siret=visit.siret)
    standing = from_record(fields, fresh.data)
    return await _page(visit, form, refused(answer, form, standing, etag, fresh.etag))


def _fields(visit: Visit) -> dict[str, Field]:
    fields = fields_of(api_of(visit.request).document, "PublicationSettingsSet")
    # There is always a licence: « not said » is not offered.
    return fields | {"licence": replace(fields["licence"], required=True)}


async def _page(visit: Visit, form: Form, attempt: Attempt) -> Response:
    publication = await visit.read("read_publication", siret=visit.siret)
    return visit.page(
        "publications/settings.html",
        publication=publication,
        form=form,
        layout=LAYOUT,
        **attempt,
    )


async def declaring(request: Request) -> Response:
    """The texts to copy, for the data of the organisation to be found."""
    visit = await member(request)
    require(visit, READ)
    publication: Any
    texts: Any
    publication, texts = await asyncio.gather(
        visit.read("read_publication", siret=visit.siret),
        visit.read("list_declaring_texts", siret=visit.siret),
    )
    return visit.page("publications/declaring.html", publication=publication, texts=texts)


routes = [
    Route(PATH, settings_page, methods=["GET"]),
    Route(PATH, change_settings, methods=["POST"]),
    Route("/publications/declarer", declaring, methods=["GET"]),
]
