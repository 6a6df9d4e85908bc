"""Reads the names of companies again when the rule that tells persons apart has changed.

A statement cannot read a name, so that what it reads as is kept (docs/decisions/0041).
"""

import sqlalchemy as sa
from sqlmodel import Session, col

from api.kit.bulk import this_instant, update_many
from api.rules.naming import RULE, reads_as_person
from api.suppliers.models import Supplier

BATCH = 1000


def bring_up_to_date(session: Session) -> int:
    """Read again every name that another rule read, or none; answers how many there were.

    The day of the last change moves for those that read otherwise: what names them changes too.
    """
    stale = col(Supplier.naming_rule).is_distinct_from(RULE)
    columns = (col(Supplier.id), col(Supplier.name), col(Supplier.reads_as_person))
    asked = sa.select(*columns).where(stale).order_by(col(Supplier.id)).limit(BATCH)
    number = 0
    while rows := session.execute(asked).all():
        told = [(reads_as_person(name), RULE, key.hex) for key, name, _ in rows]
        update_many(session, "supplier", ("reads_as_person", "naming_rule"), ("id",), told)
        instant = this_instant(session)
        moved = [
            (instant, key)
            for (_, _, key), row in zip(told, rows, strict=True)
            if reads_as_person(row[1]) is not row[2]
        ]
        update_many(session, "supplier", ("updated_at",), ("id",), moved)
        number += len(rows)
    return number
