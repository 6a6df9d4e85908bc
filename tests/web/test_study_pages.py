"""Studies of feasibility through pages: worked out, asked, answered, decided."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.kit.days import today
from tests.cases.feasibility import PATH, new_request
from tests.conftest import DEMONSTRATION
from tests.operations import OUR_DIRECTORATE, Service
from tests.web.browsing import Browser, Page, facts, plain, same_text, with_fragment
from tests.web.test_pages import check

LIST, CALCULATOR, PARAMETERS = "/insertion/etudes", "/insertion/calcul", "/insertion/parametres"
LONG = "form.long-form"
ANSWER, DECISION = 'main form[action$="/avis"]', 'main form[action$="/suite"]'
ALL = ("administrator", "pilot", "directorate", "reader", "publisher", "facilitator")
ASKERS = {"administrator", "pilot", "directorate"}
GENERAL: dict[str, Any] = {
    "amount": "250 000 €",
    "labour_share": "70 %",
    "rate": "7 %",
    "hourly_cost": "35",
}


@pytest.fixture
def desk(service: FastAPI) -> Iterator[Service]:
    """The API itself, to make what pages speak of."""
    with TestClient(service) as client:
        yield Service(client, service)


def as_role(browser: Browser, connected: Callable[[str], Browser], account: str) -> Browser:
    """The same browser, connected as somebody else."""
    browser.client.cookies.clear()
    return connected(account)


def ask(browser: Browser, **typed: Any) -> Page:
    """Ask for a study as a person would."""
    page = browser.open(f"{LIST}/nouvelle")
    return page.submit(LONG, **({"subject": "Peinture d’écoles"} | typed))


def made(desk: Service, **changes: Any) -> str:
    """The address of a study asked by the pilot through the API."""
    body = new_request(desk.things()) | changes
    return f"{LIST}/{desk.make(PATH, body, 'pilot')['id']}"


@pytest.mark.parametrize("role", ALL)
def test_every_role_reads_studies_and_calculates(
    connected: Callable[[str], Browser], desk: Service, role: str
) -> None:
    address = made(desk)
    browser = connected(role)
    for path in (LIST, address, CALCULATOR, PARAMETERS):
        page = browser.open(path)
        assert page.status == 200, path
        check(page)
    asking = browser.open(f"{LIST}/nouvelle")
    check(asking)
    assert asking.status == (200 if role in ASKERS else 403)
    link = "Demander une étude" in browser.open(LIST).one("main").get_text()
    assert link is (role in ASKERS)


def test_nobody_opens_a_study_unnamed(browser: Browser, desk: Service) -> None:
    for path in (LIST, f"{LIST}/nouvelle", CALCULATOR, PARAMETERS, made(desk)):
        assert browser.open(path).address.startswith("http://testserver/connexion?suite=")


def test_the_study_of_another_buyer_is_not_there(
    connected: Callable[[str], Browser], desk: Service
) -> None:
    address = made(desk)
    assert connected("other-pilot").open(address).status == 404


def test_a_study_is_asked_with_french_spellings(pilot: Browser) -> None:
    page = ask(pilot, estimate="250 000 €", months="18", expected_on="01/02/2027")
    check(page)
    assert "La demande est envoyée" in page.words
    said = facts(page)
    assert said["Montant estimé HT"] == "250 000 €"
    assert said["Durée"] == "18 mois"
    assert said["Lancement prévu"] == "1er février 2027"
    assert said["Code CPV"] == "non renseigné"
    assert "En attente" in page.words
    assert "n’a pas encore répondu" in page.words


def test_what_is_refused_is_told_on_its_field_and_kept(pilot: Browser) -> None:
    page = ask(pilot, subject="", estimate="beaucoup", comment="Une <b>précision</b>")
    assert page.status == 422
    assert page.title.startswith("Erreur – ")
    links = {str(one["href"]) for one in page.soup.select("#erreurs a")}
    assert links == {"#champ-subject", "#champ-estimate"}
    assert page.one("#champ-estimate")["value"] == "beaucoup"
    assert page.one("#champ-comment").get_text() == "Une <b>précision</b>"
    check(page)


def test_a_form_sent_twice_asks_once(pilot: Browser) -> None:
    page = pilot.open(f"{LIST}/nouvelle")
    one, two = page.submit(LONG, subject="Une fois"), page.submit(LONG, subject="Une fois")
    assert one.address == two.address


def test_a_directorate_asks_for_itself(connected: Callable[[str], Browser]) -> None:
    page = ask(connected("directorate"))
    assert page.status == 200
    assert facts(page)["Direction"] == OUR_DIRECTORATE


def test_a_calculation_is_carried_into_the_request(pilot: Browser) -> None:
    page = pilot.open(CALCULATOR).submit("main form.panel", **GENERAL)
    assert page.one(".figure-huge").get_text() == "350\u00a0h"
    assert "250 000 € HT × 70 % × 7 % ÷ 35 € = 350 h" in page.words
    form = page.follow("Demander une étude avec ce calcul")
    assert form.one("#champ-estimate")["value"] == "250 000 €"
    assert "÷" in form.one("#champ-comment").get_text()
    assert facts(form.submit(LONG, subject="Peinture"))["Montant estimé HT"] == "250 000 €"


def test_a_contract_is_carried_into_the_request(pilot: Browser, desk: Service) -> None:
    contract = desk.things("contract")
    form = pilot.open(f"{LIST}/nouvelle?marche={contract.contract_id}")
    check(form)
    assert form.one("#champ-estimate")["value"] == "12000,50"
    page = form.submit(LONG)
    assert facts(page)["Marché"] not in ("", "non renseigné")
    assert page.one(f'.fact-list a[href="/marches/{contract.contract_id}"]')
    assert pilot.open(f"{LIST}/nouvelle?marche=piège").status == 200


def test_an_advice_is_given_then_followed_then_leads_to_the_clause(
    pilot: Browser, connected: Callable[[str], Browser]
) -> None:
    address = ask(pilot).address.partition("?")[0]
    browser = as_role(pilot, connected, "facilitator")
    page = browser.open(address)
    assert not page.soup.select(DECISION)
    answered = page.submit(
        ANSWER,
        answer="execution_condition",
        hours="420",
        rate="7 %",
        publics=["rsa", "detld"],
        modalities=["temp_etti"],
    )
    check(answered)
    assert "L’avis est enregistré" in answered.words
    said = facts(answered)
    assert said["Volume d’heures proposé"] == "420 h"
    assert said["Taux proposé"] == "7 %"
    assert "RSA" in said["Publics proposés"]
    browser = as_role(browser, connected, "pilot")
    page = browser.open(address)
    assert not page.soup.select(ANSWER)
    refused = page.submit(DECISION, decision="not_followed")
    assert refused.status == 422
    assert refused.one("#champ-comment")["aria-invalid"] == "true"
    check(refused)
    decided = page.submit(DECISION, decision="followed")
    assert "Avis suivi" in decided.words
    link = str(decided.one('a[href^="/insertion/clauses/nouvelle"]')["href"])
    assert f"etude={address.rpartition('/')[2]}" in link
    reader = as_role(browser, connected, "reader").open(address)
    check(reader)
    assert not reader.soup.select("main form")
    assert not reader.soup.select('a[href^="/insertion/clauses/nouvelle"]')


def test_an_advice_of_none_needs_its_reasons_and_leads_to_no_clause(
    pilot: Browser, connected: Callable[[str], Browser]
) -> None:
    address = ask(pilot).address.partition("?")[0]
    browser = as_role(pilot, connected, "facilitator")
    refused = browser.open(address).submit(ANSWER, answer="none", hours="12")
    assert refused.status == 422
    links = {str(one["href"]) for one in refused.soup.select("#erreurs a")}
    assert links == {"#champ-refusal", "#champ-justification", "#champ-hours"}
    assert refused.one("#champ-hours")["value"] == "12"
    check(refused)
    given = refused.submit(
        ANSWER, hours="", refusal="volume_too_small", justification="Deux jours de travail."
    )
    assert facts(given)["Motif"] == "Volume d’heures insuffisant"
    decided = (
        as_role(browser, connected, "pilot").open(address).submit(DECISION, decision="followed")
    )
    assert not decided.soup.select('a[href^="/insertion/clauses/nouvelle"]')


def test_an_advice_given_on_an_old_page_is_not_lost(
    pilot: Browser, connected: Callable[[str], Browser]
) -> None:
    address = ask(pilot).address.partition("?")[0]
    browser = as_role(pilot, connected, "facilitator")
    mine, theirs = browser.open(address), browser.open(address)
    theirs.submit(ANSWER, answer="criterion")
    refused = mine.submit(ANSWER, answer="reserved", justification="Une EA est prête.")
    assert refused.status == 412
    assert refused.one("#champ-justification").get_text() == "Une EA est prête."
    assert "Marché réservé" in refused.submit(ANSWER).words


def test_late_requests_say_by_how_many_days(pilot: Browser, desk: Service) -> None:
    late = today() - timedelta(days=5)
    dates = {"sent_on": f"{late - timedelta(days=28)}", "due_on": f"{late}"}
    made(desk, subject="Très en retard", **dates)
    made(desk, subject="À temps")
    page = pilot.open(f"{LIST}?state=late")
    assert "Très en retard" in page.words
    assert "En retard de 5 jours" in page.words
    assert "À temps" not in page.words
    assert "À temps" in pilot.open(f"{LIST}?state=waiting").words


def test_a_fragment_of_the_list_makes_the_page_of_a_full_load(
    pilot: Browser, desk: Service
) -> None:
    made(desk)
    page = pilot.open(LIST)
    address = str(page.soup.select(".tabs a")[3]["hx-get"])
    fragment, whole = pilot.fragment(address), pilot.open(address)
    assert "<html" not in fragment.text
    assert same_text(with_fragment(page, fragment, "#resultats")) == same_text(whole.soup)
    assert same_text(page.soup) != same_text(whole.soup)


def test_the_calculator_advises_against_a_small_clause(pilot: Browser) -> None:
    page = pilot.open(CALCULATOR).submit("main form.panel", **(GENERAL | {"amount": "25 000"}))
    check(page)
    assert page.one(".figure-huge").get_text() == "35\u00a0h"
    assert "moins de 150 h : une clause est déconseillée" in page.words
    assert "1 607 h" in page.words


def test_the_calculator_of_cleaning_tells_what_remains_to_be_hired(pilot: Browser) -> None:
    page = pilot.open(CALCULATOR).follow("Nettoyage avec reprise de personnel")
    typed: dict[str, Any] = {
        "amount": "480 000",
        "months": "48",
        "taken_over_hours_per_month": "200",
        "rate": "10",
    }
    refused = page.submit("main form.panel", **typed)
    assert refused.status == 422
    assert refused.one("#champ-rate")["value"] == "10"
    check(refused)
    done = refused.submit("main form.panel", rate="10 %")
    check(done)
    assert "Travail restant à pourvoir" in done.words


def test_a_result_is_swapped_alone_and_says_the_same(pilot: Browser) -> None:
    page = pilot.open(CALCULATOR)
    address = (
        f"{CALCULATOR}?variant=general&amount=250000&labour_share=0.7&rate=0.07&hourly_cost=35"
    )
    fragment, whole = pilot.fragment(address), pilot.open(address)
    assert "<html" not in fragment.text
    assert with_fragment(page, fragment, "#resultat").select("#resultat")
    assert plain(fragment.one("#resultat").get_text()) == plain(whole.one("#resultat").get_text())


def test_values_of_a_family_are_said_replaced_and_used(
    pilot: Browser, connected: Callable[[str], Browser]
) -> None:
    page = pilot.open(PARAMETERS)
    refused = page.submit(LONG, family="Peinture d’essai", labour_share="170 %")
    assert refused.status == 422
    assert refused.one("#champ-labour_share")["value"] == "170 %"
    check(refused)
    values: dict[str, Any] = {"labour_share": "70 %", "rate": "7 %", "hourly_cost": "35"}
    said = refused.submit(LONG, **values)
    assert "Les nouvelles valeurs sont enregistrées" in said.words
    said.submit(LONG, family="Peinture d’essai", **(values | {"rate": "10 %"}))
    current = pilot.open(PARAMETERS)
    lines = [plain(one.get_text(" ")) for one in current.soup.select("tbody tr")]
    (line,) = [one for one in lines if one.startswith("Peinture d’essai")]
    assert "70 % 10 % 35,00 €" in line
    history = current.follow("Avec l’historique")
    check(history)
    assert [
        "Remplacée" in one.get_text()
        for one in history.soup.select("tbody tr")
        if "Peinture d’essai" in one.get_text()
    ] == [False, True]
    filled = pilot.open(CALCULATOR).submit(".families form", family="Peinture d’essai")
    check(filled)
    assert filled.one("#champ-rate")["value"] == "10 %"
    assert filled.one("#champ-hourly_cost")["value"] == "35,00"
    reader = as_role(pilot, connected, "reader").open(PARAMETERS)
    assert "Peinture d’essai" in reader.words
    assert not reader.soup.select(LONG)
    theirs = as_role(pilot, connected, "facilitator").open(
        f"{PARAMETERS}?organisation={DEMONSTRATION}"
    )
    check(theirs)
    assert "Peinture d’essai" in theirs.words
    assert not theirs.soup.select(LONG)
