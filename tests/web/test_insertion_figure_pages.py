"""The figures of insertion through pages: whole for the facilitator, protected for the buyer."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.api.insertion.persons import add_hours, follow
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service
from tests.web.browsing import Browser, Page, plain
from tests.web.test_pages import check
from web.pages.insertion_figures import HEADER, inert, to_csv

PAGE, FILE = "/insertion/chiffres", "/insertion/chiffres.csv"
YEAR = 2019  # the demonstration has no hours then: what is told is what the test put
ALL = ("administrator", "pilot", "directorate", "reader", "publisher", "facilitator")


@pytest.fixture
def desk(service: FastAPI) -> Iterator[Service]:
    """The API itself, with the hours of one woman: 107 of them in March."""
    with TestClient(service) as client:
        made = Service(client, service)
        facts = {"sex": "f", "public": "young", "entered_on": "2019-01-02"}
        person = follow(made, **facts, informed_on="2019-01-02")
        add_hours(made, person["id"], date(YEAR, 3, 1))
        yield made


def cards(page: Page) -> dict[str, str]:
    """The figures of the page, by title."""
    return {
        plain(one.select("dt")[0].get_text()): plain(one.select(".figure-value")[0].get_text())
        for one in page.soup.select(".figure-card")
    }


def cells(page: Page, by: str) -> list[str]:
    """The lines of a breakdown."""
    found = page.soup.select(f'section[aria-labelledby="par-{by}"] tbody tr')
    return [plain(one.get_text(" ")) for one in found]


def lines(page: Page) -> list[dict[str, str]]:
    """The lines of the file."""
    return list(csv.DictReader(io.StringIO(page.text)))


@pytest.mark.parametrize("role", ALL)
def test_every_role_reads_the_figures_of_its_organisation(
    connected: Callable[[str], Browser], role: str
) -> None:
    browser = connected(role)
    for path in (PAGE, f"{PAGE}?annee=2025", f"{PAGE}?annee=1999x"):
        page = browser.open(path)
        assert page.status == 200, path
        check(page)
    assert browser.open(FILE).status == 200


def test_nobody_opens_figures_unnamed(browser: Browser) -> None:
    for path in (PAGE, FILE):
        assert browser.open(path).address.startswith("http://testserver/connexion?suite=")


@pytest.mark.usefixtures("desk")
def test_the_facilitator_reads_whole_figures(connected: Callable[[str], Browser]) -> None:
    page = connected("facilitator").open(f"{PAGE}?annee={YEAR}")
    check(page)
    assert page.one("h1").get_text() == f"Rapport annuel de l’insertion {YEAR}"
    assert "secret" not in page.one("main").get_text()
    said = cards(page)
    assert said["Validées en 2019"] == "107 h"
    assert said["Personnes suivies"] == "1"
    assert said["Part des femmes, par heures"] == "100 %"
    assert cells(page, "sex") == ["Femme 107 h 100 % 1"]
    assert cells(page, "qualification") == ["non renseigné 107 h 100 % 1"]


@pytest.mark.parametrize("role", ["pilot", "reader"])
def test_a_buyer_reads_hours_but_no_small_number_of_persons(
    desk: Service, connected: Callable[[str], Browser], role: str
) -> None:
    shut(desk)
    page = connected(role).open(f"{PAGE}?annee={YEAR}")
    check(page)
    assert page.one("h1").get_text() == f"Chiffres de l’insertion {YEAR}"
    assert "Ce que veut dire « secret »" in page.words
    assert "Année close : les personnes ont été comptées le" in page.words
    assert "dites à la clôture de l’année suivante" in page.words
    said = cards(page)
    assert said["Validées en 2019"] == "107 h"
    assert said["Personnes suivies"] == "secret"
    assert said["Part des femmes, par heures"] == "secret"
    assert all("secret" in one for one in cells(page, "sex"))
    assert "107 h" not in " ".join(cells(page, "sex"))
    assert not page.soup.select('section[aria-labelledby="par-sex"] svg')


def shut(desk: Service) -> str:
    """The year of the test is closed: the id of its closing."""
    closing = {"organisation": DEMONSTRATION, "year": YEAR}
    return str(desk.make("/api/v1/closings", closing, "pilot")["id"])


def come(desk: Service) -> None:
    """A man comes, and works as much as the woman of the test."""
    facts = {"sex": "h", "public": "young", "entered_on": "2019-01-02"}
    add_hours(desk, follow(desk, **facts, informed_on="2019-01-02")["id"], date(YEAR, 4, 1))


def test_after_a_reopening_the_page_says_what_its_two_totals_are_of(
    desk: Service, connected: Callable[[str], Browser]
) -> None:
    for _ in range(11):
        come(desk)
    closing = shut(desk)
    reopened = desk.client.post(
        f"/api/v1/closings/{closing}/reopen",
        json={"reason": "Un relevé manquait"},
        headers=desk.as_("administrator"),
    )
    assert reopened.status_code == 200
    told = "restent celles de la première clôture"
    pilot = connected("pilot")
    assert told not in pilot.open(f"{PAGE}?annee={YEAR}").words
    come(desk)
    shut(desk)
    page = pilot.open(f"{PAGE}?annee={YEAR}")
    check(page)
    assert told in page.words
    assert "et totalisent 1 284 h" in page.words
    assert "celles par fait du marché totalisent 1 391 h" in page.words


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("role", ["pilot", "reader"])
def test_of_a_year_that_is_not_closed_a_buyer_reads_the_hours_and_why_persons_wait(
    connected: Callable[[str], Browser], role: str
) -> None:
    page = connected(role).open(f"{PAGE}?annee={YEAR}")
    check(page)
    assert "Les personnes sont dites une fois l’année close" in page.words
    assert cards(page)["Validées en 2019"] == "107 h"
    assert "hors clause" not in page.words
    assert "dues au 31 décembre" in page.words.lower()
    assert "dues à ce jour" not in page.words.lower()
    assert not {"Personnes suivies", "Part des femmes, par heures"} & cards(page).keys()
    assert cells(page, "object")
    for hidden in ("personnes", "parcours", "sorties", "par-sex", "par-public"):
        assert not page.soup.select(f'section[aria-labelledby="{hidden}"]')
    assert page.one('.message a[href="/insertion/mandats"]')


@pytest.mark.usefixtures("desk")
def test_the_facilitator_chooses_one_of_its_buyers_and_no_other(
    connected: Callable[[str], Browser],
) -> None:
    browser = connected("facilitator")
    offered = [one["value"] for one in browser.open(PAGE).soup.select("#champ-acheteur option")]
    assert DEMONSTRATION in offered
    assert OTHER not in offered
    one = browser.open(f"{PAGE}?annee={YEAR}&acheteur={DEMONSTRATION}")
    assert cards(one)["Validées en 2019"] == "107 h"
    empty = browser.open(f"{PAGE}?annee={YEAR}&acheteur={offered[1]}")
    check(empty)
    whole = browser.open(f"{PAGE}?annee={YEAR}&acheteur={OTHER}")
    assert cards(whole) == cards(browser.open(f"{PAGE}?annee={YEAR}"))


@pytest.mark.usefixtures("desk")
def test_a_full_time_says_its_base_and_another_may_be_asked(
    connected: Callable[[str], Browser],
) -> None:
    browser = connected("facilitator")
    page = browser.open(f"{PAGE}?annee={YEAR}")
    assert "base 1 607 h, tronqué" in page.words
    other = page.submit(".base-form", base="1 600", arrondi="half_up")
    check(other)
    assert "base 1 600 h, arrondi" in other.words
    assert other.one("h1").get_text() == page.one("h1").get_text()
    refused = page.submit(".base-form", base="12")
    assert refused.status == 422
    assert refused.one("#champ-base")["value"] == "12"
    assert refused.one("#champ-base")["aria-invalid"] == "true"
    assert cards(refused) == cards(page)
    check(refused)


def test_a_year_without_hours_says_so(pilot: Browser) -> None:
    page = pilot.open(f"{PAGE}?annee=2003")
    check(page)
    assert "Aucune heure validée en 2003" in page.words
    assert "Aucune clause en 2003" in page.words
    assert cards(page)["Taux de réalisation"] == "non renseigné"


@pytest.mark.usefixtures("desk")
def test_the_file_holds_what_the_page_shows_and_no_secret(
    connected: Callable[[str], Browser],
) -> None:
    browser = connected("facilitator")
    page = browser.open(f"{PAGE}?annee={YEAR}")
    file = browser.open(str(page.one('a[href^="/insertion/chiffres.csv"]')["href"]))
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in file.headers["content-disposition"]
    sexes = [one for one in lines(file) if one["table"] == "sex"]
    assert {"f": "107.00", "h": "0.00"}.items() <= {
        one["key"]: one["hours"] for one in sexes
    }.items()
    browser.client.cookies.clear()
    protected = lines(connected("pilot").open(f"{FILE}?annee={YEAR}"))
    secret = [one for one in protected if one["table"] == "sex" and one["key"] == "f"]
    assert secret == [
        {
            "table": "sex",
            "key": "f",
            "label": "Femme",
            "hours": "",
            "persons": "",
            "status": "secret",
        }
    ]
    assert all(not one["persons"] for one in protected if one["status"] == "secret")


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2", "@SOMME(A1)", "\t=1", "  =1+1"])
def test_no_text_of_the_file_is_a_formula(text: str) -> None:
    assert inert(text) == f"'{text}"
    row = ("clause", "key", text, "-12.25", None, "published")
    (read,) = list(csv.DictReader(io.StringIO(to_csv(iter([row])))))
    assert read["label"] == f"'{text}"
    assert read["hours"] == "-12.25"


def test_a_file_keeps_quotes_commas_and_lines() -> None:
    text = to_csv(iter([("clause", "key", 'Lot 1, « a "b" »\nsuite', "1.00", 2, "published")]))
    assert text.splitlines()[0] == ",".join(HEADER)
    assert "\r\n" in text
    (read,) = list(csv.DictReader(io.StringIO(text)))
    assert read["label"] == 'Lot 1, « a "b" »\nsuite'
