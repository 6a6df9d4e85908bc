"""Reserved markets through their pages: the register, the advice, justifications, sourcing."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import DEMONSTRATION, LENS_LIEVIN
from tests.web.browsing import Browser, Page, facts, plain, same_text, with_fragment

FORM = "form.long-form"
READ = (
    "/reserves",
    "/reserves?year=toutes",
    "/reserves/chiffres",
    "/reserves/conseil",
    "/reserves/justifications",
    "/reserves/sourcing",
    "/reserves/familles",
)
WRITE = ("/reserves/nouveau", "/reserves/sourcing/nouveau")


@pytest.fixture
def buyer(pilot: Browser) -> Browser:
    """The pilot, who looks for the fictitious buyer."""
    pilot.open("/").submit("form.account-switch", siret=DEMONSTRATION)
    return pilot


def contract_of(browser: Browser, nth: int = 0) -> str:
    """The identifier of a contract of this year that is said not to be reserved."""
    page = browser.open("/marches?year=2026&kind=marche&mark=reserved&mark_state=no")
    return str(page.soup.select("#resultats tbody a")[nth]["href"]).rsplit("/", 1)[1]


def reserve(browser: Browser, contract: str, **typed: Any) -> Page:
    """Enter a reservation as a person would."""
    said: dict[str, Any] = {"basis": "L2113-13", "decided_on": "15/01/2026"} | typed
    return browser.open(f"/reserves/nouveau?marche={contract}").submit(FORM, **said)


def declare(browser: Browser, contract: str, family: str = "Famille d’essai") -> Page:
    """Declare a family that holds the CPV of a contract."""
    cpv = facts(browser.open(f"/marches/{contract}"))["Code CPV"][:8]
    return browser.open("/reserves/familles").submit(FORM, family=family, cpv_prefixes=cpv)


@pytest.mark.parametrize("account", ["administrator", "pilot", "directorate", "reader"])
def test_every_page_opens_for_who_may_read(
    connected: Callable[[str], Browser], account: str
) -> None:
    browser = connected(account)
    for address in READ:
        page = browser.open(address)
        assert page.status == 200, address
        assert page.one('.section-nav [aria-current="page"]')["href"] == address.split("?")[0]
        assert "Marchés réservés" in page.one(".site-nav [aria-current]").get_text()


def test_a_reader_finds_no_way_to_write_and_none_that_opens(
    connected: Callable[[str], Browser],
) -> None:
    browser = connected("reader")
    for address in READ:
        page = browser.open(address)
        posts = [one["action"] for one in page.soup.select('main form[method="post"]')]
        links = {str(one["href"]) for one in page.soup.select("main a[href]")}
        assert posts == []
        assert not [one for one in links if "/nouve" in one or "/justifier" in one]
    for address in WRITE:
        assert browser.open(address).status == 403
    assert browser.open("/reserves/justifier?marche=0").status == 403


def test_a_facilitator_sees_no_reserved_market_of_a_buyer(
    connected: Callable[[str], Browser],
) -> None:
    browser = connected("facilitator")
    page = browser.open("/reserves")
    assert "Aucun marché ne vous est ouvert" in page.words
    assert not page.soup.select(".figures")
    assert browser.open("/reserves/conseil").status == 403


def test_a_reservation_is_entered_from_its_contract_and_answers_what_the_rules_say(
    buyer: Browser,
) -> None:
    contract = contract_of(buyer)
    form = buyer.open(f"/marches/{contract}").follow("Inscrire une réservation")
    page = form.submit(
        FORM,
        basis="L2113-12",
        decided_on="15/01/2026",
        lots="Lot 1\r\n\r\n  Lot 2 ",
        structure_kinds=["ea", "esat"],
        share="60 %",
    )
    assert page.status == 200
    assert "La réservation est inscrite." in page.words
    said = facts(page)
    assert said["Lots"] == "Lot 1, Lot 2"
    assert said["Réservé à"].startswith("Entreprise adaptée (EA)")
    assert "60 %" in page.one(".figures").get_text().replace("\u202f", " ")
    assert "Mention à préciser" in page.words
    assert "en vigueur depuis le 1er avril 2019" in page.words
    back = buyer.open(f"/marches/{contract}")
    assert "L2113-12 – Entreprises adaptées et ESAT" in back.words
    assert "Marché réservé Oui" in plain(back.one(".marks").get_text(" "))
    row = buyer.open("/reserves?year=2026&basis=L2113-12").words
    assert "Lot 1, Lot 2" in row
    assert "À préciser" in row


def test_only_the_articles_of_the_kind_of_contract_are_offered(buyer: Browser) -> None:
    page = buyer.open(f"/reserves/nouveau?marche={contract_of(buyer)}")
    offered = [str(one["value"]) for one in page.soup.select('[name="basis"] option')]
    assert offered == ["", "L2113-12", "L2113-13", "L2113-13-1", "L2113-15"]


def test_what_is_refused_is_told_on_the_field_and_nothing_typed_is_lost(buyer: Browser) -> None:
    typed: dict[str, Any] = {
        "decided_on": "32/13/2026",
        "share": "10 %",
        "mention": "Un « texte » <b>gardé</b>",
    }
    page = reserve(buyer, contract_of(buyer), **typed)
    assert page.status == 422
    assert page.title.startswith("Erreur – ")
    assert page.one("#champ-decided_on")["aria-invalid"] == "true"
    assert page.one("#champ-decided_on")["value"] == "32/13/2026"
    assert page.one("#champ-share")["value"] == "10 %"
    assert page.one("#champ-mention").get_text() == typed["mention"]


def test_an_article_already_entered_is_said_on_its_field(buyer: Browser) -> None:
    contract = contract_of(buyer)
    reserve(buyer, contract)
    page = reserve(buyer, contract)
    assert page.status == 409
    assert page.one("#champ-basis")["aria-invalid"] == "true"
    assert "Ce marché est déjà réservé" in page.words


def test_articles_that_a_rule_forbids_together_are_refused_with_the_rule(buyer: Browser) -> None:
    contract = contract_of(buyer)
    reserve(buyer, contract, basis="L2113-13-1")
    page = reserve(buyer, contract, basis="L2113-13")
    assert page.status == 409
    assert "L2113-14" in page.one("#erreur-basis").get_text()


def test_a_form_sent_twice_enters_one_reservation(buyer: Browser) -> None:
    form = buyer.open(f"/reserves/nouveau?marche={contract_of(buyer)}")
    said: dict[str, Any] = {"basis": "L2113-13", "decided_on": "15/01/2026"}
    one, two = form.submit(FORM, **said), form.submit(FORM, **said)
    assert one.status == two.status == 200
    assert one.address == two.address


def test_a_change_touches_only_what_was_typed(buyer: Browser) -> None:
    page = reserve(buyer, contract_of(buyer), lots="Lot 1\nLot 2", structure_kinds=["ei", "aci"])
    before = facts(page)
    after = page.follow("Modifier").submit(FORM, mention="Réservé, article L2113-13.")
    assert "Les modifications sont enregistrées." in after.words
    assert facts(after) == before
    assert after.one("blockquote").get_text() == "Réservé, article L2113-13."
    assert "Mention à préciser" not in after.words
    assert "Rien n’a changé" in after.follow("Modifier").submit(FORM).words


def test_a_change_over_another_one_shows_both_and_loses_neither(buyer: Browser) -> None:
    page = reserve(buyer, contract_of(buyer), domain="Avant")
    late = page.follow("Modifier")
    page.follow("Modifier").submit(FORM, domain="D’une autre")
    refused = late.submit(FORM, domain="La mienne")
    assert refused.status == 412
    assert refused.one("#champ-domain")["value"] == "La mienne"
    assert "D’une autre" in plain(refused.one(".field-other").get_text())
    assert facts(refused.submit(FORM))["Domaine"] == "La mienne"


def test_a_reservation_is_taken_away_after_a_question_and_the_mark_stays(buyer: Browser) -> None:
    contract = contract_of(buyer)
    page = reserve(buyer, contract)
    asked = page.follow("Ôter")
    assert "reste à « oui »" in asked.words
    after = asked.submit('main form[method="post"]')
    assert "La réservation est ôtée du registre." in after.words
    assert buyer.open(page.address).status == 404
    back = buyer.open(f"/marches/{contract}").words
    assert "sans que l’article soit inscrit" in back


def test_a_directorate_reserves_its_own_contracts_only(
    connected: Callable[[str], Browser],
) -> None:
    browser = connected("directorate")
    pages = {
        one: browser.open(f"/marches/{one}") for one in (contract_of(browser, n) for n in range(9))
    }
    own = [one for one, page in pages.items() if "Ajouter un avenant" in page.words]
    others = [one for one in pages if one not in own]
    assert "Inscrire une réservation" in pages[own[0]].words
    assert reserve(browser, own[0]).status == 200
    assert "Inscrire une réservation" not in pages[others[0]].words
    for address in ("nouveau", "justifier"):
        assert browser.open(f"/reserves/{address}?marche={others[0]}").status == 403
    form = browser.open(f"/reserves/nouveau?marche={own[1]}")
    form.one("[name=contract_id]")["value"] = others[0]
    assert form.submit(FORM, basis="L2113-13", decided_on="15/01/2026").status == 403


def test_a_reservation_of_others_is_read_and_not_changed(
    connected: Callable[[str], Browser],
) -> None:
    pilot = connected("pilot")
    pilot.open("/").submit("form.account-switch", siret=DEMONSTRATION)
    page = reserve(pilot, contract_of(pilot))
    assert {"Modifier", "Ôter"} <= set(page.one(".page-head").get_text().split())
    pilot.client.cookies.clear()
    reader = connected("reader")
    assert reader.open(page.address).status == 200
    assert not reader.open(page.address).soup.select(".page-head .actions")
    for address in ("modifier", "supprimer"):
        assert reader.open(f"{page.address.split('?')[0]}/{address}").status == 403


def test_families_are_the_whole_buyers_and_not_a_directorates(
    connected: Callable[[str], Browser],
) -> None:
    browser = connected("directorate")
    assert not browser.open("/reserves/familles").soup.select('main form[method="post"]')


def test_the_contract_to_reserve_is_searched_for(buyer: Browser) -> None:
    page = buyer.open("/reserves/nouveau?q=lot")
    link = page.soup.select("tbody a")[0]
    form = buyer.open(str(link["href"]))
    assert plain(link.get_text()) in form.words
    assert str(form.one("[name=contract_id]")["value"]) in str(link["href"])


def test_a_contract_of_a_family_is_to_justify_until_it_is(buyer: Browser) -> None:
    contract = contract_of(buyer)
    reference = buyer.open(f"/marches/{contract}").title
    assert "La famille est déclarée" in declare(buyer, contract).words
    due = buyer.open("/reserves/justifications?year=2026")
    link = f"/reserves/justifier?marche={contract}"
    assert due.soup.select(f'a[href="{link}"]')
    page = buyer.open(link)
    assert reference.split()[1] in page.words
    empty = page.submit(FORM)
    assert empty.status == 422
    assert empty.one("#champ-reason")["aria-invalid"] == "true"
    after = empty.submit(FORM, reason="technicality", justification="Amiante : travaux qualifiés.")
    assert after.status == 200
    done = buyer.open("/reserves/justifications?year=2026")
    assert not done.soup.select(f'a[href="{link}"]')
    assert "Amiante : travaux qualifiés." in done.words
    assert "Technicité des prestations" in done.words
    assert "déjà une justification" in page.submit(FORM, **_reason()).words


def _reason() -> dict[str, Any]:
    return {"reason": "other", "justification": "Une autre raison."}


def test_a_family_is_refused_twice_and_taken_away(buyer: Browser) -> None:
    contract = contract_of(buyer)
    declare(buyer, contract, "Blanchisserie")
    again = declare(buyer, contract, "Blanchisserie")
    assert again.status == 409
    assert again.one("#champ-family")["aria-invalid"] == "true"
    wrong = buyer.open("/reserves/familles").submit(FORM, family="Autre", cpv_prefixes="7 abc")
    assert wrong.status == 422
    assert wrong.one("#champ-cpv_prefixes")["value"] == "7 abc"
    row = next(one for one in again.soup.select("tbody tr") if "Blanchisserie" in one.get_text())
    action = row.select("form")[0]["action"]
    after = again.submit(f'form[action="{action}"]')
    assert "La famille est ôtée." in after.words
    assert not after.soup.select(f'form[action="{action}"]')


def test_a_sourcing_keeps_what_is_not_known_apart_from_zero(buyer: Browser) -> None:
    form = buyer.open("/reserves/sourcing").follow("Enregistrer un sourcing")
    said: dict[str, Any] = {
        "need": "Entretien d’essai",
        "done_on": "03/02/2026",
        "tool": "inclusion_market",
    }
    page = form.submit(FORM, contacted="14", interested="0", **said)
    row = next(one for one in page.soup.select("tbody tr") if "Entretien d’essai" in one.get_text())
    cells = [plain(one.get_text()) for one in row.select("td.number")]
    assert cells == ["14", "0", "non renseigné"]
    changed = page.follow("Entretien d’essai").submit(FORM, result="reserved", ess_answers="2")
    row = next(
        one for one in changed.soup.select("tbody tr") if "Entretien d’essai" in one.get_text()
    )
    assert [plain(one.get_text()) for one in row.select("td.number")] == ["14", "0", "2"]
    assert "Marché ou lot réservé" in plain(row.get_text(" "))
    emptied = page.follow("Entretien d’essai").submit(FORM, need="")
    assert emptied.status == 422
    assert emptied.one("#champ-need")["aria-invalid"] == "true"


def test_a_share_whose_answers_are_mostly_missing_is_told_by_its_bounds(pilot: Browser) -> None:
    # Of the holders of its real contracts, nobody said anything.
    pilot.open("/").submit("form.account-switch", siret=LENS_LIEVIN)
    listed = pilot.open("/marches?year=2018&kind=marche").soup.select("#resultats tbody a")
    contract = str(listed[0]["href"]).rsplit("/", 1)[1]
    assert reserve(pilot, contract, basis="L2113-12", decided_on="15/01/2018").status == 200
    page = pilot.open("/reserves?year=2018")
    row = next(
        one for one in page.soup.select("tbody tr") if "personnes défavorisées" in one.get_text()
    )
    cell = plain(row.select("td")[0].get_text(" "))
    assert cell.startswith("entre ")
    assert "sans réponse" in cell
    assert not cell.startswith("100")


def register(browser: Browser) -> tuple[Page, str]:
    """The register, and the same narrowed."""
    return browser.open("/reserves?year=2026"), "/reserves?year=2026&basis=L2113-12"


def sourcings(browser: Browser) -> tuple[Page, str]:
    """The sourcings, and the same narrowed."""
    return browser.open("/reserves/sourcing"), "/reserves/sourcing?tool=other"


@pytest.mark.parametrize("case", [register, sourcings])
def test_a_fragment_makes_the_page_that_a_full_load_makes(
    buyer: Browser, case: Callable[[Browser], tuple[Page, str]]
) -> None:
    reserve(buyer, contract_of(buyer))
    page, address = case(buyer)
    fragment, whole = buyer.fragment(address), buyer.open(address)
    assert "<html" not in fragment.text
    patched, loaded = with_fragment(page, fragment, "#resultats"), whole.soup
    for form in (*patched.select("form.filters"), *loaded.select("form.filters")):
        form.decompose()  # what the person has just chosen there is not the fragment's
    assert same_text(patched) == same_text(loaded)
    assert same_text(page.soup) != same_text(loaded)
    assert fragment.headers["hx-push-url"] == address
