"""Schemes and indicators through pages: figures open onto contracts and say what they ignore."""

import re
from collections.abc import Callable
from urllib.parse import quote_plus

import pytest
from bs4 import Tag

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, plain
from web.fixing import fill_address

CALL = "/schemas/call-2023-2026"


def indicator(browser: Browser, code: str = "CALL-2.2", year: int = 2026) -> Page:
    """The page of an indicator of Lens-Liévin's scheme."""
    board = browser.open(f"{CALL}?year={year}&organisation={DEMONSTRATION}")
    for one in board.soup.select(".indicator"):
        if one.select(".code")[0].get_text() == code:
            return browser.open(str(one.select("th a")[0]["href"]))
    raise AssertionError(code)


def words_of(tab: Tag) -> str:
    """The words of a tab, without how many rows its list has."""
    return next(tab.stripped_strings)


def test_an_indicator_says_what_it_counts_and_draws_it(pilot: Browser) -> None:
    page = indicator(pilot)
    words = page.words
    for title in ("Ce qui est compté", "Parmi", "Formule", "D’où vient le chiffre"):
        assert title in words
    drawing = page.soup.select('svg[role="img"]')
    assert drawing
    for one in drawing:
        names = str(one["aria-labelledby"]).split()
        assert all(page.one(f"#{name}").get_text(strip=True) for name in names)
    years = [
        one.get_text() for one in page.soup.select('section[aria-labelledby="annees"] tbody th')
    ]
    assert years == ["2023", "2024", "2025", "2026"]
    assert "Calcul Part, en pourcentage" in words
    assert "Le document ne dit pas Si l’indicateur mesure une réalisation ou un effet." in words
    assert "Calculé." in words
    assert "Première définition." in words


@pytest.mark.parametrize(
    ("state", "column"),
    [
        ("Comptés", None),
        ("Non comptés", "Pourquoi ce n’est pas compté"),
        ("À compléter", "Pour répondre, il faut"),
    ],
)
def test_a_figure_opens_onto_its_contracts(pilot: Browser, state: str, column: str | None) -> None:
    page = indicator(pilot)
    tab = next(one for one in page.soup.select(".tabs a") if words_of(one) == state)
    page = pilot.open(str(tab["href"]))
    current = page.one('.tabs [aria-current="true"]')
    assert words_of(current) == state
    rows = page.soup.select("#pieces tbody tr")
    assert rows
    assert len(rows) == int(current.select(".tab-count")[0].get_text())
    headers = [one.get_text() for one in page.soup.select("#pieces thead th")]
    assert (column in headers) is (column is not None)
    assert pilot.open(str(rows[0].select("a")[0]["href"])).status == 200


def test_the_three_lists_add_up_to_the_figure(pilot: Browser) -> None:
    page = indicator(pilot)
    told = plain(page.one(".indicator-main").get_text(" "))
    found = re.search(r"(\d+) contrats comptés sur (\d+) dont la réponse est connue", told)
    assert found is not None
    counted, looked_at = map(int, found.groups())
    lists = [
        len(pilot.open(str(one["href"])).soup.select("#pieces tbody tr"))
        for one in page.soup.select(".tabs a")
    ]
    assert lists[0] == counted
    assert lists[0] + lists[1] == looked_at


def test_what_is_to_be_filled_leads_to_its_field(pilot: Browser) -> None:
    for code in ("CALL-2.2", "CALL-4.1a"):
        page = indicator(pilot, code).follow("à compléter")
        links = {str(one["href"]) for one in page.soup.select("#pieces td a")}
        assert links
        for link in list(links)[:3]:
            address, _, anchor = link.partition("#")
            assert pilot.open(address).soup.select(f'[id="{anchor}"]'), link


def test_filling_what_is_missing_raises_what_is_known(pilot: Browser) -> None:
    page = indicator(pilot)
    missing = page.follow("à compléter")
    rows = len(missing.soup.select("#pieces tbody tr"))
    link = missing.soup.select("#pieces td a")[0]
    form = pilot.open(str(link["href"]))
    form.submit("main form", **{str(one["name"]): "no" for one in form.soup.select(".segment")})
    assert len(pilot.open(missing.address).soup.select("#pieces tbody tr")) == rows - 1


