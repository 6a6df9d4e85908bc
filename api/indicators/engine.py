"""Compiles definitions to SQL: every quantity of one fact in one statement, its evidence in one.

SQL's three-valued logic carries the unknown. Each row gets, per quantity, a state
``3 * perimeter + counted`` where each of both is 1 (true), 0 (false) or 2 (unknown); the states
are counted by buyer and year, and api.rules.indicators does the arithmetic.

Rows that answer alike are counted together before their states are worked out: a buyer of
thousands of contracts has some tens of different answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from api.indicators.answers import Answers, as_number
from api.indicators.facts.registry import source_of
from api.indicators.facts.source import BUYERS, DIRECTORATE, Expression, Source
from api.indicators.period import Years, parameters
from api.rules.indicators.criteria import AllOf, AnyOf, Criterion, Leaf, Not
from api.rules.indicators.sums import ClassSum, ClassSums, KeyedSums
from api.rules.indicators.vocabulary import (
    Aggregate,
    Definition,
    Fact,
    Period,
    Quantity,
    leaves,
)

# state -> class of api.rules.indicators.sums
CLASSES = {4: "tt", 3: "tf", 5: "tu", 7: "ut", 6: "uf", 8: "uu"}
_COUNTED = {4: "tt", 7: "ut"}
SHARES = frozenset({Aggregate.SHARE, Aggregate.SUM_SHARE})
# Columns of a row that one statement may give, on both engines.
_WIDTH = 80


class Ask(NamedTuple):
    """Quantities of one fact and period, to be counted in one statement.

    ``by_holder``: a contract stands once for each company that holds it.
    """

    fact: Fact
    period: Period
    quantities: tuple[Quantity, ...]
    by_holder: bool = False
    by_directorate: bool = False


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


def period_of(definition: Definition) -> Period:
    """How the rows of a definition are dated: years that add up are civil ones."""
    in_force = definition.period is Period.IN_FORCE
    return Period.IN_FORCE if in_force else Period.CIVIL_YEAR


@dataclass(frozen=True)
class Judged:
    """The rows of a fact that may belong to the years, with what the criteria need of each."""

    columns: sa.FromClause
    of_leaf: Mapping[Leaf, str]

    def truth(self, criterion: Criterion | None) -> Expression:
        """A criterion as SQL: true, false or NULL."""
        if criterion is None:
            return sa.true()
        if isinstance(criterion, AllOf):
            return sa.and_(*map(self.truth, criterion.criteria))
        if isinstance(criterion, AnyOf):
            return sa.or_(*map(self.truth, criterion.criteria))
        if isinstance(criterion, Not):
            return sa.not_(self.truth(criterion.criterion))
        return self.columns.c[self.of_leaf[criterion]] == 1

    def state(self, quantity: Quantity) -> Expression:
        """The state of each row for a quantity."""
        looked_at: Expression = self.columns.c.dated == 1
        if quantity.looked_at is not None:
            looked_at = sa.and_(looked_at, self.truth(quantity.looked_at))
        counted: Expression = sa.literal_column("1")
        if quantity.where is not None:
            counted = _three(self.truth(quantity.where))
        return _three(looked_at) * 3 + counted


def judged(ask: Ask) -> Judged:
    """What the criteria of all these quantities need, one row per row of the fact, with what
    evidence shows of it."""
    answers = _answers(ask)
    scope = _scope(ask, answers, _shown(answers.source))
    return Judged(answers.unpacked(scope), answers.names)


def _shown(source: Source) -> list[Expression]:
    shown = source.shown
    nobody = sa.cast(sa.null(), sa.Uuid())
    contract = nobody if source.contract is None else source.contract
    directorate = nobody if source.directorate is None else source.directorate
    return [
        source.id.label("id"),
        sa.cast(shown.reference, sa.String).label("reference"),
        shown.title.label("title"),
        shown.day.label("day"),
        shown.amount.label("told_amount"),
        sa.func.coalesce(sa.cast(shown.order, sa.String), "").label("rank"),
        contract.label("contract_id"),
        directorate.label("directorate_id"),
    ]


def count(
    session: Session, asks: Iterable[Ask], buyers: Sequence[UUID], years: Years, **more: Any
) -> dict[Key, Counted]:
    """The sums of every quantity, by buyer and year; ``more``: directorate_id when asked by one,
    indicator_id for the actions of a scheme."""
    given = parameters(buyers, years) | more
    found: dict[Key, Counted] = {}
    for ask in asks:
        for at in range(0, len(ask.quantities), _WIDTH):
            part = ask._replace(quantities=ask.quantities[at : at + _WIDTH])
            rows = session.execute(totals(part), given)
            found |= {(ask.period, one): sums for one, sums in _read(part, rows).items()}
    return found


@lru_cache(maxsize=256)
def totals(ask: Ask) -> Statement:
    """The one statement that gives the sums of every class of every quantity of ``ask``.

    The rows are looked at once. Its first columns are the rank of an ending, the year and the key;
    ending 0 holds the quantities that are not told apart, one row a year; each of the others one
    that is, one row for each key and state. Parameters: those of ``period.parameters``. Read its
    rows with ``_read``.
    """
    answers = _answers(ask)
    apart = dict.fromkeys(one.of for one in ask.quantities if one.keyed and one.of)
    keys = [sa.cast(answers.source.fields[of], sa.String).label(f"key_{of}") for of in apart]
    scope = _scope(ask, answers, keys)
    endings = [] if not _whole(ask) else [_added_up(ask, answers, scope)]
    rows = Judged(answers.unpacked(scope), answers.names)
    endings += [_by_key(rows, place, one) for place, one in enumerate(_keyed(ask), 1)]
    return _one_below_the_other(endings)


def _whole(ask: Ask) -> list[Quantity]:
    return [one for one in ask.quantities if not one.keyed]


def _keyed(ask: Ask) -> list[Quantity]:
    return [one for one in ask.quantities if one.keyed]


def _added_up(ask: Ask, answers: Answers, scope: sa.CTE) -> Ending:
    """One row a year: the sums of every class of these quantities, side by side."""
    quantities = _whole(ask)
    facts = Judged(answers.unpacked(_alike(scope, ask)), answers.names)
    summed = ["year", "rows", *(name for one in weights(ask) for name in _sums_of(one))]
    states = (
        sa.select(
            *(facts.columns.c[name] for name in summed),
            *(facts.state(one).label(f"state_{n}") for n, one in enumerate(quantities)),
        )
        .cte("states")
        .prefix_with("MATERIALIZED")
    )
    columns: list[Expression] = []
    for number, quantity in enumerate(quantities):
        state = states.c[f"state_{number}"]
        columns += [
            sa.func.coalesce(sa.func.sum(states.c[name]).filter(state == code), 0)
            for code in _classes(quantity)
            for name in _summed(quantity)
        ]
    nothing = sa.cast(sa.null(), sa.String)
    return Ending([sa.literal_column("0"), states.c.year, nothing, *columns], [states.c.year])


def _by_key(rows: Judged, place: int, quantity: Quantity) -> Ending:
    """One row for each year, key and state of a quantity."""
    c = rows.columns.c
    weight = c[f"w_{quantity.of}"] if quantity.weighed else sa.literal_column("0")
    told = sa.select(
        c.year,
        c[f"key_{quantity.of}"].label("key"),
        rows.state(quantity).label("state"),
        weight.label("weight"),
    ).subquery(f"told_{place}")
    apart: list[Expression] = [told.c.year, told.c.key, told.c.state]
    sums = [sa.func.count(), sa.func.sum(told.c.weight), sa.func.count(told.c.weight)]
    return Ending([sa.literal_column(str(place)), *apart, *sums], apart)


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
    return CLASSES if quantity.where is not None else _COUNTED


def weights(ask: Ask) -> list[str]:
    """The fields that these quantities sum, each once."""
    return list(dict.fromkeys(one.of for one in ask.quantities if one.weighed and one.of))


def _summed(quantity: Quantity) -> tuple[str, ...]:
    return ("rows", *_sums_of(quantity.of)) if quantity.weighed and quantity.of else ("rows",)


def _sums_of(of: str) -> tuple[str, str]:
    return f"weight_{of}", f"weighed_{of}"


def _answers(ask: Ask) -> Answers:
    wanted = dict.fromkeys(
        leaf
        for quantity in ask.quantities
        for criterion in (quantity.looked_at, quantity.where)
        for leaf in leaves(criterion)
    )
    source = source_of(ask.fact, ask.period, ask.by_holder, ask.by_directorate)
    return Answers(source, tuple(wanted))


def _scope(ask: Ask, answers: Answers, more: Sequence[Expression] = ()) -> sa.CTE:
    """The rows of the buyers that are of the years, or whose day is unknown."""
    source = answers.source
    columns = [
        source.year.label("year"),
        source.dated.label("dated"),
        *(source.weights.get(one, source.fields[one]).label(f"w_{one}") for one in weights(ask)),
    ]
    statement = (
        sa.select(*columns, *answers.packed(), *more).select_from(source.rows).where(source.within)
    )
    if source.buyer is not None:
        statement = statement.where(source.buyer.in_(BUYERS))
        if ask.by_directorate:
            if source.directorate is None:
                raise TypeError(ask.fact)
            statement = statement.where(source.directorate == DIRECTORATE)
    return statement.cte("scope").prefix_with("MATERIALIZED")


def _alike(scope: sa.CTE, ask: Ask) -> sa.CTE:
    """The rows that answer alike, counted and added together."""
    answers = [one for one in scope.c if not one.name.startswith(("w_", "key_"))]
    return (
        sa.select(
            *answers,
            sa.func.count().label("rows"),
            *(sa.func.sum(scope.c[f"w_{one}"]).label(_sums_of(one)[0]) for one in weights(ask)),
            *(sa.func.count(scope.c[f"w_{one}"]).label(_sums_of(one)[1]) for one in weights(ask)),
        )
        .group_by(*answers)
        .cte("alike")
    )


def _read(ask: Ask, rows: Iterable[Any]) -> dict[Quantity, Counted]:
    whole, keyed = _whole(ask), _keyed(ask)
    found: dict[Quantity, Counted] = {one: {} for one in whole}
    told: list[dict[int | None, dict[str | None, dict[str, ClassSum]]]] = [{} for _ in keyed]
    for ending, year, key, *values in rows:
        if ending == 0:
            numbers = map(int, values)
            for quantity in whole:
                found[quantity][Where(None, year)] = _sums(quantity, numbers)
        else:
            classes = told[ending - 1].setdefault(year, {}).setdefault(key, {})
            state, count, weight, known = values[:4]
            if int(state) in CLASSES:
                one = ClassSum(int(count), int(weight or 0), int(count - known))
                classes[CLASSES[int(state)]] = one
    for quantity, years in zip(keyed, told, strict=True):
        found[quantity] = {
            Where(None, year): KeyedSums({key: ClassSums(**one) for key, one in by.items()})
            for year, by in years.items()
        }
    return found


def _sums(quantity: Quantity, values: Any) -> ClassSums:
    weighed = len(_summed(quantity)) > 1
    classes = {}
    for name in _classes(quantity).values():
        rows = next(values)
        if weighed:
            weight, known = next(values), next(values)
            classes[name] = ClassSum(rows, weight, rows - known)
        else:
            classes[name] = ClassSum(rows)
    return ClassSums(**classes)


def _three(truth: Expression) -> Expression:
    return sa.func.coalesce(as_number(truth), 2)
