"""Spreadsheets as people send them: encodings, separators, workbooks, columns in any order."""

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from starlette.testclient import TestClient

from tests.api.sheet_desk import SIRET, SheetDesk, csv_file
from tests.conftest import OTHER, Headers

TITLES = ("Intitulé", "Numéro", "Inconnue", "Montant estimé HT", "Année", "Marché attendu le")
LINE = ("Réfection de l’école", "P-1", "x", "1 234,56", "2026", "31/12/2026")


@pytest.fixture
def desk(client: TestClient, pilot: Headers) -> SheetDesk:
    """The pilot of the demonstration buyer."""
    return SheetDesk(client, pilot)


def workbook(*lines: Any, from_1904: bool = False) -> bytes:
    """An XLSX file of these lines."""
    book = openpyxl.Workbook()
    if from_1904:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    for line in lines:
        sheet.append(list(line))
    content = BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_csv_is_read_in_any_usual_encoding_and_separator(
    desk: SheetDesk, encoding: str, separator: str
) -> None:
    content = csv_file(TITLES, LINE, separator=separator).decode().encode(encoding)
    shown = desk.accept(desk.send("projects", content))
    assert desk.projects()["P-1"]["title"] == "Réfection de l’école"
    assert desk.columns(shown)["unread"] == ["Inconnue"]
    assert desk.annotated(shown).startswith(content.splitlines()[0][:20])


@pytest.mark.parametrize("from_1904", [False, True])
def test_days_of_a_workbook_are_those_that_it_shows(desk: SheetDesk, from_1904: bool) -> None:
    lines = (TITLES, (*LINE[:3], 1234.56, 2026, date(2026, 12, 31)))
    content = workbook(*lines, from_1904=from_1904)
    shown = desk.accept(desk.send("projects", content, "projets.xlsx"))
    entered = desk.projects()["P-1"]
    assert (entered["planned_on"], entered["estimated_amount"]) == ("2026-12-31", "1234.56")
    sheet = openpyxl.load_workbook(BytesIO(desk.annotated(shown))).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][-2:] == ["Statut", "Erreurs"]
    assert sheet.cell(2, 7).value == "Ajoutée"


def test_a_siret_typed_as_a_number_is_told_by_row_and_column(desk: SheetDesk) -> None:
    content = workbook(("SIRET", "Nom", "Type"), (18000, "Alpha", "EA"), (SIRET, "Beta", "xyz"))
    shown = desk.send("structures", content, "structures.xlsx")
    assert desk.states(shown) == ["refused", "refused"]
    first, second = desk.rows(shown)
    assert first["position"] == 2
    assert first["issues"][0]["message"].startswith("« SIRET » : « 18000 » n’est pas un SIRET")
    assert "« Type » : « xyz » n’est pas reconnu" in second["issues"][0]["message"]
    sheet = openpyxl.load_workbook(BytesIO(desk.annotated(shown))).active
    assert sheet is not None
    assert sheet.cell(3, 4).value == "Refusée"
    assert "n’est pas reconnu" in str(sheet.cell(3, 5).value)


def test_formulas_of_a_csv_come_back_as_they_came(desk: SheetDesk) -> None:
    content = csv_file(("Numéro", "Intitulé", "Année"), ("P-1", "=1+1", "20x6"))
    given = desk.annotated(desk.send("projects", content)).decode("utf-8-sig")
    assert given.splitlines()[1].startswith('P-1;=1+1;20x6;"Refusée";"«\u00a0Année')


def test_columns_are_chosen_once_and_remembered_for_the_same_titles(desk: SheetDesk) -> None:
    titles, line = ("Code", "Quoi", "Quand"), ("P-1", "Gymnase", "2026")
    shown = desk.send("projects", csv_file(titles, line))
    assert shown["rows"]["refused"] == 1
    assert desk.columns(shown)["missing"] != []
    answer = desk.choose(shown, "reference", "title", "year")
    assert (answer.status_code, answer.json()["rows"]["new"]) == (200, 1)
    other = desk.send("projects", csv_file(titles, ("P-2", "Vélos", "2027")))
    assert other["rows"]["new"] == 1
    assert {one["how"] for one in desk.columns(other)["columns"]} == {"memory"}
    moved = desk.send("projects", csv_file(("Quoi", "Code", "Quand"), ("Vélos", "P-2", "2027")))
    assert moved["rows"]["refused"] == 1


