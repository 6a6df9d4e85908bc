"""The whole way, once, as a new pilot walks it: a file in, a figure open, the open data out."""

import json
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from api.rules.fiction import fictitious_contracts
from tests.conftest import DEMONSTRATION, PASSWORD

SCHEMA = Path(__file__).parents[1] / "data/decp/schema_decp_v2.0.3.json"
YEAR = 2024


@pytest.fixture
def a_file(tmp_path: Path, page: Page) -> tuple[Path, list[dict[str, Any]]]:
    """Four contracts of the demonstration buyer with numbers of their own, as a DECP file."""
    del page  # numbers differ by browser: both journeys write to one service
    mark = tmp_path.name[-6:]
    contracts: list[dict[str, Any]] = []
    for number, one in enumerate(fictitious_contracts(7, 12, DEMONSTRATION, YEAR, YEAR)):
        if "acheteur" in one and len(contracts) < 4:
            social = {"considerationSociale": ["Clause sociale"]}
            contracts.append(
                one | {"id": f"{mark}-{number}", "considerationsSociales": social, "montant": 90000}
            )
    path = tmp_path / "mes-marches.json"
    path.write_text(json.dumps({"marches": {"marche": contracts}}), encoding="utf-8")
    return path, contracts


def _sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/connexion")
    page.get_by_label("Adresse électronique").fill("pilot@demo.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def _accessible(page: Page, scripted: bool) -> None:
    # axe is a script itself: it can only look at the pages of the journey that runs scripts.
    if not scripted:
        return
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.browser
def test_a_file_becomes_figures_and_open_data(
    page: Page, scripted: bool, address: str, a_file: tuple[Path, list[dict[str, Any]]]
) -> None:
    path, contracts = a_file
    _sign_in(page, address)

    page.get_by_role("link", name="Imports", exact=True).click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Lire ce fichier").click()
    expect(page.get_by_text("4 contrats entrent dans le registre")).to_be_visible()
    page.get_by_role("button", name="Accepter").click()
    expect(page.get_by_text("4 contrats sont entrés dans le registre")).to_be_visible()

    page.get_by_role("link", name="Schémas").first.click()
    page.get_by_role("link", name="[SPASER] 2023-2029").first.click()
    page.get_by_label("Année", exact=True).select_option(str(YEAR))
    page.get_by_role("button", name="Afficher").click()
    _accessible(page, scripted)
    page.get_by_role("link", name="Nombre de marchés clausés").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nombre de marchés clausés")
    expect(page.locator("#pieces")).to_contain_text(contracts[0]["id"])
    _accessible(page, scripted)
    page.get_by_role("link", name="À compléter").first.click()
    expect(page.locator("#compte")).to_contain_text("À compléter en 2024")
    expect(page.locator("#pieces")).not_to_contain_text(contracts[0]["id"])

    page.get_by_role("link", name="Publications", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Données essentielles des marchés (DECP").click()
    content = download.value.path().read_bytes()
    published = json.loads(content)
    jsonschema_rs.validator_for(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(published)
    by_id = {one["id"]: one for one in published["marches"]["marche"]}
    for one in contracts:
        assert by_id[one["id"]] == one
    assert httpx.get(f"{address}/opendata/{DEMONSTRATION}/decp-marches.json").content == content
