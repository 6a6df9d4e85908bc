"""Addresses of imports."""

import re
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Response, UploadFile

from api.access.current import CurrentActor
from api.imports import service
from api.imports.acceptance import NotStaged, NotUndoable
from api.imports.files import UnreadableFile
from api.imports.models import RowState
from api.imports.schemas import Deposit, ImportItem, ImportRead, ImportRow
from api.kit.columns import Siret
from api.kit.db import ReadSession, WriteSession
from api.kit.idempotency import Idempotent
from api.kit.pages import Cursor, Limit, Page
from api.kit.problems import Forbidden, Invalid, NotFound, TooLarge, Unauthenticated, problems

router = APIRouter(
    prefix="/api/v1/imports",
    tags=["Imports"],
    responses=problems(Unauthenticated, Forbidden, Invalid),
)

_CHUNK = 1024 * 1024


@router.post(
    "",
    status_code=201,
    response_model=ImportRead,
    responses=problems(NotFound, TooLarge, Invalid, UnreadableFile),
    summary="Déposer un fichier",
)
def create_import(
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
    file: Annotated[UploadFile, File(description="Fichier DECP, en JSON ou en XML.")],
    organisation: Annotated[
        Siret | None, Form(description="SIRET de l’organisation pour laquelle on dépose.")
    ] = None,
) -> ImportRead | Response:
    """Lit le fichier, juge chaque ligne et met le tout de côté : rien n’entre au registre avant
    l’acceptation."""
    organisation_id = service.sender(session, actor, organisation)
    name = _file_name(file.filename)
    with NamedTemporaryFile() as copy:
        digest = _copied(file, copy)

        def create() -> ImportRead:
            path = Path(copy.name)
            return service.create(session, actor, organisation_id, path, name, digest)

        request = Deposit(organisation_id=organisation_id, name=name, sha256=digest)
        return once(session, actor.person_id, request, response, create)


@router.get("", summary="Lister les imports")
def list_imports(
    actor: CurrentActor, session: ReadSession, limit: Limit = 50, cursor: Cursor = None
) -> Page[ImportItem]:
    """Les fichiers reçus pour les organisations dont on est membre, du plus récent au plus
    ancien."""
    return service.find(session, actor, limit, cursor)


@router.get("/{import_id}", responses=problems(NotFound), summary="Lire un import")
def read_import(import_id: UUID, actor: CurrentActor, session: ReadSession) -> ImportRead:
    """Le compte des lignes, les anomalies par sorte, les refus par raison."""
    return service.read(session, actor, import_id)


@router.get("/{import_id}/rows", responses=problems(NotFound), summary="Lister les lignes")
def list_import_rows(
    import_id: UUID,
    actor: CurrentActor,
    session: ReadSession,
    state: Annotated[RowState | None, Query(description="Verdict de la ligne.")] = None,
    with_issues: Annotated[bool | None, Query(description="Avec ou sans anomalie.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ImportRow]:
    """Les lignes du fichier dans son ordre, chacune avec son verdict et ses anomalies."""
    return service.find_rows(session, actor, import_id, state, with_issues, limit, cursor)


@router.post(
    "/{import_id}/accept", responses=problems(NotFound, NotStaged), summary="Accepter un import"
)
def accept_import(import_id: UUID, actor: CurrentActor, session: WriteSession) -> ImportRead:
    """Fait entrer au registre les lignes nouvelles et modifiées, toutes ou aucune."""
    return service.accept(session, actor, import_id)


@router.post(
    "/{import_id}/undo", responses=problems(NotFound, NotUndoable), summary="Annuler un import"
)
def undo_import(import_id: UUID, actor: CurrentActor, session: WriteSession) -> ImportRead:
    """Ôte du registre ce que le fichier avait apporté, tant que rien n’a changé depuis."""
    return service.undo(session, actor, import_id)


def _copied(file: UploadFile, copy: IO[bytes]) -> str:
    """Write what was sent to a file on disk; answers its SHA-256."""
    digest = sha256()
    while chunk := file.file.read(_CHUNK):
        digest.update(chunk)
        copy.write(chunk)
    copy.flush()
    return digest.hexdigest()


def _file_name(name: str | None) -> str:
    # The last part only, without what can't be seen (it could disguise the name): shown, never
    # opened.
    last = re.split(r"[/\\]", name or "")[-1].encode("utf-8", "replace").decode()
    return "".join(filter(str.isprintable, last))[:255] or "fichier"