@pytest.mark.parametrize("query", ["year=20x6", "year=99999", "state=other", "organisation=12"])
def test_an_address_out_of_reason_shows_the_usual_page(pilot: Browser, query: str) -> None:
    page = indicator(pilot)
    bare = page.address.partition("?")[0]
    assert pilot.open(f"{bare}?{query}").status == 200
    assert pilot.open(f"{CALL}?{query}").status == 200


def test_unknown_schemes_and_indicators_are_not_found(pilot: Browser) -> None:
    assert pilot.open("/schemas/inconnu").status == 404
    assert pilot.open("/indicateurs/00000000-0000-7000-8000-000000000000").status == 404


def test_publications_tell_what_is_withheld_and_where_to_mend_it(pilot: Browser) -> None:
    page = pilot.open("/publications")
    figures = [plain(one.get_text()) for one in page.soup.select(".figure-value")]
    public, waiting, withheld, total = (int(one) for one in figures)
    assert public + waiting + withheld == total
    tabs = page.soup.select(".tabs a")[1:]
    assert tabs
    for tab in tabs[:2]:
        narrowed = pilot.open(str(tab["href"]))
        shown = len(narrowed.soup.select("#retenus tbody tr"))
        assert shown == int(tab.select(".tab-count")[0].get_text())
        link = str(narrowed.soup.select("#retenus td a")[0]["href"])
        assert pilot.open(link.partition("#")[0]).soup.select(f'[id="{link.partition("#")[2]}"]')


def test_what_a_document_contradicts_is_told_beside_its_targets(pilot: Browser) -> None:
    # 15 278 h printed as 11,4 ETP: both are kept, apart, and a warning says they do not agree.
    board = pilot.open("/schemas/cd40-2023-2029")
    page = board.follow("insertion contractualisées")
    assert "15 278" in page.words
    assert "2024 : environ 11,4 équivalents temps plein (ETP) par an." in page.words
    assert "15 278 h font 9,5 ETP sur une base de 1 607 h, et non 11,4 ETP" in page.words
    assert page.words.count("sans doute une erreur de copie") == 1
    assert "2025 : environ 19 équivalents temps plein (ETP) par an." in page.words


def test_what_is_to_know_of_a_printed_figure_is_told_where_it_is_shown(pilot: Browser) -> None:
    page = pilot.open("/schemas/mel-smart-2023").follow("montant total mandaté")
    table, *_ = page.soup.select('[aria-labelledby="annees"] table')
    assert "Imprimé dans le document" in str(table)
    assert "Précisions sur ce que le document imprime" in page.words
    assert page.words.count("ce chiffre et le nôtre ne se comparent pas") == 2


def clermont(browser: Browser, code: str) -> Page:
    """The page of an indicator of Clermont's scheme, for the demonstration buyer."""
    board = browser.open(f"/schemas/clermont?year=2025&organisation={DEMONSTRATION}")
    for one in board.soup.select(".indicator"):
        if one.select(".code")[0].get_text() == code:
            return browser.open(str(one.select("th a")[0]["href"]))
    raise AssertionError(code)


def test_a_declared_figure_says_who_gives_it_and_opens_no_rows(pilot: Browser) -> None:
    page = clermont(pilot, "CAM-5-2")
    assert "Une personne le déclare chaque année" in page.words
    assert page.soup.select("#declarations")
    assert not page.soup.select("#pieces")


def test_a_breakdown_shows_every_part_and_its_change(pilot: Browser) -> None:
    page = clermont(pilot, "CAM-8-4")
    headers = [one.get_text() for one in page.soup.select(".breakdown thead th")]
    assert headers == [
        "Objet du contrat",
        "Clauses",
        "Part de l’ensemble",
        "Part de 2024",
        "Évolution depuis 2024",
    ]
    # What is read adds up: 83,33 % and 66,67 % are 16,66 points apart.
    assert "+16,66 points" in page.words


