"""Addresses of the register of contracts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from api.access.current import CurrentActor, Presented, actor_of
from api.access.keys import note_use
from api.contracts import feed, history, listing, service
from api.contracts.feed import RegisterFeed
from api.contracts.history import HistoryRead
from api.contracts.schemas import (
    AmendmentIn,
    AmendmentRead,
    ContractChange,
    ContractCreate,
    ContractFilter,
    ContractItem,
    ContractRead,
    MarkRead,
    MarksIn,
)
from api.contracts.service import NotRemovable, ReferenceTaken
from api.kit.db import FEEDERS, LISTERS, ReadSession, WriteSession
from api.kit.feeds import Restart, answer
from api.kit.idempotency import Idempotent
from api.kit.pages import MAX_LIMIT, Cursor, Limit, Page
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
    prefix="/api/v1/contracts", tags=["Marchés"], responses=problems(Unauthenticated, Invalid)
)

IfMatch = Annotated[
    str | None,
    Header(max_length=80, description="L’ETag lu avec le marché ; obligatoire pour modifier."),
]
# Of a part of a contract, in its list.
Rank = Annotated[int, Path(ge=1, le=100_000, description="Rang dans la liste, à partir de 1.")]
CHANGE_PROBLEMS = problems(Forbidden, NotFound, Stale, PreconditionRequired)


def _page(
    request: Request, filters: Annotated[ContractFilter, Query()], asking: Presented
) -> bytes:
    # The busiest address: one thread and one connection for the rights and the rows.
    with request.app.state.engines.read.connect() as connection:
        actor = actor_of(connection, asking)
        page = listing.page(connection, actor, filters)
    note_use(request.app.state, actor)
    return page


@router.get("", response_model=Page[ContractItem], summary="Lister les marchés")
async def list_contracts(
    page: Annotated[bytes, Depends(_page, max_concurrency=LISTERS)],
) -> Response:
    """Les marchés des acheteurs dont on est membre, du plus récemment notifié au plus ancien ;
    ceux d’un acheteur suivi se demandent par son SIRET."""
    return Response(page, media_type="application/json")


@router.post(
    "",
    status_code=201,
    response_model=ContractRead,
    responses=problems(Forbidden, NotFound, ReferenceTaken),
    summary="Enregistrer un marché",
)
def create_contract(
    data: ContractCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> ContractRead | Response:
    """Ajoute un marché ou une concession au registre d’un acheteur."""

    def create() -> ContractRead:
        return tagged(response, service.create(session, actor, data))

    # An answer given again asks for the right again: it may be gone.
    service.allow_creation(session, actor, data)
    return once(session, actor.person_id, data, response, create)


def _changes(
    request: Request, asking: Presented, limit: Limit = MAX_LIMIT, cursor: Cursor = None
) -> Response:
    with request.app.state.engines.read.connect() as connection:
        actor = actor_of(connection, asking)
        page = feed.page(connection, actor, limit, cursor)
    note_use(request.app.state, actor)
    return answer(request, page, {"Cache-Control": "private, no-cache", "Vary": "Authorization"})


@router.head("/feed", include_in_schema=False)
@router.get(
    "/feed",
    response_model=RegisterFeed,
    responses=problems(Restart),
    summary="Suivre les changements du registre",
)
async def follow_contracts(
    changes: Annotated[Response, Depends(_changes, max_concurrency=FEEDERS)],
) -> Response:
    """Les marchés nouveaux, modifiés ou supprimés des acheteurs dont on est membre, dans l’ordre où
    les changements ont été enregistrés : rien ne manque, même quand plusieurs écrivent à la fois.
    Sans « cursor », tout le registre vient d’abord ; gardez « next » et revenez avec lui. Un
    curseur d’avant un changement de vos droits, ou d’avant une restauration, est refusé (410) :
    relisez depuis le début."""
    return changes


@router.get("/{contract_id}", responses=problems(Forbidden, NotFound), summary="Lire un marché")
def read_contract(
    contract_id: UUID, actor: CurrentActor, session: ReadSession, response: Response
) -> ContractRead:
    """Un marché entier : faits, titulaires, considérations, avenants, sous-traitance, et ce qui
    retient sa publication. L’en-tête ETag sert à le modifier."""
    return tagged(response, service.read(session, actor, contract_id))


@router.patch("/{contract_id}", responses=CHANGE_PROBLEMS, summary="Modifier un marché")
def change_contract(
    contract_id: UUID,
    data: ContractChange,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> ContractRead:
    """Change les champs présents, laisse les autres ; `null` efface."""
    return tagged(response, service.change(session, actor, contract_id, data, if_match))


@router.delete(
    "/{contract_id}",
    status_code=204,
    responses=CHANGE_PROBLEMS | problems(NotRemovable),
    summary="Supprimer un marché saisi",
)
def remove_contract(
    contract_id: UUID, actor: CurrentActor, session: WriteSession, if_match: IfMatch = None
) -> Response:
    """Supprime un marché saisi à la main ; un marché importé s’ôte en annulant son import."""
    service.remove(session, actor, contract_id, if_match)
    return Response(status_code=204)


@router.get(
    "/{contract_id}/amendments",
    responses=problems(Forbidden, NotFound),
    summary="Lister les avenants",
)
def list_amendments(
    contract_id: UUID, actor: CurrentActor, session: ReadSession
) -> list[AmendmentRead]:
    """Les modifications du marché, dans l’ordre où elles ont été dites."""
    return service.read(session, actor, contract_id).amendments


@router.post(
    "/{contract_id}/amendments",
    status_code=201,
    response_model=ContractRead,
    responses=CHANGE_PROBLEMS,
    summary="Ajouter un avenant",
)
def create_amendment(
    contract_id: UUID,
    data: AmendmentIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
    if_match: IfMatch = None,
) -> ContractRead | Response:
    """Ajoute une modification : les nouveaux totaux, jamais la différence."""

    def create() -> ContractRead:
        return tagged(response, service.amend(session, actor, contract_id, data, if_match))

    service.allow_change(session, actor, contract_id)
    return once(session, actor.person_id, data, response, create)


@router.get(
    "/{contract_id}/marks",
    responses=problems(Forbidden, NotFound),
    summary="Lire les considérations",
)
def read_marks(
    contract_id: UUID, actor: CurrentActor, session: ReadSession, response: Response
) -> list[MarkRead]:
    """Toute la nomenclature, avec ce que dit ce marché : oui, non ou non renseigné."""
    return tagged(response, service.read(session, actor, contract_id)).marks


@router.put("/{contract_id}/marks", responses=CHANGE_PROBLEMS, summary="Dire les considérations")
def change_marks(
    contract_id: UUID,
    data: MarksIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> list[MarkRead]:
    """Répond oui, non ou non renseigné aux considérations présentes, laisse les autres."""
    return tagged(response, service.mark(session, actor, contract_id, data, if_match)).marks


@router.get(
    "/{contract_id}/history", responses=problems(Forbidden, NotFound), summary="Lire l’historique"
)
def read_history(contract_id: UUID, actor: CurrentActor, session: ReadSession) -> list[HistoryRead]:
    """Ce qui est arrivé au marché, en phrases, du plus récent au plus ancien."""
    return history.history(session, actor, contract_id)


def tagged(response: Response, contract: ContractRead) -> ContractRead:
    """The contract, its ETag in the answer."""
    response.headers["ETag"] = service.etag(contract)
    return contract
