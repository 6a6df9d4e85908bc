"""Addresses of comments on indicators."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.access.current import CurrentActor
from api.indicators import comments
from api.indicators.comments_schemas import CommentCreate, CommentFilter, CommentRead
from api.kit.db import ReadSession, WriteSession
from api.kit.idempotency import Idempotent
from api.kit.pages import Page
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems

router = APIRouter(
    prefix="/api/v1/indicators/{indicator_id}/comments",
    tags=["Indicateurs"],
    responses=problems(Unauthenticated, Forbidden, NotFound, Invalid),
)


@router.get("", summary="Lister les commentaires d’un indicateur")
def list_comments(
    indicator_id: UUID,
    filters: Annotated[CommentFilter, Query()],
    actor: CurrentActor,
    session: ReadSession,
) -> Page[CommentRead]:
    """Ce que les membres d’une organisation disent d’un chiffre, du plus récent au plus ancien. Qui
    l’a écrit est dit par son rôle, jamais par son nom."""
    return comments.find(session, actor, indicator_id, filters)


@router.post("", status_code=201, response_model=CommentRead, summary="Commenter un indicateur")
def create_comment(
    indicator_id: UUID,
    data: CommentCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> CommentRead | Response:
    """Ajoute un commentaire, que lisent les membres de l’organisation."""
    comments.allow_creation(session, actor, indicator_id, data)
    return once(
        session,
        actor.person_id,
        data,
        response,
        lambda: comments.create(session, actor, indicator_id, data),
    )
