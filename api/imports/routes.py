"""Addresses of imports."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from sqlmodel import Session

from api.access.current import CurrentActor
from api.access.permissions import Actor, Permission, visible
from api.imports import service
from api.imports.acceptance import NotStaged, NotUndoable
from api.imports.files import UnreadableFile
from api.imports.models import RowState
from api.imports.schemas import Deposit, ImportItem, ImportRead, ImportRow
from api.imports.sheets import opening
from api.imports.sheets import service as sheets
from api.imports.sheets.acceptance import Overtaken
from api.imports.sheets.registry import TARGETS, ImportKind
from api.imports.sheets.retention import ContentErased
from api.imports.sheets.target import Target
from api.kit.columns import Siret
from api.kit.db import ReadSession, WriteSession
from api.kit.idempotency import Idempotent
from api.kit.pages import Cursor, Limit, Page
from api.kit.problems import Forbidden, Invalid, NotFound, TooLarge, Unauthenticated, problems
from api.kit.sheets import Sheet

router = APIRouter(
    prefix="/api/v1/imports",
    tags=["Imports"],
    responses=problems(Unauthenticated, Forbidden, Invalid),
)

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sent:
    """The form that brings a file."""

    file: Annotated[
        UploadFile,
        File(description="Fichier DECP (JSON ou XML), ou tableau (XLSX, XLS, ODS ou CSV)."),
    ]
    organisation: Annotated[
        Siret | None, Form(description="SIRET de l’organisation pour laquelle on dépose.")
    ] = None
    kind: Annotated[
        ImportKind, Form(description="Ce que le fichier apporte : données DECP, ou un tableau.")
    ] = ImportKind.DECP


@router.post(
    "",
    status_code=201,
    response_model=ImportRead,
    responses=problems(NotFound, TooLarge, Invalid, UnreadableFile),
    summary="Déposer un fichier",
)
def create_import(
    request: Request,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
    sent: Annotated[Sent, Depends()],
) -> ImportRead | Response:
    """Lit le fichier, juge chaque ligne et met le tout de côté : rien n’entre avant
    l’acceptation. Les colonnes d’un tableau se relisent et se choisissent sous « columns »."""
    name = _file_name(sent.file.filename)
    if sent.kind in TARGETS:
        limit: int = request.app.state.settings.upload_limit
        reading = _Reading(TARGETS[sent.kind], sent.file.file.read(), name, limit)
        deposit, create = _sheet(session, actor, sent.organisation, reading)
        return once(session, actor.person_id, deposit, response, create)
    with NamedTemporaryFile() as copy:
        # Before the transaction begins, as a spreadsheet is read: nobody waits for a copy.
        digest = _copied(sent.file, copy)
        organisation_id = service.sender(session, actor, sent.organisation)

        def bring() -> ImportRead:
            path = Path(copy.name)
            return service.create(session, actor, organisation_id, path, name, digest)

        deposit = Deposit(organisation_id=organisation_id, name=name, sha256=digest)
        return once(session, actor.person_id, deposit, response, bring)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A spreadsheet to open."""

    target: Target
    content: bytes
    name: str
    limit: int

    def __call__(self) -> Sheet:
        return opening.open_sheet(self.target, self.content, self.name, self.limit)


def _sheet(
    session: Session, actor: Actor, siret: str | None, reading: _Reading
) -> tuple[Deposit, Callable[[], ImportRead]]:
    """What a spreadsheet is for an Idempotency-Key, and what keeps it aside."""
    # Before the transaction begins: nobody waits while a large file is read.
    sheet = reading() if visible(actor, Permission.IMPORTS_WRITE) else None
    organisation_id = service.sender(session, actor, siret)
    target, content, name = reading.target, reading.content, reading.name
    buyer = sheets.allow_creation(session, actor, organisation_id, target)
    deposit = Deposit(
        organisation_id=organisation_id,
        name=name,
        sha256=sha256(content).hexdigest(),
        kind=target.code,
    )
    return deposit, lambda: sheets.create(
        session, actor, buyer, target, name, content, sheet or reading()
    )


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
    "/{import_id}/accept",
    responses=problems(NotFound, NotStaged, Overtaken, ContentErased),
    summary="Accepter un import",
)
def accept_import(import_id: UUID, actor: CurrentActor, session: WriteSession) -> ImportRead:
    """Fait entrer les lignes nouvelles et modifiées, toutes ou aucune ; celles qui sont refusées
    restent dehors."""
    return service.accept(session, actor, import_id)


@router.post(
    "/{import_id}/undo",
    responses=problems(NotFound, NotUndoable, ContentErased),
    summary="Annuler un import",
)
def undo_import(import_id: UUID, actor: CurrentActor, session: WriteSession) -> ImportRead:
    """Ôte ce que le fichier avait apporté et remet ce qu’il avait changé, tant que rien n’a changé
    depuis et que rien n’en dépend."""
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
    # opened. Its end tells a workbook from a text, so that it is what stays of a long one.
    last = re.split(r"[/\\]", name or "")[-1].encode("utf-8", "replace").decode()
    return "".join(filter(str.isprintable, last))[-255:] or "fichier"
