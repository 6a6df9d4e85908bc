"""A file through pages: dropped, read, accepted, undone; refused with words when it is broken."""

import json
from typing import Any

import pytest

from api.rules.decp import xml_writing
from api.rules.fiction import fictitious_contracts
from api.rules.records import Kind
from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, plain

DROP = "form.drop"


def a_file(*changes: dict[str, Any]) -> bytes:
    """A DECP file of contracts of the demonstration buyer, each changed in its way."""
    found = fictitious_contracts(11, 20, DEMONSTRATION, 2024, 2024)
    contracts = [one for one in found if "acheteur" in one][: len(changes)]
    rows = [
        one | {"id": f"F-{number}"} | change
        for number, (one, change) in enumerate(zip(contracts, changes, strict=True))
    ]
    return json.dumps({"marches": {"marche": rows}}).encode()


def drop(browser: Browser, content: bytes, name: str = "mes-marches.json") -> Page:
    """Drop a file as a person would."""
    page = browser.open("/imports")
    return page.submit(DROP, {"file": (name, content, "application/json")})


def cards(page: Page) -> dict[str, str]:
    """The figures of the page, by title."""
    return {
        plain(one.select("dt")[0].get_text()): plain(one.select(".figure-value")[0].get_text())
        for one in page.soup.select(".figure-card")
    }


def test_a_file_is_read_accepted_and_undone(pilot: Browser) -> None:
    page = drop(pilot, a_file({}, {}, {"acheteur": {"id": "pas un siret"}}))
    assert "Rien n’est encore au registre" in page.words
    assert cards(page)["Lignes reçues"] == "3"
    assert cards(page)["Nouvelles"] == "2"
    assert cards(page)["Refusées"] == "1"
    assert "2 contrats entrent dans le registre" in page.words
    assert "1 ligne refusée reste dehors" in page.words
    assert "Aucun marché ne répond" in pilot.open("/marches?q=F-0").words

    accepted = page.submit('form[action$="/accepter"]')
    assert "L’import est accepté" in accepted.words
    assert "2 contrats sont entrés" in accepted.words
    assert "Aucun marché ne répond" not in pilot.open("/marches?q=F-0").words

    undone = accepted.submit('form[action$="/annuler"]')
    assert "L’import est annulé" in undone.words
    assert not undone.soup.select("main form")
    assert "Aucun marché ne répond" in pilot.open("/marches?q=F-0").words


def test_a_file_that_changes_something_says_what(pilot: Browser) -> None:
    drop(pilot, a_file({"montant": 90000})).submit('form[action$="/accepter"]')
    page = drop(pilot, a_file({"montant": 95000}))
    assert cards(page)["Modifiées"] == "1"
    assert "1 contrat déjà connu est mis à jour" in page.words
    row = plain(page.one("#lignes tbody").get_text(" "))
    assert "Montant HT : 90 000,00 € → 95 000,00 €" in row


def test_what_changes_is_said_as_the_page_of_the_contract_says_it(pilot: Browser) -> None:
    before = {"dateNotification": "2024-05-15", "dureeMois": 12, "attributionAvance": False}
    social = ("Pas de considération sociale", "Clause sociale")
    told = [{"considerationsSociales": {"considerationSociale": [one]}} for one in social]
    drop(pilot, a_file(before | told[0])).submit('form[action$="/accepter"]')
    after = {"dateNotification": "2024-06-01", "dureeMois": 18, "attributionAvance": True}
    page = drop(pilot, a_file(after | told[1] | {"tauxAvance": 0.05}))
    changes = [plain(one.get_text(" ")) for one in page.soup.select("#lignes tbody .plain-list li")]
    for said in (
        "Durée : 12 mois → 18 mois",
        "Date de notification : 15 mai 2024 → 1er juin 2024",
        "Avance accordée : non → oui",
        "Taux de l’avance : non renseigné → 5 %",
        "Clause sociale : non → oui",
    ):
        assert said in changes
    assert not [one for one in changes if "_" in one or "Critère social" in one]


def test_a_file_known_already_says_when_it_was_accepted(pilot: Browser) -> None:
    content = a_file({"montant": 90000}, {"acheteur": {"id": "pas un siret"}})
    accepted = drop(pilot, content).submit('form[action$="/accepter"]')
    assert "1 ligne refusée est restée dehors" in accepted.words
    again = drop(pilot, content, "encore.json")
    assert "Ce même fichier a déjà été accepté le" in again.words
    link = str(again.one("main .alert-link")["href"])
    assert accepted.address.split("?")[0].endswith(link)
    assert "1 ligne est déjà dans le registre, 1 est refusée" in again.words
    assert "puis acceptez" not in again.words
    assert not again.soup.select('form[action$="/accepter"]')


