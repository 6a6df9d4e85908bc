"""Inclusive structures and what is mandated to them, through their pages."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, plain, same_text, with_fragment
from web.pages.spending import pasted

FORM = "form.long-form"
DROP = "form.drop"
SIRET = "00000000100006"
SAID: dict[str, Any] = {"source": "Annuaire d’essai", "as_of": "01/01/2026"}


@pytest.fixture
def buyer(pilot: Browser) -> Browser:
    """The pilot, who looks for the fictitious buyer."""
    pilot.open("/").submit("form.account-switch", siret=DEMONSTRATION)
    return pilot


def row_of(page: Page, words: str) -> list[str]:
    """The cells of the row that holds ``words``."""
    row = next(one for one in page.soup.select("#resultats tbody tr") if words in one.get_text())
    return [plain(one.get_text(" ")) for one in row.select("th, td")]


def add(browser: Browser, siret: str = SIRET, **typed: Any) -> Page:
    """Enter a structure as a person would."""
    said: dict[str, Any] = {"siret": siret, "name": "Structure d’essai", **SAID, **typed}
    return browser.open("/structures").follow("Ajouter une structure").submit(FORM, **said)


@pytest.mark.parametrize(
    "account", ["administrator", "directorate", "reader", "publisher", "facilitator"]
)
def test_every_page_opens_for_who_may_read(
    connected: Callable[[str], Browser], account: str
) -> None:
    browser = connected(account)
    for address in ("/structures", "/mandatements", "/mandatements?year=toutes"):
        page = browser.open(address)
        assert page.status == 200, address
        assert page.one("h1")


@pytest.mark.parametrize("account", ["directorate", "reader", "facilitator"])
def test_who_may_not_write_finds_no_way_to(
    connected: Callable[[str], Browser], account: str
) -> None:
    browser = connected(account)
    for address in ("/structures", "/mandatements"):
        assert not browser.open(address).soup.select('main form[method="post"]')
        links = [str(one["href"]) for one in browser.open(address).soup.select("main a")]
        assert not [one for one in links if "/nouve" in one or "/imports" in one]
    for address in ("/structures/nouvelle", "/mandatements/nouveau"):
        assert browser.open(address).status == 403


def test_a_structure_says_what_is_known_and_by_whom(pilot: Browser) -> None:
    page = add(pilot, "000 000 001 00006", kind="esat", ess="true", departement="62")
    assert "La structure est ajoutée au registre." in page.words
    cells = row_of(page, "Structure d’essai")
    assert cells[1].endswith("(ESAT)")
    assert cells[2:] == ["oui", "non renseigné", "62", "Annuaire d’essai au 01/01/2026"]
    found = pilot.open("/structures?kind=esat&ess=true&q=essai")
    assert row_of(found, "Structure d’essai") == cells
    assert "Structure d’essai" not in pilot.open("/structures?kind=ei").one("#resultats").get_text()


def test_a_siret_already_known_is_said_on_its_field(pilot: Browser) -> None:
    add(pilot)
    page = add(pilot, name="Une autre")
    assert page.status == 409
    assert page.one("#champ-siret")["aria-invalid"] == "true"
    assert page.one("#champ-name")["value"] == "Une autre"


def test_a_change_says_who_says_so_and_nothing_else_moves(pilot: Browser) -> None:
    before = row_of(add(pilot, kind="ei", departement="62"), "Structure d’essai")
    form = pilot.open("/structures").follow("Structure d’essai")
    page = form.submit(FORM, esus="true", source="La structure", as_of="02/03/2026")
    after = row_of(page, "Structure d’essai")
    assert after[3] == "oui"
    assert after[5] == "La structure au 02/03/2026"
    assert [*after[:3], after[4]] == [*before[:3], before[4]]
    late = form.submit(FORM, name="En retard")
    assert late.status == 412
    assert late.one("#champ-name")["value"] == "En retard"


def test_a_list_is_brought_by_the_screens_of_imports(pilot: Browser) -> None:
    page = pilot.open("/structures").follow("Importer une liste")
    assert page.one("#champ-kind option[selected]")["value"] == "structures"
    model = pilot.open("/imports/modeles/structures.csv")
    titles = model.text.lstrip("\ufeff").strip().split(";")
    said = {"SIRET": SIRET, "Nom": "Du fichier", "Type de structure": "ESAT", "ESS": "oui"}
    line = ";".join(said.get(one, "") for one in titles)
    files = {"file": ("liste.csv", f"{model.text.strip()}\r\n{line}\r\n".encode(), "text/csv")}
    preview = page.submit(DROP, files, kind="structures").submit('form[action$="/colonnes"]')
    report = preview.follow("Continuer vers l’acceptation").submit('form[action$="/accepter"]')
    assert "1 ligne a été ajoutée" in report.words
    assert row_of(pilot.open("/structures"), "Du fichier")[2] == "oui"


def test_rows_are_entered_with_french_spellings_and_shown_in_their_year(buyer: Browser) -> None:
    typed: dict[str, Any] = {
        "year": "2025",
        "source": "Logiciel d’essai",
        "lines-0-payee_siret": "000 000 001 00006",
        "lines-0-payee_name": "Bénéficiaire d’essai",
        "lines-0-amount": "18 500,50 €",
        "lines-3-payee_name": "Sans numéro",
        "lines-3-amount": "-20",
    }
    page = buyer.open("/mandatements/nouveau").submit("#lignes", **typed)
    assert "Les montants mandatés sont enregistrés." in page.words
    assert page.one("#champ-year option[selected]")["value"] == "2025"
    assert row_of(page, "Bénéficiaire d’essai")[2] == "18 500,50 €"
    assert row_of(page, "Sans numéro")[1].endswith("sans SIRET")
    assert row_of(page, "Sans numéro")[2] == "-20,00 €"
    now = buyer.open("/mandatements?year=2024").one("#resultats")
    assert "Bénéficiaire d’essai" not in now.get_text()


def test_a_wrong_cell_is_told_in_its_row_and_nothing_enters(buyer: Browser) -> None:
    typed: dict[str, Any] = {
        "lines-0-payee_name": "Bonne ligne",
        "lines-0-amount": "10",
        "lines-2-payee_siret": "12",
        "lines-2-amount": "dix",
    }
    page = buyer.open("/mandatements/nouveau").submit("#lignes", year="1900", **typed)
    assert page.status == 422
    links = {str(one["href"]) for one in page.one("#erreurs").select("a")}
    assert links == {"#champ-year", "#champ-lines-2-payee_siret", "#champ-lines-2-amount"}
    for link in links:
        assert page.one(link)["aria-invalid"] == "true"
    assert page.one("#champ-lines-0-payee_name")["value"] == "Bonne ligne"
    assert page.one("#champ-lines-2-amount")["value"] == "dix"
    assert "Bonne ligne" not in buyer.open("/mandatements?year=toutes").one("#resultats").get_text()
    empty = buyer.open("/mandatements/nouveau").submit("#lignes")
    assert empty.status == 422
    assert "au moins une ligne" in empty.words


def test_lines_are_pasted_from_a_spreadsheet_all_or_none(buyer: Browser) -> None:
    good = f"SIRET\tNom\tMontant\tFamille\n{SIRET}\tCollée d’essai\t1 200,5\tNettoyage\n"
    wrong = buyer.open("/mandatements/nouveau").submit(
        "#coller", year="2025", pasted=good + "\tSans montant\t\n12\tCourte\t5\n"
    )
    assert wrong.status == 422
    told = [plain(one.get_text()) for one in wrong.soup.select("#erreur-pasted li")]
    assert told == [
        "Ligne 3 : Montant mandaté HT est obligatoire.",
        "Ligne 4 : SIRET du bénéficiaire n’est pas un SIRET (14 chiffres).",
    ]
    assert "Sans montant" in wrong.one("#champ-pasted").get_text()
    page = wrong.submit("#coller", pasted=good)
    assert page.status == 200
    assert row_of(page, "Collée d’essai")[2:4] == ["1 200,50 €", "Nettoyage"]


def test_a_year_that_all_the_pasted_lines_share_is_refused_once(buyer: Browser) -> None:
    page = buyer.open("/mandatements/nouveau").submit(
        "#coller", year="2099", pasted="\tUne\t1\n\tDeux\t2\n\tTrois\t3"
    )
    assert page.status == 422
    assert [str(one["href"]) for one in page.one("#erreurs").select("a")] == ["#champ-year"]
    form = page.one("#champ-year").find_parent("form")
    assert form is not None
    assert form["id"] == "coller"


def test_pasted_cells_are_apart_by_tabulations_or_semicolons() -> None:
    told = {"payee_siret": "1", "payee_name": "Un", "amount": "deux", "family": "3,5"}
    numbers = {"contract_number": "F", "mandate_number": "G", "mandate_line": "H"}
    assert pasted("SIRET;Nom;Montant\n1;Un ; deux;3,5;F;G;H;I\n\n") == [(2, told | numbers)]
    assert pasted("\tUn ; deux\t3,5\t") == [(1, {"payee_name": "Un ; deux", "amount": "3.5"})]
    # A first line with a figure is one of data, whatever its words.
    assert len(pasted("1\tUn\t2")) == 1


def test_a_line_is_taken_away(buyer: Browser) -> None:
    typed: dict[str, Any] = {"lines-0-payee_name": "De trop", "lines-0-amount": "10"}
    page = buyer.open("/mandatements/nouveau").submit("#lignes", **typed)
    row = next(one for one in page.soup.select("tbody tr") if "De trop" in one.get_text())
    action = row.select("form")[0]["action"]
    after = page.submit(f'form[action="{action}"]')
    assert "La ligne est ôtée." in after.words
    assert "De trop" not in after.one("main").get_text()
    assert page.submit(f'form[action="{action}"]').status == 404


def test_what_goes_to_structures_is_told_apart_from_what_is_not_known(buyer: Browser) -> None:
    add(buyer, kind="aci")
    typed: dict[str, Any] = {
        "year": "2019",
        "lines-0-payee_siret": SIRET,
        "lines-0-amount": "100",
        "lines-1-payee_name": "Qui donc",
        "lines-1-amount": "7",
    }
    page = buyer.open("/mandatements/nouveau").submit("#lignes", **typed)
    cards = {
        plain(one.dt.get_text()): plain(one.dd.get_text(" "))
        for one in page.soup.select(".figure-card")
        if one.dt and one.dd
    }
    assert cards["Aux structures HT"].startswith("100 €")
    assert cards["Bénéficiaires non qualifiés HT"].startswith("7 €")


def test_a_fragment_makes_the_page_that_a_full_load_makes(pilot: Browser) -> None:
    add(pilot, kind="esat")
    page, address = pilot.open("/structures"), "/structures?kind=ei"
    fragment, whole = pilot.fragment(address), pilot.open(address)
    assert "<html" not in fragment.text
    patched, loaded = with_fragment(page, fragment, "#resultats"), whole.soup
    for form in (*patched.select("form.filters"), *loaded.select("form.filters")):
        form.decompose()  # what the person has just chosen there is not the fragment's
    assert same_text(patched) == same_text(loaded)
    assert same_text(page.soup) != same_text(loaded)
    assert fragment.headers["hx-push-url"] == address


# --- Companies that are no structure -------------------------------------------------------------

ORDINARY = "form.ordinary-form"
QUALIFY = "/structures/a-qualifier"


def listed(page: Page) -> list[str]:
    """The SIRET of the companies of the page."""
    return [str(one["value"]) for one in page.soup.select('input[name="siret"]')]


def ticked(page: Page) -> list[str]:
    """The SIRET of those that are ticked."""
    return [str(one["value"]) for one in page.soup.select('input[name="siret"][checked]')]


def pay(browser: Browser, number: int) -> None:
    """Mandate something to as many companies of which nobody ever heard."""
    lines = [f"{88800000000000 + rank};Payée {rank};10,00;" for rank in range(number)]
    form = browser.open("/mandatements/nouveau")
    typed = {"year": "2026", "pasted": "\n".join(lines)}
    sent = form.submit('form[action="/mandatements/coller"]', **typed)
    assert sent.status == 200, sent.words


def test_companies_ticked_are_ordinary_from_then_on(buyer: Browser) -> None:
    page = buyer.open("/structures").follow("Entreprises à qualifier")
    first, second, third = listed(page)[:3]
    name = plain(page.soup.select("tbody label")[0].get_text(" "))
    after = page.submit(ORDINARY, siret=[first, third], **SAID)
    assert after.status == 200
    assert "2 entreprises dites ordinaires" in after.words
    assert listed(after)[0] == second
    assert not {first, third} & set(listed(after))
    found = buyer.open(f"/structures?q={first}")
    cells = row_of(found, name.split(" 0")[0])
    assert cells[1] == "Aucune (entreprise ordinaire)"
    assert cells[2] == "non renseigné"
    assert cells[5] == "Annuaire d’essai au 01/01/2026"


def test_the_register_shows_structures_and_leads_to_ordinary_companies(buyer: Browser) -> None:
    add(buyer, name="Structure d’essai", kind="ea")
    add(buyer, "00000000200004", name="Ordinaire d’essai", kind="aucune")
    words = buyer.open("/structures?kind=ea").words
    assert "Structure d’essai" in words
    register = buyer.open("/structures")
    assert "Ordinaire d’essai" not in register.one("#resultats").get_text()
    assert row_of(register.follow("les voir"), "Ordinaire d’essai")[1].startswith("Aucune")
    # Who looks for it by its words finds it.
    assert "Ordinaire d’essai" in buyer.open("/structures?q=ordinaire").words


def test_all_those_of_the_page_are_ticked_without_a_script(buyer: Browser) -> None:
    page = buyer.open(QUALIFY)
    assert ticked(page) == []
    every = page.follow("Tout cocher sur cette page")
    assert ticked(every) == listed(every) == listed(page)
    assert ticked(every.follow("Tout décocher")) == []
    after = every.submit(ORDINARY, outside_ess="true", **SAID)
    assert f"{len(listed(page))} entreprises dites ordinaires" in after.words
    assert row_of(buyer.open(f"/structures?q={listed(page)[0]}"), "Entreprise")[2:4] == [
        "non",
        "non",
    ]


def test_without_a_source_nothing_is_said_and_the_ticks_stay(buyer: Browser) -> None:
    page = buyer.open(QUALIFY)
    chosen = listed(page)[:2]
    refused = page.submit(ORDINARY, siret=chosen, outside_ess="true", source="", as_of="31/02/2026")
    assert refused.status == 422
    assert ticked(refused) == chosen
    assert refused.one("#champ-outside_ess").has_attr("checked")
    assert refused.one("#champ-source")["aria-invalid"] == "true"
    assert refused.one("#champ-as_of")["value"] == "31/02/2026"
    assert listed(buyer.open(QUALIFY))[:2] == chosen


def test_without_a_tick_nothing_is_said(buyer: Browser) -> None:
    refused = buyer.open(QUALIFY).submit(ORDINARY, **SAID)
    assert refused.status == 422
    assert "Cochez au moins une entreprise." in refused.words


def test_a_form_sent_twice_says_it_once(buyer: Browser) -> None:
    page = buyer.open(QUALIFY)
    chosen = listed(page)[:1]
    for _ in range(2):
        after = page.submit(ORDINARY, siret=chosen, **SAID)
        assert "1 entreprise dite ordinaire" in after.words


def test_the_next_companies_are_those_of_a_whole_page(buyer: Browser) -> None:
    pay(buyer, 60)
    page = buyer.open(QUALIFY)
    address = str(page.soup.select(".pagination-line a")[-1]["hx-get"])
    fragment, whole = buyer.fragment(address), buyer.open(address)
    assert "<html" not in fragment.text
    patched, loaded = with_fragment(page, fragment, "#resultats"), whole.soup
    for key in (*patched.select('[name="once"]'), *loaded.select('[name="once"]')):
        key.decompose()
    assert same_text(patched) == same_text(loaded)
    assert listed(whole)
    assert not set(listed(whole)) & set(listed(page))


@pytest.mark.parametrize("account", ["directorate", "reader", "publisher", "facilitator"])
def test_who_may_not_say_it_does_not_see_the_list(
    connected: Callable[[str], Browser], account: str
) -> None:
    browser = connected(account)
    assert browser.open(QUALIFY).status == 403
    assert "Entreprises à qualifier" not in browser.open("/structures").words


def test_a_contract_is_not_reserved_for_ordinary_companies(buyer: Browser) -> None:
    options = buyer.open("/reserves").soup.select("#champ-structure_kind option")
    codes = {str(one["value"]) for one in options}
    assert {"ea", "esat", "ess"} < codes
    assert not codes & {"aucune", "geiq"}
