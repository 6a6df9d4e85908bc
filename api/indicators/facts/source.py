"""What a source is: the rows of a fact, whose they are, of which year, and what they answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from api.reference.marks import MARKS

Expression = sa.ColumnElement[Any]

BUYERS = sa.bindparam("buyers", expanding=True, type_=sa.Uuid())
FIRST = sa.bindparam("first_day", type_=sa.Date())
LAST = sa.bindparam("last_day", type_=sa.Date())
FIRST_YEAR = sa.bindparam("first_year", type_=sa.Integer())
LAST_YEAR = sa.bindparam("last_year", type_=sa.Integer())
# Of the years looked at, those whose figures are asked for: the others are compared or added.
FIRST_ASKED = sa.bindparam("first_asked", type_=sa.Integer())
LAST_ASKED = sa.bindparam("last_asked", type_=sa.Integer())
FIRST_DAY_ASKED = sa.bindparam("first_day_asked", type_=sa.Date())
LAST_DAY_ASKED = sa.bindparam("last_day_asked", type_=sa.Date())
# The scheme that is asked for; of none when figures are nobody's scheme.
SCHEME = sa.bindparam("scheme_id", value=None, type_=sa.Uuid())


class By(StrEnum):
    """What part of its buyers' rows a figure may be of; the name of its parameter."""

    DIRECTORATE = "directorate_id"
    FAMILY = "family"


_ASKED: Mapping[By, Expression] = {
    By.DIRECTORATE: sa.bindparam(By.DIRECTORATE.value, type_=sa.Uuid()),
    By.FAMILY: sa.bindparam(By.FAMILY.value, type_=sa.String()),
}


def sql(column: Any) -> Expression:
    """A column of a table class as the expression that it is."""
    expression: Expression = column
    return expression


Labels = Callable[[tuple[str, ...]], Expression]


@dataclass(frozen=True)
class Shown:
    """What evidence says of a row; ``amount`` is in cents, ``person``: that the title is the name
    of a person, or of none, as the register of companies says; NULL when it does not."""

    reference: Expression
    title: Expression
    day: Expression
    amount: Expression
    order: Expression
    person: Expression | None = None


@dataclass(frozen=True)
class Source:
    """The rows of a fact.

    ``year`` is a whole number, NULL when the day that dates the row is unknown; ``within`` keeps
    the rows of the years asked for and those of no known year. ``fields``: every field of the
    registry as a column of the database's own units, NULL when not said. ``labels``: fields that
    hold several texts in another table, as a condition on the texts wanted. ``contract``: the id
    of the contract that the row is about, when there is one at most; ``marks``: what is said of it,
    and what of that is yes, in bits, where the row has both; ``contracts``: the condition
    that a contract is one of those that it led to, when there may be several. ``said``: a mark that
    the row carries itself, before its contracts. ``directorate`` and ``family``: None where nobody
    ever says whose a row is, NULL where nobody said it of one.
    ``buyer``: None where the rows are already those of the buyers, and of the part, asked for.
    """

    rows: sa.FromClause
    id: Expression
    buyer: Expression | None
    year: Expression
    within: Expression
    shown: Shown
    fields: Mapping[str, Expression]
    # What a field weighs in a sum, where that is not the field itself.
    weights: Mapping[str, Expression] = field(default_factory=dict)
    labels: Mapping[str, Labels] = field(default_factory=dict)
    in_year: Expression | None = None
    # Of rows narrowed to a part: whether they are of their year, be they of that part or not.
    whole: Expression | None = None
    directorate: Expression | None = None
    family: Expression | None = None
    contract: Expression | None = None
    marks: tuple[Expression, Expression] | None = None
    contracts: Expression | None = None
    said: Callable[[str], Expression] | None = None
    # The project whose decided actions answer « targeted_action », read once for all of them.
    project: Expression | None = None
    # The project that says what the row doesn't, when that isn't the row itself.
    under: Expression | None = None

    @property
    def dated(self) -> Expression:
        """1 when the row is known to be of its year, NULL when that is not known."""
        return dated_by(self.year) if self.in_year is None else self.in_year

    def narrowed(self, by: frozenset[By]) -> "Source":
        """The rows that are of the directorate, or family, asked for, and those that may be: of
        these, as of a row without a day, nobody knows whether the figure looks at them.

        TypeError where nobody ever says it.
        """
        if not by or self.buyer is None:
            return self
        sure: list[Expression] = [self.dated == whole(1)]
        within = [self.within]
        for one in sorted(by):
            told = self.directorate if one is By.DIRECTORATE else self.family
            if told is None:
                raise TypeError(one)
            sure.append(surely_of(told, one))
            within.append(maybe_of(told, one))
        of_part = sa.case((sa.and_(*sure), 1))
        return replace(self, within=sa.and_(*within), in_year=of_part, whole=self.dated)


def surely_of(told: Expression, by: By) -> Expression:
    """Whether a row is said to be of the directorate, or family, asked for."""
    return told == _ASKED[by]


def maybe_of(told: Expression, by: By) -> Expression:
    """Whether a row is of the directorate, or family, asked for, or nobody said of which."""
    return sa.func.coalesce(told, _ASKED[by]) == _ASKED[by]


