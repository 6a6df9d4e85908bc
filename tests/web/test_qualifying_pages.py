"""« À qualifier »: contracts by how much they are awaited, suggestions never applied alone."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import Tag

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, fill, plain

PLACE = f"/schemas/call-2023-2026/a-qualifier?annee=2026&organisation={DEMONSTRATION}"
FORM = "form.say-form"

Connect = Callable[[str], Browser]


@pytest.fixture
def buyer(pilot: Browser) -> Browser:
    """The pilot, who looks for the fictitious buyer."""
    pilot.open("/").submit("form.account-switch", siret=DEMONSTRATION)
    return pilot


def contracts(page: Page) -> list[str]:
    """The contracts of the page, in its order."""
    return [str(one["id"]).removeprefix("fiche-") for one in page.soup.select(".say-row")]


def marks(page: Page, key: str) -> list[str]:
    """The names of the questions asked of a contract."""
    found = page.soup.select(f'[id="fiche-{key}"] input[type=radio]')
    return list(dict.fromkeys(str(one["name"]) for one in found))


def chosen(page: Page, name: str) -> str:
    """The answer ticked for a question."""
    return str(page.one(f'[name="{name}"][checked]')["value"])


def press(page: Page, button: Tag, **typed: Any) -> Page:
    """Send the form by one of its buttons."""
    hidden = {"name": str(button["name"]), "value": str(button["value"])}
    page.one(FORM).append(page.soup.new_tag("input", attrs=hidden))
    return fill(page, FORM, typed)


def test_the_most_awaited_contracts_come_first_and_nothing_is_ticked(buyer: Browser) -> None:
    page = buyer.open(PLACE)
    assert page.status == 200
    waits = [
        int(plain(one.get_text()).rsplit(". ", 1)[1].split(" ")[0])
        for one in page.soup.select(".say-row > .row-detail")
    ]
    assert waits == sorted(waits, reverse=True)
    ticked = {str(one["value"]) for one in page.soup.select("input[type=radio][checked]")}
    assert ticked == {"unknown"}
    assert "marchés de « " in page.words
    assert "porteraient" in page.words
    assert "à 95 % la complétude" in page.words
    assert page.words.count("Pourquoi 95 %") == 1
    assert "Complétude par direction" in page.words
    told = [plain(one.get_text()) for one in page.soup.select("td .row-detail")]
    assert any(one.endswith("le taux à 95 %") for one in told)


def test_suggestions_fill_one_line_for_review_and_save_nothing(buyer: Browser) -> None:
    page = buyer.open(PLACE)
    button = page.soup.select('button[name="suggest"]')[0]
    key = str(button["value"])
    names = marks(page, key)
    filled = press(page, button, **{names[0]: "yes"})
    assert "Rien n’est encore enregistré" in filled.words
    # What the person had answered stays; only that line moves.
    assert chosen(filled, names[0]) == "yes"
    answers = {chosen(filled, name) for name in names[1:]}
    assert answers & {"yes", "no"}
    others = [
        one
        for one in filled.soup.select("input[type=radio][checked]")
        if key not in str(one["name"])
    ]
    assert {str(one["value"]) for one in others} == {"unknown"}
    again = buyer.open(PLACE)
    assert marks(again, key) == names


def test_answers_of_several_contracts_are_saved_at_once(buyer: Browser) -> None:
    page = buyer.open(PLACE)
    first, second = contracts(page)[:2]
    said = {marks(page, first)[0]: "no", marks(page, second)[0]: "yes"}
    after = fill(page, FORM, said)
    assert "Vos réponses sont enregistrées" in after.words
    whole = buyer.open(f"{PLACE}&nombre=50")
    asked = [name for key in (first, second) for name in marks(whole, key)]
    assert not set(said) & set(asked)
    assert "Rien n’a changé" in buyer.open(PLACE).submit(FORM).words


def test_a_contract_changed_meanwhile_is_told_and_the_others_are_saved(buyer: Browser) -> None:
    page = buyer.open(PLACE)
    first, second = contracts(page)[:2]
    fill(buyer.open(PLACE), FORM, {marks(page, first)[0]: "no"})
    late, fine = marks(page, first)[1], marks(page, second)[0]
    refused = fill(page, FORM, {late: "yes", fine: "no"})
    assert refused.status == 422
    assert "1 marché à reprendre" in refused.words
    assert "1 autre marché est enregistré" in refused.words
    assert chosen(refused, late) == "yes"
    assert fine not in refused.text
    assert "Vos réponses sont enregistrées" in refused.submit(FORM).words


def test_a_directorate_answers_for_its_own_contracts_alone(connected: Connect) -> None:
    page = connected("directorate").open(f"{PLACE}&nombre=50")
    assert page.status == 200
    assert page.soup.select("input[type=radio]")
    assert "Une autre direction s’en occupe" in page.words


def test_a_reader_sees_what_is_missing_without_a_form(connected: Connect) -> None:
    reader = connected("reader").open(PLACE)
    assert reader.status == 200
    assert not reader.soup.select("main input[type=radio], main .say-all")


def test_what_a_form_alone_can_say_leads_to_its_field(buyer: Browser) -> None:
    place = PLACE.replace("call-2023-2026", "clermont")
    page = buyer.open(f"{place}&nombre=50")
    assert page.status == 200
    links = [str(one["href"]) for one in page.soup.select(".say-others a")]
    assert links
    assert all(one.startswith("/marches/") and "#" in one for one in links)


def test_consultations_are_qualified_in_the_same_way(buyer: Browser) -> None:
    place = PLACE.replace("call-2023-2026", "cd62-2026-2029").replace("annee=2026", "annee=2024")
    page = buyer.open(f"{place}&fiches=consultations&nombre=50")
    assert page.status == 200
    rows = contracts(page)
    before = page.one(".count-line").get_text()
    assert "consultation" in before
    links = [str(one["href"]) for one in page.soup.select(".say-heading a, .say-others a")]
    assert links
    assert all(one.startswith("/consultations/") for one in links)
    key = next(one for one in rows if marks(page, one))
    asked = marks(page, key)
    after = fill(page, FORM, dict.fromkeys(asked, "no"))
    assert "Vos réponses sont enregistrées" in after.words
    assert "consultation" in after.one(".count-line").get_text()
    assert not marks(buyer.open(f"{place}&fiches=consultations&nombre=50"), key)
    said = buyer.open(f"/consultations/{key}/considerations")
    assert said.soup.select('input[value="no"][checked]')


def test_a_consultation_changed_meanwhile_keeps_what_was_typed(buyer: Browser) -> None:
    place = PLACE.replace("call-2023-2026", "cd62-2026-2029").replace("annee=2026", "annee=2024")
    page = buyer.open(f"{place}&fiches=consultations&nombre=50")
    key = next(one for one in contracts(page) if len(marks(page, one)) > 1)
    first, second = marks(page, key)[:2]
    fill(buyer.open(f"{place}&fiches=consultations&nombre=50"), FORM, {first: "no"})
    refused = fill(page, FORM, {second: "yes"})
    assert refused.status == 422
    assert "1 consultation à reprendre" in refused.words
    assert "Une autre personne a modifié cette consultation" in refused.words
    assert chosen(refused, second) == "yes"


def test_a_year_without_anything_to_qualify_says_so(buyer: Browser) -> None:
    page = buyer.open(PLACE.replace("annee=2026", "annee=2010"))
    assert page.status == 200
    assert "Rien à qualifier pour 2010" in page.words
