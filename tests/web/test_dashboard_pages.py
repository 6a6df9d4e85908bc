"""The dashboard of a scheme: every indicator once, filters in the address, files of the view."""

import csv
import io
import json
import re
from collections.abc import Callable

import openpyxl
import pytest

from api.demonstration.buyers import VILLE
from tests.conftest import DEMONSTRATION, LENS_LIEVIN
from tests.web.browsing import Browser, Page, plain
from tests.web.test_pages import check

CALL = "/schemas/call-2023-2026"
CLERMONT = "/schemas/clermont"


def codes(page: Page) -> list[str]:
    """The codes of the indicators shown, in order."""
    found = page.soup.select(".indicator .code, .silent-list .code")
    return [one.get_text() for one in found]


def test_the_order_is_that_of_the_document(pilot: Browser) -> None:
    page = pilot.open(f"{CLERMONT}?year=2025")
    actions = [one.get_text() for one in page.soup.select(".board-action .group-code")]
    assert actions == [f"ACTION {number}" for number in range(1, 27)]
    for section in page.soup.select("details.axis"):
        assert section.select("summary h2")


def test_a_figure_stands_with_its_target_its_gap_and_what_is_missing(pilot: Browser) -> None:
    page = pilot.open(f"{CALL}?year=2026&organisation={DEMONSTRATION}")
    row = next(one for one in page.soup.select(".indicator") if "CALL-3.1a" in one.get_text())
    assert "100 % en 2026" in plain(row.get_text(" "))
    row = next(one for one in page.soup.select(".indicator") if "entre " in one.get_text())
    words = plain(row.get_text(" "))
    assert re.search(r"contrats? à compléter", words)
    assert "· calculé" in words
    assert row.select("svg.spark path")
    assert "2024 : " in words  # the drawing in words


def test_each_row_says_how_its_figure_comes(pilot: Browser) -> None:
    page = pilot.open(f"{CLERMONT}?year=2025")
    for row in page.soup.select(".indicator"):
        told = plain(row.select(".row-detail")[0].get_text(" "))
        assert any(f"· {way}" in told for way in ("calculé", "déclaré", "étape")), told


def test_the_year_and_the_organisation_stand_in_the_address(pilot: Browser) -> None:
    page = pilot.open(CALL).submit("main form.filters", year="2024", organisation=LENS_LIEVIN)
    assert f"organisation={LENS_LIEVIN}" in page.address
    assert "year=2024" in page.address
    assert page.one("#year option[selected]").get_text() == "2024"
    assert "Aucun marché notifié en 2024" in page.words


def test_organisations_that_share_a_scheme_are_shown_together(pilot: Browser) -> None:
    page = pilot.open(CALL).submit("main form.filters", organisation="ensemble")
    lead = page.one(".lead").get_text()
    assert "jamais moyenné" in plain(lead)
    assert "Lens-Liévin" in lead
    assert "Collectivité de démonstration" in lead
    shared = [one for one in page.soup.select("#organisation option") if one.has_attr("selected")]
    assert [one["value"] for one in shared] == ["ensemble"]


@pytest.mark.parametrize("way", ["computed", "captured", "milestone"])
def test_a_way_leaves_the_others_out(pilot: Browser, way: str) -> None:
    words = {"computed": "calculé", "captured": "déclaré", "milestone": "étape"}[way]
    page = pilot.open(f"{CLERMONT}?year=2025&way={way}")
    shown = page.soup.select(".indicator")
    assert 0 < len(shown) < 112
    for row in shown:
        assert f"· {words}" in plain(row.select(".row-detail")[0].get_text(" "))


def test_a_view_of_the_document_shows_its_actions_only(pilot: Browser) -> None:
    first = codes(pilot.open(f"{CLERMONT}?view=deploiement"))
    second = codes(pilot.open(f"{CLERMONT}?view=autres-actions"))
    assert first
    assert not set(first) & set(second)
    assert len(first) + len(second) == 112
    assert all(int(code.split("-")[1]) <= 7 for code in first)


def test_what_is_missing_is_all_that_shows_when_asked(pilot: Browser) -> None:
    whole = pilot.open(f"{CALL}?year=2026&organisation={DEMONSTRATION}")
    page = pilot.open(f"{CALL}?year=2026&organisation={DEMONSTRATION}&missing=1")
    assert 0 < len(codes(page)) < len(codes(whole))
    for row in page.soup.select(".indicator"):
        assert "indicator-silent" in row["class"] or "à compléter" in plain(row.get_text(" "))
    assert page.follow("Tout montrer").soup.select(".figures")


