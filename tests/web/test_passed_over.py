"""What an address asks of figures and can't have is told on the page, never silently replaced."""

import pytest

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, plain

CALL = "/schemas/call-2023-2026"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("year=20x6", "L’année « 20x6 » n’existe pas ici : voici 2026."),
        ("year=1234", "L’année « 1234 » n’existe pas ici : voici 2026."),
        ("directorate=x", "voici les chiffres de toute l’organisation."),
        ("directorate=00000000-0000-7000-8000-000000000000", "n’est pas de cette organisation"),
        ("organisation=ensemble&directorate=x", "ne se choisit pas pour plusieurs organisations"),
        ("family=Traveaux", "La famille d’achats « Traveaux » n’est d’aucune fiche"),
        ("organisation=ensemble&family=x", "ne se choisit pas pour plusieurs organisations"),
        ("organisation=12", "L’organisation « 12 » n’est pas de celles dont"),
        ("organisation=%3Cb%3E%7Bx%7D", "L’organisation « <b>{x} » n’est pas de celles dont"),
    ],
)
def test_a_choice_that_is_not_followed_is_told_on_both_pages(
    pilot: Browser, query: str, sentence: str
) -> None:
    board = pilot.open(f"{CALL}?{query}")
    assert board.status == 200
    assert len(board.soup.select(".indicator")) == 13
    assert sentence in plain(board.one(".message-warning").get_text(" "))
    one = str(board.soup.select(".indicator th a")[0]["href"]).partition("?")[0]
    page = pilot.open(f"{one}?{query}")
    assert page.status == 200
    assert sentence in plain(page.one(".message-warning").get_text(" "))


def test_a_family_beyond_those_that_are_offered_is_followed_all_the_same(pilot: Browser) -> None:
    pilot.open("/").submit("form.account-switch", siret=DEMONSTRATION)
    named = ["Zinc d’essai", *(f"P {number:03}" for number in range(500))]
    pasted = "\n".join(f"\tFournisseur d’essai\t1\t{one}" for one in named)
    sent = pilot.open("/mandatements/nouveau").submit("#coller", year="2026", pasted=pasted)
    assert sent.status == 200, sent.words
    address = f"{CALL}?year=2026&organisation={DEMONSTRATION}"
    board = pilot.open(f"{address}&family=Zinc+d’essai")
    assert board.one("#family option[selected]").get_text() == "Zinc d’essai"
    assert not board.soup.select(".message-warning")
    other = pilot.open(f"{address}&family=Zing+d’essai")
    assert "n’est d’aucune fiche" in plain(other.one(".message-warning").get_text(" "))
