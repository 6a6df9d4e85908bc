"""Many rows at once: plain executemany on the connection of the session.

The mapper costs ten times more on a hundred thousand rows (docs/decisions/0004). Values are those
of the driver: identifiers as hexadecimal text, days as ISO text, JSON as text.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import Session

Row = tuple[Any, ...]


def insert_many(session: Session, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """INSERT ``rows`` into ``table``; ``columns`` name their values in order.

    ``table`` and ``columns`` are ours, never a user's text.
    """
    _many(
        session,
        rows,
        lambda mark: (
            f"INSERT INTO {table} ({', '.join(columns)}) "  # noqa: S608 - our own names
            f"VALUES ({', '.join([mark] * len(columns))})"
        ),
    )


def update_many(
    session: Session,
    table: str,
    columns: Sequence[str],
    keys: Sequence[str],
    rows: Iterable[Row],
) -> None:
    """UPDATE ``columns`` where ``keys``; each row holds the columns' values, then the keys'."""
    _many(
        session,
        rows,
        lambda mark: (
            f"UPDATE {table} SET {', '.join(f'{name} = {mark}' for name in columns)} "  # noqa: S608 - our own names
            f"WHERE {' AND '.join(f'{name} = {mark}' for name in keys)}"
        ),
    )


def _many(session: Session, rows: Iterable[Row], statement: Any) -> None:
    values = list(rows)
    if values:
        sqlite = session.get_bind().dialect.name == "sqlite"
        session.connection().exec_driver_sql(statement("?" if sqlite else "%s"), values)
