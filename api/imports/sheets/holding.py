"""Holds what lines speak of: nobody changes it between its verdict and its writing."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

# What a line of each table is known by.
_KNOWN_BY: Final = {
    "contract": "reference",
    "project": "reference",
    "spending": "import_key",
    "structure": "siret",
}
_CHUNK = 500


def hold(session: Session, name: str, buyer_id: UUID, keys: Sequence[str]) -> None:
    """Lock, until the end of the transaction, the rows of a table that bear these keys.

    A change that is being written is waited for, and seen. SQLite has one writer at a time.
    """
    table = SQLModel.metadata.tables[name]
    of_buyer = table.c.buyer_id == buyer_id if "buyer_id" in table.c else sa.true()
    for start in range(0, len(keys), _CHUNK):
        session.execute(
            sa.select(table.c.id)
            .where(of_buyer, table.c[_KNOWN_BY[name]].in_(keys[start : start + _CHUNK]))
            .order_by(table.c.id)
            .with_for_update()
        )
