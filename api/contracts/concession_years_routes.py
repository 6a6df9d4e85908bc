"""Addresses of the yearly execution data of a concession."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.access.current import CurrentActor
from api.contracts import concession_years, service
from api.contracts.concession_years_schemas import ConcessionYearIn
from api.contracts.routes import CHANGE_PROBLEMS, IfMatch, Rank, tagged
from api.contracts.schemas import ConcessionYearRead, ContractRead
from api.kit.db import ReadSession, WriteSession
from api.kit.idempotency import Idempotent
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems

router = APIRouter(
    prefix="/api/v1/contracts/{contract_id}/concession-years",
    tags=["Marchés"],
    responses=problems(Unauthenticated, Invalid, Forbidden, NotFound),
)


@router.get("", summary="Lister les données d’exécution d’une concession")
def list_concession_years(
    contract_id: UUID, actor: CurrentActor, session: ReadSession
) -> list[ConcessionYearRead]:
    """Les données d’exécution, année après année, dans l’ordre où elles ont été dites. Le rang de
    chacune, à partir de 1, sert à la corriger."""
    return service.read(session, actor, contract_id).concession_years


@router.post(
    "",
    status_code=201,
    response_model=ContractRead,
    responses=CHANGE_PROBLEMS,
    summary="Ajouter les données d’exécution d’une année",
)
def create_concession_year(
    contract_id: UUID,
    data: ConcessionYearIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
    if_match: IfMatch = None,
) -> ContractRead | Response:
    """Ajoute ce que l’autorité concédante publie chaque année : les dépenses d’investissement et
    les principaux tarifs à la charge des usagers. Un marché n’en a pas."""

    def create() -> ContractRead:
        return tagged(response, concession_years.add(session, actor, contract_id, data, if_match))

    service.allow_change(session, actor, contract_id)
    return once(session, actor.person_id, data, response, create)


@router.put(
    "/{rank}", responses=CHANGE_PROBLEMS, summary="Corriger les données d’exécution d’une année"
)
def change_concession_year(
    contract_id: UUID,
    rank: Rank,
    data: ConcessionYearIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> ContractRead:
    """Corrige une erreur de saisie : les données deviennent celles qui sont envoyées."""
    told = concession_years.change(session, actor, contract_id, rank, data, if_match)
    return tagged(response, told)


@router.delete(
    "/{rank}", responses=CHANGE_PROBLEMS, summary="Supprimer les données d’exécution d’une année"
)
def remove_concession_year(
    contract_id: UUID,
    rank: Rank,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> ContractRead:
    """Supprime des données saisies par erreur."""
    return tagged(response, concession_years.remove(session, actor, contract_id, rank, if_match))
