"""Rows of one seed, written as the driver has them."""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import Session, SQLModel

from api.kit.bulk import insert_many, this_instant
from api.kit.columns import new_id
from bench.databases import LAST_YEAR

T = TypeVar("T")
# Figures that are compared with those of the year before read both.
YEARS = (LAST_YEAR - 1, LAST_YEAR)


class Rows:
    """What fills tables: keys, days and choices of one seed."""

    def __init__(self, session: Session) -> None:
        self.random = Random(62)  # noqa: S311 - a seed, not a secret
        self.session = session
        self.sqlite = session.get_bind().dialect.name == "sqlite"
        self.instant = this_instant(session)

    def key(self, value: UUID | None = None) -> Any:
        """A new identifier, or this one."""
        value = value or new_id()
        return value.hex if self.sqlite else value

    def day(self, value: date) -> Any:
        """A day."""
        return value.isoformat() if self.sqlite else value

    def day_of(self, *years: int) -> Any:
        """Some day of one of these years."""
        start = date(self.random.choice(years), 1, 1)
        return self.day(start + timedelta(self.random.randrange(365)))

    def some(self, values: Any) -> Any:
        """One of an enumeration, not said one time in ten."""
        return self.random.choice(list(values)).value if self.random.random() > 0.1 else None

    def half(self, value: T) -> T | None:
        """This, not said one time in two."""
        return value if self.random.random() < 0.5 else None

    def flag(self) -> bool | None:
        """Yes or no, not said one time in two."""
        return self.half(self.random.random() < 0.5)

    def number(self, below: int) -> int | None:
        """A whole number from 0, not said one time in two."""
        return self.half(self.random.randrange(below))

    def put(self, table: str, rows: Iterable[dict[str, Any]]) -> None:
        """Write rows that hold the same columns, stamped where their table is."""
        made = list(rows)
        if not made:
            return
        known = SQLModel.metadata.tables[table].c
        stamps = {one: self.instant for one in ("created_at", "updated_at") if one in known}
        columns = (*made[0], *stamps)
        values = [(*one.values(), *stamps.values()) for one in made]
        insert_many(self.session, table, columns, values)