def test_a_directorate_narrows_the_figures(pilot: Browser) -> None:
    page = pilot.open(f"{CALL}?year=2026&organisation={DEMONSTRATION}")
    one = page.soup.select("#directorate option")[1]
    narrowed = page.submit("main form.filters", directorate=str(one["value"]))
    assert one.get_text() in narrowed.words
    assert narrowed.one("#directorate option[selected]")["value"] == one["value"]
    assert [plain(one.get_text(" ")) for one in page.soup.select(".indicator")] != [
        plain(one.get_text(" ")) for one in narrowed.soup.select(".indicator")
    ]


@pytest.mark.parametrize("query", ["way=x", "view=x", "layout=x", "year=", "directorate="])
def test_an_address_out_of_reason_shows_the_usual_page(pilot: Browser, query: str) -> None:
    page = pilot.open(f"{CALL}?{query}")
    assert page.status == 200
    assert len(codes(page)) == 13
    assert not page.soup.select(".message-warning")


def test_what_the_document_contradicts_stands_in_a_quiet_note(pilot: Browser) -> None:
    page = pilot.open(CLERMONT)
    notes = page.one(".document-notes")
    assert "Ce que le document contredit ou ne dit pas" in plain(notes.get_text(" "))
    assert not notes.select("details[open]")
    baselines = pilot.open("/schemas/mel-smart-2023").one(".document-notes")
    assert "340 723" in plain(baselines.get_text(" "))


QUERY = f"year=2026&organisation={DEMONSTRATION}&missing=1"


def test_the_three_files_hold_the_rows_of_the_page(pilot: Browser) -> None:
    page = pilot.open(f"{CALL}?{QUERY}")
    links = {one.get_text(): str(one["href"]) for one in page.soup.select(".board-files a")}
    told = pilot.open(links["CSV"])
    assert told.headers["content-disposition"].endswith('-2026.csv"')
    rows = list(csv.DictReader(io.StringIO(told.text)))
    assert [one["Code"] for one in rows] == codes(page)
    answer = pilot.client.get(links["XLSX"])
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    header, *cells = [[one.value for one in row] for row in sheet.iter_rows()]
    place = header.index("Code")
    assert [row[place] for row in cells] == codes(page)
    whole = json.loads(pilot.open(links["JSON"]).text)
    assert [one["indicator"]["code"] for one in whole["rows"]] == codes(page)
    assert whole["filters"] == {"missing": "1"}
    value = header.index("Valeur")
    for line, row, one in zip(rows, cells, whole["rows"], strict=True):
        assert (line["Valeur"] or None) == one["result"]["value"]
        if one["result"]["value"] is not None:
            assert row[value] == pytest.approx(float(one["result"]["value"]))


def test_there_is_no_file_of_another_kind(pilot: Browser) -> None:
    assert pilot.open(f"{CALL}/export.pdf").status == 404


def test_the_list_tells_models_from_own_schemes(connected: Callable[[str], Browser]) -> None:
    page = connected("other-pilot").open("/schemas")
    check(page)
    models = page.one('section[aria-labelledby="modeles"]')
    assert "17 indicateurs, dont 16 calculés" in plain(models.get_text(" "))
    starts = [str(one["href"]) for one in models.select(".actions a")]
    assert "/schemas/nouveau?origine=mel-smart-2023" in starts
    own = page.one('section[aria-labelledby="suivis"]')
    assert "Clermont" in own.get_text()
    assert not own.select('form[action$="/adopter"]')


def test_a_model_is_adopted_as_it_is(connected: Callable[[str], Browser]) -> None:
    browser = connected("other-pilot")
    page = browser.open("/schemas").submit('form[action="/schemas/mel-smart-2023/adopter"]')
    assert page.address.partition("?")[0].endswith("/schemas/mel-smart-2023")
    assert "Le schéma est celui de votre organisation" in page.words
    listed = browser.open("/schemas")
    assert "S.M.A.R.T." in listed.one('section[aria-labelledby="suivis"]').get_text()
    assert not listed.soup.select('form[action="/schemas/mel-smart-2023/adopter"]')


def test_someone_who_only_reads_adopts_nothing(connected: Callable[[str], Browser]) -> None:
    page = connected("reader").open("/schemas")
    assert "Clermont" in page.words
    assert not page.soup.select("main form, .scheme-cards .actions")


def test_a_view_is_saved_found_again_and_removed(pilot: Browser) -> None:
    page = pilot.open(f"{CLERMONT}?year=2025&view=deploiement&layout=graph")
    page = page.submit("#vues form.filters-line", name="Gouvernance", shared="1")
    assert "La vue est enregistrée" in page.words
    link = page.one("#vues li:has(form) a")
    assert link.get_text() == "Gouvernance"
    again = pilot.open(str(link["href"]))
    assert again.one("#view option[selected]")["value"] == "deploiement"
    assert again.soup.select(".board-cards")
    assert codes(again) == codes(page)
    gone = again.submit('#vues form[action*="/oter"]')
    assert not gone.soup.select("#vues li form")


