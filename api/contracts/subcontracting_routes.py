"""Addresses of the acts of subcontracting of a contract, and of their changes."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.access.current import CurrentActor
from api.contracts import service, subcontracting
from api.contracts.routes import CHANGE_PROBLEMS, IfMatch, Rank, tagged
from api.contracts.schemas import ContractRead, SubcontractChangeRead, SubcontractRead
from api.contracts.service import StillCarrying
from api.contracts.subcontracting_schemas import SubcontractChangeIn, SubcontractIn
from api.kit.db import ReadSession, WriteSession
from api.kit.idempotency import Idempotent
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems

router = APIRouter(
    prefix="/api/v1/contracts/{contract_id}",
    tags=["Marchés"],
    responses=problems(Unauthenticated, Invalid, Forbidden, NotFound),
)


@router.get("/subcontracts", summary="Lister les actes de sous-traitance")
def list_subcontracts(
    contract_id: UUID, actor: CurrentActor, session: ReadSession
) -> list[SubcontractRead]:
    """Les actes de sous-traitance du marché. Le rang de chacun dans la liste, à partir de 1, sert à
    le corriger ; son numéro, à dire ce qui le modifie."""
    return service.read(session, actor, contract_id).subcontracts


@router.post(
    "/subcontracts",
    status_code=201,
    response_model=ContractRead,
    responses=CHANGE_PROBLEMS,
    summary="Ajouter un acte de sous-traitance",
)
def create_subcontract(
    contract_id: UUID,
    data: SubcontractIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
    if_match: IfMatch = None,
) -> ContractRead | Response:
    """Ajoute un acte, numéroté après le dernier. Une concession n’en a pas."""

    def create() -> ContractRead:
        return tagged(response, subcontracting.add(session, actor, contract_id, data, if_match))

    service.allow_change(session, actor, contract_id)
    return once(session, actor.person_id, data, response, create)


@router.put(
    "/subcontracts/{rank}",
    responses=CHANGE_PROBLEMS,
    summary="Corriger un acte de sous-traitance",
)
def change_subcontract(
    contract_id: UUID,
    rank: Rank,
    data: SubcontractIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> ContractRead:
    """Corrige une erreur de saisie : l’acte devient celui qui est envoyé, sous le même numéro. Ce
    que les parties ont changé depuis se dit par une modification de l’acte."""
    told = subcontracting.change(session, actor, contract_id, rank, data, if_match)
    return tagged(response, told)


@router.delete(
    "/subcontracts/{rank}",
    responses=CHANGE_PROBLEMS | problems(StillCarrying),
    summary="Supprimer un acte de sous-traitance",
)
def remove_subcontract(
    contract_id: UUID,
    rank: Rank,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> ContractRead:
    """Supprime un acte saisi par erreur, une fois ses modifications supprimées."""
    return tagged(response, subcontracting.remove(session, actor, contract_id, rank, if_match))


@router.get("/subcontract-changes", summary="Lister les modifications de sous-traitance")
def list_subcontract_changes(
    contract_id: UUID, actor: CurrentActor, session: ReadSession
) -> list[SubcontractChangeRead]:
    """Les modifications des actes de sous-traitance du marché, dans l’ordre où elles ont été
    dites."""
    return service.read(session, actor, contract_id).subcontract_changes


@router.post(
    "/subcontract-changes",
    status_code=201,
    response_model=ContractRead,
    responses=CHANGE_PROBLEMS,
    summary="Modifier un acte de sous-traitance",
)
def create_subcontract_change(
    contract_id: UUID,
    data: SubcontractChangeIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
    if_match: IfMatch = None,
) -> ContractRead | Response:
    """Ajoute ce que les parties ont changé d’un acte : les nouveaux totaux, jamais la
    différence."""

    def create() -> ContractRead:
        told = subcontracting.add_change(session, actor, contract_id, data, if_match)
        return tagged(response, told)

    service.allow_change(session, actor, contract_id)
    return once(session, actor.person_id, data, response, create)


@router.put(
    "/subcontract-changes/{rank}",
    responses=CHANGE_PROBLEMS,
    summary="Corriger une modification de sous-traitance",
)
def change_subcontract_change(
    contract_id: UUID,
    rank: Rank,
    data: SubcontractChangeIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> ContractRead:
    """Corrige une erreur de saisie : la modification devient celle qui est envoyée."""
    told = subcontracting.change_change(session, actor, contract_id, rank, data, if_match)
    return tagged(response, told)


@router.delete(
    "/subcontract-changes/{rank}",
    responses=CHANGE_PROBLEMS,
    summary="Supprimer une modification de sous-traitance",
)
def remove_subcontract_change(
    contract_id: UUID,
    rank: Rank,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> ContractRead:
    """Supprime une modification saisie par erreur."""
    told = subcontracting.remove_change(session, actor, contract_id, rank, if_match)
    return tagged(response, told)
