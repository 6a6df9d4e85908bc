"""The page of the vocabulary: every word of definitions, in French, where the editor points."""

from api.reference.marks import MARKS
from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.facts.supplier import SUPPLIER_FIELDS
from api.rules.indicators.fields import Operator
from api.rules.indicators.vocabulary import Definition, SameAs
from api.rules.indicators.words import Aggregate, Fact, Period
from tests.web.browsing import Browser
from tests.web.scheme_desk import DRAFT, TARGETED, begun, indicator, sound, tried
from tests.web.test_pages import check


def test_every_word_of_the_vocabulary_is_on_its_page(pilot: Browser) -> None:
    page = pilot.open("/vocabulaire")
    check(page)
    sound(page)
    told = {one.get_text() for one in page.soup.select("code")}
    for words in (Fact, Aggregate, Operator, Period):
        assert {one.value for one in words} <= told
    assert MARKS.keys() <= told
    assert SUPPLIER_FIELDS.keys() <= told
    for fact, spec in FACTS.items():
        own = {one.get_text() for one in page.soup.select(f"#fait-{fact.value} tbody th code")}
        assert own == spec.fields.keys() - {spec.being}, fact


def test_every_key_of_a_definition_is_explained(pilot: Browser) -> None:
    page = pilot.open("/vocabulaire")
    rows = page.soup.select_one("#cles ~ .table-scroll")
    assert rows is not None
    keys = {one.get_text() for one in rows.select("tbody th code")}
    fields = Definition.model_fields | SameAs.model_fields
    known = {one.alias or name for name, one in fields.items()}
    assert known - {"version"} <= keys


def test_the_editor_points_to_it(pilot: Browser) -> None:
    begun(pilot)
    assert pilot.open(DRAFT).follow("Vocabulaire des indicateurs").address.endswith("/vocabulaire")
    page = tried(indicator(pilot, TARGETED), "lists", **{"def-mode": "text"})
    assert "docs/" not in page.text
    assert page.follow("vocabulaire des indicateurs").status == 200


def test_it_is_for_members(browser: Browser) -> None:
    assert "/connexion" in browser.open("/vocabulaire").address
