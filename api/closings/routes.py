"""Addresses of closed years."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.access.current import CurrentActor
from api.closings import service
from api.closings.models import ClosingCreate, ClosingRead, ClosingReopen
from api.closings.service import AlreadyClosed, NotClosed
from api.kit.db import ReadSession, WriteSession
from api.kit.idempotency import Idempotent
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems

router = APIRouter(
    prefix="/api/v1/closings", tags=["Clôtures"], responses=problems(Unauthenticated, Invalid)
)


@router.get("", summary="Lister les clôtures")
def list_closings(actor: CurrentActor, session: ReadSession) -> list[ClosingRead]:
    """Les années closes par les organisations dont on est membre, ou rouvertes depuis."""
    return service.find(session, actor)


@router.post(
    "",
    status_code=201,
    response_model=ClosingRead,
    responses=problems(Forbidden, NotFound, AlreadyClosed),
    summary="Clore une année",
)
def create_closing(
    data: ClosingCreate,
    actor: CurrentActor,
    session: WriteSession,
    request: Request,
    response: Response,
    once: Idempotent,
) -> ClosingRead | Response:
    """Fige une année terminée : ses heures, ses réponses déclarées et ses événements ne changent
    plus ; les chiffres de l’insertion et de chaque schéma suivi sont arrêtés, avec leurs
    définitions et leurs pièces. Une année rouverte puis close à nouveau a une version de plus."""
    service.allow_creation(session, actor, data)
    follows = request.app.state.on_closed
    return once(
        session,
        actor.person_id,
        data,
        response,
        lambda: service.create(session, actor, data, follows),
    )


@router.post(
    "/{closing_id}/reopen",
    responses=problems(Forbidden, NotFound, NotClosed),
    summary="Rouvrir une année close",
)
def reopen_closing(
    closing_id: UUID, data: ClosingReopen, actor: CurrentActor, session: WriteSession
) -> ClosingRead:
    """Réservé à l’administrateur ; le motif reste au journal."""
    return service.reopen(session, actor, closing_id, data)
