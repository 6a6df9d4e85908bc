"""Addresses of spending that waits for its contract."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.access.current import CurrentActor
from api.closings.service import YearClosed
from api.kit.db import ReadSession, WriteSession
from api.kit.pages import Page
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems
from api.spending import deciding, waiting
from api.spending.joining_schemas import (
    DecisionsCreate,
    JoiningAsked,
    JoiningCount,
    JoiningDone,
    JoiningRun,
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
