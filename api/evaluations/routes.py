"""Addresses of the evaluations of contracts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.access.current import CurrentActor
from api.closings.service import YearClosed
from api.evaluations import service
from api.evaluations.schemas import (
    EvaluationChange,
    EvaluationCreate,
    EvaluationFilter,
    EvaluationRead,
)
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
    prefix="/api/v1/evaluations",
    tags=["Évaluations des marchés"],
    responses=problems(Unauthenticated, Invalid),
)

IfMatch = Annotated[
    str | None,
    Header(max_length=80, description="L’ETag de l’évaluation ; obligatoire pour modifier."),
]
CHANGE_PROBLEMS = problems(Forbidden, NotFound, Stale, PreconditionRequired, YearClosed)


@router.get("", summary="Lister les évaluations")
def list_evaluations(
    filters: Annotated[EvaluationFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[EvaluationRead]:
    """Les évaluations des marchés des acheteurs dont on est membre, de la dernière à la première.
    L’ETag d’une évaluation est sa version entre guillemets droits."""
    return service.find(session, actor, filters)


@router.post(
    "",
    status_code=201,
    response_model=EvaluationRead,
    responses=problems(Forbidden, NotFound, YearClosed),
    summary="Inscrire une évaluation",
)
def create_evaluation(
    data: EvaluationCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> EvaluationRead | Response:
    """Garde l’évaluation d’un marché par l’acheteur, ou de l’acheteur par le titulaire, avec ou
    sans note."""
    service.allow_creation(session, actor, data.contract_id)
    return once(
        session,
        actor.person_id,
        data,
        response,
        lambda: _tagged(response, service.create(session, actor, data)),
    )


@router.patch("/{evaluation_id}", responses=CHANGE_PROBLEMS, summary="Modifier une évaluation")
def change_evaluation(
    evaluation_id: UUID,
    data: EvaluationChange,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> EvaluationRead:
    """Change les champs présents, laisse les autres ; `null` efface la note ou le commentaire."""
    return _tagged(response, service.change(session, actor, evaluation_id, data, if_match))


@router.delete(
    "/{evaluation_id}",
    status_code=204,
    responses=CHANGE_PROBLEMS,
    summary="Supprimer une évaluation",
)
def remove_evaluation(
    evaluation_id: UUID, actor: CurrentActor, session: WriteSession, if_match: IfMatch = None
) -> Response:
    """Supprime une évaluation inscrite par erreur, tant que son année n’est pas close."""
    service.remove(session, actor, evaluation_id, if_match)
    return Response(status_code=204)


def _tagged(response: Response, one: EvaluationRead) -> EvaluationRead:
    response.headers["ETag"] = service.etag(one)
    return one
