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

import msgspec
import sqlalchemy as sa
from sqlmodel import Session

from api.indicators.answers import Answers, as_number
from api.indicators.facts.registry import source_of
from api.indicators.facts.source import BUYERS, DIRECTORATE, Expression, Source, listed, whole
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
# Rows that answer alike are added together first, where so few questions make many rows alike.
_FEW = 12
_SUMMED = ("rows", "w_", "n_")


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
        return self.columns.c[self.of_leaf[criterion]] == whole(1)

    def state(self, quantity: Quantity) -> Expression:
        """The state of each row for a quantity."""
        looked_at: Expression = self.columns.c.dated == whole(1)
        if quantity.looked_at is not None:
            looked_at = sa.and_(looked_at, self.truth(quantity.looked_at))
        counted: Expression = whole(1)
        if quantity.where is not None:
            counted = _three(self.truth(quantity.where))
        return _three(looked_at) * whole(3) + counted


def judged(ask: Ask) -> Judged:
    """What the criteria of all these quantities need, one row per row of the fact, with what
    evidence shows of it."""
    answers = _answers(ask)
    scope = _scope(ask, answers, _shown(answers.source))
    return Judged(answers.unpacked(scope, answers.leaves), answers.names)


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
    joined = session.get_bind().dialect.name == "postgresql"
    found: dict[Key, Counted] = {}
    for ask in asks:
        rows = session.execute(totals(ask, joined), given).all()
        found |= {(ask.period, one): sums for one, sums in _read(ask, rows).items()}
    return found


@lru_cache(maxsize=256)
def totals(ask: Ask, joined: bool = False) -> Statement:
    """The one statement that gives the sums of every class of every quantity of ``ask``.

    The rows are looked at once. Its first columns are the rank of an ending, the year and the key;
    ending 0 holds the quantities that are not told apart, one row a year; each of the others one
    that is, one row for each key and state. Parameters: those of ``period.parameters``. Read its
    rows with ``_read``.
    """
    answers = _answers(ask, joined)
    apart = dict.fromkeys(one.key for one in ask.quantities if one.key)
    keys = [sa.cast(answers.source.fields[of], sa.String).label(f"key_{of}") for of in apart]
    scope = _scope(ask, answers, keys)
    rows = answers.with_holders(scope)
    added_up, keyed = endings_of(ask)
    endings = [_added_up(rows, answers, place, some) for place, some in enumerate(added_up)]
    endings += [
        _by_key(rows, answers, place, one) for place, one in enumerate(keyed, len(added_up))
    ]
    return _one_below_the_other(endings)


@lru_cache(maxsize=256)
def endings_of(ask: Ask) -> tuple[list[list[Quantity]], list[Quantity]]:
    """The quantities that are added up together, and those that are told apart by a key.

    Together: those that ask little else than the others, so that many rows answer alike.
    """
    together: list[tuple[set[Leaf], list[Quantity]]] = []
    for quantity in sorted(ask.quantities, key=lambda one: -len(_asked(one))):
        if quantity.keyed:
            continue
        asked = set(_asked(quantity))
        room = [
            (len(asked - known), place)
            for place, (known, some) in enumerate(together)
            if len(asked | known) <= max(_FEW, len(known)) and len(some) < _WIDTH
        ]
        if not room:
            together.append((set(), []))
        known, some = together[min(room)[1]] if room else together[-1]
        known |= asked
        some.append(quantity)
    return [some for _, some in together], [one for one in ask.quantities if one.keyed]


def _asked(quantity: Quantity) -> dict[Leaf, None]:
    return dict.fromkeys((*leaves(quantity.looked_at), *leaves(quantity.where)))


def _added_up(
    rows: sa.FromClause, answers: Answers, place: int, quantities: Sequence[Quantity]
) -> Ending:
    """One row a year: the sums of every class of these quantities, side by side."""
    asked = list(dict.fromkeys(leaf for one in quantities for leaf in _asked(one)))
    facts = Judged(answers.unpacked(_alike(rows, answers, asked, quantities), asked), answers.names)
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
            sa.func.sum(states.c[name]).filter(state == whole(code))
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
    apart = [c.year, c.dated, *answers.masked(c, asked)]
    weights = dict.fromkeys(one.of for one in quantities if one.weighed)
    return (
        sa.select(
            *apart,
            sa.func.count().label("rows"),
            *(sa.func.sum(c[f"w_{one}"]).label(f"w_{one}") for one in weights),
            *(sa.func.count(c[f"w_{one}"]).label(f"n_{one}") for one in weights),
        )
        .group_by(*apart)
        .subquery()
    )


