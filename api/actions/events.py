"""Events: meetings, trainings, communications…, and the actions that they serve."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require, visible
from api.access.service import check_directorate, own
from api.actions import sight
from api.actions.event_schemas import (
    ActionRef,
    EventChange,
    EventCreate,
    EventFacts,
    EventFilter,
    EventRead,
)
from api.actions.matching import require_match
from api.actions.models import Event, EventAction, EventState
from api.closings.service import require_open
from api.kit import audit
from api.kit.columns import now
from api.kit.days import today
from api.kit.keyset import following, paged
from api.kit.pages import Page
from api.kit.problems import FieldError, Invalid, NotFound
from api.programme.searching import words_in
from api.schemes import trees
from api.schemes.models import Scheme

_FACTS = tuple(EventFacts.model_fields)
_KEPT = ("id", "version", "kind", "title", "held_on", "state", *_FACTS)


def find(session: Session, actor: Actor, filters: EventFilter) -> Page[EventRead]:
    """The events of the actor's organisations, the latest first.

    Raises Invalid on a foreign cursor.
    """
    statement = (
        sa.select(Event, col(Organisation.siret))
        .join(Organisation, col(Organisation.id) == col(Event.organisation_id))
        .where(col(Event.organisation_id).in_(visible(actor, sight.READ)), *_narrowed(filters))
    )
    key = (col(Event.held_on), col(Event.id))
    rows = session.execute(paged(statement, key, filters.cursor, filters.limit)).all()
    return Page[EventRead](
        items=_shown(session, rows[: filters.limit]),
        next=following(rows, filters.limit, lambda row: (row[0].held_on, row[0].id)),
    )


def read(session: Session, actor: Actor, event_id: UUID) -> EventRead:
    """An event. Raises NotFound, Forbidden."""
    return _read(session, _kept(session, actor, event_id, sight.READ))


def allow_creation(session: Session, actor: Actor, data: EventCreate) -> Organisation:
    """The organisation whose events the actor may enter. Raises NotFound, Forbidden."""
    return own(session, actor, data.organisation, Permission.EVENTS_WRITE)


def create(session: Session, actor: Actor, data: EventCreate) -> EventRead:
    """Enter an event.

    Raises NotFound, Forbidden, Invalid, YearClosed.
    """
    organisation = allow_creation(session, actor, data)
    values = data.model_dump(exclude={"organisation", "actions"})
    one = Event(organisation_id=organisation.id, **values)
    served = _served(session, organisation.id, data.actions)
    _check(session, one)
    session.add(one)
    session.flush()
    session.add_all(_links(one, served))
    session.flush()
    told = {"kind": one.kind.value, "state": one.state.value, "held_on": one.held_on.isoformat()}
    _record(session, actor, "event.created", one, told)
    return _read(session, one)


def change(
    session: Session, actor: Actor, event_id: UUID, data: EventChange, if_match: str | None
) -> EventRead:
    """Change what is said of an event.

    Raises NotFound, Forbidden, PreconditionRequired, Stale, Invalid, YearClosed.
    """
    one = _kept(session, actor, event_id, Permission.EVENTS_WRITE)
    require_match(if_match, one.version)
    require_open(session, one.organisation_id, one.held_on.year)
    said = data.model_dump(exclude_unset=True, exclude={"actions"})
    changes = [
        [name, _plain(getattr(one, name)), _plain(value)]
        for name, value in said.items()
        if getattr(one, name) != value and name not in ("title", "comment")
    ]
    one.sqlmodel_update(said)
    with session.no_autoflush:
        _check(session, one)
    if data.actions is not None:
        served = _served(session, one.organisation_id, data.actions)
        session.execute(sa.delete(EventAction).where(col(EventAction.event_id) == one.id))
        session.add_all(_links(one, served))
    one.version += 1
    one.updated_at = now()
    session.add(one)
    session.flush()
    _record(session, actor, "event.changed", one, {"changes": changes})
    return _read(session, one)


def remove(session: Session, actor: Actor, event_id: UUID) -> None:
    """Remove an event entered by mistake. Raises NotFound, Forbidden, YearClosed."""
    one = _kept(session, actor, event_id, Permission.EVENTS_WRITE)
    require_open(session, one.organisation_id, one.held_on.year)
    session.delete(one)
    session.flush()
    told = {"kind": one.kind.value, "held_on": one.held_on.isoformat()}
    _record(session, actor, "event.removed", one, told)


def _kept(session: Session, actor: Actor, event_id: UUID, permission: Permission) -> Event:
    lock = True if permission is Permission.EVENTS_WRITE else None
    one = session.get(Event, event_id, with_for_update=lock)
    require(actor, permission, one.organisation_id if one else None)
    if one is None:
        raise NotFound
    return one


def _check(session: Session, one: Event) -> None:
    """Raise Invalid on an event held tomorrow or of a foreign directorate, YearClosed in a closed
    year."""
    if one.state is EventState.HELD and one.held_on > today():
        message = "est dans le futur : un événement à venir est « prévu », pas « tenu »."
        raise Invalid(errors=[FieldError(loc=["body", "held_on"], message=message)])
    check_directorate(session, one.organisation_id, one.directorate_id)
    require_open(session, one.organisation_id, one.held_on.year)


def _served(
    session: Session, organisation_id: UUID, actions: Sequence[ActionRef]
) -> list[tuple[UUID, str]]:
    """The schemes and codes of actions that exist. Raises Invalid with the place of each other."""
    if not actions:
        return []
    schemes = trees.adopted(session, organisation_id, *{one.scheme for one in actions})
    known = {code: trees.actions_of(scheme) for code, scheme in schemes.items()}
    errors = [
        FieldError(
            loc=["body", "actions", place],
            message="n’est pas une action d’un schéma adopté par cette organisation.",
        )
        for place, one in enumerate(actions)
        if one.action not in known.get(one.scheme, {})
    ]
    if errors:
        raise Invalid(errors=errors)
    return list(dict.fromkeys((schemes[one.scheme].id, one.action) for one in actions))


def _links(one: Event, served: list[tuple[UUID, str]]) -> list[EventAction]:
    return [EventAction(event_id=one.id, scheme_id=scheme, action=code) for scheme, code in served]


def _narrowed(filters: EventFilter) -> list[sa.ColumnElement[bool]]:
    found = [
        column == value
        for column, value in (
            (col(Organisation.siret), filters.organisation),
            (col(Event.kind), filters.kind),
            (col(Event.state), filters.state),
        )
        if value is not None
    ]
    if filters.year is not None:
        days = date(filters.year, 1, 1), date(filters.year, 12, 31)
        found.append(col(Event.held_on).between(*days))
    if filters.scheme is not None or filters.action is not None:
        found.append(col(Event.id).in_(_serving(filters)))
    found += words_in(filters.q, col(Event.title), col(Event.comment))
    return found


def _serving(filters: EventFilter) -> Any:
    statement = sa.select(col(EventAction.event_id)).join(
        Scheme, col(Scheme.id) == col(EventAction.scheme_id)
    )
    pairs = ((col(Scheme.code), filters.scheme), (col(EventAction.action), filters.action))
    return sight.narrowed(statement, pairs)


def _read(session: Session, one: Event) -> EventRead:
    siret = session.get_one(Organisation, one.organisation_id).siret
    return _shown(session, [(one, siret)])[0]


def _shown(session: Session, rows: Sequence[Any]) -> list[EventRead]:
    served = _actions(session, [row[0].id for row in rows])
    return [
        EventRead(
            **{name: getattr(one, name) for name in _KEPT},
            organisation=siret or "",
            actions=served.get(one.id, []),
        )
        for one, siret in rows
    ]


def _actions(session: Session, ids: Collection[UUID]) -> dict[UUID, list[ActionRef]]:
    found: dict[UUID, list[ActionRef]] = {}
    if not ids:
        return found
    rows = session.execute(
        sa.select(col(EventAction.event_id), col(Scheme.code), col(EventAction.action))
        .join(Scheme, col(Scheme.id) == col(EventAction.scheme_id))
        .where(col(EventAction.event_id).in_(ids))
        .order_by(col(Scheme.code), col(EventAction.action))
    )
    for key, scheme, action in rows:
        found.setdefault(key, []).append(ActionRef(scheme=scheme, action=action))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _record(
    session: Session, actor: Actor, action: str, one: Event, details: dict[str, Any]
) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=one.organisation_id,
        action=action,
        target=f"event:{one.id}",
        details=details,
    )
