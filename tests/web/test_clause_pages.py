"""One clause: its terms, its commitment, its penalties, and links to companies."""

from collections.abc import Callable
from typing import Any

from api.insertion.links.schemas import MAX_REFUSALS
from tests.web.browsing import Browser, Page, plain
from tests.web.clause_world import FORM, World, figure
from tests.web.test_pages import check

Connect = Callable[[str], Browser]


def new_clause(browser: Browser, world: World, **typed: Any) -> Page:
    """Add a clause to the contract as a person would, from its page."""
    page = browser.open(f"/marches/{world.contract}").follow("Ajouter une clause d’insertion")
    check(page)
    said = {"title": "Peinture", "kind": "execution_condition"} | typed
    return page.submit(FORM, **said)


def test_a_clause_is_added_from_its_contract_with_french_spellings(
    world: World, pilot: Browser
) -> None:
    page = new_clause(
        pilot,
        world,
        hours="1 200,5",
        publics=["rsa", "deld"],
        starts_on="1/1/2026",
        ends_on="31-12-2026",
        penalty_mode="per_missing_hour",
        penalty_amount="60 €",
    )
    assert page.status == 200, page.words
    assert "La clause est enregistrée." in page.words
    assert figure(page, "Engagées") == "1 200,5 h"
    assert "Bénéficiaire du RSA" in page.words
    assert "1er janvier 2026" in page.words
    check(page)
    section = pilot.open(f"/marches/{world.contract}").one('section[aria-labelledby="insertion"]')
    assert "Peinture" in section.get_text()


def test_a_clause_can_have_its_hours_from_the_calculation(world: World, pilot: Browser) -> None:
    parts = {
        "calculation_amount": "100 000",
        "calculation_labour_share": "80 %",
        "calculation_rate": "5 %",
        "calculation_hourly_cost": "20",
    }
    form = pilot.open(f"/insertion/clauses/nouvelle?marche={world.contract}")
    shown = form.submit(FORM, title="Gros œuvre", publics=["rsa"], calculer="1", **parts)
    assert shown.status == 200
    assert "200 h" in plain(shown.one("#calcul-fait").get_text(" "))
    assert "Rien n’est encore enregistré" in shown.words
    # Everything typed is still there, and nothing was written.
    assert shown.one("#champ-title")["value"] == "Gros œuvre"
    assert shown.one("#champ-calculation_rate")["value"] == "5 %"
    assert [one["value"] for one in shown.soup.select("#champ-publics [checked]")] == ["rsa"]
    assert "Gros œuvre" not in pilot.open("/insertion?q=Gros œuvre").one("#resultats").get_text()
    page = shown.submit(FORM, kind="criterion")
    assert figure(page, "Engagées") == "200 h"
    assert "100 000 € HT × 80 % × 5 % ÷ 20 €" in page.words


def test_a_calculation_that_lacks_a_part_says_which_and_keeps_the_rest(
    world: World, pilot: Browser
) -> None:
    form = pilot.open(f"/insertion/clauses/nouvelle?marche={world.contract}")
    refused = form.submit(FORM, calculer="1", calculation_amount="beaucoup", calculation_rate="5 %")
    assert refused.status == 422
    assert {str(one["href"]) for one in refused.soup.select("#erreurs a")} >= {
        "#champ-calculation_amount"
    }
    assert refused.one("#champ-calculation_amount")["value"] == "beaucoup"
    half = form.submit(FORM, title="X", kind="criterion", calculation_rate="5 %")
    assert half.status == 422
    assert "#champ-calculation_hourly_cost" in {
        str(one["href"]) for one in half.soup.select("#erreurs a")
    }


def test_what_is_refused_of_a_clause_is_told_on_its_field(world: World, pilot: Browser) -> None:
    page = new_clause(pilot, world, title="", hours="sept", starts_on="32/13/2026", lot="Lot 2")
    assert page.status == 422
    assert page.title.startswith("Erreur – ")
    links = {str(one["href"]) for one in page.soup.select("#erreurs a")}
    assert links == {"#champ-title", "#champ-hours", "#champ-starts_on"}
    assert page.one("#champ-hours")["value"] == "sept"
    assert page.one("#champ-lot")["value"] == "Lot 2"
    check(page)


def test_a_form_of_clause_sent_twice_creates_one(world: World, pilot: Browser) -> None:
    form = pilot.open(f"/insertion/clauses/nouvelle?marche={world.contract}")
    typed = {"title": "Une fois", "kind": "criterion", "hours": "10"}
    assert form.submit(FORM, **typed).address == form.submit(FORM, **typed).address


def test_without_a_contract_the_page_says_to_choose_one(pilot: Browser) -> None:
    page = pilot.open("/insertion/clauses/nouvelle")
    check(page)
    assert "choisissez-le d’abord" in page.words


