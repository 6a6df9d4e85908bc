"""The demonstration speaks of every indicator that asks for it, and only in ways that are taken."""

from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session, SQLModel, col

from api.access.service import by_siret
from api.actions import contradictions
from api.actions.expectations import expectation
from api.actions.models import (
    ActionProgress,
    ActionState,
    Measure,
    MeasurePart,
    Milestone,
    MilestonePart,
)
from api.demonstration import actions as demonstration_actions
from api.demonstration.events import YEARS
from api.programme.models import Project, ProjectAction
from api.schemes.models import Indicator, Scheme
from api.schemes.service import adopt
from api.schemes.trees import adopted
from api.structures.belonging import of_company
from api.structures.models import Structure
from api.suppliers.models import Supplier
from tests.api.reserved.asking import pages
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service

_TABLES = ("event", "event_action", "measure", "milestone", "action_state", "campaign", "duty")


@pytest.fixture(scope="module", autouse=True)
def every_model_followed(shared_app: FastAPI) -> None:
    """Another buyer adopts every model of the catalogue, and is given the same demonstration."""
    with Session(shared_app.state.engines.write) as session, session.begin():
        buyer = by_siret(session, OTHER)
        assert buyer is not None
        for scheme_id in session.scalars(sa.select(col(Scheme.id))):
            adopt(session, scheme_id, buyer.id)
        demonstration_actions.load(session, buyer.id)


def kept(app: FastAPI) -> Counter[str]:
    """How many rows each table of the follow-up holds."""
    with Session(app.state.engines.read) as session:
        return Counter(
            {
                name: session.scalar(
                    sa.select(sa.func.count()).select_from(SQLModel.metadata.tables[name])
                )
                for name in _TABLES
            }
        )


def test_the_demonstration_says_something_of_everything(shared_app: FastAPI) -> None:
    assert [name for name, count in kept(shared_app).items() if not count] == []


def test_loading_it_again_adds_nothing(shared_app: FastAPI) -> None:
    before = kept(shared_app)
    with Session(shared_app.state.engines.write) as session, session.begin():
        buyer = by_siret(session, DEMONSTRATION)
        assert buyer is not None
        demonstration_actions.load(session, buyer.id)
    assert kept(shared_app) == before


@pytest.mark.parametrize("model", [Measure, Milestone])
def test_what_it_says_is_what_is_expected(shared_app: FastAPI, model: Any) -> None:
    with Session(shared_app.state.engines.read) as session:
        rows = session.execute(
            sa.select(model, col(Indicator.definition), col(Indicator.content)).join(
                Indicator, col(Indicator.id) == col(model.indicator_id)
            )
        ).all()
        by_part = set(session.scalars(sa.select(col(MeasurePart.measure_id))))
        steps = set(session.scalars(sa.select(col(MilestonePart.milestone_id))))
    assert rows
    for one, definition, content in rows:
        expected = expectation(definition)
        assert expected is not None
        assert expected.said == model.__tablename__
        assert content["same_as"] is None
        if isinstance(one, Measure):
            if expected.parts is not None:
                assert (one.value, one.base, one.words) == (None, None, None)
                assert one.id in by_part
                continue
            assert (one.base is not None, one.words is not None) == (expected.base, expected.words)
            assert (one.value is None) is expected.words
            if content["kind"] == "percentage":
                assert 0 < (one.value or 0) <= (one.base or 0)
        else:
            assert (one.period == "once") is expected.once
            assert (one.done_on is not None) is (one.done is True)
            assert (expected.parts is not None) is (one.id in steps)


def test_its_campaigns_are_shared_between_the_pilot_and_the_directorates(service: Service) -> None:
    for listed in pages(service, f"/campaigns?organisation={DEMONSTRATION}&year=2026"):
        rows = service.get(f"/api/v1/campaigns/{listed['id']}")["rows"]
        assert len(rows) == listed["to_say"] + listed["said"] + listed["late"]
        owing = {row["directorate"] and row["directorate"]["name"] for row in rows}
        assert len(owing) == min(4, len(rows))


CLOSED = (2024, 2025)


@pytest.mark.parametrize("year", CLOSED)
def test_what_indicators_look_for_among_events_is_held_each_year(
    service: Service, year: int
) -> None:
    looked_for = 0
    # A scheme that begins later has no event yet.
    begun = [one for one in service.get("/api/v1/schemes") if one["first_year"] <= year]
    for code in (one["code"] for one in begun):
        address = f"/api/v1/schemes/{code}/results?organisation={DEMONSTRATION}&year={year}"
        answer = service.client.get(address, headers=service.as_("pilot"))
        if answer.status_code == 404:  # a scheme that the demonstration buyer has not adopted
            continue
        for one in answer.json()["results"]:
            if one["fact"] == "event":
                looked_for += 1
                assert one["value"] not in (None, "0", "0.00"), (code, one["indicator"]["code"])
    assert looked_for >= 6


