"""Files of hours through pages: dropped, matched, corrected, accepted, given back."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.api.insertion.filing import csv_of, one_line, seen_in_csv
from tests.cases.statements import clause_of
from tests.operations import Service
from tests.web.browsing import Browser, Page, plain

LIST = "/insertion/fichiers"


@pytest.fixture
def desk(service: FastAPI) -> Iterator[Service]:
    """The API itself, to make what pages speak of."""
    with TestClient(service) as client:
        yield Service(client, service)


@pytest.fixture
def facilitator(connected: Callable[[str], Browser]) -> Browser:
    """The browser of the facilitator."""
    return connected("facilitator")


def drop(browser: Browser, rows: Any, name: str = "heures.csv") -> Page:
    """Drop a file as a person would."""
    return drop_content(browser, csv_of(rows), name)


def drop_content(browser: Browser, content: bytes, name: str) -> Page:
    page = browser.open(LIST)
    return page.submit("form.drop", {"file": (name, content, "text/csv")})


def cards(page: Page) -> dict[str, str]:
    """The figures of the page, by title."""
    return {
        plain(one.select("dt")[0].get_text()): plain(one.select(".figure-value")[0].get_text())
        for one in page.soup.select(".figure-card")
    }


def test_a_right_file_is_read_then_accepted(facilitator: Browser, desk: Service) -> None:
    page = drop(facilitator, one_line(clause_of(desk)))
    assert "Rien n’est encore déclaré" in page.words
    assert cards(page) == {
        "Lignes d’heures": "1",
        "Justes": "1",
        "Justes, à vérifier": "0",
        "À corriger": "0",
    }
    assert not page.soup.select("main table")
    accepted = page.submit('form[action$="/accepter"]', submit="")
    assert "ses heures sont en brouillon" in accepted.words
    assert "1 ligne est enregistrée, dans 1 déclaration" in accepted.words
    assert not accepted.soup.select("main form")
    assert "Accepté" in accepted.follow("Fichiers d’heures").one("#journal ~ table").get_text()


def test_a_file_is_accepted_and_submitted_in_one_go(facilitator: Browser, desk: Service) -> None:
    clause_id = clause_of(desk)
    page = drop(facilitator, one_line(clause_id))
    assert "sont soumises" in page.submit('form[action$="/accepter"]', submit="true").words
    path = f"/api/v1/insertion/statements?clause_id={clause_id}"
    assert [one["state"] for one in desk.get(path, "facilitator")["items"]] == ["submitted"]


def test_errors_are_shown_by_line_and_column_and_the_file_comes_back(
    facilitator: Browser, desk: Service
) -> None:
    page = drop(facilitator, one_line(clause_of(desk), Mois="13/2026"), "mars & avril.csv")
    assert not page.soup.select('form[action$="/accepter"]')
    row = plain(page.one("main tbody tr").get_text(" "))
    assert row.startswith("Ligne 2 B Mois « 13/2026 » n’est pas un mois")
    link = str(page.one('a[href$="/annote"]')["href"])
    answer = facilitator.client.get(link)
    assert answer.headers["content-type"] == "text/csv"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert seen_in_csv(answer.content)[0][-2:] == ["Statut", "Erreurs"]
    assert seen_in_csv(answer.content)[1][-2] == "Refusée"


def test_columns_are_chosen_on_the_page_and_remembered(facilitator: Browser, desk: Service) -> None:
    def rows() -> list[list[str]]:
        line = one_line(clause_of(desk))[1]
        return [["Chantier", "Quand", "Combien", "Volume"], line]

    page = drop(facilitator, rows())
    assert "Dites où sont les colonnes" in page.words
    assert "il manque 4 colonnes" in page.words
    columns = 'form[action$="/colonnes"]'
    twice = page.submit(columns, **{"colonne-contract": "Chantier", "colonne-month": "Chantier"})
    assert twice.status == 422
    assert "est déjà donné à un autre champ" in twice.one("#erreur-month").get_text()
    assert twice.one("#champ-contract option[selected]")["value"] == "Chantier"
    chosen = twice.submit(
        columns,
        **{
            "colonne-month": "Quand",
            "colonne-persons": "Combien",
            "colonne-hours": "Volume",
        },
    )
    assert "Le choix des colonnes est retenu" in chosen.words
    assert cards(chosen)["Justes"] == "1"
    assert cards(drop(facilitator, rows()))["Justes"] == "1"


def test_what_changed_meanwhile_is_told_on_the_page(facilitator: Browser, desk: Service) -> None:
    clause_id = clause_of(desk)
    first = drop(facilitator, one_line(clause_id))
    second = drop(facilitator, one_line(clause_id, Lot=""))
    first.submit('form[action$="/accepter"]', submit="true")
    refused = second.submit('form[action$="/accepter"]')
    assert refused.status == 422
    told = plain(refused.one("#erreurs").get_text(" "))
    assert "Rien n’a été enregistré" in told
    assert "Ligne 2, colonne B : Ce mois est déjà soumis" in told


@pytest.mark.parametrize(
    ("name", "content"),
    [("heures.csv", b""), ("heures.xlsx", b"PK\x03\x04"), ("notes.pdf", b"%PDF-1.7")],
)
def test_a_broken_file_comes_back_with_words(
    facilitator: Browser, name: str, content: bytes
) -> None:
    page = drop_content(facilitator, content, name)
    assert page.status == 422
    assert page.one("#erreur-file")["role"] == "alert"
    assert len(plain(page.one("#erreur-file").get_text())) > 20
    assert page.one("#champ-file")["aria-invalid"] == "true"


def test_no_file_is_told(facilitator: Browser) -> None:
    page = facilitator.open(LIST).submit("form.drop")
    assert page.status == 422
    assert "Choisissez d’abord un fichier" in page.words


def test_the_same_form_sent_twice_keeps_one_file(facilitator: Browser, desk: Service) -> None:
    page, content = facilitator.open(LIST), csv_of(one_line(clause_of(desk)))
    for _ in range(2):
        page.submit("form.drop", {"file": ("une fois.csv", content, "text/csv")})
    assert len(facilitator.open(LIST).soup.select("#journal ~ table tbody tr")) == 1


def test_the_model_is_read_without_a_choice(facilitator: Browser, desk: Service) -> None:
    assert "Aucun fichier déposé" in facilitator.open(LIST).words
    answer = facilitator.client.get(f"{LIST}/modele.csv")
    assert "attachment" in answer.headers["content-disposition"]
    titles = next(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    known, line = one_line(clause_of(desk))
    said = dict(zip(known, line, strict=True))
    page = drop(facilitator, [titles, [said.get(title, "") for title in titles]])
    assert cards(page)["Justes"] == "1"


@pytest.mark.parametrize("account", ["pilot", "reader", "administrator"])
def test_who_states_no_hours_is_told_so(connected: Callable[[str], Browser], account: str) -> None:
    page = connected(account).open(LIST)
    assert page.status == 403
    assert page.one("h1").get_text()


def test_a_file_that_does_not_exist_is_not_found(facilitator: Browser) -> None:
    for path in ("", "/annote"):
        assert facilitator.open(f"{LIST}/01890000-0000-7000-8000-000000000000{path}").status == 404
