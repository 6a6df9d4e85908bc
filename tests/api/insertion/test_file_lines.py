"""The lines of a file of hours: each error told once, by its line, its column and what to do."""

from datetime import date
from time import perf_counter
from typing import Any
from uuid import UUID

import openpyxl
import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.service import by_siret
from api.closings.models import Closing
from api.insertion.files.judging import placed
from api.insertion.statements.models import HoursLine
from api.kit.days import today
from api.rules.hours.calendar import add_months
from tests.api.insertion.filing import accept, csv_of, one_line, send, sent, told
from tests.api.insertion.following import Statements
from tests.api.sheets.sheet_files import saved
from tests.cases.access import OTHER_FACILITATOR
from tests.cases.statements import clause_of, month, person_of
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service

CLOSED = 2024
NEXT = f"{add_months(today().replace(day=1), 1):%m/%Y}"
CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"Mois": "13/2026"}, "B", "« 13/2026 » n’est pas un mois"),
    ({"Mois": "le mois dernier"}, "B", "écrivez-le comme « 03/2026 »"),
    ({"Mois": None}, "B", "Le mois est vide"),
    ({"Mois": NEXT}, "B", "n’a pas commencé"),
    ({"Mois": "01/2023"}, "B", "précède le début de la clause"),
    ({"Mois": f"03/{CLOSED}"}, "B", f"L’année {CLOSED} est close"),
    ({"Heures travaillées": "-7"}, "D", "« -7 » est négatif"),
    ({"Heures travaillées": -7}, "D", "négatif"),
    ({"Heures travaillées": 441}, "D", "au-delà de 220 h par personne"),
    ({"Heures travaillées": 7.1}, "D", "n’est pas un multiple de 0,25 h"),
    ({"Heures travaillées": "7h20"}, "D", "n’est pas un multiple de 0,25 h"),
    ({"Heures travaillées": "sept"}, "D", "ne se lit pas comme un nombre d’heures"),
    ({"Heures travaillées": "1.250"}, "D", "se lit de deux façons"),
    ({"Heures travaillées": None}, "D", "Heures manquantes"),
    ({"Heures travaillées": 0}, "D", "Aucune heure"),
    ({"Heures travaillées": date(2026, 3, 1)}, "D", "Nombre d’heures illisible"),
    ({"N° de marché": "2099-999"}, "A", "Aucun marché ni aucune clause que vous suivez"),
    ({"N° de marché": None}, "A", "Le numéro du marché est vide"),
    ({"Nombre de personnes": 0}, "C", "va de 1 à 10 000"),
    ({"Nombre de personnes": "deux"}, "C", "Nombre de personnes illisible"),
    ({"Nombre de personnes": None}, "C", "indiquez soit une personne, soit un nombre"),
    ({"Nombre de personnes": None, "Participant": "B-0000-00"}, "E", "Personne introuvable"),
    ({"Modalité": "stage"}, "E", "Valeur inconnue : écrivez par exemple « CDD »"),
    ({"Modalité": "GEIQ"}, "E", "la clause n’admet pas la modalité"),
    ({"Sexe": "?"}, "E", "Valeur inconnue : écrivez par exemple « F »"),
    ({"Public": "tous"}, "E", "Valeur inconnue"),
    ({"Heures de formation": "beaucoup"}, "E", "ne se lit pas comme un nombre d’heures"),
    ({"Contrat de travail": "02/03/2026"}, "E", "est celui d’une personne"),
]


@pytest.fixture(scope="module", autouse=True)
def closed_year(service: Service) -> None:
    """A year that the demonstration buyer closed."""
    with Session(service.app.state.engines.write) as session, session.begin():
        buyer = by_siret(session, DEMONSTRATION)
        assert buyer is not None
        session.add(Closing(organisation_id=buyer.id, year=CLOSED))