def test_a_file_of_which_nothing_can_enter_does_not_ask_to_be_accepted(pilot: Browser) -> None:
    page = drop(pilot, a_file({"acheteur": {"id": "1"}}, {"acheteur": {"id": "2"}}))
    assert "Aucune ligne de ce fichier ne peut entrer : 2 sont refusées" in page.words
    assert "puis acceptez" not in page.words
    assert not page.soup.select('form[action$="/accepter"]')
    assert page.one("#decision").get_text() == "Rien ne peut entrer"
    state = pilot.open("/imports").soup.select("main tbody .state")[0]
    assert plain(state.get_text()) == "Rien ne peut entrer"
    assert not state.select('use[href*="check"]')
    why = page.follow("Relire pourquoi")
    assert len(why.soup.select("#lignes tbody tr")) == 2


def test_a_row_refused_is_shown_with_the_number_and_subject_of_the_file(pilot: Browser) -> None:
    nameless = {"id": None, "objet": None}
    page = drop(pilot, a_file({"acheteur": {"id": "1"}, "objet": "École  neuve"}, nameless))
    rows = [plain(one.get_text(" ")) for one in page.soup.select("#lignes tbody th")]
    assert rows[0].startswith("École neuve F-0")
    assert rows[1].startswith("Contrat sans objet ni numéro")


def test_a_file_in_xml_is_read_as_one_in_json(pilot: Browser) -> None:
    rows = json.loads(a_file({"id": "XML-1"}, {"id": "XML-2"}))["marches"]["marche"]
    elements = [xml_writing.element(Kind.CONTRACT, row) for row in rows]
    content = b"".join([xml_writing.OPENING, *elements, b"<avis/>", xml_writing.CLOSING])
    assert ".xml" in pilot.open("/imports").one("#champ-file")["accept"]
    page = drop(pilot, content, "mes-marches.xml")
    told = cards(page)
    assert (told["Lignes reçues"], told["Nouvelles"], told["Refusées"]) == ("3", "2", "1")
    assert "ni un marché ni un contrat de concession" in page.words
    page.submit('form[action$="/accepter"]')
    assert "XML-2" in pilot.open("/marches?q=XML-2").words


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"PK\x03\x04",
        b'{"autre": []}',
        b"[1, 2",
        b"<marches><marche>",
        b"<!DOCTYPE marches><marches/>",
        b"<!doctype html><p>Connectez-vous</p>",
    ],
)
def test_a_broken_file_comes_back_with_words(pilot: Browser, content: bytes) -> None:
    page = drop(pilot, content)
    assert page.status == 422
    message = page.one("#erreur-file")
    assert message["role"] == "alert"
    assert len(plain(message.get_text())) >= 20
    assert page.one("#champ-file")["aria-invalid"] == "true"


def test_no_file_chosen_is_said(pilot: Browser) -> None:
    page = pilot.open("/imports").submit(DROP, {"other": ("", b"", "text/plain")})
    assert page.status == 422
    assert "Choisissez d’abord un fichier" in page.words


def test_an_import_accepted_twice_says_why_not(pilot: Browser) -> None:
    page = drop(pilot, a_file({}))
    page.submit('form[action$="/accepter"]')
    again = page.submit('form[action$="/accepter"]')
    assert again.status == 409
    assert "déjà" in again.one("[role=alert]").get_text()


def test_an_undo_that_would_lose_a_change_is_refused_in_words(pilot: Browser) -> None:
    accepted = drop(pilot, a_file({})).submit('form[action$="/accepter"]')
    link = accepted.one("#lignes tbody a")
    pilot.open(f"{link['href']}/modifier").submit("form.long-form", subject="Changé depuis")
    page = accepted.submit('form[action$="/annuler"]')
    assert page.status == 409
    assert page.one("[role=alert]").get_text().strip()
    assert "Changé depuis" in pilot.open(str(link["href"])).words


def test_the_journal_gives_the_whole_account_of_each_file(pilot: Browser) -> None:
    drop(pilot, a_file({}, {})).submit('form[action$="/accepter"]')
    drop(pilot, a_file({}, {}, {}, {"acheteur": {"id": "1"}}), "suite.json")
    told = pilot.open("/imports").soup.select("#journal + table tbody tr")[0]
    assert [plain(one.get_text()) for one in told.select("td.number")] == ["4", "1", "0", "2", "1"]


def test_rows_are_filtered_by_verdict(pilot: Browser) -> None:
    page = drop(pilot, a_file({}, {}, {"acheteur": {"id": "pas un siret"}}))
    refused = page.follow("Refusées")
    assert len(refused.soup.select("#lignes tbody tr")) == 1
    assert refused.one('.tabs [aria-current="true"]').get_text(" ", strip=True) == "Refusées 1"
    assert "Lignes refusées : 1 affichée" in refused.words


def test_a_file_that_brings_nothing_is_not_a_thing_to_do(pilot: Browser) -> None:
    dropped = drop(pilot, a_file({}))
    assert "À relire" in dropped.words
    dropped.submit('form[action$="/accepter"]')
    again = drop(pilot, a_file({}), "encore.json")
    assert again.one("#decision").get_text() == "Rien à reprendre"
    assert not again.soup.select(".panel-todo")
    for path in ("/imports", "/"):
        page = pilot.open(path)
        (line,) = (one for one in page.soup.select("tr, li") if "encore.json" in one.get_text())
        assert "Rien à reprendre" in plain(line.get_text(" "))
        assert not line.select(".state-todo")
