"""Sourcings: the searches for structures before a consultation, and what came of them."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import DENIED, Actor, Permission, require, visible
from api.access.service import own
from api.closings.service import require_open
from api.contracts.models import Contract
from api.kit import audit
from api.kit.columns import now
from api.kit.days import today
from api.kit.keyset import following, paged
from api.kit.pages import Page
from api.kit.problems import (
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionRequired,
    Stale,
)
from api.programme.service import check_project
from api.reserved.models import Sourcing
from api.reserved.register_schemas import (
    RESULTS,
    TOOLS,
    SourcingChange,
    SourcingCreate,
    SourcingFacts,
    SourcingFilter,
    SourcingRead,
)

_FACTS = tuple(SourcingFacts.model_fields)
_KEPT = ("id", "version", "done_on", "tool", "need", "result", *_FACTS)


def find(session: Session, actor: Actor, filters: SourcingFilter) -> Page[SourcingRead]:
    """The sourcings of the actor's buyers, the latest first.

    Raises Invalid on a foreign cursor.
    """
    statement = (
        sa.select(Sourcing, col(Organisation.siret))
        .join(Organisation, col(Organisation.id) == col(Sourcing.buyer_id))
        .where(col(Sourcing.buyer_id).in_(visible(actor, Permission.CONTRACTS_READ)))
    )
    for column, value in (
        (col(Organisation.siret), filters.buyer),
        (col(Sourcing.tool), filters.tool),
        (col(Sourcing.result), filters.result),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if filters.year is not None:
        days = date(filters.year, 1, 1), date(filters.year, 12, 31)
        statement = statement.where(col(Sourcing.done_on).between(*days))
    key = (col(Sourcing.done_on), col(Sourcing.id))
    rows = session.execute(paged(statement, key, filters.cursor, filters.limit)).all()
    return Page[SourcingRead](
        items=[_shown(*row) for row in rows[: filters.limit]],
        next=following(rows, filters.limit, lambda row: (row[0].done_on, row[0].id)),
    )


def allow_creation(session: Session, actor: Actor, data: SourcingCreate) -> Organisation:
    """The buyer for which the actor may enter a sourcing: every directorate does some.

    Raises NotFound, Forbidden.
    """
    buyer = own(session, actor, data.buyer_siret, Permission.CONTRACTS_READ)
    _require(actor, buyer.id)
    return buyer


def create(session: Session, actor: Actor, data: SourcingCreate) -> SourcingRead:
    """Enter a sourcing.

    Raises NotFound, Forbidden, Invalid, YearClosed.
    """
    buyer = allow_creation(session, actor, data)
    one = Sourcing(buyer_id=buyer.id, **data.model_dump(exclude={"buyer_siret"}))
    _check(session, actor, one)
    session.add(one)
    session.flush()
    told = {"tool": one.tool.value, "done_on": one.done_on.isoformat()}
    _record(session, actor, "sourcing.created", one, told)
    return _shown(one, buyer.siret)


def change(
    session: Session, actor: Actor, sourcing_id: UUID, data: SourcingChange, if_match: str | None
) -> SourcingRead:
    """Change what is said of a sourcing.

    Raises NotFound, Forbidden, PreconditionRequired, Stale, Invalid, YearClosed.
    """
    one = session.get(Sourcing, sourcing_id, with_for_update=True)
    require(actor, Permission.CONTRACTS_READ, one.buyer_id if one else None)
    if one is None:
        raise NotFound
    _require(actor, one.buyer_id)
    _check_contract(session, actor, one)
    if if_match is None:
        raise PreconditionRequired
    if if_match != f'"{one.version}"':
        raise Stale
    require_open(session, one.buyer_id, one.done_on.year)
    said = data.model_dump(exclude_unset=True)
    changes = [
        [name, _plain(getattr(one, name)), _plain(value)]
        for name, value in said.items()
        if getattr(one, name) != value and name not in ("comment", "need")
    ]
    one.sqlmodel_update(said)
    with session.no_autoflush:
        _check(session, actor, one)
    one.version += 1
    one.updated_at = now()
    session.add(one)
    session.flush()
    _record(session, actor, "sourcing.changed", one, {"changes": changes})
    return _shown(one, session.get_one(Organisation, one.buyer_id).siret)


def etag(one: SourcingRead) -> str:
    """The ETag of a sourcing: its version."""
    return f'"{one.version}"'


def _require(actor: Actor, buyer_id: UUID) -> None:
    if buyer_id not in visible(actor, Permission.RESERVATIONS_WRITE):
        raise Forbidden(DENIED[Permission.RESERVATIONS_WRITE])


def _check(session: Session, actor: Actor, one: Sourcing) -> None:
    if one.done_on > today():
        message = "est dans le futur."
        raise Invalid(errors=[FieldError(loc=["body", "done_on"], message=message)])
    _check_contract(session, actor, one)
    check_project(session, one.buyer_id, one.project_id)
    require_open(session, one.buyer_id, one.done_on.year)


def _check_contract(session: Session, actor: Actor, one: Sourcing) -> None:
    """A contract of the buyer, and for a directorate one of its own: Invalid, Forbidden."""
    if one.contract_id is None:
        return
    place = sa.select(col(Contract.directorate_id)).where(
        col(Contract.id) == one.contract_id, col(Contract.buyer_id) == one.buyer_id
    )
    found = session.execute(place).first()
    if found is None:
        message = "n’est pas un marché de cet acheteur."
        raise Invalid(errors=[FieldError(loc=["body", "contract_id"], message=message)])
    require(actor, Permission.RESERVATIONS_WRITE, one.buyer_id, found[0])


def _shown(one: Sourcing, siret: str | None) -> SourcingRead:
    return SourcingRead.model_construct(
        **{name: getattr(one, name) for name in _KEPT},
        buyer_siret=siret or "",
        tool_label=TOOLS[one.tool],
        result_label=RESULTS[one.result],
    )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID | date) else value


def _record(
    session: Session, actor: Actor, action: str, one: Sourcing, details: dict[str, Any]
) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=one.buyer_id,
        action=action,
        target=f"sourcing:{one.id}",
        details=details,
    )
