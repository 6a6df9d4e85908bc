"""Schemes: loaded from models, adopted by organisations, read with their indicators."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require_anywhere, visible
from api.kit.columns import now
from api.kit.problems import NotFound
from api.reference.marks import MARKS
from api.rules.indicators.explain import explain
from api.rules.indicators.reading import read_definition, write_definition
from api.rules.indicators.vocabulary import Definition
from api.schemes.loading import SchemeModel
from api.schemes.models import Indicator, Scheme, SchemeAdoption, Target
from api.schemes.schemas import (
    IndicatorRead,
    SchemeItem,
    SchemeOrganisation,
    SchemeRead,
    target_read,
)

_OF_TREE = {"axes", "headline_targets", "baseline_figures", "targets_without_indicator"}
_OF_INDICATOR = {
    "part", "explanation", "kind", "unit", "direction", "nature", "perimeter", "note",
    "source_line", "actions", "awaits",
}  # fmt: skip


def load(session: Session, model: SchemeModel) -> Scheme:
    """Put a scheme model into the database, or bring the one of this code up to it.

    Indicators keep their identity by code, so that links to them stay good.
    """
    scheme = session.scalars(sa.select(Scheme).where(col(Scheme.code) == model.code)).first()
    values = {
        "code": model.code,
        "title": model.title,
        "author": model.organisation.name,
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
    return scheme


def _load_indicators(session: Session, scheme: Scheme, model: SchemeModel) -> None:
    known = {
        one.code: one
        for one in session.scalars(
            sa.select(Indicator).where(col(Indicator.scheme_id) == scheme.id)
        )
    }
    for position, one in enumerate(model.indicators):
        definition = write_definition(one.definition) if one.definition else None
        values = {
            "scheme_id": scheme.id,
            "position": position,
            "code": one.code,
            "label": one.label,
            "content": one.model_dump(mode="json", include=_OF_INDICATOR),
            "definition": definition,
        }
        indicator = known.pop(one.code, None) or Indicator.model_validate(values)
        indicator.sqlmodel_update(values)
        session.add(indicator)
        session.flush()
        session.execute(sa.delete(Target).where(col(Target.indicator_id) == indicator.id))
        session.add_all(
            Target(
                indicator_id=indicator.id,
                year=target.year,
                value=f"{target.value:f}",
                unit=target.unit,
                note=target.note,
            )
            for target in one.targets
        )
    for gone in known.values():
        session.delete(gone)
    session.flush()


def adopt(session: Session, scheme_id: UUID, organisation_id: UUID) -> None:
    """Make a scheme that of an organisation; without effect when it is already."""
    if session.get(SchemeAdoption, (scheme_id, organisation_id)) is None:
        session.add(SchemeAdoption(scheme_id=scheme_id, organisation_id=organisation_id))
        session.flush()


def find(session: Session, actor: Actor) -> list[SchemeItem]:
    """Every scheme of the platform, with those of the actor's organisations that adopted it.

    Raises Forbidden to who reads no scheme.
    """
    require_anywhere(actor, Permission.SCHEMES_READ)
    schemes = session.scalars(sa.select(Scheme).order_by(col(Scheme.code))).all()
    return _items(session, actor, schemes)


def read(session: Session, actor: Actor, code: str) -> SchemeRead:
    """A scheme, whole. Schemes are public documents: every reader may open every model.

    Raises Forbidden to who reads no scheme, NotFound.
    """
    scheme = named(session, actor, code)
    item = _items(session, actor, [scheme])[0]
    return SchemeRead(**item.model_dump(), content=scheme.content)


def named(session: Session, actor: Actor, code: str) -> Scheme:
    """The scheme of this code.

    Raises Forbidden to who reads no scheme, NotFound.
    """
    require_anywhere(actor, Permission.SCHEMES_READ)
    scheme = session.scalars(sa.select(Scheme).where(col(Scheme.code) == code)).first()
    if scheme is None:
        raise NotFound
    return scheme


def indicators(session: Session, actor: Actor, code: str) -> list[IndicatorRead]:
    """The indicators of a scheme, in the order of the document.

    Raises as ``read``.
    """
    scheme = named(session, actor, code)
    found = of_scheme(session, scheme.id)
    targets = targets_of(session, [one.id for one in found])
    return [shown(one, scheme.code, targets.get(one.id, [])) for one in found]


def indicator(session: Session, actor: Actor, indicator_id: UUID) -> tuple[Indicator, Scheme]:
    """An indicator and its scheme.

    Raises Forbidden to who reads no scheme, NotFound.
    """
    require_anywhere(actor, Permission.SCHEMES_READ)
    found = session.get(Indicator, indicator_id)
    if found is None:
        raise NotFound
    return found, session.get_one(Scheme, found.scheme_id)


def read_indicator(session: Session, actor: Actor, indicator_id: UUID) -> IndicatorRead:
    """An indicator as the API gives it; raises as ``indicator``."""
    found, scheme = indicator(session, actor, indicator_id)
    targets = targets_of(session, [found.id])
    return shown(found, scheme.code, targets.get(found.id, []))


def of_scheme(session: Session, scheme_id: UUID) -> Sequence[Indicator]:
    """The indicators of a scheme, in the order of the document."""
    return session.scalars(
        sa.select(Indicator)
        .where(col(Indicator.scheme_id) == scheme_id)
        .order_by(col(Indicator.position))
    ).all()


def adopted_by(session: Session, organisation_id: UUID) -> Sequence[Scheme]:
    """The schemes of an organisation, by code."""
    return session.scalars(
        sa.select(Scheme)
        .join(SchemeAdoption, col(SchemeAdoption.scheme_id) == col(Scheme.id))
        .where(col(SchemeAdoption.organisation_id) == organisation_id)
        .order_by(col(Scheme.code))
    ).all()


def targets_of(session: Session, indicator_ids: Iterable[UUID]) -> dict[UUID, list[Target]]:
    """The targets of these indicators, by year, those of every year first."""
    rows = session.scalars(
        sa.select(Target)
        .where(col(Target.indicator_id).in_(list(indicator_ids)))
        .order_by(sa.func.coalesce(col(Target.year), 0), col(Target.id))
    )
    found: dict[UUID, list[Target]] = {}
    for row in rows:
        found.setdefault(row.indicator_id, []).append(row)
    return found


def definition_of(found: Indicator) -> Definition | None:
    """The definition of an indicator, None while no data can give it."""
    return None if found.definition is None else read_definition(found.definition, MARKS.keys())


def shown(found: Indicator, scheme: str, targets: Sequence[Target]) -> IndicatorRead:
    """An indicator as the API gives it."""
    definition = definition_of(found)
    told = explain(definition, MARKS) if definition else None
    return IndicatorRead(
        id=found.id,
        scheme=scheme,
        code=found.code,
        label=found.label,
        targets=[target_read(one) for one in targets],
        computed=definition is not None,
        measure=definition.measure.value if definition else None,
        counted=told.counted if told else None,
        looked_at=told.perimeter if told else None,
        formula=told.formula if told else None,
        definition=found.definition,
        **found.content,
    )


def _items(session: Session, actor: Actor, schemes: Sequence[Scheme]) -> list[SchemeItem]:
    ids = [scheme.id for scheme in schemes]
    counts = {
        key: (total, computed)
        for key, total, computed in session.execute(
            sa.select(
                col(Indicator.scheme_id),
                sa.func.count(),
                sa.func.count(col(Indicator.definition)),
            )
            .where(col(Indicator.scheme_id).in_(ids))
            .group_by(col(Indicator.scheme_id))
        )
    }
    adopters: dict[UUID, list[SchemeOrganisation]] = {}
    for key, siret, name in session.execute(
        sa.select(col(SchemeAdoption.scheme_id), col(Organisation.siret), col(Organisation.name))
        .join(Organisation, col(Organisation.id) == col(SchemeAdoption.organisation_id))
        .where(
            col(SchemeAdoption.scheme_id).in_(ids),
            col(Organisation.id).in_(visible(actor, Permission.SCHEMES_READ)),
        )
        .order_by(col(Organisation.name))
    ):
        adopters.setdefault(key, []).append(SchemeOrganisation(siret=siret, name=name))
    return [
        SchemeItem(
            code=scheme.code,
            title=scheme.title,
            author=scheme.author,
            first_year=scheme.first_year,
            last_year=scheme.last_year,
            organisations=adopters.get(scheme.id, []),
            indicators=counts.get(scheme.id, (0, 0))[0],
            computed=counts.get(scheme.id, (0, 0))[1],
        )
        for scheme in schemes
    ]
