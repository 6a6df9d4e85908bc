"""Addresses of measures, of milestones and of their proofs."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Form, Header, Query, Response, UploadFile

from api.access.current import CurrentActor
from api.actions import measures, milestones, proofs
from api.actions.matching import etag
from api.actions.proofs import TooManyProofs
from api.actions.schemas import (
    AskedYear,
    MeasureDeclare,
    MeasureFilter,
    MeasureRead,
    MilestoneFilter,
    MilestoneRead,
    MilestoneSet,
    ProofRead,
)
from api.actions.sight import NotAdopted, NotExpected
from api.actions.signatures import UnacceptedFile
from api.closings.service import YearClosed
from api.kit.columns import Siret
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

router = APIRouter(
    prefix="/api/v1",
    tags=["Mesures et jalons"],
    responses=problems(Unauthenticated, Invalid),
)

IfMatch = Annotated[
    str | None,
    Header(
        max_length=80, description="L’ETag lu (« version ») ; obligatoire s’il y a déjà une valeur."
    ),
]

_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}
}


@router.get("/measures", summary="Lister les mesures déclarées")
def list_measures(
    filters: Annotated[MeasureFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[MeasureRead]:
    """Les chiffres que Spaser ne calcule pas, déclarés par les organisations dont on est membre,
    du dernier saisi au premier, avec leurs pièces."""
    return measures.find(session, actor, filters)


@router.put(
    "/measures/{indicator_id}",
    responses=problems(
        Forbidden, NotFound, NotAdopted, NotExpected, YearClosed, Stale, PreconditionRequired
    ),
    summary="Déclarer une mesure",
)
def declare_measure(
    indicator_id: UUID,
    data: MeasureDeclare,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> MeasureRead:
    """Déclare le chiffre d’une année, ou le remplace tout entier. L’indicateur dit ce qu’il
    attend : une valeur, une valeur et sa base, ou une liste."""
    one = measures.declare(session, actor, indicator_id, data, if_match)
    response.headers["ETag"] = etag(one.version)
    return one


@router.delete(
    "/measures/{indicator_id}",
    status_code=204,
    responses=problems(Forbidden, NotFound, NotAdopted, YearClosed),
    summary="Retirer une mesure",
)
def remove_measure(
    indicator_id: UUID,
    organisation: Annotated[Siret, Query(description="SIRET de l’organisation.")],
    year: Annotated[AskedYear, Query(description="Année de la mesure.")],
    actor: CurrentActor,
    session: WriteSession,
) -> Response:
    """Efface un chiffre déclaré par erreur et ses pièces : l’indicateur redevient inconnu."""
    measures.remove(session, actor, indicator_id, organisation, year)
    return Response(status_code=204)


@router.get("/milestones", summary="Lister les jalons")
def list_milestones(
    filters: Annotated[MilestoneFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[MilestoneRead]:
    """Les jalons dont on a dit quelque chose dans les organisations dont on est membre, du dernier
    saisi au premier, avec leurs pièces."""
    return milestones.find(session, actor, filters)


@router.put(
    "/milestones/{indicator_id}",
    responses=problems(
        Forbidden, NotFound, NotAdopted, NotExpected, YearClosed, Stale, PreconditionRequired
    ),
    summary="Renseigner un jalon",
)
def set_milestone(
    indicator_id: UUID,
    data: MilestoneSet,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> MilestoneRead:
    """Dit si un jalon est atteint, quand, et pour quand il était prévu ; remplace ce qui en était
    dit."""
    one = milestones.put(session, actor, indicator_id, data, if_match)
    response.headers["ETag"] = etag(one.version)
    return one


@router.post(
    "/proofs",
    status_code=201,
    response_model=ProofRead,
    responses=problems(Forbidden, NotFound, TooLarge, UnacceptedFile, TooManyProofs, YearClosed),
    summary="Ajouter une pièce",
)
def add_proof(
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
    file: Annotated[UploadFile, File(description="PDF, PNG, JPEG, CSV, XLSX, ODS ; 5 Mo au plus.")],
    measure_id: Annotated[UUID | None, Form(description="La mesure que la pièce prouve.")] = None,
    milestone_id: Annotated[UUID | None, Form(description="Ou le jalon.")] = None,
) -> ProofRead | Response:
    """Joint un fichier à une mesure ou à un jalon. Sa sorte est vérifiée par son contenu."""
    about = proofs.subject(session, actor, measure_id, milestone_id)
    content = file.file.read()
    deposit = proofs.deposited(content, file.filename, measure_id, milestone_id)
    return once(
        session,
        actor.person_id,
        deposit,
        response,
        lambda: proofs.add(session, actor, about, content, deposit),
    )


@router.get(
    "/proofs/{proof_id}",
    response_class=Response,
    responses={**problems(Forbidden, NotFound), **_FILE},
    summary="Recevoir une pièce",
)
def download_proof(proof_id: UUID, actor: CurrentActor, session: ReadSession) -> Response:
    """Le fichier tel qu’il a été déposé."""
    proof = proofs.read(session, actor, proof_id)
    headers = {
        # Not as media_type: the encoding of a text would be told, and it is the sender's own.
        "Content-Type": proof.media_type,
        "Content-Disposition": proofs.disposition(proof.name),
        "X-Content-Type-Options": "nosniff",
    }
    return Response(proof.content, headers=headers)


@router.delete(
    "/proofs/{proof_id}",
    status_code=204,
    responses=problems(Forbidden, NotFound, YearClosed),
    summary="Retirer une pièce",
)
def remove_proof(proof_id: UUID, actor: CurrentActor, session: WriteSession) -> Response:
    """Retire un fichier joint par erreur, tant que son année n’est pas close."""
    proofs.remove(session, actor, proof_id)
    return Response(status_code=204)
