"""A spreadsheet walked through its five pages, with the keyboard's own controls, and given back."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.conftest import PASSWORD


def _accessible(page: Page, scripted: bool) -> None:
    # axe is a script itself: it can only look at the pages of the journey that runs scripts.
    if scripted:
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


def test_a_table_of_projects_is_brought_and_taken_back(
    page: Page, address: str, scripted: bool, tmp_path: Path
) -> None:
    number = f"PX-{tmp_path.name[-5:]}"
    file = tmp_path / "projets.csv"
    file.write_bytes(
        f"Réf.;Intitulé;Année\r\n{number};Gymnase;2026\r\n{number}b;Vélos;bientôt\r\n".encode()
    )
    page.goto(f"{address}/connexion")
    page.get_by_label("Adresse électronique").fill("pilot@demo.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"{address}/imports")
    page.get_by_label("Ce que contient le fichier").select_option("projects")
    page.locator("#champ-file").set_input_files(file)
    _accessible(page, scripted)
    page.get_by_role("button", name="Lire ce fichier").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Colonnes")
    _accessible(page, scripted)
    page.reload()
    page.get_by_label("Ce que contient la colonne A").select_option("reference")
    page.get_by_role("button", name="Continuer vers l’aperçu").click()
    expect(page.get_by_role("main")).to_contain_text("n’est pas une année")
    _accessible(page, scripted)
    page.get_by_role("link", name="Continuer vers l’acceptation").click()
    _accessible(page, scripted)
    page.get_by_role("button", name="Accepter cet import").click()
    expect(page.get_by_role("main")).to_contain_text("1 ligne a été ajoutée")
    _accessible(page, scripted)
    with page.expect_download() as given:
        page.get_by_role("link", name="Recevoir mon fichier annoté").click()
    assert '"Ajoutée"' in Path(given.value.path()).read_text("utf-8-sig")
    page.get_by_role("button", name="Annuler cet import").click()
    expect(page.get_by_role("main")).to_contain_text("a été ôté")
