"""Projects of the purchase programme: who enters, changes and removes them."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require
from api.access.service import check_directorate, own
from api.kit import audit
from api.kit.columns import now, to_cents
from api.kit.problems import (
    Conflict,
    FieldError,
    Invalid,
    NotFound,
    PreconditionRequired,
    Stale,
)
from api.programme.listing import ITEMS, values
from api.programme.models import Project, ProjectAction
from api.programme.schemas import (
    ActionSaid,
    ActionsIn,
    ProjectChange,
    ProjectCreate,
    ProjectRead,
)
from api.schemes.models import Scheme, SchemeAdoption

_WHOLE = (
    "recurrent", "anticipation_started_on", "rated_on", "insertion_expertise",
    "life_cycle_analysis", "sustainable_assistance", "comment", "created_at", "updated_at",
)  # fmt: skip
_TOO_LATE = "est après le jour où le marché est attendu."


class ReferenceTaken(Conflict):
    type = "reference-taken"
    title = "Numéro déjà pris"
    default = "Cet acheteur a déjà un projet de ce numéro. Choisissez-en un autre."


class ProjectInUse(Conflict):
    type = "project-in-use"
    title = "Suppression impossible"
    default = (
        "Des consultations ou des marchés se rattachent à ce projet : gardez-le, au besoin "
        "comme « abandonné »."
    )


def read(session: Session, actor: Actor, project_id: UUID) -> ProjectRead:
    """A project of the actor's buyers.

    Raises NotFound, Forbidden.
    """
    one = session.get(Project, project_id)
    require(actor, Permission.CONTRACTS_READ, one.buyer_id if one else None)
    if one is None:
        raise NotFound
    return _shown(session, actor, one)


def allow_creation(session: Session, actor: Actor, data: ProjectCreate) -> Organisation:
    """The buyer for whom the actor may enter this project; a directorate enters its own.

    Raises NotFound, Forbidden, Invalid on a foreign directorate.
    """
    buyer = own(session, actor, data.buyer_siret, Permission.CONTRACTS_READ)
    require(actor, Permission.PROGRAMME_WRITE, buyer.id, data.directorate_id)
    check_directorate(session, buyer.id, data.directorate_id)
    return buyer


def create(session: Session, actor: Actor, data: ProjectCreate) -> ProjectRead:
    """Enter a project.

    Raises NotFound, Forbidden, Invalid, ReferenceTaken.
    """
    buyer = allow_creation(session, actor, data)
    facts = _facts(data.model_dump(exclude={"buyer_siret"}))
    _check_days(facts)
    _check_reference(session, buyer.id, data.reference)
    one = Project(buyer_id=buyer.id, **facts)
    session.add(one)
    session.flush()
    _record(session, actor, "project.created", one, {"number": one.reference, "year": one.year})
    return _shown(session, actor, one)


def change(
    session: Session, actor: Actor, project_id: UUID, data: ProjectChange, if_match: str | None
) -> ProjectRead:
    """Change what is said of a project.

    Raises NotFound, Forbidden, PreconditionRequired, Stale, Invalid, ReferenceTaken.
    """
    one = _writable(session, actor, project_id, if_match)
    after = _facts(data.model_dump(exclude_unset=True))
    if "directorate_id" in after:
        # Moving a project out of one's directorate is not a directorate's to do.
        require(actor, Permission.PROGRAMME_WRITE, one.buyer_id, after["directorate_id"])
        check_directorate(session, one.buyer_id, after["directorate_id"])
    _check_days(one.model_dump() | after)
    if after.get("reference", one.reference) != one.reference:
        _check_reference(session, one.buyer_id, after["reference"])
    changes = [
        [name, _plain(getattr(one, name)), _plain(value)]
        for name, value in after.items()
        if getattr(one, name) != value and name != "comment"
    ]
    one.sqlmodel_update(after)
    _touch(session, one)
    _record(session, actor, "project.changed", one, {"changes": changes})
    return _shown(session, actor, one)


def set_actions(
    session: Session, actor: Actor, project_id: UUID, data: ActionsIn, if_match: str | None
) -> ProjectRead:
    """Say which actions of its buyer's schemes a project is to carry, and which are done.

    Raises as ``change``; Invalid on a code that no scheme of the buyer has, or given twice.
    """
    one = _writable(session, actor, project_id, if_match)
    before = {said.action: said.done for said in _actions(session, one.id)}
    _check_actions(data, before.keys() | set(action_codes(session, one.buyer_id)))
    after = {said.action: said.done for said in data.actions}
    session.execute(sa.delete(ProjectAction).where(col(ProjectAction.project_id) == one.id))
    session.add_all(
        ProjectAction(project_id=one.id, action=action, done=done) for action, done in after.items()
    )
    _touch(session, one)
    details = {"changes": [["actions", before, dict(sorted(after.items()))]]}
    _record(session, actor, "project.actions", one, details)
    return _shown(session, actor, one)


def remove(session: Session, actor: Actor, project_id: UUID, if_match: str | None) -> None:
    """Remove a project entered by mistake.

    Raises as ``change``, and ProjectInUse while a consultation or a contract stands on it.
    """
    one = _writable(session, actor, project_id, if_match)
    if _in_use(session, one.id):
        raise ProjectInUse
    session.delete(one)
    session.flush()
    _record(session, actor, "project.removed", one, {"number": one.reference, "year": one.year})


def etag(one: ProjectRead) -> str:
    """The ETag of a project: its version."""
    return f'"{one.version}"'


def check_project(session: Session, buyer_id: UUID, project_id: UUID | None) -> None:
    """Refuse (Invalid) a ``project_id`` that is not of this buyer; None is none."""
    if project_id is None:
        return
    one = session.get(Project, project_id)
    if one is None or one.buyer_id != buyer_id:
        message = "n’est pas un projet de cet acheteur."
        raise Invalid(errors=[FieldError(loc=["body", "project_id"], message=message)])


def action_codes(session: Session, buyer_id: UUID) -> Iterator[str]:
    """The codes of the actions of the schemes that a buyer adopted."""
    contents = session.scalars(
        sa.select(col(Scheme.content))
        .join(SchemeAdoption, col(SchemeAdoption.scheme_id) == col(Scheme.id))
        .where(col(SchemeAdoption.organisation_id) == buyer_id)
        .order_by(col(Scheme.code))
    )
    for content in contents:
        yield from _codes(content.get("axes"))


def _writable(session: Session, actor: Actor, project_id: UUID, if_match: str | None) -> Project:
    one = session.get(Project, project_id, with_for_update=True)
    if one is None:
        raise NotFound
    require(actor, Permission.PROGRAMME_WRITE, one.buyer_id, one.directorate_id)
    if if_match is None:
        raise PreconditionRequired
    if if_match != f'"{one.version}"':
        raise Stale
    return one


def _touch(session: Session, one: Project) -> None:
    one.version += 1
    one.updated_at = now()
    session.add(one)
    session.flush()


def _facts(said: dict[str, Any]) -> dict[str, Any]:
    """What is said, as the table keeps it."""
    amount = said.get("estimated_amount")
    return said if amount is None else said | {"estimated_amount": to_cents(amount)}


def _check_days(facts: Mapping[str, Any]) -> None:
    planned = facts["planned_on"]
    late = [
        FieldError(loc=["body", name], message=_TOO_LATE)
        for name in ("anticipation_started_on", "rated_on")
        if planned is not None and facts[name] is not None and facts[name] > planned
    ]
    if late:
        raise Invalid(errors=late)


def _check_reference(session: Session, buyer_id: UUID, reference: str) -> None:
    taken = sa.select(col(Project.id)).where(
        col(Project.buyer_id) == buyer_id, col(Project.reference) == reference
    )
    if session.scalars(taken).first() is not None:
        raise ReferenceTaken


def _check_actions(data: ActionsIn, known: set[str]) -> None:
    errors, seen = [], set()
    for place, said in enumerate(data.actions):
        loc: list[str | int] = ["body", "actions", place, "action"]
        if said.action not in known:
            message = "n’est pas une action d’un schéma que cet acheteur a adopté."
            errors.append(FieldError(loc=loc, message=message))
        elif said.action in seen:
            errors.append(FieldError(loc=loc, message="est déjà dans la liste."))
        seen.add(said.action)
    if errors:
        raise Invalid(errors=errors)


def _codes(part: Any) -> Iterator[str]:
    """The codes of the actions of a part of a scheme, at whatever depth they are printed."""
    if isinstance(part, list):
        for one in part:
            yield from _codes(one)
    elif isinstance(part, dict):
        yield from (one["code"] for one in part.get("actions") or [])
        yield from _codes(part.get("objectives"))


def _in_use(session: Session, project_id: UUID) -> bool:
    """Whether a row of another concept points at the project.

    Found by the foreign keys that let go of it: the programme knows nothing of what stands on it.
    """
    pointing = [
        key.parent
        for table in SQLModel.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "project" and key.ondelete == "SET NULL"
    ]
    standing = (sa.exists().where(column == project_id) for column in pointing)
    return bool(session.scalar(sa.select(sa.or_(sa.false(), *standing))))


def _actions(session: Session, project_id: UUID) -> list[ActionSaid]:
    found = session.scalars(
        sa.select(ProjectAction)
        .where(col(ProjectAction.project_id) == project_id)
        .order_by(col(ProjectAction.action))
    )
    return [ActionSaid.model_construct(action=one.action, done=one.done) for one in found]


def _shown(session: Session, actor: Actor, one: Project) -> ProjectRead:
    row = session.execute(ITEMS.where(col(Project.id) == one.id)).one()
    return ProjectRead(
        **values(row),
        **{name: getattr(one, name) for name in _WHOLE},
        actions=_actions(session, one.id),
        editable=_may_write(actor, one),
    )


def _may_write(actor: Actor, one: Project) -> bool:
    return any(
        grant.organisation_id == one.buyer_id
        and grant.gives(Permission.PROGRAMME_WRITE, one.directorate_id)
        for grant in actor.grants
    )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID | date) else value


def _record(
    session: Session, actor: Actor, action: str, one: Project, details: dict[str, Any]
) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=one.buyer_id,
        action=action,
        target=f"project:{one.id}",
        details=details,
    )
