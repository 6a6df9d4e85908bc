"""Waiting for one's turn among the transactions that touch the same organisations.

Advisory locks of PostgreSQL by two numbers: what is waited for, and the end of the organisation's
id (two that end alike wait for each other, which is all). Given back when the transaction ends. On
SQLite a unit of writing is alone from its start (``api/kit/db.py``).
"""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

_BATCH = 500  # PostgreSQL gives no more than 1664 columns at once


def take(session: Session, what: int, owners: Collection[UUID], *, shared: bool = False) -> None:
    """Hold a lock of each owner until this transaction ends, in one order whatever theirs.

    ``what``: a number that is that of this lock alone. ``shared``: beside others who share it.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    lock = sa.func.pg_advisory_xact_lock_shared if shared else sa.func.pg_advisory_xact_lock
    numbers = sorted({_number(one) for one in owners})
    for start in range(0, len(numbers), _BATCH):
        some = numbers[start : start + _BATCH]
        session.execute(sa.select(*(lock(what, one) for one in some)))


def _number(owner: UUID) -> int:
    return int.from_bytes(owner.bytes[-4:], signed=True)
