"""Addresses of webhooks."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.access.current import CurrentActor
from api.kit.columns import Siret
from api.kit.db import ReadSession, WriteSession
from api.kit.pages import Page
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems
from api.webhooks import service
from api.webhooks.schemas import (
    DeliveryFilter,
    DeliveryRead,
    WebhookChange,
    WebhookCreate,
    WebhookCreated,
    WebhookRead,
)
from api.webhooks.service import TooManyWebhooks

router = APIRouter(
    prefix="/api/v1/webhooks",
    tags=["Webhooks"],
    responses=problems(Unauthenticated, Forbidden, NotFound, Invalid),
)


@router.get("", summary="Lister les webhooks")
def list_webhooks(
    organisation: Annotated[Siret, Query(description="SIRET de l’organisation.")],
    actor: CurrentActor,
    session: ReadSession,
) -> list[WebhookRead]:
    """Les adresses que l’organisation fait prévenir, et pourquoi certaines sont arrêtées."""
    return service.find(session, actor, organisation)


@router.post("", status_code=201, responses=problems(TooManyWebhooks), summary="Créer un webhook")
def create_webhook(
    request: Request, data: WebhookCreate, actor: CurrentActor, session: WriteSession
) -> WebhookCreated:
    """Fait prévenir une adresse de ce qui change à partir de maintenant. Le secret qui vérifie les
    signatures n’est donné que dans cette réponse. Répétée, la demande crée un autre webhook."""
    return service.create(session, actor, data, request.app.state.settings.signing_key)


@router.patch("/{webhook_id}", summary="Modifier un webhook")
def change_webhook(
    webhook_id: UUID, data: WebhookChange, actor: CurrentActor, session: WriteSession
) -> WebhookRead:
    """Change l’adresse, arrête ou remet en marche : ce qui attendait part alors, dans l’ordre."""
    return service.change(session, actor, webhook_id, data)


@router.delete("/{webhook_id}", status_code=204, summary="Supprimer un webhook")
def remove_webhook(webhook_id: UUID, actor: CurrentActor, session: WriteSession) -> Response:
    """L’adresse n’est plus prévenue ; ses livraisons sont oubliées."""
    service.remove(session, actor, webhook_id)
    return Response(status_code=204)


@router.get("/{webhook_id}/deliveries", summary="Lister les livraisons")
def list_deliveries(
    webhook_id: UUID,
    filters: Annotated[DeliveryFilter, Query()],
    actor: CurrentActor,
    session: ReadSession,
) -> Page[DeliveryRead]:
    """Ce qui a été livré ou attend de l’être, du plus récent au plus ancien."""
    return service.deliveries(session, actor, webhook_id, filters)


@router.post("/{webhook_id}/deliveries/{delivery_id}/replay", summary="Rejouer une livraison")
def replay_delivery(
    webhook_id: UUID, delivery_id: UUID, actor: CurrentActor, session: WriteSession
) -> DeliveryRead:
    """La livraison repart, sous le même identifiant et avec le même contenu."""
    return service.replay(session, actor, webhook_id, delivery_id)
