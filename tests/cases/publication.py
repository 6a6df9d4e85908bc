"""Operations of how a buyer publishes, and of the catalogue."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.operation import Operation, Things


def settings_of(things: Things) -> dict[str, Any]:
    """Settings with a service to reach."""
    del things
    return {
        "contact_name": "Service des marchés",
        "contact_email": "marches@ville.example",
        "homepage": "https://www.ville.example",
        "licence": "lov2",
        "published_by": "pes",
    }


def _said(service: Any, base: Things) -> Things:
    address = f"/api/v1/publication/{base.siret}/settings"
    account = service.pilot_of(base.siret)
    answer = service.client.get(address, headers=service.as_(account))
    return replace(base, etag=answer.headers["etag"])


def _page(_service: Any, base: Things) -> Things:
    return replace(base, ids={"page": "1"})


OPERATIONS: dict[str, Operation] = {
    "read_open_data": Operation("public"),
    "read_publication_settings": Operation("publication:read", "an organisation"),
    "put_publication_settings": Operation(
        "publication:write",
        "an organisation",
        makes="publication settings",
        body=settings_of,
        event="publication.settings_changed",
    ),
    "list_declaring_texts": Operation("publication:read", "an organisation"),
    **{
        f"{verb}_{name}_{ending}": Operation(
            "public", makes="catalogue page" if name == "catalog_page" else ""
        )
        for verb in ("open", "check")
        for name in ("catalog", "catalog_page", "own_catalog")
        for ending in ("ttl", "jsonld", "rdf")
    },
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {
    "publication settings": _said,
    "catalogue page": _page,
}
