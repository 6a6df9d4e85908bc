"""What puts imported spending on its contracts: the hook that matching takes over."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.models import Contract
from api.spending.models import Spending


def settle(session: Session, buyer_id: UUID, among: sa.Select[Any]) -> None:
    """Put on the contract that bears its number, exactly, each line that is on none yet.

    ``among`` gives the identifiers of the lines of an import, of which some may be gone. One
    statement; a number that no contract of the buyer bears leaves the line as it is.
    """
    bearing = (
        sa.select(col(Contract.id))
        .where(
            col(Contract.buyer_id) == buyer_id,
            col(Contract.reference) == col(Spending.contract_reference),
        )
        .correlate(Spending)
        .scalar_subquery()
    )
    session.execute(
        sa.update(Spending)
        .where(
            col(Spending.buyer_id) == buyer_id,
            col(Spending.id).in_(among),
            col(Spending.contract_id).is_(None),
            col(Spending.contract_reference).is_not(None),
        )
        .values(contract_id=bearing)
        .execution_options(synchronize_session=False)
    )
