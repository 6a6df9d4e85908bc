"""Schemes: loaded from models, adopted by organisations, read with their indicators."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require_anywhere, visible
from api.kit.problems import NotFound
from api.reference.marks import MARKS
from api.rules.indicators.explain import Explanation, explain
from api.rules.indicators.gaps import in_percent, is_beside
from api.rules.indicators.reading import read_definition
from api.rules.indicators.vocabulary import Definition, Fact
from api.schemes import trees
from api.schemes.models import Indicator, Scheme, SchemeAdoption, SchemeVersion, Target, Way
from api.schemes.schemas import (
    IndicatorRead,
    SchemeItem,
    SchemeOrganisation,
    SchemeRead,
    target_read,
)

_WAYS = {Fact.MEASURE: Way.CAPTURED, Fact.MILESTONE: Way.MILESTONE}


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
    schemes = session.scalars(
        sa.select(Scheme).where(_seen_by(actor)).order_by(col(Scheme.code))
    ).all()
    return _items(session, actor, schemes)


def read(session: Session, actor: Actor, code: str) -> SchemeRead:
    """A scheme, whole. Schemes are public documents: every reader may open every model.

    Raises Forbidden to who reads no scheme, NotFound.
    """
    scheme = named(session, actor, code)
    told = item(session, actor, scheme).model_dump()
    return SchemeRead(**told, version=scheme.version, content=scheme.content)


def named(session: Session, actor: Actor, code: str) -> Scheme:
    """The scheme of this code.

    Raises Forbidden to who reads no scheme, NotFound.
    """
    require_anywhere(actor, Permission.SCHEMES_READ)
    scheme = session.scalars(
        sa.select(Scheme).where(col(Scheme.code) == code, _seen_by(actor))
    ).first()
    if scheme is None:
        raise NotFound
    return scheme


def _seen_by(actor: Actor) -> sa.ColumnElement[bool]:
    """What was published is a public document; a draft is its owner's."""
    return sa.or_(
        sa.exists().where(col(SchemeVersion.scheme_id) == col(Scheme.id)),
        col(Scheme.owner_id).in_(visible(actor, Permission.SCHEMES_READ)),
    )


def indicators(session: Session, actor: Actor, code: str) -> list[IndicatorRead]:
    """The indicators of a scheme, in the order of the document.

    Raises as ``read``.
    """
    scheme = named(session, actor, code)
    found = of_scheme(session, scheme.id)
    targets = targets_of(session, found)
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
    targets = targets_of(session, [found])
    return shown(found, scheme.code, targets.get(found.id, []))


def of_scheme(session: Session, scheme_id: UUID) -> Sequence[Indicator]:
    """The indicators of a scheme, in the order of the document."""
    return session.scalars(
        sa.select(Indicator)
        .where(col(Indicator.scheme_id) == scheme_id, col(Indicator.retired).is_(False))
        .order_by(col(Indicator.position))
    ).all()


def adopted_by(session: Session, organisation_id: UUID) -> Sequence[Scheme]:
    """The schemes of an organisation, by code."""
    return list(trees.adopted(session, organisation_id).values())


def targets_of(session: Session, indicators: Sequence[Indicator]) -> dict[UUID, list[Target]]:
    """The targets of these indicators, one or those of a scheme, by year, those of every year
    first."""
    own = col(Target.indicator_id)
    rows = session.scalars(
        sa.select(Target)
        .where(
            own == indicators[0].id
            if len(indicators) == 1
            else own.in_(_of_their_schemes(indicators))
        )
        .order_by(sa.func.coalesce(col(Target.year), 0), col(Target.id))
    )
    found: dict[UUID, list[Target]] = {}
    for row in rows:
        found.setdefault(row.indicator_id, []).append(row)
    return found


def _of_their_schemes(indicators: Iterable[Indicator]) -> sa.Select[UUID]:
    # A hundred ids cost more to send than the targets of a scheme to read.
    schemes = {one.scheme_id for one in indicators}
    return sa.select(col(Indicator.id)).where(col(Indicator.scheme_id).in_(schemes))


def definition_of(found: Indicator) -> Definition:
    """The definition of an indicator, whole: what it borrows from another is already in it."""
    return _read_once(_written(found))


def _written(found: Indicator) -> bytes:
    return msgspec.json.encode(found.definition)


@lru_cache(maxsize=4096)
def _read_once(definition: bytes) -> Definition:
    return read_definition(msgspec.json.decode(definition), MARKS.keys())


@lru_cache(maxsize=4096)
def _explained(definition: bytes, with_share: bool) -> Explanation:
    """Its French, which some hundred indicators would take longer to write than to read."""
    return explain(_read_once(definition), MARKS, with_share)


def shown(found: Indicator, scheme: str, targets: Sequence[Target]) -> IndicatorRead:
    """An indicator as the API gives it."""
    definition = definition_of(found)
    kind, unit = found.content["kind"], found.content["unit"]
    beside = {one.id: is_beside(definition, unit, one.unit, kind) for one in targets}
    with_share = any(in_percent(one.unit) and not beside[one.id] for one in targets)
    told = _explained(_written(found), with_share)
    return IndicatorRead(
        id=found.id,
        scheme=scheme,
        code=found.code,
        label=found.label,
        targets=[target_read(one, beside[one.id]) for one in targets],
        way=way_of(definition),
        fact=definition.fact.value,
        aggregate=definition.aggregate.value,
        counted=told.counted,
        looked_at=told.perimeter,
        formula=told.formula,
        definition=found.definition,
        definition_number=found.definition_number,
        **found.content,
    )


def first_year(actor: Actor, scheme: Scheme) -> int:
    """The first year of a scheme; as its draft has it, for those whose draft it is: it is under
    those years that a definition they try will be published."""
    if scheme.draft and scheme.owner_id in visible(actor, Permission.SCHEMES_READ):
        found: int = scheme.draft["period"]["start"]
        return found
    return scheme.first_year


def told_under(found: Indicator) -> UUID:
    """The indicator under which people answer: another one when this one repeats it."""
    return UUID(found.content["told_under"])


def way_of(definition: Definition) -> Way:
    """How a figure comes: worked out, declared by somebody, or a yes or a no."""
    return _WAYS.get(definition.fact, Way.COMPUTED)


def is_published(session: Session, scheme_id: UUID) -> bool:
    """Whether a scheme has a version."""
    of = sa.select(col(SchemeVersion.id)).where(col(SchemeVersion.scheme_id) == scheme_id)
    return session.scalars(of.limit(1)).first() is not None


def item(session: Session, actor: Actor, scheme: Scheme) -> SchemeItem:
    """A scheme as a list gives it."""
    return _items(session, actor, [scheme])[0]


def _items(session: Session, actor: Actor, schemes: Sequence[Scheme]) -> list[SchemeItem]:
    ids = [scheme.id for scheme in schemes]
    counts = {
        key: (total, computed)
        for key, total, computed in session.execute(
            sa.select(
                col(Indicator.scheme_id),
                sa.func.count(),
                sa.func.count().filter(col(Indicator.way) == Way.COMPUTED),
            )
            .where(col(Indicator.scheme_id).in_(ids), col(Indicator.retired).is_(False))
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
            origin=scheme.origin,
            published=scheme.id in counts,
        )
        for scheme in schemes
    ]
