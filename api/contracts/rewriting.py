"""Writes documents again when the rules that made them have changed (docs/decisions/0005)."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts import reading, writing
from api.contracts.announcing import announce
from api.contracts.models import ContractDocument
from api.kit.bulk import update_many

BATCH = 500
_COLUMNS = ("decp", "digest", "withheld", "dropped", "due_on", "rules")


def bring_up_to_date(session: Session) -> int:
    """Write again every document made by former rules; answers how many there were.

    The contracts keep their version and the day of their last change; the feed of what is public
    says anew those whose DECP object came out otherwise.
    """
    document = ContractDocument
    stale = session.scalars(
        sa.select(col(document.contract_id))
        .where(col(document.rules) < writing.RULES)
        .order_by(col(document.contract_id))
    ).all()
    write_again(session, stale)
    if stale:
        announce(session)
    return len(stale)


def write_again(session: Session, contract_ids: Sequence[UUID]) -> None:
    """Write the documents of these contracts again, from what the register holds of them."""
    for start in range(0, len(contract_ids), BATCH):
        kept = reading.by_ids(session, contract_ids[start : start + BATCH])
        rows = [(*writing.document(one.record), one.id.hex) for one in kept]
        update_many(session, "contract_document", _COLUMNS, ("contract_id",), rows)
