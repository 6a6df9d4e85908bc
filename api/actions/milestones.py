"""Milestones: done or not, when, and in time or not."""

from collections.abc import Container
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor
from api.actions import milestone_parts, sight, telling
from api.actions.expectations import Expectation, SaidAs
from api.actions.matching import require_match
from api.actions.models import ONCE, Milestone, Proof
from api.actions.schemas import MilestoneFilter, MilestoneRead, MilestoneSet
from api.actions.sight import Place
from api.closings.service import held_years, require_none_closed
from api.kit import audit
from api.kit.columns import now
from api.kit.pages import Page
from api.kit.problems import FieldError, Invalid

_SAID = ("done", "due_on", "done_on", "comment")
_RECORDED = ("done", "due_on", "done_on")


def find(session: Session, actor: Actor, filters: MilestoneFilter) -> Page[MilestoneRead]:
    """The milestones of the actor's organisations, the latest entered first.

    Raises Invalid on a foreign cursor.
    """
    period = [] if filters.period is None else [col(Milestone.period) == filters.period]
    rows, following = telling.page(session, actor, filters, Milestone, *period)
    return Page[MilestoneRead](items=_shown(session, rows), next=following)


def put(
    session: Session,
    actor: Actor,
    indicator_id: UUID,
    data: MilestoneSet,
    if_match: str | None,
) -> MilestoneRead:
    """Say whether a milestone is reached, or say it again.

    Raises NotFound, Forbidden, NotAdopted, NotExpected, PreconditionRequired, Stale, Invalid,
    YearClosed.
    """
    where = sight.place(session, actor, data.organisation, indicator_id)
    year = year_of(data.period)
    sight.require_owed(session, actor, where.organisation.id, where.indicator.id, year)
    expected = sight.require_expected(where, SaidAs.MILESTONE)
    kept = _kept(session, where, data.period)
    require_match(if_match, kept.version if kept else None)
    _check(expected, data)
    # As rows, so that whoever asks what is still to be said finds them.
    data = data.model_copy(update={"parts": milestone_parts.completed(expected, data.parts)})
    one = kept or Milestone(
        indicator_id=where.indicator.id,
        organisation_id=where.organisation.id,
        period=data.period,
        version=0,
    )
    closed = held_years(session, where.organisation.id)
    before = _told(session, one)
    require_years_open(closed, one, bool(before["parts"]))
    _write(session, actor, one, data, closed)
    milestone_parts.write(session, actor, one, expected.parts, data.parts, closed)
    after = _told(session, one)
    changes = [[name, before[name], after[name]] for name in after if before[name] != after[name]]
    _record(session, actor, where, {"period": one.period, "changes": changes})
    row = session.execute(telling.said(Milestone).where(col(Milestone.id) == one.id)).one()
    return _shown(session, [row])[0]


def _write(
    session: Session, actor: Actor, one: Milestone, data: MilestoneSet, closed: Container[int]
) -> None:
    one.sqlmodel_update({name: getattr(data, name) for name in _SAID})
    if data.parts:
        made = milestone_parts.whole(data.parts)
        one.done, one.done_on = made.done, made.done_on
    require_years_open(closed, one, bool(data.parts))
    one.said_by = actor.person_id
    one.version += 1
    one.updated_at = now()
    session.add(one)
    session.flush()


def year_of(period: str) -> int | None:
    """The year of a period, None for what is reached once for all."""
    return None if period == ONCE else int(period)


def require_years_open(closed: Container[int], one: Milestone, by_part: bool = False) -> None:
    """Refuse (YearClosed) to touch what a closed year says: its own, or the one it was done in;
    ``by_part``: each part says when it was done, and is refused alone (``milestone_parts.write``).
    """
    done = None if one.done_on is None or by_part else one.done_on.year
    year = year_of(one.period) or done
    require_none_closed(closed, [] if year is None else [year])


def _kept(session: Session, where: Place, period: str) -> Milestone | None:
    return session.scalars(
        sa.select(Milestone)
        .where(
            col(Milestone.indicator_id) == where.indicator.id,
            col(Milestone.organisation_id) == where.organisation.id,
            col(Milestone.period) == period,
        )
        .with_for_update()
    ).first()


def _check(expected: Expectation, data: MilestoneSet) -> None:
    """Raise Invalid with what to do about each field."""
    errors: list[FieldError] = []
    if expected.once and data.period != ONCE:
        errors.append(_error("period", "vaut « once » : ce jalon s’atteint une fois pour toutes."))
    elif not expected.once and data.period == ONCE:
        errors.append(_error("period", "est une année : ce jalon se dit chaque année."))
    parts = milestone_parts.wrong(expected, data)
    day = None if parts else milestone_parts.wrong_answer(data.done, data.done_on)
    errors += parts if day is None else [_error("done_on", day)]
    if errors:
        raise Invalid(errors=errors)


def _error(field: str, message: str) -> FieldError:
    return FieldError(loc=["body", field], message=message)


def _told(session: Session, one: Milestone) -> dict[str, Any]:
    """What the journal tells of a milestone."""
    parts = milestone_parts.of(session, [one.id]).get(one.id, [])
    told = {name: _plain(getattr(one, name)) for name in _RECORDED}
    return told | {"parts": milestone_parts.told(parts)}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool) else value.isoformat()


def _shown(session: Session, rows: Any) -> list[MilestoneRead]:
    ids = [row[0].id for row in rows]
    proofs = telling.proofs_of(session, col(Proof.milestone_id), ids)
    # Nothing is asked of the database for steps that have no parts, nearly all of them.
    parts = milestone_parts.of(session, [row[0].id for row in rows if row[8].get("parts")])
    return [
        MilestoneRead(
            **telling.told(row, proofs.get(row[0].id, [])),
            **{name: getattr(row[0], name) for name in ("period", "done", "due_on", "done_on")},
            in_time=_in_time(row[0]),
            parts=milestone_parts.read(parts.get(row[0].id, [])),
        )
        for row in rows
    ]


def _in_time(one: Milestone) -> bool | None:
    if one.due_on is None or one.done_on is None:
        return None
    return one.done_on <= one.due_on


def _record(session: Session, actor: Actor, where: Place, details: dict[str, Any]) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=where.organisation.id,
        action="milestone.set",
        target=f"indicator:{where.indicator.id}",
        details={"code": where.indicator.code, **details},
    )