def test_a_view_keeps_every_choice_of_the_dashboard(pilot: Browser) -> None:
    page = pilot.open(f"{CALL}?year=2026&organisation={DEMONSTRATION}&way=computed&missing=1")
    page = page.submit("#vues form.filters-line", name="Ce qui manque")
    again = pilot.open(str(page.one("#vues ul a")["href"]))
    assert again.one("#way option[selected]")["value"] == "computed"
    assert again.one("#missing").has_attr("checked")
    assert codes(again) == codes(page)


NAVIGATION = [
    "Tableau de bord",
    "À renseigner",
    "À qualifier",
    "État des actions",
    "Mener la campagne",
    "Années closes",
    "Versions",
]


def test_the_pages_of_a_scheme_share_one_navigation(pilot: Browser) -> None:
    asked = f"year=2025&organisation={DEMONSTRATION}"
    board = pilot.open(f"{CLERMONT}?{asked}")
    one = str(board.soup.select(".indicator a")[0]["href"])
    pages = {
        board.address: "Tableau de bord",
        one: "Tableau de bord",
        one.replace("?", "/et-si?"): "Tableau de bord",
        f"{CLERMONT}/campagne?annee=2025": "À renseigner",
        f"{CLERMONT}/a-qualifier?annee=2025": "À qualifier",
        f"{CLERMONT}/actions?annee=2025": "État des actions",
        f"{CLERMONT}/campagne/pilotage?annee=2025": "Mener la campagne",
        f"{CLERMONT}/arretes?annee=2025": "Années closes",
        f"{CLERMONT}/versions": "Versions",
    }
    for address, here in pages.items():
        page = pilot.open(address)
        links = page.soup.select(".section-nav a")
        assert [link.get_text() for link in links] == NAVIGATION, address
        assert [link.get_text() for link in links if link.has_attr("aria-current")] == [here]
    followed = board.follow("À qualifier")
    assert "annee=2025" in followed.address
    assert f"organisation={DEMONSTRATION}" in followed.address


def test_who_follows_no_scheme_is_offered_nothing_to_fill(
    connected: Callable[[str], Browser],
) -> None:
    page = connected("other-pilot").open("/schemas/mel-smart-2023")
    links = [one.get_text() for one in page.soup.select(".section-nav a")]
    assert links == ["Tableau de bord", "Versions"]


def test_each_action_says_where_it_stands_and_what_it_holds(pilot: Browser) -> None:
    asked = f"year=2026&organisation={DEMONSTRATION}"
    page = pilot.open(f"{CLERMONT}?{asked}")
    about = page.soup.select(".board-about")
    assert len(about) == 26
    first = about[0]
    assert first.select_one(".action-state .state")
    assert "état au 30/09/2026" in plain(first.get_text(" "))
    told = [plain(one.get_text(" ")) for one in first.select("dt")]
    assert told == ["Sous-actions", "Résultats attendus", "Partenaires"]
    assert not first.select("details[open]")
    change = first.select_one(".action-state a")
    assert change is not None
    target = pilot.open(str(change["href"]))
    anchor = str(change["href"]).partition("#")[2]
    assert "ACTION 1 " in plain(target.one(f"#{anchor} legend").get_text(" "))
    graph = pilot.open(f"{CLERMONT}?{asked}&layout=graph")
    assert len(graph.soup.select(".action-line")) == 26


def test_an_action_without_indicator_says_as_much(pilot: Browser) -> None:
    page = pilot.open(f"{CALL}?year=2026&organisation={DEMONSTRATION}")
    silent = page.soup.select(".silent li > .action-state")
    assert len(silent) == 36


def test_who_cannot_change_a_state_reads_it_without_a_link(
    connected: Callable[[str], Browser],
) -> None:
    page = connected("reader").open(f"{CLERMONT}?year=2026&organisation={DEMONSTRATION}")
    assert page.soup.select(".action-state .state")
    assert not page.soup.select(".action-state a")


def test_the_main_menu_has_one_entry_by_section(pilot: Browser) -> None:
    page = pilot.open(CALL)
    entries = [one.get_text() for one in page.soup.select(".site-nav a")]
    assert entries == list(dict.fromkeys(entries))
    current = [one for one in page.soup.select(".site-nav a") if one.has_attr("aria-current")]
    assert [one.get_text() for one in current] == ["Schémas"]