def _summed(quantity: Quantity) -> tuple[str, ...]:
    """How many rows; and what they weigh, and how many of them do, when that is asked for."""
    return ("rows", f"w_{quantity.of}", f"n_{quantity.of}") if quantity.weighed else ("rows",)


def _by_key(rows: sa.FromClause, answers: Answers, place: int, quantity: Quantity) -> Ending:
    """One row for each year, state and sums of a quantity, with the keys that have them."""
    facts = Judged(answers.unpacked(rows, _asked(quantity)), answers.names)
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
        )
        .group_by(told.c.year, told.c.key, told.c.state)
        .subquery()
    )
    # Thousands of keys have the same sums: they come on one row, or the rows would cost more to
    # fetch than to count.
    sums: list[Expression] = [of_one.c[name] for name in ("state", "rows", "weight", "known")]
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
    return CLASSES if quantity.where is not None else _COUNTED


def weights(ask: Ask) -> list[str]:
    """The fields that these quantities sum, each once."""
    return list(dict.fromkeys(one.of for one in ask.quantities if one.weighed and one.of))


def _answers(ask: Ask, joined: bool = False) -> Answers:
    wanted = dict.fromkeys(
        leaf
        for quantity in ask.quantities
        for criterion in (quantity.looked_at, quantity.where)
        for leaf in leaves(criterion)
    )
    source = source_of(ask.fact, ask.period, ask.by_holder, ask.by_directorate)
    return Answers(source, tuple(wanted), joined and len(wanted) > _FEW)


def _scope(ask: Ask, answers: Answers, more: Sequence[Expression] = ()) -> sa.CTE:
    """The rows of the buyers that are of the years, or whose day is unknown."""
    source = answers.source
    columns = [
        source.year.label("year"),
        source.dated.label("dated"),
        *(source.weights.get(one, source.fields[one]).label(f"w_{one}") for one in weights(ask)),
    ]
    statement = (
        sa.select(*columns, *answers.packed(), *more).select_from(answers.rows).where(source.within)
    )
    if source.buyer is not None:
        statement = statement.where(source.buyer.in_(BUYERS))
        if ask.by_directorate:
            if source.directorate is None:
                raise TypeError(ask.fact)
            statement = statement.where(source.directorate == DIRECTORATE)
    return statement.cte("scope").prefix_with("MATERIALIZED")


def _read(ask: Ask, rows: Iterable[Any]) -> dict[Quantity, Counted]:
    added_up, keyed = endings_of(ask)
    found: dict[Quantity, Counted] = {one: {} for some in added_up for one in some}
    told: list[dict[int | None, dict[str | None, ClassSums]]] = [{} for _ in keyed]
    for ending, year, keys, *values in rows:
        if ending < len(added_up):
            numbers = (int(one or 0) for one in values)
            for quantity in added_up[ending]:
                found[quantity][Where(None, year)] = _sums(quantity, numbers)
        else:
            one = _of_state(*values[:4])
            by = told[ending - len(added_up)].setdefault(year, {})
            for key in msgspec.json.decode(keys):
                by[key] = by[key] + one if key in by else one
    for quantity, years in zip(keyed, told, strict=True):
        found[quantity] = {Where(None, year): KeyedSums(by) for year, by in years.items()}
    return found


@lru_cache(maxsize=4096)
def _of_state(state: int, rows: int, weight: int | None, known: int) -> ClassSums:
    """The sums of some rows of one state: thousands of keys have the same."""
    name = CLASSES.get(int(state))
    if name is None:
        return ClassSums()
    return ClassSums(**{name: ClassSum(int(rows), int(weight or 0), int(rows - known))})


def _sums(quantity: Quantity, values: Any) -> ClassSums:
    classes = {}
    for name in _classes(quantity).values():
        rows = next(values)
        if quantity.weighed:
            weight, known = next(values), next(values)
            classes[name] = ClassSum(rows, weight, rows - known)
        else:
            classes[name] = ClassSum(rows)
    return ClassSums(**classes)


def _three(truth: Expression) -> Expression:
    return sa.func.coalesce(as_number(truth), whole(2))
