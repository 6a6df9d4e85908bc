"""Comments on an indicator: what the members of an organisation tell each other of its figure."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Membership, Organisation
from api.access.permissions import Actor, Permission, Role, require_person
from api.access.service import own
from api.indicators.comments_schemas import CommentCreate, CommentFilter, CommentRead
from api.indicators.models import IndicatorComment
from api.kit import audit
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import NotFound
from api.schemes import service as schemes


def find(
    session: Session, actor: Actor, indicator_id: UUID, filters: CommentFilter
) -> Page[CommentRead]:
    """The comments of one of the actor's organisations on an indicator, the latest first.

    Raises NotFound, Forbidden, Invalid on a foreign cursor.
    """
    organisation = _allowed(session, actor, filters.organisation, indicator_id)
    statement = sa.select(IndicatorComment).where(
        col(IndicatorComment.indicator_id) == indicator_id,
        col(IndicatorComment.organisation_id) == organisation.id,
    )
    if filters.year is not None:
        statement = statement.where(col(IndicatorComment.year) == filters.year)
    after = decode_cursor(filters.cursor, 1)
    if after is not None:
        # Identifiers are ordered by time.
        statement = statement.where(col(IndicatorComment.id) < _uuid(after[0]))
    found = session.scalars(
        statement.order_by(col(IndicatorComment.id).desc()).limit(filters.limit + 1)
    ).all()
    page = found[: filters.limit]
    return Page[CommentRead](
        items=_shown(session, actor, organisation, page),
        next=encode_cursor(page[-1].id.hex) if len(found) > filters.limit else None,
    )


def allow_creation(
    session: Session, actor: Actor, indicator_id: UUID, data: CommentCreate
) -> Organisation:
    """The organisation as a member of which the actor comments. Raises NotFound, Forbidden."""
    require_person(actor)
    return _allowed(session, actor, data.organisation, indicator_id)


def create(session: Session, actor: Actor, indicator_id: UUID, data: CommentCreate) -> CommentRead:
    """Say something of a figure. Raises NotFound, Forbidden."""
    organisation = allow_creation(session, actor, indicator_id, data)
    one = IndicatorComment(
        indicator_id=indicator_id,
        organisation_id=organisation.id,
        person_id=actor.person_id,
        year=data.year,
        text=data.text,
    )
    session.add(one)
    session.flush()
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=organisation.id,
        action="comment.created",
        target=f"comment:{one.id}",
        # The text stays out of the journal, which is never cleaned.
        details={"indicator": str(indicator_id), "year": data.year},
    )
    return _shown(session, actor, organisation, [one])[0]


def _allowed(session: Session, actor: Actor, siret: str, indicator_id: UUID) -> Organisation:
    organisation = own(session, actor, siret, Permission.SCHEMES_READ)
    found, scheme = schemes.indicator(session, actor, indicator_id)
    # A model is a public document; the scheme that another buyer makes is not.
    if scheme.owner_id not in (None, organisation.id) and scheme.id not in {
        one.id for one in schemes.adopted_by(session, organisation.id)
    }:
        raise NotFound
    del found
    return organisation


def _shown(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    comments: Sequence[IndicatorComment],
) -> list[CommentRead]:
    roles = _roles(session, organisation.id, {one.person_id for one in comments})
    return [
        CommentRead(
            id=one.id,
            organisation=organisation.siret or "",
            year=one.year,
            text=one.text,
            roles=roles.get(one.person_id, []),
            mine=one.person_id == actor.own_id,
            created_at=one.created_at,
        )
        for one in comments
    ]


def _roles(
    session: Session, organisation_id: UUID, people: Iterable[UUID]
) -> dict[UUID, list[Role]]:
    rows = session.execute(
        sa.select(col(Membership.person_id), col(Membership.role)).where(
            col(Membership.organisation_id) == organisation_id,
            col(Membership.person_id).in_(list(people)),
        )
    )
    found: dict[UUID, list[Role]] = {}
    for person_id, role in rows:
        found.setdefault(person_id, []).append(role)
    return {person_id: sorted(some) for person_id, some in found.items()}


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise bad_cursor() from error
