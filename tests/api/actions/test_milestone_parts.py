"""Milestones told by part: each its answer, its day and its note, and the whole that they make."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.kit.audit import AuditEvent
from api.kit.days import today
from tests.api.actions.parted_steps import CLEANING, GARDENS, LAUNDRY, PARTS, answers, figure
from tests.api.actions.saying import World, world
from tests.api.reserved.asking import fields
from tests.cases.actions import YEAR
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service

TOMORROW = (today() + timedelta(days=2)).isoformat()


@pytest.fixture
def made(service: Service) -> World:
    return world(service, by_part=True)


def test_parts_come_back_in_their_order_with_a_role_and_never_a_name(
    made: World, service: Service
) -> None:
    answer = made.milestone("SECTEURS", parts=PARTS, due_on="2025-12-31")
    assert answer.status_code == 200, answer.text
    one = answer.json()
    assert [part["part"] for part in one["parts"]] == [
        "Nettoyage",
        "Espaces verts",
        "Blanchisserie",
    ]
    assert [part["said_as"] for part in one["parts"]] == ["pilot", "pilot", None]
    assert [part["said_at"] is None for part in one["parts"]] == [False, False, True]
    assert one["parts"][0]["comment"] == "Deux lots"
    assert "Compte pilote" not in str(one["parts"])
    # One is not: the whole is not; what nobody spoke of changes nothing to it.
    assert (one["done"], one["done_on"], one["in_time"]) == (False, None, None)
    (listed,) = service.get(f"/api/v1/milestones?scheme={made.code}")["items"]
    assert listed == one


def test_the_whole_is_done_on_the_day_of_the_last_part(made: World) -> None:
    last = {"part": "Traiteur", "done": True, "done_on": "2025-06-30"}
    one = made.milestone("SECTEURS", parts=[last, CLEANING], due_on="2025-06-30").json()
    assert (one["done"], one["done_on"], one["in_time"]) == (True, "2025-06-30", True)
    more = made.milestone("SECTEURS", parts=[last, CLEANING, LAUNDRY], If_Match='"1"').json()
    assert (more["done"], more["done_on"], more["in_time"]) == (None, None, None)


def test_the_figure_says_how_many_parts_are_done_and_of_how_many_nobody_spoke(
    made: World,
) -> None:
    assert made.milestone("SECTEURS", parts=PARTS).status_code == 200
    result = figure(made, "SECTEURS")
    assert result["words"] == ["1 sur 3 fait", "1 pas fait", "1 sans réponse"]
    assert (result["numerator"], result["denominator"], result["unknown"]) == ("1", "2", 1)
    told = {one["label"]: one["value"] for one in result["parts"]}
    assert told == {"Nettoyage": "1", "Espaces verts": "0", "Blanchisserie": None}


def test_organisations_together_add_their_parts(made: World) -> None:
    made.milestone("SECTEURS", parts=PARTS)
    more = [{**CLEANING, "part": "NETTOYAGE"}, LAUNDRY]
    answer = made.milestone("SECTEURS", "other-pilot", organisation=OTHER, parts=more)
    assert answer.status_code == 200, answer.text
    result = figure(made, "SECTEURS", DEMONSTRATION, OTHER)
    assert result["words"] == ["2 sur 5 faits", "1 pas fait", "2 sans réponse"]
    told = {one["label"]: (one["numerator"], one["base"]) for one in result["parts"]}
    assert told["Nettoyage"] == ("2", "2")
    assert told["Blanchisserie"] == ("0", "2")


def test_parts_are_added_renamed_and_removed_and_the_journal_says_so(
    made: World, service: Service
) -> None:
    made.milestone("SECTEURS", parts=PARTS)
    renamed = {**GARDENS, "part": "Espaces verts et voirie"}
    again = [CLEANING, renamed, {"part": "Traiteur"}]
    assert made.milestone("SECTEURS", parts=again).status_code == 428
    one = made.milestone("SECTEURS", parts=again, If_Match='"1"').json()
    assert answers(one) == {"Nettoyage": True, "Espaces verts et voirie": False, "Traiteur": None}
    with Session(service.app.state.engines.read) as session:
        event = session.scalars(
            sa.select(AuditEvent)
            .where(
                col(AuditEvent.action) == "milestone.set",
                col(AuditEvent.target) == f"indicator:{made.indicators['SECTEURS']}",
            )
            .order_by(col(AuditEvent.id).desc())
            .limit(1)
        ).one()
    (change,) = event.details["changes"]
    assert change[0] == "parts"
    assert change[1][1:] == [["Espaces verts", False, None], ["Blanchisserie", None, None]]
    assert change[2][1:] == [["Espaces verts et voirie", False, None], ["Traiteur", None, None]]
    assert "Deux lots" not in str(event.details)
    empty = made.milestone("SECTEURS", If_Match='"2"').json()
    assert (empty["parts"], empty["done"]) == ([], None)


def test_an_answer_that_does_not_change_stays_that_of_who_gave_it(made: World) -> None:
    first = made.milestone("SECTEURS", parts=PARTS).json()
    said = [{**CLEANING}, {**GARDENS, "comment": "En cours"}, LAUNDRY]
    again = made.milestone("SECTEURS", "administrator", parts=said, If_Match='"1"').json()
    assert [part["said_as"] for part in again["parts"]] == ["pilot", "administrator", None]
    assert again["parts"][0]["said_at"] == first["parts"][0]["said_at"]
    assert again["parts"][1]["said_at"] > first["parts"][1]["said_at"]


@pytest.mark.parametrize(
    ("name", "said", "place"),
    [
        ("SECTEURS", {"parts": [{**GARDENS, "done": True}]}, ["parts", 0, "done_on"]),
        ("SECTEURS", {"parts": [{**GARDENS, "done_on": "2025-01-02"}]}, ["parts", 0, "done_on"]),
        ("SECTEURS", {"parts": [{**CLEANING, "done_on": TOMORROW}]}, ["parts", 0, "done_on"]),
        ("SECTEURS", {"parts": [LAUNDRY, {"part": "BLANCHISSERIE"}]}, ["parts", 1, "part"]),
        ("SECTEURS", {"parts": [{"part": " "}]}, ["parts", 0, "part"]),
        ("SECTEURS", {"parts": [{**LAUNDRY, "value": "1"}]}, ["parts", 0, "value"]),
        ("SECTEURS", {"parts": PARTS, "done": False}, ["done"]),
        ("TYPES", {"period": "2025", "parts": [{"part": "Affiche"}]}, ["parts", 0, "part"]),
        ("JALON", {"parts": [LAUNDRY]}, ["parts"]),
    ],
)
def test_a_refusal_names_the_line_and_keeps_nothing(
    made: World, service: Service, name: str, said: dict[str, Any], place: list[Any]
) -> None:
    assert fields(made.milestone(name, **said)) == [["body", *place]]
    assert service.get(f"/api/v1/milestones?scheme={made.code}")["items"] == []


def test_words_of_a_closed_list_take_its_spelling(made: World) -> None:
    parts = [{"part": "REGLEMENT"}, {"part": "cahier des charges", "done": False}]
    one = made.milestone("TYPES", period=str(YEAR), parts=parts).json()
    assert answers(one) == {"Règlement": None, "Cahier des charges": False}


def test_a_word_of_a_closed_list_that_nobody_spoke_of_waits_for_its_answer(made: World) -> None:
    campaign = made.campaign().json()
    said = {"part": "Règlement", "done": False}
    one = made.milestone("TYPES", period=str(YEAR), parts=[said]).json()
    assert answers(one) == {"Règlement": False, "Cahier des charges": None}
    assert (one["done"], one["parts"][1]["said_as"]) == (False, None)
    assert made.rows(campaign)["TYPES"]["state"] == "late"
    made.milestone(
        "TYPES",
        period=str(YEAR),
        parts=[said | {"done": True, "done_on": "2025-02-03"}],
        If_Match='"1"',
    )
    assert figure(made, "TYPES")["words"] == ["1 sur 2 fait", "1 sans réponse"]


def test_who_does_not_speak_for_the_buyer_says_nothing_of_its_parts(made: World) -> None:
    assert made.milestone("SECTEURS", "reader", parts=PARTS).status_code == 403
    assert made.milestone("SECTEURS", "other-pilot", parts=PARTS).status_code == 404


def test_a_duty_is_said_once_every_part_has_an_answer(made: World) -> None:
    campaign = made.campaign().json()
    made.milestone("SECTEURS", parts=PARTS)
    row = made.rows(campaign)["SECTEURS"]
    assert (row["parts_expected"], row["done"], row["state"]) == ("secteur d’achat", False, "late")
    every = [*PARTS[:2], {**LAUNDRY, "done": False}]
    made.milestone("SECTEURS", parts=every, If_Match='"1"')
    assert made.rows(campaign)["SECTEURS"]["state"] == "said"


def test_an_answer_taken_back_is_nobody_s(made: World) -> None:
    made.milestone("SECTEURS", parts=PARTS)
    back = [{"part": "Nettoyage", "comment": "Deux lots"}, *PARTS[1:]]
    one = made.milestone("SECTEURS", parts=back, If_Match='"1"').json()["parts"]
    assert [(part["said_as"], part["said_at"] is None) for part in one] == [
        (None, True),
        ("pilot", False),
        (None, True),
    ]
