"""Addresses of mandates."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.access import mandates
from api.access.current import CurrentActor
from api.access.mandates import MandateOverlaps
from api.access.models import MandateChange, MandateCreate, MandateRead
from api.kit.db import ReadSession, WriteSession
from api.kit.idempotency import Idempotent
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems

router = APIRouter(
    prefix="/api/v1/mandates", tags=["Accès"], responses=problems(Unauthenticated, Invalid)
)


@router.get("", summary="Lister les mandats")
def list_mandates(actor: CurrentActor, session: ReadSession) -> list[MandateRead]:
    """Les mandats donnés ou reçus par les organisations dont on est membre."""
    return mandates.find(session, actor)


@router.post(
    "",
    status_code=201,
    response_model=MandateRead,
    responses=problems(Forbidden, NotFound, MandateOverlaps),
    summary="Donner un mandat",
)
def create_mandate(
    data: MandateCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> MandateRead | Response:
    """Confie le suivi des clauses d’un acheteur à un facilitateur, d’un jour à un autre inclus."""
    mandates.allow_creation(session, actor, data)
    return once(
        session, actor.person_id, data, response, lambda: mandates.create(session, actor, data)
    )


@router.patch(
    "/{mandate_id}",
    responses=problems(Forbidden, NotFound, MandateOverlaps),
    summary="Changer la fin d’un mandat",
)
def change_mandate(
    mandate_id: UUID, data: MandateChange, actor: CurrentActor, session: WriteSession
) -> MandateRead:
    """Passé le dernier jour, le facilitateur ne voit plus rien de cet acheteur."""
    return mandates.change(session, actor, mandate_id, data)
