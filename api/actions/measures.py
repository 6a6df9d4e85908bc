"""Declared measures: the figure of a year, or words, that no register of Spaser knows."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor
from api.actions import sight, telling
from api.actions.expectations import Expectation, SaidAs
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

_HUNDRED = Decimal(100)


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
    changes = _changes(one, data)
    _write(session, actor, one, data)
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
    said = _told(one)
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
    messages = {
        "year": "n’a pas commencé : vérifiez l’année." if data.year > today().year else None,
        "value": _wrong_value(expected, data, kind),
        "base": _wrong_base(expected, data),
        "words": _wrong_words(expected, data),
    }
    errors = [
        FieldError(loc=["body", field], message=message)
        for field, message in messages.items()
        if message
    ]
    if errors:
        raise Invalid(errors=errors)


def _wrong_value(expected: Expectation, data: MeasureDeclare, kind: str) -> str | None:
    value = data.value
    if expected.words:
        told = "n’a pas lieu d’être : cet indicateur attend une liste, écrivez-la dans « words »."
        return None if value is None else told
    if value is None:
        return "est obligatoire. Si on ne le sait pas encore, ne déclarez rien."
    if expected.divisor:
        return None if value > 0 else "doit être supérieur à zéro : on divise par lui."
    # What a difference is worked out of is not one itself.
    if value < 0 and (kind != "delta" or expected.compared):
        return "ne peut pas être négatif."
    if kind == "count" and value != round(value):
        return "compte des choses : donnez un nombre entier."
    if kind == "percentage":
        return _wrong_percentage(expected, data, value)
    return None


def _wrong_percentage(expected: Expectation, data: MeasureDeclare, value: Decimal) -> str | None:
    if not expected.base:
        return "est un pourcentage : donnez un nombre de 0 à 100." if value > _HUNDRED else None
    if data.base is not None and 0 < data.base < value:
        return "dépasse la base : la part ne peut pas être plus grande que le tout."
    return None


def _wrong_base(expected: Expectation, data: MeasureDeclare) -> str | None:
    if not expected.base:
        told = "n’a pas lieu d’être : cet indicateur n’attend qu’une valeur, effacez la base."
        return None if data.base is None else told
    if data.base is None:
        return "est obligatoire : c’est le total auquel la valeur est rapportée."
    return None if data.base > 0 else "doit être supérieure à zéro."


def _wrong_words(expected: Expectation, data: MeasureDeclare) -> str | None:
    if not expected.words:
        told = "n’a pas lieu d’être : cet indicateur attend un chiffre, donnez-le dans « value »."
        return None if data.words is None else told
    return None if data.words else "est obligatoire : écrivez la liste attendue."


def _changes(one: Measure, data: MeasureDeclare) -> list[list[str | None]]:
    """The figures that change; texts are in the register, not in the journal."""
    before = _told(one)
    after = {name: _text(getattr(data, name)) for name in ("value", "base")}
    return [[name, before[name], after[name]] for name in after if before[name] != after[name]]


def _told(one: Measure) -> dict[str, str | None]:
    return {"value": _text(to_told(one.value)), "base": _text(to_told(one.base))}


def _text(number: Decimal | None) -> str | None:
    return None if number is None else quantity_text(number)


def _shown(session: Session, rows: Any) -> list[MeasureRead]:
    ids = [row[0].id for row in rows]
    proofs = telling.proofs_of(session, col(Proof.measure_id), ids)
    return [
        MeasureRead(
            **telling.told(row, proofs.get(row[0].id, [])),
            year=row[0].year,
            value=to_told(row[0].value),
            base=to_told(row[0].base),
            words=row[0].words,
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
