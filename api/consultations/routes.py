"""Addresses of consultations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.access.current import CurrentActor
from api.consultations import listing, service
from api.consultations.schemas import (
    ConsultationChange,
    ConsultationCreate,
    ConsultationFilter,
    ConsultationItem,
    ConsultationRead,
)
from api.consultations.service import ConsultationInUse, ConsultationTaken
from api.contracts.schemas import MarkRead, MarksIn
from api.kit.db import ReadSession, WriteSession
from api.kit.idempotency import Idempotent
from api.kit.pages import Page
from api.kit.problems import (
    Forbidden,
    Invalid,
    NotFound,
    PreconditionRequired,
    Stale,
    Unauthenticated,
    problems,
)

router = APIRouter(
    prefix="/api/v1/consultations",
    tags=["Consultations"],
    responses=problems(Unauthenticated, Invalid),
)

IfMatch = Annotated[
    str | None,
    Header(
        max_length=80, description="L’ETag lu avec la consultation ; obligatoire pour modifier."
    ),
]
CHANGE_PROBLEMS = problems(Forbidden, NotFound, Stale, PreconditionRequired)


@router.get("", summary="Lister les consultations")
def list_consultations(
    filters: Annotated[ConsultationFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[ConsultationItem]:
    """Les consultations des acheteurs dont on est membre, de la dernière lancée à la première."""
    return listing.page(session, actor, filters)


@router.post(
    "",
    status_code=201,
    response_model=ConsultationRead,
    responses=problems(Forbidden, NotFound, ConsultationTaken),
    summary="Inscrire une consultation",
)
def create_consultation(
    data: ConsultationCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> ConsultationRead | Response:
    """Ajoute une consultation lancée par un acheteur ; ses marchés sont ceux qui portent sa
    référence."""
    service.allow_creation(session, actor, data)
    return once(
        session,
        actor.person_id,
        data,
        response,
        lambda: _tagged(response, service.create(session, actor, data)),
    )


@router.get(
    "/{consultation_id}", responses=problems(Forbidden, NotFound), summary="Lire une consultation"
)
def read_consultation(
    consultation_id: UUID, actor: CurrentActor, session: ReadSession, response: Response
) -> ConsultationRead:
    """Une consultation entière, avec ses considérations et les marchés qui portent sa
    référence."""
    return _tagged(response, service.read(session, actor, consultation_id))


@router.patch(
    "/{consultation_id}",
    responses=CHANGE_PROBLEMS | problems(ConsultationTaken),
    summary="Modifier une consultation",
)
def change_consultation(
    consultation_id: UUID,
    data: ConsultationChange,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> ConsultationRead:
    """Change les champs présents, laisse les autres ; `null` efface ce qui est facultatif."""
    return _tagged(response, service.change(session, actor, consultation_id, data, if_match))


@router.delete(
    "/{consultation_id}",
    status_code=204,
    responses=CHANGE_PROBLEMS | problems(ConsultationInUse),
    summary="Supprimer une consultation",
)
def remove_consultation(
    consultation_id: UUID, actor: CurrentActor, session: WriteSession, if_match: IfMatch = None
) -> Response:
    """Supprime une consultation inscrite par erreur, avec ses considérations, tant qu’aucun marché
    ne porte sa référence."""
    service.remove(session, actor, consultation_id, if_match)
    return Response(status_code=204)


@router.put(
    "/{consultation_id}/marks",
    responses=CHANGE_PROBLEMS,
    summary="Dire les considérations d’une consultation",
)
def set_consultation_marks(
    consultation_id: UUID,
    data: MarksIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> list[MarkRead]:
    """Répond oui, non ou non renseigné aux considérations présentes, laisse les autres."""
    return _tagged(response, service.mark(session, actor, consultation_id, data, if_match)).marks


def _tagged(response: Response, one: ConsultationRead) -> ConsultationRead:
    response.headers["ETag"] = service.etag(one)
    return one
