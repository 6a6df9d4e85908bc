"""Numbers that a person said are of a contract: listed, and forgotten when they were wrong."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor, Permission, require
from api.access.service import own
from api.contracts.models import Contract
from api.kit import audit
from api.kit.days import in_utc
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import NotFound
from api.spending import joining
from api.spending.joining_schemas import RememberedNumber
from api.spending.models import ContractNumber

_KEY = (col(ContractNumber.number), col(ContractNumber.contract_id))


def find(
    session: Session, actor: Actor, siret: str, limit: int, cursor: str | None
) -> Page[RememberedNumber]:
    """The numbers remembered of a buyer, in their order.

    Raises NotFound, Forbidden, Invalid on a foreign cursor.
    """
    buyer = own(session, actor, siret, Permission.CONTRACTS_READ)
    statement = (
        sa.select(ContractNumber, col(Contract.reference), col(Contract.subject))
        .join(Contract, col(Contract.id) == col(ContractNumber.contract_id))
        .where(col(Contract.buyer_id) == buyer.id)
    )
    after = decode_cursor(cursor, 2)
    if after is not None:
        last = sa.literal(after[0] or ""), sa.literal(_uuid(after[1]), sa.Uuid())
        statement = statement.where(sa.tuple_(*_KEY) > sa.tuple_(*last))
    rows = session.execute(statement.order_by(*_KEY).limit(limit + 1)).all()
    items = [
        RememberedNumber(
            number=one.number,
            contract_id=one.contract_id,
            reference=reference,
            subject=subject,
            created_at=in_utc(one.created_at),
        )
        for one, reference, subject in rows[:limit]
    ]
    more = len(rows) > limit
    return Page[RememberedNumber](
        items=items,
        next=encode_cursor(items[-1].number, items[-1].contract_id.hex) if more else None,
    )


def forget(session: Session, actor: Actor, contract_id: UUID, number: str) -> None:
    """Have a number be of a contract no more; what it had joined is looked for again.

    Raises NotFound, Forbidden.
    """
    contract = session.get(Contract, contract_id)
    require(actor, Permission.SPENDING_WRITE, contract.buyer_id if contract else None)
    if contract is not None:
        joining.hold(session, [contract.buyer_id])
    one = session.get(ContractNumber, (contract_id, number), with_for_update=True)
    if contract is None or one is None:
        raise NotFound
    session.delete(one)
    session.flush()
    changed = joining.run(session, contract.buyer_id)
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=contract.buyer_id,
        action="spending.number_forgotten",
        target=f"contract:{contract_id}",
        details={"number": number, "changed": changed},
    )


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise bad_cursor() from error
