"""Addresses of identity: tokens, the person who asks, their organisations."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import OAuth2PasswordRequestForm
from sqlmodel import Session

from api.access import login, service
from api.access.current import CurrentActor
from api.access.models import DirectorateRead, Me, OrganisationRead, RefreshRequest, Tokens
from api.kit.columns import Siret
from api.kit.db import ReadSession, WriteSession
from api.kit.problems import (
    Forbidden,
    Invalid,
    NotFound,
    TooMany,
    Unauthenticated,
    problems,
)

router = APIRouter(prefix="/api/v1", tags=["Accès"])


@router.post(
    "/tokens",
    responses=problems(Unauthenticated, TooMany, Invalid),
    summary="Ouvrir une session",
)
def create_token(request: Request, form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> Tokens:
    """Échange une adresse électronique et un mot de passe contre un jeton d’accès (15 minutes) et
    un jeton de renouvellement (12 heures, à usage unique)."""
    address = request.client.host if request.client else ""
    state = request.app.state
    # Two transactions: a failure must be remembered although the answer is a refusal.
    with Session(state.engines.write) as session, session.begin():
        login.refuse_guessing(session, form.username, address)
        person_id = login.authenticate(session, form.username, form.password)
        if person_id is not None:
            return login.open_session(session, state.settings.signing_key, person_id)
        login.note_failure(session, form.username, address)
    raise Unauthenticated(login.WRONG)


@router.post(
    "/tokens/refresh",
    responses=problems(Unauthenticated, Invalid),
    summary="Renouveler une session",
)
def refresh_token(request: Request, data: RefreshRequest) -> Tokens:
    """Échange un jeton de renouvellement contre une nouvelle paire. Présenté deux fois, il ferme
    toute la session."""
    state = request.app.state
    with Session(state.engines.write) as session, session.begin():
        pair = login.refresh(session, state.settings.signing_key, data.refresh_token)
    if pair is None:
        raise Unauthenticated(login.EXPIRED)
    return pair


@router.post(
    "/tokens/revoke",
    status_code=204,
    responses=problems(Invalid),
    summary="Fermer une session",
)
def revoke_token(data: RefreshRequest, session: WriteSession) -> Response:
    """Ferme la session d’un jeton de renouvellement ; sans effet s’il est inconnu."""
    login.close_session(session, data.refresh_token)
    return Response(status_code=204)


@router.get("/me", responses=problems(Unauthenticated), summary="Qui suis-je")
def read_me(actor: CurrentActor, session: ReadSession) -> Me:
    """La personne connectée, ses organisations et ce que chaque rôle lui permet."""
    return service.me(session, actor)


@router.get(
    "/organisations/{siret}",
    responses=problems(Unauthenticated, NotFound, Invalid),
    summary="Lire une organisation",
)
def read_organisation(siret: Siret, actor: CurrentActor, session: ReadSession) -> OrganisationRead:
    """Une organisation dont on est membre, ou un acheteur suivi."""
    return OrganisationRead.model_validate(service.readable(session, actor, siret))


@router.get(
    "/organisations/{siret}/directorates",
    responses=problems(Unauthenticated, Forbidden, NotFound, Invalid),
    summary="Lister les directions d’une organisation",
)
def list_directorates(
    siret: Siret, actor: CurrentActor, session: ReadSession
) -> list[DirectorateRead]:
    """Les directions d’une organisation dont on est membre."""
    return service.directorates(session, actor, siret)