def test_a_projection_is_marked_as_one(pilot: Browser) -> None:
    page = clermont(pilot, "CAM-T-1")
    assert "Projection, pas un fait." in page.words
    assert page.soup.select(".chart-ahead")
    assert plain(page.one(".row-ahead th").get_text()) == "2026, projection"


def test_supposing_rows_moves_the_figure_and_keeps_the_ticks(pilot: Browser) -> None:
    page = clermont(pilot, "CAM-T-1")
    told = plain(page.one(".figure-huge").get_text())
    form = page.follow("Et si…")
    boxes = [str(one["value"]) for one in form.soup.select('input[name="rows"]')][:3]
    found = form.submit("main form", rows=boxes)
    before, after = (plain(one.get_text()) for one in found.soup.select("dl .figure-value"))
    assert before == told
    assert after != before
    assert "Avec 3 contrats de plus" in found.words
    assert len(found.soup.select('input[name="rows"][checked]')) == 3
    # Nothing is kept.
    assert plain(clermont(pilot, "CAM-T-1").one(".figure-huge").get_text()) == told


def test_a_supposition_out_of_reason_is_refused_in_place(pilot: Browser) -> None:
    form = clermont(pilot, "CAM-T-1").follow("Et si…")
    refused = form.submit("main form", rows=["pas-un-identifiant"])
    assert refused.status == 422
    assert refused.soup.select('[role="alert"]')


def test_a_comment_stands_on_the_page_for_the_organisation(pilot: Browser) -> None:
    page = clermont(pilot, "CAM-T-1")
    page = page.submit(".side-form", text="Vérifié <b>avec</b> le service.")
    assert "Le commentaire est enregistré" in page.words
    assert page.one(".comment-text").get_text() == "Vérifié <b>avec</b> le service."
    refused = page.submit(".side-form", text="   ")
    assert refused.status == 422
    assert len(clermont(pilot, "CAM-T-1").soup.select(".comment-text")) == 1


def test_a_step_taken_once_says_where_it_stands_and_where_to_answer(pilot: Browser) -> None:
    board = pilot.open(f"/schemas/clermont?year=2026&organisation={DEMONSTRATION}&way=milestone")
    row = next(one for one in board.soup.select(".indicator") if "CAM-3-1" in one.get_text())
    page = board.follow(row.select("a")[0].get_text())
    assert "Où en est cette étape" in page.words
    # It is of no year, and no more of it is no better.
    assert not page.soup.select("#annees")
    assert "Sens" not in [one.get_text() for one in page.soup.select(".fact-list dt")]
    link = page.one(".indicator-main a.btn")
    answering = pilot.open(str(link["href"]))
    assert answering.one("#" + str(link["href"]).partition("#")[2])


def test_a_comment_that_is_refused_says_why_in_a_sentence(pilot: Browser) -> None:
    page = pilot.open(f"/schemas/call-2023-2026?year=2026&organisation={DEMONSTRATION}")
    page = pilot.open(str(page.soup.select(".indicator a")[0]["href"]))
    form = 'form[action*="/commentaires"]'
    empty = page.submit(form, text="  ")
    assert empty.status == 422
    assert "Votre commentaire ne peut pas être vide." in empty.words
    long = page.submit(form, text="a" * 6000)
    assert "Votre commentaire dépasse 5000 caractères." in long.words
    assert long.one("#commentaire").get_text() == "a" * 6000


def of_scheme(browser: Browser, scheme: str, code: str, year: int = 2025) -> str:
    """What the main panel of an indicator says, for the demonstration buyer."""
    board = browser.open(f"/schemas/{scheme}?year={year}&organisation={DEMONSTRATION}")
    for one in board.soup.select(".indicator"):
        if one.select(".code")[0].get_text() == code:
            page = browser.open(str(one.select("th a")[0]["href"]))
            return plain(page.one(".indicator-main").get_text(" "))
    raise AssertionError(code)


