"""Addresses of the links given to companies."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.access.current import CurrentActor
from api.insertion.links import service
from api.insertion.links.schemas import (
    CompanyStatementCreate,
    CompanyStatementRead,
    LinkCreate,
    LinkCreated,
    LinkPresented,
    LinkRead,
)
from api.insertion.links.service import DeadLink, LinkClosed, LinkUsed, MonthTaken
from api.kit.db import ReadSession, WriteSession
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems

router = APIRouter(
    prefix="/api/v1/insertion",
    tags=["Liens d’entreprise"],
    responses=problems(Invalid),
)


@router.get(
    "/clauses/{clause_id}/links",
    responses=problems(Unauthenticated, Forbidden, NotFound),
    summary="Lister les liens d’une clause",
)
def list_statement_links(
    clause_id: UUID, actor: CurrentActor, session: ReadSession
) -> list[LinkRead]:
    """Les cent derniers liens donnés pour cette clause, sans leur partie secrète."""
    return service.find(session, actor, clause_id)


@router.post(
    "/clauses/{clause_id}/links",
    status_code=201,
    responses=problems(Unauthenticated, Forbidden, NotFound),
    summary="Donner un lien à l’entreprise",
)
def create_statement_link(
    clause_id: UUID,
    data: LinkCreate,
    actor: CurrentActor,
    session: WriteSession,
    request: Request,
) -> LinkCreated:
    """Un lien signé, pour une clause et un mois, par lequel l’entreprise titulaire déclare ses
    heures sans compte. Il expire, s’annule, et ne sert qu’une fois."""
    settings = request.app.state.settings
    key, site = settings.signing_key, settings.site_url
    return service.create(session, actor, clause_id, data, key, site)


@router.delete(
    "/links/{link_id}",
    status_code=204,
    responses=problems(Unauthenticated, Forbidden, NotFound),
    summary="Annuler un lien",
)
def revoke_statement_link(link_id: UUID, actor: CurrentActor, session: WriteSession) -> Response:
    """Le lien ne sert plus ; ce qui a été reçu par lui reste."""
    service.revoke(session, actor, link_id)
    return Response(status_code=204)


@router.post(
    "/company-statements/read",
    responses=problems(DeadLink, LinkClosed),
    summary="Lire ce que demande un lien",
)
def read_company_statement(
    data: LinkPresented, request: Request, session: ReadSession
) -> CompanyStatementRead:
    """Sans compte : le marché et le mois à déclarer, puis le reçu une fois la déclaration reçue."""
    return service.read(session, data.link, request.app.state.settings.signing_key)


@router.post(
    "/company-statements",
    status_code=201,
    response_model=CompanyStatementRead,
    responses=problems(DeadLink, LinkClosed, LinkUsed, MonthTaken),
    summary="Déclarer des heures par un lien",
)
def create_company_statement(
    data: CompanyStatementCreate, request: Request, session: WriteSession
) -> CompanyStatementRead | Response:
    """Sans compte : les heures du mois, qui attendent la validation du facilitateur. Un lien ne
    sert qu’une fois : un second envoi ne crée rien. Après vingt envois refusés, il est fermé.

    Seules se nomment les personnes que le facilitateur a liées à cette clause : déclarées pour
    elle, ou employées par le titulaire du marché. Rien n’est dit de ce qu’elles font ailleurs."""
    answer = service.state(session, data, request.app.state.settings.signing_key)
    # Answered and not raised: what is counted of a refusal must stay.
    return answer.response() if isinstance(answer, Invalid) else answer
