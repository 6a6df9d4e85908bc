"""Spreadsheets of each kind: deposited, previewed, accepted, found again, undone."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.sheet_desk import (
    CONTRACTS,
    OTHER_SIRET,
    PATH,
    PROJECTS,
    SIRET,
    SPENDING,
    STRUCTURES,
    SheetDesk,
    csv_file,
)
from tests.conftest import Headers


@pytest.fixture
def desk(client: TestClient, pilot: Headers) -> SheetDesk:
    """The pilot of the demonstration buyer."""
    return SheetDesk(client, pilot)


def counts(shown: dict[str, Any]) -> tuple[int, ...]:
    """received, new, changed, same, refused."""
    rows = shown["rows"]
    return tuple(rows[one] for one in ("received", "new", "changed", "same", "refused"))


def last_amounts(desk: SheetDesk) -> set[str]:
    """The two amounts entered last, in whatever order."""
    return {one["amount"] for one in desk.spending()[-2:]}


PROJECT = ("P-1", "Réfection du gymnase", "2026", "1 234,56 €", "31/12/2026", "Bâtiments et voirie")


def test_projects_go_in_change_and_go_out(desk: SheetDesk) -> None:
    shown = desk.send("projects", csv_file(PROJECTS, PROJECT))
    assert counts(shown) == (1, 1, 0, 0, 0)
    assert desk.projects() == {}
    desk.accept(shown)
    entered = desk.projects()["P-1"]
    assert (entered["title"], entered["estimated_amount"]) == ("Réfection du gymnase", "1234.56")
    assert (entered["planned_on"], entered["directorate"]) == ("2026-12-31", "Bâtiments et voirie")
    assert entered["state"] == "surveyed"
    again = desk.send("projects", csv_file(PROJECTS, PROJECT))
    assert counts(again) == (1, 0, 0, 1, 0)
    assert again["already"]["id"] == shown["id"]
    changed = desk.send(
        "projects", csv_file(("Numéro", "Montant estimé HT", "Année"), ("P-1", "2000", ""))
    )
    assert counts(changed) == (1, 0, 1, 0, 0)
    assert desk.rows(changed)[0]["changes"] == [
        {"field": "estimated_amount", "label": "Montant estimé HT", "before": "1234.56",
         "after": "2000.00"}
    ]  # fmt: skip
    desk.accept(changed)
    after = desk.projects()["P-1"]
    assert (after["estimated_amount"], after["title"], after["year"]) == (
        "2000.00", "Réfection du gymnase", 2026,
    )  # fmt: skip
    assert desk.undo(changed).status_code == 200
    assert desk.projects()["P-1"]["estimated_amount"] == "1234.56"
    assert desk.undo(shown).status_code == 200
    assert desk.projects() == {}
    assert counts(desk.bring("projects", PROJECTS, PROJECT)) == (1, 1, 0, 0, 0)


def test_structures_go_in_change_and_go_out(desk: SheetDesk) -> None:
    line = ("00000098700019", "Atelier fictif", "EA", "oui")
    shown = desk.bring("structures", STRUCTURES, line)
    address = "/api/v1/structures?q=00000098700019"
    assert [one["kind"] for one in desk.get(address)["items"]] == ["ea"]
    changed = desk.bring("structures", STRUCTURES, (line[0], "", "ESAT", ""))
    (found,) = desk.get(address)["items"]
    assert (found["kind"], found["name"], found["ess"]) == ("esat", "Atelier fictif", True)
    assert desk.rows(changed)[0]["changes"][0]["before"].startswith("Entreprise adaptée")
    assert counts(desk.send("structures", csv_file(STRUCTURES, line)))[2] == 1
    assert desk.undo(changed).status_code == 200
    assert desk.get(address)["items"][0]["kind"] == "ea"
    assert desk.undo(shown).status_code == 200
    assert desk.get(address)["items"] == []


def test_a_structure_that_a_later_source_describes_is_left_alone(desk: SheetDesk) -> None:
    titles = ("SIRET", "Nom", "Source", "En date du")
    desk.bring("structures", titles, ("00000098700019", "Récent", "Annuaire", "01/06/2026"))
    older = desk.send(
        "structures", csv_file(titles, ("00000098700019", "Ancien", "Vieux", "01/01/2020"))
    )
    assert counts(older) == (1, 0, 0, 1, 0)
    assert "source plus récente (« Annuaire », 01/06/2026)" in desk.messages(older)


def test_spending_goes_in_is_corrected_by_its_mandate_and_goes_out(desk: SheetDesk) -> None:
    before = desk.spending()
    lines = (
        ("2025", "1001", "1", SIRET, "Haies fictives", "1 234,56"),
        ("2025", "1001", "2", SIRET, "Haies fictives", "-10,5"),
    )
    shown = desk.bring("spending", SPENDING, *lines)
    assert last_amounts(desk) == {"1234.56", "-10.50"}
    corrected = (lines[0], (*lines[1][:5], "-20"))
    changed = desk.send("spending", csv_file(SPENDING, *corrected))
    assert counts(changed) == (2, 0, 1, 1, 0)
    assert desk.rows(changed)[1]["reference"] == "2025, mandat 1001, ligne 2"
    desk.accept(changed)
    assert last_amounts(desk) == {"1234.56", "-20.00"}
    assert desk.undo(changed).status_code == 200
    assert desk.undo(shown).status_code == 200
    assert desk.spending() == before


def test_spending_without_a_number_is_known_by_what_it_says(desk: SheetDesk) -> None:
    titles = ("Année", "Fournisseur", "Montant HT", "Imputation")
    lines = (("2025", "Alpha", "10", "6061"), ("2025", "Alpha", "10", "6062"))
    shown = desk.bring("spending", titles, *lines)
    assert counts(shown) == (2, 2, 0, 0, 0)
    again = desk.send("spending", csv_file(titles, *lines, ("2025", "Beta", "5", "")))
    assert counts(again) == (3, 1, 0, 2, 0)
    twice = desk.send("spending", csv_file(titles, *lines, lines[0]))
    assert counts(twice) == (3, 0, 0, 3, 0)
    assert "Répète à l’identique la ligne 2" in desk.messages(twice)


def test_lines_of_a_mandate_without_their_number_are_known_by_their_rank(desk: SheetDesk) -> None:
    titles = ("Exercice", "N° de mandat", "Tiers", "Montant HT")
    lines = (("2025", "77", "Alpha", "10"), ("2025", "77", "Alpha", "20"))
    desk.bring("spending", titles, *lines)
    changed = desk.send("spending", csv_file(titles, lines[0], ("2025", "77", "Alpha", "25")))
    assert counts(changed) == (2, 0, 1, 1, 0)
    assert desk.rows(changed)[1]["reference"] == "2025, mandat 77 (2e de son numéro)"


def test_spending_is_put_on_the_contract_that_bears_its_number(
    desk: SheetDesk, a_contract: dict[str, Any]
) -> None:
    titles = ("Exercice", "Mandat", "Tiers", "Montant HT", "N° de marché")
    desk.siret = a_contract["buyer_siret"]
    desk.bring(
        "spending",
        titles,
        ("2025", "1", "Alpha", "10", a_contract["reference"]),
        ("2025", "2", "Alpha", "10", "N-EXISTE-PAS"),
    )
    assert {one["contract_id"] for one in desk.spending()[-2:]} == {a_contract["id"], None}


CONTRACT = ("S-1", "Entretien des haies", "12 000,50", "02/03/2026", SIRET)


def test_contracts_go_in_change_and_go_out(desk: SheetDesk) -> None:
    shown = desk.bring("contracts", CONTRACTS, CONTRACT)
    entered = desk.contract("S-1")
    assert entered is not None
    assert (entered["subject"], entered["amount"]) == ("Entretien des haies", "12000.50")
    assert entered["notified_on"] == "2026-03-02"
    assert [one["identifier"] for one in entered["suppliers"]] == [SIRET]
    titles = ("N° de marché", "Durée", "Clause sociale", "Direction", "Famille d’achats",
              "SIRET du titulaire")  # fmt: skip
    line = ("S-1", "24 mois", "oui", "Bâtiments et voirie", "Espaces verts", OTHER_SIRET)
    changed = desk.bring("contracts", titles, line)
    assert counts(changed) == (1, 0, 1, 0, 0)
    after = desk.contract("S-1")
    assert after is not None
    assert (after["months"], after["purchase_family"]) == (24, "Espaces verts")
    assert (after["subject"], after["amount"]) == ("Entretien des haies", "12000.50")
    said = {one["code"]: one["state"] for one in after["marks"]}
    assert (said["social_clause"], said["social_criterion"]) == ("yes", "unknown")
    assert [one["identifier"] for one in after["suppliers"]] == [OTHER_SIRET]
    assert desk.undo(changed).status_code == 200
    back = desk.contract("S-1")
    assert back is not None
    assert {**back, "version": 0, "etag": "", "updated_at": ""} == {
        **entered, "version": 0, "etag": "", "updated_at": "",
    }  # fmt: skip
    assert desk.undo(shown).status_code == 200
    assert desk.contract("S-1") is None
    assert counts(desk.bring("contracts", CONTRACTS, CONTRACT)) == (1, 1, 0, 0, 0)


def test_a_holder_replaced_is_not_named_when_it_is_a_person(desk: SheetDesk) -> None:
    desk.bring("contracts", (*CONTRACTS, "Titulaire"), (*CONTRACT, "Zolique Services"))
    entered = desk.contract("S-1")
    assert entered is not None
    shown = desk.send("contracts", csv_file(CONTRACTS, (*CONTRACT[:-1], OTHER_SIRET)))
    address = f"/api/v1/suppliers/{entered['suppliers'][0]['id']}"

    def before(said: dict[str, Any]) -> Any:
        answer = desk.client.patch(address, json=said, headers=desk.headers)
        assert answer.status_code == 200, answer.text
        (change,) = desk.rows(shown)[0]["changes"]
        return change["before"]

    assert before({"sole_trader": False, "name": "Zolique Services"}) == ["Zolique Services"]
    assert before({"sole_trader": True}) == [SIRET]


def test_several_suppliers_stand_in_one_cell(desk: SheetDesk) -> None:
    titles = (*CONTRACTS[:4], "SIRET des titulaires", "Titulaires")
    line = (*CONTRACT[:4], f"{SIRET} / {OTHER_SIRET}", "Alpha")
    desk.bring("contracts", titles, line)
    entered = desk.contract("S-1")
    assert entered is not None
    assert [one["identifier"] for one in entered["suppliers"]] == [SIRET, OTHER_SIRET]


def test_accepting_twice_does_one_thing_and_says_so(desk: SheetDesk) -> None:
    shown = desk.bring("projects", PROJECTS, PROJECT)
    again = desk.client.post(f"/api/v1/imports/{shown['id']}/accept", headers=desk.headers)
    assert (again.status_code, again.json()["type"]) == (409, "not-staged")
    assert len(desk.projects()) == 1


def test_what_moved_between_the_preview_and_the_acceptance_is_judged_again(
    desk: SheetDesk,
) -> None:
    first, second = (desk.send("projects", csv_file(PROJECTS, PROJECT)) for _ in range(2))
    assert counts(desk.accept(first)) == (1, 1, 0, 0, 0)
    assert counts(desk.accept(second)) == (1, 0, 0, 1, 0)
    assert desk.undo(second).status_code == 200
    assert len(desk.projects()) == 1


def test_a_file_whose_columns_are_to_be_chosen_waits_for_somebody(desk: SheetDesk) -> None:
    shown = desk.send("projects", csv_file(("Code interne", "Intitulé"), ("P-9", "Préau")))
    assert counts(shown) == (1, 0, 0, 0, 1)
    assert shown["waits"] is True
    assert desk.get(PATH)["items"][0]["waits"] is True
    wrong = desk.send("projects", csv_file(PROJECTS, ("P-9", "Préau", "deux mille", "", "", "")))
    assert counts(wrong) == (1, 0, 0, 0, 1)
    assert wrong["waits"] is False


def test_a_cpv_code_that_does_not_exist_is_told_on_its_line(desk: SheetDesk) -> None:
    titles = ("N° de marché", "Objet", "Code CPV")
    shown = desk.send("contracts", csv_file(titles, ("C-9", "Cloisons", "90919999")))
    (one,) = desk.rows(shown)
    assert one["state"] == "new"
    words = [each["message"] for each in one["issues"]]
    assert words == [
        "« Code CPV » : « 90919999 » n’est pas un code de la nomenclature CPV 2008 : vérifiez-le."
    ]
