"""Addresses of inclusive structures."""

import re
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Header, Query, Response, UploadFile

from api.access.current import CurrentActor
from api.kit.columns import Day
from api.kit.db import ReadSession, WriteSession
from api.kit.idempotency import Idempotent
from api.kit.pages import Page
from api.kit.problems import (
    Forbidden,
    Invalid,
    NotFound,
    PreconditionRequired,
    Stale,
    TooLarge,
    Unauthenticated,
    problems,
)
from api.structures import files, ordinary, service
from api.structures.files import RefusedLines, UnreadableList
from api.structures.schemas import (
    Listing,
    OrdinaryCreate,
    OrdinaryCreated,
    Source,
    StructureChange,
    StructureCreate,
    StructureFilter,
    StructureImportRead,
    StructureRead,
)
from api.structures.service import StructureTaken

router = APIRouter(
    prefix="/api/v1/structures",
    tags=["Structures inclusives"],
    responses=problems(Unauthenticated, Forbidden, Invalid),
)

IfMatch = Annotated[
    str | None,
    Header(max_length=80, description="L’ETag lu avec la structure ; obligatoire pour modifier."),
]


@router.get("", summary="Lister les structures inclusives")
def list_structures(
    filters: Annotated[StructureFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[StructureRead]:
    """Les structures connues de la plateforme, par SIRET, avec la source et la date de ce qui en
    est dit."""
    return service.find(session, actor, filters)


@router.post(
    "",
    status_code=201,
    response_model=StructureRead,
    responses=problems(StructureTaken),
    summary="Ajouter une structure",
)
def create_structure(
    data: StructureCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> StructureRead | Response:
    """Ajoute une structure au registre ; ce qui n’est pas dit reste inconnu."""
    service.allow_writing(actor)
    return once(
        session,
        actor.person_id,
        data,
        response,
        lambda: _tagged(response, service.create(session, actor, data)),
    )


@router.post(
    "/ordinary",
    status_code=201,
    response_model=OrdinaryCreated,
    summary="Dire que des entreprises sont ordinaires",
)
def create_ordinary_companies(
    data: OrdinaryCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> OrdinaryCreated | Response:
    """Dit, avec une source et une date, que ces entreprises ne sont d’aucun type de structure
    inclusive : les indicateurs ne les comptent plus parmi les inconnues. Ce qui est déjà dit
    d’une entreprise n’est pas changé."""
    service.allow_writing(actor)
    return once(
        session, actor.person_id, data, response, lambda: ordinary.create(session, actor, data)
    )


@router.post(
    "/files",
    status_code=201,
    response_model=StructureImportRead,
    responses=problems(TooLarge, Invalid, UnreadableList, RefusedLines),
    summary="Importer une liste de structures",
)
def import_structures(
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
    file: Annotated[UploadFile, File(description="Liste au format CSV, XLSX ou ODS.")],
    source: Annotated[Source, Form(description="Qui dit ce que contient la liste.")],
    as_of: Annotated[Day, Form(description="Jour où la source le disait.")],
) -> StructureImportRead | Response:
    """Ajoute ou complète une structure par ligne, toutes ou aucune. La colonne SIRET est
    obligatoire ; nom, type, ESS, ESUS, département et domaine sont facultatifs, et une cellule
    vide ne change rien à ce qui est déjà connu."""
    service.allow_writing(actor)
    content = file.file.read()
    listing = Listing(sha256=sha256(content).hexdigest(), source=source, as_of=as_of)
    # Only its ending is used: it tells a workbook from a text.
    name = re.split(r"[/\\]", file.filename or "")[-1]
    return once(
        session,
        actor.person_id,
        listing,
        response,
        lambda: files.bring(session, actor, content, name, listing),
    )


@router.get("/{structure_id}", responses=problems(NotFound), summary="Lire une structure")
def read_structure(
    structure_id: UUID, actor: CurrentActor, session: ReadSession, response: Response
) -> StructureRead:
    """Ce qui est dit d’une structure, par qui et quand. L’en-tête ETag sert à la modifier."""
    return _tagged(response, service.read(session, actor, structure_id))


@router.patch(
    "/{structure_id}",
    responses=problems(NotFound, Stale, PreconditionRequired),
    summary="Modifier une structure",
)
def change_structure(
    structure_id: UUID,
    data: StructureChange,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> StructureRead:
    """Change les champs présents, avec la source et la date de ce qui est dit ; `null` efface."""
    return _tagged(response, service.change(session, actor, structure_id, data, if_match))


def _tagged(response: Response, structure: StructureRead) -> StructureRead:
    response.headers["ETag"] = service.etag(structure)
    return structure
