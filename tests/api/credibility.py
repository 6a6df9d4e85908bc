"""What the demonstration says of figures, of steps and of actions, to be read side by side."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.actions.models import ActionProgress, ActionState, Measure, Milestone
from api.schemes.models import Indicator, Scheme

NEVER = date.max


class Said(NamedTuple):
    """A measure, what it is of, and its scheme."""

    one: Measure
    indicator: Indicator
    scheme: Scheme

    @property
    def what(self) -> str:
        return f"{self.indicator.code} {self.one.year}"


class Step(NamedTuple):
    """A step, what it is of, and its scheme."""

    one: Milestone
    indicator: Indicator
    scheme: Scheme

    @property
    def what(self) -> str:
        return f"{self.indicator.code} {self.one.period}"


def measures_of(session: Session) -> list[Said]:
    """All that is declared."""
    rows = session.execute(
        sa.select(Measure, Indicator, Scheme)
        .join(Indicator, col(Indicator.id) == col(Measure.indicator_id))
        .join(Scheme, col(Scheme.id) == col(Indicator.scheme_id))
    )
    found = [Said(*row) for row in rows]
    # What the register has none of is not declared.
    assert len(found) > 180
    return found


def steps_of(session: Session) -> list[Step]:
    """All the steps that something is said of, in the order of the document."""
    rows = session.execute(
        sa.select(Milestone, Indicator, Scheme)
        .join(Indicator, col(Indicator.id) == col(Milestone.indicator_id))
        .join(Scheme, col(Scheme.id) == col(Indicator.scheme_id))
        .order_by(col(Scheme.code), col(Indicator.position), col(Milestone.period))
    )
    found = [Step(*row) for row in rows]
    assert len(found) > 50
    return found


def states_of(
    session: Session, buyer: Organisation, scheme: Scheme, state: ActionProgress
) -> list[ActionState]:
    """The actions of a scheme that are told to be in a state, year by year."""
    found = sa.select(ActionState).where(
        col(ActionState.scheme_id) == scheme.id,
        col(ActionState.organisation_id) == buyer.id,
        col(ActionState.state) == state,
    )
    return list(session.scalars(found))


def followed(session: Session) -> Iterator[tuple[Organisation, Scheme]]:
    """Each buyer that says where its actions stand, with each scheme that it says it of."""
    rows = session.execute(
        sa.select(col(ActionState.organisation_id), col(ActionState.scheme_id)).distinct()
    ).all()
    assert len(rows) >= 5
    for buyer_id, scheme_id in rows:
        yield session.get_one(Organisation, buyer_id), session.get_one(Scheme, scheme_id)


def indicators_of(session: Session, scheme: Scheme) -> list[Indicator]:
    """Those of a scheme that are not retired."""
    found = sa.select(Indicator).where(
        col(Indicator.scheme_id) == scheme.id, col(Indicator.retired).is_(False)
    )
    return list(session.scalars(found))


def end_of(year: int) -> date:
    """Its last day."""
    return date(year, 12, 31)
