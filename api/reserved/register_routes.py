"""Addresses of reservable families, of justifications and of sourcings."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.access.current import CurrentActor
from api.closings.service import YearClosed
from api.kit.columns import Siret
from api.kit.db import ReadSession, WriteSession
from api.kit.idempotency import Idempotent
from api.kit.pages import Page
from api.kit.problems import Forbidden, NotFound, PreconditionRequired, Stale, problems
from api.reserved import companies, families, justifications, service, sourcings
from api.reserved.company_schemas import CompanyFilter, UnqualifiedCompany
from api.reserved.families import FamilyTaken, TooManyFamilies
from api.reserved.justifications import AlreadyJustified, AlreadyReserved
from api.reserved.register_schemas import (
    FamilyCreate,
    FamilyRead,
    NonReservationCreate,
    NonReservationRead,
    RegisterFilter,
    SourcingChange,
    SourcingCreate,
    SourcingFilter,
    SourcingRead,
)

router = APIRouter()

IfMatch = Annotated[
    str | None,
    Header(max_length=80, description="L’ETag lu avec le sourcing ; obligatoire pour modifier."),
]


@router.get("/reservable-families", summary="Lister les familles réservables")
def list_reservable_families(
    actor: CurrentActor,
    session: ReadSession,
    buyer: Annotated[Siret | None, Query(description="SIRET de l’acheteur.")] = None,
) -> list[FamilyRead]:
    """Les familles d’achats que les acheteurs dont on est membre veulent voir réserver."""
    return families.find(session, actor, buyer)


@router.post(
    "/reservable-families",
    status_code=201,
    response_model=FamilyRead,
    responses=problems(Forbidden, NotFound, FamilyTaken, TooManyFamilies),
    summary="Déclarer une famille réservable",
)
def create_reservable_family(
    data: FamilyCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> FamilyRead | Response:
    """Déclare une famille à fort potentiel : un marché dont le code CPV en est devra être réservé,
    ou l’absence de réservation justifiée."""
    families.allow_creation(session, actor, data)
    return once(
        session, actor.person_id, data, response, lambda: families.create(session, actor, data)
    )


@router.delete(
    "/reservable-families/{family_id}",
    status_code=204,
    responses=problems(Forbidden, NotFound),
    summary="Ôter une famille réservable",
)
def remove_reservable_family(
    family_id: UUID, actor: CurrentActor, session: WriteSession
) -> Response:
    """Ne demande plus rien pour cette famille ; les justifications déjà données restent."""
    families.remove(session, actor, family_id)
    return Response(status_code=204)


@router.get("/non-reservations", summary="Lister les absences de réservation justifiées")
def list_non_reservations(
    filters: Annotated[RegisterFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[NonReservationRead]:
    """Les justifications données par les acheteurs dont on est membre, de la dernière à la
    première ; l’année est celle de la notification du marché."""
    return justifications.find(session, actor, filters)


@router.post(
    "/non-reservations",
    status_code=201,
    response_model=NonReservationRead,
    responses=problems(Forbidden, NotFound, AlreadyJustified, AlreadyReserved),
    summary="Justifier une absence de réservation",
)
def create_non_reservation(
    data: NonReservationCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> NonReservationRead | Response:
    """Dit pourquoi un marché n’a pas été réservé."""
    service.allow_creation(session, actor, data.contract_id)
    return once(
        session,
        actor.person_id,
        data,
        response,
        lambda: justifications.create(session, actor, data),
    )


@router.get("/sourcings", summary="Lister les sourcings")
def list_sourcings(
    filters: Annotated[SourcingFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[SourcingRead]:
    """Les recherches de structures des acheteurs dont on est membre, de la dernière à la
    première."""
    return sourcings.find(session, actor, filters)


@router.post(
    "/sourcings",
    status_code=201,
    response_model=SourcingRead,
    responses=problems(Forbidden, NotFound, YearClosed),
    summary="Enregistrer un sourcing",
)
def create_sourcing(
    data: SourcingCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> SourcingRead | Response:
    """Garde la trace d’une recherche de structures : le moyen, qui a été contacté, qui a répondu,
    la suite donnée."""
    sourcings.allow_creation(session, actor, data)
    return once(
        session,
        actor.person_id,
        data,
        response,
        lambda: _tagged(response, sourcings.create(session, actor, data)),
    )


@router.patch(
    "/sourcings/{sourcing_id}",
    responses=problems(Forbidden, NotFound, Stale, PreconditionRequired, YearClosed),
    summary="Modifier un sourcing",
)
def change_sourcing(
    sourcing_id: UUID,
    data: SourcingChange,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> SourcingRead:
    """Change les champs présents, laisse les autres ; `null` efface ce qui est facultatif."""
    return _tagged(response, sourcings.change(session, actor, sourcing_id, data, if_match))


@router.get(
    "/unqualified-companies",
    responses=problems(Forbidden, NotFound),
    summary="Lister les entreprises dont la nature n’est pas connue",
)
def list_unqualified_companies(
    filters: Annotated[CompanyFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[UnqualifiedCompany]:
    """Les titulaires et les bénéficiaires d’un acheteur, connus par un SIRET, dont ni le registre
    des structures ni la fiche d’entreprise ne dit le type ; ceux qui tiennent le plus de marchés
    d’abord. `POST /api/v1/structures/ordinary` dit lesquels sont des entreprises ordinaires."""
    return companies.find(session, actor, filters)


def _tagged(response: Response, one: SourcingRead) -> SourcingRead:
    response.headers["ETag"] = sourcings.etag(one)
    return one
