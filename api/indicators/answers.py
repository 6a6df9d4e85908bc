"""What each row answers to the leaves of criteria: 1, 0 or NULL, packed and unpacked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col

from api.contracts.models import Contract, ContractMark, ContractSupplier
from api.indicators.facts.source import Expression, Source, any_of, sql
from api.programme.models import ProjectAction
from api.reference.places import regions
from api.rules.indicators.criteria import FieldTest, Leaf, Mark, SupplierField, SupplierTest
from api.rules.indicators.fields import FieldType, Operator
from api.structures.belonging import BELONGING, of_company
from api.structures.models import Structure
from api.suppliers.models import Supplier

# Marks told in one number of 64 bits: two bits each, 0 not said, 1 no, 2 yes.
_PACK: Final = 31
_TOLD: Final = "packed_"
# Actions decided for a project, told in one number: one bit each.
_BITS: Final = 60
_DECIDED: Final = "decided_"


@dataclass(frozen=True)
class Answers:
    """The leaves asked of the rows of a source, and the column that holds each answer."""

    source: Source
    leaves: tuple[Leaf, ...]

    @cached_property
    def names(self) -> Mapping[Leaf, str]:
        """The column of each leaf."""
        return {leaf: f"leaf_{number}" for number, leaf in enumerate(self.leaves)}

    @cached_property
    def _marks(self) -> list[Mark]:
        """The marks that are read of one contract at most, which can be packed."""
        if self.source.said is not None:
            return []
        return [leaf for leaf in self.leaves if isinstance(leaf, Mark)]

    @cached_property
    def _actions(self) -> list[FieldTest]:
        """The actions that are asked of the row's project one by one, which can be packed."""
        if self.source.project is None:
            return []
        return [
            leaf
            for leaf in self.leaves
            if isinstance(leaf, FieldTest)
            and leaf.field == "targeted_action"
            and leaf.operator is Operator.EQUALS
        ]

    def packed(self) -> list[Expression]:
        """The answers as columns of the rows; those of marks and of actions packed."""
        together = {*self._marks, *self._actions}
        marks = [self._marks[at : at + _PACK] for at in range(0, len(self._marks), _PACK)]
        actions = [self._actions[at : at + _BITS] for at in range(0, len(self._actions), _BITS)]
        return [
            *(
                self._answer(leaf).label(self.names[leaf])
                for leaf in self.leaves
                if leaf not in together
            ),
            *(self._told(some).label(f"{_TOLD}{number}") for number, some in enumerate(marks)),
            *(self._decided(some).label(f"{_DECIDED}{n}") for n, some in enumerate(actions)),
        ]

    def unpacked(self, source: sa.CTE) -> sa.Subquery:
        """The same rows with one column per leaf."""
        columns = [column for column in source.c if not column.name.startswith((_TOLD, _DECIDED))]
        columns += [
            _said(source, place).label(self.names[leaf]) for place, leaf in enumerate(self._marks)
        ]
        columns += [
            _bit(source, place).label(self.names[leaf]) for place, leaf in enumerate(self._actions)
        ]
        return sa.select(*columns).subquery("facts")

    def _answer(self, leaf: Leaf) -> Expression:
        if isinstance(leaf, FieldTest):
            return as_number(self._compared(leaf))
        if isinstance(leaf, SupplierTest):
            return self._held_by(leaf)
        if self.source.said is None:
            raise TypeError(leaf)
        return self.source.said(leaf.mark)

    def _compared(self, test: FieldTest) -> Expression:
        if test.field in self.source.labels:
            wanted = test.operand if isinstance(test.operand, tuple) else (str(test.operand),)
            return self.source.labels[test.field](wanted)
        return compared(test, self.source.fields[test.field])

    def _of_contract(self, contract_id: Expression) -> Expression:
        if self.source.contract is None:
            raise TypeError(self.source)
        return contract_id == self.source.contract

    def _told(self, marks: Sequence[Mark]) -> Expression:
        """What is said of a contract under these marks: looked up once, however many they are."""
        unit = sa.case(
            {leaf.mark: _long(4**place) for place, leaf in enumerate(marks)},
            value=col(ContractMark.code),
        )
        value = as_number(sa.type_coerce(col(ContractMark.value), sa.Boolean))
        return (
            sa.select(sa.cast(sa.func.sum(unit * (1 + value)), sa.BigInteger))
            .where(
                self._of_contract(sql(ContractMark.contract_id)),
                # Not by the index, which has the marks of a contract side by side anyway.
                (col(ContractMark.code) + "").in_([leaf.mark for leaf in marks]),
            )
            .correlate(self.source.rows)
            .scalar_subquery()
        )

    def _decided(self, actions: Sequence[FieldTest]) -> Expression:
        """Which of these actions were decided for the project: none, without a project."""
        bit = sa.case(
            {str(leaf.operand): _long(2**place) for place, leaf in enumerate(actions)},
            value=col(ProjectAction.action),
            else_=_long(0),
        )
        told = (
            sa.select(sa.cast(sa.func.coalesce(sa.func.sum(bit), 0), sa.BigInteger))
            .where(col(ProjectAction.project_id) == self.source.project)
            .correlate(self.source.rows)
            .scalar_subquery()
        )
        project = self.source.project
        return told if project is None else sa.case((project.is_(None), _long(0)), else_=told)

    def _held_by(self, leaf: SupplierTest) -> Expression:
        """Any supplier that meets the test: 1; all known not to: 0; otherwise NULL.

        Looked up row by row: SQLite joins a derived table of suppliers without an index.
        """
        found = sa.select(any_of(as_number(compared(leaf.test, _of_supplier(leaf.test.field)))))
        named = col(Supplier.id) == col(ContractSupplier.supplier_id)
        if self.source.contracts is None:
            found = (
                found.select_from(ContractSupplier)
                .join(Supplier, named)
                .where(self._of_contract(sql(ContractSupplier.contract_id)))
            )
        else:
            # From the contracts: one whose holder nobody said may be held by anybody.
            found = (
                found.select_from(Contract)
                .outerjoin(ContractSupplier, col(ContractSupplier.contract_id) == col(Contract.id))
                .outerjoin(Supplier, named)
                .where(self.source.contracts)
            )
        if leaf.test.field in BELONGING:
            found = found.outerjoin(Structure, of_company())
        return found.correlate(self.source.rows).scalar_subquery()


