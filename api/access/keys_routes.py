"""Addresses of API keys."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.access import keys
from api.access.current import CurrentActor
from api.access.keys import TooManyKeys
from api.access.keys_models import KeyCreate, KeyCreated, KeyRead
from api.kit.columns import Siret
from api.kit.db import ReadSession, WriteSession
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems

router = APIRouter(
    prefix="/api/v1/keys",
    tags=["Accès"],
    responses=problems(Unauthenticated, Forbidden, NotFound, Invalid),
)


@router.get("", summary="Lister les clés d’API")
def list_keys(
    organisation: Annotated[Siret, Query(description="SIRET de l’organisation.")],
    actor: CurrentActor,
    session: ReadSession,
) -> list[KeyRead]:
    """Les clés d’une organisation, de la plus récente à la plus ancienne (500 au plus) : leur
    début, ce qu’elles permettent, jusqu’à quand, et leur dernier usage. Jamais la clé elle-même."""
    return keys.find(session, actor, organisation)


@router.post("", status_code=201, responses=problems(TooManyKeys), summary="Créer une clé d’API")
def create_key(
    request: Request, data: KeyCreate, actor: CurrentActor, session: WriteSession
) -> KeyCreated:
    """Crée une clé pour un logiciel, à passer en « Authorization: Bearer spk_… ». Elle n’est donnée
    que dans cette réponse. Elle agit au nom de qui la crée : jamais au-delà de ses droits du
    moment, et dans cette seule organisation. Répétée, la demande crée une autre clé."""
    return keys.create(session, actor, data, request.app.state.settings.signing_key)


@router.delete("/{key_id}", status_code=204, summary="Révoquer une clé d’API")
def revoke_key(key_id: UUID, actor: CurrentActor, session: WriteSession) -> Response:
    """La clé ne sert plus dès la demande suivante, et ne servira plus jamais."""
    keys.revoke(session, actor, key_id)
    return Response(status_code=204)
