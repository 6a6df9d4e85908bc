"""Parts of a contract entered, corrected and removed through the forms that pages really hold."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette

from tests.web.browsing import Browser, Page, plain
from tests.web.test_contract_pages import NEW, create

ADD_ACT = "Ajouter un acte de sous-traitance"
ACT: dict[str, Any] = {
    "subcontractor-identifier": "000 000 620 00013",
    "subcontractor-name": "Haies fictives",
    "subcontractor-id_type": "SIRET",
    "notified_on": "15/4/2026",
    "published_on": "2/5/2026",
    "amount": "4 000,50 €",
    "months": "6",
    "price_variation": "Ferme",
}


def contract(browser: Browser, reference: str, **typed: Any) -> Page:
    """The page of a new contract, notified on 2 March 2026."""
    return create(browser, reference=reference, notified_on="2/3/2026", **typed)


def section(page: Page, anchor: str) -> str:
    """What a section of the page of a contract says."""
    return plain(page.one(f'section[aria-labelledby="{anchor}"]').get_text(" "))


def errors(page: Page) -> set[str]:
    """The fields that a refused form points at."""
    assert page.status == 422, page.words
    return {str(one["href"]) for one in page.soup.select("#erreurs a")}


def test_an_act_is_entered_from_the_page_of_its_contract(pilot: Browser) -> None:
    page = contract(pilot, "2026-ST1")
    assert "Aucun acte de sous-traitance." in section(page, "sous-traitance")
    form = page.follow(ADD_ACT)
    assert form.one("#champ-published_on")["value"]
    after = form.submit(NEW, **ACT)
    assert "L’acte de sous-traitance est ajouté." in after.words
    said = section(after, "sous-traitance")
    assert "Haies fictives" in said
    assert "4 000,50 €" in said
    assert "6 mois" in said
    assert "publié le 02/05/2026" in said
    assert "Un acte de sous-traitance a été ajouté." in after.words


def test_what_is_wrong_in_an_act_is_told_on_its_field_and_nothing_typed_is_lost(
    pilot: Browser,
) -> None:
    form = contract(pilot, "2026-ST2").follow(ADD_ACT)
    wrong = ACT | {
        "subcontractor-identifier": "123",
        "amount": "beaucoup",
        "notified_on": "1/3/2026",
        "price_variation": "",
    }
    refused = form.submit(NEW, **wrong)
    # The API compares days once each value is one.
    assert errors(refused) == {
        "#champ-subcontractor-identifier",
        "#champ-amount",
        "#champ-price_variation",
    }
    for name, value in wrong.items():
        if name != "price_variation" and not name.endswith("id_type"):
            assert refused.one(f"#champ-{name}")["value"] == value
    right = {name: ACT[name] for name in ("subcontractor-identifier", "amount", "price_variation")}
    again = refused.submit(NEW, **right)
    assert errors(again) == {"#champ-notified_on"}
    assert "avant la notification du marché" in again.words
    assert "est ajouté" in again.submit(NEW, notified_on="15/4/2026").words


def test_an_act_is_corrected_then_removed(pilot: Browser) -> None:
    page = contract(pilot, "2026-ST3").follow(ADD_ACT).submit(NEW, **ACT)
    form = page.follow("Corriger l’acte")
    assert form.one("#champ-subcontractor-identifier")["value"] == "00000062000013"
    assert form.one("#champ-amount")["value"] == "4000,50"
    assert "Rien n’a changé" in form.submit(NEW).words
    after = form.submit(NEW, amount="4 100")
    assert "L’acte de sous-traitance est corrigé." in after.words
    assert "4 100,00 €" in section(after, "sous-traitance")
    gone = after.follow("Corriger l’acte").submit(".danger-zone form")
    assert "L’acte de sous-traitance est supprimé." in gone.words
    assert "Aucun acte de sous-traitance." in section(gone, "sous-traitance")


def test_what_changes_an_act_names_it_and_keeps_it_from_being_removed(pilot: Browser) -> None:
    page = contract(pilot, "2026-ST4").follow(ADD_ACT).submit(NEW, **ACT)
    form = page.follow("Ajouter une modification d’acte")
    option = form.one("#champ-number option[selected]")
    assert "n° 1 – Haies fictives" in plain(option.get_text())
    refused = form.submit(NEW, notified_on="1/6/2026", published_on="20/6/2026")
    assert errors(refused) == {"#champ-amount"}
    after = refused.submit(NEW, amount="4 500")
    assert "La modification de l’acte est ajoutée." in after.words
    assert "n° 1 modification" in section(after, "sous-traitance")
    kept = after.follow("Corriger l’acte").submit(".danger-zone form")
    assert kept.status == 409
    assert "supprimez d’abord sa modification" in kept.words
    last = after.follow("Corriger la modification").submit(".danger-zone form")
    assert "La modification de l’acte est supprimée." in last.words


def test_an_act_sent_twice_is_added_once(pilot: Browser) -> None:
    form = contract(pilot, "2026-ST5").follow(ADD_ACT)
    form.submit(NEW, **ACT)
    page = form.submit(NEW, **ACT)
    assert len(page.soup.select('section[aria-labelledby="sous-traitance"] tbody tr')) == 1


def two_acts(browser: Browser, reference: str) -> Page:
    """A contract with an act of 4 000,50 € and one of 7 000 €."""
    page = contract(browser, reference).follow(ADD_ACT).submit(NEW, **ACT)
    return page.follow(ADD_ACT).submit(NEW, **ACT | {"amount": "7 000"})


def test_an_act_is_followed_where_another_person_moved_it(pilot: Browser) -> None:
    page = two_acts(pilot, "2026-ST6")
    mine = pilot.open(f"{page.address.partition('?')[0]}/sous-traitance/2/modifier")
    page.follow("Corriger l’acte n° 1").submit(".danger-zone form")
    refused = mine.submit(NEW, amount="7 500")
    assert refused.status == 412
    assert "Une autre personne a modifié ce contrat" in refused.words
    assert refused.one("#champ-amount")["value"] == "7 500"
    after = refused.submit(NEW)
    assert "est corrigé" in after.words
    assert "7 500,00 €" in section(after, "sous-traitance")


def test_an_act_to_remove_is_followed_where_another_person_moved_it(pilot: Browser) -> None:
    page = two_acts(pilot, "2026-ST10")
    page.follow(ADD_ACT).submit(NEW, **ACT | {"amount": "9 000"})
    mine = pilot.open(f"{page.address.partition('?')[0]}/sous-traitance/2/modifier")
    page.follow("Corriger l’acte n° 1").submit(".danger-zone form")
    refused = mine.submit(".danger-zone form")
    assert refused.status == 412
    assert refused.one("#champ-amount")["value"] == "7000,00"
    said = section(refused.submit(".danger-zone form"), "sous-traitance")
    assert "9 000,00 €" in said
    assert "7 000,00 €" not in said


def test_what_took_the_rank_of_an_act_already_removed_is_never_offered_to_removal(
    pilot: Browser,
) -> None:
    page = two_acts(pilot, "2026-ST11")
    mine = page.follow("Corriger l’acte n° 1")
    page.follow("Corriger l’acte n° 1").submit(".danger-zone form")
    refused = mine.submit(".danger-zone form")
    assert refused.status == 412
    assert "Rien n’est supprimé" in refused.words
    assert not refused.soup.select(".danger-zone")
    assert "7 000,00 €" in section(refused.follow("Voir le contrat"), "sous-traitance")


def test_an_act_that_another_person_removed_is_never_written_over_another_one(
    pilot: Browser,
) -> None:
    page = two_acts(pilot, "2026-ST7")
    mine = page.follow("Corriger l’acte n° 1")
    page.follow("Corriger l’acte n° 1").submit(".danger-zone form")
    refused = mine.submit(NEW, amount="4 200")
    assert refused.status == 412
    assert "a corrigé ou supprimé cet élément" in refused.words
    assert refused.one("#champ-amount")["value"] == "4 200"
    said = section(refused.submit(NEW), "sous-traitance")
    assert "7 000,00 €" in said
    assert "4 200,00 €" in said


def test_what_misses_of_an_act_leads_to_its_field(pilot: Browser) -> None:
    form = contract(pilot, "2026-ST8").follow(ADD_ACT)
    page = form.submit(NEW, **ACT | {"published_on": ""})
    (link,) = [one for one in page.soup.select(".todo-list a") if "Acte" in one.get_text()]
    assert str(link["href"]).endswith("/sous-traitance/1/modifier#champ-published_on")
    assert pilot.open(str(link["href"])).soup.select("#champ-published_on")


def test_a_concession_is_asked_for_no_act(pilot: Browser) -> None:
    page = contract(pilot, "2026-ST9", kind="concession")
    assert ADD_ACT not in page.words
    base = page.address.partition("?")[0]
    assert pilot.open(f"{base}/sous-traitance/nouveau").status == 404


@pytest.mark.parametrize("path", ["sous-traitance/nouveau", "sous-traitance/1/modifier"])
def test_who_may_not_change_a_contract_gets_no_form_of_its_parts(
    pilot: Browser, connected: Callable[[str], Browser], path: str
) -> None:
    base = two_acts(pilot, "2026-ST0").address.partition("?")[0]
    pilot.client.cookies.clear()
    reader = connected("reader")
    assert reader.open(f"{base}/{path}").status == 403
    assert ADD_ACT not in reader.open(base).words


YEAR: dict[str, Any] = {
    "published_on": "1/10/2026",
    "investment": "12 000,50",
    "tariffs-0-title": "Entrée adulte",
    "tariffs-0-amount": "5,20 €",
    "tariffs-2-title": "Entrée enfant",
    "tariffs-2-amount": "0",
}


def concession(browser: Browser, reference: str) -> Page:
    """The form of the execution data of a new concession."""
    page = contract(browser, reference, kind="concession")
    assert "Aucune donnée d’exécution." in section(page, "execution")
    return page.follow("Ajouter les données d’exécution")


def test_execution_data_are_entered_corrected_and_removed(pilot: Browser) -> None:
    after = concession(pilot, "2026-EX1").submit(NEW, **YEAR)
    assert "Les données d’exécution sont ajoutées." in after.words
    said = section(after, "execution")
    assert "Données publiées le 1 octobre 2026" in said.replace("1er", "1")
    assert "Dépenses d’investissement : 12 000,50 €" in said
    assert "Entrée adulte 5,20 €" in said
    assert "Entrée enfant 0,00 €" in said
    form = after.follow("Corriger les données")
    assert form.one("#champ-tariffs-1-title")["value"] == "Entrée enfant"
    assert "Rien n’a changé" in form.submit(NEW).words
    left = {"tariffs-0-title": "", "tariffs-0-amount": "", "tariffs-4-title": "Groupe"}
    corrected = form.submit(NEW, **left, **{"tariffs-4-amount": "30"})
    said = section(corrected, "execution")
    assert "Entrée enfant 0,00 € Groupe 30,00 €" in said
    assert "adulte" not in said
    gone = corrected.follow("Corriger les données").submit(".danger-zone form")
    assert "Les données d’exécution sont supprimées." in gone.words


def test_a_year_of_more_tariffs_than_a_form_takes_is_not_shown_cut_short(
    pilot: Browser, site: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = concession(pilot, "2026-EX4").submit(NEW, **YEAR)
    schemas = site.state.api.document["components"]["schemas"]
    monkeypatch.setitem(
        schemas["ConcessionYearIn"]["properties"]["tariffs"], "maxItems", 1
    )  # an import brings more
    page = after.follow("Corriger les données")
    assert "2 tarifs : un formulaire en tient 1 au plus" in page.words
    assert not page.soup.select(NEW)
    assert "sont supprimées" in page.submit(".danger-zone form").words


def test_as_many_tariffs_as_are_typed_are_sent(pilot: Browser) -> None:
    titles = {f"tariffs-{row}-title": f"Tarif {row}" for row in range(501)}
    amounts = {f"tariffs-{row}-amount": "1" for row in range(501)}
    form = concession(pilot, "2026-EX5")
    values = {"published_on": "1/10/2026", "investment": "0", **titles, **amounts}
    values |= {name: str(form.one(f'{NEW} [name="{name}"]')["value"]) for name in ("etag", "once")}
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}
    sent = pilot.client.post(form.address, data=values, headers=headers)
    refused = pilot.page(sent)
    assert errors(refused) == {"#champ-tariffs-0-title"}
    assert "a trop d’éléments (500 au plus)" in refused.words
    assert refused.one("#champ-tariffs-500-title")["value"] == "Tarif 500"


def test_what_is_wrong_in_execution_data_is_told_on_its_cell(pilot: Browser) -> None:
    form = concession(pilot, "2026-EX2")
    none = form.submit(NEW, published_on="1/10/2026", investment="0")
    assert errors(none) == {"#champ-tariffs-0-title"}
    assert "indiquez au moins un tarif" in none.words
    wrong = YEAR | {"tariffs-2-title": "", "tariffs-0-amount": "cher", "investment": ""}
    refused = form.submit(NEW, **wrong)
    assert errors(refused) == {
        "#champ-investment",
        "#champ-tariffs-0-amount",
        "#champ-tariffs-2-title",
    }
    assert refused.one("#champ-tariffs-0-amount")["value"] == "cher"
    assert refused.one("#champ-tariffs-2-amount")["value"] == "0"
    assert "sont ajoutées" in refused.submit(NEW, **YEAR).words


def test_a_contract_is_asked_for_no_execution_data(pilot: Browser) -> None:
    page = contract(pilot, "2026-EX3")
    assert "Données d’exécution" not in page.words
    assert pilot.open(f"{page.address.partition('?')[0]}/execution/nouveau").status == 404
