"""The rule of api.rules.naming in a statement, for the lists that name companies."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from api.suppliers.models import Supplier


def is_person(table: Any = Supplier) -> sa.ColumnElement[bool]:
    """True for a sole trader, NULL where it cannot be told; ``table``: Supplier or an alias."""
    said: sa.ColumnElement[bool] = sa.func.coalesce(
        col(table.sole_trader), col(table.reads_as_person)
    )
    return said


def known_name(table: Any = Supplier) -> sa.ColumnElement[str | None]:
    """The name that a buyer reads: NULL when it is a person's."""
    return sa.case((is_person(table).is_not(sa.true()), col(table.name)))


def public_name(table: Any = Supplier) -> sa.ColumnElement[str | None]:
    """The name that anybody reads: NULL unless it is surely no person's."""
    return sa.case((is_person(table).is_(sa.false()), col(table.name)))
