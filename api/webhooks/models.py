"""Webhooks: who is told of what, and what was told."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from api.kit.columns import Identified, Json, text_enum


class WebhookEvent(StrEnum):
    """What can be told."""

    CONTRACTS_CHANGED = "contracts.changed"


EVENTS: dict[WebhookEvent, str] = {
    WebhookEvent.CONTRACTS_CHANGED: "Un marché est nouveau, modifié ou ôté",
}


class DeliveryState(StrEnum):
    """Where a delivery is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


STATES: dict[DeliveryState, str] = {
    DeliveryState.WAITING: "En attente",
    DeliveryState.DELIVERED: "Livrée",
    DeliveryState.GIVEN_UP: "Abandonnée",
}


# How long after each attempt the next one is made; after the last, the webhook is stopped.
RETRIES: tuple[timedelta, ...] = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)


class Webhook(Identified, table=True):
    """An address that an organisation wants told of what changes.

    ``position`` is the place in the feed of the register up to which deliveries were written.
    """

    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT", index=True)
    url: str = Field(max_length=500)
    events: list[str] = Field(sa_type=Json)
    active: bool = True
    stopped_because: str | None = Field(default=None, max_length=300)
    secret: bytes = Field(sa_type=sa.LargeBinary)
    position: int = Field(sa_type=sa.BigInteger)
    # One sender at a time: until this instant, the one that took it.
    taken_until: datetime | None = None


class WebhookDelivery(Identified, table=True):
    """Something told, or to be told: its identifier is that of the message."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (sa.Index("ix_webhook_delivery_due", "webhook_id", "state", "position"),)

    webhook_id: UUID = Field(foreign_key="webhook.id", ondelete="CASCADE")
    # The place in the feed of its last change: messages are sent in this order.
    position: int = Field(sa_type=sa.BigInteger)
    event: WebhookEvent = Field(sa_type=text_enum(WebhookEvent))
    body: str = Field(sa_type=sa.Text)
    state: DeliveryState = Field(sa_type=text_enum(DeliveryState))
    attempts: int = 0
    due_at: datetime
    answered: int | None = None
    problem: str | None = Field(default=None, max_length=300)
    delivered_at: datetime | None = None
