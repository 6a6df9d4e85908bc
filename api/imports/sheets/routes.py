"""Addresses of what spreadsheets have beside other imports: their kinds, columns, and return."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from api.access.current import CurrentActor
from api.imports.acceptance import NotStaged
from api.imports.files import UnreadableFile
from api.imports.schemas import ImportRead
from api.imports.sheets import giving_back, service
from api.imports.sheets.retention import ContentErased
from api.imports.sheets.schemas import ColumnChoices, ImportColumns, KindRead
from api.kit.db import ReadSession, WriteSession
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems

router = APIRouter(
    prefix="/api/v1/imports",
    tags=["Imports"],
    responses=problems(Unauthenticated, Forbidden, Invalid),
)

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": dict.fromkeys(giving_back.MEDIA_TYPES.values(), _BINARY)}
}


@router.get("/kinds", summary="Lister les tableaux qui s’importent")
def list_import_kinds(actor: CurrentActor) -> list[KindRead]:
    """Les sortes de tableaux, leurs colonnes dans l’ordre du modèle, les titres auxquels on les
    reconnaît et les logiciels dont les exports sont connus."""
    return service.kinds(actor)


@router.get(
    "/{import_id}/columns", responses=problems(NotFound), summary="Lire les colonnes d’un tableau"
)
def read_import_columns(
    import_id: UUID, actor: CurrentActor, session: ReadSession
) -> ImportColumns:
    """Chaque colonne du fichier, le champ qu’elle remplit, à quoi elle a été reconnue, et ce que
    disent ses premières lignes."""
    return service.columns(session, actor, import_id)


@router.put(
    "/{import_id}/columns",
    responses=problems(NotFound, NotStaged, ContentErased, UnreadableFile),
    summary="Choisir les colonnes d’un tableau",
)
def map_import_columns(
    request: Request,
    import_id: UUID,
    data: ColumnChoices,
    actor: CurrentActor,
    session: WriteSession,
) -> ImportRead:
    """Dit quelle colonne remplit quel champ et juge de nouveau chaque ligne. Le choix est retenu
    pour les prochains fichiers de mêmes titres."""
    # The write session holds nothing before its first statement: nobody waits while a large file
    # is read again.
    with Session(request.app.state.engines.read) as before, before.begin():
        kept = service.kept(before, actor, import_id)
    return service.map_columns(session, actor, import_id, data, kept.read())


@router.get(
    "/{import_id}/annotated",
    response_class=Response,
    responses={**problems(NotFound, ContentErased), **_FILE},
    summary="Recevoir un tableau annoté",
)
def download_annotated_import(
    import_id: UUID, actor: CurrentActor, session: ReadSession
) -> Response:
    """Votre propre fichier, au même format, avec les colonnes « Statut » et « Erreurs » à la
    droite de chaque ligne."""
    found = service.annotated(session, actor, import_id)
    headers = {
        # Not as media_type: the encoding of a text would be told, and it is the sender's own.
        "Content-Type": found.media_type,
        "Content-Disposition": found.disposition,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(found.content, headers=headers)
