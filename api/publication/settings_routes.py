"""Addresses of how a buyer publishes."""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from api.access.current import CurrentActor
from api.actions.matching import etag
from api.kit.columns import Siret
from api.kit.db import ReadSession, WriteSession
from api.kit.problems import (
    Forbidden,
    Invalid,
    NotFound,
    PreconditionRequired,
    Stale,
    Unauthenticated,
    problems,
)
from api.publication import declaring, settings
from api.publication.schemas import DeclaringText
from api.publication.settings_schemas import PublicationSettingsRead, PublicationSettingsSet

router = APIRouter(
    prefix="/api/v1/publication/{siret}",
    tags=["Publication"],
    responses=problems(Unauthenticated, Forbidden, NotFound, Invalid),
)

IfMatch = Annotated[
    str | None,
    Header(max_length=80, description="L’ETag lu avec les réglages ; toujours obligatoire."),
]


@router.get("/settings", summary="Réglages de la publication")
def read_publication_settings(
    siret: Siret, actor: CurrentActor, session: ReadSession, response: Response
) -> PublicationSettingsRead:
    """Qui joindre, sous quelle licence, et par qui les données essentielles sont déjà publiées."""
    return _tagged(response, *settings.read(session, actor, siret))


@router.put(
    "/settings",
    responses=problems(Stale, PreconditionRequired),
    summary="Régler la publication",
)
def put_publication_settings(
    siret: Siret,
    data: PublicationSettingsSet,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> PublicationSettingsRead:
    """Remplace les réglages : ce qui n’est pas envoyé s’efface. Quand un autre service publie déjà
    les données essentielles, elles quittent le catalogue ; leurs fichiers restent à leur
    adresse."""
    return _tagged(response, *settings.put(session, actor, siret, data, if_match))


@router.get("/texts", summary="Lister les textes pour déclarer ses données")
def list_declaring_texts(
    request: Request, siret: Siret, actor: CurrentActor, session: ReadSession
) -> list[DeclaringText]:
    """Des textes à copier, remplis des adresses de l’acheteur : pour data.gouv.fr, pour la
    consolidation nationale, pour le profil d’acheteur."""
    site = request.app.state.settings.site_url.rstrip("/")
    return declaring.texts(session, actor, siret, site)


def _tagged(
    response: Response, read: PublicationSettingsRead, version: int
) -> PublicationSettingsRead:
    response.headers["ETag"] = etag(version)
    return read
