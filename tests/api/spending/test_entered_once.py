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
    line = {"mandate_number": f"OTHER-{sorted(other)}", "mandate_line": "1"}
    assert send(service, line).status_code == 201
    assert send(service, line | other).status_code == 201


def test_the_lines_of_a_mandate_sent_together_are_all_entered(service: Service) -> None:
    line = {"mandate_number": "SEVERAL-1"}
    answer = send(service, line, line | {"amount": "5.00"})
    assert answer.json()["created"] == 2
    numbered = {"mandate_number": "SEVERAL-2", "mandate_line": "1"}
    assert fields(send(service, numbered, numbered)) == [["body", "lines", 1, "mandate_number"]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"mandate_number": "26#7", "mandate_line": "1"},
         {"mandate_number": "26#8", "mandate_line": "1"}),
        ({"mandate_number": "P|1"}, {"mandate_number": "P", "mandate_line": "1|"}),
        ({"mandate_number": "Q"}, {"mandate_number": "Q#2"}),
        ({"mandate_number": "P|2", "mandate_line": "3"},
         {"mandate_number": "P", "mandate_line": "2|3"}),
        ({"mandate_number": "R", "mandate_line": "1"},
         {"mandate_number": "R", "mandate_line": "1#2"}),
    ],
)  # fmt: skip
def test_marks_of_keys_inside_a_number_name_another_mandate(
    service: Service, one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert send(service, one).status_code == 201
    assert send(service, other).status_code == 201
    assert fields(send(service, other)) == [["body", "lines", 0, "mandate_number"]]


@pytest.mark.parametrize(
    ("first", "then", "reason"),
    [
        ({}, {"mandate_line": "1"}, "sans « Ligne du mandat »"),
        ({"mandate_line": "1"}, {}, "ligne par ligne"),
    ],
)
def test_a_mandate_said_whole_and_line_by_line_is_refused(
    service: Service, first: dict[str, Any], then: dict[str, Any], reason: str
) -> None:
    number = {"mandate_number": f"WAY-{len(first)}"}
    assert send(service, number | first).status_code == 201
    refused = send(service, {}, number | then)
    assert fields(refused) == [["body", "lines", 1, "mandate_number"]]
    told = refused.json()["errors"][0]["message"]
    assert reason in told
    assert "mandate_line" not in told
    assert send(service, number | then | {"year": 2025}).status_code == 201
    accepted = import_lines(service, (*number.values(), then.get("mandate_line", ""), "10,00"))
    assert accepted["rows"]["refused"] == 1


def test_a_file_that_says_a_mandate_both_ways_is_refused_where_it_does(service: Service) -> None:
    lines = (("BOTH-1", "", "10,00"), ("BOTH-1", "1", "10,00"), ("BOTH-2", "1", "5,00"))
    sent = deposit(service, *lines)
    assert (sent["rows"]["new"], sent["rows"]["refused"]) == (2, 1)
    accepted = accept(service, sent)
    assert (accepted["rows"]["new"], accepted["rows"]["refused"]) == (2, 1)
    again = import_lines(service, *lines)
    assert (again["rows"]["same"], again["rows"]["refused"]) == (2, 1)


def test_a_file_that_brings_a_mandate_entered_by_hand_adds_nothing(service: Service) -> None:
    entered = send(service, {"mandate_number": "FILE#1|", "amount": "250.00"})
    assert entered.status_code == 201
    accepted = import_lines(service, ("FILE#1|", "", "250,00"), ("FILE-2", "", "30,00"))
    assert (accepted["rows"]["new"], accepted["rows"]["same"]) == (1, 1)


def import_lines(service: Service, *lines: tuple[str, ...]) -> dict[str, Any]:
    """What becomes of the lines of a file: mandate, line, amount."""
    return accept(service, deposit(service, *lines))


def deposit(service: Service, *lines: tuple[str, ...]) -> dict[str, Any]:
    """What would become of them."""
    written = io.StringIO()
    titles = ["Exercice", "N° mandat", "N° de ligne", "Montant HT", "Bénéficiaire"]
    rows = [["2026", *line, "Fournisseur d’essai"] for line in lines]
    csv.writer(written, delimiter=";").writerows([titles, *rows])
    sent = service.client.post(
        "/api/v1/imports",
        files={"file": ("mandats.csv", written.getvalue().encode(), "text/csv")},
        data={"organisation": DEMONSTRATION, "kind": "spending"},
        headers=service.as_("pilot"),
    )
    assert sent.status_code == 201, sent.text
    return dict(sent.json())


def accept(service: Service, sent: dict[str, Any]) -> dict[str, Any]:
    """Let in a file that was deposited."""
    accepted = ask(service, "POST", f"/imports/{sent['id']}/accept", {})
    assert accepted.status_code == 200, accepted.text
    return dict(accepted.json())
