"""Editing a scheme without JavaScript: starting, changing, refusing, publishing, comparing."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.conftest import PASSWORD
from tests.web.browsing import Browser, Page, plain
from tests.web.conftest import ADDRESS
from tests.web.scheme_desk import (
    CODE,
    DRAFT,
    NEW,
    TARGETED,
    TITLE,
    begun,
    indicator,
    publish,
    selected,
    sent,
    sound,
    tried,
    versions,
)


@pytest.fixture
def draft(pilot: Browser) -> Page:
    """The page of a draft that the pilot began."""
    return begun(pilot)


@pytest.fixture
def colleague(site: Starlette) -> Browser:
    """Another person of the same organisation, in a browser of their own."""
    client = TestClient(site, base_url=ADDRESS, follow_redirects=True)
    browser = Browser(client)
    form = {"username": "administrator@demo.example", "password": PASSWORD}
    assert browser.open("/connexion").submit("main form", **form).status == 200
    return browser


def test_a_draft_starts_from_a_model_with_its_actions_and_indicators(draft: Page) -> None:
    assert draft.address.startswith(f"{ADDRESS}{DRAFT}")
    assert TITLE in draft.one("h1").get_text()
    assert len(draft.soup.select(".draft-indicators > li")) == 112
    assert len(draft.soup.select(".draft-action")) == 26
    assert "cible : 30 % en 2024" in draft.words
    sound(draft)


def test_a_start_that_is_refused_keeps_what_was_typed(pilot: Browser, draft: Page) -> None:
    del draft
    page = pilot.open("/schemas/nouveau?origine=clermont").submit(
        ".long-form", title="Un autre", first_year="2028", last_year="2024", code=CODE
    )
    assert page.status == 422
    assert page.one("#champ-title")["value"] == "Un autre"
    page = page.submit(".long-form", first_year="2024", last_year="2028")
    assert page.status == 409
    assert "déjà ce code" in page.one("#erreur-code").get_text()
    sound(page)


def test_a_target_that_changes_reads_as_a_sentence(pilot: Browser, draft: Page) -> None:
    del draft
    publish(pilot, "Adopté en séance")
    page = indicator(pilot, TARGETED)
    sound(page)
    assert page.one("#champ-targets-0-value")["value"] == "30"
    page = sent(page, {"targets-0-value": "35,5", "targets-2-year": "2028"})
    assert page.status == 422
    page = sent(page, {"targets-2-value": "90"})
    assert page.status == 200, page.words
    changes = versions(pilot)
    assert f"Indicateur {TARGETED} : cible 2024 de 30 % à 35,5 %" in changes
    assert f"Indicateur {TARGETED} : cible 2028 ajoutée : 90 %" in changes
    assert len(changes) == 2


def test_an_indicator_kept_as_it_stands_changes_nothing(pilot: Browser, draft: Page) -> None:
    del draft
    # The lists would leave this perimeter out: it means the same.
    text = "fact: contract\naggregate: count\nperimeter: all\nwhere: {mark: reserved}"
    page = tried(indicator(pilot, "CAM-1-2"), "lists", **{"def-mode": "text"})
    assert sent(page, {"def-text": text}).status == 200
    publish(pilot, "Adopté en séance")
    for code in (TARGETED, "CAM-1-2", "CAM-1-1", "CAM-9-3", "CAM-2-2", "CAM-7-1", "CAM-14-4"):
        assert indicator(pilot, code).submit(".long-form").status == 200, code
    assert versions(pilot) == []


@pytest.mark.parametrize(
    ("origin", "last_year", "own", "told"),
    [("cd40-2023-2029", "2029", "A2", "9,5"), ("mel-smart-2023", "2026", "MEL-A3.1a", "2026")],
)
def test_what_the_document_prints_beside_a_target_is_kept(
    pilot: Browser, origin: str, last_year: str, own: str, told: str
) -> None:
    page = pilot.open(f"/schemas/nouveau?origine={origin}").submit(
        ".long-form", title=TITLE, first_year="2023", last_year=last_year, code=CODE
    )
    assert page.status == 200, page.words

    def beside() -> list[str]:
        form = indicator(pilot, own)
        names = "[name$=-fte], [name$=_line], [name$=-since]"
        return [str(one["value"]) for one in form.soup.select(names)]

    kept = beside()
    assert told in kept
    assert indicator(pilot, own).submit(".long-form", note="Relu").status == 200
    assert beside() == kept


@pytest.mark.parametrize("year", ["2025", ""])
def test_the_first_year_that_a_target_is_about_is_told_where_its_year_is_typed(
    pilot: Browser, year: str
) -> None:
    start = pilot.open("/schemas/nouveau?origine=mel-smart-2023")
    start.submit(".long-form", title=TITLE, first_year="2023", last_year="2026", code=CODE)
    form = indicator(pilot, "MEL-A3.1a")
    (row,) = [
        str(one["name"]).removesuffix("-since")
        for one in form.soup.select("[name$=-since]")
        if one["value"] == "2026"
    ]
    refused = form.submit(".long-form", **{f"{row}-year": year})
    assert refused.status == 422
    assert [one["href"] for one in refused.soup.select("#erreurs a")] == [f"#champ-{row}-year"]
    assert "qu’à partir de 2026 (première année visée)" in refused.words
    assert "since" not in refused.words
    cleared = {f"{row}-{column}": "" for column in ("year", "value", "unit", "note")}
    new = row.replace("-0", "-1")
    other = {f"{new}-year": "2025", f"{new}-value": "100", f"{new}-unit": "%"}
    assert refused.submit(".long-form", **cleared, **other).status == 200
    assert indicator(pilot, "MEL-A3.1a").one("#champ-targets-0-year")["value"] == "2025"


def test_an_indicator_is_tried_then_added(pilot: Browser, draft: Page) -> None:
    page = draft.follow("Ajouter un indicateur")
    sound(page)
    chosen = {"def-where-all-0-subject": "mark:reserved", "preview_year": "2024"}
    page = tried(page, "preview", **NEW, **chosen)
    told = plain(page.one("#apercu").get_text(" "))
    assert "réservé à des structures" in told
    assert "lignes comptées" in told
    assert page.one("#champ-label").get_text() == NEW["label"]
    assert "N1" not in pilot.open(DRAFT).words, "a preview keeps nothing"
    page = page.submit(".long-form")
    assert page.status == 200, page.words
    assert "N1" in page.words
    sound(page)
    stands = indicator(pilot, "N1")
    assert selected(stands, "def-where-all-0-subject") == "mark:reserved"
    assert selected(stands, "def-aggregate") == "share"


def test_what_comes_by_itself_waits_for_the_whole_definition_without_a_reproach(
    pilot: Browser, draft: Page
) -> None:
    del draft
    lists = "def-mode=lists&def-was=lists&def-fact=contract&def-aggregate=count&kind=count"
    row = "def-perimeter-all-0-subject=field:amount&def-perimeter-all-0-operator=more_than"
    path = f"{DRAFT}/indicateur/apercu?{lists}&{row}&def-perimeter-all-0-value="
    waiting = pilot.fragment(f"{path}&do=live")
    assert "L’aperçu attend" in plain(waiting.one("#apercu").get_text())
    assert not waiting.soup.select(".field-error, .alert")
    asked = pilot.fragment(f"{path}&do=preview")
    assert asked.soup.select(".field-error")
    told = pilot.fragment(f"{path}25000&do=live")
    assert told.soup.select("#apercu .figure-huge")


def test_the_preview_adds_up_since_the_first_year_of_the_draft(pilot: Browser, draft: Page) -> None:
    del draft
    lists = "def-mode=lists&def-was=lists&def-fact=contract&def-aggregate=count&kind=count"

    def figure(year: int, period: str) -> int:
        path = f"{DRAFT}/indicateur/apercu?{lists}&do=live&unit=marchés"
        shown = pilot.fragment(f"{path}&preview_year={year}&def-period={period}")
        return int(plain(shown.one("#apercu .figure-huge").get_text()).split()[0])

    years = [figure(year, "civil_year") for year in (2024, 2025, 2026)]
    assert min(years) > 0
    assert figure(2026, "cumulative") == sum(years)


def test_a_refusal_lands_beside_the_condition_it_is_about(pilot: Browser, draft: Page) -> None:
    del draft
    page = tried(
        pilot.open(f"{DRAFT}/indicateur"),
        "lists",
        **NEW,
        **{"def-where-all-0-subject": "field:amount"},
    )
    typed = {"def-where-all-0-operator": "more_than", "def-where-all-0-value": "beaucoup"}
    page = sent(page, {"actions": ["ACTION 1"], **typed})
    assert page.status == 422
    assert "attendu : un montant" in plain(page.one("#erreur-def-where-all-0").get_text()).lower()
    assert page.one("#def-where-all-0-value")["value"] == "beaucoup"
    assert page.one("#champ-explanation").get_text() == NEW["explanation"]
    assert page.soup.select('a[href="#champ-def-where-all-0"]')
    sound(page)
    page = sent(page, {"def-where-all-0-value": "40 000"})
    assert page.status == 200, page.words
    assert indicator(pilot, "N1").one("#def-where-all-0-value")["value"] == "40\u202f000"


def test_an_indicator_without_action_nor_label_is_refused_with_both(
    pilot: Browser, draft: Page
) -> None:
    del draft
    page = pilot.open(f"{DRAFT}/indicateur").submit(".long-form", code=TARGETED)
    assert page.status == 422
    assert "déjà pris" in page.one("#erreur-code").get_text()
    page = sent(page, {"code": "N2", "def-where-all-0-subject": "mark:reserved"})
    assert "vide" in page.one("#erreur-label").get_text()
    assert page.soup.select("#erreur-actions")
    sound(page)


def test_the_lists_follow_the_fact_and_drop_what_it_does_not_have(
    pilot: Browser, draft: Page
) -> None:
    del draft
    page = indicator(pilot, TARGETED)
    page = tried(page, "lists", **{"def-fact": "event", "def-aggregate": "ratio"})
    subjects = [str(one["value"]) for one in page.soup.select("#def-where-all-0-subject option")]
    assert "field:participants" in subjects
    assert not [one for one in subjects if one.startswith("mark:")]
    assert page.soup.select("#champ-def-over-fact"), "a ratio has a denominator"
    assert not page.soup.select("#def-where-all-0-subject option[selected]")
    sound(page)


def test_a_definition_written_as_text_is_read_kept_and_refused(pilot: Browser, draft: Page) -> None:
    del draft
    page = tried(indicator(pilot, TARGETED), "lists", **{"def-mode": "text"})
    text = page.one("#champ-def-text").get_text()
    assert "fact: contract" in text
    for wrong, said in {
        "fact: [": "ne se lit pas en YAML",
        "a: &x [1]\nb: *x": "références",
        "fact: contract\naggregate: total": "mots admis",
        "": "clés",
    }.items():
        refused = sent(page, {"def-text": wrong})
        assert refused.status == 422, wrong
        assert said in refused.one("#erreur-def-text").get_text()
        assert refused.one("#champ-def-text").get_text().strip() == wrong.strip()
    sound(refused)
    written = "fact: contract\naggregate: sum\nof: amount\nwhere: {field: amount, more_than: 10.50}"
    refused = sent(page, {"def-text": written})
    assert refused.status == 422
    assert "un chiffre « percentage » ne vient pas du calcul « sum »" in refused.words
    written = written.replace("aggregate: sum", "aggregate: sum_share\nperimeter: all")
    assert sent(page, {"def-text": written}).status == 200
    page = indicator(pilot, TARGETED)
    assert selected(page, "def-aggregate") == "sum_share"
    assert page.one("#def-where-all-0-value")["value"] == "10,5"


def test_a_definition_too_rich_for_lists_shows_as_text(pilot: Browser, draft: Page) -> None:
    del draft
    rich = (
        "fact: contract\naggregate: share\nperimeter: all\n"
        "where: {all: [{any: [{mark: reserved}, {mark: waste}]}, "
        "{any: [{mark: reuse}, {mark: ecolabel}]}]}"
    )
    page = tried(indicator(pilot, TARGETED), "lists", **{"def-mode": "text"})
    assert sent(page, {"def-text": rich}).status == 200
    page = indicator(pilot, TARGETED)
    assert selected(page, "def-mode") == "text"
    assert "mark: ecolabel" in page.one("#champ-def-text").get_text()
    assert indicator(pilot, TARGETED).submit(".long-form").status == 200
    page = tried(page, "lists", **{"def-mode": "lists"})
    assert "ne savent pas montrer" in page.one("#erreur-def-text").get_text()


def test_who_comes_second_keeps_the_typed_text_and_sees_the_other(
    pilot: Browser, colleague: Browser, draft: Page
) -> None:
    del draft
    mine = indicator(pilot, TARGETED)
    other = indicator(colleague, TARGETED)
    assert other.submit(".long-form", label="Libellé de la collègue").status == 200
    page = mine.submit(".long-form", label="Mon libellé")
    assert page.status == 412
    assert page.one("#champ-label").get_text() == "Mon libellé"
    assert "Libellé de la collègue" in page.words
    sound(page)
    assert page.submit(".long-form").status == 200
    assert indicator(pilot, TARGETED).one("#champ-label").get_text() == "Mon libellé"


def test_two_persons_change_two_things_of_one_draft(
    pilot: Browser, colleague: Browser, draft: Page
) -> None:
    del draft
    mine = indicator(pilot, TARGETED)
    assert indicator(colleague, "CAM-1-1").submit(".long-form", note="Vu").status == 200
    assert mine.submit(".long-form", label="Mon libellé").status == 200
    assert indicator(pilot, "CAM-1-1").one("#champ-note").get_text() == "Vu"


def test_an_indicator_that_another_borrows_from_stays(pilot: Browser, draft: Page) -> None:
    del draft
    page = indicator(pilot, "CAM-1-4").submit(".danger-zone form")
    assert page.status == 422
    assert "CAM-1-4" in page.one("#erreurs").get_text()
    page = indicator(pilot, "CAM-7-1").submit(".danger-zone form")
    assert page.status == 200
    assert indicator(pilot, "CAM-7-1").status == 404
