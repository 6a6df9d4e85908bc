"""Addresses of the amounts that cannot be true."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.access.current import CurrentActor
from api.contracts import doubting
from api.contracts.doubting_schemas import AmountSaid, SetAside, SetAsideFilter
from api.contracts.routes import CHANGE_PROBLEMS, IfMatch, tagged
from api.contracts.schemas import ContractRead
from api.kit.db import ReadSession, WriteSession
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems

router = APIRouter(prefix="/api/v1", tags=["Marchés"], responses=problems(Unauthenticated, Invalid))


@router.get(
    "/amounts-set-aside",
    responses=problems(Forbidden, NotFound),
    summary="Lire les montants mis de côté",
)
def read_amounts_set_aside(
    filters: Annotated[SetAsideFilter, Query()], actor: CurrentActor, session: ReadSession
) -> SetAside:
    """Les montants qui ne peuvent être vrais (un euro, des milliards, une virgule déplacée) :
    aucune somme ne les compte tant que personne ne les dit exacts."""
    return doubting.find(session, actor, filters)


@router.put(
    "/contracts/{contract_id}/amounts",
    responses=CHANGE_PROBLEMS,
    summary="Dire exact un montant mis de côté",
)
def say_amount(
    contract_id: UUID,
    data: AmountSaid,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> ContractRead:
    """Le montant compte alors dans les sommes ; changé, il est de nouveau jugé."""
    return tagged(response, doubting.say(session, actor, contract_id, data, if_match))
