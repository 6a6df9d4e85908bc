"""Amounts that cannot be true: told on the page of the contract, their list, the dashboard."""

from tests.web.browsing import Browser
from tests.web.test_contract_pages import create


def test_an_absurd_amount_is_told_then_said_true(pilot: Browser) -> None:
    page = create(pilot, reference="2025-A1", subject="Haies", amount="1", notified_on="20/11/2025")
    assert "Montants mis de côté" in page.words
    assert "saisie de remplissage" in page.words
    board = pilot.open("/schemas/call-2023-2026?year=2025")
    assert "ne peut être vrai" in board.words
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
