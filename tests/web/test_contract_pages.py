"""Reading and writing contracts through pages, by the forms they really hold."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.web.browsing import Browser, Page, facts, plain

NEW = "form.long-form"


def first(browser: Browser, query: str = "") -> Page:
    """The page of the first contract of the list."""
    page = browser.open(f"/marches{query}")
    return browser.open(str(page.soup.select("#resultats tbody a")[0]["href"]))


def create(browser: Browser, **typed: Any) -> Page:
    """Enter a contract as a person would."""
    return browser.open("/marches/nouveau").submit(NEW, **typed)


def test_a_contract_is_entered_with_french_spellings(pilot: Browser) -> None:
    page = create(
        pilot,
        reference="2026-T1",
        subject="Nettoyage des écoles",
        amount="12 345,60 €",
        notified_on="20/11/2026",
        advance_granted="true",
        advance_rate="5 %",
        months="24",
        techniques=["Accord-cadre", "Concours"],
        suppliers__identifier=["00000000100006", ""],
        suppliers__name=["Entreprise fictive", ""],
    )
    assert page.status == 200
    assert "Le marché est enregistré." in page.words
    said = facts(page)
    assert said["Montant HT"] == "12 345,60 €"
    assert said["Date de notification"] == "20 novembre 2026"
    assert said["Avance accordée"] == "oui"
    assert said["Taux de l’avance"] == "5 %"
    assert said["Durée"] == "24 mois"
    assert said["Techniques d’achat"] == "Accord-cadre, Concours"
    assert said["Code CPV"] == "non renseigné"
    assert "Entreprise fictive" in page.words


def test_what_is_refused_is_told_on_the_field_and_nothing_typed_is_lost(pilot: Browser) -> None:
    typed = {
        "reference": "",
        "subject": "Un <b>objet</b> « long »",
        "amount": "douze euros",
        "notified_on": "32/13/2026",
        "suppliers__name": ["Une entreprise", "Une autre"],
    }
    page = create(pilot, **typed)
    assert page.status == 422
    assert page.title.startswith("Erreur – ")
    summary = page.one("#erreurs")
    assert summary["role"] == "alert"
    links = {str(one["href"]) for one in summary.select("a")}
    assert links == {"#champ-reference", "#champ-amount", "#champ-notified_on"}
    for name in ("reference", "amount", "notified_on"):
        control = page.one(f"#champ-{name}")
        assert control["aria-invalid"] == "true"
        assert f"erreur-{name}" in str(control["aria-describedby"]).split()
    assert page.one("#champ-amount")["value"] == "douze euros"
    assert page.one("#champ-notified_on")["value"] == "32/13/2026"
    assert page.one("#champ-subject").get_text() == typed["subject"]
    names = [one["value"] for one in page.soup.select('[name="suppliers.name"]')]
    assert names[:2] == ["Une entreprise", "Une autre"]


def test_a_number_already_taken_is_said_on_its_field(pilot: Browser) -> None:
    create(pilot, reference="2026-T2")
    page = create(pilot, reference="2026-T2")
    assert page.status == 409
    assert page.one("#champ-reference")["aria-invalid"] == "true"


def test_a_form_sent_twice_creates_one_contract(pilot: Browser) -> None:
    form = pilot.open("/marches/nouveau")
    one = form.submit(NEW, reference="2026-T3")
    two = form.submit(NEW, reference="2026-T3")
    assert one.status == two.status == 200
    assert one.address == two.address


def test_a_change_touches_only_what_was_typed(pilot: Browser) -> None:
    page = create(pilot, reference="2026-T4", subject="Avant", amount="1000")
    before = facts(page)
    after = page.follow("Modifier").submit(NEW, subject="Après")
    assert "Les modifications sont enregistrées." in after.words
    assert after.one("h1").get_text() == "Après"
    assert facts(after) == before | {"Objet": "Après"}


def test_a_holder_who_is_not_named_stays_when_another_one_is_added(pilot: Browser) -> None:
    person = ["Madame Paulette Serin", ""]
    page = create(pilot, reference="2026-T9", suppliers__name=person)
    form = page.follow("Modifier")
    assert "Serin" not in form.words
    added = form.submit(NEW, suppliers__name=["", "SARL des Mésanges", ""])
    assert len(added.soup.select(".supplier")) == 2
    kept = added.follow("Modifier")
    assert "dont le nom n’est pas affiché" in kept.words
    sheet = str(kept.one('[name="suppliers.dropped"]')["value"])
    dropped = kept.submit(NEW, suppliers__dropped=sheet)
    assert len(dropped.soup.select(".supplier")) == 1


def test_a_field_can_be_unsaid(pilot: Browser) -> None:
    page = create(pilot, reference="2026-T5", amount="1000", advance_granted="false")
    assert facts(page)["Avance accordée"] == "non"
    after = page.follow("Modifier").submit(NEW, amount="", advance_granted="")
    assert facts(after)["Montant HT"] == "non renseigné"
    assert facts(after)["Avance accordée"] == "non renseigné"


def test_a_form_left_as_it_was_changes_nothing(pilot: Browser) -> None:
    page = first(pilot)
    after = page.follow("Modifier").submit(NEW)
    assert "Rien n’a changé" in after.words
    assert facts(after) == facts(page)


def test_two_persons_on_one_contract_lose_nothing(pilot: Browser) -> None:
    page = create(pilot, reference="2026-T6", subject="Premier", amount="1000")
    mine, theirs = page.follow("Modifier"), page.follow("Modifier")
    theirs.submit(NEW, subject="Le leur")
    refused = mine.submit(NEW, subject="Le mien", amount="2000")
    assert refused.status == 412
    assert "Une autre personne a modifié ce contrat" in refused.words
    assert refused.one("#champ-subject").get_text() == "Le mien"
    assert refused.one("#champ-amount")["value"] == "2000"
    others = [one.get_text() for one in refused.soup.select(".field-other strong")]
    assert others == ["Le leur", "1000,00"]
    assert facts(pilot.open(page.address))["Objet"] == "Le leur"
    saved = refused.submit(NEW)
    assert facts(saved)["Objet"] == "Le mien"
    assert facts(saved)["Montant HT"] == "2 000,00 €"


def test_considerations_are_said_and_unsaid(pilot: Browser) -> None:
    page = create(pilot, reference="2026-T7")
    form = page.follow("Répondre aux autres")
    after = form.submit("main form", mark_social_clause="yes", mark_reserved="no")
    assert "Les considérations sont enregistrées." in after.words
    assert "2 réponses sur" in after.words
    again = pilot.open(form.address)
    assert again.one("#social_clause-yes").has_attr("checked")
    assert again.one("#reserved-no").has_attr("checked")
    last = again.submit("main form", mark_reserved="unknown")
    assert "1 réponse sur" in last.words


def test_considerations_told_too_late_are_kept_in_the_form(pilot: Browser) -> None:
    page = create(pilot, reference="2026-T8")
    form = page.follow("Répondre aux autres")
    page.follow("Modifier").submit(NEW, subject="Entretemps")
    refused = form.submit("main form", mark_social_clause="yes")
    assert refused.status == 412
    assert refused.one("#social_clause-yes").has_attr("checked")
    assert "1 réponse sur" in refused.submit("main form").words


def test_an_amendment_gives_new_totals(pilot: Browser) -> None:
    page = create(pilot, reference="2026-T9", amount="1000", months="12")
    form = page.follow("Ajouter un avenant")
    refused = form.submit(NEW, amount="beaucoup")
    assert refused.status == 422
    assert {str(one["href"]) for one in refused.soup.select("#erreurs a")} == {
        "#champ-notified_on",
        "#champ-amount",
    }
    after = refused.submit(NEW, amount="1 500", notified_on="1/12/2026", purpose="Plus")
    assert "L’avenant est ajouté." in after.words
    assert "Après avenants HT 1 500 €" in after.words
    assert "inchangée" in after.words


def test_what_is_said_of_a_supplier_shows_and_can_be_unsaid(pilot: Browser) -> None:
    page = create(pilot, reference="2026-T10", suppliers__name=["Entreprise fictive A", ""])
    after = page.submit(".supplier-edit form", size="pme", ess="false")
    assert "L’entreprise est complétée" in after.words
    said = plain(after.one(".supplier-facts").get_text(" "))
    assert said == ("Taille Petite ou moyenne entreprise (PME) Économie sociale et solidaire non")
    last = after.submit(".supplier-edit form", size="", ess="")
    assert plain(last.one(".supplier-facts").get_text(" ")).count("non renseigné") == 2


def test_a_contract_entered_by_hand_can_be_removed(pilot: Browser) -> None:
    page = create(pilot, reference="2026-T11")
    gone = page.follow("Modifier").submit(".danger-zone form")
    assert "Le marché est supprimé." in gone.words
    assert pilot.open(page.address).status == 404


@pytest.mark.parametrize("kind", ["marche", "concession"])
def test_all_that_can_miss_leads_to_its_field(pilot: Browser, kind: str) -> None:
    page = create(pilot, reference="2026-V1", kind=kind)
    links = page.soup.select(".todo-list a")
    assert len(links) > 8
    titles = {link.get_text() for link in links}
    assert "Montant HT" in titles
    assert "Considérations sociales" in titles
    forms = {str(link["href"]).partition("#")[0]: pilot.open(str(link["href"])) for link in links}
    for link in links:
        address, _, anchor = str(link["href"]).partition("#")
        assert forms[address].soup.select(f'[id="{anchor}"]'), link["href"]


@pytest.mark.parametrize(
    ("query", "message"), [("year=abc", "#champ-year"), ("amount_min=douze", "#champ-amount_min")]
)
def test_a_filter_not_understood_says_so(pilot: Browser, query: str, message: str) -> None:
    page = pilot.open(f"/marches?{query}")
    assert page.status == 422
    assert message in {str(one["href"]) for one in page.soup.select("#erreurs a")}
    value = query.partition("=")[2]
    assert page.one(message)["value"] == value


def test_filters_narrow_the_list_and_stay_in_the_form(pilot: Browser) -> None:
    create(pilot, reference="2026-T12", subject="Zébrures", amount="50 000", notified_on="2/1/2026")
    form = pilot.open("/marches")
    found = form.submit("form.filters", q="zébrures", year="2026", amount_min="49 999,99")
    assert [plain(one.get_text()) for one in found.soup.select("#resultats tbody a")] == [
        "Zébrures"
    ]
    assert found.one("#champ-amount_min")["value"] == "49 999,99"
    assert "1 marché." in found.words
    none = form.submit("form.filters", q="zébrures", amount_min="50 000,01")
    assert "Aucun marché ne répond à ces filtres." in none.words


def test_pages_of_the_list_follow_each_other_without_loss(pilot: Browser) -> None:
    seen: list[str] = []
    page = pilot.open("/marches?year=2025")
    while True:
        seen += [str(one["href"]) for one in page.soup.select("#resultats tbody a")]
        if "Marchés suivants" not in page.words:
            break
        page = page.follow("Marchés suivants")
    assert len(seen) == len(set(seen)) > 50


def test_a_list_is_that_of_the_organisation_chosen(pilot: Browser) -> None:
    every = pilot.open("/marches?buyer=tous&q=Cytises")
    own = pilot.open("/marches?q=Cytises")
    assert "Lens-Liévin" in every.one("#resultats").get_text()
    assert "Aucun marché ne répond" in own.words


def test_a_directorate_changes_its_contracts_only(connected: Callable[[str], Browser]) -> None:
    browser = connected("directorate")
    page = create(browser, reference="2026-T13")
    assert page.status == 403
    assert "Votre rôle ne permet pas" in page.words


def test_what_an_import_left_wrong_does_not_prevent_another_change(pilot: Browser) -> None:
    page = first(pilot, "?buyer=tous&q=Cytises")
    assert facts(page)["Code CPV"].startswith("1110000")  # seven digits: no form would pass
    after = page.follow("Modifier").submit(NEW, offers_received="3")
    assert after.status == 200
    assert facts(after)["Nombre d’offres reçues"] == "3"
    assert facts(after)["Code CPV"] == facts(page)["Code CPV"]


def publication_panel(page: Page) -> str:
    """The words of the panel about publication."""
    return plain(page.one('section[aria-labelledby="publication"]').get_text(" "))


def test_a_contract_tells_until_when_to_publish_it_and_what_would_drop_it(pilot: Browser) -> None:
    today = datetime.now(ZoneInfo("Europe/Paris")).date()
    page = create(
        pilot,
        reference="2026-D1",
        amount="50000",
        months="181",
        notified_on=(today - timedelta(days=100)).strftime("%d/%m/%Y"),
    )
    panel = publication_panel(page)
    assert "À publier au plus tard le" in panel
    assert re.search(r"\(en retard de (3[6-9]|4[0-2]) jours\)", panel)
    assert "Serait écarté de la consolidation nationale" in panel
    assert "La durée de « 181 » mois" in panel
    assert page.soup.select('section[aria-labelledby="publication"] a[href$="#champ-months"]')
    listed = pilot.open("/publications/ecartes")
    assert "2026-D1" in listed.words
    assert "2026-D1" in pilot.open("/publications/echeances").words
    mended = page.follow("Modifier").submit(NEW, months="180", amount="39999,99")
    panel = publication_panel(mended)
    assert "À publier au plus tard" not in panel
    assert "écarté" not in panel
