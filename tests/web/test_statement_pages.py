"""Statements of hours by their pages: decisions, corrections, what a buyer may see."""

from collections.abc import Callable

from tests.cases import statements as cases
from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, plain
from tests.web.clause_world import FORM, MONTH, World, figure, message
from tests.web.test_pages import check

Connect = Callable[[str], Browser]


def test_a_statement_goes_from_draft_to_validated_by_its_buttons(
    world: World, connected: Connect
) -> None:
    page = connected("facilitator").open(world.statement())
    check(page)
    submitted = page.submit('form[action$="/soumettre"]')
    assert "La déclaration est soumise" in submitted.words
    validated = submitted.submit('form[action$="/valider"]')
    assert "Les heures sont validées" in validated.words
    assert not validated.soup.select("main form")
    check(validated)


def test_a_statement_is_returned_with_a_comment_and_not_without(
    world: World, connected: Connect
) -> None:
    browser = connected("facilitator")
    page = browser.open(world.statement("submit"))
    refused = page.submit('form[action$="/renvoyer"]', comment="")
    assert refused.status == 422
    assert "La déclaration n’est pas renvoyée" in message(refused)
    check(refused)
    returned = refused.submit('form[action$="/renvoyer"]', comment="Joignez les attestations.")
    assert "Joignez les attestations." in returned.words
    assert "À corriger" in returned.words
    assert returned.follow("Modifier les lignes").status == 200


def test_a_rejected_statement_says_so(world: World, connected: Connect) -> None:
    page = connected("facilitator").open(world.statement("submit"))
    rejected = page.submit('form[action$="/rejeter"]', comment="Mauvaise clause")
    assert "La déclaration est rejetée" in rejected.words


def test_a_decision_on_an_older_version_is_refused(world: World, connected: Connect) -> None:
    browser = connected("facilitator")
    address = world.statement("submit")
    late = browser.open(address)
    browser.open(address).submit('form[action$="/renvoyer"]', comment="À revoir")
    refused = late.submit('form[action$="/valider"]')
    assert refused.status == 412
    assert "la version actuelle" in message(refused)


def test_a_validated_line_is_corrected_by_its_right_total_with_a_reason(
    world: World, connected: Connect
) -> None:
    browser = connected("facilitator")
    page = browser.open(world.statement("submit", "validate"))
    form = page.follow("Corriger la ligne 1")
    check(form)
    refused = form.submit(FORM, hours="60")
    assert refused.status == 422
    assert refused.one("#champ-hours")["value"] == "60"
    corrected = refused.submit(FORM, reason="Feuille d’heures relue")
    assert "La ligne corrective est ajoutée." in corrected.words
    assert "-10,25 h" in corrected.words.replace("−", "-")
    assert "Feuille d’heures relue" in corrected.words
    assert figure(corrected, "Heures travaillées") == "60 h"


def test_a_buyer_sees_totals_and_secret_persons_never_a_line(
    world: World, connected: Connect
) -> None:
    person = cases.person_of(world.api)
    address = world.statement("submit", beneficiary=person, persons=None)
    page = connected("reader").open(address)
    assert page.status == 200
    assert person not in page.text
    assert figure(page, "Heures comptées") == "77,25 h"
    assert "Heures travaillées" not in page.words
    assert figure(page, "Personnes") == "secret"
    assert "reste chez le facilitateur" in page.words
    listed = page.browser.open("/insertion/declarations").words
    assert "secret" in listed


def test_a_correction_is_told_with_a_minus_sign(world: World, connected: Connect) -> None:
    address = world.statement("submit", "validate")
    key = address.rsplit("/", 1)[1]
    line = world.api.get(f"{cases.PATH}/{key}", "facilitator")["lines"][0]["id"]
    body = {"line_id": line, "hours": "25.25", "reason": "Attestation rectifiée"}
    world.api.make(f"{cases.PATH}/{key}/corrections", body, "facilitator")
    page = connected("facilitator").open(address)
    assert "−45 h" in plain(page.text).replace("\u202f", " ")
    assert "-45" not in page.one("main").get_text()


def test_a_closed_year_says_who_may_open_it_again(world: World, connected: Connect) -> None:
    clause = str(cases.clause_of(world.api, title="Ancienne"))
    lines = [{"persons": 2, "hours": "10"}]
    body = {"clause_id": clause, "month": "2025-03", "lines": lines}
    made = world.api.make(cases.PATH, body, "facilitator")
    closing = {"organisation": DEMONSTRATION, "year": 2025}
    world.api.make("/api/v1/closings", closing, "administrator")
    page = connected("facilitator").open(f"/insertion/declarations/{made['id']}")
    refused = page.submit('form[action$="/soumettre"]')
    assert refused.status == 409
    assert "L’année 2025 est close" in message(refused)
    assert "peut rouvrir l’année" in message(refused)
    assert refused.follow("Mandats et clôtures").status == 200


def test_statements_are_filtered_by_month_and_state(world: World, connected: Connect) -> None:
    world.statement("submit")
    browser = connected("facilitator")
    form = browser.open("/insertion/declarations")

    def titles(page: Page) -> list[str]:
        return [plain(one.get_text(" ")) for one in page.soup.select("#resultats tbody a")]

    found = form.submit("form.filters", state="submitted", mois=MONTH)
    assert any("Clause des pages" in one for one in titles(found))
    other = form.submit("form.filters", state="rejected", mois=MONTH)
    assert not any("Clause des pages" in one for one in titles(other))
    assert browser.open("/insertion/declarations?state=x").status == 422
    assert browser.open("/insertion/declarations?mois=x").status == 422
