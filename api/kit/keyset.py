"""Pages ordered by a day or a year, the latest first, then by identifier."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from api.kit.pages import bad_cursor, decode_cursor, encode_cursor

Columns = tuple[Any, Any]
Statement = sa.Select[*tuple[Any, ...]]


def paged(statement: Statement, key: Columns, cursor: str | None, limit: int) -> Statement:
    """The statement of the page after ``cursor``, with one row more to know whether it is the last.

    ``key``: the column of a day or of a year, then that of the identifier. Raises Invalid on a
    foreign cursor.
    """
    after = decode_cursor(cursor, 2)
    if after is not None:
        statement = statement.where(sa.tuple_(*key) < sa.tuple_(*_place(after, key[0].type)))
    return statement.order_by(key[0].desc(), key[1].desc()).limit(limit + 1)


def following(
    rows: Sequence[Any], limit: int, last: Callable[[Any], tuple[date | int, UUID]]
) -> str | None:
    """The cursor of the next page, None at the last; ``last`` reads (day or year, id) of a row."""
    if len(rows) <= limit:
        return None
    first, key = last(rows[limit - 1])
    return encode_cursor(str(first), key.hex)


def _place(after: list[str | None], kind: sa.types.TypeEngine[Any]) -> tuple[Any, Any]:
    read = _year if isinstance(kind, sa.Integer) else date.fromisoformat
    try:
        first, key = read(after[0] or ""), UUID(after[1] or "")
    except ValueError as error:
        raise bad_cursor() from error
    return sa.literal(first, kind), sa.literal(key, sa.Uuid())


def _year(text: str) -> int:
    # Four digits and no more: PostgreSQL refuses a number that no column could hold.
    if not re.fullmatch(r"[0-9]{4}", text, re.ASCII):
        raise ValueError("not a year")
    return int(text)
