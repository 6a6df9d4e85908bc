"""Addresses of insertion clauses."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.access.current import CurrentActor
from api.closings.service import YearClosed
from api.insertion.clauses import service
from api.insertion.clauses.answers import ClauseItem, ClauseRead
from api.insertion.clauses.penalties import NoPenalty
from api.insertion.clauses.schemas import (
    ClauseChangeIn,
    ClauseCreate,
    ClauseFilter,
    EngagementChangeIn,
    PenaltyChange,
    PenaltyCreate,
)
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
    prefix="/api/v1/insertion/clauses",
    tags=["Clauses d’insertion"],
    responses=problems(Unauthenticated, Invalid),
)

IfMatch = Annotated[
    str | None,
    Header(max_length=80, description="L’ETag lu avec la clause ; obligatoire pour modifier."),
]
CHANGE_PROBLEMS = problems(Forbidden, NotFound, Stale, PreconditionRequired)


@router.get("", summary="Lister les clauses")
def list_clauses(
    filters: Annotated[ClauseFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[ClauseItem]:
    """Les clauses de ses acheteurs, et celles que l’on suit comme facilitateur tant que court le
    mandat, avec leurs jauges du jour ; 500 par page au plus."""
    return service.find(session, actor, filters)


@router.post(
    "",
    status_code=201,
    response_model=ClauseRead,
    responses=problems(Forbidden, NotFound),
    summary="Ajouter une clause",
)
def create_clause(
    data: ClauseCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> ClauseRead | Response:
    """Inscrit une clause dans un marché ou l’un de ses lots : des heures, une part des heures
    travaillées ou un montant sous-traité ; un calcul peut donner les heures."""

    def create() -> ClauseRead:
        return _tagged(response, service.create(session, actor, data))

    service.allow_creation(session, actor, data)
    return once(session, actor.person_id, data, response, create)


@router.get("/{clause_id}", responses=problems(Forbidden, NotFound), summary="Lire une clause")
def read_clause(
    clause_id: UUID, actor: CurrentActor, session: ReadSession, response: Response
) -> ClauseRead:
    """Une clause entière : termes, calcul, modifications, jauges du jour et pénalités. L’en-tête
    ETag sert à la modifier."""
    return _tagged(response, service.read(session, actor, clause_id))


@router.patch("/{clause_id}", responses=CHANGE_PROBLEMS, summary="Modifier une clause")
def change_clause(
    clause_id: UUID,
    data: ClauseChangeIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> ClauseRead:
    """Change les champs présents, laisse les autres ; `null` efface. Les heures d’une clause
    notifiée ne bougent que par un avenant, un bon, une tranche ou une correction."""
    return _tagged(response, service.change(session, actor, clause_id, data, if_match))


@router.post(
    "/{clause_id}/changes",
    status_code=201,
    response_model=ClauseRead,
    responses=CHANGE_PROBLEMS | problems(YearClosed),
    summary="Ajouter un avenant, un bon ou une correction",
)
def add_clause_change(
    clause_id: UUID,
    data: EngagementChangeIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
    if_match: IfMatch = None,
) -> ClauseRead | Response:
    """Fait varier l’engagement : un bon ou une tranche ajoute des heures, un avenant, une
    résiliation ou une correction dit le nouveau total. Une erreur se corrige, rien ne s’efface."""

    def create() -> ClauseRead:
        return _tagged(response, service.add_change(session, actor, clause_id, data, if_match))

    service.allow_change(session, actor, clause_id)
    return once(session, actor.person_id, data, response, create)


@router.post(
    "/{clause_id}/penalties",
    status_code=201,
    response_model=ClauseRead,
    responses=CHANGE_PROBLEMS | problems(YearClosed, NoPenalty),
    summary="Calculer une pénalité",
)
def create_penalty(
    clause_id: UUID,
    data: PenaltyCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
    if_match: IfMatch = None,
) -> ClauseRead | Response:
    """Calcule une pénalité selon le mode de la clause et dans la limite de son plafond ; elle
    attend ensuite une décision."""

    def create() -> ClauseRead:
        return _tagged(response, service.create_penalty(session, actor, clause_id, data, if_match))

    service.allow_change(session, actor, clause_id)
    return once(session, actor.person_id, data, response, create)


@router.patch(
    "/{clause_id}/penalties/{penalty_id}",
    responses=CHANGE_PROBLEMS | problems(YearClosed),
    summary="Décider d’une pénalité",
)
def change_penalty(
    clause_id: UUID,
    penalty_id: UUID,
    data: PenaltyChange,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> ClauseRead:
    """Applique, réduit ou remet une pénalité ; la réduire ou la remettre demande un motif."""
    place = (clause_id, penalty_id)
    return _tagged(response, service.change_penalty(session, actor, place, data, if_match))


def _tagged(response: Response, clause: ClauseRead) -> ClauseRead:
    response.headers["ETag"] = service.etag(clause)
    return clause
