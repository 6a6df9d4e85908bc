"""Where each action of a scheme stood for an organisation at the end of a year."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation, Person
from api.access.permissions import Actor, Permission
from api.access.service import own
from api.actions import contradictions, sight
from api.actions.event_schemas import ActionStateFilter, ActionStateRead, ActionStateSet
from api.actions.matching import require_match
from api.actions.models import ActionState
from api.closings.service import require_open
from api.kit import audit
from api.kit.columns import now
from api.kit.days import today
from api.kit.problems import FieldError, Invalid, NotFound
from api.schemes import trees
from api.schemes.models import Scheme


def find(session: Session, actor: Actor, filters: ActionStateFilter) -> list[ActionStateRead]:
    """Every action of a scheme, in its order, with its state when it was said.

    Raises NotFound, Forbidden.
    """
    organisation = own(session, actor, filters.organisation, sight.READ)
    scheme = _adopted(session, organisation, filters.scheme)
    return _shown(session, organisation, scheme, filters.year)


def put(
    session: Session,
    actor: Actor,
    code: str,
    action: str,
    data: ActionStateSet,
    if_match: str | None,
) -> ActionStateRead:
    """Say where an action stands, or say it again.

    Raises NotFound, Forbidden, PreconditionRequired, Stale, Invalid, YearClosed.
    """
    organisation = own(session, actor, data.organisation, Permission.CAMPAIGNS_WRITE)
    scheme = _adopted(session, organisation, code)
    if action not in trees.actions_of(scheme):
        raise NotFound
    kept = _kept(session, organisation, scheme, action, data.year)
    require_match(if_match, kept.version if kept else None)
    if data.year > today().year:
        message = "n’a pas commencé : vérifiez l’année."
        raise Invalid(errors=[FieldError(loc=["body", "year"], message=message)])
    require_open(session, organisation.id, data.year)
    before = kept.state.value if kept else None
    one = kept or ActionState(
        scheme_id=scheme.id,
        action=action,
        organisation_id=organisation.id,
        year=data.year,
        state=data.state,
        version=0,
    )
    _write(session, actor, one, data)
    details = {"action": action, "year": data.year, "changes": [["state", before, data.state]]}
    _record(session, actor, scheme, organisation, details)
    shown = _shown(session, organisation, scheme, data.year)
    return next(each for each in shown if each.action == action)


def _kept(
    session: Session, organisation: Organisation, scheme: Scheme, action: str, year: int
) -> ActionState | None:
    return session.scalars(
        sa.select(ActionState)
        .where(
            col(ActionState.scheme_id) == scheme.id,
            col(ActionState.action) == action,
            col(ActionState.organisation_id) == organisation.id,
            col(ActionState.year) == year,
        )
        .with_for_update()
    ).first()


def _write(session: Session, actor: Actor, one: ActionState, data: ActionStateSet) -> None:
    one.state, one.comment, one.said_by = data.state, data.comment, actor.person_id
    one.version += 1
    one.updated_at = now()
    session.add(one)
    session.flush()


def _adopted(session: Session, organisation: Organisation, code: str) -> Scheme:
    scheme = trees.adopted(session, organisation.id, code).get(code)
    if scheme is None:
        raise NotFound
    return scheme


def _shown(
    session: Session, organisation: Organisation, scheme: Scheme, year: int
) -> list[ActionStateRead]:
    rows: Any = session.execute(
        sa.select(ActionState, col(Person.name))
        .outerjoin(Person, col(Person.id) == col(ActionState.said_by))
        .where(
            col(ActionState.scheme_id) == scheme.id,
            col(ActionState.organisation_id) == organisation.id,
            col(ActionState.year) == year,
        )
    )
    said: dict[str, tuple[ActionState, str | None]] = {
        one.action: (one, name) for one, name in rows
    }
    states = {action: one.state for action, (one, _) in said.items()}
    denied = contradictions.of_year(session, organisation.id, scheme, year, states)
    return [
        ActionStateRead(
            scheme=scheme.code,
            action=action,
            title=title,
            year=year,
            contradictions=denied.get(action, []),
            **_told(said.get(action)),
        )
        for action, title in trees.actions_of(scheme).items()
    ]


def _told(kept: tuple[ActionState, str | None] | None) -> dict[str, Any]:
    if kept is None:
        return dict.fromkeys(("state", "comment", "version", "said_by", "said_at"))
    one, name = kept
    return {
        "state": one.state,
        "comment": one.comment,
        "version": one.version,
        "said_by": name,
        "said_at": one.updated_at,
    }


def _record(
    session: Session,
    actor: Actor,
    scheme: Scheme,
    organisation: Organisation,
    details: dict[str, Any],
) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=organisation.id,
        action="action.state_set",
        target=f"scheme:{scheme.code}",
        details=details,
    )
