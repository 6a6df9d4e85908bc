"""The register of structures: said by whom and when, and lists that enter whole or not at all."""

import io
from typing import Any

import openpyxl
import pytest
from httpx2 import Response

from tests.api.reserved.asking import ask, fields, made, pages
from tests.cases.structures import siret, structure
from tests.operations import Service

SAID = {"source": "Annuaire de démonstration", "as_of": "2026-02-01"}


def bring(service: Service, content: str | bytes, name: str = "liste.csv", **said: str) -> Response:
    """Import a list."""
    data = content.encode() if isinstance(content, str) else content
    answer: Response = service.client.post(
        "/api/v1/structures/files",
        headers=service.as_("pilot"),
        data=SAID | said,
        files={"file": (name, data)},
    )
    return answer


def excel(rows: list[list[Any]]) -> bytes:
    """A workbook of these rows."""
    workbook, written = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        workbook.worksheets[0].append(row)
    workbook.save(written)
    return written.getvalue()


def known(service: Service, number: str) -> Any:
    """What the register says of a SIRET, None when it has none."""
    found = service.get(f"/api/v1/structures?q={number}")["items"]
    return found[0] if found else None


def counts(answer: Response) -> tuple[int, ...]:
    assert answer.status_code == 201, answer.text
    names = ("received", "created", "changed", "same", "older")
    return tuple(answer.json()[name] for name in names)


def test_a_list_creates_completes_and_leaves_what_is_known(service: Service) -> None:
    one, two, three = siret(), siret(), siret()
    first = f"SIRET;Nom;Type de structure;ESS;ESUS\n{one};Atelier;EA;oui;\n{two};Jardin;ACI;;non\n"
    assert counts(bring(service, first)) == (2, 2, 0, 0, 0)
    assert counts(bring(service, first)) == (2, 0, 0, 2, 0)
    # An empty cell says nothing: what is known stays.
    second = f"Siret;dénomination;ESUS\n{one};;oui\n{two};Jardin;\n{three};Presse;\n"
    later = bring(service, second, as_of="2026-03-01", source="Autre annuaire")
    assert counts(later) == (3, 1, 2, 0, 0)
    found = known(service, one)
    assert (found["name"], found["kind"], found["ess"], found["esus"]) == (
        "Atelier",
        "ea",
        True,
        True,
    )
    assert (found["source"], found["as_of"], found["version"]) == (
        "Autre annuaire",
        "2026-03-01",
        2,
    )
    assert (known(service, three)["kind"], known(service, three)["ess"]) == (None, None)


def test_an_older_list_does_not_undo_a_more_recent_one(service: Service) -> None:
    one = siret()
    bring(service, f"SIRET;Type\n{one};EI\n", as_of="2026-03-01")
    assert counts(bring(service, f"SIRET;Type\n{one};AI\n", as_of="2026-02-28")) == (1, 0, 0, 0, 1)
    assert known(service, one)["kind"] == "ei"
    assert counts(bring(service, f"SIRET;Type\n{one};AI\n", as_of="2026-03-01")) == (1, 0, 1, 0, 0)
    assert known(service, one)["kind"] == "ai"


def test_each_wrong_cell_is_told_by_line_and_column_and_nothing_enters(service: Service) -> None:
    good, twice = siret(), siret()
    content = (
        "Liste des structures;;;;\n"
        "SIRET;Nom;Type;ESS;Département\n"
        f"{good};Bonne;EA;oui;62\n"
        "123;Courte;EA;oui;62\n"
        f"{siret()};Type;coopérative;peut-être;62\n"
        f"{twice};Une;ESAT;;\n"
        f"{twice};Deux;ESAT;;999\n"
        ";Sans numéro;EI;;\n"
    )
    answer = bring(service, content)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"] == "refused-lines"
    assert problem["detail"].startswith("4 lignes sont à corriger sur 6 : rien n’a été enregistré")
    assert [one["loc"] for one in problem["errors"]] == [
        ["body", "file", 4, "SIRET"],
        ["body", "file", 5, "Type"],
        ["body", "file", 5, "ESS"],
        ["body", "file", 7, "SIRET"],
        ["body", "file", 7, "Département"],
        ["body", "file", 8, "SIRET"],
    ]
    assert "Ligne 4 : « SIRET » n’est pas un SIRET" in problem["errors"][0]["message"]
    assert "ligne 6" in problem["errors"][3]["message"]
    assert "coopérative" not in answer.text
    assert known(service, good) is None


def test_a_workbook_is_read_as_a_list_is(service: Service) -> None:
    one, two = siret(), siret()
    rows = [
        ["SIRET", "Nom", "Type de structure"],
        [one, "Régie", "Régie de quartier"],
        [two, "P", "SEP"],
    ]
    assert counts(bring(service, excel(rows), "liste.xlsx")) == (2, 2, 0, 0, 0)
    assert known(service, one)["kind"] == "regie_quartier"
    assert known(service, two)["kind_label"] == "Produits et services réalisés en prison (SEP)"


def test_a_number_that_lost_its_zeros_in_a_workbook_is_found_again(service: Service) -> None:
    one = siret()
    assert counts(bring(service, excel([["SIRET", "Nom"], [int(one), "N"]]), "l.xlsx"))[1] == 1
    assert known(service, one)["name"] == "N"