@pytest.mark.parametrize(("cells", "column", "words"), CASES)
def test_each_error_is_told_by_its_line_and_column(
    service: Service, cells: dict[str, Any], column: str, words: str
) -> None:
    titles, right = one_line(clause_of(service, modalities=["hire_cdd"]))
    right_too = [*right, *(None for title in cells if title not in titles)]
    titles, wrong = one_line(right[0], **cells)
    file = sent(service, [titles, [], wrong, right_too])
    assert [(line, at) for line, at, _ in told(file)] == [(3, column)], told(file)
    assert words.lower() in told(file)[0][2].lower()
    assert not told(file)[0][2].startswith("Ligne")
    assert file["rows"] == {"received": 2, "accepted": 1, "refused": 1}


def test_what_is_foreign_looks_unknown(service: Service) -> None:
    clauses = [clause_of(service, OTHER), "01890000-0000-7000-8000-000000000000"]
    persons = [
        person_of(service, OTHER_FACILITATOR, external_ref="R-ailleurs"),
        "R-ailleurs",
        "B-0",
    ]
    own = clause_of(service)
    for column, rows in (
        ("A", [[one, month(1), None, 7] for one in clauses]),
        ("C", [[own, month(1), one, 7] for one in persons]),
    ):
        titles = ["N° de marché", "Mois", "Participant", "Heures travaillées"]
        file = sent(service, [titles, *([str(cell or "") for cell in row] for row in rows)], "csv")
        errors = [(at, message) for _, at, message in told(file)]
        assert len(errors) == len(rows)
        assert {at for at, _ in errors} == {column}
        assert len({message for _, message in errors}) == 1


def test_an_ambiguous_contract_asks_for_the_lot_or_the_title(service: Service) -> None:
    # A contract of its own: one that every test shares may itself be the lot 7 of something.
    contract_id = UUID(service.things("contract").contract_id)
    clauses = [
        clause_of(service, title=f"Insertion du lot {lot}", lot=lot, contract_id=contract_id)
        for lot in ("Lot 07", "8")
    ]
    shown = service.get(f"/api/v1/insertion/clauses/{clauses[0]}", "facilitator")
    reference = shown["contract_reference"]
    titles, line = one_line(reference, Lot=None)
    for lot, words in (
        (None, "clauses que vous suivez portent ce numéro"),
        ("99", "n’a pas de clause pour ce lot"),
    ):
        file = sent(service, [titles, [*line[:-1], lot]])
        assert words in told(file)[0][2]
        assert told(file)[0][1] == ("A" if lot is None else "E")
    for lot in ("7", "lot n° 7", "LOT 07 – Peinture"):
        assert told(sent(service, [titles, [*line[:-1], lot]])) == []
    assert told(sent(service, one_line("insertion du lot 8"))) == []


def test_the_same_line_twice_is_told_with_the_line_of_the_first(service: Service) -> None:
    clause_id, person = str(clause_of(service)), person_of(service)
    titles = ["N° de marché", "Mois", "Participant", "Nombre de personnes", "Heures travaillées"]
    alone, together = [clause_id, month(1), person, None, 7], [clause_id, month(2), None, 2, 14]
    file = sent(service, [["Heures de mars"], [], titles, alone, together, [], alone, together])
    assert [(line, column) for line, column, _ in told(file)] == [(7, "C"), (8, "E")]
    assert "qu’à la ligne 4" in told(file)[0][2]
    assert "la même que la ligne 5" in told(file)[1][2]


def test_a_ceiling_crossed_over_several_lines_names_the_lines_of_the_file(
    service: Service,
) -> None:
    person = person_of(service)
    titles = ["N° de marché", "Mois", "Participant", "Heures travaillées"]
    rows = [[str(clause_of(service)), month(1), person, 120] for _ in range(2)]
    rows = [[*row] for row in rows]
    book = openpyxl.Workbook()
    for line in ([], [], titles, [*rows[0]], [], [*rows[1]]):
        book.active.append(line)
    answer = send(service, saved(book)).json()
    # Two clauses: the ceiling of a person is over all of them.
    (error,) = told(answer)
    assert (error[0], error[1]) == (6, "D")
    assert "240 h" in error[2]
    assert "ligne 6 : 120 h" in error[2]


def test_messages_speak_of_the_lines_of_the_file() -> None:
    places = [4, 9, 12]
    message = "Ligne 3\u00a0: même personne qu’à la ligne 1, ligne 2\u00a0: 70\u202fh."
    assert placed(message, places) == "Même personne qu’à la ligne 4, ligne 9\u00a0: 70\u202fh."
    assert placed("B-7K3M-Q2\u00a0: 240\u202fh", places) == "B-7K3M-Q2\u00a0: 240\u202fh"


