"""Milestones told by part: what a closed year did stays, and the rows behind the figure."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from api.indicators import freezing_sums
from api.indicators.models import FrozenFigures
from api.kit.days import today
from api.schemes.models import Indicator
from tests.api.actions.parted_steps import CLEANING, LAUNDRY, PARTS, answers, figure
from tests.api.actions.saying import World, world
from tests.api.reserved.asking import close, reopen
from tests.cases.actions import YEAR
from tests.conftest import DEMONSTRATION
from tests.operations import Service


@pytest.fixture
def made(service: Service) -> World:
    return world(service, by_part=True)


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
    assert figure(made, "TYPES")["words"] == ["2 sur 3 faits", "1 sans réponse"]
    address = f"indicators/{made.indicators['TYPES']}/evidence?organisation={DEMONSTRATION}"
    rows = listed(made, f"{address}&year={YEAR}", STATES)
    assert (len(rows["counted"]), rows["unknown"]) == (2, ["Charte"])
    closing = close(service, YEAR)
    try:
        found = service.get(f"/api/v1/frozen-figures?scheme={made.code}")["items"]
        kept = service.get(f"/api/v1/frozen-figures/{found[0]['id']}")
        result = next(one for one in kept["results"] if one["code"] == "TYPES")
        assert result["words"] == ["2 sur 3 faits", "1 sans réponse"]
        evidence = f"frozen-figures/{kept['id']}/evidence?indicator={made.indicators['TYPES']}"
        assert len(listed(made, evidence, ("unknown",))["unknown"]) == 1
    finally:
        reopen(service, closing)


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


# What a closing keeps of each part: its answer, its day, and when it was due.
KEPT = {
    "counted": ["Nettoyage : oui, le 4 mars 2025, attendu le 31 décembre 2025"],
    "not_counted": ["Espaces verts : non, attendu le 31 décembre 2025"],
    "unknown": ["Blanchisserie : sans réponse, attendu le 31 décembre 2025"],
    "outside": [],
}


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"done": True, "done_on": "2025-03-04"}, "counted"),
        ({"done": False}, "not_counted"),
        ({"due_on": "2025-12-31"}, "unknown"),
    ],
)
def test_a_step_said_at_once_is_one_row_of_its_evidence_and_of_a_closing(
    made: World, service: Service, said: dict[str, Any], state: str
) -> None:
    assert made.milestone("SECTEURS", **said).status_code == 200
    address = f"indicators/{made.indicators['SECTEURS']}/evidence?organisation={DEMONSTRATION}"
    expected = {one: ["Réponse pour l’ensemble"] if one == state else [] for one in STATES}
    assert listed(made, f"{address}&year={YEAR}", STATES) == expected
    counts = service.get(f"/api/v1/{address}&year={YEAR}&state={state}")["counts"]
    result = figure(made, "SECTEURS")
    assert counts["counted"] + counts["not_counted"] == int(result["denominator"])
    assert counts["unknown"] == result["unknown"]
    closing = close(service, YEAR)
    try:
        (kept,) = service.get(f"/api/v1/frozen-figures?scheme={made.code}")["items"]
        evidence = f"frozen-figures/{kept['id']}/evidence?indicator={made.indicators['SECTEURS']}"
        rows = listed(made, evidence, STATES)
        assert {one: len(some) for one, some in rows.items()} == {
            one: int(one == state) for one in STATES
        }
    finally:
        reopen(service, closing)


def test_a_closed_year_keeps_the_parts_and_their_answers(made: World, service: Service) -> None:
    made.milestone("SECTEURS", parts=PARTS, due_on="2025-12-31")
    closing = close(service, YEAR)
    try:
        found = service.get(f"/api/v1/frozen-figures?scheme={made.code}")["items"]
        kept = service.get(f"/api/v1/frozen-figures/{found[0]['id']}")
        result = next(one for one in kept["results"] if one["code"] == "SECTEURS")
        *parts, delay = result["words"]
        assert parts == ["1 sur 3 fait", "1 pas fait", "1 sans réponse"]
        assert delay == "en retard : attendu le 31 décembre 2025"
        assert [one["label"] for one in result["parts"]] == [one["part"] for one in PARTS]
        evidence = f"frozen-figures/{kept['id']}/evidence?indicator={made.indicators['SECTEURS']}"
        assert listed(made, evidence, STATES) == KEPT
        # What is said after the closing is of today: what was kept stays what it was.
        every = [*PARTS[:2], {**LAUNDRY, "done": False}]
        assert made.milestone("SECTEURS", parts=every, If_Match='"1"').status_code == 200
        assert listed(made, evidence, STATES) == KEPT
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
