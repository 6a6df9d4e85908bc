"""What is restricted of a person through pages: behind a reason, erased after its announcement."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session, col
from starlette.testclient import TestClient

from api.insertion.beneficiaries.models import Beneficiary, Purge
from api.kit.days import today
from tests.api.insertion.persons import events
from tests.operations import Service
from tests.web.browsing import Browser, Page, facts, plain
from tests.web.following import LIST, LONG, follow, form, key_of, rows, side
from tests.web.test_pages import check
from web.formats import short_day


@pytest.fixture
def desk(service: FastAPI) -> Iterator[Service]:
    """The API itself, to make what pages speak of."""
    with TestClient(service) as client:
        yield Service(client, service)


@pytest.fixture
def facilitator(connected: Callable[[str], Browser]) -> Browser:
    """The browser of the facilitator."""
    return connected("facilitator")


def long_ago(desk: Service, page: Page) -> None:
    """Make the person of a page one whom nobody has followed for years."""
    old = datetime.fromisoformat("2015-06-01T08:00:00+00:00")
    with Session(desk.app.state.engines.write) as session, session.begin():
        session.execute(
            sa.update(Beneficiary)
            .where(col(Beneficiary.id) == UUID(key_of(page)))
            .values(created_at=old, entered_on=None)
        )


def announce(browser: Browser) -> Page:
    """Announce the erasure of who has done nothing for years: nobody of the demonstration."""
    page = browser.open(f"{LIST}/effacement")
    return page.submit(f'form[action="{LIST}/effacement"]', before="01/01/2020")


def test_criteria_open_for_a_reason_and_close_again(facilitator: Browser, desk: Service) -> None:
    page = follow(facilitator, entered_on="05/01/2026")
    typed = side("critere", criterion="rsa", proof_on="10/12/2025")
    after = page.submit(form(page, "/criteres/ajouter"), **typed)
    assert "Le critère est enregistré." in after.words
    assert rows(after, "criteres") == []
    consult = form(page, "/criteres#criteres")
    refused = after.submit(consult)
    assert refused.status == 422
    assert refused.one("#champ-lecture-reason")["aria-invalid"] == "true"
    assert rows(refused, "criteres") == []
    opened = refused.submit(consult, **side("lecture", reason="Contrôle de la clause"))
    check(opened)
    assert "RSA" in rows(opened, "criteres")[0]
    assert [one.details["reason"] for one in events(desk, "eligibility.read")] == [
        "Contrôle de la clause"
    ]
    assert "Contrôle" not in opened.address
    assert opened.headers["cache-control"] == "no-store"
    assert rows(facilitator.open(page.address), "criteres") == []
    gone = opened.submit('form[action$="/effacer"]')
    assert "Le critère est effacé." in gone.words


def test_a_criterion_to_verify_is_said_to_be_so(facilitator: Browser) -> None:
    page = follow(facilitator)
    after = page.submit(form(page, "/criteres/ajouter"), **side("critere", criterion="rsa"))
    assert "avec un point à vérifier" in after.one(".notice").get_text()


def test_an_identity_opens_for_a_reason_that_names_nobody(facilitator: Browser) -> None:
    page = follow(facilitator)
    named = side("identite", last_name="Exemple", first_name="Fictif", birth_date="03/02/1991")
    kept = page.submit(form(page, "/identite/conserver"), **named)
    assert "L’identité est scellée." in kept.words
    assert "Exemple" not in kept.text
    opening = form(page, "/identite#identite")
    refused = kept.submit(opening, **side("ouverture", reason="Doublon avec Exemple"))
    assert refused.status == 422
    assert refused.one("#champ-ouverture-reason")["aria-invalid"] == "true"
    opened = kept.submit(opening, **side("ouverture", reason="Doublon à vérifier"))
    check(opened)
    assert "Exemple" in opened.words
    assert "3 février 1991" in opened.words
    assert "Exemple" not in facilitator.open(page.address).text
    gone = opened.submit(form(page, "/identite/effacer"))
    assert "L’identité est effacée" in gone.words
    assert "Aucune identité conservée" in gone.words


def test_all_that_is_kept_is_handed_over_as_a_page_or_a_file(facilitator: Browser) -> None:
    page = follow(facilitator, sex="f", external_ref="D-3")
    export = form(page, "/export")
    assert page.submit(export).status == 422
    typed = side("export", reason="Demande de la personne")
    shown = page.submit(export, forme="page", **typed)
    check(shown)
    assert facts(shown)["Référence dans l’outil du facilitateur"] == "D-3"
    assert "fiche créée" in shown.words
    file = page.submit(export, forme="fichier", **typed)
    assert file.headers["content-disposition"].startswith('attachment; filename="personne-B-')
    assert json.loads(file.text)["beneficiary"]["external_ref"] == "D-3"


def test_a_duplicate_is_found_without_its_name_going_anywhere(facilitator: Browser) -> None:
    page = follow(facilitator)
    pseudonym = plain(page.one("h1").get_text())
    named: dict[str, Any] = {
        "last_name": "Exemple",
        "first_name": "Fictif",
        "birth_date": "03/02/1991",
    }
    search = facilitator.open(f"{LIST}/doublons")
    assert "Aucun doublon connu" in search.submit(LONG, **named).words
    page.submit(form(page, "/identite/conserver"), **side("identite", **named))
    found = search.submit(LONG, **(named | {"last_name": "EXEMPLE"}))
    check(found)
    assert "Déjà suivie" in found.words
    assert found.one("div:has(> #reponse) ~ ul a").get_text() == pseudonym
    assert "exemple" not in found.text.lower().replace("par exemple", "")
    assert "exemple" not in found.address.lower()
    wrong = search.submit(LONG, **(named | {"birth_date": "jadis"}))
    assert wrong.status == 422
    assert wrong.one("#champ-birth_date")["value"] == "jadis"


def test_an_erasure_is_announced_relieved_and_cancelled(
    facilitator: Browser, desk: Service
) -> None:
    page = follow(facilitator, external_ref="D-4")
    pseudonym = plain(page.one("h1").get_text())
    nothing = announce(facilitator)
    assert nothing.status == 409
    assert nothing.one("#champ-before")["value"] == "01/01/2020"
    check(nothing)
    long_ago(desk, page)
    announced = nothing.submit(f'form[action="{LIST}/effacement"]')
    check(announced)
    assert "L’effacement est annoncé" in announced.words
    assert pseudonym in plain(announced.one(".pseudonym-list").get_text(" "))
    due = short_day(today() + timedelta(days=30))
    assert due in facilitator.open(LIST).words
    assert not announced.soup.select('form[action$="/executer"]')
    cancelled = announced.submit('form[action$="/annuler"]')
    assert "rien n’a été effacé" in cancelled.words
    assert "D-4" in facilitator.open(page.address).words


def test_an_erasure_is_done_on_its_day_and_proved(facilitator: Browser, desk: Service) -> None:
    page = follow(facilitator, external_ref="D-5")
    pseudonym = plain(page.one("h1").get_text())
    long_ago(desk, page)
    announce(facilitator)
    with Session(desk.app.state.engines.write) as session, session.begin():
        key = session.scalars(sa.select(col(Purge.id))).one()
    early = facilitator.page(
        facilitator.client.post(
            f"{LIST}/effacement/{key}/executer", headers={"Origin": "http://testserver"}
        )
    )
    assert early.status == 409
    assert "sera possible à partir du" in early.words
    with Session(desk.app.state.engines.write) as session, session.begin():
        session.execute(sa.update(Purge).values(due_on=date(2020, 1, 1)))
    done = facilitator.open(f"{LIST}/effacement").submit('form[action$="/executer"]')
    check(done)
    assert "1 personne effacée" in done.words
    assert plain(done.one(".pseudonym-list").get_text()) == pseudonym
    proof = plain(done.one(".code").get_text())
    assert len(proof) == 64
    after = done.follow("Revenir aux effacements")
    assert proof in after.words
    assert "Fait" in after.words
    assert "D-5" not in facilitator.open(page.address).words
