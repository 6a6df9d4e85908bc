"""Tells webhooks what changed: writes deliveries from the feed, then sends those that are due.

The feed gives its places in the order of the commits: what lies after the place of a webhook is
exactly what it was not told (docs/decisions/0023, 0027). Messages are those of Standard Webhooks.
"""

import hmac
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import Session, col

from api import __version__
from api.contracts import feed
from api.kit import outbound
from api.kit.columns import now
from api.kit.db import Engines
from api.kit.outbound import OutboundError, Reach
from api.kit.sealing import BrokenSealError, unseal
from api.webhooks.models import RETRIES, DeliveryState, Webhook, WebhookDelivery, WebhookEvent

# Changes in one message.
BATCH = 100
# Messages written ahead of those that are sent: an address that is away keeps no more waiting.
AHEAD = 20
# How long what was delivered can be read, and replayed.
KEPT = timedelta(days=30)
_TAKEN = timedelta(seconds=60)

Sender = Callable[[str, bytes, dict[str, str], Reach], outbound.Reply]


@dataclass(frozen=True)
class Round:
    """What one round did."""

    sent: int = 0
    failed: int = 0


@dataclass(frozen=True)
class _Message:
    """What is to be sent now."""

    delivery_id: UUID
    url: str
    secret: bytes
    body: bytes
    attempts: int


def deliver(engines: Engines, key: str, reach: Reach, send: Sender = outbound.post) -> Round:
    """Send all that is due, each webhook in turn and in order, until nothing is.

    ``key`` opens the secrets. What fails is tried again later, and holds back what follows it. What
    was delivered long ago is forgotten.
    """
    _forget(engines)
    sent = failed = 0
    while True:
        turns = [_turn(engines, one, key, reach, send) for one in _active(engines)]
        sent += sum(one.sent for one in turns)
        failed += sum(one.failed for one in turns)
        if not any(one.sent for one in turns):
            return Round(sent, failed)


def _turn(engines: Engines, webhook_id: UUID, key: str, reach: Reach, send: Sender) -> Round:
    """Some messages of a webhook: one that has thousands does not keep the others waiting."""
    if not _take(engines, webhook_id):
        return Round()
    _write_ahead(engines, webhook_id)
    sent = 0
    while sent < AHEAD and (message := _next(engines, webhook_id, key)):
        outcome = _send(message, reach, send)
        _note(engines, webhook_id, message, outcome)
        if outcome.problem is not None:
            _give_back(engines, webhook_id)
            return Round(sent, 1)
        sent += 1
    _give_back(engines, webhook_id)
    return Round(sent)


def _forget(engines: Engines) -> None:
    with Session(engines.write) as session, session.begin():
        old = col(WebhookDelivery.delivered_at) < now() - KEPT
        session.execute(sa.delete(WebhookDelivery).where(old))


