"""Amounts that cannot be true: told on the page of the contract, their list, the dashboard."""

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser
from tests.web.clause_world import World
from tests.web.test_contract_pages import NEW, create
from web.fixing import fill_address


def test_an_absurd_amount_is_told_then_said_true(pilot: Browser) -> None:
    page = create(pilot, reference="2025-A1", subject="Haies", amount="1", notified_on="20/11/2025")
    assert "Montants mis de côté" in page.words
    assert "saisie de remplissage" in page.words
    board = pilot.open("/schemas/call-2023-2026?year=2025")
    assert "ne peut être vrai" in board.words
    assert "de toute l’organisation ne peut" not in board.words
    directorate = str(board.soup.select("#directorate option")[1]["value"])
    part = board.submit("main form.filters", directorate=directorate)
    assert "notifié en 2025 de toute l’organisation ne peut être vrai" in part.words
    listed = pilot.open("/marches").follow("Montants mis de côté")
    assert "2025-A1" in listed.words
    page = listed.follow("2025-A1")
    page = page.submit("form[action$='/montants']")
    assert page.status == 200
    assert "Dit exact : il compte dans les sommes." in page.words
    assert "Montant de 1,00 € : « mis de côté » → « exact »." in page.words
    assert "2025-A1" not in pilot.open("/marches/montants").words
    page.submit("form[action$='/montants']")
    assert "2025-A1" in pilot.open("/marches/montants").words


def test_an_ordinary_contract_says_nothing_of_it(pilot: Browser) -> None:
    page = create(pilot, reference="2025-A2", subject="Haies", amount="12 000")
    assert "Montants mis de côté" not in page.words


def test_what_is_set_aside_today_is_not_told_beside_the_figures_of_a_closed_year(
    world: World, pilot: Browser
) -> None:
    create(pilot, reference="2025-A3", subject="Haies", amount="1", notified_on="20/11/2024")
    address = "/schemas/call-2023-2026?year=2024"
    body = {"organisation": DEMONSTRATION, "year": 2024}
    world.api.make("/api/v1/closings", body, "administrator")
    assert "ne peut être vrai" not in pilot.open(address).words
    assert "ne peut être vrai" in pilot.open(f"{address}&recalculated=1").words


def test_an_amendment_that_another_replaced_is_not_told_as_set_aside(pilot: Browser) -> None:
    page = create(pilot, reference="2025-A4", subject="Haies", amount="12 000")
    for amount, told in (("1", True), ("15 000", False)):
        form = page.follow("Ajouter un avenant")
        page = form.submit(NEW, notified_on="20/11/2025", amount=amount)
        assert ("Montants mis de côté" in page.words) is told


def test_an_amount_set_aside_is_mended_or_confirmed_on_the_page_of_its_contract() -> None:
    contract = {"fact": "contract", "id": "1", "contract_id": "1"}
    assert fill_address(contract, "montants") == "/marches/1#montants"
    reservation = {"fact": "reservation", "id": "2", "contract_id": "1"}
    assert fill_address(reservation, "montants") == "/marches/1#montants"
