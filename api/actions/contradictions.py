"""What is said of an action that what is said of its parts denies: steps, and smaller actions.

An action said to be done while one of its steps is said not to be, or one that has not begun while
one of its parts has, is told so beside its state: nobody is refused, since either may be right.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeAlias
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.actions.models import ONCE, ActionProgress, Milestone, MilestonePart
from api.schemes import service as schemes
from api.schemes.models import Indicator, Scheme, Way

_STATES: Mapping[ActionProgress, str] = {
    ActionProgress.NOT_STARTED: "non commencée",
    ActionProgress.ONGOING: "en cours",
    ActionProgress.DONE: "terminée",
}
# A step, and its parts when it is said part by part.
_Step: TypeAlias = tuple[Milestone, list[MilestonePart]]


class Said(NamedTuple):
    """A step of an action, as it stood at the end of a year; ``parts``: what was answered of each,
    when it is said part by part."""

    label: str
    done: bool | None
    parts: Mapping[str, bool]

    def denial(self, finished: bool) -> str | None:
        """What it denies of an action that is finished, or not begun; None when nothing."""
        words = f"l’étape « {self.label} » est dite {'pas faite' if finished else 'faite'}"
        if not self.parts:
            return words if self.done is (not finished) else None
        some = [name for name, done in self.parts.items() if done is not finished]
        if self.done is (not finished) and len(some) == len(self.parts):
            return words
        return f"{words} pour {', '.join(f'« {name} »' for name in some)}" if some else None


def of_year(
    session: Session,
    organisation_id: UUID,
    scheme: Scheme,
    year: int,
    states: Mapping[str, ActionProgress],
) -> dict[str, list[str]]:
    """What contradicts the state of each of these actions, in French; nothing of the others."""
    steps = _steps(session, organisation_id, scheme, year)
    found = {action: list(_denied(action, one, states, steps)) for action, one in states.items()}
    return {action: sentences for action, sentences in found.items() if sentences}


def _denied(
    action: str,
    state: ActionProgress,
    states: Mapping[str, ActionProgress],
    steps: Mapping[str, Sequence[Said]],
) -> Iterator[str]:
    if state not in (ActionProgress.DONE, ActionProgress.NOT_STARTED):
        return
    finished = state is ActionProgress.DONE
    # Two indicators of one action may repeat the same step, under the same name.
    told = (step.denial(finished) for step in steps.get(action, ()))
    yield from dict.fromkeys(one for one in told if one is not None)
    for code, other in states.items():
        if code.startswith(f"{action}.") and other in _STATES and other is not state:
            yield f"l’action {code} est dite {_STATES[other]}"


def _steps(
    session: Session, organisation_id: UUID, scheme: Scheme, year: int
) -> dict[str, list[Said]]:
    """The steps of each action, those of indicators that repeat another one included."""
    indicators, told = _told(session, organisation_id, scheme, year)
    found: dict[str, list[Said]] = {}
    for one in indicators:
        for step, parts in told.get(schemes.told_under(one), {}).values():
            by_part = parts if one.definition.get("parts") else []
            said = _said(one.label, step, by_part, date(year, 12, 31))
            for action in one.content["actions"]:
                found.setdefault(action, []).append(said)
    return found


def _told(
    session: Session, organisation_id: UUID, scheme: Scheme, year: int
) -> tuple[list[Indicator], dict[UUID, dict[UUID, _Step]]]:
    """The indicators of a scheme that are steps, and what was said under each of them, for the
    year or once for all: in one statement, those of which nothing was said included."""
    rows = session.execute(
        sa.select(Indicator, Milestone, MilestonePart)
        .outerjoin(
            Milestone,
            sa.and_(
                col(Milestone.indicator_id) == col(Indicator.id),
                col(Milestone.organisation_id) == organisation_id,
                col(Milestone.period).in_((ONCE, str(year))),
            ),
        )
        .outerjoin(MilestonePart, col(MilestonePart.milestone_id) == col(Milestone.id))
        .where(col(Indicator.scheme_id) == scheme.id, col(Indicator.way) == Way.MILESTONE)
        .order_by(col(Indicator.position), col(Milestone.period), col(MilestonePart.position))
    )
    indicators: dict[UUID, Indicator] = {}
    found: dict[UUID, dict[UUID, _Step]] = {}
    for indicator, step, part in rows:
        # One that is retired may still be what another repeats.
        if not indicator.retired:
            indicators[indicator.id] = indicator
        if step is not None:
            told = found.setdefault(indicator.id, {}).setdefault(step.id, (step, []))
            told[1].extend([] if part is None else [part])
    return list(indicators.values()), found


def _said(label: str, step: Milestone, parts: Sequence[MilestonePart], last: date) -> Said:
    answers = {one.name: _by(last, one.done, one.done_on) for one in parts}
    known = {name: done for name, done in answers.items() if done is not None}
    return Said(label, _by(last, step.done, step.done_on), known)


def _by(last: date, done: bool | None, done_on: date | None) -> bool | None:
    """Whether something was done by a day; None when nobody said."""
    return done if not done else done_on is None or done_on <= last
