"""Addresses of campaigns, of what is owed in them, and of reminders."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.access.current import CurrentActor
from api.actions import campaigns, duties
from api.actions.campaign_schemas import (
    CampaignChange,
    CampaignCreate,
    CampaignFilter,
    CampaignItem,
    CampaignRead,
    DutyAssign,
    DutyFilter,
    DutyRead,
    DutyReminder,
    DutyReminderFilter,
)
from api.actions.campaigns import CampaignTaken, NothingToSay
from api.actions.matching import etag
from api.closings.service import YearClosed
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
    prefix="/api/v1",
    tags=["Campagnes"],
    responses=problems(Unauthenticated, Invalid),
)

IfMatch = Annotated[
    str | None,
    Header(max_length=80, description="L’ETag lu avec la campagne ; obligatoire pour modifier."),
]


@router.get("/campaigns", summary="Lister les campagnes")
def list_campaigns(
    filters: Annotated[CampaignFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[CampaignItem]:
    """Les campagnes des organisations dont on est membre, de la dernière année à la première. Une
    direction y compte ce qu’elle doit, les autres le tout."""
    return campaigns.find(session, actor, filters)


@router.post(
    "/campaigns",
    status_code=201,
    response_model=CampaignRead,
    responses=problems(Forbidden, NotFound, YearClosed, CampaignTaken, NothingToSay),
    summary="Ouvrir une campagne",
)
def create_campaign(
    data: CampaignCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> CampaignRead | Response:
    """Demande, pour une année, tout ce que Spaser ne calcule pas dans un schéma. Chaque direction
    retrouve ce qu’elle devait à la campagne d’avant ; le reste revient au pilote."""
    campaigns.allow_creation(session, actor, data)
    return once(
        session,
        actor.person_id,
        data,
        response,
        lambda: _tagged(response, campaigns.create(session, actor, data)),
    )


@router.get(
    "/campaigns/{campaign_id}",
    responses=problems(Forbidden, NotFound),
    summary="Lire une campagne",
)
def read_campaign(
    campaign_id: UUID, actor: CurrentActor, session: ReadSession, response: Response
) -> CampaignRead:
    """Qui doit quoi, pour quand, et ce qui a été dit. Une direction n’y voit que ce qu’elle
    doit."""
    return _tagged(response, campaigns.read(session, actor, campaign_id))


@router.patch(
    "/campaigns/{campaign_id}",
    responses=problems(Forbidden, NotFound, YearClosed, Stale, PreconditionRequired),
    summary="Modifier une campagne",
)
def change_campaign(
    campaign_id: UUID,
    data: CampaignChange,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> CampaignRead:
    """Change l’échéance ou le message ; `null` efface le message."""
    return _tagged(response, campaigns.change(session, actor, campaign_id, data, if_match))


@router.put(
    "/campaigns/{campaign_id}/duties/{indicator_id}",
    responses=problems(Forbidden, NotFound, YearClosed),
    summary="Confier un indicateur à une direction",
)
def assign_duty(
    campaign_id: UUID,
    indicator_id: UUID,
    data: DutyAssign,
    actor: CurrentActor,
    session: WriteSession,
) -> DutyRead:
    """Dit quelle direction doit un chiffre, et pour quand si ce n’est pas l’échéance de la
    campagne. Sans direction, le pilote s’en charge."""
    return campaigns.assign(session, actor, campaign_id, indicator_id, data)


@router.get("/duties", summary="Lister ce que l’on doit")
def list_duties(
    filters: Annotated[DutyFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[DutyRead]:
    """Ce que doit la direction de la personne qui demande, ou le pilote quand aucune direction ne
    le doit, dans les campagnes des années qui ne sont pas closes ; par échéance."""
    return duties.find(session, actor, filters)


@router.get("/duties/reminders", summary="Lister les rappels")
def list_duty_reminders(
    filters: Annotated[DutyReminderFilter, Query()], actor: CurrentActor, session: ReadSession
) -> list[DutyReminder]:
    """Ce qui est en retard ou à dire bientôt, direction par direction."""
    return duties.remind(session, actor, filters)


def _tagged(response: Response, one: CampaignRead) -> CampaignRead:
    response.headers["ETag"] = etag(one.version)
    return one
