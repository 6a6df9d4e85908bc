"""Many rows at once: plain statements of the driver on the connection of the session.

The mapper costs ten times more on a hundred thousand rows (docs/decisions/0004). Values are those
of the driver: identifiers as hexadecimal text, days as ISO text, JSON as text.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session

from api.kit.columns import now

Row = tuple[Any, ...]

# From this many rows on, PostgreSQL gets them by COPY.
_COPY_FROM = 50
# Engines bound the number of values of one statement.
_CHUNK = 500


def insert_many(
    session: Session,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    unless_there: bool = False,
) -> None:
    """INSERT ``rows`` into ``table``; ``columns`` name their values in order.

    ``unless_there`` leaves out the rows that a unique constraint refuses.
    ``table`` and ``columns`` are ours, never a user's text.
    """
    values, names = list(rows), ", ".join(columns)
    if len(values) >= _COPY_FROM and not unless_there and not _is_sqlite(session):
        _copy(session, f"COPY {table} ({names}) FROM STDIN", values)
        return
    end = " ON CONFLICT DO NOTHING" if unless_there else ""
    _many(
        session,
        values,
        lambda mark: (
            f"INSERT INTO {table} ({names}) VALUES ({', '.join([mark] * len(columns))}){end}"  # noqa: S608 - our own names
        ),
    )


def update_many(
    session: Session,
    table: str,
    columns: Sequence[str],
    keys: Sequence[str],
    rows: list[Row],
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


def find_many(
    session: Session,
    table: str,
    columns: Sequence[str],
    keys: Sequence[str],
    wanted: Sequence[Row],
) -> list[Any]:
    """SELECT ``columns`` of the rows whose ``keys`` are among ``wanted``, by the index on ``keys``.

    No key may be NULL; identifiers come back as the driver has them: read them with ``read_id``.
    Neither engine uses the index for ``(a, b) IN (…)``, hence a join.
    """
    sqlite = _is_sqlite(session)
    mark = f"({', '.join(['?' if sqlite else '%s'] * len(keys))})"
    found: list[Any] = []
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        statement = (
            f"WITH wanted ({', '.join(keys)}) AS (VALUES {', '.join([mark] * len(some))}) "  # noqa: S608 - our own names
            f"SELECT {', '.join(f'{table}.{name}' for name in columns)} FROM wanted JOIN {table} "
            f"ON {' AND '.join(f'{table}.{name} = wanted.{name}' for name in keys)}"
        )
        values = [
            one.hex if sqlite and isinstance(one, UUID) else one for row in some for one in row
        ]
        found += session.connection().exec_driver_sql(statement, tuple(values))
    return found


def read_id(value: UUID | str) -> UUID:
    """An identifier as found by ``find_many``."""
    return value if isinstance(value, UUID) else UUID(value)


def this_instant(session: Session) -> object:
    """Now, as the driver keeps it."""
    return now().replace(tzinfo=None).isoformat(" ") if _is_sqlite(session) else now()


def _many(session: Session, rows: list[Row], statement: Callable[[str], str]) -> None:
    if rows:
        mark = "?" if _is_sqlite(session) else "%s"
        session.connection().exec_driver_sql(statement(mark), rows)


def _copy(session: Session, statement: str, rows: list[Row]) -> None:
    """PostgreSQL's own way for many rows, several times faster; errors as of other statements."""
    driver: Any = session.connection().connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.IntegrityError as error:
        raise IntegrityError(statement, None, error) from error
    except psycopg.OperationalError as error:
        raise OperationalError(statement, None, error) from error


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
