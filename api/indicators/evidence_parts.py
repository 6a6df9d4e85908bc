"""The parts behind a step that is said part by part: done, not done, not said."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlmodel import Session, col

from api.actions.models import ONCE, Milestone, MilestonePart
from api.indicators.evidence_schemas import EvidenceCounts, EvidenceItem, EvidenceRows, ToFillRead
from api.indicators.schemas import EvidenceState
from api.kit.pages import bad_cursor, encode_cursor
from api.rules.indicators.parts import same_part
from api.rules.indicators.vocabulary import Definition, Fact, Period

# Where a part stands, by its answer.
ANSWERED: Mapping[bool | None, EvidenceState] = MappingProxyType(
    {
        True: EvidenceState.COUNTED,
        False: EvidenceState.NOT_COUNTED,
        None: EvidenceState.UNKNOWN,
    }
)
_DAY, _AMOUNT = "Fait le", "Montant HT"
_AT_ONCE = "Réponse pour l’ensemble"
_NOT_DONE = "la réponse est « non »"
_TO_SAY = ToFillRead(field="milestone", text="dire si c’est fait, et à quelle date")


class Answer(NamedTuple):
    """A part of a step as a row of the evidence; ``done`` is None while nobody said."""

    id: UUID
    name: str
    done: bool | None
    done_on: date | None


def find(  # noqa: PLR0913 - those of any evidence
    session: Session,
    definition: Definition,
    told_under: UUID,
    buyer_id: UUID,
    year: int,
    state: EvidenceState,
    limit: int,
    after: list[str | None] | None,
) -> EvidenceRows:
    """The parts of a step that stand in ``state``, in the order in which they were named.

    ``told_under``: the indicator under which people answer. Raises Invalid on a foreign cursor.
    """
    place = -1 if after is None else _place(after[0])
    told = _told(session, definition, told_under, buyer_id, year)
    many = Counter(ANSWERED[one.done] for one in told)
    rows = [
        (rank, one) for rank, one in enumerate(told) if ANSWERED[one.done] is state and rank > place
    ]
    shown = rows[:limit]
    following = encode_cursor(str(shown[-1][0])) if len(rows) > limit else None
    return EvidenceRows(
        items=[_item(one) for _, one in shown],
        next=following,
        counts=EvidenceCounts(
            counted=many[EvidenceState.COUNTED],
            not_counted=many[EvidenceState.NOT_COUNTED],
            unknown=many[EvidenceState.UNKNOWN],
            outside=0,
            maybe_outside=0,
        ),
        day_label=_DAY,
        amount_label=_AMOUNT,
        quantity=None,
        base_quantity=None,
    )


def _told(
    session: Session, definition: Definition, told_under: UUID, buyer_id: UUID, year: int
) -> list[Answer]:
    """What was answered of a step, in its order; nothing of one of which nobody spoke."""
    # A step has as many parts as a person names: they are read together, then counted.
    rows = session.execute(
        sa.select(Milestone, MilestonePart)
        .outerjoin(MilestonePart, col(MilestonePart.milestone_id) == col(Milestone.id))
        .where(
            col(Milestone.indicator_id) == told_under,
            col(Milestone.organisation_id) == buyer_id,
            col(Milestone.period) == (ONCE if definition.period is Period.ONCE else str(year)),
        )
        .order_by(col(MilestonePart.position))
    ).all()
    parts = [part for _, part in rows if part is not None]
    return answers(rows[0][0], parts, definition) if rows else []


def answers(
    step: Milestone, parts: Sequence[MilestonePart], definition: Definition
) -> list[Answer]:
    """What was answered of each part of a step, then the words of its list nobody spoke of; of one
    that was said at once, its answer."""
    if not parts or definition.parts is None:
        return [Answer(step.id, _AT_ONCE, step.done, step.done_on)]
    told = [Answer(one.id, one.name, one.done, one.done_on) for one in parts]
    silent = definition.parts.unspoken(one.name for one in told)
    # They are no rows: their identifier is always the same.
    return told + [Answer(uuid5(step.id, same_part(one)), one, None, None) for one in silent]


def _item(part: Answer) -> EvidenceItem:
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
