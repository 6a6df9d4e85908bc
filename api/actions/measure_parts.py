"""Measures told by part: what a part may be, how the parts are kept, and the whole they make."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.actions.expectations import Expectation, JsonDefinition, expectation
from api.actions.figures_said import wrong_base, wrong_value
from api.actions.models import Measure, MeasurePart
from api.actions.naming_parts import wrong_name
from api.actions.quantities import to_kept, to_told
from api.actions.schemas import MeasureDeclare, MeasurePartDeclare, MeasurePartRead
from api.kit.problems import FieldError
from api.rules.indicators.parts import Parts, same_part

Loc = list[str | int]
_NO_PART = "n’a pas lieu d’être : cet indicateur ne se déclare pas part par part."


def wrong(expected: Expectation, data: MeasureDeclare, kind: str) -> list[FieldError]:
    """What is wrong with the parts, each at its place; ``kind``: that of the indicator."""
    if expected.parts is None:
        return [] if data.parts is None else [_error(["body", "parts"], _NO_PART)]
    if not data.parts:
        message = f"est obligatoire : donnez au moins un chiffre ({expected.parts.by})."
        return [_error(["body", "parts"], message)]
    errors, seen = [], set[str]()
    for place, one in enumerate(data.parts):
        messages = {
            "part": wrong_name(expected.parts, one.part, seen),
            "value": wrong_value(expected, one, kind),
            "base": wrong_base(expected, one.base),
        }
        seen.add(same_part(one.part))
        errors += [
            _error(["body", "parts", place, field], message)
            for field, message in messages.items()
            if message
        ]
    return errors


def _error(loc: Loc, message: str) -> FieldError:
    return FieldError(loc=loc, message=message)


def write(
    session: Session,
    measure_id: UUID,
    expected: Parts | None,
    parts: Sequence[MeasurePartDeclare] | None,
) -> None:
    """Keep these parts, and no other, in the order in which they are told."""
    session.execute(sa.delete(MeasurePart).where(col(MeasurePart.measure_id) == measure_id))
    if expected is None or parts is None:
        return
    session.add_all(
        MeasurePart(
            measure_id=measure_id,
            position=place,
            name=expected.word(one.part) or one.part,
            value=to_kept(one.value) or 0,
            base=to_kept(one.base),
        )
        for place, one in enumerate(parts)
    )
    session.flush()


def of(session: Session, ids: Collection[UUID]) -> dict[UUID, list[MeasurePartRead]]:
    """The parts of several measures at once, in their order."""
    found: dict[UUID, list[MeasurePartRead]] = {}
    if not ids:
        return found
    rows = session.scalars(
        sa.select(MeasurePart)
        .where(col(MeasurePart.measure_id).in_(ids))
        .order_by(col(MeasurePart.measure_id), col(MeasurePart.position))
    )
    for one in rows:
        told = MeasurePartRead(
            part=one.name, value=to_told(one.value) or Decimal(0), base=to_told(one.base)
        )
        found.setdefault(one.measure_id, []).append(told)
    return found


def whole(
    one: Measure, definition: JsonDefinition, parts: Sequence[MeasurePartRead]
) -> Mapping[str, Any]:
    """The value and the base of a measure: of its parts, their sums, where these have a sense."""
    if not parts:
        return {"value": to_told(one.value), "base": to_told(one.base)}
    expected = expectation(definition)
    if expected is None or expected.parts is None or not expected.parts.added:
        return {"value": None, "base": None}
    bases = [part.base for part in parts if part.base is not None]
    return {
        "value": sum((part.value for part in parts), Decimal(0)),
        "base": sum(bases, Decimal(0)) if len(bases) == len(parts) else None,
    }