@pytest.mark.parametrize(
    ("scheme", "code", "words"),
    [
        ("call-2023-2026", "CALL-4.2", r"[2-9]\d* entreprises comptées sur|1\d+ entreprises compt"),
        ("mel-smart-2023", "MEL-A1.3", r"[\d ]+(,\d\d)? € sur [\d ]+(,\d\d)? €\."),
        ("clermont", "CAM-11-2", r"[\d ]+(,\d\d)? € pour \d+ entreprises? différentes? payées?\."),
        ("clermont", "CAM-14-3", r"\d+ offres? de TPE et de PME pour \d+ offres? reçues?\."),
        ("call-2023-2026", "CALL-2.1", r"[\d ,]+ h en 2025, contre [\d ,]+ h en 2024"),
        ("clermont", "CAM-2-1", r"\d(,\d+)? projets? pour 1 visé"),
        ("clermont", "CAM-25-6", r"Pas de total : le chiffre se lit par nature d’impact, dans"),
        ("clermont", "CAM-8-4", r"Pas de total : le chiffre se lit dans la répartition"),
        ("clermont", "CAM-15-2", r"[\d,]+ soumissionnaires? en 2025, contre [\d,]+ soumission"),
    ],
)
def test_the_numbers_behind_a_figure_have_their_unit(
    pilot: Browser, scheme: str, code: str, words: str
) -> None:
    told = of_scheme(pilot, scheme, code)
    assert re.search(words, told), told


@pytest.mark.parametrize("code", ["A1", "C4"])
def test_a_count_held_to_a_percentage_shows_it(pilot: Browser, code: str) -> None:
    told = of_scheme(pilot, "cd40-2023-2029", code)
    found = re.search(r"Au moins (\d+) marchés?, soit ([\d,]+) % des (\d+) dont la réponse", told)
    assert found, told
    share = float(found[2].replace(",", "."))
    assert round(100 * int(found[1]) / int(found[3]), 2) == share


def test_a_count_whose_target_is_a_percentage_of_something_else_shows_none(pilot: Browser) -> None:
    told = of_scheme(pilot, "cd40-2023-2029", "C1")
    assert re.search(r"Au moins \d+ marchés", told), told
    assert "soit" not in told.partition("Ce que mesure")[0]


def test_the_directorate_of_the_dashboard_is_that_of_the_page_and_of_its_rows(
    pilot: Browser,
) -> None:
    board = pilot.open(f"/schemas/clermont?year=2025&organisation={DEMONSTRATION}")
    options = [str(one["value"]) for one in board.soup.select("#directorate option")]
    one = next(value for value in options if value)
    told = pilot.open(f"/schemas/clermont?year=2025&organisation={DEMONSTRATION}&directorate={one}")
    link = next(
        str(a["href"]) for a in told.soup.select("main th a") if "/indicateurs/" in str(a["href"])
    )
    assert f"directorate={one}" in link
    whole = clermont(pilot, "CAM-T-1")
    part = pilot.open(f"{whole.address}&directorate={one}")
    assert part.status == 200
    assert part.one("#directorate option[selected]")["value"] == one
    assert "Voir toute l’organisation" in part.words
    assert "Les lignes dont la direction n’est pas dite en sont peut-être" in part.words
    assert part.one(".count-line").get_text() != whole.one(".count-line").get_text()
    assert all(f"directorate={one}" in str(a["href"]) for a in part.soup.select(".tabs a"))
    assert not part.soup.select('a[href*="/et-si"]')


def test_the_family_of_the_dashboard_is_that_of_the_page_of_its_rows_and_of_its_files(
    pilot: Browser,
) -> None:
    board = pilot.open(f"/schemas/clermont?year=2025&organisation={DEMONSTRATION}")
    family = next(one.get_text() for one in board.soup.select("#family option") if one["value"])
    told = board.submit("main form.filters", family=family)
    assert told.one("#family option[selected]").get_text() == family
    assert family in told.one(".lead").get_text()
    link = next(
        str(a["href"]) for a in told.soup.select("main th a") if "/indicateurs/" in str(a["href"])
    )
    asked = quote_plus(family)
    assert f"family={asked}" in link
    assert all(f"family={asked}" in str(a["href"]) for a in told.soup.select(".board-files a"))
    file = pilot.client.get(str(told.soup.select('.board-files a[href*="json"]')[0]["href"])).json()
    assert file["filters"]["family"] == family
    whole = clermont(pilot, "CAM-T-1")
    part = whole.submit("main form.filters", family=family)
    assert part.one("#family option[selected]").get_text() == family
    assert part.one(".count-line").get_text() != whole.one(".count-line").get_text()
    assert all(f"family={asked}" in str(a["href"]) for a in part.soup.select(".tabs a"))
    assert "Les lignes dont la famille d’achats n’est pas dite" in part.words


