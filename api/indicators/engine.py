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
SHARES = frozenset({Aggregate.SHARE, Aggregate.SUM_SHARE})
# Columns of a row that one statement may give, on both engines.
_WIDTH = 80


class Ask(NamedTuple):
    """Quantities of one fact and period, to be counted in one statement; ``of`` tells their rows
    apart, where they ask for it. ``together``: buyers are not told apart."""

    fact: Fact
    period: Period
    of: str | None
    quantities: tuple[Quantity, ...]
    together: bool
    by_directorate: bool


class Where(NamedTuple):
    """Whose rows, of which year: None for those of no known year, and for all buyers together."""

    buyer: UUID | None
    year: int | None


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
    """The sums of every quantity, by buyer and year; ``more``: directorate_id when asked by one."""
    given = parameters(buyers, years) | more
    found: dict[Key, Counted] = {}
    for ask in asks:
        for at in range(0, len(ask.quantities), _WIDTH):
            part = ask._replace(quantities=ask.quantities[at : at + _WIDTH])
            rows = session.execute(totals(part), given)
            found |= {(ask.period, one): sums for one, sums in _read(part, rows).items()}
    return found


@lru_cache(maxsize=256)
def totals(ask: Ask) -> sa.Select[Any]:
    """The one statement that gives the sums of every class of every quantity of ``ask``.

    Parameters: those of ``period.parameters``. Read its rows with ``_read``.
    """
    answers = _answers(ask)
    alike = _alike(_scope(ask, answers), ask)
    facts = Judged(answers.unpacked(alike), answers.names)
    summed = ["rows", *(name for one in weights(ask) for name in _sums_of(one))]
    kept = [facts.columns.c[name] for name in (*_told_apart(ask), *summed)]
    states = (
        sa.select(
            *kept,
            *(facts.state(one).label(f"state_{n}") for n, one in enumerate(ask.quantities)),
        )
        .cte("states")
        .prefix_with("MATERIALIZED")
    )
    columns: list[Expression] = []
    for number, quantity in enumerate(ask.quantities):
        state = states.c[f"state_{number}"]
        columns += [
            sa.func.coalesce(sa.func.sum(states.c[name]).filter(state == code), 0)
            for code in CLASSES
            for name in _summed(quantity)
        ]
    apart = [states.c[name] for name in _told_apart(ask)]
    return sa.select(*apart, *columns).group_by(*apart)


def weights(ask: Ask) -> list[str]:
    """The fields that these quantities sum, each once."""
    return list(dict.fromkeys(one.of for one in ask.quantities if one.weighed and one.of))


def _summed(quantity: Quantity) -> tuple[str, ...]:
    return ("rows", *_sums_of(quantity.of)) if quantity.weighed and quantity.of else ("rows",)


def _sums_of(of: str) -> tuple[str, str]:
    return f"weight_{of}", f"weighed_{of}"


def _told_apart(ask: Ask) -> list[str]:
    return [*([] if ask.together else ["buyer"]), "year", *(["key"] if ask.of else [])]


def _answers(ask: Ask) -> Answers:
    wanted = dict.fromkeys(
        leaf
        for quantity in ask.quantities
        for criterion in (quantity.looked_at, quantity.where)
        for leaf in leaves(criterion)
    )
    return Answers(source_of(ask.fact, ask.period, ask.together), tuple(wanted))


def _scope(ask: Ask, answers: Answers, more: Sequence[Expression] = ()) -> sa.CTE:
    """The rows of the buyers that are of the years, or whose day is unknown."""
    source = answers.source
    columns = [
        source.id.label("id"),
        source.buyer.label("buyer"),
        source.year.label("year"),
        source.dated.label("dated"),
        *(source.weights.get(one, source.fields[one]).label(f"w_{one}") for one in weights(ask)),
    ]
    if ask.of:
        columns.append(sa.cast(source.fields[ask.of], sa.String).label("key"))
    statement = (
        sa.select(*columns, *answers.packed(), *more).select_from(source.rows).where(source.within)
    )
    if ask.fact is not Fact.SUPPLIER:
        statement = statement.where(source.buyer.in_(BUYERS))
    if ask.by_directorate:
        of = sa.false() if source.directorate is None else source.directorate == DIRECTORATE
        statement = statement.where(of)
    return statement.cte("scope").prefix_with("MATERIALIZED")


def _alike(scope: sa.CTE, ask: Ask) -> sa.CTE:
    """The rows that answer alike, counted and added together."""
    left_out = {"id", *(f"w_{one}" for one in weights(ask))}
    if ask.together:
        left_out.add("buyer")
    answers = [column for column in scope.c if column.name not in left_out]
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
    apart = len(_told_apart(ask))
    found: dict[Quantity, Counted] = {one: {} for one in ask.quantities}
    keyed: dict[Quantity, dict[Where, dict[str | None, ClassSums]]] = {
        one: {} for one in ask.quantities
    }
    for row in rows:
        buyer = None if ask.together else row[0]
        where = Where(buyer, row[0 if ask.together else 1])
        values = map(int, row[apart:])
        for quantity in ask.quantities:
            sums = _sums(quantity, values)
            if ask.of:
                keyed[quantity].setdefault(where, {})[row[apart - 1]] = sums
            else:
                found[quantity][where] = sums
    if not ask.of:
        return found
    return {
        one: {where: KeyedSums(by) for where, by in places.items()} for one, places in keyed.items()
    }


def _sums(quantity: Quantity, values: Any) -> ClassSums:
    weighed = len(_summed(quantity)) > 1
    classes = {}
    for name in CLASSES.values():
        rows = next(values)
        if weighed:
            weight, known = next(values), next(values)
            classes[name] = ClassSum(rows, weight, rows - known)
        else:
            classes[name] = ClassSum(rows)
    return ClassSums(**classes)


def _three(truth: Expression) -> Expression:
    return sa.func.coalesce(as_number(truth), 2)
