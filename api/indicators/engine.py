"""Compiles definitions to SQL: every indicator of a scheme in one statement, its evidence in one.

SQL's three-valued logic carries the unknown. Each contract gets, per indicator, a state
``3 * perimeter + counted`` where each of both is 1 (true), 0 (false) or 2 (unknown); the states
are counted, and api.rules.indicators.results does the arithmetic.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from api.contracts.models import Contract, ContractMark, ContractSupplier
from api.rules.indicators.fields import FieldType, Operator
from api.rules.indicators.results import ClassSum, ClassSums
from api.rules.indicators.vocabulary import (
    AllOf,
    AnyOf,
    Criterion,
    Definition,
    FieldTest,
    Leaf,
    Mark,
    Measure,
    Not,
    SupplierField,
    SupplierTest,
    leaves,
)
from api.suppliers.models import Supplier

Expression = sa.ColumnElement[Any]

# state -> class of api.rules.indicators.results
CLASSES = {4: "tt", 3: "tf", 5: "tu", 7: "ut", 6: "uf", 8: "uu"}
_WEIGHED = {Measure.AMOUNT, Measure.AMOUNT_SHARE}

BUYER = sa.bindparam("buyer_id", type_=sa.Uuid())
FIRST = sa.bindparam("first_day", type_=sa.Date())
LAST = sa.bindparam("last_day", type_=sa.Date())


def period(year: int) -> dict[str, date]:
    """The parameters of a civil year: both days included."""
    return {"first_day": date(year, 1, 1), "last_day": date(year, 12, 31)}


@dataclass(frozen=True)
class Judged:
    """The contracts of a buyer that may belong to a year, with what the criteria need of each."""

    columns: sa.CTE
    of_leaf: Mapping[Leaf, str]

    def value(self, leaf: Leaf) -> Expression:
        """A leaf as 1, 0 or NULL."""
        return self.columns.c[self.of_leaf[leaf]]

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
        return self.value(criterion) == 1

    def state(self, definition: Definition) -> Expression:
        """The state of each contract for a definition."""
        in_year = self.columns.c.notified_on.between(FIRST, LAST)
        looked_at: Expression = in_year
        if definition.perimeter is not None:
            looked_at = sa.and_(in_year, self.truth(definition.perimeter))
        counted: Expression = sa.literal_column("1")
        if definition.where is not None:
            counted = _three(self.truth(definition.where))
        return _three(looked_at) * 3 + counted


def judged(definitions: Iterable[Definition]) -> Judged:
    """What the criteria of all these definitions need, one row per contract."""
    wanted = dict.fromkeys(
        leaf
        for definition in definitions
        for criterion in (definition.perimeter, definition.where)
        for leaf in leaves(criterion)
    )
    names = {leaf: f"leaf_{number}" for number, leaf in enumerate(wanted)}
    contract = SQLModel.metadata.tables["contract"].c
    columns = [contract.id, _payable(contract.amount), contract.notified_on, contract.listed_on]
    columns += [_answer(leaf).label(name) for leaf, name in names.items()]
    facts = (
        sa.select(*columns)
        .select_from(Contract)
        .outerjoin(ContractMark, col(ContractMark.contract_id) == contract.id)
        .where(
            contract.buyer_id == BUYER,
            sa.or_(contract.notified_on.between(FIRST, LAST), contract.notified_on.is_(None)),
        )
        .group_by(contract.id)
        .cte("facts")
        .prefix_with("MATERIALIZED")
    )
    return Judged(facts, names)


def _payable(amount: Expression) -> Expression:
    # Nobody is paid less than nothing: such an amount, which only a file can bring, is not known.
    return sa.case((amount >= 0, amount)).label("amount")


def _answer(leaf: Leaf) -> Expression:
    """A leaf of one contract, grouped with its marks, as 1, 0 or NULL."""
    if isinstance(leaf, Mark):
        said = _as_number(sa.type_coerce(col(ContractMark.value), sa.Boolean))
        return sa.func.max(sa.case((col(ContractMark.code) == _text(leaf.mark), said)))
    if isinstance(leaf, FieldTest):
        column = SQLModel.metadata.tables["contract"].c[leaf.field]
        return _as_number(_compared(leaf, column))
    return _held_by(leaf)


def _held_by(leaf: SupplierTest) -> Expression:
    """Any supplier that meets the test: 1; all known not to: 0; otherwise NULL.

    Looked up contract by contract: SQLite joins a derived table of suppliers without an index.
    """
    column = SQLModel.metadata.tables["supplier"].c[leaf.test.field]
    met = _as_number(_compared(leaf.test, column))
    return (
        sa.select(
            sa.case(
                (sa.func.max(met) == 1, 1),
                (sa.and_(sa.func.count() > 0, sa.func.count(met) == sa.func.count()), 0),
            )
        )
        .select_from(ContractSupplier)
        .join(Supplier, col(Supplier.id) == col(ContractSupplier.supplier_id))
        .where(col(ContractSupplier.contract_id) == col(Contract.id))
        .correlate(Contract)
        .scalar_subquery()
    )


def _compared(test: FieldTest | SupplierField, column: Expression) -> Expression:
    if test.spec.type is FieldType.LABELS:
        labels = test.operand if isinstance(test.operand, tuple) else (test.operand,)
        # A JSON list of closed labels: a label stands in it between quotes, and nowhere else.
        text = sa.cast(column, sa.Text)
        return sa.or_(*(text.contains(f'"{label}"', autoescape=True) for label in labels))
    met: Expression = _OPERATIONS[test.operator](column, test.operand)
    return met


_OPERATIONS: Mapping[Operator, Any] = {
    Operator.MORE_THAN: lambda column, value: column > value,
    Operator.AT_LEAST: lambda column, value: column >= value,
    Operator.LESS_THAN: lambda column, value: column < value,
    Operator.AT_MOST: lambda column, value: column <= value,
    Operator.EQUALS: lambda column, value: column == value,
    Operator.ONE_OF: lambda column, values: column.in_(values),
    Operator.STARTS_WITH: lambda column, text: column.startswith(text, autoescape=True),
}


def _as_number(truth: Expression) -> Expression:
    return sa.cast(truth, sa.Integer)


def _three(truth: Expression) -> Expression:
    return sa.func.coalesce(sa.cast(truth, sa.Integer), 2)


def _text(value: str) -> Expression:
    return sa.literal(value, sa.String)


@lru_cache(maxsize=64)
def totals(definitions: tuple[Definition, ...]) -> sa.Select[Any]:
    """The one statement that gives the sums of every class of every definition.

    Parameters: those of ``period`` and ``buyer_id``. Read its single row with ``sums``.
    """
    facts = judged(definitions)
    states = (
        sa.select(
            facts.columns.c.amount,
            *(facts.state(one).label(f"state_{n}") for n, one in enumerate(definitions)),
        )
        .cte("states")
        .prefix_with("MATERIALIZED")
    )
    columns: list[Expression] = []
    for number, definition in enumerate(definitions):
        state = states.c[f"state_{number}"]
        for code in CLASSES:
            columns.append(sa.func.count().filter(state == code))
            if definition.measure in _WEIGHED:
                amount = states.c.amount
                columns.append(sa.func.coalesce(sa.func.sum(amount).filter(state == code), 0))
                columns.append(sa.func.count(amount).filter(state == code))
    return sa.select(*columns)


def sums(definitions: Sequence[Definition], row: Sequence[Any]) -> list[ClassSums]:
    """The row of ``totals``, as one ClassSums per definition."""
    values = iter(row)
    found = []
    for definition in definitions:
        classes = {}
        for name in CLASSES.values():
            contracts = next(values)
            if definition.measure in _WEIGHED:
                amount, priced = int(next(values)), next(values)
                classes[name] = ClassSum(contracts, amount, contracts - priced)
            else:
                classes[name] = ClassSum(contracts)
        found.append(ClassSums(**classes))
    return found
