"""A professional who reads the steps and the actions of the demonstration finds them in order.

Each test names one way to contradict oneself.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session, col

from api.access.models import Organisation
from api.actions.models import (
    ONCE,
    ActionProgress,
    ActionState,
    Event,
    EventAction,
    EventKind,
    EventState,
    Milestone,
    MilestonePart,
)
from api.demonstration.events import LAST_DAY
from api.indicators import service
from api.schemes.models import Scheme, Way
from tests.api.credibility import NEVER, Step, end_of, followed, indicators_of, states_of, steps_of


@pytest.fixture
def told(shared_app: FastAPI) -> Iterator[Session]:
    with Session(shared_app.state.engines.read) as session:
        yield session


@pytest.fixture
def steps(told: Session) -> list[Step]:
    return steps_of(told)


def test_nothing_is_said_of_the_actions_of_a_scheme_before_it(
    told: Session, steps: list[Step]
) -> None:
    first = {one.id: one.first_year for one in told.scalars(sa.select(Scheme))}
    states = told.scalars(sa.select(ActionState)).all()
    assert [one.action for one in states if one.year < first[one.scheme_id]] == []
    events = told.execute(
        sa.select(Event, col(EventAction.scheme_id)).join(
            EventAction, col(EventAction.event_id) == col(Event.id)
        )
    )
    assert [event.title for event, key in events if event.held_on.year < first[key]] == []
    for step in steps:
        days = [one for one in (step.one.due_on, step.one.done_on) if one is not None]
        assert days, step.what
        assert min(days).year >= step.scheme.first_year, step.what
        assert max(days).year <= step.scheme.last_year, step.what


def test_a_deadline_is_given_before_it_passes(steps: list[Step]) -> None:
    assert [
        one.what for one in steps if one.one.created_at.date() >= (one.one.due_on or NEVER)
    ] == []


def test_a_step_is_done_before_it_is_told(told: Session, steps: list[Step]) -> None:
    for step in steps:
        assert (step.one.done_on is not None) is (step.one.done is True), step.what
        if step.one.done_on is not None:
            assert step.one.done_on <= step.one.updated_at.date() <= LAST_DAY, step.what
            assert step.one.period in (ONCE, str(step.one.done_on.year)), step.what
    parts = told.execute(
        sa.select(MilestonePart, Milestone).join(
            Milestone, col(Milestone.id) == col(MilestonePart.milestone_id)
        )
    ).all()
    assert parts
    for part, whole in parts:
        assert part.done_on is None or part.done_on <= whole.updated_at.date(), part.name


def test_a_step_is_not_done_before_the_steps_that_precede_it(steps: list[Step]) -> None:
    in_turn: dict[tuple[UUID, str], list[Step]] = defaultdict(list)
    for step in steps:
        if step.one.period == ONCE:
            action = step.indicator.content["actions"][0]
            in_turn[step.one.organisation_id, action].append(step)
    assert max(map(len, in_turn.values())) >= 3
    for some in in_turn.values():
        for before, after in pairwise(some):
            assert (before.one.due_on or NEVER) <= (after.one.due_on or NEVER), after.what
            if after.one.done:
                assert before.one.done, f"{after.what} sans {before.what}"
                assert (before.one.done_on or NEVER) <= (after.one.done_on or NEVER), after.what


def test_a_state_is_told_at_the_end_of_its_year_or_of_the_story(told: Session) -> None:
    for one in told.scalars(sa.select(ActionState)):
        assert one.created_at.date() in (LAST_DAY, date(one.year + 1, 1, 20)), one.action


def test_an_action_that_is_finished_has_its_steps_done(told: Session) -> None:
    finished = 0
    for buyer, scheme in followed(told):
        told_done = told.execute(
            sa.select(col(Milestone.indicator_id), col(Milestone.done_on)).where(
                col(Milestone.organisation_id) == buyer.id, col(Milestone.done).is_(True)
            )
        )
        done = {one[0]: one[1] for one in told_done}
        steps = {
            action: UUID(one.content["told_under"])
            for one in indicators_of(told, scheme)
            if one.way is Way.MILESTONE
            for action in one.content["actions"]
        }
        for state in states_of(told, buyer, scheme, ActionProgress.DONE):
            finished += 1
            if state.action in steps:
                day = done.get(steps[state.action])
                assert day is not None, state.action
                assert day <= end_of(state.year), state.action
    assert finished > 20


def test_an_action_that_has_not_begun_has_nothing_to_show(told: Session) -> None:
    waiting = 0
    for buyer, scheme in followed(told):
        states = states_of(told, buyer, scheme, ActionProgress.NOT_STARTED)
        for year in {one.year for one in states}:
            shown = _shown(told, scheme, buyer, year)
            some = [one.action for one in states if one.year == year]
            waiting += len(some)
            assert {action: shown[action] for action in some if action in shown} == {}
    assert waiting


def _shown(told: Session, scheme: Scheme, buyer: Organisation, year: int) -> Mapping[str, str]:
    """The figures of a year that are something, by action."""
    actions = {one.id: one.content["actions"] for one in indicators_of(told, scheme)}
    found = service.of_organisations(told, scheme, [buyer], year).results
    return {
        action: one.code
        for one in found
        if one.way is not Way.MILESTONE
        if one.words or one.parts or (one.value and Decimal(one.value))
        for action in actions[one.indicator_id]
    }


def test_a_committee_that_met_is_a_committee_that_was_held(
    told: Session, steps: list[Step]
) -> None:
    looked_at = 0
    for step in steps:
        if step.indicator.code == "CAM-1-1":
            looked_at += 1
            held = told.scalars(
                sa.select(col(Event.held_on))
                .join(EventAction, col(EventAction.event_id) == col(Event.id))
                .where(
                    col(Event.organisation_id) == step.one.organisation_id,
                    col(EventAction.scheme_id) == step.scheme.id,
                    col(Event.kind) == EventKind.COMMITTEE,
                    col(Event.state) == EventState.HELD,
                )
            )
            days = {day for day in held if str(day.year) == step.one.period}
            assert bool(days) is (step.one.done is True), step.what
            assert step.one.done_on is None or step.one.done_on in days, step.what
    assert looked_at


def test_two_events_of_a_scheme_have_two_titles_and_no_quote_is_in_a_quote(told: Session) -> None:
    found = told.execute(
        sa.select(
            col(Event.id), col(Event.title), col(Event.organisation_id), col(EventAction.scheme_id)
        )
        .join(EventAction, col(EventAction.event_id) == col(Event.id))
        .distinct()
    ).all()
    assert len(found) > 100
    assert [one.title for one in found if re.search("«[^»]*«", one.title)] == []
    titles = Counter((one.title, one.organisation_id, one.scheme_id) for one in found)
    assert [title for (title, _, _), times in titles.items() if times > 1] == []