def dated_by(year: Expression) -> Expression:
    """1 where a row that is of one year at most has one, else NULL."""
    return sa.case((_day_or_year(year).is_not(None), 1))


def of_years_asked(year: Expression) -> Expression:
    """Whether a row is of the years asked for, not of former ones only; or of no known year."""
    known = _day_or_year(year)
    first, last = (FIRST_ASKED, LAST_ASKED) if known is year else (FIRST_DAY_ASKED, LAST_DAY_ASKED)
    return sa.or_(known.between(first, last), known.is_(None))


def _day_or_year(year: Expression) -> Expression:
    """The day that a year is that of, where it is: nothing to work out of it."""
    return next(iter(year.clauses)) if isinstance(year, _CivilYear) else year


def year_of(day: Expression) -> Expression:
    """The civil year of a day."""
    return _CivilYear(day)


class _CivilYear(FunctionElement[int]):
    type = sa.Integer()
    inherit_cache = True


@compiles(_CivilYear)
def _year(element: Any, compiler: Any, **more: Any) -> str:
    return f"CAST(date_part('year', {compiler.process(element.clauses, **more)}) AS INTEGER)"


@compiles(_CivilYear, "sqlite")
def _year_of_text(element: Any, compiler: Any, **more: Any) -> str:
    # Days are kept as « 2024-03-31 »: ten times faster than strftime.
    return f"CAST(substr({compiler.process(element.clauses, **more)}, 1, 4) AS INTEGER)"


def first_of_year(day: Expression) -> Expression:
    """The first of January of the year of a day."""
    return _FirstOfYear(day)


class _FirstOfYear(FunctionElement[date]):
    type = sa.Date()
    inherit_cache = True


@compiles(_FirstOfYear)
def _first_of_year(element: Any, compiler: Any, **more: Any) -> str:
    day = compiler.process(element.clauses, **more)
    return f"CAST(date_trunc('year', CAST({day} AS TIMESTAMP)) AS DATE)"


@compiles(_FirstOfYear, "sqlite")
def _first_of_year_as_text(element: Any, compiler: Any, **more: Any) -> str:
    return f"(substr({compiler.process(element.clauses, **more)}, 1, 4) || '-01-01')"


def listed(texts: Expression) -> Expression:
    """Texts of several rows as one JSON list."""
    return _Listed(texts)


class _Listed(FunctionElement[str]):
    type = sa.Text()
    inherit_cache = True


@compiles(_Listed)
def _listed(element: Any, compiler: Any, **more: Any) -> str:
    return f"CAST(json_agg({compiler.process(element.clauses, **more)}) AS TEXT)"


@compiles(_Listed, "sqlite")
def _listed_by_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **more)})"


def of_days(day: Expression) -> Expression:
    """The rows whose day is in the years asked for, or is not known."""
    within = day.between(FIRST, LAST)
    if isinstance(day, sa.Column) and not day.nullable:
        return within
    return sa.or_(within, day.is_(None))


def of_years(year: Expression) -> Expression:
    """The rows whose year is one of those asked for."""
    return year.between(FIRST_YEAR, LAST_YEAR)


def years_asked() -> sa.CTE:
    """The years asked for, one row each."""
    years = sa.select(sa.cast(FIRST_YEAR, sa.Integer).label("year")).cte("years", recursive=True)
    return years.union_all(sa.select(years.c.year + 1).where(years.c.year < LAST_YEAR))


def of_the_scheme(scheme_id: Expression) -> Expression:
    """Whether something is said of the scheme asked for, if one is: two schemes may have the same
    codes of actions."""
    return scheme_id == sa.func.coalesce(SCHEME, scheme_id)


def any_of(met: Expression) -> Expression:
    """Of several answers, each 1, 0 or NULL: 1 as soon as one is; 0 when there are some and all
    are; otherwise NULL."""
    every = sa.func.count()
    return sa.case((sa.func.max(met) == 1, 1), (sa.and_(every > 0, sa.func.count(met) == every), 0))


def said(told: Expression, yes: Expression, code: str) -> Expression:
    """A mark as 1, 0 or NULL, out of the bits of all: what is said, and what of it is yes."""
    bit = whole(1 << MARKS[code].bit)
    known = sa.func.nullif(told.bitwise_and(bit), whole(0), type_=sa.BigInteger)
    # The bit over itself, or nothing over it.
    return yes.bitwise_and(bit) // known


def whole(value: int) -> Expression:
    """A number of ours, written in the statement: some hundreds of them as parameters would cost
    more than the rows."""
    number = sa.literal_column(str(value), sa.Integer)
    return number if value < 2**31 else sa.cast(number, sa.BigInteger)


def months_of(day: Expression) -> Expression:
    """A day as a number of months, to compare two of them."""
    return sa.cast(sa.extract("year", day) * 12 + sa.extract("month", day), sa.Integer)


def day_of(day: Expression) -> Expression:
    """The rank of a day in its month."""
    return sa.cast(sa.extract("day", day), sa.Integer)


def whole_months(sooner: Expression, later: Expression) -> Expression:
    """How many months passed from one day to another, all of them whole."""
    short = sa.case((day_of(later) < day_of(sooner), 1), else_=0)
    return months_of(later) - months_of(sooner) - short
