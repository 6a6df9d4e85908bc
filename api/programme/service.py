"""Projects of the purchase programme: who enters, changes and removes them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require
from api.access.service import check_directorate, own
from api.kit.columns import now
from api.kit.problems import Conflict, FieldError, Invalid, NotFound
from api.programme import records
from api.programme.listing import ITEMS, values
from api.programme.models import Project, ProjectAction
from api.programme.schemas import (
    ActionSaid,
    ActionsIn,
    ProjectChange,
    ProjectCreate,
    ProjectRead,
)
from api.schemes import trees
from api.schemes.models import Scheme

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
    facts = records.kept(data.model_dump(exclude={"buyer_siret"}))
    _check_days(facts)
    _check_reference(session, buyer.id, data.reference)
    one = Project(buyer_id=buyer.id, **facts)
    session.add(one)
    session.flush()
    told = {"number": one.reference, "year": one.year}
    records.tell(session, actor, "project.created", one, told)
    return _shown(session, actor, one)


def change(
    session: Session, actor: Actor, project_id: UUID, data: ProjectChange, if_match: str | None
) -> ProjectRead:
    """Change what is said of a project.

    Raises NotFound, Forbidden, PreconditionRequired, Stale, Invalid, ReferenceTaken.
    """
    one = records.for_change(session, actor, Project, project_id, if_match)
    after = records.kept(data.model_dump(exclude_unset=True))
    records.check_move(session, actor, one, after)
    _check_days(one.model_dump() | after)
    if after.get("reference", one.reference) != one.reference:
        _check_reference(session, one.buyer_id, after["reference"])
    if one.public and not after.get("public", True):
        _withdraw(session, one.buyer_id)
    records.write(session, actor, one, after)
    return _shown(session, actor, one)


def _withdraw(session: Session, buyer_id: UUID) -> None:
    """Who follows what a buyer publishes sees by its last change that something left it: nothing
    else keeps when a project that was public went."""
    session.get_one(Organisation, buyer_id).updated_at = now()


def set_actions(
    session: Session, actor: Actor, project_id: UUID, data: ActionsIn, if_match: str | None
) -> ProjectRead:
    """Say which actions of its buyer's schemes a project is to carry, and which are done.

    Raises as ``change``; Invalid on an action that no scheme of the buyer has, or given twice.
    """
    one = records.for_change(session, actor, Project, project_id, if_match)
    before = _actions(session, one.id)
    schemes = _schemes(session, one.buyer_id, before)
    _check_actions(
        data, {(said.scheme, said.action) for said in before} | _known(session, one.buyer_id)
    )
    session.execute(sa.delete(ProjectAction).where(col(ProjectAction.project_id) == one.id))
    session.add_all(
        ProjectAction(
            project_id=one.id,
            scheme_id=schemes[said.scheme].id,
            action=said.action,
            done=said.done,
        )
        for said in data.actions
    )
    records.touch(session, one)
    details = {"changes": [["actions", _listed(before), _listed(data.actions)]]}
    records.tell(session, actor, "project.actions", one, details)
    return _shown(session, actor, one)


def remove(session: Session, actor: Actor, project_id: UUID, if_match: str | None) -> None:
    """Remove a project entered by mistake.

    Raises as ``change``, and ProjectInUse while a consultation or a contract stands on it.
    """
    one = records.for_change(session, actor, Project, project_id, if_match)
    if _in_use(session, one.id):
        raise ProjectInUse
    session.delete(one)
    if one.public:
        _withdraw(session, one.buyer_id)
    session.flush()
    told = {"number": one.reference, "year": one.year}
    records.tell(session, actor, "project.removed", one, told)


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
    if records.is_taken(session, Project, buyer_id, reference):
        raise ReferenceTaken


def _schemes(
    session: Session, buyer_id: UUID, before: Sequence[ActionSaid]
) -> Mapping[str, Scheme]:
    """The schemes of the buyer, and those that the project already has actions of, by code."""
    former = {said.scheme for said in before}
    kept = session.scalars(sa.select(Scheme).where(col(Scheme.code).in_(former)))
    return {one.code: one for one in kept} | trees.adopted(session, buyer_id)


def _known(session: Session, buyer_id: UUID) -> set[tuple[str, str]]:
    """The actions of the schemes that the buyer adopted, each under the code of its scheme."""
    schemes = trees.adopted(session, buyer_id)
    return {(code, action) for code, one in schemes.items() for action in trees.actions_of(one)}


def _listed(actions: Iterable[ActionSaid]) -> list[list[str | bool | None]]:
    return sorted([said.scheme, said.action, said.done] for said in actions)


def _check_actions(data: ActionsIn, known: set[tuple[str, str]]) -> None:
    errors, seen = [], set()
    for place, said in enumerate(data.actions):
        key = (said.scheme, said.action)
        loc: list[str | int] = ["body", "actions", place, "action"]
        if key not in known:
            message = "n’est pas une action d’un schéma que cet acheteur a adopté."
            errors.append(FieldError(loc=loc, message=message))
        elif key in seen:
            errors.append(FieldError(loc=loc, message="est déjà dans la liste."))
        seen.add(key)
    if errors:
        raise Invalid(errors=errors)


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
    found = session.execute(
        sa.select(col(Scheme.code), col(ProjectAction.action), col(ProjectAction.done))
        .join(Scheme, col(Scheme.id) == col(ProjectAction.scheme_id))
        .where(col(ProjectAction.project_id) == project_id)
        .order_by(col(Scheme.code), col(ProjectAction.action))
    )
    return [
        ActionSaid.model_construct(scheme=scheme, action=action, done=done)
        for scheme, action, done in found
    ]


def _shown(session: Session, actor: Actor, one: Project) -> ProjectRead:
    row = session.execute(ITEMS.where(col(Project.id) == one.id)).one()
    return ProjectRead(
        **values(row),
        **{name: getattr(one, name) for name in _WHOLE},
        actions=_actions(session, one.id),
        editable=records.editable(actor, one),
    )
