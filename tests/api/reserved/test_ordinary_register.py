"""Companies that are said to be no structure: by a list, one by one, or many at once."""

from typing import Any

import pytest
import sqlalchemy as sa
from httpx2 import Response

from tests.api.reserved.asking import ask, contract, fields, made, pages
from tests.cases.structures import siret
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service

SAID = {"source": "Annuaire de démonstration", "as_of": "2026-02-01"}


def ordinary(service: Service, *sirets: str, **said: Any) -> Response:
    """Say that companies are ordinary."""
    account = said.pop("account", "pilot")
    body = {"companies": [{"siret": one} for one in sirets]} | SAID | said
    return ask(service, "POST", "/structures/ordinary", body, account)


def registered(service: Service, number: str) -> Any:
    """What the register says of a SIRET, ordinary companies among them."""
    found = service.get(f"/api/v1/structures?q={number}&ordinary=true")["items"]
    return found[0] if found else None


@pytest.mark.parametrize("word", ["aucune", "AUCUNE", "Aucun", "Aucune (entreprise ordinaire)"])
def test_a_list_says_that_a_company_is_no_structure(service: Service, word: str) -> None:
    one = siret()
    file = {"file": ("liste.csv", f"SIRET;Type\n{one};{word}\n".encode())}
    answer = service.client.post(
        "/api/v1/structures/files", headers=service.as_("pilot"), data=SAID, files=file
    )
    assert answer.json()["created"] == 1, answer.text
    found = registered(service, one)
    assert (found["kind"], found["kind_label"]) == ("aucune", "Aucune (entreprise ordinaire)")
    assert (found["ess"], found["esus"], found["source"]) == (None, None, SAID["source"])


def test_an_ordinary_company_is_not_listed_as_a_structure(service: Service) -> None:
    plain, social, unsaid = siret(), siret(), siret()
    made(service, "/structures", {"siret": plain, "kind": "aucune", "esus": False} | SAID)
    made(service, "/structures", {"siret": social, "kind": "aucune", "ess": True} | SAID)
    made(service, "/structures", {"siret": unsaid, "ess": False} | SAID)

    def listed(query: str) -> set[str]:
        found = {one["siret"] for one in pages(service, f"/structures?{query}")}
        return found & {plain, social, unsaid}

    assert listed("limit=100") == {social, unsaid}
    assert listed("ordinary=true") == {plain, social, unsaid}
    assert listed("kind=aucune") == {plain, social}
    assert listed("kind=aucune&ess=true") == {social}
    assert service.get(f"/api/v1/structures?q={plain}")["items"] == []


def test_many_companies_are_said_ordinary_at_once(service: Service) -> None:
    fresh, silent, said, recent = siret(), siret(), siret(), siret()
    made(service, "/structures", {"siret": silent, "name": "Déjà là", "ess": True} | SAID)
    made(service, "/structures", {"siret": said, "kind": "ea"} | SAID)
    made(service, "/structures", {"siret": recent} | SAID | {"as_of": "2026-05-01"})
    answer = ordinary(
        service, fresh, silent, said, recent, fresh, source="Le pilote", as_of="2026-03-01"
    )
    assert answer.status_code == 201, answer.text
    told = {"received": 4, "created": 1, "changed": 1, "known": 1, "older": 1}
    assert answer.json() == told | {"id": answer.json()["id"]}
    assert {one: registered(service, one)["kind"] for one in (fresh, silent, said, recent)} == {
        fresh: "aucune",
        silent: "aucune",
        said: "ea",
        recent: None,
    }
    completed = registered(service, silent)
    assert (completed["name"], completed["ess"], completed["version"]) == ("Déjà là", True, 2)
    assert (completed["source"], completed["as_of"]) == ("Le pilote", "2026-03-01")
    # Nothing was said of the ESS: it stays unknown.
    assert (registered(service, fresh)["ess"], registered(service, fresh)["esus"]) == (None, None)


def test_said_out_of_the_ess_they_are_not_esus_and_who_is_of_it_stays(service: Service) -> None:
    fresh, social = siret(), siret()
    made(service, "/structures", {"siret": social, "ess": True} | SAID)
    assert ordinary(service, fresh, social, outside_ess=True).status_code == 201
    found = registered(service, fresh)
    assert (found["ess"], found["esus"]) == (False, False)
    assert (registered(service, social)["ess"], registered(service, social)["kind"]) == (
        True,
        "aucune",
    )


