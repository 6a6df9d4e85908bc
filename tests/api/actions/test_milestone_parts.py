"""Milestones told by part: each its answer, its day and its note, and the whole that they make."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.indicators import freezing_sums
from api.indicators.models import FrozenFigures
from api.indicators.service import of_organisations
from api.kit.audit import AuditEvent
from api.kit.days import today
from api.schemes.models import Indicator, Scheme
from tests.api.actions.saying import World, world
from tests.api.reserved.asking import close, fields, reopen
from tests.cases.actions import YEAR
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service

CLEANING: dict[str, Any] = {
    "part": "Nettoyage",
    "done": True,
    "done_on": "2025-03-04",
    "comment": "Deux lots",
}
GARDENS: dict[str, Any] = {"part": "Espaces verts", "done": False}
LAUNDRY: dict[str, Any] = {"part": "Blanchisserie"}
PARTS = [CLEANING, GARDENS, LAUNDRY]
TOMORROW = (today() + timedelta(days=2)).isoformat()


@pytest.fixture
def made(service: Service) -> World:
    return world(service, by_part=True)


def figure(made: World, name: str, *sirets: str) -> dict[str, Any]:
    """The figure of an indicator for the year of the tests, of one organisation or of several."""
    with Session(made.service.app.state.engines.read) as session:
        scheme = session.scalars(sa.select(Scheme).where(col(Scheme.code) == made.code)).one()
        buyers = [
            session.scalars(sa.select(Organisation).where(col(Organisation.siret) == one)).one()
            for one in sirets or (DEMONSTRATION,)
        ]
        found = of_organisations(session, scheme, buyers, YEAR).results
    return next(one.model_dump() for one in found if one.code == name)


def answers(one: Any) -> dict[str, Any]:
    """What was said of each part of a milestone, by its name."""
    return {part["part"]: part["done"] for part in one["parts"]}


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
    assert result["words"] == ["1 sur 3", "1 non", "1 sans réponse"]
    assert (result["numerator"], result["denominator"], result["unknown"]) == ("1", "2", 1)
    told = {one["label"]: one["value"] for one in result["parts"]}
    assert told == {"Nettoyage": "1", "Espaces verts": "0", "Blanchisserie": None}


def test_organisations_together_add_their_parts(made: World) -> None:
    made.milestone("SECTEURS", parts=PARTS)
    more = [{**CLEANING, "part": "NETTOYAGE"}, LAUNDRY]
    answer = made.milestone("SECTEURS", "other-pilot", organisation=OTHER, parts=more)
    assert answer.status_code == 200, answer.text
    result = figure(made, "SECTEURS", DEMONSTRATION, OTHER)
    assert result["words"] == ["2 sur 5", "1 non", "2 sans réponse"]
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
    assert figure(made, "TYPES")["words"] == ["1 sur 2", "1 sans réponse"]


def test_a_word_that_the_list_takes_later_is_unknown_in_the_figure_its_rows_and_a_closing(
    made: World, service: Service
) -> None:
    parts = [
        {"part": one, "done": True, "done_on": "2025-02-03"}
        for one in ("Règlement", "Cahier des charges")
    ]
    assert made.milestone("TYPES", period=str(YEAR), parts=parts).json()["done"] is True
    with Session(service.app.state.engines.write) as session, session.begin():
        one = session.get_one(Indicator, UUID(made.indicators["TYPES"]))
        among = [*one.definition["parts"]["among"], "Charte"]
        one.definition = one.definition | {"parts": one.definition["parts"] | {"among": among}}
    assert figure(made, "TYPES")["words"] == ["2 sur 3", "1 sans réponse"]
    address = f"indicators/{made.indicators['TYPES']}/evidence?organisation={DEMONSTRATION}"
    rows = listed(made, f"{address}&year={YEAR}", STATES)
    assert (len(rows["counted"]), rows["unknown"]) == (2, ["Charte"])
    closing = close(service, YEAR)
    try:
        found = service.get(f"/api/v1/frozen-figures?scheme={made.code}")["items"]
        kept = service.get(f"/api/v1/frozen-figures/{found[0]['id']}")
        result = next(one for one in kept["results"] if one["code"] == "TYPES")
        assert result["words"] == ["2 sur 3", "1 sans réponse"]
        evidence = f"frozen-figures/{kept['id']}/evidence?indicator={made.indicators['TYPES']}"
        assert len(listed(made, evidence, ("unknown",))["unknown"]) == 1
    finally:
        reopen(service, closing)


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


def test_what_a_closed_year_did_stays_and_the_other_parts_may_still_be_said(
    made: World, service: Service
) -> None:
    made.milestone("SECTEURS", parts=PARTS)
    closing = close(service, 2025)
    try:
        moved = [{**CLEANING, "done_on": "2026-01-05"}, *PARTS[1:]]
        refused = made.milestone("SECTEURS", parts=moved, If_Match='"1"')
        assert refused.json()["type"].endswith("year-closed")
        assert made.milestone("SECTEURS", parts=PARTS[1:], If_Match='"1"').status_code == 409
        laundry = {**LAUNDRY, "done": True, "done_on": "2026-02-01"}
        said = made.milestone("SECTEURS", parts=[*PARTS[:2], laundry], If_Match='"1"')
        assert said.status_code == 200, said.text
        assert answers(said.json())["Blanchisserie"] is True
    finally:
        reopen(service, closing)


def test_a_step_done_in_a_closed_year_takes_another_part_and_keeps_its_own(
    made: World, service: Service
) -> None:
    made.milestone("SECTEURS", parts=[CLEANING])
    closing = close(service, 2025)
    try:
        said = made.milestone("SECTEURS", parts=[CLEANING, LAUNDRY], If_Match='"1"')
        assert said.status_code == 200, said.text
        assert (said.json()["done"], answers(said.json())["Nettoyage"]) == (None, True)
        respelled = [{**CLEANING, "part": "NETTOYAGE"}, LAUNDRY]
        for refused in (respelled, [LAUNDRY], []):
            answer = made.milestone("SECTEURS", parts=refused, If_Match='"2"')
            assert answer.json()["type"].endswith("year-closed"), refused
        done = {**LAUNDRY, "done": True, "done_on": "2025-12-01"}
        assert made.milestone("SECTEURS", parts=[CLEANING, done], If_Match='"2"').status_code == 409
    finally:
        reopen(service, closing)
    respelled[1:] = []
    again = made.milestone("SECTEURS", parts=respelled, If_Match='"2"')
    assert answers(again.json()) == {"NETTOYAGE": True}


def test_what_was_said_at_once_in_a_closed_year_is_not_replaced_by_parts(
    made: World, service: Service
) -> None:
    made.milestone("SECTEURS", done=True, done_on="2025-03-04")
    closing = close(service, 2025)
    try:
        answer = made.milestone("SECTEURS", parts=[LAUNDRY], If_Match='"1"')
        assert answer.json()["type"].endswith("year-closed")
    finally:
        reopen(service, closing)


def test_the_closed_years_are_read_once_however_many_parts_there_are(made: World) -> None:
    days = [f"20{year}-03-04" for year in range(14, 24)]
    parts = [{"part": f"Secteur {day}", "done": True, "done_on": day} for day in days]
    asked: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.extend([statement] if "FROM closing" in statement else [])

    engine = made.service.app.state.engines.write
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        assert made.milestone("SECTEURS", parts=parts).status_code == 200
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert len(asked) == 1


def test_an_answer_taken_back_is_nobody_s(made: World) -> None:
    made.milestone("SECTEURS", parts=PARTS)
    back = [{"part": "Nettoyage", "comment": "Deux lots"}, *PARTS[1:]]
    one = made.milestone("SECTEURS", parts=back, If_Match='"1"').json()["parts"]
    assert [(part["said_as"], part["said_at"] is None) for part in one] == [
        (None, True),
        ("pilot", False),
        (None, True),
    ]


def listed(made: World, address: str, states: tuple[str, ...]) -> dict[str, list[str]]:
    """The parts in each state of the evidence at an address."""
    return {
        state: [
            one["title"] for one in made.service.get(f"/api/v1/{address}&state={state}")["items"]
        ]
        for state in states
    }


STATES = ("counted", "not_counted", "unknown", "outside")
TOLD = {
    "counted": ["Nettoyage"],
    "not_counted": ["Espaces verts"],
    "unknown": ["Blanchisserie"],
    "outside": [],
}


def test_the_evidence_of_a_step_lists_its_parts(made: World) -> None:
    made.milestone("SECTEURS", parts=PARTS)
    address = f"indicators/{made.indicators['SECTEURS']}/evidence?organisation={DEMONSTRATION}"
    assert listed(made, f"{address}&year={YEAR}", STATES) == TOLD
    (silent,) = made.service.get(f"/api/v1/{address}&year={YEAR}&state=unknown")["items"]
    assert silent["to_fill"][0]["text"] == "dire si c’est fait, et à quelle date"
    more = [{"part": f"Secteur {rank}", "done": False} for rank in range(5)]
    made.milestone("SECTEURS", parts=more, If_Match='"1"')
    names, path = [], f"/api/v1/{address}&year={YEAR}&state=not_counted&limit=2"
    following: str | None = ""
    while following is not None:
        page = made.service.get(path + (f"&cursor={following}" if following else ""))
        names += [one["title"] for one in page["items"]]
        following = page["next"]
    assert names == [one["part"] for one in more]


def test_a_closed_year_keeps_the_parts_and_their_answers(made: World, service: Service) -> None:
    made.milestone("SECTEURS", parts=PARTS)
    closing = close(service, YEAR)
    try:
        found = service.get(f"/api/v1/frozen-figures?scheme={made.code}")["items"]
        kept = service.get(f"/api/v1/frozen-figures/{found[0]['id']}")
        result = next(one for one in kept["results"] if one["code"] == "SECTEURS")
        assert result["words"] == ["1 sur 3", "1 non", "1 sans réponse"]
        assert [one["label"] for one in result["parts"]] == [one["part"] for one in PARTS]
        evidence = f"frozen-figures/{kept['id']}/evidence?indicator={made.indicators['SECTEURS']}"
        assert listed(made, evidence, STATES) == TOLD
        # What is said after the closing is of today: what was kept stays what it was.
        every = [*PARTS[:2], {**LAUNDRY, "done": False}]
        assert made.milestone("SECTEURS", parts=every, If_Match='"1"').status_code == 200
        assert listed(made, evidence, STATES) == TOLD
        # From the sums that were kept, a whole of several buyers counts each part again.
        with Session(service.app.state.engines.read) as session:
            frozen = session.get_one(FrozenFigures, UUID(kept["id"]))
            sums, buyer = frozen.content["sums"], frozen.organisation_id
        steps = freezing_sums.read([(buyer, sums)], {}, YEAR, today()).steps
        one = steps[UUID(made.indicators["SECTEURS"]), buyer, "once"]
        assert [(part.name, part.done) for part in one.parts] == [
            (part["part"], part.get("done")) for part in PARTS
        ]
        assert one.parts[0].done_on == date(2025, 3, 4)
    finally:
        reopen(service, closing)
