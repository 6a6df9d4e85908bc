"""Mandated amounts without a contract, and the register of companies, through their pages."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, plain, same_text, with_fragment
from tests.web.test_pages import check

WAITING = "/mandatements/sans-marche"
FORM = "form.waiting-form"


@pytest.fixture
def buyer(pilot: Browser) -> Browser:
    """The pilot, who looks for the fictitious buyer."""
    pilot.open("/").submit("form.account-switch", siret=DEMONSTRATION)
    return pilot


def enter(browser: Browser, **said: str) -> None:
    """Enter a line as a person would."""
    typed = {f"lines-0-{name}": value for name, value in said.items()}
    page = browser.open("/mandatements/nouveau").submit("#lignes", year="2026", **typed)
    assert page.status == 200, page.words


def row_of(page: Page, words: str) -> Any:
    return next(one for one in page.soup.select("#resultats tbody tr") if words in one.get_text())


def test_what_waits_is_told_with_its_reason_and_left_aside_by_form(buyer: Browser) -> None:
    enter(
        buyer,
        payee_name="Sans marché d’essai",
        amount="99 999 999",
        contract_number="Z/404",
        mandate_number="M 17",
    )
    page = buyer.open("/mandatements").follow("Mandatements sans marché")
    row = row_of(page, "Sans marché d’essai")
    assert "Aucun marché ne porte ce numéro" in plain(row.get_text(" "))
    assert "mandat M 17" in plain(row.get_text(" "))
    name = str(row.select("select")[0]["name"])
    after = page.submit(FORM, **{name: "aside", "note": "Indemnité"})
    assert "le rapprochement ne la défera pas" in after.words
    assert "Sans marché d’essai" not in after.one("#resultats").get_text()
    kept = buyer.open(f"{WAITING}?reason=aside")
    assert "Indemnité" in plain(row_of(kept, "Sans marché d’essai").get_text(" "))
    back = kept.submit(FORM, **{name: "release"})
    assert back.status == 200
    assert "Sans marché d’essai" in buyer.open(WAITING).one("#resultats").get_text()


def test_a_mandate_is_entered_line_by_line_and_refused_in_the_words_of_the_form(
    buyer: Browser,
) -> None:
    row = {
        "payee_name": "Ligne d’essai",
        "amount": "10",
        "mandate_number": "M-L",
        "mandate_line": 1,
    }
    first = {f"lines-0-{name}": str(said) for name, said in row.items()}
    second = {f"lines-1-{name}": str(said) for name, said in row.items()}
    new = buyer.open("/mandatements/nouveau")
    twice = new.submit("#lignes", **first, **second)
    assert twice.status == 422
    told = twice.one("#erreurs").get_text(" ")
    assert "Ligne du mandat" in told
    assert "mandate_line" not in told
    assert twice.submit("#lignes", **{"lines-1-mandate_line": "2"}).status == 200
    wrong = new.submit("#coller", pasted="\tLigne d’essai\t10\t\t\tM-L\t2")
    assert wrong.status == 422
    assert "« M-L » est déjà enregistré" in plain(wrong.one("#erreurs").get_text(" "))
    assert "mandate_line" not in wrong.words


def test_nothing_chosen_is_said_and_keeps_the_page(buyer: Browser) -> None:
    enter(buyer, payee_name="Qui attend", amount="10")
    page = buyer.open(WAITING).submit(FORM)
    assert page.status == 422
    assert "Choisissez une décision" in page.words
    assert page.title.startswith("Erreur")


def test_a_line_is_detached_and_may_be_proposed_its_contract_again(buyer: Browser) -> None:
    page = buyer.open("/mandatements?year=toutes")
    form = page.soup.select('form[action$="/detacher"]')[0]
    after = page.submit(f'form[action="{form["action"]}"]')
    assert "le rapprochement ne la défera pas" in after.words
    waits = buyer.open(f"{WAITING}?reason=detached&proposer=1")
    assert len(waits.soup.select("#resultats tbody tr")) == 1
    assert waits.soup.select("option[selected][value^='attach:']")
    joined = waits.submit(FORM, remember="true")
    assert joined.status == 200, joined.words
    assert not buyer.open(f"{WAITING}?reason=detached").soup.select("#resultats tbody tr")
    numbers = buyer.open(WAITING).follow("Numéros retenus")
    check(numbers)
    held = len(numbers.soup.select("#resultats tbody tr"))
    assert held == 1
    forgotten = numbers.submit('form[action="/mandatements/numeros/oublier"]')
    check(forgotten)
    assert "Le numéro est oublié" in forgotten.words
    assert len(forgotten.soup.select("#resultats tbody tr")) == 0


def test_the_matching_is_asked_again(buyer: Browser) -> None:
    page = buyer.open(WAITING).submit('form[action$="/relancer"]')
    assert "Le rapprochement est refait." in page.words


@pytest.mark.parametrize("account", ["directorate", "reader", "publisher"])
def test_who_only_reads_decides_nothing(connected: Callable[[str], Browser], account: str) -> None:
    page = connected(account).open(WAITING)
    assert page.status == 200
    assert not page.soup.select('main form[method="post"] button')
    assert not page.soup.select("main tbody select")


@pytest.mark.parametrize(
    ("page", "asked"),
    [(WAITING, f"{WAITING}?reason=no_payee"), ("/entreprises", "/entreprises?size=pme")],
)
def test_a_fragment_makes_the_page_that_a_load_makes(buyer: Browser, page: str, asked: str) -> None:
    enter(buyer, payee_name="Qui attend", amount="10")
    patched = with_fragment(buyer.open(page), buyer.fragment(asked), "#resultats")
    loaded = buyer.open(asked).soup
    for form in (*patched.select("form.filters"), *loaded.select("form.filters")):
        form.decompose()  # what the person has just chosen there is not the fragment's
    assert same_text(patched) == same_text(loaded)


def test_a_company_is_found_and_says_who_says_so(buyer: Browser) -> None:
    page = buyer.open("/structures").follow("Entreprises")
    assert page.one("h1").get_text() == "Entreprises"
    rows = page.soup.select("#resultats tbody tr")
    assert rows
    name = plain(rows[0].select("th")[0].get_text(" ")).split()[0]
    found = page.submit("form.filters", q=name)
    assert name in plain(found.one("#resultats").get_text(" "))
    none = page.submit("form.filters", q="zzzzzz", departement="<b>")
    assert "Aucune entreprise ne répond" in none.words
