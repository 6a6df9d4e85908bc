"""Saved views: one's own, and those that others share in one's organisations."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require, require_person, visible
from api.access.service import check_directorate, own
from api.indicators.models import SavedView
from api.indicators.views_schemas import ViewChange, ViewCreate, ViewFilter, ViewQuery, ViewRead
from api.kit import audit
from api.kit.columns import now
from api.kit.days import in_utc
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import FieldError, Forbidden, Invalid, NotFound, PreconditionRequired, Stale
from api.schemes import service as schemes

NOT_YOURS = "Cette vue est à la personne qui l’a enregistrée : enregistrez-en une à votre nom."


def find(session: Session, actor: Actor, filters: ViewFilter) -> Page[ViewRead]:
    """The actor's views and those shared in their organisations, the latest saved first.

    Raises Invalid on a foreign cursor.
    """
    statement = (
        sa.select(SavedView, col(Organisation.siret))
        .join(Organisation, col(Organisation.id) == col(SavedView.organisation_id))
        .where(
            col(SavedView.organisation_id).in_(visible(actor, Permission.SCHEMES_READ)),
            _seen_by(actor),
        )
    )
    if filters.organisation is not None:
        statement = statement.where(col(Organisation.siret) == filters.organisation)
    if filters.scheme is not None:
        statement = statement.where(col(SavedView.query)["scheme"].as_string() == filters.scheme)
    after = decode_cursor(filters.cursor, 1)
    if after is not None:
        statement = statement.where(col(SavedView.id) < _uuid(after[0]))
    rows = session.execute(
        statement.order_by(col(SavedView.id).desc()).limit(filters.limit + 1)
    ).all()
    page = rows[: filters.limit]
    return Page[ViewRead](
        items=[_shown(actor, one, siret) for one, siret in page],
        next=encode_cursor(page[-1][0].id.hex) if len(rows) > filters.limit else None,
    )


def allow_creation(session: Session, actor: Actor, data: ViewCreate) -> Organisation:
    """The organisation as a member of which the actor saves a view. Raises NotFound, Forbidden."""
    require_person(actor)
    return own(session, actor, data.organisation, Permission.SCHEMES_READ)


def create(session: Session, actor: Actor, data: ViewCreate) -> ViewRead:
    """Save a view.

    Raises NotFound, Forbidden, Invalid on a scheme or a directorate that is not there.
    """
    organisation = allow_creation(session, actor, data)
    _check(session, actor, organisation, data)
    one = SavedView(
        organisation_id=organisation.id,
        person_id=actor.person_id,
        name=data.name,
        query=data.query.model_dump(mode="json", exclude_none=True),
        shared=data.shared,
    )
    session.add(one)
    session.flush()
    _record(session, actor, "view.created", one)
    return _shown(actor, one, organisation.siret)


def read(session: Session, actor: Actor, view_id: UUID) -> ViewRead:
    """A view of one's own, or shared. Raises NotFound, Forbidden."""
    return _read(session, actor, _kept(session, actor, view_id))


def change(
    session: Session, actor: Actor, view_id: UUID, data: ViewChange, if_match: str | None
) -> ViewRead:
    """Name one's own view otherwise, share it or keep it.

    Raises NotFound, Forbidden on another person's, PreconditionRequired, Stale.
    """
    one = _kept(session, actor, view_id, lock=True)
    _require_own(actor, one)
    if not if_match:
        raise PreconditionRequired
    if if_match != etag(one):
        raise Stale
    one.sqlmodel_update(data.model_dump(exclude_unset=True))
    one.updated_at = now()
    session.add(one)
    session.flush()
    _record(session, actor, "view.changed", one)
    return _read(session, actor, one)


def remove(session: Session, actor: Actor, view_id: UUID) -> None:
    """Remove one's own view. Raises NotFound, Forbidden on another person's."""
    one = _kept(session, actor, view_id, lock=True)
    _require_own(actor, one)
    session.delete(one)
    session.flush()
    _record(session, actor, "view.removed", one)


def etag(one: SavedView) -> str:
    """The ETag of a view: the instant of its last change, to the microsecond."""
    return f'"{in_utc(one.updated_at):%Y%m%d%H%M%S%f}"'


def _kept(session: Session, actor: Actor, view_id: UUID, *, lock: bool = False) -> SavedView:
    one = session.get(SavedView, view_id, with_for_update=lock or None)
    require(actor, Permission.SCHEMES_READ, one.organisation_id if one else None)
    if one is None or not (one.shared or one.person_id == actor.own_id):
        raise NotFound
    return one


def _require_own(actor: Actor, one: SavedView) -> None:
    if one.person_id != actor.own_id:
        raise Forbidden(NOT_YOURS)


def _seen_by(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.or_(col(SavedView.shared), col(SavedView.person_id) == actor.own_id)


def _check(session: Session, actor: Actor, organisation: Organisation, data: ViewCreate) -> None:
    """Raise Invalid on what the view could not show."""
    try:
        schemes.named(session, actor, data.query.scheme)
    except NotFound as error:
        message = "n’est pas un schéma que vous pouvez lire."
        raise Invalid(
            errors=[FieldError(loc=["body", "query", "scheme"], message=message)]
        ) from error
    if data.query.organisation in (None, organisation.siret):
        check_directorate(session, organisation.id, data.query.directorate)


def _read(session: Session, actor: Actor, one: SavedView) -> ViewRead:
    return _shown(actor, one, session.get_one(Organisation, one.organisation_id).siret)


def _shown(actor: Actor, one: SavedView, siret: str | None) -> ViewRead:
    return ViewRead(
        id=one.id,
        version=etag(one).strip('"'),
        organisation=siret or "",
        name=one.name,
        query=ViewQuery.model_validate(one.query),
        shared=one.shared,
        mine=one.person_id == actor.own_id,
        created_at=one.created_at,
    )


def _record(session: Session, actor: Actor, action: str, one: SavedView) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=one.organisation_id,
        action=action,
        target=f"view:{one.id}",
        details={"shared": one.shared},
    )


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise bad_cursor() from error
