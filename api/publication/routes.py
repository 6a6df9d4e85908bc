"""Addresses of open data (public) and of its state (for those who publish)."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from api.access.current import CurrentActor
from api.access.models import Organisation
from api.kit.columns import Siret, Text
from api.kit.db import ReadSession
from api.kit.pages import Cursor, Limit, Page
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems
from api.publication import files, insertion, service
from api.publication.schemas import PublicationRead, Publisher, WithheldItem
from api.rules.records import Kind

router = APIRouter()

Maker = Callable[[Session, Organisation], Iterator[bytes]]

_MAKERS: dict[str, Maker] = {
    "decp-marches.json": lambda session, buyer: files.decp(session, buyer, Kind.CONTRACT),
    "decp-concessions.json": lambda session, buyer: files.decp(session, buyer, Kind.CONCESSION),
    "contrats.csv": files.contracts_csv,
    "indicateurs.json": files.figures_json,
    "indicateurs.csv": files.figures_csv,
    insertion.NAME: insertion.file,
}
_TYPES = {
    "json": "application/json; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
}
_LICENCE = '<https://www.etalab.gouv.fr/licence-ouverte-open-licence>; rel="license"'


@router.get(
    "/api/v1/publication/{siret}",
    tags=["Publication"],
    responses=problems(Unauthenticated, Forbidden, NotFound, Invalid),
    summary="État de la publication",
)
def read_publication(siret: Siret, actor: CurrentActor, session: ReadSession) -> PublicationRead:
    """Combien de contrats sont publics, en attente ou retenus, par quelles règles, et les adresses
    des fichiers."""
    return service.read(session, actor, siret)


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
    "/opendata/publishers", tags=["Données ouvertes"], summary="Lister les acheteurs publiés"
)
def list_publishers(session: ReadSession) -> list[Publisher]:
    """Les acheteurs dont les données sont ouvertes ici."""
    return service.publishers(session)


def _file_route(name: str, title: str) -> Callable[..., Response]:
    def open_file(request: Request, siret: Annotated[Siret, Path()]) -> Response:
        return _file(request, siret, name)

    open_file.__doc__ = f"{title}. Licence Ouverte 2.0."
    return open_file


for _name, _title, _ in service.FILES:
    _operation = "open_" + _name.replace("-", "_").replace(".", "_")
    for _method in ("GET", "HEAD"):
        router.add_api_route(
            f"/opendata/{{siret}}/{_name}",
            _file_route(_name, _title),
            methods=[_method],
            name=_operation if _method == "GET" else f"check_{_operation.removeprefix('open_')}",
            tags=["Données ouvertes"],
            summary=_title if _method == "GET" else f"{_title} : en-têtes",
            response_class=StreamingResponse,
            responses=problems(NotFound, Invalid)
            | {200: {"content": {_TYPES[_name.rsplit(".", 1)[1]].split(";")[0]: {}}}},
        )


def _file(request: Request, siret: str, name: str) -> Response:
    engine = request.app.state.engines.read
    with Session(engine, expire_on_commit=False) as session, session.begin():
        buyer = service.publisher(session, siret)
        version = insertion.version if name == insertion.NAME else files.version
        tag = f'"{version(session, buyer.id)}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "public, max-age=300",
        "Access-Control-Allow-Origin": "*",
        "Link": _LICENCE,
    }
    if _knows(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    media_type = _TYPES[name.rsplit(".", 1)[1]]
    if request.method == "HEAD":
        return Response(headers=headers, media_type=media_type)
    return StreamingResponse(_stream(engine, buyer, name), headers=headers, media_type=media_type)


def _knows(known: str, tag: str) -> bool:
    # RFC 9110, 13.1.2: a list, and a weak tag is as good. A proxy that compresses makes them weak.
    tags = {one.strip().removeprefix("W/") for one in known.split(",")}
    return tag in tags or "*" in tags


def _stream(engine: Any, buyer: Organisation, name: str) -> Iterator[bytes]:
    # Its own unit of work: the answer is made while it is sent, after the request's functions.
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield from _MAKERS[name](session, buyer)
