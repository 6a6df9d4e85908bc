"""The steps of a scheme in the demonstration: due one after the other, done in that order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Role
from api.actions.expectations import Expectation
from api.actions.models import (
    ONCE,
    Event,
    EventAction,
    EventKind,
    EventState,
    Milestone,
    MilestonePart,
)
from api.demonstration.declared_parts import STEPS
from api.demonstration.events import LAST_DAY, YEARS, said_on
from api.rules.indicators.sums import StepPart, step_of
from api.rules.working_days import worked_before
from api.schemes.models import Indicator, Scheme

Asked = tuple[Indicator, Expectation]
# When the deadlines of a scheme, or of a year, are set.
_SET: Final = (1, 20)
# The first deadline of an action falls in one of these quarters of the scheme, the next ones later.
_FIRST_QUARTERS: Final = (1, 2, 2, 2, 3, 3, 4, 5)
_BETWEEN: Final = (1, 2)
# Of ten: done, said not to be, nothing said; once it was due, and before.
_DUE_ODDS: Final = (7, 2, 1)
_EARLY_ODDS: Final = (2, 5, 3)
_YEARLY_ODDS: Final = (7, 3, 0)
# A step, and one of another action that rests on it: a cell is made before experts join it,
# families are found out before contracts are reserved in them.
_RESTING: Final = (
    ("CD62-3.1.1.A-1", "CD62-1.2.3.B-1"),
    ("CD62-3.1.3.A-4", "CD62-3.1.3.B-4"),
)
# What is done when a committee of the scheme met.
_COMMITTEE: Final = "CAM-1-1"


@dataclass(frozen=True)
class Teller:
    """Who tells the steps of which scheme; ``seed``: what is drawn is always the same for it."""

    buyer_id: UUID
    pilot: UUID | None
    scheme: Scheme
    seed: int

    def rng(self, name: str) -> Random:
        """By name: what is said of a step never depends on what is said of the others."""
        return Random(f"{self.seed} {name}")  # noqa: S311 - invented data: to be repeated


def told(
    session: Session, asked: Sequence[Asked], teller: Teller
) -> Iterator[Milestone | MilestonePart]:
    """What is said of the steps that a scheme asks for, and of the parts of some."""
    once: dict[str, list[Asked]] = {}
    for indicator, expected in asked:
        if expected.once:
            once.setdefault(indicator.content["actions"][0], []).append((indicator, expected))
        else:
            yield from _yearly(session, indicator, teller)
    made = {
        action: list(_in_turn(action, [one for one, _ in some], teller))
        for action, some in once.items()
    }
    _rest(once, made)
    for action, some in once.items():
        for (indicator, expected), step in zip(some, made[action], strict=True):
            parts = list(_by_part(indicator, expected, step))
            yield step
            yield from parts


def _rest(once: Mapping[str, list[Asked]], made: Mapping[str, list[Milestone]]) -> None:
    """What rests on a step of another action is due after it, and not done before it."""
    steps = {
        indicator.code: (action, place)
        for action, some in once.items()
        for place, (indicator, _) in enumerate(some)
    }
    for first, later in _RESTING:
        if first not in steps or later not in steps:
            continue
        action, place = steps[first]
        before = made[action][place]
        action, place = steps[later]
        for one in made[action][place:]:
            one.due_on = max(one.due_on or LAST_DAY, before.due_on or LAST_DAY)
            if one.done and (before.done_on is None or (one.done_on or LAST_DAY) < before.done_on):
                one.done, one.done_on = False, None
                one.updated_at = said_on(LAST_DAY)["updated_at"]


def _in_turn(action: str, some: Sequence[Indicator], teller: Teller) -> Iterator[Milestone]:
    """The steps of an action: what follows a step that is not done is not done either."""
    rng = teller.rng(f"steps of {action}")
    quarter = rng.choice(_FIRST_QUARTERS)
    last = 4 * (teller.scheme.last_year - teller.scheme.first_year + 1)
    before: date | None = date(teller.scheme.first_year, *_SET)
    for one in some:
        due_on = _end_of(teller.scheme.first_year, min(quarter, last))
        done_on = None if before is None else _done_on(due_on, before, rng)
        odds = _DUE_ODDS if due_on <= LAST_DAY else _EARLY_ODDS
        said = rng.choices((True, False, None), odds)[0]
        if said and done_on is None:
            said = False
        before = done_on if said else None
        yield _milestone(one, teller, ONCE, due_on, before, said)
        quarter += rng.randint(*_BETWEEN)


def _done_on(due_on: date, before: date, rng: Random) -> date | None:
    """A working day about the deadline, after the step before; None when the story ends first."""
    day = max(due_on + timedelta(days=rng.randint(-60, 40)), before + timedelta(days=14))
    day = worked_before(day)
    return day if day <= LAST_DAY else None


def _yearly(session: Session, indicator: Indicator, teller: Teller) -> Iterator[Milestone]:
    """A step of each year that is over: that of the running one is judged when it ends."""
    met = _committees(session, teller) if indicator.code == _COMMITTEE else None
    for year in YEARS:
        last = date(year, 12, 31)
        if year < teller.scheme.first_year or last > LAST_DAY:
            continue
        rng = teller.rng(f"{indicator.code} {year}")
        due_on = _end_of(year, rng.choice((3, 4)))
        if met is not None:
            said: bool | None = year in met
            day = met.get(year)
        else:
            said = rng.choices((True, False, None), _YEARLY_ODDS)[0]
            day = min(_done_on(due_on, date(year, *_SET), rng) or last, last)
        yield _milestone(indicator, teller, str(year), due_on, day if said else None, said)


def _committees(session: Session, teller: Teller) -> Mapping[int, date]:
    """The day when the committee of the scheme met, by year."""
    held = session.scalars(
        sa.select(col(Event.held_on))
        .join(EventAction, col(EventAction.event_id) == col(Event.id))
        .where(
            col(Event.organisation_id) == teller.buyer_id,
            col(EventAction.scheme_id) == teller.scheme.id,
            col(Event.kind) == EventKind.COMMITTEE,
            col(Event.state) == EventState.HELD,
        )
        .order_by(col(Event.held_on).desc())
    )
    return {day.year: day for day in held}


def _milestone(
    indicator: Indicator,
    teller: Teller,
    period: str,
    due_on: date,
    done_on: date | None,
    said: bool | None,
) -> Milestone:
    """A step whose deadline is set beforehand, and of which one tells once it is done or late."""
    set_on = date(teller.scheme.first_year if period == ONCE else int(period), *_SET)
    told_on = set_on
    if done_on is not None:
        told_on = done_on + timedelta(days=7)
    elif said is False:
        told_on = LAST_DAY if period == ONCE else date(int(period) + 1, *_SET)
    return Milestone(
        indicator_id=indicator.id,
        organisation_id=teller.buyer_id,
        period=period,
        done=said,
        due_on=due_on,
        done_on=done_on,
        said_by=teller.pilot,
        **said_on(set_on, told_on),
    )


def _by_part(
    indicator: Indicator, expected: Expectation, one: Milestone
) -> Iterator[MilestonePart]:
    """What is said of each part of a step that is told by part, which then makes the whole."""
    if expected.parts is None:
        return
    parts = STEPS[indicator.code]
    made = step_of(
        (StepPart(part.name, part.done, part.done_on) for part in parts),
        asked=expected.parts,
    )
    one.done, one.done_on = made.done, made.done_on
    one.updated_at = said_on(LAST_DAY)["updated_at"]
    for place, part in enumerate(parts):
        yield MilestonePart(
            milestone_id=one.id,
            position=place,
            name=part.name,
            done=part.done,
            done_on=part.done_on,
            comment=part.comment,
            said_as=None if part.done is None else Role.PILOT,
        )


def _end_of(first_year: int, quarter: int) -> date:
    """The last day of a quarter, counted from 1 since the beginning of a year."""
    years, rank = divmod(quarter, 4)
    return date(first_year + years, 3 * rank + 1, 1) - timedelta(days=1)
