"""Addresses of spending."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.access.current import CurrentActor
from api.closings.service import YearClosed
from api.kit.db import ReadSession, WriteSession
from api.kit.idempotency import Idempotent
from api.kit.pages import Page
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems
from api.spending import service
from api.spending.schemas import SpendingCreate, SpendingCreated, SpendingFilter, SpendingRead

router = APIRouter(
    prefix="/api/v1/spending",
    tags=["Montants mandatés"],
    responses=problems(Unauthenticated, Invalid),
)


@router.get("", summary="Lister les montants mandatés")
def list_spending(
    filters: Annotated[SpendingFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[SpendingRead]:
    """Les montants mandatés par les acheteurs dont on est membre, du dernier saisi au premier."""
    return service.find(session, actor, filters)


@router.post(
    "",
    status_code=201,
    response_model=SpendingCreated,
    responses=problems(Forbidden, NotFound, YearClosed),
    summary="Enregistrer des montants mandatés",
)
def create_spending(
    data: SpendingCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> SpendingCreated | Response:
    """Ajoute jusqu’à mille lignes d’un acheteur, toutes ou aucune."""
    service.allow_creation(session, actor, data)
    return once(
        session, actor.person_id, data, response, lambda: service.create(session, actor, data)
    )


@router.delete(
    "/{spending_id}",
    status_code=204,
    responses=problems(Forbidden, NotFound, YearClosed),
    summary="Supprimer un montant mandaté",
)
def remove_spending(spending_id: UUID, actor: CurrentActor, session: WriteSession) -> Response:
    """Supprime une ligne saisie par erreur, tant que son année n’est pas close."""
    service.remove(session, actor, spending_id)
    return Response(status_code=204)
