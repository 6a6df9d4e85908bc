"""Addresses of the purchase programme."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.access.current import CurrentActor
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
from api.programme import listing, service
from api.programme.schemas import (
    ActionsIn,
    ProjectChange,
    ProjectCreate,
    ProjectFilter,
    ProjectItem,
    ProjectRead,
)
from api.programme.service import ProjectInUse, ReferenceTaken

router = APIRouter(
    prefix="/api/v1/projects",
    tags=["Programmation des achats"],
    responses=problems(Unauthenticated, Invalid),
)

IfMatch = Annotated[
    str | None,
    Header(max_length=80, description="L’ETag lu avec le projet ; obligatoire pour modifier."),
]
CHANGE_PROBLEMS = problems(Forbidden, NotFound, Stale, PreconditionRequired)


@router.get("", summary="Lister les projets d’achat")
def list_projects(
    filters: Annotated[ProjectFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[ProjectItem]:
    """Les projets des acheteurs dont on est membre, de la dernière année de programmation à la
    première."""
    return listing.page(session, actor, filters)


@router.post(
    "",
    status_code=201,
    response_model=ProjectRead,
    responses=problems(Forbidden, NotFound, ReferenceTaken),
    summary="Inscrire un projet d’achat",
)
def create_project(
    data: ProjectCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> ProjectRead | Response:
    """Ajoute un achat à la programmation d’une année."""
    service.allow_creation(session, actor, data)
    return once(
        session,
        actor.person_id,
        data,
        response,
        lambda: _tagged(response, service.create(session, actor, data)),
    )


@router.get(
    "/{project_id}", responses=problems(Forbidden, NotFound), summary="Lire un projet d’achat"
)
def read_project(
    project_id: UUID, actor: CurrentActor, session: ReadSession, response: Response
) -> ProjectRead:
    """Un projet entier, avec les actions du schéma qu’il doit porter. Ses marchés se listent à
    l’adresse des marchés, par le filtre `project`."""
    return _tagged(response, service.read(session, actor, project_id))


@router.patch(
    "/{project_id}",
    responses=CHANGE_PROBLEMS | problems(ReferenceTaken),
    summary="Modifier un projet d’achat",
)
def change_project(
    project_id: UUID,
    data: ProjectChange,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> ProjectRead:
    """Change les champs présents, laisse les autres ; `null` efface ce qui est facultatif."""
    return _tagged(response, service.change(session, actor, project_id, data, if_match))


@router.delete(
    "/{project_id}",
    status_code=204,
    responses=CHANGE_PROBLEMS | problems(ProjectInUse),
    summary="Supprimer un projet d’achat",
)
def remove_project(
    project_id: UUID, actor: CurrentActor, session: WriteSession, if_match: IfMatch = None
) -> Response:
    """Supprime un projet inscrit par erreur, tant qu’aucune consultation ni aucun marché ne s’y
    rattache."""
    service.remove(session, actor, project_id, if_match)
    return Response(status_code=204)


@router.put(
    "/{project_id}/actions",
    responses=CHANGE_PROBLEMS,
    summary="Dire les actions d’un projet d’achat",
)
def set_project_actions(
    project_id: UUID,
    data: ActionsIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> ProjectRead:
    """Remplace la liste des actions que le projet doit porter, chacune réalisée, non réalisée ou
    pas encore dite."""
    return _tagged(response, service.set_actions(session, actor, project_id, data, if_match))


def _tagged(response: Response, one: ProjectRead) -> ProjectRead:
    response.headers["ETag"] = service.etag(one)
    return one
