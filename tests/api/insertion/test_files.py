"""Files of hours: read in three formats, matched, accepted whole or not at all, given back."""

import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import openpyxl
import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.insertion.files.models import StatementFile
from api.insertion.statements.models import HoursLine
from api.kit.columns import now
from tests.api.insertion.filing import (
    MAKERS,
    READERS,
    TITLES,
    accept,
    choose,
    csv_of,
    given_back,
    one_line,
    send,
    sent,
    statements,
    told,
)
from tests.api.sheets.sheet_files import saved, xlsx
from tests.cases.access import FACILITATOR
from tests.cases.files import PATH
from tests.cases.statements import clause_of, month, person_of
from tests.operations import Service

KINDS = sorted(MAKERS)


def lines_kept(service: Service) -> int:
    with Session(service.app.state.engines.read) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(HoursLine)) or 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_each_format_becomes_drafts(service: Service, kind: str) -> None:
    clause_id, person = clause_of(service), person_of(service)
    rows: list[Any] = [
        TITLES,
        [str(clause_id), month(1), person, None, "35,5"],
        [str(clause_id), month(1), None, 3, 120],
        [str(clause_id), month(2), person, None, "7h30"],
    ]
    file = sent(service, rows, kind)
    assert file["state"] == "received"
    assert file["rows"] == {"received": 3, "accepted": 3, "refused": 0}
    assert file["lines"] == file["warnings"] == file["missing"] == file["guessed"] == []
    assert statements(service, clause_id) == []
    answer = accept(service, file)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["statements"]) == ("accepted", 2)
    found = {one["month"]: one for one in statements(service, clause_id)}
    assert {one["state"] for one in found.values()} == {"draft"}
    assert {one["source"] for one in found.values()} == {"file"}
    assert [one["hours"] for one in found[month(1)]["lines"]] == ["35.50", "120.00"]
    assert [one["beneficiary"] for one in found[month(2)]["lines"]] == [person]


def test_a_file_can_be_submitted_at_once(service: Service) -> None:
    clause_id = clause_of(service)
    assert accept(service, sent(service, one_line(clause_id)), submit=True).status_code == 200
    assert [one["state"] for one in statements(service, clause_id)] == ["submitted"]


def test_the_titles_and_words_of_real_exports_are_known(service: Service) -> None:
    # A contract of its own: the one that tests share may itself be the lot 2 of something.
    contract_id = UUID(service.things("contract").contract_id)
    clause_id = clause_of(service, lot="2", contract_id=contract_id)
    person = person_of(service, external_ref="PLIE 0042")
    contract = service.get(f"/api/v1/insertion/clauses/{clause_id}", "facilitator")
    rows: list[Any] = [
        ["Export du 03/11", None, None, None, None, None, None],
        ["N° marché", "Lot", "Période", "Identifiant", "F/H", "Type de contrat", "Nb d'heures"],
        [contract["contract_reference"], "Lot 02", "1", "PLIE 0042", "F", "ETTI", "12,25"],
    ]
    rows[2][2] = f"{month(1)[5:]}/{month(1)[:4]}"
    file = sent(service, rows)
    assert file["header_line"] == 2
    assert told(file) == []
    assert accept(service, file).status_code == 200
    (line,) = statements(service, clause_id)[0]["lines"]
    assert (line["beneficiary"], line["modality"], line["hours"]) == (person, "temp_etti", "12.25")
    # The sex of a person is on the record: the file has nothing to say of it.
    assert line["sex"] is None


def test_strange_titles_are_asked_once_then_remembered(service: Service) -> None:
    rows: list[list[Any]] = [["Chantier", "Quand", "Combien", "Volume"], [None, month(1), 2, "7,5"]]
    rows[1][0] = str(clause_of(service))
    file = sent(service, rows)
    assert {one["field"] for one in file["missing"]} == {
        "contract",
        "month",
        "hours",
        "beneficiary",
    }
    wanted = next(one["message"] for one in file["missing"] if one["field"] == "hours")
    assert "« Heures travaillées »" in " ".join(wanted.split())
    assert file["rows"] == {"received": 1, "accepted": 0, "refused": 1}
    refused = accept(service, file)
    assert (refused.status_code, refused.json()["type"]) == (422, "refused-lines")
    chosen = choose(
        service, file, contract="Chantier", month="Quand", persons="Combien", hours="Volume"
    )
    assert chosen.status_code == 200, chosen.text
    assert chosen.json()["rows"] == {"received": 1, "accepted": 1, "refused": 0}
    rows[1][0] = str(clause_of(service))
    again = sent(service, rows, "csv")
    assert again["mapping"] == chosen.json()["mapping"]
    assert (again["missing"], again["guessed"]) == ([], [])
    assert accept(service, again).status_code == 200


