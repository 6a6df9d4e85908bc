"""What each row answers to the leaves of criteria: 1, 0 or NULL, packed and unpacked.

Some tens of answers stand in a few whole numbers, so that the rows that answer alike are found by
comparing a few columns.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from api.access.models import Directorate
from api.contracts.models import Contract, ContractSupplier
from api.indicators.facts.source import (
    BUYERS,
    Expression,
    Source,
    any_of,
    of_the_scheme,
    said,
    sql,
    whole,
)
from api.programme.models import Project, ProjectAction
from api.reference.marks import MARKS
from api.reference.places import regions
from api.rules.indicators.criteria import (
    FieldTest,
    Leaf,
    Mark,
    SumTest,
    SupplierField,
    SupplierTest,
)
from api.rules.indicators.fields import FieldType, Operator
from api.structures.belonging import BELONGING, of_company
from api.structures.models import Structure
from api.suppliers.models import Supplier

# Marks in two numbers, one bit each: what is said, and what of it is yes.
_TOLD: Final = "packed_told"
_YES: Final = "packed_yes"
# Actions decided for a project, one bit each.
_DECIDED: Final = "packed_decided_"
_BITS: Final = 60
# Everything else, two bits each: 0 not known, 1 no, 2 yes.
_DIGITS: Final = "packed_digits_"
_PAIRS: Final = 30
_HELD: Final = "packed_contract_id"
_PACKED: Final = "packed_"


@dataclass(frozen=True)
class Answers:
    """The leaves asked of the rows of a source, and how each answer is read.

    ``joined``: holders are looked up for all rows together, which PostgreSQL does three times
    faster than row by row; SQLite, which joins without hashing, does it more slowly.
    """

    source: Source
    leaves: tuple[Leaf, ...]
    joined: bool = False

    @cached_property
    def names(self) -> Mapping[Leaf, str]:
        """The column of each leaf, once unpacked."""
        return {leaf: f"leaf_{number}" for number, leaf in enumerate(self.leaves)}

    @cached_property
    def _marks(self) -> list[Mark]:
        """The marks that are read of one contract at most."""
        if self.source.said is not None:
            return []
        return [leaf for leaf in self.leaves if isinstance(leaf, Mark)]

    @cached_property
    def _actions(self) -> list[FieldTest]:
        """The actions that are asked of the row's project one by one."""
        if self.source.project is None:
            return []
        return [
            leaf
            for leaf in self.leaves
            if isinstance(leaf, FieldTest)
            and leaf.field == "targeted_action"
            and leaf.operator is Operator.EQUALS
        ]

    @cached_property
    def _holders(self) -> list[SupplierTest]:
        """The tests of holders that are looked up for all rows together."""
        if not self.joined or self.source.contract is None or self.source.contracts is not None:
            return []
        return [leaf for leaf in self.leaves if isinstance(leaf, SupplierTest)]

    @cached_property
    def _others(self) -> list[Leaf]:
        apart = {*self._marks, *self._actions, *self._holders}
        return [leaf for leaf in self.leaves if leaf not in apart]

    @cached_property
    def _places(self) -> Mapping[Leaf, tuple[str, int, int]]:
        """The packed column of each leaf, its lowest bit there, and how many it has."""
        return {
            **{leaf: (_TOLD, MARKS[leaf.mark].bit, 1) for leaf in self._marks},
            **{
                leaf: (f"{_DECIDED}{place // _BITS}", place % _BITS, 1)
                for place, leaf in enumerate(self._actions)
            },
            **{
                leaf: (f"{_DIGITS}{place // _PAIRS}", 2 * (place % _PAIRS), 2)
                for place, leaf in enumerate(self._others)
            },
        }

    def packed(self) -> list[Expression]:
        """The answers as columns of ``rows``."""
        others = [self._others[at : at + _PAIRS] for at in range(0, len(self._others), _PAIRS)]
        found = self._said()
        # Of no project, or of one for which none was decided: none.
        found += [
            sa.func.coalesce(one.c.bits, whole(0)).label(f"{_DECIDED}{number}")
            for number, one in enumerate(self._decisions)
        ]
        found += [self._digits(some).label(f"{_DIGITS}{n}") for n, some in enumerate(others)]
        if self._holders and self.source.contract is not None:
            found.append(self.source.contract.label(_HELD))
        return found

    def masked(self, columns: Any, asked: Iterable[Leaf]) -> list[Expression]:
        """The packed columns without the answers that are not asked for, under the same names."""
        bits: dict[str, int] = {}
        held = [columns[self.names[leaf]] for leaf in asked if leaf not in self._places]
        for leaf in asked:
            for name, low, width in [self._places[leaf]] if leaf in self._places else []:
                for one in (name, _YES) if name == _TOLD else (name,):
                    bits[one] = bits.get(one, 0) | ((1 << width) - 1) << low
        return [
            *(
                columns[name].bitwise_and(whole(wanted)).label(name)
                for name, wanted in bits.items()
            ),
            *held,
        ]

    def unpacked(self, rows: Any, asked: Iterable[Leaf]) -> sa.Subquery:
        """The same rows with one column per leaf: 1, 0 or NULL."""
        kept = [one for one in rows.c if not one.name.startswith(_PACKED)]
        read = [
            self._read(rows.c, leaf).label(self.names[leaf])
            for leaf in asked
            if leaf in self._places
        ]
        return sa.select(*kept, *read).subquery()

    def _read(self, columns: Any, leaf: Leaf) -> Expression:
        name, low, width = self._places[leaf]
        column = columns[name]
        if isinstance(leaf, Mark) and name == _TOLD:
            return said(column, columns[_YES], leaf.mark)
        shifted = column.bitwise_rshift(sa.literal_column(str(low), sa.Integer))
        digit: Expression = shifted.bitwise_and(whole((1 << width) - 1))
        return digit if width == 1 else sa.func.nullif(digit, whole(0)) - whole(1)

    def with_holders(self, scope: sa.FromClause, asked: Iterable[Leaf]) -> sa.FromClause:
        """The same rows, with what is answered of the holders of the contract of each, where that
        is asked."""
        holders = [leaf for leaf in asked if leaf in self._holders]
        if not holders:
            return scope
        about = scope.c[_HELD]
        answers = [
            any_of(as_number(compared(leaf.test, _of_supplier(leaf.test.field)))).label(
                self.names[leaf]
            )
            for leaf in holders
        ]
        found = sa.join(scope, ContractSupplier, col(ContractSupplier.contract_id) == about)
        found = found.join(Supplier, col(Supplier.id) == col(ContractSupplier.supplier_id))
        if any(leaf.test.field in BELONGING for leaf in holders):
            found = found.outerjoin(Structure, of_company())
        held = sa.select(about.label("id"), *answers).select_from(found).group_by(about)
        held_by = held.subquery("held_by")
        columns = [held_by.c[self.names[leaf]] for leaf in holders]
        rows = sa.outerjoin(scope, held_by, held_by.c.id == about)
        return sa.select(scope, *columns).select_from(rows).subquery("held")

    @cached_property
    def _carrier(self) -> Any:
        """The contract that the row is about, where its own columns do not hold the marks."""
        return aliased(Contract)

    @cached_property
    def _decisions(self) -> list[sa.Subquery]:
        """The actions decided for each project of the buyers, in bits."""
        found = []
        for at in range(0, len(self._actions), _BITS):
            some = self._actions[at : at + _BITS]
            codes = [str(leaf.operand) for leaf in some]
            bits = {code: whole(2**place) for place, code in enumerate(codes)}
            told = sa.func.sum(sa.case(bits, value=col(ProjectAction.action)))
            found.append(
                sa.select(col(Project.id).label("id"), sa.cast(told, sa.BigInteger).label("bits"))
                .join(ProjectAction, col(ProjectAction.project_id) == col(Project.id))
                .where(
                    col(Project.buyer_id).in_(BUYERS),
                    col(ProjectAction.action).in_(codes),
                    of_the_scheme(sql(ProjectAction.scheme_id)),
                )
                .group_by(col(Project.id))
                .subquery(f"decided_{at}")
            )
        return found

    @property
    def rows(self) -> sa.FromClause:
        """The rows of the source, with the contract whose marks are asked for, and what was decided
        for their project."""
        source, rows = self.source, self.source.rows
        if self._marks and source.marks is None:
            if source.contract is None:
                raise TypeError(source)
            rows = sa.outerjoin(rows, self._carrier, self._carrier.id == source.contract)
        for one in self._decisions:
            rows = sa.outerjoin(rows, one, one.c.id == source.project)
        return rows

    def _said(self) -> list[Expression]:
        if not self._marks:
            return []
        carrier = self._carrier
        told, yes = self.source.marks or (sql(carrier.marks_told), sql(carrier.marks_yes))
        return [told.label(_TOLD), yes.label(_YES)]

    def _digits(self, some: Sequence[Leaf]) -> Expression:
        one, nothing = whole(1), whole(0)
        digits = [
            # The last ones pass 32 bits once added up.
            sa.func.coalesce(self._answer(leaf) + one, nothing)
            * sa.cast(whole(4**place), sa.BigInteger)
            for place, leaf in enumerate(some)
        ]
        return sum(digits[1:], digits[0])

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
        if test.field == "directorate":
            return self._followed_by(test)
        column = self.source.fields[test.field]
        if isinstance(test, SumTest):
            column = self.source.weights.get(test.field, column)
        return compared(test, column)

    def _followed_by(self, test: FieldTest) -> Expression:
        """A comparison on the name of the row's directorate: that of a definition of several
        buyers, which have their own."""
        whose = self.source.fields[test.field]
        named = sa.select(col(Directorate.id)).where(
            col(Directorate.organisation_id).in_(BUYERS), compared(test, sql(Directorate.name))
        )
        # Nothing, looked for among none, would be a no.
        return sa.case((whose.is_not(None), whose.in_(named)))

    def _of_contract(self, contract_id: Expression) -> Expression:
        if self.source.contract is None:
            raise TypeError(self.source)
        return contract_id == self.source.contract

    def _held_by(self, leaf: SupplierTest) -> Expression:
        """Any supplier that meets the test: 1; all known not to: 0; otherwise NULL.

        Looked up row by row: SQLite joins a derived table of suppliers without an index.
        """
        own: Any = self.source.id
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
        return found.correlate(own.table).scalar_subquery()


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