def signature(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a message (Standard Webhooks, version 1)."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.new(secret, signed, sha256).digest()).decode()


def _active(engines: Engines) -> list[UUID]:
    with Session(engines.read) as session:
        mine = sa.select(col(Webhook.id)).where(col(Webhook.active))
        return list(session.scalars(mine.order_by(col(Webhook.id))))


def _take(engines: Engines, webhook_id: UUID) -> bool:
    """Keep other senders away from a webhook for a minute; False when one has it."""
    instant = now()
    free = sa.or_(col(Webhook.taken_until).is_(None), col(Webhook.taken_until) < instant)
    mine = col(Webhook.id) == webhook_id
    with Session(engines.write) as session, session.begin():
        taken = session.execute(
            sa.update(Webhook)
            .where(mine, free, col(Webhook.active))
            .values(taken_until=instant + _TAKEN)
            .returning(col(Webhook.id))
        )
        return taken.first() is not None


def _give_back(engines: Engines, webhook_id: UUID) -> None:
    with Session(engines.write) as session, session.begin():
        mine = col(Webhook.id) == webhook_id
        session.execute(sa.update(Webhook).where(mine).values(taken_until=None))


def _write_ahead(engines: Engines, webhook_id: UUID) -> None:
    """Write the messages of what changed since the last, and move the place, together."""
    with Session(engines.write) as session, session.begin():
        webhook = session.get(Webhook, webhook_id, with_for_update=True)
        if webhook is None or WebhookEvent.CONTRACTS_CHANGED not in webhook.events:
            return
        waiting = session.scalar(
            sa.select(sa.func.count()).where(
                col(WebhookDelivery.webhook_id) == webhook_id,
                col(WebhookDelivery.state) == DeliveryState.WAITING,
            )
        )
        for _ in range(AHEAD - (waiting or 0)):
            changes, place = feed.after(
                session.connection(), [webhook.organisation_id], webhook.position, BATCH
            )
            if not changes:
                return
            instant = now()
            session.add(
                WebhookDelivery(
                    webhook_id=webhook_id,
                    position=place,
                    event=WebhookEvent.CONTRACTS_CHANGED,
                    body=_body(instant, changes),
                    state=DeliveryState.WAITING,
                    due_at=instant,
                )
            )
            webhook.position = place
            session.add(webhook)
            session.flush()


def _body(instant: datetime, changes: list[dict[str, object]]) -> str:
    told = {
        "type": WebhookEvent.CONTRACTS_CHANGED.value,
        "timestamp": instant,
        "data": {"items": changes},
    }
    return msgspec.json.encode(told).decode()


def _next(engines: Engines, webhook_id: UUID, key: str) -> _Message | None:
    """The oldest message that waits, when it is due."""
    with Session(engines.read) as session:
        webhook = session.get(Webhook, webhook_id)
        delivery = session.scalars(
            sa.select(WebhookDelivery)
            .where(
                col(WebhookDelivery.webhook_id) == webhook_id,
                col(WebhookDelivery.state) == DeliveryState.WAITING,
            )
            .order_by(col(WebhookDelivery.position))
            .limit(1)
        ).first()
        due = delivery is not None and session.scalar(
            sa.select(col(WebhookDelivery.due_at) <= now()).where(
                col(WebhookDelivery.id) == delivery.id
            )
        )
        if webhook is None or not webhook.active or delivery is None or not due:
            return None
        try:
            secret = unseal(
                key.encode(),
                webhook.secret,
                row=webhook.id.bytes,
                owner=webhook.organisation_id.bytes,
            )
        except BrokenSealError:
            secret = b""
        return _Message(delivery.id, webhook.url, secret, delivery.body.encode(), delivery.attempts)


@dataclass(frozen=True)
class _Outcome:
    """What a call gave: why the message was not delivered, unless it was."""

    problem: str | None
    status: int | None = None
    final: bool = False


def _send(message: _Message, reach: Reach, send: Sender) -> _Outcome:
    if not message.secret:
        words = "Le secret ne s’ouvre plus : SPASER_SECRET a changé. Recréez ce webhook."
        return _Outcome(words, final=True)
    timestamp = int(now().timestamp())
    name = str(message.delivery_id)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Spaser/{__version__}",
        "webhook-id": name,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(message.secret, name, timestamp, message.body),
    }
    try:
        reply = send(message.url, message.body, headers, reach)
    except OutboundError as error:
        return _Outcome(f"L’adresse {error}")
    if 200 <= reply.status < 300:
        return _Outcome(None, reply.status)
    if reply.status == 410:
        return _Outcome("L’adresse a répondu 410 : elle ne veut plus rien.", 410, final=True)
    return _Outcome(f"L’adresse a répondu {reply.status}.", reply.status)


def _note(engines: Engines, webhook_id: UUID, message: _Message, outcome: _Outcome) -> None:
    """Remember how an attempt went; after the last, stop the webhook and say why."""
    instant = now()
    values: dict[str, object] = {
        "attempts": message.attempts + 1,
        "problem": outcome.problem,
        "answered": outcome.status,
    }
    failed = outcome.problem is not None
    given_up = failed and (outcome.final or message.attempts >= len(RETRIES))
    if not failed:
        values |= {"state": DeliveryState.DELIVERED, "delivered_at": instant}
    elif given_up:
        values["state"] = DeliveryState.GIVEN_UP
    else:
        values["due_at"] = instant + RETRIES[message.attempts]
    with Session(engines.write) as session, session.begin():
        which = col(WebhookDelivery.id) == message.delivery_id
        session.execute(sa.update(WebhookDelivery).where(which).values(values))
        stopped: dict[str, object] = {"taken_until": instant + _TAKEN}
        if given_up:
            stopped |= {"active": False, "stopped_because": outcome.problem}
        session.execute(sa.update(Webhook).where(col(Webhook.id) == webhook_id).values(stopped))