def test_a_column_left_out_stays_out(service: Service) -> None:
    rows = one_line(clause_of(service), Formation="à faire")
    file = sent(service, rows)
    assert [(line, column) for line, column, _ in told(file)] == [(2, "E")]
    mapping = {field: title for field, title in file["mapping"].items() if title != "Formation"}
    assert choose(service, file, **mapping).json()["rows"]["refused"] == 0
    assert "training_hours" not in sent(service, rows)["mapping"]
    assert choose(service, file, **file["mapping"]).json()["rows"]["refused"] == 1


@pytest.mark.parametrize(
    ("mapping", "wrong"),
    [
        ({"contract": "Inconnue"}, "contract"),
        ({"inconnu": "Mois"}, "inconnu"),
        ({"month": "Mois", "hours": "Mois"}, "hours"),
    ],
)
def test_a_choice_that_the_file_does_not_allow_is_refused(
    service: Service, mapping: dict[str, str], wrong: str
) -> None:
    file = sent(service, one_line(clause_of(service)))
    answer = choose(service, file, **mapping)
    assert answer.status_code == 422
    assert [one["loc"] for one in answer.json()["errors"]] == [["body", "mapping", wrong]]
    assert service.get(f"{PATH}/{file['id']}", "facilitator")["mapping"] == file["mapping"]


def test_a_title_that_is_only_close_is_told_as_guessed(service: Service) -> None:
    titles, line = one_line(clause_of(service))
    titles[titles.index("Heures travaillées")] = "Heures travailées"
    assert sent(service, [titles, line])["guessed"] == ["hours"]


def test_nothing_is_stated_when_one_line_is_wrong(service: Service) -> None:
    clause_id = clause_of(service)
    titles, line = one_line(clause_id)
    wrong = [*line[:-1], "-7"]
    file = sent(service, [titles, line, wrong])
    assert file["rows"] == {"received": 2, "accepted": 1, "refused": 1}
    before = lines_kept(service)
    answer = accept(service, file)
    assert (answer.status_code, answer.json()["type"]) == (422, "refused-lines")
    assert "1 ligne est à corriger sur 2" in answer.json()["detail"]
    (error,) = answer.json()["errors"]
    assert error["loc"] == ["file", 3, "D"]
    assert error["message"].startswith("Ligne 3, colonne D")
    assert (lines_kept(service), statements(service, clause_id)) == (before, [])
    assert service.get(f"{PATH}/{file['id']}", "facilitator")["state"] == "received"


def test_what_changed_since_the_reading_is_judged_again(service: Service) -> None:
    clause_id = clause_of(service)
    first, second = (sent(service, one_line(clause_id), kind) for kind in ("xlsx", "csv"))
    assert accept(service, first, submit=True).status_code == 200
    answer = accept(service, second)
    assert answer.status_code == 422
    assert "déjà soumis" in answer.json()["errors"][0]["message"]


def test_a_file_is_accepted_once(service: Service) -> None:
    clause_id = clause_of(service)
    content = xlsx(one_line(clause_id))
    files = [send(service, content).json() for _ in range(2)]
    assert accept(service, files[0]).status_code == 200
    for again in (accept(service, files[0]), accept(service, files[1]), send(service, content)):
        assert (again.status_code, again.json()["type"]) == (409, "statement-file-accepted")
    assert f"déjà été accepté le {now():%d/%m/%Y}" in again.json()["detail"]
    assert choose(service, files[0], contract="Mois").status_code == 409
    assert len(statements(service, clause_id)) == 1
    # Another content is another file: its lines tell by themselves that they are there.
    other = sent(service, one_line(clause_id), "csv")
    assert "déjà dans la déclaration" in told(other)[0][2]


def test_a_file_whose_hours_were_all_rejected_can_come_again(service: Service) -> None:
    clause_id = clause_of(service)
    content = xlsx(one_line(clause_id))
    assert accept(service, send(service, content).json(), submit=True).status_code == 200
    (made,) = statements(service, clause_id)
    rejected = service.client.post(
        f"/api/v1/insertion/statements/{made['id']}/reject",
        json={"comment": "Le mois n’est pas le bon."},
        headers=service.as_("facilitator"),
    )
    assert rejected.status_code == 200, rejected.text
    assert accept(service, send(service, content).json()).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_the_senders_own_file_comes_back_annotated(service: Service, kind: str) -> None:
    clause_id, person = clause_of(service), person_of(service)
    late = person_of(service, eligible_until="2025-01-31")
    rows: list[Any] = [
        TITLES,
        [str(clause_id), month(1), person, None, "35,5"],
        [str(clause_id), month(1), late, None, "7"],
        [str(clause_id), "plus tard", None, 3, 120],
        ["Total", None, None, None, "162,5"],
    ]
    file = sent(service, rows, kind)
    assert file["rows"] == {"received": 3, "accepted": 2, "refused": 1}
    assert (file["to_check"], len(file["notices"])) == (1, 1)
    answer = given_back(service, file)
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment;")
    assert disposition.endswith(f"heures%20%E2%80%93%20annot%C3%A9.{kind}")
    seen = [[cell or "" for cell in row] for row in READERS[kind](answer.content)]
    assert seen[0][:5] == list(TITLES)
    marks = [(row[5], row[6]) for row in seen]
    assert marks[0] == ("Statut", "Erreurs")
    assert [status for status, _ in marks[1:]] == [
        "Correcte",
        "À vérifier",
        "Refusée",
        "Non lue",
    ]
    assert marks[1][1] == ""
    assert "éligibilité" in marks[2][1]
    assert "Mois : « plus tard » n’est pas un mois" in " ".join(marks[3][1].split())
    assert float(str(seen[3][4])) == 120