@pytest.mark.parametrize("name", ["=1+1", '=HYPERLINK("http://x";"y")', "+1", "@SUM(A1)", "-2+3"])
def test_a_formula_is_a_text_like_another(service: Service, name: str) -> None:
    one = siret()
    quoted = name.replace('"', '""')
    assert counts(bring(service, f'SIRET;Nom\n{one};"{quoted}"\n'))[1] == 1
    found = ask(service, "GET", f"/structures?q={one}")
    assert found.headers["content-type"] == "application/json"
    assert found.json()["items"][0]["name"] == name


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "vide.csv", "vide"),
        (b"Nom;Type\nA;EA\n", "sans.csv", "SIRET"),
        (b"SIRET;Nom\n", "titres.csv", "aucune ligne"),
        (b"%PDF-1.7", "liste.csv", "PDF"),
        (b"PK\x03\x04abime", "liste.xlsx", ""),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_its_reason(
    service: Service, content: bytes, name: str, told: str
) -> None:
    answer = bring(service, content, name)
    assert fields(answer) == [["body", "file"]]
    assert told in answer.json()["detail"]


def test_a_source_does_not_speak_of_tomorrow(service: Service) -> None:
    assert fields(bring(service, f"SIRET\n{siret()}\n", as_of="2999-01-01")) == [["body", "as_of"]]
    body = structure(service.things()) | {"as_of": "2999-01-01"}
    assert fields(ask(service, "POST", "/structures", body)) == [["body", "as_of"]]


def test_a_wrong_key_is_told_and_not_refused(service: Service) -> None:
    good, bad = "00000062000013", "00000062000014"
    told = bring(service, f"SIRET\n{good}\n{bad}\n").json()
    assert [(one["line"], one["column"]) for one in told["warnings"]] == [(3, "SIRET")]
    assert told["unread"] == []


def test_columns_that_are_not_read_are_told(service: Service) -> None:
    told = bring(service, f"SIRET;Chiffre préféré\n{siret()};7\n").json()
    assert told["unread"] == ["Chiffre préféré"]


def test_the_same_key_brings_a_list_once(service: Service) -> None:
    content = f"SIRET\n{siret()}\n".encode()
    headers = service.as_("pilot") | {"Idempotency-Key": "the-same-list"}
    answers = [
        service.client.post(
            "/api/v1/structures/files",
            headers=headers,
            data=SAID,
            files={"file": ("l.csv", content)},
        )
        for _ in range(2)
    ]
    assert [answer.json()["created"] for answer in answers] == [1, 1]


def test_a_structure_is_changed_with_its_source_and_its_version(service: Service) -> None:
    one = made(service, "/structures", structure(service.things()))
    path = f"/structures/{one['id']}"
    assert fields(ask(service, "PATCH", path, {"esus": True}, If_Match='"1"')) == [
        ["body", "source"],
        ["body", "as_of"],
    ]
    body = {"esus": None, "kind": "ea", **SAID}
    assert ask(service, "PATCH", path, body).status_code == 428
    changed = ask(service, "PATCH", path, body, If_Match='"1"')
    told = changed.json()
    assert (told["esus"], told["kind"], told["name"], told["version"]) == (
        None,
        "ea",
        one["name"],
        2,
    )
    assert ask(service, "PATCH", path, body, If_Match='"1"').status_code == 412
    assert ask(service, "GET", path).headers["etag"] == changed.headers["etag"] == '"2"'


def test_a_siret_has_one_structure(service: Service) -> None:
    body = structure(service.things())
    made(service, "/structures", body)
    again = ask(service, "POST", "/structures", body)
    assert (again.status_code, again.json()["type"]) == (409, "structure-taken")


def test_a_list_is_narrowed_by_what_is_said(service: Service) -> None:
    facts: list[dict[str, Any]] = [
        {"kind": "ea", "ess": True, "esus": None},
        {"kind": None, "ess": False, "esus": False},
        {"kind": "eatt", "ess": None, "esus": True},
    ]
    ids = [
        made(service, "/structures", structure(service.things()) | {"name": "Zqv 100 %"} | one)[
            "id"
        ]
        for one in facts
    ]

    def found(query: str) -> list[str]:
        return [one["id"] for one in pages(service, f"/structures?q=zqv&{query}", 1)]

    assert found("") == ids
    assert found("kind=ea") == [ids[0]]
    assert found("ess=true") == [ids[0]]
    assert found("ess=false") == found("esus=false") == [ids[1]]
    assert found("esus=true") == [ids[2]]
    assert [one["id"] for one in pages(service, "/structures?q=zqv+100+%25")] == ids
    assert pages(service, "/structures?q=zqv+1_0") == []


def test_a_facilitator_reads_structures_and_completes_none(service: Service) -> None:
    one = made(service, "/structures", structure(service.things()))
    assert service.get(f"/api/v1/structures/{one['id']}", "facilitator")["siret"] == one["siret"]
    body = structure(service.things())
    assert ask(service, "POST", "/structures", body, "facilitator").status_code == 403
