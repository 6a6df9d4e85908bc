"""What is said of an action that what is said of its parts denies: steps, and smaller actions.

An action said to be done while one of its steps is said not to be, or one that has not begun while
one of its parts has, is told so beside its state: nobody is refused, since either may be right.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.actions.models import ONCE, ActionProgress, Milestone
from api.schemes.models import Indicator, Scheme

_STATES: Mapping[ActionProgress, str] = {
    ActionProgress.NOT_STARTED: "non commencée",
    ActionProgress.ONGOING: "en cours",
    ActionProgress.DONE: "terminée",
}


class Said(NamedTuple):
    """A step of an action, as it stood at the end of a year."""

    action: str
    label: str
    done: bool


def of_year(
    session: Session,
    organisation_id: UUID,
    scheme: Scheme,
    year: int,
    states: Mapping[str, ActionProgress],
) -> dict[str, list[str]]:
    """What contradicts the state of each of these actions, in French; nothing of the others."""
    steps = list(_steps(session, organisation_id, scheme, year))
    found = {action: list(_denied(action, one, states, steps)) for action, one in states.items()}
    return {action: sentences for action, sentences in found.items() if sentences}


def _denied(
    action: str,
    state: ActionProgress,
    states: Mapping[str, ActionProgress],
    steps: Iterable[Said],
) -> Iterator[str]:
    if state not in (ActionProgress.DONE, ActionProgress.NOT_STARTED):
        return
    finished = state is ActionProgress.DONE
    for step in steps:
        if step.action == action and step.done is not finished:
            yield f"l’étape « {step.label} » est dite {'faite' if step.done else 'pas faite'}"
    for code, other in states.items():
        if code.startswith(f"{action}.") and other in _STATES and other is not state:
            yield f"l’action {code} est dite {_STATES[other]}"


def _steps(session: Session, organisation_id: UUID, scheme: Scheme, year: int) -> Iterator[Said]:
    rows = session.execute(
        sa.select(
            col(Indicator.content),
            col(Indicator.label),
            col(Milestone.done),
            col(Milestone.done_on),
        )
        .join(Milestone, col(Milestone.indicator_id) == col(Indicator.id))
        .where(
            col(Indicator.scheme_id) == scheme.id,
            col(Indicator.retired).is_(False),
            col(Milestone.organisation_id) == organisation_id,
            col(Milestone.period).in_((ONCE, str(year))),
            col(Milestone.done).is_not(None),
        )
        .order_by(col(Indicator.position))
    )
    for content, label, done, done_on in rows:
        in_time = done and (done_on is None or done_on <= date(year, 12, 31))
        for action in content["actions"]:
            yield Said(action, label, bool(in_time))
