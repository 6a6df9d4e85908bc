"""Addresses of saved views."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.access.current import CurrentActor
from api.indicators import views
from api.indicators.views_schemas import ViewChange, ViewCreate, ViewFilter, ViewRead
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
    prefix="/api/v1/views", tags=["Vues enregistrées"], responses=problems(Unauthenticated, Invalid)
)

IfMatch = Annotated[
    str | None,
    Header(max_length=80, description="L’ETag lu (« version ») ; obligatoire pour modifier."),
]


@router.get("", summary="Lister les vues enregistrées")
def list_views(
    filters: Annotated[ViewFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[ViewRead]:
    """Ses propres vues, et celles que partagent d’autres personnes de ses organisations."""
    return views.find(session, actor, filters)


@router.post(
    "",
    status_code=201,
    response_model=ViewRead,
    responses=problems(Forbidden, NotFound),
    summary="Enregistrer une vue",
)
def create_view(
    data: ViewCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> ViewRead | Response:
    """Garde un tableau de bord et ses filtres sous un nom, pour soi ou pour l’organisation."""
    views.allow_creation(session, actor, data)
    return once(
        session,
        actor.person_id,
        data,
        response,
        lambda: _tagged(response, views.create(session, actor, data)),
    )


@router.get("/{view_id}", responses=problems(Forbidden, NotFound), summary="Lire une vue")
def read_view(
    view_id: UUID, actor: CurrentActor, session: ReadSession, response: Response
) -> ViewRead:
    """Une vue à soi, ou partagée. L’en-tête ETag sert à la modifier."""
    return _tagged(response, views.read(session, actor, view_id))


@router.patch(
    "/{view_id}",
    responses=problems(Forbidden, NotFound, Stale, PreconditionRequired),
    summary="Renommer ou partager une vue",
)
def change_view(
    view_id: UUID,
    data: ViewChange,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> ViewRead:
    """Change le nom d’une vue à soi, ou dit si l’organisation la voit."""
    return _tagged(response, views.change(session, actor, view_id, data, if_match))


@router.delete(
    "/{view_id}",
    status_code=204,
    responses=problems(Forbidden, NotFound),
    summary="Supprimer une vue",
)
def remove_view(view_id: UUID, actor: CurrentActor, session: WriteSession) -> Response:
    """Supprime une vue à soi."""
    views.remove(session, actor, view_id)
    return Response(status_code=204)


def _tagged(response: Response, one: ViewRead) -> ViewRead:
    response.headers["ETag"] = f'"{one.version}"'
    return one
