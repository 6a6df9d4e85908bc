"""Pages ordered by a day, the latest first, then by identifier."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from api.kit.pages import bad_cursor, decode_cursor, encode_cursor

Columns = tuple[Any, Any]
Statement = sa.Select[*tuple[Any, ...]]


def paged(statement: Statement, key: Columns, cursor: str | None, limit: int) -> Statement:
    """The statement of the page after ``cursor``, with one row more to know whether it is the last.

    Raises Invalid on a foreign cursor.
    """
    after = decode_cursor(cursor, 2)
    if after is not None:
        statement = statement.where(sa.tuple_(*key) < sa.tuple_(*_place(after)))
    return statement.order_by(key[0].desc(), key[1].desc()).limit(limit + 1)


def following(rows: Sequence[Any], limit: int, last: Any) -> str | None:
    """The cursor of the next page, None at the last; ``last`` reads (day, id) from a row."""
    if len(rows) <= limit:
        return None
    day, key = last(rows[limit - 1])
    return encode_cursor(day.isoformat(), key.hex)


def _place(after: list[str | None]) -> tuple[Any, Any]:
    try:
        day, key = date.fromisoformat(after[0] or ""), UUID(after[1] or "")
    except ValueError as error:
        raise bad_cursor() from error
    return sa.literal(day, sa.Date()), sa.literal(key, sa.Uuid())
