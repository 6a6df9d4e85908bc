"""Compiles definitions to SQL: every indicator of a scheme in one statement, its evidence in one.

SQL's three-valued logic carries the unknown. Each contract gets, per indicator, a state
``3 * perimeter + counted`` where each of both is 1 (true), 0 (false) or 2 (unknown); the states
are counted, and api.rules.indicators.results does the arithmetic.

Contracts that answer alike are counted together before their states are worked out: a buyer of
thousands of contracts has some tens of different answers.
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
_SUMMED = ("contracts", "amount", "priced")

BUYER = sa.bindparam("buyer_id", type_=sa.Uuid())
FIRST = sa.bindparam("first_day", type_=sa.Date())
LAST = sa.bindparam("last_day", type_=sa.Date())


def period(year: int) -> dict[str, date]:
    """The parameters of a civil year: both days included."""
    return {"first_day": date(year, 1, 1), "last_day": date(year, 12, 31)}


@dataclass(frozen=True)
class Judged:
    """The contracts of a buyer that may belong to a year, with what the criteria need of each."""

    columns: sa.FromClause
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
        in_year = self.columns.c.in_year == 1
        looked_at: Expression = in_year
        if definition.perimeter is not None:
            looked_at = sa.and_(in_year, self.truth(definition.perimeter))
        counted: Expression = sa.literal_column("1")
        if definition.where is not None:
            counted = _three(self.truth(definition.where))
        return _three(looked_at) * 3 + counted


def judged(definitions: Iterable[Definition]) -> Judged:
    """What the criteria of all these definitions need, one row per contract."""
    names = _names(definitions)
    return _unpacked(_scope(names), names)


def _names(definitions: Iterable[Definition]) -> dict[Leaf, str]:
    wanted = dict.fromkeys(
        leaf
        for definition in definitions
        for criterion in (definition.perimeter, definition.where)
        for leaf in leaves(criterion)
    )
    return {leaf: f"leaf_{number}" for number, leaf in enumerate(wanted)}


def _scope(names: Mapping[Leaf, str]) -> sa.CTE:
    """The contracts of the buyer that are of the year, or whose day is unknown."""
    contract = SQLModel.metadata.tables["contract"].c
    in_year = contract.notified_on.between(FIRST, LAST)
    return (
        sa.select(
            contract.id,
            _payable(contract.amount),
            contract.notified_on,
            contract.listed_on,
            _as_number(in_year).label("in_year"),
            *(
                _answer(leaf).label(name)
                for leaf, name in names.items()
                if not isinstance(leaf, Mark)
            ),
            *(
                _told(some).label(f"{_TOLD}{number}")
                for number, some in enumerate(_packs(_marks(names)))
            ),
        )
        .where(contract.buyer_id == BUYER, sa.or_(in_year, contract.notified_on.is_(None)))
        .cte("scope")
        .prefix_with("MATERIALIZED")
    )


def _alike(scope: sa.CTE) -> sa.CTE:
    """The contracts that answer alike, counted and added together."""
    answers = [column for column in scope.c if column.name not in _OF_ONE]
    return (
        sa.select(
            *answers,
            sa.func.count().label("contracts"),
            sa.func.sum(scope.c.amount).label("amount"),
            sa.func.count(scope.c.amount).label("priced"),
        )
        .group_by(*answers)
        .cte("alike")
    )


_OF_ONE = {"id", "amount", "notified_on", "listed_on"}


def _unpacked(source: sa.CTE, names: Mapping[Leaf, str]) -> Judged:
    columns = [column for column in source.c if not column.name.startswith(_TOLD)]
    columns += [_said(source, place).label(names[leaf]) for place, leaf in enumerate(_marks(names))]
    return Judged(sa.select(*columns).subquery("facts"), names)


def _marks(names: Mapping[Leaf, str]) -> list[Mark]:
    return [leaf for leaf in names if isinstance(leaf, Mark)]


def _packs(marks: Sequence[Mark]) -> list[Sequence[Mark]]:
    return [marks[start : start + _PACK] for start in range(0, len(marks), _PACK)]


# Marks told in one number of 64 bits: two bits each, 0 not said, 1 no, 2 yes.
_PACK = 31
_TOLD = "told_"


def _told(marks: Sequence[Mark]) -> Expression:
    """What is said of a contract under these marks: looked up once, however many they are."""
    unit = sa.case(
        {leaf.mark: _long(4**place) for place, leaf in enumerate(marks)},
        value=col(ContractMark.code),
    )
    value = _as_number(sa.type_coerce(col(ContractMark.value), sa.Boolean))
    return (
        sa.select(sa.cast(sa.func.sum(unit * (1 + value)), sa.BigInteger))
        .where(col(ContractMark.contract_id) == col(Contract.id))
        .correlate(Contract)
        .scalar_subquery()
    )


def _said(source: sa.CTE, place: int) -> Expression:
    """One mark out of its number, as 1, 0 or NULL."""
    number, rank = divmod(place, _PACK)
    shift = sa.literal(2 * rank, sa.Integer)
    digit = source.c[f"{_TOLD}{number}"].bitwise_rshift(shift).bitwise_and(3)
    return sa.func.nullif(digit, 0) - 1


def _payable(amount: Expression) -> Expression:
    # Nobody is paid less than nothing: such an amount, which only a file can bring, is not known.
    return sa.case((amount >= 0, amount)).label("amount")


def _answer(leaf: FieldTest | SupplierTest) -> Expression:
    """A leaf of one contract that is not a mark, as 1, 0 or NULL."""
    if isinstance(leaf, FieldTest):
        return _as_number(_compared(leaf, SQLModel.metadata.tables["contract"].c[leaf.field]))
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


def _long(value: int) -> Expression:
    return sa.literal(value, sa.BigInteger)


@lru_cache(maxsize=64)
def totals(definitions: tuple[Definition, ...]) -> sa.Select[Any]:
    """The one statement that gives the sums of every class of every definition.

    Parameters: those of ``period`` and ``buyer_id``. Read its single row with ``sums``.
    """
    names = _names(definitions)
    facts = _unpacked(_alike(_scope(names)), names)
    states = (
        sa.select(
            *(facts.columns.c[name] for name in _SUMMED),
            *(facts.state(one).label(f"state_{n}") for n, one in enumerate(definitions)),
        )
        .cte("states")
        .prefix_with("MATERIALIZED")
    )
    columns: list[Expression] = []
    for number, definition in enumerate(definitions):
        summed = _SUMMED if definition.measure in _WEIGHED else _SUMMED[:1]
        state = states.c[f"state_{number}"]
        columns += [
            sa.func.coalesce(sa.func.sum(states.c[name]).filter(state == code), 0)
            for code in CLASSES
            for name in summed
        ]
    return sa.select(*columns)


def sums(definitions: Sequence[Definition], row: Sequence[Any]) -> list[ClassSums]:
    """The row of ``totals``, as one ClassSums per definition."""
    # PostgreSQL adds whole numbers up to a decimal.
    values = map(int, row)
    found = []
    for definition in definitions:
        classes = {}
        for name in CLASSES.values():
            contracts = next(values)
            if definition.measure in _WEIGHED:
                amount, priced = next(values), next(values)
                classes[name] = ClassSum(contracts, amount, contracts - priced)
            else:
                classes[name] = ClassSum(contracts)
        found.append(ClassSums(**classes))
    return found