def _of_supplier(field: str) -> Expression:
    if field == "region":
        return sa.case(dict(regions()), value=col(Supplier.departement))
    if field in BELONGING:
        return BELONGING[field]()
    column: Expression = getattr(Supplier, field)
    return column


def compared(test: FieldTest | SupplierField, column: Expression) -> Expression:
    """A comparison as SQL: true, false or NULL."""
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
    # Not LIKE, which ignores capitals on SQLite only.
    Operator.STARTS_WITH: lambda column, text: sa.func.substr(column, 1, len(text)) == text,
}


def as_number(truth: Expression) -> Expression:
    """A truth as 1, 0 or NULL."""
    return sa.cast(truth, sa.Integer)


def _said(source: sa.CTE, place: int) -> Expression:
    """One mark out of its number, as 1, 0 or NULL."""
    number, rank = divmod(place, _PACK)
    shift = sa.literal(2 * rank, sa.Integer)
    digit = source.c[f"{_TOLD}{number}"].bitwise_rshift(shift).bitwise_and(3)
    return sa.func.nullif(digit, 0) - 1


def _bit(source: sa.CTE, place: int) -> Expression:
    """One action out of its number, as 1 or 0."""
    number, rank = divmod(place, _BITS)
    shift = sa.literal(rank, sa.Integer)
    return source.c[f"{_DECIDED}{number}"].bitwise_rshift(shift).bitwise_and(1)


def _long(value: int) -> Expression:
    return sa.literal(value, sa.BigInteger)
