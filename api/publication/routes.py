"""Addresses of open data (public) and of its state (for those who publish)."""

from collections.abc import Callable
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import FileResponse
from sqlmodel import Session

from api.access.current import CurrentActor
from api.kit.columns import Siret, Text
from api.kit.db import FEEDERS, ReadSession
from api.kit.feeds import Restart, answer
from api.kit.pages import MAX_LIMIT, Cursor, Limit, Page
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems
from api.publication import atom, deadlines, feed, service, standards
from api.publication.feed import PublicFeed
from api.publication.models import LICENCES, Licence
from api.publication.schemas import DueItem, PublicationRead, Publisher, WithheldItem
from api.publication.serving import serve, serve_bytes
from api.publication.site import site_of
from api.publication.store import Store, standing

router = APIRouter()

LICENCE = "Sous la licence que choisit l’acheteur, Licence Ouverte 2.0 sinon."
_TYPES = {
    "json": "application/json; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
    "atom": "application/atom+xml; charset=utf-8",
}


@router.get(
    "/api/v1/publication/{siret}",
    tags=["Publication"],
    responses=problems(Unauthenticated, Forbidden, NotFound, Invalid),
    summary="État de la publication",
)
def read_publication(
    request: Request, siret: Siret, actor: CurrentActor, session: ReadSession
) -> PublicationRead:
    """Combien de contrats sont publics, en attente ou retenus, par quelles règles, et les adresses
    des fichiers."""
    return service.read(session, actor, siret, site_of(request.app.state.settings))


