"""Addresses of events and of the states of actions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Response

from api.access.current import CurrentActor
from api.actions import events, states
from api.actions.event_schemas import (
    ActionStateFilter,
    ActionStateRead,
    ActionStateSet,
    EventChange,
    EventCreate,
    EventFilter,
    EventRead,
)
from api.actions.matching import etag
from api.closings.service import YearClosed
from api.kit.columns import Text
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
    tags=["Événements et actions"],
    responses=problems(Unauthenticated, Invalid),
)

IfMatch = Annotated[
    str | None,
    Header(max_length=80, description="L’ETag lu (« version ») ; obligatoire pour modifier."),
]


@router.get("/events", summary="Lister les événements")
def list_events(
    filters: Annotated[EventFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[EventRead]:
    """Les réunions, ateliers, formations, communications… des organisations dont on est membre, du
    plus récent au plus ancien."""
    return events.find(session, actor, filters)


@router.post(
    "/events",
    status_code=201,
    response_model=EventRead,
    responses=problems(Forbidden, NotFound, YearClosed),
    summary="Ajouter un événement",
)
def create_event(
    data: EventCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> EventRead | Response:
    """Ajoute un événement prévu, tenu ou annulé, et les actions des schémas qu’il sert."""
    events.allow_creation(session, actor, data)
    return once(
        session,
        actor.person_id,
        data,
        response,
        lambda: _tagged(response, events.create(session, actor, data)),
    )


@router.get(
    "/events/{event_id}", responses=problems(Forbidden, NotFound), summary="Lire un événement"
)
def read_event(
    event_id: UUID, actor: CurrentActor, session: ReadSession, response: Response
) -> EventRead:
    """Un événement. L’en-tête ETag sert à le modifier."""
    return _tagged(response, events.read(session, actor, event_id))


@router.patch(
    "/events/{event_id}",
    responses=problems(Forbidden, NotFound, YearClosed, Stale, PreconditionRequired),
    summary="Modifier un événement",
)
def change_event(
    event_id: UUID,
    data: EventChange,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> EventRead:
    """Change les champs présents, laisse les autres ; `null` efface ce qui est facultatif."""
    return _tagged(response, events.change(session, actor, event_id, data, if_match))


@router.delete(
    "/events/{event_id}",
    status_code=204,
    responses=problems(Forbidden, NotFound, YearClosed),
    summary="Supprimer un événement",
)
def remove_event(event_id: UUID, actor: CurrentActor, session: WriteSession) -> Response:
    """Supprime un événement saisi par erreur, tant que son année n’est pas close."""
    events.remove(session, actor, event_id)
    return Response(status_code=204)


@router.get(
    "/action-states",
    responses=problems(Forbidden, NotFound),
    summary="Lister l’état des actions d’un schéma",
)
def list_action_states(
    filters: Annotated[ActionStateFilter, Query()], actor: CurrentActor, session: ReadSession
) -> list[ActionStateRead]:
    """Toutes les actions d’un schéma, dans son ordre, et leur état à la fin d’une année quand il a
    été dit."""
    return states.find(session, actor, filters)


@router.put(
    "/action-states/{code}/{action}",
    responses=problems(Forbidden, NotFound, YearClosed, Stale, PreconditionRequired),
    summary="Dire où en est une action",
)
def set_action_state(
    code: Annotated[Text, Path(max_length=60, description="Code du schéma.")],
    action: Annotated[Text, Path(max_length=40, description="Code de l’action.")],
    data: ActionStateSet,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> ActionStateRead:
    """Dit où en est une action à la fin d’une année, ou le redit."""
    one = states.put(session, actor, code, action, data, if_match)
    response.headers["ETag"] = etag(one.version or 0)
    return one


def _tagged(response: Response, one: EventRead) -> EventRead:
    response.headers["ETag"] = etag(one.version)
    return one
