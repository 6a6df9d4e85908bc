"""The rule of api.rules.naming in a statement, for the lists that name companies."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from api.suppliers.models import Supplier


def is_person(table: Any = Supplier) -> sa.ColumnElement[bool]:
    """True for a sole trader, NULL where it cannot be told; ``table``: Supplier or an alias."""
    said: sa.ColumnElement[bool] = sa.func.coalesce(
        col(table.sole_trader), col(table.reads_as_person)
    )
    return said


def said(table: Any = Supplier) -> sa.ColumnElement[bool]:
    """Whether the register says that a company called elsewhere is a sole trader: NULL when nobody
    said it and its own name is no person's for sure, the other name being left to be read."""
    read = sa.case((col(table.reads_as_person).is_(sa.true()), sa.true()))
    told: sa.ColumnElement[bool] = sa.func.coalesce(col(table.sole_trader), read)
    return told


def known_name(table: Any = Supplier) -> sa.ColumnElement[str | None]:
    """The name that a buyer reads: NULL when it is a person's."""
    return sa.case((is_person(table).is_not(sa.true()), col(table.name)))


def said_of(session: Session, sirets: Iterable[str | None]) -> dict[str | None, bool | None]:
    """What is said of these establishments: sole traders or not; absent when nothing is."""
    wanted = {one for one in sirets if one}
    rows = session.execute(
        sa.select(col(Supplier.identifier), col(Supplier.sole_trader)).where(
            col(Supplier.id_type) == "SIRET",
            col(Supplier.identifier).in_(wanted),
            col(Supplier.sole_trader).is_not(None),
        )
    )
    return {row[0]: row[1] for row in rows}


def said_of_names(session: Session, names: Iterable[str]) -> dict[str, bool]:
    """What is said of the companies of these names; of two of one name, that it is a person's."""
    rows = session.execute(
        sa.select(col(Supplier.name), col(Supplier.sole_trader)).where(
            col(Supplier.name).in_(set(names)), col(Supplier.sole_trader).is_not(None)
        )
    )
    found: dict[str, bool] = {}
    for name, said_of_it in rows:
        found[name] = said_of_it or found.get(name, False)
    return found
