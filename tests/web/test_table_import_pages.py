"""A spreadsheet through the five pages: file, columns, preview, acceptance, report."""

import pytest

from tests.web.browsing import Browser, Page, plain

CONTENT = (
    "Réf.;Intitulé;Année;Montant estimé HT;Inconnue\r\n"
    "PG-1;Réfection du gymnase;2026;1 234,56 €;x\r\n"
    "PG-2;Achat de vélos;l’an prochain;10;y\r\n"
).encode()


def drop(browser: Browser, content: bytes = CONTENT, kind: str = "projects") -> Page:
    """Drop a file as a person would."""
    page = browser.open("/imports")
    return page.submit("form.drop", {"file": ("projets.csv", content, "text/csv")}, kind=kind)


def read(browser: Browser) -> Page:
    """Drop a file, and say what its first column is."""
    return drop(browser).submit('form[action$="/colonnes"]', **{"colonne-0": "reference"})


def cards(page: Page) -> dict[str, str]:
    """The figures of the page, by title."""
    return {
        plain(one.select("dt")[0].get_text()): plain(one.select(".figure-value")[0].get_text())
        for one in page.soup.select(".figure-card")
    }


def step(page: Page) -> str:
    """Where the page says that the person is."""
    return plain(page.one('.steps [aria-current="step"]').get_text())


def test_the_columns_page_shows_the_first_lines_and_what_is_missing(pilot: Browser) -> None:
    page = drop(pilot)
    assert step(page) == "2. Colonnes"
    assert "La colonne « Numéro » est introuvable" in page.words
    assert "PG-1 · PG-2" in page.words
    chosen = [one.select("option[selected]") for one in page.soup.select("main select")]
    assert [one[0]["value"] if one else "" for one in chosen] == [
        "", "title", "year", "estimated_amount", "",
    ]  # fmt: skip
    assert pilot.open(page.address).words == page.words


def test_a_file_goes_through_the_five_pages_and_back(pilot: Browser) -> None:
    preview = read(pilot)
    assert step(preview) == "3. Aperçu"
    assert (cards(preview)["Nouvelles"], cards(preview)["Refusées"]) == ("1", "1")
    assert "« l’an prochain » n’est pas une année" in preview.words
    assert "1 colonne n’est pas lue : Inconnue" in preview.words
    last = preview.follow("Continuer vers l’acceptation")
    assert step(last) == "4. Acceptation"
    assert "1 ligne est ajoutée" in last.words
    report = last.submit('form[action$="/accepter"]')
    assert step(report) == "5. Compte rendu"
    assert "1 ligne a été ajoutée" in report.words
    assert "Réfection du gymnase" in pilot.open("/programmation?q=PG-1").words
    given = pilot.client.get(f"{report.address.partition('?')[0]}/annote")
    assert "attachment" in given.headers["content-disposition"]
    assert '"Statut";"Erreurs"' in given.text
    assert '"Ajoutée"' in given.text
    undone = report.submit('form[action$="/annuler"]')
    assert "tout est revenu à son état d’avant" in undone.words
    assert "Réfection du gymnase" not in pilot.open("/programmation?q=PG-1").words


def test_two_columns_for_one_field_come_back_with_the_choice_kept(pilot: Browser) -> None:
    page = drop(pilot)
    refused = page.submit(
        'form[action$="/colonnes"]', **{"colonne-0": "reference", "colonne-4": "reference"}
    )
    assert refused.status == 422
    assert "est donné à deux colonnes (« Réf. » et « Inconnue »)" in refused.words
    chosen = refused.one('select[name="colonne-4"] option[selected]')
    assert chosen["value"] == "reference"


def test_the_journal_shows_spreadsheets_beside_other_imports(pilot: Browser) -> None:
    drop(pilot)
    words = pilot.open("/imports").words
    assert "Tableau de projets d’achat" in words


def test_what_is_no_spreadsheet_comes_back_with_the_kind_kept(pilot: Browser) -> None:
    page = drop(pilot, b"%PDF-1.7")
    assert page.status == 422
    assert "un PDF, pas un tableau" in page.words
    assert page.one("#champ-kind option[selected]")["value"] == "projects"


@pytest.mark.parametrize("kind", ["contracts", "spending", "structures", "projects"])
def test_each_kind_has_an_empty_model_that_is_recognised_whole(pilot: Browser, kind: str) -> None:
    given = pilot.client.get(f"/imports/modeles/{kind}.csv")
    assert given.status_code == 200
    titles = given.content.decode("utf-8-sig").strip().split(";")
    line = ";".join("x" for _ in titles)
    page = drop(pilot, given.content + f"{line}\r\n".encode(), kind)
    chosen = [one.select("option[selected]") for one in page.soup.select("main select")]
    assert all(one and one[0]["value"] for one in chosen)


def test_an_unknown_model_is_not_found(pilot: Browser) -> None:
    assert pilot.open("/imports/modeles/autre.csv").status == 404
