"""Projects, consultations and evaluations, through their pages."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, fill, plain, same_text, with_fragment

FORM = "form.long-form"

Connect = Callable[[str], Browser]


@pytest.fixture
def buyer(pilot: Browser) -> Browser:
    """The pilot, who looks for the fictitious buyer."""
    pilot.open("/").submit("form.account-switch", siret=DEMONSTRATION)
    return pilot


def add_project(browser: Browser, **said: Any) -> Page:
    """Enter a project as a person would."""
    asked: dict[str, Any] = {
        "reference": "ESSAI-1",
        "title": "Achat d’essai",
        "year": "2026",
        **said,
    }
    return browser.open("/programmation").follow("Ajouter un projet").submit(FORM, **asked)


def add_consultation(browser: Browser, **said: Any) -> Page:
    """Enter a consultation as a person would."""
    asked: dict[str, Any] = {
        "reference": "CONS-ESSAI",
        "title": "Consultation d’essai",
        "launched_on": "02/02/2026",
        **said,
    }
    page = browser.open("/consultations").follow("Ajouter une consultation")
    return fill(page, FORM, asked)


def facts(page: Page) -> dict[str, str]:
    """What the lists of facts of a page say, by title."""
    titles, said = page.soup.select(".fact-list dt"), page.soup.select(".fact-list dd")
    return {
        plain(one.get_text()): plain(told.get_text())
        for one, told in zip(titles, said, strict=True)
    }


def test_a_project_is_entered_found_and_changed(buyer: Browser) -> None:
    page = add_project(buyer, estimated_amount="90 000,50", targeted="true")
    assert "Le projet d’achat est enregistré." in page.words
    assert facts(page)["Montant estimé HT"] == "90 000,50 €"
    assert facts(page)["Achat récurrent"] == "non renseigné"
    found = buyer.open("/programmation?q=ESSAI-1&targeted=true&year=2026&state=surveyed")
    assert "Achat d’essai" in found.words
    assert "Achat d’essai" not in buyer.open("/programmation?state=notified").words
    form = page.follow("Modifier")
    after = form.submit(FORM, state="studied", recurrent="false")
    assert "Étudié" in after.words
    assert facts(after)["Achat récurrent"] == "non"
    late = form.submit(FORM, title="En retard")
    assert late.status == 412
    assert late.one("#champ-title")["value"] == "En retard"


def test_a_project_is_public_only_when_somebody_says_so(buyer: Browser) -> None:
    page = add_project(buyer)
    assert facts(page)["Rendu public"] == "non"
    form = page.follow("Modifier")
    choices = [str(one["value"]) for one in form.soup.select('input[name="public"]')]
    assert choices == ["true", "false"]
    assert facts(form.submit(FORM, public="true"))["Rendu public"] == "oui"


def test_a_number_already_taken_is_said_on_its_field(buyer: Browser) -> None:
    add_project(buyer)
    page = add_project(buyer, title="Un autre")
    assert page.status == 409
    assert page.one("#champ-reference")["aria-invalid"] == "true"
    assert page.one("#champ-title")["value"] == "Un autre"


def test_a_project_carries_actions_of_the_schemes(buyer: Browser) -> None:
    page = add_project(buyer)
    name = str(page.soup.select("select[name^=action-]")[0]["name"])
    after = fill(page, "form.say-form", {name: "carried"})
    assert "Les actions du projet sont enregistrées." in after.words
    assert "décidée, rien n’est encore dit de sa réalisation" in after.words
    done = fill(after, "form.say-form", {name: "true"})
    assert done.one(f'[name="{name}"] option[selected]')["value"] == "true"
    # The page of before would put back what stood.
    late = fill(after, "form.say-form", {name: "false"})
    assert late.status == 412
    gone = fill(buyer.open(done.address), "form.say-form", {name: ""})
    assert "Aucune action n’est encore décidée" in gone.words


def test_a_project_is_removed_unless_something_hangs_on_it(buyer: Browser) -> None:
    page = add_project(buyer)
    linked = add_consultation(buyer, project_id=page.address.split("?")[0].rsplit("/", 1)[1])
    assert "ESSAI-1" in linked.words
    refused = buyer.open(page.address).follow("Modifier").submit(".danger-zone form")
    assert refused.status == 409
    other = add_project(buyer, reference="ESSAI-2", title="À ôter")
    after = other.follow("Modifier").submit(".danger-zone form")
    assert "Le projet d’achat est supprimé." in after.words
    assert "À ôter" not in after.words


def test_a_consultation_is_removed_unless_contracts_bear_its_reference(buyer: Browser) -> None:
    page = add_consultation(buyer)
    form = page.follow("Modifier")
    after = form.submit(".danger-zone form")
    assert "La consultation est supprimée." in after.words
    assert "Consultation d’essai" not in after.words
    held = buyer.open("/consultations?q=CONS-20&outcome=awarded")
    one = held.follow(held.soup.select("#resultats tbody a")[0].get_text())
    change = one.follow("Modifier")
    assert "tant qu’ils la portent" in change.words
    assert not change.soup.select(".danger-zone form")
    # The form seen before its contracts came is refused with their number.
    refused = buyer.page(
        buyer.client.post(
            f"{one.address}/supprimer",
            data={"etag": str(change.one("[name=etag]")["value"])},
            headers={"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"},
        )
    )
    assert refused.status == 409
    assert "gardez la consultation, ou changez d’abord la référence" in refused.words


def test_a_consultation_says_offers_outcome_and_considerations(buyer: Browser) -> None:
    page = add_consultation(buyer, offers="3", sme_offers="2", outcome="awarded")
    assert "La consultation est enregistrée." in page.words
    assert facts(page)["Offres reçues"] == "3"
    wrong = page.follow("Modifier").submit(FORM, sme_offers="9")
    assert wrong.status == 422
    assert wrong.one("#champ-sme_offers")["aria-invalid"] == "true"
    marks = page.follow("Dire les considérations")
    name = str(marks.soup.select("input[type=radio]")[0]["name"])
    after = fill(marks, "main form[method=post]", {name: "yes"})
    assert "Les considérations sont enregistrées." in after.words
    assert ": oui" in after.words
    found = buyer.open("/consultations?q=CONS-ESSAI&outcome=awarded&year=2026")
    assert "Consultation d’essai" in found.words


def test_an_evaluation_is_of_a_contract_found_by_words(buyer: Browser) -> None:
    contract = buyer.open("/marches").soup.select('main a[href^="/marches/0"]')[0]
    words = plain(contract.get_text()).split(" (")[0][:20]
    choice = buyer.open("/evaluations/nouvelle").submit("form.inline-form", q=words)
    link = choice.soup.select('a[href*="contract="]')[0]
    form = buyer.open(str(link["href"]))
    asked: dict[str, Any] = {"done_on": "01/10/2026", "side": "buyer", "subject": "execution"}
    wrong = form.submit(FORM, **asked, score="25")
    assert wrong.status == 422
    assert wrong.one("#champ-score")["value"] == "25"
    after = wrong.submit(FORM, score="14,5", comment="Évaluation d’essai")
    assert "L’évaluation est enregistrée." in after.words
    row = next(one for one in after.soup.select("tbody tr") if "d’essai" in one.get_text())
    assert "14,5 / 20" in plain(row.get_text(" "))
    change = row.select_one('a[href$="/modifier"]')
    assert change is not None
    page = buyer.open(str(change["href"]))
    assert str(page.one("#champ-score")["value"]).startswith("14,5")
    without = page.submit(FORM, score="")
    assert "sans note" in without.words
    gone = buyer.open(page.address).submit(".danger-zone form")
    assert "L’évaluation est supprimée." in gone.words
    assert "d’essai" not in gone.one("#resultats").get_text()


@pytest.mark.parametrize("account", ["reader", "publisher"])
def test_who_may_not_write_finds_no_way_to(connected: Connect, account: str) -> None:
    browser = connected(account)
    for address in ("/programmation", "/consultations", "/evaluations"):
        page = browser.open(address)
        assert page.status == 200
        links = [str(one["href"]) for one in page.soup.select("main a")]
        assert not [one for one in links if "/nouve" in one or one.endswith("/modifier")]
    for address in ("/programmation/nouveau", "/consultations/nouvelle", "/evaluations/nouvelle"):
        assert browser.open(address).status == 403
    project = browser.open("/programmation").soup.select('#resultats a[href^="/programmation/"]')
    opened = browser.open(str(project[0]["href"]))
    assert opened.status == 200
    assert browser.open(f"{opened.address}/modifier").status == 403


def test_a_directorate_writes_its_own_projects_alone(connected: Connect) -> None:
    browser = connected("directorate")
    assert "Le projet d’achat est enregistré." in add_project(browser).words
    others = add_project(browser, reference="ESSAI-2", directorate_id="")
    assert others.status == 403


def test_the_three_lists_are_open_to_no_facilitator(connected: Connect) -> None:
    browser = connected("facilitator")
    for address in ("/programmation", "/consultations", "/evaluations"):
        assert browser.open(address).status == 403


@pytest.mark.parametrize(
    "address",
    ["/programmation?state=notified", "/consultations?outcome=awarded", "/evaluations?side=buyer"],
)
def test_a_fragment_makes_the_page_that_a_full_load_makes(buyer: Browser, address: str) -> None:
    page = buyer.open(address.split("?")[0])
    fragment, whole = buyer.fragment(address), buyer.open(address)
    patched, loaded = with_fragment(page, fragment, "#resultats"), whole.soup
    for form in (*patched.select("form.filters"), *loaded.select("form.filters")):
        form.decompose()  # what the person has just chosen there is not the fragment's
    assert same_text(patched) == same_text(loaded)
    assert fragment.headers["hx-push-url"] == address
