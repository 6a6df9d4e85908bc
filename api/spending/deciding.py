"""What a person decides of a spending: its contract, none, or to have it looked for again."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission
from api.access.service import own
from api.closings.service import YearClosed, held_years
from api.contracts.models import Contract
from api.kit import audit
from api.kit.bulk import insert_many, this_instant, update_many
from api.kit.problems import FieldError, Invalid
from api.spending import joining
from api.spending.joining_schemas import (
    Choice,
    Decision,
    DecisionsCreate,
    JoiningDone,
    JoiningRun,
)
from api.spending.models import JoinedBy, JoinReason, Spending

_REASONS = {
    Choice.ATTACH: JoinReason.ATTACHED,
    Choice.DETACH: JoinReason.DETACHED,
    Choice.ASIDE: JoinReason.ASIDE,
}
_COLUMNS = ("contract_id", "joined_by", "join_reason", "join_note", "joined_at", "updated_at")


def run(session: Session, actor: Actor, data: JoiningRun) -> JoiningDone:
    """Join the spending of a buyer again. Raises NotFound, Forbidden."""
    buyer = own(session, actor, data.buyer_siret, Permission.SPENDING_WRITE)
    changed = joining.run(session, buyer.id)
    _record(session, actor, buyer, "spending.joined", {"changed": changed})
    return JoiningDone(buyer_siret=data.buyer_siret, changed=changed)


def decide(session: Session, actor: Actor, data: DecisionsCreate) -> JoiningDone:
    """Write every decision, or none; what is given back to the machine is looked for at once.

    Raises NotFound, Forbidden, Invalid (place and field of each error), YearClosed.
    """
    buyer = own(session, actor, data.buyer_siret, Permission.SPENDING_WRITE)
    joining.hold(session, [buyer.id])
    lines = _lines(session, buyer.id, data)
    _check(session, buyer.id, data, lines)
    instant = this_instant(session)
    update_many(
        session,
        "spending",
        _COLUMNS,
        ("id",),
        [(*_said(one, data.note, instant), one.spending_id.hex) for one in data.decisions],
    )
    if data.remember:
        _remember(session, data, lines, instant)
    session.expire_all()
    joining.run(session, buyer.id)
    told = data.model_dump(mode="json", include={"decisions", "remember"})
    _record(session, actor, buyer, "spending.decided", told)
    return JoiningDone(buyer_siret=data.buyer_siret, changed=len(data.decisions))


def _said(one: Decision, note: str | None, instant: object) -> tuple[Any, ...]:
    if one.choice is Choice.RELEASE:
        return (None, None, None, None, None, instant)
    contract = one.contract_id.hex if one.contract_id is not None else None
    return (contract, JoinedBy.PERSON.value, _REASONS[one.choice].value, note, instant, instant)


def _remember(
    session: Session, data: DecisionsCreate, lines: dict[UUID, Spending], instant: object
) -> None:
    """Keep the numbers printed on the lines attached as numbers of their contracts."""
    said = {
        (one.contract_id.hex, number)
        for one in data.decisions
        if one.contract_id is not None and (number := lines[one.spending_id].contract_number)
    }
    insert_many(
        session,
        "contract_number",
        ("contract_id", "number", "created_at"),
        [(*one, instant) for one in sorted(said)],
        unless_there=True,
    )


def _lines(session: Session, buyer_id: UUID, data: DecisionsCreate) -> dict[UUID, Spending]:
    found = session.scalars(
        sa.select(Spending)
        .where(
            col(Spending.buyer_id) == buyer_id,
            col(Spending.id).in_([one.spending_id for one in data.decisions]),
        )
        # In one order everywhere: two of these at once wait for each other instead of blocking.
        .order_by(col(Spending.id))
        .with_for_update()
    )
    return {one.id: one for one in found}


def _check(
    session: Session, buyer_id: UUID, data: DecisionsCreate, lines: dict[UUID, Spending]
) -> None:
    asked = {one.contract_id for one in data.decisions if one.contract_id is not None}
    contracts = set(
        session.scalars(
            sa.select(col(Contract.id)).where(
                col(Contract.buyer_id) == buyer_id, col(Contract.id).in_(asked)
            )
        )
    )
    errors: list[FieldError] = []
    seen: set[UUID] = set()
    for place, one in enumerate(data.decisions):
        if one.spending_id not in lines:
            errors.append(_error(place, "spending_id", "n’est pas un mandatement de cet acheteur."))
        if one.spending_id in seen:
            errors.append(_error(place, "spending_id", "est donné deux fois."))
        seen.add(one.spending_id)
        if (one.choice is Choice.ATTACH) != (one.contract_id is not None):
            message = "est à donner pour un rattachement, et pour lui seul."
            errors.append(_error(place, "contract_id", message))
        elif one.contract_id is not None and one.contract_id not in contracts:
            errors.append(_error(place, "contract_id", "n’est pas un marché de cet acheteur."))
    if errors:
        raise Invalid(errors=errors)
    closed = held_years(session, buyer_id)
    refused = [
        _error(place, "spending_id", f"est de l’année {year}, close : rouvrez-la d’abord.")
        for place, one in enumerate(data.decisions)
        if (year := lines[one.spending_id].year) in closed
    ]
    if refused:
        raise YearClosed(errors=refused)


def _error(place: int, field: str, message: str) -> FieldError:
    return FieldError(loc=["body", "decisions", place, field], message=message)


def _record(
    session: Session, actor: Actor, buyer: Organisation, action: str, details: dict[str, Any]
) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=buyer.id,
        action=action,
        target=f"spending:{buyer.siret}",
        details=details,
    )
