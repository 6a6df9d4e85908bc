"""Operations of webhooks."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from api.kit.columns import now
from api.webhooks.models import DeliveryState, Webhook, WebhookDelivery, WebhookEvent
from tests.operation import Operation, Things


def new_webhook(siret: str, url: str = "https://recoit.example/spaser") -> dict[str, Any]:
    """The body of a webhook."""
    return {"organisation": siret, "url": url, "events": ["contracts.changed"]}


def _room(service: Any, base: Things) -> Things:
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(sa.delete(Webhook))
    return base


def _made(service: Any, base: Things) -> Things:
    _room(service, base)
    account = service.pilot_of(base.siret)
    made = service.make("/api/v1/webhooks", new_webhook(base.siret), account)
    return replace(base, ids={"webhook_id": made["id"]})


def _delivered(service: Any, base: Things) -> Things:
    things = _made(service, base)
    with Session(service.app.state.engines.write) as session, session.begin():
        one = WebhookDelivery(
            position=1,
            webhook_id=UUID(things.ids["webhook_id"]),
            event=WebhookEvent.CONTRACTS_CHANGED,
            body="{}",
            state=DeliveryState.DELIVERED,
            due_at=now(),
        )
        session.add(one)
        session.flush()
        return replace(things, ids={**things.ids, "delivery_id": str(one.id)})


OPERATIONS: dict[str, Operation] = {
    "list_webhooks": Operation(
        "webhooks:write", "an organisation", query=lambda things: {"organisation": things.siret}
    ),
    "create_webhook": Operation(
        "webhooks:write",
        "an organisation",
        makes="room for a webhook",
        body=lambda things: new_webhook(things.siret),
        event="webhook.created",
    ),
    "change_webhook": Operation(
        "webhooks:write",
        "an organisation",
        makes="webhook",
        body=lambda _: {"active": False},
        event="webhook.changed",
    ),
    "remove_webhook": Operation(
        "webhooks:write", "an organisation", makes="webhook", event="webhook.removed"
    ),
    "list_deliveries": Operation("webhooks:write", "an organisation", makes="webhook"),
    "replay_delivery": Operation(
        "webhooks:write", "an organisation", makes="delivery", event="webhook.replayed"
    ),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {
    "room for a webhook": _room,
    "webhook": _made,
    "delivery": _delivered,
}
