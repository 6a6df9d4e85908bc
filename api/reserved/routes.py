"""Addresses of reserved markets."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.access.current import CurrentActor
from api.closings.service import YearClosed
from api.kit.columns import Siret
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
from api.reserved import advising, families, figures, listing, service
from api.reserved.advice_schemas import ReservationQuestion
from api.reserved.advising import IncompatibleBases
from api.reserved.figure_schemas import ReservedFigures
from api.reserved.register_routes import router as registers
from api.reserved.register_schemas import ToJustify, ToJustifyFilter
from api.reserved.schemas import (
    ReservationChange,
    ReservationCreate,
    ReservationFilter,
    ReservationItem,
    ReservationRead,
)
from api.reserved.service import BasisTaken
from api.rules.reservation.advice import Advice

router = APIRouter(
    prefix="/api/v1", tags=["Marchés réservés"], responses=problems(Unauthenticated, Invalid)
)

IfMatch = Annotated[
    str | None,
    Header(max_length=80, description="L’ETag lu avec l’élément ; obligatoire pour modifier."),
]
CHANGE_PROBLEMS = problems(Forbidden, NotFound, Stale, PreconditionRequired)
Year = Annotated[int, Query(ge=1990, le=2100, description="Année civile.")]


@router.post("/reservation-advice", summary="Demander si un marché peut être réservé")
def advise_reservation(data: ReservationQuestion, actor: CurrentActor) -> Advice:
    """Applique les règles en vigueur au jour de l’avis : pour chaque article, ce qu’il permet,
    pourquoi, ce qu’il faut écrire et ce qui reste à vérifier. Rien n’est enregistré, et ce n’est
    pas un conseil juridique."""
    del actor
    return advising.answer(data)


@router.get("/reserved-contracts", summary="Lister les marchés réservés")
def list_reserved_contracts(
    filters: Annotated[ReservationFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[ReservationItem]:
    """Les réservations inscrites par les acheteurs dont on est membre, de la dernière décidée à la
    première."""
    return listing.page(session, actor, filters)


@router.post(
    "/reserved-contracts",
    status_code=201,
    response_model=ReservationRead,
    responses=problems(Forbidden, NotFound, BasisTaken, IncompatibleBases, YearClosed),
    summary="Inscrire un marché réservé",
)
def create_reserved_contract(
    data: ReservationCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> ReservationRead | Response:
    """Inscrit la réservation d’un marché ou de lots, et dit « oui » à la considération « Marché
    réservé » de ce marché. La réponse porte ce que les règles du jour de la décision objectent ;
    seuls deux articles incompatibles sont refusés."""
    service.allow_creation(session, actor, data.contract_id)
    return once(
        session,
        actor.person_id,
        data,
        response,
        lambda: _tagged(response, service.create(session, actor, data)),
    )


@router.get(
    "/reserved-contracts/to-justify",
    responses=problems(Forbidden, NotFound),
    summary="Lister les marchés à justifier",
)
def list_missing_justifications(
    filters: Annotated[ToJustifyFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[ToJustify]:
    """Les marchés de l’année dont le code CPV est d’une famille réservable, ni réservés ni
    justifiés."""
    return families.to_justify(session, actor, filters)


@router.get(
    "/reserved-contracts/figures",
    responses=problems(Forbidden, NotFound),
    summary="Lire les chiffres des marchés réservés",
)
def read_reserved_figures(
    organisation: Annotated[Siret, Query(description="SIRET de l’acheteur.")],
    year: Year,
    actor: CurrentActor,
    session: ReadSession,
) -> ReservedFigures:
    """Nombre, parts avec leur base, montants notifiés et mandatés, sourcing, évolution, et les deux
    catégories que demande l’article L2111-3. Ce qui n’est pas connu est compté à part."""
    return figures.read(session, actor, organisation, year)


@router.get(
    "/reserved-contracts/{reservation_id}",
    responses=problems(Forbidden, NotFound),
    summary="Lire un marché réservé",
)
def read_reserved_contract(
    reservation_id: UUID, actor: CurrentActor, session: ReadSession, response: Response
) -> ReservationRead:
    """Une réservation, avec ce que les règles du jour de la décision en disent. L’en-tête ETag sert
    à la modifier."""
    return _tagged(response, service.read(session, actor, reservation_id))


@router.patch(
    "/reserved-contracts/{reservation_id}",
    responses=CHANGE_PROBLEMS | problems(IncompatibleBases, YearClosed),
    summary="Modifier un marché réservé",
)
def change_reserved_contract(
    reservation_id: UUID,
    data: ReservationChange,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> ReservationRead:
    """Change les champs présents, laisse les autres ; `null` efface."""
    return _tagged(response, service.change(session, actor, reservation_id, data, if_match))


@router.delete(
    "/reserved-contracts/{reservation_id}",
    status_code=204,
    responses=CHANGE_PROBLEMS | problems(YearClosed),
    summary="Ôter un marché réservé",
)
def remove_reserved_contract(
    reservation_id: UUID, actor: CurrentActor, session: WriteSession, if_match: IfMatch = None
) -> Response:
    """Ôte une réservation inscrite par erreur. La considération « Marché réservé » du marché reste
    telle qu’elle est : corrigez-la sur le marché si elle n’a plus lieu d’être."""
    service.remove(session, actor, reservation_id, if_match)
    return Response(status_code=204)


def _tagged(response: Response, one: ReservationRead) -> ReservationRead:
    response.headers["ETag"] = service.etag(one)
    return one


router.include_router(registers)