def test_what_puts_a_row_in_doubt_is_said_on_the_form_of_the_row() -> None:
    event = {"fact": "event", "id": "e", "contract_id": None}
    assert fill_address(event, "directorate_id") == "/evenements/e/modifier#champ-directorate_id"
    clause = {"fact": "clause", "id": "c", "contract_id": "m"}
    assert fill_address(clause, "purchase_family") == "/marches/m/modifier#champ-purchase_family"
    sourcing = {"fact": "sourcing", "id": "s", "contract_id": None}
    address = "/reserves/sourcing/s/modifier#champ-"
    assert fill_address(sourcing, "project_id") == f"{address}project_id"
    of_contract = {**sourcing, "contract_id": "m"}
    assert fill_address(of_contract, "directorate_id") == "/marches/m/modifier#champ-directorate_id"
    assert fill_address(of_contract, "ess_answers") == f"{address}ess_answers"
    paid = {"fact": "spending", "id": "p", "contract_id": "m"}
    assert fill_address(paid, "family") is None


@pytest.mark.parametrize("field", ["mark_social", "supplier_size", "suppliers"])
def test_what_only_a_contract_says_has_no_link_as_long_as_there_is_none(field: str) -> None:
    project = {"fact": "project", "id": "p", "contract_id": None}
    assert fill_address(project, field) is None
    assert fill_address({**project, "contract_id": "m"}, field) is not None
    assert fill_address(project, "purchase_family") == (
        "/programmation/p/modifier#champ-purchase_family"
    )
    consultation = {"fact": "consultation", "id": "c", "contract_id": None}
    assert fill_address(consultation, "suppliers") == "/consultations/c#marches"


def test_the_family_of_a_targeted_action_is_said_on_the_form_of_its_project() -> None:
    action = {"fact": "targeted_action", "id": "a", "contract_id": None, "project_id": "p"}
    for field in ("purchase_family", "directorate_id"):
        assert fill_address(action, field) == f"/programmation/p/modifier#champ-{field}"
    assert fill_address(action, "done") is None
    assert fill_address({**action, "project_id": None}, "purchase_family") is None


def test_a_figure_of_several_organisations_leads_to_the_rows_of_each(
    connected: Callable[[str], Browser],
) -> None:
    reader = connected("shared-reader")
    board = reader.open("/schemas/clermont?year=2025&organisation=ensemble")
    rows = {row.select(".code")[0].get_text(): row for row in board.soup.select(".indicator")}
    page = reader.open(str(rows["CAM-T-1"].select("th a")[0]["href"]))
    assert "ses lignes ne sont pas montrées ensemble" in page.words
    links = page.soup.select('section[aria-labelledby="pieces-titre"] a')
    names = [one.get_text() for one in links]
    assert names == ["Métropole de démonstration", "Ville de démonstration"]
    for link in links:
        alone = reader.open(str(link["href"]).partition("#")[0])
        assert "year=2025" in alone.address
        assert alone.soup.select(".tabs a")
        assert alone.soup.select("#pieces-titre")
    declared = reader.open(str(rows["CAM-25-6"].select("th a")[0]["href"]))
    assert "ses lignes ne sont pas montrées" not in declared.words


def test_a_declared_rate_tells_its_two_numbers_in_their_units(pilot: Browser) -> None:
    page = clermont(pilot, "CAM-25-6")
    told = [plain(one.get_text(" ")) for one in page.soup.select(".breakdown tbody tr")]
    assert "Énergie 10 % en moyenne 20 points sur 2 contrats" in told
    said = plain(page.one('section[aria-labelledby="declarations"] tbody').get_text(" "))
    assert "Énergie : 20 points sur 2 contrats" in said
