"""What the demonstration says agrees with itself: states with steps, figures with what they divide.

Drawn one by one, an action was done while its only step was not, and a number of disputes was not
said of a year of which its rate was.
"""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.actions import contradictions
from api.actions.models import ActionProgress, ActionState
from api.demonstration.declared import PLAUSIBLE, Divided
from api.schemes.models import Scheme


def needed(code: str, years: dict[str, set[int]]) -> Iterable[int]:
    """The years of which a figure must be said for others to divide it: ``years`` by code."""
    told = (
        years.get(other, set())
        for other, one in PLAUSIBLE.items()
        if isinstance(one, Divided) and one.value == code
    )
    return sorted(set().union(*told) - years.get(code, set()))


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
    last = {one.action: ActionProgress.DONE for one in kept}
    for year in dict.fromkeys(one.year for one in kept):
        states = {one.action: one for one in kept if one.year == year}
        for action, one in states.items():
            if one.state is ActionProgress.DONE and last[action] is not ActionProgress.DONE:
                one.state = ActionProgress.ONGOING
        while denied := contradictions.of_year(
            session, buyer_id, scheme, year, {action: one.state for action, one in states.items()}
        ):
            for action in denied:
                states[action].state = ActionProgress.ONGOING
        last = {action: one.state for action, one in states.items()}
    session.add_all(kept)