def test_what_one_buyer_remembers_no_other_sees(desk: SheetDesk, as_: Any) -> None:
    content = csv_file(("Code", "Quoi", "Quand"), ("P-1", "Gymnase", "2026"))
    desk.choose(desk.send("projects", content), "reference", "title", "year")
    other = SheetDesk(desk.client, as_("other-pilot"), OTHER)
    assert other.send("projects", content)["rows"]["refused"] == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (("reference", "reference"), "est donné à deux colonnes (« Numéro » et « Intitulé »)"),
        (("reference", "nope"), "n’est pas un champ connu"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(
    desk: SheetDesk, fields: tuple[str, ...], told: str
) -> None:
    shown = desk.send("projects", csv_file(("Numéro", "Intitulé"), ("P-1", "Gymnase")))
    answer = desk.choose(shown, *fields)
    assert answer.status_code == 422
    assert told in answer.json()["errors"][0]["message"]


def test_a_column_that_is_not_there_is_refused(desk: SheetDesk) -> None:
    shown = desk.send("projects", csv_file(("Numéro", "Intitulé"), ("P-1", "Gymnase")))
    answer = desk.choose(shown, None, None, "reference")
    assert "n’est pas une colonne de ce fichier" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("profile", "titles"),
    [
        ("GDA", ("Exercice", "N° mandat", "SIRET tiers", "Nom tiers", "Mt mandaté HT",
                 "Mt mandaté TTC")),
        ("CIRIL", ("Ex.", "Numéro de mandat", "Siret du tiers", "Libellé tiers", "Montant H.T.",
                   "Montant T.T.C.")),
        ("Grand Angle", ("Exercice budgétaire", "Numéro de pièce", "Identifiant SIRET",
                         "Raison sociale du tiers", "Montant HT liquidé", "Montant TTC liquidé")),
    ],
)  # fmt: skip
def test_exports_of_known_software_are_recognised(
    desk: SheetDesk, profile: str, titles: tuple[str, ...]
) -> None:
    line = ("2025", "12", SIRET, "Alpha", "100,00", "120,00")
    shown = desk.send("spending", csv_file(titles, line))
    assert desk.columns(shown)["profile"] == profile
    assert list(desk.mapping(shown).values()) == [
        "year", "mandate_number", "payee_siret", "payee_name", "amount", None,
    ]  # fmt: skip
    assert shown["rows"]["new"] == 1


def test_the_same_line_twice_counts_once_and_another_content_is_refused(desk: SheetDesk) -> None:
    titles, line = ("Numéro", "Intitulé", "Année"), ("P-1", "Gymnase", "2026")
    shown = desk.send("projects", csv_file(titles, line, line, ("P-1", "Autre", "2026")))
    assert desk.states(shown) == ["new", "same", "refused"]
    assert "Répète à l’identique la ligne 2" in desk.messages(shown)
    assert "le même identifiant que la ligne 2" in desk.messages(shown)
    assert desk.accept(shown)["rows"]["new"] == 1
    assert desk.projects()["P-1"]["title"] == "Gymnase"


def test_lines_in_error_stay_out_and_enter_once_corrected(desk: SheetDesk) -> None:
    titles = ("Numéro", "Intitulé", "Année", "Direction", "Montant estimé HT")
    wrong = (
        ("P-1", "Gymnase", "2026", "", "10"),
        ("P-2", "Vélos", "2026", "Direction inconnue", "10"),
        ("P-3", "", "2026", "", "10"),
        ("P-4", "Bancs", "2026", "", "-1"),
        ("", "Sans numéro", "2026", "", "10"),
    )
    shown = desk.bring("projects", titles, *wrong)
    assert (shown["rows"]["new"], shown["rows"]["refused"]) == (1, 4)
    told = desk.messages(shown)
    for one in (
        "« Direction inconnue » n’est pas une direction de cet acheteur",
        "« Intitulé » manque : ce projet est nouveau",
        "est négatif",
        "« Numéro » est vide",
    ):
        assert one in told
    right = desk.bring("projects", titles, wrong[0], ("P-2", "Vélos", "2026", "", "10"))
    assert (right["rows"]["new"], right["rows"]["same"]) == (1, 1)


def test_a_file_that_is_no_spreadsheet_is_refused(desk: SheetDesk) -> None:
    answer = desk.post("projects", b"%PDF-1.7")
    assert (answer.status_code, answer.json()["type"]) == (422, "unreadable-file")
