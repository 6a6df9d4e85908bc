"""Counts what definitions ask: every quantity of one fact and period in one statement.

The states of rows (``judging``) are counted by year, and api.rules.indicators does the arithmetic.

Quantities that ask much the same are counted together: rows that answer alike what these ask are
added up first, and states are worked out on what is left, which is little.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import Session

from api.indicators.ahead import one_ahead
from api.indicators.answers import Answers
from api.indicators.facts.source import (
    Expression,
    dated_by,
    listed,
    whole,
)
from api.indicators.judging import FEW, Ask, Judged, answers_of, asked_of, kept, scope_of
from api.indicators.period import Years, of_asked, parameters
from api.rules.indicators.criteria import Leaf
from api.rules.indicators.sums import ClassSum, ClassSums, KeyedSums
from api.rules.indicators.vocabulary import Aggregate, Period, Quantity

# state -> class of api.rules.indicators.sums
CLASSES = {4: "tt", 3: "tf", 5: "tu", 7: "ut", 6: "uf", 8: "uu"}
_COUNTED = {4: "tt", 7: "ut"}
SHARES = frozenset({Aggregate.SHARE, Aggregate.SUM_SHARE})
# Columns of a row that one statement may give, on both engines.
_WIDTH = 80
_SUMMED = ("rows", "w_", "n_", "l_", "m_")
# What the lightest and the heaviest row of an average weigh.
_ENDS: Mapping[str, Callable[[Expression], Expression]] = {"l_": sa.func.min, "m_": sa.func.max}
_ADDED: Mapping[str, Callable[[Expression], Expression]] = {
    **{name[:2]: sa.func.sum for name in _SUMMED},
    **_ENDS,
}
# From so many buyers on, PostgreSQL may keep hundreds of thousands of rows in memory, and share the
# work between processes, for the one transaction.
_MANY = 20
_OF_MANY = (("work_mem", "64MB"), ("parallel_setup_cost", "100"), ("parallel_tuple_cost", "0.001"))


class Where(NamedTuple):
    """Whose rows, of which year: None for all buyers together, and for no known year."""

    buyer: UUID | None
    year: int | None


class Ending(NamedTuple):
    """One of the results of a statement: its columns, and those that tell its rows apart."""

    columns: list[Expression]
    apart: list[Expression]


Statement = sa.Select[Any] | sa.CompoundSelect[Any]
Counted = dict[Where, ClassSums | KeyedSums]
# The same quantity is asked of the contracts notified in a year, and of those that run in it.
Key = tuple[Period, Quantity]


def count(
    session: Session,
    asks: Iterable[Ask],
    buyers: Sequence[UUID],
    years: Years,
    span: Years,
    **more: Any,
) -> dict[Key, Counted]:
    """The sums of every quantity, by buyer and year: of the years asked for, and of the whole
    ``span`` where it looks at former ones. ``more``: directorate_id when asked by one, scheme_id
    for the actions of a scheme."""
    more |= of_asked(years)
    given = {wide: parameters(buyers, span if wide else years) | more for wide in (True, False)}
    joined = session.get_bind().dialect.name == "postgresql"
    if joined and len(buyers) > _MANY:
        session.execute(sa.select(*(sa.func.set_config(*one, True) for one in _OF_MANY)))
    found: dict[Key, Counted] = {}
    # Not through the session, which would look for entities in some tens of columns each time.
    connection = session.connection()

    def told(ask: Ask) -> tuple[Ask, Sequence[sa.Row[Any]]]:
        return ask, connection.execute(totals(ask, joined), given[bool(ask.former)]).all()

    with closing(one_ahead(told, asks)) as answers:
        for ask, rows in answers:
            found |= {(ask.period, one): sums for one, sums in _read(ask, rows).items()}
    return found


@lru_cache(maxsize=256)
def totals(ask: Ask, joined: bool = False) -> Statement:
    """The one statement that gives the sums of every class of every quantity of ``ask``.

    The rows are looked at once. Its first columns are the rank of an ending, the year and the keys:
    the first endings (``endings_of``) hold quantities that are added up, one row a year; each of
    the others one that is told apart, one row for each state and sums, with the keys that have
    them. Parameters: those of ``period.parameters``. Read its rows with ``_read``.
    """
    answers = answers_of(ask, joined)
    apart = dict.fromkeys(one.key for one in ask.quantities if one.key)
    keys = [sa.cast(answers.source.fields[of], sa.String).label(f"key_{of}") for of in apart]
    scope = scope_of(ask, answers, keys)
    added_up, keyed = endings_of(ask)
    # Read once and without an answer to unpack, rows are added up as they are found.
    plain = not answers.leaves and len(added_up) + len(keyed) == 1
    rows = scope.subquery("scope") if plain else kept(scope)
    endings = [
        _added_up(_of_years(rows, ask, some[0]), answers, place, some)
        for place, some in enumerate(added_up)
    ]
    endings += [
        _by_key(_of_years(rows, ask, one), answers, place, one)
        for place, one in enumerate(keyed, len(added_up))
    ]
    return _one_below_the_other(endings)


@lru_cache(maxsize=256)
def endings_of(ask: Ask) -> tuple[list[list[Quantity]], list[Quantity]]:
    """The quantities that are added up together, and those that are told apart by a key.

    Together: those that look at the same years and ask little else than the others, so that many
    rows answer alike.
    """
    plain = [one for one in ask.quantities if not one.keyed]
    wide = [one for one in plain if one in ask.former]
    narrow = [one for one in plain if one not in ask.former]
    added_up = [*_alike_enough(narrow), *_alike_enough(wide)]
    return added_up, [one for one in ask.quantities if one.keyed]


def _alike_enough(quantities: Iterable[Quantity]) -> list[list[Quantity]]:
    together: list[tuple[set[Leaf], list[Quantity]]] = []
    for quantity in sorted(quantities, key=lambda one: -len(asked_of(one))):
        asked = set(asked_of(quantity))
        room = [
            (len(asked - known), place)
            for place, (known, some) in enumerate(together)
            if len(asked | known) <= max(FEW, len(known)) and len(some) < _WIDTH
        ]
        if not room:
            together.append((set(), []))
        known, some = together[min(room)[1]] if room else together[-1]
        known |= asked
        some.append(quantity)
    return [some for _, some in together]


def _of_years(rows: sa.FromClause, ask: Ask, quantity: Quantity) -> sa.FromClause:
    """Of rows of former years too, those of the years asked for, where a quantity needs no more."""
    if not ask.former or quantity in ask.former:
        return rows
    return sa.select(rows).where(rows.c.asked).subquery()


def _added_up(
    rows: sa.FromClause, answers: Answers, place: int, quantities: Sequence[Quantity]
) -> Ending:
    """One row a year: the sums of every class of these quantities, side by side."""
    asked = list(dict.fromkeys(leaf for one in quantities for leaf in asked_of(one)))
    held = answers.with_holders(rows, asked)
    facts = Judged(answers.unpacked(_alike(held, answers, asked, quantities), asked), answers.names)
    c = facts.columns.c
    states = (
        sa.select(
            c.year,
            *(one for one in c if one.name.startswith(_SUMMED)),
            *(facts.state(one).label(f"state_{n}") for n, one in enumerate(quantities)),
        )
        .cte(f"states_{place}")
        .prefix_with("MATERIALIZED")
    )
    columns: list[Expression] = []
    for number, quantity in enumerate(quantities):
        state = states.c[f"state_{number}"]
        columns += [
            _ADDED[name[:2]](states.c[name]).filter(state == whole(code))
            for code in _classes(quantity)
            for name in _summed(quantity)
        ]
    nothing = sa.cast(sa.null(), sa.String)
    return Ending([whole(place), states.c.year, nothing, *columns], [states.c.year])


def _alike(
    rows: sa.FromClause, answers: Answers, asked: Sequence[Leaf], quantities: Sequence[Quantity]
) -> sa.Subquery:
    """The rows that answer alike what these quantities ask, counted and added together."""
    c = rows.c
    of_one_year = answers.source.in_year is None
    apart = [c.year, *([] if of_one_year else [c.dated]), *answers.masked(c, asked)]
    weights = dict.fromkeys(one.of for one in quantities if one.weighed)
    return (
        sa.select(
            *apart,
            *([dated_by(c.year).label("dated")] if of_one_year else []),
            sa.func.count().label("rows"),
            *(sa.func.sum(c[f"w_{one}"]).label(f"w_{one}") for one in weights),
            *(sa.func.count(c[f"w_{one}"]).label(f"n_{one}") for one in weights),
            *(
                told(c[f"w_{one}"]).label(f"{name}{one}")
                for one in dict.fromkeys(one.of for one in quantities if _averaged(one))
                for name, told in _ENDS.items()
            ),
        )
        .group_by(*apart)
        .subquery()
    )


def _summed(quantity: Quantity) -> tuple[str, ...]:
    """How many rows; and what they weigh, and how many of them do, when that is asked for; of an
    average, what the lightest and the heaviest do too."""
    names = (
        ("w_", "n_", *_ENDS) if _averaged(quantity) else ("w_", "n_") if quantity.weighed else ()
    )
    return ("rows", *(f"{name}{quantity.of}" for name in names))


def _averaged(quantity: Quantity) -> bool:
    return quantity.aggregate is Aggregate.AVERAGE


def _by_key(rows: sa.FromClause, answers: Answers, place: int, quantity: Quantity) -> Ending:
    """One row for each year, state and sums of a quantity, with the keys that have them."""
    asked = asked_of(quantity)
    facts = Judged(answers.unpacked(answers.with_holders(rows, asked), asked), answers.names)
    c = facts.columns.c
    weight = c[f"w_{quantity.of}"] if quantity.weighed else sa.literal_column("0")
    told = sa.select(
        c.year,
        c[f"key_{quantity.key}"].label("key"),
        facts.state(quantity).label("state"),
        weight.label("weight"),
    ).subquery(f"told_{place}")
    of_one = (
        sa.select(
            told.c.year,
            told.c.key,
            told.c.state,
            sa.func.count().label("rows"),
            sa.func.sum(told.c.weight).label("weight"),
            sa.func.count(told.c.weight).label("known"),
            *(ends(told.c.weight).label(name) for name, ends in _ENDS.items()),
        )
        .group_by(told.c.year, told.c.key, told.c.state)
        .subquery()
    )
    # Thousands of keys have the same sums: they come on one row, or the rows would cost more to
    # fetch than to count.
    sums: list[Expression] = [
        of_one.c[name] for name in ("state", "rows", "weight", "known", *_ENDS)
    ]
    return Ending(
        [whole(place), of_one.c.year, listed(of_one.c.key), *sums], [of_one.c.year, *sums]
    )


def _one_below_the_other(endings: Sequence[Ending]) -> Statement:
    """Results of different widths in one statement: the narrow ones are filled with NULL."""
    width = max(len(one.columns) for one in endings)
    nothing = sa.cast(sa.null(), sa.BigInteger)
    selects = []
    for one in endings:
        filled = [*one.columns, *[nothing] * (width - len(one.columns))]
        named = [column.label(f"c{place}") for place, column in enumerate(filled)]
        selects.append(sa.select(*named).group_by(*one.apart))
    return selects[0] if len(selects) == 1 else sa.union_all(*selects)


def _classes(quantity: Quantity) -> Mapping[int, str]:
    """The classes that its rows can be of: without a criterion, all that is looked at counts."""
    return CLASSES if quantity.counted_if is not None else _COUNTED


def _read(ask: Ask, rows: Iterable[Any]) -> dict[Quantity, Counted]:
    added_up, keyed = endings_of(ask)
    found: dict[Quantity, Counted] = {one: {} for some in added_up for one in some}
    told: list[dict[int | None, dict[str | None, ClassSums]]] = [{} for _ in keyed]
    for ending, year, keys, *values in rows:
        if ending < len(added_up):
            numbers = iter(values)
            for quantity in added_up[ending]:
                found[quantity][Where(None, year)] = _sums(quantity, numbers)
        else:
            one = _of_state(*values[: 6 if _averaged(keyed[ending - len(added_up)]) else 4])
            by = told[ending - len(added_up)].setdefault(year, {})
            for key in msgspec.json.decode(keys):
                by[key] = by[key] + one if key in by else one
    for quantity, years in zip(keyed, told, strict=True):
        found[quantity] = {Where(None, year): KeyedSums(by) for year, by in years.items()}
    return found


@lru_cache(maxsize=4096)
def _of_state(
    state: int,
    rows: int,
    weight: int | None,
    known: int,
    least: int | None = None,
    most: int | None = None,
) -> ClassSums:
    """The sums of some rows of one state: thousands of keys have the same."""
    name = CLASSES.get(int(state))
    if name is None:
        return ClassSums()
    return ClassSums(
        **{
            name: ClassSum(
                int(rows), int(weight or 0), int(rows - known), _whole(least), _whole(most)
            )
        }
    )


def _whole(number: Any) -> int | None:
    return None if number is None else int(number)


def _sums(quantity: Quantity, values: Any) -> ClassSums:
    classes = {}
    for name in _classes(quantity).values():
        rows = int(next(values) or 0)
        if quantity.weighed:
            weight, known = (int(next(values) or 0) for _ in range(2))
            ends = (_whole(next(values)) for _ in (_ENDS if _averaged(quantity) else ()))
            classes[name] = ClassSum(rows, weight, rows - known, *ends)
        else:
            classes[name] = ClassSum(rows)
    return ClassSums(**classes)
