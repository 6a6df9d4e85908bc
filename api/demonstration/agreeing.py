"""What the demonstration says agrees with itself: states with steps, figures with what they divide.

Drawn one by one, an action was done while its only step was not, or not begun while its figures
were there; and a number of disputes was not said of a year of which its rate was.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.actions import contradictions
from api.actions.models import (
    ONCE,
    ActionProgress,
    ActionState,
    Event,
    EventAction,
    EventState,
    Milestone,
)
from api.demonstration.declared import PLAUSIBLE, Divided, Rate
from api.demonstration.events import LAST_DAY
from api.indicators import service
from api.indicators.schemas import ResultRead
from api.programme.models import Project, ProjectAction
from api.schemes import service as schemes
from api.schemes.models import Indicator, Scheme, Way


def needed(code: str, years: Mapping[str, set[int]]) -> Iterable[int]:
    """The years of which a figure must be said for others to divide it: ``years`` by code."""
    told = (years.get(other, set()) for other, one in PLAUSIBLE.items() if _rests_on(one) == code)
    return {year for some in told for year in some}


def _rests_on(one: object) -> str | None:
    if isinstance(one, Divided):
        return one.value
    return one.of if isinstance(one, Rate) and isinstance(one.of, str) else None


def settle(session: Session, buyer_id: UUID, scheme: Scheme) -> None:
    """Say as going on the actions whose parts deny their state, and that would go backwards."""
    session.flush()
    kept = session.scalars(
        sa.select(ActionState)
        .where(
            col(ActionState.scheme_id) == scheme.id, col(ActionState.organisation_id) == buyer_id
        )
        .order_by(col(ActionState.year).desc())
    ).all()
    begun = _begun(session, buyer_id, scheme, [one.year for one in kept])
    last = {one.action: ActionProgress.DONE for one in kept}
    for year in dict.fromkeys(one.year for one in kept):
        states = {one.action: one for one in kept if one.year == year}
        unfinished = _unfinished(session, buyer_id, scheme, year)
        unfinished |= _lasting(session, scheme) if year < scheme.last_year else set()
        for action, one in states.items():
            if one.state is ActionProgress.DONE and (
                last[action] is not ActionProgress.DONE or action in unfinished
            ):
                one.state = ActionProgress.ONGOING
            if one.state is ActionProgress.NOT_STARTED and begun.get(action, year + 1) <= year:
                one.state = ActionProgress.ONGOING
        while denied := contradictions.of_year(
            session, buyer_id, scheme, year, {action: one.state for action, one in states.items()}
        ):
            for action in denied:
                states[action].state = ActionProgress.ONGOING
        last = {action: one.state for action, one in states.items()}
    session.add_all(kept)


def _unfinished(session: Session, buyer_id: UUID, scheme: Scheme, year: int) -> set[str]:
    """The actions with a step that is not known to be done at the end of a year."""
    end = min(date(year, 12, 31), LAST_DAY)
    done = {
        one.indicator_id
        for one in session.scalars(
            sa.select(Milestone).where(
                col(Milestone.organisation_id) == buyer_id,
                col(Milestone.period).in_((ONCE, str(year))),
                col(Milestone.done_on) <= end,
            )
        )
    }
    return {
        action
        for one in _indicators(session, scheme)
        if one.way is Way.MILESTONE and schemes.told_under(one) not in done
        for action in one.content["actions"]
    }


def _lasting(session: Session, scheme: Scheme) -> set[str]:
    """The actions of which something is told each year: they last as long as their scheme."""
    return {
        action
        for one in _indicators(session, scheme)
        if one.way is not Way.MILESTONE
        for action in one.content["actions"]
    }


def _begun(
    session: Session, buyer_id: UUID, scheme: Scheme, years: Iterable[int]
) -> dict[str, int]:
    """The first year in which each action has something to show; those that have nothing are not
    in it."""
    buyer = session.get_one(Organisation, buyer_id)
    actions = {one.id: one.content["actions"] for one in _indicators(session, scheme)}
    found: dict[str, int] = {}
    for year in sorted(set(years)):
        shown = [
            action
            for one in service.of_organisations(session, scheme, [buyer], year).results
            if _shows(one)
            for action in actions[one.indicator_id]
        ]
        for action in [*shown, *_served(session, buyer_id, scheme, year)]:
            found.setdefault(action, year)
    return found


def _shows(one: ResultRead) -> bool:
    """Whether a figure is a result; of steps, their days tell."""
    if one.way is Way.MILESTONE:
        return False
    return bool(one.words or one.parts or (one.value is not None and Decimal(one.value)))


def _served(session: Session, buyer_id: UUID, scheme: Scheme, year: int) -> list[str]:
    """The actions that an event of the year served, or that were decided for one of its projects"""
    held = sa.select(col(EventAction.action)).join(
        Event, col(Event.id) == col(EventAction.event_id)
    )
    decided = sa.select(col(ProjectAction.action)).join(
        Project, col(Project.id) == col(ProjectAction.project_id)
    )
    return [
        *session.scalars(
            held.where(
                col(Event.organisation_id) == buyer_id,
                col(EventAction.scheme_id) == scheme.id,
                col(Event.state) == EventState.HELD,
                col(Event.held_on).between(date(year, 1, 1), date(year, 12, 31)),
            )
        ),
        *session.scalars(
            decided.where(
                col(Project.buyer_id) == buyer_id,
                col(ProjectAction.scheme_id) == scheme.id,
                col(Project.year) == year,
            )
        ),
    ]


def _indicators(session: Session, scheme: Scheme) -> Iterable[Indicator]:
    return session.scalars(
        sa.select(Indicator).where(
            col(Indicator.scheme_id) == scheme.id, col(Indicator.retired).is_(False)
        )
    )