def test_the_file_that_came_back_is_corrected_and_accepted(service: Service) -> None:
    clause_id = clause_of(service)
    file = sent(service, one_line(clause_id, Mois="13/2026"))
    book = openpyxl.load_workbook(io.BytesIO(given_back(service, file).content))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[2]][4] == "Refusée"
    sheet["B2"] = f"{month(1)[5:]}/{month(1)[:4]}"
    corrected = send(service, saved(book), "heures – annoté.xlsx").json()
    assert corrected["rows"] == {"received": 1, "accepted": 1, "refused": 0}
    assert accept(service, corrected).status_code == 200
    marked = given_back(service, corrected)
    assert marked.headers["content-disposition"].count("annot%C3%A9") == 1
    seen = openpyxl.load_workbook(io.BytesIO(marked.content)).worksheets[0]
    assert [cell.value for cell in seen[2]][4:] == ["Enregistrée", None]


def test_a_formula_in_a_cell_stays_text_in_what_we_add(service: Service) -> None:
    titles, line = one_line('=HYPERLINK("http://a.example";"x")', Mois="@SUM(1+1)*cmd|'/C'!A0")
    file = sent(service, [titles, line], "csv")
    assert [column for _, column, _ in told(file)] == ["A", "B"]
    seen = READERS["csv"](given_back(service, file).content)
    assert seen[1][:4] == [str(one) for one in line]
    assert all(cell == "" or cell[0].isalpha() or cell[0] == "«" for cell in seen[1][4:])
    workbook = openpyxl.Workbook()
    workbook.active.append(titles)
    workbook.active.append(["=1+1", *line[1:]])
    book = given_back(service, send(service, saved(workbook)).json()).content
    added = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]["E2:F2"][0]
    assert {cell.data_type for cell in added} <= {"s", "inlineStr"}


def test_another_facilitator_never_sees_a_file(service: Service) -> None:
    file = sent(service, one_line(clause_of(service)))
    for answer in (
        given_back(service, file, "other-facilitator"),
        service.client.get(f"{PATH}/{file['id']}", headers=service.as_("other-facilitator")),
        service.client.post(
            f"{PATH}/{file['id']}/accept",
            json={"submit": False},
            headers=service.as_("other-facilitator"),
        ),
    ):
        assert answer.status_code == 404
    listed = service.get(PATH, "other-facilitator")["items"]
    assert file["id"] not in {one["id"] for one in listed}


def test_files_are_listed_page_by_page(service: Service) -> None:
    made = [sent(service, one_line(clause_of(service)))["id"] for _ in range(3)]
    first = service.get(f"{PATH}?limit=2", "facilitator")
    assert [one["id"] for one in first["items"]] == made[:0:-1]
    after = service.get(f"{PATH}?limit=2&cursor={first['next']}", "facilitator")
    assert after["items"][0]["id"] == made[0]
    assert after["items"][0]["rows"] == {"received": 1, "accepted": 1, "refused": 0}


def test_the_content_is_erased_after_ninety_days_and_the_rest_stays(service: Service) -> None:
    old, recent = (sent(service, one_line(clause_of(service))) for _ in range(2))
    changed: dict[str, Any] = {old["id"]: 91, recent["id"]: 89}
    with Session(service.app.state.engines.write) as session, session.begin():
        for key, days in changed.items():
            aged = sa.update(StatementFile).where(col(StatementFile.id) == UUID(key))
            session.execute(aged.values(created_at=now() - timedelta(days=days)))
    sent(service, one_line(clause_of(service)))
    shown = service.get(f"{PATH}/{old['id']}", "facilitator")
    assert (shown["kept"], shown["rows"]) == (False, old["rows"])
    for answer in (given_back(service, old), accept(service, old)):
        assert (answer.status_code, answer.json()["type"]) == (409, "statement-file-erased")
    assert given_back(service, recent).status_code == 200


def test_who_names_a_structure_acts_for_it(service: Service) -> None:
    content = csv_of(one_line(clause_of(service)))
    answer = send(service, content, "heures.csv", organisation=FACILITATOR)
    assert answer.json()["facilitator_siret"] == FACILITATOR


def test_the_model_to_download_names_every_column_that_is_read(service: Service) -> None:
    columns = service.get(f"{PATH}/columns", "facilitator")
    titles = [one["label"] for one in columns]
    file = sent(service, [titles, [None] * (len(titles) - 1) + ["x"]])
    assert file["mapping"] == {one["field"]: one["label"] for one in columns}
