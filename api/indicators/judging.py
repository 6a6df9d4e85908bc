"""The rows of a fact with what each answers, for every quantity that is asked of them.

SQL's three-valued logic carries the unknown: each row gets, per quantity, a state
``3 * perimeter + counted`` where each of both is 1 (true), 0 (false) or 2 (unknown).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from api.indicators.answers import Answers, as_number
from api.indicators.facts.registry import NOT_NARROWED, source_of
from api.indicators.facts.source import (
    BUYERS,
    By,
    Expression,
    Source,
    of_years_asked,
    whole,
)
from api.rules.indicators.criteria import AllOf, AnyOf, Criterion, Leaf, Not
from api.rules.indicators.vocabulary import Definition, Fact, Period, Quantity, leaves

# Rows that answer alike are added together first, where so few questions make many rows alike.
FEW = 12


class Ask(NamedTuple):
    """Quantities of one fact and period, to be counted in one statement.

    ``by_holder``: a contract stands once for each company that holds it. ``by``: of a directorate,
    or family, alone. ``former``: those that
    look at other years than the ones asked for, to compare with them or to add them.
    """

    fact: Fact
    period: Period
    quantities: tuple[Quantity, ...]
    by_holder: bool = False
    by: frozenset[By] = NOT_NARROWED
    former: frozenset[Quantity] = frozenset()


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

    def in_doubt(self, quantity: Quantity) -> Expression:
        """Whether nobody knows if a row is of the year and the perimeter: not only that a number of
        the other term of a ratio is missing."""
        place = self.columns.c.dated == whole(1)
        own = quantity.own_perimeter
        return (place if own is None else sa.and_(place, self.truth(own))).is_(None)

    def state(self, quantity: Quantity) -> Expression:
        """The state of each row for a quantity."""
        looked_at: Expression = self.columns.c.dated == whole(1)
        if quantity.looked_at is not None:
            looked_at = sa.and_(looked_at, self.truth(quantity.looked_at))
        counted: Expression = whole(1)
        if quantity.counted_if is not None:
            counted = _three(self.truth(quantity.counted_if))
        return _three(looked_at) * whole(3) + counted


def judged(ask: Ask) -> Judged:
    """What the criteria of all these quantities need, one row per row of the fact, with what
    evidence shows of it."""
    answers = answers_of(ask)
    scope = kept(scope_of(ask, answers, _shown(answers.source, ask.by)))
    return Judged(answers.unpacked(scope, answers.leaves), answers.names)


def bare(ask: Ask) -> Judged:
    """The same without what evidence shows, for who only counts the rows."""
    answers = answers_of(ask)
    return Judged(answers.unpacked(kept(scope_of(ask, answers)), answers.leaves), answers.names)


def _shown(source: Source, by: frozenset[By]) -> list[Expression]:
    shown = source.shown
    nobody = sa.cast(sa.null(), sa.Uuid())
    contract = nobody if source.contract is None else source.contract
    directorate = nobody if source.directorate is None else source.directorate
    return [
        source.id.label("id"),
        sa.cast(shown.reference, sa.String).label("reference"),
        shown.title.label("title"),
        _nobody_says(shown.person).label("person"),
        shown.day.label("day"),
        shown.amount.label("told_amount"),
        sa.func.coalesce(sa.cast(shown.order, sa.String), "").label("rank"),
        contract.label("contract_id"),
        directorate.label("directorate_id"),
        *([source.family.label("family")] if By.FAMILY in by and source.family is not None else []),
        *([] if source.whole is None else [source.whole.label("of_year")]),
        *([] if source.under is None else [source.under.label("project_id")]),
    ]


def _nobody_says(said: Expression | None) -> Expression:
    return sa.cast(sa.null(), sa.Boolean()) if said is None else said


def asked_of(quantity: Quantity) -> dict[Leaf, None]:
    """The leaves of its criteria, each once."""
    return dict.fromkeys((*leaves(quantity.looked_at), *leaves(quantity.counted_if)))


def weights(ask: Ask) -> list[str]:
    """The fields that these quantities sum, each once."""
    return list(dict.fromkeys(one.of for one in ask.quantities if one.weighed and one.of))


def answers_of(ask: Ask, joined: bool = False) -> Answers:
    """What must be answered by each row; ``joined``: see ``Answers``, where it is worth it."""
    wanted = dict.fromkeys(
        leaf
        for quantity in ask.quantities
        for criterion in (quantity.looked_at, quantity.counted_if)
        for leaf in leaves(criterion)
    )
    source = source_of(ask.fact, ask.period, ask.by_holder, ask.by)
    return Answers(source, tuple(wanted), joined and len(wanted) > FEW)


def scope_of(ask: Ask, answers: Answers, more: Sequence[Expression] = ()) -> sa.Select[Any]:
    """The rows of the buyers that are of the years, or whose day is unknown."""
    source = answers.source
    columns = [
        source.year.label("year"),
        source.dated.label("dated"),
        # A column of its own: PostgreSQL takes it to be true of half the rows, and a comparison
        # of the year to be true of so few that it would look their holders up one by one.
        *([of_years_asked(source.year).label("asked")] if ask.former else []),
        *(source.weights.get(one, source.fields[one]).label(f"w_{one}") for one in weights(ask)),
    ]
    statement = (
        sa.select(*columns, *answers.packed(), *more).select_from(answers.rows).where(source.within)
    )
    if source.buyer is not None:
        statement = statement.where(source.buyer.in_(BUYERS))
    return statement


def kept(scope: sa.Select[Any]) -> sa.CTE:
    """The rows, worked out once however often they are read."""
    return scope.cte("scope").prefix_with("MATERIALIZED")


def _three(truth: Expression) -> Expression:
    return sa.func.coalesce(as_number(truth), whole(2))
