"""A campaign walked once: a directorate says three figures and a milestone, the pilot sees them."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.conftest import DEMONSTRATION, PASSWORD

SCHEME = "cd62-2026-2029"
YEAR = 2026
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
FIGURES = ("12,5", "1 234", "7")


def _token(client: httpx.Client, account: str) -> dict[str, str]:
    form = {"username": f"{account}@demo.example", "password": PASSWORD}
    token = client.post("/api/v1/tokens", data=form).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def owed(address: str, page: Page) -> list[dict[str, Any]]:
    """Three figures and a milestone of the campaign, entrusted to the demonstration directorate and
    not said: each journey finds them as the other did."""
    del page  # the browser first: both journeys write to one service
    with httpx.Client(base_url=address, headers=_token_of(address)) as client:
        asked = {"organisation": DEMONSTRATION, "scheme": SCHEME, "year": YEAR}
        campaign = _campaign(client, asked)
        rows = client.get(f"/api/v1/campaigns/{campaign}").json()["rows"]
        plain = [one for one in rows if _is_figure(one)][: len(FIGURES)]
        steps = [one for one in rows if one["said"] == "milestone"][:1]
        unit = client.get(f"/api/v1/organisations/{DEMONSTRATION}/directorates").json()
        mine = next(one["id"] for one in unit if one["name"] == "Bâtiments et voirie")
        for one in [*plain, *steps]:
            path = f"/api/v1/campaigns/{campaign}/duties/{one['indicator_id']}"
            assert client.put(path, json={"directorate_id": mine}).status_code == 200
            _unsay(client, one)
    return [*plain, *steps]


def _token_of(address: str) -> dict[str, str]:
    with httpx.Client(base_url=address) as client:
        return _token(client, "pilot")


def _campaign(client: httpx.Client, asked: dict[str, Any]) -> str:
    found = client.get("/api/v1/campaigns", params=asked).json()["items"]
    if found:
        return str(found[0]["id"])
    body = {**asked, "due_on": "2026-12-31"}
    return str(client.post("/api/v1/campaigns", json=body).json()["id"])


def _is_figure(one: dict[str, Any]) -> bool:
    special = ("base_expected", "words_expected", "divisor_expected", "parts_expected")
    simple = not any(one[name] for name in special)
    return one["said"] == "measure" and one["kind"] in ("quantity", "amount") and simple


def _unsay(client: httpx.Client, one: dict[str, Any]) -> None:
    key = one["indicator_id"]
    if one["said"] == "measure":
        whose: dict[str, Any] = {"organisation": DEMONSTRATION, "year": YEAR}
        client.delete(f"/api/v1/measures/{key}", params=whose)
        return
    if one["version"] is not None:
        body = {"organisation": DEMONSTRATION, "period": one["period"]}
        etag = {"If-Match": f'"{one["version"]}"'}
        assert client.put(f"/api/v1/milestones/{key}", json=body, headers=etag).status_code == 200


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


def _say(page: Page, owed: list[dict[str, Any]]) -> None:
    """Three figures with French numbers, and a milestone done on a day."""
    *figures, step = owed
    for one, value in zip(figures, FIGURES, strict=True):
        page.locator(f"#champ-{one['indicator_id']}-value").fill(value)
    page.locator(f"#champ-{step['indicator_id']}-done").get_by_label("Oui", exact=True).check()
    page.locator(f"#champ-{step['indicator_id']}-done_on").fill("03/02/2026")
    page.get_by_role("button", name="Enregistrer tout").click()
    expect(page.get_by_role("status").first).to_contain_text("Vos réponses sont enregistrées")


def _prove(page: Page, step: dict[str, Any], folder: Path) -> None:
    path = folder / "deliberation.pdf"
    path.write_bytes(PDF)
    row = page.locator(f"#ligne-{step['indicator_id']}")
    if not row.locator("details[open]").count():  # it is when the other journey joined one
        row.locator("summary").click()
    row.locator("input[type=file]").set_input_files(path)
    row.get_by_role("button", name="Joindre à").click()
    expect(page.get_by_role("status").first).to_contain_text("La pièce est jointe")


@pytest.mark.browser
def test_what_a_directorate_says_reaches_the_pilot(
    page: Page, scripted: bool, address: str, owed: list[dict[str, Any]], tmp_path: Path
) -> None:
    *figures, step = owed
    _sign_in(page, address, "directorate")
    page.goto(f"{address}/a-renseigner")
    _accessible(page, scripted)
    page.locator(f"a[href*='/schemas/{SCHEME}/campagne'].btn").click()
    _accessible(page, scripted)
    _say(page, owed)
    # What is said leaves the list of what is left to say; the whole campaign still shows it.
    page.goto(f"{address}/schemas/{SCHEME}/campagne?annee={YEAR}&organisation={DEMONSTRATION}")
    _prove(page, step, tmp_path)
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Se connecter")).to_be_visible()

    _sign_in(page, address, "pilot")
    page.goto(f"{address}/schemas/{SCHEME}/campagne?annee={YEAR}&organisation={DEMONSTRATION}")
    for one, value in zip(figures, ("12,5", "1234", "7"), strict=True):
        expect(page.locator(f"#champ-{one['indicator_id']}-value")).to_have_value(value)
        told = page.locator(f"#ligne-{one['indicator_id']}")
        expect(told).to_contain_text("Dit par Compte direction")
    proven = page.locator(f"#ligne-{step['indicator_id']}")
    expect(proven).to_contain_text("deliberation.pdf")
    _accessible(page, scripted)
    page.goto(
        f"{address}/schemas/{SCHEME}/campagne/pilotage?annee={YEAR}&organisation={DEMONSTRATION}"
    )
    _accessible(page, scripted)
