"""The advice before reserving, through its page: the question in the address, the answer below."""

from typing import Any

import pytest

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, plain

FORM = "form.long-form"
QUESTION: dict[str, Any] = {
    "demande": "1",
    "object_kind": "services",
    "notice_on": "20/11/2026",
    "cpv": "85312000",
    "months": "36",
}


@pytest.fixture
def buyer(pilot: Browser) -> Browser:
    """The pilot, who looks for the fictitious buyer."""
    pilot.open("/").submit("form.account-switch", siret=DEMONSTRATION)
    return pilot


def states(page: Page) -> dict[str, str]:
    """What the answer says of each article for the whole contract."""
    found: dict[str, str] = {}
    for one in page.soup.select(".basis"):
        names = [plain(name.get_text(" ")).split()[0] for name in one.select(".basis-name")]
        state = one.select(".basis-head .state")[0]
        assert state.select("svg.icon"), "told by words and by an icon, never by colour alone"
        found |= {name: plain(state.get_text()) for name in names}
    return found


def test_the_advice_tells_each_article_with_its_reason_source_and_day(buyer: Browser) -> None:
    page = buyer.open("/reserves/conseil").submit(
        FORM, object_kind="services", notice_on="20/11/2026", cpv="85312000", months="48"
    )
    assert page.status == 200
    told = states(page)
    assert told["L2113-12"] == told["L2113-13"] == "Ouverte"
    assert told["L2113-15"] == "Fermée"
    assert told["L3113-1"] == told["L3113-2-1"] == "Fermée"
    assert "36 mois au plus" in page.words
    assert "Code de la commande publique, art. L2113-16" in page.words
    assert "à confronter au texte officiel" in page.words
    asked = plain(page.one(".answer dl.print-only").get_text(" "))
    assert "Objet Services" in asked
    assert "Durée totale 48" in asked
    assert "Exigez que les candidats emploient au moins 50 %" in page.words
    shorter = page.submit(FORM, months="36")
    assert states(shorter)["L2113-15"] != "Fermée"


def test_the_address_of_an_advice_holds_the_question_and_nothing_empty(buyer: Browser) -> None:
    page = buyer.open("/reserves/conseil").submit(FORM, **QUESTION)
    assert "=&" not in page.address
    assert not page.address.endswith("=")
    again = buyer.open(page.address)
    assert states(again) == states(page)
    assert again.one("#champ-cpv")["value"] == "85312000"
    # An address that only fills the form asks nothing yet.
    filled = buyer.open("/reserves/conseil?cpv=85312000")
    assert filled.status == 200
    assert not filled.soup.select(".answer")
    assert filled.one("#champ-cpv")["value"] == "85312000"


def test_a_lot_is_advised_apart_and_a_wrong_cell_is_told_where_it_is(buyer: Browser) -> None:
    lots: dict[str, Any] = {
        "lots-1-label": "Formation",
        "lots-1-cpv": "80110000",
        "lots-3-cpv": "55523100",
    }
    page = buyer.open("/reserves/conseil").submit(FORM, **QUESTION, **lots, requested=["L2113-15"])
    parts = page.soup.select(".lot-answer")
    assert [plain(one.h3.get_text()) for one in parts if one.h3] == [
        "Si le lot 1 seul est réservé : Formation",
        "Si le lot 2 seul est réservé : Lot 4",
    ]
    closed = [plain(one.p.get_text(" ")) for one in parts if one.p]
    assert closed[1] == "La réservation envisagée : Fermée"
    assert closed[0] != closed[1]
    typed: dict[str, Any] = {"lots-3-estimate": "beaucoup", "insertion": "-1"}
    wrong = page.submit(FORM, **typed)
    assert wrong.status == 422
    links = {str(one["href"]) for one in wrong.one("#erreurs").select("a")}
    assert links == {"#champ-lots-3-estimate", "#champ-insertion"}
    assert wrong.one("#champ-lots-3-estimate")["value"] == "beaucoup"
    assert wrong.one("#champ-lots-1-label")["value"] == "Formation"
    assert len(wrong.soup.select("details[open]")) == 2


def test_articles_that_do_not_go_together_are_told_why(buyer: Browser) -> None:
    page = buyer.open("/reserves/conseil").submit(
        FORM, **QUESTION, requested=["L2113-13", "L2113-13-1"]
    )
    panel = plain(page.one(".answer > .panel").get_text(" "))
    assert "Fermée" in panel
    assert "L2113-14" in panel


def test_codes_are_suggested_in_the_field_of_a_lot_too(buyer: Browser) -> None:
    page = buyer.fragment("/cpv?lots-0-cpv=nettoyage de bureaux")
    assert page.soup.select("datalist#suggestions-cpv option[value]")
