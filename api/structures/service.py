"""Inclusive structures: one register for the platform, which says who says what and when."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor, Permission, require_anywhere
from api.kit import audit
from api.kit.columns import now
from api.kit.days import today
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import (
    Conflict,
    FieldError,
    Invalid,
    NotFound,
    PreconditionRequired,
    Stale,
)
from api.structures.models import Structure, StructureKind
from api.structures.schemas import (
    KINDS,
    StructureChange,
    StructureCreate,
    StructureFilter,
    StructureRead,
)

FACTS = ("name", "kind", "ess", "esus", "departement", "domain")


class StructureTaken(Conflict):
    type = "structure-taken"
    title = "Structure déjà connue"
    default = "Une structure porte déjà ce SIRET : modifiez-la plutôt que d’en ajouter une autre."


def find(session: Session, actor: Actor, filters: StructureFilter) -> Page[StructureRead]:
    """The structures, by SIRET; ordinary companies only when they are asked for.

    Raises Forbidden to who has no right to read anywhere, Invalid on a foreign cursor.
    """
    require_anywhere(actor, Permission.INSERTION_READ)
    statement = sa.select(Structure).where(*_narrowed(filters))
    after = decode_cursor(filters.cursor, 1)
    if after is not None:
        if not after[0]:
            raise bad_cursor()
        statement = statement.where(col(Structure.siret) > after[0])
    rows = session.scalars(statement.order_by(col(Structure.siret)).limit(filters.limit + 1)).all()
    more = len(rows) > filters.limit
    return Page[StructureRead](
        items=[shown(one) for one in rows[: filters.limit]],
        next=encode_cursor(rows[filters.limit - 1].siret) if more else None,
    )


def read(session: Session, actor: Actor, structure_id: UUID) -> StructureRead:
    """A structure. Raises Forbidden to who has no right to read anywhere, NotFound."""
    require_anywhere(actor, Permission.INSERTION_READ)
    return shown(_kept(session, structure_id))


def create(session: Session, actor: Actor, data: StructureCreate) -> StructureRead:
    """Enter a structure.

    Raises Forbidden, Invalid on a day to come, StructureTaken.
    """
    allow_writing(actor)
    _check_day(data)
    known = sa.select(col(Structure.id)).where(col(Structure.siret) == data.siret)
    if session.scalars(known).first() is not None:
        raise StructureTaken
    structure = Structure.model_validate(data.model_dump())
    session.add(structure)
    session.flush()
    details = data.model_dump(mode="json", exclude_unset=True)
    _record(session, actor, "structure.created", structure, details)
    return shown(structure)


def change(
    session: Session,
    actor: Actor,
    structure_id: UUID,
    data: StructureChange,
    if_match: str | None,
) -> StructureRead:
    """Say something else of a structure; what it said before stays in the journal.

    Raises Forbidden, NotFound, PreconditionRequired, Stale, Invalid on a day to come.
    """
    allow_writing(actor)
    structure = _kept(session, structure_id, lock=True)
    if if_match is None:
        raise PreconditionRequired
    if if_match != etag(shown(structure)):
        raise Stale
    _check_day(data)
    said = data.model_dump(exclude_unset=True)
    before = StructureChange.model_construct(
        **{name: getattr(structure, name) for name in said}
    ).model_dump(mode="json", include=set(said))
    structure.sqlmodel_update(said)
    structure.version += 1
    structure.updated_at = now()
    session.add(structure)
    session.flush()
    after = data.model_dump(mode="json", exclude_unset=True)
    changes = [[name, before[name], after[name]] for name in said if before[name] != after[name]]
    _record(session, actor, "structure.changed", structure, {"changes": changes})
    return shown(structure)


def allow_writing(actor: Actor) -> None:
    """Let pass who completes structures in some organisation. Raises Forbidden."""
    require_anywhere(actor, Permission.STRUCTURES_WRITE)


def check_day(day: Any, loc: list[str | int]) -> None:
    """Refuse (Invalid) a source that speaks of a day to come."""
    if day > today():
        message = "est dans le futur : donnez le jour où la source le disait."
        raise Invalid(errors=[FieldError(loc=loc, message=message)])


def ordinary() -> sa.ColumnElement[bool]:
    """Whether a row says of a company that it is no structure, and nothing of the ESS; never NULL.

    A company of no kind that is of the ESS, or ESUS, is among those that the register is for.
    """
    return sa.and_(
        col(Structure.kind).is_not_distinct_from(StructureKind.NONE),
        col(Structure.ess).is_not(True),
        col(Structure.esus).is_not(True),
    )


def etag(structure: StructureRead) -> str:
    """The ETag of a structure: its version."""
    return f'"{structure.version}"'


def shown(structure: Structure) -> StructureRead:
    """A structure as the API gives it."""
    return StructureRead.model_construct(
        id=structure.id,
        version=structure.version,
        siret=structure.siret,
        kind_label=KINDS[structure.kind] if structure.kind else None,
        source=structure.source,
        as_of=structure.as_of,
        **{name: getattr(structure, name) for name in FACTS},
    )


def _check_day(data: StructureCreate | StructureChange) -> None:
    check_day(data.as_of, ["body", "as_of"])


def _kept(session: Session, structure_id: UUID, *, lock: bool = False) -> Structure:
    structure = session.get(Structure, structure_id, with_for_update=lock or None)
    if structure is None:
        raise NotFound
    return structure


def _narrowed(filters: StructureFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [
        col(getattr(Structure, name)) == value
        for name in ("kind", "ess", "esus")
        if (value := getattr(filters, name)) is not None
    ]
    if not filters.ordinary and filters.kind is not StructureKind.NONE:
        conditions.append(sa.not_(ordinary()))
    for word in (filters.q or "").split():
        conditions.append(
            sa.or_(
                col(Structure.name).icontains(word, autoescape=True),
                col(Structure.domain).icontains(word, autoescape=True),
                col(Structure.siret).startswith(word, autoescape=True),
            )
        )
    return conditions


def _record(
    session: Session, actor: Actor, action: str, structure: Structure, details: dict[str, Any]
) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=None,
        action=action,
        target=f"structure:{structure.id}",
        details=details,
    )
