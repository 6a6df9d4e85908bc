"""Putting a scheme in the catalogue's format into the tables: its tree, indicators and targets."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.kit.columns import now
from api.rules.indicators.reading import write_definition
from api.rules.indicators.vocabulary import Definition
from api.schemes.document import IndicatorModel, SchemeModel, TargetModel
from api.schemes.models import Indicator, Scheme, SchemeVersion, Target
from api.schemes.service import way_of

_OF_TREE = {
    "axes", "headline_targets", "baseline_figures", "targets_without_indicator", "contradictions",
    "views", "previous", "previous_note", "period", "organisations",
}  # fmt: skip
_OF_INDICATOR = {
    "part", "printed", "printed_under", "explanation", "kind", "unit", "direction", "frequency",
    "nature", "perimeter", "source_kind", "source", "source_printed", "note", "source_line",
    "actions", "published",
}  # fmt: skip


def load(
    session: Session, model: SchemeModel, reason: str | None = None, person_id: UUID | None = None
) -> Scheme:
    """Put a scheme model into the database, or bring the one of this code up to it.

    Indicators keep their identity by code, so that links to them stay good. What is new is kept as
    a version, with the reason and the person who published it.
    """
    scheme = session.scalars(sa.select(Scheme).where(col(Scheme.code) == model.code)).first()
    values = {
        "code": model.code,
        "title": model.title,
        "author": model.author,
        "first_year": model.period.start,
        "last_year": model.period.end,
        "content": model.model_dump(mode="json", include=_OF_TREE),
    }
    if scheme is None:
        scheme = Scheme.model_validate(values)
    else:
        scheme.sqlmodel_update(values)
        scheme.updated_at = now()
    session.add(scheme)
    session.flush()
    _load_indicators(session, scheme, model)
    _keep_version(session, scheme, model, reason, person_id)
    return scheme


def _keep_version(
    session: Session,
    scheme: Scheme,
    model: SchemeModel,
    reason: str | None,
    person_id: UUID | None,
) -> None:
    """The version that holds this content: the last one if nothing changed, else a new one."""
    content = model.model_dump(mode="json")
    last = session.scalars(
        sa.select(SchemeVersion)
        .where(col(SchemeVersion.scheme_id) == scheme.id)
        .order_by(col(SchemeVersion.number).desc())
        .limit(1)
    ).first()
    if last is not None and last.content == content:
        return
    made = SchemeVersion(
        scheme_id=scheme.id,
        number=last.number + 1 if last else 1,
        content=content,
        reason=reason,
        published_by=person_id,
    )
    session.add(made)
    session.flush()


def _load_indicators(session: Session, scheme: Scheme, model: SchemeModel) -> None:
    of_scheme = sa.select(Indicator).where(col(Indicator.scheme_id) == scheme.id)
    known = {one.code: one for one in session.scalars(of_scheme)}
    session.execute(
        sa.delete(Target).where(col(Target.indicator_id).in_([one.id for one in known.values()]))
    )
    definitions, made = model.definitions, dict[str, Indicator]()
    for position, one in enumerate(model.indicators):
        values = _values(scheme.id, position, one, definitions[one.code])
        indicator = known.pop(one.code, None)
        if indicator is None:
            indicator = Indicator.model_validate(values)
        else:
            indicator.definition_number += indicator.definition != values["definition"]
            indicator.sqlmodel_update(values)
        made[one.code] = indicator
        session.add(indicator)
        session.add_all(_target(indicator.id, target) for target in one.targets)
    for one in model.indicators:
        root = made[_root(model, one.code)]
        made[one.code].content = {**made[one.code].content, "told_under": str(root.id)}
    for gone in known.values():
        gone.retired = True
        session.add(gone)
    session.flush()


def _root(model: SchemeModel, code: str) -> str:
    """The code of the indicator under which people answer: asked once, however often it stands."""
    same = {one.code: getattr(one.definition, "same_as", None) for one in model.indicators}
    while (other := same[code]) is not None:
        code = other
    return code


def _values(
    scheme_id: UUID, position: int, one: IndicatorModel, definition: Definition
) -> dict[str, Any]:
    content = one.model_dump(mode="json", include=_OF_INDICATOR)
    return {
        "scheme_id": scheme_id,
        "position": position,
        "code": one.code,
        "label": one.label,
        "content": {**content, "same_as": getattr(one.definition, "same_as", None)},
        "definition": write_definition(definition),
        "way": way_of(definition),
        "retired": False,
    }


def _target(indicator_id: UUID, told: TargetModel) -> Target:
    return Target(
        indicator_id=indicator_id,
        year=told.year,
        value=f"{told.value:f}",
        unit=told.unit,
        note=told.note,
        siren=told.organisation,
        fte=told.fte,
        since=told.since,
    )
