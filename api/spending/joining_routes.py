"""Addresses of spending that waits for its contract."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.access.current import CurrentActor
from api.closings.service import YearClosed
from api.kit.columns import Siret, Text
from api.kit.db import ReadSession, WriteSession
from api.kit.pages import Cursor, Limit, Page
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems
from api.spending import deciding, remembering, waiting
from api.spending.joining_schemas import (
    DecisionsCreate,
    JoiningAsked,
    JoiningCount,
    JoiningDone,
    JoiningRun,
    RememberedNumber,
    WaitingFilter,
    WaitingSpending,
)

router = APIRouter(
    prefix="/api/v1/spending",
    tags=["Montants mandatés"],
    responses=problems(Unauthenticated, Forbidden, NotFound, Invalid),
)


@router.get("/waiting", summary="Lister les mandatements sans marché")
def list_waiting_spending(
    filters: Annotated[WaitingFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[WaitingSpending]:
    """Les mandatements qui ne sont sous aucun marché, du plus gros au plus petit, avec le motif et
    les marchés possibles."""
    return waiting.find(session, actor, filters)


@router.get("/joining", summary="Compter les mandatements par rattachement")
def count_joined_spending(
    asked: Annotated[JoiningAsked, Query()], actor: CurrentActor, session: ReadSession
) -> list[JoiningCount]:
    """Combien de lignes, pour quel montant, selon la façon dont leur marché a été trouvé."""
    return waiting.count(session, actor, asked)


@router.post("/joining", summary="Relancer le rapprochement")
def join_spending(data: JoiningRun, actor: CurrentActor, session: WriteSession) -> JoiningDone:
    """Cherche de nouveau le marché de chaque mandatement, sauf de ceux qu’une personne a décidés et
    de ceux d’une année close. Il se relance de lui-même à la saisie et à l’import."""
    return deciding.run(session, actor, data)


@router.post(
    "/decisions", responses=problems(YearClosed), summary="Décider du marché de mandatements"
)
def decide_spending(
    data: DecisionsCreate, actor: CurrentActor, session: WriteSession
) -> JoiningDone:
    """Rattache, détache, laisse hors marché ou rend au rapprochement automatique ; tout ou rien. Le
    rapprochement ne défait jamais une décision."""
    return deciding.decide(session, actor, data)


@router.get("/numbers", summary="Lister les numéros retenus")
def list_remembered_numbers(
    buyer: Annotated[Siret, Query(description="SIRET de l’acheteur.")],
    actor: CurrentActor,
    session: ReadSession,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[RememberedNumber]:
    """Les numéros imprimés par le logiciel financier qu’une personne a retenus pour un marché, dans
    leur ordre : les mandatements qui les portent trouvent ce marché seuls."""
    return remembering.find(session, actor, buyer, limit, cursor)


@router.delete("/numbers/{contract_id}", status_code=204, summary="Oublier un numéro retenu")
def forget_number(
    contract_id: UUID,
    number: Annotated[
        Text, Query(min_length=1, max_length=64, description="Le numéro, tel qu’il est listé.")
    ],
    actor: CurrentActor,
    session: WriteSession,
) -> Response:
    """Le numéro ne désigne plus ce marché. Les mandatements qu’il avait rattachés sont cherchés de
    nouveau, sauf ceux qu’une personne a décidés et ceux d’une année close."""
    remembering.forget(session, actor, contract_id, number)
    return Response(status_code=204)
