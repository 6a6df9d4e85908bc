"""Webhooks, by the forms of their pages: secret shown once, stopped, replayed."""

from collections.abc import Callable
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlmodel import Session

from api.kit.columns import now
from api.webhooks.models import DeliveryState, WebhookDelivery, WebhookEvent
from tests.web.browsing import Browser, Page
from tests.web.test_pages import check

Connect = Callable[[str], Browser]
NEW = 'form[action="/webhooks"]'
URL = "https://recoit.example/spaser"


def created(browser: Browser) -> Page:
    """The page after a webhook was made."""
    return browser.open("/webhooks").submit(NEW, url=URL, events=["contracts.changed"])


def deliver(service: FastAPI, page: Page, number: int, state: DeliveryState) -> None:
    """Have something told to the webhook of a page, or not."""
    with Session(service.state.engines.write) as session, session.begin():
        session.add(
            WebhookDelivery(
                position=number,
                webhook_id=UUID(page.address.rsplit("/", 1)[1].partition("?")[0]),
                event=WebhookEvent.CONTRACTS_CHANGED,
                body="{}",
                state=state,
                attempts=2,
                due_at=now(),
                delivered_at=now() if state is DeliveryState.DELIVERED else None,
                problem="L’adresse a répondu 503." if state is DeliveryState.GIVEN_UP else None,
            )
        )


def test_a_secret_is_shown_once_and_the_webhook_listed(pilot: Browser) -> None:
    page = pilot.open("/webhooks")
    check(page)
    assert "Aucun webhook" in page.words
    assert "Un marché est nouveau, modifié ou ôté" in page.one(NEW).get_text()
    made = created(pilot)
    assert made.status == 200
    check(made)
    assert "no-store" in made.headers["cache-control"]
    secret = str(made.one("#secret-webhook")["value"])
    assert secret.startswith("whsec_")
    again = pilot.open("/webhooks")
    assert secret not in again.text
    assert "En marche" in again.one("tbody").get_text()
    assert URL in again.words


def test_what_is_wrong_is_told_and_what_was_typed_is_kept(pilot: Browser) -> None:
    wrong = "http://recoit.example"
    refused = pilot.open("/webhooks").submit(NEW, url=wrong, events=["contracts.changed"])
    assert refused.status == 422
    check(refused)
    assert refused.title.startswith("Erreur")
    assert refused.one("#champ-url")["value"] == wrong
    assert "Adresse" in refused.one("#erreurs").get_text()
    nothing = pilot.open("/webhooks").submit(NEW, url=URL, events=[])
    assert nothing.status == 422
    assert "Événements" in nothing.one("#erreurs").get_text()


def test_a_webhook_is_stopped_started_moved_and_removed(pilot: Browser) -> None:
    page = created(pilot).follow(URL)
    check(page)
    assert "Aucune livraison" in page.words
    stopped = page.submit('form[action$="/etat"]')
    assert "Le webhook est modifié" in stopped.words
    assert "Ce webhook est arrêté" in stopped.words
    check(stopped)
    assert "En marche" in stopped.submit('form[action$="/etat"]').words
    refused = stopped.submit('form[action$="/adresse"]', url="http://recoit.example/")
    assert refused.status == 422
    assert refused.one("#champ-url")["value"] == "http://recoit.example/"
    check(refused)
    moved = refused.submit('form[action$="/adresse"]', url="https://autre.example/")
    assert "https://autre.example/" in moved.one("p.lead").get_text()
    gone = moved.submit('form[action$="/supprimer"]')
    assert "Le webhook est supprimé" in gone.words
    assert "Aucun webhook" in gone.words


def test_deliveries_are_told_and_replayed(pilot: Browser, service: FastAPI) -> None:
    page = created(pilot).follow(URL)
    deliver(service, page, 1, DeliveryState.DELIVERED)
    deliver(service, page, 2, DeliveryState.GIVEN_UP)
    for number in range(3, 24):
        deliver(service, page, number, DeliveryState.WAITING)
    told = pilot.open(page.address)
    check(told)
    assert len(told.soup.select("tbody tr")) == 20
    assert not told.soup.select('form[action$="/rejouer"]')
    older = told.follow("Livraisons plus anciennes")
    check(older)
    assert "L’adresse a répondu 503." in older.words
    assert "Abandonnée" in older.words
    action = str(older.soup.select('form[action$="/rejouer"]')[1]["action"])
    replayed = older.submit(f'form[action="{action}"]')
    assert "La livraison repart" in replayed.words


@pytest.mark.parametrize(("account", "status"), [("reader", 403), ("facilitator", 403)])
def test_only_who_may_manage_webhooks_opens_the_page(
    connected: Connect, account: str, status: int
) -> None:
    assert connected(account).open("/webhooks").status == status


def test_another_organisations_webhook_is_not_there(pilot: Browser) -> None:
    page = pilot.open("/webhooks/01890000-0000-7000-8000-000000000000")
    assert page.status == 404