@router.get(
    "/api/v1/publication/{siret}/withheld",
    tags=["Publication"],
    responses=problems(Unauthenticated, Forbidden, NotFound, Invalid),
    summary="Lister les contrats retenus",
)
def list_withheld(
    siret: Siret,
    actor: CurrentActor,
    session: ReadSession,
    field: Annotated[
        Text | None, Query(max_length=60, description="Champ DECP qui retient le contrat.")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[WithheldItem]:
    """Les contrats que le format DECP 2022 n’admet pas encore, avec les règles en cause."""
    return service.find_withheld(session, actor, siret, field, limit, cursor)


@router.get(
    "/api/v1/publication/{siret}/dropped",
    tags=["Publication"],
    responses=problems(Unauthenticated, Forbidden, NotFound, Invalid),
    summary="Lister les contrats que la consolidation nationale écarterait",
)
def list_dropped(
    siret: Siret,
    actor: CurrentActor,
    session: ReadSession,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[WithheldItem]:
    """Les contrats que le ministère laisserait de côté en réunissant les fichiers, avec les règles
    en cause. Ce sont des avertissements : ils ne retiennent rien."""
    return service.find_dropped(session, actor, siret, limit, cursor)


@router.get(
    "/api/v1/publication/{siret}/due",
    tags=["Publication"],
    responses=problems(Unauthenticated, Forbidden, NotFound, Invalid),
    summary="Lister les contrats à publier, le plus pressé d’abord",
)
def list_due(
    siret: Siret,
    actor: CurrentActor,
    session: ReadSession,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[DueItem]:
    """Les contrats encore à publier, avec le dernier jour et les jours qui restent."""
    return deadlines.find_due(session, actor, siret, limit, cursor)


@router.head("/opendata/publishers", include_in_schema=False)
@router.get(
    "/opendata/publishers", tags=["Données ouvertes"], summary="Lister les acheteurs publiés"
)
def list_publishers(request: Request, session: ReadSession) -> list[Publisher]:
    """Les acheteurs dont les données sont ouvertes ici."""
    return service.publishers(session, site_of(request.app.state.settings))


def _changes(request: Request, limit: Limit = MAX_LIMIT, cursor: Cursor = None) -> Response:
    engines = request.app.state.engines
    feed.catch_up(engines)
    with engines.read.connect() as connection:
        page = feed.page(connection, limit, cursor)
    return answer(request, page, _FEED_HEADERS)


_FEED_HEADERS = {
    "Cache-Control": "public, no-cache",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
}


@router.head("/opendata/feed", include_in_schema=False)
@router.get(
    "/opendata/feed",
    tags=["Données ouvertes"],
    response_model=PublicFeed,
    responses=problems(Invalid, Restart),
    summary="Suivre les changements des contrats publics",
)
async def follow_publications(
    changes: Annotated[Response, Depends(_changes, max_concurrency=FEEDERS)],
) -> Response:
    """Les contrats qui deviennent publics, changent ou sont retirés, de tous les acheteurs publiés
    ici, dans l’ordre où les changements ont été enregistrés : rien ne manque. Sans « cursor », tout
    ce qui est public vient d’abord, avec les retraits ; gardez « next » et revenez avec lui. Un
    contrat sorti du format ou dont la date de publication est repoussée est « removed ». Un curseur
    d’avant une restauration est refusé (410) : relisez depuis le début. Licence Ouverte 2.0."""
    return changes


def _file_route(name: str, title: str) -> Callable[..., Response]:
    def open_file(request: Request, siret: Annotated[Siret, Path()]) -> Response:
        return _file(request, siret, name)

    open_file.__doc__ = f"{title}. {LICENCE}"
    return open_file


def _year_route(name: str, title: str) -> Callable[..., Response]:
    def open_file(
        request: Request,
        siret: Annotated[Siret, Path()],
        year: Annotated[int, Path(ge=2000, le=2099, description="Année de notification.")],
    ) -> Response:
        return _file(request, siret, name.format(year=year))

    open_file.__doc__ = f"{title}. {LICENCE}"
    return open_file


_IN_NAMES = str.maketrans("-.", "__")


def _add(
    path: str, function: Callable[..., Response], title: str, called: str | None = None
) -> None:
    """Both methods of a file: its bytes, and its headers alone; ``called``: other than its path."""
    name, ending = path.rsplit("/", 1)[1].rsplit(".", 1)
    operation = f"{name}_{ending}".translate(_IN_NAMES).replace("{year}", "of_year")
    for method, verb in (("GET", "open"), ("HEAD", "check")):
        router.add_api_route(
            path,
            function,
            methods=[method],
            name=f"{verb}_{called or operation}",
            tags=["Données ouvertes"],
            summary=title if method == "GET" else f"{title} : en-têtes",
            response_class=FileResponse,
            responses=problems(NotFound, Invalid)
            | {200: {"content": {_TYPES[ending].split(";")[0]: {}}}},
        )


def _feed(request: Request, siret: str | None, cursor: str | None) -> Response:
    """A feed for readers of feeds: the first page of a buyer lies written, the others are made."""
    engines, site = request.app.state.engines, site_of(request.app.state.settings)
    feed.catch_up(engines)
    if siret is not None and cursor is None:
        return _file(request, siret, atom.NAME)
    with Session(engines.read) as session, session.begin():
        buyer = service.publisher(session, siret) if siret else None
        made = atom.page(session, site, buyer, cursor)
    updated = made.updated.replace(microsecond=0)
    return serve_bytes(request, made.content, _TYPES["atom"], made.licence, updated)


def _own_feed() -> Callable[..., Response]:
    def open_file(
        request: Request, siret: Annotated[Siret, Path()], cursor: Cursor = None
    ) -> Response:
        """Les marchés attribués et les achats à venir d’un acheteur, à suivre dans un lecteur de
        flux (Atom). Chaque page donne l’adresse de la suivante (`rel="next"`)."""
        return _feed(request, siret, cursor)

    return open_file


def _feed_of_all() -> Callable[..., Response]:
    def open_file(request: Request, cursor: Cursor = None) -> Response:
        """Les marchés attribués et les achats à venir de tous les acheteurs publiés ici, à suivre
        dans un lecteur de flux (Atom). Chaque page donne l’adresse de la suivante
        (`rel="next"`)."""
        return _feed(request, None, cursor)

    return open_file


_add(f"/opendata/{{siret}}/{atom.NAME}", _own_feed(), "Marchés à venir et attribués (flux)")
_add(atom.ALL, _feed_of_all(), "Marchés à venir et attribués de tous (flux)", "all_marches_atom")
for _name, _title, _ in (one for one in (*service.FILES, service.OCDS) if one[0] != atom.NAME):
    _add(f"/opendata/{{siret}}/{_name}", _file_route(_name, _title), _title)
for _name, _title in service.YEARLY.items():
    _add(f"/opendata/{{siret}}/{_name}", _year_route(_name, _title), _title)


def _described(name: str) -> Callable[..., Response]:
    def open_file(request: Request) -> Response:
        content = msgspec.json.format(
            msgspec.json.encode(standards.made(site_of(request.app.state.settings), name)), indent=1
        )
        return serve_bytes(request, content, _TYPES["json"], LICENCES[Licence.LOV2][1])

    open_file.__doc__ = (
        "Ce que veut dire chaque colonne ou chaque champ, le même pour tous les acheteurs. Licence "
        "Ouverte 2.0."
    )
    return open_file


for _name, _title in standards.titles().items():
    _add(f"{standards.FOLDER}/{_name}", _described(_name), _title)


def _file(request: Request, siret: str, name: str) -> Response:
    store = Store.of(request.app.state.engines, request.app.state.settings)
    found = standing(store, siret, name)
    media_type = _TYPES[name.rsplit(".", 1)[1]]
    return serve(request, found.file, store.path(found.file), media_type, found.licence)
