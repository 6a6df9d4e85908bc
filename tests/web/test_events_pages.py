"""Events and the state of actions, through their pages."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, fill, plain, same_text, with_fragment

FORM = "form.long-form"
LANDES = "cd40-2023-2029"
STATES = f"/schemas/{LANDES}/actions?annee=2026&organisation={DEMONSTRATION}"

Connect = Callable[[str], Browser]


@pytest.fixture
def buyer(pilot: Browser) -> Browser:
    """The pilot, who looks for the fictitious buyer."""
    pilot.open("/").submit("form.account-switch", siret=DEMONSTRATION)
    return pilot


def add(browser: Browser, **said: Any) -> Page:
    """Enter an event as a person would."""
    asked: dict[str, Any] = {
        "kind": "training",
        "title": "Formation d’essai",
        "held_on": "05/03/2026",
        "state": "held",
        **said,
    }
    return browser.open("/evenements").follow("Ajouter un événement").submit(FORM, **asked)


def row_of(page: Page, words: str) -> list[str]:
    """The cells of the row that holds ``words``."""
    row = next(one for one in page.soup.select("#resultats tbody tr") if words in one.get_text())
    return [plain(one.get_text(" ")) for one in row.select("th, td")]


def test_an_event_is_entered_with_the_actions_it_serves(buyer: Browser) -> None:
    served = [f"{LANDES}|2.2.3", f"{LANDES}|2.2.1"]
    page = add(buyer, participants="1 204", actions=served)
    assert "L’événement est ajouté." in page.words
    cells = row_of(buyer.open("/evenements?q=essai"), "Formation d’essai")
    assert cells[0] == "05/03/2026"
    assert cells[2] == "Tenu"
    assert cells[4] == "1 204"
    assert sorted(cells[5].replace(" ", "").split(",")) == ["2.2.1", "2.2.3"]


def test_an_event_says_of_which_directorate_it_is(buyer: Browser) -> None:
    form = buyer.open("/evenements/nouveau")
    one = next(option for option in form.soup.select("#champ-directorate_id option")
               if option["value"])  # fmt: skip
    assert "L’événement est ajouté." in add(buyer, directorate_id=str(one["value"])).words
    page = buyer.open("/evenements?q=essai").follow("Formation d’essai")
    assert page.one("#champ-directorate_id option[selected]")["value"] == one["value"]


def test_a_refusal_stands_on_its_field_and_the_text_is_kept(buyer: Browser) -> None:
    page = add(buyer, held_on="demain", participants="beaucoup", audience="external")
    assert page.status == 422
    assert page.one("#champ-held_on")["aria-invalid"] == "true"
    assert page.one("#champ-held_on")["value"] == "demain"
    assert page.one("#champ-participants")["value"] == "beaucoup"
    assert page.one("#champ-audience option[selected]")["value"] == "external"


def test_filters_narrow_the_list_and_what_nobody_offers_counts_for_nothing(buyer: Browser) -> None:
    add(buyer, actions=[f"{LANDES}|2.2.3"])
    for query in ("year=2026", "kind=training", f"action={LANDES}|2.2.3", "state=held", ""):
        assert "Formation d’essai" in buyer.open(f"/evenements?q=essai&{query}").words, query
    for query in ("year=2025", "kind=fair", "q=autre", f"action={LANDES}|2.2.1", "state=planned"):
        assert "Formation d’essai" not in buyer.open(f"/evenements?{query}").words, query
    assert buyer.open("/evenements?kind=inconnu&year=abc&action=x").status == 200


def test_a_change_keeps_the_rest_and_tells_who_came_first(buyer: Browser) -> None:
    add(buyer, actions=[f"{LANDES}|2.2.3"], participants="12")
    form = buyer.open("/evenements?q=essai").follow("Formation d’essai")
    page = form.submit(FORM, title="Formation d’essai, suite", actions=[])
    assert page.status == 200
    cells = row_of(buyer.open("/evenements?q=suite"), "suite")
    assert cells[4:] == ["12", "aucune"]
    late = form.submit(FORM, title="En retard")
    assert late.status == 412
    assert late.one("#champ-title")["value"] == "En retard"
    assert "Formation d’essai, suite" in late.words


def test_an_event_is_removed(buyer: Browser) -> None:
    add(buyer)
    page = buyer.open("/evenements?q=essai").follow("Formation d’essai")
    after = page.submit(".danger-zone form")
    assert "L’événement est supprimé." in after.words
    assert "Formation d’essai" not in after.words
    assert page.submit(".danger-zone form").status == 404


def test_a_reader_finds_no_way_to_write(connected: Connect) -> None:
    browser = connected("reader")
    page = browser.open("/evenements")
    assert page.status == 200
    assert not [one for one in page.soup.select("main a") if "/nouveau" in str(one["href"])]
    assert browser.open("/evenements/nouveau").status == 403
    states = browser.open(STATES)
    assert states.status == 200
    assert not states.soup.select("main select[name$=-state], main button.btn-primary[name]")


def test_a_directorate_enters_events_but_does_not_judge_actions(connected: Connect) -> None:
    browser = connected("directorate")
    assert "L’événement est ajouté." in add(browser).words
    assert not browser.open(STATES).soup.select("main select[name$=-state]")
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}
    assert browser.client.post(STATES, data={"annee": "2026"}, headers=headers).status_code == 403


def test_the_state_of_actions_is_said_on_one_page(buyer: Browser) -> None:
    page = buyer.open(STATES)
    selects = page.soup.select("select[name$=-state]")
    first, second = str(selects[0]["name"]), str(selects[1]["name"])
    told = {first: "abandoned", first.replace("-state", "-comment"): "Sans objet désormais"}
    after = fill(page, "form.say-form", told)
    assert "L’état des actions est enregistré." in after.words
    assert after.one(f'[name="{first}"] option[selected]')["value"] == "abandoned"
    # The page of before: what it changes is refused where someone came first, and kept.
    late = fill(page, "form.say-form", {first: "done", second: "abandoned"})
    assert late.status == 422
    assert "Une autre personne a répondu" in late.words
    assert late.one(f'[name="{first}"] option[selected]')["value"] == "done"
    again = buyer.open(STATES)
    assert again.one(f'[name="{second}"] option[selected]')["value"] == "abandoned"
    assert again.one(f'[name="{first}"] option[selected]')["value"] == "abandoned"
    assert "Rien n’a changé" in again.submit("form.say-form").words


def test_a_state_that_a_step_denies_is_told_so_where_it_is_shown(buyer: Browser) -> None:
    place = f"annee=2026&organisation={DEMONSTRATION}"
    page = buyer.open(f"/schemas/cd62-2026-2029/actions?{place}")
    assert "pourtant" not in page.words.lower()
    after = fill(page, "form.say-form", {"1.3.2.B-state": "done"})
    label = "Réalisation du règlement de gestion du stock de mobilier : Oui/non"
    step = f"l’étape « {label} » est dite pas faite"
    assert f"L’action est dite terminée ; pourtant, {step}." in plain(after.words)
    board = buyer.open(f"/schemas/cd62-2026-2029?year=2026&organisation={DEMONSTRATION}")
    assert f"Pourtant, {step}." in plain(board.words)


def test_a_comment_without_a_state_is_sent_back(buyer: Browser) -> None:
    # Nobody said anything of the first year of this scheme.
    page = buyer.open(STATES.replace("2026", "2023", 1))
    assert page.status == 200
    name = str(page.soup.select("textarea[name$=-comment]")[0]["name"])
    wrong = fill(page, "form.say-form", {name: "À voir"})
    assert wrong.status == 422
    assert "Choisissez un état" in wrong.words
    assert wrong.one(f'[name="{name}"]').get_text() == "À voir"


def test_a_fragment_makes_the_page_that_a_full_load_makes(buyer: Browser) -> None:
    page, address = buyer.open("/evenements"), "/evenements?kind=fair"
    fragment, whole = buyer.fragment(address), buyer.open(address)
    patched, loaded = with_fragment(page, fragment, "#resultats"), whole.soup
    for form in (*patched.select("form.filters"), *loaded.select("form.filters")):
        form.decompose()  # what the person has just chosen there is not the fragment's
    assert same_text(patched) == same_text(loaded)
    assert fragment.headers["hx-push-url"] == address
