"""A facilitator's month, walked once: grid, file, link, validation, correction, overview."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.conftest import DEMONSTRATION, PASSWORD


@dataclass(frozen=True)
class Followed:
    """A clause of its own for each journey, and the persons of its facilitator."""

    id: str
    title: str
    contract: str
    people: list[str]


@pytest.fixture
def followed(address: str, tmp_path: Path, page: Page) -> Followed:
    """A running clause of the demonstration buyer, with three persons."""
    del page  # the browser first: both journeys write to one service
    title = f"Clause du parcours {tmp_path.name[-6:]}"
    with httpx.Client(base_url=address) as client:
        pilot, facilitator = (_token(client, one) for one in ("pilot", "facilitator"))
        contract = client.get(
            "/api/v1/contracts", params={"buyer": DEMONSTRATION, "limit": 1}, headers=pilot
        ).json()["items"][0]
        body = {
            "contract_id": contract["id"],
            "title": title,
            "kind": "execution_condition",
            "unit": "hours",
            "hours": "400.00",
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
            "status": "running",
        }
        clause = _made(client, "/api/v1/insertion/clauses", body, pilot)
        person = {"entered_on": "2026-01-05", "informed_on": "2026-01-05"}
        people = [
            _made(client, "/api/v1/insertion/beneficiaries", person, facilitator)["pseudonym"]
            for _ in range(3)
        ]
    return Followed(clause["id"], title, contract["reference"], people)


def _token(client: httpx.Client, account: str) -> dict[str, str]:
    form = {"username": f"{account}@demo.example", "password": PASSWORD}
    token = client.post("/api/v1/tokens", data=form).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def _made(
    client: httpx.Client, path: str, body: dict[str, Any], headers: dict[str, str]
) -> dict[str, Any]:
    answer = client.post(path, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _sign_in(page: Page, address: str, account: str) -> None:
    page.goto(f"{address}/connexion")
    page.get_by_label("Adresse électronique").fill(f"{account}@demo.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def _accessible(page: Page, scripted: bool) -> None:
    # axe is a script itself: it can only look at the pages of the journey that runs scripts.
    if not scripted:
        return
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def _grid(page: Page, address: str, followed: Followed, scripted: bool) -> None:
    """August, pasted from a spreadsheet with decimal commas, submitted and validated."""
    first, second, third = followed.people
    page.goto(f"{address}/insertion/clauses/{followed.id}/grille?mois=2026-08")
    page.get_by_label("Lignes copiées").fill(
        f"Identifiant\tHeures\tFormation\n{first}\t35,5\t7\n{second}\t7 h 30\t\n{third};20,25;"
    )
    page.get_by_role("button", name="Lire", exact=True).click()
    expect(page.locator(f"input[name=beneficiary][value='{second}']")).to_be_visible()
    _accessible(page, scripted)
    page.get_by_role("button", name="Enregistrer et soumettre").click()
    _validate(page, address, "2026-08", followed)
    expect(page.get_by_role("main")).to_contain_text("63,25")
    _accessible(page, scripted)


def _validate(page: Page, address: str, month: str, followed: Followed) -> None:
    page.goto(f"{address}/insertion/clauses/{followed.id}")
    row = page.locator(f"tr:has(a[href*='/insertion/declarations/']):has-text('{MONTHS[month]}')")
    row.get_by_role("link").first.click()
    page.get_by_role("button", name="Valider les heures").click()
    expect(page.get_by_role("status").first).to_be_visible()


MONTHS = {"2026-08": "Août 2026", "2026-09": "Septembre 2026", "2026-10": "Octobre 2026"}


def _correct(page: Page, followed: Followed, scripted: bool) -> None:
    """One line of August was wrong: the difference is added, with its reason."""
    line = page.locator(f"tr:has-text('{followed.people[0]}')")
    line.get_by_role("link", name="Corriger").click()
    page.get_by_label("Heures travaillées").fill("30,5")
    page.get_by_label("Motif").fill("Attestation rectifiée par l’employeur")
    _accessible(page, scripted)
    page.get_by_role("button", name="Enregistrer la correction").click()
    expect(page.get_by_role("main")).to_contain_text("Attestation rectifiée")


def _file(page: Page, address: str, followed: Followed, folder: Path, scripted: bool) -> None:
    """September by a file: a wrong line first, mended, then accepted and submitted."""
    lines = f"Clause;Mois;Identifiant;Heures\n{followed.title};09/2026;{followed.people[0]};"
    path = folder / "septembre.csv"
    for hours in ("221", "40,75"):
        path.write_text(f"{lines}{hours}\n", encoding="utf-8")
        page.goto(f"{address}/insertion/fichiers")
        page.locator("input[type=file]").set_input_files(path)
        page.get_by_role("button", name="Lire ce fichier").click()
        if hours == "221":
            expect(page.get_by_role("main")).to_contain_text("220")
            _accessible(page, scripted)
    page.get_by_role("button", name="Accepter et soumettre").click()
    expect(page.get_by_role("status").first).to_be_visible()
    _validate(page, address, "2026-09", followed)


def _link(page: Page, address: str, followed: Followed, scripted: bool) -> None:
    """October by the company itself, through a link."""
    page.goto(f"{address}/insertion/clauses/{followed.id}")
    page.locator("#champ-month").fill("10/2026")
    page.get_by_role("button", name="Créer un lien").click()
    given = page.get_by_label("Adresse à transmettre à l’entreprise").input_value()
    page.goto(f"{address}/declaration/{given.rsplit('/', 1)[1]}")
    _accessible(page, scripted)
    page.get_by_label("Nombre de personnes, ligne 1").fill("2")
    page.get_by_label("Heures travaillées, ligne 1").fill("100")
    page.get_by_role("button", name="Envoyer la déclaration").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Déclaration reçue")
    _accessible(page, scripted)
    _validate(page, address, "2026-10", followed)


@pytest.mark.browser
def test_a_month_goes_from_the_grid_to_figures_without_a_name(
    page: Page, scripted: bool, address: str, followed: Followed, tmp_path: Path
) -> None:
    _sign_in(page, address, "facilitator")
    _grid(page, address, followed, scripted)
    _correct(page, followed, scripted)
    _file(page, address, followed, tmp_path, scripted)
    _link(page, address, followed, scripted)

    page.goto(f"{address}/insertion?q={followed.title.rsplit(' ', 1)[1]}")
    row = page.locator(f"tr:has-text('{followed.title}')")
    # 65.25 in August once corrected, training counted, 40.75 by the file, 100 by the link.
    expect(row).to_contain_text("206")
    _accessible(page, scripted)
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Se connecter")).to_be_visible()

    _sign_in(page, address, "pilot")
    for path in (f"/insertion/clauses/{followed.id}", "/insertion/chiffres?annee=2026"):
        page.goto(f"{address}{path}")
        assert not any(one in page.content() for one in followed.people)
    page.goto(f"{address}/insertion/clauses/{followed.id}")
    expect(page.get_by_role("main")).to_contain_text("206")
    _accessible(page, scripted)