def test_hours_of_training_alone_and_of_an_employment_are_read(service: Service) -> None:
    clause_id, person = clause_of(service), person_of(service, external_ref="R-emploi")
    listed = service.get("/api/v1/insertion/beneficiaries?q=R-emploi", "facilitator")["items"]
    found = next(one for one in listed if one["pseudonym"] == person)
    job = service.make(
        f"/api/v1/insertion/beneficiaries/{found['id']}/employments",
        {"starts_on": "2026-01-05", "kind": "cdi"},
        "facilitator",
    )
    titles = [
        "N° de marché",
        "Mois",
        "Participant",
        "Heures travaillées",
        "Heures de formation",
        "Contrat de travail",
        "Heures attestées",
    ]
    rows = [
        [str(clause_id), month(1), person, None, 7, date(2026, 1, 5), 140],
        [str(clause_id), month(2), person, 35, None, job["id"], None],
        [str(clause_id), month(3), person, 35, None, None, 140],
    ]
    file = sent(service, [titles, *rows])
    assert told(file) == []
    assert [one["line"] for one in file["warnings"]] == [4]
    assert accept(service, file).status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("heures.xlsx", b"", "Le fichier est vide"),
        ("heures.xlsx", b"PK\x03\x04broken", ""),
        ("heures.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "abîmé"),
        ("heures.pdf", b"%PDF-1.7 something", "un PDF"),
        ("heures.csv", b"N;Mois\r\n", "aucune ligne"),
        ("heures.csv", b'N;Mois\r\n"1;2\r\n', "guillemet"),
        ("heures.csv", b"N;" + b"M" * 300 + b"\r\n1;2\r\n", "200 caractères"),
    ],
)
def test_a_broken_file_is_refused_with_what_to_do(
    service: Service, name: str, content: bytes, words: str
) -> None:
    answer = send(service, content, name)
    assert (answer.status_code, answer.json()["type"]) == (422, "unreadable-file")
    assert words in answer.json()["detail"]
    assert len(answer.json()["detail"]) > 20
    assert answer.json()["errors"][0]["loc"] == ["body", "file"]


def test_a_page_of_instructions_before_the_hours_is_passed_over(service: Service) -> None:
    book = openpyxl.Workbook()
    for line in (["Mode d’emploi"], ["Remplissez la feuille suivante"], ["Merci", "à vous"]):
        book.active.append(line)
    hours = book.create_sheet("Heures")
    for line in one_line(clause_of(service)):
        hours.append(line)
    file = send(service, saved(book)).json()
    assert (file["sheet"], file["rows"]["accepted"]) == ("Heures", 1)
    assert accept(service, file).status_code == 200


def test_five_thousand_lines_take_seconds_and_no_more_statements_than_fifty(
    service: Service,
) -> None:
    clauses = [clause_of(service) for _ in range(10)]
    people = [person_of(service, external_ref=f"M-{n:04}") for n in range(25)]
    titles = ["N° de marché", "Mois", "Participant", "Heures travaillées"]

    def rows(months: range) -> list[list[Any]]:
        return [
            [str(clause), month(back), f"M-{n:04}", "7,5"]
            for back in months
            for clause in clauses
            for n in range(len(people))
        ]

    asked = []
    for months in (range(1, 2), range(2, 22)):
        content = csv_of([titles, *rows(months)])
        started = perf_counter()
        with Statements() as counted:
            file = send(service, content, "heures.csv").json()
            assert told(file) == []
            assert accept(service, file).status_code == 200
        taken = perf_counter() - started
        asked.append(counted.count)
    assert file["rows"]["received"] == 5000
    assert taken < 10
    # PostgreSQL copies many rows outside of what is counted here.
    assert asked[1] <= asked[0]
    with Session(service.app.state.engines.read) as session:
        kept = sa.select(sa.func.count()).where(col(HoursLine.clause_id).in_(clauses))
        assert session.scalar(kept) == 5250