def test_a_company_takes_the_name_of_its_sheet_unless_one_is_given(service: Service) -> None:
    one, two = siret(), siret()
    for number in (one, two):
        party = {"id_type": "SIRET", "identifier": number, "name": "De sa fiche"}
        contract(service, suppliers=[party])
    body = {"companies": [{"siret": one}, {"siret": two, "name": "Donné"}]} | SAID
    made(service, "/structures/ordinary", body)
    assert (registered(service, one)["name"], registered(service, two)["name"]) == (
        "De sa fiche",
        "Donné",
    )


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"as_of": "2999-01-01"}, ["body", "as_of"]),
        ({"companies": []}, ["body", "companies"]),
        ({"companies": [{"siret": "123"}]}, ["body", "companies", 0, "siret"]),
        ({"companies": [{"siret": "00000000100006"}] * 201}, ["body", "companies"]),
        ({"source": ""}, ["body", "source"]),
    ],
)
def test_what_cannot_be_said_of_many_is_told_on_its_field(
    service: Service, said: dict[str, Any], place: list[Any]
) -> None:
    assert fields(ordinary(service, siret(), **said)) == [place]


def test_a_reader_says_nothing_of_a_company(service: Service) -> None:
    one = siret()
    assert ordinary(service, one, account="reader").status_code == 403
    assert registered(service, one) is None


def test_the_companies_of_unknown_kind_are_listed_those_of_most_contracts_first(
    service: Service,
) -> None:
    often, once, paid, said, elsewhere, sheet = (siret() for _ in range(6))
    for number, times in ((often, 3), (once, 1), (said, 1), (sheet, 1)):
        party = {"id_type": "SIRET", "identifier": number, "name": f"Titulaire {number}"}
        kept = [contract(service, suppliers=[party]) for _ in range(times)]
        if number == sheet:
            company = service.get(f"/api/v1/contracts/{kept[0]['id']}")["suppliers"][0]["id"]
            assert ask(service, "PATCH", f"/suppliers/{company}", {"kind": "ea"}).status_code == 200
    made(service, "/structures", {"siret": said, "kind": "ei"} | SAID)
    lines = [
        {"year": 2025, "payee_siret": paid, "payee_name": "Payé", "amount": "10.10"},
        {"year": 2024, "payee_siret": paid, "amount": "-0.10"},
        {"year": 2024, "payee_siret": often, "amount": "5.00"},
    ]
    made(service, "/spending", {"buyer_siret": DEMONSTRATION, "lines": lines})
    body = {"buyer_siret": OTHER, "lines": [lines[0] | {"payee_siret": elsewhere}]}
    made(service, "/spending", body, "other-pilot")
    mine = {often, once, paid, said, elsewhere, sheet}
    address = f"/unqualified-companies?buyer={DEMONSTRATION}"
    whole = pages(service, address)
    assert whole == pages(service, address, limit=7)
    found = [one for one in whole if one["siret"] in mine]
    assert [(one["siret"], one["contracts"], one["paid"]) for one in found] == [
        (often, 3, "5.00"),
        (once, 1, None),
        (paid, 0, "10.00"),
    ]
    assert [one["name"] for one in found] == [f"Titulaire {often}", f"Titulaire {once}", "Payé"]
    assert ordinary(service, often, paid).status_code == 201
    left = {one["siret"] for one in pages(service, address)}
    assert left & mine == {once}


@pytest.mark.parametrize("cursor", ["WyItMSIsIngiXQ", "WyI5OTk5OTk5OTk5OSIsIngiXQ", "x", "WyIxIl0"])
def test_a_cursor_that_is_not_ours_is_refused(service: Service, cursor: str) -> None:
    path = f"/unqualified-companies?buyer={DEMONSTRATION}&cursor={cursor}"
    assert fields(ask(service, "GET", path)) == [["query", "cursor"]]


def test_how_many_companies_there_are_changes_nothing_to_the_work(service: Service) -> None:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    def asked(limit: int) -> int:
        statements.clear()
        service.get(f"/api/v1/unqualified-companies?buyer={DEMONSTRATION}&limit={limit}")
        return len(statements)

    def said(number: int) -> int:
        sirets = [siret() for _ in range(number)]
        statements.clear()
        assert ordinary(service, *sirets).status_code == 201
        return len(statements)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        asked(1)  # whoever asks is logged in from here on
        assert asked(1) == asked(100)
        assert said(2) == said(60)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
