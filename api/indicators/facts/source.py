"""What a source is: the rows of a fact, whose they are, of which year, and what they answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

Expression = sa.ColumnElement[Any]

BUYERS = sa.bindparam("buyers", expanding=True, type_=sa.Uuid())
DIRECTORATE = sa.bindparam("directorate_id", type_=sa.Uuid())
FIRST = sa.bindparam("first_day", type_=sa.Date())
LAST = sa.bindparam("last_day", type_=sa.Date())
FIRST_YEAR = sa.bindparam("first_year", type_=sa.Integer())
LAST_YEAR = sa.bindparam("last_year", type_=sa.Integer())


def sql(column: Any) -> Expression:
    """A column of a table class as the expression that it is."""
    expression: Expression = column
    return expression


Labels = Callable[[tuple[str, ...]], Expression]


@dataclass(frozen=True)
class Shown:
    """What evidence says of a row; ``amount`` is in cents."""

    reference: Expression
    title: Expression
    day: Expression
    amount: Expression
    order: Expression


@dataclass(frozen=True)
class Source:
    """The rows of a fact.

    ``year`` is a whole number, NULL when the day that dates the row is unknown; ``within`` keeps
    the rows of the years asked for and those of no known year. ``fields``: every field of the
    registry as a column of the database's own units, NULL when not said. ``labels``: fields that
    hold several texts in another table, as a condition on the texts wanted. ``of_contract``: the
    condition that a contract's id is one that the row is about; ``contract`` that id, when there
    is one at most. ``said``: a mark that the row carries itself, before its contracts.
    """

    rows: sa.FromClause
    id: Expression
    buyer: Expression
    year: Expression
    within: Expression
    shown: Shown
    fields: Mapping[str, Expression]
    # What a field weighs in a sum, where that is not the field itself.
    weights: Mapping[str, Expression] = field(default_factory=dict)
    labels: Mapping[str, Labels] = field(default_factory=dict)
    in_year: Expression | None = None
    directorate: Expression | None = None
    contract: Expression | None = None
    of_contract: Callable[[Expression], Expression] | None = None
    said: Callable[[str], Expression] | None = None
    # The project whose decided actions answer « targeted_action », read once for all of them.
    project: Expression | None = None

    @property
    def dated(self) -> Expression:
        """1 when the row is known to be of its year, NULL when that is not known."""
        if self.in_year is not None:
            return self.in_year
        return sa.case((self.year.is_not(None), 1))


def year_of(day: Expression) -> Expression:
    """The civil year of a day."""
    return sa.cast(sa.extract("year", day), sa.Integer)


def of_days(day: Expression) -> Expression:
    """The rows whose day is in the years asked for, or is not known."""
    return sa.or_(day.between(FIRST, LAST), day.is_(None))


def of_years(year: Expression) -> Expression:
    """The rows whose year is one of those asked for."""
    return year.between(FIRST_YEAR, LAST_YEAR)


def months_of(day: Expression) -> Expression:
    """A day as a number of months, to compare two of them."""
    return sa.cast(sa.extract("year", day) * 12 + sa.extract("month", day), sa.Integer)
