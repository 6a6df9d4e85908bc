"""« À renseigner », figures told by part: a line for each part, without JavaScript."""

import re
from collections.abc import Callable

import pytest
from bs4 import Tag

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, fill, plain

YEAR = 2026
FAMILIES, NATURES, SERVICES = "CAM-24-5", "CAM-25-6", "CD62-1.2.1.B-3"
FORM = "form.say-form"
Connect = Callable[[str], Browser]


@pytest.fixture
def buyer(pilot: Browser) -> Browser:
    """The pilot, who looks for the fictitious buyer."""
    pilot.open("/").submit("form.account-switch", siret=DEMONSTRATION)
    return pilot


def campaign(scheme: str = "clermont", year: int = YEAR) -> str:
    return f"/schemas/{scheme}/campagne?annee={year}&organisation={DEMONSTRATION}"


def row(page: Page, code: str) -> Tag:
    found = page.soup.select(".say-row")
    return next(one for one in found if one.legend and code in one.legend.get_text(" ").split())


def key(page: Page, code: str) -> str:
    return str(row(page, code)["id"]).removeprefix("ligne-")


def value(page: Page, code: str, name: str) -> str:
    (found,) = page.soup.select(f'[name="{key(page, code)}-{name}"]')
    return str(found.get("value") or "")


def lines(page: Page, code: str) -> list[tuple[str, ...]]:
    """What stands on each line of a row."""
    return [
        tuple(str(one.get("value") or "") for one in line.select("input"))
        for line in row(page, code).select(".say-lines tbody tr")
    ]


def send(page: Page, code: str, said: dict[str, str]) -> Page:
    """Save a row, as its own button does."""
    hidden = page.soup.new_tag("input", attrs={"name": "only", "value": key(page, code)})
    page.one(FORM).append(hidden)
    return fill(page, FORM, {f"{key(page, code)}-{name}": one for name, one in said.items()})


def cleared(buyer: Browser, code: str, address: str) -> Page:
    """The page once nothing is said of a figure any more."""
    page = buyer.open(address)
    if row(page, code).select_one("button[name=erase]") is None:
        return page
    hidden = page.soup.new_tag("input", attrs={"name": "erase", "value": key(page, code)})
    page.one(FORM).append(hidden)
    fill(page, FORM, {})
    return buyer.open(address)


def test_the_lines_offer_the_words_of_the_scheme_then_blanks(buyer: Browser) -> None:
    page = cleared(buyer, FAMILIES, campaign())
    names = [one[0] for one in lines(page, FAMILIES)]
    assert names[:2] == ["Papier et fournitures de bureau", "Mobilier"]
    assert names[-3:] == ["", "", ""]
    told = plain(row(page, FAMILIES).get_text(" "))
    assert "Famille d’achats" in told
    assert "Dénominateur" in told


def test_lines_are_saved_together_and_the_whole_is_told(buyer: Browser) -> None:
    page = cleared(buyer, FAMILIES, campaign())
    blank = len(lines(page, FAMILIES)) - 3
    after = send(
        page,
        FAMILIES,
        {
            "value.1": "10,5",
            "base.1": "1 000",
            f"part.{blank}": "Jouets",
            f"value.{blank}": "9",
            f"base.{blank}": "10",
        },
    )
    assert "Vos réponses sont enregistrées." in after.words
    shown = lines(after, FAMILIES)
    assert shown[:2] == [("Mobilier", "10,5", "1000"), ("Jouets", "9", "10")]
    assert ("Papier et fournitures de bureau", "", "") in shown
    assert shown[-3:] == [("", "", "")] * 3
    again = fill(after, FORM, {})
    assert "rien n’a changé" in again.words.lower() or "Rien" in again.words
    link = row(again, FAMILIES).select_one(".say-facts a")
    assert link is not None
    figure = buyer.open(str(link["href"])).words
    assert "Mobilier" in figure
    assert "1,05" in figure
    assert "90" in figure
    # 19,5 of 1010, and not the average of both rates.
    assert "1,93" in figure


def test_a_wrong_line_is_told_beside_it_and_every_text_is_kept(buyer: Browser) -> None:
    page = cleared(buyer, FAMILIES, campaign())
    blank = len(lines(page, FAMILIES)) - 3
    wrong = send(
        page,
        FAMILIES,
        {
            "value.0": "3",
            "value.1": "beaucoup",
            "base.1": "10",
            f"part.{blank}": "MOBILIER",
            f"value.{blank}": "1",
            f"base.{blank}": "2",
            f"part.{blank + 1}": "Sans chiffre",
        },
    )
    assert wrong.status == 422
    assert value(wrong, FAMILIES, "value.1") == "beaucoup"
    assert value(wrong, FAMILIES, f"part.{blank + 1}") == "Sans chiffre"
    marked = {str(one["name"]) for one in row(wrong, FAMILIES).select("[aria-invalid]")}
    assert f"{key(wrong, FAMILIES)}-value.1" in marked
    summary = plain(wrong.one("#erreurs").get_text(" "))
    assert "ligne 2" in summary
    righted = send(
        wrong,
        FAMILIES,
        {
            "base.0": "2",
            "value.1": "4",
            f"part.{blank}": "Jouets",
            f"value.{blank + 1}": "1",
            f"base.{blank + 1}": "5",
        },
    )
    assert righted.status == 422
    summary = plain(righted.one("#erreurs").get_text(" "))
    assert "dépasse la base" in summary
    done = send(righted, FAMILIES, {"value.0": "1"})
    assert "Vos réponses sont enregistrées." in done.words
    assert {one[0] for one in lines(done, FAMILIES)} >= {"Jouets", "Sans chiffre", "Mobilier"}


def test_lines_left_without_a_figure_are_never_sent(buyer: Browser) -> None:
    page = cleared(buyer, NATURES, campaign())
    after = fill(page, FORM, {})
    assert row(after, NATURES).select_one("button[name=erase]") is None


def test_natures_have_no_figure_together(buyer: Browser) -> None:
    page = cleared(buyer, NATURES, campaign())
    after = send(page, NATURES, {"value.0": "30", "base.0": "4", "value.1": "9", "base.1": "3"})
    assert "L’ensemble est calculé" not in plain(row(after, NATURES).get_text(" "))
    link = row(after, NATURES).select_one(".say-facts a")
    assert link is not None
    page = buyer.open(str(link["href"]))
    told = [plain(one.get_text(" ")) for one in page.soup.select(".breakdown tbody tr")]
    assert any(one.startswith("Eau") and "7,5" in one and "30" in one for one in told)
    assert any(one.startswith("Énergie") and "3" in one for one in told)


def test_the_names_of_the_year_before_are_offered(buyer: Browser) -> None:
    before = cleared(buyer, SERVICES, campaign("cd62-2026-2029", YEAR - 1))
    saved = send(before, SERVICES, {"part.0": "Direction des essais", "value.0": "12"})
    assert "Vos réponses sont enregistrées." in saved.words
    page = cleared(buyer, SERVICES, campaign("cd62-2026-2029"))
    assert ("Direction des essais", "") in lines(page, SERVICES)
    assert "Direction des essais : 12" in plain(row(page, SERVICES).get_text(" "))


def test_a_reader_reads_each_part_and_finds_no_field(connected: Connect) -> None:
    one = row(connected("reader").open(campaign(year=2025)), FAMILIES)
    assert re.search(r"Mobilier : [\d ]+ € sur [\d ]+ €, soit", plain(one.get_text(" ")))
    assert one.select("input") == []
