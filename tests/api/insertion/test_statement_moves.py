"""The states of a statement: which moves pass, what each leaves, and who lost a race."""

from itertools import product
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.insertion.clauses.models import Clause
from api.insertion.statements.models import Statement
from tests.api.insertion.months import (
    change_clause,
    count,
    errors,
    line,
    moved,
    put,
    read,
    send,
    state,
    stated,
    validated,
    warned,
)
from tests.cases.statements import PATH, clause_of, month
from tests.operations import Service

THIS, LAST, BEFORE = month(), month(1), month(2)
MONTH, LINE = ("body", "month"), ("body", "lines", 0)


# States

MOVES = {"submit": "submitted", "validate": "validated", "return": "to_correct"} | {
    "reject": "rejected"
}
ALLOWED = {
    ("draft", "submit"),
    ("submitted", "validate"),
    ("submitted", "return"),
    ("submitted", "reject"),
    ("to_correct", "submit"),
}
WAYS: dict[str, tuple[str, ...]] = {
    "draft": (),
    "submitted": ("submit",),
    "to_correct": ("submit", "return"),
    "validated": ("submit", "validate"),
    "rejected": ("submit", "reject"),
}
WORDS = {
    "draft": "en brouillon",
    "submitted": "soumise",
    "to_correct": "à corriger",
    "validated": "validée",
    "rejected": "rejetée",
}


@pytest.mark.parametrize(("start", "move"), list(product(WAYS, MOVES)))
def test_a_statement_moves_as_the_table_says_and_a_refusal_names_its_state(
    service: Service, start: str, move: str
) -> None:
    made = moved(service, stated(service, clause_of(service), LAST, {"persons": 1, "hours": "9"}))
    made = moved(service, made, *WAYS[start])
    body = {"comment": "Il manque une attestation"} if move in ("return", "reject") else None
    answer = send(service, f"/{made['id']}/{move}", body)
    if (start, move) in ALLOWED:
        assert answer.json()["state"] == MOVES[move]
        assert answer.json()["version"] == made["version"] + 1
    else:
        assert (answer.status_code, answer.json()["type"]) == (409, "statement-not-movable")
        assert WORDS[start] in answer.json()["detail"]
        assert read(service, made)["version"] == made["version"]


@pytest.mark.parametrize("start", list(WAYS))
def test_lines_are_replaced_in_a_draft_or_a_statement_to_correct_only(
    service: Service, start: str, clause: UUID, person: str
) -> None:
    made = moved(service, stated(service, clause, LAST, line(person, "9")), *WAYS[start])
    answer = put(service, made, [line(person, "12"), {"persons": 2, "hours": "20"}])
    if start in ("draft", "to_correct"):
        assert answer.status_code == 200
        assert (answer.json()["hours"], answer.json()["persons"]) == ("32.00", 3)
        assert answer.headers["etag"] == f'"{made["version"] + 1}"'
    else:
        assert answer.json()["type"] == "statement-not-open"
        assert WORDS[start] in answer.json()["detail"]


def test_lines_are_not_replaced_over_another_persons_change(
    service: Service, clause: UUID, person: str
) -> None:
    made = stated(service, clause, LAST, line(person, "9"))
    path, headers = f"{PATH}/{made['id']}", service.as_("facilitator")
    assert put(service, made, []).status_code == 200
    assert put(service, made, []).status_code == 412
    untagged = service.client.put(path, json={"lines": []}, headers=headers)
    assert untagged.status_code == 428
    assert send(service, f"/{made['id']}/submit", None, If_Match='"1"').status_code == 412


@pytest.mark.parametrize("move", ["return", "reject"])
def test_returning_and_rejecting_say_why(service: Service, clause: UUID, move: str) -> None:
    made = moved(service, stated(service, clause, LAST, {"persons": 1, "hours": "9"}), "submit")
    for body in (None, {}, {"comment": ""}, {"comment": None}):
        assert send(service, f"/{made['id']}/{move}", body).status_code == 422
    after = moved(service, made, move)
    assert after["comment"] == "Voir les attestations"
    # What is to be corrected is awaited again.
    assert (after["submitted_at"] is None) == (move == "return")
    assert (after["decided_at"] is None) == (move == "return")


def test_a_statement_is_not_submitted_once_a_line_is_wrong(
    service: Service, clause: UUID, person: str
) -> None:
    made = stated(service, clause, LAST, line(person, "9", modality="hire_cdd"))
    change_clause(service, clause, modalities=["temp_etti"])
    told = errors(send(service, f"/{made['id']}/submit"))
    assert list(told) == [("lines", 0, "modality")]
    assert "n’admet pas" in warned(read(service, made))
    assert read(service, made)["state"] == "draft"


def test_a_month_without_hours_is_stated_without_lines(service: Service, clause: UUID) -> None:
    done = validated(service, clause, LAST)
    assert (done["hours"], done["persons"], done["lines"]) == ("0.00", 0, [])


def test_the_same_key_opens_one_statement(service: Service, clause: UUID, person: str) -> None:
    body = {"clause_id": str(clause), "month": LAST, "lines": [line(person, "10")]}
    key = {"Idempotency_Key": uuid4().hex}
    first, again = send(service, "", body, **key), send(service, "", body, **key)
    assert first.status_code == again.status_code == 201
    assert (first.json(), first.headers["etag"]) == (again.json(), again.headers["etag"])
    assert count(service, Statement, col(Statement.clause_id) == clause) == 1


def test_a_statement_stays_with_the_facilitator_who_made_it(
    service: Service, clause: UUID, person: str
) -> None:
    made = moved(service, stated(service, clause, LAST, line(person, "10")), "submit")
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(
            sa.update(Clause).where(col(Clause.id) == clause).values(facilitator_id=None)
        )
    assert moved(service, made, "validate")["state"] == "validated"
    assert state(service, clause, BEFORE, line(person, "10")).status_code == 404
