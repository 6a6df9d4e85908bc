"""Evaluations of contracts: who lists, enters, changes and removes them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require, visible
from api.closings.service import require_open
from api.contracts.models import Contract
from api.evaluations.models import Evaluation, Subject
from api.evaluations.schemas import (
    SIDES,
    SUBJECTS,
    EvaluationChange,
    EvaluationCreate,
    EvaluationFilter,
    EvaluationRead,
)
from api.kit import audit
from api.kit.columns import now
from api.kit.days import today
from api.kit.keyset import following, paged
from api.kit.pages import Page
from api.kit.problems import FieldError, Invalid, NotFound, PreconditionRequired, Stale

_ITEMS = (
    sa.select(Evaluation, Contract, col(Organisation.siret))
    .join(Contract, col(Contract.id) == col(Evaluation.contract_id))
    .join(Organisation, col(Organisation.id) == col(Evaluation.buyer_id))
)


def find(session: Session, actor: Actor, filters: EvaluationFilter) -> Page[EvaluationRead]:
    """The evaluations of the actor's buyers, the latest first.

    Raises Invalid on a foreign cursor.
    """
    own = visible(actor, Permission.CONTRACTS_READ)
    statement = _ITEMS.where(col(Evaluation.buyer_id).in_(own), *_narrowed(filters))
    key = (col(Evaluation.done_on), col(Evaluation.id))
    rows = session.execute(paged(statement, key, filters.cursor, filters.limit)).all()
    return Page[EvaluationRead](
        items=[_shown(actor, row) for row in rows[: filters.limit]],
        next=following(rows, filters.limit, lambda row: (row[0].done_on, row[0].id)),
    )


def allow_creation(session: Session, actor: Actor, contract_id: UUID) -> Contract:
    """The contract that the actor may evaluate; a directorate evaluates its own.

    Raises NotFound, Forbidden.
    """
    contract = session.get(Contract, contract_id)
    if contract is None:
        raise NotFound
    require(actor, Permission.EVALUATIONS_WRITE, contract.buyer_id, contract.directorate_id)
    return contract


def create(session: Session, actor: Actor, data: EvaluationCreate) -> EvaluationRead:
    """Enter an evaluation of a contract.

    Raises NotFound, Forbidden, Invalid, YearClosed.
    """
    contract = allow_creation(session, actor, data.contract_id)
    one = Evaluation(buyer_id=contract.buyer_id, **_facts(data.model_dump()))
    _check(session, contract, one.model_dump())
    session.add(one)
    session.flush()
    told = {
        "contract": str(contract.id),
        "done_on": one.done_on.isoformat(),
        "side": one.side.value,
        "subject": one.subject.value,
    }
    _record(session, actor, "evaluation.created", one, told)
    return _reread(session, actor, one)


def change(
    session: Session,
    actor: Actor,
    evaluation_id: UUID,
    data: EvaluationChange,
    if_match: str | None,
) -> EvaluationRead:
    """Change what is said of an evaluation.

    Raises NotFound, Forbidden, PreconditionRequired, Stale, Invalid, YearClosed.
    """
    one, contract = _writable(session, actor, evaluation_id, if_match)
    after = _facts(data.model_dump(exclude_unset=True))
    _check(session, contract, one.model_dump() | after)
    changes = [
        [name, _plain(getattr(one, name)), _plain(value)]
        for name, value in after.items()
        if getattr(one, name) != value and name != "comment"
    ]
    one.sqlmodel_update(after)
    one.version += 1
    one.updated_at = now()
    session.add(one)
    session.flush()
    _record(session, actor, "evaluation.changed", one, {"changes": changes})
    return _reread(session, actor, one)


def remove(session: Session, actor: Actor, evaluation_id: UUID, if_match: str | None) -> None:
    """Remove an evaluation entered by mistake.

    Raises as ``change``.
    """
    one, contract = _writable(session, actor, evaluation_id, if_match)
    session.delete(one)
    session.flush()
    told = {"contract": str(contract.id), "done_on": one.done_on.isoformat()}
    _record(session, actor, "evaluation.removed", one, told)


def etag(one: EvaluationRead) -> str:
    """The ETag of an evaluation: its version."""
    return f'"{one.version}"'


def _writable(
    session: Session, actor: Actor, evaluation_id: UUID, if_match: str | None
) -> tuple[Evaluation, Contract]:
    """The evaluation as it stands, in a year that is open."""
    one = session.get(Evaluation, evaluation_id, with_for_update=True)
    if one is None:
        raise NotFound
    contract = allow_creation(session, actor, one.contract_id)
    if if_match is None:
        raise PreconditionRequired
    if if_match != f'"{one.version}"':
        raise Stale
    require_open(session, one.buyer_id, one.done_on.year)
    return one, contract


def _facts(said: dict[str, Any]) -> dict[str, Any]:
    """What is said, as the table keeps it: a mark in hundredths."""
    score: Decimal | None = said.get("score")
    return said if score is None else said | {"score": int(score * 100)}


def _check(session: Session, contract: Contract, facts: Mapping[str, Any]) -> None:
    """Raise Invalid on a day that cannot be, YearClosed on that of a closed year."""
    done_on, notified_on = facts["done_on"], contract.notified_on
    early = notified_on is not None and done_on < notified_on
    message = None
    if done_on > today():
        message = "est dans le futur."
    elif early and facts["subject"] is Subject.EXECUTION:
        message = "est avant la notification du marché : son exécution n’a pas commencé."
    if message:
        raise Invalid(errors=[FieldError(loc=["body", "done_on"], message=message)])
    require_open(session, contract.buyer_id, done_on.year)


def _narrowed(filters: EvaluationFilter) -> list[sa.ColumnElement[bool]]:
    asked = (
        (col(Organisation.siret), filters.buyer),
        (col(Evaluation.contract_id), filters.contract),
        (col(Evaluation.side), filters.side),
        (col(Evaluation.subject), filters.subject),
    )
    found = [column == value for column, value in asked if value is not None]
    if filters.year is not None:
        days = date(filters.year, 1, 1), date(filters.year, 12, 31)
        found.append(col(Evaluation.done_on).between(*days))
    return found


def _reread(session: Session, actor: Actor, one: Evaluation) -> EvaluationRead:
    return _shown(actor, session.execute(_ITEMS.where(col(Evaluation.id) == one.id)).one())


def _shown(actor: Actor, row: Any) -> EvaluationRead:
    one: Evaluation = row[0]
    contract: Contract = row[1]
    same = ("id", "version", "contract_id", "done_on", "side", "subject", "comment")
    return EvaluationRead(
        **{name: getattr(one, name) for name in same},
        buyer_siret=row[2] or "",
        reference=contract.reference,
        side_label=SIDES[one.side],
        subject_label=SUBJECTS[one.subject],
        score=None if one.score is None else Decimal(one.score) / 100,
        editable=_may_write(actor, contract),
    )


def _may_write(actor: Actor, contract: Contract) -> bool:
    return any(
        grant.organisation_id == contract.buyer_id
        and grant.gives(Permission.EVALUATIONS_WRITE, contract.directorate_id)
        for grant in actor.grants
    )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, date) else value


def _record(
    session: Session, actor: Actor, action: str, one: Evaluation, details: dict[str, Any]
) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=one.buyer_id,
        action=action,
        target=f"evaluation:{one.id}",
        details=details,
    )
