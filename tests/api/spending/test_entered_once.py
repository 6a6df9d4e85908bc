"""A mandate is entered once, by the form, the API or a file."""

import csv
import io
from typing import Any

import pytest

from tests.api.reserved.asking import ask, fields
from tests.conftest import DEMONSTRATION
from tests.operations import Service


def send(service: Service, *lines: dict[str, Any]) -> Any:
    """Enter lines of 2026."""
    paid = {"year": 2026, "payee_name": "Fournisseur d’essai", "amount": "100.00"}
    body = {"buyer_siret": DEMONSTRATION, "lines": [paid | line for line in lines]}
    return ask(service, "POST", "/spending", body)


def test_a_mandate_entered_twice_is_refused_at_its_place(service: Service) -> None:
    assert send(service, {"mandate_number": "ONCE-1"}).status_code == 201
    again = send(service, {}, {"mandate_number": "ONCE-1", "amount": "7.00"})
    assert fields(again) == [["body", "lines", 1, "mandate_number"]]
    assert "« ONCE-1 » est déjà enregistré pour 2026" in again.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "other", [{"year": 2025}, {"mandate_line": "2"}, {"mandate_number": "ONCE-3"}]
)
def test_another_year_another_line_another_number_are_others(
    service: Service, other: dict[str, Any]
) -> None:
    line = {"mandate_number": f"OTHER-{sorted(other)}"}
    assert send(service, line).status_code == 201
    assert send(service, line | other).status_code == 201


def test_the_lines_of_a_mandate_sent_together_are_all_entered(service: Service) -> None:
    line = {"mandate_number": "SEVERAL-1"}
    answer = send(service, line, line | {"amount": "5.00"})
    assert answer.json()["created"] == 2
    numbered = {"mandate_number": "SEVERAL-2", "mandate_line": "1"}
    assert fields(send(service, numbered, numbered)) == [["body", "lines", 1, "mandate_number"]]


def test_a_file_that_brings_a_mandate_entered_by_hand_adds_nothing(service: Service) -> None:
    entered = send(service, {"mandate_number": "FILE-1", "amount": "250.00"})
    assert entered.status_code == 201
    written = io.StringIO()
    rows = [
        ["Exercice", "N° mandat", "Bénéficiaire", "Montant HT"],
        ["2026", "FILE-1", "Fournisseur d’essai", "250,00"],
        ["2026", "FILE-2", "Fournisseur d’essai", "30,00"],
    ]
    csv.writer(written, delimiter=";").writerows(rows)
    file = {"file": ("mandats.csv", written.getvalue().encode(), "text/csv")}
    sent = service.client.post(
        "/api/v1/imports",
        files=file,
        data={"organisation": DEMONSTRATION, "kind": "spending"},
        headers=service.as_("pilot"),
    )
    assert sent.status_code == 201, sent.text
    accepted = ask(service, "POST", f"/imports/{sent.json()['id']}/accept", {})
    assert accepted.status_code == 200, accepted.text
    assert (accepted.json()["rows"]["new"], accepted.json()["rows"]["same"]) == (1, 1)
