"""The parts behind a step that is said part by part: done, not done, not said."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.actions.models import ONCE, Milestone, MilestonePart
from api.indicators.schemas import EvidenceItem, EvidenceState, ToFillRead
from api.kit.pages import Page, bad_cursor, encode_cursor
from api.rules.indicators.vocabulary import Definition, Fact, Period

# Where a part stands, by its answer.
ANSWERED: Mapping[bool | None, EvidenceState] = MappingProxyType(
    {
        True: EvidenceState.COUNTED,
        False: EvidenceState.NOT_COUNTED,
        None: EvidenceState.UNKNOWN,
    }
)
_NOT_DONE = "la réponse est « non »"
_TO_SAY = ToFillRead(field="milestone", text="dire si c’est fait, et à quelle date")


def find(  # noqa: PLR0913 - those of any evidence
    session: Session,
    definition: Definition,
    told_under: UUID,
    buyer_id: UUID,
    year: int,
    state: EvidenceState,
    limit: int,
    after: list[str | None] | None,
) -> Page[EvidenceItem]:
    """The parts of a step that stand in ``state``, in the order in which they were named.

    ``told_under``: the indicator under which people answer. Raises Invalid on a foreign cursor.
    """
    answer = {one: done for done, one in ANSWERED.items()}
    if state not in answer:
        return Page[EvidenceItem](items=[], next=None)
    period = ONCE if definition.period is Period.ONCE else str(year)
    statement = (
        sa.select(MilestonePart)
        .join(Milestone, col(Milestone.id) == col(MilestonePart.milestone_id))
        .where(
            col(Milestone.indicator_id) == told_under,
            col(Milestone.organisation_id) == buyer_id,
            col(Milestone.period) == period,
            col(MilestonePart.done).is_(answer[state]),
        )
        .order_by(col(MilestonePart.position))
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(col(MilestonePart.position) > _place(after[0]))
    rows = session.scalars(statement).all()
    shown = rows[:limit]
    following = encode_cursor(str(shown[-1].position)) if len(rows) > limit else None
    return Page[EvidenceItem](items=[_item(one) for one in shown], next=following)


def _item(part: MilestonePart) -> EvidenceItem:
    return EvidenceItem(
        id=part.id,
        fact=Fact.MILESTONE.value,
        contract_id=None,
        reference=None,
        title=part.name,
        day=part.done_on,
        amount=None,
        weight=None,
        reasons=[_NOT_DONE] if part.done is False else [],
        to_fill=[_TO_SAY] if part.done is None else [],
    )


def _place(text: str | None) -> int:
    # As few digits as there are parts: a larger number is of no list of ours.
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 3:
        raise bad_cursor()
    return int(text)