def test_the_terms_of_a_clause_change_and_nobody_is_overwritten(
    world: World, pilot: Browser
) -> None:
    page = pilot.open(world.page("/modifier"))
    check(page)
    mine, theirs = page, pilot.open(world.page("/modifier"))
    saved = theirs.submit(FORM, evidence_days="20", publics=["rsa"])
    assert "Les modifications sont enregistrées." in saved.words
    assert "20 jours" in saved.words
    refused = mine.submit(FORM, evidence_days="30")
    assert refused.status == 412
    assert "Une autre personne a modifié cette clause" in refused.words
    assert refused.one("#champ-evidence_days")["value"] == "30"
    assert "30 jours" in refused.submit(FORM).words
    assert "Rien n’a changé" in pilot.open(world.page("/modifier")).submit(FORM).words


def test_the_hours_of_a_notified_clause_are_not_rewritten(world: World, pilot: Browser) -> None:
    refused = pilot.open(world.page("/modifier")).submit(FORM, hours="2000")
    assert refused.status == 422
    assert "#champ-hours" in {str(one["href"]) for one in refused.soup.select("#erreurs a")}


def test_an_amendment_shows_in_the_timeline_with_the_total_it_leads_to(
    world: World, pilot: Browser
) -> None:
    form = pilot.open(world.page("/engagement"))
    page = form.submit(FORM, kind="amendment", on="1/6/2026", total="1 500", reason="Tranche 2")
    assert "L’engagement de la clause est à jour." in page.words
    told = plain(page.one(".timeline").get_text(" "))
    assert "Avenant : +500 h, soit 1 500 h" in told
    last = pilot.open(world.page("/engagement")).submit(
        FORM, kind="correction", on="1/7/2026", total="1 400"
    )
    assert "Correction : −100 h, soit 1 400 h" in plain(last.one(".timeline").get_text(" "))
    assert figure(last, "Engagées") == "1 400 h"


def test_a_change_that_says_nothing_is_refused_in_place(world: World, pilot: Browser) -> None:
    refused = pilot.open(world.page("/engagement")).submit(FORM, kind="order", reference="BC 7")
    assert refused.status == 422
    assert refused.one("#champ-reference")["value"] == "BC 7"


def test_a_penalty_is_worked_out_then_decided(world: World, pilot: Browser) -> None:
    page = pilot.open(world.page("/penalites"))
    # Only what the mode of the clause needs is asked.
    assert not page.soup.select("#champ-late_days, #champ-base_amount")
    computed = page.submit(FORM, on="1/10/2026", missing_hours="12,5")
    assert "750,00 €" in computed.words
    decision = computed.follow("Décider")
    check(decision)
    refused = decision.submit(FORM, decision="reduced")
    assert refused.status == 422
    done = refused.submit(FORM, decision="waived", reason="Intempéries")
    assert "La décision est enregistrée." in done.words
    assert "Remise" in done.words


def test_what_a_reader_may_not_do_is_not_offered(world: World, connected: Connect) -> None:
    page = connected("reader").open(world.page())
    assert not page.soup.select("main form")
    links = " ".join(one.get_text() for one in page.soup.select("main a"))
    assert "Modifier" not in links
    assert "Saisir" not in links


def test_the_address_of_a_link_is_told_once_and_can_be_cancelled(
    world: World, connected: Connect
) -> None:
    browser = connected("facilitator")
    form = 'form[action$="/liens"]'
    made = browser.open(world.page()).submit(form, month="mars 2026", days="7")
    address = made.one("#adresse-lien").get_text()
    assert "/declaration/" in address
    assert "elle ne sera plus montrée" in made.words
    again = browser.open(world.page())
    assert "/declaration/" not in again.text
    assert "En attente" in again.words
    assert browser.open(address).status == 200
    gone = again.submit('form[action$="/annuler"]')
    assert "Le lien est annulé" in gone.words
    assert browser.open(address).status == 410


def test_a_link_that_refused_too_often_is_closed_and_says_whom_to_see(
    world: World, connected: Connect
) -> None:
    facilitator = connected("facilitator")
    form = 'form[action$="/liens"]'
    made = facilitator.open(world.page()).submit(form, month="mars 2026", days="7")
    company = facilitator.open(made.one("#adresse-lien").get_text())
    empty = [""] * (len(company.soup.select("tbody tr")) - 1)
    one, typed = ["1", *empty], ["221", *empty]
    for _ in range(MAX_REFUSALS):
        assert company.submit("main form", persons=one, hours=typed).status == 422
    assert company.submit("main form", persons=one, hours=typed).status == 410
    page = facilitator.open(world.page())
    check(page)
    assert f"Fermé après {MAX_REFUSALS} envois refusés : voyez l’entreprise" in page.words
    assert not page.soup.select('form[action$="/annuler"]')


def test_a_link_for_no_month_is_refused_with_what_was_typed(
    world: World, connected: Connect
) -> None:
    page = connected("facilitator").open(world.page())
    refused = page.submit('form[action$="/liens"]', month="un jour", days="7")
    assert refused.status == 422
    assert refused.one("#champ-month")["value"] == "un jour"
    check(refused)
