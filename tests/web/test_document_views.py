"""The dashboards that the document of a scheme asks for, among the saved views."""

from bs4 import Tag

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, plain
from tests.web.test_dashboard_pages import CALL, CLERMONT, codes
from tests.web.test_pages import check

ASKED = f"year=2024&organisation={DEMONSTRATION}&layout=graph"
TITLES = [
    "Suivi du déploiement du SPASER (gouvernance et accompagnement)",
    "Suivi des autres actions du SPASER",
]


def listed(page: Page) -> list[Tag]:
    return page.soup.select("#vues li")


def test_the_dashboards_of_the_document_stand_first_among_the_saved_views(pilot: Browser) -> None:
    page = pilot.open(f"{CLERMONT}?{ASKED}").submit("#vues form.filters-line", name="La mienne")
    check(page)
    names = [plain(one.select("a")[0].get_text()) for one in listed(page)]
    assert names == [*TITLES, "La mienne"]
    assert "Vues enregistrées (3)" in page.words
    removable = [bool(one.select("form")) for one in listed(page)]
    assert removable == [False, False, True], "what the document asks for is nobody's to remove"
    told = ["(prévue par le document)" in plain(one.get_text(" ")) for one in listed(page)]
    assert told == [True, True, False]
    assert page.one("#vues").has_attr("open")
    page.submit('#vues form[action*="/oter"]')


def test_a_dashboard_of_the_document_shows_its_actions_for_what_was_asked(pilot: Browser) -> None:
    page = pilot.open(f"{CLERMONT}?{ASKED}&way=computed&missing=1")
    shown = [pilot.open(str(one.select("a")[0]["href"])) for one in listed(page)[: len(TITLES)]]
    first, second = (codes(one) for one in shown)
    assert first
    assert not set(first) & set(second)
    assert len(first) + len(second) == 112, "no other filter is left"
    for one, title in zip(shown, TITLES, strict=True):
        assert one.one("#year option[selected]").get_text() == "2024"
        assert one.soup.select(".board-cards")
        current = one.one('#vues [aria-current="true"]')
        assert plain(current.get_text()) == title


def test_a_document_without_dashboards_lists_none(pilot: Browser) -> None:
    page = pilot.open(CALL)
    assert "prévue par" not in plain(page.one("#vues").get_text(" "))
