"""Webhooks tell what changed: signed, in order, nothing lost, again when it failed."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from time import sleep
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.models import RegisterEntry
from api.kit.columns import now
from api.kit.outbound import Reach
from api.webhooks import delivering
from api.webhooks.delivering import Round
from api.webhooks.models import RETRIES, Webhook, WebhookDelivery
from tests.cases.webhooks import new_webhook
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service, new_contract
from tests.receiving import Receiver, receiving


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    """A host that receives."""
    with receiving(tmp_path) as opened:
        yield opened


@pytest.fixture
def webhook(service: Service, receiver: Receiver) -> Iterator[dict[str, Any]]:
    """The only webhook, of the demonstration buyer."""
    execute(service, sa.delete(Webhook))
    body = new_webhook(DEMONSTRATION, receiver.url)
    yield service.make("/api/v1/webhooks", body, "pilot")
    execute(service, sa.delete(Webhook))


def execute(service: Service, statement: sa.Executable) -> None:
    """Change the database behind the back of the service."""
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(statement)


def deliver(service: Service, reach: Reach) -> Round:
    """One round of the sender."""
    state = service.app.state
    return delivering.deliver(state.engines, state.settings.signing_key, reach)


def changed(service: Service, siret: str = DEMONSTRATION) -> str:
    """Make a contract, and give its id."""
    made = service.make(
        "/api/v1/contracts", new_contract(service.things(siret=siret)), service.pilot_of(siret)
    )
    return str(made["id"])


def later(service: Service) -> None:
    """Let the time of the next attempt come."""
    execute(service, sa.update(WebhookDelivery).values(due_at=now() - timedelta(seconds=1)))


def deliveries(service: Service, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    """What the API says of the deliveries, the latest first."""
    found: list[dict[str, Any]] = service.get(f"/api/v1/webhooks/{webhook['id']}/deliveries")[
        "items"
    ]
    return found


def told(receiver: Receiver) -> list[str]:
    """The contracts told of, in order."""
    return [
        one["contract_id"]
        for _, body in receiver.received
        for one in json.loads(body)["data"]["items"]
    ]


def test_what_changes_is_told_signed_and_in_order(
    service: Service, receiver: Receiver, webhook: dict[str, Any]
) -> None:
    assert deliver(service, receiver.reach) == Round(0, 0)
    first, second = changed(service), changed(service)
    changed(service, OTHER)
    assert deliver(service, receiver.reach) == Round(1, 0)
    assert told(receiver) == [first, second]
    headers, body = receiver.received[0]
    secret = base64.b64decode(webhook["secret"].removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - now().timestamp()) < 60
    assert json.loads(body)["type"] == "contracts.changed"
    feed = service.get("/api/v1/contracts/feed?limit=100")["items"]
    assert json.loads(body)["data"]["items"][0].keys() == feed[0].keys()
    (one,) = deliveries(service, webhook)
    assert (one["state"], one["attempts"], one["id"]) == ("delivered", 1, headers["webhook-id"])
    assert deliver(service, receiver.reach) == Round(0, 0)


def test_many_changes_come_in_messages_of_a_hundred(
    service: Service, receiver: Receiver, webhook: dict[str, Any]
) -> None:
    del webhook
    execute(service, sa.update(Webhook).values(position=0))
    with Session(service.app.state.engines.read) as session:
        ours = sa.select(col(Webhook.organisation_id)).scalar_subquery()
        entries = sa.select(RegisterEntry).where(col(RegisterEntry.buyer_id) == ours)
        everything = session.scalars(entries.order_by(col(RegisterEntry.position))).all()
    assert len(everything) > delivering.BATCH
    done = deliver(service, receiver.reach)
    assert told(receiver) == [str(one.contract_id) for one in everything]
    assert done.sent == -(-len(everything) // delivering.BATCH)


def test_a_webhook_receives_only_what_it_asked_for(
    service: Service, receiver: Receiver, webhook: dict[str, Any]
) -> None:
    del webhook
    execute(service, sa.update(Webhook).values(events=[]))
    told_later = changed(service)
    assert deliver(service, receiver.reach) == Round(0, 0)
    execute(service, sa.update(Webhook).values(events=["contracts.changed"]))
    assert deliver(service, receiver.reach) == Round(1, 0)
    assert told(receiver) == [told_later]


def test_what_fails_is_tried_again_and_holds_back_what_follows(
    service: Service, receiver: Receiver, webhook: dict[str, Any]
) -> None:
    receiver.answer = 500
    first = changed(service)
    before = now()
    assert deliver(service, receiver.reach) == Round(0, 1)
    (one,) = deliveries(service, webhook)
    assert (one["state"], one["attempts"], one["answered"]) == ("waiting", 1, 500)
    assert one["problem"] == "L’adresse a répondu 500."
    with Session(service.app.state.engines.read) as session:
        due = session.scalars(sa.select(col(WebhookDelivery.due_at))).one()
        assert due.replace(tzinfo=before.tzinfo) >= before + RETRIES[0]
    second = changed(service)
    assert deliver(service, receiver.reach) == Round(0, 0)
    receiver.answer = 200
    later(service)
    assert deliver(service, receiver.reach) == Round(2, 0)
    assert told(receiver) == [first, first, second]
    # The same message bears the same identifier, and a signature of its own moment.
    assert receiver.received[0][0]["webhook-id"] == receiver.received[1][0]["webhook-id"]
    assert {one["state"] for one in deliveries(service, webhook)} == {"delivered"}


def test_after_the_last_attempt_it_stops_says_why_and_loses_nothing(
    service: Service, receiver: Receiver, webhook: dict[str, Any]
) -> None:
    receiver.answer = 503
    first = changed(service)
    for _ in range(len(RETRIES) + 1):
        assert deliver(service, receiver.reach) == Round(0, 1)
        later(service)
    assert len(receiver.received) == len(RETRIES) + 1
    assert deliver(service, receiver.reach) == Round(0, 0)
    (kept,) = service.get(f"/api/v1/webhooks?organisation={DEMONSTRATION}")
    assert (kept["active"], kept["stopped_because"]) == (False, "L’adresse a répondu 503.")
    assert deliveries(service, webhook)[0]["state"] == "given_up"
    second = changed(service)
    receiver.received.clear()
    receiver.answer = 200
    address = f"/api/v1/webhooks/{webhook['id']}"
    on = service.client.patch(address, json={"active": True}, headers=service.as_("pilot"))
    assert (on.json()["active"], on.json()["stopped_because"]) == (True, None)
    assert deliver(service, receiver.reach) == Round(2, 0)
    assert told(receiver) == [first, second]


def test_an_address_that_is_gone_is_told_no_more(
    service: Service, receiver: Receiver, webhook: dict[str, Any]
) -> None:
    receiver.answer = 410
    changed(service)
    assert deliver(service, receiver.reach) == Round(0, 1)
    assert service.get(f"/api/v1/webhooks?organisation={DEMONSTRATION}")[0]["active"] is False
    assert deliveries(service, webhook)[0]["state"] == "given_up"


def test_a_delivery_is_replayed_as_it_was(
    service: Service, receiver: Receiver, webhook: dict[str, Any]
) -> None:
    changed(service)
    deliver(service, receiver.reach)
    (one,) = deliveries(service, webhook)
    address = f"/api/v1/webhooks/{webhook['id']}/deliveries/{one['id']}/replay"
    again = service.client.post(address, headers=service.as_("pilot"))
    assert (again.status_code, again.json()["state"]) == (200, "waiting")
    assert deliver(service, receiver.reach) == Round(1, 0)
    (headers, body), (headers_again, body_again) = receiver.received
    assert (headers["webhook-id"], body) == (headers_again["webhook-id"], body_again)


def test_two_senders_at_once_send_each_message_once(
    service: Service, receiver: Receiver, webhook: dict[str, Any]
) -> None:
    del webhook

    def slow(handler: BaseHTTPRequestHandler) -> None:
        sleep(0.3)
        handler.send_response(200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    receiver.answer = slow
    ids = [changed(service) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        rounds = list(pool.map(lambda _: deliver(service, receiver.reach), range(3)))
    assert sum(one.sent for one in rounds) == 1
    assert told(receiver) == ids


def test_a_sender_that_dies_is_replaced(
    service: Service, receiver: Receiver, webhook: dict[str, Any]
) -> None:
    del webhook
    first = changed(service)

    def dies(*_asked: object) -> Any:
        raise KeyboardInterrupt

    state = service.app.state
    with pytest.raises(KeyboardInterrupt):
        delivering.deliver(state.engines, state.settings.signing_key, receiver.reach, dies)
    assert deliver(service, receiver.reach) == Round(0, 0)  # it may be at work
    execute(service, sa.update(Webhook).values(taken_until=now() - timedelta(seconds=1)))
    assert deliver(service, receiver.reach) == Round(1, 0)
    assert told(receiver) == [first]


def test_a_private_address_is_never_reached(
    service: Service, receiver: Receiver, webhook: dict[str, Any]
) -> None:
    changed(service)
    assert deliver(service, Reach(trusted=receiver.trusted)) == Round(0, 1)
    assert receiver.received == []
    assert "n’est pas public" in deliveries(service, webhook)[0]["problem"]


@pytest.mark.parametrize("url", ["http://example.org/x", "https://a:b@example.org/", "bonjour !"])
def test_what_is_no_address_is_refused(service: Service, url: str) -> None:
    body = new_webhook(DEMONSTRATION, url)
    answer = service.client.post("/api/v1/webhooks", json=body, headers=service.as_("pilot"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["body", "url"]


def test_the_secret_is_sealed_and_another_key_does_not_sign(
    service: Service, receiver: Receiver, webhook: dict[str, Any]
) -> None:
    drawn = base64.b64decode(webhook["secret"].removeprefix("whsec_"))
    with Session(service.app.state.engines.read) as session:
        kept = session.get_one(Webhook, UUID(webhook["id"])).secret
    assert drawn not in kept
    changed(service)
    engines = service.app.state.engines
    assert delivering.deliver(engines, "x" * 32, receiver.reach) == Round(0, 1)
    assert receiver.received == []
    (told_of,) = service.get(f"/api/v1/webhooks?organisation={DEMONSTRATION}")
    assert "SPASER_SECRET" in told_of["stopped_because"]
    assert "secret" not in told_of


def test_no_more_than_twenty_webhooks(service: Service, webhook: dict[str, Any]) -> None:
    del webhook
    body, headers = new_webhook(DEMONSTRATION), service.as_("pilot")
    codes = [
        service.client.post("/api/v1/webhooks", json=body, headers=headers).status_code
        for _ in range(20)
    ]
    assert codes == [201] * 19 + [409]
