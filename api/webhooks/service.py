"""Webhooks: who makes, changes, removes and looks at them (docs/decisions/0027)."""

import secrets
from base64 import b64encode
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require
from api.access.service import own
from api.contracts.models import RegisterEntry
from api.kit import audit, outbound
from api.kit.columns import now
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import Conflict, FieldError, Invalid, NotFound
from api.kit.sealing import seal
from api.webhooks.models import DeliveryState, Webhook, WebhookDelivery
from api.webhooks.schemas import (
    DeliveryFilter,
    DeliveryRead,
    WebhookChange,
    WebhookCreate,
    WebhookCreated,
    WebhookRead,
)

MAX_WEBHOOKS = 20
MARK = "whsec_"


class TooManyWebhooks(Conflict):
    type = "too-many-webhooks"
    title = "Trop de webhooks"
    default = f"Cette organisation a déjà {MAX_WEBHOOKS} webhooks : ôtez-en un."


def find(session: Session, actor: Actor, siret: str) -> list[WebhookRead]:
    """The webhooks of an organisation, in the order they were made. Raises NotFound, Forbidden."""
    organisation = own(session, actor, siret, Permission.WEBHOOKS_WRITE)
    mine = sa.select(Webhook).where(col(Webhook.organisation_id) == organisation.id)
    return [
        WebhookRead(**_said(one, siret))
        for one in session.scalars(mine.order_by(col(Webhook.id)).limit(MAX_WEBHOOKS))
    ]


def create(session: Session, actor: Actor, data: WebhookCreate, key: str) -> WebhookCreated:
    """Have an address told of what changes from now on; ``key`` seals its secret.

    Raises NotFound, Forbidden, Invalid on an address that may not be called, TooManyWebhooks.
    """
    organisation = own(session, actor, data.organisation, Permission.WEBHOOKS_WRITE)
    _check_url(data.url)
    if len(find(session, actor, data.organisation)) >= MAX_WEBHOOKS:
        raise TooManyWebhooks
    drawn = secrets.token_bytes(32)
    one = Webhook(
        organisation_id=organisation.id,
        url=data.url,
        events=sorted(set(data.events)),
        secret=b"",
        position=_now_in_feed(session),
    )
    one.secret = seal(key.encode(), drawn, row=one.id.bytes, owner=organisation.id.bytes)
    session.add(one)
    session.flush()
    _record(session, actor, "webhook.created", one)
    secret = MARK + b64encode(drawn).decode()
    return WebhookCreated(**_said(one, data.organisation), secret=secret)


def change(session: Session, actor: Actor, webhook_id: UUID, data: WebhookChange) -> WebhookRead:
    """Tell another address, stop, or start again from where it stopped.

    Raises NotFound, Forbidden, Invalid on an address that may not be called.
    """
    one = _kept(session, actor, webhook_id)
    if data.url is not None:
        _check_url(data.url)
        one.url = data.url
    if data.active is not None:
        one.active, one.stopped_because = data.active, None
        if data.active:
            _try_again(session, one.id)
    one.updated_at = now()
    session.add(one)
    session.flush()
    _record(session, actor, "webhook.changed", one)
    return WebhookRead(**_said(one, _siret(session, one)))


def remove(session: Session, actor: Actor, webhook_id: UUID) -> None:
    """Tell it nothing more, and forget what was told. Raises NotFound, Forbidden."""
    one = _kept(session, actor, webhook_id)
    session.delete(one)
    session.flush()
    _record(session, actor, "webhook.removed", one)


def deliveries(
    session: Session, actor: Actor, webhook_id: UUID, filters: DeliveryFilter
) -> Page[DeliveryRead]:
    """What was told or waits, the latest first. Raises NotFound, Forbidden, Invalid."""
    one = _kept(session, actor, webhook_id, lock=False)
    statement = sa.select(WebhookDelivery).where(col(WebhookDelivery.webhook_id) == one.id)
    if filters.state is not None:
        statement = statement.where(col(WebhookDelivery.state) == filters.state)
    after = decode_cursor(filters.cursor, 1)
    if after is not None:
        statement = statement.where(col(WebhookDelivery.id) < _uuid(after[0]))
    rows = session.scalars(
        statement.order_by(col(WebhookDelivery.id).desc()).limit(filters.limit + 1)
    ).all()
    page = rows[: filters.limit]
    return Page[DeliveryRead](
        items=[DeliveryRead(**row.model_dump(exclude={"body", "webhook_id"})) for row in page],
        next=encode_cursor(page[-1].id.hex) if len(rows) > filters.limit else None,
    )


def replay(session: Session, actor: Actor, webhook_id: UUID, delivery_id: UUID) -> DeliveryRead:
    """Have something told once more, under the same identifier. Raises NotFound, Forbidden."""
    one = _kept(session, actor, webhook_id)
    delivery = session.get(WebhookDelivery, delivery_id, with_for_update=True)
    if delivery is None or delivery.webhook_id != one.id:
        raise NotFound
    delivery.state, delivery.attempts, delivery.due_at = DeliveryState.WAITING, 0, now()
    session.add(delivery)
    session.flush()
    _record(session, actor, "webhook.replayed", one, {"delivery": str(delivery.id)})
    return DeliveryRead(**delivery.model_dump(exclude={"body", "webhook_id"}))


def _kept(session: Session, actor: Actor, webhook_id: UUID, *, lock: bool = True) -> Webhook:
    one = session.get(Webhook, webhook_id, with_for_update=lock or None)
    require(actor, Permission.WEBHOOKS_WRITE, one.organisation_id if one else None)
    if one is None:
        raise NotFound
    return one


def _check_url(url: str) -> None:
    # Where the name leads is judged at each call: it may lead elsewhere tomorrow.
    try:
        outbound.parts_of(url)
    except outbound.OutboundError as error:
        raise Invalid(errors=[FieldError(loc=["body", "url"], message=str(error))]) from error


def _now_in_feed(session: Session) -> int:
    audit.take_turn(session)
    return session.scalar(sa.select(sa.func.max(col(RegisterEntry.position)))) or 0


def _try_again(session: Session, webhook_id: UUID) -> None:
    session.execute(
        sa.update(WebhookDelivery)
        .where(
            col(WebhookDelivery.webhook_id) == webhook_id,
            col(WebhookDelivery.state) != DeliveryState.DELIVERED,
        )
        .values(state=DeliveryState.WAITING, attempts=0, due_at=now())
    )


def _siret(session: Session, one: Webhook) -> str:
    return session.get_one(Organisation, one.organisation_id).siret or ""


def _said(one: Webhook, siret: str) -> dict[str, Any]:
    told = {"id", "url", "events", "active", "stopped_because", "created_at"}
    return {"organisation": siret, **one.model_dump(include=told)}


def _record(
    session: Session,
    actor: Actor,
    action: str,
    one: Webhook,
    details: dict[str, Any] | None = None,
) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=one.organisation_id,
        action=action,
        target=f"webhook:{one.id}",
        # The path of an address may be a secret of who receives.
        details=details or {"host": outbound.parts_of(one.url).hostname, "active": one.active},
    )


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise bad_cursor() from error