_DATED = {
    "contract": "notified_on",
    "consultation": "launched_on",
    "project": "year",
    "evaluation": "done_on",
    "spending": "year",
    "sourcing": "done_on",
    "clause": "starts_on",
    "hours_line": "month",
    "event": "held_on",
    "measure": "year",
    "action_state": "year",
}


@pytest.mark.parametrize("name", _DATED)
def test_no_register_is_empty_for_a_year_that_is_over(shared_app: FastAPI, name: str) -> None:
    table = SQLModel.metadata.tables[name]
    when = table.c[_DATED[name]]
    year = when if isinstance(when.type, sa.Integer) else sa.extract("year", when)
    owner = next(table.c[key] for key in ("buyer_id", "organisation_id") if key in table.c)
    with Session(shared_app.state.engines.read) as session:
        buyer = by_siret(session, DEMONSTRATION)
        assert buyer is not None
        found = session.scalars(sa.select(year).where(owner == buyer.id).distinct())
        assert {int(one) for one in found if one} >= set(CLOSED)


def test_projects_of_each_year_are_targeted_and_say_what_became_of_it(shared_app: FastAPI) -> None:
    with Session(shared_app.state.engines.read) as session:
        rows = session.execute(
            sa.select(col(Project.year), col(ProjectAction.action), col(ProjectAction.done))
            .join(ProjectAction, col(ProjectAction.project_id) == col(Project.id))
            .where(col(Project.year).in_(CLOSED))
        ).all()
    for year in CLOSED:
        own = [(action, done) for when, action, done in rows if when == year]
        assert len({action for action, _ in own}) >= 20
        assert {done for _, done in own} == {True, False, None}


def test_most_fictitious_companies_are_known_for_what_they_are(shared_app: FastAPI) -> None:
    with Session(shared_app.state.engines.read) as session:
        rows = session.execute(
            sa.select(col(Supplier.identifier), col(Structure.kind), col(Structure.source))
            .join(Structure, of_company(), isouter=True)
            .where(col(Supplier.identifier).startswith("000"))
        ).all()
    kinds = Counter("unsaid" if kind is None else str(kind.value) for _, kind, _ in rows)
    assert kinds["aucune"] > 0.7 * len(rows)
    assert 0.05 * len(rows) < kinds["unsaid"] < 0.25 * len(rows)
    assert set(kinds) >= {"ea", "esat", "ei", "aci", "ai", "etti"}
    assert {source for _, kind, source in rows if kind is not None} == {"Démonstration"}


@pytest.mark.parametrize("siret", [DEMONSTRATION, OTHER])
def test_no_state_of_an_action_is_denied_by_its_parts(shared_app: FastAPI, siret: str) -> None:
    with Session(shared_app.state.engines.read) as session:
        buyer = by_siret(session, siret)
        assert buyer is not None
        for scheme in adopted(session, buyer.id).values():
            rank = {ActionProgress.NOT_STARTED: 0, ActionProgress.ONGOING: 1}
            before: dict[str, int] = {}
            for year in (one for one in YEARS if one >= scheme.first_year):
                kept = sa.select(ActionState).where(
                    col(ActionState.scheme_id) == scheme.id,
                    col(ActionState.organisation_id) == buyer.id,
                    col(ActionState.year) == year,
                )
                states = {one.action: one.state for one in session.scalars(kept)}
                assert states
                assert not contradictions.of_year(session, buyer.id, scheme, year, states)
                now = {action: rank.get(state, 2) for action, state in states.items()}
                assert all(now[action] >= was for action, was in before.items())
                before = now


def test_a_figure_that_another_divides_is_said_of_the_same_years(shared_app: FastAPI) -> None:
    with Session(shared_app.state.engines.read) as session:
        rows = session.execute(
            sa.select(col(Indicator.code), col(Measure.year), col(Measure.value))
            .join(Measure, col(Measure.indicator_id) == col(Indicator.id))
            .where(col(Indicator.code).in_(("CAM-18-5", "CAM-19-3")))
        )
        told: dict[str, set[tuple[int, int | None]]] = {"CAM-18-5": set(), "CAM-19-3": set()}
        for code, year, value in rows:
            told[code].add((year, value))
    assert told["CAM-19-3"]
    assert told["CAM-19-3"] <= told["CAM-18-5"]
