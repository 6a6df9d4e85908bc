"""Addresses of erasures: announced, cancelled or executed by the facilitator's people."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.access.current import CurrentActor
from api.insertion.beneficiaries import purges
from api.insertion.beneficiaries.purges import NotDue, NothingToErase, PurgeOver
from api.insertion.beneficiaries.restricted_schemas import (
    PurgeAnnounced,
    PurgeCreate,
    PurgeExecuted,
    PurgeRead,
)
from api.kit.db import ReadSession, WriteSession
from api.kit.idempotency import Idempotent
from api.kit.pages import Cursor, Limit, Page
from api.kit.problems import Forbidden, NotFound, problems

router = APIRouter(prefix="/purges")


@router.post(
    "",
    status_code=201,
    response_model=PurgeAnnounced,
    responses=problems(Forbidden, NotFound, NothingToErase),
    summary="Annoncer un effacement",
)
def preview_purge(
    data: PurgeCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> PurgeAnnounced | Response:
    """Dit qui n’a plus d’activité depuis un jour, il y a 24 mois par défaut ; rien n’est effacé
    avant 30 jours, ni sans votre confirmation."""
    purges.allow_creation(session, actor, data)
    return once(
        session, actor.person_id, data, response, lambda: purges.announce(session, actor, data)
    )


@router.get("", responses=problems(Forbidden), summary="Lister les effacements")
def list_purges(
    actor: CurrentActor, session: ReadSession, limit: Limit = 50, cursor: Cursor = None
) -> Page[PurgeRead]:
    """Les effacements annoncés, annulés et faits par votre structure, du dernier au premier."""
    return purges.find(session, actor, limit, cursor)


@router.post(
    "/{purge_id}/cancel",
    responses=problems(Forbidden, NotFound, PurgeOver),
    summary="Annuler un effacement",
)
def cancel_purge(purge_id: UUID, actor: CurrentActor, session: WriteSession) -> PurgeRead:
    """Renonce à un effacement annoncé : rien n’est effacé."""
    return purges.cancel(session, actor, purge_id)


@router.post(
    "/{purge_id}/execute",
    responses=problems(Forbidden, NotFound, PurgeOver, NotDue),
    summary="Exécuter un effacement annoncé",
)
def execute_purge(purge_id: UUID, actor: CurrentActor, session: WriteSession) -> PurgeExecuted:
    """Efface l’identité et les pièces des personnes annoncées, sauf celles dont une activité est
    revenue ; leurs heures restent, anonymes. Refusé avant le jour dit."""
    return purges.execute(session, actor, purge_id)