def test_a_view_without_name_is_refused_and_nothing_is_lost(pilot: Browser) -> None:
    page = pilot.open(f"{CLERMONT}?year=2025&view=deploiement")
    refused = page.submit("#vues form.filters-line", name=" ")
    assert refused.status == 422
    check(refused)
    back = refused.follow("Revenir au tableau de bord")
    assert back.one("#view option[selected]")["value"] == "deploiement"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("mel-smart-2023", ("400 000 heures/an", "Aucun des indicateurs à publier")),
        ("cd40-2023-2029", ("3 % en 2024", "5 % en 2025", "10 % en 2027")),
        ("clermont", ("contrat : 90 000 € HT", "plus bas : 10 000 € HT", "validité : 3 ans")),
        (
            "cd62-2026-2029",
            ("27 actions", "ne compte pas le bio", "viandes et les poissons à part"),
        ),
    ],
)
def test_targets_that_no_indicator_measures_stand_in_a_quiet_note(
    pilot: Browser, code: str, words: tuple[str, ...]
) -> None:
    notes = pilot.open(f"/schemas/{code}").one(".document-notes")
    told = " ".join(
        plain(one.get_text(" "))
        for one in notes.select("details:not([open])")
        if re.match("Engagements|(Autres c|C)ibles", one.select("summary")[0].get_text())
    )
    assert all(one in told for one in words), told


def test_a_count_shows_the_share_its_target_asks_for(pilot: Browser) -> None:
    page = pilot.open(f"/schemas/cd40-2023-2029?year=2025&organisation={DEMONSTRATION}")
    told = {
        one.select(".code")[0].get_text(): plain(one.select("td")[0].get_text(" "))
        for one in page.soup.select("tr.indicator")
    }
    assert all(
        re.search(r"^(?:au moins )?\d+ marchés?, soit [\d,]+ %", told[code])
        for code in ("A1", "C4")
    )
    # Nobody knows what the percentage that C1 aims at is a share of.
    assert "soit" not in told["T1"] + told["C1"]


def test_the_files_hold_the_share_that_a_target_asks_for(pilot: Browser) -> None:
    page = pilot.open(f"/schemas/cd40-2023-2029?year=2025&organisation={DEMONSTRATION}")
    told = {
        one.select(".code")[0].get_text(): plain(one.select("td")[0].get_text(" "))
        for one in page.soup.select("tr.indicator")
    }
    links = {one.get_text(): str(one["href"]) for one in page.soup.select(".board-files a")}
    rows = {one["Code"]: one for one in csv.DictReader(io.StringIO(pilot.open(links["CSV"]).text))}
    sheet = openpyxl.load_workbook(io.BytesIO(pilot.client.get(links["XLSX"]).content)).active
    assert sheet is not None
    header, *lines = [[one.value for one in row] for row in sheet.iter_rows()]
    cells = {row[header.index("Code")]: dict(zip(header, row, strict=True)) for row in lines}
    for code in ("A1", "C4"):
        found = re.search(r"soit ([\d,]+) %", told[code])
        assert found is not None
        share = float(found[1].replace(",", "."))
        assert float(rows[code]["Part (%)"]) == pytest.approx(share, abs=0.05)
        assert cells[code]["Part (%)"] == pytest.approx(float(rows[code]["Part (%)"]))
        low, high = (float(rows[code][f"Part au {end} (%)"]) for end in ("moins", "plus"))
        assert low <= float(rows[code]["Part (%)"]) <= high
        assert re.search(", soit |au moins ", rows[code]["Années précédentes"])
    assert rows["T1"]["Part (%)"] == ""
    assert cells["T1"]["Part (%)"] is None


def test_a_row_of_a_file_has_a_cell_for_each_column(pilot: Browser) -> None:
    for code in ("cd40-2023-2029", "mel-smart-2023"):
        text = pilot.open(f"/schemas/{code}/export.csv?year=2025").text
        assert len({len(row) for row in csv.reader(io.StringIO(text))}) == 1


def test_two_entities_of_the_demonstration_are_read_together_and_a_year_is_kept(
    connected: Callable[[str], Browser],
) -> None:
    reader = connected("shared-reader")
    page = reader.open(f"{CLERMONT}?year=2025&organisation=ensemble")
    lead = plain(page.one(".lead").get_text(" "))
    assert "Métropole de démonstration, Ville de démonstration, ensemble" in lead
    assert "Données fictives" in lead
    town = reader.open(f"{CLERMONT}?year=2024&organisation={VILLE.siret}")
    kept = plain(town.one(".kept-line").get_text(" "))
    assert "chiffres tels que calculés le 20 juin 2025" in kept
    assert "version 2" in kept
    rectified = town.follow("tels que calculés le 20 juin 2025")
    assert "CAM-22-3" in rectified.follow("Comparer à la version précédente").words
