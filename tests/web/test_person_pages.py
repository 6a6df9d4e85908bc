"""The persons of a facilitator through pages: without a name, the restricted behind a reason."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlmodel import Session
from starlette.testclient import TestClient

from api.insertion.beneficiaries.models import Beneficiary
from api.kit.days import today
from tests.api.insertion.persons import CLAUSE_TITLE, add_hours
from tests.operations import Service
from tests.web.browsing import Browser, facts, plain, same_text, with_fragment
from tests.web.following import LIST, LONG, follow, form, key_of, rows, side
from tests.web.test_pages import check

UNKNOWN = f"{LIST}/00000000-0000-7000-8000-000000000000"


@pytest.fixture
def desk(service: FastAPI) -> Iterator[Service]:
    """The API itself, to make what pages speak of."""
    with TestClient(service) as client:
        yield Service(client, service)


@pytest.fixture
def facilitator(connected: Callable[[str], Browser]) -> Browser:
    """The browser of the facilitator."""
    return connected("facilitator")


def test_a_person_is_followed_under_a_pseudonym_that_shows(facilitator: Browser) -> None:
    page = follow(
        facilitator,
        external_ref="D-12",
        sex="f",
        birth_band="1990",
        public="minimum_income",
        qualification="3",
        qpv="false",
        entered_on="05/01/2026",
    )
    check(page)
    pseudonym = plain(page.one("h1").get_text())
    assert pseudonym.startswith("B-")
    assert "Son pseudonyme, ci-dessous" in page.one(".notice").get_text()
    assert page.title == f"{pseudonym} – Spaser"
    said = facts(page)
    assert said["Sexe"] == "Femme"
    assert said["Tranche de naissance"] == "1990-1994"
    assert said["Entrée"] == "5 janvier 2026"
    assert said["Quartier prioritaire"] == "non"
    assert said["Information faite le"] == "non renseigné"
    assert pseudonym in facilitator.open(LIST).words


def test_nothing_is_asked_for_and_no_name_is_needed(facilitator: Browser) -> None:
    page = follow(facilitator)
    assert page.status == 200
    for address in (LIST, f"{LIST}/nouvelle", f"{LIST}/doublons", f"{LIST}/effacement"):
        opened = facilitator.open(address)
        check(opened)
        assert "Aucun nom n’est nécessaire" in opened.words
    for suffix in ("", "/modifier"):
        opened = facilitator.open(page.address.partition("?")[0] + suffix)
        check(opened)
        assert "Aucun nom n’est nécessaire" in opened.words


def test_what_is_refused_is_told_on_its_field_and_kept(facilitator: Browser) -> None:
    page = follow(facilitator, entered_on="32/13/2026", eligibility_months="99", external_ref="D-9")
    assert page.status == 422
    assert page.title.startswith("Erreur – ")
    links = {str(one["href"]) for one in page.soup.select("#erreurs a")}
    assert links == {"#champ-entered_on", "#champ-eligibility_months"}
    assert page.one("#champ-entered_on")["value"] == "32/13/2026"
    assert page.one("#champ-external_ref")["value"] == "D-9"
    check(page)


def test_a_reference_already_taken_is_said_on_its_field(facilitator: Browser) -> None:
    follow(facilitator, external_ref="D-1")
    page = follow(facilitator, external_ref="D-1")
    assert page.status == 409
    assert page.one("#champ-external_ref")["aria-invalid"] == "true"


def test_a_form_sent_twice_follows_one_person(facilitator: Browser) -> None:
    page = facilitator.open(f"{LIST}/nouvelle")
    one, two = page.submit(LONG, sex="h"), page.submit(LONG, sex="h")
    assert one.address == two.address


def test_a_change_touches_only_what_was_typed(facilitator: Browser) -> None:
    page = follow(facilitator, sex="f", birth_band="1990", entered_on="05/01/2026")
    before = facts(page)
    after = page.follow("Modifier").submit(LONG, birth_band="1985")
    assert "Les modifications sont enregistrées." in after.words
    assert facts(after) == before | {"Tranche de naissance": "1985-1989"}
    assert "Rien n’a changé" in after.follow("Modifier").submit(LONG).words


def test_two_colleagues_on_one_person_lose_nothing(facilitator: Browser) -> None:
    page = follow(facilitator, sex="f")
    mine, theirs = page.follow("Modifier"), page.follow("Modifier")
    theirs.submit(LONG, external_ref="D-7")
    refused = mine.submit(LONG, sex="x", external_ref="D-8")
    assert refused.status == 412
    assert "Une autre personne a modifié cette fiche" in refused.words
    assert refused.one("#champ-external_ref")["value"] == "D-8"
    check(refused)
    assert facts(refused.submit(LONG))["Sexe"] == "Autre"


def test_eligibility_is_not_rewritten_without_its_reason(
    facilitator: Browser, desk: Service
) -> None:
    page = follow(facilitator, entered_on="05/01/2026", informed_on="05/01/2026")
    add_hours(desk, key_of(page), date(2026, 3, 1))
    refused = page.follow("Modifier").submit(LONG, entered_on="05/01/2025")
    assert refused.status == 422
    assert refused.one("#champ-reason")["aria-invalid"] == "true"
    after = refused.submit(LONG, reason="Erreur de saisie de l’année")
    assert facts(after)["Entrée"] == "5 janvier 2025"


def test_an_objection_takes_the_person_out_of_the_list_and_back(facilitator: Browser) -> None:
    page = follow(facilitator)
    pseudonym = plain(page.one("h1").get_text())
    objected = page.follow("Modifier").submit('form[action$="/opposition"]')
    assert "L’opposition est enregistrée" in objected.words
    assert "s’est opposée au traitement" in objected.words
    assert pseudonym not in facilitator.open(LIST).words
    assert pseudonym in facilitator.open(f"{LIST}?state=objected").words
    objected.follow("Modifier").submit('form[action$="/opposition"]')
    assert pseudonym in facilitator.open(LIST).words


def test_an_objection_told_too_late_is_refused(facilitator: Browser) -> None:
    page = follow(facilitator)
    late = page.follow("Modifier")
    page.follow("Modifier").submit(LONG, sex="f")
    refused = late.submit('form[action$="/opposition"]')
    assert refused.status == 412
    check(refused)
    assert facts(facilitator.open(page.address))["Sexe"] == "Femme"


def test_the_list_tells_whose_eligibility_ends_within_sixty_days(facilitator: Browser) -> None:
    soon = today() + timedelta(days=40)
    entered = date(soon.year - 2, soon.month, min(soon.day, 28))
    ending = plain(follow(facilitator, entered_on=f"{entered:%d/%m/%Y}").one("h1").get_text())
    unknown = plain(follow(facilitator).one("h1").get_text())
    page = facilitator.open(f"{LIST}?state=ending")
    assert ending in page.words
    assert unknown not in page.words
    assert unknown in facilitator.open(f"{LIST}?state=unknown").words
    found = facilitator.open(LIST).submit("form.filters", q=unknown[-4:])
    assert unknown in found.words
    assert ending not in found.words
    assert "Personne ici" in facilitator.open(f"{LIST}?q=zzzz").words


def test_a_fragment_of_the_list_makes_the_page_of_a_full_load(facilitator: Browser) -> None:
    follow(facilitator)
    page = facilitator.open(LIST)
    address = f"{LIST}?state=eligible"
    fragment, whole = facilitator.fragment(address), facilitator.open(address)
    assert "<html" not in fragment.text
    patched = with_fragment(page, fragment, "#resultats")
    for one in (*patched.select("form.filters"), *whole.soup.select("form.filters")):
        one.decompose()
    assert same_text(patched) == same_text(whole.soup)
    assert fragment.headers["hx-push-url"] == address


def test_the_information_of_the_person_is_recalled_until_it_is_said(facilitator: Browser) -> None:
    page = follow(facilitator)
    assert "Information à faire" in page.words
    assert "Information à faire" in facilitator.open(LIST).words
    refused = page.submit(form(page, "/information"), **side("information", informed_on="demain"))
    assert refused.status == 422
    assert refused.one("#champ-information-informed_on")["value"] == "demain"
    check(refused)
    after = refused.submit(
        form(page, "/information"), **side("information", informed_on="02/11/2026")
    )
    assert facts(after)["Information faite le"] == "2 novembre 2026"
    assert "Information à faire" not in after.words


def test_hours_are_told_by_month_and_clause(facilitator: Browser, desk: Service) -> None:
    page = follow(facilitator, informed_on="05/01/2026")
    assert "Aucune heure déclarée" in page.words
    add_hours(desk, key_of(page), date(2026, 3, 1))
    page = facilitator.open(page.address)
    assert rows(page, "heures") == [f"mars 2026 {CLAUSE_TITLE} Validée 100 h 7 h 107 h"]


def test_an_employment_is_added_then_ended(facilitator: Browser) -> None:
    page = follow(facilitator)
    add = form(page, "/contrats")
    refused = page.submit(add, **side("contrat", starts_on="bientôt", weekly="50"))
    assert refused.status == 422
    check(refused)
    links = {str(one["href"]) for one in refused.soup.select("#erreurs a")}
    assert links == {"#champ-contrat-starts_on", "#champ-contrat-weekly"}
    assert refused.one("#champ-contrat-weekly")["value"] == "50"
    opened = [one for one in refused.soup.select("details") if one.has_attr("open")]
    assert [plain(one.summary.get_text()) for one in opened if one.summary] == [
        "Ajouter un contrat de travail"
    ]
    typed = side(
        "contrat",
        kind="cdd_long",
        starts_on="01/02/2026",
        weekly="35",
        employer_name="Entreprise fictive",
    )
    after = refused.submit(add, **typed)
    assert "Le contrat de travail est ajouté." in after.words
    ended = after.follow("Modifier le contrat").submit(LONG, ends_on="31/08/2026")
    line = "CDD de six mois ou plus Entreprise fictive non renseigné 01/02/2026 31/08/2026 35 h"
    assert rows(ended, "contrats")[0].startswith(line)
    wrong = ended.follow("Modifier le contrat").submit(LONG, ends_on="01/01/2026")
    assert wrong.status == 422
    assert wrong.one("#champ-ends_on")["value"] == "01/01/2026"
    check(wrong)


def test_the_employment_of_another_person_is_not_there(facilitator: Browser) -> None:
    page = follow(facilitator)
    after = page.submit(form(page, "/contrats"), **side("contrat", starts_on="01/02/2026"))
    link = next(one for one in after.soup.select("a[href*='/contrats/']"))
    other = follow(facilitator).address.partition("?")[0]
    assert facilitator.open(str(link["href"])).status == 200
    assert facilitator.open(f"{other}/contrats/{str(link['href'])[-36:]}").status == 404


def test_a_training_is_added_once_and_taken_away(facilitator: Browser) -> None:
    page = follow(facilitator)
    typed = side("formation", kind="certifying", title="CACES", hours="35")
    page.submit(form(page, "/formations"), **typed)
    after = page.submit(form(page, "/formations"), **typed)
    assert len(rows(after, "formations")) == 1
    assert "CACES Formation certifiante 35 h" in rows(after, "formations")[0]
    gone = after.submit('form[action$="/retirer"]')
    assert "La formation est retirée." in gone.words
    assert "Aucune formation." in gone.words


def test_an_unknown_situation_is_an_answer_and_silence_is_not(facilitator: Browser) -> None:
    page = follow(facilitator)
    asked = [plain(one.get_text(" ")) for one in page.soup.select(".exit-list > li > p")]
    assert asked == ["question non posée"] * 3
    after = page.submit(form(page, "/sorties/m6"), **side("sortie-m6", situation="unknown"))
    said = [plain(one.get_text(" ")) for one in after.soup.select(".exit-list > li")]
    assert "question non posée" in said[0]
    assert "Situation inconnue (personne non jointe)" in said[1]
    assert "question non posée" in said[2]
    refused = after.submit(
        form(page, "/sorties/end"), **side("sortie-end", observed_on="01/01/2026")
    )
    assert refused.status == 422
    assert refused.one("#champ-sortie-end-observed_on")["value"] == "01/01/2026"
    check(refused)


@pytest.mark.parametrize("role", ["administrator", "pilot", "directorate", "reader", "publisher"])
def test_no_role_of_a_buyer_opens_a_page_of_persons(
    connected: Callable[[str], Browser], desk: Service, role: str
) -> None:
    made = desk.make("/api/v1/insertion/beneficiaries", {"sex": "f"}, "facilitator")
    browser = connected(role)
    for suffix in ("", "/nouvelle", "/doublons", "/effacement"):
        page = browser.open(LIST + suffix)
        assert page.status == 403, suffix
        check(page)
    hidden, unknown = browser.open(f"{LIST}/{made['id']}"), browser.open(UNKNOWN)
    assert hidden.status == unknown.status == 404
    assert hidden.one("main").get_text() == unknown.one("main").get_text()
    assert made["pseudonym"] not in hidden.text


def test_a_buyers_account_changes_no_person_by_a_forged_form(pilot: Browser, desk: Service) -> None:
    made = desk.make("/api/v1/insertion/beneficiaries", {"sex": "f"}, "facilitator")
    address = f"{LIST}/{made['id']}"
    for suffix in ("/modifier", "/information", "/contrats", "/criteres", "/identite", "/export"):
        typed = {"lecture-reason": "Curiosité", "ouverture-reason": "Curiosité"}
        answer = pilot.client.post(
            address + suffix, data=typed, headers={"Origin": "http://testserver"}
        )
        assert answer.status_code in (403, 404), suffix
    with Session(desk.app.state.engines.read) as session:
        person = session.get(Beneficiary, UUID(made["id"]))
        assert person is not None
        assert person.version == 1


def test_nobody_opens_a_page_of_persons_unnamed(browser: Browser) -> None:
    for address in (LIST, f"{LIST}/nouvelle", f"{LIST}/effacement", UNKNOWN):
        assert browser.open(address).address.startswith("http://testserver/connexion?suite=")
