"""Addresses of files of hours."""

import re
from functools import partial
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from api.access.current import CurrentActor
from api.access.permissions import visible
from api.insertion.files import giving_back, opening, service, showing, sight
from api.insertion.files.opening import UnreadableFile
from api.insertion.files.schemas import (
    FileAccept,
    FileColumn,
    FileDeposit,
    FileMapping,
    StatementFileItem,
    StatementFileRead,
)
from api.insertion.files.service import AlreadyAccepted, ContentErased, RefusedLines
from api.kit.columns import Siret
from api.kit.db import ReadSession, WriteSession
from api.kit.idempotency import Idempotent
from api.kit.pages import Cursor, Limit, Page
from api.kit.problems import (
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    Unauthenticated,
    problems,
)

router = APIRouter(
    prefix="/api/v1/insertion/statement-files",
    tags=["Fichiers d’heures"],
    responses=problems(Unauthenticated, Forbidden, Invalid),
)

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": dict.fromkeys(giving_back.MEDIA_TYPES.values(), _BINARY)}
}


@router.post(
    "",
    status_code=201,
    response_model=StatementFileRead,
    responses=problems(NotFound, AlreadyAccepted, TooLarge, Invalid, UnreadableFile),
    summary="Déposer un fichier d’heures",
)
def create_statement_file(
    request: Request,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
    file: Annotated[UploadFile, File(description="Fichier XLSX, XLS, ODS ou CSV.")],
    organisation: Annotated[
        Siret | None,
        Form(description="SIRET du facilitateur, pour qui agit au nom de plusieurs."),
    ] = None,
) -> StatementFileRead | Response:
    """Lit le fichier, reconnaît ses colonnes et juge chaque ligne : aucune heure n’est déclarée
    avant l’acceptation. Son contenu est gardé 90 jours au plus, pour vous être rendu annoté."""
    content, name = file.file.read(), _file_name(file.filename)
    limit: int = request.app.state.settings.upload_limit
    reading = partial(opening.open_sheet, content, name, limit)
    # Before the transaction begins: nobody waits while a large file is read.
    sheet = reading() if visible(actor, sight.RIGHT) else None
    facilitator_id = sight.chosen(session, actor, organisation)
    deposit = FileDeposit(
        facilitator_id=facilitator_id, name=name, sha256=sha256(content).hexdigest()
    )
    return once(
        session,
        actor.person_id,
        deposit,
        response,
        lambda: service.create(session, actor, facilitator_id, name, content, sheet or reading()),
    )


@router.get("", summary="Lister les fichiers d’heures")
def list_statement_files(
    actor: CurrentActor, session: ReadSession, limit: Limit = 50, cursor: Cursor = None
) -> Page[StatementFileItem]:
    """Les fichiers déposés pour votre structure, du plus récent au plus ancien."""
    return service.find(session, actor, limit, cursor)


@router.get("/columns", summary="Lister les colonnes d’un fichier d’heures")
def list_statement_file_columns(actor: CurrentActor, session: ReadSession) -> list[FileColumn]:
    """Les colonnes lues, dans l’ordre du modèle, et les titres auxquels on les reconnaît."""
    sight.own_facilitators(session, actor)
    return showing.columns()


@router.get("/{file_id}", responses=problems(NotFound), summary="Lire un fichier d’heures")
def read_statement_file(
    file_id: UUID, actor: CurrentActor, session: ReadSession
) -> StatementFileRead:
    """Comment le fichier a été lu, le compte de ses lignes et ce qui ne va pas, par ligne et par
    colonne."""
    return service.read(session, actor, file_id)


@router.put(
    "/{file_id}/mapping",
    responses=problems(NotFound, AlreadyAccepted, ContentErased),
    summary="Choisir les colonnes d’un fichier d’heures",
)
def map_statement_file(
    file_id: UUID, data: FileMapping, actor: CurrentActor, session: WriteSession
) -> StatementFileRead:
    """Dit quelle colonne est laquelle, et juge de nouveau chaque ligne. Le choix est retenu pour
    les prochains fichiers de votre structure."""
    return service.map_columns(session, actor, file_id, data)


@router.post(
    "/{file_id}/accept",
    responses=problems(NotFound, AlreadyAccepted, ContentErased, RefusedLines),
    summary="Accepter un fichier d’heures",
)
def accept_statement_file(
    file_id: UUID, data: FileAccept, actor: CurrentActor, session: WriteSession
) -> StatementFileRead:
    """Déclare les heures de toutes les lignes, ou d’aucune : en brouillon, ou soumises
    aussitôt."""
    return service.accept(session, actor, file_id, data)


@router.get(
    "/{file_id}/annotated",
    response_class=Response,
    responses={**problems(NotFound, ContentErased), **_FILE},
    summary="Recevoir un fichier d’heures annoté",
)
def download_annotated(file_id: UUID, actor: CurrentActor, session: ReadSession) -> Response:
    """Votre propre fichier, au même format, avec les colonnes « Statut » et « Erreurs » à la
    droite de chaque ligne."""
    found = giving_back.annotated(session, actor, file_id)
    headers = {
        # Not as media_type: the encoding of a text would be told, and it is the sender's own.
        "Content-Type": found.media_type,
        "Content-Disposition": found.disposition,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(found.content, headers=headers)


def _file_name(name: str | None) -> str:
    # The last part only, without what can't be seen (it could disguise the name): shown, never
    # opened. Its end tells a workbook from a text, so that it is what stays of a long one.
    last = re.split(r"[/\\]", name or "")[-1].encode("utf-8", "replace").decode()
    return "".join(filter(str.isprintable, last))[-200:] or "heures.csv"
