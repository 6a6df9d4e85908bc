"""Milestones said part by part: what a part may be, how parts are kept, and the whole they make."""

from collections.abc import Collection, Container, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor, Permission, Role
from api.actions.expectations import Expectation
from api.actions.models import Milestone, MilestonePart
from api.actions.naming_parts import wrong_name
from api.actions.schemas import MilestonePartRead, MilestonePartSet, MilestoneSet
from api.closings.service import require_none_closed
from api.kit.columns import now
from api.kit.days import today
from api.kit.problems import FieldError
from api.rules.indicators.parts import Parts, same_part
from api.rules.indicators.sums import Step, StepPart, step_of

_NO_PART = "n’a pas lieu d’être : cette étape ne se dit pas part par part."
_OF_PARTS = "n’a pas lieu d’être : c’est ce que font les parts, dans « parts »."
_SAID = ("done", "done_on", "comment")


def wrong_answer(done: bool | None, done_on: date | None) -> str | None:
    """What is wrong with the day of an answer, of a milestone or of a part of it."""
    if done is True and done_on is None:
        return "est obligatoire quand le jalon est fait."
    if done is not True and done_on is not None:
        return "n’a pas lieu d’être tant que le jalon n’est pas fait."
    return "est dans le futur." if done_on is not None and done_on > today() else None


def wrong(expected: Expectation, data: MilestoneSet) -> list[FieldError]:
    """What is wrong with the parts, each at its place."""
    if not data.parts:
        return []
    if expected.parts is None:
        return [FieldError(loc=["body", "parts"], message=_NO_PART)]
    errors = [
        FieldError(loc=["body", name], message=_OF_PARTS)
        for name in ("done", "done_on")
        if getattr(data, name) is not None
    ]
    seen = set[str]()
    for place, one in enumerate(data.parts):
        messages = {
            "part": wrong_name(expected.parts, one.part, seen),
            "done_on": wrong_answer(one.done, one.done_on),
        }
        seen.add(same_part(one.part))
        errors += [
            FieldError(loc=["body", "parts", place, field], message=message)
            for field, message in messages.items()
            if message
        ]
    return errors


def completed(expected: Expectation, parts: list[MilestonePartSet]) -> list[MilestonePartSet]:
    """Parts with those of a closed list of which nobody spoke, that wait for their answer."""
    if not parts or expected.parts is None:
        return parts
    silent = expected.parts.unspoken(one.part for one in parts)
    return [*parts, *(MilestonePartSet(part=one) for one in silent)]


def whole(parts: Sequence[MilestonePartSet]) -> Step:
    """What the parts make together."""
    return step_of(StepPart(one.part, one.done, one.done_on) for one in parts)


def of(session: Session, ids: Collection[UUID]) -> dict[UUID, list[MilestonePart]]:
    """The parts of several milestones at once, in their order."""
    found: dict[UUID, list[MilestonePart]] = {}
    if not ids:
        return found
    rows = session.scalars(
        sa.select(MilestonePart)
        .where(col(MilestonePart.milestone_id).in_(ids))
        .order_by(col(MilestonePart.milestone_id), col(MilestonePart.position))
    )
    for one in rows:
        found.setdefault(one.milestone_id, []).append(one)
    return found


def write(
    session: Session,
    actor: Actor,
    one: Milestone,
    expected: Parts | None,
    parts: Sequence[MilestonePartSet],
    closed: Container[int],
) -> None:
    """Keep these parts, and no other, in the order in which they are told.

    A part keeps its name's answer and who gave it until either changes; an answer taken back is
    nobody's. Raises YearClosed when what changes, be it a spelling, was done, or would have been,
    in a year of ``closed``.
    """
    kept = {same_part(part.name): part for part in of(session, [one.id]).get(one.id, [])}
    known = {part.id for part in kept.values()}
    for place, told in enumerate(parts):
        typed = " ".join(told.part.split())
        part = kept.pop(same_part(typed), None) or MilestonePart(
            milestone_id=one.id, position=place, name=typed
        )
        # Nobody respells what comes back as it stands, whatever the list says now.
        name = typed if part.id in known and typed == part.name else _spelled(expected, typed)
        said = {field: getattr(told, field) for field in _SAID}
        changed = any(getattr(part, field) != value for field, value in said.items())
        if changed or part.name != name:
            _require_open(closed, (part.done_on, told.done_on))
        if changed:
            part.sqlmodel_update(said)
            answered = told.done is not None
            part.said_as = _role(actor, one.organisation_id) if answered else None
            part.updated_at = now()
        part.position, part.name = place, name
        session.add(part)
    for gone in kept.values():
        _require_open(closed, (gone.done_on,))
        session.delete(gone)
    session.flush()


def told(parts: Sequence[MilestonePart]) -> list[list[Any]]:
    """Parts as the journal tells them; notes are in the register, not there."""
    return [
        [one.name, one.done, None if one.done_on is None else one.done_on.isoformat()]
        for one in parts
    ]


def read(parts: Sequence[MilestonePart]) -> list[MilestonePartRead]:
    """Parts as the API gives them."""
    return [
        MilestonePartRead(
            part=one.name,
            **{field: getattr(one, field) for field in _SAID},
            said_as=one.said_as,
            said_at=one.updated_at if one.said_as else None,
        )
        for one in parts
    ]


def _spelled(expected: Parts | None, typed: str) -> str:
    """A name as the list spells it."""
    return (expected.word(typed) if expected else None) or typed


def _require_open(closed: Container[int], days: Sequence[date | None]) -> None:
    require_none_closed(closed, sorted({day.year for day in days if day is not None}))


def _role(actor: Actor, organisation_id: UUID) -> Role | None:
    """The role by which the actor speaks for an organisation."""
    return next(
        (
            one.role
            for one in actor.grants
            if one.organisation_id == organisation_id
            and Permission.MEASURES_WRITE in one.permissions
        ),
        None,
    )
