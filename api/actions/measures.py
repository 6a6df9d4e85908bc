"""Declared measures: the figure of a year, or words, that no register of Spaser knows."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor
from api.actions import measure_parts, sight, telling
from api.actions.expectations import Expectation, SaidAs
from api.actions.figures_said import wrong_figures
from api.actions.matching import require_match
from api.actions.models import Measure, Proof
from api.actions.quantities import quantity_text, to_kept, to_told
from api.actions.schemas import MeasureDeclare, MeasureFilter, MeasureRead
from api.actions.sight import Place
from api.closings.service import require_open
from api.kit import audit
from api.kit.columns import now
from api.kit.days import today
from api.kit.pages import Page
from api.kit.problems import FieldError, Invalid, NotFound

# Figures as texts, and parts as lists of texts.
Figures = dict[str, Any]


def find(session: Session, actor: Actor, filters: MeasureFilter) -> Page[MeasureRead]:
    """The measures of the actor's organisations, the latest entered first.

    Raises Invalid on a foreign cursor.
    """
    year = [] if filters.year is None else [col(Measure.year) == filters.year]
    rows, following = telling.page(session, actor, filters, Measure, *year)
    return Page[MeasureRead](items=_shown(session, rows), next=following)


def declare(
    session: Session,
    actor: Actor,
    indicator_id: UUID,
    data: MeasureDeclare,
    if_match: str | None,
) -> MeasureRead:
    """Say the figure of a year, or say it again.

    Raises NotFound, Forbidden, NotAdopted, NotExpected, PreconditionRequired, Stale, Invalid,
    YearClosed.
    """
    where = sight.place(session, actor, data.organisation, indicator_id)
    sight.require_owed(session, actor, where.organisation.id, where.indicator.id, data.year)
    expected = sight.require_expected(where, SaidAs.MEASURE)
    kept = _kept(session, where, data.year)
    require_match(if_match, kept.version if kept else None)
    _check(where, expected, data)
    require_open(session, where.organisation.id, data.year)
    one = kept or Measure(
        indicator_id=where.indicator.id,
        organisation_id=where.organisation.id,
        year=data.year,
        version=0,
    )
    before = _told(session, one)
    _write(session, actor, one, data)
    measure_parts.write(session, one.id, expected.parts, data.parts)
    changes = _changes(before, _told(session, one))
    _record(session, actor, "measure.declared", where, {"year": data.year, "changes": changes})
    row = session.execute(telling.said(Measure).where(col(Measure.id) == one.id)).one()
    return _shown(session, [row])[0]


def remove(session: Session, actor: Actor, indicator_id: UUID, siret: str, year: int) -> None:
    """Unsay a figure, with its proofs: it is unknown again.

    Raises NotFound, Forbidden, NotAdopted, YearClosed.
    """
    where = sight.place(session, actor, siret, indicator_id)
    sight.require_owed(session, actor, where.organisation.id, where.indicator.id, year)
    one = _kept(session, where, year)
    if one is None:
        raise NotFound
    require_open(session, where.organisation.id, year)
    said = _told(session, one)
    session.delete(one)
    session.flush()
    _record(session, actor, "measure.removed", where, {"year": year, **said})


def _write(session: Session, actor: Actor, one: Measure, data: MeasureDeclare) -> None:
    one.value, one.base = to_kept(data.value), to_kept(data.base)
    one.words, one.source, one.comment = data.words, data.source, data.comment
    one.said_by = actor.person_id
    one.version += 1
    one.updated_at = now()
    session.add(one)
    session.flush()


def _kept(session: Session, where: Place, year: int) -> Measure | None:
    return session.scalars(
        sa.select(Measure)
        .where(
            col(Measure.indicator_id) == where.indicator.id,
            col(Measure.organisation_id) == where.organisation.id,
            col(Measure.year) == year,
        )
        .with_for_update()
    ).first()


def _check(where: Place, expected: Expectation, data: MeasureDeclare) -> None:
    """Raise Invalid with what to do about each field."""
    kind = str(where.indicator.content.get("kind"))
    early = "n’a pas commencé : vérifiez l’année." if data.year > today().year else None
    messages = {"year": early, **wrong_figures(expected, data, kind)}
    errors = [
        FieldError(loc=["body", field], message=message)
        for field, message in messages.items()
        if message
    ]
    errors += measure_parts.wrong(expected, data, kind)
    if errors:
        raise Invalid(errors=errors)


def _changes(before: Figures, after: Figures) -> list[list[Any]]:
    """The figures that change; texts are in the register, not in the journal."""
    return [[name, before[name], after[name]] for name in after if before[name] != after[name]]


def _told(session: Session, one: Measure) -> Figures:
    """The figures of a measure; its parts only where it has some."""
    parts = measure_parts.of(session, [one.id]).get(one.id, [])
    told: Figures = {"value": _text(to_told(one.value)), "base": _text(to_told(one.base))}
    return told | {"parts": [[part.part, _text(part.value), _text(part.base)] for part in parts]}


def _text(number: Decimal | None) -> str | None:
    return None if number is None else quantity_text(number)


def _shown(session: Session, rows: Any) -> list[MeasureRead]:
    ids = [row[0].id for row in rows]
    proofs = telling.proofs_of(session, col(Proof.measure_id), ids)
    # Nothing is asked of the database for figures that have no parts, nearly all of them.
    parts = measure_parts.of(session, [row[0].id for row in rows if row[8].get("parts")])
    return [
        MeasureRead(
            **telling.told(row, proofs.get(row[0].id, [])),
            year=row[0].year,
            **measure_parts.whole(row[0], row[8], parts.get(row[0].id, [])),
            words=row[0].words,
            parts=parts.get(row[0].id, []),
            source=row[0].source,
        )
        for row in rows
    ]


def _record(
    session: Session, actor: Actor, action: str, where: Place, details: dict[str, Any]
) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=where.organisation.id,
        action=action,
        target=f"indicator:{where.indicator.id}",
        details={"code": where.indicator.code, **details},
    )
